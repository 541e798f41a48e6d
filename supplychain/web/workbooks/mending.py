"""The sheet of a workbook that says what to mend, each with its cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from xlsxwriter.worksheet import Worksheet

from supplychain.model.workbooks import Spot, cell_name
from supplychain.web.workbooks.bilingual import Bilingual, Wording
from supplychain.web.workbooks.styles import Styles, set_up_print

ROW_POINTS: Final = 15
"""Height of a row with one line of text."""

COLUMNS: Final = ((Wording.of("Cell"), 12), (Wording.of("Field"), 30), (Wording.of("Problem"), 90))


@dataclass(frozen=True, slots=True, kw_only=True)
class Mending:
    """One thing that is wrong: where, what the cell is called, and the sentence."""

    sheet: str
    spot: Spot | None
    head: str
    text: str


def write_mending(
    sheet: Worksheet, entries: Sequence[Mending], words: Bilingual, styles: Styles
) -> None:
    """Write a row for each; the cell is a link to itself."""
    title = words.translate("What to mend", between=" · ")
    sheet.write_string(0, 0, title, styles.get("title"))
    hint = words.translate(
        "The cells are red, and say the same when you rest on them. Nothing of this file was kept.",
        between=" · ",
    )
    sheet.write_string(1, 0, hint, styles.get("hint"))
    for column, (message, width) in enumerate(COLUMNS):
        sheet.write_string(3, column, words.translate(message), styles.get("head"))
        sheet.set_column(column, column, width)
    for row, one in enumerate(entries, start=4):
        style = styles.get("plain")
        if one.spot is None:
            sheet.write_blank(row, 0, None, style)
        else:
            name = cell_name(one.spot)
            quoted = one.sheet.replace("'", "''")
            sheet.write_url(row, 0, f"internal:'{quoted}'!{name}", style, name)
        sheet.write_string(row, 1, one.head, style)
        sheet.write_string(row, 2, one.text, style)
        sheet.set_row(
            row, ROW_POINTS * max(len(each.splitlines()) for each in (one.head, one.text))
        )
    sheet.freeze_panes(4, 0)
    set_up_print(sheet, head_row=3)
