"""Tracebacks that tell of both languages, and that stay readable."""

import sys
import traceback
from types import FrameType, FunctionType, TracebackType
from weakref import ref

# Of so many frames one after the other, the first and the last are shown.
MOST, FIRST, LAST = 60, 10, 20
# No more Python frames than this go into the stack of a JavaScript error.
MOST_IN_STACK = 50
# By this global name, the frames made here are known.
MARK = '__javascript__'


def getframe() -> FrameType:
    return current()  # noqa: F821 (a global of the functions made in `javascript_frame`)


def javascript_frame(name: str, file: str, line: int) -> FrameType:
    code = getframe.__code__.replace(co_name=name, co_filename=file, co_firstlineno=line)
    return FunctionType(code, {MARK: True, 'current': sys._getframe})()


def with_javascript(exception: BaseException, frames: list[list]) -> BaseException:
    """Puts JavaScript frames (innermost first) in front of the traceback of an exception."""
    behind = exception.__traceback__
    for name, file, line in frames:
        behind = TracebackType(behind, javascript_frame(name, file, line), -1, max(line, 1))
    return exception.with_traceback(behind)


def python_frames(exception: BaseException) -> list[list]:
    """The Python frames in front of the first JavaScript frame of the traceback, innermost first."""
    frames, step = [], exception.__traceback__
    while step is not None and MARK not in step.tb_frame.f_globals:
        code = step.tb_frame.f_code
        frames.append([str(code.co_name), str(code.co_filename), step.tb_lineno or 0])
        step = step.tb_next
    return frames[: -MOST_IN_STACK - 1 : -1]


def is_frame(text: str) -> bool:
    return text.lstrip(' |').startswith(('File "', '[Previous line'))


def shortened(texts: list[str]) -> list[str]:
    """Without the middle of each long run of frames, as recursion makes them."""
    lines, run = [], []
    for text in [*texts, '']:
        if is_frame(text):
            run.append(text)
            continue
        if len(run) > MOST:
            margin = run[0][: run[0].index('F')]
            run[FIRST:-LAST] = [f'{margin}[{len(run) - FIRST - LAST} frames left out]\n']
        lines += [*run, text]
        run = []
    return lines


def formatted(exception: BaseException) -> str:
    """What Python prints of an exception."""
    return ''.join(shortened(traceback.format_exception(exception)))


# What `described` leaves to `formatted`: Python has more to say of them, or says it in another way.
UNUSUAL = (SyntaxError, NameError, AttributeError, ImportError)
# A chain of more exceptions is left to it as well.
MOST_IN_CHAIN = 8
HEAD = 'Traceback (most recent call last):\n'
CAUSE = '\nThe above exception was the direct cause of the following exception:\n\n'
CONTEXT = '\nDuring handling of the above exception, another exception occurred:\n\n'
# Of so many frames with one place each after the other, Python leaves the rest out.
MOST_ALIKE = 3
# The frames that were formatted: their code, the text, and its first line. By code object and instruction.
TEXTS: dict[tuple[int, int], tuple[ref, str, str]] = {}
MOST_TEXTS = 2048


def described(exception: BaseException) -> tuple[str, str, str] | None:
    """Type, `str()` and traceback of an exception without anything unusual (bench: fail); else None."""
    if hasattr(sys, 'tracebacklimit'):
        return None
    name, text = name_of(type(exception)), str(exception)
    behind = plain(exception, name, text, ())
    return None if behind is None else (name, text, behind)


def name_of(kind: type) -> str | None:
    """The qualified name of an exception class, as tracebacks have it; None where the class is unusual."""
    if issubclass(kind, UNUSUAL) or hasattr(kind, 'exceptions'):
        return None
    name, module = kind.__qualname__, kind.__module__
    if type(name) is not str or type(module) is not str:
        return None
    return name if module in ('builtins', '__main__') else f'{module}.{name}'


def plain(
    exception: BaseException, name: str | None, text: str, above: tuple[BaseException, ...]
) -> str | None:
    """What `formatted` gives, put together of what is known."""
    if name is None or hasattr(exception, '__notes__'):
        return None
    before = chain(exception, above)
    stack = stacked(exception.__traceback__)
    if before is None or stack is None:
        return None
    head = HEAD if stack else ''
    return f'{before}{head}{stack}{name}: {text}\n' if text else f'{before}{head}{stack}{name}\n'


def chain(exception: BaseException, above: tuple[BaseException, ...]) -> str | None:
    """The traceback of the cause or of the context, with the sentence that follows it."""
    before, sentence = exception.__cause__, CAUSE
    if before is None:
        if exception.__context__ is None or exception.__suppress_context__:
            return ''
        before, sentence = exception.__context__, CONTEXT
    above = (*above, exception)
    if len(above) > MOST_IN_CHAIN or any(before is other for other in above):
        return None
    behind = plain(before, name_of(type(before)), str(before), above)
    return None if behind is None else behind + sentence


def stacked(step: TracebackType | None) -> str | None:
    """The frames of a traceback; None where some are to be left out."""
    texts, last, alike = [], '', 0
    while step is not None:
        _, text, first = frame(step)
        alike = alike + 1 if first == last else 1
        if alike > MOST_ALIKE or len(texts) >= MOST:
            return None
        last = first
        texts.append(text)
        step = step.tb_next
    return ''.join(texts)


def frame(step: TracebackType) -> tuple[ref, str, str]:
    """A frame with its line of source, which is read once: the file may change."""
    code = step.tb_frame.f_code
    key = id(code), step.tb_lasti
    known = TEXTS.get(key)
    if known is not None and known[0]() is code:
        return known
    text = ''.join(traceback.format_tb(step, 1))
    made = ref(code), text, text.partition('\n')[0]
    if step.tb_lasti >= 0:  # the frames of JavaScript, which have no instructions, are new each time
        if len(TEXTS) >= MOST_TEXTS:
            TEXTS.clear()
        TEXTS[key] = made
    return made


def texts(notes: object) -> list[str]:
    """`__notes__`, as far as it is what `add_note` makes."""
    return [str(note) for note in notes] if isinstance(notes, (list, tuple)) else []


def position(error: SyntaxError) -> list:
    """Where a SyntaxError is."""
    names = ('filename', 'lineno', 'offset', 'text', 'end_lineno', 'end_offset')
    values = [getattr(error, name, None) for name in names]
    return [value if type(value) in (str, int) else None for value in values]
