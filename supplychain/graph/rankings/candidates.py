"""What is read of the suppliers of a category: columns, a few queries whatever their number.

What a firm does not show to the reader never leaves this module: of a firm whose audience the
reader is not in, prices are left out, and capacity, lots, lead times and bookings are blank.

Facts that no line requires are not read, and of those that one does only the firms that state
them come over the wire. ``matching.candidates.assembly`` joins the columns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import fields, replace
from datetime import datetime
from typing import Final, TypeVar

from supplychain.graph import audiences
from supplychain.graph.engine.transactions import Tx, row, rows
from supplychain.graph.rankings import overdue
from supplychain.graph.rankings.ahead import read_ahead
from supplychain.graph.verification import list_all_suspended
from supplychain.matching.candidates.arrays import UNKNOWN
from supplychain.matching.candidates.own_records import add_own_records
from supplychain.matching.candidates.sources import (
    BuyerRecordColumns,
    CapabilityColumns,
    CategorySources,
    CertificateEndColumns,
    FactColumns,
    HoldColumns,
    LotColumns,
    OfferColumns,
    PartHourColumns,
    PlaceColumns,
    RegionColumns,
    StatedColumns,
    StepColumns,
    TradeColumns,
)
from supplychain.matching.need import Need
from supplychain.model.audiences import ReadableFirms
from supplychain.model.parts_requests.requirements import does_step

BATCH_PARTS = 8
"""Parts whose offers are read and kept at once: ten thousand offers take about 6 MB."""


def read_category(
    tx: Tx,
    needs: Sequence[Need],
    *,
    category_id: str,
    viewer: str,
    at: datetime,
    chain_id: str | None,
    with_places: bool,
) -> CategorySources:
    """What all lines of a category share: not the viewer itself, and no other buyer's price.

    Args:
        tx: the transaction.
        needs: the lines.
        category_id, viewer: of all of them; the buyer's firm.
        at: the instant at which the buyer has the day of the needs.
        chain_id: of the chain that the request is open to, if it is.
        with_places: read where the firms are; only tables of freight and duty need it.
    """
    steps = sorted({step for need in needs for step in need.requirements.routing})
    spellings = list_spellings(tx, steps, category_id=category_id) if steps else {}
    able, is_open = read_capabilities(tx, category_id=category_id, viewer=viewer)
    own = read_own_records(tx, category_id=category_id, viewer=viewer)
    capabilities = add_own_records(able, own)
    # What the others show stands with their capabilities; these firms have none here.
    more = capabilities.firm_ids[len(able.firm_ids) :]
    readable = audiences.read_readable(tx, viewer=viewer, among=more).joined(is_open)
    hidden = _find_hidden(capabilities.firm_ids, readable.capacity)
    today = needs[0].today
    return CategorySources(
        category_id=category_id,
        capabilities=_blank_hidden(capabilities, hidden, CAPACITY_BLANKS),
        trade=read_own_trade(tx, category_id=category_id, viewer=viewer),
        places=read_places(tx, category_id=category_id, viewer=viewer) if with_places else None,
        lots=_leave_out(read_lots(tx, category_id=category_id), hidden),
        free_holds=read_free_holds(tx, viewer=viewer, ends_with="" if steps else f"|{category_id}"),
        facts=_read_facts(tx, needs, category_id=category_id),
        barred=frozenset(read_barred(tx, viewer=viewer, chain_id=chain_id)),
        steps={
            step: _blank_hidden(read_step(tx, names, category_id=category_id), hidden, STEP_BLANKS)
            for step, names in spellings.items()
        },
        readable=readable,
        today=today,
        overdue=overdue.read_overdue(tx, category_id=category_id, viewer=viewer, today=today),
        ahead_days=read_ahead(tx, category_id=category_id, today=today, at=at),
        part_hours=_leave_out(read_part_hours(tx, needs), hidden),
    )


CAPACITY_BLANKS: Final[dict[str, int | str | list[int]]] = {
    "weekly_capacity": 0,
    "pace": "",
    "min_lot": 0,
    "max_lot": 0,
    "lead_days": UNKNOWN,
    "booked_days": [],
    "booked_quantities": [],
}
"""What stands for capacity on request in ``CapabilityColumns``: the same as for none stated."""
STEP_BLANKS: Final[dict[str, int | str | list[int]]] = {
    "weekly": 0,
    "pace": "",
    "lot_size": 0,
    "lead_days": UNKNOWN,
    "booked_days": [],
    "booked_quantities": [],
    "held_days": [],
    "held_quantities": [],
}
"""The same in ``StepColumns``."""


def _find_hidden(firm_ids: Sequence[str], shown: Set[str]) -> frozenset[str]:
    """The firms of which a kind is not shown. O(rows)."""
    return frozenset(firm_id for firm_id in firm_ids if firm_id not in shown)


C = TypeVar("C", CapabilityColumns, StepColumns)
L = TypeVar("L", LotColumns, OfferColumns, PartHourColumns)


def _blank_hidden(
    columns: C, hidden: frozenset[str], blanks: Mapping[str, int | str | list[int]]
) -> C:
    """The columns with these values in the rows of hidden firms. O(rows)."""
    if not hidden:
        return columns
    rows_hidden = [firm_id in hidden for firm_id in columns.firm_ids]
    blanked = {
        name: [
            blank if is_hidden else value
            for is_hidden, value in zip(rows_hidden, getattr(columns, name), strict=True)
        ]
        for name, blank in blanks.items()
    }
    return replace(columns, **blanked)


def _leave_out(columns: L, hidden: Set[str]) -> L:
    """The columns without the rows of these firms."""
    if not hidden or hidden.isdisjoint(columns.firm_ids):
        return columns
    kept = [i for i, firm_id in enumerate(columns.firm_ids) if firm_id not in hidden]
    return columns.take_rows(kept)


CAPABILITIES = """
MATCH (k:Capability {category_id: $category_id})
WHERE k.firm_id <> $viewer AND NOT k.firm_id IN $suspended
RETURN collect(k.firm_id) AS firm_ids,
       collect(coalesce(k.certificates, [])) AS certificates,
       collect(coalesce(k.weekly_capacity, 0)) AS weekly_capacity,
       collect(coalesce(k.calendar, '') + coalesce('@' + k.pace, '')
       + coalesce(k.site_paces, '')) AS pace,
       collect(coalesce(k.min_lot, 0)) AS min_lot,
       collect(coalesce(k.max_lot, 0)) AS max_lot,
       collect(coalesce(k.lead_days, -1)) AS lead_days,
       collect(coalesce(k.booked_days, [])) AS booked_days,
       collect(coalesce(k.booked_quantities, [])) AS booked_quantities,
       collect(coalesce(k.delivered_lines, 0)) AS delivered_lines,
       collect(coalesce(k.on_time_lines, 0)) AS on_time_lines,
       collect(coalesce(k.received_quantity, 0)) AS received_quantity,
       collect(coalesce(k.rejected_quantity, 0)) AS rejected_quantity,
       collect(coalesce(k.late_days_sum, -1)) AS late_days_sum,
       collect(coalesce(k.long_late_lines, -1)) AS long_late_lines,
       collect(coalesce(k.asked, 0)) AS enquiries,
       collect(coalesce(k.answered, 0)) AS answered,
       collect(coalesce(k.aged, [])) AS aged,
       collect(coalesce(k.open_kinds, '')) AS open_kinds
"""


def read_capabilities(
    tx: Tx, *, category_id: str, viewer: str
) -> tuple[CapabilityColumns, ReadableFirms]:
    """Every firm but the viewer that can make the category, and what they show to everybody.

    In no particular order.

    Firms that the operator has suspended are not among them.
    """
    values = {"category_id": category_id, "viewer": viewer, "suspended": list_all_suspended(tx)}
    columns = row(tx, CAPABILITIES, **values) or {}
    open_kinds = columns.pop("open_kinds", [])
    able = CapabilityColumns(**columns)
    return able, audiences.pick_open(firm_ids=able.firm_ids, open_kinds=open_kinds)


OWN_RECORDS = """
MATCH (r:BuyerRecord {buyer_id: $viewer})
WHERE r.category_id = $category_id AND r.supplier_id <> $viewer
RETURN collect(r.supplier_id) AS firm_ids,
       collect(r.delivered_lines) AS delivered_lines,
       collect(r.on_time_lines) AS on_time_lines,
       collect(r.received_quantity) AS received_quantity,
       collect(r.rejected_quantity) AS rejected_quantity,
       collect(r.late_days_sum) AS late_days_sum,
       collect(r.long_late_lines) AS long_late_lines,
       collect(coalesce(r.aged, [])) AS aged
"""


def read_own_records(tx: Tx, *, category_id: str, viewer: str) -> BuyerRecordColumns:
    """What the viewer itself says of its suppliers and others do not count, one row a firm."""
    return BuyerRecordColumns(
        **(row(tx, OWN_RECORDS, category_id=category_id, viewer=viewer) or {})
    )


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
       collect(coalesce(o.price_per, 1)) AS price_per,
       collect(coalesce(o.freight_e4, -1)) AS freight_e4,
       collect(coalesce(o.tooling_e4, -1)) AS tooling_e4,
       collect(coalesce(o.payment_days, -1)) AS payment_days,
       collect(coalesce(o.incoterm, '')) AS incoterm,
       collect(coalesce(o.valid_from, '')) AS valid_from,
       collect(coalesce(o.valid_until, '')) AS valid_until,
       collect(coalesce(o.changed_at, '')) AS stated_at
LIMIT 1000
"""


def read_offers(
    tx: Tx, *, part_ids: list[str], viewer: str, readable: ReadableFirms
) -> dict[str, OfferColumns]:
    """The standing prices for these parts that their firms show to the viewer, by part.

    Args:
        tx: the transaction.
        part_ids: of the lines.
        viewer: the buyer's firm; its own prices are left out.
        readable: what the viewer may see, as ``read_category`` found it.
    """
    if not part_ids:
        return {}
    found = rows(tx, OFFERS, part_ids=sorted(set(part_ids)), viewer=viewer)
    offers = {entry.pop("part_id"): OfferColumns(**entry) for entry in found}
    return {
        part_id: _leave_out(columns, _find_hidden(columns.firm_ids, readable.prices))
        for part_id, columns in offers.items()
    }


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


def read_own_trade(tx: Tx, *, category_id: str, viewer: str) -> TradeColumns:
    """What the viewer itself bought of the category, newest first, up to 20,000 deliveries."""
    return TradeColumns(**(row(tx, OWN_TRADE, category_id=category_id, viewer=viewer) or {}))


PLACES = """
MATCH (k:Capability {category_id: $category_id})<-[:CAN_MAKE]-(f:Firm)
WHERE k.firm_id <> $viewer
RETURN collect(f.id) AS firm_ids,
       collect(coalesce(f.country, '')) AS countries,
       collect(coalesce(f.region, '')) AS regions,
       collect(coalesce(f.latitude, 999.0)) AS latitudes,
       collect(coalesce(f.longitude, 999.0)) AS longitudes
"""


def read_places(tx: Tx, *, category_id: str, viewer: str) -> PlaceColumns:
    """Where those firms are, as their public profiles say."""
    return PlaceColumns(**(row(tx, PLACES, category_id=category_id, viewer=viewer) or {}))


LOTS = """
MATCH (k:Capability {category_id: $category_id})
WHERE k.lot_size IS NOT NULL OR size(coalesce(k.held_days, [])) > 0
RETURN collect(k.firm_id) AS firm_ids,
       collect(coalesce(k.lot_size, 0)) AS lot_size,
       collect(coalesce(k.held_days, [])) AS held_days,
       collect(coalesce(k.held_quantities, [])) AS held_quantities
"""


def read_lots(tx: Tx, *, category_id: str) -> LotColumns:
    """Lot sizes and held capacity of the firms that have either."""
    return LotColumns(**(row(tx, LOTS, category_id=category_id) or {}))


PART_HOURS = """
UNWIND $part_ids AS part_id
MATCH (h:PartHours {part_id: part_id})
RETURN collect(h.firm_id) AS firm_ids, collect(h.category_id) AS categories,
       collect(h.part_id) AS part_ids, collect(h.hours_e4) AS hours_e4
"""


def read_part_hours(tx: Tx, needs: Sequence[Need]) -> PartHourColumns:
    """Hours that a piece of the parts of these lines takes, of the firms that state some."""
    part_ids = sorted({need.part_id for need in needs if need.part_id})
    return PartHourColumns(**(row(tx, PART_HOURS, part_ids=part_ids) or {} if part_ids else {}))


OWN_HOLDS = """
MATCH (h:Hold {buyer_id: $viewer}) WHERE h.capability_id ENDS WITH $ends_with
RETURN collect(h.capability_id) AS capability_ids, collect(h.day) AS days,
       collect(h.work) AS quantities
"""

SEALED_HOLDS = """
MATCH (r:PartsRequest {state: 'open'}) WHERE r.buyer_id <> $viewer
MATCH (h:Hold {request_id: r.id}) WHERE h.capability_id ENDS WITH $ends_with
RETURN collect(h.capability_id) AS capability_ids, collect(h.day) AS days,
       collect(h.work) AS quantities
"""


HOLD_NAMES = tuple(field.name for field in fields(HoldColumns))


def read_free_holds(tx: Tx, *, viewer: str, ends_with: str = "") -> HoldColumns:
    """What bids hold that a ranking of the viewer counts as free.

    It is what they hold for the viewer's own requests, and for requests of others that are under
    seal: free capacity that shrinks with a sealed bid would tell who bids, when, and how much.

    Args:
        tx: the transaction.
        viewer: the buyer's firm.
        ends_with: the end of the ids of the capabilities that matter, ``|category`` or nothing.
    """
    found = [
        row(tx, query, viewer=viewer, ends_with=ends_with) or {}
        for query in (OWN_HOLDS, SEALED_HOLDS)
    ]
    return HoldColumns(
        **{name: [*found[0].get(name, []), *found[1].get(name, [])] for name in HOLD_NAMES}
    )


def _read_facts(tx: Tx, needs: Sequence[Need], *, category_id: str) -> FactColumns | None:
    """What firms state, as far as one of the lines requires it; None where none does."""
    required = [replace(need.requirements, regions=(), routing=()) for need in needs]
    with_stated = any(each.any for each in required)
    with_ends = any(need.certificates for need in needs)
    with_regions = any(need.requirements.regions for need in needs)
    if not (with_stated or with_ends or with_regions):
        return None
    facts = FactColumns()
    if with_stated:
        facts = replace(facts, stated=read_stated(tx, category_id=category_id))
    if with_ends:
        facts = replace(facts, certificate_ends=read_certificate_ends(tx, category_id=category_id))
    if with_regions:
        facts = replace(facts, regions=read_regions(tx, category_id=category_id))
    return facts


STATED = """
MATCH (k:Capability {category_id: $category_id})
WHERE k.processes IS NOT NULL OR k.materials IS NOT NULL OR k.length_mm IS NOT NULL
   OR k.width_mm IS NOT NULL OR k.height_mm IS NOT NULL OR k.weight_kg IS NOT NULL
   OR k.tolerance_linear IS NOT NULL OR k.tolerance_geometrical IS NOT NULL
RETURN collect(k.firm_id) AS firm_ids,
       collect(coalesce(k.processes, [])) AS processes,
       collect(coalesce(k.materials, [])) AS materials,
       collect(coalesce(k.length_mm, -1)) AS length_mm,
       collect(coalesce(k.width_mm, -1)) AS width_mm,
       collect(coalesce(k.height_mm, -1)) AS height_mm,
       collect(coalesce(k.weight_kg, -1)) AS weight_kg,
       collect(coalesce(k.tolerance_linear, '')) AS tolerance_linear,
       collect(coalesce(k.tolerance_geometrical, '')) AS tolerance_geometrical
"""


def read_stated(tx: Tx, *, category_id: str) -> StatedColumns:
    """Processes, materials, sizes and tolerances of the firms that state any."""
    return StatedColumns(**(row(tx, STATED, category_id=category_id) or {}))


ENDS = """
MATCH (k:Capability {category_id: $category_id})
WHERE size(coalesce(k.certificate_ends, [])) > 0
RETURN collect(k.firm_id) AS firm_ids, collect(k.certificate_ends) AS certificate_ends
"""


def read_certificate_ends(tx: Tx, *, category_id: str) -> CertificateEndColumns:
    """Until when the certificates of a capability hold, where its firm says so."""
    return CertificateEndColumns(**(row(tx, ENDS, category_id=category_id) or {}))


REGIONS = """
MATCH (k:Capability {category_id: $category_id})<-[:CAN_MAKE]-(f:Firm)
RETURN collect(f.id) AS firm_ids, collect(coalesce(f.region, '')) AS regions,
       collect(coalesce(f.country, '')) AS countries
"""


def read_regions(tx: Tx, *, category_id: str) -> RegionColumns:
    """Region and country of the firms that can make the category."""
    return RegionColumns(**(row(tx, REGIONS, category_id=category_id) or {}))


LED_BARRED = """
MATCH (:Chain {leader_id: $viewer})<-[b:BELONGS_TO]-(f:Firm)
WHERE b.state = 'barred'
RETURN collect(DISTINCT f.id) AS firm_ids
"""

CHAIN_BARRED = """
MATCH (:Chain {id: $chain_id})<-[b:BELONGS_TO]-(f:Firm)
WHERE b.state = 'barred'
RETURN collect(DISTINCT f.id) AS firm_ids
"""


def read_barred(tx: Tx, *, viewer: str, chain_id: str | None) -> set[str]:
    """The firms barred by a chain that the viewer leads, or by the chain of the request."""
    led = row(tx, LED_BARRED, viewer=viewer) or {}
    of_chain = (row(tx, CHAIN_BARRED, chain_id=chain_id) if chain_id else None) or {}
    return {*led.get("firm_ids", []), *of_chain.get("firm_ids", [])}


STEP_NAMES = """
MATCH (k:Capability {category_id: $category_id})<-[:CAN_MAKE]-(f:Firm)
MATCH (f)-[:CAN_MAKE]->(s:Capability)
UNWIND [s.category_id] + coalesce(s.processes, []) AS name
RETURN collect(DISTINCT name) AS names
"""


def list_spellings(tx: Tx, steps: Sequence[str], *, category_id: str) -> dict[str, list[str]]:
    """Each step with the ways in which the firms of a category write it."""
    found = row(tx, STEP_NAMES, category_id=category_id) or {}
    names = sorted(found.get("names", []))
    return {step: [name for name in names if does_step(name, step)] for step in steps}


STEP = """
MATCH (k:Capability {category_id: $category_id})<-[:CAN_MAKE]-(f:Firm)
MATCH (f)-[:CAN_MAKE]->(s:Capability)
WHERE s.category_id IN $spellings
   OR any(name IN coalesce(s.processes, []) WHERE name IN $spellings)
RETURN collect(f.id) AS firm_ids, collect(s.category_id) AS categories,
       collect(coalesce(s.weekly_capacity, 0)) AS weekly,
       collect(coalesce(s.calendar, '') + coalesce('@' + s.pace, '')
       + coalesce(s.site_paces, '')) AS pace,
       collect(coalesce(s.lot_size, 0)) AS lot_size,
       collect(coalesce(s.lead_days, -1)) AS lead_days,
       collect(coalesce(s.booked_days, [])) AS booked_days,
       collect(coalesce(s.booked_quantities, [])) AS booked_quantities,
       collect(coalesce(s.held_days, [])) AS held_days,
       collect(coalesce(s.held_quantities, [])) AS held_quantities
"""


def read_step(tx: Tx, spellings: list[str], *, category_id: str) -> StepColumns:
    """Capabilities for one step of a routing, of the firms that can make the category.

    ``spellings`` are the names of the step, of its category or of its process.
    """
    return StepColumns(**(row(tx, STEP, category_id=category_id, spellings=spellings) or {}))
