"""What JavaScript asks for by name: operators, built-in types, and what takes many calls of the C-API."""

from __future__ import annotations

import builtins
import operator
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ast
    from types import EllipsisType, FunctionType

globals().update({name: getattr(operator, name) for name in operator.__all__})
BUILTINS = (
    'bool bytearray bytes complex dict float frozenset hash id int len list repr set slice str tuple type'
)
globals().update({name: getattr(builtins, name) for name in BUILTINS.split()})


class Live:
    """Marks a value that goes by reference inside one that goes by value."""

    __slots__ = ('value',)

    def __init__(self, value: object) -> None:
        self.value = value


def is_instance(value: object, classes: object) -> bool:
    return isinstance(value, tuple(classes) if type(classes) is list else classes)


def is_subclass(value: object, classes: object) -> bool:
    return issubclass(value, tuple(classes) if type(classes) is list else classes)


_MRO = type.__dict__['__mro__'].__get__
_NAMES = type.__dict__['__dict__'].__get__
#: What C computes.
_GETSET = type(type.__dict__['__qualname__'])
_SLOT = type(type.__getattribute__)


def is_of_class(value: object, name: str) -> bool:
    """Whether the class has an attribute that is a plain value or computed by C.

    Then nothing but a change of the class can take it away. Runs no code of the object's.
    """
    classes = [_NAMES(base) for base in _MRO(type(value))]
    is_hooked = any(
        '__getattr__' in names or type(names.get('__getattribute__')) not in (_SLOT, type(None))
        for names in classes
    )
    found = [type(names[name]) for names in classes if name in names][:1]
    is_lasting = found == [_GETSET] or not any(
        '__get__' in _NAMES(base) for kind in found for base in _MRO(kind)
    )
    return bool(found) and is_lasting and not is_hooked


def in_place(name: str, target: object, value: object) -> object:
    """`target += value` and its like: the target itself stays live where it was changed."""
    result = getattr(operator, name)(target, value)
    return Live(result) if result is target else result


def is_in(item: object, container: object) -> bool:
    return item in container


def is_not_in(item: object, container: object) -> bool:
    return item not in container


def ellipsis() -> EllipsisType:
    return ...


def subscript(parts: list) -> object:
    """The key of `a[1:5, ...]` from [1, 5, None] and the str '...'."""
    keys = tuple(_subscript_part(part) for part in parts)
    return keys[0] if len(keys) == 1 else keys


def _subscript_part(part: object) -> object:
    if type(part) is list:
        return slice(*part)
    return ... if part == '...' else part


# ---- JavaScript's own operators on Python objects


def number(value: object) -> object:
    """What arithmetic and comparisons of JavaScript's take for the value; never what compares wrongly."""
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int):
        return int.__pos__(value)
    if isinstance(value, (bytes, bytearray, memoryview)):
        raise TypeError(f'a {type(value).__name__} is no number')
    moment = _milliseconds(value)
    return _faithful_float(value) if moment is None else moment


def primitive(value: object) -> object:
    """What `+` and `==` of JavaScript's take: a number for a number, else the text."""
    return number(value) if _is_number(value) else str(value)


def scalar(value: object) -> object:
    """The number that a number is, if JavaScript has it; else the object itself."""
    try:
        return number(value) if _is_number(value) else value
    except (TypeError, ValueError, OverflowError):
        return value


def _is_number(value: object) -> bool:
    import numbers

    return isinstance(value, numbers.Number) or _is_decimal(value)


def _is_decimal(value: object) -> bool:
    """Before CPython 3.12, Decimal is registered as a Number in the main interpreter only."""
    decimal = sys.modules.get('decimal')
    return decimal is not None and isinstance(value, decimal.Decimal)


def _milliseconds(value: object) -> float | None:
    datetime = sys.modules.get('datetime')
    if datetime is None or not isinstance(value, datetime.date):
        return None
    if not isinstance(value, datetime.datetime):
        return (value.toordinal() - 719163) * 86_400_000
    if value != value:  # pandas.NaT
        return float('nan')
    if getattr(value, 'nanosecond', 0):
        raise _inexact(value)
    return round(value.timestamp() * 1e6) / 1000


def _faithful_float(value: object) -> object:
    result = float(value)
    if result.is_integer() and abs(result) > 2**53 and hasattr(type(value), '__index__'):
        return operator.index(value)
    if not _is_faithful(value, result):
        raise _inexact(value)
    return result


def _is_faithful(value: object, result: float) -> bool:
    """Whether no other value of that kind and of no more digits has the same float."""
    import numbers

    if result == value or result != result:
        return True
    if isinstance(value, numbers.Rational):
        return value.numerator.bit_length() + value.denominator.bit_length() <= 52
    if _is_decimal(value):
        return sys.modules['decimal'].Decimal(repr(result)) == value
    return not isinstance(value, numbers.Real)


def _inexact(value: object) -> TypeError:
    return TypeError(
        f'{value} has more digits than a JavaScript number: '
        'calculate and compare in Python, with py.op() or a template'
    )


# ---- Converters


def find_class(name: str) -> type | None:
    """The class of that qualified name, if its module is imported."""
    module, _, attribute = name.rpartition('.')
    found = getattr(sys.modules.get(module or 'builtins'), attribute, None)
    return found if isinstance(found, type) else None


BY_VALUE = (
    type(None),
    bool,
    int,
    float,
    str,
    bytes,
    bytearray,
    memoryview,
    list,
    tuple,
    dict,
    set,
    frozenset,
)


def converter_class(given: object) -> type | None:
    """The class of a converter, given itself or by name; None if its module is not imported yet."""
    found = find_class(given) if type(given) is str else given
    if found is not None and not isinstance(found, type):
        raise TypeError(f'a converter is for a class, not for {found!r}')
    if found is object or found in BY_VALUE:
        name = found.__name__
        raise TypeError(f'a converter cannot be for {name}: it converts by value, or all derives from it')
    return found


# ---- Templates: an expression, or statements, with values of JavaScript's in them

KEPT_TEMPLATES = 1024
_templates = {'eval': {}, 'exec': {}}
_compiled = 0


def template(kind: str, key: str) -> FunctionType:
    """The function of the values that a template is; `key` is its literal parts, joined by NUL."""
    known = _templates[kind]
    function = known.get(key)
    if function is None:
        import linecache

        function = _compile(kind, key.split('\0'))
        if len(known) >= KEPT_TEMPLATES:
            oldest = next(iter(known))
            linecache.cache.pop(known.pop(oldest).__code__.co_filename, None)
        known[key] = function
    return function


def _compile(kind: str, parts: list) -> FunctionType:
    global _compiled
    import linecache

    mark = _mark(parts)
    names = [f'{mark}{index}_' for index in range(len(parts) - 1)]
    source = parts[0] + ''.join(name + part for name, part in zip(names, parts[1:], strict=True))
    try:
        tree = _expression(source) if kind == 'eval' else _statements(source, names)
    except SyntaxError as error:
        raise _in_template(error, mark, names) from None
    _compiled += 1
    file = f'<template {_compiled}>'
    shown = _show(source.strip(' \t\n'), mark, names)
    scope = {}
    code = compile(_function(tree, names), file, 'exec', dont_inherit=True)
    exec(code, vars(sys.modules['__main__']), scope)
    linecache.cache[file] = (len(shown), None, shown.splitlines(True), file)
    return scope['template']


def _mark(parts: list) -> str:
    """The head of the values' names: not in the source, and as long as the `${` shown for it."""
    return next(
        mark for letter in 'vwxyzabcdefgh' if all((mark := f'_{letter}') not in part for part in parts)
    )


def _show(text: str, mark: str, names: list[str]) -> str:
    for index, name in enumerate(names):
        text = text.replace(name, f'${{{index}}}')
    return text


def _expression(source: str) -> list:
    """Parsed in brackets where it has many lines; else bare, so that brackets in it must match."""
    import ast

    source = source.strip(' \t\n')
    tree = _bracketed(source) if '\n' in source else ast.parse(source, '<template>', 'eval')
    return [ast.Return(tree.body, lineno=1, col_offset=0, end_lineno=1, end_col_offset=0)]


def _bracketed(source: str) -> ast.Expression:
    """The bracket before the first line is taken off again from all positions in it."""
    import ast

    try:
        tree = ast.parse(f'({source}\n)', '<template>', 'eval')
    except SyntaxError as error:
        if error.lineno == 1:
            error.offset -= 1
            error.text = error.text and error.text[1:]
        raise
    for node in ast.walk(tree):
        if getattr(node, 'lineno', 0) == 1:
            node.col_offset -= 1
        if getattr(node, 'end_lineno', 0) == 1:
            node.end_col_offset -= 1
    return tree


def _statements(source: str, names: list[str]) -> list:
    """What they assign at the top is global, as in exec."""
    import ast
    import symtable
    import textwrap

    source = textwrap.dedent(source).strip('\n')
    tree = ast.parse(source, '<template>', 'exec')
    compile(tree, '<template>', 'exec', dont_inherit=True)
    table = symtable.symtable(source, '<template>', 'exec')
    bound = [
        symbol.get_name()
        for symbol in table.get_symbols()
        if (symbol.is_assigned() or symbol.is_imported() or symbol.is_namespace())
        and symbol.get_name() not in names
    ]
    place = {'lineno': 1, 'col_offset': 0, 'end_lineno': 1, 'end_col_offset': 0}
    return ([ast.Global(bound, **place)] if bound else []) + (tree.body or [ast.Pass(**place)])


def _function(body: list, names: list[str]) -> ast.Module:
    """`def template(*names): body`, as a syntax tree: nothing of the values is ever source text."""
    import ast

    module = ast.parse('def template(): pass')
    function = module.body[0]
    function.args.posonlyargs = [
        ast.arg(name, None, None, lineno=1, col_offset=0, end_lineno=1, end_col_offset=0) for name in names
    ]
    function.body = body
    return module


def _in_template(error: SyntaxError, mark: str, names: list[str]) -> SyntaxError:
    """The same error, with the text and the position of the template as JavaScript has it."""
    text = error.text and _show(error.text, mark, names)
    message = _show(error.msg, mark, names)
    return type(error)(
        message, ('<template>', error.lineno, error.offset, text, error.end_lineno, error.end_offset)
    )
