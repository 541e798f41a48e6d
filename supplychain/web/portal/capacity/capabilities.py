"""What we make: the firm's own capabilities with their load, beside its standing prices."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from supplychain.actions.capacity import capabilities, offers
from supplychain.errors import Stale
from supplychain.graph.capacity import capabilities as reading
from supplychain.graph.capacity import holds
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.transactions import read
from supplychain.model.ids import utc_now
from supplychain.model.weeks import monday_of, week_of
from supplychain.web.access import once
from supplychain.web.access.policy import actor, policy
from supplychain.web.input.forms import Shown, load, nested, submit
from supplychain.web.pages.i18n import translate
from supplychain.web.schemas.capabilities import CapabilityChangeIn, CapabilityIn
from supplychain.web.schemas.parts_requests.requirements import spoken

bp = Blueprint("capabilities", __name__)
WEEKS = 8
FIELDS = (
    "category", "weekly_capacity", "min_lot", "max_lot", "lead_days", "lot_size", "processes",
    "materials", "length_mm", "width_mm", "height_mm", "weight_kg", "tolerance_linear",
    "tolerance_geometrical", "version",
)  # fmt: skip


@bp.get("/capabilities")
@policy("member", roles=("seller", "viewer"))
def index() -> str:
    """What the firm makes, how full the coming weeks are, and its standing prices."""
    week = week_of(utc_now().date())
    found = capabilities.list_own(graph(), by=actor())
    return render_template(
        "capabilities/index.html",
        rows=[(each, each.load(week, WEEKS)) for each in found],
        held=_held(),
        offers=offers.list_own(graph(), by=actor(), limit=200),
        may_write=actor().role in ("owner", "seller"),
    )


@bp.get("/capabilities/new")
@policy("member", roles=("seller",))
def new() -> str:
    """The form to add a category."""
    return _form(Shown())


@bp.post("/capabilities")
@policy("member", roles=("seller",))
def add() -> Response:
    """Add a category."""

    def do() -> Response:
        given = load(CapabilityIn(), nested(request.form))
        key = once.from_form("add_capability")
        capabilities.add_capability(graph(), **given, by=actor(), once=key)
        return _done("Added. You will be ranked for this category from now on.")

    return submit(do, _form)


@bp.get("/capabilities/<path:id>")
@policy("member", roles=("seller",), thing="capability", seen_by=("owner",))
def edit(id: str) -> str:
    """The form to change one."""
    found = capabilities.get(graph(), id, by=actor())
    values: dict[str, Any] = {name: _typed(getattr(found, name)) for name in FIELDS}
    values["certificates"] = ", ".join(" ".join(pair).strip() for pair in found.held_until())
    return _form(Shown(values=values), id)


def _typed(value: Any) -> Any:
    """A stored value as its field shows it; known terms in the reader's language."""
    if isinstance(value, tuple):
        return ", ".join(spoken(one) for one in value)
    return "" if value is None else value


@bp.post("/capabilities/<path:id>")
@policy("member", roles=("seller",), thing="capability", seen_by=("owner",))
def change(id: str) -> Response:
    """Change one."""

    def do() -> Response:
        values = nested(request.form)
        version = as_version(values.pop("version", ""))
        given = load(CapabilityChangeIn(), values)
        capabilities.change_capability(graph(), id, **given, version=version, by=actor())
        return _done("Saved.")

    return submit(do, lambda form: _form(form, id))


@bp.post("/capabilities/<path:id>/removal")
@policy("member", roles=("seller",), thing="capability", seen_by=("owner",))
def remove(id: str) -> Response:
    """Take one off the list."""

    def do() -> Response:
        version = as_version(request.form.get("version"))
        capabilities.remove_capability(graph(), id, version=version, by=actor())
        return _done("Removed.")

    return submit(do, lambda form: _form(form, id))


def as_version(given: object) -> int:
    """The version that a form was opened with.

    Raises:
        Stale: it is none.
    """
    text = str(given or "")
    if not text.isascii() or not text.isdigit() or len(text) > 12:
        raise Stale
    return int(text)


def _held() -> dict[str, list[dict[str, Any]]]:
    """What bids of the firm hold, by capability, with the first and last Monday."""
    today, found = utc_now().date(), dict[str, list[dict[str, Any]]]()
    for each in read(graph(), holds.list_own, viewer=actor().firm_id, today=today):
        days = {name: monday_of(each[f"{name}_week"]) for name in ("first", "last")}
        found.setdefault(each["capability_id"], []).append({**each, **days})
    return found


def _form(form: Shown, id: str = "") -> str:
    present = capabilities.get(graph(), id, by=actor()) if id else None
    week = week_of(utc_now().date())
    return render_template(
        "capabilities/form.html",
        form=form,
        present=present,
        load=present.load(week, WEEKS) if present else [],
        categories=read(graph(), reading.list_categories),
    )


def _done(message: str) -> Response:
    flash(translate(message), "success")
    return redirect(url_for("capabilities.index"))
