"""MultiProcessor: runs work in child Python processes.

Children are started with `forkserver` where the platform has it and `spawn` elsewhere, never with `fork`: a
fork of a process with other threads (Node has several) can deadlock. Nothing is started at import.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import sys
import threading
import time
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.context import BaseContext
from pathlib import Path

__all__ = ['executor', 'pid_in_executor', 'run', 'run_in_executor', 'shutdown', 'squares_in_executor', 'work']

WORKERS = 2

_lock = threading.Lock()
_executor: ProcessPoolExecutor | None = None


def work() -> float:
    """Sleeps for at most 0.1 ms and returns the time asked for, in seconds."""
    seconds = random.random() / 10_000
    time.sleep(seconds)
    return seconds


def square(value: int) -> int:
    """Returns `value * value`."""
    return value * value


def run() -> int:
    """Runs `work` in a child process of its own, waits for its end, and returns its exit code: 0."""
    process = _context().Process(target=work)
    process.start()
    process.join()
    code = process.exitcode
    process.close()
    return code


def run_in_executor() -> float:
    """Runs `work` in a process of the pool and returns its result: a number of seconds below 0.0001."""
    return executor().submit(work).result()


def squares_in_executor(values: Iterable[int]) -> list[int]:
    """The squares of `values`, computed in the pool, in the same order."""
    return list(executor().map(square, values))


def pid_in_executor() -> int:
    """The process id of one of the pool's processes."""
    return executor().submit(os.getpid).result()


def executor() -> ProcessPoolExecutor:
    """The pool, which is made at the first call and again at the first call after `shutdown()`."""
    global _executor
    with _lock:
        if _executor is None:
            _executor = ProcessPoolExecutor(WORKERS, mp_context=_context())
        return _executor


def shutdown() -> None:
    """Ends the pool's processes and waits for their end. Does nothing when there is no pool."""
    global _executor
    with _lock:
        pool, _executor = _executor, None
    if pool is not None:
        pool.shutdown(wait=True)


def _context() -> BaseContext:
    _show_children_the_way()
    methods = multiprocessing.get_all_start_methods()
    return multiprocessing.get_context('forkserver' if 'forkserver' in methods else 'spawn')


def _show_children_the_way() -> None:
    # Children get the parent's sys.path and import this module by name, wherever they run.
    folder = str(Path(__file__).resolve().parent)
    if folder not in sys.path:
        sys.path.append(folder)
