"""Orders in the graph; shares are orders too."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from supplychain.errors import NotFound
from supplychain.graph import trays
from supplychain.graph.engine.transactions import Tx, nonce, row, rows, run
from supplychain.graph.list_keys import list_key, state_key
from supplychain.graph.orders import partners
from supplychain.model.ids import to_instant, to_text
from supplychain.model.money import amount_or_none, e4_or_none, from_e4, to_e4
from supplychain.model.orders import PASSING, Order, OrderLine
from supplychain.model.quantities import plain_number, tidy_quantity
from supplychain.model.trays import trays_of_order
from supplychain.model.units import unit_code

LINE_QUANTITIES: Final = (
    "quantity",
    "shared_quantity",
    "shipped_quantity",
    "received_quantity",
    "rejected_quantity",
)

CREATE = """
MATCH (b:Firm {id: $buyer_id})
MATCH (s:Firm {id: $supplier_id})
CREATE (o:Order {
    id: $id, number: $number, state: $state, depth: $depth, buyer_id: $buyer_id,
    supplier_id: $supplier_id, root_buyer_id: $root_buyer_id, root_id: $root_id,
    ancestor_ids: $ancestor_ids, firm_path: $firm_path, request_id: $request_id,
    award_id: $award_id, parent_line_id: $parent_line_id, currency: $currency,
    share_policy: $share_policy, reason: $reason, created_at: $created_at,
    offered_at: $offered_at, accepted_at: $accepted_at, ends_at: $ends_at, version: $version,
    one_off_e4: $one_off_e4, discount_e4: $discount_e4, incoterm: $incoterm,
    payment_days: $payment_days, vat_percent_e4: $vat_percent_e4, tax_basis: $tax_basis,
    compared_currency: $compared_currency, compared_rate: $compared_rate, buyer_key: $buyer_key,
    supplier_key: $supplier_key, pair_key: $pair_key, buyer_state: $buyer_state,
    supplier_state: $supplier_state, share_key: $share_key})
CREATE (o)-[:BOUGHT_BY]->(b)
CREATE (o)-[:SUPPLIED_BY]->(s)
RETURN o.id AS id
"""

ADD_LINES = """
MATCH (o:Order {id: $id})
UNWIND $lines AS line
CREATE (l:OrderLine {
    id: line.id, order_id: $id, number: line.number, request_line_id: line.request_line_id,
    part_id: line.part_id, description: line.description, category_id: line.category_id,
    quantity: line.quantity, uom: line.uom, need_by: line.need_by, place: line.place,
    unit_price_e4: line.unit_price_e4, tooling_e4: line.tooling_e4, lead_days: line.lead_days,
    promised_on: line.promised_on, shared_quantity: line.shared_quantity,
    shipped_quantity: line.shipped_quantity, received_quantity: line.received_quantity,
    rejected_quantity: line.rejected_quantity, made_percent: line.made_percent,
    version: line.version, amount_e4: line.amount_e4, freight_e4: line.freight_e4,
    routing: line.routing, sold_key: line.sold_key})
CREATE (o)-[:HAS_LINE]->(l)
"""

TIE_REQUEST_LINES = """
UNWIND $lines AS line
MATCH (l:OrderLine {id: line.id})
MATCH (r:RequestLine {id: line.request_line_id})
CREATE (l)-[:FOR_REQUEST_LINE]->(r)
"""

TIE_PARTS = """
UNWIND $lines AS line
MATCH (l:OrderLine {id: line.id})
MATCH (p:Part {id: line.part_id})
CREATE (l)-[:FOR_PART]->(p)
"""

TIE_PARENT = """
MATCH (o:Order {id: $id})
MATCH (l:OrderLine {id: $parent_line_id})
CREATE (o)-[:SHARES {quantity: $quantity}]->(l)
"""


def create(tx: Tx, order: Order) -> None:
    """Add an order with its lines and ties; a share also hangs on its parent line.

    Raises:
        NotFound: there is no such buyer or supplier.
    """
    lines = [{**_line_values(line), **_sell_line(order, line)} for line in order.lines]
    if row(tx, CREATE, **_fixed_values(order), **_state_values(order)) is None:
        raise NotFound
    run(tx, ADD_LINES, id=order.id, lines=lines)
    trays.lay_orders(tx, {order.id: _list_trays(order)})
    partners.keep_partner(tx, order)
    _follow_offer(tx, order)
    run(tx, TIE_REQUEST_LINES, lines=[line for line in lines if line["request_line_id"]])
    run(tx, TIE_PARTS, lines=[line for line in lines if line["part_id"]])
    if order.parent_line_id is not None:
        quantity = sum(line.quantity for line in order.lines)
        run(
            tx,
            TIE_PARENT,
            id=order.id,
            parent_line_id=order.parent_line_id,
            quantity=plain_number(quantity),
        )


def _sell_line(order: Order, line: OrderLine) -> dict[str, str | None]:
    """The line's id, and the key by which it is found that a firm was to make a part."""
    return {
        "id": line.id,
        "sold_key": f"{order.supplier_id}|{line.part_id}" if line.part_id else None,
    }


def _fixed_values(order: Order) -> dict[str, Any]:
    return {
        "id": order.id,
        "number": order.number,
        "depth": order.depth,
        "buyer_id": order.buyer_id,
        "supplier_id": order.supplier_id,
        "root_buyer_id": order.root_buyer_id,
        "root_id": order.root_id,
        "ancestor_ids": list(order.ancestor_ids),
        "firm_path": list(order.firm_path or (order.buyer_id, order.supplier_id)),
        "request_id": order.request_id,
        "award_id": order.award_id,
        "parent_line_id": order.parent_line_id,
        "currency": order.currency,
        "share_policy": order.share_policy,
        "created_at": to_text(order.created_at),
        "version": order.version,
        "one_off_e4": to_e4(order.one_off_cost),
        "discount_e4": to_e4(order.discount),
        "incoterm": order.incoterm,
        "payment_days": order.payment_days,
        "vat_percent_e4": e4_or_none(order.vat_percent),
        "tax_basis": order.tax_basis,
        "compared_currency": order.compared_currency,
        "compared_rate": None if order.compared_rate is None else f"{order.compared_rate:f}",
        **_list_keys(order),
    }


def _list_keys(order: Order) -> dict[str, str | None]:
    at = to_text(order.created_at)
    bought = list_key(order.buyer_id, at, order.id)
    return {
        "buyer_key": bought,
        "supplier_key": list_key(order.supplier_id, at, order.id),
        "pair_key": list_key(f"{order.buyer_id}|{order.supplier_id}", at, order.id),
        "share_key": bought if order.depth == 1 else None,
    }


def _state_values(order: Order) -> dict[str, Any]:
    # The supplier sees an order from the moment it is offered: an order that is made "offered"
    # without an instant is offered when it is made.
    held_back = order.state == "awaiting_consent" or order.depth > 0
    offered_at = order.offered_at or (None if held_back else order.created_at)
    return {
        "state": order.state,
        "reason": order.reason,
        "offered_at": _instant_text(offered_at),
        "accepted_at": _instant_text(order.accepted_at),
        "ends_at": _instant_text(order.ends_at),
        **_state_keys(order),
    }


def _state_keys(order: Order) -> dict[str, Any]:
    is_over = order.state not in PASSING
    at = to_text(order.created_at)
    return {
        "buyer_state": state_key(order.buyer_id, order.state, at, order.id, ends=is_over),
        "supplier_state": state_key(order.supplier_id, order.state, at, order.id, ends=is_over),
    }


def _list_trays(order: Order) -> list[str]:
    return trays_of_order(
        order.state,
        buyer_id=order.buyer_id,
        supplier_id=order.supplier_id,
        root_buyer_id=order.root_buyer_id,
    )


def _line_values(line: OrderLine) -> dict[str, Any]:
    return {
        "number": line.number,
        "request_line_id": line.request_line_id,
        "part_id": line.part_id,
        "description": line.description,
        "category_id": line.category_id,
        "quantity": plain_number(line.quantity),
        "uom": line.uom,
        "need_by": line.need_by.isoformat(),
        "place": line.delivery_place,
        "unit_price_e4": to_e4(line.unit_price),
        "tooling_e4": to_e4(line.tooling),
        "amount_e4": e4_or_none(line.amount),
        "freight_e4": e4_or_none(line.freight),
        "lead_days": line.lead_days,
        "version": line.version,
        "routing": list(line.routing) or None,
        **_line_progress(line),
    }


def _line_progress(line: OrderLine) -> dict[str, Any]:
    return {
        "promised_on": line.promised_on.isoformat() if line.promised_on else None,
        "shared_quantity": plain_number(line.shared_quantity),
        "shipped_quantity": plain_number(line.shipped_quantity),
        "received_quantity": plain_number(line.received_quantity),
        "rejected_quantity": plain_number(line.rejected_quantity),
        "made_percent": line.made_percent,
    }


def _instant_text(instant: datetime | None) -> str | None:
    return None if instant is None else to_text(instant)


SAVE = """
MATCH (o:Order {id: $id})
SET o.state = $state, o.reason = $reason, o.offered_at = $offered_at,
    o.accepted_at = $accepted_at, o.ends_at = $ends_at, o.version = o.version + 1,
    o.buyer_state = $buyer_state, o.supplier_state = $supplier_state
WITH o
UNWIND $lines AS line
MATCH (o)-[:HAS_LINE]->(l:OrderLine {id: line.id})
SET l.promised_on = line.promised_on, l.shared_quantity = line.shared_quantity,
    l.shipped_quantity = line.shipped_quantity, l.received_quantity = line.received_quantity,
    l.rejected_quantity = line.rejected_quantity, l.made_percent = line.made_percent,
    l.version = l.version + 1
"""


def save(tx: Tx, order: Order) -> None:
    """Write how an order stands and raise its version by one. Lock it before."""
    lines = [{**_line_progress(line), "id": line.id} for line in order.lines]
    run(tx, SAVE, id=order.id, **_state_values(order), lines=lines)
    trays.keep_orders(tx, {order.id: _list_trays(order)})
    partners.keep_partner(tx, order)
    _follow_offer(tx, order)


KEEP_OFFER = "MERGE (w:OpenOffer {id: $id}) SET w.ends_at = $ends_at"

DROP_OFFER = "MATCH (w:OpenOffer {id: $id}) DELETE w"


def _follow_offer(tx: Tx, order: Order) -> None:
    # What ends by itself unless somebody answers has a small node of its own, so that the clock
    # looks through these alone.
    if order.state in ("offered", "awaiting_consent") and order.ends_at is not None:
        run(tx, KEEP_OFFER, id=order.id, ends_at=to_text(order.ends_at))
    else:
        run(tx, DROP_OFFER, id=order.id)


GET = """
MATCH (o:Order {id: $id})
WHERE $viewer IS NULL OR o.buyer_id = $viewer
    OR (o.supplier_id = $viewer AND o.offered_at IS NOT NULL)
MATCH (o)-[:HAS_LINE]->(l:OrderLine)
WITH o, l ORDER BY l.number
RETURN o.id AS id, o.number AS number, o.state AS state, o.depth AS depth,
       o.buyer_id AS buyer_id, o.supplier_id AS supplier_id, o.root_buyer_id AS root_buyer_id,
       o.ancestor_ids AS ancestor_ids, o.firm_path AS firm_path, o.request_id AS request_id,
       o.award_id AS award_id, o.parent_line_id AS parent_line_id, o.currency AS currency,
       o.share_policy AS share_policy, o.reason AS reason, o.created_at AS created_at,
       o.offered_at AS offered_at, o.accepted_at AS accepted_at, o.ends_at AS ends_at,
       o.version AS version, o.one_off_e4 AS one_off_e4, o.discount_e4 AS discount_e4,
       o.incoterm AS incoterm, o.payment_days AS payment_days,
       o.vat_percent_e4 AS vat_percent_e4, coalesce(o.tax_basis, 'net') AS tax_basis,
       CASE WHEN o.buyer_id = $viewer THEN o.compared_currency ELSE null END AS compared_currency,
       CASE WHEN o.buyer_id = $viewer THEN o.compared_rate ELSE null END AS compared_rate,
       collect({id: l.id, number: l.number, request_line_id: l.request_line_id,
           part_id: l.part_id, description: l.description, category_id: l.category_id,
           quantity: l.quantity, uom: l.uom, need_by: l.need_by, place: l.place,
           unit_price_e4: l.unit_price_e4, tooling_e4: l.tooling_e4, lead_days: l.lead_days,
           promised_on: l.promised_on, shared_quantity: l.shared_quantity,
           shipped_quantity: l.shipped_quantity, received_quantity: l.received_quantity,
           rejected_quantity: l.rejected_quantity, made_percent: l.made_percent,
           version: l.version, amount_e4: l.amount_e4, freight_e4: l.freight_e4,
           routing: l.routing}) AS lines
"""


def get(tx: Tx, order_id: str, *, viewer: str) -> Order:
    """An order that the viewer's firm buys or supplies, lines by number.

    A share that waits for the root buyer's consent is not offered yet: its peer does not see it.

    Raises:
        NotFound: no such order, or the viewer is neither its buyer nor its supplier.
    """
    return _get_as(tx, order_id, viewer)


def get_as_supplier(tx: Tx, order_id: str, *, viewer: str) -> Order:
    """An order that the viewer's firm supplies, for what only suppliers look at.

    Raises:
        NotFound: no such order, or the viewer does not supply it.
    """
    order = get(tx, order_id, viewer=viewer)
    if order.supplier_id != viewer:
        raise NotFound
    return order


def _get_as(tx: Tx, order_id: str, viewer: str | None) -> Order:
    record = row(tx, GET, id=order_id, viewer=viewer)
    if record is None:
        raise NotFound
    return _read_order(record)


def _read_order(record: dict[str, Any]) -> Order:
    instants = {
        name: to_instant(record[name]) if record[name] else None
        for name in ("created_at", "offered_at", "accepted_at", "ends_at")
    }
    one_off_e4, discount_e4 = record.pop("one_off_e4"), record.pop("discount_e4")
    percent_e4, rate = record.pop("vat_percent_e4"), record.pop("compared_rate")
    return Order(
        **{
            **record,
            **instants,
            "reason": record["reason"] or "",
            "ancestor_ids": tuple(record["ancestor_ids"] or ()),
            "firm_path": tuple(record["firm_path"] or ()),
            "lines": tuple(_read_order_line(line) for line in record["lines"]),
        },
        one_off_cost=from_e4(one_off_e4 or 0),
        discount=from_e4(discount_e4 or 0),
        vat_percent=amount_or_none(percent_e4),
        compared_rate=None if rate is None else Decimal(rate),
    )


def _read_order_line(record: dict[str, Any]) -> OrderLine:
    unit_price_e4, tooling_e4 = record.pop("unit_price_e4"), record.pop("tooling_e4")
    amount_e4, promised_on = record.pop("amount_e4"), record["promised_on"]
    freight_e4 = record.pop("freight_e4")
    delivery_place = record.pop("place")
    return OrderLine(
        **{
            **record,
            "description": record["description"] or "",
            **{name: tidy_quantity(record[name]) for name in LINE_QUANTITIES},
            "uom": unit_code(record["uom"]),
            "routing": tuple(record["routing"] or ()),
            "need_by": date.fromisoformat(record["need_by"]),
            "promised_on": date.fromisoformat(promised_on) if promised_on else None,
        },
        delivery_place=delivery_place,
        unit_price=from_e4(unit_price_e4),
        tooling=from_e4(tooling_e4 or 0),
        amount=amount_or_none(amount_e4),
        freight=amount_or_none(freight_e4),
    )


LOCK = "MATCH (o:Order {id: $id}) SET o.lock = $nonce RETURN o.id AS id"


def lock(tx: Tx, order_id: str, *, viewer: str) -> Order:
    """Take the write lock of an order that the viewer sees, then look.

    Raises:
        NotFound: as for ``get``.
    """
    return lock_with_parent(tx, order_id, viewer=viewer)[0]


def lock_with_parent(tx: Tx, order_id: str, *, viewer: str | None) -> tuple[Order, Order | None]:
    """Take the write locks of an order and, for a share, of the order above, by ids; then look.

    Args:
        tx: the transaction.
        order_id: the order.
        viewer: the firm that must see it; None for what time does.

    Raises:
        NotFound: as for ``get``.
    """
    parents = _get_as(tx, order_id, viewer).ancestor_ids[-1:]  # fixed when the order was made
    for locked in sorted((order_id, *parents)):
        run(tx, LOCK, id=locked, nonce=nonce())
    parent = _get_as(tx, parents[0], None) if parents else None
    return _get_as(tx, order_id, viewer), parent


DUE = """
MATCH (w:OpenOffer) WHERE w.ends_at <= $now
RETURN w.id AS id ORDER BY id LIMIT 200
"""


def list_due(tx: Tx, *, now: datetime) -> list[str]:
    """Ids of unanswered offers whose time is over; for the sweep."""
    return [order["id"] for order in rows(tx, DUE, now=to_text(now))]
