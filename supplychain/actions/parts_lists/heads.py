"""What stands above and below the table of a list: title, number, deadline, VAT, remarks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, time
from functools import lru_cache
from typing import Final

from supplychain.actions.imports.understanding.grids import Cell, text_of
from supplychain.errors import Invalid
from supplychain.model.imports.header_words import REMARKS
from supplychain.model.names import fold_name
from supplychain.model.parts_lists.columns import HEAD_WORDS, TITLE_WORDS
from supplychain.model.parts_lists.lists import ListHead
from supplychain.model.reading.days import read_day
from supplychain.model.reading.habits import DayOrder
from supplychain.model.reading.misread import Misread
from supplychain.model.reading.money import read_currency
from supplychain.model.texts import fold_short
from supplychain.model.vat import GROSS, NET

MAX_LABEL_CHARS: Final = 30
MAX_NOTE_CHARS: Final = 5_000
MAX_TITLE_CHARS: Final = 160
LAST_MINUTE: Final = time(23, 59)
"""A deadline that is a day ends with it."""
_LABELLED: Final = re.compile(r"\s*([^:：]{1,30}?)\s*[:：]\s*(.*)", re.S)
_SPACED: Final = re.compile(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])")
_TIMED: Final = re.compile(r"(.{6,30}?)[ T]*(\d{1,2})\s*[:：时点h]\s*(\d{2})?\s*(?:分|uhr)?", re.I)
_WITH_TAX: Final = re.compile(r"(?<!不)含税|incl(?:uding|\.)?\s*(?:vat|tax)|inkl\.?\s*mwst|税込")
_WITHOUT_TAX: Final = re.compile(r"不含税|未税|excl(?:uding|\.)?\s*(?:vat|tax)|exkl\.?\s*mwst|税抜")


@lru_cache(maxsize=1)
def _words_of_head() -> dict[str, str]:
    return {
        fold_name(word): name for name, words in HEAD_WORDS.items() for word in words.split("|")
    }


class HeadReader:
    """Takes the cells above a table, one after the other, and then the remarks below it."""

    def __init__(self, order: DayOrder | None) -> None:
        self.order = order
        self.values: dict[str, str] = {}
        self.deadline: datetime | None = None
        self.titles: list[str] = []
        self.notes: list[str] = []
        self.texts: list[str] = []

    def take_rows(self, rows: Sequence[Sequence[Cell]]) -> None:
        """Look at the rows above a table."""
        for cells in rows:
            filled = [cell for cell in cells if text_of(cell).strip()]
            for label, value, whole in _pair_cells(list(dict.fromkeys(filled))):
                self.texts.append(whole)
                self._take_text(label, value, whole)

    def _take_text(self, label: str, value: Cell, whole: str) -> None:
        name = _words_of_head().get(fold_name(label), "") if label else ""
        text = text_of(value).strip()
        if name == "deadline" and text:
            self.deadline = _read_deadline(value, self.order)
            if self.deadline is None:
                self.notes.append(whole)
        elif name and text:
            self.values.setdefault(name, " ".join(text.split()))
        elif label and fold_short(label).lower() in REMARKS:
            self.notes.append(text)
        elif not label:
            self.titles.append(_SPACED.sub("", " ".join(whole.split())))

    def take_remark(self, text: str) -> None:
        """Keep a text below the table; what only says that it is a remark is left off."""
        match = _LABELLED.fullmatch(text)
        is_labelled = match and fold_short(match[1]).lower() in REMARKS
        self.notes.append((match[2] if match and is_labelled else text).strip())

    def conclude(self, *, basis: str, tax_percent: str) -> ListHead:
        """What all of it says.

        Args:
            basis: of prices, as the headers of columns say; empty where they do not.
            tax_percent: the rate of all lines.
        """
        text = " ".join((*self.texts, *self.notes)).lower()
        said = NET if _WITHOUT_TAX.search(text) else GROSS if _WITH_TAX.search(text) else NET
        values = self.values
        title = values.get("title", "") or _choose_title(self.titles)
        return ListHead(
            title=title[:MAX_TITLE_CHARS],
            number=values.get("number", "")[:60],
            deadline=self.deadline,
            need_by=_read_head_day(values.get("need_by", ""), self.order),
            delivery_place=values.get("place", "")[:200],
            currency=_read_head_currency(values.get("currency", "")),
            tax_basis=basis or said,
            tax_percent=tax_percent,
            note="\n".join(filter(None, self.notes))[:MAX_NOTE_CHARS],
        )


def _pair_cells(cells: Sequence[Cell]) -> Iterator[tuple[str, Cell, str]]:
    """(label, value, all of it): in one cell, or a label and the value in the next one."""
    at = 0
    while at < len(cells):
        text = text_of(cells[at]).strip()
        match = _LABELLED.fullmatch(text)
        label = match[1] if match else text
        value: Cell = match[2] if match else ""
        is_known = len(label) <= MAX_LABEL_CHARS and fold_name(label) in _words_of_head()
        if is_known and not text_of(value).strip() and at + 1 < len(cells):
            at += 1
            value = cells[at]
            yield label, value, f"{label}: {text_of(value)}"
        elif match and text_of(value).strip():
            yield label, value, text
        else:
            yield "", "", text
        at += 1


def _choose_title(titles: Sequence[str]) -> str:
    """The text that says what the sheet is, else the first one."""
    for title in titles:
        folded = fold_name(title)
        if any(fold_name(word) in folded for word in TITLE_WORDS):
            return title
    return titles[0] if titles else ""


def _read_deadline(value: Cell, order: DayOrder | None) -> datetime | None:
    if isinstance(value, datetime):
        midnight = value.time() == time()
        return datetime.combine(value, LAST_MINUTE) if midnight else value
    text = fold_short(text_of(value))
    try:
        return datetime.combine(read_day(text, order), LAST_MINUTE)
    except Misread:
        timed = _TIMED.fullmatch(text)
    if timed is None:
        return None
    try:
        hour = time(int(timed[2]), int(timed[3] or 0))
        return datetime.combine(read_day(timed[1].strip(), order), hour)
    except (Misread, ValueError):
        return None


def _read_head_day(text: str, order: DayOrder | None):
    try:
        return read_day(text, order) if text else None
    except Misread:
        return None


def _read_head_currency(text: str) -> str:
    try:
        return read_currency(text) if text else ""
    except (Misread, Invalid):
        return ""


def find_basis(headers: Mapping[str, str]) -> str:
    """What the columns of prices say of VAT: ``headers`` are columns that are there."""
    if "price_gross" in headers:
        return GROSS
    return NET if "price_net" in headers else ""
