"""Orders: answering them, saying how far they are, ending them."""

from __future__ import annotations

from flask import Response, request

from supplychain.actions.orders import orders as actions
from supplychain.errors import Invalid
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.transactions import read
from supplychain.graph.orders import views
from supplychain.model.order_views import ListedOrder
from supplychain.model.orders import STATES
from supplychain.web.access.policy import actor, policy
from supplychain.web.api import Blueprint
from supplychain.web.input import cursors
from supplychain.web.input.line_spans import LineSpan, line_span
from supplychain.web.input.tables import WORKBOOK
from supplychain.web.input.versions import Versioned, if_match, with_etag
from supplychain.web.schemas.orders.orders import (
    OrderOut,
    OrderPage,
    ProgressIn,
    ReasonIn,
    ShownOrder,
)
from supplychain.web.workbooks.table_files import send_order

bp = Blueprint("orders", description="What is ordered, from offer to closure. A share is one too.")


@bp.get("/orders")
@bp.response(200, OrderPage)
@policy("member")
def list_orders() -> cursors.Page[ListedOrder]:
    """Orders of your firm, newest first; ``role`` (buyer, supplier) and ``state`` narrow them."""
    after, limit = cursors.text_window()
    before, after_id = after or (None, "")
    items = read(
        graph(),
        views.list_orders,
        viewer=actor().firm_id,
        limit=limit + 1,
        role=_read_choice("role", ("buyer", "supplier")),
        state=_read_choice("state", STATES),
        before=before,
        after_id=after_id,
    )
    return cursors.page(items, limit, lambda order: [order.created_at, order.id])


def _read_choice(name: str, words: tuple[str, ...]) -> str | None:
    word = request.args.get(name)
    if word is not None and word not in words:
        raise Invalid("Choose one from the list.", pointer=f"/{name}")
    return word


@bp.get("/orders/<id>")
@bp.response(200, OrderOut)
@policy("member", thing="order", seen_by=("buyer", "supplier"))
def get_order(id: str) -> Versioned[ShownOrder]:
    """An order that your firm buys or supplies; goods on the way are told with their lines."""
    return answer_order(id, line_span())


@bp.get("/orders/<id>/lines.xlsx")
@bp.doc(responses={"200": {"description": "The workbook", "content": {WORKBOOK: {}}}})
@policy("member", thing="order", seen_by=("buyer", "supplier"))
def get_order_workbook(id: str) -> Response:
    """An order as a workbook in both languages, its sums as formulas."""
    return send_order(read(graph(), views.get_view, id, viewer=actor().firm_id))


def answer_order(order_id: str, span: LineSpan | None = None) -> Versioned[ShownOrder]:
    """The order as it stands now with its first lines, or those of a span, and its version."""
    view = read(graph(), views.get_view, order_id, viewer=actor().firm_id)
    lines = (span or LineSpan()).cut(view.order.lines, lambda line: line.number)
    return with_etag(ShownOrder(view=view, lines=lines), view.order.version)


@bp.put("/orders/<id>/acceptance")
@bp.response(200, OrderOut)
@policy("member", roles=("seller",), thing="order", seen_by=("buyer", "supplier"))
def accept(id: str) -> Versioned[ShownOrder]:
    """Accept it and take the capacity for it. Only its supplier may."""
    actions.accept_order(graph(), id, by=actor(), version=if_match())
    return answer_order(id)


@bp.put("/orders/<id>/refusal")
@bp.arguments(ReasonIn, as_kwargs=True)
@bp.response(200, OrderOut)
@policy("member", roles=("seller",), thing="order", seen_by=("buyer", "supplier"))
def decline(id: str, reason: str) -> Versioned[ShownOrder]:
    """Decline it. Only its supplier may."""
    actions.decline_order(graph(), id, reason=reason, by=actor(), version=if_match())
    return answer_order(id)


@bp.put("/orders/<id>/progress")
@bp.arguments(ProgressIn)
@bp.response(200, OrderOut)
@policy("member", roles=("seller",), thing="order", seen_by=("buyer", "supplier"))
def progress(percents: dict[str, int], id: str) -> Versioned[ShownOrder]:
    """Say how far the own part of each line is. Only its supplier may."""
    actions.report_progress(graph(), id, percents, by=actor(), version=if_match())
    return answer_order(id)


@bp.put("/orders/<id>/closure")
@bp.response(200, OrderOut)
@policy("member", roles=("buyer", "seller"), thing="order", seen_by=("buyer", "supplier"))
def close(id: str) -> Versioned[ShownOrder]:
    """Close it once all is shipped or received. Only its buyer may."""
    actions.close_order(graph(), id, by=actor(), version=if_match())
    return answer_order(id)


@bp.put("/orders/<id>/cancellation")
@bp.arguments(ReasonIn, as_kwargs=True)
@bp.response(200, OrderOut)
@policy("member", roles=("buyer", "seller"), thing="order", seen_by=("buyer", "supplier"))
def cancel(id: str, reason: str) -> Versioned[ShownOrder]:
    """Cancel it while nothing is shipped or shared. Only its buyer may."""
    actions.cancel_order(graph(), id, reason=reason, by=actor(), version=if_match())
    return answer_order(id)
