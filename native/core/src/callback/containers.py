"""The Python classes of JavaScript containers that go by reference; see javascript.py, whose names it has."""
# ruff: noqa: ANN001, E501, ANN201, ANN204, ANN206, F821

import operator
from _collections_abc import MutableMapping, MutableSequence, MutableSet, Sequence

GET_ITEM = 10
SET_ITEM = 11
DELETE_ITEM = 12
LENGTH = 13
CONTAINS = 14
SPLICE = 26
KEYS = 27
CLEAR = 28
ADD = 29

MISSING = object()


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
