"""How a coroutine awaits a JavaScript promise: an asyncio future that JavaScript settles."""

import asyncio
from collections.abc import Callable


def raisable(error: BaseException) -> BaseException:
    """What a future can raise: the end of an iteration is an error there, as it is in a coroutine."""
    if not isinstance(error, StopIteration):
        return error
    stand_in = RuntimeError('the awaited promise was rejected with StopIteration')
    stand_in.__cause__ = error
    return stand_in


def awaiter() -> tuple[asyncio.Future, Callable[[bool, object], None]]:
    """A future of the running loop, and settle(ok, value), which may be called from any thread."""
    loop = asyncio.get_running_loop()
    future = loop.create_future()

    def finish(ok: bool, value: object) -> None:
        if future.done():
            return
        if ok:
            future.set_result(value)
        else:
            future.set_exception(raisable(value))

    def settle(ok: bool, value: object) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(finish, ok, value)

    return future, settle
