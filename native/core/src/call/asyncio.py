"""The asyncio loop of an interpreter, on a thread of its own, which is started with the first awaitable."""

import asyncio
import atexit
import sys
import threading
import weakref
from collections.abc import Callable, Coroutine
from concurrent import futures
from contextlib import suppress
from types import CoroutineType

# Where a task is not interrupted, as in asyncio itself.
__name__ = 'asyncio.python_ts'

# How long tasks may take to end when the interpreter does, in seconds.
GRACE = 0.5

AnyFuture = asyncio.Future | futures.Future

lock = threading.Lock()
loop: asyncio.AbstractEventLoop | None = None
# The thread that runs it.
runner: int | None = None
is_stopping = False
# What the core asks before it interrupts that thread. It runs no bytecode, so that stays where it is.
task_now = asyncio.current_task if sys.version_info >= (3, 12) else asyncio.tasks._current_tasks.get
# The code of a task's steps, where tasks are made of Python.
STEPS = {step.__code__ for name, step in vars(asyncio.Task).items() if '__step' in name}
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


def start(call: int, how: int, subject: object) -> None:
    """Has the loop await, for a call."""
    with lock:
        waiting[call] = subject
        try:
            the_loop().call_soon_threadsafe(begin, call, how)
        except BaseException:
            del waiting[call]
            cancelled.discard(call)
            raise


def the_loop() -> asyncio.AbstractEventLoop:
    """The loop, which is made when it is first asked for, under the lock; the core runs it."""
    global loop
    if loop is None:
        loop = for_any_thread(asyncio.new_event_loop())
    return loop


def for_any_thread(loop: asyncio.AbstractEventLoop) -> asyncio.AbstractEventLoop:
    """Has `call_soon` wake the loop for any thread: JavaScript calls `set_result` and its like on its own."""
    own = loop.call_soon

    def call_soon(callback: Callable, *args: object, context: object = None) -> asyncio.Handle:
        if threading.get_ident() == runner:
            return own(callback, *args, context=context)
        return loop.call_soon_threadsafe(callback, *args, context=context)

    # A loop of another maker may take no attributes.
    with suppress(AttributeError):
        loop.call_soon = call_soon
    return loop


def is_wanted() -> bool:
    """Whether there is a loop to run."""
    return loop is not None


def cancel(call: int) -> None:
    """Cancels the task of a call."""
    if loop is not None:
        loop.call_soon_threadsafe(cancel_now, call)
    elif core_is_awaited(call):  # noqa: F821
        # The loop is being made.
        cancelled.add(call)


def cancel_all() -> None:
    """Cancels the tasks of all calls, those included that are not yet begun."""
    for call in [*running, *waiting]:
        cancel(call)


def stop() -> None:
    """Ends the loop."""
    global is_stopping
    is_stopping = True
    if loop is not None and not loop.is_closed():
        loop.call_soon_threadsafe(loop.stop)


def run() -> None:
    """Runs the loop on this thread, until stop(). The next awaitable, if there is one, has a new loop."""
    global loop, runner, is_stopping
    with lock:
        asyncio.set_event_loop(the_loop())
        runner = threading.get_ident()
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
            with suppress(AttributeError):
                task._log_destroy_pending = False
        asyncio.set_event_loop(None)
        with lock:
            loop.close()
            loop, runner, is_stopping = None, None, False
            known.clear()
            walks.clear()  # noqa: F821
            stays.clear()  # noqa: F821
            close_waiting()


def close_waiting() -> None:
    """What was not begun to be awaited never is."""
    for subject in waiting.values():
        drop(subject)
    waiting.clear()


def drop(subject: object) -> None:
    """A coroutine that nobody will await would warn of it."""
    if isinstance(subject, Coroutine):
        with suppress(BaseException):
            subject.close()


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
        future = AWAITED[how](waiting.pop(call))  # noqa: F821
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
        finish(call, False, from_outside(future.exception()))
    else:
        finish(call, True, future.result())


def from_outside(error: BaseException) -> BaseException:
    """The exception without our own frames."""
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_frame.f_code.co_filename == end.__code__.co_filename:
        traceback = traceback.tb_next
    return error if traceback is error.__traceback__ else error.with_traceback(traceback)


def cancellation(future: asyncio.Future) -> BaseException:
    """The exception of a cancelled future, without our own frame."""
    try:
        return future.result()
    except asyncio.CancelledError as error:
        return error.with_traceback(None)


def at_work(call: int | None) -> asyncio.Task | None:
    """The task that the loop is at, at this moment, if it is that of the call; without one, any."""
    task = loop and asyncio.current_task(loop)
    if task is None or call is None:
        return task
    future = running.get(call)
    return task if future is not None and task_at(future) is task else None


def task_at(future: asyncio.Future) -> asyncio.Future:
    """The task that works for a future of ours, if it is none itself."""
    return future.worker() if isinstance(future, Part) else future  # noqa: F821 (of tasks.py)


def cancel_now(call: int) -> None:
    """Cancels the task of a call, on the loop."""
    future = running.get(call)
    if future is not None:
        future.cancel()
    elif core_is_awaited(call):  # noqa: F821
        cancelled.add(call)


def future_of(awaitable: object) -> asyncio.Future:
    """A future of the loop for anything that can be awaited."""
    if isinstance(awaitable, futures.Future):
        return of_thread(awaitable)
    if asyncio.isfuture(awaitable):
        return awaitable if awaitable.get_loop() is loop else of_loop(awaitable)
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
    elif isinstance(task.exception(), (KeyboardInterrupt, SystemExit)):
        # They leave the loop, whose frames, and so the task, are in their tracebacks: for ever.
        del known[coroutine]
        return
    elif task.exception() is not None:
        leave_steps(task.exception())
        copy.set_exception(task.exception())
        copy.exception()
    else:
        copy.set_result(task.result())
    known[coroutine] = copy


def leave_steps(exception: BaseException) -> None:
    """Takes the steps of tasks out of a traceback: their frames keep the coroutine alive. C has none."""
    entries = []
    entry = exception.__traceback__ if STEPS else None
    while entry is not None:
        entries.append(entry)
        entry = entry.tb_next
    rest = None
    for each in reversed([each for each in entries if each.tb_frame.f_code not in STEPS]):
        each.tb_next = rest
        rest = each
    if entries:
        exception.__traceback__ = rest


def of_thread(theirs: futures.Future) -> asyncio.Future:
    """A future of the loop for one of a thread."""
    return follow(theirs, theirs.add_done_callback, theirs.cancel)


def of_loop(theirs: asyncio.Future) -> asyncio.Future:
    """A future of the loop for one of another loop."""
    other = theirs.get_loop()

    def add(done: Callable) -> None:
        other.call_soon_threadsafe(theirs.add_done_callback, done)

    def cancel() -> None:
        if not other.is_closed():
            other.call_soon_threadsafe(theirs.cancel)

    return follow(theirs, add, cancel)


def follow(theirs: AnyFuture, add: Callable, cancel: Callable) -> asyncio.Future:
    """A future of the loop that ends as another one does, and cancels it. `add` adds a callback to that."""
    copy = loop.create_future()

    def done(theirs: AnyFuture) -> None:
        # The loop may be closed, and nobody wait.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(take, theirs, copy)

    copy.add_done_callback(lambda copy: cancel() if copy.cancelled() else None)
    if theirs.done():
        take(theirs, copy)
    else:
        add(done)
    return copy


def take(theirs: AnyFuture, copy: asyncio.Future) -> None:
    """Ends a future as another one has ended."""
    if copy.done():
        return
    if theirs.cancelled():
        copy.cancel()
    elif theirs.exception() is not None:
        copy.set_exception(raisable(theirs.exception()))
    else:
        copy.set_result(theirs.result())


def raisable(error: BaseException) -> BaseException:
    """What a future can raise: the end of an iteration is an error there, as it is in a coroutine."""
    if not isinstance(error, StopIteration):
        return error
    stand_in = RuntimeError('the awaited future raised StopIteration')
    stand_in.__cause__ = error
    return stand_in
