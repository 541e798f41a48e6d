"""How far the capacity of a firm reaches: what a line's suppliers are grouped by before anything.

Who can make all of a line by the need date comes first, then who does not say what it can make,
then who can make a part. A price for pieces that come too late is no price for the line, and what
is unknown is neither.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final

import numpy as np

from supplychain.matching.candidates.arrays import Floats, Ints
from supplychain.matching.need import Need


class Reach(IntEnum):
    """The groups, more is better; in lower case the ``state`` of a firm's ``Promise``."""

    PART = 0
    UNKNOWN = 1
    WHOLE = 2


GROUP_SCORE: Final = 1e4
"""What a group adds to a sort key. Keys within a group lie less than 1,100 apart (``rank``), and a
double still holds eleven decimals of their sum, of which keys have nine."""


def group_reach(need: Need, possible: Ints) -> Ints:
    """The ``Reach`` of each firm.

    Args:
        need: the line.
        possible: n quantities from ``possible_quantity``, in pieces by the need date.
    """
    stated = np.where(possible >= need.quantity, Reach.WHOLE, Reach.PART)
    return np.where(possible < 0, Reach.UNKNOWN, stated)


def add_reach(keys: Floats, reach: Ints) -> Floats:
    """Sort keys of n firms, higher is better, so that groups come before all else."""
    return keys + GROUP_SCORE * reach
