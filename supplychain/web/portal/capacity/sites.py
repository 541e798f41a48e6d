"""Further sites of the firm: what they make, and when."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from supplychain.actions.capacity import capabilities, sites
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.reading import together
from supplychain.model.calendars.holidays import list_countries
from supplychain.model.calendars.work_calendar import ALL_WEEKDAYS, Shutdown
from supplychain.model.calendars.zones import list_zones
from supplychain.model.capabilities import Capability
from supplychain.model.capacity.hours import hours_text
from supplychain.model.capacity.sites import WorkSite
from supplychain.web.access import once
from supplychain.web.access.policy import actor, policy
from supplychain.web.access.reader_days import reader_today
from supplychain.web.input import versions
from supplychain.web.input.forms import Shown, load, nested, say_done, submit
from supplychain.web.pages.i18n import name_countries
from supplychain.web.schemas.sites import SiteForm

bp = Blueprint("sites", __name__)


@bp.get("/firm/sites")
@policy("member", roles=("seller", "viewer"))
def index() -> str:
    """The further sites with what they make."""
    listed, own = together(
        lambda: sites.list_sites(graph(), by=actor()),
        lambda: capabilities.list_own(graph(), by=actor(), today=reader_today()),
    )
    return render_template(
        "sites/index.html",
        sites=listed,
        names={one.category_id: one.category for one in own},
        may_change=actor().role in ("owner", "seller"),
    )


@bp.get("/firm/sites/new")
@policy("member", roles=("seller",))
def new() -> str:
    """The form to add one."""
    return _render_form(Shown(values={"weekdays": list(ALL_WEEKDAYS)}))


@bp.post("/firm/sites")
@policy("member", roles=("seller",))
def add() -> Response:
    """Add one."""

    def add_site() -> Response:
        sites.add_site(graph(), **_load_site(), by=actor(), once=once.from_form("add_site"))
        return say_done("Added. Promises count with it from now on.", "sites.index")

    return submit(add_site, _render_form, lists=("weekdays",))


@bp.get("/firm/sites/<id>")
@policy("member", roles=("seller",), thing="site", seen_by=("owner",))
def edit(id: str) -> str:
    """The form to change one."""
    site, own = together(
        lambda: sites.get(graph(), id, by=actor()),
        lambda: capabilities.list_own(graph(), by=actor(), today=reader_today()),
    )
    values = {
        "name": site.name,
        "city": site.city,
        "time_zone": site.time_zone,
        "country": site.calendar.country,
        "weekdays": list(site.calendar.weekdays),
        "shutdowns": "\n".join(map(_write_shutdown, site.calendar.shutdowns)),
        "extra_days": "\n".join(map(str, site.calendar.extra_days)),
        "capacities": [_fill_capacity(each, site) for each in own],
        "version": site.version,
    }
    return _render_form(Shown(values=values), id, own)


def _write_shutdown(shut: Shutdown) -> str:
    days = dict.fromkeys((f"{shut.starts_on}", f"{shut.ends_on}"))
    return " – ".join(days)


def _fill_capacity(own: Capability, site: WorkSite) -> dict[str, Any]:
    work = site.work_of(own.category_id, in_hours=own.hours is not None)
    shown = (hours_text(work) if own.hours else str(work)) if work else ""
    return {"category_id": own.category_id, _field_of(own): shown}


def _field_of(own: Capability) -> str:
    return "weekly_hours" if own.hours else "weekly_capacity"


@bp.post("/firm/sites/<id>")
@policy("member", roles=("seller",), thing="site", seen_by=("owner",))
def change(id: str) -> Response:
    """State one anew."""

    def change_site() -> Response:
        version = versions.from_form()
        sites.change_site(graph(), id, **_load_site(), version=version, by=actor())
        return say_done("Saved. Promises go by it from now on.", "sites.index")

    return submit(change_site, lambda form: _render_form(form, id), lists=("weekdays",))


@bp.post("/firm/sites/<id>/removal")
@policy("member", roles=("seller",), thing="site", seen_by=("owner",))
def remove(id: str) -> Response:
    """Take one off the list."""

    def remove_site() -> Response:
        sites.remove_site(graph(), id, version=versions.from_form(), by=actor())
        return say_done("Removed.", "sites.index")

    return submit(remove_site, lambda form: _render_form(form, id))


def _load_site() -> dict[str, Any]:
    values = nested(request.form, lists=("weekdays",))
    values.pop("version", None)
    stated: Any = load(SiteForm(), values)
    return stated


def _render_form(form: Shown, id: str = "", own: list[Capability] | None = None) -> str:
    makes = capabilities.list_own(graph(), by=actor(), today=reader_today()) if own is None else own
    return render_template(
        "sites/edit.html",
        form=form,
        id=id,
        makes=[(each, _field_of(each)) for each in makes],
        zones=list_zones(),
        countries=name_countries(list_countries()),
        chosen={str(each) for each in form.value("weekdays") or ()},
        weekdays=[str(each) for each in ALL_WEEKDAYS],
        may_change=True,
    )
