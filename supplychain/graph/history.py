"""What is stored beside things of before so that their past costs nothing; and the oldest of it.

The fills are for the migration that brought it: each does one batch, until nothing is left.
"""

from __future__ import annotations

from typing import Any, Final, LiteralString

from supplychain.graph import trays
from supplychain.graph.engine import gate
from supplychain.graph.engine.transactions import Tx, nonce, row, rows, run
from supplychain.graph.events import news_keys
from supplychain.graph.list_keys import list_key, state_key
from supplychain.graph.parts_requests import open_lists
from supplychain.graph.tray_notes import fill_notes
from supplychain.model import orders
from supplychain.model.bids import bid
from supplychain.model.parts_requests import parts_request

BATCH_EVENTS: Final = 500

OLD_WAITING = """
MATCH (e:Event {state: 'P'}) RETURN e.id AS id, e.at AS at LIMIT 500
UNION ALL
MATCH (e:Event {state: 'L'}) RETURN e.id AS id, e.at AS at LIMIT 500
"""

ADOPT = """
UNWIND $waiting AS one
MATCH (e:Event {id: one.id})
MERGE (w:Pending {id: one.id})
SET w.at = one.at, w.due_at = ''
REMOVE e.state
"""


def adopt_waiting(tx: Tx) -> int:
    """Let events that a process of an older version wrote wait as the others do; how many."""
    waiting = rows(tx, OLD_WAITING)
    if waiting:
        run(tx, ADOPT, waiting=waiting)
        gate.tell_rewrite(tx, nonce=nonce())
    return len(waiting)


UNTOLD = """
MATCH (h:Ledger) WHERE h.seq > coalesce(h.told_seq, 0)
RETURN h.id AS ledger_id, h.seq AS last, coalesce(h.told_seq, 0) AS told_seq LIMIT 1
"""

OLD_TELLS = """
UNWIND $places AS place
MATCH (e:Event {place: place}) WHERE e.tells IS NULL
OPTIONAL MATCH (e)-[:TELLS]->(f:Firm)
WITH e, collect(f.id) AS tells
RETURN e.id AS id, e.place AS spot, e.ledger_id AS ledger_id, e.seq AS seq, e.at AS at,
       e.about_id AS about_id, e.firm_id AS firm_id, tells
ORDER BY seq LIMIT 1000
"""

KEEP_TELLS = """
UNWIND $events AS one
MATCH (e:Event {id: one.id}) SET e.tells = one.tells
"""

KEEP_NEWS = """
UNWIND $news AS one
MERGE (n:News {key: one.key}) SET n.place = one.spot
"""

TOLD = """
MATCH (h:Ledger {id: $ledger_id}) SET h.lock = $nonce
WITH h SET h.told_seq = $told_seq, h.oldest_at = coalesce(h.oldest_at, $at)
"""


def fill_news(tx: Tx) -> int:
    """Write of a chain of before what its events tell to whom; how many places were looked at."""
    ledger = row(tx, UNTOLD)
    if ledger is None:
        return 0
    first, last = ledger["told_seq"] + 1, min(ledger["told_seq"] + BATCH_EVENTS, ledger["last"])
    places = [f"{ledger['ledger_id']}|{number}" for number in range(first, last + 1)]
    events = rows(tx, OLD_TELLS, places=places)
    news: list[dict[str, Any]] = [
        {"key": key, "spot": one["spot"]} for one in events for key in news_keys(one, one["tells"])
    ]
    if events:
        run(tx, KEEP_TELLS, events=events)
        run(tx, KEEP_NEWS, news=news)
        gate.tell_rewrite(tx, nonce=nonce())
    at = events[0]["at"] if events else None
    run(tx, TOLD, ledger_id=ledger["ledger_id"], told_seq=last, at=at, nonce=nonce())
    return last - first + 1


KEYLESS = """
MATCH (o:Order)
WHERE (o.buyer_key IS NULL OR o.pair_key IS NULL) AND o.created_at IS NOT NULL
WITH o LIMIT 2000
RETURN 'Order' AS label, o.id AS id, o.buyer_id AS owner, o.supplier_id AS other,
       o.state AS state, o.created_at AS at, coalesce(o.depth, 0) AS depth
UNION ALL
MATCH (r:PartsRequest)<-[:POSTED]-(f:Firm) WHERE r.list_key IS NULL AND r.created_at IS NOT NULL
WITH r, f LIMIT 2000
RETURN 'PartsRequest' AS label, r.id AS id, f.id AS owner, '' AS other,
       r.state AS state, r.created_at AS at, 0 AS depth
UNION ALL
MATCH (b:Bid)<-[:PLACED]-(f:Firm) WHERE b.list_key IS NULL AND b.created_at IS NOT NULL
WITH b, f LIMIT 2000
RETURN 'Bid' AS label, b.id AS id, f.id AS owner, '' AS other, b.state AS state,
       b.created_at AS at, 0 AS depth
UNION ALL
MATCH (n:Look) WHERE n.list_key IS NULL AND n.last_at IS NOT NULL
WITH n LIMIT 2000
RETURN 'Look' AS label, n.id AS id, n.firm_id AS owner, '' AS other, '' AS state,
       n.last_at AS at, 0 AS depth
"""

KEY_ORDERS = """
UNWIND $things AS one
MATCH (n:Order {id: one.id})
SET n.buyer_key = one.list_key, n.buyer_state = one.state_key, n.supplier_key = one.other_key,
    n.supplier_state = one.other_state, n.share_key = one.share_key, n.pair_key = one.pair_key
"""

KEY_REQUESTS = """
UNWIND $things AS one
MATCH (n:PartsRequest {id: one.id})
SET n.list_key = one.list_key, n.state_key = one.state_key
"""

KEY_BIDS = """
UNWIND $things AS one
MATCH (n:Bid {id: one.id})
SET n.list_key = one.list_key, n.state_key = one.state_key
"""

KEY_LOOKS = "UNWIND $things AS one MATCH (n:Look {id: one.id}) SET n.list_key = one.list_key"

PASSING: Final = {
    "Order": orders.PASSING,
    "PartsRequest": parts_request.PASSING,
    "Bid": bid.PASSING,
    "Look": (),
}


def fill_keys(tx: Tx) -> int:
    """Put things that are in no list of their firms into all of them, trays too; how many."""
    return fill_trade(tx) + trays.fill_trays(tx)


SELL_LINES = """
MATCH (o:Order)-[:HAS_LINE]->(l:OrderLine) WHERE l.part_id IS NOT NULL AND l.sold_key IS NULL
WITH o, l LIMIT 2000
SET l.sold_key = o.supplier_id + '|' + l.part_id
RETURN count(l) AS sold
"""


def fill_trade(tx: Tx) -> int:
    """The next batch of keys of orders and of their lines, and of notes; 0 when nothing is left."""
    sold = row(tx, SELL_LINES) or {"sold": 0}
    return _fill_list_keys(tx) + sold["sold"] + fill_notes(tx)


def _fill_list_keys(tx: Tx) -> int:
    keyless = rows(tx, KEYLESS)
    write_keys(tx, keyless)
    return len(keyless)


def write_keys(tx: Tx, things: list[dict[str, Any]]) -> None:
    """Write the keys of lists at things, each with label, id, owner, other, state, at, depth.

    Of an order ``owner`` is its buyer and ``other`` its supplier.
    """
    keyed = [_key_thing(one) for one in things]
    for label, query in KEY_QUERIES.items():
        some = [one for one in keyed if one["label"] == label]
        if some:
            run(tx, query, things=some)


KEY_QUERIES: Final[dict[str, LiteralString]] = {
    "Order": KEY_ORDERS,
    "PartsRequest": KEY_REQUESTS,
    "Bid": KEY_BIDS,
    "Look": KEY_LOOKS,
}


def _key_thing(one: dict[str, Any]) -> dict[str, Any]:
    ends = one["state"] not in PASSING[one["label"]]
    fresh = list_key(one["owner"], one["at"], one["id"])
    return {
        **one,
        "list_key": fresh,
        "state_key": state_key(one["owner"], one["state"], one["at"], one["id"], ends=ends),
        "other_key": list_key(one["other"] or "", one["at"], one["id"]),
        "other_state": state_key(one["other"] or "", one["state"], one["at"], one["id"], ends=ends),
        "share_key": fresh if one["depth"] == 1 else None,
        "pair_key": list_key(f"{one['owner']}|{one['other'] or ''}", one["at"], one["id"]),
    }


def fill_history(tx: Tx) -> int:
    """The next batch of all of it; 0 when nothing is left."""
    return adopt_waiting(tx) or fill_news(tx) or _fill_list_keys(tx)


DUE_LEDGERS = """
MATCH (h:Ledger) WHERE h.oldest_at < $before
RETURN h.id AS ledger_id, h.seq AS seq, coalesce(h.archived_seq, 0) AS archived_seq
LIMIT $limit
"""


def list_due_ledgers(tx: Tx, *, before: str, limit: int) -> list[tuple[str, int, int]]:
    """Chains whose oldest event in the graph is older: id, last number, last archived number."""
    due = rows(tx, DUE_LEDGERS, before=before, limit=limit)
    return [(one["ledger_id"], one["seq"], one["archived_seq"]) for one in due]


WHOLE = """
UNWIND $places AS place
MATCH (e:Event {place: place}) WHERE e.ledger_id = $ledger_id
RETURN e.id AS id, e.ledger_id AS ledger_id, e.seq AS seq, e.kind AS kind,
       e.about_kind AS about_kind, e.about_id AS about_id, e.firm_id AS firm_id,
       e.user_id AS user_id, e.at AS at, e.facts AS facts, coalesce(e.key_id, '') AS key_id,
       e.previous AS previous, e.digest AS digest, coalesce(e.tells, []) AS tells
ORDER BY seq LIMIT 2000
"""


def list_whole(tx: Tx, ledger_id: str, *, first: int, last: int) -> list[dict[str, Any]]:
    """The events at some places of a chain with all that is stored of them, in order."""
    places = [f"{ledger_id}|{number}" for number in range(first, last + 1)]
    return rows(tx, WHOLE, places=places, ledger_id=ledger_id)


HOLD_LEDGER = """
MATCH (h:Ledger {id: $ledger_id}) SET h.lock = $nonce
WITH h WHERE coalesce(h.archived_seq, 0) = $archived_seq
RETURN h.id AS id
"""

NEXT_AT = "MATCH (e:Event {place: $place}) RETURN e.at AS at"

MOVED = """
MATCH (h:Ledger {id: $ledger_id})
SET h.archived_seq = $last, h.archive_mark = $mark, h.oldest_at = $oldest_at
"""

DROP_EVENTS = "UNWIND $ids AS id MATCH (e:Event {id: id}) DETACH DELETE e"

DROP_NEWS = "UNWIND $keys AS key MATCH (n:News {key: key}) DELETE n"


def drop_archived(tx: Tx, ledger_id: str, events: list[dict[str, Any]], *, mark: str) -> bool:
    """Take events out of the graph that lie in the archive; False where somebody else did.

    Args:
        tx: the transaction.
        ledger_id: their chain.
        events: as ``list_whole`` gave them, the next ones of the chain.
        mark: the mark of the archive's file that they end.
    """
    before, last = events[0]["seq"] - 1, events[-1]["seq"]
    if row(tx, HOLD_LEDGER, ledger_id=ledger_id, archived_seq=before, nonce=nonce()) is None:
        return False
    run(tx, DROP_NEWS, keys=[key for one in events for key in news_keys(one, one["tells"])])
    run(tx, DROP_EVENTS, ids=[one["id"] for one in events])
    following = row(tx, NEXT_AT, place=f"{ledger_id}|{last + 1}")
    oldest_at = None if following is None else following["at"]
    run(tx, MOVED, ledger_id=ledger_id, last=last, mark=mark, oldest_at=oldest_at)
    return True


ARCHIVED = """
MATCH (h:Ledger {id: $ledger_id})
RETURN coalesce(h.archived_seq, 0) AS last, coalesce(h.archive_mark, '') AS mark
"""


def find_archived(tx: Tx, ledger_id: str) -> tuple[int, str]:
    """The number of the last archived event of a chain, and the mark of the file that it ends."""
    record = row(tx, ARCHIVED, ledger_id=ledger_id)
    return (record["last"], record["mark"]) if record else (0, "")


OLD_INVITED = """
MATCH (r:PartsRequest)-[i:INVITES]->(f:Firm) WHERE i.is_listed IS NULL
WITH r, i, f LIMIT 1000
SET i.is_listed = true
RETURN r.id AS request_id, f.id AS firm_id, r.state AS state, coalesce(r.deadline, '') AS deadline,
       coalesce(i.invited_at, '') AS at, i.declined_at AS declined_at
"""

KEEP_INVITED = """
UNWIND $invited AS one
MERGE (n:Invitation {id: one.id})
SET n.firm_id = one.firm_id, n.request_id = one.request_id, n.list_key = one.list_key,
    n.open_key = one.open_key, n.is_declined = one.is_declined
"""

KEYLESS_OPEN = """
MATCH (r:PartsRequest {state: 'open'})
WHERE r.open_key IS NULL AND r.open_chain IS NULL
  AND (r.audience = 'all' OR (r.audience = 'chain' AND r.chain_id <> ''))
RETURN r.id AS id, r.audience AS audience, r.chain_id AS chain_id, r.deadline AS deadline
LIMIT 1000
"""

KEY_OPEN = """
UNWIND $open AS one
MATCH (r:PartsRequest {id: one.id}) SET r.open_key = one.key, r.open_chain = one.chain_id
"""


def fill_open_lists(tx: Tx) -> int:
    """Put invitations and open requests of before into the lists of firms; how many."""
    invited = [_key_invitation(one) for one in rows(tx, OLD_INVITED)]
    if invited:
        run(tx, KEEP_INVITED, invited=invited)
        return len(invited)
    keys = [_key_open(one) for one in rows(tx, KEYLESS_OPEN)]
    if keys:
        run(tx, KEY_OPEN, open=keys)
    return len(keys)


def _key_open(one: dict[str, Any]) -> dict[str, Any]:
    if one["audience"] == "chain":
        return {"id": one["id"], "key": None, "chain_id": one["chain_id"]}
    key = open_lists.open_key(open_lists.EVERYBODY, one["deadline"], one["id"])
    return {"id": one["id"], "key": key, "chain_id": None}


def _key_invitation(one: dict[str, Any]) -> dict[str, Any]:
    firm_id, request_id = one["firm_id"], one["request_id"]
    fresh = open_lists.open_key(firm_id, one["deadline"], request_id)
    return {
        "id": f"{request_id}|{firm_id}",
        "firm_id": firm_id,
        "request_id": request_id,
        "list_key": list_key(firm_id, one["at"], request_id),
        "open_key": fresh if one["state"] == "open" else None,
        "is_declined": True if one["declined_at"] else None,
    }
