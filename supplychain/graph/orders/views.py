"""Orders as their two firms read them: lists, and one order with all that belongs to it."""

from __future__ import annotations

from typing import Any

from supplychain.graph import events, firms
from supplychain.graph.engine.reading import together
from supplychain.graph.engine.transactions import Tx, rows
from supplychain.graph.orders import orders, shares, shipments
from supplychain.model.order_views import ListedOrder, OrderView
from supplychain.model.orders import Order
from supplychain.model.shares import SharePart, made_percent

LIST = """
MATCH (v:Firm {id: $viewer})<-[t:BOUGHT_BY|SUPPLIED_BY]-(o:Order)
WHERE ($side IS NULL OR type(t) = $side)
    AND (type(t) = 'BOUGHT_BY' OR o.offered_at IS NOT NULL)
    AND ($state IS NULL OR o.state = $state)
    AND ($before IS NULL OR o.created_at < $before
        OR (o.created_at = $before AND o.id > $after_id))
WITH o, type(t) AS side ORDER BY o.created_at DESC, o.id LIMIT $limit
MATCH (o)-[:BOUGHT_BY|SUPPLIED_BY]->(p:Firm) WHERE p.id <> $viewer
MATCH (o)-[:HAS_LINE]->(l:OrderLine)
WITH o, side, p, l ORDER BY l.number
WITH o, side, p, collect(l.description) AS descriptions, count(l) AS lines,
     min(coalesce(l.promised_on, l.need_by)) AS due_on, collect(l.quantity) AS quantities,
     collect(l.unit_price_e4) AS prices_e4, collect(l.tooling_e4) AS toolings_e4,
     collect(coalesce(l.amount_e4, -1)) AS amounts_e4
RETURN o.id AS id, o.number AS number, o.state AS state, o.created_at AS created_at,
       o.ends_at AS ends_at, o.currency AS currency, o.version AS version,
       o.depth > 0 AS is_share,
       CASE WHEN side = 'BOUGHT_BY' THEN 'buyer' ELSE 'supplier' END AS role,
       p.id AS partner_id, p.name AS partner_name, descriptions[0] AS description,
       lines, due_on, quantities, prices_e4, toolings_e4, amounts_e4,
       coalesce(o.one_off_e4, 0) - coalesce(o.discount_e4, 0) AS more_e4
ORDER BY created_at DESC, id LIMIT $limit
"""
SIDES = {"buyer": "BOUGHT_BY", "supplier": "SUPPLIED_BY"}


def list_orders(
    tx: Tx,
    *,
    viewer: str,
    limit: int,
    role: str | None = None,
    state: str | None = None,
    before: str | None = None,
    after_id: str = "",
) -> list[ListedOrder]:
    """Orders of the viewer's firm, newest first.

    Args:
        tx: the transaction.
        viewer: the firm.
        limit: how many.
        role: ``buyer`` or ``supplier``: what the firm is in them; None for both.
        state: only those in it.
        before: go on after the order made at this instant …
        after_id: … with this id.
    """
    listed = rows(
        tx,
        LIST,
        viewer=viewer,
        side=SIDES.get(role or ""),
        state=state,
        before=before,
        after_id=after_id,
        limit=limit,
    )
    return [_read_listed_order(record) for record in listed]


def _read_listed_order(record: dict[str, Any]) -> ListedOrder:
    # Added up here: in the graph a product of two large numbers would overflow.
    columns = (record.pop(name) for name in ("quantities", "prices_e4", "amounts_e4"))
    goods_e4 = sum(
        quantity * price if amount < 0 else amount
        for quantity, price, amount in zip(*columns, strict=True)
    )
    more_e4 = sum(record.pop("toolings_e4")) + record.pop("more_e4")
    return ListedOrder(**record, total_e4=goods_e4 + more_e4)


def get_view(tx: Tx, order_id: str, *, viewer: str) -> OrderView:
    """One order of the viewer's firm with all that belongs to it.

    Raises:
        NotFound: no such order, or the viewer is neither its buyer nor its supplier.
    """
    (order, parts, names), sent, received, history = together(
        lambda: _read_order(tx, order_id, viewer),
        lambda: shipments.list_shipments(tx, order_id, viewer=viewer),
        lambda: shipments.list_receipts(tx, order_id, viewer=viewer),
        lambda: events.list_history(tx, order_id, viewer=viewer),
    )
    return OrderView(
        order=order,
        buyer_name=names[order.buyer_id],
        supplier_name=names[order.supplier_id],
        parts=parts,
        made={
            line.id: made_percent(
                quantity=line.quantity,
                own_percent=line.made_percent,
                parts=[part for part in parts if part.parent_line_id == line.id],
            )
            for line in order.lines
        },
        shipments=sent,
        receipts=received,
        history=history,
    )


def _read_order(
    tx: Tx, order_id: str, viewer: str
) -> tuple[Order, list[SharePart], dict[str, str]]:
    """An order, what of it was passed on, and the names of its two firms."""
    order = orders.get(tx, order_id, viewer=viewer)
    parts, names = together(
        lambda: shares.list_below(tx, order, viewer=viewer),
        lambda: firms.names(tx, [order.buyer_id, order.supplier_id]),
    )
    return order, parts, names
