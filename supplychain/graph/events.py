"""Events: audit and outbox in one, written in the transaction of the change itself."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from supplychain.graph.engine.transactions import Tx, nonce, row, rows, run
from supplychain.model.events import ClaimedEvent, Event
from supplychain.model.ids import new_id, to_text
from supplychain.model.people.actors import Actor

GENESIS = "0" * 64

HEAD = """
MERGE (h:Ledger {id: $ledger_id}) SET h.lock = $nonce
WITH h SET h.seq = coalesce(h.seq, 0) + 1
RETURN h.seq AS seq, h.digest AS previous
"""

RECORD = """
MATCH (h:Ledger {id: $ledger_id}) SET h.digest = $digest
CREATE (e:Event {
    id: $id, place: $place, ledger_id: $ledger_id, seq: $seq, kind: $kind, about_id: $about_id,
    about_kind: $about_kind, firm_id: $firm_id, user_id: $user_id, at: $at, facts: $facts,
    previous: $previous, digest: $digest, state: 'P', lease: ''})
WITH e
UNWIND $tells AS firm_id
MATCH (f:Firm {id: firm_id})
CREATE (e)-[:TELLS]->(f)
"""


def record(
    tx: Tx,
    kind: str,
    *,
    about_kind: str,
    about_id: str,
    by: Actor,
    at: datetime,
    tells: Iterable[str] = (),
    facts: dict[str, Any] | None = None,
) -> None:
    """Append an event to the acting firm's hash chain; call it last in a transaction.

    Args:
        tx: the transaction of the change itself.
        kind: ``noun.verb``, e.g. ``award.decided``.
        about_kind: the thing's noun, e.g. ``parts_request``.
        about_id: its id.
        by: who did it.
        at: when, from outside the transaction.
        tells: ids of firms whose home page shows it; the actor's own firm's always does.
        facts: what the sentence on the home page needs; never a price of a sealed bid.
    """
    ledger_id = by.firm_id or "installation"
    head = row(tx, HEAD, ledger_id=ledger_id, nonce=nonce())
    assert head is not None
    previous = head["previous"] or GENESIS
    body = {
        "ledger_id": ledger_id,
        "seq": head["seq"],
        "kind": kind,
        "about_kind": about_kind,
        "about_id": about_id,
        "firm_id": by.firm_id,
        "user_id": by.user_id,
        "at": to_text(at),
        "facts": json.dumps(facts or {}, sort_keys=True, default=str),
    }
    run(
        tx,
        RECORD,
        **body,
        id=new_id(),
        place=f"{ledger_id}|{head['seq']}",
        previous=previous,
        digest=chain_digest(previous, body),
        tells=sorted({*tells, by.firm_id} - {""}),
    )


def chain_digest(previous: str, body: dict[str, Any]) -> str:
    """The digest that chains an event to the one before it."""
    text = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{previous}|{text}".encode()).hexdigest()


LATEST = """
MATCH (f:Firm {id: $viewer})<-[:TELLS]-(e:Event)
RETURN e.kind AS kind, e.about_kind AS about_kind, e.about_id AS about_id, e.at AS at,
       e.firm_id AS firm_id, e.user_id AS user_id, e.facts AS facts
ORDER BY at DESC, about_id LIMIT $limit
"""


def list_latest(tx: Tx, *, viewer: str, limit: int = 20) -> list[Event]:
    """The events that this firm may read, newest first."""
    return [_read_event(record) for record in rows(tx, LATEST, viewer=viewer, limit=limit)]


def _read_event(record: dict[str, Any]) -> Event:
    return Event(**{**record, "facts": json.loads(record["facts"])})


HISTORY = """
MATCH (e:Event {about_id: $about_id})-[:TELLS]->(f:Firm {id: $viewer})
RETURN e.kind AS kind, e.about_kind AS about_kind, e.about_id AS about_id, e.at AS at,
       e.firm_id AS firm_id, e.user_id AS user_id, e.facts AS facts
ORDER BY at LIMIT 500
"""


def list_history(tx: Tx, about_id: str, *, viewer: str) -> list[Event]:
    """What happened to one thing, oldest first, as far as the viewer may read it."""
    history = rows(tx, HISTORY, about_id=about_id, viewer=viewer)
    return [_read_event(record) for record in history]


CLAIM = """
MATCH (e:Event) WHERE e.state IN ['P', 'L'] AND (e.state = 'P' OR e.lease < $now)
WITH e ORDER BY e.at LIMIT $limit
SET e.lock = $nonce
WITH e WHERE e.state = 'P' OR (e.state = 'L' AND e.lease < $now)
SET e.state = 'L', e.lease = $until
RETURN e.id AS id, e.kind AS kind, e.about_id AS about_id, e.at AS at, e.facts AS facts
"""


def claim(tx: Tx, *, now: datetime, until: datetime, limit: int = 50) -> list[ClaimedEvent]:
    """Take up to ``limit`` events nobody works on, until the lease ends."""
    claimed = rows(tx, CLAIM, now=to_text(now), until=to_text(until), limit=limit, nonce=nonce())
    return [ClaimedEvent(**{**record, "facts": json.loads(record["facts"])}) for record in claimed]


DONE = """
MATCH (e:Event {id: $id}) SET e.lock = $nonce
WITH e WHERE e.state <> 'D'
SET e.state = 'D'
RETURN e.id AS id
"""


def mark_done(tx: Tx, event_id: str) -> bool:
    """Mark an event handled, in the transaction of its effect; False if it was already."""
    return row(tx, DONE, id=event_id, nonce=nonce()) is not None
