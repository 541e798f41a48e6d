"""The page of an order: how it stands, and what its reader does next."""

from __future__ import annotations

from flask import Blueprint, Response, render_template
from werkzeug.wrappers import Response as AnyResponse

from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.transactions import read
from supplychain.graph.orders import views
from supplychain.model.orders import AT_WORK, Order
from supplychain.model.shares import group_by_line
from supplychain.web.access.policy import actor, policy
from supplychain.web.access.reader_days import reader_today
from supplychain.web.input.forms import Shown, say_done
from supplychain.web.pages.downloads import send_csv
from supplychain.web.pages.orders_csv import lines_csv
from supplychain.web.workbooks.table_files import send_order

bp = Blueprint("orders", __name__)


@bp.get("/orders/<id>")
@policy("member", thing="order", seen_by=("buyer", "supplier"))
def show(id: str) -> str:
    """An order: how it stands, what to do next, who makes what, what moved."""
    return render_order(id, Shown())


def render_order(order_id: str, form: Shown, opened: str = "") -> str:
    """The page of an order around a form that was just refused; ``opened`` names the form."""
    viewer = actor().firm_id
    view = read(graph(), views.get_view, order_id, viewer=viewer)
    order = view.order
    is_supplier = viewer == order.supplier_id
    return render_template(
        "orders/show.html",
        found=view,
        order=order,
        parts=group_by_line(order, view.parts),
        today=reader_today(),
        form=form,
        opened=opened,
        is_supplier=is_supplier,
        is_root=viewer == order.root_buyer_id,
        step=_name_next_step(order, is_supplier=is_supplier),
        may_sell=is_supplier and actor().role in ("owner", "seller"),
        may_buy=not is_supplier and actor().role in ("owner", "buyer", "seller"),
    )


def _name_next_step(order: Order, *, is_supplier: bool) -> str:
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


def return_to_order(order_id: str, message: str) -> AnyResponse:
    """Back to the order with a word of what was done."""
    return say_done(message, "orders.show", id=order_id)


@bp.get("/orders/<id>/lines.csv")
@policy("member", thing="order", seen_by=("buyer", "supplier"))
def download_lines(id: str) -> Response:
    """The lines of an order as CSV."""
    view = read(graph(), views.get_view, id, viewer=actor().firm_id)
    return send_csv(lines_csv(view), f"{view.order.number}.csv")


@bp.get("/orders/<id>/lines.xlsx")
@policy("member", thing="order", seen_by=("buyer", "supplier"))
def download_workbook(id: str) -> Response:
    """An order as a workbook: its lines, their sum and the VAT on it as formulas."""
    return send_order(read(graph(), views.get_view, id, viewer=actor().firm_id))
