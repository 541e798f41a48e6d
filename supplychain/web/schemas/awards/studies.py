"""Award studies as the API and the pages read and tell them."""

from __future__ import annotations

from dataclasses import asdict
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from marshmallow import fields, validate

from supplychain.actions.awards.studies import Seen
from supplychain.award.exact import decimal_text
from supplychain.award.problem.writing import answer_to_raw
from supplychain.award.rules.kinds import RULES, field_descriptions, read_rules, write_rule
from supplychain.award.scenarios.frontier import FrontierPoint
from supplychain.award.scenarios.plan import (
    DEFAULT_RUN_S,
    DEFAULT_SME_SHARE,
    DEFAULT_SOURCE_SHARE,
    Wishes,
)
from supplychain.award.scenarios.rule_prices import RulePrice
from supplychain.model.award_studies.measures import (
    EstimatedFreight,
    Measures,
    by_risk,
    by_suppliers,
    measure_scenario,
)
from supplychain.model.award_studies.measures import prices as prices_of
from supplychain.model.award_studies.study import MAX_RULES, MAX_RUN_S, StudyProgress
from supplychain.model.money import SMALLEST_AMOUNT
from supplychain.web.input.fields import (
    Choice,
    Id,
    Instant,
    Money,
    MoneyDifference,
    Strict,
    Text,
    WholeNumber,
)


def _part_field(default: Decimal, description: str) -> Money:
    return Money(
        load_default=lambda: default,
        validate=validate.Range(max=1, error="Enter a part from 0 to 1."),
        metadata={"description": f"{description}; {default} unless said otherwise"},
    )


def line_ids() -> fields.List:
    """Ids of lines, none unless said otherwise."""
    few = validate.Length(max=400, error="There are not so many.")
    return fields.List(Id(), load_default=list, validate=few)


RuleIn = Strict.from_dict(
    {
        "kind": Choice(*RULES, required=True),
        "supplier": Id(),
        "line": Id(),
        "attribute": Text(most=100),
        **{
            name: fields.Raw(metadata={"description": meaning})
            for name, meaning in field_descriptions().items()
        },
    },
    name="RuleIn",
)
"""A rule of an award problem; ``supplier`` is a bidder's firm, ``line`` a request line.

Its fields are those of all kinds of rules; which of them a rule needs, its kind says itself.
"""


class StudyIn(Strict):
    """What is to be worked out beside the cheapest split; all of it may be left out."""

    name = Text(most=100, load_default="")
    rules = fields.List(
        fields.Nested(RuleIn),
        load_default=list,
        validate=validate.Length(max=MAX_RULES, error="Use fewer rules."),
    )
    critical_lines = line_ids()
    at_most = WholeNumber(least=1, most=5000, load_default=None, allow_none=True)
    most_share = _part_field(DEFAULT_SOURCE_SHARE, "of a critical line to one supplier, at most")
    sme_share = _part_field(DEFAULT_SME_SHARE, "of the spend to small firms, at least")
    seconds = WholeNumber(
        least=1,
        most=MAX_RUN_S,
        load_default=DEFAULT_RUN_S,
        metadata={"description": "for each scenario"},
    )


class GetsOut(Strict):
    """What one supplier gets of one line."""

    request_line_id = fields.String()
    line_number = fields.Integer()
    supplier_id = fields.String()
    supplier_name = fields.String()
    quantity = fields.String()
    late_days = fields.Integer()


class ScenarioOut(Strict):
    """One way to split, in figures; nothing but its clash where it is impossible."""

    id = fields.String()
    key = fields.String()
    name = fields.String()
    status = fields.String(metadata={"description": "optimal, feasible, infeasible"})
    rules = fields.List(fields.Dict())
    cost = Money(allow_none=True)
    more = MoneyDifference(allow_none=True, metadata={"description": "above the cheapest"})
    share = fields.Float(allow_none=True, metadata={"description": "the same, of the cheapest"})
    bound = Money(allow_none=True, metadata={"description": "none costs less"})
    gap = fields.String(allow_none=True)
    suppliers = fields.Integer()
    gets = fields.List(fields.Nested(GetsOut))
    latest_on = fields.String(allow_none=True)
    late_lines = fields.Integer()
    single_lines = fields.Integer(metadata={"description": "lines with one source"})
    sme_share = fields.Float(allow_none=True)
    expected_loss = Money(
        allow_none=True, metadata={"description": "null: nobody has a record to tell it from"}
    )
    estimated_freight = Money(
        allow_none=True,
        metadata={"description": "freight in the cost that nobody offered; null: none is"},
    )
    estimated_freight_low = Money(allow_none=True, metadata={"description": "its likely range"})
    estimated_freight_high = Money(allow_none=True)
    cost_known = fields.Boolean(
        metadata={"description": "freight and duty of all that is taken are known or estimated"}
    )
    clash = fields.List(fields.Dict())


class PriceOut(Strict):
    """What rules cost; null where they cannot be kept."""

    rules = fields.List(fields.Dict())
    more = MoneyDifference(allow_none=True)
    share = fields.Float(allow_none=True)
    is_proven = fields.Boolean(metadata={"description": "else the price is only near"})
    own_rule = fields.Integer(allow_none=True, metadata={"description": "its place in your rules"})


class PointOut(Strict):
    """A point of a frontier; no cost where it is impossible."""

    at = fields.String()
    cost = Money(allow_none=True)
    scenario_id = fields.String()


class StudyRow(Strict):
    """A study in a list."""

    id = fields.String()
    name = fields.String()
    state = fields.String(metadata={"description": "working, done, stopped, failed"})
    scenarios = fields.Integer()
    job_id = fields.String()
    created_at = fields.String()


class StudyPage(Strict):
    """The studies of a request, newest first."""

    items = fields.List(fields.Nested(StudyRow))


class StudyOut(Strict):
    """A study: scenarios side by side, the price of each rule, and two frontiers."""

    id = fields.String()
    request_id = fields.String()
    name = fields.String()
    state = fields.String(metadata={"description": "working, done, stopped, failed"})
    job_id = fields.String()
    created_at = Instant()
    problem_digest = fields.String()
    solver_version = fields.String()
    bid_versions = fields.Dict()
    uncovered = fields.Dict(metadata={"description": "by line: what nobody offers"})
    rules = fields.List(fields.Dict())
    progress = fields.Dict(metadata={"description": "what runs now: key, best, bound, seconds"})
    scenarios = fields.List(fields.Nested(ScenarioOut))
    prices = fields.List(fields.Nested(PriceOut))
    by_suppliers = fields.List(fields.Nested(PointOut))
    by_risk = fields.List(fields.Nested(PointOut))


def wishes_of(sent: dict[str, Any]) -> Wishes:
    """What was sent, as the rules take it.

    Raises:
        Invalid: a rule is wrong in itself; pointers into ``/rules``.
    """
    return Wishes(
        sentences=tuple((rule,) for rule in read_rules(sent["rules"])),
        most_share=sent["most_share"],
        critical_lines=tuple(sent["critical_lines"]),
        at_most=sent["at_most"],
        sme_share=sent["sme_share"],
        seconds=sent["seconds"],
    )


def as_study(seen: Seen) -> dict[str, Any]:
    """A study as ``StudyOut`` has it."""
    study = seen.study
    names = (
        "id", "request_id", "name", "job_id", "created_at", "problem_digest", "solver_version",
        "bid_versions",
    )  # fmt: skip
    return {
        **{name: getattr(study, name) for name in names},
        "state": seen.state,
        "progress": _dump_progress(study.progress),
        "rules": [write_rule(rule) for rule in study.wishes.rules],
        "uncovered": {line: decimal_text(n) for line, n in study.facts.short.items()},
        "scenarios": [
            _dump_scenario(measure_scenario(study, each)) for each in study.of_kind("scenario")
        ],
        "prices": [_dump_price(each) for each in prices_of(study)],
        "by_suppliers": [_dump_point(study.id, each) for each in by_suppliers(study)],
        "by_risk": [_dump_point(study.id, each) for each in by_risk(study)],
    }


def _dump_progress(progress: StudyProgress | None) -> dict[str, Any]:
    return asdict(progress) if progress is not None else {}


def _dump_scenario(measures: Measures) -> dict[str, Any]:
    scenario = measures.scenario
    answer = answer_to_raw(scenario.answer)
    names = ("latest_on", "late_lines", "single_lines")
    return {
        **{name: getattr(measures, name) for name in names},
        "id": scenario.id,
        "key": scenario.run.key,
        "name": scenario.run.name,
        "status": scenario.answer.status,
        "rules": [write_rule(rule) for rule in scenario.run.rules],
        "cost": scenario.cost,
        "more": measures.more,
        "share": _float_or_none(measures.share),
        "bound": _floor_bound(scenario.answer.bound),
        "gap": answer["gap"],
        "suppliers": len(measures.spend),
        "gets": [
            {
                "request_line_id": each.line.id,
                "line_number": each.line.number,
                "supplier_id": each.supplier,
                "supplier_name": each.firm_name,
                "quantity": f"{each.quantity:f}",
                "late_days": each.late_days,
            }
            for each in measures.gets
        ],
        "sme_share": _float_or_none(measures.sme_share),
        "expected_loss": measures.loss,
        "cost_known": measures.is_cost_known,
        **_dump_estimate(measures.estimated),
        "clash": answer["clash"],
    }


def _dump_estimate(estimated: EstimatedFreight | None) -> dict[str, Any]:
    names = {"estimated_freight": "amount", "estimated_freight_low": "low"}
    names["estimated_freight_high"] = "high"
    return {key: getattr(estimated, name, None) for key, name in names.items()}


def _floor_bound(bound: Decimal | None) -> Decimal | None:
    """Rounded down: a bound that is rounded up would be none."""
    return None if bound is None else bound.quantize(SMALLEST_AMOUNT, ROUND_FLOOR)


def _dump_price(price: RulePrice) -> dict[str, Any]:
    return {
        "rules": [write_rule(rule) for rule in price.rules],
        "more": price.difference,
        "share": _float_or_none(price.part),
        "is_proven": price.is_proven,
        "own_rule": price.own_index,
    }


def _dump_point(study_id: str, point: FrontierPoint) -> dict[str, Any]:
    return {"at": f"{point.at:f}", "cost": point.cost, "scenario_id": f"{study_id}-{point.key}"}


def _float_or_none(part: Decimal | None) -> float | None:
    return None if part is None else round(float(part), 6)
