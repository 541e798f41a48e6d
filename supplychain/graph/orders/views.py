"""Orders as their two firms read them: lists, and one order with all that belongs to it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, LiteralString

from supplychain.graph import events, firms
from supplychain.graph.engine.reading import together
from supplychain.graph.engine.transactions import Tx, rows
from supplychain.graph.list_keys import newest_first, span_of
from supplychain.graph.orders import orders, shares, shipments
from supplychain.model.money import amount_or_none, from_e4, to_e4
from supplychain.model.order_views import ListedOrder, OrderView
from supplychain.model.orders import PASSING, Order
from supplychain.model.quantities import tidy_quantity
from supplychain.model.shares import SharePart, made_percent
from supplychain.model.trays import Side, tray_id

BOUGHT = """
MATCH (o:Order) WHERE o.buyer_key > $after AND o.buyer_key < $end
WITH o LIMIT $limit
RETURN o.id AS id, o.created_at AS at
"""

BOUGHT_OF_STATE = """
MATCH (o:Order) WHERE o.buyer_state > $after AND o.buyer_state < $end
WITH o LIMIT $limit
RETURN o.id AS id, o.created_at AS at
"""

BOUGHT_NOW = """
MATCH (:Tray {id: $tray})<-[:LIES_IN]-(o:Order)
WHERE $before IS NULL OR o.created_at < $before OR (o.created_at = $before AND o.id > $after_id)
RETURN o.id AS id, o.created_at AS at ORDER BY at DESC, id LIMIT $limit
"""

SUPPLIED = """
MATCH (o:Order)
WHERE o.supplier_key > $after AND o.supplier_key < $end AND o.offered_at IS NOT NULL
WITH o LIMIT $limit
RETURN o.id AS id, o.created_at AS at
"""

SUPPLIED_OF_STATE = """
MATCH (o:Order)
WHERE o.supplier_state > $after AND o.supplier_state < $end AND o.offered_at IS NOT NULL
WITH o LIMIT $limit
RETURN o.id AS id, o.created_at AS at
"""

SUPPLIED_NOW = """
MATCH (:Tray {id: $tray})<-[:LIES_IN]-(o:Order)
WHERE o.offered_at IS NOT NULL
    AND ($before IS NULL OR o.created_at < $before
        OR (o.created_at = $before AND o.id > $after_id))
RETURN o.id AS id, o.created_at AS at ORDER BY at DESC, id LIMIT $limit
"""

LIST = """
UNWIND $ids AS wanted
MATCH (o:Order {id: wanted})
WITH o, CASE WHEN o.buyer_id = $viewer THEN 'BOUGHT_BY' ELSE 'SUPPLIED_BY' END AS side
MATCH (o)-[:BOUGHT_BY|SUPPLIED_BY]->(p:Firm) WHERE p.id <> $viewer
MATCH (o)-[:HAS_LINE]->(l:OrderLine)
WITH o, side, p, l ORDER BY l.number
WITH o, side, p, collect(l.description) AS descriptions, count(l) AS lines,
     min(coalesce(l.promised_on, l.need_by)) AS due_on, collect(l.quantity) AS quantities,
     collect(l.unit_price_e4) AS prices_e4, collect(l.tooling_e4) AS toolings_e4,
     collect(coalesce(l.amount_e4, -1)) AS amounts_e4,
     collect(coalesce(l.freight_e4, 0)) AS freights_e4
RETURN o.id AS id, o.number AS number, o.state AS state, o.created_at AS created_at,
       o.ends_at AS ends_at, o.currency AS currency, o.version AS version,
       o.depth > 0 AS is_share,
       CASE WHEN side = 'BOUGHT_BY' THEN 'buyer' ELSE 'supplier' END AS role,
       p.id AS partner_id, p.name AS partner_name, descriptions[0] AS description,
       lines, due_on, quantities, prices_e4, toolings_e4, amounts_e4, freights_e4,
       coalesce(o.one_off_e4, 0) - coalesce(o.discount_e4, 0) AS more_e4,
       o.vat_percent_e4 AS vat_percent_e4, coalesce(o.tax_basis, 'net') AS tax_basis,
       CASE WHEN side = 'BOUGHT_BY' THEN o.compared_currency END AS compared_currency,
       CASE WHEN side = 'BOUGHT_BY' THEN o.compared_rate END AS compared_rate
ORDER BY created_at DESC, id LIMIT 1000
"""
SIDES: dict[str, tuple[Side, LiteralString, LiteralString, LiteralString]] = {
    "buyer": (Side.BOUGHT, BOUGHT, BOUGHT_OF_STATE, BOUGHT_NOW),
    "supplier": (Side.SUPPLIED, SUPPLIED, SUPPLIED_OF_STATE, SUPPLIED_NOW),
}
"""By role its side and queries of a page: of all, of a state that lasts, of one that passes."""


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

    def read_keys(as_role: str) -> list[dict[str, Any]]:
        if role in SIDES and role != as_role:
            return []
        side, every, lasting, passing = SIDES[as_role]
        if state in PASSING:
            window = {"before": before, "after_id": after_id, "limit": limit}
            return rows(tx, passing, tray=tray_id(viewer, side, state), **window)
        owner = f"{viewer}|{state}" if state else viewer
        after, end = span_of(owner, before=before, after_id=after_id)
        return rows(tx, lasting if state else every, after=after, end=end, limit=limit)

    bought, supplied = together(lambda: read_keys("buyer"), lambda: read_keys("supplier"))
    keys = [*bought, *supplied]
    keys.sort(key=lambda one: (*newest_first(one["at"]), one["id"]))
    ids = [one["id"] for one in keys[:limit]]
    listed = rows(tx, LIST, viewer=viewer, ids=ids) if ids else []
    return [_read_listed_order(record) for record in listed]


def _read_listed_order(record: dict[str, Any]) -> ListedOrder:
    # Added up here: in the graph a product of two large numbers would overflow.
    columns = (record.pop(name) for name in ("quantities", "prices_e4", "amounts_e4"))
    goods_e4 = sum(
        to_e4(from_e4(price) * tidy_quantity(quantity)) if amount < 0 else amount
        for quantity, price, amount in zip(*columns, strict=True)
    )
    more_e4 = sum(record.pop("toolings_e4")) + sum(record.pop("freights_e4"))
    more_e4 += record.pop("more_e4")
    percent_e4, rate = record.pop("vat_percent_e4"), record.pop("compared_rate")
    return ListedOrder(
        **record,
        total_e4=goods_e4 + more_e4,
        vat_percent=amount_or_none(percent_e4),
        compared_rate=None if rate is None else Decimal(rate),
    )


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
                shipped_quantity=line.shipped_quantity,
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
