"""What firms can still promise by a day, as columns: the arithmetic under every capacity promise.

The rule is that of ``model.capacity.promises``, for n firms at once; a test holds the two equal.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from supplychain.matching.candidates.arrays import UNKNOWN, Ints, Ragged
from supplychain.model.capacity.promises import Pace


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Paces:
    """``Pace`` for n firms: ``weekly`` pieces each, 0 is unknown."""

    weekly: Ints

    def made(self, first: Ints | int, last: Ints | int, rows: Ints | None = None) -> Ints:
        """Whole pieces from a first to a last day, as ``Pace.made``.

        Args:
            first, last: day numbers, one for all or one for each row.
            rows: firms, any number of them in any order; None is each once.
        """
        weekly = self.weekly if rows is None else self.weekly[rows]
        return np.maximum(weekly, 0) * np.maximum(np.asarray(last) - first + 1, 0) // 7

    def pace(self, i: int) -> Pace:
        """The pace of firm ``i``."""
        return Pace(weekly=int(self.weekly[i]))


def possible_columns(paces: Paces, due: Ragged, *, today: int, last: Ints | int) -> Ints:
    """``possible_pieces`` for n firms.

    Args:
        paces: of n firms.
        due: due day -> pieces that are promised.
        today: the first day of work.
        last: the last day of work, one for all firms or n of them.

    Returns:
        n whole numbers, 0 where the last day is over; ``UNKNOWN`` where the pace is.
        O(n + promises).
    """
    rows, ends = due.row_of, np.maximum(due.keys, today)
    last_of = last[rows] if isinstance(last, np.ndarray) else last
    loads = due.sums_so_far(due.values)
    later = paces.made(today, ends, rows) - loads
    later = np.where(ends >= last_of, later, np.iinfo(np.int64).max)
    before = due.sums(np.where(ends <= last_of, due.values, 0))
    least = np.minimum(paces.made(today, last) - before, due.least(later))
    possible = np.where(np.asarray(last) < today, 0, np.maximum(least, 0))
    return np.where(paces.weekly > 0, possible, UNKNOWN)


def in_lots(pieces: Ints, lot_size: Ints | None) -> Ints:
    """The most whole lots that lie in so many pieces; a lot size of 0 is none."""
    if lot_size is None:
        return pieces
    return np.where(
        (lot_size > 0) & (pieces > 0), pieces - pieces % np.maximum(lot_size, 1), pieces
    )


def merged(one: Ragged, other: Ragged) -> Ragged:
    """Two ragged columns of the same n rows as one; what falls on the same key is added up."""
    if not len(other.keys):
        return one
    rows = np.concatenate([one.row_of, other.row_of])
    keys = np.concatenate([one.keys, other.keys])
    values = np.concatenate([one.values, other.values])
    order = np.lexsort((keys, rows))
    rows, keys, values = rows[order], keys[order], values[order]
    fresh = np.flatnonzero(np.r_[True, (np.diff(rows) != 0) | (np.diff(keys) != 0)])
    starts = np.searchsorted(rows[fresh], np.arange(len(one.starts)))
    return Ragged(
        starts=starts.astype(np.int64), keys=keys[fresh], values=np.add.reduceat(values, fresh)
    )
