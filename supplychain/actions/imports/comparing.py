"""Which rows are new, changed or as they were; only the first two are written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from supplychain.actions.imports.cells import LISTS
from supplychain.actions.imports.checking import Sheet
from supplychain.actions.imports.report import TableCount

Refusal: TypeAlias = tuple[str, str] | tuple[str, str, dict[str, object]]
"""The column, the message and, if it has any, its values."""
Judge: TypeAlias = Callable[[list[Any], list[Any] | None], Refusal | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Upserts:
    """Rows to write, in the order of the table's fields, and counts of the file's rows."""

    new: list[list[Any]] = field(default_factory=list)
    changed: list[list[Any]] = field(default_factory=list)
    was: list[list[Any]] = field(default_factory=list)
    """What the changed rows were, in the same order."""
    counts: dict[str, int] = field(default_factory=lambda: {"new": 0, "changed": 0, "unchanged": 0})

    def count_rows(self, sheet: Sheet) -> TableCount:
        """The counts of a table for the report."""
        bad = len(sheet.bad)
        return TableCount(table=sheet.table.name, rows=len(sheet), bad=bad, **self.counts)


def compare_rows(
    sheet: Sheet,
    old: Callable[[Any], list[Any] | None],
    judge: Judge | None,
    extra: Callable[[list[Any]], list[Any]] | None = None,
) -> Upserts:
    """Compare the good rows with what is there.

    Args:
        sheet: checked rows.
        old: the graph's row of a key.
        judge: may refuse a row, which makes it bad.
        extra: adds one field that follows from the row.
    """
    upserts = Upserts()
    fill = _make_filler(sheet)
    width = len(sheet.table.columns) + (extra is not None)
    keys = sheet.row_keys()
    for place, cells in _enumerate_rows(sheet):
        if place in sheet.bad:
            continue
        was = old(keys[place])
        row = fill(cells, was)
        if extra is not None:
            row = extra(row)
        if judge is not None and (refused := judge(row, was)):
            _refuse_row(sheet, place, refused)
            continue
        if was is None:
            upserts.new.append(row)
        elif row != was[:width]:
            upserts.changed.append(row)
            upserts.was.append(was)
    _set_counts(upserts, len(sheet) - len(sheet.bad))
    return upserts


def _refuse_row(sheet: Sheet, index: int, refused: Refusal) -> None:
    column, message, *values = refused
    sheet.refuse_row(index, column, message, **(values[0] if values else {}))


def _set_counts(upserts: Upserts, good: int) -> None:
    new, changed = len(upserts.new), len(upserts.changed)
    upserts.counts.update(new=new, changed=changed, unchanged=good - new - changed)


def _enumerate_rows(sheet: Sheet) -> Iterator[tuple[int, tuple[Any, ...]]]:
    empty = [None] * len(sheet)
    columns = [
        sheet.comparable_column(name) if name in sheet.columns else empty
        for name in sheet.table.names
    ]
    return enumerate(zip(*columns, strict=True))


def _make_filler(sheet: Sheet) -> Callable[[tuple[Any, ...], list[Any] | None], list[Any]]:
    """Fills empty cells: what is there for columns that keep it, else the default."""
    columns = list(enumerate(sheet.table.columns))
    keeps = [place for place, c in columns if c.keeps or c.name not in sheet.columns]
    defaults = [(place, c.default) for place, c in columns if c.default is not None]
    defaults += [(place, []) for place, c in columns if c.type in LISTS]

    def fill_row(cells: tuple[Any, ...], was: list[Any] | None) -> list[Any]:
        row = list(cells)
        if was is not None:
            for place in keeps:
                if row[place] is None:
                    row[place] = was[place]
        for place, default in defaults:
            if row[place] is None:
                row[place] = default
        return row

    return fill_row


def compare_offers(
    sheet: Sheet, old: Callable[[Any], list[Any] | None], judge: Judge | None
) -> Upserts:
    """``compare`` for offers: the rows of one firm and part are one price list, taken whole.

    A row to write is [firm, part, from, prices, currency, moq, …], two of them lists.
    """
    upserts = Upserts()
    fill = _make_filler(sheet)
    for places, rows in _price_lists(sheet):
        was = old((rows[0][0], rows[0][1]))
        filled = [fill(row, _step_of(was)) for row in rows]
        first = filled[0]
        odd = next((row for row in filled if row[4:] != first[4:]), None)
        refused = judge(first, was) if judge else None
        if odd is not None:
            refused = ("currency", _UNLIKE)
        if refused or any(place in sheet.bad for place in places):
            _refuse_all(sheet, places, refused or ("firm_id", _OTHER_STEP))
            continue
        steps = sorted((row[2], row[3]) for row in filled)
        row = [*first[:2], [step[0] for step in steps], [step[1] for step in steps], *first[4:]]
        if was is None:
            upserts.new.append(row)
            upserts.counts["new"] += len(places)
        elif row != was:
            upserts.changed.append(row)
            upserts.counts["changed"] += len(places)
        else:
            upserts.counts["unchanged"] += len(places)
    return upserts


_UNLIKE = "The steps of one offer may differ in min_quantity and unit_price only."
_OTHER_STEP = "Another step of this offer is bad; a price list is taken whole."


def _refuse_all(sheet: Sheet, places: list[int], refused: Refusal) -> None:
    for place in places:
        if place not in sheet.bad:
            _refuse_row(sheet, place, refused)


def _step_of(was: list[Any] | None) -> list[Any] | None:
    return None if was is None else [was[0], was[1], None, None, *was[4:]]


def _price_lists(sheet: Sheet) -> list[tuple[list[int], list[tuple[Any, ...]]]]:
    lists: dict[tuple[Any, Any], tuple[list[int], list[tuple[Any, ...]]]] = {}
    for place, row in _enumerate_rows(sheet):
        places, rows = lists.setdefault((row[0], row[1]), ([], []))
        places.append(place)
        rows.append(row)
    return [entry for key, entry in lists.items() if None not in key]
