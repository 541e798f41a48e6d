"""A bid as a workbook: taken home, filled in there, and shown in its form when it comes back.

Nothing is kept of a file. What it says is in the form, which its sender looks over and submits.
"""

from __future__ import annotations

from flask import Response, make_response, request
from werkzeug.wrappers import Response as AnyResponse

from supplychain.errors import Conflict, FieldError, Invalid, TooMany
from supplychain.web.access.policy import policy
from supplychain.web.input import bid_forms
from supplychain.web.input.forms import Shown, nested
from supplychain.web.portal.bids import bp
from supplychain.web.portal.bids.desks import BidDesk, read_desk
from supplychain.web.portal.bids.pages import ReadWorkbook, form_page
from supplychain.web.workbooks import bid_files
from supplychain.web.workbooks.bid_answers import CheckedAnswers
from supplychain.web.workbooks.bid_files import BidSheetDesk


@bp.get("/parts-requests/<id>/bid/workbook")
@policy("member", roles=("seller",), thing="parts_request", seen_by=("invited",))
def download_workbook(id: str) -> Response:
    """The workbook, filled in with the live bid where there is one."""
    return bid_files.send_filled_workbook(bid_files.read_sheet_desk(id))


@bp.post("/parts-requests/<id>/bid/workbook")
@policy("member", roles=("seller",), thing="parts_request", seen_by=("invited",), takes_files=True)
def upload_workbook(id: str) -> AnyResponse:
    """Show the form as a workbook fills it in, with what is wrong at each field."""
    desk = read_desk(id)
    try:
        checked = bid_files.read_sent_answers(_open_sheet(desk))
    except Invalid as error:
        return _show_refusal(desk, error.errors, 422)
    except (Conflict, TooMany) as error:
        said = FieldError(pointer="", message=error.message, values=tuple(error.values.items()))
        return _show_refusal(desk, (said,), 409 if isinstance(error, Conflict) else 429)
    return _show_form(desk, checked)


@bp.post("/parts-requests/<id>/bid/form-workbook")
@policy("member", roles=("seller",), thing="parts_request", seen_by=("invited",))
def download_form(id: str) -> Response:
    """The form as it is typed, as a workbook with what is wrong marked in its cells."""
    sheet = bid_files.read_sheet_desk(id)
    typed = dict(bid_forms.tidy_rows(nested(request.form)))
    typed.pop("version", None)
    return bid_files.send_marked_workbook(sheet, bid_files.check_typed_form(sheet, typed))


def _open_sheet(desk: BidDesk) -> BidSheetDesk:
    return BidSheetDesk(request=desk.request, buyer_name=desk.buyer_name, bid=desk.bid)


def _show_form(desk: BidDesk, checked: CheckedAnswers) -> AnyResponse:
    notices = list(checked.answers.notices)
    version = desk.bid.version if desk.bid is not None else 0
    if checked.answers.version != version:
        message = (
            "The bid was changed since this workbook was downloaded. What is below replaces the "
            "change if you go on."
        )
        notices.append(FieldError(pointer="", message=message))
    error = Invalid(errors=checked.errors) if checked.errors else None
    shown = Shown(values=dict(checked.answers.form), error=error)
    page = form_page(desk, shown, ReadWorkbook(notices=tuple(notices)))
    return make_response(page, 422 if error else 200)


def _show_refusal(desk: BidDesk, errors: tuple[FieldError, ...], status: int) -> AnyResponse:
    """The form as it is stored, with why the file was not taken."""
    content = desk.bid.as_content() if desk.bid is not None else None
    values = bid_forms.fill_bid_form(desk.request, content) if content is not None else {}
    shown = Shown(values=dict(values), error=Invalid(errors=errors))
    return make_response(form_page(desk, shown), status)
