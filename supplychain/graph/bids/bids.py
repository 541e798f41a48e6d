"""Bids in the graph. What a bid offers is sealed there until the bids of its request are opened.

Until then it is opened for its bidder alone, in memory. A write locks the request first
(``parts_requests.lock_for_bid``): it orders bids against each other, against the deadline and
against the award.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nacl.public import SealedBox

from supplychain.errors import NotFound
from supplychain.graph.bids import seals
from supplychain.graph.bids.rows import (
    CONTENT_NAMES,
    read_bid_row,
    read_line_rows,
    write_bid_row,
    write_content,
)
from supplychain.graph.engine.reading import together
from supplychain.graph.engine.transactions import Tx, nonce, row, rows, run
from supplychain.graph.list_keys import span_of
from supplychain.model.bids.bid import Bid
from supplychain.model.bids.seals import close_box, open_json, seal_json
from supplychain.model.ids import to_text


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedBid:
    """An own bid in a list. Instants are text as the graph keeps them.

    ``rank`` among ``bids`` are set once the request is decided.
    """

    id: str
    request_id: str
    request_number: str
    title: str
    request_state: str
    deadline: str | None
    buyer_id: str
    buyer_name: str
    state: str
    created_at: str
    submitted_at: str | None
    rank: int | None
    bids: int | None
    version: int


CREATE = """
MATCH (f:Firm {id: $firm_id}), (r:PartsRequest {id: $request_id})
CREATE (f)-[:PLACED]->(b:Bid {
    id: $id, request_id: $request_id, firm_id: $firm_id, state: $state, live_key: $live_key,
    created_by: $created_by, created_at: $created_at,
    submitted_at: $submitted_at, rank: $rank, version: $version, sealed: $sealed,
    receipt_number: $receipt_number, receipt_key_id: $receipt_key_id,
    receipt_signature: $receipt_signature, commitment: $commitment, list_key: $list_key,
    state_key: $state_key})
CREATE (b)-[:ANSWERS]->(r)
"""


def create(tx: Tx, bid: Bid) -> None:
    """Add a bid to a request that was locked in this transaction; what it offers is sealed.

    Raises (at commit): AlreadyExists: the firm has a live bid for this request.
    """
    run(
        tx,
        CREATE,
        request_id=bid.request_id,
        firm_id=bid.firm_id,
        created_by=bid.created_by,
        created_at=to_text(bid.created_at),
        sealed=_seal_content(tx, bid),
        **write_bid_row(bid),
    )


SAVE = """
MATCH (b:Bid {id: $id})
SET b.state = $state, b.live_key = $live_key, b.submitted_at = $submitted_at, b.rank = $rank,
    b.version = $version, b.receipt_number = $receipt_number,
    b.receipt_key_id = $receipt_key_id, b.receipt_signature = $receipt_signature,
    b.commitment = $commitment, b.state_key = $state_key, b.sealed = $sealed,
    b.currency = null, b.valid_until = null, b.note = null, b.one_off_e4 = null, b.bundles = null,
    b.incoterm = null, b.payment_days = null, b.vat_percent_e4 = null, b.salt = null
"""
DROP_LINES = """
MATCH (b:Bid {id: $id})-[:HAS_LINE]->(l:BidLine)
DETACH DELETE l
"""


def save(tx: Tx, bid: Bid) -> None:
    """Write a bid whose request was locked in this transaction; what it offers is sealed.

    A bid that lay plain, from before there were seals, does so no more.
    """
    run(tx, SAVE, sealed=_seal_content(tx, bid), **write_bid_row(bid))
    run(tx, DROP_LINES, id=bid.id)


def _seal_content(tx: Tx, bid: Bid) -> str:
    box = close_box(seals.ensure(tx, bid.request_id))
    return seal_json(box, bid.id, write_content(bid))


NEXT_RECEIPT = """
MATCH (f:Firm {id: $firm_id}) SET f.lock = $nonce
WITH f
SET f.receipt_count = coalesce(f.receipt_count, 0) + 1
RETURN f.receipt_count AS number
"""


def next_receipt(tx: Tx, firm_id: str) -> int:
    """The number of a firm's next receipt, counted under the firm's lock: of its own alone, so
    that it tells nothing of what others send.
    """
    entry = row(tx, NEXT_RECEIPT, firm_id=firm_id, nonce=nonce())
    if entry is None:
        raise NotFound
    return entry["number"]


SEALED_BIDS = """
MATCH (b:Bid {request_id: $request_id})
WHERE b.state = 'open' AND b.sealed IS NOT NULL
RETURN b.id AS id, b.sealed AS sealed
ORDER BY id LIMIT 5000
"""
UNSEAL = """
UNWIND $bids AS opened
MATCH (b:Bid {id: opened.id})
SET b.currency = coalesce(opened.currency, b.currency), b.valid_until = opened.valid_until,
    b.note = opened.note, b.one_off_e4 = opened.one_off_e4,
    b.bundles = opened.bundles, b.incoterm = opened.incoterm,
    b.payment_days = opened.payment_days, b.vat_percent_e4 = opened.vat_percent_e4,
    b.salt = opened.salt, b.sealed = null
"""
WRITE_LINES = """
UNWIND $lines AS line
MATCH (b:Bid {id: line.bid_id})
MATCH (q:RequestLine {id: line.request_line_id})
CREATE (l:BidLine {id: line.id})
SET l += line
CREATE (b)-[:HAS_LINE]->(l)
CREATE (l)-[:PRICES]->(q)
"""


def open_sealed(tx: Tx, request_id: str) -> int:
    """Open all submitted bids of a locked request whose bids its buyer may read from now on.

    Either all of them are open with the commit, or none; those that are open stay so. Drafts and
    withdrawn bids stay sealed.

    Raises:
        Unavailable: the key is not here, or a seal was changed.
    """
    sealed = rows(tx, SEALED_BIDS, request_id=request_id)
    if not sealed:
        return 0
    box = seals.open_of_request(tx, request_id)
    opened = [(one["id"], open_json(box, one["id"], one["sealed"])) for one in sealed]
    blank = dict.fromkeys(CONTENT_NAMES)
    run(tx, UNSEAL, bids=[{"id": bid_id, **blank, **content["bid"]} for bid_id, content in opened])
    lines = [line for _, content in opened for line in content["lines"]]
    if lines:
        run(tx, WRITE_LINES, lines=lines)
    return len(opened)


PLAIN = """
MATCH (w:OpenDeadline)
MATCH (r:PartsRequest {id: w.id})<-[:ANSWERS]-(b:Bid)
WHERE r.state = 'open' AND b.state IN ['draft', 'open'] AND b.sealed IS NULL
  AND b.created_at IS NOT NULL
RETURN b.id AS id, b.firm_id AS firm_id, r.id AS request_id, r.buyer_id AS buyer_id
ORDER BY id LIMIT $limit
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainBid:
    """A bid that lies plain although its request is not opened: from before there were seals."""

    id: str
    firm_id: str
    request_id: str
    buyer_id: str


def list_plain(tx: Tx, *, limit: int = 200) -> list[PlainBid]:
    """Bids that are to be sealed."""
    return [PlainBid(**entry) for entry in rows(tx, PLAIN, limit=limit)]


REQUEST_OF = """
MATCH (b:Bid {id: $id}) WHERE b.firm_id = $viewer
RETURN b.request_id AS request_id
"""


def request_of(tx: Tx, bid_id: str, *, viewer: str) -> str:
    """The id of the request that the viewer's own bid answers; it never changes.

    Raises:
        NotFound: no such bid of the viewer's firm.
    """
    entry = row(tx, REQUEST_OF, id=bid_id, viewer=viewer)
    if entry is None:
        raise NotFound
    return entry["request_id"]


FIND_LIVE = """
MATCH (b:Bid {live_key: $live_key})
RETURN b.id AS id
"""


def find_live(tx: Tx, request_id: str, *, viewer: str) -> str | None:
    """The id of the viewer's own live bid for a request."""
    entry = row(tx, FIND_LIVE, live_key=f"{request_id}|{viewer}")
    return entry["id"] if entry else None


GET = """
MATCH (b:Bid {id: $id})-[:ANSWERS]->(r:PartsRequest)
WHERE b.firm_id = $viewer
   OR (r.buyer_id = $viewer AND r.state IN ['evaluating', 'awarded', 'failed']
       AND b.state IN ['open', 'won', 'lost'])
OPTIONAL MATCH (b)-[:HAS_LINE]->(l:BidLine)
WITH b, l ORDER BY l.number
RETURN b.id AS id, b.request_id AS request_id, b.firm_id AS firm_id, b.state AS state,
       b.currency AS currency, b.valid_until AS valid_until, b.note AS note,
       b.created_by AS created_by, b.created_at AS created_at, b.submitted_at AS submitted_at,
       b.rank AS rank, b.version AS version, b.one_off_e4 AS one_off_e4, b.bundles AS bundles,
       b.incoterm AS incoterm, b.payment_days AS payment_days, b.salt AS salt,
       b.vat_percent_e4 AS vat_percent_e4,
       b.sealed AS sealed, b.receipt_number AS receipt_number,
       b.receipt_firm_id AS receipt_firm_id,
       b.receipt_key_id AS receipt_key_id, b.receipt_signature AS receipt_signature,
       b.commitment AS commitment,
       collect(CASE WHEN l IS NULL THEN null ELSE properties(l) END) AS lines
"""


def get(tx: Tx, bid_id: str, *, viewer: str) -> Bid:
    """A bid: its bidder's always, its buyer's once the bids are opened.

    Raises:
        NotFound: no such bid, or not to be seen (yet).
    """
    entry, seal = together(
        lambda: row(tx, GET, id=bid_id, viewer=viewer),
        lambda: seals.find_of_bid(tx, bid_id, viewer=viewer),
    )
    if entry is None:
        raise NotFound
    if entry["sealed"] is not None:
        return _read_sealed_row(seals.open_seal(seal), entry)
    return read_bid_row(entry, read_line_rows(entry["lines"]))


def _read_sealed_row(box: SealedBox, entry: dict[str, Any]) -> Bid:
    content = open_json(box, entry["id"], entry["sealed"])
    opened = {name: content["bid"].get(name) for name in CONTENT_NAMES}
    # One sealed before bids had a currency of their own has its request's, beside the seal.
    opened["currency"] = opened["currency"] or entry["currency"]
    return read_bid_row({**entry, **opened}, read_line_rows(content["lines"]))


def get_own(tx: Tx, bid_id: str, *, viewer: str) -> Bid:
    """A bid of the viewer's own firm.

    Raises:
        NotFound: no such bid of the viewer's firm.
    """
    _, bid = together(
        lambda: request_of(tx, bid_id, viewer=viewer), lambda: get(tx, bid_id, viewer=viewer)
    )
    return bid


PAGE_OWN = """
MATCH (b:Bid) WHERE b.list_key > $after AND b.list_key < $end
WITH b LIMIT $limit
RETURN b.id AS id
"""

LIST_OWN = """
UNWIND $ids AS wanted
MATCH (b:Bid {id: wanted})-[:ANSWERS]->(r:PartsRequest)<-[:POSTED]-(buyer:Firm)
RETURN b.id AS id, b.request_id AS request_id, r.number AS request_number, r.title AS title,
       r.state AS request_state, r.deadline AS deadline, r.buyer_id AS buyer_id,
       buyer.name AS buyer_name,
       b.state AS state, b.created_at AS created_at, b.submitted_at AS submitted_at,
       b.rank AS rank, b.version AS version,
       CASE WHEN r.state IN ['awarded', 'failed'] AND b.rank IS NOT NULL
            THEN COUNT { MATCH (r)<-[:ANSWERS]-(o:Bid) WHERE o.rank IS NOT NULL }
            ELSE null END AS bids
ORDER BY created_at DESC, id
"""


def list_own(
    tx: Tx, *, viewer: str, limit: int = 50, before: str | None = None, after_id: str = ""
) -> list[ListedBid]:
    """The viewer's own bids, newest first.

    ``before`` and ``after_id`` are ``created_at`` and ``id`` of the last one seen.
    """
    after, end = span_of(viewer, before=before, after_id=after_id)
    ids = [one["id"] for one in rows(tx, PAGE_OWN, after=after, end=end, limit=limit)]
    entries = rows(tx, LIST_OWN, ids=ids) if ids else []
    return [ListedBid(**entry) for entry in entries]


COUNT_RIVALS = """
MATCH (b:Bid {id: $id}) WHERE b.firm_id = $viewer
MATCH (b)-[:ANSWERS]->(r:PartsRequest)
WHERE r.state IN ['awarded', 'failed'] AND b.rank IS NOT NULL
MATCH (r)<-[:ANSWERS]-(o:Bid) WHERE o.rank IS NOT NULL
RETURN count(o) AS bids
"""


def count_ranked(tx: Tx, bid_id: str, *, viewer: str) -> int | None:
    """Among how many bids the viewer's own decided bid was ranked; None before that."""
    entry = row(tx, COUNT_RIVALS, id=bid_id, viewer=viewer)
    return (entry["bids"] or None) if entry else None
