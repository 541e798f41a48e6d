"""Shares as trees below an order, and the peers that may get one."""

from __future__ import annotations

from typing import Any

from supplychain.errors import NotFound
from supplychain.graph import audiences
from supplychain.graph.capacity import part_hours
from supplychain.graph.capacity.paces import read_lot, read_pace
from supplychain.graph.capacity.steps import read_maker
from supplychain.graph.engine.reading import together
from supplychain.graph.engine.transactions import Tx, row, rows
from supplychain.graph.orders import orders
from supplychain.model.audiences import CAPACITY, ReadableFirms
from supplychain.model.calendars.zones import zone_of
from supplychain.model.capacity.bookings import capability_id
from supplychain.model.capacity.steps import StepWindow, list_windows
from supplychain.model.orders import OVER, WAITING, Order, OrderLine
from supplychain.model.quantities import Quantity, tidy_quantity
from supplychain.model.shares import Peer, PeerStep, SharePart, rolled_up
from supplychain.model.weeks import pair_days

ARE_PEERS = """
MATCH (a:Firm {id: $viewer})-[x:LEADS|BELONGS_TO|JOINS]->(g)
MATCH (g)<-[y:LEADS|BELONGS_TO|JOINS]-(b:Firm {id: $peer_id})
WHERE coalesce(x.state, 'member') = 'member' AND coalesce(y.state, 'member') = 'member'
RETURN count(g) AS shared
"""


def are_peers(tx: Tx, peer_id: str, *, viewer: str) -> bool:
    """Whether two firms meet in a chain (as leader or member) or in a cluster (as members)."""
    record = row(tx, ARE_PEERS, viewer=viewer, peer_id=peer_id)
    return record is not None and record["shared"] > 0


PEERS = """
MATCH (a:Firm {id: $viewer})-[x:LEADS|BELONGS_TO|JOINS]->(g)<-[y:LEADS|BELONGS_TO|JOINS]-(b:Firm)
WHERE coalesce(x.state, 'member') = 'member' AND coalesce(y.state, 'member') = 'member'
    AND b.kind IN ['sme', 'core'] AND NOT b.id IN $path AND b.suspended_at IS NULL
WITH b, max(CASE WHEN type(x) = 'JOINS' THEN 1 ELSE 0 END) AS pools
OPTIONAL MATCH (c:Capability {firm_id: b.id})
WHERE c.category_id = $category_id OR $routed
WITH b, pools, collect(CASE WHEN c IS NULL THEN null ELSE {
         id: c.id, firm_id: b.id, category_id: c.category_id, processes: c.processes,
         weekly: c.weekly_capacity, lead_days: c.lead_days,
         pace: coalesce(c.calendar, '') + coalesce('@' + c.pace, '') + coalesce(c.site_paces, ''),
         lot_size: c.lot_size, days: c.booked_days, quantities: c.booked_quantities} END) AS able
RETURN b.id AS id, b.name AS name, b.city AS city, pools = 1 AS pools,
       b.time_zone AS time_zone, b.country AS country, able AS capabilities
ORDER BY name, id LIMIT 500
"""


def list_peers(tx: Tx, order: Order, line: OrderLine, *, viewer: str) -> list[Peer]:
    """Firms that may get a share of a line of the viewer's order, those that can make it first.

    The capacity of a peer is told in a cluster alone, and only where the peer shows it the viewer.
    Of a line with a routing the peer does all steps.
    """
    path = list(order.firm_path)
    routed = bool(line.routing)
    peers = rows(tx, PEERS, viewer=viewer, category_id=line.category_id, routed=routed, path=path)
    ids = [peer["id"] for peer in peers]
    readable, hours = together(
        lambda: audiences.read_readable(tx, viewer=viewer, among=ids),
        lambda: part_hours.read_of_part(tx, line.part_id, ids) if line.part_id else {},
    )
    read = [_read_peer(record, readable, line, hours) for record in peers]
    return sorted(read, key=lambda peer: not peer.able)


def _read_peer(
    record: dict[str, Any], readable: ReadableFirms, line: OrderLine, hours: part_hours.HoursOf
) -> Peer:
    stated = {one["id"]: one for one in record["capabilities"]}
    makers = [read_maker(one) for one in stated.values()]
    is_shown = record["pools"] and readable.covers(record["id"], CAPACITY)
    windows = list_windows(record["id"], line.category_id, line.routing, makers)
    return Peer(
        id=record["id"],
        name=record["name"],
        city=record["city"] or "",
        able=capability_id(record["id"], line.category_id) in stated
        and all(any(maker.can_do(step) for maker in makers) for step in line.routing),
        pools=record["pools"],
        steps=tuple(
            _read_step(window, stated.get(window.capability_id) if is_shown else None, line, hours)
            for window in windows
        ),
        zone=zone_of(record["time_zone"], record["country"]),
    )


def _read_step(
    window: StepWindow, record: dict[str, Any] | None, line: OrderLine, hours: part_hours.HoursOf
) -> PeerStep:
    if record is None:
        return PeerStep(window=window)
    return PeerStep(
        window=window,
        pace=read_pace(record),
        booked=pair_days(record["days"], record["quantities"]),
        lot=read_lot(record, hours.get(window.capability_id, {}), line.part_id),
    )


PEER_PARTS = """
MATCH (s:Order)-[:SHARES]->(:OrderLine {id: $line_id})
WHERE NOT s.state IN $over
MATCH (s)-[:HAS_LINE]->(l:OrderLine)
RETURN sum(CASE WHEN s.state IN $waiting THEN 0
                WHEN s.state = 'closed' THEN l.received_quantity - l.rejected_quantity
                ELSE l.quantity END) AS handed_over,
       sum(l.received_quantity - l.rejected_quantity) AS received
"""


def sum_peer_parts(tx: Tx, line_id: str) -> tuple[Quantity, Quantity]:
    """Pieces of a line that peers took over by accepting a share, and of these what was accepted.

    Of a share that is closed only what was accepted is the peer's: the rest went back. Lock the
    order before.
    """
    record = row(tx, PEER_PARTS, line_id=line_id, over=list(OVER), waiting=list(WAITING))
    if record is None:
        return 0, 0
    return tidy_quantity(record["handed_over"] or 0), tidy_quantity(record["received"] or 0)


RECEIVED = """
MATCH (s:Order)-[:SHARES]->(:OrderLine {id: $line_id})
WHERE NOT s.state IN $over
MATCH (s)-[:HAS_LINE]->(l:OrderLine)
RETURN sum(l.received_quantity - l.rejected_quantity) AS received
"""


def received_quantity(tx: Tx, line_id: str) -> Quantity:
    """Pieces of a line that its supplier has from peers and accepted. Lock the order before."""
    record = row(tx, RECEIVED, line_id=line_id, over=list(OVER))
    return 0 if record is None else tidy_quantity(record["received"] or 0)


TREE = """
MATCH (o:Order {id: $id})
WHERE o.buyer_id = $viewer OR (o.supplier_id = $viewer AND o.offered_at IS NOT NULL)
WITH o
MATCH (s:Order {root_id: $root_id})
WHERE o.id IN s.ancestor_ids AND (NOT s.state IN $over OR s.buyer_id = $viewer)
MATCH (s)-[:HAS_LINE]->(l:OrderLine)
MATCH (s)-[:BOUGHT_BY]->(b:Firm)
MATCH (s)-[:SUPPLIED_BY]->(f:Firm)
RETURN s.id AS id, s.root_id AS root_id, s.parent_line_id AS parent_line_id, l.id AS line_id,
       s.depth AS depth, s.number AS number, s.state AS state, b.id AS sharer_id,
       b.name AS sharer_name,
       f.id AS maker_id, f.name AS maker_name, l.description AS description, l.uom AS uom,
       l.quantity AS quantity, l.shared_quantity AS shared_quantity,
       l.shipped_quantity AS shipped_quantity, l.received_quantity AS received_quantity,
       l.rejected_quantity AS rejected_quantity, l.made_percent AS own_percent,
       l.need_by AS need_by, l.promised_on AS promised_on, s.ends_at AS ends_at,
       s.version AS version, s.created_at AS created_at
ORDER BY depth, created_at, id LIMIT 1000
"""


def list_below(tx: Tx, order: Order, *, viewer: str) -> list[SharePart]:
    """All shares below an order of the viewer, in reading order, rolled up; no price is read.

    Ended shares are for the sharer alone.
    """
    below = rows(tx, TREE, id=order.id, root_id=order.root_id, viewer=viewer, over=list(OVER))
    return rolled_up([_read_share(record) for record in below])


def _read_share(record: dict[str, Any]) -> SharePart:
    record.pop("created_at")
    quantities = {name: tidy_quantity(record[name]) for name in orders.LINE_QUANTITIES}
    return SharePart(**{**record, **quantities, "description": record["description"] or ""})


ROOT_SUPPLIER = """
MATCH (s:Order {id: $id}) WITH s WHERE s.depth > 0 AND s.root_buyer_id = $viewer
MATCH (o:Order {id: s.root_id})-[:SUPPLIED_BY]->(f:Firm)
RETURN f.name AS name
"""


def name_root_supplier(tx: Tx, share_id: str, *, viewer: str) -> str:
    """The name of the firm that supplies the viewer's own order which a share is part of."""
    record = row(tx, ROOT_SUPPLIER, id=share_id, viewer=viewer)
    return record["name"] if record else ""


FOR_ROOT = """
MATCH (s:Order {id: $id})
WITH s WHERE s.depth > 0 AND s.root_buyer_id = $viewer
MATCH (s)-[:HAS_LINE]->(l:OrderLine)
MATCH (s)-[:BOUGHT_BY]->(b:Firm)
MATCH (s)-[:SUPPLIED_BY]->(f:Firm)
RETURN s.id AS id, s.root_id AS root_id, s.parent_line_id AS parent_line_id, l.id AS line_id,
       s.depth AS depth, s.number AS number, s.state AS state, b.id AS sharer_id,
       b.name AS sharer_name,
       f.id AS maker_id, f.name AS maker_name, l.description AS description, l.uom AS uom,
       l.quantity AS quantity, l.shared_quantity AS shared_quantity,
       l.shipped_quantity AS shipped_quantity, l.received_quantity AS received_quantity,
       l.rejected_quantity AS rejected_quantity, l.made_percent AS own_percent,
       l.need_by AS need_by, l.promised_on AS promised_on, s.ends_at AS ends_at,
       s.version AS version, s.created_at AS created_at
"""


def get_for_root(tx: Tx, share_id: str, *, viewer: str) -> SharePart:
    """A share of an order of the viewer, as the root buyer sees it; no price is read.

    Raises:
        NotFound: no such share of an order that the viewer placed.
    """
    record = row(tx, FOR_ROOT, id=share_id, viewer=viewer)
    if record is None:
        raise NotFound
    return _read_share(record)


def lock_for_root(tx: Tx, share_id: str, *, viewer: str) -> tuple[Order, Order | None]:
    """Take the write locks of a share and its parent for the root buyer, then look.

    Raises:
        NotFound: as for ``get_for_root``.
    """
    get_for_root(tx, share_id, viewer=viewer)
    return orders.lock_with_parent(tx, share_id, viewer=None)
