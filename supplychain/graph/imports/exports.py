"""Keys of what is exported, page by page; the rows themselves come from ``graph.imports``.

``firm`` limits a list to what a firm may take home: its own; None is the operator at the machine.
"""

from __future__ import annotations

from supplychain.graph.engine.transactions import Tx, row, rows
from supplychain.model.categories.tree import find_node

FIRM_IDS = """
MATCH (f:Firm) WHERE f.id > $after AND ($firm IS NULL OR f.id = $firm)
WITH f.id AS id ORDER BY id LIMIT 5000
RETURN collect(id) AS ids LIMIT 1
"""


def firm_ids(tx: Tx, after: str, *, firm: str | None) -> list[str]:
    """Firms: all, or the one."""
    found = row(tx, FIRM_IDS, after=after, firm=firm)
    return found["ids"] if found else []


PART_IDS = """
MATCH (p:Part) WHERE p.id > $after AND ($firm IS NULL OR p.designer_id = $firm)
WITH p.id AS id ORDER BY id LIMIT 5000
RETURN collect(id) AS ids LIMIT 1
"""


def part_ids(tx: Tx, after: str, *, firm: str | None) -> list[str]:
    """Parts: all, or those the firm designs."""
    found = row(tx, PART_IDS, after=after, firm=firm)
    return found["ids"] if found else []


CAPABILITY_IDS = """
MATCH (c:Capability) WHERE c.id > $after AND ($firm IS NULL OR c.firm_id = $firm)
WITH c.id AS id ORDER BY id LIMIT 5000
RETURN collect(id) AS ids LIMIT 1
"""


def capability_ids(tx: Tx, after: str, *, firm: str | None) -> list[str]:
    """Capabilities: all, or the firm's."""
    found = row(tx, CAPABILITY_IDS, after=after, firm=firm)
    return found["ids"] if found else []


OFFER_IDS = """
MATCH (o:Offer) WHERE o.id > $after AND ($firm IS NULL OR o.firm_id = $firm)
WITH o.id AS id ORDER BY id LIMIT 5000
RETURN collect(id) AS ids LIMIT 1
"""


def offer_ids(tx: Tx, after: str, *, firm: str | None) -> list[str]:
    """Offers: all, or the firm's."""
    found = row(tx, OFFER_IDS, after=after, firm=firm)
    return found["ids"] if found else []


SUPPLIER_IDS = """
MATCH (s:Firm)-[r:SUPPLIES]->(b:Firm)
WHERE s.id > $after AND ($firm IS NULL OR s.id = $firm OR b.id = $firm)
  AND (r.witnessed OR r.claimed_by = $firm)
WITH DISTINCT s.id AS id ORDER BY id LIMIT 5000
RETURN collect(id) AS ids LIMIT 1
"""


def supplier_ids(tx: Tx, after: str, *, firm: str | None) -> list[str]:
    """Firms that supply: anybody, or the firm and those that supply it."""
    found = row(tx, SUPPLIER_IDS, after=after, firm=firm)
    return found["ids"] if found else []


DELIVERY_IDS = """
MATCH (d:Delivery)
WHERE d.id > $after AND ($firm IS NULL OR d.buyer_id = $firm OR d.supplier_id = $firm)
WITH d.id AS id ORDER BY id LIMIT 5000
RETURN collect(id) AS ids LIMIT 1
"""


def delivery_ids(tx: Tx, after: str, *, firm: str | None) -> list[str]:
    """Lines of the ledger: all, or those the firm bought or supplied."""
    found = row(tx, DELIVERY_IDS, after=after, firm=firm)
    return found["ids"] if found else []


PART_HOURS_IDS = """
MATCH (h:PartHours) WHERE h.id > $after AND ($firm IS NULL OR h.firm_id = $firm)
WITH h.id AS id ORDER BY id LIMIT 5000
RETURN collect(id) AS ids LIMIT 1
"""


def part_hours_ids(tx: Tx, after: str, *, firm: str | None) -> list[str]:
    """Hours of single parts: all, or the firm's own."""
    found = row(tx, PART_HOURS_IDS, after=after, firm=firm)
    return found["ids"] if found else []


STOCK_IDS = """
MATCH (s:Stock) WHERE s.id > $after AND ($firm IS NULL OR s.firm_id = $firm)
WITH s.id AS id ORDER BY id LIMIT 5000
RETURN collect(id) AS ids LIMIT 1
"""


def stock_ids(tx: Tx, after: str, *, firm: str | None) -> list[str]:
    """Stocks: all, or the firm's."""
    found = row(tx, STOCK_IDS, after=after, firm=firm)
    return found["ids"] if found else []


EXCHANGE_RATE_IDS = """
MATCH (x:ExchangeRate) WHERE x.id > $after AND ($firm IS NULL OR x.firm_id = $firm)
WITH x.id AS id ORDER BY id LIMIT 5000
RETURN collect(id) AS ids LIMIT 1
"""


def exchange_rate_ids(tx: Tx, after: str, *, firm: str | None) -> list[str]:
    """Exchange rates: all, or the firm's own."""
    found = row(tx, EXCHANGE_RATE_IDS, after=after, firm=firm)
    return found["ids"] if found else []


CATEGORY_NAMES = "MATCH (c:Category) RETURN c.id AS id, c.name AS name LIMIT 100000"


def category_names(tx: Tx) -> dict[str, str]:
    """Names of the categories by id: English for nodes of the tree, else as first written."""
    stored = {record["id"]: record["name"] for record in rows(tx, CATEGORY_NAMES)}
    nodes = {id: find_node(id) for id in stored}
    return {id: node.name if node else stored[id] for id, node in nodes.items()}
