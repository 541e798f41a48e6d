"""Events: audit and outbox in one, written in the transaction of the change itself."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from supplychain.config import Key, settings
from supplychain.graph.engine.transactions import Tx, nonce, row, rows, run
from supplychain.graph.list_keys import newest_first, span_of
from supplychain.model.events import ClaimedEvent, Event, LedgerHead
from supplychain.model.ids import new_id, to_text
from supplychain.model.people.actors import Actor

GENESIS = "0" * 64
INSTALLATION = "installation"
"""The chain of what belongs to no firm: its operator reads it."""

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
    previous: $previous, digest: $digest, key_id: $key_id, tells: $tells})
CREATE (w:Pending {id: $id, at: $at, due_at: ''})
SET h.oldest_at = coalesce(h.oldest_at, $at)
"""

TELL = "UNWIND $keys AS key CREATE (n:News {key: key, place: $place})"


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
    is_news: bool = True,
    ledger_id: str = "",
) -> None:
    """Append an event to the acting firm's chain; call it last in a transaction.

    Args:
        tx: of the change itself.
        kind: ``noun.verb``, e.g. ``award.decided``.
        about_kind: the thing's noun, e.g. ``parts_request``.
        about_id: its id.
        by: who did it.
        at: when, from outside the transaction.
        tells: ids of firms whose home page shows it; the actor's own firm's always does.
        facts: what its sentence needs; never a price of a sealed bid.
        is_news: False keeps it off the actor's own home page.
        ledger_id: the chain of another firm, whose thing was looked at.
    """
    kept_at = ledger_id or by.firm_id or INSTALLATION
    shown_to = sorted({*tells, by.firm_id if is_news else ""} - {""})
    head = row(tx, HEAD, ledger_id=kept_at, nonce=nonce()) or {}
    previous = head["previous"] or GENESIS
    body = {
        "ledger_id": kept_at,
        "seq": head["seq"],
        "kind": kind,
        "about_kind": about_kind,
        "about_id": about_id,
        "firm_id": by.firm_id,
        "user_id": by.user_id,
        "at": to_text(at),
        "facts": json.dumps(facts or {}, sort_keys=True, default=str),
        "key_id": settings().audit_keys[-1].id,
    }
    signed = chain_digest(previous, body, settings().audit_keys)
    values = {**body, "previous": previous, "digest": signed, "tells": shown_to}
    spot = f"{kept_at}|{head['seq']}"
    run(tx, RECORD, id=new_id(), place=spot, **values)
    if shown_to:
        run(tx, TELL, keys=news_keys(body, shown_to), place=spot)


def news_keys(body: Mapping[str, Any], firm_ids: Iterable[str]) -> list[str]:
    """The keys of an event among the news of firms: in their order the newest is the first.

    What is written at one instant stands by its thing, by who acted, and then as its chain has it.
    """
    late = newest_first(body["at"], f"{body['seq']:012d}")
    tail = f"{late[0]}|{body['about_id']}|{body['firm_id']}|{late[1]}|{body['ledger_id']}"
    return [f"{firm_id}|{tail}" for firm_id in firm_ids]


LOCK = "MERGE (h:Ledger {id: $ledger_id}) SET h.lock = $nonce"


def lock_ledger(tx: Tx, ledger_id: str) -> None:
    """Take the lock of a chain before looking at what it holds."""
    run(tx, LOCK, ledger_id=ledger_id, nonce=nonce())


def chain_digest(previous: str, body: dict[str, Any], keys: Sequence[Key]) -> str:
    """The digest that chains an event to the one before it: HMAC-SHA-256 (RFC 2104).

    Args:
        previous: the digest of the event before.
        body: the event; its ``key_id`` names the key. Events of before there were keys have none,
            and a plain SHA-256.
        keys: those of the installation.

    Returns:
        The digest; "" where the key is none of the installation's.
    """
    signed = {name: value for name, value in body.items() if name != "key_id" or value}
    text = json.dumps(signed, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    content = f"{previous}|{text}".encode()
    if not body.get("key_id"):
        return hashlib.sha256(content).hexdigest()
    secret = next((key.secret for key in keys if key.id == body["key_id"]), None)
    return "" if secret is None else hmac.new(secret.encode(), content, "sha256").hexdigest()


HEADS = """
MATCH (h:Ledger) WHERE h.id > $after AND h.seq IS NOT NULL
RETURN h.id AS ledger_id, h.seq AS seq, h.digest AS digest,
       coalesce(h.archived_seq, 0) AS archived_seq ORDER BY ledger_id LIMIT $limit
"""


def list_heads(tx: Tx, *, after: str = "", limit: int = 1000) -> list[LedgerHead]:
    """The ends of all chains by ledger, for the audit alone."""
    return [LedgerHead(**record) for record in rows(tx, HEADS, after=after, limit=limit)]


ONE_HEAD = """
MATCH (h:Ledger {id: $ledger_id}) WHERE h.seq IS NOT NULL
RETURN h.id AS ledger_id, h.seq AS seq, h.digest AS digest,
       coalesce(h.archived_seq, 0) AS archived_seq
"""


def find_head(tx: Tx, ledger_id: str) -> LedgerHead | None:
    """The end of one chain; None before its first event."""
    record = row(tx, ONE_HEAD, ledger_id=ledger_id)
    return None if record is None else LedgerHead(**record)


LINKS = """
UNWIND $places AS place
MATCH (e:Event {place: place}) WHERE e.ledger_id = $ledger_id
RETURN e.ledger_id AS ledger_id, e.seq AS seq, e.kind AS kind, e.about_kind AS about_kind,
       e.about_id AS about_id, e.firm_id AS firm_id, e.user_id AS user_id, e.at AS at,
       e.facts AS facts, coalesce(e.key_id, '') AS key_id, e.previous AS previous,
       e.digest AS digest
ORDER BY seq LIMIT $limit
"""


def list_links(
    tx: Tx, ledger_id: str, *, after: int = 0, limit: int = 1000
) -> list[tuple[dict[str, Any], str, str]]:
    """The events at the next places of a chain, for the audit alone: body, previous, digest.

    Read by their places, so that the end of a long chain is read as fast as its beginning.
    """
    places = [f"{ledger_id}|{number}" for number in range(after + 1, after + limit + 1)]
    records = rows(tx, LINKS, ledger_id=ledger_id, places=places, limit=limit)
    return [(record, record.pop("previous"), record.pop("digest")) for record in records]


NEWS = """
MATCH (n:News) WHERE n.key > $after AND n.key < $end
WITH n LIMIT $limit
RETURN n.key AS key, n.place AS spot
"""

LATEST = """
UNWIND $places AS place
MATCH (e:Event {place: place}) WHERE $viewer IN e.tells
RETURN e.kind AS kind, e.about_kind AS about_kind, e.about_id AS about_id, e.at AS at,
       e.firm_id AS firm_id, e.user_id AS user_id, e.facts AS facts, e.seq AS seq
ORDER BY at DESC, about_id, firm_id, seq DESC LIMIT 1000
"""


def list_latest(tx: Tx, *, viewer: str, limit: int = 20) -> list[Event]:
    """The events that this firm may read, newest first, up to 1,000.

    Read by the keys of its news, so that they cost the same however much is written.
    """
    after, end = span_of(viewer)
    keys = rows(tx, NEWS, after=after, end=end, limit=limit)
    places = [one["spot"] for one in sorted(keys, key=lambda one: one["key"])]
    if not places:
        return []
    return [_read_event(record) for record in rows(tx, LATEST, places=places, viewer=viewer)]


def _read_event(record: dict[str, Any]) -> Event:
    record.pop("seq", None)  # what is written at one instant stands in the order of its chain
    return Event(**{**record, "facts": json.loads(record["facts"])})


HISTORY = """
MATCH (e:Event {about_id: $about_id}) WHERE $viewer IN e.tells
RETURN e.kind AS kind, e.about_kind AS about_kind, e.about_id AS about_id, e.at AS at,
       e.firm_id AS firm_id, e.user_id AS user_id, e.facts AS facts, e.seq AS seq
ORDER BY at, firm_id, seq LIMIT 500
"""


def list_history(tx: Tx, about_id: str, *, viewer: str) -> list[Event]:
    """What happened to one thing, oldest first, as far as the viewer may read it."""
    history = rows(tx, HISTORY, about_id=about_id, viewer=viewer)
    return [_read_event(record) for record in history]


CLAIM = """
MATCH (w:Pending) WHERE w.due_at <= $now
WITH w ORDER BY w.at LIMIT $limit
SET w.lock = $nonce
WITH w WHERE w.due_at <= $now
SET w.due_at = $until
RETURN w.id AS id
"""

CLAIMED = """
UNWIND $ids AS id
MATCH (e:Event {id: id})
RETURN e.id AS id, e.kind AS kind, e.about_id AS about_id, e.at AS at, e.facts AS facts
ORDER BY at, id LIMIT 1000
"""


def claim(tx: Tx, *, now: datetime, until: datetime, limit: int = 50) -> list[ClaimedEvent]:
    """Take up to ``limit`` events nobody works on, until the lease ends.

    What waits has a small node of its own that goes when it is done: the search for it costs what
    waits, and nothing for what was done before.
    """
    taken = rows(tx, CLAIM, now=to_text(now), until=to_text(until), limit=limit, nonce=nonce())
    if not taken:
        return []
    claimed = rows(tx, CLAIMED, ids=[one["id"] for one in taken])
    return [ClaimedEvent(**{**record, "facts": json.loads(record["facts"])}) for record in claimed]


DONE = """
MATCH (w:Pending {id: $id}) SET w.lock = $nonce
WITH w, w.id AS id
DELETE w
RETURN id
"""


def mark_done(tx: Tx, event_id: str) -> bool:
    """Mark an event handled, in the transaction of its effect; False if it was already."""
    return row(tx, DONE, id=event_id, nonce=nonce()) is not None


STILL_PENDING = """
UNWIND $ids AS id MATCH (w:Pending {id: id}) RETURN w.id AS id LIMIT 10000
"""


def find_pending(tx: Tx, event_ids: list[str]) -> set[str]:
    """Those of some events that are not handled yet."""
    return {one["id"] for one in rows(tx, STILL_PENDING, ids=event_ids)}
