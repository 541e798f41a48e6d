"""Files of parts requests: what they are called and where; the bytes lie outside the graph."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from supplychain.errors import NotFound
from supplychain.graph.engine.transactions import Tx, row, rows, run
from supplychain.model.ids import new_id, to_text
from supplychain.model.parts_requests.attachments import Attachment

CREATE = """
MATCH (r:PartsRequest {id: $request_id}) WHERE r.buyer_id = $viewer
CREATE (r)-[:HAS_FILE]->(a:Attachment {
    id: $id, request_id: $request_id, firm_id: $viewer, line_number: $line_number, name: $name,
    media_type: $media_type, size_bytes: $size_bytes, sha256: $sha256, created_at: $created_at})
"""


def create(tx: Tx, request_id: str, file: Attachment, *, viewer: str) -> None:
    """Tie a kept file to a locked request of the viewer's firm."""
    run(tx, CREATE, request_id=request_id, viewer=viewer, **asdict(file))


LIST_OWN = """
MATCH (r:PartsRequest {id: $request_id}) WHERE r.buyer_id = $viewer
MATCH (r)-[:HAS_FILE]->(a:Attachment)
RETURN a.id AS id, a.line_number AS line_number, a.name AS name, a.media_type AS media_type,
       a.size_bytes AS size_bytes, a.sha256 AS sha256, a.created_at AS created_at
ORDER BY line_number, created_at, id LIMIT 100
"""


def list_own(tx: Tx, request_id: str, *, viewer: str) -> list[Attachment]:
    """The files of a request of the viewer's own firm; none when it is not its own."""
    return [Attachment(**file) for file in rows(tx, LIST_OWN, request_id=request_id, viewer=viewer)]


LIST_SEEN = """
MATCH (r:PartsRequest {id: $request_id})-[:HAS_FILE]->(a:Attachment)
WHERE r.buyer_id <> $viewer
  AND (r.state IN ['open', 'evaluating', 'awarded', 'failed']
       OR (r.state = 'cancelled' AND r.published_at IS NOT NULL))
  AND (r.audience = 'all'
       OR EXISTS { MATCH (r)-[:INVITES]->(f:Firm) WHERE f.id = $viewer }
       OR (r.audience = 'chain' AND EXISTS {
           MATCH (:Tray {id: $viewer + '|chains|member'})<-[:LIES_IN]-(n:TrayNote)
           WHERE n.about_id = r.chain_id }))
RETURN a.id AS id, a.line_number AS line_number, a.name AS name, a.media_type AS media_type,
       a.size_bytes AS size_bytes, a.sha256 AS sha256, a.created_at AS created_at
ORDER BY line_number, created_at, id LIMIT 100
"""


def list_seen(tx: Tx, request_id: str, *, viewer: str) -> list[Attachment]:
    """The files of a published request that the viewer may bid for; none when it may not."""
    files = rows(tx, LIST_SEEN, request_id=request_id, viewer=viewer)
    return [Attachment(**file) for file in files]


def get(tx: Tx, request_id: str, attachment_id: str, *, viewer: str) -> Attachment:
    """One file, for the buyer's firm and for those who may bid.

    Raises:
        NotFound: no such file, or not for this firm.
    """
    seen = list_own(tx, request_id, viewer=viewer) or list_seen(tx, request_id, viewer=viewer)
    for file in seen:
        if file.id == attachment_id:
            return file
    raise NotFound


RENUMBER = """
MATCH (r:PartsRequest {id: $request_id})-[:HAS_FILE]->(a:Attachment)
WHERE a.line_number > 0 AND a.line_number < size($numbers)
SET a.line_number = $numbers[a.line_number]
"""


def renumber(tx: Tx, request_id: str, numbers: list[int]) -> None:
    """Let files follow their lines: ``numbers[old]`` is new. Lock the request before."""
    run(tx, RENUMBER, request_id=request_id, numbers=numbers)


REMOVE = """
MATCH (r:PartsRequest {id: $request_id}) WHERE r.buyer_id = $viewer
MATCH (r)-[:HAS_FILE]->(a:Attachment {id: $id})
WITH a, a.id AS id
DETACH DELETE a
RETURN id AS id
"""


def remove(tx: Tx, request_id: str, attachment_id: str, *, viewer: str) -> None:
    """Untie a file from a locked draft; its bytes stay for others that have the same.

    Raises:
        NotFound: no such file.
    """
    if row(tx, REMOVE, request_id=request_id, id=attachment_id, viewer=viewer) is None:
        raise NotFound


COPY = """
MATCH (r:PartsRequest {id: $request_id})
UNWIND $files AS file
CREATE (r)-[:HAS_FILE]->(a:Attachment {
    id: file.new_id, request_id: $request_id, firm_id: $viewer, line_number: file.line_number,
    name: file.name, media_type: file.media_type, size_bytes: file.size_bytes,
    sha256: file.sha256, created_at: $at})
"""


def copy_all(tx: Tx, source_id: str, target_id: str, *, viewer: str, at: datetime) -> None:
    """Give a new request of the viewer's firm the files of another of its own."""
    files = [
        {**asdict(file), "new_id": new_id()} for file in list_own(tx, source_id, viewer=viewer)
    ]
    if files:
        run(tx, COPY, request_id=target_id, files=files, viewer=viewer, at=to_text(at))


USED = """
UNWIND $digests AS digest
MATCH (a:Attachment {sha256: digest})
RETURN DISTINCT digest AS digest LIMIT 1000
"""


def used_among(tx: Tx, digests: list[str]) -> set[str]:
    """Which of up to 1,000 digests some request still has, for the clock alone."""
    return {entry["digest"] for entry in rows(tx, USED, digests=digests)}
