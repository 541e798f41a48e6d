"""Registrations that wait until their address is confirmed by the link in a mail."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from supplychain.graph.engine.transactions import Tx, nonce, row, run
from supplychain.model.firms import Firm
from supplychain.model.ids import to_text
from supplychain.model.people.accounts import User, WaitingRegistration

CREATE = """
CREATE (w:WaitingRegistration {
    id: $id, email: $email, content: $content, created_at: $at, ends_at: $ends_at})
"""


def create(
    tx: Tx, registration_id: str, firm: Firm, owner: User, *, at: datetime, ends_at: datetime
) -> None:
    """Keep a firm and its owner to be, of the password only its hash."""
    content = json.dumps({"firm": asdict(firm), "owner": asdict(owner)}, sort_keys=True)
    run(
        tx,
        CREATE,
        id=registration_id,
        email=owner.email,
        content=content,
        at=to_text(at),
        ends_at=to_text(ends_at),
    )


FIND = """
MATCH (w:WaitingRegistration {id: $id})
RETURN w.id AS id, w.content AS content, w.ends_at AS ends_at
"""


def find(tx: Tx, registration_id: str) -> WaitingRegistration | None:
    """A registration that waits, by its id."""
    return _read_waiting(row(tx, FIND, id=registration_id))


FIND_BY_LINK = """
MATCH (w:WaitingRegistration {digest: $digest}) WHERE w.ends_at > $now
RETURN w.id AS id, w.content AS content, w.ends_at AS ends_at
"""


def find_by_link(tx: Tx, digest: str, *, now: datetime) -> WaitingRegistration | None:
    """A registration that waits, by its link; whoever has the link may see it."""
    return _read_waiting(row(tx, FIND_BY_LINK, digest=digest, now=to_text(now)))


def _read_waiting(record: dict[str, Any] | None) -> WaitingRegistration | None:
    if record is None:
        return None
    content = json.loads(record["content"])
    return WaitingRegistration(
        id=record["id"],
        firm=Firm(**content["firm"]),
        owner=User(**content["owner"]),
        ends_at=record["ends_at"],
    )


LOCK = "MATCH (w:WaitingRegistration {id: $id}) SET w.lock = $nonce"


def lock(tx: Tx, registration_id: str) -> None:
    """Take the write lock: of two that confirm at once, one finds it gone."""
    run(tx, LOCK, id=registration_id, nonce=nonce())


SET_LINK = "MATCH (w:WaitingRegistration {id: $id}) SET w.lock = $nonce WITH w SET w.digest = $key"


def set_link(tx: Tx, registration_id: str, digest: str) -> None:
    """Keep the digest of a link's secret; an older link ends."""
    run(tx, SET_LINK, id=registration_id, key=digest, nonce=nonce())


DROP = "MATCH (w:WaitingRegistration {id: $id}) DETACH DELETE w"


def drop(tx: Tx, registration_id: str) -> None:
    """Forget a registration that is confirmed, or never can be."""
    run(tx, DROP, id=registration_id)
