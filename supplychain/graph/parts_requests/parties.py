"""What goes on around a parts request: how many bid, whom a change concerns, which are due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from supplychain.graph.engine.transactions import Tx, row, rows
from supplychain.model.ids import to_text


@dataclass(frozen=True, slots=True, kw_only=True)
class DueRequest:
    """An open request whose deadline has come, and whose it is."""

    id: str
    buyer_id: str


COUNT_BIDS = """
MATCH (a:Bid {request_id: $id}) WHERE a.state = 'open' RETURN count(a) AS bids
"""


def count_bids(tx: Tx, request_id: str) -> int:
    """How many bids stand for a locked request."""
    entry = row(tx, COUNT_BIDS, id=request_id)
    return entry["bids"] if entry else 0


COUNT_RECEIVED = """
MATCH (r:PartsRequest {id: $id}) WHERE r.buyer_id = $viewer
RETURN COUNT { MATCH (r)<-[:ANSWERS]-(a:Bid) WHERE a.state IN ['open', 'won', 'lost'] } AS bids
"""


def count_bids_of_own(tx: Tx, request_id: str, *, viewer: str) -> int:
    """How many bids a request of the viewer's firm has received; 0 when it is not its own."""
    entry = row(tx, COUNT_RECEIVED, id=request_id, viewer=viewer)
    return entry["bids"] if entry else 0


CONCERNED = """
MATCH (r:PartsRequest {id: $id})-[:INVITES]->(f:Firm) RETURN f.id AS id LIMIT 5000
UNION
MATCH (r:PartsRequest {id: $id})<-[:ANSWERS]-(a:Bid) WHERE a.state IN ['draft', 'open']
RETURN a.firm_id AS id LIMIT 5000
"""


def list_concerned(tx: Tx, request_id: str) -> list[str]:
    """Ids of the firms that a request invites or that work on a bid: whom a change concerns."""
    return sorted(entry["id"] for entry in rows(tx, CONCERNED, id=request_id))


DUE = """
MATCH (w:OpenDeadline) WHERE w.deadline <= $now
MATCH (r:PartsRequest {id: w.id}) WHERE r.state = 'open'
  AND (coalesce(r.opening, 'deadline') <> 'two_people'
       OR NOT EXISTS { MATCH (r)<-[:ANSWERS]-(b:Bid) WHERE b.state = 'open' })
RETURN r.id AS id, r.buyer_id AS buyer_id ORDER BY r.deadline LIMIT 200
"""


def list_due(tx: Tx, *, now: datetime) -> list[DueRequest]:
    """Open requests whose deadline has come, for the clock alone; those that two people open are
    left out unless nobody bid.
    """
    return [DueRequest(**entry) for entry in rows(tx, DUE, now=to_text(now))]


BID_NAMES = """
MATCH (b:Bid {id: $id})-[:ANSWERS]->(r:PartsRequest)
WHERE b.firm_id = $viewer OR r.buyer_id = $viewer
MATCH (f:Firm {id: b.firm_id})
MATCH (buyer:Firm {id: r.buyer_id})
RETURN buyer.name AS buyer, f.name AS bidder LIMIT 1
"""


def name_firms_of_bid(tx: Tx, bid_id: str, *, viewer: str) -> tuple[str, str]:
    """The names of the buyer and of the bidder of a bid that ``bids.get`` lets the viewer see."""
    entry = row(tx, BID_NAMES, id=bid_id, viewer=viewer)
    return (entry["buyer"], entry["bidder"]) if entry else ("", "")
