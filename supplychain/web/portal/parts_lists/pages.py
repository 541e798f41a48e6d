"""The pages of a list: where it is chosen, what was understood of it, its lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from flask import render_template

from supplychain.actions.parts_lists.drafting import DraftedLines
from supplychain.actions.parts_lists.files import MAX_FILE_BYTES
from supplychain.actions.parts_lists.looking import ListReading
from supplychain.actions.parts_lists.sheets import pack_sheets
from supplychain.errors import FieldError, Invalid
from supplychain.graph.categories import categories
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.transactions import read
from supplychain.model.money import CURRENCIES
from supplychain.model.parts_lists.columns import PARTS_LIST, SHOWN_NAMES
from supplychain.model.parts_lists.lists import ListFault
from supplychain.model.parts_requests.parts_request import MAX_LINES, PartsRequest
from supplychain.model.reading.numbers import unambiguous_text
from supplychain.model.units import UNITS, find_unit
from supplychain.web.access.policy import actor
from supplychain.web.input.forms import Shown
from supplychain.web.pages.filters import exact_text
from supplychain.web.pages.i18n import translate
from supplychain.web.portal.parts_lists.asked import SentPage
from supplychain.web.schemas.parts_requests.parts_requests import fill_request_form

OWN_FIELDS: Final = {
    "number": "part_id",
    "drawing": "description",
    "name": "description",
    "specification": "description",
    "remark": "description",
    "level": "description",
}
"""The field of the page for a column of the file, where it is called otherwise."""
MORE_NAMES: Final = (
    "certificates", "target_price", "process", "material", "length_mm", "width_mm", "height_mm",
    "weight_kg", "tolerance_linear", "tolerance_geometrical", "regions", "routing", "conversions",
    "over_percent",
)  # fmt: skip
"""Fields of a line that are shown where the list says anything of them."""
MEGABYTE_BYTES: Final = 1024 * 1024


def start_page(shown: Shown, *, request_id: str, stored: PartsRequest | None) -> str:
    """Where a file is chosen, or rows are pasted."""
    return render_template(
        "parts_lists/new.html",
        form=shown,
        request_id=request_id,
        stored=stored,
        megabytes=MAX_FILE_BYTES // MEGABYTE_BYTES,
        most_lines=MAX_LINES,
    )


def pick_page(page: SentPage, reading: ListReading, error: Invalid | None = None) -> str:
    """The tree of a list, of which the reader picks what to buy."""
    picked = page.values.get("picked")
    chosen = (
        set(picked)
        if picked is not None
        else {str(at) for at, node in enumerate(reading.tree.nodes) if not node.has_parts}
    )
    return render_template(
        "parts_lists/pick.html",
        **_list_common(page, reading, Shown(values=page.values, error=error)),
        tree=reading.tree,
        chosen=chosen,
    )


def lines_page(
    page: SentPage, reading: ListReading, error: Invalid | None = None, *, typed: bool = False
) -> str:
    """The lines that a list comes to, each cell to be mended in place.

    Args:
        page: what was sent.
        reading: the list.
        error: what refused the lines.
        typed: the lines are as they were typed; else as they stand in the list.
    """
    if typed:
        values = {**page.values, "lines": page.kept_lines()}
        faults: dict[str, ListFault] = {}
    else:
        drafted = reading.drafted
        values = {**fill_request_form(drafted.content), **_drop_lines(page.values)}
        faults = _mark_faults(drafted)
        each = zip(values["lines"], drafted.content.lines, drafted.rows, strict=True)
        for line, own, rows in each:
            line["quantity"] = exact_text(own.quantity) if own.quantity else ""
            line["target_price"] = own.target_price and unambiguous_text(own.target_price)
            line["row"] = ", ".join(map(str, rows[:4]))
            line["uom"] = _show_word(line["uom"])
    lines = values["lines"]
    shown_more = [
        name
        for name in MORE_NAMES
        if any(line.get(name) for line in lines) or any(key.endswith(f"-{name}") for key in faults)
    ]
    return render_template(
        "parts_lists/lines.html",
        **_list_common(page, reading, Shown(values=values, error=error)),
        lines=lines,
        faults=faults,
        likely=_list_likely(reading, typed=typed),
        more_names=shown_more,
        names=SHOWN_NAMES,
        stored=page.find_draft(),
        currencies=CURRENCIES,
        categories=read(graph(), categories.list_visible, viewer=actor().firm_id),
        units=[unit.symbol for unit in UNITS],
    )


def _show_word(code: str) -> str:
    """A unit as its reader writes it, where that is read as the same unit."""
    unit = find_unit(code)
    if unit is None:
        return code
    words = (translate(unit.symbol), unit.symbol)
    return next((word for word in words if find_unit(word) is unit), code)


def _list_likely(reading: ListReading, *, typed: bool) -> Mapping[int, object]:
    return {} if typed else {one.line: one for one in reading.drafted.likely}


def _drop_lines(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name != "lines"}


def _mark_faults(drafted: DraftedLines) -> dict[str, ListFault]:
    """Faults by the name of their field, which stays empty: nobody takes their text unmended."""
    marked: dict[str, ListFault] = {}
    for one in drafted.faults:
        name = OWN_FIELDS.get(one.fault.field, one.fault.field)
        marked.setdefault(f"lines-{one.line}-{name}", one.fault)
    return marked


def _list_common(page: SentPage, reading: ListReading, shown: Shown) -> dict[str, Any]:
    return {
        "form": shown,
        "read": reading.read,
        "questions": reading.questions,
        "is_flat": reading.tree.is_flat,
        "packed": pack_sheets(page.sheets),
        "request_id": page.request_id,
        "column_names": PARTS_LIST.names,
        "shown_names": SHOWN_NAMES,
        "most_lines": MAX_LINES,
        "say": _say_fault,
    }


def _say_fault(fault: ListFault) -> str:
    return translate(fault.message, **dict(fault.values))


def shift_errors(error: Invalid, first: int) -> Invalid:
    """A refusal of the lines of a draft, counted from the first that is new."""
    errors = []
    for one in error.errors:
        parts = one.pointer.split("/")
        if len(parts) > 2 and parts[1] == "lines" and parts[2].isdigit():
            parts[2] = str(max(0, int(parts[2]) - first))
        errors.append(replace(one, pointer="/".join(parts)))
    return Invalid(errors=tuple(errors) or (FieldError(pointer="", message=error.message),))
