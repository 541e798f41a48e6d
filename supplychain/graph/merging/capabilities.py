"""What a twin can make, moved to the firm that stays; of one category the two become one.

Of the two what the firm that stays has stated stands, unless it never stated anything; what orders
and bids take of them is counted anew, and what was asked and answered is added. Deliveries
are counted anew from the ledger (``records``).
"""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from supplychain.graph.capacity.due_days import book_open_lines
from supplychain.graph.capacity.recounts import recount
from supplychain.graph.engine.transactions import Tx, nonce, rows, run
from supplychain.graph.merging.tables import name_pairs
from supplychain.model.weeks import list_days, pair_days

ADDED: Final = ("asked", "answered", "answer_hours_sum")
"""Counters of a capability that are kept in it alone."""

MOVE = """
UNWIND $pairs AS pair
MATCH (:Firm {id: $drop_id})-[m:CAN_MAKE]->(k:Capability {id: pair.old_id})
MATCH (f:Firm {id: $keep_id})
CREATE (f)-[:CAN_MAKE]->(k)
DELETE m
SET k.id = pair.new_id, k.firm_id = $keep_id
"""

NAME_BOOKINGS = """
UNWIND $pairs AS pair
MATCH (b:Booking)-[:TAKES]->(:Capability {id: pair.new_id})
SET b.capability_id = pair.new_id
"""

NAME_HOLDS = """
UNWIND $pairs AS pair
MATCH (h:Hold)-[:HOLDS]->(:Capability {id: pair.new_id})
SET h.capability_id = pair.new_id
"""

MOVE_BOOKINGS = """
UNWIND $pairs AS pair
MATCH (b:Booking)-[t:TAKES]->(:Capability {id: pair.old_id})
MATCH (k:Capability {id: pair.new_id})
CREATE (b)-[:TAKES]->(k)
DELETE t
"""

MOVE_HOLDS = """
UNWIND $pairs AS pair
MATCH (h:Hold)-[t:HOLDS]->(:Capability {id: pair.old_id})
MATCH (k:Capability {id: pair.new_id})
CREATE (h)-[:HOLDS]->(k)
DELETE t
"""

STORE = """
UNWIND $joined AS one
MATCH (k:Capability {id: one.id})
SET k += one
"""

MOVE_PART_HOURS = """
UNWIND $pairs AS pair
MATCH (h:PartHours {capability_id: pair.old_id})
MATCH (k:Capability {id: pair.new_id})
WITH h, k, k.id + '|' + h.part_id AS new_id
WHERE NOT EXISTS { MATCH (:PartHours {id: new_id}) }
SET h.id = new_id, h.capability_id = k.id, h.category_id = k.category_id, h.firm_id = $keep_id
MERGE (h)-[:TAKES_OF]->(k)
"""

DROP_PART_HOURS = """
MATCH (h:PartHours {firm_id: $drop_id}) DETACH DELETE h
"""

DROP = "UNWIND $pairs AS pair MATCH (k:Capability {id: pair.old_id}) DETACH DELETE k"


def move_capabilities(tx: Tx, *, keep_id: str, drop_id: str) -> None:
    """Move the capabilities of a locked firm with all that takes of them."""
    book_open_lines(tx, [id for firm_id in (keep_id, drop_id) for id in _read_own(tx, firm_id)])
    own, twins = (_read_own(tx, firm_id) for firm_id in (keep_id, drop_id))
    free, taken = name_pairs(own, twins, keep_id=keep_id)
    run(tx, MOVE, pairs=free, keep_id=keep_id, drop_id=drop_id)
    join_taken(tx, free=free, taken=taken, own=own, twins=twins, keep_id=keep_id)
    run(tx, DROP_PART_HOURS, drop_id=drop_id)


def join_taken(
    tx: Tx,
    *,
    free: list[dict[str, str]],
    taken: list[dict[str, str]],
    own: dict[str, dict[str, Any]],
    twins: dict[str, dict[str, Any]],
    keep_id: str,
) -> None:
    """Let all that takes of locked capabilities take of those that stay.

    Args:
        tx: the transaction.
        free: pairs ``old_id`` and ``new_id`` of those that have their new id already.
        taken: pairs of those that become one with a capability that is there; the old ones go.
        own: properties of those that are there, by id.
        twins: properties of the old ones, by id.
        keep_id: the firm whose they are.
    """
    run(tx, MOVE_BOOKINGS, pairs=taken)
    run(tx, MOVE_HOLDS, pairs=taken)
    run(tx, NAME_BOOKINGS, pairs=[*free, *taken])
    run(tx, NAME_HOLDS, pairs=[*free, *taken])
    joined = [join_capabilities(own[pair["new_id"]], twins[pair["old_id"]]) for pair in taken]
    run(tx, STORE, joined=joined)
    run(tx, MOVE_PART_HOURS, pairs=[*free, *taken], keep_id=keep_id)
    run(tx, DROP, pairs=taken)
    recount(tx, [pair["new_id"] for pair in taken])


OWN = """
MATCH (:Firm {id: $firm_id})-[:CAN_MAKE]->(k:Capability)
SET k.lock = $nonce
RETURN k.id AS id, properties(k) AS facts
ORDER BY id LIMIT 10000
"""


def _read_own(tx: Tx, firm_id: str) -> dict[str, dict[str, Any]]:
    """The properties of a firm's capabilities, by id, each locked."""
    return {one["id"]: one["facts"] for one in rows(tx, OWN, firm_id=firm_id, nonce=nonce())}


def join_capabilities(own: dict[str, Any], twin: dict[str, Any]) -> dict[str, Any]:
    """The properties of one capability that stands for two of the same category."""
    is_silent = own.get("declared") is False and twin.get("declared") is not False
    stated = {**own, **twin} if is_silent else own
    sums = {
        name: (own.get(name) or 0) + (twin.get(name) or 0)
        for name in ADDED
        if own.get(name) is not None or twin.get(name) is not None
    }
    return {
        **stated,
        **sums,
        **_add_days(own, twin, "booked"),
        **_add_days(own, twin, "held"),
        "id": own["id"],
        "firm_id": own["firm_id"],
        "category_id": own["category_id"],
        "open_kinds": own.get("open_kinds"),
        "version": (own.get("version") or 0) + 1,
    }


def _add_days(own: dict[str, Any], twin: dict[str, Any], kind: str) -> dict[str, list[int]]:
    names = (f"{kind}_days", f"{kind}_quantities")
    if all(one.get(names[0]) is None for one in (own, twin)):
        return {}
    taken: Counter[int] = Counter()
    for one in (own, twin):
        taken.update(pair_days(one.get(names[0]), one.get(names[1])))
    return dict(zip(names, list_days(taken), strict=True))
