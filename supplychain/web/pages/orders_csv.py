"""Orders as CSV that a spreadsheet opens without harm."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any

from supplychain.model.formulas import quote_formula
from supplychain.model.money import plain_text
from supplychain.model.order_views import ListedOrder, OrderView
from supplychain.model.orders import Order, OrderLine
from supplychain.model.vat import compare_total

ORDERS = (
    "order",
    "role",
    "partner",
    "state",
    "description",
    "lines",
    "due_on",
    "total",
    "currency",
    "created_at",
    "vat_percent",
    "net",
    "tax",
    "gross",
    "compared_total",
    "compared_currency",
)
LINES = (
    "line",
    "part_id",
    "description",
    "category",
    "quantity",
    "uom",
    "unit_price",
    "tooling",
    "freight",
    "amount",
    "currency",
    "need_by",
    "promised_on",
    "place",
    "made_percent",
    "shared_quantity",
    "shipped_quantity",
    "received_quantity",
    "rejected_quantity",
    "compared_amount",
    "compared_currency",
)


def orders_csv(orders: list[ListedOrder]) -> bytes:
    """A list of orders, one row each."""
    rows = (
        (
            one.number,
            one.role,
            one.partner_name,
            one.state,
            one.description,
            one.lines,
            one.due_on,
            plain_text(one.total),
            one.currency,
            one.created_at,
            *_list_sums(one),
        )
        for one in orders
    )
    return _write_csv(ORDERS, rows)


def _list_sums(one: ListedOrder) -> tuple[str, ...]:
    """VAT as the page of the order tells it, and what its buyer compared it at; else empty."""
    taxed, compared = one.taxed, one.compared_total
    percent = "" if one.vat_percent is None else plain_text(one.vat_percent)
    sums = [plain_text(each) for each in (taxed.net, taxed.tax, taxed.gross)] if taxed else [""] * 3
    if compared is None:
        return (percent, *sums, "", "")
    return (percent, *sums, plain_text(compared), one.compared_currency or "")


def lines_csv(view: OrderView) -> bytes:
    """The lines of one order, one row each."""
    rows = (
        (
            line.number,
            line.part_id or "",
            line.description,
            line.category_id,
            line.quantity,
            line.uom,
            plain_text(line.unit_price),
            plain_text(line.tooling),
            "" if line.freight is None else plain_text(line.freight),
            plain_text(line.total),
            view.order.currency,
            line.need_by,
            line.promised_on or "",
            line.delivery_place,
            view.made[line.id],
            line.shared_quantity,
            line.shipped_quantity,
            line.received_quantity,
            line.rejected_quantity,
            *_compare_line(view.order, line),
        )
        for line in view.order.lines
    )
    return _write_csv(LINES, rows)


def _compare_line(order: Order, line: OrderLine) -> tuple[str, str]:
    """What the buyer compared a line at, and in what; empty where that is what it owes."""
    currency = order.compared_currency
    compared = compare_total(line.total, currency, order.compared_rate)
    return ("", "") if compared is None else (plain_text(compared), currency or "")


def _write_csv(head: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(head)
    writer.writerows(
        [quote_formula(cell) if isinstance(cell, str) else cell for cell in row] for row in rows
    )
    return out.getvalue().encode("utf-8-sig")
