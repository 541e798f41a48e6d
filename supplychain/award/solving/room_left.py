"""What is left of suppliers' capacities, also by a day, while quantities are made exact."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TypeAlias

from supplychain.award.exact import quotient
from supplychain.award.problem.problem import Pair, Problem, ProblemBid

LimitKey: TypeAlias = tuple[str, int]
"""A supplier, with the index of one of its capacities by a day; -1 is its capacity for all."""


class RoomLeft:
    """The room beside some quantities; below 0 a limit is broken.

    Lots are counted as what is bought of them: whether whole ones fit is for the checker.
    """

    def __init__(
        self,
        problem: Problem,
        bids: Mapping[Pair, ProblemBid],
        quantities: Mapping[Pair, Decimal],
    ) -> None:
        self._left: dict[LimitKey, Decimal] = {
            (one.id, -1): one.capacity for one in problem.suppliers if one.capacity is not None
        }
        self._dated: dict[Pair, list[tuple[LimitKey, Decimal]]] = defaultdict(list)
        for index, one in enumerate(problem.capacities):
            key = (one.supplier, index)
            self._left[key] = one.at_most
            for pair in one.pairs:
                self._dated[pair].append((key, one.taken_by(pair[1])))
        self._bids = bids
        for pair, number in quantities.items():
            self.take(pair, number)

    def take(self, pair: Pair, number: Decimal) -> None:
        """So much more is bought of a bid; below 0 less."""
        for key, load in self._limits_of(pair):
            self._left[key] -= number * load

    def room_for(self, pair: Pair) -> Decimal | None:
        """How much more of a bid fits; None is no bound."""
        rooms = [quotient(self._left[key], load) for key, load in self._limits_of(pair)]
        return min(rooms, default=None)

    def excess_of(self, pair: Pair) -> Decimal:
        """By how much less of a bid what it is part of would fit; 0 where it fits."""
        return max(Decimal(0), -(self.room_for(pair) or Decimal(0)))

    def broken_suppliers(self) -> list[str]:
        """The suppliers that have a broken limit, ascending."""
        return sorted({supplier for (supplier, _), left in self._left.items() if left < 0})

    def _limits_of(self, pair: Pair) -> Iterator[tuple[LimitKey, Decimal]]:
        load = self._bids[pair].load_per_unit
        if load > 0 and (pair[0], -1) in self._left:
            yield (pair[0], -1), load
        yield from self._dated.get(pair, ())
