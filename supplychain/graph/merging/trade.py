"""Requests, invitations, bids and orders of a twin, moved to the firm that stays."""

from __future__ import annotations

import json
from typing import Any

from supplychain.graph import trays
from supplychain.graph.engine.transactions import Tx, nonce, rows, run
from supplychain.graph.history import write_keys
from supplychain.graph.list_keys import with_owner
from supplychain.graph.orders import partners
from supplychain.model.merging import swap_firm
from supplychain.model.trays import trays_of_order, trays_of_request


def move_trade(tx: Tx, *, keep_id: str, drop_id: str) -> None:
    """Move all trade of a locked firm; nothing of it may be between the two."""
    _move_requests(tx, keep_id, drop_id)
    _move_invitations(tx, keep_id, drop_id)
    _move_bids(tx, keep_id, drop_id)
    _move_orders(tx, keep_id, drop_id)
    trays.drop_trays(tx, drop_id)
    _withdraw_rankings(tx, keep_id, drop_id)


REQUESTS = """
MATCH (:Firm {id: $drop_id})-[:POSTED]->(r:PartsRequest)
RETURN 'PartsRequest' AS label, r.id AS id, $keep_id AS owner, '' AS other, r.state AS state,
       r.created_at AS at, 0 AS depth
ORDER BY id LIMIT 100000
"""

MOVE_STUDIES = """
MATCH (:Firm {id: $drop_id})-[:POSTED]->(:PartsRequest)<-[:STUDIES]-(s:AwardStudy)
SET s.firm_id = $keep_id
"""

MOVE_JOBS = """
MATCH (:Firm {id: $drop_id})-[:POSTED]->(r:PartsRequest)
MATCH (j:Job {about_id: r.id}) WHERE j.firm_id = $drop_id
SET j.firm_id = $keep_id
"""

MOVE_STUDY_JOBS = """
MATCH (:Firm {id: $drop_id})-[:POSTED]->(:PartsRequest)<-[:STUDIES]-(s:AwardStudy)
MATCH (j:Job {about_id: s.id}) WHERE j.firm_id = $drop_id
SET j.firm_id = $keep_id
"""

MOVE_REQUESTS = """
MATCH (:Firm {id: $drop_id})-[p:POSTED]->(r:PartsRequest)
MATCH (k:Firm {id: $keep_id})
CREATE (k)-[:POSTED]->(r)
SET r.lock = $nonce, r.buyer_id = $keep_id, r.version = coalesce(r.version, 0) + 1
DELETE p
"""

MOVE_HELD_FOR = "MATCH (h:Hold {buyer_id: $drop_id}) SET h.buyer_id = $keep_id"


def _move_requests(tx: Tx, keep_id: str, drop_id: str) -> None:
    ids = {"keep_id": keep_id, "drop_id": drop_id}
    requests = rows(tx, REQUESTS, **ids)
    run(tx, MOVE_STUDY_JOBS, **ids)
    run(tx, MOVE_STUDIES, **ids)
    run(tx, MOVE_JOBS, **ids)
    run(tx, MOVE_REQUESTS, **ids, nonce=nonce())
    run(tx, MOVE_HELD_FOR, **ids)
    write_keys(tx, requests)
    lying = {one["id"]: trays_of_request(one["state"], buyer_id=keep_id) for one in requests}
    trays.keep_requests(tx, lying)


MOVE_INVITES = """
MATCH (r:PartsRequest)-[i:INVITES]->(:Firm {id: $drop_id})
MATCH (k:Firm {id: $keep_id})
WHERE r.buyer_id <> $keep_id AND NOT EXISTS { MATCH (r)-[:INVITES]->(k) }
CREATE (r)-[n:INVITES]->(k)
SET n += properties(i)
DELETE i
"""

FORGET_INVITES = "MATCH (:PartsRequest)-[i:INVITES]->(:Firm {id: $drop_id}) DELETE i"

FORGET_OWN = """
MATCH (k:Firm {id: $keep_id})<-[i:INVITES]-(:PartsRequest)<-[:POSTED]-(k)
DELETE i
"""


INVITED = """
MATCH (n:Invitation {firm_id: $drop_id})
OPTIONAL MATCH (r:PartsRequest {id: n.request_id})
OPTIONAL MATCH (k:Invitation {id: n.request_id + '|' + $keep_id})
RETURN n.id AS id, n.request_id AS request_id, n.list_key AS list_key, n.open_key AS open_key,
       k IS NULL AND coalesce(r.buyer_id, '') <> $keep_id AS is_moved
ORDER BY id LIMIT 100000
"""

MOVE_INVITED = """
UNWIND $invited AS one
MATCH (n:Invitation {id: one.id})
SET n.id = one.new_id, n.firm_id = $keep_id, n.list_key = one.list_key, n.open_key = one.open_key
"""

FORGET_INVITED = "MATCH (n:Invitation {firm_id: $drop_id}) DELETE n"

FORGET_OWN_INVITED = """
MATCH (:Firm {id: $keep_id})-[:POSTED]->(r:PartsRequest)
MATCH (n:Invitation {id: r.id + '|' + $keep_id})
DELETE n
"""


def _move_invitations(tx: Tx, keep_id: str, drop_id: str) -> None:
    """A firm is invited once, and not by itself."""
    run(tx, MOVE_INVITES, keep_id=keep_id, drop_id=drop_id)
    run(tx, FORGET_INVITES, drop_id=drop_id)
    run(tx, FORGET_OWN, keep_id=keep_id)
    invited = [
        {
            "id": one["id"],
            "new_id": f"{one['request_id']}|{keep_id}",
            "list_key": with_owner(one["list_key"], keep_id),
            "open_key": one["open_key"] and with_owner(one["open_key"], keep_id),
        }
        for one in rows(tx, INVITED, keep_id=keep_id, drop_id=drop_id)
        if one["is_moved"]
    ]
    run(tx, MOVE_INVITED, invited=invited, keep_id=keep_id)
    run(tx, FORGET_INVITED, drop_id=drop_id)
    run(tx, FORGET_OWN_INVITED, keep_id=keep_id)


BIDS = """
MATCH (:Firm {id: $drop_id})-[:PLACED]->(b:Bid)
RETURN 'Bid' AS label, b.id AS id, $keep_id AS owner, '' AS other, b.state AS state,
       b.created_at AS at, 0 AS depth, b.request_id AS request_id,
       b.live_key IS NOT NULL AND NOT EXISTS {
           MATCH (:Firm {id: $keep_id})-[:PLACED]->(o:Bid)
           WHERE o.request_id = b.request_id AND o.live_key IS NOT NULL } AS is_live
ORDER BY id LIMIT 100000
"""

MOVE_BIDS = """
UNWIND $bids AS one
MATCH (:Firm {id: $drop_id})-[p:PLACED]->(b:Bid {id: one.id})
MATCH (k:Firm {id: $keep_id})
CREATE (k)-[:PLACED]->(b)
SET b.lock = $nonce, b.firm_id = $keep_id, b.live_key = one.live_key,
    b.receipt_firm_id = CASE WHEN b.receipt_number IS NULL THEN null
                             ELSE coalesce(b.receipt_firm_id, $drop_id) END,
    b.version = CASE WHEN b.state = 'open' THEN b.version + 1 ELSE b.version END
DELETE p
"""

MOVE_HOLDS = "MATCH (h:Hold {firm_id: $drop_id}) SET h.firm_id = $keep_id"


def _move_bids(tx: Tx, keep_id: str, drop_id: str) -> None:
    """A receipt names the firm that it was given to; of two decided bids one has no live key.

    An opened bid is another version from now on, so that no award is made by a study that knows
    its firm by another id.
    """
    ids = {"keep_id": keep_id, "drop_id": drop_id}
    bids = rows(tx, BIDS, **ids)
    for one in bids:
        one["live_key"] = f"{one['request_id']}|{keep_id}" if one["is_live"] else None
    run(tx, MOVE_BIDS, bids=bids, **ids, nonce=nonce())
    run(tx, MOVE_HOLDS, **ids)
    write_keys(tx, bids)


ORDERS = """
MATCH (:Firm {id: $drop_id})<-[:BOUGHT_BY|SUPPLIED_BY]-(o:Order)
WITH collect(DISTINCT o.root_id) AS roots
UNWIND roots AS root_id
MATCH (n:Order {root_id: root_id})
WHERE $drop_id IN coalesce(n.firm_path, []) + [n.buyer_id, n.supplier_id, n.root_buyer_id]
RETURN 'Order' AS label, n.id AS id, n.buyer_id AS owner, n.supplier_id AS other,
       n.root_buyer_id AS root, n.state AS state, n.created_at AS at,
       coalesce(n.depth, 0) AS depth, coalesce(n.firm_path, []) AS firm_path
ORDER BY id LIMIT 100000
"""

SET_FIRMS = """
UNWIND $orders AS one
MATCH (o:Order {id: one.id})
SET o.lock = $nonce, o.buyer_id = one.owner, o.supplier_id = one.other,
    o.root_buyer_id = one.root, o.firm_path = one.firm_path, o.version = coalesce(o.version, 0) + 1
"""

MOVE_BOUGHT = """
MATCH (o:Order)-[b:BOUGHT_BY]->(:Firm {id: $drop_id})
MATCH (k:Firm {id: $keep_id})
CREATE (o)-[:BOUGHT_BY]->(k)
DELETE b
"""

MOVE_SUPPLIED = """
MATCH (o:Order)-[s:SUPPLIED_BY]->(:Firm {id: $drop_id})
MATCH (k:Firm {id: $keep_id})
CREATE (o)-[:SUPPLIED_BY]->(k)
DELETE s
"""


SELL_LINES = """
UNWIND $orders AS one
MATCH (o:Order {id: one.id})-[:HAS_LINE]->(l:OrderLine) WHERE l.part_id IS NOT NULL
SET l.sold_key = one.other + '|' + l.part_id
"""


def _move_orders(tx: Tx, keep_id: str, drop_id: str) -> None:
    partners.swap_supplier(tx, keep_id=keep_id, drop_id=drop_id)
    orders = [_swap_order(one, keep_id, drop_id) for one in rows(tx, ORDERS, drop_id=drop_id)]
    run(tx, SET_FIRMS, orders=orders, nonce=nonce())
    run(tx, SELL_LINES, orders=orders)
    run(tx, MOVE_BOUGHT, keep_id=keep_id, drop_id=drop_id)
    run(tx, MOVE_SUPPLIED, keep_id=keep_id, drop_id=drop_id)
    write_keys(tx, orders)
    lying = {
        one["id"]: trays_of_order(
            one["state"],
            buyer_id=one["owner"],
            supplier_id=one["other"],
            root_buyer_id=one["root"],
        )
        for one in orders
    }
    trays.keep_orders(tx, lying)


def _swap_order(one: dict[str, Any], keep_id: str, drop_id: str) -> dict[str, Any]:
    names = ("owner", "other", "root")
    sides = swap_firm([one[name] for name in names], keep_id=keep_id, drop_id=drop_id)
    path = swap_firm(one["firm_path"], keep_id=keep_id, drop_id=drop_id)
    return {**one, **dict(zip(names, sides, strict=True)), "firm_path": path}


WITHDRAW = """
UNWIND ['draft', 'open', 'evaluating'] AS state
MATCH (r:PartsRequest {state: state})-[:HAS_LINE]->(:RequestLine)-[:RANKED]->(k:Ranking)
WHERE k.rows CONTAINS $twin OR (r.buyer_id = $keep_id AND k.rows CONTAINS $own)
DETACH DELETE k
"""


def _withdraw_rankings(tx: Tx, keep_id: str, drop_id: str) -> None:
    """Rankings that name a firm that is gone, or their own buyer, are ranked anew."""
    run(tx, WITHDRAW, twin=json.dumps(drop_id), own=json.dumps(keep_id), keep_id=keep_id)
