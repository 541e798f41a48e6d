"""Standing prices: one node a firm and part. Only their own firm reads them here."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from supplychain.errors import NotFound
from supplychain.graph.engine.transactions import Tx, nonce, row, rows, run
from supplychain.model.ids import to_text
from supplychain.model.money import amount_or_none, e4_or_none, from_e4, to_e4
from supplychain.model.offers import TIER_RULES, Offer, OfferTerms, OfferTier, PricedPart
from supplychain.model.units import PIECE, unit_code

LIST = """
MATCH (o:Offer {firm_id: $viewer})-[:OFFER_FOR]->(p:Part)
WHERE o.id > $after
RETURN o.id AS id, o.firm_id AS firm_id, p.id AS part_id, coalesce(p.name, p.id) AS part_name,
       o.currency AS currency, o.moq AS moq, o.lead_days AS lead_days, o.tier_from AS starts,
       o.tier_prices_e4 AS prices, o.tier_rule AS tier_rule, o.incoterm AS incoterm,
       coalesce(o.price_per, 1) AS price_per, p.uom AS uom,
       o.payment_days AS payment_days, o.freight_e4 AS freight_e4, o.tooling_e4 AS tooling_e4,
       o.valid_from AS valid_from, o.valid_until AS valid_until,
       o.changed_at AS changed_at, o.version AS version
ORDER BY id LIMIT $limit
"""


def list_own(tx: Tx, *, viewer: str, after: str = "", limit: int = 200) -> list[Offer]:
    """The standing prices of the viewer's firm, by id after ``after``."""
    offers = rows(tx, LIST, viewer=viewer, after=after, limit=limit)
    return [_read_offer(record) for record in offers]


GET = """
MATCH (o:Offer {id: $id})
WITH o WHERE o.firm_id = $viewer
MATCH (o)-[:OFFER_FOR]->(p:Part)
RETURN o.id AS id, o.firm_id AS firm_id, p.id AS part_id, coalesce(p.name, p.id) AS part_name,
       o.currency AS currency, o.moq AS moq, o.lead_days AS lead_days, o.tier_from AS starts,
       o.tier_prices_e4 AS prices, o.tier_rule AS tier_rule, o.incoterm AS incoterm,
       coalesce(o.price_per, 1) AS price_per, p.uom AS uom,
       o.payment_days AS payment_days, o.freight_e4 AS freight_e4, o.tooling_e4 AS tooling_e4,
       o.valid_from AS valid_from, o.valid_until AS valid_until,
       o.changed_at AS changed_at, o.version AS version
LIMIT 1
"""


def get(tx: Tx, offer_id: str, *, viewer: str) -> Offer:
    """One of the viewer's own.

    Raises:
        NotFound: no such offer, or another firm's.
    """
    record = row(tx, GET, id=offer_id, viewer=viewer)
    if record is None:
        raise NotFound
    return _read_offer(record)


def _read_offer(record: dict[str, Any]) -> Offer:
    starts, prices = record.pop("starts") or [], record.pop("prices") or []
    tiers = tuple(
        OfferTier(start=start, price=from_e4(price))
        for start, price in zip(starts, prices, strict=True)
    )
    freight, tooling = record.pop("freight_e4"), record.pop("tooling_e4")
    begins, ends = record.pop("valid_from"), record.pop("valid_until")
    terms = OfferTerms(
        tier_rule=record.pop("tier_rule") or TIER_RULES[0],
        price_per=record.pop("price_per"),
        incoterm=record.pop("incoterm"),
        payment_days=record.pop("payment_days"),
        freight=amount_or_none(freight),
        tooling=amount_or_none(tooling),
        valid_from=date.fromisoformat(begins) if begins else None,
        valid_until=date.fromisoformat(ends) if ends else None,
    )
    stated = {
        **record,
        "currency": record["currency"] or "",
        "uom": unit_code(record["uom"] or PIECE),
        "moq": record["moq"] or 1,
        "lead_days": record["lead_days"] or 0,
        "changed_at": record["changed_at"] or "",
        "version": record["version"] or 1,
    }
    return Offer(**stated, tiers=tiers, terms=terms)


LOCK = """
MATCH (o:Offer {id: $id}) WHERE o.firm_id = $viewer SET o.lock = $nonce RETURN o.id AS id
"""


def lock(tx: Tx, offer_id: str, *, viewer: str) -> Offer:
    """``get``, after taking the write lock.

    Raises:
        NotFound: no such offer, or another firm's.
    """
    row(tx, LOCK, id=offer_id, viewer=viewer, nonce=nonce())
    return get(tx, offer_id, viewer=viewer)


CREATE = """
MATCH (f:Firm {id: $firm_id}), (p:Part {id: $part_id})
CREATE (f)-[:OFFERS]->(o:Offer {
    id: $id, firm_id: $firm_id, part_id: $part_id, currency: $currency, moq: $moq,
    lead_days: $lead_days, tier_from: $starts, tier_prices_e4: $prices, tier_rule: $tier_rule,
    price_per: $price_per,
    incoterm: $incoterm, payment_days: $payment_days, freight_e4: $freight_e4,
    tooling_e4: $tooling_e4, valid_from: $valid_from, valid_until: $valid_until,
    changed_at: $at, version: 1})-[:OFFER_FOR]->(p)
"""


def create(tx: Tx, offer: Offer, *, at: datetime) -> None:
    """Add an offer. AlreadyExists (at commit): the firm has one for the part."""
    run(
        tx,
        CREATE,
        id=offer.id,
        firm_id=offer.firm_id,
        part_id=offer.part_id,
        at=to_text(at),
        **_offer_values(offer),
    )


def _offer_values(offer: Offer) -> dict[str, Any]:
    terms = offer.terms
    return {
        "currency": offer.currency,
        "moq": offer.moq,
        "lead_days": offer.lead_days,
        "starts": [tier.start for tier in offer.tiers],
        "prices": [to_e4(tier.price) for tier in offer.tiers],
        "tier_rule": terms.tier_rule,
        "price_per": terms.price_per,
        "incoterm": terms.incoterm,
        "payment_days": terms.payment_days,
        "freight_e4": e4_or_none(terms.freight),
        "tooling_e4": e4_or_none(terms.tooling),
        "valid_from": terms.valid_from.isoformat() if terms.valid_from else None,
        "valid_until": terms.valid_until.isoformat() if terms.valid_until else None,
    }


SAVE = """
MATCH (o:Offer {id: $id})
SET o.currency = $currency, o.moq = $moq, o.lead_days = $lead_days, o.tier_from = $starts,
    o.tier_prices_e4 = $prices, o.tier_rule = $tier_rule, o.price_per = $price_per,
    o.incoterm = $incoterm,
    o.payment_days = $payment_days, o.freight_e4 = $freight_e4, o.tooling_e4 = $tooling_e4,
    o.valid_from = $valid_from, o.valid_until = $valid_until,
    o.changed_at = $at, o.version = $version
"""


def save(tx: Tx, offer: Offer, *, at: datetime) -> None:
    """Store a locked offer."""
    run(
        tx,
        SAVE,
        id=offer.id,
        at=to_text(at),
        version=offer.version,
        **_offer_values(offer),
    )


DELETE = "MATCH (o:Offer {id: $id}) DETACH DELETE o"


def delete(tx: Tx, offer_id: str) -> None:
    """Remove a locked offer."""
    run(tx, DELETE, id=offer_id)


PART = """
MATCH (p:Part {id: $part_id}), (v:Firm {id: $viewer})
WHERE p.designer_id IS NULL OR p.designer_id = $viewer
   OR EXISTS { (v)-[:OFFERS]->(:Offer)-[:OFFER_FOR]->(p) }
   OR EXISTS { MATCH (v)-[r:SUPPLIES]->(f:Firm)
               WHERE r.part_id = $part_id AND r.witnessed
                 AND (r.claimed_by IN ['operator', 'order'] OR f.id = p.designer_id) }
   OR EXISTS { (p)<-[:FOR_PART]-(:RequestLine)<-[:HAS_LINE]-(:PartsRequest)-[:INVITES]->(v) }
RETURN p.id AS id, coalesce(p.name, p.id) AS name
LIMIT 1
"""


def get_part(tx: Tx, part_id: str, *, viewer: str) -> PricedPart:
    """A part that the viewer may price: of the catalogue, its own, traded or requested of it.

    Raises:
        NotFound: no such part, or not shared with the viewer.
    """
    record = row(tx, PART, part_id=part_id, viewer=viewer)
    if record is None:
        raise NotFound
    return PricedPart(**record)


PARTS = """
MATCH (:Capability {firm_id: $viewer})-[:COVERS]->(:Category)<-[:NEEDS]-(p:Part)
WHERE p.designer_id IS NULL OR p.designer_id = $viewer
RETURN p.id AS id, coalesce(p.name, p.id) AS name ORDER BY id LIMIT 300
"""


def list_parts(tx: Tx, *, viewer: str) -> list[PricedPart]:
    """Parts in the categories that the viewer makes, to choose from; up to 300."""
    return [PricedPart(**record) for record in rows(tx, PARTS, viewer=viewer)]
