"""When we work: weekdays, holidays, shutdowns, and the firm's time zone."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from supplychain.actions.capacity import calendars
from supplychain.actions.capacity.calendars import CalendarView
from supplychain.graph.engine.driver import graph
from supplychain.model.calendars.holidays import CHINESE, ENGLISH, list_countries
from supplychain.model.calendars.work_calendar import ALL_WEEKDAYS
from supplychain.model.calendars.zones import list_zones
from supplychain.web.access.policy import actor, policy
from supplychain.web.input import versions
from supplychain.web.input.forms import Shown, load, nested, say_done, submit
from supplychain.web.pages.i18n import language, name_countries
from supplychain.web.schemas.calendars import CalendarForm

bp = Blueprint("calendars", __name__)


@bp.get("/firm/calendar")
@policy("member", roles=("seller", "viewer"))
def edit() -> str:
    """When the firm works, and the holidays that come."""
    shown = _show_calendar()
    values = {
        "time_zone": shown.time_zone,
        "country": shown.country,
        "weekdays": list(shown.weekdays),
        "shutdowns": "\n".join(
            f"{each.starts_on}"
            if each.starts_on == each.ends_on
            else f"{each.starts_on} – {each.ends_on}"
            for each in shown.shutdowns
        ),
        "extra_days": "\n".join(map(str, shown.extra_days)),
        "version": shown.version,
    }
    return _render_page(Shown(values=values), shown)


def _show_calendar() -> CalendarView:
    names = CHINESE if language() == "zh" else ENGLISH
    return calendars.show(graph(), by=actor(), language=names)


def _render_page(form: Shown, shown: CalendarView | None = None) -> str:
    return render_template(
        "calendars/edit.html",
        form=form,
        shown=shown or _show_calendar(),
        zones=list_zones(),
        countries=name_countries(list_countries()),
        chosen={str(each) for each in form.value("weekdays") or ()},
        weekdays=[str(each) for each in ALL_WEEKDAYS],
        may_change=actor().role in ("owner", "seller"),
    )


@bp.post("/firm/calendar")
@policy("member", roles=("seller",))
def change() -> Response:
    """State it anew."""

    def change_calendar() -> Response:
        version = versions.from_form()
        values = nested(request.form, lists=("weekdays",))
        values.pop("version", None)
        choice = load(CalendarForm(), values)
        calendars.change(graph(), choice, version=version, by=actor())
        return say_done("Saved. Promises go by it from now on.", "calendars.edit")

    return submit(change_calendar, _render_page)
