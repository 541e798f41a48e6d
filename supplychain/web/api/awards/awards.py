"""Awards: comparing the opened bids, and deciding once."""

from __future__ import annotations

from typing import Any, Final

from flask import Response

from supplychain.actions.awards import awards as actions
from supplychain.actions.parts_requests import rates
from supplychain.actions.parts_requests.rates import SaidRate
from supplychain.graph.engine.driver import graph
from supplychain.web.access.policy import actor, policy
from supplychain.web.api import Blueprint
from supplychain.web.input.line_spans import USUAL_WIDE_LINES, LineSpan, wide_line_span
from supplychain.web.input.tables import WORKBOOK
from supplychain.web.schemas.awards.awards import (
    AwardIn,
    AwardOut,
    FailureIn,
    RateIn,
    choice_of,
    dump_comparison,
)
from supplychain.web.workbooks.table_files import send_comparison

bp = Blueprint("awards", description="Comparing opened bids and awarding, exactly once.")
FIRST_LINES: Final = LineSpan(limit=USUAL_WIDE_LINES)
"""What the answer to a change tells of the lines."""


@bp.get("/parts-requests/<id>/award")
@bp.response(200, AwardOut)
@policy("member", thing="parts_request", seen_by=("buyer",))
def get_award(id: str) -> dict[str, Any]:
    """Your request's bids side by side with the proposal or the award; 409 while sealed."""
    return _answer_comparison(id, wide_line_span())


def _answer_comparison(request_id: str, span: LineSpan = FIRST_LINES) -> dict[str, Any]:
    return dump_comparison(actions.compare(graph(), request_id, by=actor()), span)


@bp.get("/parts-requests/<id>/award.xlsx")
@bp.doc(responses={"200": {"description": "The workbook", "content": {WORKBOOK: {}}}})
@policy("member", thing="parts_request", seen_by=("buyer",))
def get_award_workbook(id: str) -> Response:
    """The same as a workbook in both languages, its sums as formulas; 409 while sealed."""
    return send_comparison(actions.compare(graph(), id, by=actor()))


@bp.put("/parts-requests/<id>/award")
@bp.arguments(AwardIn)
@bp.response(200, AwardOut)
@policy("member", roles=("buyer",), thing="parts_request", seen_by=("buyer",))
def decide(sent: dict[str, Any], id: str) -> dict[str, Any]:
    """Award your request and order from its winners. Only the first of several is taken."""
    actions.award(graph(), id, choice_of(sent), by=actor())
    return _answer_comparison(id)


@bp.put("/parts-requests/<id>/rates")
@bp.arguments(RateIn)
@bp.response(200, AwardOut)
@policy("member", roles=("buyer",), thing="parts_request", seen_by=("buyer",))
def say_rate(said: SaidRate, id: str) -> dict[str, Any]:
    """Say what a currency is worth that had no rate when the bids were opened."""
    rates.say_rate(graph(), id, said, by=actor())
    return _answer_comparison(id)


@bp.put("/parts-requests/<id>/failure")
@bp.arguments(FailureIn)
@bp.response(200, AwardOut)
@policy("member", roles=("buyer",), thing="parts_request", seen_by=("buyer",))
def fail(sent: dict[str, Any], id: str) -> dict[str, Any]:
    """End your request without an award. Only the first of several is taken."""
    actions.award_nothing(graph(), id, sent["reason"], by=actor())
    return _answer_comparison(id)
