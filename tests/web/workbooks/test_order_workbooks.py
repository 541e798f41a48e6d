"""The workbook of an order: worked out, it comes to what the order comes to."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl.workbook import Workbook

from supplychain.model.ids import utc_now
from supplychain.model.order_views import ListedOrder, OrderView
from supplychain.model.orders import Order
from supplychain.model.vat import GROSS, NET
from supplychain.web.workbooks.bilingual import Bilingual
from supplychain.web.workbooks.order_sheets import write_order, write_orders
from tests.make.orders import make_line, plain_order
from tests.make.sheets import Sums, open_again

NOW = utc_now()
AMOUNT = 10
"""The column of amounts, from 1 on."""


def view_of(order: Order) -> OrderView:
    return OrderView(
        order=order,
        buyer_name="=Kunlun",
        supplier_name="Supplier",
        parts=[],
        made={line.id: 40 for line in order.lines},
        shipments=[],
        receipts=[],
        history=[],
    )


def amounts(book: Workbook) -> list[Decimal]:
    """The amounts of an order's sheet from the first line to the last sum."""
    sheet, sums = book.worksheets[0], Sums(book)
    rows = range(5, sheet.max_row + 1)
    return [sums.value_of(sheet.title, sheet.cell(row, AMOUNT).coordinate) for row in rows]


def make_order(basis: str, currency: str, percent: Decimal | None) -> Order:
    lines = (
        make_line(NOW, id="one", quantity=37, unit_price=Decimal("12.345"), tooling=Decimal(800)),
        make_line(
            NOW,
            id="two",
            number=2,
            quantity=3,
            unit_price=Decimal("3.3333"),
            amount=Decimal(10),
            freight=Decimal("1.25"),
            description="=2+2",
        ),
    )
    order = plain_order(NOW, lines=lines, currency=currency)
    return replace(
        order,
        one_off_cost=Decimal("300.5"),
        discount=Decimal("20.1"),
        vat_percent=percent,
        tax_basis=basis,
    )


@pytest.mark.parametrize("basis", [NET, GROSS])
@pytest.mark.parametrize("currency", ["CNY", "JPY", "KWD"])
@pytest.mark.parametrize("percent", [None, "13", "9.5", "0"])
def test_an_order_comes_to_what_it_comes_to(
    tmp_path: Path, basis: str, currency: str, percent: str | None
) -> None:
    order = make_order(basis, currency, None if percent is None else Decimal(percent))
    path = tmp_path / "order.xlsx"
    write_order(path, view_of(order), Bilingual("zh"))
    found = amounts(open_again(path))
    goods = [line.total for line in order.lines]
    assert found[:6] == [*goods, sum(goods), order.one_off_cost, order.discount, order.total]
    taxed = order.taxed
    if taxed is None:
        assert len(found) == 7
    elif basis == GROSS:
        assert found[6:] == [taxed.gross, taxed.net, taxed.tax]
    else:
        assert found[6:] == [taxed.net, taxed.tax, taxed.gross]


def test_no_text_of_anybody_is_run(tmp_path: Path) -> None:
    path = tmp_path / "order.xlsx"
    write_order(path, view_of(make_order(NET, "CNY", None)), Bilingual("en"))
    sheet = open_again(path).worksheets[0]
    texts = {cell.value: cell.data_type for row in sheet.iter_rows() for cell in row}
    assert texts["'=2+2"] == "s"


def test_a_list_of_orders_is_summed_by_currency_and_role(tmp_path: Path) -> None:
    listed = [
        ListedOrder(
            id=str(at),
            number=f"PO-{at}",
            state="in_production",
            is_share=False,
            role=role,
            partner_id="p",
            partner_name="Partner",
            description="Ring",
            lines=1,
            due_on="2027-01-31",
            currency=currency,
            total_e4=at * 12_345,
            created_at="2026-11-30T00:00:00Z",
            ends_at=None,
            version=1,
        )
        for at, (role, currency) in enumerate(
            [("buyer", "CNY"), ("supplier", "CNY"), ("buyer", "EUR"), ("buyer", "CNY")], start=1
        )
    ]
    path = tmp_path / "orders.xlsx"
    write_orders(path, listed, Bilingual("en"))
    book = open_again(path)
    sums, sheet = Sums(book), book.worksheets[1]
    found = [
        [sums.value_of(sheet.title, sheet.cell(row, column).coordinate) for column in (1, 2, 3)]
        for row in (5, 6)
    ]
    assert found == [
        ["CNY", Decimal("6.1725"), Decimal("2.469")],
        ["EUR", Decimal("3.7035"), Decimal(0)],
    ]
