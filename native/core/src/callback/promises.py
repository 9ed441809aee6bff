"""The Python class of JavaScript promises; see javascript.py, whose names it has."""
# ruff: noqa: ANN001, E501, ANN201, ANN202, F821

THEN = 8
PING = 16
# How long a wait for a promise goes on before JavaScript is asked whether it still runs.
PATIENCE = 1.0


class JsPromise(JsAny, Thenable, JsValue):
    """A JavaScript promise: a coroutine can await it, and a thread of Python's can wait for its result."""

    __slots__ = ()

    def result(self, timeout=None):
        """Waits for the promise, and gives what it is fulfilled with or raises what it is rejected with.

        TimeoutError after `timeout` seconds; RuntimeError on the JavaScript thread, which must not wait for itself.
        """
        if self.__is_home__():
            raise RuntimeError(
                'The result of a JavaScript promise cannot be waited for on the JavaScript thread: '
                'it could never settle meanwhile. Return the promise, or wait in another thread.'
            )
        return settled(self, timeout)


def settled(promise, timeout):
    """Waits as `result` says. JavaScript is asked from time to time, so that its end, or a deadlock, ends the wait."""
    import threading
    import time

    done, outcome = threading.Event(), []

    def settle(ok, value):
        outcome.extend((ok, value))
        done.set()

    promise.__ask__(THEN, None, settle)
    end = None if timeout is None else time.monotonic() + timeout
    while not done.wait(PATIENCE if end is None else min(PATIENCE, max(0, end - time.monotonic()))):
        if end is not None and time.monotonic() >= end:
            raise TimeoutError('The JavaScript promise was not settled in time.')
        promise.__ask__(PING, None)
    ok, value = outcome
    if ok:
        return value
    raise value if isinstance(value, BaseException) else rejection(value)


def rejection(value):
    """The exception for a rejection with what is no Error, as for a throw of it."""
    error = JsError(str(value))
    error.name, error.message, error.stack, error.value = None, str(value), None, value
    return error
