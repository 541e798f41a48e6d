"""The list of orders, as a page and as CSV."""

from __future__ import annotations

from flask import Response, render_template, request

from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.transactions import read
from supplychain.graph.orders import views
from supplychain.model.order_views import ListedOrder
from supplychain.model.orders import STATES
from supplychain.web.access.policy import actor, policy
from supplychain.web.pages.downloads import send_csv
from supplychain.web.pages.orders_csv import orders_csv
from supplychain.web.portal.orders.orders import bp
from supplychain.web.workbooks.table_files import send_orders

PAGE_ORDERS = 50
MAX_DOWNLOADED_ORDERS = 5000


@bp.get("/orders")
@policy("member")
def index() -> str:
    """The orders of the reader's firm, as buyer and as supplier, newest first."""
    orders = _list_orders(PAGE_ORDERS + 1)
    return render_template(
        "orders/index.html",
        orders=orders[:PAGE_ORDERS],
        more=orders[PAGE_ORDERS - 1] if len(orders) > PAGE_ORDERS else None,
        role=_read_filter("role", ("buyer", "supplier")),
        state=_read_filter("state", STATES),
        states=STATES,
    )


@bp.get("/orders.csv")
@policy("member")
def download() -> Response:
    """The same list as CSV, up to 5,000 orders."""
    return send_csv(orders_csv(_list_orders(MAX_DOWNLOADED_ORDERS)), "orders.csv")


@bp.get("/orders.xlsx")
@policy("member")
def download_list() -> Response:
    """The same list as a workbook with its sums by currency, up to 5,000 orders."""
    return send_orders(_list_orders(MAX_DOWNLOADED_ORDERS))


def _list_orders(limit: int) -> list[ListedOrder]:
    return read(
        graph(),
        views.list_orders,
        viewer=actor().firm_id,
        limit=limit,
        role=_read_filter("role", ("buyer", "supplier")),
        state=_read_filter("state", STATES),
        before=request.args.get("before"),
        after_id=request.args.get("after", ""),
    )


def _read_filter(name: str, words: tuple[str, ...]) -> str | None:
    word = request.args.get(name)
    return word if word in words else None
