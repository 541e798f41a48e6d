"""Trays: what waits for a firm hangs on a node of its own, one a firm, a side and a state.

An index by state keeps a trace of everything that ever was in it on the embedded engine, and that
engine goes through all relations of a firm to find those of one type: both grow with what was
traded. A tray is found by its unique id and has relations to what waits now alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from supplychain.graph.engine.transactions import Tx, rows, run
from supplychain.graph.tray_notes import fill_notes
from supplychain.model.orders import PASSING as ORDER_STATES
from supplychain.model.parts_requests.parts_request import PASSING as REQUEST_STATES
from supplychain.model.trays import list_trays, trays_of_order, trays_of_request

TAKE_ORDERS = """
UNWIND $things AS one
MATCH (o:Order {id: one.id})-[w:LIES_IN]->(t:Tray) WHERE NOT t.id IN one.trays
DELETE w
"""

LAY_ORDERS = """
UNWIND $waiting AS one
MATCH (o:Order {id: one.id})
MERGE (t:Tray {id: one.tray})
MERGE (o)-[:LIES_IN]->(t)
"""


def keep_orders(tx: Tx, trays: Mapping[str, Sequence[str]]) -> None:
    """Have locked orders lie in these trays, by their ids, and in no others."""
    run(tx, TAKE_ORDERS, things=_list_things(trays))
    lay_orders(tx, trays)


def lay_orders(tx: Tx, trays: Mapping[str, Sequence[str]]) -> None:
    """``keep_orders`` for orders that lie in none yet."""
    waiting = _list_waiting(trays)
    if waiting:
        run(tx, LAY_ORDERS, waiting=waiting)


TAKE_REQUESTS = """
UNWIND $things AS one
MATCH (r:PartsRequest {id: one.id})-[w:LIES_IN]->(t:Tray) WHERE NOT t.id IN one.trays
DELETE w
"""

LAY_REQUESTS = """
UNWIND $waiting AS one
MATCH (r:PartsRequest {id: one.id})
MERGE (t:Tray {id: one.tray})
MERGE (r)-[:LIES_IN]->(t)
"""


def keep_requests(tx: Tx, trays: Mapping[str, Sequence[str]]) -> None:
    """Have locked requests lie in these trays, by their ids, and in no others."""
    run(tx, TAKE_REQUESTS, things=_list_things(trays))
    lay_requests(tx, trays)


def lay_requests(tx: Tx, trays: Mapping[str, Sequence[str]]) -> None:
    """``keep_requests`` for requests that lie in none yet."""
    waiting = _list_waiting(trays)
    if waiting:
        run(tx, LAY_REQUESTS, waiting=waiting)


def _list_things(trays: Mapping[str, Sequence[str]]) -> list[dict[str, Any]]:
    return [{"id": id, "trays": list(own)} for id, own in sorted(trays.items())]


def _list_waiting(trays: Mapping[str, Sequence[str]]) -> list[dict[str, str]]:
    # By tray: who lays into several takes them in the same order as everybody else.
    pairs = sorted((tray, id) for id, own in trays.items() for tray in own)
    return [{"id": id, "tray": tray} for tray, id in pairs]


DROP = "UNWIND $ids AS id MATCH (t:Tray {id: id}) DETACH DELETE t"


def drop_trays(tx: Tx, firm_id: str) -> None:
    """Delete the trays of a firm that is about to go; what lay in them was moved."""
    run(tx, DROP, ids=list_trays(firm_id))


OLD_ORDERS = """
UNWIND $states AS state
MATCH (o:Order {state: state}) WHERE NOT EXISTS { MATCH (o)-[:LIES_IN]->(:Tray) }
RETURN o.id AS id, o.state AS state, o.buyer_id AS buyer_id, o.supplier_id AS supplier_id,
       o.root_buyer_id AS root_buyer_id
LIMIT 1000
"""

OLD_REQUESTS = """
UNWIND $states AS state
MATCH (r:PartsRequest {state: state})<-[:POSTED]-(f:Firm)
WHERE NOT EXISTS { MATCH (r)-[:LIES_IN]->(:Tray) }
RETURN r.id AS id, r.state AS state, f.id AS buyer_id
LIMIT 1000
"""

FORGET_STATE_KEYS = """
UNWIND $ids AS id
MATCH (o:Order {id: id})
SET o.buyer_state = null, o.supplier_state = null, o.waits_for = null
"""

FORGET_REQUEST_KEYS = "UNWIND $ids AS id MATCH (r:PartsRequest {id: id}) SET r.state_key = null"


def fill_trays(tx: Tx) -> int:
    """Lay what waits and lies in no tray into its trays, a batch; how many, 0 when none is left.

    Of before there were trays such things have keys of their states, which nothing reads now.
    """
    old_orders = rows(tx, OLD_ORDERS, states=list(ORDER_STATES))
    run(tx, FORGET_STATE_KEYS, ids=[one["id"] for one in old_orders])
    lay_orders(tx, {one.pop("id"): trays_of_order(**one) for one in old_orders})
    old_requests = rows(tx, OLD_REQUESTS, states=list(REQUEST_STATES))
    run(tx, FORGET_REQUEST_KEYS, ids=[one["id"] for one in old_requests])
    lay_requests(tx, {one.pop("id"): trays_of_request(**one) for one in old_requests})
    return len(old_orders) + len(old_requests) + fill_notes(tx)
