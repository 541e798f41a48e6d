"""What firms said of their files, by the shape of these."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from supplychain.errors import NotFound
from supplychain.graph.engine.transactions import Tx, nonce, row, rows, run
from supplychain.model.ids import to_text
from supplychain.model.imports.mappings import MAX_MAPPINGS_ITEMS, ImportMapping, mapping_id

SAVE = """
MERGE (m:ImportMapping {id: $id}) SET m.lock = $nonce
SET m.firm_id = $firm_id, m.shape = $shape, m.name = $name, m.answers = $answers,
    m.sheets = $sheets, m.used_at = $at, m.user_id = $user_id
"""


def save(
    tx: Tx,
    *,
    firm_id: str,
    shape: str,
    name: str,
    answers: str,
    sheets: list[str],
    user_id: str,
    at: datetime,
) -> None:
    """Remember answers (JSON text) of a firm for files of a shape, in place of earlier ones."""
    run(
        tx,
        SAVE,
        id=mapping_id(firm_id, shape),
        firm_id=firm_id,
        shape=shape,
        name=name,
        answers=answers,
        sheets=sheets,
        user_id=user_id,
        at=to_text(at),
        nonce=nonce(),
    )
    _drop_oldest(tx, firm_id)


DROP_OLDEST = """
MATCH (m:ImportMapping {firm_id: $firm_id})
WITH m ORDER BY m.used_at DESC, m.id SKIP $most
DELETE m
"""


def _drop_oldest(tx: Tx, firm_id: str) -> None:
    """Forget what was not used for the longest time, beyond what a firm keeps."""
    run(tx, DROP_OLDEST, firm_id=firm_id, most=MAX_MAPPINGS_ITEMS)


FIND = """
MATCH (m:ImportMapping {id: $id})
OPTIONAL MATCH (u:User {id: m.user_id})
RETURN m.id AS id, m.name AS name, m.answers AS answers, m.sheets AS sheets,
       m.used_at AS used_at, coalesce(u.name, '') AS used_by
"""


def find(tx: Tx, *, viewer: str, shape: str) -> ImportMapping | None:
    """What the viewer's firm said of files of a shape; None where it said nothing."""
    record = row(tx, FIND, id=mapping_id(viewer, shape))
    return None if record is None else _read_mapping(record)


LIST = """
MATCH (m:ImportMapping {firm_id: $viewer})
OPTIONAL MATCH (u:User {id: m.user_id})
RETURN m.id AS id, m.name AS name, m.answers AS answers, m.sheets AS sheets,
       m.used_at AS used_at, coalesce(u.name, '') AS used_by
ORDER BY used_at DESC, id LIMIT $most
"""


def list_own(tx: Tx, *, viewer: str) -> list[ImportMapping]:
    """What the viewer's firm said of its files, the last used first."""
    return [
        _read_mapping(record) for record in rows(tx, LIST, viewer=viewer, most=MAX_MAPPINGS_ITEMS)
    ]


FORGET = """
MATCH (m:ImportMapping {id: $id}) WHERE m.firm_id = $viewer SET m.lock = $nonce
WITH m, m.name AS name DELETE m
RETURN name AS name
"""


def forget(tx: Tx, shape: str, *, viewer: str) -> str:
    """Forget what the viewer's firm said of files of a shape; returns what the last was called.

    Raises:
        NotFound: nothing of it is remembered.
    """
    record = row(tx, FORGET, id=mapping_id(viewer, shape), viewer=viewer, nonce=nonce())
    if record is None:
        raise NotFound
    return record["name"]


def _read_mapping(record: dict[str, Any]) -> ImportMapping:
    return ImportMapping(**{**record, "sheets": tuple(record["sheets"])})
