"""What a firm can make: adding, changing and removing it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from neo4j import Driver

from supplychain.actions.categories.entering import enter_made_category
from supplychain.errors import AlreadyExists, Conflict, NotFound, Stale
from supplychain.graph import events, firms
from supplychain.graph.capacity import capabilities, sites
from supplychain.graph.capacity.recounts import recount
from supplychain.graph.engine.transactions import Once, Tx, read, write, write_once
from supplychain.graph.firm_days import find_today
from supplychain.model.capabilities import MAX_CAPABILITIES, Capability, CapabilityProfile
from supplychain.model.categories.tree import identify_category
from supplychain.model.ids import utc_now
from supplychain.model.people.actors import Actor
from supplychain.model.weeks import day_number


def add_capability(
    driver: Driver,
    *,
    category: str,
    weekly_capacity: int | None,
    by: Actor,
    once: Once | None = None,
    **profile: Any,
) -> str:
    """Say what the acting firm can make of a category, in pieces a week; returns its id.

    Args:
        driver: of the graph.
        category: what it makes.
        weekly_capacity: pieces a week; 0 is unknown, None where the profile has hours.
        by: a seller.
        once: the client's key.
        profile: fields of ``CapabilityProfile``; what is left out is unknown.

    Raises:
        Invalid: a field is wrong.
        AlreadyExists: the firm has said so for this category.
    """
    by.check_role("seller")
    key = identify_category(category)
    stated = CapabilityProfile(**profile).without_blanks()
    made = Capability(
        id=f"{by.firm_id}|{key}",
        firm_id=by.firm_id,
        category_id=key,
        category=category.strip(),
        weekly_capacity=stated.count_weekly_pieces(weekly_capacity),
        **asdict(stated),
    )
    made.check()
    return write_once(driver, once, _create_capability, made, by, utc_now())


def _create_capability(tx: Tx, made: Capability, by: Actor, now: datetime) -> str:
    firms.lock(tx, by.firm_id)
    made = made.of_category(enter_made_category(tx, made.category, firm_id=by.firm_id, at=now))
    today = find_today(tx, by.firm_id, now)
    present = capabilities.list_own(tx, viewer=by.firm_id, today=today)
    if any(each.id == made.id for each in present):
        raise AlreadyExists("This category is in your list already. Change it there.")
    if len(present) >= MAX_CAPABILITIES:
        raise Conflict("A firm lists at most %(most)s categories.", most=MAX_CAPABILITIES)
    capabilities.create(tx, made)
    _record_event(tx, "capability.added", made, by, now)
    return made.id


def change_capability(
    driver: Driver,
    capability_id: str,
    *,
    weekly_capacity: int | None,
    version: int,
    by: Actor,
    **profile: Any,
) -> int:
    """Change what the acting firm can make of a category; the new version.

    ``profile`` as for ``add_capability``; what is left out becomes unknown.

    Raises:
        NotFound: none of this firm's.
        Stale: somebody changed it meanwhile.
        Invalid: a field is wrong, or what is promised needs more than the new capacity.
    """
    by.check_role("seller")
    stated = CapabilityProfile(**profile).without_blanks()
    weekly = stated.count_weekly_pieces(weekly_capacity)
    return write(driver, _save_change, capability_id, stated, weekly, version, by, utc_now())


def _save_change(
    tx: Tx,
    capability_id: str,
    profile: CapabilityProfile,
    weekly_capacity: int,
    version: int,
    by: Actor,
    now: datetime,
) -> int:
    present = capabilities.lock(tx, capability_id, viewer=by.firm_id)
    if present.version != version:
        raise Stale
    changed = present.with_profile(profile, weekly_capacity=weekly_capacity)
    changed.check()
    capabilities.save(tx, changed)
    today = find_today(tx, by.firm_id, now)
    if changed.counts_otherwise(present):
        recount(tx, [capability_id])
        sites.copy_paces(tx, [by.firm_id])
        changed = capabilities.get(tx, capability_id, viewer=by.firm_id, today=today)
    changed.check_holds(present, day_number(today))
    _record_event(tx, "capability.changed", changed, by, now)
    return changed.version


def remove_capability(driver: Driver, capability_id: str, *, version: int, by: Actor) -> None:
    """Take a category off the acting firm's list.

    Raises:
        NotFound: none of this firm's.
        Stale: somebody changed it meanwhile.
        Conflict: it is booked, or has a track record.
    """
    by.check_role("seller")
    write(driver, _delete_capability, capability_id, version, by, utc_now())


def _delete_capability(tx: Tx, capability_id: str, version: int, by: Actor, now: datetime) -> None:
    present = capabilities.lock(tx, capability_id, viewer=by.firm_id)
    if present.version != version:
        raise Stale
    present.check_removable()
    capabilities.delete(tx, capability_id)
    _record_event(tx, "capability.removed", present, by, now)


def _record_event(tx: Tx, kind: str, about: Capability, by: Actor, now: datetime) -> None:
    events.record(
        tx,
        kind,
        about_kind="capability",
        about_id=about.id,
        by=by,
        at=now,
        facts={"category": about.category},
    )


def get(driver: Driver, capability_id: str, *, by: Actor, today: date) -> Capability:
    """One of the acting firm's, where it is ``today``.

    Raises:
        NotFound: none of theirs.
    """
    return read(driver, capabilities.get, capability_id, viewer=by.firm_id, today=today)


def list_own(driver: Driver, *, by: Actor, today: date) -> list[Capability]:
    """What the acting firm, where it is ``today``, can make."""
    if not by.firm_id:
        raise NotFound
    return read(driver, capabilities.list_own, viewer=by.firm_id, today=today)
