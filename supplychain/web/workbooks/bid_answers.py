"""Reading a bid's workbook that comes back: its cells as the form of the bid.

Nothing is guessed and nothing is left out in silence: what cannot be read is an error of its field,
and what was read otherwise than it may look is told (``notices``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Final

from supplychain.errors import FieldError, Invalid
from supplychain.model.bids.lines import BidContent
from supplychain.model.bids.rules import fit_content, list_missing
from supplychain.model.formulas import unquote_formula
from supplychain.model.parts_requests.parts_request import PartsRequest, RequestLine
from supplychain.model.reading.numbers import PLAIN_NUMBER, number_text
from supplychain.model.units import unit_code
from supplychain.model.workbooks import EMPTY, ERROR, VALUE, FilledSheet, Spot, cell_name
from supplychain.web.input.bid_forms import Form, Row, pad_lines, read_bid_form
from supplychain.web.input.forms import load
from supplychain.web.schemas.bids import BidIn
from supplychain.web.schemas.sent import Sent
from supplychain.web.workbooks.bid_layout import (
    ASKED_PREFIX,
    BUNDLES_ROW,
    LINES_ROW,
    MARK,
    NO_BID,
    SUMS_ROW,
    TERMS_ROW,
    TOTAL,
    asked_value,
    fingerprint_of,
    is_asked_text,
    read_choice,
)

NAMED_CELLS_NUMBER: Final = 5
"""Cells that a notice names; the rest is counted."""
PERCENT_FIELDS: Final = ("vat_percent", "discount")
CODE_FIELDS: Final = ("currency", "incoterm")


@dataclass(frozen=True, slots=True, kw_only=True)
class BidAnswers:
    """What a workbook says.

    Attributes:
        form: of the bid, with a row for each line of the request, in its order.
        errors: what cannot be taken as it is, by field of the form.
        notices: what its sender should know of how it was read.
        version: of the bid over which the workbook was made; 0 is none.
    """

    form: Form
    errors: tuple[FieldError, ...]
    notices: tuple[FieldError, ...]
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedAnswers:
    """The form with all that is wrong with it; ``content`` where it can be read at all."""

    answers: BidAnswers
    content: BidContent | None
    errors: tuple[FieldError, ...]


def check_answers(request: PartsRequest, answers: BidAnswers) -> CheckedAnswers:
    """Hold what was read against all that a submitted bid must keep.

    Where a field cannot be read, the rest is looked at without it, so that all is told at once.
    """
    errors = list(answers.errors)
    form = read_bid_form(request, answers.form)
    content: BidContent | None = None
    try:
        content = readable = _load_content(request, form)
    except Invalid as refusal:
        errors += refusal.errors
        readable = _load_rest(request, form, refusal.errors)
    if readable is not None:
        told = {error.pointer for error in errors}
        further = _list_broken_rules(request, readable)
        errors += [error for error in further if error.pointer not in told]
    return CheckedAnswers(answers=answers, content=content, errors=tuple(errors))


def _load_content(request: PartsRequest, form: dict[str, Any]) -> BidContent:
    units = {line.id: line.uom for line in request.lines}
    sent: Sent[BidContent] = load(BidIn(), form, currency=request.currency, units=units)
    return sent.content


def _load_rest(
    request: PartsRequest, form: dict[str, Any], errors: Sequence[FieldError]
) -> BidContent | None:
    """The content without the fields that cannot be read; None where the rest cannot be either."""
    for error in errors:
        _drop_field(form, error.pointer.strip("/").split("/"))
    try:
        return _load_content(request, form)
    except Invalid:
        return None


def _drop_field(form: dict[str, Any], path: Sequence[str]) -> None:
    at: Any = form
    for name in path[:-1]:
        at = at[int(name)] if isinstance(at, list) else at.get(name)
        if at is None:
            return
    if isinstance(at, dict):
        at.pop(path[-1], None)


def _list_broken_rules(request: PartsRequest, content: BidContent) -> list[FieldError]:
    try:
        fit_content(request, content)
    except Invalid as refusal:
        return list(refusal.errors)
    return list_missing(request, replace(content, lines=pad_lines(request, content)))


def read_bid_answers(
    request: PartsRequest, sheets: Sequence[FilledSheet], language: str
) -> BidAnswers:
    """The form that a workbook is.

    Args:
        request: as its supplier sees it now.
        sheets: of the workbook.
        language: of the reader, for what is asked.

    Raises:
        Invalid: it is no workbook of a bid, of another request, or of what was asked before.
    """
    reader = _AnswerReader(request=request, language=language)
    version = _check_mark(request, sheets)
    for sheet in sheets:
        for (row, column), text in sheet.cells.items():
            if text == TERMS_ROW:
                reader.read_terms(sheet, (row, column))
            elif text == LINES_ROW:
                reader.read_lines(sheet, (row, column))
            elif text == BUNDLES_ROW:
                reader.read_bundles(sheet, (row, column))
    return reader.finish(version)


def _check_mark(request: PartsRequest, sheets: Sequence[FilledSheet]) -> int:
    """The version of the bid in the mark, if it is one of this request as it is asked now."""
    marks = [
        text for sheet in sheets for text in sheet.cells.values() if text.startswith(f"{MARK}|")
    ]
    parts = marks[0].split("|") if marks else []
    if len(parts) != 4 or not parts[3].isascii() or not parts[3].isdigit() or len(parts[3]) > 9:
        raise Invalid(
            "This is no workbook of a bid. Download it from the request, fill it in, and send it.",
            pointer="/file",
        )
    if parts[1] != request.id:
        raise Invalid(
            "This workbook is of another request. Send it there, or download the one of this "
            "request.",
            pointer="/file",
        )
    if parts[2] != fingerprint_of(request):
        raise Invalid(
            "What is asked has changed since this workbook was made. Download it again.",
            pointer="/file",
        )
    return int(parts[3])


@dataclass(slots=True, kw_only=True)
class _AnswerReader:
    """What was read so far."""

    request: PartsRequest
    language: str
    terms: Row = field(default_factory=dict)
    rows: dict[str, Row] = field(default_factory=dict)
    bundles: list[Row] = field(default_factory=list)
    errors: list[FieldError] = field(default_factory=list)
    notices: list[FieldError] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)

    def read_terms(self, sheet: FilledSheet, mark: Spot) -> None:
        """The terms of the whole bid: their names stand beside the mark, values two rows below."""
        for column, key in _list_keys(sheet, mark).items():
            text = self._read_cell(sheet, (mark[0] + 2, column), key, f"/{key}")
            if text:
                self.terms[key] = text

    def read_lines(self, sheet: FilledSheet, mark: Spot) -> None:
        """The lines below the mark, each known by its id in the column of the mark."""
        keys = _list_keys(sheet, mark)
        lines = {line.id: (at, line) for at, line in enumerate(self.request.lines)}
        below = sorted({row for row, _ in (*sheet.cells, *sheet.formulas) if row > mark[0] + 1})
        for row in below:
            line_id = sheet.text_at((row, mark[1]))
            if line_id in lines:
                self._read_line(sheet, row, keys, *lines[line_id])
            elif line_id != SUMS_ROW and (
                line_id
                or any(
                    sheet.text_at((row, column)) for column, key in keys.items() if _is_open(key)
                )
            ):
                message = (
                    "Row %(row)s belongs to no line of the request. Use the rows of the lines."
                )
                self._add_error("/lines", message, row=row + 1)
        stray = {
            column
            for row, column in sheet.cells
            if row in below and column != mark[1] and column not in keys
            if sheet.text_at((row, mark[1])) in lines
        }
        for column in sorted(stray)[:NAMED_CELLS_NUMBER]:
            message = "Column %(name)s is not of this workbook: what it says is not read."
            self._add_notice(message, name=cell_name((0, column)).rstrip("1"))

    def read_bundles(self, sheet: FilledSheet, mark: Spot) -> None:
        """Discounts below the mark: a row for each."""
        keys = _list_keys(sheet, mark)
        for row in sorted({row for row, _ in (*sheet.cells, *sheet.formulas) if row > mark[0] + 1}):
            at = f"/bundles/{len(self.bundles)}"
            texts = {
                key: self._read_cell(sheet, (row, column), key, f"{at}/{key}")
                for column, key in keys.items()
            }
            filled = {key: text for key, text in texts.items() if text}
            if filled:
                self.bundles.append(filled)

    def finish(self, version: int) -> BidAnswers:
        """The form, with a row for each line of the request."""
        for line in self.request.lines:
            if line.id not in self.rows:
                message = "Line %(number)s is not in the workbook: it is read as not bid for."
                self._add_notice(message, number=line.number)
        if self.taken:
            named = ", ".join(self.taken[:NAMED_CELLS_NUMBER])
            message = "%(count)s cells hold formulas: what they came to was taken (%(cells)s)."
            self._add_notice(message, count=len(self.taken), cells=named)
        rows = [self.rows.get(line.id, {"request_line_id": line.id}) for line in self.request.lines]
        form: dict[str, str | list[Row]] = {**self.terms, "lines": rows}
        if self.bundles:
            form["bundles"] = self.bundles
        return BidAnswers(
            form=form, errors=tuple(self.errors), notices=tuple(self.notices), version=version
        )

    def _read_line(
        self,
        sheet: FilledSheet,
        row: int,
        keys: dict[int, str],
        at: int,
        line: RequestLine,
    ) -> None:
        if line.id in self.rows:
            self._add_error(f"/lines/{at}/request_line_id", "This line is twice.")
            return
        typed: Row = {"request_line_id": line.id}
        for column, key in keys.items():
            if key.startswith(ASKED_PREFIX):
                self._check_asked(sheet, (row, column), key.removeprefix(ASKED_PREFIX), at, line)
            elif _is_open(key):
                pointer = f"/lines/{at}/{key.replace('-', '/')}"
                text = self._read_cell(sheet, (row, column), key, pointer)
                if key == "uom" and unit_code(text) == unit_code(line.uom):
                    text = ""
                if text:
                    typed[key] = text
        marked = typed.pop(NO_BID, "")
        if marked and "unit_price" in typed:
            message = "This line is marked as not bid for and has a price. Take one of them out."
            self._add_error(f"/lines/{at}/unit_price", message)
        self.rows[line.id] = (
            {"request_line_id": line.id} if marked and "unit_price" not in typed else typed
        )

    def _check_asked(
        self, sheet: FilledSheet, spot: Spot, key: str, at: int, line: RequestLine
    ) -> None:
        """Tell a cell that was changed and is not to be."""
        text = unquote_formula(sheet.text_at(spot))
        if not text or is_asked_text(line, key, text):
            return
        asked = asked_value(line, key, self.language)
        message = (
            "Cell %(cell)s says %(typed)s, and %(asked)s is asked for. What is asked cannot be "
            "changed: answer in the yellow cells."
        )
        values = {"cell": cell_name(spot), "typed": text[:60], "asked": str(asked)[:60] or "–"}
        self._add_error(f"/lines/{at}/request_line_id", message, **values)

    def _read_cell(self, sheet: FilledSheet, spot: Spot, key: str, pointer: str) -> str:
        """The text of a cell to be filled in, as its field of the form takes it."""
        state = sheet.formulas.get(spot, "")
        if state == ERROR:
            self._add_error(pointer, "This formula comes to an error. Write the value.")
        elif state == EMPTY:
            message = (
                "Nothing was kept of what this formula comes to. Open the file in a spreadsheet "
                "program, save it, and send it again; or write the value."
            )
            self._add_error(pointer, message)
        elif state == VALUE and sheet.text_at(spot):
            self.taken.append(cell_name(spot))
        text = unquote_formula(sheet.text_at(spot))
        if key in CODE_FIELDS:
            return text.upper()
        if key in PERCENT_FIELDS:
            return self._read_percent(text, pointer)
        return unit_code(text) if key == "uom" else read_choice(key, text)

    def _read_percent(self, text: str, pointer: str) -> str:
        """A percentage without its sign: a spreadsheet makes 0.13 of 13 %."""
        if text.endswith(("%", "％")):
            return text[:-1].strip()
        if PLAIN_NUMBER.fullmatch(text) and 0 < (low := Decimal(text)) < 1:
            message = "This could be %(low)s %% or %(high)s %%. Write it with its sign."
            values = {"low": number_text(low), "high": number_text(low * 100)}
            self._add_error(pointer, message, **values)
        return text

    def _add_error(self, pointer: str, message: str, **values: object) -> None:
        self.errors.append(
            FieldError(pointer=pointer, message=message, values=tuple(values.items()))
        )

    def _add_notice(self, message: str, **values: object) -> None:
        self.notices.append(FieldError(pointer="", message=message, values=tuple(values.items())))


def _list_keys(sheet: FilledSheet, mark: Spot) -> dict[int, str]:
    """The names of fields in the row of a mark, by column; the first of two alike counts."""
    row, first = mark
    keys: dict[int, str] = {}
    for spot in sorted(sheet.cells):
        key = sheet.cells[spot].strip()
        if spot[0] == row and spot[1] != first and key not in keys.values():
            keys[spot[1]] = key
    return keys


def _is_open(key: str) -> bool:
    """Whether a column is one to be filled in."""
    return key != TOTAL and not key.startswith(ASKED_PREFIX)
