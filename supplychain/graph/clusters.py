"""Clusters: founded by any firm, joined by invitation; the founder is a member too.

Every change of a membership locks the cluster first, so that the relationship exists once.
"""

from __future__ import annotations

from datetime import datetime

from supplychain.errors import NotFound
from supplychain.graph.engine.transactions import Tx, nonce, row, rows, run
from supplychain.graph.tray_notes import keep_notes, note_id
from supplychain.model.chains import Cluster, Member
from supplychain.model.ids import to_text
from supplychain.model.trays import Side, TrayNote

CREATE = """
MATCH (f:Firm {id: $founder_id})
CREATE (f)-[:FOUNDED]->(c:Cluster {
    id: $id, name: $name, created_at: $at, version: 1, lock: $nonce})
CREATE (f)-[:JOINS {state: 'member', since: $at, decided_at: $at}]->(c)
"""


def create(tx: Tx, cluster: Cluster, *, at: datetime) -> None:
    """Add a cluster with its founder as the first member."""
    run(
        tx,
        CREATE,
        id=cluster.id,
        name=cluster.name,
        founder_id=cluster.founder_id,
        at=to_text(at),
        nonce=nonce(),
    )
    _keep_note(tx, cluster.id, cluster.founder_id, "member", at)


def _keep_note(tx: Tx, cluster_id: str, firm_id: str, state: str, at: datetime) -> None:
    note = TrayNote(
        id=note_id(cluster_id, firm_id),
        firm_id=firm_id,
        side=Side.CLUSTERS,
        state=state,
        about_id=cluster_id,
        at=to_text(at),
    )
    keep_notes(tx, [note])


GET = """
MATCH (:TrayNote {id: $id + '|' + $viewer})-[:LIES_IN]->(t:Tray)
MATCH (c:Cluster {id: $id})<-[:FOUNDED]-(l:Firm)
RETURN c.id AS id, c.name AS name, l.id AS founder_id, l.name AS founder_name,
       CASE WHEN t.id = $viewer + '|clusters|member' THEN 'member' ELSE 'invited' END AS state,
       COUNT { (c)<-[:JOINS {state: 'member'}]-(:Firm) } AS members,
       coalesce(c.created_at, '') AS created_at, coalesce(c.version, 1) AS version
LIMIT 1
"""


def get(tx: Tx, cluster_id: str, *, viewer: str) -> Cluster:
    """A cluster that the viewer is a member of or invited to.

    Raises:
        NotFound: no such cluster, or none of the viewer's.
    """
    record = row(tx, GET, id=cluster_id, viewer=viewer)
    if record is None:
        raise NotFound
    return Cluster(**record)


LOCK = "MATCH (c:Cluster {id: $id}) SET c.lock = $nonce RETURN c.id AS id"


def lock(tx: Tx, cluster_id: str, *, viewer: str) -> Cluster:
    """``get``, after taking the cluster's write lock.

    Raises:
        NotFound: no such cluster, or none of the viewer's.
    """
    if row(tx, LOCK, id=cluster_id, nonce=nonce()) is None:
        raise NotFound
    return get(tx, cluster_id, viewer=viewer)


SAVE = "MATCH (c:Cluster {id: $id}) SET c.name = $name, c.version = $version"


def save(tx: Tx, cluster_id: str, *, name: str, version: int) -> None:
    """Store name and version of a locked cluster."""
    run(tx, SAVE, id=cluster_id, name=name, version=version)


STATE = """
MATCH (f:Firm {id: $firm_id})-[b:JOINS]->(c:Cluster {id: $id}) RETURN b.state AS state LIMIT 1
"""


def state_of(tx: Tx, cluster_id: str, firm_id: str) -> str | None:
    """The membership state of a firm, None where it was never invited; for actions only."""
    record = row(tx, STATE, id=cluster_id, firm_id=firm_id)
    return None if record is None else record["state"]


SET_STATE = """
MATCH (c:Cluster {id: $id}) SET c.lock = $nonce
WITH c
MATCH (f:Firm {id: $firm_id})
MERGE (f)-[b:JOINS]->(c)
SET b.state = $state, b.decided_at = $at,
    b.since = CASE WHEN b.since IS NULL OR $state IN ['invited', 'member'] THEN $at ELSE b.since END
"""


def set_state(tx: Tx, cluster_id: str, firm_id: str, state: str, *, at: datetime) -> None:
    """Store the membership state of a firm; the cluster must be locked."""
    run(tx, SET_STATE, id=cluster_id, firm_id=firm_id, state=state, at=to_text(at), nonce=nonce())
    _keep_note(tx, cluster_id, firm_id, state, at)


LIST = """
UNWIND ['invited', 'member'] AS state
MATCH (:Tray {id: $viewer + '|clusters|' + state})<-[:LIES_IN]-(n:TrayNote)
MATCH (c:Cluster {id: n.about_id})<-[:FOUNDED]-(l:Firm)
RETURN c.id AS id, c.name AS name, l.id AS founder_id, l.name AS founder_name,
       state AS state, COUNT { (c)<-[:JOINS {state: 'member'}]-(:Firm) } AS members,
       coalesce(c.created_at, '') AS created_at, coalesce(c.version, 1) AS version
ORDER BY name, id LIMIT 200
"""


def list_mine(tx: Tx, *, viewer: str) -> list[Cluster]:
    """The clusters that the viewer belongs to or is invited to."""
    return [Cluster(**record) for record in rows(tx, LIST, viewer=viewer)]


MEMBERS = """
MATCH (:TrayNote {id: $id + '|' + $viewer})-[:LIES_IN]->(:Tray {id: $viewer + '|clusters|member'})
MATCH (c:Cluster {id: $id})<-[:FOUNDED]-(l:Firm)
MATCH (c)<-[b:JOINS]-(f:Firm)
WHERE b.state = 'member' OR (l.id = $viewer AND b.state IN ['invited', 'declined', 'left'])
RETURN f.id AS firm_id, f.name AS name, coalesce(f.region, '') AS region,
       coalesce(f.city, '') AS city, b.state AS state, coalesce(b.since, '') AS since
ORDER BY state DESC, name, firm_id LIMIT 2000
"""


def list_members(tx: Tx, cluster_id: str, *, viewer: str) -> list[Member]:
    """Its members, as a member sees them; the founder sees all it ever invited."""
    return [Member(**record) for record in rows(tx, MEMBERS, id=cluster_id, viewer=viewer)]


COUNT_FOUNDED = "MATCH (f:Firm {id: $firm_id})-[:FOUNDED]->(c:Cluster) RETURN count(c) AS n"


def count_founded(tx: Tx, firm_id: str) -> int:
    """How many clusters a firm founded."""
    record = row(tx, COUNT_FOUNDED, firm_id=firm_id)
    return 0 if record is None else record["n"]


MEMBERS_AMONG = """
UNWIND $firm_ids AS firm_id
MATCH (f:Firm {id: firm_id})-[b:JOINS]->(c:Cluster) WHERE b.state = 'member'
WITH c.id AS id, f.id AS firm_id ORDER BY id, firm_id
WITH id, collect(firm_id) AS firm_ids
WHERE size(firm_ids) > 1
RETURN id AS id, firm_ids AS firm_ids
ORDER BY id LIMIT 1000
"""


def members_among(tx: Tx, firm_ids: list[str]) -> dict[str, list[str]]:
    """The clusters to which two or more of these firms belong, with those firms; for matching."""
    record = rows(tx, MEMBERS_AMONG, firm_ids=firm_ids)
    return {entry["id"]: entry["firm_ids"] for entry in record}
