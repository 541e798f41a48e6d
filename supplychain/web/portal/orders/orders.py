"""Orders on pages: the list, one order with its next step, and answering it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from supplychain.actions.orders import orders as actions
from supplychain.errors import Stale
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.transactions import read
from supplychain.graph.orders import views
from supplychain.model.ids import utc_now
from supplychain.model.orders import AT_WORK, STATES, Order
from supplychain.model.shares import by_line
from supplychain.web.access.policy import actor, policy
from supplychain.web.input.fields import LOCAL
from supplychain.web.input.forms import Shown, load, nested, submit
from supplychain.web.pages.i18n import translate
from supplychain.web.pages.orders_csv import lines_csv, orders_csv
from supplychain.web.schemas.orders.orders import ProgressIn, ReasonIn

bp = Blueprint("orders", __name__)

PAGE = 50
MOST_DOWNLOADED = 5000


@bp.get("/orders")
@policy("member")
def index() -> str:
    """The orders of the reader's firm, as buyer and as supplier, newest first."""
    found = _list(PAGE + 1)
    return render_template(
        "orders/index.html",
        orders=found[:PAGE],
        more=found[PAGE - 1] if len(found) > PAGE else None,
        role=_narrowed("role", ("buyer", "supplier")),
        state=_narrowed("state", STATES),
        states=STATES,
    )


@bp.get("/orders.csv")
@policy("member")
def download() -> Response:
    """The same list as CSV, up to 5,000 orders."""
    return _csv(orders_csv(_list(MOST_DOWNLOADED)), "orders.csv")


def _list(limit: int) -> list[dict[str, Any]]:
    return read(
        graph(),
        views.list_orders,
        viewer=actor().firm_id,
        limit=limit,
        role=_narrowed("role", ("buyer", "supplier")),
        state=_narrowed("state", STATES),
        before=request.args.get("before"),
        after_id=request.args.get("after", ""),
    )


def _narrowed(name: str, words: tuple[str, ...]) -> str | None:
    word = request.args.get(name)
    return word if word in words else None


def _csv(body: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, mimetype="text/csv", headers=headers)


@bp.get("/orders/<id>")
@policy("member", thing="order", seen_by=("buyer", "supplier"))
def show(id: str) -> str:
    """An order: how it stands, what to do next, who makes what, what moved."""
    return page(id, Shown())


def page(order_id: str, form: Shown, opened: str = "") -> str:
    """The page of an order around a form that was just refused; ``opened`` names the form."""
    viewer = actor().firm_id
    found = read(graph(), views.view, order_id, viewer=viewer)
    is_supplier = viewer == found.order.supplier_id
    return render_template(
        "orders/show.html",
        found=found,
        order=found.order,
        parts=by_line(found.order, found.parts),
        today=utc_now().astimezone(LOCAL).date(),
        form=form,
        opened=opened,
        is_supplier=is_supplier,
        is_root=viewer == found.order.root_buyer_id,
        step=_step(found.order, is_supplier=is_supplier),
        may_sell=is_supplier and actor().role in ("owner", "seller"),
        may_buy=not is_supplier and actor().role in ("owner", "buyer", "seller"),
    )


def _step(order: Order, *, is_supplier: bool) -> str:
    """What the reader's firm does next: one word for the template."""
    coming = any(line.on_the_way for line in order.lines)
    if order.state == "offered":
        return "answer" if is_supplier else "wait_answer"
    if order.state in AT_WORK and is_supplier:
        return "work"
    if order.state in (*AT_WORK, "shipped") and not is_supplier:
        return "receive" if coming else "wait_goods"
    if order.state in ("shipped", "received"):
        return "wait_close" if is_supplier else "close"
    return order.state


@bp.get("/orders/<id>/lines.csv")
@policy("member", thing="order", seen_by=("buyer", "supplier"))
def download_lines(id: str) -> Response:
    """The lines of an order as CSV."""
    found = read(graph(), views.view, id, viewer=actor().firm_id)
    return _csv(lines_csv(found), f"{found.order.number}.csv")


@bp.post("/orders/<id>/acceptance")
@policy("member", roles=("seller",), thing="order", seen_by=("buyer", "supplier"))
def accept(id: str) -> AnyResponse:
    """Accept it and take the capacity."""

    def do() -> AnyResponse:
        actions.accept_order(graph(), id, by=actor(), version=seen())
        return done(id, "Accepted. The capacity for it is taken.")

    return submit(do, lambda form: page(id, form))


@bp.post("/orders/<id>/refusal")
@policy("member", roles=("seller",), thing="order", seen_by=("buyer", "supplier"))
def decline(id: str) -> AnyResponse:
    """Decline it with a reason."""

    def do() -> AnyResponse:
        reason = load(ReasonIn(), typed())["reason"]
        actions.decline_order(graph(), id, reason=reason, by=actor(), version=seen())
        return done(id, "Declined. The buyer reads your reason.")

    return submit(do, lambda form: page(id, form, "refusal"))


@bp.post("/orders/<id>/progress")
@policy("member", roles=("seller",), thing="order", seen_by=("buyer", "supplier"))
def progress(id: str) -> AnyResponse:
    """Say how far the own part is."""

    def do() -> AnyResponse:
        given = load(ProgressIn(), typed())
        percents = {line["line_id"]: line["made_percent"] for line in given["lines"]}
        actions.report_progress(graph(), id, percents, by=actor(), version=seen())
        return done(id, "Progress saved. The buyer sees it.")

    return submit(do, lambda form: page(id, form, "progress"))


@bp.post("/orders/<id>/closure")
@policy("member", roles=("buyer", "seller"), thing="order", seen_by=("buyer", "supplier"))
def close(id: str) -> AnyResponse:
    """Close it."""

    def do() -> AnyResponse:
        actions.close_order(graph(), id, by=actor(), version=seen())
        return done(id, "Closed. What came is now part of the supplier's record.")

    return submit(do, lambda form: page(id, form))


@bp.post("/orders/<id>/cancellation")
@policy("member", roles=("buyer", "seller"), thing="order", seen_by=("buyer", "supplier"))
def cancel(id: str) -> AnyResponse:
    """Cancel it with a reason."""

    def do() -> AnyResponse:
        reason = load(ReasonIn(), typed())["reason"]
        actions.cancel_order(graph(), id, reason=reason, by=actor(), version=seen())
        return done(id, "Cancelled. The supplier reads your reason.")

    return submit(do, lambda form: page(id, form, "cancellation"))


def typed() -> dict[str, Any]:
    """The form without the version that the page carries."""
    return {name: value for name, value in nested(request.form).items() if name != "version"}


def seen() -> int:
    """The version that the page showed.

    Raises:
        Stale: it is none of ours.
    """
    version = request.form.get("version", "")
    if not version.isascii() or not version.isdigit() or len(version) > 12:
        raise Stale
    return int(version)


def done(order_id: str, message: str) -> AnyResponse:
    """Back to the order with a word of what was done."""
    flash(translate(message), "success")
    return redirect(url_for("orders.show", id=order_id))
