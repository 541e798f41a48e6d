"""A chain of events read as a log, by the firm whose chain it is.

Places in a chain are whole numbers without gaps, so a page is read by its places: as fast for the
first page of a long log as for the last.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

from supplychain.graph.engine.reading import together
from supplychain.graph.engine.transactions import Tx, row, rows, run
from supplychain.model.events import BrokenLink
from supplychain.model.ids import to_text
from supplychain.model.logbook import ChainState, LogEntry, Person, SignedLink

WINDOW = """
UNWIND $places AS place
MATCH (e:Event {place: place})
WHERE e.ledger_id = $viewer AND ($user_id = '' OR e.user_id = $user_id)
RETURN e.seq AS sequence, e.kind AS kind, e.about_kind AS about_kind, e.about_id AS about_id,
       e.at AS at, e.firm_id AS firm_id, e.user_id AS user_id, e.facts AS facts
ORDER BY sequence DESC LIMIT 2000
"""


def list_window(tx: Tx, *, viewer: str, first: int, last: int, user_id: str = "") -> list[LogEntry]:
    """The entries from one place of the viewer's chain to another, newest first.

    Args:
        tx: a read transaction.
        viewer: the firm, or ``installation``.
        first: the lowest place, from 1; ``last`` the highest; at most 2,000 in all.
        user_id: only what this user did; "" for everybody.
    """
    places = [f"{viewer}|{number}" for number in range(first, last + 1)]
    records = rows(tx, WINDOW, places=places, viewer=viewer, user_id=user_id)
    return [LogEntry(**{**record, "facts": json.loads(record["facts"])}) for record in records]


SIGNED = """
UNWIND $places AS place
MATCH (e:Event {place: place})
WHERE e.ledger_id = $viewer AND ($user_id = '' OR e.user_id = $user_id)
RETURN e.ledger_id AS ledger_id, e.seq AS seq, e.kind AS kind, e.about_kind AS about_kind,
       e.about_id AS about_id, e.firm_id AS firm_id, e.user_id AS user_id, e.at AS at,
       e.facts AS facts, coalesce(e.key_id, '') AS key_id, e.previous AS previous,
       e.digest AS digest
ORDER BY seq DESC LIMIT 2000
"""


def list_signed(
    tx: Tx, *, viewer: str, sequences: list[int], user_id: str = ""
) -> list[SignedLink]:
    """Links of the viewer's chain as they were signed, newest first."""
    places = [f"{viewer}|{number}" for number in sequences]
    found = rows(tx, SIGNED, places=places, viewer=viewer, user_id=user_id)
    return [SignedLink(**record) for record in found]


INSTANT = "MATCH (e:Event {place: $place}) WHERE e.ledger_id = $viewer RETURN e.at AS at"


def find_instant(tx: Tx, sequence: int, *, viewer: str) -> str | None:
    """When the link at a place was written; None where none is."""
    record = row(tx, INSTANT, place=f"{viewer}|{sequence}", viewer=viewer)
    return None if record is None else record["at"]


PEOPLE = """
MATCH (u:User {firm_id: $viewer})
RETURN u.id AS id, u.name AS name ORDER BY name, id LIMIT 1000
"""


def list_people(tx: Tx, *, viewer: str) -> list[Person]:
    """Who works, or worked, for the viewer's firm."""
    return [Person(**record) for record in rows(tx, PEOPLE, viewer=viewer)]


FIRM_NAMES = """
UNWIND $ids AS id
MATCH (f:Firm {id: id}) RETURN f.id AS id, f.name AS name ORDER BY id LIMIT 2000
"""


def name_actors(tx: Tx, entries: list[LogEntry], *, viewer: str) -> list[LogEntry]:
    """The entries with the names of their people, and of other firms; never a foreign person."""
    ids = sorted({entry.firm_id for entry in entries} - {viewer, ""})
    colleagues, others = together(
        lambda: list_people(tx, viewer=viewer),
        lambda: rows(tx, FIRM_NAMES, ids=ids) if ids else [],
    )
    people = {one.id: one.name for one in colleagues}
    firms = {one["id"]: one["name"] for one in others}
    return [
        replace(
            entry,
            person=people.get(entry.user_id, ""),
            firm=firms.get(entry.firm_id, ""),
        )
        for entry in entries
    ]


STATE = """
MATCH (h:Ledger {id: $viewer})
RETURN coalesce(h.seq, 0) AS sequence, coalesce(h.archived_seq, 0) AS archived_sequence,
       coalesce(h.digest, '') AS digest,
       coalesce(h.checked_at, '') AS checked_at, coalesce(h.checked_seq, 0) AS checked_sequence,
       coalesce(h.broken_seq, 0) AS broken_seq, coalesce(h.broken_kind, '') AS kind,
       coalesce(h.broken_at, '') AS at, coalesce(h.broken_why, '') AS why
"""


def get_state(tx: Tx, *, viewer: str) -> ChainState:
    """Where the viewer's chain ends and what its last check found."""
    record = row(tx, STATE, viewer=viewer)
    if record is None:
        return ChainState()
    return _read_state(viewer, record)


def _read_state(ledger_id: str, record: dict[str, Any]) -> ChainState:
    at, kind, why = record.pop("at"), record.pop("kind"), record.pop("why")
    seq = record.pop("broken_seq")
    broken = BrokenLink(ledger_id=ledger_id, seq=seq, kind=kind, at=at, why=why) if seq else None
    return ChainState(**record, broken=broken)


NOTE_CHECK = """
MATCH (h:Ledger {id: $ledger_id})
SET h.checked_at = $at, h.checked_seq = $sequence, h.broken_seq = $broken_seq,
    h.broken_kind = $kind, h.broken_at = $broken_at, h.broken_why = $why
"""


def note_check(
    tx: Tx, ledger_id: str, *, sequence: int, broken: BrokenLink | None, at: datetime
) -> None:
    """Keep what a check of a chain found: it held up to ``sequence``."""
    run(
        tx,
        NOTE_CHECK,
        ledger_id=ledger_id,
        at=to_text(at),
        sequence=sequence,
        broken_seq=broken.seq if broken else 0,
        kind=broken.kind if broken else "",
        broken_at=broken.at if broken else "",
        why=broken.why if broken else "",
    )


UNCHECKED = """
MATCH (h:Ledger) WHERE h.seq IS NOT NULL AND coalesce(h.checked_at, '') < $before
RETURN h.id AS id ORDER BY coalesce(h.checked_at, ''), id LIMIT $limit
"""


def list_unchecked(tx: Tx, *, before: datetime, limit: int) -> list[str]:
    """Chains whose last check is older, the longest ago first."""
    return [one["id"] for one in rows(tx, UNCHECKED, before=to_text(before), limit=limit)]


READ_BEFORE = """
MATCH (e:Event {about_id: $request_id})
WHERE e.kind = 'bids.read' AND e.user_id = $user_id AND e.ledger_id = $viewer
RETURN e.id AS id LIMIT 1
"""


def has_read_bids(tx: Tx, request_id: str, *, user_id: str, viewer: str) -> bool:
    """Whether the log holds that this user read the opened bids of a request."""
    values = {"request_id": request_id, "user_id": user_id, "viewer": viewer}
    return row(tx, READ_BEFORE, **values) is not None


OPENED_REQUEST = """
MATCH (r:PartsRequest {id: $id})
WHERE r.buyer_id = $viewer AND r.opened_at IS NOT NULL AND r.state <> 'failed'
RETURN r.id AS id, r.number AS number, r.title AS title LIMIT 1
UNION ALL
MATCH (b:Bid {id: $id})-[:ANSWERS]->(r:PartsRequest)
WHERE r.buyer_id = $viewer AND r.opened_at IS NOT NULL
RETURN r.id AS id, r.number AS number, r.title AS title LIMIT 1
UNION ALL
MATCH (s:AwardStudy {id: $id})-[:STUDIES]->(r:PartsRequest) WHERE r.buyer_id = $viewer
RETURN r.id AS id, r.number AS number, r.title AS title LIMIT 1
"""


def find_opened_request(tx: Tx, id: str, *, viewer: str) -> tuple[str, str, str] | None:
    """The viewer's opened request that a request, a bid or a study is of: id, number, title."""
    records = rows(tx, OPENED_REQUEST, id=id, viewer=viewer)
    return (records[0]["id"], records[0]["number"], records[0]["title"]) if records else None


THING = """
MATCH (r:PartsRequest {id: $id})<-[:POSTED]-(f:Firm)
RETURN r.number AS number, r.title AS title, f.id AS owner_id LIMIT 1
UNION ALL
MATCH (o:Order {id: $id})-[:BOUGHT_BY]->(f:Firm)
RETURN o.number AS number, '' AS title, f.id AS owner_id LIMIT 1
UNION ALL
MATCH (s:AwardStudy {id: $id})-[:STUDIES]->(r:PartsRequest)<-[:POSTED]-(f:Firm)
RETURN r.number AS number, r.title AS title, f.id AS owner_id LIMIT 1
"""


def name_thing(tx: Tx, id: str) -> tuple[str, str, str]:
    """Number, title and owning firm of what was just shown to its reader; "" where it has none."""
    records = rows(tx, THING, id=id)
    if not records:
        return "", "", ""
    return records[0]["number"], records[0]["title"], records[0]["owner_id"]
