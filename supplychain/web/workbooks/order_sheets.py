"""Orders as workbooks: one with its lines and what is to be paid, and the list of all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final

from babel.numbers import get_currency_precision

from supplychain.actions.translations import translate
from supplychain.model.order_views import ListedOrder, OrderView
from supplychain.model.orders import Order, OrderLine
from supplychain.model.units import unit_symbol
from supplychain.model.vat import GROSS, round_money
from supplychain.web.pages.filters import STATE_WORDS
from supplychain.web.workbooks.bilingual import Bilingual, Wording
from supplychain.web.workbooks.money_formulas import MONEY_DIGITS, number_text, round_even
from supplychain.web.workbooks.styles import DAY, MONEY, QUANTITY, Styles, open_book
from supplychain.web.workbooks.tables import (
    Content,
    SheetTable,
    TableColumn,
    Worked,
    name_sheet,
    write_top,
)

HEAD_ROW_NUMBER: Final = 3

ORDER_COLUMNS: Final = (
    TableColumn(key="line", head=Wording.of("Line"), width=6),
    TableColumn(key="part", head=Wording.of("Part number"), width=16),
    TableColumn(key="what", head=Wording.of("Description"), width=34),
    TableColumn(key="quantity", head=Wording.of("Quantity"), number=QUANTITY),
    TableColumn(key="unit", head=Wording.of("Unit"), width=8),
    TableColumn(key="price", head=Wording.of("Price a unit"), number=MONEY),
    TableColumn(key="goods", head=Wording.of("Goods"), number=MONEY, width=14),
    TableColumn(key="tooling", head=Wording.of("Tooling, once"), number=MONEY),
    TableColumn(key="freight", head=Wording.of("Freight"), number=MONEY),
    TableColumn(key="amount", head=Wording.of("Amount"), number=MONEY, width=15, look="sum"),
    TableColumn(key="need_by", head=Wording.of("Needed by"), number=DAY),
    TableColumn(key="promised", head=Wording.of("Promised"), number=DAY),
    TableColumn(key="place", head=Wording.of("Delivery place"), width=16),
    TableColumn(key="made", head=Wording.of("Made, %"), width=8),
    TableColumn(key="shipped", head=Wording.of("Shipped"), number=QUANTITY),
    TableColumn(key="received", head=Wording.of("Received"), number=QUANTITY),
    TableColumn(key="rejected", head=Wording.of("Rejected"), number=QUANTITY),
    TableColumn(key="missing", head=Wording.of("Still to come"), number=QUANTITY, look="sum"),
)
LIST_COLUMNS: Final = (
    TableColumn(key="number", head=Wording.of("Order"), width=18),
    TableColumn(key="role", head=Wording.of("You are"), width=12),
    TableColumn(key="partner", head=Wording.of("Partner"), width=28),
    TableColumn(key="state", head=Wording.of("State"), width=16),
    TableColumn(key="what", head=Wording.of("Description"), width=34),
    TableColumn(key="lines", head=Wording.of("Lines"), width=8),
    TableColumn(key="due", head=Wording.of("Due"), number=DAY),
    TableColumn(key="total", head=Wording.of("Total"), number=MONEY, width=16),
    TableColumn(key="currency", head=Wording.of("Currency"), width=9),
)
ROLES: Final = {"buyer": Wording.of("Buyer"), "supplier": Wording.of("Supplier")}


def write_order(path: Path, view: OrderView, words: Bilingual) -> None:
    """Write an order: its lines, their sum, and the VAT on it."""
    order = view.order
    with open_book(path) as book:
        styles = Styles(book)
        sheet = book.add_worksheet(name_sheet(words, Wording.of("Order")))
        table = SheetTable(
            sheet=sheet, columns=ORDER_COLUMNS, styles=styles, words=words, head_row=HEAD_ROW_NUMBER
        )
        title = f"{order.number} · {view.buyer_name} ← {view.supplier_name} · {order.currency}"
        basis = words.translate("All amounts are without VAT but for the last.", between=" · ")
        write_top(sheet, styles, title, [_say_state(order.state, words), basis])
        for line in order.lines:
            table.add_row(_order_line_writer(line, view, words))
        _write_order_sums(table, order, words)


def _order_line_writer(
    line: OrderLine, view: OrderView, words: Bilingual
) -> Callable[[Callable[[str], str]], Mapping[str, Content]]:
    def write_row(cell: Callable[[str], str]) -> Mapping[str, Content]:
        goods = round_even(f"{cell('quantity')}*{cell('price')}", MONEY_DIGITS)
        parts = "+".join(map(cell, ("goods", "tooling", "freight")))
        left = f"{cell('quantity')}-{cell('received')}+{cell('rejected')}"
        return {
            "line": line.number,
            "part": line.part_id,
            "what": line.description,
            "quantity": line.quantity,
            "unit": translate(unit_symbol(line.uom), words.first),
            "price": line.unit_price,
            # Where the price is an average, the goods are what it was averaged from.
            "goods": Worked(formula=goods, value=line.goods)
            if line.amount is None
            else line.amount,
            "tooling": line.tooling,
            "freight": line.freight,
            "amount": Worked(formula=parts, value=line.total),
            "need_by": line.need_by,
            "promised": line.promised_on,
            "place": line.delivery_place,
            "made": view.made[line.id],
            "shipped": line.shipped_quantity,
            "received": line.received_quantity,
            "rejected": line.rejected_quantity,
            "missing": Worked(formula=left, value=line.missing_quantity),
        }

    return write_row


def _write_order_sums(table: SheetTable, order: Order, words: Bilingual) -> None:
    """Lines, one-off cost, discount, all of it, and the VAT where the bid said its rate."""

    def add(message: str, amount: Content, look: str = "sum", **values: object) -> str:
        label = words.translate(message, between=" · ", **values)
        row = table.add_row(lambda _: {"what": label, "amount": amount}, look)
        return table.range_of("amount", row, row).rpartition("!")[2].partition(":")[0]

    lines = table.whole_range("amount")
    goods = sum((line.total for line in order.lines), Decimal(0))
    whole = add(Wording.of("Lines together"), Worked(formula=f"SUM({lines})", value=goods))
    one_off = add(Wording.of("One-off cost"), order.one_off_cost)
    discount = add(Wording.of("Discount for several lines"), order.discount)
    total = Worked(formula=f"{whole}+{one_off}-{discount}", value=order.total)
    cell = add(Wording.of("Sum without VAT, exact"), total)
    _write_taxed(order, cell, add)


def _write_taxed(order: Order, total: str, add: Callable[..., str]) -> None:
    """What is to be paid, rounded as the currency is: ``model.vat.tax_net_sum`` as formulas."""
    digits = get_currency_precision(order.currency)
    taxed = order.taxed
    if taxed is None or order.vat_percent is None:
        formula, rounded = round_even(total, digits), round_money(order.total, order.currency)
        add(Wording.of("To pay in all"), Worked(formula=formula, value=rounded), "total")
        return
    rate = number_text(order.vat_percent)
    if order.tax_basis == GROSS:
        gross_formula = round_even(f"{total}*(100+{rate})/100", digits)
        gross = Worked(formula=gross_formula, value=taxed.gross)
        cell = add(Wording.of("With VAT"), gross, "total")
        net_formula = round_even(f"{cell}*100/(100+{rate})", digits)
        net = add(Wording.of("Without VAT"), Worked(formula=net_formula, value=taxed.net))
        rest = Worked(formula=f"{cell}-{net}", value=taxed.tax)
        add(Wording.of("VAT, %(rate)s"), rest, rate=f"{rate} %")
        return
    net = add(Wording.of("Without VAT"), Worked(formula=round_even(total, digits), value=taxed.net))
    tax_formula = round_even(f"{net}*{rate}/100", digits)
    tax = add(
        Wording.of("VAT, %(rate)s"), Worked(formula=tax_formula, value=taxed.tax), rate=f"{rate} %"
    )
    add(Wording.of("With VAT"), Worked(formula=f"{net}+{tax}", value=taxed.gross), "total")


def write_orders(path: Path, orders: Sequence[ListedOrder], words: Bilingual) -> None:
    """Write the list of orders, and what they come to by currency and role."""
    with open_book(path) as book:
        styles = Styles(book)
        sheet = book.add_worksheet(name_sheet(words, Wording.of("Orders")))
        sums = book.add_worksheet(name_sheet(words, Wording.of("Sums")))
        table = SheetTable(
            sheet=sheet, columns=LIST_COLUMNS, styles=styles, words=words, head_row=HEAD_ROW_NUMBER
        )
        title = words.translate("Orders", between=" · ")
        basis = words.translate("All amounts are without VAT.", between=" · ")
        write_top(sheet, styles, title, [basis])
        for order in orders:
            table.add_row(_listed_writer(order, words))
        _write_list_sums(
            SheetTable(
                sheet=sums,
                columns=_SUM_COLUMNS,
                styles=styles,
                words=words,
                head_row=HEAD_ROW_NUMBER,
            ),
            table,
            orders,
        )
        write_top(sums, styles, title, [basis])


_SUM_COLUMNS: Final = (
    TableColumn(key="currency", head=Wording.of("Currency"), width=10),
    TableColumn(key="buyer", head=Wording.of("You buy"), number=MONEY, width=18),
    TableColumn(key="supplier", head=Wording.of("You supply"), number=MONEY, width=18),
)


def _listed_writer(
    order: ListedOrder, words: Bilingual
) -> Callable[[Callable[[str], str]], Mapping[str, Content]]:
    return lambda _: {
        "number": order.number,
        "role": words.translate_choice(ROLES[order.role]),
        "partner": order.partner_name,
        "state": _say_state(order.state, words),
        "what": order.description,
        "lines": order.lines,
        "due": date.fromisoformat(order.due_on),
        "total": order.total,
        "currency": order.currency,
    }


def _write_list_sums(table: SheetTable, listed: SheetTable, orders: Sequence[ListedOrder]) -> None:
    totals, roles, codes = (listed.whole_range(key) for key in ("total", "role", "currency"))
    for currency in sorted({order.currency for order in orders}):

        def write_row(cell: Callable[[str], str], code: str = currency) -> Mapping[str, Content]:
            values: dict[str, Content] = {"currency": code}
            for role, word in ROLES.items():
                label = listed.words.translate_choice(word)
                formula = f'SUMIFS({totals},{codes},{cell("currency")},{roles},"{label}")'
                amounts = [one.total for one in orders if (one.currency, one.role) == (code, role)]
                values[role] = Worked(formula=formula, value=sum(amounts, Decimal(0)))
            return values

        table.add_row(write_row)


def _say_state(state: str, words: Bilingual) -> str:
    return words.translate_choice(STATE_WORDS.get(state, state))
