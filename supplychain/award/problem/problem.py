"""An award problem: lines, suppliers, bids, bundles and rules, checked and in a fixed order.

Quantities, prices and loads are exact decimals. ``reading.parse`` makes a problem from the JSON
of ``docs/award.md``; what it lets through is consistent in itself, so nothing here checks again.
Lists are sorted by id, so that the order of a file's lists changes nothing.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from decimal import Decimal
from typing import ClassVar, Final, Literal, Protocol, Self, TypeAlias

from supplychain.award.checking.violation import Violation
from supplychain.award.exact import decimal_text
from supplychain.award.problem.fields import Attribute, Fields, unknown_id
from supplychain.award.words import Sentence
from supplychain.errors import FieldError

Pair: TypeAlias = tuple[str, str]
"""Supplier and line."""

Terms: TypeAlias = list[tuple[int, float]]
"""A linear expression: columns and their coefficients."""

TierRule: TypeAlias = Literal["all_units", "incremental"]

Objective: TypeAlias = Literal["cost", "expected_cost"]

GAP: Final = Decimal("1e-6")
"""An answer within this relative gap of its bound is called optimal."""

QUANTITY_STEP: Final = Decimal("1e-9")
"""Quantities are multiples of this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemLine:
    """What is to be bought.

    Attributes:
        quantity: above 0; covered exactly, or at least with ``overbuy``.
        divisible: false: one supplier takes it whole.
        single_source: at most one supplier gets anything of it.
        max_suppliers: how many may get some of it; None is no bound.
        overbuy: more than needed may be bought.
        max_quantity: with ``overbuy``, at most so much; None is no bound.
        shortage_price: what a missing unit costs; None: the line must be covered.
        whole: only whole units are bought; ``quantity`` is a whole number then.
        step: only multiples of it are bought, a power of ten up to 1; 0 is no step but ``whole``.
    """

    id: str
    quantity: Decimal
    divisible: bool = True
    single_source: bool = False
    max_suppliers: int | None = None
    overbuy: bool = False
    max_quantity: Decimal | None = None
    shortage_price: Decimal | None = None
    whole: bool = False
    step: Decimal = Decimal(0)

    @property
    def is_stepped(self) -> bool:
        """Whether only multiples of a unit, or of a part of one, are bought."""
        return self.whole or self.step > 0

    @property
    def quantity_step(self) -> Decimal:
        """What quantities bought of it are multiples of."""
        return self.step or (Decimal(1) if self.whole else QUANTITY_STEP)

    @property
    def most(self) -> Decimal | None:
        """The most that may be bought of it; None is no bound."""
        return self.max_quantity if self.overbuy else self.quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplier:
    """Who may win: ``capacity`` bounds its load (None: unlimited), ``one_off_cost`` is paid once
    if it gets anything.
    """

    id: str
    capacity: Decimal | None = None
    one_off_cost: Decimal = Decimal(0)
    attributes: Mapping[str, Attribute] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemTier:
    """From this quantity on a unit costs ``unit_price``: all units, or those above ``start``."""

    start: Decimal
    unit_price: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemBid:
    """What one supplier asks for one line; there is at most one for each pair.

    Attributes:
        tiers: one or more, ascending; nothing below the first start can be bought, and the
            first price is also that of the units below it.
        min_quantity, max_quantity: bounds if it gets anything; the latter is at most the line's
            quantity, or what may be bought of it.
        pack: only multiples of it are sold; 0 is no pack.
        load_per_unit: supplier capacity that a unit takes.
        line_cost: paid once if it gets anything of the line.
        expected_cost: what defects, lateness and risk are expected to cost a unit; not paid.
        lead_days: days until it delivers; None is unknown.
        late: it would deliver after the day the line is needed.
    """

    supplier: str
    line: str
    tiers: tuple[ProblemTier, ...]
    tier_rule: TierRule = "all_units"
    min_quantity: Decimal = Decimal(0)
    max_quantity: Decimal
    pack: Decimal = Decimal(0)
    load_per_unit: Decimal = Decimal(1)
    line_cost: Decimal = Decimal(0)
    expected_cost: Decimal = Decimal(0)
    lead_days: int | None = None
    late: bool = False

    def step_on(self, line: ProblemLine) -> Decimal:
        """What quantities bought of it are multiples of: its packs, or the steps of its line."""
        return self.pack or line.quantity_step


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemBundle:
    """Takes ``discount`` (0 to 1) off the supplier's cost of these lines if it wins them whole."""

    supplier: str
    lines: tuple[str, ...]
    discount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedCapacity:
    """What one supplier can make of some lines, all together, by a day.

    Attributes:
        lines: ids of those due by then, ascending.
        by: the day, ISO 8601.
        at_most: units of all of them together; what is made counts, in whole lots.
        takes: of ``at_most``, what a unit of each line takes that is made, in the order of
            ``lines``; none is 1 each.
        lot_size: each line is made in multiples of it; 0 is none.
        shown: whether the buyer may read ``at_most``; else it bounds the split and is told nowhere.
    """

    supplier: str
    lines: tuple[str, ...]
    by: str
    at_most: Decimal
    lot_size: Decimal = Decimal(0)
    shown: bool = True
    takes: tuple[Decimal, ...] = ()

    def taken_by(self, line: str) -> Decimal:
        """What a unit of a line takes that is made."""
        return self.takes[self.lines.index(line)] if self.takes else Decimal(1)

    def on_lines(self, names: Collection[str]) -> DatedCapacity:
        """The capacity of those of its lines alone that are among these."""
        kept = tuple(line for line in self.lines if line in names)
        takes = tuple(self.taken_by(line) for line in kept) if self.takes else ()
        return replace(self, lines=kept, takes=takes)

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """Its supplier with each of its lines."""
        return tuple((self.supplier, line) for line in self.lines)

    @property
    def sort_key(self) -> tuple[str, str, tuple[str, ...], Decimal]:
        """The fixed order in a problem."""
        return self.supplier, self.by, self.lines, self.at_most


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """A supplier that gets nothing, of the line or of the request, and what leaving it costs."""

    supplier: str
    line: str | None
    cost: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareBounds:
    """Bounds of what some suppliers get together.

    Attributes:
        who: equal for rules that bound the same suppliers.
        among: equal for rules whose suppliers do not overlap, so that their least shares add up.
    """

    who: tuple[Hashable, ...]
    among: str | None
    at_least: Decimal
    at_most: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleEffects:
    """What a rule says in general, so that bounds and contradictions need not know its kind.

    All of it holds for the rule's line, or for the whole request where it names none.

    Attributes:
        barred: a supplier that gets nothing.
        bars_late: bids that deliver late get nothing.
        demanded: a supplier that gets something.
        max_suppliers: at most so many suppliers get anything.
        min_sources: at least so many suppliers get something (without a line: of every line).
        max_share: a supplier and the largest part of the line's quantity that it may get.
        shares: bounds of a part of the quantity, or of the spend.
    """

    barred: str | None = None
    bars_late: bool = False
    demanded: str | None = None
    max_suppliers: int | None = None
    min_sources: int = 0
    max_share: tuple[str, Decimal] | None = None
    shares: ShareBounds | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemNames:
    """The ids of a problem's suppliers and lines, and the names of suppliers' attributes."""

    suppliers: frozenset[str]
    lines: frozenset[str]
    attributes: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class BoughtSplit:
    """A split as the independent checker sees it, in exact decimals.

    Attributes:
        quantities: above 0, by supplier and line.
        spend: quantity × price and line cost, before bundles.
        sources: the pairs of which enough is bought to count as a source.
    """

    problem: Problem
    quantities: Mapping[Pair, Decimal]
    spend: Mapping[Pair, Decimal]
    sources: frozenset[Pair]

    def pairs_on(self, line: str | None) -> set[Pair]:
        """What is bought of a line, or of all."""
        return {pair for pair in self.quantities if line in (None, pair[1])}


class RuleRows(Protocol):
    """The program of an award, as far as a rule adds to it: binaries, terms and rows.

    Quantities are parts of their line's scale, money is in the program's unit.
    """

    @property
    def problem(self) -> Problem:
        """What the program is of."""
        ...

    @property
    def margin(self) -> float:
        """How far a row stays off its bound, so that rounding cannot break it."""
        ...

    @property
    def money(self) -> float:
        """The amount that 1 of the program's objective stands for."""
        ...

    def pairs_of(self, supplier: str, line: str | None) -> list[Pair]:
        """The bids of a supplier that may get anything, of one line or of all."""
        ...

    def pairs_on(self, line: str) -> list[Pair]:
        """The bids for a line that may get anything."""
        ...

    def quantity_terms(self, pair: Pair) -> Terms:
        """What a bid gets."""
        ...

    def spent_columns(self) -> Mapping[str, int]:
        """By supplier a column for what it is paid."""
        ...

    def source_terms(self, pairs: Iterable[Pair]) -> Terms:
        """How many of some bids get enough to count as a source."""
        ...

    def limit_suppliers(self, line: str | None, at_most: int) -> None:
        """At most so many suppliers get anything, of a line or of the request."""
        ...

    def add_column(self, cost: float) -> int:
        """A new column from 0 to 1 with a cost; its index."""
        ...

    def add_row(self, lower: float, terms: Terms) -> None:
        """The terms come to at least ``lower``."""
        ...


class Rule(ABC):
    """One rule of a buyer. Each kind is one class in ``award/rules/``, named in ``RULES`` there.

    A rule speaks of one line, or of the whole request where ``line`` is None.

    Attributes:
        KIND: its name in files and in the API.
        DESCRIPTIONS: what its fields mean, by name, for the API's own description; ``supplier``,
            ``line`` and ``attribute`` need none.
        IS_HARD: a split must keep it; else breaking it costs something.
        HOLDS_FOR_EACH_LINE: without a line it holds for each line alone, too.
        FIRM_CHOICE: for a rule about one supplier, what the supplier does, as the form offers it.
    """

    __slots__ = ()

    KIND: ClassVar[str]
    DESCRIPTIONS: ClassVar[Mapping[str, str]] = {}
    IS_HARD: ClassVar[bool] = True
    HOLDS_FOR_EACH_LINE: ClassVar[bool] = False
    FIRM_CHOICE: ClassVar[str | None] = None

    line: str | None

    @classmethod
    @abstractmethod
    def read(cls, fields: Fields) -> Self:
        """A rule from its fields in a file; what is wrong is collected in ``fields.errors``."""

    def write(self) -> dict[str, object]:
        """Its fields as a file has them, without defaults; ``read`` makes the same rule of it."""
        assert is_dataclass(self)
        values = {one.name: getattr(self, one.name) for one in fields(self)}
        left_out = {one.name: one.default for one in fields(self)}
        return {
            name: decimal_text(value) if isinstance(value, Decimal) else value
            for name, value in values.items()
            if value != left_out[name]
        }

    def find_unknown_names(self, names: ProblemNames, pointer: str) -> Iterator[FieldError]:
        """What it names that the problem does not have."""
        if self.line is not None:
            yield from unknown_id(self.line, names.lines, f"{pointer}/line")
        supplier = getattr(self, "supplier", None)
        if supplier is not None:
            yield from unknown_id(supplier, names.suppliers, f"{pointer}/supplier")

    @property
    def effects(self) -> RuleEffects:
        """What it says in general."""
        return RuleEffects()

    @abstractmethod
    def check(self, split: BoughtSplit) -> Iterator[Violation]:
        """What does not hold of it, exactly. Shares nothing with ``add_rows`` or the pricing.

        Call within exact decimal arithmetic.
        """

    @abstractmethod
    def add_rows(self, rows: RuleRows) -> None:
        """Its rows in the mixed-integer program; barred suppliers have no columns there."""

    def price_switch(self, sources: Collection[Pair]) -> Switch | None:
        """What it costs a split with these sources; None costs nothing."""
        del sources
        return None

    def check_switch(self, split: BoughtSplit) -> Switch | None:
        """The same, worked out by the checker for itself."""
        del split
        return None

    @property
    @abstractmethod
    def subject(self) -> str:
        """Whom or what it speaks of: a supplier, an attribute or a line; empty for all."""

    @abstractmethod
    def describe(self) -> Sentence:
        """The rule among those that cannot hold together, with ids as a file has them."""

    @abstractmethod
    def describe_wish(self) -> Sentence:
        """The rule as its buyer wished it, for a page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """When to stop: after ``seconds``, or once the relative gap is at most ``gap``."""

    seconds: float = 30.0
    gap: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One award to decide; every id that is named is there.

    Attributes:
        capacities: what suppliers can make by a day, beside ``Supplier.capacity``; who has none
            here can make what it offers, as far as is known.
        objective: what is made least: the cost, or the cost and ``expected_weight`` times the
            expected cost of the bids.
    """

    currency: str
    lines: tuple[ProblemLine, ...]
    suppliers: tuple[Supplier, ...]
    bids: tuple[ProblemBid, ...]
    bundles: tuple[ProblemBundle, ...] = ()
    capacities: tuple[DatedCapacity, ...] = ()
    rules: tuple[Rule, ...] = ()
    limits: Limits = field(default_factory=Limits)
    objective: Objective = "cost"
    expected_weight: Decimal = Decimal(1)

    def as_shown(self) -> Problem:
        """The same without the capacities whose figures its buyer may not read."""
        return replace(self, capacities=tuple(one for one in self.capacities if one.shown))

    def with_rules(self, rules: Iterable[Rule]) -> Problem:
        """The same under these rules, in the fixed order."""
        return replace(self, rules=tuple(sorted(rules, key=repr)))
