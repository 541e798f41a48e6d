"""A firm's own invitation: when it was seen, whether it was declined.

The queries begin with a list of the one request, so that the embedded engine goes from it to whom
it invites: with both ends named it looks through all that the firm was ever invited to.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from supplychain.graph.engine.transactions import Tx, nonce, row
from supplychain.graph.parts_requests import open_lists
from supplychain.model.ids import to_text


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationDates:
    """When a firm was invited, first looked, and declined; text as the graph keeps it."""

    invited_at: str
    seen_at: str | None
    declined_at: str | None


FIND = """
UNWIND [$request_id] AS wanted
MATCH (r:PartsRequest {id: wanted})-[i:INVITES]->(f:Firm)
WHERE f.id = $viewer AND r.state <> 'draft'
RETURN i.invited_at AS invited_at, i.seen_at AS seen_at, i.declined_at AS declined_at
"""


def find(tx: Tx, request_id: str, *, viewer: str) -> InvitationDates | None:
    """The viewer's invitation to a request, or None where it was not invited by name."""
    entry = row(tx, FIND, request_id=request_id, viewer=viewer)
    return None if entry is None else InvitationDates(**entry)


SEE = """
UNWIND [$request_id] AS wanted
MATCH (r:PartsRequest {id: wanted})-[i:INVITES]->(f:Firm) WHERE f.id = $viewer
SET r.lock = $nonce
WITH i WHERE i.seen_at IS NULL
SET i.seen_at = $at
RETURN i.seen_at AS seen_at
"""


def mark_seen(tx: Tx, request_id: str, *, viewer: str, at: datetime) -> None:
    """Note when the viewer first looked at its invitation."""
    row(tx, SEE, request_id=request_id, viewer=viewer, at=to_text(at), nonce=nonce())


DECLINE = """
UNWIND [$request_id] AS wanted
MATCH (r:PartsRequest {id: wanted})-[i:INVITES]->(f:Firm)
WHERE f.id = $viewer AND i.declined_at IS NULL
SET i.declined_at = $at
RETURN i.declined_at AS declined_at
"""


def mark_declined(tx: Tx, request_id: str, *, viewer: str, at: datetime) -> bool:
    """Note that the viewer will not bid; False where it was noted. Lock the request before."""
    record = row(tx, DECLINE, request_id=request_id, viewer=viewer, at=to_text(at))
    if record is not None:
        open_lists.note_declined(tx, request_id, viewer=viewer)
    return record is not None
