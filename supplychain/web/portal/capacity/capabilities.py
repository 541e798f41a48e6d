"""What we make: the firm's own capabilities with their load, beside its standing prices."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from supplychain.actions.capacity import capabilities, offers
from supplychain.actions.categories.entering import propose_kept
from supplychain.graph.capacity import holds
from supplychain.graph.categories import categories
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.reading import together
from supplychain.graph.engine.transactions import read
from supplychain.model.capabilities import Capability
from supplychain.model.capacity.holds import HeldCapacity
from supplychain.model.money import from_e4
from supplychain.model.weeks import week_of
from supplychain.web.access import once
from supplychain.web.access.policy import actor, policy
from supplychain.web.access.reader_days import reader_today
from supplychain.web.input import versions
from supplychain.web.input.forms import Shown, list_kept_as_typed, load_form, say_done, submit
from supplychain.web.schemas.capabilities import HOURS, CapabilityChangeIn, CapabilityIn
from supplychain.web.schemas.parts_requests.requirements import spoken

bp = Blueprint("capabilities", __name__)
SHOWN_WEEKS = 8
MOST_SHOWN_WEEKS = 26
"""Weeks are shown to the last one that promises reach into, within half a year."""
FIELDS = (
    "category", "weekly_capacity", "min_lot", "max_lot", "lead_days", "lot_size", "processes",
    "materials", "length_mm", "width_mm", "height_mm", "weight_kg", "tolerance_linear",
    "tolerance_geometrical", "version",
)  # fmt: skip


@bp.get("/capabilities")
@policy("member", roles=("seller", "viewer"))
def index() -> str:
    """What the firm makes, how full the coming weeks are, and its standing prices."""
    today = reader_today()
    own, held, priced = together(
        lambda: capabilities.list_own(graph(), by=actor(), today=reader_today()),
        _list_held,
        lambda: offers.list_own(graph(), by=actor(), limit=200),
    )
    return render_template(
        "capabilities/index.html",
        rows=[(each, each.weekly_load(today, _count_weeks(each, today))) for each in own],
        held=held,
        offers=priced,
        today=today,
        may_write=actor().role in ("owner", "seller"),
    )


@bp.get("/capabilities/new")
@policy("member", roles=("seller",))
def new() -> str:
    """The form to add a category."""
    return _render_form(Shown())


@bp.post("/capabilities")
@policy("member", roles=("seller",))
def add() -> Response:
    """Add a category."""

    def add_capability() -> Response:
        propose_kept(graph(), list_kept_as_typed(request.form), by=actor())
        key = once.from_form("add_capability")
        capabilities.add_capability(graph(), **load_form(CapabilityIn()), by=actor(), once=key)
        return _return_to_list("Added. You will be ranked for this category from now on.")

    return submit(add_capability, _render_form)


@bp.get("/capabilities/<path:id>")
@policy("member", roles=("seller",), thing="capability", seen_by=("owner",))
def edit(id: str) -> str:
    """The form to change one."""
    capability = capabilities.get(graph(), id, by=actor(), today=reader_today())
    values = {name: _show_value(getattr(capability, name)) for name in FIELDS}
    values |= {name: _show_hours(getattr(capability, f"{name}_e4")) for name in HOURS}
    if capability.hours:
        values["weekly_capacity"] = ""
    values["certificates"] = ", ".join(" ".join(pair).strip() for pair in capability.held_until())
    return _render_form(Shown(values=values), id)


def _show_hours(hours_e4: int | None) -> str:
    return "" if hours_e4 is None else f"{from_e4(hours_e4).normalize():f}"


def _show_value(value: Any) -> Any:
    """A stored value as its field shows it; known terms in the reader's language."""
    if isinstance(value, tuple):
        return ", ".join(spoken(one) for one in value)
    return "" if value is None else value


@bp.post("/capabilities/<path:id>")
@policy("member", roles=("seller",), thing="capability", seen_by=("owner",))
def change(id: str) -> Response:
    """Change one."""

    def change_capability() -> Response:
        version = versions.from_form()
        profile = load_form(CapabilityChangeIn())
        capabilities.change_capability(graph(), id, **profile, version=version, by=actor())
        return _return_to_list("Saved.")

    return submit(change_capability, lambda form: _render_form(form, id))


@bp.post("/capabilities/<path:id>/removal")
@policy("member", roles=("seller",), thing="capability", seen_by=("owner",))
def remove(id: str) -> Response:
    """Take one off the list."""

    def remove_capability() -> Response:
        version = versions.from_form()
        capabilities.remove_capability(graph(), id, version=version, by=actor())
        return _return_to_list("Removed.")

    return submit(remove_capability, lambda form: _render_form(form, id))


def _count_weeks(shown: Capability, today: date) -> int:
    last = max((day for day, _ in shown.booked), default=0)
    return min(MOST_SHOWN_WEEKS, max(SHOWN_WEEKS, last // 7 - week_of(today) + 1))


def _list_held() -> dict[str, list[HeldCapacity]]:
    """What bids of the firm hold, by capability."""
    held: dict[str, list[HeldCapacity]] = {}
    today = reader_today()
    for one in read(graph(), holds.list_own, viewer=actor().firm_id, today=today):
        held.setdefault(one.capability_id, []).append(one)
    return held


def _render_form(form: Shown, id: str = "") -> str:
    present, beside = together(
        lambda: capabilities.get(graph(), id, by=actor(), today=reader_today()) if id else None,
        lambda: read(graph(), categories.list_visible, viewer=actor().firm_id),
    )
    today = reader_today()
    return render_template(
        "capabilities/form.html",
        form=form,
        present=present,
        load=present.weekly_load(today, _count_weeks(present, today)) if present else [],
        categories=beside,
    )


def _return_to_list(message: str) -> Response:
    return say_done(message, "capabilities.index")
