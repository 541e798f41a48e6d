"""The reader's own time: pages tell hours and days, and forms take them, in its firm's zone."""

from __future__ import annotations

from datetime import date

from flask import g, has_request_context

from supplychain.errors import NotSignedIn
from supplychain.model.calendars.zones import DEFAULT_ZONE, day_of
from supplychain.model.ids import utc_now
from supplychain.web.access.policy import principal


def reader_zone() -> str:
    """The time zone of the reader's firm, looked up once a request; else the default one."""
    if not has_request_context():
        return DEFAULT_ZONE
    zone = g.get("reader_zone")
    if zone is None:
        zone = g.reader_zone = _find_zone()
    return zone


def reader_today() -> date:
    """The day that it is at the reader's firm."""
    return day_of(reader_zone(), utc_now())


def _find_zone() -> str:
    try:
        return principal().zone
    except NotSignedIn:
        return DEFAULT_ZONE
