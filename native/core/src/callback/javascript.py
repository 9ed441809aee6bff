"""The Python classes of JavaScript values.

What they do, they ask of JavaScript by `__ask__(operation, fallback, *args)`; the operations are `Dispatch`
of lib/codec/tags.ts. The core gives JsValue (attributes, items, `in`, repr), JsCallable (calls), JsNext
(iteration) and JsError, and asks for `class_of(kind)`.
"""
# ruff: noqa: ANN001, E501, ANN002, ANN003, ANN201, ANN202, ANN204, ANN206, F821

import operator
from _collections_abc import (
    AsyncIterator,
    Awaitable,
    MutableMapping,
    MutableSequence,
    MutableSet,
    Sequence,
)

GET = 1
ITER = 5
THEN = 8
NEW = 9
GET_ITEM = 10
SET_ITEM = 11
DELETE_ITEM = 12
LENGTH = 13
CONTAINS = 14
PING = 16
SIGNATURE = 17
INSTANCE_OF = 18
SUBCLASS_OF = 19
DISPOSE = 20
ASYNC_DISPOSE = 21
ASYNC_ITER = 22
ASYNC_NEXT = 23
RETURN = 24
PRIMITIVE = 25
SPLICE = 26
KEYS = 27
CLEAR = 28
ADD = 29
SEND = 30
THROW = 31

MISSING = object()
# How long a wait for a promise goes on before JavaScript is asked whether it still runs.
PATIENCE = 1.0


class JsAny:
    """What all JavaScript values have."""

    __slots__ = ()

    def __reduce_ex__(self, protocol):
        raise TypeError(
            f'A {type(self).__name__} cannot be copied or pickled: it stands for a value in JavaScript.'
        )


class JsObject(JsAny, JsValue):
    """A JavaScript object: its properties are attributes, and its items too."""

    __slots__ = ()


class JsFunction(JsAny, JsCallable):
    """A JavaScript function. Keyword arguments reach it as a last argument of the type Kwargs."""

    __slots__ = ()

    @property
    def __name__(self):
        name = self.__ask__(GET, '', 'name')
        return name if type(name) is str and name else '<anonymous>'

    @property
    def __signature__(self):
        return signature(self.__ask__(SIGNATURE, None))

    def new(self, /, *args, **kwargs):
        """`new function(*args)`"""
        return self.__ask__(NEW, None, *args, **kwargs)


class JsClass(JsFunction):
    """A JavaScript class: a call makes an instance, and isinstance() and issubclass() understand it."""

    __slots__ = ()

    def __instancecheck__(self, value):
        return self.__ask__(INSTANCE_OF, False, value)

    def __subclasscheck__(self, value):
        if value is self:
            return True
        return isinstance(value, JsFunction) and self.__ask__(SUBCLASS_OF, False, value)

    def __mro_entries__(self, bases):
        raise TypeError('A Python class cannot extend a JavaScript class.')


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


class Iterates:
    __slots__ = ()

    def __iter__(self):
        iterator = self.__ask__(ITER, None)
        if iterator is None:
            raise TypeError('the JavaScript object is not iterable any more')
        return iterator


class IteratesAsync:
    __slots__ = ()

    def __aiter__(self):
        iterator = self.__ask__(ASYNC_ITER, None)
        if iterator is None:
            raise TypeError('the JavaScript object is not async iterable any more')
        return iterator


class Thenable(Awaitable):
    __slots__ = ()

    def __await__(self):
        return self.__awaiter__()


class Sized:
    __slots__ = ()

    def __len__(self):
        length = self.__ask__(LENGTH, None)
        if length is None:
            raise TypeError('the JavaScript object has no length')
        return length


class Disposable:
    __slots__ = ()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.__ask__(DISPOSE, None)


class AsyncDisposable:
    __slots__ = ()

    async def __aenter__(self):
        return self

    async def __aexit__(self, *exception):
        await self.__ask__(ASYNC_DISPOSE, None)


class Valued:
    """An object whose valueOf() (or Symbol.toPrimitive) gives a number: it counts and compares as that."""

    __slots__ = ()

    def __int__(self):
        return int(number(self))

    def __float__(self):
        return float(number(self))

    def __neg__(self):
        return -number(self)

    def __pos__(self):
        return +number(self)

    def __abs__(self):
        return abs(number(self))


def number(value):
    """The number that a JavaScript object is."""
    primitive = value.__ask__(PRIMITIVE, None)
    if primitive is None:
        raise TypeError('the JavaScript object is no number')
    return primitive


def operation(operate, is_reflected=False):
    """A method that does `operate` with the number of the object."""

    def method(self, other):
        mine = self.__ask__(PRIMITIVE, None)
        its = other.__ask__(PRIMITIVE, None) if isinstance(other, Valued) else other
        if mine is None or its is None:
            return NotImplemented
        return operate(its, mine) if is_reflected else operate(mine, its)

    return method


for name in ('add', 'sub', 'mul', 'truediv', 'floordiv', 'mod', 'pow'):
    setattr(Valued, f'__{name}__', operation(getattr(operator, name)))
    setattr(Valued, f'__r{name}__', operation(getattr(operator, name), is_reflected=True))
for name in ('lt', 'le', 'gt', 'ge'):
    setattr(Valued, f'__{name}__', operation(getattr(operator, name)))


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


class JsArray(JsAny, MutableSequence, JsValue):
    """A JavaScript array as a list: what one side changes, the other sees."""

    __slots__ = ()
    __hash__ = None
    __contains__ = Sequence.__contains__

    def __len__(self):
        return self.__ask__(LENGTH, 0)

    def __bool__(self):
        return len(self) > 0

    def __getitem__(self, key):
        if isinstance(key, slice):
            return [self[index] for index in range(*key.indices(len(self)))]
        return item(self, key)

    def __setitem__(self, key, value):
        if isinstance(key, slice):
            set_slice(self, key, list(value))
        else:
            self.__ask__(SET_ITEM, None, place(self, key), value)

    def __delitem__(self, key):
        if not isinstance(key, slice):
            self.__ask__(SPLICE, None, place(self, key), 1, [])
        elif key.step in (None, 1):
            set_slice(self, key, [])
        else:
            for index in sorted(range(*key.indices(len(self))), reverse=True):
                self.__ask__(SPLICE, None, index, 1, [])

    def __eq__(self, other):
        if isinstance(other, (list, JsArray)):
            return self is other or list(self) == list(other)
        return NotImplemented

    def __add__(self, other):
        return list(self) + list(other) if isinstance(other, (list, JsArray)) else NotImplemented

    def __radd__(self, other):
        return other + list(self) if isinstance(other, list) else NotImplemented

    def insert(self, index, value):
        start, _, _ = slice(index, None).indices(len(self))
        self.__ask__(SPLICE, None, start, 0, [value])

    def extend(self, values):
        self.__ask__(SPLICE, None, len(self), 0, list(values))

    def clear(self):
        self.__ask__(CLEAR, None)

    def copy(self):
        """A list of the items."""
        return list(self)

    def sort(self, *, key=None, reverse=False):
        """Sorts by Python's rules, in place."""
        self[:] = sorted(self, key=key, reverse=reverse)


def place(sequence, key):
    """An index from the start; IndexError when there is no such item."""
    index, length = operator.index(key), len(sequence)
    index = index + length if index < 0 else index
    if not 0 <= index < length:
        raise IndexError('the JavaScript array has no such item')
    return index


def item(sequence, key):
    value = sequence.__ask__(GET_ITEM, MISSING, place(sequence, key))
    if value is MISSING:
        raise IndexError('the JavaScript array has no such item')
    return value


def set_slice(array, key, values):
    start, stop, step = key.indices(len(array))
    if step == 1:
        array.__ask__(SPLICE, None, start, max(0, stop - start), values)
        return
    places = range(start, stop, step)
    if len(places) != len(values):
        raise ValueError(f'{len(values)} items cannot be assigned to an extended slice of {len(places)}')
    for index, value in zip(places, values, strict=True):
        array.__ask__(SET_ITEM, None, index, value)


class JsTypedArray(JsAny, Sequence, JsValue):
    """A JavaScript typed array: numbers that both sides see, of a fixed length."""

    __slots__ = ()
    __contains__ = Sequence.__contains__

    def __len__(self):
        return self.__ask__(LENGTH, 0)

    def __getitem__(self, key):
        if isinstance(key, slice):
            return [self[index] for index in range(*key.indices(len(self)))]
        return item(self, key)

    def __setitem__(self, key, value):
        self.__ask__(SET_ITEM, None, place(self, key), value)

    def __delitem__(self, key):
        raise TypeError('the length of a JavaScript typed array is fixed')


class Mapping(MutableMapping):
    """What the two mappings have in common."""

    __slots__ = ()

    def __len__(self):
        return self.__ask__(LENGTH, 0)

    def __bool__(self):
        return len(self) > 0

    def __iter__(self):
        return self.__ask__(KEYS, None)

    def __contains__(self, key):
        return self.__ask__(CONTAINS, False, key)

    def __getitem__(self, key):
        value = self.__ask__(GET_ITEM, MISSING, key)
        if value is MISSING:
            raise KeyError(key)
        return value

    def __delitem__(self, key):
        if not self.__ask__(DELETE_ITEM, False, key):
            raise KeyError(key)

    def clear(self):
        self.__ask__(CLEAR, None)

    def copy(self):
        """A dict of the items."""
        return dict(self)


class JsMap(JsAny, Mapping, JsValue):
    """A JavaScript Map as a dict: what one side changes, the other sees."""

    __slots__ = ()

    def __setitem__(self, key, value):
        check_key(key)
        self.__ask__(SET_ITEM, None, key, value)


class JsDict(JsAny, Mapping, JsValue):
    """A plain JavaScript object as a dict: what one side changes, the other sees."""

    __slots__ = ()

    def __contains__(self, key):
        return isinstance(key, (str, int)) and self.__ask__(CONTAINS, False, key)

    def __setitem__(self, key, value):
        self.__ask__(SET_ITEM, None, key, value)


class JsSet(JsAny, MutableSet, JsValue):
    """A JavaScript Set as a set: what one side changes, the other sees."""

    __slots__ = ()
    __iter__ = Iterates.__iter__
    __len__ = Mapping.__len__
    __bool__ = Mapping.__bool__
    __contains__ = Mapping.__contains__
    clear = Mapping.clear

    def add(self, value):
        check_key(value)
        self.__ask__(ADD, None, value)

    def discard(self, value):
        self.__ask__(DELETE_ITEM, False, value)

    @classmethod
    def _from_iterable(cls, values):
        return set(values)


def check_key(key):
    """What JavaScript gets as a new object each time, it could never find again."""
    if isinstance(key, (tuple, frozenset, bytes)):
        raise TypeError(
            f'A {type(key).__name__} cannot be a key of a JavaScript Map or Set: it would be a new one each time.'
        )


def signature(parameters):
    """The signature from the names and kinds that JavaScript found; any arguments where it found none."""
    from inspect import Parameter, Signature
    from keyword import iskeyword

    def parameter(name, kind):
        if iskeyword(name):
            raise ValueError
        if kind == 'rest':
            return Parameter(name, Parameter.VAR_POSITIONAL)
        default = ... if kind == 'optional' else Parameter.empty
        return Parameter(name, Parameter.POSITIONAL_ONLY, default=default)

    try:
        parameters = [('args', 'rest')] if parameters is None else parameters
        return Signature([parameter(*pair) for pair in parameters])
    except ValueError:  # a word of Python's
        return Signature([parameter('args', 'rest')])


# By the lowest four bits of a kind; Errors are objects too, which their JsError holds.
CLASSES = {
    0: JsObject,
    1: JsFunction,
    2: JsPromise,
    3: JsObject,
    5: JsIterator,
    6: JsAsyncIterator,
    7: JsClass,
    8: JsArray,
    9: JsTypedArray,
    10: JsMap,
    11: JsSet,
    12: JsDict,
}

# By the bits above.
TRAITS = {
    16: Iterates,
    32: IteratesAsync,
    64: Thenable,
    128: Sized,
    256: Disposable,
    512: AsyncDisposable,
    1024: Valued,
}


def class_of(kind):
    """The class for values of that kind, with the traits of its bits."""
    base = CLASSES[kind & 15]
    traits = [trait for bit, trait in TRAITS.items() if kind & bit]
    if not traits:
        return base
    names = {'__slots__': (), '__doc__': base.__doc__, '__module__': base.__module__}
    return type(base)(base.__name__, (*traits, base), names)
