"""Seals in the graph: a key pair a request, its private half wrapped with a key kept elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Final

from nacl.public import SealedBox

from supplychain.config import settings
from supplychain.errors import Unavailable
from supplychain.graph.engine.transactions import Tx, row, rows, run
from supplychain.model.bids import seals
from supplychain.model.bids.seals import RequestSeal

NO_KEY: Final = (
    "The key that seals the bids of this request is not on this machine. Who runs this "
    "installation has to put it back."
)

FIND = """
MATCH (s:RequestSeal {request_id: $request_id})
RETURN s.request_id AS request_id, s.public_key AS public_key, s.wrapped_key AS wrapped_key,
       s.key_id AS key_id
"""


def find(tx: Tx, request_id: str) -> RequestSeal | None:
    """The key pair of a request; None before its first bid."""
    entry = row(tx, FIND, request_id=request_id)
    return RequestSeal(**entry) if entry else None


OF_BID = """
MATCH (b:Bid {id: $bid_id})-[:ANSWERS]->(r:PartsRequest)-[:HAS_SEAL]->(s:RequestSeal)
WHERE b.firm_id = $viewer OR r.buyer_id = $viewer
RETURN s.request_id AS request_id, s.public_key AS public_key, s.wrapped_key AS wrapped_key,
       s.key_id AS key_id
LIMIT 1
"""


def find_of_bid(tx: Tx, bid_id: str, *, viewer: str) -> RequestSeal | None:
    """The key pair of the request that a bid of the viewer, or for the viewer, answers."""
    entry = row(tx, OF_BID, bid_id=bid_id, viewer=viewer)
    return RequestSeal(**entry) if entry else None


CREATE = """
MATCH (r:PartsRequest {id: $request_id})
CREATE (s:RequestSeal {request_id: $request_id, public_key: $public_key,
    wrapped_key: $wrapped_key, key_id: $key_id})
CREATE (r)-[:HAS_SEAL]->(s)
"""


def ensure(tx: Tx, request_id: str) -> RequestSeal:
    """The key pair of a locked request, made with its first bid."""
    seal = find(tx, request_id)
    if seal is None:
        key = settings().seal_keys[-1]
        seal = seals.make_seal(request_id, key_id=key.id, secret=key.secret)
        run(tx, CREATE, **asdict(seal))
    return seal


def open_seal(seal: RequestSeal | None) -> SealedBox:
    """What opens the bids of a request.

    Raises:
        Unavailable: the key that wraps its key is none of this installation's.
    """
    secrets = {key.id: key.secret for key in settings().seal_keys}
    if seal is None or seal.key_id not in secrets:
        raise Unavailable(NO_KEY, code="seal_key_missing")
    return seals.open_box(seal, secrets[seal.key_id])


def open_of_request(tx: Tx, request_id: str) -> SealedBox:
    """What opens the bids of a request.

    Raises:
        Unavailable: the key that wraps its key is none of this installation's.
    """
    return open_seal(find(tx, request_id))


def find_opener(seal: RequestSeal) -> SealedBox | None:
    """``open_seal``, but None where that is not possible: for what can be left out."""
    try:
        return open_seal(seal)
    except Unavailable:
        return None


OF_STATE = """
MATCH (r:PartsRequest {state: 'open'})-[:HAS_SEAL]->(s:RequestSeal) WHERE s.request_id > $after
RETURN s.request_id AS request_id, s.public_key AS public_key, s.wrapped_key AS wrapped_key,
       s.key_id AS key_id
ORDER BY request_id LIMIT $limit
"""


def list_open(tx: Tx, *, after: str = "", limit: int = 1000) -> list[RequestSeal]:
    """The key pairs of the requests whose bids are sealed now, for who runs the installation."""
    return [RequestSeal(**entry) for entry in rows(tx, OF_STATE, after=after, limit=limit)]


OTHERS = """
MATCH (s:RequestSeal) WHERE s.key_id <> $key_id AND s.key_id IN $key_ids
RETURN s.request_id AS request_id, s.public_key AS public_key, s.wrapped_key AS wrapped_key,
       s.key_id AS key_id
ORDER BY request_id LIMIT $limit
"""
REWRAP = """
UNWIND $seals AS seal
MATCH (s:RequestSeal {request_id: seal.request_id})
SET s.wrapped_key = seal.wrapped_key, s.key_id = seal.key_id
"""


def rewrap(tx: Tx, *, limit: int = 500) -> int:
    """Wrap keys that an older key wraps with the newest one; returns how many."""
    keys = {key.id: key.secret for key in settings().seal_keys}
    newest = settings().seal_keys[-1]
    entries = rows(tx, OTHERS, key_id=newest.id, key_ids=sorted(keys), limit=limit)
    fresh = [
        seals.rewrap_seal(
            seal, old_secret=keys[seal.key_id], key_id=newest.id, secret=newest.secret
        )
        for seal in (RequestSeal(**entry) for entry in entries)
    ]
    _store_wrapped(tx, fresh)
    return len(fresh)


def _store_wrapped(tx: Tx, fresh: Iterable[RequestSeal]) -> None:
    values = [asdict(one) for one in fresh]
    if values:
        run(tx, REWRAP, seals=values)
