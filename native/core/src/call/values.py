"""What `py.toJS` makes of a value. Runs in the namespace of protocols.py, whose text this one follows."""

import sys


def to_js(value: object, depth: float | None, default: object) -> object:
    """`value` with everything in it that has a natural value, of the exact types that convert by value."""
    return _Deep(default).convert(value, float('inf') if depth is None else depth)


_AS_THEY_ARE = frozenset((type(None), bool, int, float, str, bytes, bytearray, memoryview))


class _Deep:
    """Containers are filled one after the other, not by recursion: they may be deep, shared, and cyclic."""

    def __init__(self, default: object) -> None:
        self.default = default
        self.known = {}
        self.waiting = []

    def convert(self, value: object, depth: float | None) -> object:
        result = self.item(value, depth)
        while self.waiting:
            fill, rest = self.waiting.pop()
            fill(rest)
        return result

    def item(self, value: object, depth: float | None) -> object:
        if type(value) in _AS_THEY_ARE:
            return value
        known = self.known.get(id(value))
        if known is not None:
            return known[1]
        result = self.new(value, depth)
        self.known[id(value)] = (value, result)
        return result

    def new(self, value: object, depth: float | None) -> object:
        scalar = _scalar(value)
        if scalar is not value:
            return scalar
        parts = _parts(value)
        if parts is not None and parts[0] is None:
            return self.item(parts[1], depth)
        if parts is not None:
            # `Live` is in protocols.py
            return self.container(value, parts, depth) if depth > 0 else Live(value)  # noqa: F821
        return value if self.default is None or _is_javascript(value) else self.default(value)

    def container(self, value: object, parts: tuple, depth: float | None) -> object:
        kind, items = parts
        result = kind()
        self.known[id(value)] = (value, result)
        if kind is dict:
            self.waiting.append((self.fill_dict, (result, items, depth - 1)))
        elif kind is set:
            result.update(map(_key, items))
        elif items is not None:
            self.waiting.append((self.fill_list, (result, items, depth - 1)))
        return result

    def fill_dict(self, job: tuple) -> None:
        result, items, depth = job
        for key, value in items:
            result[_key(key)] = self.item(value, depth)

    def fill_list(self, job: tuple) -> None:
        result, items, depth = job
        result.extend(self.item(value, depth) for value in items)


def _is_javascript(value: object) -> bool:
    """Whether it is a JavaScript value, whose Python class may be named after its JavaScript one."""
    return any(kind.__module__ == 'python_ts' for kind in type(value).__mro__)


def _key(value: object) -> object:
    return value if type(value) in _AS_THEY_ARE else _scalar(value)


def _scalar(value: object) -> object:
    """The plain value of an enum member, of a subclass of a scalar or of datetime; else the value itself."""
    enum = sys.modules.get('enum')
    while enum is not None and isinstance(value, enum.Enum):
        value = value.value
    for kind in (str, int, float):
        if isinstance(value, kind) and type(value) is not kind and type(value) is not bool:
            return str.__str__(value) if kind is str else kind.__pos__(value)
    for kind in (bytes, bytearray):
        if isinstance(value, kind):
            return value if type(value) is kind else kind(memoryview(value))
    return _plain_datetime(value)


def _plain_datetime(value: object) -> object:
    datetime = sys.modules.get('datetime')
    if datetime is None or not isinstance(value, datetime.datetime) or type(value) is datetime.datetime:
        return value
    if value != value:  # pandas.NaT
        return None
    parts = (value.year, value.month, value.day, value.hour, value.minute, value.second, value.microsecond)
    return datetime.datetime(*parts, value.tzinfo, fold=value.fold)


def _parts(value: object) -> tuple | None:
    """The plain container that a value is, and its items; None for what is no container."""
    import collections.abc as abc

    kind = type(value)
    if isinstance(value, tuple) and hasattr(kind, '_fields'):
        return dict, list(zip(kind._fields, value, strict=False))
    if isinstance(value, (list, tuple, range, abc.MappingView)) or (
        kind.__module__ == 'collections' and kind.__name__ == 'deque'
    ):
        return list, list(value)
    if isinstance(value, abc.Mapping):
        return dict, list(value.items())
    if isinstance(value, abc.Set):
        return set, list(value)
    if hasattr(kind, '__dataclass_fields__'):
        return dict, [(name, getattr(value, name)) for name, field in _fields(value)]
    return _array_parts(value, kind)


def _fields(value: object) -> list:
    import dataclasses

    return [(field.name, field) for field in dataclasses.fields(value)]


def _array_parts(value: object, kind: type) -> tuple | None:
    """Arrays by `tolist`, which gives no list where they have no dimension; a DataFrame by rows."""
    module = kind.__module__.partition('.')[0]
    if module == 'pandas' and kind.__name__ == 'DataFrame':
        return list, value.to_dict('records')
    if callable(getattr(kind, 'tolist', None)) and module in ('numpy', 'pandas', 'array'):
        items = value.tolist()
        return (list if type(items) is list else None), items
    return None
