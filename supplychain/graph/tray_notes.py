"""Notes in the trays of a firm: what else asks something of it, or holds it, and is not its trade.

Memberships, invitations and claims are relations of the firm itself, and so are the bids and
orders that say what it holds and of whom it buys. Among a million relations that its trade left
they take as long to find as all of them take to be gone through; a note is found in its tray.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from supplychain.graph.engine.transactions import Tx, rows, run
from supplychain.model.trays import Side, TrayNote, tray_id

TAKE = """
UNWIND $notes AS one
MATCH (n:TrayNote {id: one.id})-[w:LIES_IN]->(t:Tray) WHERE t.id <> one.tray
DELETE w
"""

LAY = """
UNWIND $notes AS one
MERGE (n:TrayNote {id: one.id})
SET n.about_id = one.about_id, n.n = one.n, n.at = one.at
MERGE (t:Tray {id: one.tray})
MERGE (n)-[:LIES_IN]->(t)
"""

DROP = "UNWIND $ids AS id MATCH (n:TrayNote {id: id}) DETACH DELETE n"


def keep_notes(tx: Tx, notes: Iterable[TrayNote]) -> None:
    """Have each note lie in its tray alone; one that waits no more goes.

    Whatever the notes are of must be locked.
    """
    ordered = sorted(notes, key=lambda note: note.id)
    laid = [_write_note(note) for note in ordered if note.tray]
    if laid:
        run(tx, TAKE, notes=laid)
        run(tx, LAY, notes=laid)
    drop_notes(tx, [note.id for note in ordered if not note.tray])


def drop_notes(tx: Tx, ids: Sequence[str]) -> None:
    """Delete these notes, those of them that there are."""
    if ids:
        run(tx, DROP, ids=list(ids))


def _write_note(note: TrayNote) -> dict[str, Any]:
    names = ("id", "about_id", "n", "at", "tray")
    return {name: getattr(note, name) for name in names}


LYING = """
MATCH (:Tray {id: $tray})<-[:LIES_IN]-(n:TrayNote)
RETURN n.id AS id, n.about_id AS about_id, n.n AS n, n.at AS at
ORDER BY id LIMIT 100000
"""


def list_notes(tx: Tx, firm_id: str, side: Side, state: str) -> list[TrayNote]:
    """The notes that lie in a tray."""
    lying = rows(tx, LYING, tray=tray_id(firm_id, side, state))
    return [TrayNote(**one, firm_id=firm_id, side=side, state=state) for one in lying]


MOVED = (
    (Side.CHAINS, "invited"),
    (Side.CHAINS, "member"),
    (Side.CLUSTERS, "invited"),
    (Side.CLUSTERS, "member"),
    (Side.BIDS, "sealed"),
    (Side.SUPPLIERS, "trading"),
    (Side.BATCHES, "claimed"),
)
"""The trays whose notes go with a firm that is taken in; claims of relations are settled anew."""


def move_notes(tx: Tx, *, keep_id: str, drop_id: str) -> None:
    """Move the notes of a locked firm to another; of two of one batch the claims are added."""
    for side, state in MOVED:
        own = {note.about_id: note.n for note in list_notes(tx, keep_id, side, state)}
        dropped = list_notes(tx, drop_id, side, state)
        drop_notes(tx, [note.id for note in dropped])
        keep_notes(
            tx,
            [
                TrayNote(
                    id=note_id(note.about_id, keep_id),
                    firm_id=keep_id,
                    side=side,
                    state=state,
                    about_id=note.about_id,
                    n=note.n + (own.get(note.about_id, 0) if side is Side.BATCHES else 0),
                    at=note.at,
                )
                for note in dropped
            ],
        )


def note_id(about_id: str, firm_id: str) -> str:
    """The identity of the note of a thing in the trays of a firm."""
    return f"{about_id}|{firm_id}"


OLD_CHAINS = """
MATCH (f:Firm)-[b:BELONGS_TO]->(c:Chain) WHERE b.state IN ['invited', 'member']
OPTIONAL MATCH (n:TrayNote {id: c.id + '|' + f.id})
WITH f, b, c, n WHERE n IS NULL
RETURN c.id AS about_id, f.id AS firm_id, b.state AS state, 1 AS n, coalesce(b.since, '') AS at
LIMIT 1000
"""

OLD_CLUSTERS = """
MATCH (f:Firm)-[b:JOINS]->(c:Cluster) WHERE b.state IN ['invited', 'member']
OPTIONAL MATCH (n:TrayNote {id: c.id + '|' + f.id})
WITH f, b, c, n WHERE n IS NULL
RETURN c.id AS about_id, f.id AS firm_id, b.state AS state, 1 AS n, coalesce(b.since, '') AS at
LIMIT 1000
"""

OLD_BATCHES = """
MATCH (d:DeliveryBatch)-[s:SPEAKS_OF]->(f:Firm) WHERE s.claimed > 0
OPTIONAL MATCH (n:TrayNote {id: d.id + '|' + f.id})
WITH d, s, f, n WHERE n IS NULL
RETURN d.id AS about_id, f.id AS firm_id, 'claimed' AS state, s.claimed AS n, d.at AS at
LIMIT 1000
"""

OLD_RELATIONS = """
MATCH (s:Firm)-[r:SUPPLIES]->(b:Firm)
WHERE r.id IS NOT NULL AND r.claimed_by IN [s.id, b.id] AND r.refused_at IS NULL
  AND NOT coalesce(r.witnessed, false)
OPTIONAL MATCH (n:TrayNote {id: r.id})
WITH s, r, b, n WHERE n IS NULL
RETURN r.id AS id, r.claimed_by AS about_id,
       CASE WHEN r.claimed_by = s.id THEN b.id ELSE s.id END AS firm_id, 'claimed' AS state,
       1 AS n, coalesce(r.changed_at, '') AS at
LIMIT 1000
"""


OLD_SEALED = """
MATCH (b:Bid) WHERE b.sealed_holds IS NOT NULL
OPTIONAL MATCH (n:TrayNote {id: b.id + '|' + b.firm_id})
WITH b, n WHERE n IS NULL
RETURN b.id AS about_id, b.firm_id AS firm_id, 'sealed' AS state, 1 AS n, '' AS at
LIMIT 1000
"""

OLD_SUPPLIERS = """
MATCH (o:Order) WHERE o.accepted_at IS NOT NULL AND o.state <> 'cancelled'
WITH DISTINCT o.supplier_id AS about_id, o.buyer_id AS firm_id
OPTIONAL MATCH (n:TrayNote {id: about_id + '|' + firm_id})
WITH about_id, firm_id, n WHERE n IS NULL
RETURN about_id AS about_id, firm_id AS firm_id, 'trading' AS state, 1 AS n, '' AS at
LIMIT 1000
"""


def fill_notes(tx: Tx) -> int:
    """Write the notes of relations of before that have none, a batch; how many."""
    old = {
        Side.CHAINS: rows(tx, OLD_CHAINS),
        Side.CLUSTERS: rows(tx, OLD_CLUSTERS),
        Side.BIDS: rows(tx, OLD_SEALED),
        Side.SUPPLIERS: rows(tx, OLD_SUPPLIERS),
        Side.BATCHES: rows(tx, OLD_BATCHES),
        Side.RELATIONS: rows(tx, OLD_RELATIONS),
    }
    notes = [
        TrayNote(**{"id": note_id(one["about_id"], one["firm_id"]), **one}, side=side)
        for side, found in old.items()
        for one in found
    ]
    keep_notes(tx, notes)
    return len(notes)
