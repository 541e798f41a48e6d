"""The directory of firms, a firm's card, and the profile of one's own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from neo4j import Driver

from supplychain.errors import Conflict, Invalid, Stale
from supplychain.graph import chains, directory, events, firms
from supplychain.graph.capacity import capabilities
from supplychain.graph.engine.transactions import Tx, read, write
from supplychain.model.firms import Firm
from supplychain.model.ids import utc_now
from supplychain.model.people.actors import KINDS, Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """What the viewer and the firm traded, in one direction; only these two see it."""

    orders: list[dict[str, Any]]
    lines: int
    on_time: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A firm as others see it, and what the viewer bought from it and sold to it."""

    firm: Firm
    categories: list[dict[str, Any]]
    bought: Trade
    sold: Trade


def search(
    driver: Driver,
    *,
    text: str = "",
    region: str = "",
    category: str = "",
    kind: str = "",
    after: tuple[str, str] = ("", ""),
    limit: int = 50,
) -> list[dict[str, Any]]:
    """Public profiles by name: id, name, kind, country, region, city, up to six categories."""
    return read(
        driver,
        directory.search,
        text=text.strip().lower(),
        region=region.strip().lower(),
        category=category.strip().lower(),
        kind=kind,
        after=after,
        limit=limit,
    )


def card(driver: Driver, firm_id: str, *, by: Actor) -> Card:
    """A firm's card as the acting firm may see it.

    Raises:
        NotFound: there is no such firm.
    """
    return read(driver, _card, firm_id, by.firm_id)


def _card(tx: Tx, firm_id: str, viewer: str) -> Card:
    return Card(
        firm=firms.get(tx, firm_id),
        categories=capabilities.list_public(tx, firm_id),
        bought=_trade(tx, buyer=viewer, supplier=firm_id),
        sold=_trade(tx, buyer=firm_id, supplier=viewer),
    )


def _trade(tx: Tx, *, buyer: str, supplier: str) -> Trade:
    if buyer == supplier:
        return Trade(orders=[], lines=0, on_time=0)
    orders = directory.orders_between(tx, buyer=buyer, supplier=supplier)
    return Trade(orders=orders, **directory.deliveries_between(tx, buyer=buyer, supplier=supplier))


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What an owner may change of the firm; ``employees`` None: not said."""

    name: str
    kind: str
    country: str = ""
    region: str = ""
    city: str = ""
    employees: int | None = None
    registration_id: str | None = None


def change_profile(driver: Driver, profile: Profile, *, version: int, by: Actor) -> int:
    """Change the acting owner's firm; the new version.

    Raises:
        Invalid: no name or an unknown kind.
        Stale: somebody changed it meanwhile.
        Conflict: a firm that leads a chain stays a core firm.
    """
    by.check_role("owner")
    if not 1 <= len(profile.name.strip()) <= 200:
        raise Invalid("Enter the name of your firm.", pointer="/name")
    if profile.kind not in KINDS:
        raise Invalid("Choose what kind of firm this is.", pointer="/kind")
    return write(driver, _change, profile, version, by, utc_now())


def _change(tx: Tx, profile: Profile, version: int, by: Actor, now: datetime) -> int:
    if firms.lock(tx, by.firm_id) != version:
        raise Stale
    present = firms.get(tx, by.firm_id)
    if profile.kind != "core" and chains.count_led(tx, by.firm_id):
        raise Conflict("A firm that leads a chain stays a core firm.")
    changed = replace(
        present,
        name=profile.name.strip(),
        kind=profile.kind,
        country=profile.country,
        region=profile.region,
        city=profile.city,
        employees=profile.employees,
        registration_id=profile.registration_id,
        version=version + 1,
    )
    directory.save_profile(tx, changed)
    events.record(
        tx,
        "firm.changed",
        about_kind="firm",
        about_id=by.firm_id,
        by=by,
        at=now,
        facts={"name": changed.name},
    )
    return changed.version
