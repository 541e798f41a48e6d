"""How firms answer what is put to them: invitations and orders, counted on their capabilities.

Each is counted once, by the reaction to the event that ends it, for every category it concerns; and
only what a verified firm asked: else a stranger could invite somebody a hundred times, and every
invitation without an answer would stand in the record that all buyers see.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from supplychain.graph.engine.transactions import Tx, nonce, row, rows, run
from supplychain.model.ids import to_instant

INVITED = """
MATCH (r:PartsRequest {id: $request_id})-[i:INVITES]->(f:Firm)
OPTIONAL MATCH (b:Bid {request_id: $request_id})
WHERE b.firm_id = f.id AND b.submitted_at IS NOT NULL
WITH f.id AS firm_id, i.invited_at AS asked_at, i.declined_at AS declined_at,
     min(b.submitted_at) AS submitted_at
RETURN firm_id, asked_at, coalesce(submitted_at, declined_at) AS answered_at
ORDER BY firm_id LIMIT 5000
"""

CATEGORIES = """
MATCH (b:Firm)-[:POSTED]->(r:PartsRequest {id: $request_id}) WHERE b.verified_at IS NOT NULL
MATCH (r)-[:HAS_LINE]->(l:RequestLine)
RETURN collect(DISTINCT l.category_id) AS category_ids LIMIT 1
"""


def count_invitations(tx: Tx, request_id: str) -> None:
    """Count the answers to the invitations of a request that is over: a bid or a refusal."""
    invited = rows(tx, INVITED, request_id=request_id)
    lines = row(tx, CATEGORIES, request_id=request_id)
    for category_id in sorted(filter(None, lines["category_ids"] if lines else [])):
        _count_answers(tx, [_read_answer(entry, category_id) for entry in invited])


ANSWERED = """
MATCH (o:Order {id: $order_id})-[:BOUGHT_BY]->(b:Firm)
WHERE b.verified_at IS NOT NULL AND (o.depth = 0 OR o.offered_at IS NOT NULL)
MATCH (o)-[:HAS_LINE]->(l:OrderLine)
RETURN o.supplier_id AS firm_id, coalesce(o.offered_at, o.created_at) AS asked_at,
       CASE WHEN o.state = 'expired' THEN null ELSE $at END AS answered_at,
       collect(DISTINCT l.category_id) AS category_ids LIMIT 1
"""


def count_order(tx: Tx, order_id: str, *, at: str) -> None:
    """Count the answer to an order that was accepted, declined or left to expire at ``at``.

    A share that was never offered to its peer asked nothing of it.
    """
    order = row(tx, ANSWERED, order_id=order_id, at=at)
    if order is not None:
        categories = sorted(filter(None, order["category_ids"]))
        _count_answers(tx, [_read_answer(order, category_id) for category_id in categories])


def _read_answer(entry: dict[str, Any], category_id: str) -> dict[str, Any]:
    """What one answer adds to the counters of a capability; hours are counted up to whole ones."""
    answered_at = entry["answered_at"]
    hours = 0
    if answered_at is not None:
        took = to_instant(answered_at) - to_instant(entry["asked_at"])
        hours = max(0, -(-took // timedelta(hours=1)))
    return {
        "id": f"{entry['firm_id']}|{category_id}",
        "answered": int(answered_at is not None),
        "hours": hours,
    }


LOCK = "UNWIND $ids AS id MATCH (c:Capability {id: id}) SET c.lock = $nonce"

COUNT = """
UNWIND $answers AS a
MATCH (c:Capability {id: a.id})
SET c.asked = coalesce(c.asked, 0) + 1, c.answered = coalesce(c.answered, 0) + a.answered,
    c.answer_hours_sum = coalesce(c.answer_hours_sum, 0) + a.hours
"""


def _count_answers(tx: Tx, answers: list[dict[str, Any]]) -> None:
    """Add to the counters of capabilities that are there; ids in order."""
    if answers:
        run(tx, LOCK, ids=[answer["id"] for answer in answers], nonce=nonce())
        run(tx, COUNT, answers=answers)
