"""A firm's own invitation: when it was seen, whether it was declined."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from supplychain.graph.engine.transactions import Tx, nonce, row
from supplychain.model.ids import to_text

FIND = """
MATCH (r:PartsRequest {id: $request_id})-[i:INVITES]->(f:Firm {id: $viewer})
WHERE r.state <> 'draft'
RETURN i.invited_at AS invited_at, i.seen_at AS seen_at, i.declined_at AS declined_at
"""


def find(tx: Tx, request_id: str, *, viewer: str) -> dict[str, Any] | None:
    """The viewer's invitation to a request, or None where it was not invited by name."""
    return row(tx, FIND, request_id=request_id, viewer=viewer)


SEE = """
MATCH (r:PartsRequest {id: $request_id})-[i:INVITES]->(f:Firm {id: $viewer})
SET r.lock = $nonce
WITH i WHERE i.seen_at IS NULL
SET i.seen_at = $at
RETURN i.seen_at AS seen_at
"""


def see(tx: Tx, request_id: str, *, viewer: str, at: datetime) -> None:
    """Note when the viewer first looked at its invitation."""
    row(tx, SEE, request_id=request_id, viewer=viewer, at=to_text(at), nonce=nonce())


DECLINE = """
MATCH (r:PartsRequest {id: $request_id})-[i:INVITES]->(f:Firm {id: $viewer})
WHERE i.declined_at IS NULL
SET i.declined_at = $at
RETURN i.declined_at AS declined_at
"""


def decline(tx: Tx, request_id: str, *, viewer: str, at: datetime) -> bool:
    """Note that the viewer will not bid; False where it was noted. Lock the request before."""
    found = row(tx, DECLINE, request_id=request_id, viewer=viewer, at=to_text(at))
    return found is not None
