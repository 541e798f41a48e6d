"""Posting idle capacity, withdrawing it, and seeing which open requests fit it."""

from __future__ import annotations

from datetime import date, datetime

from neo4j import Driver

from supplychain.errors import Conflict, Stale
from supplychain.graph import events, firms
from supplychain.graph.capacity import idle_capacity
from supplychain.graph.engine.reading import together
from supplychain.graph.engine.transactions import Once, Tx, read, write, write_once
from supplychain.graph.firm_days import find_today
from supplychain.matching.idle import Fit, OpenLine, list_fitting_lines
from supplychain.model.capacity.idle_capacity import MAX_POSTINGS, IdleCapacity
from supplychain.model.ids import new_id, utc_now
from supplychain.model.imports.tables import category_id
from supplychain.model.parts_requests.requirements import term
from supplychain.model.people.actors import Actor
from supplychain.model.weeks import week_of


def post_idle(
    driver: Driver,
    *,
    quantity: int,
    unit: str,
    starts_on: date,
    ends_on: date,
    category: str = "",
    process: str = "",
    audience: str = "nobody",
    note: str = "",
    by: Actor,
    once: Once | None = None,
) -> str:
    """Post idle capacity of the acting firm, from the week of one day to that of another.

    Returns:
        The posting's id.

    Raises:
        Forbidden: the actor is no seller.
        Invalid: a field is wrong.
        Conflict: too many postings are open.
    """
    by.check_role("seller")
    now = utc_now()
    posted = IdleCapacity(
        id=new_id(),
        firm_id=by.firm_id,
        category_id=category_id(category),
        process=term(process),
        quantity=quantity,
        unit=unit,
        from_week=week_of(starts_on),
        to_week=week_of(ends_on),
        audience=audience,
        note=note.strip(),
    )
    return write_once(driver, once, _create_posting, posted, by, now)


def _create_posting(tx: Tx, posted: IdleCapacity, by: Actor, now: datetime) -> str:
    firms.lock(tx, by.firm_id)
    week = week_of(find_today(tx, by.firm_id, now))
    posted.check(week)
    present = idle_capacity.list_own(tx, viewer=by.firm_id)
    if sum(each.is_live(week) for each in present) >= MAX_POSTINGS:
        raise Conflict(
            "A firm posts at most %(most)s at a time. Withdraw one first.", most=MAX_POSTINGS
        )
    idle_capacity.create(tx, posted, by=by.user_id, at=now)
    _record_event(tx, "idle_capacity.posted", posted, by, now)
    return posted.id


def withdraw_idle(driver: Driver, posting_id: str, *, version: int | None = None, by: Actor) -> int:
    """Withdraw a posting. IdleCapacity: open -> withdrawn. Returns the new version.

    Raises:
        Forbidden: the actor is no seller.
        NotFound: no such posting of the acting firm.
        Stale: somebody changed it since ``version``.
        Conflict: it is withdrawn already.
    """
    by.check_role("seller")
    return write(driver, _withdraw_posting, posting_id, version, by, utc_now())


def _withdraw_posting(
    tx: Tx, posting_id: str, version: int | None, by: Actor, now: datetime
) -> int:
    present = idle_capacity.lock(tx, posting_id, viewer=by.firm_id)
    if version is not None and present.version != version:
        raise Stale
    withdrawn = present.withdrawn()
    idle_capacity.save(tx, withdrawn)
    _record_event(tx, "idle_capacity.withdrawn", withdrawn, by, now)
    return withdrawn.version


def _record_event(tx: Tx, kind: str, about: IdleCapacity, by: Actor, now: datetime) -> None:
    facts = {"category": about.category_id, "process": about.process}
    events.record(
        tx, kind, about_kind="idle_capacity", about_id=about.id, by=by, at=now, facts=facts
    )


def list_own(driver: Driver, *, by: Actor) -> list[IdleCapacity]:
    """What the acting firm posted, newest first."""
    return read(driver, idle_capacity.list_own, viewer=by.firm_id)


def get(driver: Driver, posting_id: str, *, by: Actor) -> IdleCapacity:
    """One posting of the acting firm.

    Raises:
        NotFound: none of theirs.
    """
    return read(driver, idle_capacity.get, posting_id, viewer=by.firm_id)


def list_fits(driver: Driver, posting_id: str, *, by: Actor) -> list[Fit]:
    """The open lines that fit a posting of the acting firm, best first.

    Only requests that the firm may bid for are looked at. A posting that is withdrawn or over
    fits nothing.

    Raises:
        NotFound: none of theirs.
    """
    now = utc_now()
    posted, lines, today = together(
        lambda: get(driver, posting_id, by=by),
        lambda: list_open_lines(driver, now=now, by=by),
        lambda: read(driver, find_today, by.firm_id, now),
    )
    if not posted.is_live(week_of(today)):
        return []
    return list_fitting_lines(posted, lines, now=now)


def list_open_lines(driver: Driver, *, now: datetime, by: Actor) -> list[OpenLine]:
    """The lines of all requests that the acting firm may bid for now."""
    return read(driver, idle_capacity.list_open_lines, viewer=by.firm_id, now=now)
