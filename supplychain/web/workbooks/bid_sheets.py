"""Writing a bid as a workbook: to be filled in, or with what is wrong marked in its cells."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from xlsxwriter.worksheet import Worksheet

from supplychain.actions import translations
from supplychain.errors import FieldError
from supplychain.model.bids.lines import BidContent
from supplychain.model.bids.rules import MAX_BUNDLES, MAX_TIERS
from supplychain.model.calendars.zones import in_zone, show_offset
from supplychain.model.parts_requests.parts_request import PartsRequest
from supplychain.model.units import find_unit
from supplychain.model.vat import GROSS
from supplychain.model.workbooks import Spot, cell_name
from supplychain.web.input.bid_forms import Form, count_filled_tiers
from supplychain.web.workbooks import bid_formulas as formulas
from supplychain.web.workbooks.bid_layout import (
    ASKED_FIELDS,
    ASKED_PREFIX,
    BUNDLE_FIELDS,
    BUNDLES_ROW,
    LEAST_TIERS_NUMBER,
    LINES_ROW,
    RULE_WORDS,
    SUMS_ROW,
    TERM_FIELDS,
    TERMS_ROW,
    TOTAL,
    AnswerField,
    asked_value,
    list_choices,
    list_line_fields,
    write_mark,
)
from supplychain.web.workbooks.bilingual import Bilingual, Wording
from supplychain.web.workbooks.mending import Mending, write_mending
from supplychain.web.workbooks.styles import (
    DAY,
    MONEY,
    QUANTITY,
    TEXT,
    Styles,
    name_range,
    open_book,
    set_up_print,
    write_cell,
    write_formula,
)

TERMS_HEAD, TERMS_AT, COLUMN_KEYS, COLUMN_HEADS, FIRST_LINE = 3, 4, 5, 6, 7
"""Rows of the first sheet, from 0 on."""
FIRST_TERM_NUMBER: Final = 2
FROZEN_COLUMNS: Final = 4
TOTAL_AFTER: Final = "lead_days"
NUMBER_FORMATS: Final = {"amount": MONEY, "quantity": QUANTITY, "day": DAY}
TEXT_KINDS: Final = ("text", "percent", "choice")
"""What a spreadsheet must not make anything else of: 13 % would become 0.13, lines 1-3 a day."""
MAX_HELP_CHARS: Final = 255
_PLAIN: Final = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,2}|\.[0-9]{4,12})?", re.ASCII)
"""A number that reads in one way only: it may become a number of the spreadsheet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BidWorkbook:
    """What the workbook of a bid is made of.

    Attributes:
        request: as its supplier sees it.
        buyer_name: who asks.
        version: of the live bid that ``values`` are of; 0 where there is none.
        values: the form as it is filled in, its rows those of the request's lines.
        content: what the form says, where it can be read: totals are worked out from it.
        errors: what is wrong, by field of the form.
        words: the languages.
        zone: of the reader, for the deadline.
    """

    request: PartsRequest
    buyer_name: str
    version: int
    values: Form
    words: Bilingual
    zone: str
    content: BidContent | None = None
    errors: Sequence[FieldError] = ()


def write_bid_workbook(path: Path, bid: BidWorkbook) -> None:
    """Write the workbook; what is wrong also has a sheet of its own, which is seen first."""
    with open_book(path) as book:
        writer = _BidWriter(bid=bid, styles=Styles(book))
        mending = (
            book.add_worksheet(_cut_name(Wording.of("What to mend"), bid)) if bid.errors else None
        )
        lines = book.add_worksheet(_cut_name(Wording.of("Bid"), bid))
        writer.write_lines_sheet(lines)
        if len(bid.request.lines) > 1:
            writer.write_bundles_sheet(book.add_worksheet(_cut_name(Wording.of("Discounts"), bid)))
        writer.note_rest(lines)
        if mending is not None:
            write_mending(mending, writer.mending, bid.words, writer.styles)
            mending.activate()


def _cut_name(message: str, bid: BidWorkbook) -> str:
    """The name of a sheet: at most 31 characters."""
    return bid.words.translate(message, between=" · ")[:31]


@dataclass(slots=True, kw_only=True)
class _BidWriter:
    """The sheets of one workbook, and which errors went to which cells."""

    bid: BidWorkbook
    styles: Styles
    mending: list[Mending] = field(default_factory=list)
    said: set[int] = field(default_factory=set)

    def write_lines_sheet(self, sheet: Worksheet) -> None:
        """Terms above, the lines below, totals under them."""
        fields = list_line_fields(self._count_tiers())
        first = 1 + len(ASKED_FIELDS)
        columns: dict[str, int] = {}
        for one in fields:
            columns[one.key] = first + len(columns)
            if one.key == TOTAL_AFTER:
                columns[TOTAL] = first + len(columns)
        self._write_top(sheet)
        self._write_terms(sheet)
        self._write_heads(sheet, fields, columns)
        for at in range(len(self.bid.request.lines)):
            self._write_line(sheet, at, fields, columns)
        self._write_sums(sheet, columns)
        sheet.freeze_panes(FIRST_LINE, FROZEN_COLUMNS)
        sheet.repeat_columns(1, 3)
        self._close_sheet(sheet, head_row=COLUMN_HEADS, pages_wide=2)

    def write_bundles_sheet(self, sheet: Worksheet) -> None:
        """Discounts for lines that are won together: a row for each."""
        words, rows = self.bid.words, self.bid.values.get("bundles")
        typed = rows if isinstance(rows, list) else []
        title = Wording.of("Discount if you win several lines whole")
        sheet.write_string(0, 1, words.translate(title, between=" · "), self.styles.get("title"))
        sheet.write_string(2, 0, BUNDLES_ROW)
        for column, one in enumerate(BUNDLE_FIELDS, start=1):
            sheet.write_string(2, column, one.key)
            head = words.translate(one.head)
            sheet.write_string(3, column, head, self.styles.get("open_head"))
            sheet.set_column(column, column, one.width)
            self._add_help(sheet, (4, column), (3 + MAX_BUNDLES, column), one, ())
            for at in range(MAX_BUNDLES):
                row = typed[at] if at < len(typed) and isinstance(typed[at], dict) else {}
                self._write_answer(
                    sheet, (4 + at, column), one, row.get(one.key, ""), f"/bundles/{at}"
                )
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_row(3, 32)
        sheet.freeze_panes(4, 0)
        self._close_sheet(sheet, head_row=3)

    def _close_sheet(self, sheet: Worksheet, *, head_row: int, pages_wide: int = 1) -> None:
        sheet.set_column(0, 0, None, None, {"hidden": True})
        sheet.ignore_errors({"number_stored_as_text": "A1:AZ500"})
        sheet.protect("", {"format_columns": True, "format_rows": True, "sort": True})
        set_up_print(sheet, head_row=head_row, pages_wide=pages_wide)

    def _count_tiers(self) -> int:
        rows = self.bid.values.get("lines")
        filled = [count_filled_tiers(row) for row in rows] if isinstance(rows, list) else []
        return min(MAX_TIERS, max([LEAST_TIERS_NUMBER, *filled]))

    def _write_top(self, sheet: Worksheet) -> None:
        bid, request = self.bid, self.bid.request
        sheet.write_string(0, 0, write_mark(request, bid.version))
        title = f"{request.number} · {request.title} · {bid.buyer_name}"
        sheet.write_string(0, 1, title, self.styles.get("title"))
        message = "Prices with VAT" if request.tax_basis == GROSS else "Prices without VAT"
        assert request.deadline is not None
        local = in_zone(bid.zone, request.deadline)
        deadline = f"{local:%Y-%m-%d %H:%M} {show_offset(bid.zone, request.deadline)}"
        hints = [
            bid.words.translate("Bids close at %(deadline)s.", between=" · ", deadline=deadline),
            bid.words.translate(message, between=" · "),
            bid.words.translate(
                "Fill in the yellow cells, save, and upload the file. Nothing is submitted by it.",
                between=" · ",
            ),
        ]
        sheet.write_string(1, 1, "   ".join(hints), self.styles.get("hint"))
        sheet.set_row(0, 22)

    def _write_terms(self, sheet: Worksheet) -> None:
        sheet.write_string(TERMS_HEAD - 1, 0, TERMS_ROW)
        for column, one in enumerate(TERM_FIELDS, start=FIRST_TERM_NUMBER):
            sheet.write_string(TERMS_HEAD - 1, column, one.key)
            head = self.bid.words.translate(one.head)
            sheet.write_string(TERMS_HEAD, column, head, self.styles.get("open_head"))
            choices = list_choices(self.bid.request, None, one.key, self.bid.words)
            spot = (TERMS_AT, column)
            self._add_help(sheet, spot, spot, one, choices if one.kind == "choice" else ())
            self._write_answer(sheet, spot, one, self.bid.values.get(one.key, ""), "")
        sheet.set_row(TERMS_HEAD - 1, None, None, {"hidden": True})
        sheet.set_row(TERMS_HEAD, 48)
        sheet.set_row(TERMS_AT, 32)

    def _write_heads(
        self, sheet: Worksheet, fields: Sequence[AnswerField], columns: Mapping[str, int]
    ) -> None:
        words, last = self.bid.words, FIRST_LINE + len(self.bid.request.lines) - 1
        sheet.write_string(COLUMN_KEYS, 0, LINES_ROW)
        for column, one in enumerate(ASKED_FIELDS, start=1):
            sheet.write_string(COLUMN_KEYS, column, f"{ASKED_PREFIX}{one.key}")
            head = words.translate(one.head)
            sheet.write_string(COLUMN_HEADS, column, head, self.styles.get("head"))
            sheet.set_column(column, column, one.width)
        for one in fields:
            column = columns[one.key]
            sheet.write_string(COLUMN_KEYS, column, one.key)
            head = words.translate(one.head)
            sheet.write_string(COLUMN_HEADS, column, head, self.styles.get("open_head"))
            sheet.set_column(column, column, one.width)
            if one.key != "uom":
                is_choice = one.kind == "choice"
                choices = list_choices(self.bid.request, None, one.key, words)
                spots = ((FIRST_LINE, column), (last, column))
                self._add_help(sheet, *spots, one, choices if is_choice else ())
        sheet.write_string(COLUMN_KEYS, columns[TOTAL], TOTAL)
        head = words.translate("Total")
        sheet.write_string(COLUMN_HEADS, columns[TOTAL], head, self.styles.get("head"))
        sheet.set_column(columns[TOTAL], columns[TOTAL], 16)
        sheet.set_row(COLUMN_KEYS, None, None, {"hidden": True})
        sheet.set_row(COLUMN_HEADS, 48)

    def _write_line(
        self,
        sheet: Worksheet,
        at: int,
        fields: Sequence[AnswerField],
        columns: Mapping[str, int],
    ) -> None:
        bid, row = self.bid, FIRST_LINE + at
        line, typed = bid.request.lines[at], self._typed_row(at)
        sheet.write_string(row, 0, line.id)
        for column, asked in enumerate(ASKED_FIELDS, start=1):
            value = asked_value(line, asked.key, bid.words.first)
            formats = {"need_by": DAY, "quantity": QUANTITY}
            style = self.styles.get("fixed", formats.get(asked.key, ""))
            write_cell(sheet, (row, column), value, style)
        for one in fields:
            spot = (row, columns[one.key])
            if one.key == "uom":
                choices = list_choices(bid.request, line, one.key, bid.words)
                self._add_help(sheet, spot, spot, one, choices)
            self._write_answer(sheet, spot, one, typed.get(one.key, ""), f"/lines/{at}")
        cells = {key: cell_name((row, column)) for key, column in columns.items()}
        incremental = bid.words.translate_choice(RULE_WORDS["incremental"])
        formula = formulas.line_formula(cells, self._count_tiers(), incremental)
        style = self.styles.get("sum", MONEY)
        write_formula(sheet, (row, columns[TOTAL]), formula, self._find_total(line.id), style)
        whole = f"/lines/{at}/request_line_id"
        self._note_errors(sheet, (row, 1), bid.words.translate("Line"), (whole,))

    def _typed_row(self, at: int) -> Mapping[str, Any]:
        rows = self.bid.values.get("lines")
        row = rows[at] if isinstance(rows, list) and at < len(rows) else {}
        return row if isinstance(row, dict) else {}

    def _find_total(self, line_id: str) -> Decimal | str:
        lines = self.bid.content.lines if self.bid.content else ()
        totals = {line.request_line_id: line.total for line in lines if line.unit_price is not None}
        return totals.get(line_id, "")

    def _write_sums(self, sheet: Worksheet, columns: Mapping[str, int]) -> None:
        """Lines, freight, one-off cost, all of it; and all of it once more in the frozen top."""
        bid, count = self.bid, len(self.bid.request.lines)
        after = FIRST_LINE + count

        def column_range(key: str) -> str:
            return name_range((FIRST_LINE, columns[key]), (after - 1, columns[key]))

        lines, freight, once = self._list_sums()
        one_off = FIRST_TERM_NUMBER + [one.key for one in TERM_FIELDS].index("one_off_cost")
        total = columns[TOTAL]
        names = [cell_name((after + at, total)) for at in range(3)]
        rows: list[tuple[str, str, Decimal | str]] = [
            (Wording.of("Lines with tooling"), formulas.sum_formula(column_range(TOTAL)), lines),
            (
                Wording.of("Freight"),
                formulas.freight_formula(
                    column_range("quantity"), column_range("freight"), column_range(TOTAL)
                ),
                freight,
            ),
            (Wording.of("One-off cost, whole bid"), f"={cell_name((TERMS_AT, one_off))}*1", once),
            (
                Wording.of("All together, before discounts"),
                formulas.all_formula(*names),
                "" if isinstance(lines, str) else lines + Decimal(freight) + Decimal(once),
            ),
        ]
        for at, (message, formula, value) in enumerate(rows):
            sheet.write_string(after + at, 0, SUMS_ROW)
            label = bid.words.translate(message, between=" · ")
            sheet.merge_range(
                after + at, total - 3, after + at, total - 1, label, self.styles.get("sum")
            )
            look = "total" if at == len(rows) - 1 else "sum"
            write_formula(sheet, (after + at, total), formula, value, self.styles.get(look, MONEY))
        head = bid.words.translate("All together, before discounts")
        sheet.write_string(TERMS_HEAD, total, head, self.styles.get("head"))
        shown = f"={cell_name((after + len(rows) - 1, total))}"
        spot = (TERMS_AT, total)
        write_formula(sheet, spot, shown, rows[-1][2], self.styles.get("total", MONEY))

    def _list_sums(self) -> tuple[Decimal | str, Decimal | str, Decimal | str]:
        content = self.bid.content
        if content is None:
            return "", "", ""
        lines = [line for line in content.lines if line.unit_price is not None]
        goods = sum((line.total for line in lines), Decimal(0))
        freight = sum((line.carriage(line.quantity or 0) for line in lines), Decimal(0))
        return goods, freight, content.one_off_cost

    def _write_answer(
        self, sheet: Worksheet, spot: Spot, one: AnswerField, value: object, at: str
    ) -> None:
        """A cell to be filled in, with what is in it and what is wrong with that."""
        text = value if isinstance(value, str) else ""
        pointers = (f"{at}/{_pointer_name(one.key)}",)
        wrong = self._note_errors(sheet, spot, self.bid.words.translate(one.head), pointers)
        number = TEXT if one.kind in TEXT_KINDS else NUMBER_FORMATS.get(one.kind, "")
        style = self.styles.get("wrong" if wrong else "open", number)
        write_cell(sheet, spot, self._read_shown(one, text), style)

    def _read_shown(self, one: AnswerField, text: str) -> str | Decimal | date:
        """A text of the form as what its cell holds."""
        if one.key == "tier_rule":
            rule = RULE_WORDS.get(text)
            return self.bid.words.translate_choice(rule) if rule else text
        if one.key == "uom":
            return self._name_unit(text)
        if one.kind == "day":
            return _read_iso(text) or text
        if one.kind in TEXT_KINDS or not _PLAIN.fullmatch(text):
            return text
        return Decimal(text)

    def _name_unit(self, text: str) -> str:
        unit = find_unit(text)
        return translations.translate(unit.symbol, self.bid.words.first) if unit else text

    def _note_errors(
        self, sheet: Worksheet, spot: Spot, head: str, pointers: Sequence[str]
    ) -> bool:
        """Mark a cell with the sentences that belong to it; whether there are any."""
        texts = []
        for number, error in enumerate(self.bid.errors):
            if error.pointer in pointers:
                self.said.add(number)
                texts.append(self.bid.words.translate_error(error))
        if not texts:
            return False
        sheet.write_comment(*spot, "\n".join(texts), {"x_scale": 2.2, "y_scale": 1.4})
        self.mending += [
            Mending(sheet=str(sheet.get_name()), spot=spot, head=head, text=text) for text in texts
        ]
        return True

    def note_rest(self, sheet: Worksheet) -> None:
        """What belongs to no cell of its own."""
        for number, error in enumerate(self.bid.errors):
            if number not in self.said:
                text = self.bid.words.translate_error(error)
                self.mending.append(
                    Mending(sheet=str(sheet.get_name()), spot=None, head="", text=text)
                )

    def _add_help(
        self,
        sheet: Worksheet,
        first: Spot,
        last: Spot,
        one: AnswerField,
        choices: Sequence[str],
    ) -> None:
        """What a cell says when it is chosen, and its list where it has one."""
        words = self.bid.words
        title = translations.translate(one.head, words.first)[:32]
        options: dict[str, Any] = {
            "validate": "any",
            "input_title": title,
            "input_message": words.translate(one.help)[:MAX_HELP_CHARS],
        }
        if choices and len(",".join(choices)) <= MAX_HELP_CHARS:
            options |= {
                "validate": "list",
                "source": list(choices),
                "error_type": "warning",
                "error_title": title,
                "error_message": words.translate("Choose one from the list."),
            }
        sheet.data_validation(*first, *last, options)


def _pointer_name(key: str) -> str:
    """``tiers-0-from`` of the form is ``tiers/0/from`` of an error."""
    return key.replace("-", "/")


def _read_iso(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
