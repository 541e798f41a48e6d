"""Choosing who reads a firm's standing prices and capacity, and seeing who did."""

from __future__ import annotations

from datetime import datetime

from neo4j import Driver

from supplychain.errors import FieldError, Invalid, Stale
from supplychain.graph import audiences, directory, events, firms
from supplychain.graph.engine.transactions import Tx, read, write
from supplychain.model.audiences import KINDS, Audience, Audiences, Look
from supplychain.model.ids import utc_now
from supplychain.model.names import is_same_name
from supplychain.model.people.actors import Actor

MAX_SIMILAR_ROWS = 200
"""Firms whose name contains what was typed, among which the one of that name is looked for."""


def get(driver: Driver, *, by: Actor) -> Audiences:
    """Who reads the figures of the acting firm; the usual circles before it ever chose."""
    return read(driver, audiences.get, viewer=by.firm_id)


def change(driver: Driver, *, prices: Audience, capacity: Audience, version: int, by: Actor) -> int:
    """Replace both audiences of the acting firm; the new version.

    It counts from the next ranking on, and for what was ranked before.

    Raises:
        Forbidden: the actor is no owner of its firm.
        Invalid: an audience names the firm itself, too many firms, or one that is not there.
        Stale: somebody changed them meanwhile.
    """
    by.check_role("owner")
    Audiences(prices=prices, capacity=capacity).check(owner=by.firm_id)
    return write(driver, _save_change, prices, capacity, version, by, utc_now())


def _save_change(
    tx: Tx, prices: Audience, capacity: Audience, version: int, by: Actor, now: datetime
) -> int:
    present = audiences.lock(tx, viewer=by.firm_id)
    if present.version != version:
        raise Stale
    changed = present.changed(prices=prices, capacity=capacity)
    _check_named(tx, changed)
    audiences.save(tx, changed, viewer=by.firm_id, at=now)
    events.record(
        tx,
        "audience.changed",
        about_kind="firm",
        about_id=by.firm_id,
        by=by,
        at=now,
        facts={
            "prices": ", ".join(prices.circles),
            "prices_firms": len(prices.firm_ids),
            "capacity": ", ".join(capacity.circles),
            "capacity_firms": len(capacity.firm_ids),
        },
    )
    return changed.version


def _check_named(tx: Tx, changed: Audiences) -> None:
    wanted = {kind: changed.of_kind(kind).firm_ids for kind in KINDS}
    existing = firms.names(tx, sorted({one for ids in wanted.values() for one in ids}))
    errors = [
        FieldError(
            pointer=f"/{kind}/firm_ids/{i}",
            message="There is no such firm. Choose one from the list.",
        )
        for kind, ids in wanted.items()
        for i, firm_id in enumerate(ids)
        if firm_id not in existing
    ]
    if errors:
        raise Invalid(errors=errors)


def set_reader(driver: Driver, firm_id: str, *, prices: bool, capacity: bool, by: Actor) -> int:
    """Show one more firm the prices or the capacity of the acting firm, or no longer by name.

    Returns:
        The new version.

    Raises:
        Forbidden, Invalid: as for ``change``.
    """
    present = get(driver, by=by)
    return change(
        driver,
        prices=_with_firm(present.prices, firm_id, named=prices),
        capacity=_with_firm(present.capacity, firm_id, named=capacity),
        version=present.version,
        by=by,
    )


def _with_firm(audience: Audience, firm_id: str, *, named: bool) -> Audience:
    others = [one for one in audience.firm_ids if one != firm_id]
    return Audience.of(audience.circles, [*others, firm_id] if named else others)


def find_firm(driver: Driver, text: str, *, by: Actor) -> str:
    """The id of the one firm that somebody typed the id or the name of.

    Raises:
        Invalid: no firm, or several, or the acting one.
    """
    wanted = text.strip()
    if read(driver, firms.names, [wanted]):
        return wanted
    listed = read(driver, directory.search_firms, text=wanted.lower(), limit=MAX_SIMILAR_ROWS)
    same = [one.id for one in listed if is_same_name(one.name, wanted) and one.id != by.firm_id]
    if len(same) == 1:
        return same[0]
    if same:
        raise Invalid(
            "Several firms have this name. Open the one you mean and choose there.",
            pointer="/firm",
        )
    raise Invalid("There is no firm of this name. Look it up on the page Firms.", pointer="/firm")


def name_firms(driver: Driver, firm_ids: list[str]) -> dict[str, str]:
    """The names of firms, by id; what is no firm is left out."""
    return read(driver, firms.names, firm_ids) if firm_ids else {}


def list_looks(
    driver: Driver,
    *,
    before: str | None = None,
    after_id: str = "",
    limit: int = 50,
    by: Actor,
) -> list[Look]:
    """Who read prices or capacity of the acting firm, the latest first; a line a day and category.

    ``before`` and ``after_id`` are ``last_at`` and ``id`` of the last one seen.
    """
    return read(
        driver,
        audiences.list_looks,
        viewer=by.firm_id,
        before=before,
        after_id=after_id,
        limit=limit,
    )
