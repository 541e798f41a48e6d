"""What capabilities make and what accepted orders take of it, whatever bids hold."""

from __future__ import annotations

from collections.abc import Iterable

from supplychain.graph.capacity.paces import read_pace
from supplychain.graph.engine.transactions import Tx, rows
from supplychain.model.capacity.holds import Room
from supplychain.model.weeks import pair_days

BOOKED = """
UNWIND $ids AS id
MATCH (c:Capability {id: id})
RETURN c.id AS id, c.weekly_capacity AS weekly, c.lot_size AS lot_size, c.booked_days AS days,
       c.booked_quantities AS quantities
ORDER BY id LIMIT 100000
"""


def read_booked(tx: Tx, capability_ids: Iterable[str]) -> dict[str, Room]:
    """The rooms of capabilities by id, as accepting an order counts them: without holds.

    For splits that can be accepted. Whether a reader may see a figure is its audience's to say
    (``audiences.read_readable``); ask before any of it is told.
    """
    found = rows(tx, BOOKED, ids=sorted(set(capability_ids)))
    return {
        record["id"]: Room(
            pace=read_pace(record),
            lot_size=record["lot_size"] or 0,
            booked=pair_days(record["days"], record["quantities"]),
        )
        for record in found
    }
