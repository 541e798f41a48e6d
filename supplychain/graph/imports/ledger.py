"""Lines of the ledger of deliveries from an import, a batch at a time.

A line is a list of values in the order of the table's columns, with the category's id behind
them: lists cost an engine less to read than maps, and a line known to be new is created.
"""

from __future__ import annotations

from typing import Any, Final, TypeAlias

from supplychain.errors import Conflict
from supplychain.graph.engine.transactions import Tx, nonce, row, run

Lines: TypeAlias = list[list[Any]]

CHANGED: Final = "Something in this file changed during the import. Import it again."

TAKEN = "UNWIND $ids AS id MATCH (d:Delivery {id: id}) RETURN count(d) AS taken LIMIT 1"


def refuse_taken(tx: Tx, lines: Lines) -> None:
    """Look whether lines that should be new are there.

    Raises:
        Conflict: somebody else wrote one meanwhile.
    """
    found = row(tx, TAKEN, ids=[line[0] for line in lines])
    if found and found["taken"]:
        raise Conflict(CHANGED)


ADD_LINES = """
UNWIND $lines AS l
CREATE (d:Delivery {
    id: l[0], supplier_id: l[1], buyer_id: l[2], part_id: l[3], quantity: l[4],
    promised_on: l[5], delivered_on: l[6], delivered_quantity: l[7], rejected_quantity: l[8],
    unit_price_e4: l[9], currency: l[10], freight_e4: l[11], category_id: l[12],
    source: 'imported'})
"""


def add_lines(tx: Tx, lines: Lines) -> None:
    """Create lines; one that is there breaks the unique key."""
    run(tx, ADD_LINES, lines=lines)


HOLD_LINES = """
UNWIND $ids AS id
MATCH (d:Delivery {id: id}) SET d.lock = $nonce
RETURN collect([d.id, d.supplier_id, d.buyer_id, d.part_id, d.quantity, d.promised_on,
                d.delivered_on, d.delivered_quantity, d.rejected_quantity, d.unit_price_e4,
                d.currency, d.freight_e4, d.category_id, d.source]) AS held
LIMIT 1
"""

CHANGE_LINES = """
UNWIND $lines AS l
MATCH (d:Delivery {id: l[0]})
SET d.supplier_id = l[1], d.buyer_id = l[2], d.part_id = l[3], d.quantity = l[4],
    d.promised_on = l[5], d.delivered_on = l[6], d.delivered_quantity = l[7],
    d.rejected_quantity = l[8], d.unit_price_e4 = l[9], d.currency = l[10], d.freight_e4 = l[11],
    d.category_id = l[12], d.source = coalesce(d.source, 'imported')
"""


def change_lines(tx: Tx, lines: Lines, was: Lines) -> None:
    """Change lines that are still as they ``was`` (each with its source as the last value).

    Raises:
        Conflict: one is not: its track record could not be told from what it was.
    """
    found = row(tx, HOLD_LINES, ids=[line[0] for line in lines], nonce=nonce())
    held = {line[0]: line for line in found["held"]} if found else {}
    if any(held.get(line[0]) != line for line in was):
        raise Conflict(CHANGED)
    run(tx, CHANGE_LINES, lines=lines)
