"""Imports of deliveries as batches: what each wrote and replaced, and how to take it back.

A line names the batch that wrote it last. What a batch wrote over is kept as a
``ReplacedDelivery``, which names the batch that had written it: the batches of a line form a chain,
and one of them is taken out of its middle without a trace.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from supplychain.errors import Conflict, NotFound
from supplychain.graph import deliveries, firms
from supplychain.graph.deliveries import Row
from supplychain.graph.engine.transactions import Tx, nonce, row, rows, run
from supplychain.graph.tray_notes import keep_notes, note_id
from supplychain.model.delivery_claims import DeliveryBatch, SentBatch
from supplychain.model.ids import to_text
from supplychain.model.trays import Side, TrayNote

OPEN = """
MERGE (b:DeliveryBatch {id: $id})
ON CREATE SET b.firm_id = $firm_id, b.user_id = $user_id, b.name = $name, b.at = $at,
    b.state = 'there', b.written = 0
SET b.lock = $nonce
"""

ADD_WRITTEN = """
MATCH (b:DeliveryBatch {id: $id})
WHERE b.state = 'there'
SET b.written = b.written + $written
RETURN b.id AS id
"""


def add_written(tx: Tx, batch: DeliveryBatch, written: int) -> None:
    """Lock a batch, made where it is not there yet, and count what this transaction writes.

    Raises:
        Conflict: it was undone meanwhile.
    """
    run(
        tx, OPEN, id=batch.id, firm_id=batch.firm_id, user_id=batch.user_id, name=batch.name,
        at=batch.at, nonce=nonce(),
    )  # fmt: skip
    if row(tx, ADD_WRITTEN, id=batch.id, written=written) is None:
        raise Conflict("This import was undone. Send the file again.")


KEEP = """
UNWIND $replaced AS r
MERGE (k:ReplacedDelivery {id: r.id})
ON CREATE SET k.batch_id = $batch_id, k.delivery_id = r.delivery_id,
    k.was_batch_id = r.was_batch_id, k.line = r.line
"""


def keep_replaced(tx: Tx, lines: list[Row], *, batch_id: str) -> None:
    """Keep whole rows that a batch is about to write over, but for those that it wrote itself."""
    replaced = [
        {
            "id": f"{batch_id}|{line[0]}",
            "delivery_id": line[0],
            "was_batch_id": deliveries.batch_of(line) or "",
            "line": json.dumps(line),
        }
        for line in lines
        if deliveries.batch_of(line) != batch_id
    ]
    if replaced:
        run(tx, KEEP, replaced=replaced, batch_id=batch_id)


TELL = """
MATCH (b:DeliveryBatch {id: $batch_id})
UNWIND $supplier_ids AS id
MATCH (f:Firm {id: id})
WHERE NOT EXISTS { MATCH (b)-[:SPEAKS_OF]->(f) }
CREATE (b)-[:SPEAKS_OF {claimed: 0, confirmed: 0, disputed: 0}]->(f)
RETURN collect(f.id) AS ids
"""


def name_suppliers(tx: Tx, batch_id: str, supplier_ids: list[str]) -> list[str]:
    """Note of whom a batch speaks; those of whom it did not speak before, who must be told."""
    one = row(tx, TELL, batch_id=batch_id, supplier_ids=sorted(set(supplier_ids)))
    return sorted(one["ids"]) if one else []


COUNT_CLAIMS = """
UNWIND $batch_ids AS id
MATCH (d:Delivery {batch_id: id}) WHERE d.supplier_id IN $supplier_ids AND d.claim IS NOT NULL
RETURN id AS batch_id, d.supplier_id AS supplier_id,
       sum(CASE WHEN d.claim = 'claimed' THEN 1 ELSE 0 END) AS claimed,
       sum(CASE WHEN d.claim = 'confirmed' THEN 1 ELSE 0 END) AS confirmed,
       sum(CASE WHEN d.claim = 'disputed' THEN 1 ELSE 0 END) AS disputed
ORDER BY batch_id, supplier_id LIMIT 100000
"""

SET_COUNTS = """
UNWIND $counts AS c
MATCH (:DeliveryBatch {id: c.batch_id})-[s:SPEAKS_OF]->(:Firm {id: c.supplier_id})
SET s.claimed = c.claimed, s.confirmed = c.confirmed, s.disputed = c.disputed
"""


def list_batch_pairs(lines: list[Row]) -> set[tuple[str, str]]:
    """The batches and suppliers whose claims these whole rows are."""
    return {
        (deliveries.batch_of(line), deliveries.parties_of(line)[0])
        for line in lines
        if deliveries.claim_of(line) is not None and deliveries.batch_of(line) is not None
    }


def count_claims(tx: Tx, pairs: set[tuple[str, str]]) -> None:
    """Bring the counts of these batches and suppliers up to date."""
    if not pairs:
        return
    batch_ids, supplier_ids = (sorted(set(names)) for names in zip(*pairs, strict=True))
    counted = rows(tx, COUNT_CLAIMS, batch_ids=batch_ids, supplier_ids=supplier_ids)
    nothing = {"claimed": 0, "confirmed": 0, "disputed": 0}
    counts = {(one["batch_id"], one["supplier_id"]): one for one in counted}
    values = [
        counts.get(pair, {"batch_id": pair[0], "supplier_id": pair[1], **nothing})
        for pair in sorted(pairs)
    ]
    run(tx, SET_COUNTS, counts=values)
    keep_notes(tx, [_note_claims(one) for one in values])


def _note_claims(counts: dict[str, Any]) -> TrayNote:
    return TrayNote(
        id=note_id(counts["batch_id"], counts["supplier_id"]),
        firm_id=counts["supplier_id"],
        side=Side.BATCHES,
        state="claimed" if counts["claimed"] else "answered",
        about_id=counts["batch_id"],
        n=counts["claimed"],
    )


LOCK = """
MATCH (b:DeliveryBatch {id: $id})
WHERE b.firm_id = $viewer OR $is_operator
SET b.lock = $nonce
RETURN b.id AS id, b.firm_id AS firm_id, b.user_id AS user_id, b.name AS name, b.at AS at,
       b.state AS state
"""

SET_STATE = """
MATCH (b:DeliveryBatch {id: $id})
SET b.state = $state, b.undone_at = $at
"""


def lock(tx: Tx, batch_id: str, *, viewer: str, is_operator: bool) -> tuple[DeliveryBatch, str]:
    """A batch of the viewer's, or any for the operator, and its state; locked.

    Raises:
        NotFound: no such batch, or another firm's.
    """
    one = row(tx, LOCK, id=batch_id, viewer=viewer, is_operator=is_operator, nonce=nonce())
    if one is None:
        raise NotFound
    state = one.pop("state")
    return DeliveryBatch(**one), state


def set_state(tx: Tx, batch_id: str, state: str, *, at: datetime) -> None:
    """Move a batch on: ``undoing``, ``undone``."""
    run(tx, SET_STATE, id=batch_id, state=state, at=to_text(at))


LINES = """
MATCH (d:Delivery {batch_id: $batch_id})
WITH d ORDER BY d.supplier_id, d.id LIMIT $limit
RETURN collect(d.id) AS ids, collect(DISTINCT d.supplier_id) AS supplier_ids
"""


def hold_lines(tx: Tx, batch_id: str, *, limit: int) -> list[Row]:
    """The rows that are as the batch wrote them, up to ``limit``, locked as their suppliers are."""
    one = row(tx, LINES, batch_id=batch_id, limit=limit)
    if one is None or not one["ids"]:
        return []
    firms.lock_all(tx, one["supplier_ids"])
    lines = deliveries.hold_lines(tx, one["ids"])
    return [line for line in lines if deliveries.batch_of(line) == batch_id]


LATER = """
MATCH (k:ReplacedDelivery {was_batch_id: $batch_id})
RETURN k.id AS id, k.delivery_id AS delivery_id
ORDER BY id LIMIT $limit
"""

REPLACED = """
UNWIND $ids AS id
MATCH (k:ReplacedDelivery {id: id})
RETURN k.id AS id, k.delivery_id AS delivery_id, k.was_batch_id AS was_batch_id, k.line AS line
LIMIT 100000
"""

TAKE_OVER = """
UNWIND $entries AS e
MATCH (k:ReplacedDelivery {id: e.id})
SET k.was_batch_id = e.was_batch_id, k.line = e.line
"""

FORGET_REPLACED = "UNWIND $ids AS id MATCH (k:ReplacedDelivery {id: id}) DELETE k"


def _find_replaced(tx: Tx, batch_id: str, delivery_ids: list[str]) -> dict[str, dict[str, Any]]:
    ids = [f"{batch_id}|{delivery_id}" for delivery_id in delivery_ids]
    return {entry["delivery_id"]: entry for entry in rows(tx, REPLACED, ids=ids)}


def skip_batch(tx: Tx, batch_id: str, *, limit: int) -> int:
    """Let later batches replace what this one replaced; how many lines, up to ``limit``.

    Where this batch made the line, undoing the later one takes it away.
    """
    later = rows(tx, LATER, batch_id=batch_id, limit=limit)
    before = _find_replaced(tx, batch_id, [entry["delivery_id"] for entry in later])
    entries = [
        {"id": entry["id"], **{name: kept[name] for name in ("was_batch_id", "line")}}
        for entry in later
        if (kept := before.get(entry["delivery_id"])) is not None
    ]
    run(tx, TAKE_OVER, entries=entries)
    gone = [entry["id"] for entry in later if entry["delivery_id"] not in before]
    run(tx, FORGET_REPLACED, ids=[*gone, *(kept["id"] for kept in before.values())])
    return len(later)


def take_replaced(tx: Tx, batch_id: str, delivery_ids: list[str]) -> list[Row]:
    """The whole rows that the batch wrote over, of these lines; they are no longer kept."""
    before = _find_replaced(tx, batch_id, delivery_ids)
    run(tx, FORGET_REPLACED, ids=[entry["id"] for entry in before.values()])
    return [json.loads(entry["line"]) for entry in before.values()]


SUPPLIERS = """
MATCH (:DeliveryBatch {id: $batch_id})-[:SPEAKS_OF]->(f:Firm)
RETURN collect(f.id) AS ids
"""


def list_suppliers(tx: Tx, batch_id: str) -> list[str]:
    """The firms of whom a batch speaks."""
    one = row(tx, SUPPLIERS, batch_id=batch_id)
    return sorted(one["ids"]) if one else []


UNFINISHED = """
MATCH (b:DeliveryBatch {state: 'undoing'})
RETURN collect(b.id) AS ids
"""


def list_unfinished(tx: Tx) -> list[str]:
    """Batches that are being undone."""
    one = row(tx, UNFINISHED)
    return sorted(one["ids"]) if one else []


SENT = """
MATCH (b:DeliveryBatch {firm_id: $viewer})
WHERE $before IS NULL OR b.at < $before OR (b.at = $before AND b.id < $before_id)
WITH b ORDER BY b.at DESC, b.id DESC LIMIT $limit
OPTIONAL MATCH (b)-[s:SPEAKS_OF]->(:Firm)
WITH b, sum(coalesce(s.claimed, 0)) AS claimed, sum(coalesce(s.confirmed, 0)) AS confirmed,
     sum(coalesce(s.disputed, 0)) AS disputed
RETURN b.id AS id, b.firm_id AS firm_id, b.user_id AS user_id, b.name AS name, b.at AS at,
       b.state AS state, b.written AS written, b.undone_at AS undone_at, claimed AS claimed,
       confirmed AS confirmed, disputed AS disputed
ORDER BY at DESC, id DESC
LIMIT 1000
"""


def list_sent(
    tx: Tx, *, viewer: str, limit: int, after: tuple[str, str] | None = None
) -> list[SentBatch]:
    """The batches of the viewer's firm (of the operator: ""), newest first, after (at, id)."""
    before, before_id = after or (None, None)
    found = rows(tx, SENT, viewer=viewer, limit=limit, before=before, before_id=before_id)
    return [_read_sent(entry) for entry in found]


def _read_sent(entry: dict[str, Any]) -> SentBatch:
    names = ("id", "firm_id", "user_id", "name", "at")
    return SentBatch(batch=DeliveryBatch(**{name: entry.pop(name) for name in names}), **entry)


GET_SENT = """
MATCH (b:DeliveryBatch {id: $id})
WHERE b.firm_id = $viewer OR $is_operator
OPTIONAL MATCH (b)-[s:SPEAKS_OF]->(:Firm)
WITH b, sum(coalesce(s.claimed, 0)) AS claimed, sum(coalesce(s.confirmed, 0)) AS confirmed,
     sum(coalesce(s.disputed, 0)) AS disputed
RETURN b.id AS id, b.firm_id AS firm_id, b.user_id AS user_id, b.name AS name, b.at AS at,
       b.state AS state, b.written AS written, b.undone_at AS undone_at, claimed AS claimed,
       confirmed AS confirmed, disputed AS disputed
LIMIT 1
"""


def get_sent(tx: Tx, batch_id: str, *, viewer: str, is_operator: bool = False) -> SentBatch:
    """A batch of the viewer's firm; the operator may read any.

    Raises:
        NotFound: no such batch, or another firm's.
    """
    entry = row(tx, GET_SENT, id=batch_id, viewer=viewer, is_operator=is_operator)
    if entry is None:
        raise NotFound
    return _read_sent(entry)


EVERY = """
MATCH (b:DeliveryBatch)
OPTIONAL MATCH (f:Firm {id: b.firm_id})
RETURN b.id AS id, coalesce(f.name, '') AS firm, b.firm_id AS firm_id, b.user_id AS user_id,
       b.name AS name, b.at AS at, b.state AS state, b.written AS written
ORDER BY at DESC, id LIMIT $limit
"""


def list_every(tx: Tx, *, limit: int) -> list[tuple[str, DeliveryBatch, str, int]]:
    """All batches for the operator, newest first: firm, batch, state, lines written."""
    found = rows(tx, EVERY, limit=limit)
    return [
        (entry.pop("firm"), DeliveryBatch(**entry), state, written)
        for entry in found
        for state, written in [(entry.pop("state"), entry.pop("written"))]
    ]
