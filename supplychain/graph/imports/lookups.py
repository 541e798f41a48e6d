"""What an import must know of the graph before it writes, in columns and by keys.

``find_*`` return rows in the order of their table's columns (``model.imports.tables``), with
a category's id instead of its name, so that a row of a file can be compared with ``==``.
"""

from __future__ import annotations

from dataclasses import astuple
from typing import Any, Final, LiteralString

from supplychain.graph.engine.transactions import Tx, row
from supplychain.model.imports.tables import CAPABILITIES
from supplychain.model.supply_relations import (
    OPERATOR,
    SupplyClaim,
    SupplyFigures,
    SupplyKey,
    figures_for,
)

FIGURES: Final = ("share", "annual_spend_e4", "currency", "lead_days", "recover_days")


def _collect_rows(tx: Tx, query: LiteralString, **values: Any) -> list[list[Any]]:
    one = row(tx, query, **values)
    return one["found"] if one else []


FIND_FIRMS = """
UNWIND $ids AS id MATCH (f:Firm {id: id})
RETURN collect([f.id, f.name, f.kind, f.country, f.region, f.city, f.latitude, f.longitude,
                f.employees, f.registration_id]) AS found
LIMIT 1
"""


def find_firms(tx: Tx, ids: list[str]) -> list[list[Any]]:
    """The firms with these ids; public."""
    return _collect_rows(tx, FIND_FIRMS, ids=ids)


FIND_PARTS = """
UNWIND $ids AS id MATCH (p:Part {id: id})
OPTIONAL MATCH (p)-[:HAS_REVISION]->(v:PartRevision {current: true})
RETURN collect([p.id, p.name, p.category_id, p.uom, p.designer_id, v.revision,
                p.piece_kg, p.conversions]) AS found
LIMIT 1
"""


def find_parts(tx: Tx, ids: list[str]) -> list[list[Any]]:
    """The parts with these ids, whoever designed them: nothing of another's may reach a reader."""
    return _collect_rows(tx, FIND_PARTS, ids=ids)


FIND_BOM = """
UNWIND $ids AS id
MATCH (p:Part {id: id})-[:HAS_REVISION]->(:PartRevision {current: true})
      -[c:CONTAINS]->(k:Part)
RETURN collect([p.id, k.id, c.quantity_e4]) AS found
LIMIT 1
"""


def find_bom(tx: Tx, ids: list[str]) -> list[list[Any]]:
    """What the current revisions of these parts contain, one level down."""
    return _collect_rows(tx, FIND_BOM, ids=ids)


FIND_CAPABILITIES = """
UNWIND $ids AS id MATCH (c:Capability {id: id})
WHERE coalesce(c.declared, true)
RETURN collect([c.firm_id, c.category_id, c.weekly_capacity, c.certificates, c.min_lot, c.max_lot,
                c.lead_days, c.lot_size, coalesce(c.processes, []), coalesce(c.materials, []),
                c.length_mm, c.width_mm, c.height_mm, c.weight_kg, c.tolerance_linear,
                c.tolerance_geometrical, coalesce(c.certificate_ends, []),
                c.weekly_hours_e4, c.hours_per_piece_e4, c.setup_hours_e4]) AS found
LIMIT 1
"""


ENDS_NUMBER: Final = CAPABILITIES.fields.index("certificate_ends")


def find_capabilities(tx: Tx, ids: list[str]) -> list[list[Any]]:
    """The declared capabilities with these ids; one made for a track record alone is left out.

    Its ``certificate_ends`` pair each certificate that ends with its day: ``ISO 9001=2027-05-31``.
    """
    found = _collect_rows(tx, FIND_CAPABILITIES, ids=ids)
    for one in found:
        one[ENDS_NUMBER] = _pair_ends(one[3] or [], one[ENDS_NUMBER]) if one[ENDS_NUMBER] else []
    return found


def _pair_ends(names: list[str], ends: list[str]) -> list[str]:
    pairs = sorted(zip(names, ends, strict=False))
    return [f"{name}={day}" for name, day in pairs if day]


FIND_BOOKED_DAYS = """
UNWIND $ids AS id MATCH (c:Capability {id: id})
WHERE size(coalesce(c.booked_days, [])) > 0
RETURN collect([c.id, c.calendar, c.booked_days, c.booked_quantities, c.site_paces]) AS found
LIMIT 1
"""


def find_booked_days(tx: Tx, ids: list[str]) -> list[list[Any]]:
    """The capabilities of these of which orders take something: calendar, days, work."""
    return _collect_rows(tx, FIND_BOOKED_DAYS, ids=ids)


FIND_BOOKED_PIECES = """
UNWIND $ids AS id MATCH (b:Booking)-[:TAKES]->(c:Capability {id: id})
OPTIONAL MATCH (l:OrderLine {id: b.order_line_id})
OPTIONAL MATCH (h:PartHours {id: id + '|' + l.part_id})
RETURN collect([id, b.day, b.quantity, h.hours_e4]) AS found
LIMIT 1
"""


def find_booked_pieces(tx: Tx, ids: list[str]) -> list[list[Any]]:
    """What orders take of these capabilities: due day, pieces, the own hours of their part."""
    return _collect_rows(tx, FIND_BOOKED_PIECES, ids=ids)


FIND_PART_HOURS = """
UNWIND $ids AS id MATCH (h:PartHours {id: id})
RETURN collect([h.firm_id, h.category_id, h.part_id, h.hours_e4]) AS found
LIMIT 1
"""


def find_part_hours(tx: Tx, ids: list[str]) -> list[list[Any]]:
    """What is stated of parts, by these ids of firm, category and part."""
    return _collect_rows(tx, FIND_PART_HOURS, ids=ids)


FIND_OFFERS = """
UNWIND $ids AS id MATCH (o:Offer {id: id})
RETURN collect([o.firm_id, o.part_id, o.tier_from, o.tier_prices_e4, o.currency, o.moq,
                o.lead_days, coalesce(o.tier_rule, 'all_units'), o.incoterm, o.payment_days,
                o.freight_e4, o.tooling_e4, o.valid_from, o.valid_until,
                coalesce(o.price_per, 1)]) AS found
LIMIT 1
"""


def find_offers(tx: Tx, ids: list[str]) -> list[list[Any]]:
    """The offers with these ids; their tiers are two parallel lists, not rows."""
    return _collect_rows(tx, FIND_OFFERS, ids=ids)


FIND_SUPPLY_RELATIONS = """
UNWIND $ids AS id MATCH (s:Firm {id: id})-[r:SUPPLIES]->(b:Firm)
WHERE r.witnessed OR r.claimed_by = $reader
WITH s, r, b WHERE $firm IS NULL OR s.id = $firm OR b.id = $firm
RETURN collect([s.id, b.id, r.part_id, r.claimed_by, r.share, r.annual_spend_e4, r.currency,
                r.lead_days, r.recover_days]) AS found
LIMIT 1
"""


def find_supply_relations(tx: Tx, ids: list[str], *, firm: str | None) -> list[list[Any]]:
    """What these suppliers supply, as the reader's own claims and witnessed ones say.

    One row a relation, with the figures that the reader gets: a firm at one of its ends, or the
    operator where ``firm`` is None.
    """
    reader = firm or OPERATOR
    claims: dict[SupplyKey, list[SupplyClaim]] = {}
    for supplier_id, buyer_id, part_id, claimed_by, *figures in _collect_rows(
        tx, FIND_SUPPLY_RELATIONS, ids=ids, firm=firm, reader=reader
    ):
        claim = SupplyClaim(
            id="",
            supplier_id=supplier_id,
            buyer_id=buyer_id,
            part_id=part_id,
            claimed_by=claimed_by,
            figures=SupplyFigures(**dict(zip(FIGURES, figures, strict=True))),
        )
        claims.setdefault(claim.key, []).append(claim)
    return [[*key, *astuple(figures_for(said, reader))] for key, said in claims.items()]


FIND_STOCKS = """
UNWIND $ids AS id MATCH (s:Stock {id: id})
RETURN collect([s.firm_id, s.part_id, s.quantity, s.daily_use]) AS found
LIMIT 1
"""


def find_stocks(tx: Tx, ids: list[str]) -> list[list[Any]]:
    """The stocks with these ids."""
    return _collect_rows(tx, FIND_STOCKS, ids=ids)


FIND_EXCHANGE_RATES = """
UNWIND $ids AS id MATCH (x:ExchangeRate {id: id})
RETURN collect([x.firm_id, x.day, x.from_currency, x.to_currency, x.rate]) AS found
LIMIT 1
"""


def find_exchange_rates(tx: Tx, ids: list[str]) -> list[list[Any]]:
    """The exchange rates with these ids; each belongs to one firm, which alone may read it."""
    return _collect_rows(tx, FIND_EXCHANGE_RATES, ids=ids)


SEEN_PARTS = """
UNWIND $ids AS id MATCH (p:Part {id: id})
WHERE p.designer_id IS NULL OR p.designer_id = $viewer
RETURN collect(p.id) AS found
LIMIT 1
"""

TRADED_PARTS = """
MATCH (f:Firm {id: $viewer})
CALL (f) {
    MATCH (f)-[:OFFERS]->(o:Offer) RETURN o.part_id AS id
    UNION
    MATCH (f)-[r:SUPPLIES]-(o:Firm)
    WHERE r.witnessed
    OPTIONAL MATCH (p:Part {id: r.part_id})
    WITH r, o, p WHERE r.claimed_by IN ['operator', 'order'] OR p.designer_id = o.id
    RETURN r.part_id AS id
    UNION
    MATCH (f)<-[:INVITES]-(:PartsRequest)-[:HAS_LINE]->(l:RequestLine) RETURN l.part_id AS id
    UNION
    MATCH (f)<-[:SUPPLIED_BY|BOUGHT_BY]-(:Order)-[:HAS_LINE]->(l:OrderLine)
    RETURN l.part_id AS id
    UNION
    MATCH (d:Delivery {supplier_id: f.id}) RETURN d.part_id AS id
    UNION
    MATCH (d:Delivery {buyer_id: f.id}) RETURN d.part_id AS id
}
WITH id WHERE id IN $ids
RETURN collect(DISTINCT id) AS found
LIMIT 1
"""


def seen_parts(tx: Tx, ids: list[str], *, viewer: str) -> set[str]:
    """Which of these parts a firm may see: catalogue parts, its own, and those it trades in."""
    open_to_it = _collect_rows(tx, SEEN_PARTS, ids=ids, viewer=viewer)
    traded = _collect_rows(tx, TRADED_PARTS, ids=ids, viewer=viewer)
    return {*map(str, open_to_it), *map(str, traded)}


LEADS = "MATCH (c:Chain {leader_id: $firm_id}) RETURN count(c) AS chains LIMIT 1"


def leads_a_chain(tx: Tx, firm_id: str) -> bool:
    """Whether a firm leads a chain."""
    found = row(tx, LEADS, firm_id=firm_id)
    return bool(found and found["chains"])
