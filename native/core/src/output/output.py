"""stdout, stderr and stdin in the hands of JavaScript; log records and warnings that it hears of.

The core puts here `emit`, `deliver`, `is_here` and `is_open` (output/python.rs). Open functions are called
with the number of the JavaScript environment that asks, and of the sink there.
"""

import atexit
import contextlib
import io
import json
import os
import sys
import threading
import traceback
from collections.abc import Callable

DESCRIPTORS = {'stdout': 1, 'stderr': 2}
# What is open, by environment and sink: a function that closes it.
opened = {}


class RawOutput(io.RawIOBase):
    """Bytes on their way to JavaScript; to what was there before, where JavaScript does not hear any more."""

    def __init__(self, name: str, environment: int, sink: int, before: object) -> None:
        self.name, self.mode = f'<{name}>', 'wb'
        self.descriptor, self.before = DESCRIPTORS[name], before
        self.environment, self.sink = environment, sink
        self.process = os.getpid()
        self.is_ours = True

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        if self.closed:
            raise ValueError('I/O operation on closed file.')
        data = bytes(data)
        if os.getpid() != self.process:
            # A forked child has no JavaScript.
            os.write(self.descriptor, data)
        elif not (self.is_ours and emit(self.environment, self.sink, data)):  # noqa: F821
            self.write_before(data)
        return len(data)

    def write_before(self, data: object) -> None:
        buffer = getattr(self.before, 'buffer', None)
        if buffer is not None:
            buffer.write(data)
            buffer.flush()


class BufferedOutput(io.BufferedWriter):
    def flush(self) -> None:
        super().flush()
        # Outside of the lock of the buffer: JavaScript may print again.
        if os.getpid() == self.raw.process:
            deliver(self.raw.environment)  # noqa: F821


def open_output(environment: int, name: str, sink: int) -> None:
    before = getattr(sys, name)
    flush(before)
    raw = RawOutput(name, environment, sink, before)
    errors = 'strict' if name == 'stdout' else 'backslashreplace'
    stream = io.TextIOWrapper(BufferedOutput(raw), 'utf-8', errors, '\n', line_buffering=True)
    stream.mode = 'w'
    setattr(sys, name, stream)

    def at_end() -> None:
        flush(stream)

    def close() -> None:
        flush(stream)
        atexit.unregister(at_end)
        raw.is_ours = False
        if getattr(sys, name, None) is stream:
            setattr(sys, name, before)

    # Registered before those of the user's that print, it runs after them.
    atexit.register(at_end)
    opened[environment, sink] = close


def flush(stream: object) -> None:
    # It may be None, a closed stream, or one of the user's.
    with contextlib.suppress(Exception):
        stream.flush()


class RawInput(io.RawIOBase):
    """Lines that JavaScript gives."""

    def __init__(self, read: Callable) -> None:
        self.name, self.mode = '<stdin>', 'rb'
        self.read_line, self.rest = read, b''

    def readable(self) -> bool:
        return True

    def readinto(self, target: object) -> int:
        if not self.rest:
            self.rest = encoded(self.read_line())
        count = min(len(target), len(self.rest))
        target[:count] = self.rest[:count]
        self.rest = self.rest[count:]
        return count


def encoded(line: object) -> bytes:
    """A line with its end; nothing at the end of the input."""
    if line is None:
        return b''
    if not isinstance(line, str):
        raise TypeError(f'stdin gave {type(line).__name__} where it has to give a string or null.')
    return (line if line.endswith('\n') else line + '\n').encode('utf-8', 'surrogatepass')


def open_input(environment: int, sink: int, read: Callable, is_stream: bool) -> None:
    before = sys.stdin
    wait = wait_for_line if is_stream else ask_for_line
    raw = RawInput(lambda: wait(environment, read))
    stream = io.TextIOWrapper(io.BufferedReader(raw), 'utf-8', 'surrogatepass', line_buffering=True)
    stream.mode = 'r'
    sys.stdin = stream

    def close() -> None:
        raw.read_line = lambda: None
        if sys.stdin is stream:
            sys.stdin = before

    opened[environment, sink] = close


def ask_for_line(environment: int, read: Callable) -> object:
    line = read()
    if not hasattr(line, '__await__'):
        return line
    refuse_here(environment, 'stdin gave a promise, which cannot settle while its thread waits for it')
    return line.result()


def wait_for_line(environment: int, read: Callable) -> str | None:
    refuse_here(
        environment, 'stdin is a Node stream, which cannot give a line while its thread waits for one'
    )
    settled, answers = threading.Event(), []
    try:
        read(lambda line, reason=None: (answers.append((line, reason)), settled.set()))
    except RuntimeError:
        if is_open(environment):  # noqa: F821
            raise
        return None
    while not settled.wait(0.1):
        if not is_open(environment):  # noqa: F821
            return None
    line, reason = answers[0]
    if reason is not None:
        raise reason
    return line


def refuse_here(environment: int, problem: str) -> None:
    if is_here(environment):  # noqa: F821
        raise io.UnsupportedOperation(
            f'{problem}: read it in another Python thread, or give a function that returns a line.'
        )


def emit_record(environment: int, sink: int, record: dict) -> bool:
    return emit(environment, sink, json.dumps(plain(record)).encode('ascii') + b'\n')  # noqa: F821


def plain(value: object) -> object:
    """What JSON has a notation for, and JavaScript reads as it is; the text of everything else."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, (int, float)):
        limit = sys.float_info.max if isinstance(value, float) else 2**53 - 1
        return value if abs(value) <= limit else str(value)
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    return str(value)


def open_log(environment: int, sink: int, level: object, name: str) -> None:
    import logging

    usual = {*vars(logging.makeLogRecord({})), 'message', 'asctime', 'taskName'}

    class Handler(logging.Handler):
        def emit(self, record: object) -> None:
            try:
                if not emit_record(environment, sink, described(record)):
                    self.emit_elsewhere(record)
            # A message that cannot be formatted, as in any handler.
            except Exception:
                self.handleError(record)

        def emit_elsewhere(self, record: object) -> None:
            last = logging.lastResort
            if last is not None and record.levelno >= last.level:
                last.handle(record)

        def handle(self, record: object) -> object:
            handled = super().handle(record)
            # Outside of the lock of the handler: JavaScript may log again.
            deliver(environment)  # noqa: F821
            return handled

    def described(record: object) -> dict:
        about = {
            'level': str(record.levelname),
            'levelNumber': record.levelno,
            'logger': str(record.name),
            'message': str(record.getMessage()),
            'file': str(record.pathname),
            'line': record.lineno,
            'time': record.created * 1000,
        }
        if record.exc_info and record.exc_info[1] is not None:
            about['exception'] = ''.join(traceback.format_exception(*record.exc_info))
        if record.stack_info:
            about['stack'] = record.stack_info
        extra = {key: value for key, value in vars(record).items() if key not in usual}
        return {**about, 'extra': extra} if extra else about

    logger, handler = logging.getLogger(name or None), Handler(level)
    logger.addHandler(handler)
    level_before = logger.level
    if logger.getEffectiveLevel() > handler.level:
        # Level 0 of a logger means that of its parent.
        logger.setLevel(handler.level or 1)
    level_set = logger.level

    def close() -> None:
        logger.removeHandler(handler)
        if logger.level == level_set:
            logger.setLevel(level_before)

    opened[environment, sink] = close


# Who hears of warnings: pairs of environment and sink.
hearers = []
show_before = None


def show_warning(
    message: object, category: type, filename: str, lineno: int, file: object = None, line: object = None
) -> None:
    about = {'category': category.__name__, 'message': str(message), 'file': str(filename), 'line': lineno}
    heard = file is None and [emit_record(*hearer, about) for hearer in list(hearers)]
    if not heard or not any(heard):
        show_before(message, category, filename, lineno, file, line)
    for environment, _ in list(hearers):
        deliver(environment)  # noqa: F821


def open_warnings(environment: int, sink: int) -> None:
    global show_before
    import warnings

    if warnings.showwarning is not show_warning:
        show_before, warnings.showwarning = warnings.showwarning, show_warning
    hearers.append((environment, sink))

    def close() -> None:
        hearers.remove((environment, sink))
        if not hearers and warnings.showwarning is show_warning:
            warnings.showwarning = show_before

    opened[environment, sink] = close


def close(environment: int, sink: int) -> bool:
    """False where it was closed before."""
    end = opened.pop((environment, sink), None)
    if end is not None:
        end()
    return end is not None
