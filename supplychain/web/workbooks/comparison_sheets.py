"""The comparison of opened bids as a workbook whose formulas work on: quantities may be changed.

Every figure is that of the page, and every sum is a formula over the cells that it is of.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Final

from xlsxwriter.worksheet import Worksheet

from supplychain.actions.awards.awards import Comparison
from supplychain.actions.translations import translate
from supplychain.model.awards.tables import LineTable, QuoteRow, SupplierTotal
from supplychain.model.bids.lines import BidLine
from supplychain.model.formulas import quote_formula
from supplychain.model.quantities import Quantity
from supplychain.model.units import unit_symbol
from supplychain.web.workbooks.bilingual import Bilingual, Wording
from supplychain.web.workbooks.money_formulas import (
    MONEY_DIGITS,
    amount_formula,
    round_even,
)
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
COST: Final = "#,##0.00####"
"""Of one piece: with the six decimals that what comes upon a price has."""
BEST: Final = "★"

QUOTE_COLUMNS: Final = (
    TableColumn(key="line", head=Wording.of("Line"), width=6),
    TableColumn(key="what", head=Wording.of("What"), width=30),
    TableColumn(key="asked", head=Wording.of("Quantity asked for"), number=QUANTITY),
    TableColumn(key="unit", head=Wording.of("Unit"), width=8),
    TableColumn(key="bid", head=Wording.of("Number of the bid"), width=9),
    TableColumn(key="supplier", head=Wording.of("Supplier"), width=26),
    TableColumn(key="offered", head=Wording.of("Offered"), number=QUANTITY),
    TableColumn(key="least", head=Wording.of("Minimum order"), number=QUANTITY),
    TableColumn(key="price", head=Wording.of("Price for one"), number=COST),
    TableColumn(key="tooling", head=Wording.of("Tooling, once"), number=MONEY),
    TableColumn(key="freight", head=Wording.of("Freight for one"), number=COST),
    TableColumn(key="duty", head=Wording.of("Duty for one"), number=COST),
    TableColumn(key="tax", head=Wording.of("Tax for one"), number=COST),
    TableColumn(key="payment", head=Wording.of("Payment terms, for one"), number=COST),
    TableColumn(key="landed", head=Wording.of("Landed cost for one"), number=COST, look="sum"),
    TableColumn(key="compared", head=Wording.of("Landed cost, all of it known"), number=COST),
    TableColumn(key="best", head=Wording.of("Cheapest"), width=10),
    TableColumn(key="lead", head=Wording.of("Lead time, days"), width=10),
    TableColumn(key="promised", head=Wording.of("Promised"), width=12, number=DAY),
    TableColumn(key="late", head=Wording.of("Days late"), width=9),
    TableColumn(key="bid_freight", head=Wording.of("Freight for one, as bid"), number=COST),
    TableColumn(key="offer", head=Wording.of("Offer: goods and tooling"), number=MONEY, width=15),
    TableColumn(key="offer_freight", head=Wording.of("Offer: freight"), number=MONEY),
    TableColumn(key="given", head=Wording.of("Give"), number=QUANTITY, look="open"),
    TableColumn(
        key="order", head=Wording.of("Order: goods and tooling"), number=MONEY, width=15, look="sum"
    ),
    TableColumn(key="order_freight", head=Wording.of("Order: freight"), number=MONEY, look="sum"),
    TableColumn(key="note", head=Wording.of("Note"), width=30),
)
LINE_COLUMNS: Final = (
    TableColumn(key="line", head=Wording.of("Line"), width=6),
    TableColumn(key="what", head=Wording.of("What"), width=34),
    TableColumn(key="asked", head=Wording.of("Quantity asked for"), number=QUANTITY),
    TableColumn(key="unit", head=Wording.of("Unit"), width=8),
    TableColumn(key="need_by", head=Wording.of("Needed by"), number=DAY),
    TableColumn(key="target", head=Wording.of("Target price a piece"), number=MONEY),
    TableColumn(key="cheapest", head=Wording.of("Least landed cost for one"), number=COST),
    TableColumn(key="supplier", head=Wording.of("Cheapest"), width=26),
    TableColumn(key="given", head=Wording.of("Given"), number=QUANTITY),
    TableColumn(key="missing", head=Wording.of("Not covered"), number=QUANTITY),
    TableColumn(key="order", head=Wording.of("Order: goods and tooling"), number=MONEY, width=15),
)
SUPPLIER_COLUMNS: Final = (
    TableColumn(key="bid", head=Wording.of("Number of the bid"), width=9),
    TableColumn(key="supplier", head=Wording.of("Supplier"), width=30),
    TableColumn(key="lines", head=Wording.of("Lines bid for"), width=9),
    TableColumn(key="valid", head=Wording.of("Holds until"), number=DAY),
    TableColumn(key="one_off", head=Wording.of("One-off cost"), number=MONEY),
    TableColumn(key="offer", head=Wording.of("Offer: goods and tooling"), number=MONEY, width=15),
    TableColumn(key="offer_freight", head=Wording.of("Offer: freight"), number=MONEY),
    TableColumn(key="offer_discount", head=Wording.of("Offer: discount"), number=MONEY),
    TableColumn(
        key="offer_total", head=Wording.of("Offer in all"), number=MONEY, width=15, look="sum"
    ),
    TableColumn(key="order", head=Wording.of("Order: goods and tooling"), number=MONEY, width=15),
    TableColumn(key="order_freight", head=Wording.of("Order: freight"), number=MONEY),
    TableColumn(key="order_discount", head=Wording.of("Order: discount"), number=MONEY),
    TableColumn(
        key="order_total", head=Wording.of("Order in all"), number=MONEY, width=15, look="sum"
    ),
    TableColumn(key="owed", head=Wording.of("Order in the bid's currency"), number=MONEY, width=15),
    TableColumn(key="owed_currency", head=Wording.of("Currency of the bid"), width=9),
)
PER_PIECE: Final = ("freight", "duty", "tax", "payment")


def write_comparison(path: Path, comparison: Comparison, words: Bilingual) -> None:
    """Write the workbook: all quotes, the lines, the suppliers."""
    with open_book(path) as book:
        styles = Styles(book)
        names = (Wording.of("Quotes"), Wording.of("Lines"), Wording.of("Suppliers"))
        quotes, lines, suppliers = (book.add_worksheet(name_sheet(words, name)) for name in names)
        writer = _ComparisonWriter(
            comparison=comparison,
            words=words,
            quotes=_make_table(quotes, QUOTE_COLUMNS, styles, words),
            lines=_make_table(lines, LINE_COLUMNS, styles, words),
            suppliers=_make_table(suppliers, SUPPLIER_COLUMNS, styles, words),
        )
        for sheet in (quotes, lines, suppliers):
            write_top(sheet, styles, writer.title, writer.list_hints())
        writer.write_quotes()
        writer.write_lines()
        writer.write_suppliers()


def _make_table(
    sheet: Worksheet, columns: Sequence[TableColumn], styles: Styles, words: Bilingual
) -> SheetTable:
    return SheetTable(
        sheet=sheet,
        columns=columns,
        styles=styles,
        words=words,
        head_row=HEAD_ROW_NUMBER,
    )


@dataclass(slots=True, kw_only=True)
class _ComparisonWriter:
    """The three tables, and in which rows of the first each line has its quotes."""

    comparison: Comparison
    words: Bilingual
    quotes: SheetTable
    lines: SheetTable
    suppliers: SheetTable
    rows: dict[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """Of every sheet."""
        asked = self.comparison.request
        return f"{asked.number} · {asked.title} · {asked.currency}"

    def list_hints(self) -> list[str]:
        """What holds for all figures, and who is not among them."""
        say = self.words.translate
        hints = [
            say("All prices here are without VAT.", between=" · "),
            say("Change the yellow quantities: all sums follow but for discounts.", between=" · "),
        ]
        if self.comparison.waiting:
            names = ", ".join(name for _, name in self.comparison.waiting)
            message = "Not compared, in a currency without a rate: %(names)s."
            hints.append(say(message, between=" · ", names=names))
        return hints

    def write_quotes(self) -> None:
        """A row for each quote, line after line."""
        for table in self.comparison.tables:
            first = HEAD_ROW_NUMBER + 1 + self.quotes.rows
            last = first + len(table.rows) - 1
            for row in table.rows:
                self._add_quote(table, row, first, last)
            if table.rows:
                self.rows[table.line.id] = (first, last)

    def write_lines(self) -> None:
        """A row for each line: who is cheapest, what is given and missing."""
        for table in self.comparison.tables:
            self.lines.add_row(self._line_writer(table))

    def write_suppliers(self) -> None:
        """A row for each bid, and their sum."""
        for number, total in enumerate(self.comparison.totals, start=1):
            self.suppliers.add_row(self._supplier_writer(number, total))
        sums = {
            key: Worked(formula=f"SUM({self.suppliers.whole_range(key)})", value=value)
            for key, value in (
                (
                    "order_total",
                    sum((one.taken_total for one in self.comparison.totals), Decimal(0)),
                ),
            )
        }
        label = self.words.translate("All orders together", between=" · ")
        self.suppliers.add_row(lambda _: {"supplier": label, **sums}, "total")

    def _number_of(self, bid_id: str) -> int:
        ids = [total.bid_id for total in self.comparison.totals]
        return ids.index(bid_id) + 1

    def _line_of(self, row: QuoteRow, table: LineTable) -> BidLine:
        """The line of a bid as it is compared."""
        bid = next(total.bid for total in self.comparison.totals if total.bid_id == row.bid_id)
        return next(line for line in bid.lines if line.request_line_id == table.line.id)

    def _add_quote(self, table: LineTable, row: QuoteRow, first: int, last: int) -> None:
        line, asked = self._line_of(row, table), table.line
        compared = self.quotes.range_of("compared", first, last)
        best = BEST if "landed_cost" in row.best else ""

        def write_row(cell: Callable[[str], str]) -> Mapping[str, Content]:
            price = f"({_write_amount(line, cell('offered'))})/{cell('offered')}"
            upon = "+".join(cell(key) for key in PER_PIECE)
            landed = f"MAX(0,{cell('price')}+{cell('tooling')}/{cell('offered')}+{upon})"
            own = cell("compared")
            mark = (
                f"IF(AND(ISNUMBER({own}),MAX({compared})>MIN({compared}),"
                f'{own}=MIN({compared})),"{BEST}","")'
            )
            return {
                "line": asked.number,
                "what": asked.description or asked.part_id,
                "asked": asked.quantity,
                "unit": translate(unit_symbol(asked.uom), self.words.first),
                "bid": self._number_of(row.bid_id),
                "supplier": row.firm_name,
                "offered": row.offered,
                "least": row.least,
                "price": Worked(formula=price, value=line.unit_price_at(row.offered)),
                "tooling": row.tooling,
                "freight": row.freight,
                "duty": row.duty,
                "tax": row.tax,
                "payment": row.payment,
                "landed": Worked(formula=landed, value=row.landed_cost),
                "compared": Worked(formula=cell("landed"), value=row.landed_cost)
                if row.is_landed_known
                else None,
                "best": Worked(formula=mark, value=best),
                "lead": row.lead_days,
                "promised": row.promised_on,
                "late": max(0, row.late_days),
                "bid_freight": line.freight,
                "offer": _work_charge(line, row.offered, cell("offered"), cell("tooling")),
                "offer_freight": _work_freight(
                    line, row.offered, cell("offered"), cell("bid_freight")
                ),
                "given": row.taken or None,
                "order": _work_charge(line, row.taken, cell("given"), cell("tooling")),
                "order_freight": _work_freight(line, row.taken, cell("given"), cell("bid_freight")),
                "note": row.note,
            }

        self.quotes.add_row(write_row)

    def _line_writer(
        self, table: LineTable
    ) -> Callable[[Callable[[str], str]], Mapping[str, Content]]:
        asked = table.line
        compared = [row for row in table.rows if row.is_landed_known]
        best = min(compared, key=lambda row: row.landed_cost, default=None)
        given = sum((row.taken for row in table.rows), 0)
        costs = sum(
            (_find_charge(self._line_of(row, table), row.taken) for row in table.rows), Decimal(0)
        )

        def write_row(cell: Callable[[str], str]) -> Mapping[str, Content]:
            values: dict[str, Content] = {
                "line": asked.number,
                "what": asked.description or asked.part_id,
                "asked": asked.quantity,
                "unit": translate(unit_symbol(asked.uom), self.words.first),
                "need_by": asked.need_by,
                "target": asked.target_price,
            }
            if asked.id not in self.rows:
                return {**values, "given": 0, "missing": asked.quantity}

            def quoted(key: str) -> str:
                return self.quotes.range_of(key, *self.rows[asked.id])

            least = f'IF(COUNT({quoted("compared")})=0,"",MIN({quoted("compared")}))'
            who = (
                f"IFERROR(INDEX({quoted('supplier')},"
                f'MATCH({cell("cheapest")},{quoted("compared")},0)),"")'
            )
            return {
                **values,
                "cheapest": Worked(formula=least, value=best.landed_cost if best else ""),
                "supplier": Worked(
                    formula=who, value=quote_formula(best.firm_name) if best else ""
                ),
                "given": Worked(formula=f"SUM({quoted('given')})", value=given),
                "missing": Worked(formula=f"{cell('asked')}-{cell('given')}", value=table.missing),
                "order": Worked(formula=f"SUM({quoted('order')})", value=costs),
            }

        return write_row

    def _supplier_writer(
        self, number: int, total: SupplierTotal
    ) -> Callable[[Callable[[str], str]], Mapping[str, Content]]:
        whole = total.bid.whole_charge

        def write_row(cell: Callable[[str], str]) -> Mapping[str, Content]:
            def summed(key: str, value: Decimal) -> Worked:
                keys = self.quotes.whole_range("bid")
                amounts = self.quotes.whole_range(key)
                return Worked(formula=f"SUMIF({keys},{cell('bid')},{amounts})", value=value)

            offered = "+".join(map(cell, ("one_off", "offer", "offer_freight")))
            ordered = "+".join(map(cell, ("one_off", "order", "order_freight")))
            is_ordered = f"{cell('order')}>0"
            return {
                "bid": number,
                "supplier": total.firm_name,
                "lines": total.lines,
                "valid": total.valid_until,
                "one_off": total.bid.one_off_cost,
                "offer": summed("offer", whole.lines),
                "offer_freight": summed("offer_freight", whole.freight),
                "offer_discount": whole.discount,
                "offer_total": Worked(
                    formula=f"{offered}-{cell('offer_discount')}", value=total.offered_total
                ),
                "order": summed("order", total.charge.lines),
                "order_freight": summed("order_freight", total.charge.freight),
                "order_discount": total.charge.discount,
                "order_total": Worked(
                    formula=f"IF({is_ordered},{ordered}-{cell('order_discount')},0)",
                    value=total.taken_total,
                ),
                "owed": total.owed_charge.total if total.is_converted else None,
                "owed_currency": total.owed_currency if total.is_converted else None,
            }

        return write_row


def _write_amount(line: BidLine, quantity: str) -> str:
    return amount_formula(quantity, line.prices, line.tier_rule, line.price_per)


def _find_charge(line: BidLine, quantity: Quantity) -> Decimal:
    """Goods and tooling of so much, as a charge counts them; nothing for nothing."""
    return line.price_of(quantity) + line.tooling if quantity else Decimal(0)


def _work_charge(line: BidLine, quantity: Quantity, cell: str, tooling: str) -> Worked:
    goods = round_even(_write_amount(line, cell), MONEY_DIGITS)
    return Worked(formula=f"IF({cell}>0,{goods}+{tooling},0)", value=_find_charge(line, quantity))


def _work_freight(line: BidLine, quantity: Quantity, cell: str, freight: str) -> Worked:
    formula = round_even(f"{cell}*{freight}", MONEY_DIGITS)
    return Worked(formula=formula, value=line.carriage(quantity))
