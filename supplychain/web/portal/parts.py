"""Parts that the reader's firm designs, and one part with what it weighs and converts to."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from supplychain.actions import parts as actions
from supplychain.actions.capacity import capabilities
from supplychain.graph import parts
from supplychain.graph.capacity import part_hours
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.reading import together
from supplychain.graph.engine.transactions import read
from supplychain.model.parts import TradedPart
from supplychain.web.access.policy import actor, policy
from supplychain.web.access.reader_days import reader_today
from supplychain.web.input import cursors, versions
from supplychain.web.input.forms import Shown, load_form, say_done, submit
from supplychain.web.pages.filters import show_conversions
from supplychain.web.schemas.parts import PartIn

bp = Blueprint("parts", __name__)


@bp.get("/parts")
@policy("member")
def index() -> str:
    """The parts of the reader's firm, by id, searched by id and name."""
    after, limit = cursors.id_window()
    text = request.args.get("text", "")[:200]
    found = read(
        graph(), parts.list_own, viewer=actor().firm_id, text=text, after=after, limit=limit + 1
    )
    return render_template(
        "parts/index.html",
        text=text,
        page=cursors.page(found, limit, lambda part: [part.id]),
        may_change=_may_change(),
    )


@bp.get("/parts/<path:id>")
@policy("member", thing="part", seen_by=("designer", "trader"))
def show(id: str) -> str:
    """One part: as a form for its designer, told for who trades in it."""
    return _render_part(None, id)


@bp.post("/parts/<path:id>")
@policy("member", roles=("buyer", "seller"), thing="part", seen_by=("designer", "trader"))
def change(id: str) -> Response:
    """Say it anew."""

    def change_part() -> Response:
        version = versions.from_form()
        actions.change_part(graph(), id, **load_form(PartIn()), version=version, by=actor())
        return say_done("Saved. New lines for it start with this.", "parts.index")

    return submit(change_part, lambda form: _render_part(form, id))


def _render_part(form: Shown | None, id: str) -> str:
    by = actor()
    part, hours, own = together(
        lambda: read(graph(), parts.get, id, viewer=by.firm_id),
        lambda: read(graph(), part_hours.read_of_part, id, [by.firm_id]),
        lambda: capabilities.list_own(graph(), by=by, today=reader_today()),
    )
    stated = [
        (one, hours.get(one.id, {}).get(id))
        for one in own
        if (one.hours and one.category_id == part.category_id) or one.id in hours
    ]
    return render_template(
        "parts/show.html",
        part=part,
        form=form or _fill_form(part),
        hours=stated,
        may_change=part.is_own and _may_change(),
        may_sell=by.role in ("owner", "seller"),
        may_buy=by.role in ("owner", "buyer"),
    )


def _fill_form(part: TradedPart) -> Shown:
    values = {
        "name": part.name,
        "weight_kg": part.weight_text,
        "conversions": show_conversions(part.conversions, part.uom),
        "version": part.version,
    }
    return Shown(values=values)


def _may_change() -> bool:
    return actor().role in ("owner", "buyer", "seller")
