"""Idle capacity: a firm's own postings, the open lines that fit them, and what buyers may see."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from supplychain.errors import NotFound
from supplychain.graph.engine.transactions import Tx, nonce, row, rows, run
from supplychain.graph.parts_requests import open_lists
from supplychain.matching.idle import OpenLine
from supplychain.model.capacity.idle_capacity import IdleCapacity, PostedCapacity
from supplychain.model.ids import to_instant, to_text
from supplychain.model.parts_requests.requirements import Requirements
from supplychain.model.quantities import tidy_quantity

CREATE = """
MATCH (f:Firm {id: $firm_id})
CREATE (f)-[:HAS_IDLE]->(i:IdleCapacity {id: $id})
SET i += $values, i.created_at = $at
"""


def create(tx: Tx, posted: IdleCapacity, *, by: str, at: datetime) -> None:
    """Add a posting; ``by`` is the user's id."""
    names = (
        "firm_id", "category_id", "process", "quantity", "unit", "from_week", "to_week",
        "audience", "note", "state", "version",
    )  # fmt: skip
    values = {name: getattr(posted, name) for name in names}
    run(
        tx,
        CREATE,
        id=posted.id,
        firm_id=posted.firm_id,
        values={**values, "created_by": by},
        at=to_text(at),
    )


LIST = """
MATCH (i:IdleCapacity {firm_id: $viewer})
RETURN i.id AS id, i.firm_id AS firm_id, i.category_id AS category_id, i.process AS process,
       i.quantity AS quantity, i.unit AS unit, i.from_week AS from_week, i.to_week AS to_week,
       i.audience AS audience, i.note AS note, i.state AS state, i.created_at AS created_at,
       i.version AS version
ORDER BY created_at DESC, id LIMIT 500
"""


def list_own(tx: Tx, *, viewer: str) -> list[IdleCapacity]:
    """What the viewer's firm posted, newest first, withdrawn ones too."""
    return [IdleCapacity(**record) for record in rows(tx, LIST, viewer=viewer)]


GET = """
MATCH (i:IdleCapacity {id: $id})
WITH i WHERE i.firm_id = $viewer
RETURN i.id AS id, i.firm_id AS firm_id, i.category_id AS category_id, i.process AS process,
       i.quantity AS quantity, i.unit AS unit, i.from_week AS from_week, i.to_week AS to_week,
       i.audience AS audience, i.note AS note, i.state AS state, i.created_at AS created_at,
       i.version AS version
LIMIT 1
"""


def get(tx: Tx, posting_id: str, *, viewer: str) -> IdleCapacity:
    """One of the viewer's own.

    Raises:
        NotFound: no such posting, or another firm's.
    """
    record = row(tx, GET, viewer=viewer, id=posting_id)
    if record is None:
        raise NotFound
    return IdleCapacity(**record)


LOCK = """
MATCH (i:IdleCapacity {id: $id}) WHERE i.firm_id = $viewer SET i.lock = $nonce RETURN i.id AS id
"""


def lock(tx: Tx, posting_id: str, *, viewer: str) -> IdleCapacity:
    """``get``, after taking the write lock.

    Raises:
        NotFound: no such posting, or another firm's.
    """
    row(tx, LOCK, id=posting_id, viewer=viewer, nonce=nonce())
    return get(tx, posting_id, viewer=viewer)


SAVE = "MATCH (i:IdleCapacity {id: $id}) SET i.state = $state, i.version = $version"


def save(tx: Tx, posted: IdleCapacity) -> None:
    """Store the state of a locked posting."""
    run(tx, SAVE, id=posted.id, state=posted.state, version=posted.version)


OPEN_LINES = """
UNWIND $ids AS wanted
MATCH (r:PartsRequest {id: wanted})<-[:POSTED]-(b:Firm)
WHERE r.state = 'open' AND r.deadline > $now
OPTIONAL MATCH (r)-[i:INVITES]->(f:Firm) WHERE f.id = $viewer
WITH r, b, i WHERE i.declined_at IS NULL
MATCH (r)-[:HAS_LINE]->(l:RequestLine)
RETURN r.id AS request_id, r.number AS request_number, r.title AS title, r.deadline AS deadline,
       b.id AS buyer_id, b.name AS buyer_name, i.invited_at AS invited_at, l.number AS number,
       l.part_id AS part_id, l.description AS description, l.category_id AS category_id,
       l.quantity AS quantity, l.uom AS uom, l.need_by AS need_by,
       l.certificates AS certificates, l.requirements AS requirements
ORDER BY deadline, request_id, number LIMIT 5000
"""


def list_open_lines(tx: Tx, *, viewer: str, now: datetime) -> list[OpenLine]:
    """Lines of the requests that the viewer may bid for now, the nearest deadline first.

    By the same rules as ``parts_requests.list_open_to``; requests that it declined are left out,
    and nothing that is the buyer's alone is read.
    """
    ids = open_lists.list_open(tx, viewer=viewer, now=now, limit=500)
    lines = rows(tx, OPEN_LINES, ids=ids, viewer=viewer, now=to_text(now)) if ids else []
    return [_read_open_line(record) for record in lines]


def _read_open_line(record: dict[str, Any]) -> OpenLine:
    return OpenLine(
        request_id=record["request_id"],
        request_number=record["request_number"],
        title=record["title"] or "",
        buyer_name=record["buyer_name"] or "",
        buyer_id=record["buyer_id"],
        deadline=to_instant(record["deadline"]),
        is_invited=record["invited_at"] is not None,
        number=record["number"],
        description=record["description"] or record["part_id"] or "",
        category_id=record["category_id"] or "",
        quantity=tidy_quantity(record["quantity"]),
        uom=record["uom"] or "",
        need_by=date.fromisoformat(record["need_by"]) if record["need_by"] else None,
        certificates=tuple(record["certificates"] or ()),
        requirements=Requirements.from_text(record["requirements"]),
    )


POSTED_BY = """
UNWIND $firm_ids AS firm_id
MATCH (i:IdleCapacity {firm_id: firm_id})
WHERE i.state = 'open' AND i.to_week >= $week
  AND (i.category_id = $category_id OR (i.process <> '' AND i.process = $process))
  AND (i.audience = 'all' OR (i.audience = 'chain' AND EXISTS {
       MATCH (:Firm {id: firm_id})-[m:BELONGS_TO|LEADS]->(c:Chain)
             <-[v:BELONGS_TO|LEADS]-(:Firm {id: $viewer})
       WHERE coalesce(m.state, 'member') = 'member' AND coalesce(v.state, 'member') = 'member' }))
RETURN i.firm_id AS firm_id, i.process AS process, i.quantity AS quantity, i.unit AS unit,
       i.from_week AS from_week, i.to_week AS to_week
ORDER BY firm_id, from_week, to_week, quantity LIMIT 1000
"""


def list_posted_by(
    tx: Tx, firm_ids: list[str], *, category_id: str, process: str, week: int, viewer: str
) -> dict[str, list[PostedCapacity]]:
    """What these firms posted of a category or process and let the viewer see, by firm."""
    by_firm: dict[str, list[PostedCapacity]] = {}
    for posted in rows(
        tx,
        POSTED_BY,
        firm_ids=firm_ids,
        category_id=category_id,
        process=process,
        week=week,
        viewer=viewer,
    ):
        by_firm.setdefault(posted["firm_id"], []).append(PostedCapacity(**posted))
    return by_firm
