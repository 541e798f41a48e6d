"""A bid's workbook between the request's desk and a file: what the portal and the API share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response, request

from supplychain.actions.imports.sent_workbooks import read_sent_workbook
from supplychain.errors import FieldError
from supplychain.graph import firms
from supplychain.graph.bids import bids
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.reading import together
from supplychain.graph.engine.transactions import Tx, read
from supplychain.graph.parts_requests import parts_requests
from supplychain.model.bids.bid import Bid
from supplychain.model.bids.lines import BidContent
from supplychain.model.ids import utc_now
from supplychain.model.parts_requests.parts_request import PartsRequest
from supplychain.web.access.policy import actor
from supplychain.web.access.reader_days import reader_zone
from supplychain.web.input.bid_forms import Form, fill_bid_form
from supplychain.web.input.tables import as_workbook
from supplychain.web.pages.i18n import language
from supplychain.web.workbooks.bid_answers import (
    BidAnswers,
    CheckedAnswers,
    check_answers,
    read_bid_answers,
)
from supplychain.web.workbooks.bid_sheets import BidWorkbook, write_bid_workbook
from supplychain.web.workbooks.bilingual import Bilingual


@dataclass(frozen=True, slots=True, kw_only=True)
class BidSheetDesk:
    """Whose workbook it is: the request as its supplier sees it, who asks, and the live bid."""

    request: PartsRequest
    buyer_name: str
    bid: Bid | None

    @property
    def version(self) -> int:
        """Of the live bid; 0 where there is none."""
        return self.bid.version if self.bid is not None else 0


def read_sheet_desk(request_id: str) -> BidSheetDesk:
    """The desk of the reader's firm for a request.

    Raises:
        NotFound: no such request, or not for this firm.
    """
    return read(graph(), _read_sheet_desk, request_id, actor().firm_id)


def _read_sheet_desk(tx: Tx, request_id: str, viewer: str) -> BidSheetDesk:
    (parts_request, buyer_name), bid = together(
        lambda: _read_request(tx, request_id, viewer),
        lambda: _read_live_bid(tx, request_id, viewer),
    )
    return BidSheetDesk(request=parts_request, buyer_name=buyer_name, bid=bid)


def _read_request(tx: Tx, request_id: str, viewer: str) -> tuple[PartsRequest, str]:
    parts_request = parts_requests.view_for_supplier(tx, request_id, viewer=viewer)
    return parts_request, firms.get(tx, parts_request.buyer_id).name


def _read_live_bid(tx: Tx, request_id: str, viewer: str) -> Bid | None:
    live = bids.find_live(tx, request_id, viewer=viewer)
    return bids.get_own(tx, live, viewer=viewer) if live else None


def send_filled_workbook(desk: BidSheetDesk) -> Response:
    """The workbook with what the live bid says, or empty.

    Raises:
        NotOpen: the request takes no bids.
    """
    desk.request.check_takes_bid(utc_now())
    content = desk.bid.as_content() if desk.bid is not None else BidContent()
    return _send_workbook(desk, fill_bid_form(desk.request, content), content, ())


def send_marked_workbook(desk: BidSheetDesk, checked: CheckedAnswers) -> Response:
    """The workbook as it was filled in, with what is wrong in its cells."""
    desk.request.check_takes_bid(utc_now())
    return _send_workbook(desk, checked.answers.form, checked.content, checked.errors)


def read_sent_answers(desk: BidSheetDesk) -> CheckedAnswers:
    """What the workbook in the form field ``file`` says, and what is wrong with it.

    Raises:
        NotOpen: the request takes no bids.
        Invalid: no file, or none that is a workbook of this request.
        TooMany: too many workbooks are read just now.
    """
    desk.request.check_takes_bid(utc_now())
    sheets = read_sent_workbook(request.files.get("file"))
    return check_answers(desk.request, read_bid_answers(desk.request, sheets, language()))


def check_typed_form(desk: BidSheetDesk, form: Form) -> CheckedAnswers:
    """A form as it is typed on the page, as if a workbook had said it."""
    rows = form.get("lines")
    typed = {
        row.get("request_line_id"): row
        for row in (rows if isinstance(rows, list) else [])
        if isinstance(row, dict)
    }
    lines = [typed.get(line.id, {"request_line_id": line.id}) for line in desk.request.lines]
    answers = BidAnswers(form={**form, "lines": lines}, errors=(), notices=(), version=desk.version)
    return check_answers(desk.request, answers)


def _send_workbook(
    desk: BidSheetDesk,
    values: Form,
    content: BidContent | None,
    errors: Sequence[FieldError],
) -> Response:
    bid = BidWorkbook(
        request=desk.request,
        buyer_name=desk.buyer_name,
        version=desk.version,
        values=values,
        content=content,
        words=Bilingual(language()),
        zone=reader_zone(),
        errors=errors,
    )
    return as_workbook(
        lambda path: write_bid_workbook(path, bid), f"{desk.request.number}-bid.xlsx"
    )
