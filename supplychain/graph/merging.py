"""Taking a twin in: what moves from one node of a firm to the other, and what forbids it."""

from __future__ import annotations

from supplychain.graph.engine import gate
from supplychain.graph.engine.transactions import Tx, nonce, row, rows, run
from supplychain.graph.list_keys import span_of

OTHER_LINKS = """
MATCH (f:Firm {id: $id})-[r]-()
WHERE NOT type(r) IN ['WORKS_FOR', 'BELONGS_TO', 'JOINS', 'TELLS']
RETURN count(r) AS n
"""

RECORDS = """
CALL () {
    MATCH (d:Delivery {supplier_id: $id}) RETURN d.id AS id LIMIT 1
    UNION
    MATCH (d:Delivery {buyer_id: $id}) RETURN d.id AS id LIMIT 1
}
RETURN count(id) AS n
"""

OWN_TABLES = """
CALL () {
    MATCH (s:Stock {firm_id: $id}) RETURN s.id AS id LIMIT 1
    UNION
    MATCH (x:ExchangeRate {firm_id: $id}) RETURN x.id AS id LIMIT 1
    UNION
    MATCH (u:Upload {firm_id: $id}) RETURN u.id AS id LIMIT 1
}
RETURN count(id) AS n
"""


def has_own_things(tx: Tx, firm_id: str) -> bool:
    """Whether a firm has more than people, memberships and news: parts, trade, tables."""
    return (
        _count_rows(row(tx, OTHER_LINKS, id=firm_id))
        + _count_rows(row(tx, RECORDS, id=firm_id))
        + _count_rows(row(tx, OWN_TABLES, id=firm_id))
    ) > 0


def _count_rows(record: dict[str, int] | None) -> int:
    return record["n"] if record else 0


BOTH_CHAINS = """
MATCH (:Firm {id: $drop_id})-[:BELONGS_TO]->(c:Chain)<-[:BELONGS_TO|LEADS]-(:Firm {id: $keep_id})
RETURN count(c) AS n
"""

BOTH_CLUSTERS = """
MATCH (:Firm {id: $drop_id})-[:JOINS]->(c:Cluster)<-[:JOINS]-(:Firm {id: $keep_id})
RETURN count(c) AS n
"""


def share_groups(tx: Tx, *, keep_id: str, drop_id: str) -> bool:
    """Whether both stand in one chain or cluster, in which a firm can stand once."""
    ids = {"keep_id": keep_id, "drop_id": drop_id}
    return _count_rows(row(tx, BOTH_CHAINS, **ids)) + _count_rows(row(tx, BOTH_CLUSTERS, **ids)) > 0


MOVE_USERS = """
MATCH (u:User)-[w:WORKS_FOR]->(:Firm {id: $drop_id})
MATCH (k:Firm {id: $keep_id})
SET u.lock = $nonce
CREATE (u)-[:WORKS_FOR {role: w.role}]->(k)
DELETE w
"""

MOVE_CHAINS = """
MATCH (:Firm {id: $drop_id})-[b:BELONGS_TO]->(c:Chain)
MATCH (k:Firm {id: $keep_id})
SET c.lock = $nonce
CREATE (k)-[n:BELONGS_TO]->(c)
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

MOVE_TWINS = """
MATCH (f:Firm) WHERE f.alike_id = $drop_id OR f.number_twin_id = $drop_id
SET f.alike_id = CASE WHEN f.alike_id <> $drop_id THEN f.alike_id
                      WHEN f.id = $keep_id THEN null ELSE $keep_id END,
    f.number_twin_id = CASE WHEN f.number_twin_id <> $drop_id THEN f.number_twin_id
                            WHEN f.id = $keep_id THEN null ELSE $keep_id END
"""

MOVE_IMPORTED = "MATCH (f:Firm {imported_by: $drop_id}) SET f.imported_by = $keep_id"

DROP = "MATCH (f:Firm {id: $drop_id}) DETACH DELETE f"


def move_all(tx: Tx, *, keep_id: str, drop_id: str) -> None:
    """Move people, memberships and news of one locked firm to another, and delete the first."""
    ids = {"keep_id": keep_id, "drop_id": drop_id}
    run(tx, MOVE_USERS, **ids, nonce=nonce())
    run(tx, MOVE_CHAINS, **ids, nonce=nonce())
    run(tx, MOVE_CLUSTERS, **ids, nonce=nonce())
    _move_news(tx, keep_id, drop_id)
    run(tx, MOVE_INVITES, **ids)
    run(tx, MOVE_IMPORTED, **ids)
    run(tx, MOVE_TWINS, **ids)
    run(tx, DROP, drop_id=drop_id)
    gate.tell_rewrite(tx, nonce=nonce())


def _move_news(tx: Tx, keep_id: str, drop_id: str) -> None:
    after, end = span_of(drop_id)
    news = rows(tx, TOLD_OF, after=after, end=end)
    for one in news:
        one["new_key"] = keep_id + one["key"].removeprefix(drop_id)
    if news:
        run(tx, MOVE_NEWS, news=news, keep_id=keep_id, drop_id=drop_id)
