"""Who of the buyer's firm agreed to open the bids of a request that two people open."""

from __future__ import annotations

from datetime import datetime

from supplychain.graph.engine.transactions import Tx, row, rows, run
from supplychain.model.ids import to_text
from supplychain.model.parts_requests.openings import Agreement

LIST = """
MATCH (r:PartsRequest {id: $request_id}) WHERE r.buyer_id = $viewer
MATCH (r)-[:HAS_AGREEMENT]->(a:OpeningAgreement)
MATCH (u:User {id: a.user_id})
RETURN a.user_id AS user_id, u.name AS name, a.at AS at,
       u.disabled_at IS NULL AND EXISTS {
           MATCH (u)-[w:WORKS_FOR]->(f:Firm)
           WHERE f.id = $viewer AND w.role IN ['owner', 'buyer']
       } AS counts
ORDER BY at, user_id LIMIT 100
"""


def list_agreements(tx: Tx, request_id: str, *, viewer: str) -> list[Agreement]:
    """Who agreed to open the bids of the viewer's own request, the first one first."""
    return [Agreement(**entry) for entry in rows(tx, LIST, request_id=request_id, viewer=viewer)]


ADD = """
MATCH (r:PartsRequest {id: $request_id})
CREATE (r)-[:HAS_AGREEMENT]->(a:OpeningAgreement {id: $id, request_id: $request_id,
    user_id: $user_id, at: $at})
"""


def add(tx: Tx, request_id: str, user_id: str, *, at: datetime) -> None:
    """Write down that a user agrees; the request must be locked."""
    run(
        tx,
        ADD,
        id=f"{request_id}|{user_id}",
        request_id=request_id,
        user_id=user_id,
        at=to_text(at),
    )


REMOVE = "UNWIND $ids AS id MATCH (a:OpeningAgreement {id: id}) DETACH DELETE a"


def remove(tx: Tx, request_id: str, user_ids: list[str]) -> None:
    """Take agreements back; the request must be locked."""
    if user_ids:
        run(tx, REMOVE, ids=[f"{request_id}|{user_id}" for user_id in user_ids])


OPENERS = """
MATCH (u:User {firm_id: $firm_id})-[w:WORKS_FOR]->(:Firm)
WHERE u.disabled_at IS NULL AND w.role IN ['owner', 'buyer']
RETURN count(u) AS openers
"""


def count_openers(tx: Tx, firm_id: str) -> int:
    """How many of a firm may open bids: its owners and buyers who can sign in."""
    entry = row(tx, OPENERS, firm_id=firm_id)
    return entry["openers"] if entry else 0
