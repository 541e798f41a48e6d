"""Comparisons and orders as files, for the portal and the API."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response

from supplychain.actions.awards.awards import Comparison
from supplychain.model.order_views import ListedOrder, OrderView
from supplychain.web.input.tables import as_workbook
from supplychain.web.pages.i18n import language
from supplychain.web.workbooks.bilingual import Bilingual
from supplychain.web.workbooks.comparison_sheets import write_comparison
from supplychain.web.workbooks.order_sheets import write_order, write_orders


def send_comparison(comparison: Comparison) -> Response:
    """The opened bids of a request side by side."""
    name = f"{comparison.request.number}-bids.xlsx"
    return as_workbook(lambda path: write_comparison(path, comparison, Bilingual(language())), name)


def send_order(view: OrderView) -> Response:
    """One order."""
    name = f"{view.order.number}.xlsx"
    return as_workbook(lambda path: write_order(path, view, Bilingual(language())), name)


def send_orders(orders: Sequence[ListedOrder]) -> Response:
    """A list of orders."""
    return as_workbook(
        lambda path: write_orders(path, orders, Bilingual(language())), "orders.xlsx"
    )
