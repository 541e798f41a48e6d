"""The directory of firms, a firm's card, and the profile of one's own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from neo4j import Driver

from supplychain.actions.people.accounts import check_no_namesake
from supplychain.actions.verification import drop_verification
from supplychain.errors import Conflict, Invalid, Stale
from supplychain.graph import (
    audiences,
    chains,
    deliveries,
    directory,
    events,
    firms,
    verification,
)
from supplychain.graph.capacity import capabilities
from supplychain.graph.engine.reading import together
from supplychain.graph.engine.transactions import Tx, read, write
from supplychain.model.audiences import KINDS as SHOWN_KINDS
from supplychain.model.categories.tree import identify_category
from supplychain.model.firms import FirmCard, FirmProfile, ListedFirm, Trade
from supplychain.model.identities import check_identity
from supplychain.model.ids import utc_now
from supplychain.model.lookalikes import fold_firm_name
from supplychain.model.people.actors import KINDS, Actor
from supplychain.model.registration_numbers import check_registration_number, number_key


def search(
    driver: Driver,
    *,
    text: str = "",
    region: str = "",
    category: str = "",
    kind: str = "",
    after: tuple[str, str] = ("", ""),
    limit: int = 50,
) -> list[ListedFirm]:
    """Public profiles by name; each filter that is empty lets all through."""
    return read(
        driver,
        directory.search_firms,
        text=text.strip().lower(),
        region=region.strip().lower(),
        category=identify_category(category),
        kind=kind,
        after=after,
        limit=limit,
    )


def get_card(driver: Driver, firm_id: str, *, by: Actor, today: date) -> FirmCard:
    """A firm's card as the acting firm, where it is ``today``, may see it.

    Raises:
        NotFound: there is no such firm.
    """
    return read(driver, _read_card, firm_id, by.firm_id, today)


def _read_card(tx: Tx, firm_id: str, viewer: str, today: date) -> FirmCard:
    (firm, marks, readable, ours, categories), bought, sold = together(
        lambda: together(
            lambda: firms.get(tx, firm_id),
            lambda: verification.get_marks(tx, firm_id),
            lambda: audiences.read_readable(tx, viewer=viewer, among=[firm_id]),
            lambda: audiences.get(tx, viewer=viewer),
            lambda: capabilities.list_public(tx, firm_id),
        ),
        lambda: _read_trade(tx, buyer=viewer, supplier=firm_id, viewer=viewer, today=today),
        lambda: _read_trade(tx, buyer=firm_id, supplier=viewer, viewer=viewer, today=today),
    )
    hidden = readable.hidden_kinds(firm_id)
    return FirmCard(
        firm=firm,
        verification=marks,
        shows=tuple(kind for kind in SHOWN_KINDS if kind not in hidden or firm_id == viewer),
        shown_by_name=tuple(kind for kind in SHOWN_KINDS if firm_id in ours.of_kind(kind).firm_ids),
        categories=categories,
        bought=bought,
        sold=sold,
    )


def _read_trade(tx: Tx, *, buyer: str, supplier: str, viewer: str, today: date) -> Trade:
    if buyer == supplier:
        return Trade(orders=[], lines=0, on_time=0)
    orders, counts = together(
        lambda: directory.list_orders_between(tx, buyer=buyer, supplier=supplier),
        lambda: deliveries.count_between(
            tx, buyer=buyer, supplier=supplier, viewer=viewer, today=today
        ),
    )
    return Trade(orders=orders, lines=counts.delivered_lines, on_time=counts.on_time_lines)


def change_profile(driver: Driver, profile: FirmProfile, *, version: int, by: Actor) -> int:
    """Change the acting owner's firm; the new version.

    Another name or registration number ends its verification, until somebody looks again.

    Raises:
        Invalid: no name, one that looks like another firm's, an unknown kind, or a number with a
            wrong check digit.
        Stale: somebody changed it meanwhile.
        Conflict: a firm that leads a chain stays a core firm.
    """
    by.check_role("owner")
    kept = replace(
        profile,
        **{
            name: check_identity(getattr(profile, name), pointer=f"/{name}")
            for name in ("name", "country", "region", "city")
        },
        registration_id=check_registration_number(profile.registration_id, profile.country),
    )
    if not 1 <= len(kept.name) <= 200:
        raise Invalid("Enter the name of your firm.", pointer="/name")
    if profile.kind not in KINDS:
        raise Invalid("Choose what kind of firm this is.", pointer="/kind")
    return write(driver, _save_profile, kept, version, by, utc_now())


def _save_profile(tx: Tx, profile: FirmProfile, version: int, by: Actor, now: datetime) -> int:
    if firms.lock(tx, by.firm_id) != version:
        raise Stale
    present = firms.get(tx, by.firm_id)
    if profile.kind != "core" and chains.count_led(tx, by.firm_id):
        raise Conflict("A firm that leads a chain stays a core firm.")
    is_renamed = fold_firm_name(profile.name) != fold_firm_name(present.name)
    if is_renamed and not profile.is_namesake:
        check_no_namesake(tx, profile.name, pointer="/name", firm_id=by.firm_id)
    changed = replace(
        present,
        name=profile.name,
        kind=profile.kind,
        country=profile.country,
        region=profile.region,
        city=profile.city,
        employees=profile.employees,
        registration_id=profile.registration_id,
        version=version + 1,
    )
    directory.save_profile(tx, changed)
    keys = [number_key(one.registration_id, one.country) for one in (present, changed)]
    if (is_renamed or keys[0] != keys[1]) and verification.get_marks(tx, by.firm_id).is_verified:
        drop_verification(tx, by.firm_id, changed.name, by, now)
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
