"""Calendars of firms in the graph.

A firm keeps what it states; each of its capabilities has the calendar that holds
(``Capability.calendar``), so that a ranking of twenty thousand firms reads it with the rest.
``copy_to_new`` and ``copy_calendars`` alone write that, under the firm's lock: for new
capabilities, and after a change of calendar or country.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from supplychain.errors import NotFound
from supplychain.graph.engine.transactions import Tx, nonce, row, rows, run
from supplychain.model.calendars.firm_calendar import FirmCalendar, calendar_text, read_stated

FILL_ROWS: Final = 5_000
"""Capabilities that one transaction fills."""

GET = """
MATCH (f:Firm {id: $viewer})
RETURN f.id AS firm_id, coalesce(f.country, '') AS country,
       coalesce(f.time_zone, '') AS time_zone, f.calendar AS stated,
       coalesce(f.calendar_version, 0) AS version
"""


def get(tx: Tx, *, viewer: str) -> FirmCalendar:
    """The calendar of the viewer's own firm.

    Raises:
        NotFound: there is no such firm.
    """
    record = row(tx, GET, viewer=viewer)
    if record is None:
        raise NotFound
    return FirmCalendar(**{**record, "stated": read_stated(record["stated"])})


LOCK = "MATCH (f:Firm {id: $viewer}) SET f.lock = $nonce"


def lock(tx: Tx, *, viewer: str) -> FirmCalendar:
    """``get``, after taking the firm's write lock."""
    run(tx, LOCK, viewer=viewer, nonce=nonce())
    return get(tx, viewer=viewer)


SAVE = """
MATCH (f:Firm {id: $id})
SET f.time_zone = $time_zone, f.calendar = $calendar, f.calendar_version = $version
"""


def save(tx: Tx, changed: FirmCalendar) -> None:
    """Store what a locked firm states; its capabilities follow."""
    run(
        tx,
        SAVE,
        id=changed.firm_id,
        time_zone=changed.time_zone or None,
        calendar=None if changed.stated is None else changed.stated.to_text(),
        version=changed.version,
    )
    copy_calendars(tx, [changed.firm_id])


STATED = """
UNWIND $ids AS id
MATCH (f:Firm {id: id})
SET f.lock = $nonce
RETURN f.id AS firm_id, f.country AS country, f.calendar AS stated
LIMIT 100000
"""

COPY = """
UNWIND $calendars AS one
MATCH (k:Capability {firm_id: one.firm_id})
SET k.calendar = one.calendar
"""


def copy_calendars(tx: Tx, firm_ids: Iterable[str]) -> None:
    """Let all capabilities of firms have the calendar that holds for their firm.

    The firms are locked first, in the order of their ids.
    """
    wanted = sorted(set(firm_ids))
    if wanted:
        stated = rows(tx, STATED, ids=wanted, nonce=nonce())
        run(tx, COPY, calendars=[_name_calendar(record) for record in stated])


def _name_calendar(record: dict[str, Any]) -> dict[str, str]:
    return {
        "firm_id": record["firm_id"],
        "calendar": calendar_text(record["stated"], record["country"]),
    }


NEW = """
UNWIND $ids AS id
MATCH (k:Capability {id: id}) WHERE k.calendar IS NULL
MATCH (f:Firm {id: k.firm_id})
SET f.lock = $nonce
RETURN k.id AS id, f.country AS country, f.calendar AS stated
LIMIT 100000
"""

FILL = """
UNWIND $calendars AS one
MATCH (k:Capability {id: one.id})
SET k.calendar = one.calendar
"""


def copy_to_new(tx: Tx, capability_ids: Iterable[str]) -> None:
    """Give capabilities that are new the calendar that holds for their firm, which is locked."""
    fresh = rows(tx, NEW, ids=sorted(set(capability_ids)), nonce=nonce())
    if fresh:
        run(tx, FILL, calendars=[_fill_row(record) for record in fresh])


def _fill_row(record: dict[str, Any]) -> dict[str, str]:
    return {
        "id": record["id"],
        "calendar": calendar_text(record["stated"], record["country"]),
    }


UNFILLED = """
MATCH (k:Capability) WHERE k.calendar IS NULL
WITH k LIMIT $limit
OPTIONAL MATCH (f:Firm {id: k.firm_id})
RETURN k.id AS id, f.country AS country, f.calendar AS stated
LIMIT 100000
"""


def fill_calendars(tx: Tx) -> int:
    """Give capabilities of before the calendar that holds, a batch; how many there were."""
    unfilled = rows(tx, UNFILLED, limit=FILL_ROWS)
    run(tx, FILL, calendars=[_fill_row(record) for record in unfilled])
    return len(unfilled)


TAKE_OVER = """
MATCH (d:Firm {id: $drop_id})
MATCH (k:Firm {id: $keep_id})
WHERE k.calendar_version IS NULL AND d.calendar_version IS NOT NULL
SET k.calendar = d.calendar, k.time_zone = d.time_zone, k.calendar_version = d.calendar_version
"""


def take_over(tx: Tx, *, keep_id: str, drop_id: str) -> None:
    """What a twin stated holds for the firm that stays if that never stated anything.

    To be called when the twin's capabilities are the other's already.
    """
    run(tx, TAKE_OVER, keep_id=keep_id, drop_id=drop_id)
    copy_calendars(tx, [keep_id])
