"""Tracebacks that tell of both languages, and that stay readable."""

import sys
import traceback
from types import FrameType, FunctionType, TracebackType

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


def texts(notes: object) -> list[str]:
    """`__notes__`, as far as it is what `add_note` makes."""
    return [str(note) for note in notes] if isinstance(notes, (list, tuple)) else []


def position(error: SyntaxError) -> list:
    """Where a SyntaxError is."""
    names = ('filename', 'lineno', 'offset', 'text', 'end_lineno', 'end_offset')
    values = [getattr(error, name, None) for name in names]
    return [value if type(value) in (str, int) else None for value in values]
