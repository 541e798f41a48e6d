"""From the JSON of an award file to a checked problem in a fixed order.

Everything wrong is reported at once, each with a JSON pointer into the file. Numbers are decimal
texts; whole JSON numbers are taken, too, but never JSON fractions, which are not exact.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Final, TypeVar, cast

from supplychain.award.problem import consistency
from supplychain.award.problem.fields import NUMBER, Errors, Fields, doubles
from supplychain.award.problem.problem import (
    QUANTUM,
    Attribute,
    Bid,
    Bundle,
    Limits,
    Line,
    Objective,
    Problem,
    Rule,
    Supplier,
    Tier,
    TierRule,
)
from supplychain.award.problem.rules import read_attribute, read_rule
from supplychain.errors import FieldError, Invalid

Made = TypeVar("Made")

MOST_LINES: Final = 10_000
MOST_SUPPLIERS: Final = 10_000
MOST_BIDS: Final = 500_000
MOST_TIERS: Final = 100
MOST_BUNDLES: Final = 10_000
MOST_RULES: Final = 20_000
MOST_SECONDS: Final = 3600
TIER_RULES: Final = ("all_units", "incremental")


def parse(raw: object) -> Problem:
    """A problem from the JSON of an award file (``docs/award.md``).

    Raises:
        Invalid: with every wrong field, its pointer and the reason.
    """
    errors = Errors()
    fields = Fields(raw, "", errors)
    currency = fields.text("currency")
    places = consistency.Places()
    faulty = places.faulty
    lines = _objects(fields, "lines", MOST_LINES, _line, places.lines, faulty, least=1)
    suppliers = _objects(
        fields, "suppliers", MOST_SUPPLIERS, _supplier, places.suppliers, faulty, least=1
    )
    quantities = {line.id: line for line in lines}
    bids = _objects(fields, "bids", MOST_BIDS, lambda f: _bid(f, quantities), places.bids, faulty)
    bundles = _objects(fields, "bundles", MOST_BUNDLES, _bundle, places.bundles, faulty)
    rules: list[Rule] = _objects(fields, "rules", MOST_RULES, read_rule, places.rules, faulty)
    limits = _limits(Fields(fields.left.pop("limits", {}), "/limits", errors))
    objective = fields.choice("objective", ("cost", "expected_cost"), "cost")
    weight = fields.number("expected_weight", "1")
    fields.end()
    problem = Problem(
        currency=currency,
        lines=tuple(sorted(lines, key=lambda line: line.id)),
        suppliers=tuple(sorted(suppliers, key=lambda supplier: supplier.id)),
        bids=tuple(sorted(bids, key=lambda bid: (bid.supplier, bid.line))),
        bundles=tuple(sorted(bundles, key=lambda one: (one.supplier, one.lines, one.discount))),
        rules=tuple(sorted(rules, key=repr)),
        limits=limits,
        objective=cast("Objective", objective),
        expected_weight=weight,
    )
    for error in consistency.errors(problem, places):
        errors.add(error)
    if errors.found:
        raise Invalid(errors=errors.found)
    return problem


def _objects(
    fields: Fields,
    name: str,
    most: int,
    read: Callable[[Fields], Made | None],
    places: dict[int, str],
    faulty: set[int],
    *,
    least: int = 0,
) -> list[Made]:
    found = []
    for at, item in fields.items(name, most=most, least=least):
        one = Fields(item, at, fields.errors)
        made = read(one)
        good = one.end()
        if made is not None:
            places[id(made)] = at
            found.append(made)
            if not good:
                faulty.add(id(made))
    return found


def _line(fields: Fields) -> Line:
    line = Line(
        id=fields.text("id"),
        quantity=fields.positive("quantity"),
        divisible=fields.flag("divisible", default=True),
        single_source=fields.flag("single_source", default=False),
        max_suppliers=fields.whole_or_none("max_suppliers", least=1),
        overbuy=fields.flag("overbuy", default=False),
        shortage_price=fields.number_or_none("shortage_price"),
        whole=fields.flag("whole", default=False),
    )
    if line.quantity % QUANTUM:
        fields.wrong("quantity", _too_fine)
    if line.whole and line.quantity % 1:
        fields.wrong("quantity", lambda at: FieldError(
            pointer=at, message="A line of whole units needs a whole quantity.",
        ))  # fmt: skip
    return line


def _too_fine(at: str) -> FieldError:
    return FieldError(pointer=at, message="A quantity has at most nine digits after the point.")


def _supplier(fields: Fields) -> Supplier:
    return Supplier(
        id=fields.text("id"),
        capacity=fields.number_or_none("capacity"),
        one_off_cost=fields.number("one_off_cost", "0"),
        attributes=_attributes(fields),
    )


def _attributes(fields: Fields) -> dict[str, Attribute]:
    raw = fields.left.pop("attributes", {})
    inner = Fields(raw, f"{fields.at}/attributes", fields.errors)
    found = {}
    for name in list(inner.left)[:100]:
        value = read_attribute(inner, name, inner.left.pop(name))
        if value is not None and inner.text_of(str(name), name) is not None:
            found[str(name)] = value
    fields.ok = inner.end() and fields.ok
    return dict(sorted(found.items()))


def _bid(fields: Fields, lines: dict[str, Line]) -> Bid:
    supplier, name = fields.text("supplier"), fields.text("line")
    tiers, least = _tiers(fields), fields.number("min_quantity", "0")
    most = fields.number_or_none("max_quantity")
    bid = Bid(
        supplier=supplier,
        line=name,
        tiers=tiers,
        tier_rule=cast("TierRule", fields.choice("tier_rule", TIER_RULES, TIER_RULES[0])),
        min_quantity=least,
        max_quantity=_most(lines.get(name), most, tiers, least),
        load_per_unit=fields.number("load_per_unit", "1"),
        line_cost=fields.number("line_cost", "0"),
        expected_cost=fields.number("expected_cost", "0"),
        lead_days=fields.whole_or_none("lead_days", least=0),
        late=fields.flag("late", default=False),
    )
    for at, number in (("min_quantity", least), ("max_quantity", most)):
        if number is not None and number % QUANTUM:
            fields.wrong(at, _too_fine)
    return bid


def _most(
    line: Line | None, most: Decimal | None, tiers: tuple[Tier, ...], least: Decimal
) -> Decimal:
    """At most the line's quantity. With overbuy, by default what reaches the last tier: buying
    more than that and the line's quantity never makes anything cheaper.
    """
    if line is None:
        return Decimal(0)
    if line.overbuy:
        reach = max(line.quantity, least, *(tier.start for tier in tiers))
        return reach if most is None else most
    return line.quantity if most is None else min(most, line.quantity)


def _tiers(fields: Fields) -> tuple[Tier, ...]:
    tiers = []
    for at, item in fields.items("tiers", most=MOST_TIERS, least=1):
        one = Fields(item, at, fields.errors)
        tier = Tier(start=one.number("from", "0"), unit_price=one.number("unit_price"))
        if tier.start % QUANTUM:
            one.wrong("from", _too_fine)
        if tiers and tier.start <= tiers[-1].start:
            one.wrong("from", lambda at: FieldError(
                pointer=at, message="Each tier must start above the tier before it.",
            ))  # fmt: skip
        fields.ok = one.end() and fields.ok
        tiers.append(tier)
    return tuple(tiers)


def _bundle(fields: Fields) -> Bundle:
    supplier = fields.text("supplier")
    names = [(at, fields.text_of(f"lines/{at.rsplit('/', 1)[1]}", item) or "")
             for at, item in fields.items("lines", most=MOST_LINES, least=1)]  # fmt: skip
    for at in doubles(names):
        fields.wrong("lines/" + at.rsplit("/", 1)[1], lambda at: FieldError(
            pointer=at, message="This line is in the bundle twice.",
        ))  # fmt: skip
    return Bundle(
        supplier=supplier,
        lines=tuple(sorted(name for _, name in names)),
        discount=fields.number("discount", most=1),
    )


def _limits(fields: Fields) -> Limits:
    raw = fields.left.get("seconds", "30")
    if isinstance(raw, float) and NUMBER.fullmatch(repr(raw)):
        fields.left["seconds"] = repr(raw)
    seconds = fields.number("seconds", "30", most=MOST_SECONDS)
    gap = fields.number("gap", "0", most=1)
    fields.end()
    return Limits(seconds=float(seconds), gap=gap)
