"""How a coroutine awaits a JavaScript promise: an asyncio future that JavaScript settles."""

import asyncio
from collections.abc import Callable


def rejection(value: object) -> BaseException:
    """The exception for a rejection with what is no Error, as for a throw of it."""
    error = JsError(str(value))  # noqa: F821 (the core puts it there)
    error.name, error.message, error.stack, error.value = None, str(value), None, value
    return error


def awaiter() -> tuple[asyncio.Future, Callable[[bool, object], None]]:
    """A future of the running loop, and settle(ok, value), which may be called from any thread."""
    loop = asyncio.get_running_loop()
    future = loop.create_future()

    def finish(ok: bool, value: object) -> None:
        if future.done():
            return
        if ok:
            future.set_result(value)
        elif isinstance(value, BaseException):
            future.set_exception(value)
        else:
            future.set_exception(rejection(value))

    def settle(ok: bool, value: object) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(finish, ok, value)

    return future, settle
