"""Repeatable draws: the same words give the same numbers, on every machine and Python version."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Draws:
    """A stream of numbers that depends on nothing but the words it is made of.

    Only ``Random.random`` is used: it alone is promised to stay the same in later Pythons.
    """

    def __init__(self, *words: object) -> None:
        seed = "|".join(str(word) for word in words)
        self._next = random.Random(seed).random  # noqa: S311 - not a secret, must be repeatable

    def chance(self, probability: float) -> bool:
        """True with this probability."""
        return self._next() < probability

    def between(self, low: float, high: float) -> float:
        """A number in [low, high), evenly."""
        return low + (high - low) * self._next()

    def whole(self, low: int, high: int) -> int:
        """A whole number in [low, high], evenly."""
        return low + int(self._next() * (high - low + 1))

    def normal(self, mean: float, deviation: float) -> float:
        """A normal number (Box and Muller 1958)."""
        radius = math.sqrt(-2.0 * math.log(1.0 - self._next()))
        return mean + deviation * radius * math.cos(2.0 * math.pi * self._next())

    def some(self, items: Sequence[T], count: int) -> list[T]:
        """``count`` different items (all, if there are fewer), in drawn order."""
        left = list(items)
        return [left.pop(int(self._next() * len(left))) for _ in range(min(count, len(left)))]
