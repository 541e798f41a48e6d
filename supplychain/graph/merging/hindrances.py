"""What keeps two firms from being one: dealings between them, and what there can be one of."""

from __future__ import annotations

from typing import Final, LiteralString

from supplychain.graph.engine.transactions import Tx, rows
from supplychain.model.merging import MAX_NAMED_LINES

GROUPS = """
MATCH (:Firm {id: $drop_id})-[d:BELONGS_TO|LEADS|JOINS]->(c)<-[k:BELONGS_TO|LEADS|JOINS]-
      (:Firm {id: $keep_id})
RETURN DISTINCT coalesce(c.name, c.id) AS name LIMIT $limit
"""

ORDERS = """
MATCH (:Firm {id: $drop_id})<-[:BOUGHT_BY|SUPPLIED_BY]-(o:Order)
MATCH (n:Order {root_id: o.root_id})
WHERE $keep_id IN coalesce(n.firm_path, []) + [n.buyer_id, n.supplier_id]
  AND $drop_id IN coalesce(n.firm_path, []) + [n.buyer_id, n.supplier_id]
RETURN DISTINCT n.number AS name LIMIT $limit
UNION
MATCH (:Firm {id: $drop_id})<-[:BOUGHT_BY|SUPPLIED_BY]-(o:Order)
      -[:BOUGHT_BY|SUPPLIED_BY]->(:Firm {id: $keep_id})
RETURN DISTINCT o.number AS name LIMIT $limit
"""

DELIVERIES = """
MATCH (d:Delivery {supplier_id: $drop_id}) WHERE d.buyer_id = $keep_id
RETURN d.id AS name LIMIT $limit
UNION
MATCH (d:Delivery {buyer_id: $drop_id}) WHERE d.supplier_id = $keep_id
RETURN d.id AS name LIMIT $limit
"""

OWN_BIDS = """
MATCH (:Firm {id: $drop_id})-[:POSTED]->(r:PartsRequest)<-[:ANSWERS]-(b:Bid)
      <-[:PLACED]-(:Firm {id: $keep_id})
RETURN DISTINCT r.number AS name LIMIT $limit
UNION
MATCH (:Firm {id: $keep_id})-[:POSTED]->(r:PartsRequest)<-[:ANSWERS]-(b:Bid)
      <-[:PLACED]-(:Firm {id: $drop_id})
RETURN DISTINCT r.number AS name LIMIT $limit
"""

TWO_BIDS = """
MATCH (:Firm {id: $drop_id})-[:PLACED]->(b:Bid)-[:ANSWERS]->(r:PartsRequest)
      <-[:ANSWERS]-(o:Bid)<-[:PLACED]-(:Firm {id: $keep_id})
WHERE b.state IN ['draft', 'open'] AND o.state IN ['draft', 'open']
  AND r.state IN ['open', 'evaluating']
RETURN DISTINCT r.number AS name LIMIT $limit
"""

SEALED_BIDS = """
MATCH (:Firm {id: $drop_id})-[:PLACED]->(b:Bid)-[:ANSWERS]->(r:PartsRequest)
WHERE b.state = 'open' AND r.state = 'open'
RETURN DISTINCT r.number AS name LIMIT $limit
"""

JOBS = """
MATCH (j:Job {state: 'queued'}) WHERE j.firm_id = $drop_id
RETURN DISTINCT j.kind AS name LIMIT $limit
UNION
MATCH (j:Job {state: 'running'}) WHERE j.firm_id = $drop_id
RETURN DISTINCT j.kind AS name LIMIT $limit
"""

BATCHES = """
MATCH (b:DeliveryBatch {state: 'undoing'}) WHERE b.firm_id = $drop_id
RETURN b.name AS name LIMIT $limit
"""

QUERIES: Final[dict[str, LiteralString]] = {
    "groups": GROUPS,
    "orders": ORDERS,
    "deliveries": DELIVERIES,
    "own_bids": OWN_BIDS,
    "two_bids": TWO_BIDS,
    "sealed_bids": SEALED_BIDS,
    "jobs": JOBS,
    "batches": BATCHES,
}


def list_hindrances(tx: Tx, *, keep_id: str, drop_id: str) -> dict[str, list[str]]:
    """What forbids that one locked firm takes another in, by kind; a few names of each."""
    values = {"keep_id": keep_id, "drop_id": drop_id, "limit": MAX_NAMED_LINES + 1}
    return {
        kind: [str(one["name"]) for one in rows(tx, query, **values)]
        for kind, query in QUERIES.items()
    }
