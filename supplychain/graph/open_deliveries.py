"""What is not delivered yet: a small node a line, that goes when the line is over.

So what is overdue on a day is found by an index, however long the history is, and counts as late
by the days of that day without a write. Lines of accepted orders are written by the reactions to
orders, those of the ledger by ``deliveries`` wherever it writes a line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, TypeAlias

from supplychain.graph.engine.transactions import Tx, row, run
from supplychain.model.delivery_claims import (
    IMPORTED,
    RECEIVED,
    OverdueLine,
)

Line: TypeAlias = Mapping[str, Any]
"""``id`` (of the delivery that it becomes), ``supplier_id``, ``buyer_id``, ``category_id``,
``due_on`` and ``order_line_id``; the last ones "" where there is none."""

OPEN = """
UNWIND $lines AS l
MERGE (o:OpenDelivery {id: l.id})
SET o.supplier_id = l.supplier_id, o.buyer_id = l.buyer_id, o.category_id = l.category_id,
    o.due_on = l.due_on, o.order_line_id = l.order_line_id
"""


def open_lines(tx: Tx, lines: list[Line]) -> None:
    """Note of lines that they are to come by a day."""
    if lines:
        run(tx, OPEN, lines=lines)


CLOSE = "UNWIND $ids AS id MATCH (o:OpenDelivery {id: id}) DELETE o"


def close_lines(tx: Tx, ids: list[str]) -> None:
    """Forget lines that came, or will not."""
    if ids:
        run(tx, CLOSE, ids=ids)


MOVE_SUPPLIED = "MATCH (o:OpenDelivery {supplier_id: $drop_id}) SET o.supplier_id = $keep_id"

MOVE_BOUGHT = "MATCH (o:OpenDelivery {buyer_id: $drop_id}) SET o.buyer_id = $keep_id"


def move_lines(tx: Tx, *, keep_id: str, drop_id: str) -> None:
    """Let the lines of one firm be those of another."""
    run(tx, MOVE_SUPPLIED, keep_id=keep_id, drop_id=drop_id)
    run(tx, MOVE_BOUGHT, keep_id=keep_id, drop_id=drop_id)


OVERDUE_IN_CATEGORY = """
MATCH (o:OpenDelivery {category_id: $category_id}) WHERE o.due_on < $today
OPTIONAL MATCH (d:Delivery {id: o.id})
OPTIONAL MATCH (l:OrderLine {id: o.order_line_id})
OPTIONAL MATCH (b:Firm {id: o.buyer_id})
RETURN collect([o.supplier_id, o.category_id, o.buyer_id, o.due_on, d.claim, o.order_line_id,
                coalesce(l.shipped_quantity >= l.quantity, false),
                b.verified_at IS NOT NULL]) AS lines
"""


def list_overdue_in(tx: Tx, category_id: str, *, today: date) -> list[OverdueLine]:
    """What the suppliers of a category owe on a day; ``share_overdue`` says what counts."""
    one = row(tx, OVERDUE_IN_CATEGORY, category_id=category_id, today=today.isoformat())
    return list(_list_overdue(one))


OVERDUE_OF_SUPPLIERS = """
UNWIND $firm_ids AS firm_id
MATCH (o:OpenDelivery {supplier_id: firm_id}) WHERE o.due_on < $today
OPTIONAL MATCH (d:Delivery {id: o.id})
OPTIONAL MATCH (l:OrderLine {id: o.order_line_id})
OPTIONAL MATCH (b:Firm {id: o.buyer_id})
RETURN collect([o.supplier_id, o.category_id, o.buyer_id, o.due_on, d.claim, o.order_line_id,
                coalesce(l.shipped_quantity >= l.quantity, false),
                b.verified_at IS NOT NULL]) AS lines
"""


def list_overdue_of(tx: Tx, firm_ids: list[str], *, today: date) -> list[OverdueLine]:
    """What these suppliers owe on a day, whoever says so; ``share_overdue`` says what counts."""
    one = row(tx, OVERDUE_OF_SUPPLIERS, firm_ids=firm_ids, today=today.isoformat())
    return list(_list_overdue(one))


OVERDUE_BETWEEN = """
WITH $buyer AS buyer, $supplier AS supplier
CALL (buyer, supplier) {
    MATCH (o:OpenDelivery {buyer_id: buyer})
    WHERE o.due_on < $today AND o.supplier_id IN $suppliers
    RETURN o
    UNION ALL
    MATCH (o:OpenDelivery {supplier_id: supplier})
    WHERE o.due_on < $today AND o.buyer_id IN $buyers
    RETURN o
}
OPTIONAL MATCH (d:Delivery {id: o.id})
OPTIONAL MATCH (l:OrderLine {id: o.order_line_id})
RETURN collect([o.supplier_id, o.category_id, o.buyer_id, o.due_on, d.claim, o.order_line_id,
                coalesce(l.shipped_quantity >= l.quantity, false), true]) AS lines
"""


def list_overdue_between(
    tx: Tx, *, buyer: str, suppliers: list[str], supplier: str, buyers: list[str], today: date
) -> list[OverdueLine]:
    """What ``suppliers`` owe ``buyer`` and ``supplier`` owes ``buyers`` on a day.

    What a buyer says about the supplier counts as in ``OverdueLine.is_witnessed``, whether anybody
    verified it or not: these figures are for the two alone.
    """
    one = row(
        tx,
        OVERDUE_BETWEEN,
        buyer=buyer,
        suppliers=suppliers,
        supplier=supplier,
        buyers=buyers,
        today=today.isoformat(),
    )
    return [line for line in _list_overdue(one) if line.buyer_id == buyer or line.is_witnessed]


def _list_overdue(one: dict[str, Any] | None) -> Iterable[OverdueLine]:
    for line in one["lines"] if one else ():
        supplier_id, category_id, buyer_id, due_on, claim, order_line_id, is_sent, verified = line
        yield OverdueLine(
            supplier_id=supplier_id,
            category_id=category_id,
            buyer_id=buyer_id,
            due_on=date.fromisoformat(due_on),
            source=RECEIVED if order_line_id else IMPORTED,
            claim=claim,
            is_sent=is_sent,
            by_verified=verified,
        )


LEDGER_LINES = """
MATCH (d:Delivery) WHERE d.delivered_on IS NULL AND d.promised_on IS NOT NULL
  AND NOT EXISTS { MATCH (o:OpenDelivery {id: d.id}) }
WITH d LIMIT 1000
RETURN collect({id: d.id, supplier_id: d.supplier_id, buyer_id: d.buyer_id,
                category_id: coalesce(d.category_id, ''), due_on: d.promised_on,
                order_line_id: ''}) AS lines
"""

ORDER_LINES = """
MATCH (o:Order)-[:HAS_LINE]->(l:OrderLine)
WHERE o.state IN ['accepted', 'in_production', 'shipped'] AND l.received_quantity < l.quantity
  AND NOT EXISTS { MATCH (w:OpenDelivery {id: 'order-' + l.id}) }
WITH o, l LIMIT 1000
RETURN collect({id: 'order-' + l.id, supplier_id: o.supplier_id, buyer_id: o.buyer_id,
                category_id: coalesce(l.category_id, ''),
                due_on: coalesce(l.promised_on, l.need_by), order_line_id: l.id}) AS lines
"""


def fill_open_deliveries(tx: Tx) -> int:
    """Note what is not delivered yet of what was there before it was kept; how many lines.

    For the migration that brought it: one batch, until nothing is left.
    """
    for query in (LEDGER_LINES, ORDER_LINES):
        one = row(tx, query)
        if one is not None and one["lines"]:
            open_lines(tx, one["lines"])
            return len(one["lines"])
    return 0
