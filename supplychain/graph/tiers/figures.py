"""The figures of the firms in a tier picture, as far as the viewer may see them.

A firm's own figures are read by itself and by the leader of a chain that it is a member of; of a
direct partner the viewer reads what the two trade together and nothing else.
"""

from __future__ import annotations

from typing import Any

from supplychain.graph.engine.transactions import Tx, row
from supplychain.model.tiers import LOAD_WEEKS, OPEN_ORDER_STATES, SOLE_SHARE, Figures, is_sole


def figures_of(
    tx: Tx, firm_ids: list[str], *, viewer: str, week: int
) -> dict[str, tuple[Figures, str]]:
    """Figures and main category by firm; the category is "" where the firm says none."""
    trades = _capabilities(tx, firm_ids, viewer=viewer, week=week)
    orders = _orders(tx, firm_ids, viewer=viewer)
    together = _together(tx, firm_ids, viewer=viewer)
    found: dict[str, tuple[Figures, str]] = {}
    for firm_id in firm_ids:
        load, lines, on_time, category = trades.get(firm_id, (None, 0, 0, ""))
        if firm_id in orders:
            found[firm_id] = (
                Figures(
                    load=load,
                    on_time=on_time / lines if lines else None,
                    evidence=lines,
                    open_orders=orders[firm_id],
                    scope="own",
                ),
                category,
            )
        elif firm_id in together:
            lines, on_time, open_orders = together[firm_id]
            figures = Figures(
                on_time=on_time / lines if lines else None,
                evidence=lines,
                open_orders=open_orders,
                scope="together",
            )
            found[firm_id] = (figures, category)
    return found


CAPABILITIES = """
UNWIND $ids AS firm_id
MATCH (f:Firm {id: firm_id})
WITH f, f.id = $viewer
     OR EXISTS { MATCH (f)-[m:BELONGS_TO]->(:Chain)<-[:LEADS]-(:Firm {id: $viewer})
                 WHERE m.state = 'member' } AS seen
MATCH (f)-[:CAN_MAKE]->(c:Capability)-[:COVERS]->(k:Category)
WITH f.id AS id, k.name AS category, coalesce(c.weekly_capacity, 0) AS capacity,
     CASE WHEN seen THEN coalesce(c.delivered_lines, 0) ELSE 0 END AS lines,
     CASE WHEN seen THEN coalesce(c.on_time_lines, 0) ELSE 0 END AS on_time,
     CASE WHEN seen AND c.weekly_capacity > 0
          THEN reduce(total = 0, i IN range(0, size(coalesce(c.booked_weeks, [])) - 1) |
               CASE WHEN c.booked_weeks[i] >= $week AND c.booked_weeks[i] < $week + $weeks
                    THEN total + c.booked_quantities[i] ELSE total END)
               * 1.0 / ($weeks * c.weekly_capacity)
          ELSE -1.0 END AS load
ORDER BY id, capacity DESC, category LIMIT 50000
RETURN collect(id) AS ids, collect(category) AS categories, collect(lines) AS lines,
       collect(on_time) AS on_time, collect(load) AS loads
"""


def _capabilities(
    tx: Tx, firm_ids: list[str], *, viewer: str, week: int
) -> dict[str, tuple[float | None, int, int, str]]:
    """Load of the busiest capability, deliveries, those on time, and the largest category."""
    found = row(tx, CAPABILITIES, ids=firm_ids, viewer=viewer, week=week, weeks=LOAD_WEEKS)
    assert found is not None
    made: dict[str, tuple[float | None, int, int, str]] = {}
    columns = (found[each] for each in ("ids", "categories", "lines", "on_time", "loads"))
    for firm_id, category, lines, on_time, load in zip(*columns, strict=True):
        before = made.get(firm_id, (None, 0, 0, category))
        known = [each for each in (before[0], load) if each is not None and each >= 0]
        made[firm_id] = (
            max(known, default=None),
            before[1] + lines,
            before[2] + on_time,
            before[3],
        )
    return made


ORDERS = """
UNWIND $ids AS firm_id
MATCH (f:Firm {id: firm_id})
WHERE (f.id = $viewer
   OR EXISTS { MATCH (f)-[m:BELONGS_TO]->(:Chain)<-[:LEADS]-(:Firm {id: $viewer})
               WHERE m.state = 'member' })
OPTIONAL MATCH (f)<-[:SUPPLIED_BY]-(o:Order) WHERE o.state IN $states
WITH f.id AS id, count(o) AS orders ORDER BY id LIMIT 10000
RETURN collect(id) AS ids, collect(orders) AS orders
"""


def _orders(tx: Tx, firm_ids: list[str], *, viewer: str) -> dict[str, int]:
    """Open orders by supplier: the viewer's own and those of members of a chain it leads."""
    found = row(tx, ORDERS, ids=firm_ids, viewer=viewer, states=list(OPEN_ORDER_STATES))
    assert found is not None
    return dict(zip(found["ids"], found["orders"], strict=True))


PARTNERS = """
MATCH (v:Firm {id: $viewer})-[:SUPPLIES]-(f:Firm)
WHERE f.id IN $ids
WITH DISTINCT f.id AS id ORDER BY id LIMIT 10000
RETURN collect(id) AS ids
"""


def _together(tx: Tx, firm_ids: list[str], *, viewer: str) -> dict[str, tuple[int, int, int]]:
    """Deliveries, those on time, and open orders between the viewer and each direct partner."""
    found = row(tx, PARTNERS, ids=firm_ids, viewer=viewer)
    partners: list[str] = found["ids"] if found else []
    bought, sold = _bought(tx, partners, viewer=viewer), _sold(tx, partners, viewer=viewer)
    open_orders = _open_orders(tx, partners, viewer=viewer)
    none = (0, 0)
    return {
        each: (
            bought.get(each, none)[0] + sold.get(each, none)[0],
            bought.get(each, none)[1] + sold.get(each, none)[1],
            open_orders.get(each, 0),
        )
        for each in partners
    }


BOUGHT = """
MATCH (d:Delivery {buyer_id: $viewer})
WHERE d.supplier_id IN $ids AND d.delivered_on IS NOT NULL
WITH d.supplier_id AS id, count(d) AS lines,
     sum(CASE WHEN d.delivered_on <= d.promised_on THEN 1 ELSE 0 END) AS on_time
ORDER BY id LIMIT 10000
RETURN collect(id) AS ids, collect(lines) AS lines, collect(on_time) AS on_time
"""


def _bought(tx: Tx, partners: list[str], *, viewer: str) -> dict[str, tuple[int, int]]:
    """Deliveries from each partner to the viewer, and those on time."""
    found = row(tx, BOUGHT, ids=partners, viewer=viewer)
    assert found is not None
    return {each: (n, good) for each, n, good in _columns(found, "ids", "lines", "on_time")}


SOLD = """
MATCH (d:Delivery {supplier_id: $viewer})
WHERE d.buyer_id IN $ids AND d.delivered_on IS NOT NULL
WITH d.buyer_id AS id, count(d) AS lines,
     sum(CASE WHEN d.delivered_on <= d.promised_on THEN 1 ELSE 0 END) AS on_time
ORDER BY id LIMIT 10000
RETURN collect(id) AS ids, collect(lines) AS lines, collect(on_time) AS on_time
"""


def _sold(tx: Tx, partners: list[str], *, viewer: str) -> dict[str, tuple[int, int]]:
    """Deliveries from the viewer to each partner, and those on time."""
    found = row(tx, SOLD, ids=partners, viewer=viewer)
    assert found is not None
    return {each: (n, good) for each, n, good in _columns(found, "ids", "lines", "on_time")}


OPEN = """
MATCH (v:Firm {id: $viewer})<-[:BOUGHT_BY|SUPPLIED_BY]-(o:Order)-[:BOUGHT_BY|SUPPLIED_BY]->(f:Firm)
WHERE o.state IN $states AND f.id IN $ids AND f.id <> $viewer
WITH f.id AS id, count(DISTINCT o) AS orders ORDER BY id LIMIT 10000
RETURN collect(id) AS ids, collect(orders) AS orders
"""


def _open_orders(tx: Tx, partners: list[str], *, viewer: str) -> dict[str, int]:
    """Open orders between the viewer and each partner, either way."""
    found = row(tx, OPEN, ids=partners, viewer=viewer, states=list(OPEN_ORDER_STATES))
    assert found is not None
    return dict(_columns(found, "ids", "orders"))


def _columns(found: dict[str, Any], *names: str) -> list[tuple[Any, ...]]:
    return list(zip(*(found[name] for name in names), strict=True))


SOLE = """
UNWIND $ids AS firm_id
MATCH (b:Firm {id: firm_id})
WHERE (b.id = $viewer
   OR EXISTS { MATCH (b)-[m:BELONGS_TO]->(:Chain)<-[:LEADS]-(:Firm {id: $viewer})
               WHERE m.state = 'member' })
MATCH (b)<-[r:SUPPLIES]-(s:Firm)
WHERE ($parts IS NULL OR r.part_id IN $parts)
WITH b.id AS buyer, r.part_id AS part, s.id AS supplier, coalesce(r.share, 0.0) AS share
ORDER BY buyer, part, supplier LIMIT 50000
WITH buyer, part, collect(supplier) AS suppliers, collect(share) AS shares
WHERE size(suppliers) = 1 OR any(share IN shares WHERE share >= $sole)
RETURN collect(buyer) AS buyers, collect(suppliers) AS suppliers, collect(shares) AS shares
"""


def sole_links(
    tx: Tx, firm_ids: list[str], *, viewer: str, parts: list[str] | None = None
) -> set[tuple[str, str]]:
    """(supplier, buyer) where the supplier is the buyer's only source of some part.

    Told of the viewer itself as a buyer and of the members of a chain it leads: a supplier never
    learns from the picture that its customer cannot do without it.
    """
    found = row(tx, SOLE, ids=firm_ids, viewer=viewer, parts=parts, sole=SOLE_SHARE)
    assert found is not None
    return {
        (supplier, buyer)
        for buyer, suppliers, shares in _columns(found, "buyers", "suppliers", "shares")
        for supplier, share in zip(suppliers, shares, strict=True)
        if is_sole(supplier, share, suppliers)
    }
