"""Parts requests in the graph: the buyer's whole view, and what suppliers see of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from supplychain.errors import NotFound
from supplychain.graph import trays
from supplychain.graph.engine.transactions import Tx, nonce, row, rows, run
from supplychain.graph.list_keys import span_of
from supplychain.graph.parts_requests import open_lists
from supplychain.graph.parts_requests.rows import (
    read_request_row,
    write_line_row,
    write_request_row,
)
from supplychain.model.ids import to_text
from supplychain.model.parts_requests.parts_request import MAX_LINES, PASSING, PartsRequest
from supplychain.model.trays import Side, tray_id, trays_of_request


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedRequest:
    """An own request in a list: how many lines and bids it has, never a price.

    Instants are text as the graph keeps them.
    """

    id: str
    number: str
    title: str
    state: str
    deadline: str | None
    currency: str
    audience: str
    created_at: str
    version: int
    lines: int
    bids: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRequest:
    """A request in the list of those that a firm may bid for, and that firm's own invitation.

    Instants are text as the graph keeps them.
    """

    id: str
    number: str
    title: str
    state: str
    deadline: str
    currency: str
    audience: str
    buyer_id: str
    buyer_name: str
    invited_at: str | None
    seen_at: str | None
    declined_at: str | None
    lines: int


NEXT_NUMBER = """
MATCH (f:Firm {id: $firm_id}) SET f.lock = $nonce
WITH f, CASE WHEN f.request_year = $year THEN f.request_count ELSE 0 END AS count
SET f.request_year = $year, f.request_count = count + 1
RETURN count + 1 AS number
"""


def next_number(tx: Tx, firm_id: str, *, year: int) -> str:
    """The firm's next number, ``PR-2026-0001``, counted under the firm's lock.

    Raises:
        NotFound: there is no such firm.
    """
    entry = row(tx, NEXT_NUMBER, firm_id=firm_id, year=year, nonce=nonce())
    if entry is None:
        raise NotFound
    return f"PR-{year}-{entry['number']:04d}"


CREATE = """
MATCH (b:Firm {id: $buyer_id})
CREATE (b)-[:POSTED]->(r:PartsRequest {
    id: $id, number: $number, buyer_id: $buyer_id, title: $title, note: $note, state: $state,
    currency: $currency, deadline: $deadline, audience: $audience, chain_id: $chain_id,
    share_policy: $share_policy, invite_top: $invite_top, opening: $opening,
    tax_basis: $tax_basis, accepts: $accepts, rates: $rates,
    created_by: $created_by, created_at: $created_at, published_at: $published_at,
    opened_at: $opened_at, decided_at: $decided_at, version: $version, list_key: $list_key,
    state_key: $state_key})
"""


def create(tx: Tx, request: PartsRequest, *, created_by: str) -> None:
    """Add a request with its lines."""
    run(
        tx,
        CREATE,
        number=request.number,
        buyer_id=request.buyer_id,
        created_by=created_by,
        created_at=to_text(request.created_at),
        **write_request_row(request),
    )
    trays.lay_requests(tx, {request.id: _list_trays(request)})
    _create_lines(tx, request)


def _list_trays(request: PartsRequest) -> list[str]:
    return trays_of_request(request.state, buyer_id=request.buyer_id)


SAVE = """
MATCH (r:PartsRequest {id: $id})
SET r.title = $title, r.note = $note, r.state = $state, r.currency = $currency,
    r.deadline = $deadline, r.audience = $audience, r.chain_id = $chain_id,
    r.share_policy = $share_policy, r.invite_top = $invite_top, r.opening = $opening,
    r.tax_basis = $tax_basis, r.accepts = $accepts, r.rates = $rates,
    r.published_at = $published_at, r.opened_at = $opened_at, r.decided_at = $decided_at,
    r.version = $version, r.state_key = $state_key, r.open_key = $open_key,
    r.open_chain = $open_chain
"""


def save(tx: Tx, request: PartsRequest) -> None:
    """Write everything but the lines of a request that was locked in this transaction."""
    run(tx, SAVE, **write_request_row(request), **open_lists.audience_keys(request))
    trays.keep_requests(tx, {request.id: _list_trays(request)})
    open_lists.follow_request(tx, request)


REMOVE_LINES = """
MATCH (r:PartsRequest {id: $id})-[:HAS_LINE]->(l:RequestLine) DETACH DELETE l
"""


def replace_lines(tx: Tx, request: PartsRequest) -> None:
    """Write the lines of a locked draft anew."""
    run(tx, REMOVE_LINES, id=request.id)
    _create_lines(tx, request)


CREATE_LINES = """
MATCH (r:PartsRequest {id: $request_id})
UNWIND $lines AS line
CREATE (r)-[:HAS_LINE]->(l:RequestLine {id: line.id})
SET l += line
"""
TIE_PARTS = """
UNWIND $lines AS line
MATCH (l:RequestLine {id: line.id}), (p:Part {id: line.part_id})
CREATE (l)-[:FOR_PART]->(p)
"""


def _create_lines(tx: Tx, request: PartsRequest) -> None:
    lines = [write_line_row(request, line) for line in request.lines]
    if lines:
        run(tx, CREATE_LINES, request_id=request.id, lines=lines)
    parts = [{"id": line.id, "part_id": line.part_id} for line in request.lines if line.part_id]
    if parts:
        run(tx, TIE_PARTS, lines=parts)


GET = """
MATCH (r:PartsRequest {id: $id}) WHERE r.buyer_id = $viewer
MATCH (b:Firm {id: $viewer})
OPTIONAL MATCH (r)-[:HAS_LINE]->(l:RequestLine)
WITH r, b, l ORDER BY l.number
RETURN r.id AS id, r.number AS number, r.buyer_id AS buyer_id, r.title AS title, r.note AS note,
       r.state AS state, r.currency AS currency, r.deadline AS deadline, r.audience AS audience,
       r.chain_id AS chain_id, r.share_policy AS share_policy, r.invite_top AS invite_top,
       r.opening AS opening, r.tax_basis AS tax_basis, r.accepts AS accepts,
       r.rates AS rates,
       r.created_at AS created_at, r.published_at AS published_at, r.opened_at AS opened_at,
       r.decided_at AS decided_at, r.created_by AS created_by, r.rank_by AS rank_by,
       r.version AS version, b.time_zone AS time_zone, b.country AS country,
       collect(CASE WHEN l IS NULL THEN null ELSE properties(l) END) AS lines
"""


def get(tx: Tx, request_id: str, *, viewer: str) -> PartsRequest:
    """A request of the viewer's own firm, with target prices.

    Raises:
        NotFound: no such request, or another firm's.
    """
    entry = row(tx, GET, id=request_id, viewer=viewer)
    if entry is None:
        raise NotFound
    return read_request_row(entry)


GET_WINDOW = """
MATCH (r:PartsRequest {id: $id}) WHERE r.buyer_id = $viewer
MATCH (b:Firm {id: $viewer})
OPTIONAL MATCH (r)-[:HAS_LINE]->(l:RequestLine)
WHERE r.state = 'draft' OR (l.number >= $first AND l.number <= $last)
WITH r, b, l ORDER BY l.number
RETURN r.id AS id, r.number AS number, r.buyer_id AS buyer_id, r.title AS title, r.note AS note,
       r.state AS state, r.currency AS currency, r.deadline AS deadline, r.audience AS audience,
       r.chain_id AS chain_id, r.share_policy AS share_policy, r.invite_top AS invite_top,
       r.opening AS opening, r.tax_basis AS tax_basis, r.accepts AS accepts,
       r.rates AS rates,
       r.created_at AS created_at, r.published_at AS published_at, r.opened_at AS opened_at,
       r.decided_at AS decided_at, r.created_by AS created_by, r.rank_by AS rank_by,
       r.version AS version, b.time_zone AS time_zone, b.country AS country,
       COUNT { (r)-[:HAS_LINE]->(:RequestLine) } AS count,
       collect(CASE WHEN l IS NULL THEN null ELSE properties(l) END) AS lines
"""


def get_window(
    tx: Tx, request_id: str, *, viewer: str, first: int, last: int
) -> tuple[PartsRequest, int]:
    """``get`` with the lines of these numbers alone, and how many there are; a draft has all.

    Raises:
        NotFound: no such request, or another firm's.
    """
    entry = row(tx, GET_WINDOW, id=request_id, viewer=viewer, first=first, last=last)
    if entry is None:
        raise NotFound
    return read_request_row(entry), entry["count"]


IS_OWN = """
MATCH (r:PartsRequest {id: $id}) WHERE r.buyer_id = $viewer RETURN r.id AS id
"""


def is_own(tx: Tx, request_id: str, *, viewer: str) -> bool:
    """Whether the viewer's firm posted the request."""
    return row(tx, IS_OWN, id=request_id, viewer=viewer) is not None


LOCK = """
MATCH (r:PartsRequest {id: $id}) WHERE r.buyer_id = $viewer SET r.lock = $nonce
RETURN r.id AS id
"""


def lock(tx: Tx, request_id: str, *, viewer: str) -> PartsRequest:
    """Take the write lock of a request of the viewer's own firm, then look.

    Raises:
        NotFound: no such request, or another firm's.
    """
    if row(tx, LOCK, id=request_id, viewer=viewer, nonce=nonce()) is None:
        raise NotFound
    return get(tx, request_id, viewer=viewer)


VIEW_FOR_SUPPLIER = """
MATCH (r:PartsRequest {id: $id})
WHERE r.buyer_id <> $viewer
  AND (r.state IN ['open', 'evaluating', 'awarded', 'failed']
       OR (r.state = 'cancelled' AND r.published_at IS NOT NULL))
  AND (r.audience = 'all'
       OR EXISTS { MATCH (r)-[:INVITES]->(f:Firm) WHERE f.id = $viewer }
       OR (r.audience = 'chain' AND EXISTS {
           MATCH (:Tray {id: $viewer + '|chains|member'})<-[:LIES_IN]-(n:TrayNote)
           WHERE n.about_id = r.chain_id })
       OR EXISTS { MATCH (r)<-[:ANSWERS]-(p:Bid)
           WHERE p.firm_id = $viewer AND p.state <> 'withdrawn' })
MATCH (b:Firm {id: r.buyer_id})
OPTIONAL MATCH (r)-[:HAS_LINE]->(l:RequestLine)
WHERE l.number >= $first AND l.number <= $last
WITH r, b, l ORDER BY l.number
RETURN r.id AS id, r.number AS number, r.buyer_id AS buyer_id, r.title AS title, r.note AS note,
       r.state AS state, r.currency AS currency, r.deadline AS deadline, r.audience AS audience,
       r.share_policy AS share_policy, r.opening AS opening, r.tax_basis AS tax_basis,
       r.accepts AS accepts,
       r.created_at AS created_at,
       r.published_at AS published_at, r.opened_at AS opened_at, r.decided_at AS decided_at,
       r.version AS version, b.time_zone AS time_zone, b.country AS country,
       COUNT { (r)-[:HAS_LINE]->(:RequestLine) } AS count,
       collect(CASE WHEN l IS NULL THEN null ELSE {
           id: l.id, number: l.number, part_id: l.part_id, description: l.description,
           category_id: l.category_id, quantity: l.quantity, uom: l.uom, need_by: l.need_by,
           place: l.place, certificates: l.certificates, requirements: l.requirements,
           conversions: l.conversions, over_percent_e4: l.over_percent_e4
       } END) AS lines
"""


def view_for_supplier(tx: Tx, request_id: str, *, viewer: str) -> PartsRequest:
    """A published request that the viewer may bid for; the buyer's own figures are never read.

    Visible to whom it invites, to members of its chain (audience ``chain``) and to every firm
    (audience ``all``), but not to the buyer itself.

    Raises:
        NotFound: no such request, or not for this firm.
    """
    return view_window(tx, request_id, viewer=viewer, first=1, last=MAX_LINES)[0]


def view_window(
    tx: Tx, request_id: str, *, viewer: str, first: int, last: int
) -> tuple[PartsRequest, int]:
    """``view_for_supplier`` with the lines of these numbers alone, and how many there are.

    Raises:
        NotFound: no such request, or not for this firm.
    """
    entry = row(tx, VIEW_FOR_SUPPLIER, id=request_id, viewer=viewer, first=first, last=last)
    if entry is None:
        raise NotFound
    return read_request_row(entry), entry["count"]


LOCK_FOR_BID = """
MATCH (r:PartsRequest {id: $id})
WHERE r.buyer_id <> $viewer AND r.state <> 'draft'
  AND (r.audience = 'all'
       OR EXISTS { MATCH (r)-[:INVITES]->(f:Firm) WHERE f.id = $viewer }
       OR (r.audience = 'chain' AND EXISTS {
           MATCH (:Tray {id: $viewer + '|chains|member'})<-[:LIES_IN]-(n:TrayNote)
           WHERE n.about_id = r.chain_id })
       OR EXISTS { MATCH (r)<-[:ANSWERS]-(p:Bid)
           WHERE p.firm_id = $viewer AND p.state <> 'withdrawn' })
SET r.lock = $nonce
RETURN r.id AS id
"""


def lock_for_bid(tx: Tx, request_id: str, *, viewer: str) -> PartsRequest:
    """Take the write lock of a request that the viewer may bid for, then look as it sees it.

    Raises:
        NotFound: no such request, or not for this firm.
    """
    if row(tx, LOCK_FOR_BID, id=request_id, viewer=viewer, nonce=nonce()) is None:
        raise NotFound
    return view_for_supplier(tx, request_id, viewer=viewer)


POSTED = """
MATCH (r:PartsRequest) WHERE r.list_key > $after AND r.list_key < $end
WITH r LIMIT $limit
RETURN r.id AS id
"""

POSTED_OF_STATE = """
MATCH (r:PartsRequest) WHERE r.state_key > $after AND r.state_key < $end
WITH r LIMIT $limit
RETURN r.id AS id
"""

POSTED_NOW = """
MATCH (:Tray {id: $tray})<-[:LIES_IN]-(r:PartsRequest)
WHERE $before IS NULL OR r.created_at < $before OR (r.created_at = $before AND r.id > $after_id)
WITH r ORDER BY r.created_at DESC, r.id LIMIT $limit
RETURN r.id AS id
"""

LIST_POSTED = """
UNWIND $ids AS wanted
MATCH (r:PartsRequest {id: wanted})
OPTIONAL MATCH (r)<-[:ANSWERS]-(a:Bid) WHERE a.state IN ['open', 'won', 'lost']
WITH r, count(a) AS bids
OPTIONAL MATCH (r)-[:HAS_LINE]->(l:RequestLine)
WITH r, bids, count(l) AS lines
RETURN r.id AS id, r.number AS number, r.title AS title, r.state AS state,
       r.deadline AS deadline, r.currency AS currency, r.audience AS audience,
       r.created_at AS created_at, r.version AS version, lines AS lines, bids AS bids
ORDER BY created_at DESC, id
"""


def list_posted(
    tx: Tx,
    *,
    viewer: str,
    limit: int = 50,
    state: str | None = None,
    before: str | None = None,
    after_id: str = "",
) -> list[PostedRequest]:
    """The viewer's own requests, newest first, with how many lines and bids each has.

    ``before`` and ``after_id`` are ``created_at`` and ``id`` of the last one seen.
    """
    if state in PASSING:
        tray = tray_id(viewer, Side.POSTED, state)
        page = rows(tx, POSTED_NOW, tray=tray, before=before, after_id=after_id, limit=limit)
    else:
        owner = f"{viewer}|{state}" if state else viewer
        after, end = span_of(owner, before=before, after_id=after_id)
        query = POSTED_OF_STATE if state else POSTED
        page = rows(tx, query, after=after, end=end, limit=limit)
    entries = rows(tx, LIST_POSTED, ids=[one["id"] for one in page]) if page else []
    return [PostedRequest(**entry) for entry in entries]


REMOVE = """
MATCH (r:PartsRequest {id: $id}) WHERE r.buyer_id = $viewer AND r.state = 'draft'
OPTIONAL MATCH (r)-[:HAS_LINE]->(l:RequestLine)
OPTIONAL MATCH (r)-[:HAS_FILE]->(a:Attachment)
DETACH DELETE a, l, r
"""


def remove(tx: Tx, request_id: str, *, viewer: str) -> None:
    """Delete a locked draft with its lines and files."""
    run(tx, REMOVE, id=request_id, viewer=viewer)


OPEN_TO = """
UNWIND $ids AS wanted
MATCH (r:PartsRequest {id: wanted})<-[:POSTED]-(b:Firm)
WHERE r.state = 'open' AND r.deadline > $now
OPTIONAL MATCH (r)-[i:INVITES]->(f:Firm) WHERE f.id = $viewer
WITH r, b, i
RETURN r.id AS id, r.number AS number, r.title AS title, r.state AS state,
       r.deadline AS deadline, r.currency AS currency, r.audience AS audience,
       b.id AS buyer_id, b.name AS buyer_name, i.invited_at AS invited_at,
       i.seen_at AS seen_at, i.declined_at AS declined_at,
       COUNT { MATCH (r)-[:HAS_LINE]->(:RequestLine) } AS lines
ORDER BY deadline, id LIMIT 1000
"""


def list_open_to(
    tx: Tx,
    *,
    viewer: str,
    now: datetime,
    limit: int = 50,
    after: str | None = None,
    after_id: str = "",
) -> list[OpenRequest]:
    """Requests the viewer may bid for now, the nearest deadline first.

    ``after`` and ``after_id`` are ``deadline`` and ``id`` of the last one seen.
    """
    place = None
    if after is not None:
        place = open_lists.OpenPlace(deadline=after, request_id=after_id)
    ids = open_lists.list_open(tx, viewer=viewer, now=now, limit=limit, after=place)
    entries = rows(tx, OPEN_TO, ids=ids, viewer=viewer, now=to_text(now)) if ids else []
    return [OpenRequest(**entry) for entry in entries]
