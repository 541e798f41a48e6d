"""The figures of the firms in a tier picture, as far as the viewer may see them.

A firm's own figures are read by itself and by the leader of a chain that it is a member of, its
load only by those in the audience of its capacity; of a direct partner the viewer reads what the
two trade together and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from supplychain.graph import audiences, deliveries, open_deliveries
from supplychain.graph.engine.reading import together
from supplychain.graph.engine.transactions import Tx, row
from supplychain.model.audiences import ReadableFirms
from supplychain.model.deliveries import AgedRecord, Punctuality
from supplychain.model.delivery_claims import OverdueRecords, share_overdue
from supplychain.model.tiers import LOAD_WEEKS, OPEN_ORDER_STATES, SOLE_SHARE, Figures, is_sole
from supplychain.model.trays import Side, tray_id

NOTHING_DELIVERED = Punctuality()


@dataclass(frozen=True, slots=True, kw_only=True)
class _CapabilityFigures:
    """What a firm's capabilities say of it; None where the firm states no weekly capacity."""

    load: float | None = None
    punctuality: Punctuality = NOTHING_DELIVERED
    category: str = ""


def figures_of(
    tx: Tx,
    firm_ids: list[str],
    *,
    viewer: str,
    week: int,
    today: date | None = None,
    shows: ReadableFirms | None = None,
) -> dict[str, tuple[Figures, str]]:
    """Figures and main category by firm; the category is "" where the firm says none.

    ``today`` is the day on which lines are overdue, None: none is; ``shows`` is
    ``audiences.read_near`` of the viewer, where it was read already.
    """
    near = audiences.read_near(tx, viewer=viewer) if shows is None else shows
    capabilities, own_orders, partners, traded, orders_together, overdue = together(
        lambda: _read_capabilities(tx, firm_ids, near, viewer=viewer, week=week),
        lambda: _count_orders(tx, firm_ids, viewer=viewer),
        lambda: _list_partners(tx, firm_ids, viewer=viewer),
        lambda: deliveries.count_with_partners(tx, firm_ids, viewer=viewer, today=today),
        lambda: _count_orders_together(tx, firm_ids, viewer=viewer),
        lambda: _read_owed(tx, firm_ids, today),
    )
    figures: dict[str, tuple[Figures, str]] = {}
    for firm_id in firm_ids:
        own = capabilities.get(firm_id, _CapabilityFigures())
        if firm_id in own_orders:
            load, orders, scope = own.load, own_orders[firm_id], "own"
            punctuality = own.punctuality + overdue.sum_for("", supplier_id=firm_id).punctuality
        elif firm_id in partners:
            load, orders, scope = None, orders_together.get(firm_id, 0), "together"
            punctuality = traded.get(firm_id, NOTHING_DELIVERED)
        else:
            continue
        shown = Figures(
            load=load,
            on_time=punctuality.on_time_share,
            evidence=punctuality.delivered_lines,
            open_orders=orders,
            scope=scope,
        )
        figures[firm_id] = (shown, own.category)
    return figures


def _read_owed(tx: Tx, firm_ids: list[str], today: date | None) -> OverdueRecords:
    """What these firms owe on a day, as it counts for everyone; the sums are in kept weights."""
    if today is None:
        return OverdueRecords(by_pair={})
    lines = open_deliveries.list_overdue_of(tx, firm_ids, today=today)
    return share_overdue(lines, today, half_life_months=deliveries.half_life())


CAPABILITIES = """
UNWIND $firms AS entry
MATCH (f:Firm {id: entry.id})
WITH f, entry.shows OR coalesce(f.open_kinds, '') IN ['both', 'capacity'] AS shows, f.id = $viewer
     OR EXISTS { MATCH (:Tray {id: f.id + '|chains|member'})<-[:LIES_IN]-(n:TrayNote)
                 MATCH (led:Chain {id: n.about_id}) WHERE led.leader_id = $viewer } AS seen
MATCH (c:Capability {firm_id: f.id})-[:COVERS]->(k:Category)
WITH f.id AS id, k.name AS category,
     CASE WHEN seen AND shows THEN coalesce(c.weekly_capacity, 0) ELSE 0 END AS capacity,
     CASE WHEN seen THEN coalesce(c.delivered_lines, 0) ELSE 0 END AS lines,
     CASE WHEN seen THEN coalesce(c.on_time_lines, 0) ELSE 0 END AS on_time,
     CASE WHEN seen THEN coalesce(c.aged, []) ELSE [] END AS aged,
     CASE WHEN seen AND shows
               AND coalesce(c.weekly_hours_e4, c.weekly_capacity, 0) + coalesce(c.site_work, 0) > 0
          THEN reduce(total = 0, i IN range(0, size(coalesce(c.booked_days, [])) - 1) |
               CASE WHEN c.booked_days[i] < 7 * ($week + $weeks)
                    THEN total + c.booked_quantities[i] ELSE total END)
               * 1.0 / ($weeks * (coalesce(c.weekly_hours_e4, c.weekly_capacity, 0)
                                   + coalesce(c.site_work, 0)))
          ELSE -1.0 END AS load
ORDER BY id, capacity DESC, category LIMIT 50000
RETURN collect(id) AS ids, collect(category) AS categories, collect(lines) AS lines,
       collect(on_time) AS on_time, collect(aged) AS aged, collect(load) AS loads
"""


def _read_capabilities(
    tx: Tx, firm_ids: list[str], near: ReadableFirms, *, viewer: str, week: int
) -> dict[str, _CapabilityFigures]:
    """Load of the busiest capability, deliveries of all of them, and the largest category.

    A firm that does not show the viewer its capacity has no load, and its first category by name.
    """
    shows = near.capacity | {viewer}
    entries = [{"id": firm_id, "shows": firm_id in shows} for firm_id in firm_ids]
    found = row(tx, CAPABILITIES, firms=entries, viewer=viewer, week=week, weeks=LOAD_WEEKS)
    assert found is not None
    firms: dict[str, _CapabilityFigures] = {}
    columns = _zip_columns(found, "ids", "categories", "lines", "on_time", "aged", "loads")
    for firm_id, category, lines, on_time, aged, load in columns:
        before = firms.get(firm_id, _CapabilityFigures(category=category))
        loads = [each for each in (before.load, load) if each is not None and each >= 0]
        firms[firm_id] = _CapabilityFigures(
            load=max(loads, default=None),
            punctuality=before.punctuality + _read_punctuality(lines, on_time, aged),
            category=before.category,
        )
    return firms


def _read_punctuality(lines: int, on_time: int, aged: list[float]) -> Punctuality:
    """What a capability's counters say; of one that was never kept by age the plain ones."""
    sums = AgedRecord.read(aged[:-1]) if aged else AgedRecord(lines=lines, on_time=on_time)
    return Punctuality(
        delivered_lines=lines,
        on_time_lines=on_time,
        aged_lines=sums.lines,
        aged_on_time=sums.on_time,
    )


ORDERS = """
UNWIND $ids AS firm_id
MATCH (f:Firm {id: firm_id})
WHERE (f.id = $viewer
   OR EXISTS { MATCH (:Tray {id: f.id + '|chains|member'})<-[:LIES_IN]-(n:TrayNote)
               MATCH (led:Chain {id: n.about_id}) WHERE led.leader_id = $viewer })
UNWIND $states AS state
OPTIONAL MATCH (:Tray {id: f.id + '|supplied|' + state})<-[:LIES_IN]-(o:Order)
WITH f.id AS id, count(o) AS orders ORDER BY id LIMIT 10000
RETURN collect(id) AS ids, collect(orders) AS orders
"""


def _count_orders(tx: Tx, firm_ids: list[str], *, viewer: str) -> dict[str, int]:
    """Open orders by supplier: the viewer's own and those of members of a chain it leads."""
    found = row(tx, ORDERS, ids=firm_ids, viewer=viewer, states=list(OPEN_ORDER_STATES))
    assert found is not None
    return dict(zip(found["ids"], found["orders"], strict=True))


PARTNERS = """
MATCH (v:Firm {id: $viewer})-[r:SUPPLIES]-(f:Firm)
WHERE r.witnessed AND f.id IN $ids
WITH DISTINCT f.id AS id ORDER BY id LIMIT 10000
RETURN collect(id) AS ids
"""


def _list_partners(tx: Tx, firm_ids: list[str], *, viewer: str) -> list[str]:
    """Those of the firms that have a witnessed relation with the viewer."""
    found = row(tx, PARTNERS, ids=firm_ids, viewer=viewer)
    return found["ids"] if found else []


OPEN = """
UNWIND $trays AS tray
MATCH (:Tray {id: tray})<-[:LIES_IN]-(o:Order)
WITH CASE WHEN o.buyer_id = $viewer THEN o.supplier_id ELSE o.buyer_id END AS id, o
WHERE id IN $ids AND id <> $viewer
WITH id, count(DISTINCT o) AS orders ORDER BY id LIMIT 10000
RETURN collect(id) AS ids, collect(orders) AS orders
"""


def _count_orders_together(tx: Tx, firm_ids: list[str], *, viewer: str) -> dict[str, int]:
    """Open orders between the viewer and each of the firms, either way."""
    sides = (Side.BOUGHT, Side.SUPPLIED)
    trays = [tray_id(viewer, side, state) for side in sides for state in OPEN_ORDER_STATES]
    found = row(tx, OPEN, ids=firm_ids, viewer=viewer, trays=trays)
    assert found is not None
    return dict(_zip_columns(found, "ids", "orders"))


def _zip_columns(columns: dict[str, Any], *names: str) -> list[tuple[Any, ...]]:
    return list(zip(*(columns[name] for name in names), strict=True))


SOLE = """
UNWIND $ids AS firm_id
MATCH (b:Firm {id: firm_id})
WHERE (b.id = $viewer
   OR EXISTS { MATCH (:Tray {id: b.id + '|chains|member'})<-[:LIES_IN]-(n:TrayNote)
               MATCH (led:Chain {id: n.about_id}) WHERE led.leader_id = $viewer })
MATCH (b)<-[r:SUPPLIES]-(s:Firm)
WHERE r.witnessed AND ($parts IS NULL OR r.part_id IN $parts)
WITH b, r, s, CASE WHEN b.id = $viewer AND r.claimed_by = $viewer THEN 0
                   WHEN r.claimed_by = 'order' THEN 1 WHEN r.claimed_by = b.id THEN 2
                   WHEN r.claimed_by = 'operator' THEN 3 ELSE 4 END AS place
ORDER BY place
WITH b.id AS buyer, r.part_id AS part, s.id AS supplier,
     collect(CASE WHEN place < 4 THEN r.share END) AS said
WITH buyer, part, supplier, coalesce(head(said), 0.0) AS share
ORDER BY buyer, part, supplier LIMIT 50000
WITH buyer, part, collect(supplier) AS suppliers, collect(share) AS shares
WHERE (size(suppliers) = 1 OR any(share IN shares WHERE share >= $sole))
  AND NOT (part IS NOT NULL AND EXISTS {
      MATCH (l:OrderLine {sold_key: buyer + '|' + part})
      WHERE l.shared_quantity > 0 AND l.shared_quantity < l.quantity })
RETURN collect(buyer) AS buyers, collect(suppliers) AS suppliers, collect(shares) AS shares
"""


def sole_links(
    tx: Tx, firm_ids: list[str], *, viewer: str, parts: list[str] | None = None
) -> set[tuple[str, str]]:
    """(supplier, buyer) where the supplier is the buyer's only source of some part.

    Told of the viewer itself as a buyer and of the members of a chain it leads: a supplier never
    learns from the picture that its customer cannot do without it. A firm that shares part of what
    is ordered of it and makes the rest itself is a source of its own. Witnessed relations
    alone; the share is what the buyer (when it looks itself), an order, the buyer or the operator
    says.
    """
    found = row(tx, SOLE, ids=firm_ids, viewer=viewer, parts=parts, sole=SOLE_SHARE)
    assert found is not None
    return {
        (supplier, buyer)
        for buyer, suppliers, shares in _zip_columns(found, "buyers", "suppliers", "shares")
        for supplier, share in zip(suppliers, shares, strict=True)
        if is_sole(supplier, share, suppliers)
    }
