"""Dummy: the smallest plugin, with one member of every kind that a caller can meet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

__all__ = ['Dummy']


class Dummy:
    """An object whose members do as little as possible.

    >>> Dummy().dummy()
    'dummy'
    """

    number: int = 7
    """A plain attribute, to be read and set."""

    def __init__(self) -> None:
        self.counter = 0

    def dummy(self) -> str:
        """Returns `'dummy'`."""
        return 'dummy'

    def nothing(self) -> None:
        """Returns None: the cheapest call there is."""

    def add(self, a: Any, b: Any) -> Any:
        """Returns `a + b`, whatever `+` means for them."""
        return a + b

    def echo(self, value: Any) -> Any:
        """Returns the very object it was given."""
        return value

    def arguments(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Returns its arguments: `{'args': [...], 'kwargs': {...}}`."""
        return {'args': list(args), 'kwargs': kwargs}

    def increment(self, by: int = 1) -> int:
        """Adds `by` to `counter` and returns the sum."""
        self.counter += by
        return self.counter

    def countdown(self, start: int) -> Iterator[int]:
        """Generates `start`, …, 1."""
        yield from range(start, 0, -1)

    def fail(self, message: str = 'dummy failed') -> None:
        """Raises ValueError.

        Raises:
            ValueError: always, with `message`.
        """
        raise ValueError(message)

    @property
    def doubled(self) -> int:
        """Twice `number`, computed at each read."""
        return self.number * 2
