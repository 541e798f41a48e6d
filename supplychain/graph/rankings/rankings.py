"""Rankings of request lines, and the invitations that come of them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from supplychain.errors import NotFound
from supplychain.graph.engine.transactions import Tx, nonce, row, rows, run
from supplychain.matching.ranking.rank import Ranking
from supplychain.model.ids import to_text

MAX_INVITED = 2000
"""Firms that one request may invite."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A parts request as matching needs it; ``lines`` are dictionaries of line properties."""

    id: str
    number: str
    title: str
    state: str
    buyer_id: str
    created_by: str
    currency: str
    deadline: str
    audience: str
    chain_id: str | None
    invite_top: int
    rank_by: str | None
    lines: list[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedLine:
    """A line with its ranking; ``made_at`` is None and the lists are empty before it is made.

    ``best`` and ``unable`` hold the rows described in ``docs/matching.md``; ``reference`` is
    ``{"cost_e4", "source"}``, ``assumptions`` what all rows were reckoned with,
    ``together`` the firms that can make together what none can make alone, None if one can;
    ``weights`` how far what is weighed by may move before another firm is first.
    """

    line_id: str
    number: int
    part_id: str | None
    description: str
    category_id: str
    quantity: int
    uom: str
    need_by: str
    currency: str
    made_at: str | None
    able: int
    failed: int
    best: list[dict[str, Any]]
    unable: list[dict[str, Any]]
    reference: dict[str, Any]
    assumptions: dict[str, Any] = field(default_factory=dict)
    together: dict[str, Any] | None = None
    weights: dict[str, Any] = field(default_factory=dict)


LOCK = """
MATCH (r:PartsRequest {id: $request_id}) SET r.lock = $nonce
RETURN r.id AS id
"""


def lock(tx: Tx, request_id: str) -> Asked:
    """Take the write lock of a request, then look.

    Raises:
        NotFound: there is no such request.
    """
    if row(tx, LOCK, request_id=request_id, nonce=nonce()) is None:
        raise NotFound
    return get_asked(tx, request_id)


ASKED = """
MATCH (b:Firm)-[:POSTED]->(r:PartsRequest {id: $request_id})
OPTIONAL MATCH (r)-[:HAS_LINE]->(l:RequestLine)
OPTIONAL MATCH (l)-[:RANKED]->(k:Ranking)
WITH b, r, l, k ORDER BY l.number
RETURN r.id AS id, r.number AS number, r.title AS title, r.state AS state, b.id AS buyer_id,
       r.created_by AS created_by, r.currency AS currency, r.deadline AS deadline,
       r.audience AS audience, r.chain_id AS chain_id, r.invite_top AS invite_top,
       r.rank_by AS rank_by,
       collect(CASE WHEN l IS NULL THEN null ELSE {
           id: l.id, number: l.number, part_id: l.part_id, category_id: l.category_id,
           quantity: l.quantity, need_by: l.need_by, certificates: l.certificates,
           target_price_e4: l.target_price_e4, requirements: l.requirements,
           ranked_at: k.made_at} END) AS lines
"""


def get_asked(tx: Tx, request_id: str) -> Asked:
    """A request as matching needs it, for work done in its buyer's name.

    Raises:
        NotFound: there is no such request.
    """
    found = row(tx, ASKED, request_id=request_id)
    if found is None:
        raise NotFound
    texts = ("number", "title", "created_by", "deadline", "audience")
    blanks = {name: found[name] or "" for name in texts}
    return Asked(**{**found, **blanks, "invite_top": found["invite_top"] or 0})


CHOOSE_ORDER = "MATCH (r:PartsRequest {id: $request_id}) SET r.rank_by = $rank_by"


def choose_order(tx: Tx, request_id: str, rank_by: str) -> None:
    """What the lines of a locked request are ranked by from now on."""
    run(tx, CHOOSE_ORDER, request_id=request_id, rank_by=rank_by)


REPLACE = """
MATCH (r:PartsRequest {id: $request_id})-[:HAS_LINE]->(l:RequestLine {id: $line_id})
MERGE (k:Ranking {id: $line_id})
SET k.request_id = $request_id, k.made_at = $at, k.able = $able, k.failed = $failed,
    k.rows = $rows
MERGE (l)-[:RANKED]->(k)
"""


def replace_ranking(
    tx: Tx, ranking: Ranking, *, request_id: str, line_id: str, at: datetime
) -> None:
    """Keep the newest ranking of a line. Lock the request before."""
    body = {
        "best": ranking.best,
        "unable": ranking.unable,
        "reference": {"cost_e4": ranking.reference.cost_e4, "source": ranking.reference.source},
        "assumptions": ranking.assumptions,
        "together": ranking.together,
        "weights": ranking.weights,
    }
    run(
        tx,
        REPLACE,
        request_id=request_id,
        line_id=line_id,
        at=to_text(at),
        able=ranking.able,
        failed=ranking.failed,
        rows=json.dumps(body, ensure_ascii=False, separators=(",", ":")),
    )


RANKINGS = """
MATCH (b:Firm {id: $viewer})-[:POSTED]->(r:PartsRequest {id: $request_id})
OPTIONAL MATCH (r)-[:HAS_LINE]->(l:RequestLine)
OPTIONAL MATCH (l)-[:RANKED]->(k:Ranking)
RETURN l.id AS line_id, l.number AS number, l.part_id AS part_id, l.description AS description,
       l.category_id AS category_id, l.quantity AS quantity, l.uom AS uom, l.need_by AS need_by,
       r.currency AS currency, k.made_at AS made_at, k.able AS able, k.failed AS failed,
       CASE WHEN $number IS NULL OR l.number = $number THEN k.rows END AS rows
ORDER BY number LIMIT 1000
"""


def get_rankings(
    tx: Tx, request_id: str, *, viewer: str, number: int | None = None
) -> list[RankedLine]:
    """The lines of the viewer's own request with their rankings, by line number.

    Args:
        tx: the transaction.
        request_id: of the request.
        viewer: the buyer's firm.
        number: of the one line whose rows are wanted; the others come with their counts alone.

    Raises:
        NotFound: no such request of the viewer's firm.
    """
    found = rows(tx, RANKINGS, request_id=request_id, viewer=viewer, number=number)
    if not found:
        raise NotFound
    return [_ranked(entry) for entry in found if entry["line_id"] is not None]


def _ranked(entry: dict[str, Any]) -> RankedLine:
    text = entry.pop("rows")
    body = json.loads(text) if text else {"best": [], "unable": [], "reference": {}}
    counts = {name: entry[name] or 0 for name in ("able", "failed")}
    return RankedLine(**{**entry, **counts, "description": entry["description"] or ""}, **body)


EXISTING = """
MATCH (f:Firm) WHERE f.id IN $firm_ids
RETURN f.id AS id LIMIT 5000
"""


def list_existing(tx: Tx, firm_ids: list[str]) -> set[str]:
    """Which of these firms there are."""
    return {entry["id"] for entry in rows(tx, EXISTING, firm_ids=firm_ids)}


MEMBERS = """
MATCH (c:Chain {id: $chain_id})<-[:BELONGS_TO {state: 'member'}]-(f:Firm)
WHERE f.id <> $viewer AND (
    EXISTS { MATCH (:Firm {id: $viewer})-[:LEADS]->(c) }
    OR EXISTS { MATCH (:Firm {id: $viewer})-[:BELONGS_TO {state: 'member'}]->(c) })
RETURN DISTINCT f.id AS id ORDER BY id LIMIT 2000
"""


def list_chain_members(tx: Tx, chain_id: str, *, viewer: str) -> list[str]:
    """The other member firms of a chain that the viewer leads or belongs to; else none."""
    return [entry["id"] for entry in rows(tx, MEMBERS, chain_id=chain_id, viewer=viewer)]


INVITED_IDS = """
MATCH (r:PartsRequest {id: $request_id})-[:INVITES]->(f:Firm)
WHERE f.id IN $firm_ids
RETURN f.id AS id ORDER BY id LIMIT 5000
"""

INVITE = """
MATCH (r:PartsRequest {id: $request_id})
UNWIND $invitations AS i
MATCH (f:Firm {id: i.firm_id})
CREATE (r)-[:INVITES {rank: i.rank, score: i.score, reasons: i.reasons, source: i.source,
                      invited_at: $at}]->(f)
"""


def invite(
    tx: Tx, request_id: str, invitations: list[dict[str, Any]], *, at: datetime
) -> list[str]:
    """Invite firms that are not invited yet, and return their ids. Lock the request before.

    Args:
        tx: the transaction.
        request_id: of a request locked in it.
        invitations: ``firm_id``, ``rank`` and ``score`` (None if not ranked), ``source`` (picked,
            top or chain) and ``reasons``, the supplier's own version: a list for each line.
        at: when.
    """
    firm_ids = [invitation["firm_id"] for invitation in invitations]
    found = rows(tx, INVITED_IDS, request_id=request_id, firm_ids=firm_ids)
    there = {entry["id"] for entry in found}
    fresh = [
        {**invitation, "reasons": json.dumps(invitation["reasons"], ensure_ascii=False)}
        for invitation in invitations
        if invitation["firm_id"] not in there
    ]
    if fresh:
        run(tx, INVITE, request_id=request_id, invitations=fresh, at=to_text(at))
    return [invitation["firm_id"] for invitation in fresh]


INVITED = """
MATCH (b:Firm {id: $viewer})-[:POSTED]->(r:PartsRequest {id: $request_id})-[i:INVITES]->(f:Firm)
RETURN f.id AS firm_id, f.name AS name, i.rank AS rank, i.score AS score, i.source AS source,
       i.invited_at AS invited_at, i.seen_at AS seen_at, i.declined_at AS declined_at
ORDER BY rank, name, firm_id LIMIT 2000
"""


def list_invited(tx: Tx, request_id: str, *, viewer: str) -> list[dict[str, Any]]:
    """Whom the viewer's own request invites; nobody when it is not the viewer's."""
    return rows(tx, INVITED, request_id=request_id, viewer=viewer)


WHY = """
MATCH (r:PartsRequest {id: $request_id})-[i:INVITES]->(f:Firm {id: $viewer})
WHERE r.state <> 'draft'
RETURN i.source AS source, i.invited_at AS invited_at, i.reasons AS reasons
"""


def find_invitation_reasons(tx: Tx, request_id: str, *, viewer: str) -> dict[str, Any] | None:
    """Why the viewer was invited: ``source``, ``invited_at`` and its own facts line by line.

    None when it is not invited, whether it may see the request by other ways or not.
    """
    found = row(tx, WHY, request_id=request_id, viewer=viewer)
    return None if found is None else {**found, "reasons": json.loads(found["reasons"] or "[]")}


def invitation_reasons(tx: Tx, request_id: str, *, viewer: str) -> dict[str, Any]:
    """The same, for a firm that must be invited.

    Raises:
        NotFound: the viewer is not invited to such a request.
    """
    found = find_invitation_reasons(tx, request_id, viewer=viewer)
    if found is None:
        raise NotFound
    return found


INVITATIONS = """
MATCH (f:Firm {id: $viewer})<-[i:INVITES]-(r:PartsRequest)<-[:POSTED]-(b:Firm)
WHERE r.state <> 'draft' AND ($before IS NULL OR i.invited_at < $before
    OR (i.invited_at = $before AND r.id > $after_id))
RETURN r.id AS request_id, r.number AS number, r.title AS title, r.state AS state,
       r.deadline AS deadline, r.currency AS currency, b.id AS buyer_id, b.name AS buyer_name,
       i.source AS source, i.invited_at AS invited_at, i.seen_at AS seen_at,
       i.declined_at AS declined_at
ORDER BY invited_at DESC, request_id LIMIT $limit
"""


def list_invitations(
    tx: Tx,
    *,
    viewer: str,
    limit: int = 50,
    before: str | None = None,
    after_id: str = "",
) -> list[dict[str, Any]]:
    """The requests that invite the viewer's firm, newest invitation first.

    ``before`` and ``after_id`` are ``invited_at`` and ``request_id`` of the last one seen.
    """
    return rows(tx, INVITATIONS, viewer=viewer, limit=limit, before=before, after_id=after_id)
