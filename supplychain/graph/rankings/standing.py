"""A supplier's own standing to a request: only the viewer's own facts are read."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, TypeVar

from supplychain.graph import audiences, open_deliveries
from supplychain.graph.capacity import holds
from supplychain.graph.engine.reading import together
from supplychain.graph.engine.transactions import Tx, row, rows
from supplychain.graph.parts_requests import parts_requests
from supplychain.graph.rankings import rankings
from supplychain.graph.rankings.overdue import make_overdue_columns
from supplychain.matching.candidates.own_firm import OwnFirm, find_candidate
from supplychain.matching.candidates.sources import (
    CapabilityColumns,
    CertificateEndColumns,
    Columns,
    HoldColumns,
    LotColumns,
    OfferColumns,
    OverdueColumns,
    PartHourColumns,
    RegionColumns,
    StatedColumns,
)
from supplychain.matching.need import Need
from supplychain.matching.rows import LineStanding
from supplychain.matching.standing import judge_standing
from supplychain.model.delivery_claims import OverdueLine, share_overdue
from supplychain.model.parts_requests.parts_request import MAX_LINES
from supplychain.model.weeks import pair_days

Found = dict[str, Any]
T = TypeVar("T", bound=Columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestStanding:
    """How a firm stands to a request, line by line; of ``count`` lines, to some.

    ``source`` is that of its invitation (picked, top, chain), None without one. ``on_request`` are
    the kinds of its figures (``audiences.KINDS``) that it does not show this buyer.
    """

    source: str | None
    lines: tuple[LineStanding, ...]
    count: int
    on_request: tuple[str, ...] = ()


def get(
    tx: Tx,
    request_id: str,
    *,
    viewer: str,
    today: date,
    first: int = 1,
    last: int = MAX_LINES,
) -> RequestStanding:
    """How the viewer's firm stands to the lines of these numbers of a request that it sees.

    ``today`` is the day that it is there.

    Raises:
        NotFound: no such request, or not for this firm.
    """
    (request, count), invited = together(
        lambda: parts_requests.view_window(tx, request_id, viewer=viewer, first=first, last=last),
        lambda: rankings.find_invitation_reasons(tx, request_id, viewer=viewer),
    )
    part_ids = sorted({line.part_id for line in request.lines if line.part_id})
    own, readable = together(
        lambda: read_own_firm(tx, request_id, part_ids, viewer=viewer, today=today),
        lambda: audiences.read_readable(tx, viewer=request.buyer_id, among=[viewer]),
    )
    standings: list[LineStanding] = []
    for line in request.lines:
        if line.need_by is None or line.quantity <= 0:
            continue
        need = Need.of_line(request, line, today=today)
        candidate = find_candidate(need, own)
        standings.append(judge_standing(need, candidate, line_number=line.number))
    source = invited.source if invited else None
    return RequestStanding(
        source=source,
        lines=tuple(standings),
        count=count,
        on_request=readable.hidden_kinds(viewer),
    )


PLACE = """
MATCH (f:Firm {id: $viewer})
OPTIONAL MATCH (r:PartsRequest {id: $request_id})
RETURN coalesce(f.region, '') AS region, coalesce(f.country, '') AS country,
       (r.chain_id IS NOT NULL AND EXISTS {
           MATCH (c:Chain {id: r.chain_id})<-[m:BELONGS_TO]-(own:Firm)
           WHERE own.id = $viewer AND m.state = 'barred' })
       OR (r.buyer_id IS NOT NULL AND EXISTS {
           MATCH (led:Chain {leader_id: r.buyer_id})<-[m:BELONGS_TO]-(own:Firm)
           WHERE own.id = $viewer AND m.state = 'barred' }) AS barred
LIMIT 1
"""

OFFERS = """
UNWIND $part_ids AS part_id
MATCH (o:Offer {id: $viewer + '|' + part_id})
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

CAPABILITIES = """
MATCH (k:Capability {firm_id: $viewer})
RETURN collect(k.category_id) AS categories,
       collect(k.firm_id) AS firm_ids,
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
       collect(coalesce(k.lot_size, 0)) AS lot_size,
       collect(coalesce(k.held_days, [])) AS held_days,
       collect(coalesce(k.held_quantities, [])) AS held_quantities,
       collect(coalesce(k.processes, [])) AS processes,
       collect(coalesce(k.materials, [])) AS materials,
       collect(coalesce(k.length_mm, -1)) AS length_mm,
       collect(coalesce(k.width_mm, -1)) AS width_mm,
       collect(coalesce(k.height_mm, -1)) AS height_mm,
       collect(coalesce(k.weight_kg, -1)) AS weight_kg,
       collect(coalesce(k.tolerance_linear, '')) AS tolerance_linear,
       collect(coalesce(k.tolerance_geometrical, '')) AS tolerance_geometrical,
       collect(coalesce(k.certificate_ends, [])) AS certificate_ends
"""

PART_HOURS = """
UNWIND $part_ids AS part_id
MATCH (h:PartHours {part_id: part_id}) WHERE h.firm_id = $viewer
RETURN collect(h.firm_id) AS firm_ids, collect(h.category_id) AS categories,
       collect(h.part_id) AS part_ids, collect(h.hours_e4) AS hours_e4
"""

OWN_HOLDS = """
MATCH (h:Hold {request_id: $request_id}) WHERE h.firm_id = $viewer
RETURN collect(h.capability_id) AS capability_ids, collect(h.day) AS days,
       collect(h.work) AS quantities
"""


def read_own_firm(
    tx: Tx, request_id: str, part_ids: list[str], *, viewer: str, today: date
) -> OwnFirm:
    """What the viewer's firm stated of itself, and whether it is barred from the request."""
    place, offers, found, held, sealed, overdue, hours = together(
        lambda: row(tx, PLACE, viewer=viewer, request_id=request_id) or {},
        lambda: rows(tx, OFFERS, part_ids=part_ids, viewer=viewer) if part_ids else [],
        lambda: row(tx, CAPABILITIES, viewer=viewer) or {},
        lambda: row(tx, OWN_HOLDS, request_id=request_id, viewer=viewer) or {},
        lambda: holds.sum_sealed(tx, viewer=viewer, today=today, request_id=request_id),
        lambda: open_deliveries.list_overdue_of(tx, [viewer], today=today),
        lambda: row(tx, PART_HOURS, part_ids=part_ids, viewer=viewer) or {} if part_ids else {},
    )
    _add_sealed(found, sealed)
    return OwnFirm(
        categories=found["categories"],
        capabilities=_pick_columns(CapabilityColumns, found),
        lots=_pick_columns(LotColumns, found),
        stated=_pick_columns(StatedColumns, found),
        certificate_ends=_pick_columns(CertificateEndColumns, found),
        holds=HoldColumns(**held),
        offers={entry.pop("part_id"): OfferColumns(**entry) for entry in offers},
        regions=RegionColumns(
            firm_ids=[viewer], regions=[place["region"]], countries=[place["country"]]
        ),
        is_barred=place["barred"],
        today=today,
        overdue=_split_overdue(overdue, today),
        part_hours=PartHourColumns(**hours),
    )


def _split_overdue(lines: list[OverdueLine], today: date) -> dict[str, OverdueColumns]:
    """What a firm owes, by category, as it counts for everyone."""
    owed: dict[str, list[OverdueLine]] = defaultdict(list)
    for line in lines:
        owed[line.category_id].append(line)
    return {
        category_id: make_overdue_columns(share_overdue(group, today), viewer="")
        for category_id, group in owed.items()
    }


def _add_sealed(columns: Found, sealed: Mapping[str, Mapping[int, int]]) -> None:
    """Add what the firm's own bids for other requests hold under seal to the columns of held."""
    keys = zip(columns["firm_ids"], columns["categories"], strict=True)
    for at, (firm_id, category) in enumerate(keys):
        held = Counter(pair_days(columns["held_days"][at], columns["held_quantities"][at]))
        held.update(sealed.get(f"{firm_id}|{category}", {}))
        columns["held_days"][at] = sorted(held)
        columns["held_quantities"][at] = [held[day] for day in sorted(held)]


def _pick_columns(kind: type[T], columns: Found) -> T:
    return kind(**{each.name: columns[each.name] for each in fields(kind)})
