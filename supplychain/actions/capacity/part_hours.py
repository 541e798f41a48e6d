"""Hours that a piece of single parts takes, beside those of the category."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from neo4j import Driver

from supplychain.errors import FieldError, Invalid, NotFound, Stale
from supplychain.graph import events
from supplychain.graph.capacity import capabilities, offers, part_hours
from supplychain.graph.capacity.recounts import recount
from supplychain.graph.engine.transactions import Tx, read, write
from supplychain.graph.firm_days import find_today
from supplychain.model.capabilities import Capability
from supplychain.model.capacity.part_hours import PartHours, PartTime, check_part_times
from supplychain.model.ids import utc_now
from supplychain.model.people.actors import Actor
from supplychain.model.weeks import day_number


def list_part_hours(driver: Driver, capability_id: str, *, by: Actor) -> list[PartHours]:
    """The parts of one of the acting firm's capabilities that take hours of their own.

    Raises:
        NotFound: none of theirs.
    """
    today = read(driver, find_today, by.firm_id, utc_now())
    read(driver, capabilities.get, capability_id, viewer=by.firm_id, today=today)
    return read(driver, part_hours.list_own, viewer=by.firm_id, capability_id=capability_id)


def state_part_hours(
    driver: Driver, capability_id: str, items: Iterable[PartTime], *, version: int, by: Actor
) -> int:
    """State which parts take hours of their own; the new version of the capability.

    Args:
        driver: of the graph.
        capability_id: one of the acting firm's, with a capacity in hours.
        items: all of them; parts that are left out take the hours of the category.
        version: of the capability.
        by: a seller.

    Raises:
        NotFound: none of this firm's.
        Stale: somebody changed it meanwhile.
        Invalid: a field is wrong, a part is not one that the firm may price, or what is promised
            needs more hours than there are.
    """
    by.check_role("seller")
    hours = check_part_times(items)
    return write(driver, _save_hours, capability_id, hours, version, by, utc_now())


def _save_hours(
    tx: Tx, capability_id: str, hours: Mapping[str, int], version: int, by: Actor, now: datetime
) -> int:
    before = capabilities.lock(tx, capability_id, viewer=by.firm_id)
    if before.version != version:
        raise Stale
    if before.hours is None and hours:
        raise Invalid("State this capacity in hours first.", pointer="/items")
    _check_parts(tx, capability_id, hours, by)
    part_hours.delete_all(tx, capability_id)
    part_hours.save(tx, [(capability_id, part_id, each) for part_id, each in hours.items()])
    capabilities.save(tx, replace(before, version=before.version + 1))
    recount(tx, [capability_id])
    today = find_today(tx, by.firm_id, now)
    after = capabilities.get(tx, capability_id, viewer=by.firm_id, today=today)
    after.check_still_fits(before, day_number(today), pointer="/hours_per_piece")
    _record_event(tx, after, by, now)
    return after.version


def _check_parts(tx: Tx, capability_id: str, hours: Mapping[str, int], by: Actor) -> None:
    """Refuse parts that the firm may not price; what it stated before stays allowed."""
    own = part_hours.list_own(tx, viewer=by.firm_id, capability_id=capability_id)
    stated = {each.part_id for each in own}
    errors = []
    for at, part_id in enumerate(hours):
        if part_id in stated:
            continue
        try:
            offers.get_part(tx, part_id, viewer=by.firm_id)
        except NotFound:
            message = "There is no such part that you may price. Choose one from the list."
            errors.append(FieldError(pointer=f"/items/{at}/part_id", message=message))
    if errors:
        raise Invalid(errors=errors)


def _record_event(tx: Tx, about: Capability, by: Actor, now: datetime) -> None:
    events.record(
        tx,
        "capability.changed",
        about_kind="capability",
        about_id=about.id,
        by=by,
        at=now,
        facts={"category": about.category},
    )
