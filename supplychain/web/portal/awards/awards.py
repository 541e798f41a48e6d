"""Comparing the opened bids of a request, splitting it, and awarding once."""

from __future__ import annotations

from typing import Any

from flask import (
    Blueprint,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response

from supplychain.actions.awards import awards as actions
from supplychain.actions.awards.awards import Comparison
from supplychain.actions.awards.changes import Difference
from supplychain.actions.parts_requests import rates
from supplychain.actions.parts_requests.rates import SaidRate
from supplychain.errors import Invalid, NotOpen
from supplychain.graph.bids import opened_bids
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.reading import together
from supplychain.graph.engine.transactions import Tx, read
from supplychain.graph.parts_requests import parts_requests
from supplychain.model.awards.award import (
    AwardChoice,
    check_choice,
    list_uncovered,
    needs_reason,
)
from supplychain.model.awards.comparisons import Allocation
from supplychain.model.ids import utc_now
from supplychain.model.parts_requests.parts_request import PartsRequest
from supplychain.web.access import once
from supplychain.web.access.policy import actor, policy
from supplychain.web.input.forms import Shown, load, nested, submit
from supplychain.web.pages import award_words, award_workbench
from supplychain.web.pages.i18n import translate
from supplychain.web.pages.line_windows import LineWindow, read_line_number
from supplychain.web.schemas.awards.awards import AwardIn, FailureIn, RateIn, choice_of
from supplychain.web.workbooks.table_files import send_comparison

bp = Blueprint("awards", __name__)


@bp.get("/parts-requests/<id>/award")
@policy("member", thing="parts_request", seen_by=("buyer",))
def show(id: str) -> str:
    """The bids side by side with the proposal or the award; their number while sealed."""
    return _render_page(id, Shown(), scenario_id=request.args.get("scenario", ""))


@bp.get("/parts-requests/<id>/award.xlsx")
@policy("member", thing="parts_request", seen_by=("buyer",))
def download(id: str) -> Response:
    """The comparison, with the proposal or the award, as a workbook; 409 while sealed."""
    may_be_late = request.args.get("late") == "allowed"
    return send_comparison(actions.compare(graph(), id, by=actor(), may_be_late=may_be_late))


@bp.post("/parts-requests/<id>/award")
@policy("member", roles=("buyer",), thing="parts_request", seen_by=("buyer",))
def decide(id: str) -> Response:
    """Show what the choice comes to; and, once that is confirmed, award."""
    by = actor()
    read(graph(), parts_requests.get, id, viewer=by.firm_id)

    def review_or_award() -> Response:
        if request.form.get("then") in ("change", "work_out"):
            return make_response(
                _render_page(id, _with_allocation_list(Shown(values=nested(request.form)).cut()))
            )
        choice = choice_of(load(AwardIn(), _typed_fields()))
        if request.form.get("then") != "award":
            return make_response(_render_review(id, choice))
        actions.award(graph(), id, choice, by=by, once=once.from_form("award"))
        flash(translate("Awarded. The winners are asked to accept their orders."), "success")
        return redirect(url_for("awards.show", id=id))

    return submit(review_or_award, lambda shown: _render_page(id, _with_allocation_list(shown)))


@bp.post("/parts-requests/<id>/rates")
@policy("member", roles=("buyer",), thing="parts_request", seen_by=("buyer",))
def say_rate(id: str) -> Response:
    """Say what the currency of a bid is worth that had no rate when the bids were opened."""
    by = actor()
    read(graph(), parts_requests.get, id, viewer=by.firm_id)

    def keep_rate() -> Response:
        typed = {name: request.form.get(name, "") for name in ("currency", "rate", "on")}
        said: SaidRate = load(RateIn(), {name: value for name, value in typed.items() if value})
        rates.say_rate(graph(), id, said, by=by)
        flash(translate("The rate is written down, and the bids are compared at it."), "success")
        return redirect(url_for("awards.show", id=id))

    return submit(keep_rate, lambda shown: _render_page(id, shown))


@bp.post("/parts-requests/<id>/failure")
@policy("member", roles=("buyer",), thing="parts_request", seen_by=("buyer",))
def fail(id: str) -> Response:
    """End the request without an award."""
    by = actor()
    read(graph(), parts_requests.get, id, viewer=by.firm_id)

    def award_nothing() -> Response:
        sent = load(FailureIn(), {"reason": request.form.get("reason", "")})
        key = once.from_form("award_nothing")
        actions.award_nothing(graph(), id, sent["reason"], by=by, once=key)
        flash(translate("The request is ended without an award."), "success")
        return redirect(url_for("awards.show", id=id))

    return submit(award_nothing, lambda shown: _render_page(id, _with_error_at_why(shown)))


def _typed_fields() -> dict[str, Any]:
    form = nested(request.form)
    return {
        name: value
        for name, value in form.items()
        if name in ("allocations", "reason", "accept_uncovered", "scenario_id")
    }


def _render_page(request_id: str, shown: Shown, *, scenario_id: str = "") -> str:
    scenario_id = scenario_id or str(shown.values.get("scenario_id", ""))
    difference: Difference | None = None

    def read_typed() -> tuple[Allocation, ...] | None:
        nonlocal difference
        typed, difference = award_workbench.split_beside_scenario(
            request_id, scenario_id, shown.values
        )
        return typed

    try:
        comparison = actions.compare(
            graph(),
            request_id,
            by=actor(),
            read_typed=read_typed,
            may_be_late=request.args.get("late") == "allowed",
        )
    except NotOpen:
        parts_request, count = read(graph(), _read_request, request_id, actor().firm_id)
        return render_template("awards/sealed.html", asked=parts_request, count=count)
    window = LineWindow.around(read_line_number())
    windows = window.list_others(len(comparison.tables))
    if windows and request.form.get("listed_from") not in (None, str(window.first)):
        # The quantities go with their lines: the fields of another window have other numbers.
        shown.values.pop("allocations", None)
    tables = [
        table
        for table in comparison.tables
        if not windows or window.first <= table.line.number <= window.last
    ]
    return render_template(
        "awards/show.html",
        form=shown,
        found=comparison,
        tables=tables,
        rest=[table for table in comparison.tables if table not in tables] if windows else [],
        windows=windows,
        listed_from=window.first,
        difference=difference,
        ways=award_words,
        asked=comparison.request,
        may_award=comparison.award is None
        and comparison.request.state == "evaluating"
        and actor().role in ("owner", "buyer"),
        order_page="orders.show" if "orders.show" in current_app.view_functions else None,
        places=_form_positions(comparison, {table.line.id for table in tables}),
    )


def _read_request(tx: Tx, request_id: str, viewer: str) -> tuple[PartsRequest, int]:
    return together(
        lambda: parts_requests.get(tx, request_id, viewer=viewer),
        lambda: opened_bids.count_submitted(tx, request_id, viewer=viewer),
    )


def _render_review(request_id: str, choice: AwardChoice) -> str:
    """What the choice comes to, to be confirmed; what is wrong is said first."""
    comparison = actions.compare(
        graph(), request_id, by=actor(), read_typed=lambda: choice.allocations
    )
    comparison.request.check_awardable()
    offers = [bid for bid, _ in comparison.opened]
    waiting = [bid for bid, _ in comparison.waiting]
    check_choice(
        comparison.request, offers, choice, comparison.proposal, utc_now(), waiting=waiting
    )
    taken = [each for each in choice.allocations if each.quantity]
    return render_template(
        "awards/review.html",
        found=comparison,
        asked=comparison.request,
        choice=choice,
        missing=list_uncovered(comparison.request, taken),
        is_recommended=not needs_reason(taken, comparison.proposal),
    )


def _form_positions(comparison: Comparison, shown: set[str]) -> dict[tuple[str, str], int]:
    """The place of each (bid, line) in the form, counted through all tables.

    Of lines that are not shown only what is given has a place.
    """
    keys = [
        (row.bid_id, table.line.id)
        for table in comparison.tables
        for row in table.rows
        if table.line.id in shown or row.taken
    ]
    return {key: at for at, key in enumerate(keys)}


def _with_allocation_list(shown: Shown) -> Shown:
    """The form as typed, with a list of allocations whatever was sent under that name."""
    if not isinstance(shown.values.get("allocations", []), list):
        shown.values.pop("allocations")
    return shown


def _with_error_at_why(shown: Shown) -> Shown:
    """The refusal of an ending, on the field of its own form."""
    if shown.error is None:
        return shown
    errors = [
        type(one)(
            pointer=one.pointer.replace("/reason", "/why"), message=one.message, values=one.values
        )
        for one in shown.error.errors
    ]
    typed = {"why": shown.values.get("reason", "")}
    return Shown(values=typed, error=Invalid(errors=errors))
