"""How far the bids for a line reach, as packs and what may be bought of it let them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from math import gcd, lcm
from typing import Final

from supplychain.award.exact import exactly, round_down_to, round_up_to
from supplychain.award.problem.problem import Pair, ProblemBid, ProblemLine

MAX_CELLS: Final = 200_000
"""So many packs of the common size are counted; with more, whole packs come near enough to any
quantity. Sums of them are the bits of one number of 25 kB then."""

NO_ROOM: Final[Mapping[Pair, Decimal]] = {}


def can_cover(line: ProblemLine, bids: Sequence[ProblemBid]) -> bool:
    """Whether bids can cover a line: all together, or one alone where it goes whole to one."""
    if line.shortage_price is not None:
        return True
    if line.single_source or not line.divisible or line.max_suppliers == 1:
        return any(find_reach(line, [bid]) >= line.quantity for bid in bids)
    return find_reach(line, bids) >= line.quantity


def find_reach(
    line: ProblemLine, bids: Sequence[ProblemBid], room: Mapping[Pair, Decimal] = NO_ROOM
) -> Decimal:
    """The most of a line that its bids come to together, at most what may be bought of it.

    Args:
        line: whose bids they are.
        bids: for this line.
        room: what some of them can come to at most, by supplier and line.

    Returns:
        Packs count whole. The smallest quantities of bids that are not in packs are not looked
        at: the others make room for them, or the solver says that nothing fits.
    """
    with exactly():
        highs = [
            (bid, min(bid.max_quantity, room.get((bid.supplier, bid.line), bid.max_quantity)))
            for bid in bids
        ]
        loose = sum((high for bid, high in highs if not bid.pack), Decimal(0))
        packed = [(bid, round_down_to(high, bid.pack)) for bid, high in highs if bid.pack]
        total = loose + sum((high for _, high in packed), Decimal(0))
        if line.most is None or not packed:
            return total if line.most is None else min(total, line.most)
        return min(loose + _fill_packs(packed, line.most), line.most)


def _fill_packs(packed: Sequence[tuple[ProblemBid, Decimal]], most: Decimal) -> Decimal:
    """The greatest sum of whole packs that is at most ``most``; each bid up to its quantity."""
    scale = lcm(*(bid.pack.as_integer_ratio()[1] for bid, _ in packed))
    packs = [int(bid.pack * scale) for bid, _ in packed]
    unit = gcd(*packs)
    cells = int(most * scale) // unit
    if cells > MAX_CELLS:
        return min(most, sum((high for _, high in packed), Decimal(0)))
    reached, full = 1, (1 << (cells + 1)) - 1
    for (bid, high), pack in zip(packed, packs, strict=True):
        least = max(bid.min_quantity, bid.tiers[0].start, bid.pack)
        first = int(round_up_to(least, bid.pack) * scale) // unit
        last = min(int(high * scale) // unit, cells)
        before = reached
        for cell in range(first, last + 1, pack // unit):
            reached |= (before << cell) & full
    return Decimal((reached.bit_length() - 1) * unit) / scale
