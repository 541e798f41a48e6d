"""Rankings of request lines, and the invitations that come of them."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from supplychain.errors import NotFound
from supplychain.graph import audiences
from supplychain.graph.engine.transactions import Tx, row, rows, run
from supplychain.graph.list_keys import span_of
from supplychain.graph.parts_requests import open_lists
from supplychain.graph.rankings.rows import (
    facts_from_json,
    facts_to_json,
    ranking_from_json,
    ranking_to_json,
)
from supplychain.matching.figures import list_used_figures
from supplychain.matching.rows import (
    Assumptions,
    CodedFact,
    Proposals,
    RankedFirm,
    Ranking,
    Reference,
    UnableFirm,
    WeightBands,
)
from supplychain.model.ids import to_text
from supplychain.model.parts_requests.parts_request import MAX_LINES
from supplychain.model.quantities import Quantity, tidy_quantity

MAX_INVITED_FIRMS = 2000
"""Firms that one request may invite."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedLine:
    """A line with its ranking, whose fields are those of ``matching.rows.Ranking``.

    ``made_at`` and what has no value else are None, and the rows empty, before it is made.
    ``is_withdrawn``: a firm in it no longer shows the buyer what it shows there, so nothing of it
    is told until suppliers are ranked anew.
    """

    line_id: str
    number: int
    part_id: str | None
    description: str
    category_id: str
    quantity: Quantity
    uom: str
    need_by: str
    currency: str
    made_at: str | None
    able: int = 0
    failed: int = 0
    best: tuple[RankedFirm, ...] = ()
    unable: tuple[UnableFirm, ...] = ()
    reference: Reference | None = None
    assumptions: Assumptions | None = None
    together: Proposals | None = None
    weights: WeightBands | None = None
    is_withdrawn: bool = False

    def with_ranking(self, ranking: Ranking) -> RankedLine:
        """The line with a ranking of it."""
        return replace(
            self,
            able=ranking.able,
            failed=ranking.failed,
            best=ranking.best,
            unable=ranking.unable,
            reference=ranking.reference,
            assumptions=ranking.assumptions,
            together=ranking.together,
            weights=ranking.weights,
        )

    def withdrawn(self) -> RankedLine:
        """The line without its rows."""
        return replace(
            self,
            able=0,
            failed=0,
            best=(),
            unable=(),
            reference=None,
            assumptions=None,
            together=None,
            weights=None,
            is_withdrawn=True,
        )

    def used_figures(self) -> set[tuple[str, str]]:
        """``matching.figures.list_used_figures`` of the ranking; none where it is not made."""
        return list_used_figures(self.best, self.unable, self.together)


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitedLine:
    """Why a firm is invited to a line: its own facts, none of anybody else."""

    line_number: int
    category_id: str | None
    part_id: str | None
    reasons: tuple[CodedFact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewInvitation:
    """A firm to invite.

    Attributes:
        source: ``picked``, ``top`` or ``chain``.
        rank, score: the best over all lines; None if the firm is not ranked.
        reasons: the supplier's own version, a line each.
    """

    firm_id: str
    source: str
    rank: int | None
    score: float | None
    reasons: tuple[InvitedLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationReasons:
    """Why the reader's firm was invited, and when."""

    source: str
    invited_at: str
    reasons: tuple[InvitedLine, ...]


RANKED_AT = """
MATCH (:PartsRequest {id: $request_id})-[:HAS_LINE]->(l:RequestLine)-[:RANKED]->(k:Ranking)
RETURN l.id AS line_id, k.made_at AS made_at ORDER BY line_id LIMIT 1000
"""


def list_ranked_at(tx: Tx, request_id: str) -> dict[str, str]:
    """When each line of a request was ranked last, by line id; lines never ranked are left out."""
    return {
        entry["line_id"]: entry["made_at"] for entry in rows(tx, RANKED_AT, request_id=request_id)
    }


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
    run(
        tx,
        REPLACE,
        request_id=request_id,
        line_id=line_id,
        at=to_text(at),
        able=ranking.able,
        failed=ranking.failed,
        rows=ranking_to_json(ranking),
    )


RANKINGS = """
MATCH (r:PartsRequest {id: $request_id}) WHERE r.buyer_id = $viewer
OPTIONAL MATCH (r)-[:HAS_LINE]->(l:RequestLine)
WHERE l.number >= $first AND l.number <= $last
OPTIONAL MATCH (l)-[:RANKED]->(k:Ranking)
RETURN l.id AS line_id, l.number AS number, l.part_id AS part_id, l.description AS description,
       l.category_id AS category_id, l.quantity AS quantity, l.uom AS uom, l.need_by AS need_by,
       r.currency AS currency, k.made_at AS made_at, k.able AS able, k.failed AS failed,
       CASE WHEN $number IS NULL OR l.number = $number THEN k.rows END AS rows
ORDER BY number LIMIT 1000
"""

RANKINGS_WINDOW = """
MATCH (r:PartsRequest {id: $request_id}) WHERE r.buyer_id = $viewer
OPTIONAL MATCH (r)-[:HAS_LINE]->(l:RequestLine)
WHERE l.number >= $first AND l.number <= $last
OPTIONAL MATCH (l)-[:RANKED]->(k:Ranking)
RETURN l.id AS line_id, l.number AS number, l.part_id AS part_id, l.description AS description,
       l.category_id AS category_id, l.quantity AS quantity, l.uom AS uom, l.need_by AS need_by,
       r.currency AS currency, k.made_at AS made_at, k.able AS able, k.failed AS failed,
       CASE WHEN l.number = $number THEN k.rows END AS rows
ORDER BY number LIMIT 1000
"""


def get_rankings(
    tx: Tx,
    request_id: str,
    *,
    viewer: str,
    number: int | None = None,
    first: int = 1,
    last: int = MAX_LINES,
) -> list[RankedLine]:
    """The lines of these numbers of the viewer's own request with their rankings, as it may read
    them now.

    ``get_kept`` without the rankings that show what a firm meanwhile does not show any more.

    Raises:
        NotFound: no such request of the viewer's firm.
    """
    lines = get_kept(tx, request_id, viewer=viewer, number=number, first=first, last=last)
    hidden = find_hidden(tx, lines, viewer=viewer)
    return [line.withdrawn() if hidden[line.line_id] else line for line in lines]


def get_kept(
    tx: Tx,
    request_id: str,
    *,
    viewer: str,
    number: int | None = None,
    first: int = 1,
    last: int = MAX_LINES,
) -> list[RankedLine]:
    """The lines of the viewer's own request with their rankings, by line number, as they were made.

    Args:
        tx: the transaction.
        request_id: of the request.
        viewer: the buyer's firm.
        number: of the one line whose rows are wanted; the others come with their counts alone.
        first: the number of the first line that is wanted.
        last: and of the last one.

    Raises:
        NotFound: no such request of the viewer's firm.
    """
    window = {"number": number, "first": first, "last": last}
    found = rows(tx, RANKINGS, request_id=request_id, viewer=viewer, **window)
    if not found:
        raise NotFound
    return [_read_line(entry) for entry in found if entry["line_id"] is not None]


def list_window(
    tx: Tx, request_id: str, *, viewer: str, number: int, first: int, last: int
) -> list[RankedLine]:
    """``get_kept`` of one line, beside it the lines of these numbers without their rows.

    Raises:
        NotFound: no such request of the viewer's firm.
    """
    found = rows(
        tx,
        RANKINGS_WINDOW,
        request_id=request_id,
        viewer=viewer,
        number=number,
        first=first,
        last=last,
    )
    if not found:
        raise NotFound
    return [_read_line(entry) for entry in found if entry["line_id"] is not None]


def withdraw_hidden(tx: Tx, line: RankedLine, *, viewer: str) -> RankedLine:
    """The line, without its ranking if that shows what a firm does not show any more."""
    return line.withdrawn() if find_hidden(tx, [line], viewer=viewer)[line.line_id] else line


def find_hidden(tx: Tx, lines: list[RankedLine], *, viewer: str) -> dict[str, set[tuple[str, str]]]:
    """By line the figures (firm, kind) in its ranking that the viewer may not read any more."""
    used = {line.line_id: line.used_figures() for line in lines}
    firm_ids = {firm_id for figures in used.values() for firm_id, _ in figures}
    if not firm_ids:
        return used
    readable = audiences.read_readable(tx, viewer=viewer, among=firm_ids)
    return {
        line_id: {
            (firm_id, kind) for firm_id, kind in figures if not readable.covers(firm_id, kind)
        }
        for line_id, figures in used.items()
    }


def _read_line(entry: dict[str, Any]) -> RankedLine:
    text = entry.pop("rows")
    counts: dict[str, Any] = {name: entry[name] or 0 for name in ("able", "failed")}
    texts: dict[str, Any] = {"description": entry["description"] or ""}
    quantities: dict[str, Any] = {"quantity": tidy_quantity(entry["quantity"])}
    line = RankedLine(**entry | counts | texts | quantities)
    return line.with_ranking(ranking_from_json(text, **counts)) if text else line


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
    c.leader_id = $viewer
    OR EXISTS { MATCH (:TrayNote {id: $chain_id + '|' + $viewer})-[:LIES_IN]->(t:Tray)
                WHERE t.id = $viewer + '|chains|member' })
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
                      invited_at: $at, is_listed: true}]->(f)
"""


def invite(tx: Tx, request_id: str, invitations: list[NewInvitation], *, at: datetime) -> list[str]:
    """Invite firms that are not invited yet, and return their ids. Lock the request before."""
    firm_ids = [invitation.firm_id for invitation in invitations]
    found = rows(tx, INVITED_IDS, request_id=request_id, firm_ids=firm_ids)
    there = {entry["id"] for entry in found}
    fresh = [
        {
            "firm_id": invitation.firm_id,
            "source": invitation.source,
            "rank": invitation.rank,
            "score": invitation.score,
            "reasons": json.dumps(_write_lines(invitation.reasons), ensure_ascii=False),
        }
        for invitation in invitations
        if invitation.firm_id not in there
    ]
    if fresh:
        run(tx, INVITE, request_id=request_id, invitations=fresh, at=to_text(at))
        firm_ids = [invitation["firm_id"] for invitation in fresh]
        open_lists.keep_invited(tx, request_id, firm_ids, at=at)
    return [invitation["firm_id"] for invitation in fresh]


def _write_lines(lines: tuple[InvitedLine, ...]) -> list[dict[str, Any]]:
    return [
        {
            "line_number": line.line_number,
            "category_id": line.category_id,
            "part_id": line.part_id,
            "reasons": facts_to_json(line.reasons),
        }
        for line in lines
    ]


INVITED = """
MATCH (r:PartsRequest {id: $request_id}) WHERE r.buyer_id = $viewer
MATCH (r)-[i:INVITES]->(f:Firm)
RETURN f.id AS firm_id, f.name AS name, i.rank AS rank, i.score AS score, i.source AS source,
       i.invited_at AS invited_at, i.seen_at AS seen_at, i.declined_at AS declined_at
ORDER BY rank, name, firm_id LIMIT 2000
"""


def list_invited(tx: Tx, request_id: str, *, viewer: str) -> list[dict[str, Any]]:
    """Whom the viewer's own request invites; nobody when it is not the viewer's."""
    return rows(tx, INVITED, request_id=request_id, viewer=viewer)


WHY = """
UNWIND [$request_id] AS wanted
MATCH (r:PartsRequest {id: wanted})-[i:INVITES]->(f:Firm)
WHERE f.id = $viewer AND r.state <> 'draft'
RETURN i.source AS source, i.invited_at AS invited_at, i.reasons AS reasons
"""


def find_invitation_reasons(tx: Tx, request_id: str, *, viewer: str) -> InvitationReasons | None:
    """Why the viewer was invited, with its own facts line by line.

    None when it is not invited, whether it may see the request by other ways or not.
    """
    found = row(tx, WHY, request_id=request_id, viewer=viewer)
    if found is None:
        return None
    lines = tuple(
        InvitedLine(
            line_number=line["line_number"],
            category_id=line.get("category_id"),
            part_id=line.get("part_id"),
            reasons=facts_from_json(line["reasons"]),
        )
        for line in json.loads(found["reasons"] or "[]")
    )
    return InvitationReasons(source=found["source"], invited_at=found["invited_at"], reasons=lines)


INVITATIONS = """
UNWIND $ids AS wanted
MATCH (r:PartsRequest {id: wanted})-[i:INVITES]->(f:Firm)
WHERE f.id = $viewer AND r.state <> 'draft'
MATCH (r)<-[:POSTED]-(b:Firm)
RETURN r.id AS request_id, r.number AS number, r.title AS title, r.state AS state,
       r.deadline AS deadline, r.currency AS currency, b.id AS buyer_id, b.name AS buyer_name,
       i.source AS source, i.invited_at AS invited_at, i.seen_at AS seen_at,
       i.declined_at AS declined_at
ORDER BY invited_at DESC, request_id LIMIT 1000
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
    after, end = span_of(viewer, before=before, after_id=after_id)
    ids = open_lists.list_invited(tx, after=after, end=end, limit=limit)
    return rows(tx, INVITATIONS, ids=ids, viewer=viewer) if ids else []
