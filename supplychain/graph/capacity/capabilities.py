"""What firms can make: one node a firm and category, locked by whoever books or edits it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

from supplychain.errors import NotFound
from supplychain.graph import audiences, open_deliveries
from supplychain.graph.capacity import calendars, holds, part_hours
from supplychain.graph.capacity.due_days import book_open_lines
from supplychain.graph.capacity.paces import pace_values
from supplychain.graph.engine.reading import together
from supplychain.graph.engine.transactions import Tx, nonce, row, rows, run
from supplychain.graph.firm_days import find_today
from supplychain.model.capabilities import Capability, PublicCapability
from supplychain.model.delivery_claims import OverdueRecords, share_overdue
from supplychain.model.ids import utc_now
from supplychain.model.weeks import pair_days

LIST = """
MATCH (k:Capability {firm_id: $viewer})-[:COVERS]->(c:Category)
RETURN k.id AS id, k.firm_id AS firm_id, c.id AS category_id, c.name AS category,
       k.weekly_capacity AS weekly_capacity, k.certificates AS certificates,
       k.min_lot AS min_lot, k.max_lot AS max_lot, k.lead_days AS lead_days,
       k.booked_days AS days, k.booked_quantities AS quantities,
       k.delivered_lines AS delivered_lines, k.on_time_lines AS on_time_lines,
       k.certificate_ends AS certificate_ends, k.lot_size AS lot_size, k.processes AS processes,
       k.materials AS materials, k.length_mm AS length_mm, k.width_mm AS width_mm,
       k.height_mm AS height_mm, k.weight_kg AS weight_kg,
       k.tolerance_linear AS tolerance_linear, k.tolerance_geometrical AS tolerance_geometrical,
       k.weekly_hours_e4 AS weekly_hours_e4, k.hours_per_piece_e4 AS hours_per_piece_e4,
       k.setup_hours_e4 AS setup_hours_e4,
       k.calendar AS calendar, k.site_paces AS site_paces,
       k.held_days AS held_days, k.held_quantities AS held_quantities, k.version AS version
ORDER BY category_id LIMIT 500
"""


def list_own(tx: Tx, *, viewer: str, today: date) -> list[Capability]:
    """What the viewer's firm, where it is ``today``, can make."""
    sealed, own, overdue = together(
        lambda: holds.sum_sealed(tx, viewer=viewer, today=today),
        lambda: rows(tx, LIST, viewer=viewer),
        lambda: open_deliveries.list_overdue_of(tx, [viewer], today=today),
    )
    owed = share_overdue(overdue, today)
    return [_read_capability(_add_owed(record, owed), sealed) for record in own]


def _add_owed(record: dict[str, Any], owed: OverdueRecords) -> dict[str, Any]:
    """The row with what is overdue among its deliveries, as it counts for everyone."""
    more = owed.record_for("", supplier_id=record["firm_id"], category_id=record["category_id"])
    return record | {"delivered_lines": (record["delivered_lines"] or 0) + more.delivered_lines}


GET = """
MATCH (k:Capability {id: $id})
WITH k WHERE k.firm_id = $viewer
MATCH (k)-[:COVERS]->(c:Category)
RETURN k.id AS id, k.firm_id AS firm_id, c.id AS category_id, c.name AS category,
       k.weekly_capacity AS weekly_capacity, k.certificates AS certificates,
       k.min_lot AS min_lot, k.max_lot AS max_lot, k.lead_days AS lead_days,
       k.booked_days AS days, k.booked_quantities AS quantities,
       k.delivered_lines AS delivered_lines, k.on_time_lines AS on_time_lines,
       k.certificate_ends AS certificate_ends, k.lot_size AS lot_size, k.processes AS processes,
       k.materials AS materials, k.length_mm AS length_mm, k.width_mm AS width_mm,
       k.height_mm AS height_mm, k.weight_kg AS weight_kg,
       k.tolerance_linear AS tolerance_linear, k.tolerance_geometrical AS tolerance_geometrical,
       k.weekly_hours_e4 AS weekly_hours_e4, k.hours_per_piece_e4 AS hours_per_piece_e4,
       k.setup_hours_e4 AS setup_hours_e4,
       k.calendar AS calendar, k.site_paces AS site_paces,
       k.held_days AS held_days, k.held_quantities AS held_quantities, k.version AS version
LIMIT 1
"""


def get(tx: Tx, capability_id: str, *, viewer: str, today: date) -> Capability:
    """One of the viewer's own, where it is ``today``.

    Raises:
        NotFound: no such capability, or another firm's.
    """
    record, sealed, overdue = together(
        lambda: row(tx, GET, id=capability_id, viewer=viewer),
        lambda: holds.sum_sealed(tx, viewer=viewer, today=today),
        lambda: open_deliveries.list_overdue_of(tx, [viewer], today=today),
    )
    if record is None:
        raise NotFound
    return _read_capability(_add_owed(record, share_overdue(overdue, today)), sealed)


PROFILE_LISTS = ("certificates", "certificate_ends", "processes", "materials")
PROFILE_NUMBERS = (
    "weekly_capacity", "min_lot", "max_lot", "lead_days", "lot_size", "length_mm", "width_mm",
    "height_mm", "weight_kg", "weekly_hours_e4", "hours_per_piece_e4", "setup_hours_e4",
)  # fmt: skip


def _read_capability(record: dict[str, Any], sealed: Mapping[str, Mapping[int, int]]) -> Capability:
    """The capability; ``sealed`` is what sealed bids hold, by capability and due day."""
    booked = pair_days(record.pop("days"), record.pop("quantities"))
    held = Counter(pair_days(record.pop("held_days"), record.pop("held_quantities")))
    held.update(sealed.get(record["id"], {}))
    numbers = ("weekly_capacity", "delivered_lines", "on_time_lines")
    return Capability(
        **{
            **record,
            **{key: record[key] or 0 for key in numbers},
            **{key: tuple(record[key] or ()) for key in PROFILE_LISTS},
            **{key: record[key] or "" for key in ("tolerance_linear", "tolerance_geometrical")},
            "held": tuple(sorted(held.items())),
            "booked": tuple(pair for pair in booked.items() if pair[1]),
            "version": record["version"] or 1,
        }
    )


LOCK = """
MATCH (k:Capability {id: $id}) WHERE k.firm_id = $viewer SET k.lock = $nonce RETURN k.id AS id
"""


def lock(tx: Tx, capability_id: str, *, viewer: str) -> Capability:
    """``get``, after taking the write lock.

    Raises:
        NotFound: no such capability, or another firm's.
    """
    row(tx, LOCK, id=capability_id, viewer=viewer, nonce=nonce())
    return get(tx, capability_id, viewer=viewer, today=find_today(tx, viewer, utc_now()))


CATEGORY = "MERGE (c:Category {id: $id}) ON CREATE SET c.name = $name"

CREATE = """
MATCH (f:Firm {id: $firm_id}), (c:Category {id: $category_id})
CREATE (f)-[:CAN_MAKE]->(k:Capability {
    id: $id, firm_id: $firm_id, category_id: $category_id, delivered_lines: 0, on_time_lines: 0,
    received_quantity: 0, rejected_quantity: 0, late_days_sum: 0, version: 1})
SET k += $profile
CREATE (k)-[:COVERS]->(c)
"""


def create(tx: Tx, capability: Capability) -> None:
    """Add it, and its category where that is new; orders that were accepted before are booked.

    AlreadyExists (at commit): it is there.
    """
    run(tx, CATEGORY, id=capability.category_id, name=capability.category)
    run(
        tx,
        CREATE,
        id=capability.id,
        firm_id=capability.firm_id,
        category_id=capability.category_id,
        profile=_profile_values(capability),
    )
    audiences.copy_open(tx, [capability.id])
    calendars.copy_to_new(tx, [capability.id])
    book_open_lines(tx, [capability.id])


SAVE = """
MATCH (k:Capability {id: $id}) SET k += $profile, k.version = $version
"""


def save(tx: Tx, capability: Capability) -> None:
    """Store what its firm may change of a locked capability; bookings are not touched."""
    run(
        tx,
        SAVE,
        id=capability.id,
        profile=_profile_values(capability),
        version=capability.version,
    )


def _profile_values(capability: Capability) -> dict[str, Any]:
    """What the firm itself states; what is blank is not stored."""
    texts = ("tolerance_linear", "tolerance_geometrical")
    return {
        **pace_values(capability),
        **{name: getattr(capability, name) for name in PROFILE_NUMBERS},
        **{name: getattr(capability, name) or None for name in texts},
        **{name: list(getattr(capability, name)) for name in PROFILE_LISTS},
    }


DELETE = "MATCH (k:Capability {id: $id}) DETACH DELETE k"


def delete(tx: Tx, capability_id: str) -> None:
    """Remove a locked capability with the hours that are stated for its parts."""
    part_hours.delete_all(tx, capability_id)
    run(tx, DELETE, id=capability_id)


PUBLIC = """
MATCH (k:Capability {firm_id: $firm_id})-[:COVERS]->(c:Category)
RETURN c.id AS category_id, c.name AS category, k.certificates AS certificates
ORDER BY category_id LIMIT 200
"""


def list_public(tx: Tx, firm_id: str) -> list[PublicCapability]:
    """Categories and certificates of a firm: what anybody signed in may see of its capabilities."""
    return [PublicCapability(**record) for record in rows(tx, PUBLIC, firm_id=firm_id)]
