"""Deliveries of a twin and what is counted of them, moved to the firm that stays."""

from __future__ import annotations

import json

from supplychain.graph import deliveries, open_deliveries
from supplychain.graph.engine.transactions import Tx, nonce, row, rows, run
from supplychain.graph.track_records import Pair, list_buyer_pairs, write_track_records

SUPPLIED = """
MATCH (d:Delivery {supplier_id: $firm_id}) WHERE d.category_id IS NOT NULL
RETURN collect(DISTINCT d.category_id) AS names LIMIT 1
"""

MOVE_SUPPLIED = """
MATCH (d:Delivery {supplier_id: $drop_id})
SET d.supplier_id = $keep_id, d.lock = $nonce
"""

MOVE_BOUGHT = """
MATCH (d:Delivery {buyer_id: $drop_id})
SET d.buyer_id = $keep_id, d.lock = $nonce
"""

MOVE_BATCHES = "MATCH (b:DeliveryBatch {firm_id: $drop_id}) SET b.firm_id = $keep_id"

JOIN_SPOKEN = """
MATCH (:Firm {id: $drop_id})<-[s:SPEAKS_OF]-(b:DeliveryBatch)-[n:SPEAKS_OF]->(:Firm {id: $keep_id})
SET n.claimed = n.claimed + s.claimed, n.confirmed = n.confirmed + s.confirmed,
    n.disputed = n.disputed + s.disputed
DELETE s
"""

MOVE_SPOKEN = """
MATCH (b:DeliveryBatch)-[s:SPEAKS_OF]->(:Firm {id: $drop_id})
MATCH (k:Firm {id: $keep_id})
CREATE (b)-[n:SPEAKS_OF]->(k)
SET n += properties(s)
DELETE s
"""

FORGET_OWN_WORD = "MATCH (r:BuyerRecord {buyer_id: $drop_id}) DELETE r"

FORGET_WORDS = """
UNWIND $ids AS id
MATCH (r:BuyerRecord {capability_id: id}) DELETE r
"""


def move_records(tx: Tx, *, keep_id: str, drop_id: str) -> list[Pair]:
    """Move the ledger of a locked firm and its batches; the pairs that must be counted anew."""
    ids = {"keep_id": keep_id, "drop_id": drop_id}
    categories = (row(tx, SUPPLIED, firm_id=drop_id) or {"names": []})["names"]
    bought = list_buyer_pairs(tx, drop_id)
    _rewrite_replaced(tx, keep_id, drop_id)
    run(tx, MOVE_SUPPLIED, **ids, nonce=nonce())
    run(tx, MOVE_BOUGHT, **ids, nonce=nonce())
    open_deliveries.move_lines(tx, **ids)
    run(tx, MOVE_BATCHES, **ids)
    run(tx, JOIN_SPOKEN, **ids)
    run(tx, MOVE_SPOKEN, **ids)
    run(tx, FORGET_OWN_WORD, drop_id=drop_id)
    run(tx, FORGET_WORDS, ids=[f"{drop_id}|{each}" for each in categories])
    own = (row(tx, SUPPLIED, firm_id=keep_id) or {"names": []})["names"]
    # Both firms' word is one from now on: it has one weight, and counts as that of the one left.
    return [
        *((keep_id, each) for each in own),
        *list_buyer_pairs(tx, keep_id),
        *bought,
    ]


def count_records_anew(tx: Tx, pairs: list[Pair]) -> None:
    """Set the counters of these pairs to what the ledger says, now that all of it is one."""
    write_track_records(tx, pairs)


REPLACED = """
MATCH (k:ReplacedDelivery) WHERE k.line CONTAINS $text
RETURN k.id AS id, k.line AS line ORDER BY id LIMIT 100000
"""

REWRITE = """
UNWIND $replaced AS one
MATCH (k:ReplacedDelivery {id: one.id})
SET k.line = one.line
"""


def _rewrite_replaced(tx: Tx, keep_id: str, drop_id: str) -> None:
    """Let what undoing an import would bring back speak of the firm that stays."""
    replaced = rows(tx, REPLACED, text=json.dumps(drop_id))
    for one in replaced:
        line = deliveries.swap_party(json.loads(one["line"]), keep_id=keep_id, drop_id=drop_id)
        one["line"] = json.dumps(line)
    run(tx, REWRITE, replaced=replaced)
