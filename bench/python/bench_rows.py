"""What the bench's rows call, beside the plugins: one method for each kind of work, as small as can be."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

__all__ = ['Rows', 'Thing', 'busy']


class Thing:
    """An object without a value of its own: it crosses as a live object."""


class Rows:
    def __init__(self) -> None:
        self.thing = Thing()

    def arity0(self) -> int:
        return 7

    def arity1(self, a: Any) -> Any:
        return a

    def arity2(self, a: Any, b: Any) -> Any:
        return b

    def arity3(self, a: Any, b: Any, c: Any) -> Any:
        return c

    def arity4(self, a: Any, b: Any, c: Any, d: Any) -> Any:
        return d

    def arity5(self, a: Any, b: Any, c: Any, d: Any, e: Any) -> Any:
        return e

    def arity6(self, a: Any, b: Any, c: Any, d: Any, e: Any, f: Any) -> Any:
        return f

    def keywords(self, a: int, *, b: int, c: int) -> int:
        return a + b + c

    def ignore(self, value: Any) -> None:
        """Takes anything and gives nothing back."""

    def make(self) -> Thing:
        """A new live object each time."""
        return Thing()

    def same(self) -> Thing:
        """The same live object each time."""
        return self.thing

    def items(self, count: int) -> Iterator[int]:
        yield from range(count)

    def call_back(self, function: Callable[[int], int], times: int) -> int:
        """The sum of `function(0)`, …: calls back `times` times."""
        total = 0
        for number in range(times):
            total += function(number)
        return total

    def fail(self) -> None:
        raise ValueError('no')

    async def coroutine(self) -> str:
        await asyncio.sleep(0)
        return 'dummy'


def busy(steps: int) -> int:
    """Pure Python that computes for a while: a linear congruential generator."""
    state = 1
    for _ in range(steps):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
    return state
