"""One firm as the only candidate of a line, from what it stated itself and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from supplychain.matching.candidates.assembly import assemble_category, assemble_line
from supplychain.matching.candidates.columns import Candidates
from supplychain.matching.candidates.sources import (
    CapabilityColumns,
    CategorySources,
    CertificateEndColumns,
    FactColumns,
    HoldColumns,
    LotColumns,
    OfferColumns,
    OverdueColumns,
    PartHourColumns,
    RegionColumns,
    StatedColumns,
    StepColumns,
)
from supplychain.matching.cost.exchange import Exchange
from supplychain.matching.need import Need, Site
from supplychain.model.parts_requests.requirements import does_step


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OwnFirm:
    """What a firm stated, one row for each of its capabilities, of whatever category.

    Attributes:
        categories: of the capabilities.
        capabilities, lots, stated, certificate_ends: rows beside ``categories``.
        holds: what its bids for the request at hand hold of its own capacity.
        offers: its standing prices by part.
        regions: where it is, one row.
        is_barred: whether a chain bars it from the request at hand.
        today: the day on which its record is read.
        overdue: what it owes on that day, by category, as it counts for everyone.
        part_hours: of the parts of the lines.
    """

    categories: list[str]
    capabilities: CapabilityColumns
    lots: LotColumns
    stated: StatedColumns
    certificate_ends: CertificateEndColumns
    holds: HoldColumns
    offers: dict[str, OfferColumns]
    regions: RegionColumns
    is_barred: bool
    today: date | None = None
    overdue: dict[str, OverdueColumns] = field(default_factory=dict)
    part_hours: PartHourColumns = field(default_factory=PartHourColumns)


def find_candidate(need: Need, own: OwnFirm) -> Candidates | None:
    """The firm as the only candidate of a line; None where it never said that it can make it."""
    rows = [i for i, category in enumerate(own.categories) if category == need.category_id]
    if not rows:
        return None
    capabilities = own.capabilities.take_rows(rows)
    sources = CategorySources(
        category_id=need.category_id,
        capabilities=capabilities,
        lots=own.lots.take_rows(rows),
        free_holds=own.holds,
        facts=FactColumns(
            stated=own.stated.take_rows(rows),
            certificate_ends=own.certificate_ends.take_rows(rows),
            regions=own.regions,
        ),
        barred=frozenset(capabilities.firm_ids if own.is_barred else ()),
        steps={step: _find_step(step, own) for step in need.requirements.routing},
        today=own.today,
        overdue=own.overdue.get(need.category_id, OverdueColumns()),
        part_hours=own.part_hours,
    )
    exchange = Exchange(to_currency=need.currency)
    category = assemble_category(sources, exchange=exchange, site=Site())
    return assemble_line(category, need, own.offers.get(need.part_id or "", OfferColumns()))


def _find_step(step: str, own: OwnFirm) -> StepColumns:
    """The firm's capabilities for a step: of that category, or with that process."""
    pairs = zip(own.categories, own.stated.processes, strict=True)
    rows = [
        i
        for i, (category, processes) in enumerate(pairs)
        if any(does_step(name, step) for name in (category, *processes))
    ]
    capabilities, lots = own.capabilities.take_rows(rows), own.lots.take_rows(rows)
    return StepColumns(
        firm_ids=capabilities.firm_ids,
        categories=[own.categories[i] for i in rows],
        weekly=capabilities.weekly_capacity,
        pace=capabilities.pace,
        lot_size=lots.lot_size,
        lead_days=capabilities.lead_days,
        booked_days=capabilities.booked_days,
        booked_quantities=capabilities.booked_quantities,
        held_days=lots.held_days,
        held_quantities=lots.held_quantities,
    )
