"""Standing prices: adding, changing and removing them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from neo4j import Driver

from supplychain.errors import AlreadyExists, Invalid, NotFound, Stale
from supplychain.graph import events, firms
from supplychain.graph.capacity import offers
from supplychain.graph.engine.transactions import Once, Tx, read, write, write_once
from supplychain.graph.firm_days import find_today
from supplychain.model.ids import utc_now
from supplychain.model.offers import Offer, OfferPrices, OfferTerms, OfferTier
from supplychain.model.people.actors import Actor


def add_offer(
    driver: Driver,
    *,
    part_id: str,
    currency: str,
    moq: int,
    lead_days: int,
    tiers: tuple[OfferTier, ...],
    terms: OfferTerms | None = None,
    by: Actor,
    once: Once | None = None,
) -> str:
    """Offer a part at standing prices; returns the offer's id.

    Raises:
        Invalid: a field is wrong, or there is no such part for this firm.
        AlreadyExists: the firm offers the part already.
    """
    by.check_role("seller")
    made = Offer(
        id=f"{by.firm_id}|{part_id}",
        firm_id=by.firm_id,
        part_id=part_id,
        part_name="",
        currency=currency,
        moq=moq,
        lead_days=lead_days,
        tiers=tiers,
        terms=terms or OfferTerms(),
    )
    made.check()
    return write_once(driver, once, _create_offer, made, by, utc_now())


def _create_offer(tx: Tx, made: Offer, by: Actor, now: datetime) -> str:
    firms.lock(tx, by.firm_id)
    try:
        part = offers.get_part(tx, made.part_id, viewer=by.firm_id)
    except NotFound as error:
        raise Invalid(
            "There is no such part that you may price. Choose one from the list.",
            pointer="/part_id",
        ) from error
    if _is_there(tx, made.id, by.firm_id):
        raise AlreadyExists("You offer this part already. Change the price there.")
    offers.create(tx, made, at=now)
    _record_event(tx, "offer.added", replace(made, part_name=part.name), by, now)
    return made.id


def _is_there(tx: Tx, offer_id: str, viewer: str) -> bool:
    try:
        offers.get(tx, offer_id, viewer=viewer)
    except NotFound:
        return False
    return True


def change_offer(
    driver: Driver,
    offer_id: str,
    *,
    currency: str,
    moq: int,
    lead_days: int,
    tiers: tuple[OfferTier, ...],
    terms: OfferTerms | None = None,
    version: int,
    by: Actor,
) -> int:
    """Change a standing price of the acting firm; the new version.

    Without ``terms`` they stay as they are.

    Raises:
        NotFound: none of this firm's.
        Stale: somebody changed it meanwhile.
        Invalid: a field is wrong.
    """
    by.check_role("seller")
    prices = OfferPrices(currency=currency, moq=moq, lead_days=lead_days, tiers=tiers, terms=terms)
    return write(driver, _save_change, offer_id, prices, version, by, utc_now())


def _save_change(
    tx: Tx, offer_id: str, prices: OfferPrices, version: int, by: Actor, now: datetime
) -> int:
    present = offers.lock(tx, offer_id, viewer=by.firm_id)
    if present.version != version:
        raise Stale
    changed = present.with_prices(prices)
    changed.check()
    offers.save(tx, changed, at=now)
    _record_event(tx, "offer.changed", changed, by, now)
    return changed.version


def renew_offer(driver: Driver, offer_id: str, *, version: int, by: Actor) -> int:
    """Say a standing price of the acting firm anew, as it is; the new version.

    It counts as stated today, and holds as long from now as it did before.

    Raises:
        NotFound: none of this firm's.
        Stale: somebody changed it meanwhile.
    """
    by.check_role("seller")
    return write(driver, _renew_price, offer_id, version, by, utc_now())


def _renew_price(tx: Tx, offer_id: str, version: int, by: Actor, now: datetime) -> int:
    present = offers.lock(tx, offer_id, viewer=by.firm_id)
    if present.version != version:
        raise Stale
    renewed = present.renewed(find_today(tx, by.firm_id, now))
    offers.save(tx, renewed, at=now)
    _record_event(tx, "offer.renewed", renewed, by, now)
    return renewed.version


def remove_offer(driver: Driver, offer_id: str, *, version: int, by: Actor) -> None:
    """Take a standing price of the acting firm away.

    Raises:
        NotFound: none of this firm's.
        Stale: somebody changed it meanwhile.
    """
    by.check_role("seller")
    write(driver, _delete_offer, offer_id, version, by, utc_now())


def _delete_offer(tx: Tx, offer_id: str, version: int, by: Actor, now: datetime) -> None:
    present = offers.lock(tx, offer_id, viewer=by.firm_id)
    if present.version != version:
        raise Stale
    offers.delete(tx, offer_id)
    _record_event(tx, "offer.removed", present, by, now)


def _record_event(tx: Tx, kind: str, about: Offer, by: Actor, now: datetime) -> None:
    events.record(
        tx,
        kind,
        about_kind="offer",
        about_id=about.id,
        by=by,
        at=now,
        facts={"part": about.part_name},
    )


def get(driver: Driver, offer_id: str, *, by: Actor) -> Offer:
    """One of the acting firm's.

    Raises:
        NotFound: none of theirs.
    """
    return read(driver, offers.get, offer_id, viewer=by.firm_id)


def list_own(driver: Driver, *, after: str = "", limit: int = 200, by: Actor) -> list[Offer]:
    """The standing prices of the acting firm, by id after ``after``."""
    return read(driver, offers.list_own, viewer=by.firm_id, after=after, limit=limit)
