"""A supplier's own standing to a request: only the viewer's own facts are read."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from supplychain.graph.engine.transactions import Tx, row, rows
from supplychain.graph.parts_requests import parts_requests
from supplychain.graph.rankings import rankings
from supplychain.matching.candidates.own_firm import candidate
from supplychain.matching.need import Need
from supplychain.matching.standing import standing
from supplychain.model.parts_requests.parts_request import PartsRequest, RequestLine

Found = dict[str, Any]


def get(tx: Tx, request_id: str, *, viewer: str, now: datetime) -> Found:
    """How the viewer's firm stands to a request that it sees.

    Returns:
        ``source`` of its invitation (picked, top, chain; None without one) and ``lines``: number
        with what ``matching.standing`` says.

    Raises:
        NotFound: no such request, or not for this firm.
    """
    asked = parts_requests.view_for_supplier(tx, request_id, viewer=viewer)
    invited = rankings.find_invitation_reasons(tx, request_id, viewer=viewer)
    abilities = _abilities(tx, request_id, viewer=viewer)
    part_ids = sorted({line.part_id for line in asked.lines if line.part_id})
    found = rows(tx, OFFERS, part_ids=part_ids, viewer=viewer) if part_ids else []
    offers = {one["part_id"]: one for one in found}
    place = row(tx, PLACE, viewer=viewer, request_id=request_id) or {}
    told: list[Found] = []
    for line in asked.lines:
        if line.need_by is None or line.quantity < 1:
            continue
        need = _need(asked, line, now)
        own = candidate(
            need,
            abilities,
            offers.get(line.part_id or ""),
            place=place,
            is_barred=bool(place["barred"]),
        )
        told.append({"line_number": line.number, **standing(need, own)})
    return {"source": invited["source"] if invited else None, "lines": told}


def _need(asked: PartsRequest, line: RequestLine, now: datetime) -> Need:
    assert line.need_by is not None
    return Need(
        part_id=line.part_id,
        category_id=line.category_id,
        quantity=line.quantity,
        needed_by=line.need_by,
        today=now.date(),
        currency=asked.currency,
        certificates=line.certificates,
        requirements=line.requirements,
    )


PLACE = """
MATCH (f:Firm {id: $viewer})
OPTIONAL MATCH (b:Firm)-[:POSTED]->(r:PartsRequest {id: $request_id})
RETURN f.region AS region, f.country AS country,
       EXISTS { MATCH (f)-[m:BELONGS_TO]->(c:Chain)
           WHERE m.state = 'barred' AND (c.id = r.chain_id
               OR EXISTS { MATCH (b)-[:LEADS]->(c) }) } AS barred
LIMIT 1
"""

OFFERS = """
UNWIND $part_ids AS part_id
MATCH (f:Firm {id: $viewer})-[:OFFERS]->(o:Offer {part_id: part_id})
RETURN o.part_id AS part_id, o.currency AS currency, o.moq AS moq, o.lead_days AS lead_days,
       o.tier_from AS tier_from, o.tier_prices_e4 AS tier_prices_e4, o.tier_rule AS tier_rule
ORDER BY part_id LIMIT 1000
"""

ABILITIES = """
MATCH (f:Firm {id: $viewer})-[:CAN_MAKE]->(k:Capability)
RETURN k.id AS id, k.firm_id AS firm_id, k.category_id AS category_id,
       k.weekly_capacity AS weekly_capacity, k.certificates AS certificates,
       k.min_lot AS min_lot, k.max_lot AS max_lot, k.lead_days AS lead_days,
       k.booked_weeks AS booked_weeks, k.booked_quantities AS booked_quantities,
       k.held_weeks AS held_weeks, k.held_quantities AS held_quantities,
       k.delivered_lines AS delivered_lines, k.on_time_lines AS on_time_lines,
       k.received_quantity AS received_quantity, k.rejected_quantity AS rejected_quantity,
       k.asked AS asked, k.answered AS answered, k.lot_size AS lot_size,
       k.processes AS processes, k.materials AS materials, k.length_mm AS length_mm,
       k.width_mm AS width_mm, k.height_mm AS height_mm, k.weight_kg AS weight_kg,
       k.tolerance_linear AS tolerance_linear, k.tolerance_geometrical AS tolerance_geometrical,
       k.certificate_ends AS certificate_ends
ORDER BY category_id LIMIT 500
"""

OWN_HOLDS = """
MATCH (h:Hold {request_id: $request_id}) WHERE h.firm_id = $viewer
RETURN h.capability_id AS capability_id, h.week AS week, sum(h.quantity) AS quantity
ORDER BY capability_id, week LIMIT 100000
"""


def _abilities(tx: Tx, request_id: str, *, viewer: str) -> list[Found]:
    """The viewer's capabilities, with what its bids for other requests hold of each."""
    own: dict[tuple[str, int], int] = {
        (one["capability_id"], one["week"]): one["quantity"]
        for one in rows(tx, OWN_HOLDS, request_id=request_id, viewer=viewer)
    }
    found = rows(tx, ABILITIES, viewer=viewer)
    for one in found:
        weeks = zip(one["held_weeks"] or [], one["held_quantities"] or [], strict=True)
        one["held"] = {week: held - own.get((one["id"], week), 0) for week, held in weeks}
    return found
