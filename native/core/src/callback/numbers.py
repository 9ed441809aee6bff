"""JavaScript objects that are numbers; see javascript.py, whose names it has."""
# ruff: noqa: ANN001, ANN201, ANN202, ANN204

import operator

PRIMITIVE = 25


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
