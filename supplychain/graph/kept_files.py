"""What a firm keeps in files, summed from what the graph says of them."""

from __future__ import annotations

from datetime import datetime

from supplychain.graph.engine.transactions import Tx, nonce, row, run
from supplychain.model.ids import to_text

LOCK = "MERGE (k:KeptFiles {id: $firm_id}) SET k.lock = $nonce"


def lock(tx: Tx, firm_id: str) -> None:
    """Let nobody else of the firm keep files before this transaction is over."""
    run(tx, LOCK, firm_id=firm_id, nonce=nonce())


UPLOADS = """
MATCH (u:Upload {firm_id: $firm_id})
WHERE u.cleared_at IS NULL AND u.created_at >= $since
RETURN coalesce(sum(u.size_bytes), 0) AS size_bytes,
       coalesce(sum(coalesce(u.files, 1)), 0) AS files
"""
ATTACHED = """
MATCH (a:Attachment {firm_id: $firm_id})
WITH DISTINCT a.sha256 AS sha256, a.size_bytes AS size_bytes
RETURN coalesce(sum(size_bytes), 0) AS size_bytes, count(sha256) AS files
"""


def count(tx: Tx, firm_id: str, *, since: datetime) -> tuple[int, int]:
    """(bytes, files) that a firm keeps; uploads from before ``since`` are deleted by now."""
    uploads = row(tx, UPLOADS, firm_id=firm_id, since=to_text(since))
    attached = row(tx, ATTACHED, firm_id=firm_id)
    counts = [one for one in (uploads, attached) if one is not None]
    return sum(one["size_bytes"] for one in counts), sum(one["files"] for one in counts)


HAS = """
MATCH (a:Attachment {firm_id: $firm_id}) WHERE a.sha256 = $sha256
RETURN a.id AS id LIMIT 1
"""


def has_attached(tx: Tx, firm_id: str, sha256: str) -> bool:
    """Whether a firm attached a file with these bytes before: then it needs no more room."""
    return row(tx, HAS, firm_id=firm_id, sha256=sha256) is not None
