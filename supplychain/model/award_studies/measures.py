"""What the scenarios of a study come to: cost, suppliers, dates, expected losses, prices of rules.

All is told from what the study keeps, so it never moves under what a buyer saw.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from supplychain.model.award_studies.runs import CHEAPEST
from supplychain.model.award_studies.study import AwardStudy, Rule, Scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class Gets:
    """What one supplier gets of one line."""

    line: dict[str, Any]
    supplier: str
    firm_name: str
    quantity: Decimal
    late_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """One scenario in figures.

    Attributes:
        more: what it costs above the cheapest; None without both.
        share: the same as a part of the cheapest cost.
        gets: who gets what, by line and then by quantity.
        spend: of each winner by name, with its one-off cost, largest first.
        latest_on: the last promised day.
        late_lines: lines of which some is promised after the need-by date.
        single_lines: lines with one source.
        sme_share: of the spend; None without spend.
        loss: what late and bad deliveries are expected to cost.
    """

    scenario: Scenario
    more: Decimal | None
    share: Decimal | None
    gets: tuple[Gets, ...]
    spend: tuple[tuple[str, Decimal], ...]
    latest_on: str | None
    late_lines: int
    single_lines: int
    sme_share: Decimal | None
    loss: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What rules cost; ``more`` is None where they cannot be kept (or nothing could be compared).

    ``name`` is that of the run; ``place`` that of an own rule, None for others; ``is_proven``:
    both splits are the cheapest of their kind, else the price is only near.
    """

    name: str
    rules: tuple[Rule, ...]
    more: Decimal | None
    share: Decimal | None
    is_proven: bool
    place: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A point of a frontier: ``at`` most so many suppliers, or the expected loss."""

    at: Decimal
    cost: Decimal | None
    scenario: Scenario


def measured(study: AwardStudy, scenario: Scenario) -> Measures:
    """A scenario of a study in figures."""
    cheapest = study.find(CHEAPEST.key)
    more = _more(scenario, cheapest)
    gets = _gets(study, scenario)
    pairs = {(pair["supplier"], pair["line"]): pair for pair in study.known["pairs"]}
    chosen = [pairs[each.supplier, each.line["id"]] for each in gets]
    lines = [each.line["id"] for each in gets]
    return Measures(
        scenario=scenario,
        more=more,
        share=_share(more, cheapest),
        gets=gets,
        spend=_spend(study, scenario),
        latest_on=max((pair["promised_on"] for pair in chosen), default=None),
        late_lines=len({each.line["id"] for each in gets if each.late_days > 0}),
        single_lines=sum(lines.count(line) == 1 for line in set(lines)),
        sme_share=_sme_share(study, scenario),
        loss=sum(
            (
                each.quantity * Decimal(pair["loss"])
                for each, pair in zip(gets, chosen, strict=True)
            ),
            Decimal(0),
        ),
    )


def prices(study: AwardStudy) -> tuple[Price, ...]:
    """The price of each rule: of the named scenarios, of two sources line by line, of own rules."""
    cheapest = study.find(CHEAPEST.key)
    found = [
        _price(each.run.rules, each, cheapest)
        for each in (*study.of_kind("scenario"), *study.of_kind("price"))
        if each.run.rules and each.run.name != "own"
    ]
    return (*found, *_own_prices(study, cheapest))


def _own_prices(study: AwardStudy, cheapest: Scenario | None) -> list[Price]:
    """An own rule costs what leaving it out would save."""
    own, said = study.find("own"), study.wishes.sentences
    if own is None or not own.is_split:
        return []
    alone = len(said) == 1
    without = [cheapest if alone else study.find(f"without-{at}") for at in range(len(said))]
    return [
        _price(sentence, own, other, place=place)
        for place, (sentence, other) in enumerate(zip(said, without, strict=True))
        if other is not None
    ]


def _price(
    rules: Sequence[Rule], with_them: Scenario, other: Scenario | None, *, place: int | None = None
) -> Price:
    more = _more(with_them, other)
    # Leaving a rule out never costs more: what a time limit made look so is nothing.
    more = None if more is None else max(Decimal(0), more)
    statuses = {with_them.answer["status"], other.answer["status"] if other else ""}
    return Price(
        name=with_them.run.name,
        rules=tuple(rules),
        more=more,
        share=_share(more, other),
        is_proven=statuses == {"optimal"},
        place=place,
    )


def by_suppliers(study: AwardStudy) -> tuple[Point, ...]:
    """Cost against the number of suppliers: 1, 2, … up to what the cheapest split has."""
    found = [
        Point(at=Decimal(each.run.name), cost=each.cost, scenario=each)
        for each in study.of_kind("suppliers")
    ]
    cheapest = study.find(CHEAPEST.key)
    if cheapest is not None and cheapest.is_split:
        count = len({each["supplier"] for each in cheapest.answer["allocations"]})
        found.append(Point(at=Decimal(count), cost=cheapest.cost, scenario=cheapest))
    return tuple(sorted(found, key=lambda point: point.at))


def by_risk(study: AwardStudy) -> tuple[Point, ...]:
    """Cost against expected loss: only points that no other beats in both, least loss first."""
    made = [study.find(CHEAPEST.key), study.find("expected"), *study.of_kind("risk")]
    points = [
        Point(at=measured(study, each).loss, cost=each.cost, scenario=each)
        for each in made
        if each is not None and each.cost is not None
    ]
    best: dict[tuple[Decimal, Decimal], Point] = {}
    for point in points:
        assert point.cost is not None
        best.setdefault((point.at, point.cost), point)
    kept = [
        point
        for (at, cost), point in best.items()
        if not any((a <= at and c <= cost) and (a, c) != (at, cost) for a, c in best)
    ]
    return tuple(sorted(kept, key=lambda point: point.at))


def _more(one: Scenario, other: Scenario | None) -> Decimal | None:
    if other is None or one.cost is None or other.cost is None:
        return None
    return one.cost - other.cost


def _share(more: Decimal | None, other: Scenario | None) -> Decimal | None:
    return more / other.cost if more is not None and other is not None and other.cost else None


def _gets(study: AwardStudy, scenario: Scenario) -> tuple[Gets, ...]:
    lines = {line["id"]: line for line in study.known["lines"]}
    late = {(pair["supplier"], pair["line"]): pair["late_days"] for pair in study.known["pairs"]}
    found = [
        Gets(
            line=lines[each["line"]],
            supplier=each["supplier"],
            firm_name=study.known["firms"].get(each["supplier"], each["supplier"]),
            quantity=Decimal(each["quantity"]),
            late_days=late[each["supplier"], each["line"]],
        )
        for each in scenario.answer["allocations"]
        if Decimal(each["quantity"]) > 0
    ]
    return tuple(
        sorted(found, key=lambda each: (each.line["number"], -each.quantity, each.supplier))
    )


def _spend(study: AwardStudy, scenario: Scenario) -> tuple[tuple[str, Decimal], ...]:
    names, sums = study.known["firms"], _spend_by_firm(scenario)
    for winner in scenario.answer.get("suppliers", []):
        if winner["id"] in sums:
            sums[winner["id"]] += Decimal(winner["one_off_cost"])
    ordered = sorted(sums.items(), key=lambda each: (-each[1], each[0]))
    return tuple((names.get(firm_id, firm_id), amount) for firm_id, amount in ordered)


def _spend_by_firm(scenario: Scenario) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for each in scenario.answer["allocations"]:
        sums[each["supplier"]] = sums.get(each["supplier"], Decimal(0)) + Decimal(each["cost"])
    return sums


def _sme_share(study: AwardStudy, scenario: Scenario) -> Decimal | None:
    sums = _spend_by_firm(scenario)
    total = sum(sums.values(), Decimal(0))
    suppliers = study.problem["suppliers"] if study.problem else []
    small = {each["id"] for each in suppliers if each.get("attributes", {}).get("sme")}
    mine = sum((amount for firm_id, amount in sums.items() if firm_id in small), Decimal(0))
    return mine / total if total else None
