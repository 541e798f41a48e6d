"""Which requests take bids of whom, and who was invited to what: read by keys, as lists are.

An invitation has a node beside its relation. While its request is open, ``open_key`` is
``firm|deadline|request``; a request for everybody has such a key itself, one for a chain the name
of the chain. What is still open to a firm is then the range of keys behind the present instant:
neither the invitations of its past nor the requests that it may not see are looked at.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from supplychain.graph.engine.reading import together
from supplychain.graph.engine.transactions import Tx, rows, run
from supplychain.graph.list_keys import END, list_key
from supplychain.model.ids import to_text
from supplychain.model.parts_requests.parts_request import PartsRequest
from supplychain.model.trays import Side, tray_id

EVERYBODY: Final = "*"
"""Stands for all firms at the beginning of a key."""


def open_key(reader: str, deadline: str, request_id: str) -> str:
    """The key of a request among those open to a firm or to everybody, soonest first."""
    return f"{reader}|{deadline}|{request_id}"


def audience_keys(request: PartsRequest) -> dict[str, str | None]:
    """By what everybody, and by what a chain, finds a request that takes bids; None for nobody."""
    keys: dict[str, str | None] = {"open_key": None, "open_chain": None}
    if request.state == "open" and request.deadline is not None:
        if request.audience == "all":
            keys["open_key"] = open_key(EVERYBODY, to_text(request.deadline), request.id)
        elif request.audience == "chain":
            keys["open_chain"] = request.chain_id or None
    return keys


KEEP = """
MATCH (r:PartsRequest {id: $request_id})
UNWIND $invited AS one
CREATE (:Invitation {id: r.id + '|' + one.firm_id, firm_id: one.firm_id, request_id: r.id,
    list_key: one.list_key,
    open_key: CASE WHEN r.state = 'open' THEN one.firm_id + '|' + r.deadline + '|' + r.id END})
"""


def keep_invited(tx: Tx, request_id: str, firm_ids: Iterable[str], *, at: datetime) -> None:
    """Put a locked request into the lists of firms that it invites now."""
    text = to_text(at)
    invited = [
        {"firm_id": one, "list_key": list_key(one, text, request_id)} for one in sorted(firm_ids)
    ]
    run(tx, KEEP, request_id=request_id, invited=invited)


MOVE = """
MATCH (n:Invitation {request_id: $request_id})
SET n.open_key = n.firm_id + '|' + $deadline + '|' + $request_id
"""

CLOSE = "MATCH (n:Invitation {request_id: $request_id}) SET n.open_key = null"


KEEP_DEADLINE = "MERGE (w:OpenDeadline {id: $request_id}) SET w.deadline = $deadline"

DROP_DEADLINE = "MATCH (w:OpenDeadline {id: $request_id}) DELETE w"


def follow_request(tx: Tx, request: PartsRequest) -> None:
    """Have the clock and the lists of firms follow a request that was saved.

    Its deadline has a small node of its own that goes when it takes no more bids: what the clock
    looks through is what is open, and nothing of what was open before.
    """
    if request.state == "open" and request.deadline is not None:
        deadline = to_text(request.deadline)
        run(tx, KEEP_DEADLINE, request_id=request.id, deadline=deadline)
        run(tx, MOVE, request_id=request.id, deadline=deadline)
    elif request.state != "draft":
        run(tx, DROP_DEADLINE, request_id=request.id)
        run(tx, CLOSE, request_id=request.id)


DECLINE = "MATCH (n:Invitation {id: $id}) SET n.is_declined = true"


def note_declined(tx: Tx, request_id: str, *, viewer: str) -> None:
    """Note that the viewer's firm will not bid."""
    run(tx, DECLINE, id=f"{request_id}|{viewer}")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPlace:
    """Where a request stands among those open to a firm: sorts as they are listed."""

    deadline: str
    request_id: str


INVITED = """
MATCH (n:Invitation) WHERE n.open_key > $after AND n.open_key < $end
WITH n LIMIT $limit
RETURN n.open_key AS key
"""

WAITING = """
MATCH (n:Invitation) WHERE n.open_key > $after AND n.open_key < $end AND n.is_declined IS NULL
WITH n LIMIT $limit
RETURN n.open_key AS key
"""

PUBLIC = """
MATCH (r:PartsRequest) WHERE r.open_key > $after AND r.open_key < $end AND r.buyer_id <> $viewer
WITH r LIMIT $limit
RETURN r.open_key AS key
"""

OF_CHAINS = """
MATCH (:Tray {id: $tray})<-[:LIES_IN]-(n:TrayNote)
MATCH (r:PartsRequest {open_chain: n.about_id})
WHERE r.buyer_id <> $viewer
  AND (r.deadline > $deadline OR (r.deadline = $deadline AND r.id > $request_id))
RETURN r.deadline AS deadline, r.id AS id ORDER BY deadline, id LIMIT $limit
"""


def list_waiting(tx: Tx, *, viewer: str, now: datetime, limit: int) -> list[str]:
    """Ids of open requests that invite the viewer and that it did not decline, soonest first."""
    after, end = f"{viewer}|{to_text(now)}|{END}", viewer + END
    keys = [one["key"] for one in rows(tx, WAITING, after=after, end=end, limit=limit)]
    return [key.rpartition("|")[2] for key in sorted(keys)]


def list_open(
    tx: Tx,
    *,
    viewer: str,
    now: datetime,
    limit: int,
    after: OpenPlace | None = None,
) -> list[str]:
    """Ids of the requests that the viewer may bid for now, soonest first, behind a place."""
    least = OpenPlace(deadline=to_text(now), request_id=END)
    start = least if after is None or after.deadline < least.deadline else after

    place = {"deadline": start.deadline, "request_id": start.request_id}
    chains_tray = tray_id(viewer, Side.CHAINS, "member")

    def span_from(reader: str) -> dict[str, str]:
        return {"after": open_key(reader, **place), "end": reader + END}

    own, public, chains = together(
        lambda: rows(tx, INVITED, **span_from(viewer), limit=limit),
        lambda: rows(tx, PUBLIC, **span_from(EVERYBODY), limit=limit, viewer=viewer),
        lambda: rows(tx, OF_CHAINS, **place, limit=limit, viewer=viewer, tray=chains_tray),
    )
    places = {tuple(one["key"].rsplit("|", 2)[1:]) for one in (*own, *public)}
    places |= {(one["deadline"], one["id"]) for one in chains}
    return [request_id for _, request_id in sorted(places)[:limit]]


LISTED = """
MATCH (n:Invitation) WHERE n.list_key > $after AND n.list_key < $end
WITH n LIMIT $limit
RETURN n.request_id AS id
"""


def list_invited(tx: Tx, *, after: str, end: str, limit: int) -> list[str]:
    """Ids of the requests that invite a firm, by a span of the keys of its list."""
    return [one["id"] for one in rows(tx, LISTED, after=after, end=end, limit=limit)]
