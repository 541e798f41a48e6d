"""The tiers around a firm, found tier by tier: one query a tier, never a path enumeration.

Only witnessed relations lead from firm to firm. Who is named is decided in the pattern of each
query: the viewer itself, the other end of a witnessed relation the viewer has itself, and the
members of a chain the viewer leads. What the viewer alone says is drawn on its own map, marked, and
leads nowhere. Whoever else is met comes back without a name and leaves this module under a key that
says nothing about it.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from supplychain.config import settings
from supplychain.errors import NotFound
from supplychain.graph import audiences
from supplychain.graph.engine.reading import together
from supplychain.graph.engine.transactions import Tx, row, rows
from supplychain.graph.tiers.figures import figures_of, sole_links
from supplychain.graph.tiers.reach import TierLinks, reach_tiers, read_bill, read_links
from supplychain.model.tiers import Figures, TierLink, TierMap, TierNode, count_branches

MAX_LINKS = 20_000
"""How many supply relations one tier may bring in."""
MAX_FIRMS = 4_000
"""How many firms a picture may hold."""
MAX_TIERS = 6


def around_firm(
    tx: Tx,
    firm_id: str,
    *,
    viewer: str,
    week: int,
    today: date | None = None,
    up: int = 4,
    down: int = 3,
) -> TierMap:
    """The tiers around a firm: the viewer's own, a direct partner's or a chain member's.

    Args:
        tx: a read transaction.
        firm_id: the firm in the middle.
        viewer: the firm that looks.
        week: this week (``supplychain.model.weeks``), from which the load is counted.
        today: the day on which lines are overdue; None: none is.
        up: how many tiers of suppliers, 0 to 6.
        down: how many tiers of customers, 0 to 6.

    Raises:
        NotFound: there is no such firm, or it is not the viewer's to look at.
    """
    return _read_map(tx, firm_id, viewer=viewer, week=week, today=today, up=up, down=down)


PART = """
MATCH (p:Part {id: $part_id})
WHERE p.designer_id IS NULL OR p.designer_id = $viewer
   OR EXISTS { MATCH (:Offer {id: $viewer + '|' + $part_id}) }
   OR EXISTS { MATCH (:Firm {id: $viewer})-[r:SUPPLIES]-(f:Firm)
               WHERE r.part_id = $part_id AND r.witnessed
                 AND (r.claimed_by IN ['operator', 'order'] OR f.id = p.designer_id) }
   OR EXISTS { MATCH (p)<-[:FOR_PART]-(l:RequestLine)
               MATCH (:Invitation {id: l.request_id + '|' + $viewer}) }
   OR EXISTS { MATCH (:OrderLine {sold_key: $viewer + '|' + $part_id}) }
RETURN p.id AS id
"""


def around_part(
    tx: Tx,
    part_id: str,
    *,
    viewer: str,
    week: int,
    today: date | None = None,
    up: int = 4,
    down: int = 3,
) -> TierMap:
    """The tiers through which one part reaches the viewer and leaves it.

    The first step follows the part itself and what its bill of materials holds (where that is the
    viewer's own or a catalogue part's); further steps follow the bill of materials too, or every
    relation of the firms found where there is none.

    Raises:
        NotFound: there is no such part, or it is not the viewer's to look at.
    """
    return _read_map(
        tx, viewer, viewer=viewer, week=week, today=today, up=up, down=down, part_id=part_id
    )


def _read_parts(tx: Tx, part_id: str | None, viewer: str) -> list[str] | None:
    """A part and its bill of materials, if the viewer may look at it; None for all parts."""
    if part_id is None:
        return None
    found, parts = together(
        lambda: row(tx, PART, part_id=part_id, viewer=viewer),
        lambda: read_bill(tx, part_id, viewer=viewer),
    )
    if found is None:
        raise NotFound
    return parts


@dataclass(slots=True, kw_only=True)
class _TierSearch:
    """What was found so far; a key is a firm's id, or that behind ``?`` where it is hidden.

    ``claimed`` are the links that the viewer alone says, ``unsure`` the firms that only they lead
    to.
    """

    tiers: dict[str, int]
    profiles: dict[str, tuple[str, str]]
    links: dict[tuple[str, str], int] = field(default_factory=dict)
    claimed: set[tuple[str, str]] = field(default_factory=set)
    unsure: set[str] = field(default_factory=set)
    cut: bool = False


def _read_map(
    tx: Tx,
    firm_id: str,
    *,
    viewer: str,
    week: int,
    today: date | None,
    up: int,
    down: int,
    part_id: str | None = None,
) -> TierMap:
    up, down = min(up, MAX_TIERS), min(down, MAX_TIERS)
    parts, focal, above, below, shows, suppliers, buyers = together(
        lambda: _read_parts(tx, part_id, viewer),
        lambda: _read_focal(tx, firm_id, viewer=viewer),
        lambda: reach_tiers(tx, firm_id, side=-1, steps=up),
        lambda: reach_tiers(tx, firm_id, side=1, steps=down),
        lambda: audiences.read_near(tx, viewer=viewer),
        lambda: _list_claimed_suppliers(tx, viewer),
        lambda: _list_claimed_buyers(tx, viewer),
    )
    claimed = {firm["id"] for firm in (*suppliers, *buyers)} if firm_id == viewer else set()
    reached = sorted({firm_id, *claimed, *(one for tier in (*above, *below) for one in tier)})
    links_up, links_down, figures, sole = together(
        lambda: read_links(tx, firm_id, above, viewer=viewer, side=-1),
        lambda: read_links(tx, firm_id, below, viewer=viewer, side=1),
        lambda: figures_of(tx, reached, viewer=viewer, week=week, today=today, shows=shows),
        lambda: sole_links(tx, reached, viewer=viewer, parts=parts),
    )
    search = _TierSearch(tiers={firm_id: 0}, profiles={firm_id: (focal["name"], focal["city"])})
    deeper = parts if parts and len(parts) > 1 else None
    _walk_tiers(tx, search, firm_id, -1, up, viewer, (parts, deeper), links_up)
    sold = [part_id] if part_id else None
    _walk_tiers(tx, search, firm_id, 1, down, viewer, (sold, None), links_down)
    if firm_id == viewer and up:
        _add_claims(search, viewer, -1, _pick_claims(suppliers, parts))
    if firm_id == viewer and down:
        _add_claims(search, viewer, 1, _pick_claims(buyers, sold))
    named = sorted(search.profiles)
    if not set(named) <= set(reached):  # read tier by tier after all
        figures = figures_of(tx, named, viewer=viewer, week=week, today=today, shows=shows)
        sole = sole_links(tx, named, viewer=viewer, parts=parts)
    return _make_map(search, firm_id, viewer, figures, sole, part_id)


def _pick_claims(firms: list[dict[str, Any]], parts: list[str] | None) -> list[dict[str, Any]]:
    """The firms that the viewer alone says, with the number of relations in these parts."""
    counted = [
        {**firm, "parts": sum(one in wanted for one in firm["part_ids"])}
        for firm in firms
        for wanted in [firm["part_ids"] if parts is None else parts]
    ]
    return [firm for firm in counted if firm["parts"]]


FOCAL = """
MATCH (f:Firm {id: $firm_id})
WHERE f.id = $viewer
   OR EXISTS { MATCH (f)-[r:SUPPLIES]->(o:Firm) WHERE r.witnessed AND o.id = $viewer }
   OR EXISTS { MATCH (f)<-[r:SUPPLIES]-(o:Firm) WHERE r.witnessed AND o.id = $viewer }
   OR EXISTS { MATCH (:Tray {id: f.id + '|chains|member'})<-[:LIES_IN]-(n:TrayNote)
               MATCH (led:Chain {id: n.about_id}) WHERE led.leader_id = $viewer }
RETURN f.name AS name, coalesce(f.city, '') AS city
"""


def _read_focal(tx: Tx, firm_id: str, *, viewer: str) -> dict[str, Any]:
    """Name and city of the firm in the middle, if the viewer may put it there."""
    found = row(tx, FOCAL, firm_id=firm_id, viewer=viewer)
    if found is None:
        raise NotFound
    return found


def _walk_tiers(
    tx: Tx,
    search: _TierSearch,
    firm_id: str,
    side: int,
    steps: int,
    viewer: str,
    parts: tuple[list[str] | None, list[str] | None],
    links: TierLinks,
) -> None:
    """Go ``steps`` tiers up (side -1) or down (side 1), adding firms and links to the search."""
    expanded, frontier = {firm_id}, [firm_id]
    for step in range(1, steps + 1):
        wanted = parts[0] if step == 1 else parts[1]
        find = _read_suppliers if side < 0 else _read_buyers
        hidden = [each for each in frontier if each not in search.tiers]
        found = links.find(frontier, viewer=viewer, parts=wanted, hidden=hidden)
        if found is None:
            found = find(tx, frontier, viewer=viewer, parts=wanted, hidden=hidden)
        frontier = _add_tier(search, found, side * step)
        frontier = sorted({each for each in frontier if each not in expanded})
        expanded.update(frontier)
        if not frontier:
            return
    if not steps:
        return
    ids_shown = sorted(_list_ids(search))
    goes_on = links.goes_beyond(frontier, ids_shown)
    if goes_on is None:
        goes_on = _goes_on(tx, frontier, ids_shown, side)
    search.cut = search.cut or goes_on


def _list_ids(search: _TierSearch) -> set[str]:
    return {key.removeprefix("?") for key in search.tiers}


def _add_tier(search: _TierSearch, columns_of_tier: dict[str, Any], tier: int) -> list[str]:
    """Take in one tier's columns; returns the ids of the firms met for the first time."""
    fresh: list[str] = []
    columns = ("near_ids", "far_ids", "names", "cities", "seen", "parts")
    search.cut = search.cut or len(columns_of_tier["far_ids"]) > MAX_LINKS
    for near_id, far_id, name, city, seen, parts in zip(
        *(columns_of_tier[column][:MAX_LINKS] for column in columns), strict=True
    ):
        key = far_id if seen else f"?{far_id}"
        near = near_id if near_id in search.tiers else f"?{near_id}"
        if key not in search.tiers:
            if len(search.tiers) >= MAX_FIRMS:
                search.cut = True
                continue
            search.tiers[key] = tier
            if not seen or f"?{far_id}" not in search.tiers:
                fresh.append(far_id)
        if seen:
            search.profiles.setdefault(key, (name, city))
        pair = (key, near) if tier < 0 else (near, key)
        search.links.setdefault(pair, parts)
    return fresh


SUPPLIERS = """
UNWIND $frontier AS id
MATCH (near:Firm {id: id})<-[r:SUPPLIES]-(far:Firm)
WHERE r.witnessed AND ($parts IS NULL OR r.part_id IN $parts)
  AND NOT (far.id = $viewer AND near.id IN $hidden)
WITH near, far, count(DISTINCT r.part_id) AS parts
WITH near, far, parts, near.id = $viewer OR far.id = $viewer
     OR EXISTS { MATCH (:Tray {id: far.id + '|chains|member'})<-[:LIES_IN]-(n:TrayNote)
                 MATCH (led:Chain {id: n.about_id}) WHERE led.leader_id = $viewer } AS seen
WITH near.id AS near_id, far.id AS far_id, seen, CASE WHEN seen THEN parts ELSE 1 END AS parts,
     CASE WHEN seen THEN far.name ELSE '' END AS name,
     CASE WHEN seen THEN coalesce(far.city, '') ELSE '' END AS city
ORDER BY near_id, far_id LIMIT $limit
RETURN collect(near_id) AS near_ids, collect(far_id) AS far_ids, collect(seen) AS seen,
       collect(name) AS names, collect(city) AS cities, collect(parts) AS parts
"""


def _read_suppliers(
    tx: Tx, frontier: list[str], *, viewer: str, parts: list[str] | None, hidden: list[str]
) -> dict[str, Any]:
    found = row(
        tx,
        SUPPLIERS,
        frontier=frontier,
        viewer=viewer,
        parts=parts,
        hidden=hidden,
        limit=MAX_LINKS + 1,
    )
    assert found is not None
    return found


BUYERS = """
UNWIND $frontier AS id
MATCH (near:Firm {id: id})-[r:SUPPLIES]->(far:Firm)
WHERE r.witnessed AND ($parts IS NULL OR r.part_id IN $parts)
  AND NOT (far.id = $viewer AND near.id IN $hidden)
WITH near, far, count(DISTINCT r.part_id) AS parts
WITH near, far, parts, near.id = $viewer OR far.id = $viewer
     OR EXISTS { MATCH (:Tray {id: far.id + '|chains|member'})<-[:LIES_IN]-(n:TrayNote)
                 MATCH (led:Chain {id: n.about_id}) WHERE led.leader_id = $viewer } AS seen
WITH near.id AS near_id, far.id AS far_id, seen, CASE WHEN seen THEN parts ELSE 1 END AS parts,
     CASE WHEN seen THEN far.name ELSE '' END AS name,
     CASE WHEN seen THEN coalesce(far.city, '') ELSE '' END AS city
ORDER BY near_id, far_id LIMIT $limit
RETURN collect(near_id) AS near_ids, collect(far_id) AS far_ids, collect(seen) AS seen,
       collect(name) AS names, collect(city) AS cities, collect(parts) AS parts
"""


def _read_buyers(
    tx: Tx, frontier: list[str], *, viewer: str, parts: list[str] | None, hidden: list[str]
) -> dict[str, Any]:
    found = row(
        tx,
        BUYERS,
        frontier=frontier,
        viewer=viewer,
        parts=parts,
        hidden=hidden,
        limit=MAX_LINKS + 1,
    )
    assert found is not None
    return found


CLAIMED_SUPPLIERS = """
MATCH (v:Firm {id: $viewer})<-[r:SUPPLIES]-(o:Firm)
WHERE r.claimed_by = $viewer AND NOT r.witnessed
RETURN o.id AS id, o.name AS name, coalesce(o.city, '') AS city,
       collect(coalesce(r.part_id, '')) AS part_ids
ORDER BY id LIMIT $limit
"""


def _list_claimed_suppliers(tx: Tx, viewer: str) -> list[dict[str, Any]]:
    return rows(tx, CLAIMED_SUPPLIERS, viewer=viewer, limit=MAX_LINKS)


CLAIMED_BUYERS = """
MATCH (v:Firm {id: $viewer})-[r:SUPPLIES]->(o:Firm)
WHERE r.claimed_by = $viewer AND NOT r.witnessed
RETURN o.id AS id, o.name AS name, coalesce(o.city, '') AS city,
       collect(coalesce(r.part_id, '')) AS part_ids
ORDER BY id LIMIT $limit
"""


def _list_claimed_buyers(tx: Tx, viewer: str) -> list[dict[str, Any]]:
    return rows(tx, CLAIMED_BUYERS, viewer=viewer, limit=MAX_LINKS)


def _add_claims(search: _TierSearch, viewer: str, tier: int, firms: list[dict[str, Any]]) -> None:
    """Draw what the viewer alone says, marked, at tier -1 or 1 of its own map.

    Added when all else was walked: nothing leads on from such a firm, and nothing that the picture
    shows without it changes.
    """
    for firm in firms:
        pair = (firm["id"], viewer) if tier < 0 else (viewer, firm["id"])
        is_new = firm["id"] not in search.tiers
        if pair in search.links:
            continue
        if is_new and len(search.tiers) >= MAX_FIRMS:
            search.cut = True
            return
        search.links[pair] = firm["parts"]
        search.claimed.add(pair)
        if is_new:
            search.unsure.add(firm["id"])
            search.tiers[firm["id"]] = tier
            search.profiles[firm["id"]] = (firm["name"], firm["city"])


GOES_ON = """
UNWIND $frontier AS id
MATCH (near:Firm {id: id})
WHERE (($side < 0 AND EXISTS { MATCH (near)<-[r:SUPPLIES]-(far:Firm)
                               WHERE r.witnessed AND NOT far.id IN $known })
    OR ($side > 0 AND EXISTS { MATCH (near)-[r:SUPPLIES]->(far:Firm)
                               WHERE r.witnessed AND NOT far.id IN $known }))
RETURN near.id AS id LIMIT 1
"""


def _goes_on(tx: Tx, frontier: list[str], ids_shown: list[str], side: int) -> bool:
    """Whether there is another tier behind the last one shown."""
    return row(tx, GOES_ON, frontier=frontier, known=ids_shown, side=side) is not None


def _make_map(
    search: _TierSearch,
    firm_id: str,
    viewer: str,
    figures: dict[str, tuple[Figures, str]],
    sole: set[tuple[str, str]],
    part_id: str | None,
) -> TierMap:
    hidden = _number_hidden(search.tiers, f"{viewer}|{firm_id}")
    public = {key: _public_key(key, hidden, search.tiers) for key in search.tiers}
    feeding = count_branches(search.tiers, search.links)
    links = tuple(
        TierLink(
            supplier=public[supplier],
            buyer=public[buyer],
            parts=parts,
            sole=(supplier.removeprefix("?"), buyer) in sole,
            claimed=(supplier, buyer) in search.claimed,
        )
        for (supplier, buyer), parts in search.links.items()
    )
    counts = Counter(link.supplier for link in links if link.sole)
    nodes = [
        _make_node(
            key, search, figures, hidden, public[key], (counts[public[key]], feeding.get(key, 0))
        )
        for key in search.tiers
    ]
    nodes.sort(key=lambda each: (each.tier, each.hidden, each.name or "", each.number, each.key))
    links = tuple(sorted(links, key=lambda each: (each.supplier, each.buyer)))
    return TierMap(
        focal=firm_id,
        viewer=viewer,
        nodes=tuple(nodes),
        links=links,
        cut=search.cut,
        part_id=part_id,
    )


def _make_node(
    key: str,
    search: _TierSearch,
    figures_by_key: dict[str, tuple[Figures, str]],
    hidden: dict[str, int],
    public: str,
    marks: tuple[int, int],
) -> TierNode:
    name, city = search.profiles.get(key, (None, ""))
    figures, category = figures_by_key.get(key, (Figures(), ""))
    return TierNode(
        key=public,
        tier=search.tiers[key],
        name=name,
        number=hidden.get(key, 0),
        city=city,
        category=category,
        figures=figures,
        sole=marks[0],
        branches=marks[1],
        claimed=key in search.unsure,
    )


def _number_hidden(tiers: dict[str, int], picture: str) -> dict[str, int]:
    """Numbers of the hidden firms within their tiers, the same each time for the same picture.

    Their order is a keyed digest: it tells nothing about ids or names, and a firm's number in one
    viewer's picture cannot be matched with its number in another's.
    """
    secret = settings().secret_key.encode()
    found: dict[str, int] = {}
    counts: dict[int, int] = {}
    keys = [key for key in tiers if key.startswith("?")]
    for key in sorted(
        keys, key=lambda each: hmac.digest(secret, f"{picture}|{each}".encode(), hashlib.sha256)
    ):
        counts[tiers[key]] = counts.get(tiers[key], 0) + 1
        found[key] = counts[tiers[key]]
    return found


def _public_key(key: str, hidden: dict[str, int], tiers: dict[str, int]) -> str:
    """The key that leaves this module: a named firm's id, or a hidden one's place."""
    if key not in hidden:
        return key
    return f"hidden.{'s' if tiers[key] < 0 else 'c'}{abs(tiers[key])}.{hidden[key]}"
