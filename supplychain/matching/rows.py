"""What a ranking says of the firms of one line: the types between matching, graph, API and pages.

Amounts end in ``_e4``: ten-thousandths of the request's currency, a piece unless said otherwise.
Days are ISO 8601 texts. ``None`` is unknown. ``docs/matching.md`` describes every code.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from typing_extensions import override

COST_FACTS: Final = frozenset({"unit_price", "freight", "tooling"})
"""Facts of a ``Change`` that are amounts."""
DEFECT_COST: Final = "defect_cost"
"""The one setting of a ``WeightBand`` that is an amount."""

Value: TypeAlias = "str | int | float | list[str] | list[FactValues] | None"


class FactValues(Mapping[str, Value]):
    """The figures of one fact by name; which names there are depends on the fact's code.

    Read only. Equal to any mapping of the same figures. Templates read ``values.quantity``.
    """

    __slots__ = ("_by_name",)

    def __init__(self, **by_name: Value) -> None:
        self._by_name = by_name

    @override
    def __getitem__(self, name: str) -> Value:
        """The figure of that name."""
        return self._by_name[name]

    @override
    def __iter__(self) -> Iterator[str]:
        """The names, in the order in which they are kept."""
        return iter(self._by_name)

    @override
    def __len__(self) -> int:
        """How many figures."""
        return len(self._by_name)

    @override
    def __hash__(self) -> int:
        """By the names: figures may be lists."""
        return hash(frozenset(self._by_name))

    @override
    def __repr__(self) -> str:
        """As it is written in code."""
        return f"FactValues({', '.join(f'{name}={one!r}' for name, one in self.items())})"


NO_VALUES: Final = FactValues()


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedFact:
    """Something known of a firm: what it fails on, what it is told of itself, or an advice."""

    code: str
    values: FactValues = NO_VALUES


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason(CodedFact):
    """A fact behind a firm's rank, and how much it makes up of what it adds to.

    Attributes:
        adds_to: ``landed_cost`` or ``expected_cost`` (the contribution is e4 a piece),
            ``performance`` (0 to 1), or empty.
        contribution: None where it adds to nothing or its part is unknown.
    """

    adds_to: str = ""
    contribution: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LandedCostRow:
    """The landed cost of one firm, term by term; a benefit of the payment terms is negative."""

    total_e4: int | None
    unit_price_e4: int | None
    tooling_e4: int | None
    freight_e4: int | None
    duty_e4: int | None
    tax_e4: int | None
    payment_e4: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedCostRow:
    """The expected total cost of one firm, and what its failings add to the landed cost."""

    total_e4: int | None
    defects_e4: int | None
    lateness_e4: int | None
    risk_e4: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TermRow:
    """One rate in [0, 1] with its 90 % interval, and the deliveries it rests on."""

    value: float
    low: float
    high: float
    evidence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PerformanceRow:
    """The weighted mean of four terms, in [0, 1], with its 90 % interval.

    Rankings kept by older versions know quality and delivery alone.
    """

    value: float
    low: float
    high: float
    quality: TermRow
    delivery: TermRow
    responsiveness: TermRow | None = None
    resilience: TermRow | None = None

    def term(self, name: str) -> TermRow | None:
        """A term by its name in ``performance.TERMS``."""
        return {
            "quality": self.quality,
            "delivery": self.delivery,
            "responsiveness": self.responsiveness,
            "resilience": self.resilience,
        }[name]


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What a firm can make of a line by the need date, in pieces.

    Attributes:
        state: ``whole``, ``part`` or ``unknown``.
        weekly: pieces a week, of the narrowest step where there is a routing.
        possible: by the need date, at most the quantity, in whole units.
        finish_on: when all of it would be made; None also where ten years do not suffice.
        lot_size: None where pieces are not made in lots.
        made: pieces in whole lots for the quantity; None without a lot size.
        step: name of the narrowest step; None without a routing.
    """

    state: str
    weekly: int | None
    possible: int | None
    finish_on: str | None
    lot_size: int | None = None
    made: int | None = None
    step: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRanks:
    """A firm's rank in either order, from 1; equals share one."""

    cost_performance: int
    expected_cost: int

    def of_order(self, rank_by: str) -> int:
        """The rank in the order of that name."""
        return {
            "cost_performance": self.cost_performance,
            "expected_cost": self.expected_cost,
        }[rank_by]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One fact of a firm's own that, changed alone, would make it first.

    Attributes:
        what: ``unit_price``, ``freight``, ``tooling``, ``payment_days``, ``on_time``, …
        now, then: before and after, a whole number; an amount in e4 for ``COST_FACTS``.
            ``now`` of a price that nobody stated is None.
        share: the change as a part of what is amiss; None where ``now`` is.
        of: out of how many, where that says something.
        smallest: the smallest change of this firm.
    """

    what: str
    now: int | None
    then: int
    share: float | None
    of: int | None = None
    smallest: bool = False

    @property
    def is_amount(self) -> bool:
        """Whether ``now`` and ``then`` are money in e4."""
        return self.what in COST_FACTS


@dataclass(frozen=True, slots=True, kw_only=True)
class StaysFirst:
    """Up to which price the first firm would stay first; ``share`` is the rise, as a part."""

    now_e4: int
    then_e4: int
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ToBeFirst:
    """Single changes each of which makes a firm first; none for the first one itself.

    ``stays`` is of the first firm alone, where another with a price follows it.
    """

    changes: tuple[Change, ...]
    stays: StaysFirst | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PassingChange:
    """One failing fact, ``now`` and as it would have to be ``then``.

    ``then`` is None for what a firm cannot change; of things to add, a list, ``now`` is None.
    """

    what: str
    now: int | str | None
    then: int | str | list[str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToPass:
    """What a failing firm would have to change; ``alone``: one change is enough."""

    alone: bool
    changes: tuple[PassingChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """What is not known of a firm, how it was treated, and the ranks it could make.

    ``best`` and ``worst`` are None where nothing bounds it; ``may_fail``: it could keep the firm
    off the list; ``facts`` names what is not stated.
    """

    what: str
    treated: str
    best: int | None
    worst: int | None
    may_fail: bool = False
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LikelyRanks:
    """Ranks at the ends of the 90 % interval of the performance."""

    best: int
    worst: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedFirm:
    """A firm that can make the line.

    ``score`` is its cost performance, None without a price. ``on_request`` names what it does not
    show to the buyer, of ``audiences.KINDS``: that is blank here, whether it states it or not.
    What has a default is missing in rankings kept by older versions.
    """

    firm_id: str
    rank: int
    score: float | None
    ranks: OrderRanks | None = None
    landed_cost: LandedCostRow
    expected_cost: ExpectedCostRow | None = None
    performance: PerformanceRow
    capacity: Promise
    lead_days: int | None
    reasons: tuple[Reason, ...]
    to_be_first: ToBeFirst | None = None
    unknowns: tuple[Unknown, ...] | None = None
    likely_ranks: LikelyRanks | None = None
    on_request: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UnableFirm:
    """A firm that cannot, with every fact it fails on."""

    firm_id: str
    facts: tuple[CodedFact, ...]
    to_pass: ToPass | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """What a landed cost is measured against, and where it comes from.

    ``source`` is target, last_paid, offers (the median landed cost on offer) or none.
    """

    cost_e4: int | None
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumptions:
    """What all firms of a line were weighed by.

    Attributes:
        rank_by: ``cost_performance`` or ``expected_cost``.
        settings: every number of the buyer's cost settings that counts, by name.
        defaults: names of those the buyer did not state.
        weights: of the terms of performance, by name; they sum to 1.
        unknown: what is not known of the whole category or line.
        currencies_without_rate: of offers that could not be converted.
    """

    rank_by: str
    settings: dict[str, str | float | None]
    defaults: tuple[str, ...]
    weights: dict[str, float]
    unknown: tuple[str, ...]
    currencies_without_rate: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightBand:
    """How far one weight or setting may move before another firm is first.

    Attributes:
        name: a term of performance, ``split``, or a setting of the expected cost.
        now, low, high: a weight, a share or a multiple; an amount in e4 for ``DEFECT_COST``.
        below, above: ids of the firms that are first just under ``low`` and just over ``high``;
            None where the range ends with what is possible.
    """

    name: str
    now: float
    low: float
    high: float
    below: str | None
    above: str | None

    @property
    def is_amount(self) -> bool:
        """Whether ``now``, ``low`` and ``high`` are money in e4."""
        return self.name == DEFECT_COST


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightBands:
    """The bands of all that a line is weighed by, in the order it is ranked by."""

    rank_by: str
    bands: tuple[WeightBand, ...]

    @property
    def winners(self) -> set[str]:
        """Ids of the firms that would be first outside a band."""
        return {end for band in self.bands for end in (band.below, band.above) if end}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedFirm:
    """One firm's part of a proposal: pieces asked of it, and ``made`` in whole lots.

    ``cost_e4`` is of all its pieces, ``landed_cost_e4`` of one. ``figures`` are the kinds of its
    own (``audiences.KINDS``) that its part was worked out from; missing in rankings kept by older
    versions.
    """

    firm_id: str
    quantity: int
    made: int
    cost_e4: int | None
    landed_cost_e4: int | None
    finish_on: str | None
    figures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Firms that can make a line together, the largest part first.

    Attributes:
        cost_e4: of all pieces; ``landed_cost_e4`` of one.
        on_time: probability that all deliver on time and in full.
        evidence: deliveries behind that.
        performance: mean of the firms' performances, weighted by pieces.
        cluster: they already work as a cluster.
        proven: no other combination of the firms looked at is better.
    """

    firms: tuple[ProposedFirm, ...]
    cost_e4: int | None
    landed_cost_e4: int | None
    on_time: float
    evidence: int
    performance: float
    finish_on: str | None
    cluster: bool
    proven: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposals:
    """What firms can make together where none can make it alone; one of both may be missing.

    ``firms_able`` counts those that could take part, of which ``firms_at_most`` do.
    """

    cheapest: Proposal | None
    most_reliable: Proposal | None
    firms_able: int
    firms_at_most: int

    @property
    def parts(self) -> list[ProposedFirm]:
        """The firms of both proposals, each with its part."""
        both = (self.cheapest, self.most_reliable)
        return [firm for proposal in both if proposal for firm in proposal.firms]

    @property
    def firm_ids(self) -> set[str]:
        """Ids of all firms of both proposals."""
        return {firm.firm_id for firm in self.parts}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """The order of one line's suppliers, best first, with its reasons.

    Attributes:
        able, failed: counts of all firms; ``best`` and ``unable`` hold the first of them.
        alone: how many able firms can make all of it by the need date; not kept.
        reference: what a cost performance is measured against.
        assumptions: what all firms were weighed by.
        weights: how far that may move before another firm is first.
        together: what firms can make together where none can make it alone.
    """

    able: int
    failed: int
    best: tuple[RankedFirm, ...]
    unable: tuple[UnableFirm, ...]
    reference: Reference
    assumptions: Assumptions
    weights: WeightBands
    alone: int = 0
    together: Proposals | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineStanding:
    """How a supplier stands to a line, from its own facts alone.

    Attributes:
        line_number: of the request's line.
        state: ``able``, ``failing`` or ``no_capability``.
        facts: what it fails on.
        changes: one for each of these, with which it would pass.
        advice: the one fact of its own that would change most.
    """

    line_number: int
    state: str
    advice: CodedFact
    facts: tuple[CodedFact, ...] = ()
    changes: tuple[PassingChange, ...] = ()
