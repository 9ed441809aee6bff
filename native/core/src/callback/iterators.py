"""The Python classes of JavaScript iterators; see javascript.py, whose names it has."""
# ruff: noqa: ANN001, E501, ANN201, ANN204, F821

from _collections_abc import AsyncIterator

ASYNC_NEXT = 23
RETURN = 24
SEND = 30
THROW = 31


class JsIterator(JsAny, JsNext):
    """A JavaScript iterator."""

    __slots__ = ()

    def close(self):
        """Ends the iteration, as leaving a `for..of` loop does."""
        self.__ask__(RETURN, None)

    def send(self, value):
        """The next item; a JavaScript generator gets the value from its `yield`."""
        return stepped(*self.__ask__(SEND, None, value))

    def throw(self, kind, value=None, traceback=None, /):
        """Throws an exception where a JavaScript generator stands, which may catch it; any other iterator ends with it."""
        error = kind if isinstance(kind, BaseException) else kind() if value is None else value
        if not isinstance(error, BaseException):
            error = kind(error)
        return stepped(*self.__ask__(THROW, None, error))


def stepped(done, value):
    if done:
        raise StopIteration(value)
    return value


class JsAsyncIterator(JsAny, AsyncIterator, JsValue):
    """A JavaScript async iterator."""

    __slots__ = ()

    async def __anext__(self):
        done, value = await self.__ask__(ASYNC_NEXT, None)
        if done:
            raise StopAsyncIteration
        return value

    async def aclose(self):
        """Ends the iteration, as leaving a `for await` loop does."""
        await self.__ask__(RETURN, None)
