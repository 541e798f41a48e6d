"""Everything of one category carried over to another: a word becomes the node that it names.

What is of one firm goes in one transaction, with the firm locked; the rest goes in pages. Each step
may be run again, and finds nothing where it was done.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from supplychain.graph.capacity import part_hours, sites
from supplychain.graph.capacity.due_days import book_open_lines
from supplychain.graph.engine.transactions import Tx, nonce, row, rows, run
from supplychain.graph.merging.capabilities import join_taken
from supplychain.graph.track_records import write_track_records
from supplychain.model.capacity.bookings import capability_id

PAGE_ROWS: Final = 2_000
"""Lines, parts or deliveries in one transaction."""

ENSURE = "MERGE (c:Category {id: $id}) ON CREATE SET c.name = $name"


def ensure(tx: Tx, id: str, *, name: str) -> None:
    """Make the category to which something is carried, where it is not there."""
    run(tx, ENSURE, id=id, name=name)


FIRMS = """
MATCH (k:Capability {category_id: $id})
RETURN collect(k.firm_id) AS ids LIMIT 1
"""


def list_firms(tx: Tx, id: str) -> list[str]:
    """The firms that have a capability of a category, declared or not."""
    record = row(tx, FIRMS, id=id)
    return sorted(record["ids"]) if record else []


DELIVERIES = """
MATCH (d:Delivery {supplier_id: $firm_id}) WHERE d.category_id = $old
SET d.category_id = $new, d.lock = $nonce
"""

OPEN_DELIVERIES = """
MATCH (o:OpenDelivery {supplier_id: $firm_id}) WHERE o.category_id = $old
SET o.category_id = $new
"""

FORGET_WORDS = "MATCH (r:BuyerRecord {capability_id: $old_id}) DELETE r"

OWN = """
UNWIND $ids AS id
MATCH (k:Capability {id: id}) SET k.lock = $nonce
RETURN k.id AS id, properties(k) AS facts
"""

RENAME = """
MATCH (k:Capability {id: $old_id})-[c:COVERS]->(:Category)
MATCH (g:Category {id: $new})
SET k.id = $new_id, k.category_id = $new
CREATE (k)-[:COVERS]->(g)
DELETE c
"""


def carry_firm(tx: Tx, firm_id: str, old: str, new: str) -> None:
    """What a locked firm makes of ``old`` is what it makes of ``new``.

    Of a firm that stated both what it stated of ``new`` stands, unless it never stated anything;
    what orders and bids take of the two is counted together, and the record anew from deliveries.
    """
    old_id, new_id = capability_id(firm_id, old), capability_id(firm_id, new)
    book_open_lines(tx, [old_id, new_id])
    names = {"firm_id": firm_id, "old": old, "new": new}
    run(tx, DELIVERIES, **names, nonce=nonce())
    run(tx, OPEN_DELIVERIES, **names)
    run(tx, FORGET_WORDS, old_id=old_id)
    locked = rows(tx, OWN, ids=[old_id, new_id], nonce=nonce())
    stored = {each["id"]: each["facts"] for each in locked}
    pair = {"old_id": old_id, "new_id": new_id}
    joins = new_id in stored
    if not joins:
        run(tx, RENAME, **pair, new=new)
    join_taken(
        tx,
        free=[] if joins else [pair],
        taken=[pair] if joins else [],
        own=stored,
        twins=stored,
        keep_id=firm_id,
    )
    part_hours.delete_all(tx, old_id)
    _carry_sites(tx, firm_id, old, new)
    write_track_records(tx, [(firm_id, new)])


SITES = """
MATCH (:Firm {id: $firm_id})-[:HAS_SITE]->(s:Site) WHERE $old IN s.categories
RETURN s.id AS id, s.categories AS categories, s.works AS works, s.units AS units
ORDER BY id LIMIT 1000
"""

STORE_SITES = """
UNWIND $sites AS one
MATCH (s:Site {id: one.id})
SET s.categories = one.categories, s.works = one.works, s.units = one.units
"""


def _carry_sites(tx: Tx, firm_id: str, old: str, new: str) -> None:
    stored = rows(tx, SITES, firm_id=firm_id, old=old)
    if stored:
        run(tx, STORE_SITES, sites=[_rename_stated(one, old, new) for one in stored])
    sites.copy_paces(tx, [firm_id])


def _rename_stated(site: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    """The three lists of a site; of a site that states both, what it states of the new stands."""
    columns = zip(site["categories"], site["works"], site["units"], strict=True)
    kept = [one for one in columns if one[0] != old or new not in site["categories"]]
    return {
        "id": site["id"],
        "categories": [new if one[0] == old else one[0] for one in kept],
        "works": [one[1] for one in kept],
        "units": [one[2] for one in kept],
    }


PARTS = """
MATCH (p:Part {category_id: $old})
WITH p LIMIT $limit
MATCH (g:Category {id: $new})
OPTIONAL MATCH (p)-[n:NEEDS]->(:Category {id: $old})
SET p.category_id = $new
DELETE n
CREATE (p)-[:NEEDS]->(g)
RETURN count(p) AS rows
"""


def carry_parts(tx: Tx, old: str, new: str) -> int:
    """Parts that need the category, a page of them; how many."""
    return _count_rows(row(tx, PARTS, old=old, new=new, limit=PAGE_ROWS))


REQUEST_LINES = """
MATCH (l:RequestLine {category_id: $old})
WITH l LIMIT $limit SET l.category_id = $new
RETURN count(l) AS rows
"""


def carry_request_lines(tx: Tx, old: str, new: str) -> int:
    """Lines of requests, a page of them; how many."""
    return _count_rows(row(tx, REQUEST_LINES, old=old, new=new, limit=PAGE_ROWS))


ORDER_LINES = """
MATCH (l:OrderLine {category_id: $old})
WITH l LIMIT $limit SET l.category_id = $new
RETURN count(l) AS rows
"""


def carry_order_lines(tx: Tx, old: str, new: str) -> int:
    """Lines of orders, a page of them; how many."""
    return _count_rows(row(tx, ORDER_LINES, old=old, new=new, limit=PAGE_ROWS))


IDLE = """
MATCH (i:IdleCapacity {category_id: $old})
WITH i LIMIT $limit SET i.category_id = $new
RETURN count(i) AS rows
"""


def carry_idle(tx: Tx, old: str, new: str) -> int:
    """Idle capacity, a page of it; how many."""
    return _count_rows(row(tx, IDLE, old=old, new=new, limit=PAGE_ROWS))


def _count_rows(record: dict[str, Any] | None) -> int:
    return record["rows"] if record else 0


PAGES: Final[tuple[Callable[[Tx, str, str], int], ...]] = (
    carry_parts,
    carry_request_lines,
    carry_order_lines,
    carry_idle,
)
"""What is carried in pages, until a page holds nothing."""

FORGET = """
MATCH (c:Category {id: $id})
WHERE c.same_as IS NULL AND NOT EXISTS { MATCH (c)<-[:COVERS|NEEDS]-() }
DETACH DELETE c
"""


def forget(tx: Tx, id: str) -> None:
    """Take away a category of which nothing is left; a word that the operator settled stays."""
    run(tx, FORGET, id=id)
