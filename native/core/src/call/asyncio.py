"""The asyncio loop of an interpreter, on a thread of its own, which is started with the first awaitable."""

import asyncio
import atexit
import threading
import weakref
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from concurrent import futures
from contextlib import suppress
from types import CoroutineType

# How long tasks may take to end when the interpreter does, in seconds.
GRACE = 0.5

lock = threading.Lock()
loop: asyncio.AbstractEventLoop | None = None
is_stopping = False
# The futures of the calls that are awaited, by number.
running: dict[int, asyncio.Future] = {}
# What the loop has not yet begun to await, by call.
waiting: dict[int, object] = {}
# Calls that were cancelled before they began.
cancelled: set[int] = set()
# A coroutine can be awaited once; who awaits it again gets the same future.
known: weakref.WeakKeyDictionary[Coroutine, asyncio.Future] = weakref.WeakKeyDictionary()


def finish(call: int, is_result: bool, value: object) -> None:
    """Sends the result of a call, or the exception."""
    core_finish(call, is_result, value)  # noqa: F821 (the core puts it there)


def start(call: int, how: int, subject: object) -> bool:
    """Has the loop await, for a call. Whether the loop is new: the core is to run it."""
    global loop
    with lock:
        is_new = loop is None
        if loop is None:
            loop = asyncio.new_event_loop()
        waiting[call] = subject
        loop.call_soon_threadsafe(begin, call, how)
    return is_new


def cancel(call: int) -> None:
    """Cancels the task of a call."""
    if loop is not None:
        loop.call_soon_threadsafe(cancel_now, call)


def cancel_all() -> None:
    """Cancels the tasks of all calls."""
    for call in list(running):
        cancel(call)


def stop() -> None:
    """Ends the loop."""
    global is_stopping
    is_stopping = True
    if loop is not None and not loop.is_closed():
        loop.call_soon_threadsafe(loop.stop)


def run() -> None:
    """Runs the loop on this thread, until stop(). The next awaitable, if there is one, has a new loop."""
    global loop, is_stopping
    asyncio.set_event_loop(loop)
    while not is_stopping:
        # A task that raises one of these has it as its exception, too.
        with suppress(KeyboardInterrupt, SystemExit):
            loop.run_forever()
    try:
        with suppress(KeyboardInterrupt, SystemExit):
            wind_up()
    finally:
        for call in list(running):
            running.pop(call)
            finish(call, False, asyncio.CancelledError())
        for task in asyncio.all_tasks(loop):
            # As asyncio itself does with tasks that it leaves: nobody could act on its warning.
            task._log_destroy_pending = False
        asyncio.set_event_loop(None)
        with lock:
            loop.close()
            loop, is_stopping = None, False
            known.clear()
            close_waiting()


def close_waiting() -> None:
    """A coroutine that nobody will await would warn of it."""
    for subject in waiting.values():
        if isinstance(subject, Coroutine):
            with suppress(BaseException):
                subject.close()
    waiting.clear()


# Where the interpreter ends before the loop could be run.
atexit.register(close_waiting)


def wind_up() -> None:
    """Cancels what there still is, and waits for it."""
    rest = asyncio.all_tasks(loop)
    for task in rest:
        task.cancel()
    if rest:
        loop.run_until_complete(asyncio.wait(rest, timeout=GRACE))
    loop.run_until_complete(asyncio.wait([loop.create_task(loop.shutdown_asyncgens())], timeout=GRACE))


def begin(call: int, how: int) -> None:
    """Starts to await, on the loop."""
    try:
        future = AWAITED[how](waiting.pop(call))
    except BaseException as error:
        cancelled.discard(call)
        finish(call, False, error)
        return
    running[call] = future
    future.add_done_callback(lambda future: end(call, future))
    if call in cancelled:
        cancelled.discard(call)
        future.cancel()


def end(call: int, future: asyncio.Future) -> None:
    """Sends the result of a call."""
    running.pop(call, None)
    if future.cancelled():
        finish(call, False, cancellation(future))
    elif future.exception() is not None:
        finish(call, False, future.exception())
    else:
        finish(call, True, future.result())


def cancellation(future: asyncio.Future) -> BaseException:
    """The exception of a cancelled future, without our own frame."""
    try:
        return future.result()
    except asyncio.CancelledError as error:
        return error.with_traceback(None)


def at_work() -> int | None:
    """The call whose task the loop is at, at this moment: -1 for any other task."""
    task = loop and asyncio.current_task(loop)
    if task is None:
        return None
    return next((call for call, future in list(running.items()) if future is task), -1)


def cancel_now(call: int) -> None:
    """Cancels the task of a call, on the loop."""
    future = running.get(call)
    if future is None:
        cancelled.add(call)
    else:
        future.cancel()


def future_of(awaitable: object) -> asyncio.Future:
    """A future of the loop for anything that can be awaited."""
    if isinstance(awaitable, futures.Future):
        return asyncio.wrap_future(awaitable, loop=loop)
    if asyncio.isfuture(awaitable):
        return awaitable if awaitable.get_loop() is loop else follow(awaitable)
    if isinstance(awaitable, Coroutine):
        return task_of(awaitable)
    return asyncio.ensure_future(awaitable, loop=loop)


def task_of(coroutine: Coroutine) -> asyncio.Future:
    """The task of a coroutine, or the future that stands for it."""
    future = known.get(coroutine) if is_referable(coroutine) else None
    if future is None:
        future = loop.create_task(coroutine)
        if is_referable(coroutine):
            known[coroutine] = future
            future.add_done_callback(forget)
    return future


def is_referable(coroutine: Coroutine) -> bool:
    """Coroutines of other makers may be without weak references."""
    return isinstance(coroutine, CoroutineType)


def forget(task: asyncio.Task) -> None:
    """A task keeps its coroutine alive: a future like it takes its place."""
    coroutine, copy = task.get_coro(), loop.create_future()
    if task.cancelled():
        copy.cancel()
    elif task.exception() is not None:
        copy.set_exception(task.exception())
        copy.exception()
    else:
        copy.set_result(task.result())
    known[coroutine] = copy


def follow(theirs: asyncio.Future) -> asyncio.Future:
    """A future of the loop that ends as one of another loop does, and cancels it."""
    copy = futures.Future()
    other = theirs.get_loop()

    def done(theirs: asyncio.Future) -> None:
        if copy.cancelled():
            return
        if theirs.cancelled():
            copy.cancel()
        elif theirs.exception() is not None:
            copy.set_exception(theirs.exception())
        else:
            copy.set_result(theirs.result())

    def cancelled_here(copy: futures.Future) -> None:
        if copy.cancelled() and not other.is_closed():
            other.call_soon_threadsafe(theirs.cancel)

    copy.add_done_callback(cancelled_here)
    other.call_soon_threadsafe(theirs.add_done_callback, done)
    return asyncio.wrap_future(copy, loop=loop)


async def next_of(iterator: AsyncIterator) -> object:
    """The next item, in a task: async generators note their loop when they are first asked."""
    return await type(iterator).__anext__(iterator)


async def close(iterator: AsyncIterator) -> None:
    """Closes an async generator; leaves any other iterator alone."""
    if isinstance(iterator, AsyncGeneratorType):
        await iterator.aclose()


async def make_generator():  # noqa: ANN201 (its type is wanted)
    """An async generator."""
    yield


AsyncGeneratorType = type(make_generator())

AWAITED: list[Callable[[Awaitable], asyncio.Future]] = [
    future_of,
    lambda iterator: loop.create_task(next_of(iterator)),
    lambda iterator: loop.create_task(close(iterator)),
]
