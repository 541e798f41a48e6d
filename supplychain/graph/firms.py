"""Firms in the graph."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from supplychain.errors import NotFound
from supplychain.graph.engine.transactions import Tx, nonce, row, rows, run
from supplychain.graph.lookalikes import add_identity
from supplychain.model.firms import Firm
from supplychain.model.ids import to_text

CREATE = """
CREATE (f:Firm {
    id: $id, name: $name, kind: $kind, country: $country, region: $region, city: $city,
    latitude: $latitude, longitude: $longitude, employees: $employees,
    registration_id: $registration_id, created_at: $at, version: 1})
SET f += $identity
"""


def create(tx: Tx, firm: Firm, *, at: datetime) -> None:
    """Add a firm.

    Raises (at commit): AlreadyExists: the id is taken.
    """
    run(
        tx,
        CREATE,
        id=firm.id,
        name=firm.name,
        kind=firm.kind,
        country=firm.country,
        region=firm.region,
        city=firm.city,
        latitude=firm.latitude,
        longitude=firm.longitude,
        employees=firm.employees,
        registration_id=firm.registration_id,
        at=to_text(at),
        identity=identify_firm(tx, firm),
    )


def identify_firm(tx: Tx, firm: Firm) -> dict[str, Any]:
    """What is stored beside a firm's name and number, and of whom it is a twin if that changed."""
    profile = {
        "id": firm.id,
        "name": firm.name,
        "country": firm.country,
        "registration_id": firm.registration_id,
    }
    add_identity(tx, [profile])
    names = ("name_fold", "number_key", "alike_id", "number_twin_id")
    return {name: profile[name] for name in names if name in profile}


GET = """
MATCH (f:Firm {id: $id})
RETURN f.id AS id, f.name AS name, f.kind AS kind, f.country AS country, f.region AS region,
       f.city AS city, f.latitude AS latitude, f.longitude AS longitude,
       f.employees AS employees, f.registration_id AS registration_id, f.version AS version
"""


def get(tx: Tx, firm_id: str) -> Firm:
    """The public profile of a firm.

    Raises:
        NotFound: there is no such firm.
    """
    record = row(tx, GET, id=firm_id)
    if record is None:
        raise NotFound
    return Firm(**{**record, **{key: record[key] or "" for key in ("country", "region", "city")}})


NAMES = "MATCH (f:Firm) WHERE f.id IN $ids RETURN f.id AS id, f.name AS name LIMIT 10000"


def names(tx: Tx, ids: list[str]) -> dict[str, str]:
    """Names by id, of those that exist."""
    return {firm["id"]: firm["name"] for firm in rows(tx, NAMES, ids=ids)}


LOCK = "MATCH (f:Firm {id: $id}) SET f.lock = $nonce RETURN f.version AS version"


def lock(tx: Tx, firm_id: str) -> int:
    """Take the write lock of a firm and return its version.

    Raises:
        NotFound: there is no such firm.
    """
    record = row(tx, LOCK, id=firm_id, nonce=nonce())
    if record is None:
        raise NotFound
    return record["version"]


LOCK_ALL = "UNWIND $ids AS id MATCH (f:Firm {id: id}) SET f.lock = $nonce"


def lock_all(tx: Tx, firm_ids: Iterable[str]) -> None:
    """Take the write locks of firms in the order of their ids; those that are not there are passed
    over.
    """
    run(tx, LOCK_ALL, ids=sorted(set(firm_ids)), nonce=nonce())
