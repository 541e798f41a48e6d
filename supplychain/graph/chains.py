"""Chains: founded by a leader, joined by invitation.

Every change of a membership locks the chain first, so that the relationship exists once.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from supplychain.errors import NotFound
from supplychain.graph.engine.transactions import Tx, nonce, row, rows, run
from supplychain.graph.tray_notes import keep_notes, note_id
from supplychain.model.chains import Chain, Member
from supplychain.model.ids import to_text
from supplychain.model.trays import Side, TrayNote

CREATE = """
MATCH (f:Firm {id: $leader_id})
CREATE (f)-[:LEADS]->(c:Chain {
    id: $id, name: $name, terms: $terms, leader_id: $leader_id, created_at: $at, version: 1,
    lock: $nonce})
"""


def create(tx: Tx, chain: Chain, *, at: datetime) -> None:
    """Add a chain led by ``chain.leader_id``."""
    run(
        tx,
        CREATE,
        id=chain.id,
        name=chain.name,
        terms=chain.terms,
        leader_id=chain.leader_id,
        at=to_text(at),
        nonce=nonce(),
    )


GET = """
MATCH (c:Chain {id: $id})
MATCH (l:Firm {id: c.leader_id})
OPTIONAL MATCH (:TrayNote {id: $id + '|' + $viewer})-[:LIES_IN]->(t:Tray)
WITH l, c, CASE WHEN l.id = $viewer THEN 'leader'
                WHEN t.id = $viewer + '|chains|member' THEN 'member'
                WHEN t.id = $viewer + '|chains|invited' THEN 'invited' END AS state
WHERE state IS NOT NULL
RETURN c.id AS id, c.name AS name, c.terms AS terms, l.id AS leader_id, l.name AS leader_name,
       state AS state, COUNT { (c)<-[:BELONGS_TO {state: 'member'}]-(:Firm) } AS members,
       c.created_at AS created_at, coalesce(c.version, 1) AS version
LIMIT 1
"""


def get(tx: Tx, chain_id: str, *, viewer: str) -> Chain:
    """A chain that the viewer leads, is a member of, or is invited to.

    Raises:
        NotFound: no such chain, or none of the viewer's.
    """
    record = row(tx, GET, id=chain_id, viewer=viewer)
    if record is None:
        raise NotFound
    return _read_chain(record)


def _read_chain(record: dict[str, Any]) -> Chain:
    blanks = {name: record[name] or "" for name in ("terms", "created_at")}
    return Chain(**{**record, **blanks})


LOCK = "MATCH (c:Chain {id: $id}) SET c.lock = $nonce RETURN c.id AS id"


def lock(tx: Tx, chain_id: str, *, viewer: str) -> Chain:
    """``get``, after taking the chain's write lock.

    Raises:
        NotFound: no such chain, or none of the viewer's.
    """
    if row(tx, LOCK, id=chain_id, nonce=nonce()) is None:
        raise NotFound
    return get(tx, chain_id, viewer=viewer)


SAVE = """
MATCH (c:Chain {id: $id}) SET c.name = $name, c.terms = $terms, c.version = $version
"""


def save(tx: Tx, chain: Chain) -> None:
    """Store name, terms and version of a locked chain."""
    run(tx, SAVE, id=chain.id, name=chain.name, terms=chain.terms, version=chain.version)


STATE = """
MATCH (f:Firm {id: $firm_id})-[b:BELONGS_TO]->(c:Chain {id: $id}) RETURN b.state AS state LIMIT 1
"""


def state_of(tx: Tx, chain_id: str, firm_id: str) -> str | None:
    """The membership state of a firm, None where it was never invited; for actions only."""
    record = row(tx, STATE, id=chain_id, firm_id=firm_id)
    return None if record is None else record["state"]


SET_STATE = """
MATCH (c:Chain {id: $id}) SET c.lock = $nonce
WITH c
MATCH (f:Firm {id: $firm_id})
MERGE (f)-[b:BELONGS_TO]->(c)
SET b.state = $state, b.decided_at = $at, b.reason = $reason,
    b.since = CASE WHEN b.since IS NULL OR $state IN ['invited', 'member', 'barred'] THEN $at
                   ELSE b.since END
"""


def set_state(
    tx: Tx, chain_id: str, firm_id: str, state: str, *, at: datetime, reason: str | None = None
) -> None:
    """Store the membership state of a firm, and why it is barred; the chain must be locked."""
    values = {"id": chain_id, "firm_id": firm_id, "state": state, "reason": reason}
    run(tx, SET_STATE, **values, at=to_text(at), nonce=nonce())
    note = TrayNote(
        id=note_id(chain_id, firm_id),
        firm_id=firm_id,
        side=Side.CHAINS,
        state=state,
        about_id=chain_id,
        at=to_text(at),
    )
    keep_notes(tx, [note])


LIST = """
MATCH (c:Chain {leader_id: $viewer})
MATCH (l:Firm {id: c.leader_id})
RETURN c.id AS id, c.name AS name, c.terms AS terms, l.id AS leader_id, l.name AS leader_name,
       'leader' AS state, COUNT { (c)<-[:BELONGS_TO {state: 'member'}]-(:Firm) } AS members,
       c.created_at AS created_at, coalesce(c.version, 1) AS version
ORDER BY name, id LIMIT 200
UNION ALL
UNWIND ['invited', 'member'] AS state
MATCH (:Tray {id: $viewer + '|chains|' + state})<-[:LIES_IN]-(n:TrayNote)
MATCH (c:Chain {id: n.about_id})
MATCH (l:Firm {id: c.leader_id})
RETURN c.id AS id, c.name AS name, c.terms AS terms, l.id AS leader_id, l.name AS leader_name,
       state AS state, COUNT { (c)<-[:BELONGS_TO {state: 'member'}]-(:Firm) } AS members,
       c.created_at AS created_at, coalesce(c.version, 1) AS version
ORDER BY name, id LIMIT 200
"""


def list_mine(tx: Tx, *, viewer: str) -> list[Chain]:
    """The chains that the viewer leads, belongs to, or is invited to."""
    mine = [_read_chain(record) for record in rows(tx, LIST, viewer=viewer)]
    return sorted(mine, key=lambda chain: (chain.name, chain.id))


MEMBERS = """
MATCH (c:Chain {id: $id})
WHERE c.leader_id = $viewer OR EXISTS {
    MATCH (:TrayNote {id: $id + '|' + $viewer})-[:LIES_IN]->(t:Tray)
    WHERE t.id = $viewer + '|chains|member' }
MATCH (l:Firm {id: c.leader_id})
MATCH (c)<-[b:BELONGS_TO]-(f:Firm)
WHERE b.state = 'member'
   OR (l.id = $viewer AND b.state IN ['invited', 'declined', 'left', 'barred'])
RETURN f.id AS firm_id, f.name AS name, coalesce(f.region, '') AS region,
       coalesce(f.city, '') AS city, b.state AS state, coalesce(b.since, '') AS since,
       coalesce(b.reason, '') AS reason
ORDER BY state DESC, name, firm_id LIMIT 2000
"""


def list_members(tx: Tx, chain_id: str, *, viewer: str) -> list[Member]:
    """Its members, as a member sees them; the leader sees all it ever invited or barred."""
    return [Member(**record) for record in rows(tx, MEMBERS, id=chain_id, viewer=viewer)]


COUNT_LED = "MATCH (c:Chain {leader_id: $firm_id}) RETURN count(c) AS n"


def count_led(tx: Tx, firm_id: str) -> int:
    """How many chains a firm leads."""
    record = row(tx, COUNT_LED, firm_id=firm_id)
    return 0 if record is None else record["n"]
