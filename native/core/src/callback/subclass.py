"""Python classes for JavaScript classes that extend a Python class.

JavaScript gives the members as functions that take the instance first; `derive` makes the class of them.
"""
# ruff: noqa: ANN001, ANN002, ANN003, ANN201, ANN202, ANN204

from types import new_class

NEW = 9
REFUSED = frozenset(('__new__', '__del__', '__init_subclass__', '__class__', '__dict__', '__weakref__'))
METACLASSES = {}


def derive(name, base, members, javascript):
    """The class `name` of a JavaScript class."""
    if not isinstance(base, type):
        raise TypeError('A JavaScript class can only extend a Python class.')

    def fill(names):
        names['__module__'] = 'javascript'
        names['__javascript__'] = javascript
        for member, kind, *functions in members:
            if member in REFUSED:
                raise TypeError(
                    f'A JavaScript class cannot define {member}, which it extends a Python class by.'
                )
            names[member] = MAKERS[kind](f'{name}.{member}', member, *functions)

    return new_class(name, (base,), {'metaclass': metaclass_of(type(base))}, fill)


def method(qualname, name, call):
    if name == '__iter__':

        def function(self, /):
            return iter(call(self))
    else:

        def function(self, /, *args, **kwargs):
            return call(self, *args, **kwargs)

    function.__name__, function.__qualname__, function.__module__ = name, qualname, 'javascript'
    return function


def accessor(qualname, name, getter, setter):
    return property(getter and method(qualname, name, getter), setter and method(qualname, name, setter))


class Static:
    """A static field: its present value in JavaScript. What Python assigns to the class goes there."""

    def __init__(self, read, write):
        self.read, self.write = read, write

    def __get__(self, instance, owner):
        return self.read()


MAKERS = {
    'method': method,
    'property': accessor,
    'static method': lambda qualname, name, call: staticmethod(call),
    'static field': lambda qualname, name, read, write: Static(read, write),
    'value': lambda qualname, name, value: value,
}


def metaclass_of(metaclass):
    """`metaclass`, with calls that run the JavaScript constructor."""
    if metaclass in METACLASSES.values():
        return metaclass
    if metaclass not in METACLASSES:
        METACLASSES[metaclass] = type(
            f'Js{metaclass.__name__}',
            (metaclass,),
            {'__new__': create, '__call__': construct, '__setattr__': assign},
        )
    return METACLASSES[metaclass]


def create(metaclass, name, bases, names, **options):
    if '__javascript__' not in names:
        raise TypeError('A Python class cannot extend a class that JavaScript defines.')
    return super(metaclass, metaclass).__new__(metaclass, name, bases, names, **options)


def assign(cls, name, value):
    field = cls.__dict__.get(name)
    if isinstance(field, Static):
        field.write(value)
    else:
        super(type(cls), cls).__setattr__(name, value)


def construct(cls, *args, **kwargs):
    return cls.__dict__['__javascript__'].__ask__(NEW, None, *args, **kwargs)


def instantiate(cls, args, kwargs):
    """What `super(...)` of a JavaScript constructor makes."""
    return super(type(cls), cls).__call__(*args, **kwargs)


def inherited(instance, base, name):
    """[whether there is one, `super.name` where JavaScript's class extends `base`]"""
    order = type(instance).__mro__
    try:
        return [True, getattr(super(order[order.index(base) - 1], instance), name)]
    except AttributeError:
        return [False, None]


def javascript_of(instance):
    """The JavaScript class of an instance."""
    return type(instance).__dict__['__javascript__']
