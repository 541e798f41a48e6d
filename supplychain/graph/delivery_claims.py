"""What buyers say of the deliveries of a supplier, and the supplier's answers."""

from __future__ import annotations

from datetime import datetime

from supplychain.errors import NotFound
from supplychain.graph import deliveries
from supplychain.graph.deliveries import Row
from supplychain.graph.engine.transactions import Tx, nonce, row, rows, run
from supplychain.model.delivery_claims import ClaimBatch, DeliveryClaim, TrustedBuyer
from supplychain.model.ids import to_text

BATCHES = """
MATCH (f:Firm {id: $viewer})<-[s:SPEAKS_OF]-(b:DeliveryBatch)
WHERE s.claimed + s.confirmed + s.disputed > 0
  AND ($buyer_id = '' OR b.firm_id = $buyer_id)
  AND ($claim = '' OR ($claim = 'claimed' AND s.claimed > 0)
       OR ($claim = 'confirmed' AND s.confirmed > 0) OR ($claim = 'disputed' AND s.disputed > 0))
  AND ($before IS NULL OR b.at < $before OR (b.at = $before AND b.id < $before_id))
MATCH (buyer:Firm {id: b.firm_id})
RETURN b.id AS id, buyer.id AS buyer_id, buyer.name AS buyer, b.at AS at, s.claimed AS claimed,
       s.confirmed AS confirmed, s.disputed AS disputed,
       EXISTS { MATCH (f)-[:CONFIRMS_ALL]->(buyer) } AS is_trusted
ORDER BY at DESC, id DESC LIMIT $limit
"""


def list_batches(
    tx: Tx,
    *,
    viewer: str,
    limit: int,
    buyer_id: str = "",
    claim: str = "",
    after: tuple[str, str] | None = None,
) -> list[ClaimBatch]:
    """Batches with claims about the viewer, newest first, after (at, id).

    ``claim`` leaves those that hold at least one claim that stands so.
    """
    before, before_id = after or (None, None)
    names = {"viewer": viewer, "buyer_id": buyer_id, "claim": claim}
    found = rows(tx, BATCHES, **names, before=before, before_id=before_id, limit=limit)
    return [ClaimBatch(**entry) for entry in found]


LINES = """
MATCH (d:Delivery {supplier_id: $viewer})
WHERE d.claim IS NOT NULL AND d.id > $after AND ($batch_id = '' OR d.batch_id = $batch_id)
  AND ($buyer_id = '' OR d.buyer_id = $buyer_id) AND ($claim = '' OR d.claim = $claim)
RETURN d.id AS id, coalesce(d.batch_id, '') AS batch_id, d.buyer_id AS buyer_id,
       d.supplier_id AS supplier_id, d.part_id AS part_id, d.category_id AS category_id,
       d.quantity AS quantity, d.promised_on AS promised_on, d.delivered_on AS delivered_on,
       d.delivered_quantity AS delivered_quantity, d.rejected_quantity AS rejected_quantity,
       d.claim AS claim, coalesce(d.statement, '') AS statement
ORDER BY id LIMIT $limit
"""


def list_claims(
    tx: Tx,
    *,
    viewer: str,
    limit: int,
    batch_id: str = "",
    buyer_id: str = "",
    claim: str = "",
    after: str = "",
) -> list[DeliveryClaim]:
    """What buyers say of the viewer's deliveries, by id, after one; "" lets all through."""
    names = {"viewer": viewer, "batch_id": batch_id, "buyer_id": buyer_id, "claim": claim}
    return [DeliveryClaim(**entry) for entry in rows(tx, LINES, **names, after=after, limit=limit)]


SENT_LINES = """
MATCH (d:Delivery {batch_id: $batch_id})
WHERE d.buyer_id = $viewer AND d.claim IS NOT NULL AND d.id > $after
  AND ($claim = '' OR d.claim = $claim)
RETURN d.id AS id, d.batch_id AS batch_id, d.buyer_id AS buyer_id,
       d.supplier_id AS supplier_id, d.part_id AS part_id, d.category_id AS category_id,
       d.quantity AS quantity, d.promised_on AS promised_on, d.delivered_on AS delivered_on,
       d.delivered_quantity AS delivered_quantity, d.rejected_quantity AS rejected_quantity,
       d.claim AS claim, coalesce(d.statement, '') AS statement
ORDER BY id LIMIT $limit
"""


def list_sent_lines(
    tx: Tx, batch_id: str, *, viewer: str, limit: int, claim: str = "", after: str = ""
) -> list[DeliveryClaim]:
    """The lines of a batch of the viewer's own, with their answers, by id, after one."""
    names = {"batch_id": batch_id, "viewer": viewer, "claim": claim}
    return [
        DeliveryClaim(**entry) for entry in rows(tx, SENT_LINES, **names, after=after, limit=limit)
    ]


GET = """
MATCH (d:Delivery {id: $id})
WHERE d.supplier_id = $viewer AND d.claim IS NOT NULL
RETURN d.id AS id, coalesce(d.batch_id, '') AS batch_id, d.buyer_id AS buyer_id,
       d.supplier_id AS supplier_id, d.part_id AS part_id, d.category_id AS category_id,
       d.quantity AS quantity, d.promised_on AS promised_on, d.delivered_on AS delivered_on,
       d.delivered_quantity AS delivered_quantity, d.rejected_quantity AS rejected_quantity,
       d.claim AS claim, coalesce(d.statement, '') AS statement
LIMIT 1
"""


def get(tx: Tx, delivery_id: str, *, viewer: str) -> DeliveryClaim:
    """One claim about the viewer.

    Raises:
        NotFound: no such claim, or about another firm.
    """
    entry = row(tx, GET, id=delivery_id, viewer=viewer)
    if entry is None:
        raise NotFound
    return DeliveryClaim(**entry)


GET_BATCH = """
MATCH (f:Firm {id: $viewer})<-[s:SPEAKS_OF]-(b:DeliveryBatch {id: $id})
WHERE s.claimed + s.confirmed + s.disputed > 0
MATCH (buyer:Firm {id: b.firm_id})
RETURN b.id AS id, buyer.id AS buyer_id, buyer.name AS buyer, b.at AS at, s.claimed AS claimed,
       s.confirmed AS confirmed, s.disputed AS disputed,
       EXISTS { MATCH (f)-[:CONFIRMS_ALL]->(buyer) } AS is_trusted
LIMIT 1
"""


def get_batch(tx: Tx, batch_id: str, *, viewer: str) -> ClaimBatch:
    """One batch with claims about the viewer.

    Raises:
        NotFound: no such batch, or none of it is about the viewer.
    """
    entry = row(tx, GET_BATCH, id=batch_id, viewer=viewer)
    if entry is None:
        raise NotFound
    return ClaimBatch(**entry)


TO_ANSWER = """
MATCH (d:Delivery {supplier_id: $viewer})
WHERE d.claim IN $claims AND ($batch_id = '' OR d.batch_id = $batch_id)
  AND ($buyer_id = '' OR d.buyer_id = $buyer_id) AND ($id = '' OR d.id = $id)
WITH d ORDER BY d.id LIMIT $limit
RETURN collect(d.id) AS ids
"""


def hold_claims(
    tx: Tx,
    *,
    viewer: str,
    claims: list[str],
    limit: int,
    delivery_id: str = "",
    batch_id: str = "",
    buyer_id: str = "",
) -> list[Row]:
    """Rows about the viewer that stand in one of these ways, up to ``limit``, locked."""
    names = {"viewer": viewer, "batch_id": batch_id, "buyer_id": buyer_id, "id": delivery_id}
    one = row(tx, TO_ANSWER, **names, claims=claims, limit=limit)
    lines = deliveries.hold_lines(tx, one["ids"]) if one and one["ids"] else []
    return [line for line in lines if deliveries.claim_of(line) in claims]


ANSWER = """
UNWIND $ids AS id
MATCH (d:Delivery {id: id})
SET d.claim = $claim, d.statement = $statement
"""


def answer(tx: Tx, ids: list[str], *, claim: str, statement: str) -> None:
    """Write an answer to lines that are held."""
    run(tx, ANSWER, ids=ids, claim=claim, statement=statement or None)


TRUST = """
MATCH (s:Firm {id: $viewer}) SET s.lock = $nonce
WITH s MATCH (b:Firm {id: $buyer_id})
MERGE (s)-[t:CONFIRMS_ALL]->(b)
ON CREATE SET t.since = $at
"""

DISTRUST = """
MATCH (s:Firm {id: $viewer})-[t:CONFIRMS_ALL]->(b:Firm {id: $buyer_id})
DELETE t
RETURN b.id AS id
"""

TRUSTED = """
MATCH (s:Firm {id: $viewer})-[t:CONFIRMS_ALL]->(b:Firm)
RETURN b.id AS firm_id, b.name AS name, t.since AS since
ORDER BY name, firm_id LIMIT 1000
"""

TRUSTING = """
UNWIND $supplier_ids AS id
MATCH (s:Firm {id: id})-[:CONFIRMS_ALL]->(:Firm {id: $buyer_id})
RETURN collect(s.id) AS ids LIMIT 1
"""


def trust(tx: Tx, buyer_id: str, *, viewer: str, at: datetime) -> None:
    """Confirm what a buyer says about the viewer, from now on."""
    run(tx, TRUST, viewer=viewer, buyer_id=buyer_id, at=to_text(at), nonce=nonce())


def distrust(tx: Tx, buyer_id: str, *, viewer: str) -> bool:
    """Confirm it no longer; False where it was not so."""
    return row(tx, DISTRUST, viewer=viewer, buyer_id=buyer_id) is not None


def list_trusted(tx: Tx, *, viewer: str) -> list[TrustedBuyer]:
    """The buyers whose deliveries the viewer confirms once for all."""
    return [TrustedBuyer(**entry) for entry in rows(tx, TRUSTED, viewer=viewer)]


def find_trusting(tx: Tx, supplier_ids: list[str], *, buyer_id: str) -> set[str]:
    """Those of the suppliers that confirm all that this buyer says."""
    one = row(tx, TRUSTING, supplier_ids=supplier_ids, buyer_id=buyer_id)
    return set(one["ids"]) if one else set()


SENDERS = "MATCH (u:Upload) RETURN DISTINCT u.firm_id AS firm_id ORDER BY firm_id LIMIT 100000"

ADOPT = """
MATCH (d:Delivery {buyer_id: $firm_id})
WHERE d.claim IS NULL AND d.batch_id IS NULL AND d.source = 'imported'
SET d.claim = 'claimed', d.batch_id = $batch_id
RETURN collect(DISTINCT d.supplier_id) AS supplier_ids, count(d) AS written
"""


def list_senders(tx: Tx) -> list[str]:
    """Firms that ever sent a file."""
    return [entry["firm_id"] for entry in rows(tx, SENDERS)]


def adopt_lines(tx: Tx, firm_id: str, *, batch_id: str) -> tuple[list[str], int]:
    """Make claims of what a firm imported before lines had a batch: the suppliers, and how many."""
    one = row(tx, ADOPT, firm_id=firm_id, batch_id=batch_id)
    return (sorted(one["supplier_ids"]), one["written"]) if one else ([], 0)
