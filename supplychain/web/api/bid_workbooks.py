"""A bid as a workbook: taken away, sent back, checked, placed and submitted."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, Final

from flask import Response, request

from supplychain.actions import bids as actions
from supplychain.errors import Conflict, FieldError, Invalid, Stale
from supplychain.graph.bids import bids
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.transactions import Once, read
from supplychain.model.bids.lines import BidContent
from supplychain.web.access import observing, once
from supplychain.web.access.policy import actor, policy
from supplychain.web.api import Blueprint
from supplychain.web.schemas.bids import BidAnswer, BidWorkbookOut
from supplychain.web.workbooks import bid_files
from supplychain.web.workbooks.bid_answers import BidAnswers
from supplychain.web.workbooks.bid_files import BidSheetDesk

bp = Blueprint("bid_workbooks", description="Bids that are filled in as workbooks.")

SHEET: Final = {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": {}}
FILE: Final = {"type": "string", "format": "binary", "description": "The workbook, .xlsx or .ods."}
SUBMIT: Final = {
    "type": "string",
    "enum": ["true", "false"],
    "description": "true: hand the bid in too; one that is handed in is changed with this only.",
}


def _describe_form(**properties: dict[str, Any]) -> dict[str, Any]:
    """The body of a call that sends a workbook."""
    schema = {"type": "object", "required": ["file"], "properties": properties}
    return {
        "requestBody": {"required": True, "content": {"multipart/form-data": {"schema": schema}}}
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedWorkbook:
    """The bid as a workbook left it, and what to know of how that was read."""

    bid: BidAnswer
    notices: tuple[FieldError, ...]


@bp.get("/parts-requests/<id>/bid-workbook")
@bp.doc(responses={"200": {"description": "The workbook", "content": SHEET}})
@policy("member", roles=("seller",), thing="parts_request", seen_by=("invited",))
def get_bid_workbook(id: str) -> Response:
    """The lines to bid on as a workbook in both languages, filled in with your live bid."""
    return bid_files.send_filled_workbook(bid_files.read_sheet_desk(id))


@bp.post("/parts-requests/<id>/bid-workbook/check")
@bp.doc(
    **_describe_form(file=FILE),
    responses={"200": {"description": "The workbook with its errors marked", "content": SHEET}},
)
@policy("member", roles=("seller",), thing="parts_request", seen_by=("invited",), takes_files=True)
def check_bid_workbook(id: str) -> Response:
    """The workbook as you filled it in, with what is wrong in its cells; nothing is kept."""
    desk = bid_files.read_sheet_desk(id)
    return bid_files.send_marked_workbook(desk, bid_files.read_sent_answers(desk))


@bp.post("/parts-requests/<id>/bid-workbook")
@bp.doc(**_describe_form(file=FILE, submit=SUBMIT))
@bp.response(200, BidWorkbookOut)
@policy("member", roles=("seller",), thing="parts_request", seen_by=("invited",), takes_files=True)
def place_bid_workbook(id: str) -> PlacedWorkbook:
    """Place or change your bid as the workbook says: a draft, or submitted where you say so.

    It must be complete. A workbook from before the last change of the bid answers 412.
    """
    submits = request.form.get("submit", "") == "true"
    key = once.from_header("bid_workbook", {"id": id, "submit": submits, "file": _hash_file()})
    desk = bid_files.read_sheet_desk(id)
    checked = bid_files.read_sent_answers(desk)
    if checked.errors or checked.content is None:
        raise Invalid(errors=checked.errors)
    bid_id = _place_content(desk, checked.answers, checked.content, key, submits=submits)
    bid = read(graph(), bids.get_own, bid_id, viewer=actor().firm_id)
    if submits and bid.state == "draft":
        actions.submit_bid(graph(), bid_id, version=bid.version, by=actor())
        bid = read(graph(), bids.get_own, bid_id, viewer=actor().firm_id)
    observing.note_own_bid()
    return PlacedWorkbook(bid=BidAnswer(bid=bid), notices=checked.answers.notices)


def _hash_file() -> str:
    file = request.files.get("file")
    if file is None:
        return ""
    digest = hashlib.file_digest(file.stream, "sha256").hexdigest()  # type: ignore[arg-type]
    file.stream.seek(0)
    return digest


def _place_content(
    desk: BidSheetDesk, answers: BidAnswers, content: BidContent, key: Once, *, submits: bool
) -> str:
    if desk.bid is None:
        if answers.version:
            raise Stale
        return actions.place_bid(graph(), desk.request.id, content, by=actor(), once=key)
    if desk.bid.state == "open" and not submits:
        raise Conflict(
            "Your bid is submitted already. Say that this workbook is to be submitted in its stead."
        )
    return actions.revise_bid(
        graph(), desk.bid.id, content, version=answers.version, by=actor(), once=key
    )
