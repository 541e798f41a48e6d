"""Award studies as the API and the pages read and tell them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from marshmallow import fields, validate

from supplychain.actions.awards.studies import Seen
from supplychain.model.award_studies.measures import (
    Measures,
    Point,
    Price,
    by_risk,
    by_suppliers,
    measured,
)
from supplychain.model.award_studies.measures import prices as prices_of
from supplychain.model.award_studies.study import (
    MAX_RULES,
    MOST_SECONDS,
    MOST_SHARE,
    SECONDS,
    SME_SHARE,
    Wishes,
)
from supplychain.web.input.fields import Choice, Id, Instant, Money, Strict, Text, WholeNumber

KINDS: Final = (
    "max_suppliers", "share", "group_share", "two_sources", "require", "forbid", "incumbent",
)  # fmt: skip


def _part(default: Decimal, description: str) -> Money:
    return Money(
        load_default=lambda: default,
        validate=validate.Range(max=1, error="Enter a part from 0 to 1."),
        metadata={"description": f"{description}; {default} unless said otherwise"},
    )


def line_ids() -> fields.List:
    """Ids of lines, none unless said otherwise."""
    few = validate.Length(max=400, error="There are not so many.")
    return fields.List(Id(), load_default=list, validate=few)


class RuleIn(Strict):
    """A rule of an award problem; ``supplier`` is a bidder's firm, ``line`` a request line."""

    kind = Choice(*KINDS, required=True)
    supplier = Id()
    line = Id()
    at_least = fields.Raw(metadata={"description": "a part, 0 to 1, as decimal text"})
    at_most = fields.Raw(metadata={"description": "a part as decimal text, or a number of firms"})
    attribute = Text(most=100)
    equals = fields.Raw(metadata={"description": "e.g. true for the attribute sme"})
    switch_cost = fields.Raw(metadata={"description": "as decimal text"})


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
    most_share = _part(MOST_SHARE, "of a critical line to one supplier, at most")
    sme_share = _part(SME_SHARE, "of the spend to small firms, at least")
    seconds = WholeNumber(
        least=1,
        most=MOST_SECONDS,
        load_default=SECONDS,
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
    more = fields.String(allow_none=True, metadata={"description": "above the cheapest"})
    share = fields.Float(allow_none=True, metadata={"description": "the same, of the cheapest"})
    bound = fields.String(allow_none=True, metadata={"description": "none costs less"})
    gap = fields.String(allow_none=True)
    suppliers = fields.Integer()
    gets = fields.List(fields.Nested(GetsOut))
    latest_on = fields.String(allow_none=True)
    late_lines = fields.Integer()
    single_lines = fields.Integer(metadata={"description": "lines with one source"})
    sme_share = fields.Float(allow_none=True)
    expected_loss = Money()
    clash = fields.List(fields.Dict())


class PriceOut(Strict):
    """What rules cost; null where they cannot be kept."""

    rules = fields.List(fields.Dict())
    more = fields.String(allow_none=True)
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


def wishes_of(given: dict[str, Any]) -> Wishes:
    """What was sent, as the rules take it."""
    return Wishes(
        sentences=tuple((rule,) for rule in given["rules"]),
        most_share=given["most_share"],
        critical_lines=tuple(given["critical_lines"]),
        at_most=given["at_most"],
        sme_share=given["sme_share"],
        seconds=given["seconds"],
    )


def as_study(seen: Seen) -> dict[str, Any]:
    """A study as ``StudyOut`` tells it."""
    study = seen.study
    names = (
        "id", "request_id", "name", "job_id", "created_at", "problem_digest", "solver_version",
        "bid_versions", "progress",
    )  # fmt: skip
    return {
        **{name: getattr(study, name) for name in names},
        "state": seen.state,
        "rules": list(study.wishes.rules),
        "uncovered": study.known.get("short", {}),
        "scenarios": [_scenario(measured(study, each)) for each in study.of_kind("scenario")],
        "prices": [_price(each) for each in prices_of(study)],
        "by_suppliers": [_point(each) for each in by_suppliers(study)],
        "by_risk": [_point(each) for each in by_risk(study)],
    }


def _scenario(found: Measures) -> dict[str, Any]:
    made = found.scenario
    names = ("latest_on", "late_lines", "single_lines")
    return {
        **{name: getattr(found, name) for name in names},
        "id": made.id,
        "key": made.run.key,
        "name": made.run.name,
        "status": made.answer["status"],
        "rules": list(made.run.rules),
        "cost": made.cost,
        "more": _text(found.more),
        "share": _float(found.share),
        "bound": made.answer.get("bound"),
        "gap": made.answer.get("gap"),
        "suppliers": len(found.spend),
        "gets": [
            {
                "request_line_id": each.line["id"],
                "line_number": each.line["number"],
                "supplier_id": each.supplier,
                "supplier_name": each.firm_name,
                "quantity": f"{each.quantity:f}",
                "late_days": each.late_days,
            }
            for each in found.gets
        ],
        "sme_share": _float(found.sme_share),
        "expected_loss": found.loss,
        "clash": made.answer.get("clash", []),
    }


def _price(found: Price) -> dict[str, Any]:
    return {
        "rules": list(found.rules),
        "more": _text(found.more),
        "share": _float(found.share),
        "is_proven": found.is_proven,
        "own_rule": found.place,
    }


def _point(found: Point) -> dict[str, Any]:
    return {"at": f"{found.at:f}", "cost": found.cost, "scenario_id": found.scenario.id}


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:f}"


def _float(part: Decimal | None) -> float | None:
    return None if part is None else round(float(part), 6)
