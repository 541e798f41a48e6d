"""What a firm can make: adding, changing and removing it."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from neo4j import Driver

from supplychain.errors import AlreadyExists, Conflict, Invalid, NotFound, Stale
from supplychain.graph import events, firms
from supplychain.graph.capacity import capabilities
from supplychain.graph.capacity.capabilities import LISTS, PROFILE
from supplychain.graph.engine.transactions import Once, Tx, read, write, write_once
from supplychain.model.capabilities import MOST, Capability
from supplychain.model.ids import utc_now
from supplychain.model.imports.tables import category_id
from supplychain.model.parts_requests.requirements import terms
from supplychain.model.people.actors import Actor
from supplychain.model.weeks import week_of


def add_capability(
    driver: Driver,
    *,
    category: str,
    weekly_capacity: int,
    by: Actor,
    once: Once | None = None,
    **profile: Any,
) -> str:
    """Say what the acting firm can make of a category, in pieces a week; returns its id.

    Args:
        driver: of the graph.
        category: what it makes.
        weekly_capacity: pieces a week; 0 is unknown.
        by: a seller.
        once: the client's key.
        profile: other fields of ``Capability`` that a firm states; what is left out is unknown.

    Raises:
        Invalid: a field is wrong.
        AlreadyExists: the firm has said so for this category.
    """
    by.check_role("seller")
    key = category_id(category)
    made = Capability(
        id=f"{by.firm_id}|{key}",
        firm_id=by.firm_id,
        category_id=key,
        category=category.strip(),
        weekly_capacity=weekly_capacity,
        **tidied(profile),
    )
    made.check()
    return write_once(driver, once, _add, made, by, utc_now())


def tidied(profile: dict[str, Any]) -> dict[str, Any]:
    """A profile with certificates and terms trimmed, without empty ones and repetitions."""
    names = tuple(each.strip() for each in profile.get("certificates") or ())
    ends = tuple(profile.get("certificate_ends") or ())
    if len(ends) not in (0, len(names)):
        raise Invalid("Give one end, or a blank, a certificate.", pointer="/certificate_ends")
    pairs = zip(names, ends or ("",) * len(names), strict=True)
    held: dict[str, str] = {}
    for name, end in pairs:
        if name:
            held.setdefault(name, end)
    return {
        **profile,
        "certificates": tuple(held),
        "certificate_ends": tuple(held.values()) if any(held.values()) else (),
        "processes": terms(profile.get("processes") or ()),
        "materials": terms(profile.get("materials") or ()),
    }


def _add(tx: Tx, made: Capability, by: Actor, now: datetime) -> str:
    firms.lock(tx, by.firm_id)
    present = capabilities.list_own(tx, viewer=by.firm_id)
    if any(each.id == made.id for each in present):
        raise AlreadyExists("This category is in your list already. Change it there.")
    if len(present) >= MOST:
        raise Conflict("A firm lists at most %(most)s categories.", most=MOST)
    capabilities.create(tx, made)
    _tell(tx, "capability.added", made, by, now)
    return made.id


def change_capability(
    driver: Driver,
    capability_id: str,
    *,
    weekly_capacity: int,
    version: int,
    by: Actor,
    **profile: Any,
) -> int:
    """Change what the acting firm can make of a category; the new version.

    ``profile`` as for ``add_capability``; what is left out becomes unknown.

    Raises:
        NotFound: none of this firm's.
        Stale: somebody changed it meanwhile.
        Invalid: a field is wrong, or more is booked than the new capacity.
    """
    by.check_role("seller")
    blank = {
        each.name: each.default
        for each in fields(Capability)
        if each.name in (*PROFILE, *LISTS, "tolerance_linear", "tolerance_geometrical")
    }
    values = {**blank, "weekly_capacity": weekly_capacity, **tidied(profile)}
    return write(driver, _change, capability_id, values, version, by, utc_now())


def _change(
    tx: Tx, capability_id: str, values: dict[str, object], version: int, by: Actor, now: datetime
) -> int:
    present = capabilities.lock(tx, capability_id, viewer=by.firm_id)
    if present.version != version:
        raise Stale
    changed = replace(present, **values, version=version + 1)
    changed.check()
    changed.check_holds(week_of(now.date()))
    capabilities.save(tx, changed)
    _tell(tx, "capability.changed", changed, by, now)
    return changed.version


def remove_capability(driver: Driver, capability_id: str, *, version: int, by: Actor) -> None:
    """Take a category off the acting firm's list.

    Raises:
        NotFound: none of this firm's.
        Stale: somebody changed it meanwhile.
        Conflict: it is booked, or has a track record.
    """
    by.check_role("seller")
    write(driver, _remove, capability_id, version, by, utc_now())


def _remove(tx: Tx, capability_id: str, version: int, by: Actor, now: datetime) -> None:
    present = capabilities.lock(tx, capability_id, viewer=by.firm_id)
    if present.version != version:
        raise Stale
    present.check_removable(week_of(now.date()))
    capabilities.delete(tx, capability_id)
    _tell(tx, "capability.removed", present, by, now)


def _tell(tx: Tx, kind: str, about: Capability, by: Actor, now: datetime) -> None:
    events.record(
        tx,
        kind,
        about_kind="capability",
        about_id=about.id,
        by=by,
        at=now,
        facts={"category": about.category},
    )


def get(driver: Driver, capability_id: str, *, by: Actor) -> Capability:
    """One of the acting firm's.

    Raises:
        NotFound: none of theirs.
    """
    return read(driver, capabilities.get, capability_id, viewer=by.firm_id)


def list_own(driver: Driver, *, by: Actor) -> list[Capability]:
    """What the acting firm can make."""
    if not by.firm_id:
        raise NotFound
    return read(driver, capabilities.list_own, viewer=by.firm_id)
