"""Firms whose names, or registration numbers, are those of a firm that was there before.

The folded name and the bare number are stored beside what was written, so that a new firm costs
one lookup. Of two that look alike the later one is marked.
"""

from __future__ import annotations

from typing import LiteralString

from supplychain.graph.engine.transactions import Tx, rows, run
from supplychain.graph.imports.rows import PropertyRows
from supplychain.model.lookalikes import fold_firm_name
from supplychain.model.registration_numbers import number_key

BATCH_FIRMS = 2000

BY_FOLD = """
UNWIND $keys AS key
MATCH (f:Firm {name_fold: key})
WITH key, f ORDER BY coalesce(f.created_at, ''), f.id
WITH key, collect(f.id) AS ids
RETURN key AS key, ids[0..20] AS ids LIMIT 10000
"""

BY_NUMBER = """
UNWIND $keys AS key
MATCH (f:Firm {number_key: key})
WITH key, f ORDER BY coalesce(f.created_at, ''), f.id
WITH key, collect(f.id) AS ids
RETURN key AS key, ids[0..20] AS ids LIMIT 10000
"""


def find_namesakes(tx: Tx, names: list[str]) -> dict[str, list[str]]:
    """By folded name the ids of the first firms that have it, the oldest first."""
    return _find_holders(tx, BY_FOLD, sorted({fold_firm_name(name) for name in names} - {""}))


def find_number_holders(tx: Tx, keys: list[str]) -> dict[str, list[str]]:
    """By bare registration number the ids of the first firms that have it, the oldest first."""
    return _find_holders(tx, BY_NUMBER, sorted(set(keys) - {""}))


def _find_holders(tx: Tx, query: LiteralString, keys: list[str]) -> dict[str, list[str]]:
    return {entry["key"]: entry["ids"] for entry in rows(tx, query, keys=keys)} if keys else {}


OF_FIRMS = """
UNWIND $ids AS id MATCH (f:Firm {id: id})
RETURN f.id AS id, coalesce(f.name_fold, '') AS name_fold, coalesce(f.number_key, '') AS number_key
LIMIT 10000
"""


def add_identity(tx: Tx, firms: PropertyRows) -> None:
    """Add to the rows of firms what is stored beside name and number, and of whom they are twins.

    A firm that keeps its folded name, or its number, keeps its mark too. Of the new ones in
    ``firms`` the first is the one that the others look like.
    """
    before = {row["id"]: row for row in rows(tx, OF_FIRMS, ids=[firm["id"] for firm in firms])}
    for firm in firms:
        firm["name_fold"] = fold_firm_name(firm["name"])
        firm["number_key"] = number_key(firm["registration_id"], firm["country"] or "")
    names = find_namesakes(tx, [firm["name"] for firm in firms])
    numbers = find_number_holders(tx, [firm["number_key"] or "" for firm in firms])
    for firm in firms:
        old = before.get(firm["id"], {})
        if old.get("name_fold") != firm["name_fold"]:
            firm["alike_id"] = _find_other(names, firm["name_fold"], firm["id"])
        if old.get("number_key") != (firm["number_key"] or ""):
            firm["number_twin_id"] = _find_other(numbers, firm["number_key"], firm["id"])


def _find_other(holders: dict[str, list[str]], key: str | None, firm_id: str) -> str | None:
    """The first other firm that has the key; the firm itself is noted as one that has it."""
    if not key:
        return None
    ids = holders.setdefault(key, [])
    other = next((one for one in ids if one != firm_id), None)
    ids.append(firm_id)
    return other


WITHOUT_FOLD = """
MATCH (f:Firm) WHERE f.name_fold IS NULL AND f.name IS NOT NULL
WITH f ORDER BY coalesce(f.created_at, ''), f.id LIMIT $limit
RETURN f.id AS id, f.name AS name, coalesce(f.country, '') AS country,
       f.registration_id AS registration_id
"""

FILL = """
UNWIND $rows AS r
MATCH (f:Firm {id: r.id})
SET f.name_fold = r.name_fold, f.number_key = r.number_key, f.alike_id = r.alike_id,
    f.number_twin_id = r.number_twin_id
"""


def fill_identities(tx: Tx) -> int:
    """Fill what is stored beside the names of firms from before; how many, 0 when all are."""
    firms = rows(tx, WITHOUT_FOLD, limit=BATCH_FIRMS)
    if firms:
        add_identity(tx, firms)
        blank = {"alike_id": None, "number_twin_id": None}
        run(tx, FILL, rows=[{**blank, **firm} for firm in firms])
    return len(firms)
