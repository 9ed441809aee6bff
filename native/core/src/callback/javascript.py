"""The Python classes of JavaScript values.

What they do, they ask of JavaScript by `__ask__(operation, fallback, *args)`; the operations are `Dispatch`
of lib/codec/tags.ts. The core gives JsValue (attributes, items, `in`, repr), JsCallable (calls), JsNext
(iteration), JsError and `load(file, names)`, and asks for `class_of(kind, names)`. What most programs do
without lies in files of their own, which run when first needed: iterators.py, promises.py, containers.py,
numbers.py and signatures.py.
"""
# ruff: noqa: ANN001, ANN002, ANN003, ANN201, ANN204, F821

from _collections_abc import Awaitable

GET = 1
ITER = 5
NEW = 9
LENGTH = 13
SIGNATURE = 17
INSTANCE_OF = 18
SUBCLASS_OF = 19
DISPOSE = 20
ASYNC_DISPOSE = 21
ASYNC_ITER = 22


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
        return names_of('signatures')['signature'](self.__ask__(SIGNATURE, None))

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


FILES = {}


def names_of(file):
    """What another file of ours defines; it begins with the names of this one."""
    if file not in FILES:
        # Of two threads that load one file at a time, the first has made its classes.
        FILES.setdefault(file, load(file, globals()))
    return FILES[file]


# By the lowest four bits of a kind; Errors are objects too, which their JsError holds.
CLASSES = {
    0: lambda: JsObject,
    1: lambda: JsFunction,
    2: lambda: names_of('promises')['JsPromise'],
    3: lambda: JsObject,
    5: lambda: names_of('iterators')['JsIterator'],
    6: lambda: names_of('iterators')['JsAsyncIterator'],
    7: lambda: JsClass,
    8: lambda: names_of('containers')['JsArray'],
    9: lambda: names_of('containers')['JsTypedArray'],
    10: lambda: names_of('containers')['JsMap'],
    11: lambda: names_of('containers')['JsSet'],
    12: lambda: names_of('containers')['JsDict'],
}

# By the bits above.
TRAITS = {
    16: lambda: Iterates,
    32: lambda: IteratesAsync,
    64: lambda: Thenable,
    128: lambda: Sized,
    256: lambda: Disposable,
    512: lambda: AsyncDisposable,
    1024: lambda: names_of('numbers')['Valued'],
}


NAMED = {}


def named(base, name):
    """The class of a JavaScript class's instances; classes of one name that extend the same are one."""
    if (base, name) not in NAMED:
        names = {'__slots__': (), '__doc__': base.__doc__, '__module__': 'javascript'}
        NAMED.setdefault((base, name), type(base)(name, (base,), names))
    return NAMED[base, name]


def class_of(kind, names):
    """The class for values of that kind and its traits, of the JavaScript classes `names`, the root first."""
    base = CLASSES[kind & 15]()
    for name in names:
        base = named(base, name)
    traits = [trait() for bit, trait in TRAITS.items() if kind & bit]
    if not traits:
        return base
    names = {'__slots__': (), '__doc__': base.__doc__, '__module__': base.__module__}
    return type(base)(base.__name__, (*traits, base), names)
