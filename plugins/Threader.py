"""Threader: counts from many Python threads at once.

The state is the module's own: `counter` is what all calls together have added since the import.
"""

from __future__ import annotations

import random
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for_futures

__all__ = ['counter', 'executor', 'incr', 'incr_in_executor', 'incr_in_thread', 'lock', 'wait']

executor = ThreadPoolExecutor(10, thread_name_prefix='threader')
lock = threading.Lock()
counter = 0

_threads: set[threading.Thread] = set()
_futures: set[Future[None]] = set()


def incr(value: int) -> None:
    """Adds `value` to `counter` after a sleep of at most 0.1 ms, in the calling thread."""
    global counter
    time.sleep(random.random() / 10_000)
    with lock:
        counter += value


def incr_in_thread(value: int) -> None:
    """Adds `value` to `counter` in a new thread. Returns at once."""
    thread = threading.Thread(target=_incr_and_forget, args=(value,))
    with lock:
        _threads.add(thread)
    thread.start()


def incr_in_executor(value: int) -> None:
    """Adds `value` to `counter` in a thread of `executor`. Returns at once."""
    future = executor.submit(incr, value)
    with lock:
        _futures.add(future)
    future.add_done_callback(_forget)


def wait(timeout: float | None = None) -> int:
    """Waits until every increment asked for so far is done and returns `counter`.

    Args:
        timeout: how many seconds to wait at most; without end when left out.

    Raises:
        TimeoutError: some were not done in time.
    """
    deadline = None if timeout is None else time.monotonic() + timeout
    with lock:
        threads, futures = list(_threads), list(_futures)
    for thread in threads:
        _join(thread, deadline)
    left = wait_for_futures(futures, _remaining(deadline)).not_done
    late = len(left) + sum(thread.is_alive() for thread in threads)
    if late:
        raise TimeoutError(f'{late} increments were not done after {timeout} s')
    return counter


def _incr_and_forget(value: int) -> None:
    try:
        incr(value)
    finally:
        with lock:
            _threads.discard(threading.current_thread())


def _forget(future: Future[None]) -> None:
    with lock:
        _futures.discard(future)


def _join(thread: threading.Thread, deadline: float | None) -> None:
    # Between add() and start() in another thread, the thread cannot be joined yet.
    while thread.ident is None:
        time.sleep(0)
    thread.join(_remaining(deadline))


def _remaining(deadline: float | None) -> float | None:
    return None if deadline is None else max(0.0, deadline - time.monotonic())
