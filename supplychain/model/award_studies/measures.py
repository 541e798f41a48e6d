"""What the scenarios of a study come to: cost, suppliers, dates, expected losses, prices of rules.

All is told from what the study keeps, so it never moves under what a buyer saw.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from supplychain.award.exact import exactly, round_up_to
from supplychain.award.problem.problem import QUANTITY_STEP, ProblemBid
from supplychain.award.scenarios import frontier, rule_prices
from supplychain.award.scenarios.frontier import FrontierPoint
from supplychain.award.scenarios.plan import CHEAPEST, OWN
from supplychain.award.scenarios.rule_prices import RulePrice
from supplychain.award.solving.pricing import gross_cost
from supplychain.award.surplus import BoughtPart, Surplus, explain_surplus
from supplychain.model.award_studies.facts import BidFacts, StudyLine
from supplychain.model.award_studies.study import AwardStudy, Scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class Gets:
    """What one supplier gets of one line."""

    line: StudyLine
    supplier: str
    firm_name: str
    quantity: Decimal
    late_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimatedFreight:
    """Freight that nobody offered: so much, likely between ``low`` and ``high``."""

    amount: Decimal
    low: Decimal
    high: Decimal


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
        loss: what late and bad deliveries are expected to cost; None: nobody who wins has a
            record to tell it from.
        least_loss: as much of it as is known, which is what the winners' own promises cost.
        estimated: freight in the cost that is an estimate, with its likely range; None: none is.
        is_cost_known: freight and duty of all that is taken are known or estimated.
        surpluses: what is bought above the need, with its line.
    """

    scenario: Scenario
    more: Decimal | None
    share: Decimal | None
    gets: tuple[Gets, ...]
    spend: tuple[tuple[str, Decimal], ...]
    latest_on: date | None
    late_lines: int
    single_lines: int
    sme_share: Decimal | None
    loss: Decimal | None
    least_loss: Decimal
    estimated: EstimatedFreight | None
    is_cost_known: bool
    surpluses: tuple[tuple[StudyLine, Surplus], ...] = ()


def measure_scenario(study: AwardStudy, scenario: Scenario) -> Measures:
    """A scenario of a study in figures."""
    cheapest = study.find(CHEAPEST)
    more = _cost_above(scenario, cheapest)
    gets = _who_gets_what(study, scenario)
    pairs = study.facts.pair_facts()
    chosen = [pairs[each.supplier, each.line.id] for each in gets]
    lines = [each.line.id for each in gets]
    losses = [each.quantity * pair.loss for each, pair in zip(gets, chosen, strict=True)]
    return Measures(
        scenario=scenario,
        more=more,
        share=_part_of_cost(more, cheapest),
        gets=gets,
        spend=_spend_by_name(study, scenario),
        latest_on=max((pair.promised_on for pair in chosen), default=None),
        late_lines=len({each.line.id for each in gets if each.late_days > 0}),
        single_lines=sum(lines.count(line) == 1 for line in set(lines)),
        sme_share=_sme_share_of(study, scenario),
        least_loss=sum(losses, Decimal(0)),
        loss=sum(losses, Decimal(0)) if all(pair.is_loss_known for pair in chosen) else None,
        estimated=_estimate_freight(gets, chosen),
        is_cost_known=all(pair.is_cost_known for pair in chosen),
        surpluses=_list_surpluses(study, gets),
    )


def prices(study: AwardStudy) -> tuple[RulePrice, ...]:
    """The price of each rule: of the named scenarios, of two sources line by line, of own rules."""
    answers = study.answers
    priced = [
        rule_prices.scenario_price(study.problem, each.run, answers)
        for each in (*study.of_kind("scenario"), *study.of_kind("price"))
        if each.run.rules and each.run.name != OWN
    ]
    runs = {each.run.key: each.run for each in study.scenarios}
    own = rule_prices.own_prices(study.plan, runs, answers)
    return (*priced, *own)


def by_suppliers(study: AwardStudy) -> tuple[FrontierPoint, ...]:
    """Cost against the number of suppliers: 1, 2, … up to what the cheapest split has."""
    return frontier.by_suppliers([each.run for each in study.scenarios], study.answers)


def by_risk(study: AwardStudy) -> tuple[FrontierPoint, ...]:
    """Cost against expected loss: only points that no other beats in both, least loss first."""
    return frontier.by_risk([each.run for each in study.scenarios], study.answers)


def _estimate_freight(gets: Sequence[Gets], chosen: Sequence[BidFacts]) -> EstimatedFreight | None:
    pairs = [
        (each.quantity, pair)
        for each, pair in zip(gets, chosen, strict=True)
        if pair.freight is not None
    ]
    if not pairs:
        return None
    zero = Decimal(0)
    return EstimatedFreight(
        amount=sum((n * (pair.freight or zero) for n, pair in pairs), zero),
        low=sum((n * (pair.freight_low or zero) for n, pair in pairs), zero),
        high=sum((n * (pair.freight_high or zero) for n, pair in pairs), zero),
    )


def _cost_above(one: Scenario, other: Scenario | None) -> Decimal | None:
    if other is None or one.cost is None or other.cost is None:
        return None
    return one.cost - other.cost


def _part_of_cost(more: Decimal | None, other: Scenario | None) -> Decimal | None:
    return more / other.cost if more is not None and other is not None and other.cost else None


def _who_gets_what(study: AwardStudy, scenario: Scenario) -> tuple[Gets, ...]:
    lines = {line.id: line for line in study.facts.lines}
    pairs = study.facts.pair_facts()
    gets = [
        Gets(
            line=lines[each.line],
            supplier=each.supplier,
            firm_name=study.facts.name_firm(each.supplier),
            quantity=each.quantity,
            late_days=pairs[each.supplier, each.line].late_days,
        )
        for each in scenario.answer.allocations
        if each.quantity > 0
    ]
    return tuple(sorted(gets, key=lambda each: (each.line.number, -each.quantity, each.supplier)))


def _list_surpluses(
    study: AwardStudy, gets: Sequence[Gets]
) -> tuple[tuple[StudyLine, Surplus], ...]:
    needed = {line.id: line for line in study.problem.lines if line.overbuy}
    bids = {(bid.supplier, bid.line): bid for bid in study.problem.bids}
    parts: dict[str, list[BoughtPart]] = {}
    for each in gets:
        if each.line.id in needed:
            part = _bought_part(each, bids[each.supplier, each.line.id])
            parts.setdefault(each.line.id, []).append(part)
    found = (
        (line, explain_surplus(needed[line.id].quantity, parts[line.id]))
        for line in study.facts.lines
        if line.id in parts
    )
    return tuple((line, surplus) for line, surplus in found if surplus is not None)


def _bought_part(each: Gets, bid: ProblemBid) -> BoughtPart:
    def cost_of(quantity: Decimal) -> Decimal:
        with exactly():
            return gross_cost(bid, quantity)

    return BoughtPart(
        supplier=each.firm_name,
        quantity=each.quantity,
        least=round_up_to(max(bid.min_quantity, bid.tiers[0].start), bid.pack or QUANTITY_STEP),
        pack=bid.pack,
        cost_of=cost_of,
    )


def _spend_by_name(study: AwardStudy, scenario: Scenario) -> tuple[tuple[str, Decimal], ...]:
    sums = _spend_by_firm(scenario)
    for winner in scenario.answer.suppliers:
        if winner.id in sums:
            sums[winner.id] += winner.one_off_cost
    ordered = sorted(sums.items(), key=lambda each: (-each[1], each[0]))
    return tuple((study.facts.name_firm(firm_id), amount) for firm_id, amount in ordered)


def _spend_by_firm(scenario: Scenario) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for each in scenario.answer.allocations:
        sums[each.supplier] = sums.get(each.supplier, Decimal(0)) + each.cost
    return sums


def _sme_share_of(study: AwardStudy, scenario: Scenario) -> Decimal | None:
    sums = _spend_by_firm(scenario)
    total = sum(sums.values(), Decimal(0))
    small = {one.id for one in study.problem.suppliers if one.attributes.get("sme")}
    mine = sum((amount for firm_id, amount in sums.items() if firm_id in small), Decimal(0))
    return mine / total if total else None
