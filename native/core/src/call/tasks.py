"""Tasks that outlast a call: of async generators, and of async context managers.

Runs in the namespace of asyncio.py, whose text this one follows.
"""
# ruff: noqa: F821

import asyncio
import weakref
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress


class Part(asyncio.Future):
    """What a call awaits of a task that goes on afterwards."""

    is_begun = True

    def __init__(self, task: asyncio.Task) -> None:
        super().__init__(loop=loop)
        self.task = task

    def worker(self) -> asyncio.Future:
        """Who works for it at this moment."""
        return self.task if self.is_begun and not self.done() else self

    def cancel(self, msg: object = None) -> bool:
        """Cancels what the task awaits; or the part alone, if it has not begun."""
        worker = self.worker()
        return super().cancel(msg) if worker is self else worker.cancel(msg)

    def end(self, error: BaseException) -> None:
        """The task came to no result."""
        if isinstance(error, asyncio.CancelledError):
            super().cancel()
        else:
            self.set_exception(raisable(error))


class Step(Part):
    """The next item of an async generator, or its end, on a walk."""

    is_begun = False

    def __init__(
        self, walk: 'Walk', act: Callable[[AsyncIterator], Awaitable], generator: AsyncIterator
    ) -> None:
        super().__init__(walk.task)
        self.act, self.generator = act, generator


class Walk:
    """
    One task for all of an async generator: what that keeps of its task or context, like a timeout or a
    variable, holds from item to item.
    """

    def __init__(self, generator: AsyncIterator) -> None:
        self.steps = asyncio.Queue()
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
                step.is_begun = True
                is_over = not await self.make(step) or is_over
            # Nothing here may keep the generator while it waits for the next.
            step = None
        self.forget()

    async def make(self, step: Step) -> bool:
        """Takes one step; whether the generator goes on."""
        try:
            step.set_result(await step.act(step.generator))
        except BaseException as error:
            step.end(error)
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


class Left(Part):
    """The end of a stay, for who waits for it."""

    def __init__(self, stay: 'Stay') -> None:
        super().__init__(stay.task)
        self.stay = stay

    def cancel(self, msg: object = None) -> bool:
        """Cancels the stay."""
        return self.stay.cancel()


class Stay:
    """
    One task for all of an `async with`, whose body is JavaScript's: what the context manager keeps of its
    task or context, like a timeout, a task group or a variable, holds from `__aenter__` to `__aexit__`.
    """

    def __init__(self, manager: object) -> None:
        self.loop = loop
        self.body = loop.create_future()
        self.thrown: BaseException | None = None
        self.is_cancelled = False
        self.task = loop.create_task(self.go(manager))
        # The result: what the context manager gives, the end, and settle(how, thrown), which ends the body.
        self.entered: Part | None = Part(self.task)
        stays.add(self)
        self.task.add_done_callback(self.leave)

    async def go(self, manager: object) -> bool:
        """False if what the body has thrown went through."""
        try:
            async with manager as value:
                self.enter(value)
                self.thrown = await self.body
                if self.thrown is not None:
                    raise self.thrown
        except BaseException as error:
            if error is self.thrown:
                return False
            if self.entered is None:
                raise
            self.entered.end(error)
        return True

    def enter(self, value: object) -> None:
        """JavaScript has the word. If it forgets to leave, the stay is cancelled."""

        def settle(how: bool | None, thrown: BaseException | None) -> None:
            """True: the body has ended; False: it has thrown; None: nobody waits for it."""
            if how is None:
                self.call_soon(self.cancel)
            else:
                self.call_soon(self.end_body, None if how else thrown)

        self.forgotten = weakref.ref(settle, lambda _: self.call_soon(self.forget))
        self.left = Left(self)
        self.entered.set_result((value, self.left, settle))
        self.entered = None

    def call_soon(self, function: Callable, *args: object) -> None:
        """Calls on the loop, from any thread, unless the loop is over."""
        with suppress(RuntimeError):
            self.loop.call_soon_threadsafe(function, *args)

    def end_body(self, thrown: BaseException | None) -> None:
        """The body has ended, unless the task did not wait for it."""
        if not self.body.done():
            self.body.set_result(thrown)

    def forget(self) -> None:
        """Nobody can end the body any more."""
        if not self.body.done():
            self.cancel()

    def cancel(self) -> bool:
        """Cancels the task, once: __aexit__ is not to be cut short by who asks again."""
        is_first, self.is_cancelled = not self.is_cancelled, True
        return is_first and self.task.cancel()

    def leave(self, task: asyncio.Task) -> None:
        """The task is over; it may not even have begun to enter."""
        stays.discard(self)
        if self.entered is None:
            end_as(self.left, task)
        elif not self.entered.done():
            self.entered.end(asyncio.CancelledError())


def end_as(part: Part, task: asyncio.Task) -> None:
    """Ends as the task has ended."""
    if task.cancelled():
        part.end(asyncio.CancelledError())
    elif task.exception() is not None:
        part.end(task.exception())
    else:
        part.set_result(task.result())


stays: set[Stay] = set()


AWAITED: list[Callable[[object], asyncio.Future]] = [
    future_of,
    lambda iterator: step_of(next_of, iterator),
    lambda iterator: step_of(close, iterator),
    lambda manager: Stay(manager).entered,
]
