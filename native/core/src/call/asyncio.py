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

AnyFuture = asyncio.Future | futures.Future

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


def start(call: int, how: int, subject: object) -> None:
    """Has the loop await, for a call."""
    with lock:
        waiting[call] = subject
        try:
            the_loop().call_soon_threadsafe(begin, call, how)
        except BaseException:
            del waiting[call]
            raise


def the_loop() -> asyncio.AbstractEventLoop:
    """The loop, which is made when it is first asked for, under the lock; the core runs it."""
    global loop
    if loop is None:
        loop = asyncio.new_event_loop()
    return loop


def is_wanted() -> bool:
    """Whether there is a loop to run."""
    return loop is not None


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
    with lock:
        asyncio.set_event_loop(the_loop())
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
            loop, is_stopping = None, False
            known.clear()
            walks.clear()
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


def at_work() -> int | None:
    """The call whose task the loop is at, at this moment: -1 for any other task."""
    task = loop and asyncio.current_task(loop)
    if task is None:
        return None
    return next((call for call, future in list(running.items()) if task_at(future) is task), -1)


def task_at(future: asyncio.Future) -> asyncio.Future:
    """The task that works for a future of ours, if it is none itself."""
    return future.walk.task if isinstance(future, Step) and future.walk.step is future else future


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
        copy.set_exception(task.exception())
        copy.exception()
    else:
        copy.set_result(task.result())
    known[coroutine] = copy


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


class Step(asyncio.Future):
    """The next item of an async generator, or its end, on a walk."""

    def __init__(
        self, walk: 'Walk', act: Callable[[AsyncIterator], Awaitable], generator: AsyncIterator
    ) -> None:
        super().__init__(loop=loop)
        self.walk, self.act, self.generator = walk, act, generator

    def cancel(self, msg: object = None) -> bool:
        """Cancels what the generator awaits; or the step, if it has not begun."""
        if self.walk.step is self:
            return self.walk.task.cancel(msg)
        return super().cancel(msg)

    def end_cancelled(self) -> None:
        """The generator let itself be cancelled."""
        super().cancel()


class Walk:
    """
    One task for all of an async generator: what that keeps of its task or context, like a timeout or a
    variable, holds from item to item.
    """

    def __init__(self, generator: AsyncIterator) -> None:
        self.steps = asyncio.Queue()
        self.step: Step | None = None
        self.key = id(generator)
        # The walk must not keep the generator, and ends with it.
        self.generator = weakref.ref(generator, lambda _: self.leave())
        self.loop = loop
        self.task = loop.create_task(self.go())

    def leave(self) -> None:
        """The generator is gone."""
        self.forget()
        if not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self.task.cancel)

    def forget(self) -> None:
        """No step is taken on this walk any more."""
        if walks.get(self.key) is self:
            del walks[self.key]

    async def go(self) -> None:
        """Takes the steps, in the order in which they are asked for, until the generator has ended."""
        is_over = False
        while not is_over or not self.steps.empty():
            step = await self.steps.get()
            if not step.done():
                self.step = step
                is_over = not await self.make(step) or is_over
            # Nothing here may keep the generator while it waits for the next.
            step = self.step = None
        self.forget()

    async def make(self, step: Step) -> bool:
        """Takes one step; whether the generator goes on."""
        try:
            step.set_result(await step.act(step.generator))
        except asyncio.CancelledError:
            step.end_cancelled()
        except BaseException as error:
            step.set_exception(raisable(error))
        else:
            return step.act is next_of
        return False


walks: dict[int, Walk] = {}


def step_of(act: Callable[[AsyncIterator], Awaitable], iterator: AsyncIterator) -> asyncio.Future:
    """A future of the loop for what `act` does with an async iterator."""
    if not isinstance(iterator, AsyncGeneratorType):
        return loop.create_task(act(iterator))
    walk = walks.get(id(iterator))
    if walk is None:
        walk = walks[id(iterator)] = Walk(iterator)
    step = Step(walk, act, iterator)
    walk.steps.put_nowait(step)
    return step


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
    lambda iterator: step_of(next_of, iterator),
    lambda iterator: step_of(close, iterator),
]
