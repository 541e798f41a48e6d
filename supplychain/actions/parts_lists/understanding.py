"""A sheet understood as a parts list: its header, its head, its lines, what must be asked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from string import ascii_uppercase
from typing import Final

from supplychain.actions.imports.understanding.grids import Cell, text_of
from supplychain.actions.imports.understanding.headers import (
    HeaderMatch,
    match_header,
    split_header,
    words_of,
)
from supplychain.actions.imports.understanding.layout import (
    HEAD_ROWS,
    LEAST_COLUMNS,
    HeaderRow,
    RowSieve,
    find_header,
)
from supplychain.actions.imports.understanding.scanning import NUMBER_TYPES, TableScan
from supplychain.actions.parts_lists.heads import HeadReader, find_basis
from supplychain.actions.parts_lists.lines import QUANTITIES, RowReader
from supplychain.actions.parts_lists.sheets import MAX_SHEET_ROWS, ListSheet
from supplychain.errors import Invalid
from supplychain.model.imports.header_words import TOTALS
from supplychain.model.names import fold_name
from supplychain.model.parts_lists.columns import EXPORTED_NAMES, LIST_NAME, PARTS_LIST
from supplychain.model.parts_lists.lists import (
    MAX_NODES,
    Counting,
    ListAnswers,
    ListColumn,
    ListHead,
    ListLine,
    ListQuestion,
    PartsList,
)
from supplychain.model.parts_lists.trees import SHOWN_ITEMS
from supplychain.model.reading.evidence import conclude
from supplychain.model.reading.habits import Habits, NumberHabit
from supplychain.model.units import find_unit

LEAST_TABLE_COLUMNS: Final = 3
"""Of a table in which a row with one cell alone is a heading."""
_PLAIN_POSITION: Final = re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,4})*\.?|")
_LETTER: Final = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layout:
    """Where the table of a sheet is: rows above its header, the header, rows below."""

    header: HeaderRow
    above: Sequence[tuple[int, tuple[Cell, ...]]]
    below: Sequence[tuple[int, tuple[Cell, ...]]]
    number: int
    unit: str = ""


def understand_list(sheets: Sequence[ListSheet], answers: ListAnswers) -> PartsList:
    """What a file is as a parts list.

    Args:
        sheets: of the file.
        answers: what whoever sent it says.

    Raises:
        Invalid: nothing is in it, or more than a list may have.
    """
    at = _choose_sheet(sheets, answers)
    sheet = sheets[at]
    if not sheet.rows:
        raise Invalid("%(name)s is empty. Its first row must name the columns.", name=sheet.name)
    layout = _find_layout(sheet, answers)
    if sheet.is_cut or len(layout.below) > MAX_NODES:
        raise Invalid("This list is too long. Split it: at most %(most)s rows.", most=MAX_NODES)
    names = tuple(one.label for one in sheets)
    return _read_layout(sheet, layout, answers, at=at, names=names)


def _choose_sheet(sheets: Sequence[ListSheet], answers: ListAnswers) -> int:
    """The sheet that was chosen, else the one whose header means most."""
    if answers.sheet is not None and 0 <= answers.sheet < len(sheets):
        return answers.sheet
    scores = []
    for at, sheet in enumerate(sheets):
        header = find_header(PARTS_LIST, _read_head_texts(sheet), {})
        scores.append((header.score if header else 0.0, -at))
    return -max(scores)[1]


def _read_head_texts(sheet: ListSheet) -> list[list[str]]:
    """The first rows as texts of one line: a header may break in its cell."""
    return [
        [" ".join(text_of(cell).split()) for cell in cells] for _, cells in sheet.rows[:HEAD_ROWS]
    ]


def _find_layout(sheet: ListSheet, answers: ListAnswers) -> _Layout:
    chosen = dict(answers.columns)
    header = find_header(PARTS_LIST, _read_head_texts(sheet), chosen)
    wide = max(len(cells) for _, cells in sheet.rows)
    if header is None or not _is_header(header, wide):
        header = _make_up_header(sheet, wide, chosen)
        return _Layout(header=header, above=(), below=sheet.rows, number=0)
    below = sheet.rows[header.at + 1 :]
    matches, unit = _refine_matches(header, below, chosen)
    header = replace(header, matches=matches)
    number = sheet.rows[header.at][0]
    above = sheet.rows[: header.at]
    return _Layout(header=header, above=above, below=below, number=number, unit=unit)


def _is_header(header: HeaderRow, wide: int) -> bool:
    """Whether a row names columns: several, or one beside others that are no numbers."""
    if len(header.columns) >= min(LEAST_COLUMNS, wide):
        return True
    return bool(header.columns) and not any(any(map(str.isdigit, text)) for text in header.cells)


def _make_up_header(sheet: ListSheet, wide: int, chosen: dict[str, str]) -> HeaderRow:
    """The columns A, B, C of a list without headers: a number, a name and a quantity are seen."""
    names = [ascii_uppercase[at % 26] * (at // 26 + 1) for at in range(wide)]
    guessed: dict[str, int] = {}
    for at in range(wide):
        texts = [text_of(cells[at]).strip() for _, cells in sheet.rows if at < len(cells)]
        texts = [text for text in texts if text]
        if texts and all(re.fullmatch(r"[0-9.,' ]+", text) for text in texts):
            if "part_number" in guessed or "name" in guessed:
                guessed.setdefault("quantity", at)
        elif texts and any(re.search(r"[0-9]", text) for text in texts):
            guessed.setdefault("part_number", at)
        elif texts:
            guessed.setdefault("name", at)
    means = {names[at]: column for column, at in guessed.items()} | chosen
    matches = tuple(
        HeaderMatch(column=means[name], confidence=0.5)
        if means.get(name) in PARTS_LIST.names
        else None
        for name in names
    )
    return HeaderRow(at=-1, cells=tuple(names), matches=matches)


def _refine_matches(
    header: HeaderRow, below: Sequence[tuple[int, tuple[Cell, ...]]], chosen: dict[str, str]
) -> tuple[tuple[HeaderMatch | None, ...], str]:
    """What headers mean beside each other, and the unit that the header of a quantity says.

    ``Description`` beside ``Name`` is what specifies it; ``数量(kg)`` says its unit; where nothing
    is called a part's number, positions that are no numbers are.
    """
    matches = list(header.matches)
    present = {match.column for match in matches if match}
    unit = ""
    for at, (cell, match) in enumerate(zip(header.cells, matches, strict=True)):
        if match is not None or cell.strip() in chosen or not cell.strip():
            continue
        own = match_header(PARTS_LIST, cell)
        word, behind = split_header(cell)
        meant = words_of(LIST_NAME).get(fold_name(word), ("", 0))[0] if word else ""
        if own and own.column == "name" and "specification" not in present:
            matches[at] = HeaderMatch(column="specification", confidence=0.9)
        elif meant in QUANTITIES and find_unit(behind) and meant not in present:
            matches[at] = HeaderMatch(column=meant, confidence=1.0)
            unit = behind
        elif meant == "tax_percent" and behind == "%" and meant not in present:
            matches[at] = HeaderMatch(column=meant, confidence=1.0)
        found = matches[at]
        present |= {found.column} if found else set()
    position = next((at for at, one in enumerate(matches) if one and one.column == "position"), -1)
    if "part_number" not in present and position >= 0:
        texts = [text_of(cells[position]).strip() for _, cells in below if position < len(cells)]
        if any(map(_LETTER.search, texts)) and sum(
            _PLAIN_POSITION.fullmatch(text) is None for text in texts
        ) * 2 > len(list(filter(None, texts))):
            matches[position] = HeaderMatch(column="part_number", confidence=0.9)
    return tuple(matches), unit


def _read_layout(
    sheet: ListSheet, layout: _Layout, answers: ListAnswers, *, at: int, names: tuple[str, ...]
) -> PartsList:
    header = layout.header
    scan = TableScan(PARTS_LIST, header)
    kept, skipped = _sift_rows(layout)
    scan.sieve = None
    scan.look_at((number, list(cells)) for number, cells in kept)
    places = {match.column: at for at, match in enumerate(header.matches) if match}
    currencies = {match.currency for match in header.matches if match and match.currency}
    reader = RowReader(
        places=places,
        habits=_conclude_habits(scan, answers),
        header_unit=layout.unit,
        header_currency=currencies.pop() if len(currencies) == 1 else "",
    )
    lines = tuple(reader.read(number, cells) for number, cells in kept)
    head = _read_head(layout, lines, skipped, answers)
    columns = tuple(
        ListColumn(
            at=place,
            header=cell.strip()[:100],
            means=match.column if match else "",
            samples=tuple(scan.columns[place].samples) if match else _take_samples(kept, place),
        )
        for place, (cell, match) in enumerate(zip(header.cells, header.matches, strict=True))
        if cell.strip()
    )
    return PartsList(
        name=sheet.name,
        sheet=at,
        sheets=names,
        header_row=layout.number,
        encoding=sheet.encoding,
        columns=columns,
        head=head,
        lines=lines,
        skipped=tuple((number, text) for number, text, _ in skipped),
        counting=_see_header_counting(places),
        questions=tuple(_list_questions(lines)),
    )


def _take_samples(rows: Sequence[tuple[int, tuple[Cell, ...]]], at: int) -> tuple[str, ...]:
    texts = (text_of(cells[at]).strip()[:60] for _, cells in rows if at < len(cells))
    return tuple(dict.fromkeys(filter(None, texts)))[:3]


def _see_header_counting(places: dict[str, int]) -> Counting:
    if "quantity" in places:
        return ""
    if "quantity_each" in places:
        return "each"
    return "total" if "quantity_total" in places else ""


def _conclude_habits(scan: TableScan, answers: ListAnswers) -> dict[str, Habits]:
    """How numbers and days are written, by column. What the separator of columns is proves nothing.

    A quantity of a CAD system is written ``1,000`` and means one as often as a thousand.
    """
    habits = {}
    for one in scan.columns.values():
        numbers = NumberHabit.UNKNOWN
        if one.column.type in NUMBER_TYPES:
            numbers = conclude(frozenset(one.marks), scan.marks, "")
            if answers.numbers is not None and not numbers.is_proved:
                numbers = answers.numbers
        habits[one.column.name] = Habits(numbers=numbers, days=answers.days)
    return habits


def _sift_rows(
    layout: _Layout,
) -> tuple[list[tuple[int, tuple[Cell, ...]]], list[tuple[int, str, bool]]]:
    """The rows that are lines, and the others: number, text, whether it is a remark."""
    header = layout.header
    is_own = {cell for cell in header.cells if cell} <= {*EXPORTED_NAMES}
    sieve = None if is_own or layout.number == 0 else RowSieve(header, PARTS_LIST)
    places = {match.column: at for at, match in enumerate(header.matches) if match}
    labels = [places[name] for name in ("position", "name") if name in places]
    kept, skipped = [], []
    for number, cells in layout.below[:MAX_SHEET_ROWS]:
        texts = [text_of(cell) for cell in cells]
        filled = [text.strip() for text in texts if text.strip()]
        if not filled:
            continue
        is_alone = len(set(filled)) == 1
        if sieve is None:
            kept.append((number, cells))
        elif sieve.drops(texts):
            skipped.append((number, _join_texts(filled), is_alone))
        elif any(_is_total(texts, at) for at in labels):
            sieve.is_below_total = True
            skipped.append((number, _join_texts(filled), False))
        elif is_alone and len(places) >= LEAST_TABLE_COLUMNS and not _is_line(texts, places):
            skipped.append((number, _join_texts(filled), sieve.is_below_total))
        else:
            kept.append((number, cells))
    return kept, skipped


def _join_texts(texts: Sequence[str]) -> str:
    return " ".join(dict.fromkeys(texts))


def _is_total(texts: Sequence[str], at: int) -> bool:
    return at < len(texts) and re.sub(r"[\s:：]+", "", texts[at]).lower() in TOTALS


def _is_line(texts: Sequence[str], places: dict[str, int]) -> bool:
    """Whether the one cell that a row has is a part's number: a line of which all else lacks."""
    at = places.get("part_number", -1)
    return 0 <= at < len(texts) and bool(texts[at].strip())


def _read_head(
    layout: _Layout,
    lines: Sequence[ListLine],
    skipped: Sequence[tuple[int, str, bool]],
    answers: ListAnswers,
) -> ListHead:
    reader = HeadReader(answers.days)
    reader.take_rows([cells for _, cells in layout.above])
    for _, text, is_remark in skipped:
        if is_remark:
            reader.take_remark(text)
    present = {match.column: "" for match in layout.header.matches if match}
    rates = {line.tax_percent for line in lines}
    head = reader.conclude(
        basis=find_basis(present), tax_percent=rates.pop() if len(rates) == 1 else ""
    )
    currencies = {line.currency for line in lines if line.currency}
    if not head.currency and len(currencies) == 1:
        head = replace(head, currency=currencies.pop())
    return head


def _list_questions(lines: Sequence[ListLine]) -> Iterator[ListQuestion]:
    """What two readings of cells leave open, once for the list."""
    asked: dict[str, dict[str, None]] = {}
    for line in lines:
        for fault in line.faults:
            if fault.readings:
                kind = "days" if fault.field == "need_by" else "numbers"
                asked.setdefault(kind, {})[fault.text] = None
    for kind in ("numbers", "days"):
        if kind in asked:
            samples = tuple(asked[kind])[:SHOWN_ITEMS]
            yield ListQuestion(kind=kind, samples=samples)  # type: ignore[arg-type]
