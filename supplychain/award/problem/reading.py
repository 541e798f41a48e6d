"""From the JSON of an award file to a checked problem in a fixed order.

Everything wrong is reported at once, each with a JSON pointer into the file. Numbers are decimal
texts; whole JSON numbers are taken, too, but never JSON fractions, which are not exact.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Final, TypeVar, cast

from supplychain.award.exact import round_up_to
from supplychain.award.problem import consistency
from supplychain.award.problem.fields import (
    NUMBER,
    Attribute,
    FieldErrors,
    Fields,
    doubles,
    read_attribute,
)
from supplychain.award.problem.problem import (
    QUANTITY_STEP,
    DatedCapacity,
    Limits,
    Objective,
    Problem,
    ProblemBid,
    ProblemBundle,
    ProblemLine,
    ProblemTier,
    Rule,
    Supplier,
    TierRule,
)
from supplychain.award.rules.kinds import read_rule
from supplychain.errors import FieldError, Invalid

Made = TypeVar("Made")

# What a file may hold. The largest shape that is measured (docs/performance.md) has 1,000 lines and
# 10,000 bids: there is room for ten to fifty times as much, and a stranger's file still fits in
# memory. The limit of seconds is an hour, as no buyer waits longer for an answer.
MAX_LINES: Final = 10_000
MAX_SUPPLIERS: Final = 10_000
MAX_BIDS: Final = 500_000
MAX_TIERS: Final = 100
MAX_BUNDLES: Final = 10_000
MAX_CAPACITY_ROWS: Final = 100_000
MAX_RULES: Final = 20_000
MAX_LIMIT_S: Final = 3600
TIER_RULES: Final = ("all_units", "incremental")
STEPS: Final = tuple(Decimal(1).scaleb(-digits) for digits in range(10))
"""What the quantities of a line may be multiples of."""


def parse(raw: object) -> Problem:
    """A problem from the JSON of an award file (``docs/award.md``).

    Raises:
        Invalid: with every wrong field, its pointer and the reason.
    """
    errors = FieldErrors()
    fields = Fields(raw, "", errors)
    currency = fields.text("currency")
    pointers = consistency.Pointers()
    faulty = pointers.faulty
    lines = _read_objects(fields, "lines", MAX_LINES, _read_line, pointers.lines, faulty, least=1)
    suppliers = _read_objects(
        fields, "suppliers", MAX_SUPPLIERS, _read_supplier, pointers.suppliers, faulty, least=1
    )
    quantities = {line.id: line for line in lines}
    bids = _read_objects(
        fields, "bids", MAX_BIDS, lambda f: _read_bid(f, quantities), pointers.bids, faulty
    )
    bundles = _read_objects(fields, "bundles", MAX_BUNDLES, _read_bundle, pointers.bundles, faulty)
    capacities = _read_objects(
        fields, "capacities", MAX_CAPACITY_ROWS, _read_capacity, pointers.capacities, faulty
    )
    rules: list[Rule] = _read_objects(fields, "rules", MAX_RULES, read_rule, pointers.rules, faulty)
    limits = _read_limits(Fields(fields.left.pop("limits", {}), "/limits", errors))
    objective = fields.choice("objective", ("cost", "expected_cost"), "cost")
    weight = fields.number("expected_weight", "1")
    fields.end()
    problem = Problem(
        currency=currency,
        lines=tuple(sorted(lines, key=lambda line: line.id)),
        suppliers=tuple(sorted(suppliers, key=lambda supplier: supplier.id)),
        bids=tuple(sorted(bids, key=lambda bid: (bid.supplier, bid.line))),
        bundles=tuple(sorted(bundles, key=lambda one: (one.supplier, one.lines, one.discount))),
        capacities=tuple(sorted(capacities, key=lambda one: one.sort_key)),
        rules=tuple(sorted(rules, key=repr)),
        limits=limits,
        objective=cast("Objective", objective),
        expected_weight=weight,
    )
    for error in consistency.errors(problem, pointers):
        errors.add(error)
    if errors.collected:
        raise Invalid(errors=errors.collected)
    return problem


def _read_objects(
    fields: Fields,
    name: str,
    most: int,
    read: Callable[[Fields], Made | None],
    pointers: dict[int, str],
    faulty: set[int],
    *,
    least: int = 0,
) -> list[Made]:
    objects = []
    for at, item in fields.items(name, most=most, least=least):
        one = Fields(item, at, fields.errors)
        made = read(one)
        good = one.end()
        if made is not None:
            pointers[id(made)] = at
            objects.append(made)
            if not good:
                faulty.add(id(made))
    return objects


def _read_line(fields: Fields) -> ProblemLine:
    line = ProblemLine(
        id=fields.text("id"),
        quantity=fields.positive("quantity"),
        divisible=fields.flag("divisible", default=True),
        single_source=fields.flag("single_source", default=False),
        max_suppliers=fields.whole_or_none("max_suppliers", least=1),
        overbuy=fields.flag("overbuy", default=False),
        max_quantity=fields.number_or_none("max_quantity"),
        shortage_price=fields.number_or_none("shortage_price"),
        whole=fields.flag("whole", default=False),
        step=fields.number("step", "0", most=1),
    )
    if line.step and line.step not in STEPS:
        fields.wrong("step", lambda at: FieldError(
            pointer=at, message="A step is 1, 0.1, 0.01 and so on, to nine digits.",
        ))  # fmt: skip
    elif line.step and line.quantity % line.step:
        fields.wrong("quantity", lambda at: FieldError(
            pointer=at, message="The quantity of a line must be a multiple of its step.",
        ))  # fmt: skip
    if line.quantity % QUANTITY_STEP:
        fields.wrong("quantity", _too_fine)
    if line.whole and line.quantity % 1:
        fields.wrong("quantity", lambda at: FieldError(
            pointer=at, message="A line of whole units needs a whole quantity.",
        ))  # fmt: skip
    _check_most(fields, line)
    return line


def _check_most(fields: Fields, line: ProblemLine) -> None:
    """What bounds more than is needed is that much at least, and stands beside ``overbuy``."""
    if line.max_quantity is None:
        return
    if not line.overbuy:
        fields.wrong("max_quantity", lambda at: FieldError(
            pointer=at, message="Only a line with overbuy has a largest quantity.",
        ))  # fmt: skip
    elif line.max_quantity < line.quantity:
        fields.wrong("max_quantity", lambda at: FieldError(
            pointer=at, message="This must be at least the quantity of the line.",
        ))  # fmt: skip
    elif line.max_quantity % QUANTITY_STEP:
        fields.wrong("max_quantity", _too_fine)


def _too_fine(at: str) -> FieldError:
    return FieldError(pointer=at, message="A quantity has at most nine digits after the point.")


def _read_supplier(fields: Fields) -> Supplier:
    return Supplier(
        id=fields.text("id"),
        capacity=fields.number_or_none("capacity"),
        one_off_cost=fields.number("one_off_cost", "0"),
        attributes=_read_attributes(fields),
    )


def _read_attributes(fields: Fields) -> dict[str, Attribute]:
    raw = fields.left.pop("attributes", {})
    inner = Fields(raw, f"{fields.at}/attributes", fields.errors)
    attributes = {}
    for name in list(inner.left)[:100]:
        value = read_attribute(inner, name, inner.left.pop(name))
        if value is not None and inner.text_of(str(name), name) is not None:
            attributes[str(name)] = value
    fields.ok = inner.end() and fields.ok
    return dict(sorted(attributes.items()))


def _read_bid(fields: Fields, lines: dict[str, ProblemLine]) -> ProblemBid:
    supplier, name = fields.text("supplier"), fields.text("line")
    tiers, least = _read_tiers(fields), fields.number("min_quantity", "0")
    most, pack = fields.number_or_none("max_quantity"), fields.number("pack", "0")
    bid = ProblemBid(
        supplier=supplier,
        line=name,
        tiers=tiers,
        tier_rule=cast("TierRule", fields.choice("tier_rule", TIER_RULES, TIER_RULES[0])),
        min_quantity=least,
        max_quantity=_largest_quantity(lines.get(name), most, tiers, least, pack),
        pack=pack,
        load_per_unit=fields.number("load_per_unit", "1"),
        line_cost=fields.number("line_cost", "0"),
        expected_cost=fields.number("expected_cost", "0"),
        lead_days=fields.whole_or_none("lead_days", least=0),
        late=fields.flag("late", default=False),
    )
    for at, number in (("min_quantity", least), ("max_quantity", most), ("pack", pack)):
        if number is not None and number % QUANTITY_STEP:
            fields.wrong(at, _too_fine)
    return bid


def _largest_quantity(
    line: ProblemLine | None,
    most: Decimal | None,
    tiers: tuple[ProblemTier, ...],
    least: Decimal,
    pack: Decimal,
) -> Decimal:
    """At most what may be bought of the line. With overbuy, by default the packs that reach the
    last tier: buying more than that and the line's quantity never makes anything cheaper.
    """
    if line is None:
        return Decimal(0)
    if most is None:
        most = max(line.quantity, least, *(tier.start for tier in tiers))
        most = round_up_to(most, pack) if pack else most
    return most if line.most is None else min(most, line.most)


def _read_tiers(fields: Fields) -> tuple[ProblemTier, ...]:
    tiers = []
    for at, item in fields.items("tiers", most=MAX_TIERS, least=1):
        one = Fields(item, at, fields.errors)
        tier = ProblemTier(start=one.number("from", "0"), unit_price=one.number("unit_price"))
        if tier.start % QUANTITY_STEP:
            one.wrong("from", _too_fine)
        if tiers and tier.start <= tiers[-1].start:
            one.wrong("from", lambda at: FieldError(
                pointer=at, message="Each tier must start above the tier before it.",
            ))  # fmt: skip
        fields.ok = one.end() and fields.ok
        tiers.append(tier)
    return tuple(tiers)


def _read_bundle(fields: Fields) -> ProblemBundle:
    return ProblemBundle(
        supplier=fields.text("supplier"),
        lines=_read_line_ids(fields, "This line is in the bundle twice."),
        discount=fields.number("discount", most=1),
    )


def _read_capacity(fields: Fields) -> DatedCapacity:
    order = fields.left.get("lines")
    return DatedCapacity(
        supplier=fields.text("supplier"),
        lines=_read_line_ids(fields, "This line is in the capacity twice."),
        by=_read_day(fields, "by"),
        at_most=fields.number("at_most"),
        lot_size=fields.number("lot_size", "0"),
        takes=_read_takes(fields, order if isinstance(order, list) else []),
        shown=fields.flag("shown", default=True),
    )


def _read_takes(fields: Fields, order: list[object]) -> tuple[Decimal, ...]:
    """What a unit of each line takes, by the lines' ids; ``order`` is that of the file."""
    if "takes" not in fields.left:
        return ()
    items = {
        at.rsplit("/", 1)[1]: item
        for at, item in fields.items("takes", most=len(order), least=len(order))
    }
    numbers = Fields(items, f"{fields.at}/takes", fields.errors)
    takes = [numbers.positive(index) for index in list(items)]
    fields.ok = numbers.ok and fields.ok
    if len(takes) != len(order) or not all(isinstance(name, str) for name in order):
        return ()
    pairs = sorted(zip(map(str, order), takes, strict=True), key=lambda pair: pair[0])
    return tuple(each for _, each in pairs)


def _read_line_ids(fields: Fields, twice: str) -> tuple[str, ...]:
    """The ids of one or more lines, ascending; ``twice`` refuses doubles."""
    items = Fields({}, f"{fields.at}/lines", fields.errors)
    names = [
        (index, items.text_of(index, item) or "")
        for at, item in fields.items("lines", most=MAX_LINES, least=1)
        for index in (at.rsplit("/", 1)[1],)
    ]
    for index in doubles(names):
        items.wrong(index, lambda at: FieldError(pointer=at, message=twice))
    fields.ok = items.ok and fields.ok
    return tuple(sorted(name for _, name in names))


def _read_day(fields: Fields, name: str) -> str:
    """A day as text, ISO 8601."""
    before, text = fields.ok, fields.text(name)
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        if before and fields.ok:
            fields.wrong(name, lambda at: FieldError(
                pointer=at, message="This must be a day, such as 2026-12-13.",
            ))  # fmt: skip
        return text


def _read_limits(fields: Fields) -> Limits:
    raw = fields.left.get("seconds", "30")
    if isinstance(raw, float) and NUMBER.fullmatch(repr(raw)):
        fields.left["seconds"] = repr(raw)
    seconds = fields.number("seconds", "30", most=MAX_LIMIT_S)
    gap = fields.number("gap", "0", most=1)
    fields.end()
    return Limits(seconds=float(seconds), gap=gap)
