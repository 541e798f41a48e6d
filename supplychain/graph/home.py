"""What waits for a firm and what it started: one query each, every branch bounded.

All branches return the same columns: ``kind``, the ``id`` of the thing to open, its ``number`` and
``title``, the ``other`` firm's name, how many (``n``), and ``at``: the instant by which, or since
when, it waits.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from supplychain.graph.engine.transactions import Tx, rows
from supplychain.graph.list_keys import span_of
from supplychain.graph.parts_requests import open_lists
from supplychain.model.home import FirmRecord, HomeTask, StartedItem
from supplychain.model.ids import to_text
from supplychain.model.trays import Side, tray_id

CLAIM_DAYS: Final = 90
"""For so long an import that nobody answers is a task; its page keeps it for good."""

MOST_INVITATION_ROWS: Final = 500
"""So many open invitations are looked at for those that wait for a bid, the soonest first."""

WAITING = """
MATCH (:Tray {id: $draft})<-[:LIES_IN]-(r:PartsRequest)
RETURN 'request_draft' AS kind, r.id AS id, r.number AS number, r.title AS title, '' AS other,
       1 AS n, r.created_at AS at
ORDER BY at DESC, id LIMIT 20
UNION ALL
MATCH (:Tray {id: $evaluating})<-[:LIES_IN]-(r:PartsRequest)
RETURN 'bids_to_compare' AS kind, r.id AS id, r.number AS number, r.title AS title, '' AS other,
       COUNT { MATCH (r)<-[:ANSWERS]-(x:Bid) WHERE x.state = 'open' } AS n, r.opened_at AS at
ORDER BY at, id LIMIT 20
UNION ALL
MATCH (:Tray {id: $open})<-[:LIES_IN]-(r:PartsRequest)
WHERE r.opening = 'two_people' AND r.deadline <= $now
RETURN 'bids_to_open' AS kind, r.id AS id, r.number AS number, r.title AS title, '' AS other,
       1 AS n, r.deadline AS at
ORDER BY at, id LIMIT 20
UNION ALL
MATCH (:Tray {id: $offered})<-[:LIES_IN]-(o:Order)-[:BOUGHT_BY]->(b:Firm)
WHERE o.ends_at IS NULL OR o.ends_at > $now
RETURN CASE WHEN o.depth > 0 THEN 'share_to_accept' ELSE 'order_to_accept' END AS kind,
       o.id AS id, o.number AS number, '' AS title, b.name AS other, 1 AS n, o.ends_at AS at
ORDER BY at, id LIMIT 20
UNION ALL
MATCH (:Tray {id: $consents})<-[:LIES_IN]-(s:Order) WHERE s.ends_at > $now
MATCH (s)-[:BOUGHT_BY]->(b:Firm)
RETURN 'consent' AS kind, s.id AS id, s.number AS number, '' AS title, b.name AS other,
       1 AS n, s.ends_at AS at
ORDER BY at, id LIMIT 20
UNION ALL
MATCH (:Tray {id: $accepted})<-[:LIES_IN]-(o:Order)-[:SUPPLIED_BY]->(f:Firm)
MATCH (o)-[:HAS_LINE]->(l:OrderLine) WHERE l.shipped_quantity > l.received_quantity
WITH o, f, count(l) AS n
OPTIONAL MATCH (o)-[:HAS_LINE]->(:OrderLine)<-[:CONCERNS]-(s:Shipment)
WITH o, f, n, max(s.at) AS at
RETURN 'to_receive' AS kind, o.id AS id, o.number AS number, '' AS title, f.name AS other,
       n AS n, at AS at
ORDER BY at, id LIMIT 20
UNION ALL
MATCH (:Tray {id: $in_production})<-[:LIES_IN]-(o:Order)-[:SUPPLIED_BY]->(f:Firm)
MATCH (o)-[:HAS_LINE]->(l:OrderLine) WHERE l.shipped_quantity > l.received_quantity
WITH o, f, count(l) AS n
OPTIONAL MATCH (o)-[:HAS_LINE]->(:OrderLine)<-[:CONCERNS]-(s:Shipment)
WITH o, f, n, max(s.at) AS at
RETURN 'to_receive' AS kind, o.id AS id, o.number AS number, '' AS title, f.name AS other,
       n AS n, at AS at
ORDER BY at, id LIMIT 20
UNION ALL
MATCH (:Tray {id: $shipped})<-[:LIES_IN]-(o:Order)-[:SUPPLIED_BY]->(f:Firm)
MATCH (o)-[:HAS_LINE]->(l:OrderLine) WHERE l.shipped_quantity > l.received_quantity
WITH o, f, count(l) AS n
OPTIONAL MATCH (o)-[:HAS_LINE]->(:OrderLine)<-[:CONCERNS]-(s:Shipment)
WITH o, f, n, max(s.at) AS at
RETURN 'to_receive' AS kind, o.id AS id, o.number AS number, '' AS title, f.name AS other,
       n AS n, at AS at
ORDER BY at, id LIMIT 20
UNION ALL
MATCH (:Tray {id: $chains})<-[:LIES_IN]-(n:TrayNote)
MATCH (c:Chain {id: n.about_id})<-[:LEADS]-(l:Firm)
RETURN 'chain_invitation' AS kind, c.id AS id, '' AS number, c.name AS title, l.name AS other,
       1 AS n, n.at AS at
ORDER BY at, id LIMIT 20
UNION ALL
MATCH (:Tray {id: $clusters})<-[:LIES_IN]-(n:TrayNote)
MATCH (c:Cluster {id: n.about_id})<-[:FOUNDED]-(l:Firm)
RETURN 'cluster_invitation' AS kind, c.id AS id, '' AS number, c.name AS title, l.name AS other,
       1 AS n, n.at AS at
ORDER BY at, id LIMIT 20
UNION ALL
MATCH (:Tray {id: $relations})<-[:LIES_IN]-(n:TrayNote)
WITH n.about_id AS claimer_id, count(n) AS claims, min(n.at) AS at
MATCH (o:Firm {id: claimer_id})
RETURN 'relations_to_answer' AS kind, o.id AS id, '' AS number, '' AS title, o.name AS other,
       claims AS n, at AS at
ORDER BY at, id LIMIT 20
UNION ALL
MATCH (:Tray {id: $batches})<-[:LIES_IN]-(n:TrayNote)
MATCH (d:DeliveryBatch {id: n.about_id}) WHERE d.at > $since
MATCH (b:Firm {id: d.firm_id})
RETURN 'claims_to_answer' AS kind, d.id AS id, '' AS number, '' AS title, b.name AS other,
       n.n AS n, d.at AS at
ORDER BY at DESC, id LIMIT 20
UNION ALL
MATCH (i:ColleagueInvite {firm_id: $viewer}) WHERE i.accepted_at IS NULL AND i.ends_at > $now
RETURN 'colleague_pending' AS kind, i.id AS id, '' AS number, i.email AS title, '' AS other,
       1 AS n, i.ends_at AS at
ORDER BY at, id LIMIT 20
"""

TRAYS: Final = {
    "draft": (Side.POSTED, "draft"),
    "open": (Side.POSTED, "open"),
    "evaluating": (Side.POSTED, "evaluating"),
    "offered": (Side.SUPPLIED, "offered"),
    "consents": (Side.CONSENTS, "awaiting_consent"),
    "accepted": (Side.BOUGHT, "accepted"),
    "in_production": (Side.BOUGHT, "in_production"),
    "shipped": (Side.BOUGHT, "shipped"),
    "chains": (Side.CHAINS, "invited"),
    "clusters": (Side.CLUSTERS, "invited"),
    "relations": (Side.RELATIONS, "claimed"),
    "batches": (Side.BATCHES, "claimed"),
}
"""Of which side and state are the trays that the page looks into."""


def list_waiting(tx: Tx, *, viewer: str, now: datetime) -> list[HomeTask]:
    """What waits for the viewer's firm but bids, up to 20 of each kind."""
    since = to_text(now - timedelta(days=CLAIM_DAYS))
    trays = {name: tray_id(viewer, side, state) for name, (side, state) in TRAYS.items()}
    waiting = rows(tx, WAITING, viewer=viewer, now=to_text(now), since=since, **trays)
    return [HomeTask(**record) for record in waiting]


TO_BID = """
UNWIND $request_ids AS wanted
MATCH (r:PartsRequest {id: wanted})<-[:POSTED]-(b:Firm)
OPTIONAL MATCH (bid:Bid {live_key: wanted + '|' + $viewer})
WITH r, b, bid WHERE bid IS NULL OR bid.state = 'draft'
RETURN CASE WHEN bid IS NULL THEN 'invitation' ELSE 'bid_draft' END AS kind, r.id AS id,
       r.number AS number, r.title AS title, b.name AS other, 1 AS n, r.deadline AS at
ORDER BY at, id LIMIT 20
"""


def list_to_bid(tx: Tx, *, viewer: str, now: datetime) -> list[HomeTask]:
    """Requests that invite the viewer's firm and wait for its bid, the 20 with the least time."""
    ids = open_lists.list_waiting(tx, viewer=viewer, now=now, limit=MOST_INVITATION_ROWS)
    waiting = rows(tx, TO_BID, request_ids=ids, viewer=viewer) if ids else []
    return [HomeTask(**record) for record in waiting]


STARTED_IDS = """
MATCH (r:PartsRequest) WHERE r.list_key > $after AND r.list_key < $end
    AND r.state <> 'draft' AND r.state <> 'cancelled'
WITH r LIMIT 5
RETURN 'request' AS kind, r.id AS id
UNION ALL
MATCH (b:Bid) WHERE b.list_key > $after AND b.list_key < $end
    AND b.state <> 'draft' AND b.state <> 'withdrawn'
WITH b LIMIT 5
RETURN 'bid' AS kind, b.id AS id
UNION ALL
MATCH (o:Order) WHERE o.share_key > $after AND o.share_key < $end
WITH o LIMIT 5
RETURN 'share' AS kind, o.id AS id
"""

STARTED = """
UNWIND $request_ids AS wanted
MATCH (r:PartsRequest {id: wanted})
RETURN 'request' AS kind, r.id AS id, r.number AS number, r.title AS title, r.state AS state,
       r.created_at AS at
ORDER BY at DESC, id LIMIT 5
UNION ALL
UNWIND $bid_ids AS wanted
MATCH (b:Bid {id: wanted})-[:ANSWERS]->(r:PartsRequest)
WITH b, r ORDER BY b.created_at DESC, b.id LIMIT 5
RETURN 'bid' AS kind, r.id AS id, r.number AS number, r.title AS title, b.state AS state,
       coalesce(b.submitted_at, b.created_at) AS at
UNION ALL
UNWIND $share_ids AS wanted
MATCH (o:Order {id: wanted})-[:SUPPLIED_BY]->(f:Firm)
WITH o, f ORDER BY o.created_at DESC, o.id LIMIT 5
RETURN 'share' AS kind, o.id AS id, o.number AS number, f.name AS title, o.state AS state,
       o.created_at AS at
"""


def list_started(tx: Tx, *, viewer: str) -> list[StartedItem]:
    """The newest requests, bids and shares of the viewer's firm, up to five of each."""
    after, end = span_of(viewer)
    ids: dict[str, list[str]] = {"request": [], "bid": [], "share": []}
    for one in rows(tx, STARTED_IDS, after=after, end=end):
        ids[one["kind"]].append(one["id"])
    started = rows(
        tx, STARTED, request_ids=ids["request"], bid_ids=ids["bid"], share_ids=ids["share"]
    )
    return [StartedItem(**record) for record in started]


STANDING = """
MATCH (r:PartsRequest) WHERE r.list_key > $after AND r.list_key < $end
WITH r LIMIT 1
RETURN 'requests' AS name, count(r) AS n
UNION ALL
MATCH (k:Capability {firm_id: $viewer}) RETURN 'capabilities' AS name, count(k) AS n
UNION ALL
MATCH (u:User {firm_id: $viewer}) RETURN 'colleagues' AS name, count(u) AS n
"""


def count_standing(tx: Tx, *, viewer: str) -> FirmRecord:
    """How much a firm has on record: decides which first step an empty home page teaches."""
    after, end = span_of(viewer)
    counts = rows(tx, STANDING, viewer=viewer, after=after, end=end)
    return FirmRecord(**{one["name"]: one["n"] for one in counts})
