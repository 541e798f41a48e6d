"""Further sites of firms in the graph.

A site keeps what its firm states; each capability has the paces of all sites that make of it
(``Capability.site_paces``, ``site_work``), so that a ranking reads them with the rest.
``copy_paces`` alone writes them, under the firm's lock.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from supplychain.errors import NotFound
from supplychain.graph.engine.transactions import Tx, nonce, rows, run
from supplychain.model.calendars.work_calendar import read_calendar
from supplychain.model.capacity.sites import SiteCapacity, WorkSite, join_sites

LIST = """
MATCH (s:Site {firm_id: $viewer})
RETURN s.id AS id, s.firm_id AS firm_id, s.name AS name, s.city AS city,
       s.time_zone AS time_zone, s.calendar AS calendar, s.categories AS categories,
       s.works AS works, s.units AS units, s.version AS version
ORDER BY name, id LIMIT 1000
"""


def list_own(tx: Tx, *, viewer: str) -> list[WorkSite]:
    """The further sites of the viewer's firm, by name."""
    return [_read_site(record) for record in rows(tx, LIST, viewer=viewer)]


def get(tx: Tx, site_id: str, *, viewer: str) -> WorkSite:
    """One of the viewer's own.

    Raises:
        NotFound: no such site, or another firm's.
    """
    found = [one for one in list_own(tx, viewer=viewer) if one.id == site_id]
    if not found:
        raise NotFound
    return found[0]


def _read_site(record: dict[str, Any]) -> WorkSite:
    columns = (record.pop(name) or [] for name in ("categories", "works", "units"))
    capacities = tuple(
        SiteCapacity(
            category_id=category_id,
            weekly_pieces=work if unit == "pieces" else None,
            weekly_hours_e4=work if unit == "hours" else None,
        )
        for category_id, work, unit in zip(*columns, strict=True)
    )
    return WorkSite(
        **{
            **record,
            "city": record["city"] or "",
            "time_zone": record["time_zone"] or "",
            "calendar": read_calendar(record["calendar"] or ""),
            "capacities": capacities,
        }
    )


SAVE = """
MATCH (f:Firm {id: $firm_id})
MERGE (s:Site {id: $id})
SET s.firm_id = f.id, s.name = $name, s.city = $city, s.time_zone = $time_zone,
    s.calendar = $calendar, s.categories = $categories, s.works = $works, s.units = $units,
    s.version = $version
MERGE (f)-[:HAS_SITE]->(s)
"""


def save(tx: Tx, site: WorkSite) -> None:
    """Store a site of a locked firm; its capabilities follow."""
    run(
        tx,
        SAVE,
        id=site.id,
        firm_id=site.firm_id,
        name=site.name,
        city=site.city or None,
        time_zone=site.time_zone or None,
        calendar=site.calendar.to_text(),
        categories=[each.category_id for each in site.capacities],
        works=[each.work for each in site.capacities],
        units=["hours" if each.in_hours else "pieces" for each in site.capacities],
        version=site.version,
    )
    copy_paces(tx, [site.firm_id])


DELETE = "MATCH (s:Site {id: $id}) DETACH DELETE s"


def delete(tx: Tx, site: WorkSite) -> None:
    """Remove a site of a locked firm; its capabilities follow."""
    run(tx, DELETE, id=site.id)
    copy_paces(tx, [site.firm_id])


OWN = """
UNWIND $firm_ids AS firm_id
MATCH (k:Capability {firm_id: firm_id})
WHERE k.site_paces IS NOT NULL OR EXISTS { MATCH (:Site {firm_id: firm_id}) }
SET k.lock = $nonce
RETURN k.id AS id, k.firm_id AS firm_id, k.category_id AS category_id,
       k.pace IS NOT NULL AS in_hours, k.site_paces AS site_paces
ORDER BY id LIMIT 100000
"""

COPY = """
UNWIND $paces AS one
MATCH (k:Capability {id: one.id})
SET k.site_paces = one.site_paces, k.site_work = one.site_work,
    k.version = coalesce(k.version, 0) + 1
"""


def copy_paces(tx: Tx, firm_ids: Iterable[str]) -> None:
    """Let all capabilities of locked firms have the paces of their firm's sites."""
    own = rows(tx, OWN, firm_ids=sorted(set(firm_ids)), nonce=nonce())
    sites = {one["firm_id"]: list_own(tx, viewer=one["firm_id"]) for one in own}
    changed = []
    for one in own:
        text, work = join_sites(sites[one["firm_id"]], one["category_id"], in_hours=one["in_hours"])
        if text != one["site_paces"]:
            changed.append({"id": one["id"], "site_paces": text, "site_work": work})
    if changed:
        run(tx, COPY, paces=changed)


MOVE = """
MATCH (d:Firm {id: $drop_id})-[l:HAS_SITE]->(s:Site)
MATCH (k:Firm {id: $keep_id})
CREATE (k)-[:HAS_SITE]->(s)
DELETE l
SET s.firm_id = $keep_id
"""


def take_over(tx: Tx, *, keep_id: str, drop_id: str) -> None:
    """The sites of a twin are those of the firm that stays.

    To be called when the twin's capabilities are the other's already.
    """
    run(tx, MOVE, keep_id=keep_id, drop_id=drop_id)
    copy_paces(tx, [keep_id])
