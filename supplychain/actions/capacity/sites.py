"""Further sites of a firm: adding, changing and removing them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from neo4j import Driver

from supplychain.actions.capacity.calendars import CalendarChoice
from supplychain.errors import Conflict, FieldError, Invalid, Stale
from supplychain.graph import events, firms
from supplychain.graph.capacity import capabilities, sites
from supplychain.graph.engine.transactions import Once, Tx, read, write, write_once
from supplychain.graph.firm_days import find_today
from supplychain.model.calendars.work_calendar import WorkCalendar
from supplychain.model.calendars.zones import check_zone
from supplychain.model.capacity.sites import MAX_SITES_ITEMS, SiteCapacity, WorkSite
from supplychain.model.ids import new_id, utc_now
from supplychain.model.people.actors import Actor
from supplychain.model.weeks import day_number


def list_sites(driver: Driver, *, by: Actor) -> list[WorkSite]:
    """The further sites of the acting firm, by name."""
    return read(driver, sites.list_own, viewer=by.firm_id)


def get(driver: Driver, site_id: str, *, by: Actor) -> WorkSite:
    """One of the acting firm's.

    Raises:
        NotFound: none of theirs.
    """
    return read(driver, sites.get, site_id, viewer=by.firm_id)


def add_site(
    driver: Driver,
    *,
    name: str,
    city: str = "",
    days: CalendarChoice,
    capacities: tuple[SiteCapacity, ...] = (),
    by: Actor,
    once: Once | None = None,
) -> str:
    """State a further site of the acting firm; returns its id.

    Args:
        driver: of the graph.
        name: what the firm calls it.
        city: where it is.
        days: when it works, and its time zone.
        capacities: what it makes of which categories, beside what the firm's capabilities state.
        by: a seller.
        once: the client's key.

    Raises:
        Invalid: a field is wrong, or a capacity is of a category that the firm does not list.
        Conflict: the firm has as many sites as it may.
    """
    by.check_role("seller")
    made = _make_site(new_id(), by.firm_id, name, city, days, capacities)
    return write_once(driver, once, _create_site, made, by, utc_now())


def _make_site(
    site_id: str,
    firm_id: str,
    name: str,
    city: str,
    days: CalendarChoice,
    capacities: tuple[SiteCapacity, ...],
) -> WorkSite:
    site = WorkSite(
        id=site_id,
        firm_id=firm_id,
        name=name.strip(),
        city=city.strip(),
        time_zone=check_zone(days.time_zone),
        calendar=WorkCalendar.of(
            country=days.country,
            weekdays=days.weekdays,
            shutdowns=days.shutdowns,
            extra_days=days.extra_days,
        ),
        capacities=capacities,
    )
    site.check()
    return site


def _create_site(tx: Tx, made: WorkSite, by: Actor, now: datetime) -> str:
    firms.lock(tx, by.firm_id)
    if len(sites.list_own(tx, viewer=by.firm_id)) >= MAX_SITES_ITEMS:
        raise Conflict("A firm lists at most %(most)s sites.", most=MAX_SITES_ITEMS)
    _check_categories(tx, made, now)
    sites.save(tx, made)
    _record_event(tx, "site.added", made, by, now)
    return made.id


def change_site(
    driver: Driver,
    site_id: str,
    *,
    name: str,
    city: str = "",
    days: CalendarChoice,
    capacities: tuple[SiteCapacity, ...] = (),
    version: int,
    by: Actor,
) -> int:
    """State a site anew; the new version. Arguments as for ``add_site``.

    Its days may always be changed: what then no longer fits stays promised, and nothing more is.

    Raises:
        NotFound: none of this firm's.
        Stale: somebody changed it meanwhile.
        Invalid: a field is wrong, or what is promised needs more than the capacity that is left.
    """
    by.check_role("seller")
    stated = _make_site(site_id, by.firm_id, name, city, days, capacities)
    return write(driver, _save_change, stated, version, by, utc_now())


def _save_change(tx: Tx, stated: WorkSite, version: int, by: Actor, now: datetime) -> int:
    firms.lock(tx, by.firm_id)
    present = sites.get(tx, stated.id, viewer=by.firm_id)
    if present.version != version:
        raise Stale
    _check_categories(tx, stated, now)
    changed = present.stated_anew(stated)
    # Days are facts: the promises are held against the new days with the capacities of before.
    sites.save(tx, replace(changed, capacities=present.capacities, version=present.version))
    _save_checked(tx, present, changed, by, now)
    _record_event(tx, "site.changed", changed, by, now)
    return changed.version


def remove_site(driver: Driver, site_id: str, *, version: int, by: Actor) -> None:
    """Take a site off the acting firm's list.

    Raises:
        NotFound: none of this firm's.
        Stale: somebody changed it meanwhile.
        Invalid: what is promised could not be made without it.
    """
    by.check_role("seller")
    write(driver, _delete_site, site_id, version, by, utc_now())


def _delete_site(tx: Tx, site_id: str, version: int, by: Actor, now: datetime) -> None:
    firms.lock(tx, by.firm_id)
    present = sites.get(tx, site_id, viewer=by.firm_id)
    if present.version != version:
        raise Stale
    _save_checked(tx, present, None, by, now)
    _record_event(tx, "site.removed", present, by, now)


def _save_checked(
    tx: Tx, present: WorkSite, changed: WorkSite | None, by: Actor, now: datetime
) -> None:
    """Store it, or remove it where it is None; refused where less of it breaks a promise."""
    today = find_today(tx, by.firm_id, now)
    own = capabilities.list_own(tx, viewer=by.firm_id, today=today)
    before = {one.id: one for one in own}
    if changed is None:
        sites.delete(tx, present)
    else:
        sites.save(tx, changed)
    for after in capabilities.list_own(tx, viewer=by.firm_id, today=today):
        if after.pace != before[after.id].pace:
            after.check_still_fits(before[after.id], day_number(today), pointer="/capacities")


def _check_categories(tx: Tx, site: WorkSite, now: datetime) -> None:
    """Capacities are those of the firm's own categories, counted as these are."""
    today = find_today(tx, site.firm_id, now)
    listed = capabilities.list_own(tx, viewer=site.firm_id, today=today)
    own = {one.category_id: one for one in listed}
    errors = []
    for at, each in enumerate(site.capacities):
        capability = own.get(each.category_id)
        if capability is None:
            message = "This category is not in your list. Add it there first."
        elif each.in_hours and capability.hours is None:
            message = "Your capacity for this category is in pieces: enter pieces a week."
        elif not each.in_hours and capability.hours is not None:
            message = "Your capacity for this category is in hours: enter hours a week."
        else:
            continue
        errors.append(FieldError(pointer=f"/capacities/{at}/weekly_capacity", message=message))
    if errors:
        raise Invalid(errors=errors)


def _record_event(tx: Tx, kind: str, site: WorkSite, by: Actor, now: datetime) -> None:
    events.record(
        tx, kind, about_kind="firm", about_id=by.firm_id, by=by, at=now, facts={"site": site.name}
    )
