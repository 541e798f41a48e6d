"""Columns of arrays: whole numbers, flags, short lists laid end to end, few kinds of values."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

T = TypeVar("T", bound=Hashable)

UNKNOWN = -1
"""Stands for an unknown whole number in a column."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ragged:
    """n short lists of pairs, laid end to end.

    Row ``i`` is ``keys[starts[i]:starts[i + 1]]``, ascending, with its ``values`` beside it.
    """

    starts: Ints
    keys: Ints
    values: Ints

    @classmethod
    def of(cls, keys: Sequence[Sequence[int]], values: Sequence[Sequence[int]]) -> Ragged:
        """From n lists of keys and n lists of values, equal in length pair by pair."""
        starts = np.zeros(len(keys) + 1, np.int64)
        np.cumsum(np.fromiter(map(len, keys), np.int64, len(keys)), out=starts[1:])
        return cls(
            starts=starts,
            keys=_lay_end_to_end(keys, starts[-1]),
            values=_lay_end_to_end(values, starts[-1]),
        )

    @property
    def row_of(self) -> Ints:
        """The row of each pair."""
        return np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))

    def sums(self, numbers: Ints) -> Ints:
        """Per row, the exact sum of one number per pair."""
        before = np.zeros(len(numbers) + 1, np.int64)
        np.cumsum(numbers, out=before[1:])
        return before[self.starts[1:]] - before[self.starts[:-1]]

    def sums_so_far(self, numbers: Ints) -> Ints:
        """Per pair, the exact sum of the numbers of its row up to its own."""
        totals = np.cumsum(numbers)
        before = np.concatenate([np.zeros(1, np.int64), totals])[self.starts[:-1]]
        return totals - before[self.row_of]

    def least(self, numbers: Ints) -> Ints:
        """Per row, the least of one number per pair; the greatest of all where none."""
        least = np.full(len(self.starts) - 1, np.iinfo(np.int64).max)
        filled = np.flatnonzero(np.diff(self.starts) > 0)
        if len(filled):
            least[filled] = np.minimum.reduceat(numbers, self.starts[:-1][filled])
        return least

    def row(self, i: int) -> tuple[list[int], list[int]]:
        """Keys and values of one row."""
        span = slice(self.starts[i], self.starts[i + 1])
        return self.keys[span].tolist(), self.values[span].tolist()

    def pairs(self, i: int) -> dict[int, int]:
        """Key to value of one row."""
        return dict(zip(*self.row(i), strict=True))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Coded(Generic[T]):
    """n values of which few differ: that of row ``i`` is ``kinds[of[i]]``."""

    kinds: list[T]
    of: Ints

    @classmethod
    def of_values(cls, values: Sequence[T]) -> Coded[T]:
        """From the n values."""
        number_of = {kind: number for number, kind in enumerate(dict.fromkeys(values))}
        of = np.fromiter(map(number_of.__getitem__, values), np.int64, len(values))
        return cls(kinds=list(number_of), of=of)

    def __len__(self) -> int:
        """How many values."""
        return len(self.of)

    def __getitem__(self, i: int) -> T:
        """The value of a row."""
        return self.kinds[self.of[i]]

    def taken(self, rows: Ints) -> Coded[T]:
        """These rows alone, in this order."""
        return Coded(kinds=self.kinds, of=self.of[rows])

    def mapped(self, change: Callable[[T], T]) -> Coded[T]:
        """The same rows with each value changed, once a kind."""
        return Coded(kinds=[change(kind) for kind in self.kinds], of=self.of)

    def present(self) -> set[T]:
        """The values that at least one row has."""
        return {self.kinds[i] for i in np.unique(self.of).tolist()}

    def flags(self, holds: Callable[[T], bool]) -> Flags:
        """Per row whether something holds of its value, asked once a kind."""
        return np.array([holds(kind) for kind in self.kinds], np.bool_)[self.of]


def _lay_end_to_end(lists: Sequence[Sequence[int]], total: int) -> Ints:
    return np.fromiter(chain.from_iterable(lists), np.int64, total)
