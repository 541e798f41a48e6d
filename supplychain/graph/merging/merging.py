"""Taking a twin in, step by step: people, groups, news and marks here, the rest beside it."""

from __future__ import annotations

from supplychain.errors import Conflict
from supplychain.graph.capacity import calendars, sites
from supplychain.graph.engine import gate
from supplychain.graph.engine.transactions import Tx, nonce, row, rows, run
from supplychain.graph.list_keys import span_of, with_owner
from supplychain.graph.merging.capabilities import move_capabilities
from supplychain.graph.merging.claims import move_claims
from supplychain.graph.merging.records import count_records_anew, move_records
from supplychain.graph.merging.tables import move_tables
from supplychain.graph.merging.trade import move_trade
from supplychain.graph.tray_notes import move_notes

MOVE_USERS = """
MATCH (u:User)-[w:WORKS_FOR]->(:Firm {id: $drop_id})
MATCH (k:Firm {id: $keep_id})
SET u.lock = $nonce, u.firm_id = $keep_id
CREATE (u)-[:WORKS_FOR {role: w.role}]->(k)
DELETE w
"""

MOVE_MEMBERSHIPS = """
MATCH (:Firm {id: $drop_id})-[b:BELONGS_TO]->(c:Chain)
MATCH (k:Firm {id: $keep_id})
SET c.lock = $nonce
CREATE (k)-[n:BELONGS_TO]->(c)
SET n += properties(b)
DELETE b
"""

MOVE_CHAINS = """
MATCH (:Firm {id: $drop_id})-[b:LEADS]->(c:Chain)
MATCH (k:Firm {id: $keep_id})
SET c.lock = $nonce, c.leader_id = $keep_id
CREATE (k)-[n:LEADS]->(c)
SET n += properties(b)
DELETE b
"""

MOVE_CLUSTERS = """
MATCH (:Firm {id: $drop_id})-[j:JOINS]->(c:Cluster)
MATCH (k:Firm {id: $keep_id})
SET c.lock = $nonce
CREATE (k)-[n:JOINS]->(c)
SET n += properties(j)
DELETE j
"""

MOVE_FOUNDED = """
MATCH (:Firm {id: $drop_id})-[j:FOUNDED]->(c:Cluster)
MATCH (k:Firm {id: $keep_id})
CREATE (k)-[n:FOUNDED]->(c)
SET n += properties(j)
DELETE j
"""

TOLD_OF = """
MATCH (n:News) WHERE n.key > $after AND n.key < $end
RETURN n.key AS key, n.place AS spot ORDER BY key LIMIT 100000
"""

MOVE_NEWS = """
UNWIND $news AS one
MATCH (n:News {key: one.key})
MATCH (e:Event {place: one.spot})
DELETE n
WITH e, one
SET e.tells = [id IN e.tells WHERE id <> $drop_id AND id <> $keep_id] + [$keep_id]
MERGE (m:News {key: one.new_key})
SET m.place = one.spot
"""

MOVE_INVITES = "MATCH (i:ColleagueInvite {firm_id: $drop_id}) SET i.firm_id = $keep_id"

MOVE_CLAIMERS = "MATCH (i:ColleagueInvite) WHERE i.claim_by = $drop_id SET i.claim_by = $keep_id"

MOVE_TWINS = """
MATCH (f:Firm) WHERE f.alike_id = $drop_id OR f.number_twin_id = $drop_id
SET f.alike_id = CASE WHEN f.alike_id <> $drop_id THEN f.alike_id
                      WHEN f.id = $keep_id THEN null ELSE $keep_id END,
    f.number_twin_id = CASE WHEN f.number_twin_id <> $drop_id THEN f.number_twin_id
                            WHEN f.id = $keep_id THEN null ELSE $keep_id END
"""

MOVE_IMPORTED = "MATCH (f:Firm {imported_by: $drop_id}) SET f.imported_by = $keep_id"

MOVE_PROPOSED = "MATCH (c:Category {proposed_by: $drop_id}) SET c.proposed_by = $keep_id"

COUNT_ON = """
MATCH (d:Firm {id: $drop_id})
MATCH (k:Firm {id: $keep_id})
WITH k, coalesce(d.request_year, 0) AS year, coalesce(d.request_count, 0) AS count
WITH k, year, count, coalesce(k.request_year, 0) AS own_year, coalesce(k.request_count, 0) AS own
WHERE year > own_year OR (year = own_year AND count > own)
SET k.request_year = year, k.request_count = count
"""

LEFT = """
MATCH (:Firm {id: $drop_id})-[r]-() WHERE type(r) <> 'TELLS'
RETURN collect(DISTINCT type(r)) AS names
"""

DROP = "MATCH (f:Firm {id: $drop_id}) DETACH DELETE f"


def move_all(tx: Tx, *, keep_id: str, drop_id: str) -> None:
    """Move all that one locked firm has to another, and delete the first.

    Nothing may forbid it (``hindrances``).

    Raises:
        Conflict: something that nobody thought of would be lost with the firm.
    """
    ids = {"keep_id": keep_id, "drop_id": drop_id}
    run(tx, MOVE_USERS, **ids, nonce=nonce())
    run(tx, MOVE_MEMBERSHIPS, **ids, nonce=nonce())
    run(tx, MOVE_CHAINS, **ids, nonce=nonce())
    run(tx, MOVE_CLUSTERS, **ids, nonce=nonce())
    run(tx, MOVE_FOUNDED, **ids)
    move_notes(tx, **ids)
    move_tables(tx, keep_id=keep_id, drop_id=drop_id)
    move_capabilities(tx, keep_id=keep_id, drop_id=drop_id)
    calendars.take_over(tx, keep_id=keep_id, drop_id=drop_id)
    sites.take_over(tx, keep_id=keep_id, drop_id=drop_id)
    move_trade(tx, keep_id=keep_id, drop_id=drop_id)
    move_claims(tx, keep_id=keep_id, drop_id=drop_id)
    stale = move_records(tx, keep_id=keep_id, drop_id=drop_id)
    _move_news(tx, keep_id, drop_id)
    run(tx, MOVE_INVITES, **ids)
    run(tx, MOVE_CLAIMERS, **ids)
    run(tx, MOVE_PROPOSED, **ids)
    run(tx, MOVE_IMPORTED, **ids)
    run(tx, MOVE_TWINS, **ids)
    run(tx, COUNT_ON, **ids)
    _drop_firm(tx, drop_id)
    count_records_anew(tx, stale)
    gate.tell_rewrite(tx, nonce=nonce())


def _drop_firm(tx: Tx, drop_id: str) -> None:
    left = (row(tx, LEFT, drop_id=drop_id) or {"names": []})["names"]
    if left:
        raise Conflict("The twin has more than can be moved: %(names)s.", names=", ".join(left))
    run(tx, DROP, drop_id=drop_id)


def _move_news(tx: Tx, keep_id: str, drop_id: str) -> None:
    after, end = span_of(drop_id)
    news = rows(tx, TOLD_OF, after=after, end=end)
    for one in news:
        one["new_key"] = with_owner(one["key"], keep_id)
    if news:
        run(tx, MOVE_NEWS, news=news, keep_id=keep_id, drop_id=drop_id)
