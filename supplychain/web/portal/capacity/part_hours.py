"""Which parts of one of the firm's categories take hours of their own."""

from __future__ import annotations

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from supplychain.actions.capacity import capabilities, part_hours
from supplychain.graph.capacity import offers as reading
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.reading import together
from supplychain.graph.engine.transactions import read
from supplychain.model.money import from_e4, plain_text
from supplychain.web.access.policy import actor, policy
from supplychain.web.access.reader_days import reader_today
from supplychain.web.input import versions
from supplychain.web.input.forms import Shown, load_form, say_done, submit
from supplychain.web.schemas.capabilities import PartHoursIn

bp = Blueprint("part_hours", __name__)
BLANK_ROWS = 3
"""Empty rows below those that are filled."""


@bp.get("/capabilities/<path:id>/part-hours")
@policy("member", roles=("seller",), thing="capability", seen_by=("owner",))
def edit(id: str) -> str:
    """The form with all of them."""
    return _render_form(None, id)


@bp.post("/capabilities/<path:id>/part-hours")
@policy("member", roles=("seller",), thing="capability", seen_by=("owner",))
def change(id: str) -> Response:
    """State them anew."""

    def state_part_hours() -> Response:
        items = load_form(PartHoursIn())["items"]
        version = versions.from_form()
        part_hours.state_part_hours(graph(), id, items, version=version, by=actor())
        return say_done("Saved.", "capabilities.index")

    return submit(state_part_hours, lambda form: _render_form(form, id))


def _render_form(form: Shown | None, id: str) -> str:
    present, stated, parts = together(
        lambda: capabilities.get(graph(), id, by=actor(), today=reader_today()),
        lambda: part_hours.list_part_hours(graph(), id, by=actor()),
        lambda: read(graph(), reading.list_parts, viewer=actor().firm_id),
    )
    if form is None:
        rows = [
            {"part_id": one.part_id, "hours_per_piece": plain_text(from_e4(one.hours_e4))}
            for one in stated
        ]
        form = Shown(values={"items": rows, "version": present.version})
    return render_template(
        "capabilities/part_hours.html",
        form=form,
        present=present,
        parts=parts,
        names={one.part_id: one.part_name for one in stated},
        shown_rows=len(form.values.get("items") or []) + BLANK_ROWS,
    )
