"""The shown firms of a line, to be weighed again with changed facts by the rank's own functions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from supplychain.matching.candidates.arrays import Flags, Floats, Ints
from supplychain.matching.candidates.columns import Candidates
from supplychain.matching.cost.expected_cost import ExpectedCost, expected_cost
from supplychain.matching.cost.landed_cost import LandedCost, landed_cost
from supplychain.matching.feasibility.capacity import possible_quantity
from supplychain.matching.feasibility.reach import add_reach, group_reach
from supplychain.matching.need import Need
from supplychain.matching.performance import Performance, Priors, performance
from supplychain.model.cost_settings import EXPECTED_COST

SortKeys = Callable[[Performance, LandedCost, ExpectedCost], Floats]
"""Sort keys of n firms within their groups of ``reach``, higher is better."""
Weighed = Literal["costs", "records", "capacity"]
"""Which facts of firms change, and so what is worked out anew."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ShownFirms:
    """Columns of the shown firms alone, in rank order; ``keys`` fall, the first is the best.

    ``reach`` is the group of each firm (``feasibility.reach``), which its key holds. ``by_id``
    flags the firms that would stand before the first one if they were its equals.
    """

    need: Need
    priors: Priors
    order: SortKeys
    firms: Candidates
    cost: LandedCost
    expected: ExpectedCost
    record: Performance
    reach: Ints
    keys: Floats
    by_id: Flags

    @classmethod
    def of(cls, need: Need, firms: Candidates, *, priors: Priors, order: SortKeys) -> ShownFirms:
        """The firms as they are, weighed."""
        cost = landed_cost(need, firms)
        expected = expected_cost(need, firms, cost, priors)
        record = performance(firms, priors=priors, weights=need.weights)
        reach = group_reach(need, possible_quantity(need, firms))
        return cls(
            need=need,
            priors=priors,
            order=order,
            firms=firms,
            cost=cost,
            expected=expected,
            record=record,
            reach=reach,
            keys=add_reach(order(record, cost, expected), reach),
            by_id=np.array([one < firms.firm_ids[0] for one in firms.firm_ids], np.bool_),
        )

    def weigh(self, firms: Candidates, changed: Weighed) -> Floats:
        """Keys of the firms with other facts of one kind."""
        need, priors = self.need, self.priors
        if changed == "capacity":
            return self.weigh_reach(group_reach(need, possible_quantity(need, firms)))
        if changed == "costs":
            cost, record = landed_cost(need, firms), self.record
        else:
            cost = self.cost
            record = performance(firms, priors=priors, weights=need.weights)
        expected = self.expected
        if need.rank_by == EXPECTED_COST:
            expected = expected_cost(need, firms, cost, priors)
        return self._order_firms(record, cost, expected, self.reach)

    def weigh_dearer(self, extra_e4: Floats) -> Floats:
        """Keys with so much more of landed cost a piece."""
        cost = replace(self.cost, total=self.cost.total + extra_e4)
        expected = replace(self.expected, total=self.expected.total + extra_e4)
        return self._order_firms(self.record, cost, expected, self.reach)

    def weigh_record(self, value: Floats) -> Floats:
        """Keys with another performance."""
        record = replace(self.record, value=value)
        return self._order_firms(record, self.cost, self.expected, self.reach)

    def weigh_reach(self, reach: Ints) -> Floats:
        """Keys in another group."""
        return self._order_firms(self.record, self.cost, self.expected, reach)

    def beats_first(self, keys: Floats) -> Flags:
        """Which firms would stand before the first one with these keys; ties go by firm id."""
        return (keys > self.keys[0]) | ((keys == self.keys[0]) & self.by_id)

    def _order_firms(
        self, record: Performance, cost: LandedCost, expected: ExpectedCost, reach: Ints
    ) -> Floats:
        return add_reach(self.order(record, cost, expected), reach)
