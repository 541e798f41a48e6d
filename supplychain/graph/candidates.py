"""The suppliers of one line, read as columns: three queries whatever their number."""

from __future__ import annotations

from typing import Any

import numpy as np

from supplychain.graph.transactions import Tx, row
from supplychain.matching.candidates import Candidates, Floats, Ints, Ragged

CAPABILITIES = """
MATCH (k:Capability {category_id: $category_id})
WHERE k.firm_id <> $viewer
RETURN collect(k.firm_id) AS firm_ids,
       collect(coalesce(k.certificates, [])) AS certificates,
       collect(coalesce(k.weekly_capacity, 0)) AS weekly_capacity,
       collect(coalesce(k.min_lot, 0)) AS min_lot,
       collect(coalesce(k.max_lot, 0)) AS max_lot,
       collect(coalesce(k.lead_days, -1)) AS lead_days,
       collect(coalesce(k.booked_weeks, [])) AS booked_weeks,
       collect(coalesce(k.booked_quantities, [])) AS booked_quantities,
       collect(coalesce(k.delivered_lines, 0)) AS delivered_lines,
       collect(coalesce(k.on_time_lines, 0)) AS on_time_lines,
       collect(coalesce(k.received_quantity, 0)) AS received_quantity,
       collect(coalesce(k.rejected_quantity, 0)) AS rejected_quantity
"""


def read_capabilities(tx: Tx, *, category_id: str, viewer: str) -> dict[str, Any]:
    """Columns of every firm but the viewer that can make the category."""
    return row(tx, CAPABILITIES, category_id=category_id, viewer=viewer) or {}


OFFERS = """
MATCH (o:Offer {part_id: $part_id})
WHERE o.firm_id <> $viewer
RETURN collect(o.firm_id) AS firm_ids,
       collect(coalesce(o.currency, '')) AS currency,
       collect(coalesce(o.moq, 0)) AS moq,
       collect(coalesce(o.lead_days, -1)) AS lead_days,
       collect(coalesce(o.tier_from, [])) AS tier_from,
       collect(coalesce(o.tier_prices_e4, [])) AS tier_prices_e4
"""


def read_offers(tx: Tx, *, part_id: str, viewer: str) -> dict[str, Any]:
    """Columns of every standing price for the part but the viewer's own."""
    return row(tx, OFFERS, part_id=part_id, viewer=viewer) or {}


OWN_TRADE = """
MATCH (d:Delivery {buyer_id: $viewer})
WHERE d.category_id = $category_id AND d.currency = $currency AND d.unit_price_e4 > 0
WITH d, coalesce(d.delivered_on, d.promised_on, '') AS day,
     coalesce(d.delivered_quantity, d.quantity) AS quantity
ORDER BY day DESC, d.id
WITH d.supplier_id AS firm_id,
     collect(CASE WHEN d.part_id = $part_id THEN d.unit_price_e4 END) AS prices,
     collect(CASE WHEN d.part_id = $part_id THEN day END) AS days,
     sum(CASE WHEN d.part_id = $part_id AND d.freight_e4 IS NOT NULL
         THEN toFloat(d.freight_e4) ELSE 0.0 END) AS part_freight,
     sum(CASE WHEN d.part_id = $part_id AND d.freight_e4 IS NOT NULL
         THEN toFloat(quantity) ELSE 0.0 END) AS part_quantity,
     sum(CASE WHEN d.freight_e4 IS NOT NULL THEN toFloat(d.freight_e4) ELSE 0.0 END) AS freight,
     sum(CASE WHEN d.freight_e4 IS NOT NULL
         THEN toFloat(quantity) * d.unit_price_e4 ELSE 0.0 END) AS value
ORDER BY firm_id
RETURN collect(firm_id) AS firm_ids,
       collect(coalesce(head(prices), 0)) AS price_e4,
       collect(coalesce(head(days), '')) AS price_on,
       collect(part_freight) AS part_freight,
       collect(part_quantity) AS part_quantity,
       collect(freight) AS freight,
       collect(value) AS value
"""


def read_own_trade(
    tx: Tx, *, category_id: str, part_id: str | None, currency: str, viewer: str
) -> dict[str, Any]:
    """Columns, per supplier, of what the viewer itself bought of the category in a currency."""
    found = row(
        tx,
        OWN_TRADE,
        category_id=category_id,
        part_id=part_id or "",
        currency=currency,
        viewer=viewer,
    )
    return found or {}


def for_line(
    tx: Tx, *, category_id: str, part_id: str | None, currency: str, viewer: str
) -> Candidates:
    """The firms that can make a category, with their offers for the part and the viewer's past.

    The viewer (the buyer) is never among them, and no other buyer's price is read.

    Args:
        tx: the transaction.
        category_id: what is to be made.
        part_id: None when the line is a description only; then nobody has an offer.
        currency: of the request; past prices in another are left out.
        viewer: the buyer's firm.

    Returns:
        n rows in no particular order; n may be 0.
    """
    able = read_capabilities(tx, category_id=category_id, viewer=viewer)
    offers = read_offers(tx, part_id=part_id, viewer=viewer) if part_id else {}
    trade = read_own_trade(
        tx, category_id=category_id, part_id=part_id, currency=currency, viewer=viewer
    )
    return to_candidates(able, offers, trade)


def to_candidates(
    able: dict[str, Any], offers: dict[str, Any], trade: dict[str, Any]
) -> Candidates:
    """Line up what the three queries found by firm. O(n)."""
    firm_ids: list[str] = able.get("firm_ids", [])
    n = len(firm_ids)
    offer_of = _places(offers, firm_ids)
    trade_of = _places(trade, firm_ids)
    offered_days = _picked(offers.get("lead_days", []), offer_of, -1)
    return Candidates(
        firm_ids=firm_ids,
        certificates=able.get("certificates", []),
        weekly_capacity=_ints(able, "weekly_capacity", n),
        min_lot=_ints(able, "min_lot", n),
        max_lot=_ints(able, "max_lot", n),
        lead_days=np.where(offered_days >= 0, offered_days, _ints(able, "lead_days", n)),
        booked=Ragged.of(able.get("booked_weeks", []), able.get("booked_quantities", [])),
        delivered_lines=_ints(able, "delivered_lines", n),
        on_time_lines=_ints(able, "on_time_lines", n),
        received_quantity=_ints(able, "received_quantity", n),
        rejected_quantity=_ints(able, "rejected_quantity", n),
        offer_currency=_texts(offers.get("currency", []), offer_of),
        moq=_picked(offers.get("moq", []), offer_of, 0),
        tiers=_tiers(offers, offer_of),
        **_own_columns(trade, trade_of),
    )


def _own_columns(trade: dict[str, Any], place: Ints) -> dict[str, Any]:
    freight, value = _sums(trade, "freight"), _sums(trade, "value")
    prices, days = trade.get("price_e4", []), trade.get("price_on", [])
    newest = max(zip(days, prices, strict=True), default=("", 0))
    return {
        "own_price_e4": _picked(prices, place, 0),
        "own_price_on": _texts(days, place),
        "own_freight_e4": _spread(
            _ratio(_sums(trade, "part_freight"), _sums(trade, "part_quantity")), place
        ),
        "own_freight_share": _spread(_ratio(freight, value), place),
        "mean_freight_share": float(_ratio(freight.sum(), value.sum())),
        "last_paid_e4": int(newest[1]),
    }


def _places(found: dict[str, Any], firm_ids: list[str]) -> Ints:
    """For each firm its place in what was found, -1 if it is not there."""
    if not found.get("firm_ids"):
        return np.full(len(firm_ids), -1, np.int64)
    place = {firm_id: i for i, firm_id in enumerate(found["firm_ids"])}
    return np.fromiter((place.get(i, -1) for i in firm_ids), np.int64, len(firm_ids))


def _picked(column: list[int], place: Ints, otherwise: int) -> Ints:
    return np.array([*column, otherwise], np.int64)[place]


def _texts(column: list[str], place: Ints) -> list[str]:
    padded = [*column, ""]
    return [padded[i] for i in place.tolist()]


def _tiers(offers: dict[str, Any], place: Ints) -> Ragged:
    froms, prices = [*offers.get("tier_from", []), []], [*offers.get("tier_prices_e4", []), []]
    order = place.tolist()
    return Ragged.of([froms[i] for i in order], [prices[i] for i in order])


def _ints(found: dict[str, Any], name: str, n: int) -> Ints:
    return np.array(found.get(name, []), np.int64).reshape(n)


def _sums(trade: dict[str, Any], name: str) -> Floats:
    return np.array(trade.get(name, []), np.float64)


def _ratio(part: Any, whole: Any) -> Any:
    return np.where(np.asarray(whole) > 0, part / np.where(np.asarray(whole) > 0, whole, 1), np.nan)


def _spread(column: Floats, place: Ints) -> Floats:
    return np.append(column, np.nan)[place]
