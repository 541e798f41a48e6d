"""The suppliers of lines, read as columns: a few queries a category whatever their number."""

from __future__ import annotations

from datetime import date
from typing import Any

from supplychain.graph.engine.transactions import Tx, row, rows
from supplychain.matching.candidates import lineup
from supplychain.matching.candidates.columns import Candidates
from supplychain.matching.candidates.lineup import CategoryFirms
from supplychain.matching.cost.exchange import Exchange
from supplychain.matching.need import Site
from supplychain.model.ids import utc_now

PARTS_A_READ = 8
"""Parts whose offers are read and kept at once: ten thousand offers take about 6 MB."""

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
       collect(coalesce(k.rejected_quantity, 0)) AS rejected_quantity,
       collect(coalesce(k.late_days_sum, -1)) AS late_days_sum,
       collect(coalesce(k.long_late_lines, -1)) AS long_late_lines,
       collect(coalesce(k.asked, 0)) AS asked,
       collect(coalesce(k.answered, 0)) AS answered
"""


def read_capabilities(tx: Tx, *, category_id: str, viewer: str) -> dict[str, Any]:
    """Columns of every firm but the viewer that can make the category."""
    return row(tx, CAPABILITIES, category_id=category_id, viewer=viewer) or {}


OFFERS = """
UNWIND $part_ids AS part_id
MATCH (o:Offer {part_id: part_id})
WHERE o.firm_id <> $viewer
RETURN part_id AS part_id,
       collect(o.firm_id) AS firm_ids,
       collect(coalesce(o.currency, '')) AS currency,
       collect(coalesce(o.moq, 0)) AS moq,
       collect(coalesce(o.lead_days, -1)) AS lead_days,
       collect(coalesce(o.tier_from, [])) AS tier_from,
       collect(coalesce(o.tier_prices_e4, [])) AS tier_prices_e4,
       collect(coalesce(o.tier_rule, '')) AS tier_rule,
       collect(coalesce(o.freight_e4, -1)) AS freight_e4,
       collect(coalesce(o.tooling_e4, -1)) AS tooling_e4,
       collect(coalesce(o.payment_days, -1)) AS payment_days,
       collect(coalesce(o.incoterm, '')) AS incoterm
LIMIT 1000
"""


def read_offers(tx: Tx, *, part_ids: list[str], viewer: str) -> dict[str, dict[str, Any]]:
    """Columns of every standing price for these parts but the viewer's own, by part."""
    if not part_ids:
        return {}
    found = rows(tx, OFFERS, part_ids=sorted(set(part_ids)), viewer=viewer)
    return {entry["part_id"]: entry for entry in found}


OWN_TRADE = """
MATCH (d:Delivery {buyer_id: $viewer})
WHERE d.category_id = $category_id AND d.unit_price_e4 > 0 AND d.currency IS NOT NULL
WITH d, coalesce(d.delivered_on, d.promised_on, '') AS day
ORDER BY day DESC, d.id LIMIT 20000
RETURN collect(d.supplier_id) AS firm_ids,
       collect(coalesce(d.part_id, '')) AS part_ids,
       collect(day) AS days,
       collect(d.unit_price_e4) AS prices_e4,
       collect(coalesce(d.delivered_quantity, d.quantity, 0)) AS quantities,
       collect(coalesce(d.freight_e4, -1)) AS freights_e4,
       collect(d.currency) AS currencies
"""


def read_own_trade(tx: Tx, *, category_id: str, viewer: str) -> dict[str, Any]:
    """Columns of what the viewer itself bought of the category, newest first, up to 20,000."""
    return row(tx, OWN_TRADE, category_id=category_id, viewer=viewer) or {}


PLACES = """
MATCH (k:Capability {category_id: $category_id})<-[:CAN_MAKE]-(f:Firm)
WHERE k.firm_id <> $viewer
RETURN collect(f.id) AS firm_ids,
       collect(coalesce(f.country, '')) AS countries,
       collect(coalesce(f.region, '')) AS regions,
       collect(coalesce(f.latitude, 999.0)) AS latitudes,
       collect(coalesce(f.longitude, 999.0)) AS longitudes
"""


def read_places(tx: Tx, *, category_id: str, viewer: str) -> dict[str, Any]:
    """Where those firms are, as their public profiles say."""
    return row(tx, PLACES, category_id=category_id, viewer=viewer) or {}


def for_category(
    tx: Tx,
    *,
    category_id: str,
    viewer: str,
    exchange: Exchange,
    site: Site,
    with_places: bool,
) -> CategoryFirms:
    """What all lines of a category share: its firms, their record, the viewer's past trade.

    The viewer (the buyer) is never among the firms, and no other buyer's price is read.

    Args:
        tx: the transaction.
        category_id: what is to be made.
        viewer: the buyer's firm.
        exchange: rates into the request's currency; past prices that they cannot convert are
            left out.
        site: where the goods go.
        with_places: read where the firms are; only tables of freight and duty need it.
    """
    return lineup.of_category(
        read_capabilities(tx, category_id=category_id, viewer=viewer),
        read_own_trade(tx, category_id=category_id, viewer=viewer),
        exchange,
        site=site,
        places=read_places(tx, category_id=category_id, viewer=viewer) if with_places else None,
    )


def for_line(
    tx: Tx,
    *,
    category_id: str,
    part_id: str | None,
    currency: str,
    viewer: str,
    today: date | None = None,
) -> Candidates:
    """The firms that can make a category with their offers for one part, in one currency.

    Args:
        tx: the transaction.
        category_id: what is to be made.
        part_id: None when the line is a description only; then nobody has an offer.
        currency: of the request; prices in another count as unknown here.
        viewer: the buyer's firm.
        today: the day whose prices count; None is the present one.

    Returns:
        n rows in no particular order; n may be 0.
    """
    exchange = Exchange(to_currency=currency)
    shared = for_category(
        tx,
        category_id=category_id,
        viewer=viewer,
        exchange=exchange,
        site=Site(),
        with_places=False,
    )
    offers = read_offers(tx, part_ids=[part_id], viewer=viewer) if part_id else {}
    day = today or utc_now().date()
    return lineup.of_line(
        shared, offers.get(part_id or "", {}), exchange, part_id=part_id, today=day
    )
