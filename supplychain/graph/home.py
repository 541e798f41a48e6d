"""What waits for a firm and what it started: one query each, every branch bounded.

All branches return the same columns: ``kind``, the ``id`` of the thing to open, its ``number`` and
``title``, the ``other`` firm's name, how many (``n``), and ``at``: the instant by which, or since
when, it waits.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from supplychain.graph.engine.transactions import Tx, row, rows
from supplychain.model.home import FirmRecord, HomeTask, StartedItem
from supplychain.model.ids import to_text

CLAIM_DAYS: Final = 90
"""For so long an import that nobody answers is a task; its page keeps it for good."""

WAITING = """
MATCH (v:Firm {id: $viewer})<-[i:INVITES]-(r:PartsRequest {state: 'open'})<-[:POSTED]-(b:Firm)
WHERE r.deadline > $now AND i.declined_at IS NULL
OPTIONAL MATCH (v)-[:PLACED]->(bid:Bid)-[:ANSWERS]->(r) WHERE bid.state IN ['draft', 'open']
WITH r, b, bid WHERE bid IS NULL OR bid.state = 'draft'
RETURN CASE WHEN bid IS NULL THEN 'invitation' ELSE 'bid_draft' END AS kind, r.id AS id,
       r.number AS number, r.title AS title, b.name AS other, 1 AS n, r.deadline AS at
ORDER BY at, id LIMIT 20
UNION ALL
MATCH (v:Firm {id: $viewer})-[:POSTED]->(r:PartsRequest {state: 'draft'})
RETURN 'request_draft' AS kind, r.id AS id, r.number AS number, r.title AS title, '' AS other,
       1 AS n, r.created_at AS at
ORDER BY at DESC, id LIMIT 20
UNION ALL
MATCH (v:Firm {id: $viewer})-[:POSTED]->(r:PartsRequest {state: 'evaluating'})
RETURN 'bids_to_compare' AS kind, r.id AS id, r.number AS number, r.title AS title, '' AS other,
       COUNT { MATCH (r)<-[:ANSWERS]-(x:Bid) WHERE x.state = 'open' } AS n, r.opened_at AS at
ORDER BY at, id LIMIT 20
UNION ALL
MATCH (v:Firm {id: $viewer})-[:POSTED]->(r:PartsRequest {state: 'open'})
WHERE r.opening = 'two_people' AND r.deadline <= $now
RETURN 'bids_to_open' AS kind, r.id AS id, r.number AS number, r.title AS title, '' AS other,
       1 AS n, r.deadline AS at
ORDER BY at, id LIMIT 20
UNION ALL
MATCH (v:Firm {id: $viewer})<-[:SUPPLIED_BY]-(o:Order {state: 'offered'})-[:BOUGHT_BY]->(b:Firm)
WHERE o.ends_at IS NULL OR o.ends_at > $now
RETURN CASE WHEN o.depth > 0 THEN 'share_to_accept' ELSE 'order_to_accept' END AS kind,
       o.id AS id, o.number AS number, '' AS title, b.name AS other, 1 AS n, o.ends_at AS at
ORDER BY at, id LIMIT 20
UNION ALL
MATCH (s:Order {root_buyer_id: $viewer}) WHERE s.state = 'awaiting_consent' AND s.ends_at > $now
MATCH (s)-[:BOUGHT_BY]->(b:Firm)
RETURN 'consent' AS kind, s.id AS id, s.number AS number, '' AS title, b.name AS other,
       1 AS n, s.ends_at AS at
ORDER BY at, id LIMIT 20
UNION ALL
MATCH (v:Firm {id: $viewer})<-[:BOUGHT_BY]-(o:Order)-[:SUPPLIED_BY]->(f:Firm)
WHERE o.state IN ['accepted', 'in_production', 'shipped']
MATCH (o)-[:HAS_LINE]->(l:OrderLine) WHERE l.shipped_quantity > l.received_quantity
WITH o, f, count(l) AS n
OPTIONAL MATCH (o)-[:HAS_LINE]->(:OrderLine)<-[:CONCERNS]-(s:Shipment)
WITH o, f, n, max(s.at) AS at
RETURN 'to_receive' AS kind, o.id AS id, o.number AS number, '' AS title, f.name AS other,
       n AS n, at AS at
ORDER BY at, id LIMIT 20
UNION ALL
MATCH (v:Firm {id: $viewer})-[b:BELONGS_TO {state: 'invited'}]->(c:Chain)<-[:LEADS]-(l:Firm)
RETURN 'chain_invitation' AS kind, c.id AS id, '' AS number, c.name AS title, l.name AS other,
       1 AS n, b.since AS at
ORDER BY at, id LIMIT 20
UNION ALL
MATCH (v:Firm {id: $viewer})-[b:JOINS {state: 'invited'}]->(c:Cluster)<-[:FOUNDED]-(l:Firm)
RETURN 'cluster_invitation' AS kind, c.id AS id, '' AS number, c.name AS title, l.name AS other,
       1 AS n, b.since AS at
ORDER BY at, id LIMIT 20
UNION ALL
MATCH (v:Firm {id: $viewer})-[r:SUPPLIES]-(o:Firm)
WHERE r.claimed_by = o.id AND NOT r.witnessed AND r.refused_at IS NULL
WITH o, count(r) AS n, min(r.changed_at) AS at
RETURN 'relations_to_answer' AS kind, o.id AS id, '' AS number, '' AS title, o.name AS other,
       n AS n, at AS at
ORDER BY at, id LIMIT 20
UNION ALL
MATCH (v:Firm {id: $viewer})<-[s:SPEAKS_OF]-(d:DeliveryBatch)
WHERE s.claimed > 0 AND d.at > $since
MATCH (b:Firm {id: d.firm_id})
RETURN 'claims_to_answer' AS kind, d.id AS id, '' AS number, '' AS title, b.name AS other,
       s.claimed AS n, d.at AS at
ORDER BY at DESC, id LIMIT 20
UNION ALL
MATCH (i:ColleagueInvite {firm_id: $viewer}) WHERE i.accepted_at IS NULL AND i.ends_at > $now
RETURN 'colleague_pending' AS kind, i.id AS id, '' AS number, i.email AS title, '' AS other,
       1 AS n, i.ends_at AS at
ORDER BY at, id LIMIT 20
"""


def list_waiting(tx: Tx, *, viewer: str, now: datetime) -> list[HomeTask]:
    """All that waits for the viewer's firm, up to 20 of each kind."""
    since = to_text(now - timedelta(days=CLAIM_DAYS))
    waiting = rows(tx, WAITING, viewer=viewer, now=to_text(now), since=since)
    return [HomeTask(**record) for record in waiting]


STARTED = """
MATCH (v:Firm {id: $viewer})-[:POSTED]->(r:PartsRequest)
WHERE r.state IN ['open', 'evaluating', 'awarded', 'failed']
WITH r ORDER BY r.created_at DESC, r.id LIMIT 5
RETURN 'request' AS kind, r.id AS id, r.number AS number, r.title AS title, r.state AS state,
       r.created_at AS at
UNION ALL
MATCH (v:Firm {id: $viewer})-[:PLACED]->(b:Bid)-[:ANSWERS]->(r:PartsRequest)
WHERE b.state IN ['open', 'won', 'lost']
WITH b, r ORDER BY b.created_at DESC, b.id LIMIT 5
RETURN 'bid' AS kind, r.id AS id, r.number AS number, r.title AS title, b.state AS state,
       coalesce(b.submitted_at, b.created_at) AS at
UNION ALL
MATCH (v:Firm {id: $viewer})<-[:BOUGHT_BY]-(o:Order {depth: 1})-[:SUPPLIED_BY]->(f:Firm)
WITH o, f ORDER BY o.created_at DESC, o.id LIMIT 5
RETURN 'share' AS kind, o.id AS id, o.number AS number, f.name AS title, o.state AS state,
       o.created_at AS at
"""


def list_started(tx: Tx, *, viewer: str) -> list[StartedItem]:
    """The newest requests, bids and shares of the viewer's firm, up to five of each."""
    return [StartedItem(**record) for record in rows(tx, STARTED, viewer=viewer)]


STANDING = """
MATCH (v:Firm {id: $viewer})
RETURN COUNT { (v)-[:CAN_MAKE]->(:Capability) } AS capabilities,
       COUNT { (v)-[:POSTED]->(:PartsRequest) } AS requests,
       COUNT { (v)-[:PLACED]->(:Bid) } AS bids,
       COUNT { (v)-[:LEADS]->(:Chain) } + COUNT { (v)-[:BELONGS_TO]->(:Chain) } AS chains,
       COUNT { (v)<-[:WORKS_FOR]-(:User) } AS colleagues
LIMIT 1
"""


def count_standing(tx: Tx, *, viewer: str) -> FirmRecord:
    """How much a firm has on record: decides which first step an empty home page teaches."""
    record = row(tx, STANDING, viewer=viewer)
    return FirmRecord(**record) if record is not None else FirmRecord()
