"""Splits beside a scenario, and where awards came from, as the API tells them."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from supplychain.actions.awards.changes import Difference, Origin
from supplychain.model.awards.comparisons import Allocation
from supplychain.web.api.jobs import JobOut
from supplychain.web.input.fields import Money, MoneyDifference, Strict, Text
from supplychain.web.schemas.awards.awards import MAX_ALLOCATIONS, AllocationIn


class SplitIn(Strict):
    """A split to compare with a scenario (``cheapest`` unless another is named)."""

    scenario = Text(most=64, load_default="cheapest")
    allocations = fields.List(
        fields.Nested(AllocationIn),
        load_default=list,
        validate=validate.Length(max=MAX_ALLOCATIONS, error="There are not so many bids."),
    )


class BrokenOut(Strict):
    """What does not hold: ``code`` names the constraint, ``subject`` the line or the firm."""

    code = fields.String()
    subject = fields.String()


class DifferenceOut(Strict):
    """A split beside a scenario."""

    scenario_id = fields.String()
    cost = Money()
    more = MoneyDifference(metadata={"description": "above the scenario; below 0 is cheaper"})
    share = fields.Float(allow_none=True)
    is_same = fields.Boolean()
    broken = fields.List(fields.Nested(BrokenOut))
    gone = fields.List(fields.String(), metadata={"description": "bids that are not in the study"})


class FilesOut(Strict):
    """Problem and answer of a scenario, as files hold them."""

    problem = fields.Dict()
    answer = fields.Dict()


class ReplayOut(Strict):
    """Where an award came from, what was changed by hand, and the newest replay."""

    award_id = fields.String()
    study_id = fields.String(allow_none=True)
    problem_digest = fields.String(allow_none=True)
    solver_version = fields.String(allow_none=True)
    bid_versions = fields.Dict(allow_none=True)
    difference = fields.Nested(DifferenceOut, allow_none=True)
    last = fields.Nested(JobOut, allow_none=True)


def split_in(sent: dict[str, Any]) -> tuple[Allocation, ...]:
    """The split that was sent."""
    return tuple(Allocation(**each) for each in sent["allocations"])


def as_difference(difference: Difference) -> dict[str, Any]:
    """A difference as ``DifferenceOut`` tells it."""
    return {
        "scenario_id": difference.scenario.id,
        "cost": difference.cost,
        "more": difference.more,
        "share": None if difference.share is None else round(float(difference.share), 6),
        "is_same": difference.is_same,
        "broken": difference.broken,
        "gone": difference.gone,
    }


def as_replay(origin: Origin) -> dict[str, Any]:
    """Where an award came from as ``ReplayOut`` tells it."""
    difference = origin.difference
    study = difference.study if difference else None
    return {
        "award_id": origin.award_id,
        "study_id": study.id if study else None,
        "problem_digest": study.problem_digest if study else None,
        "solver_version": study.solver_version if study else None,
        "bid_versions": study.bid_versions if study else None,
        "difference": as_difference(difference) if difference else None,
        "last": origin.last,
    }
