"""When one's own firm works, and what day it is there."""

from __future__ import annotations

from supplychain.actions.capacity import calendars
from supplychain.actions.capacity.calendars import CalendarChoice, CalendarView
from supplychain.graph.engine.driver import graph
from supplychain.web.access.policy import actor, policy
from supplychain.web.api import Blueprint
from supplychain.web.input.versions import Versioned, if_match, with_etag
from supplychain.web.schemas.calendars import CalendarIn, CalendarOut

bp = Blueprint("calendars", description="When your firm works, and its time zone.")


@bp.get("/firm/calendar")
@bp.response(200, CalendarOut)
@policy("member")
def get_calendar() -> Versioned[CalendarView]:
    """When your firm works: weekdays, holidays, shutdowns, time zone. For your firm alone."""
    shown = calendars.show(graph(), by=actor())
    return with_etag(shown, shown.version)


@bp.put("/firm/calendar")
@bp.arguments(CalendarIn)
@bp.response(200, CalendarOut)
@policy("member", roles=("seller",))
def change_calendar(choice: CalendarChoice) -> Versioned[CalendarView]:
    """State it anew; it counts from the next promise on, orders that were accepted stay."""
    calendars.change(graph(), choice, version=if_match(), by=actor())
    return get_calendar()
