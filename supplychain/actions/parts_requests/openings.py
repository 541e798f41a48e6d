"""Opening bids by two people of the buyer's firm: the first agrees, a second one opens."""

from __future__ import annotations

from datetime import datetime

from neo4j import Driver

from supplychain.actions.parts_requests.parts_requests import open_locked, record_event
from supplychain.errors import NotFound, NotOpen
from supplychain.graph.engine.reading import together
from supplychain.graph.engine.transactions import Tx, read, write
from supplychain.graph.parts_requests import openings, parts_requests
from supplychain.model.ids import utc_now
from supplychain.model.parts_requests.openings import Opening, find_partner
from supplychain.model.people.actors import Actor


def agree_to_open(
    driver: Driver, request_id: str, *, by: Actor, now: datetime | None = None
) -> bool:
    """Agree that the bids are opened; True where a colleague did before, so that they are now.

    Said twice by one person it stays said once.

    Raises:
        Forbidden: the actor is no buyer of its firm.
        NotFound: no such request of the actor's firm.
        NotOpen: its bids open by themselves, the deadline has not come, or they are open.
        Unavailable: the key that seals them is not here.
    """
    by.check_role("buyer")
    return write(driver, _agree_locked, request_id, by, now or utc_now())


def _agree_locked(tx: Tx, request_id: str, by: Actor, now: datetime) -> bool:
    request = parts_requests.lock(tx, request_id, viewer=by.firm_id)
    request.check_can_be_opened(now)
    agreements = openings.list_agreements(tx, request_id, viewer=by.firm_id)
    gone = [one.user_id for one in agreements if not one.counts]
    openings.remove(tx, request_id, gone)
    partner = find_partner(agreements, by.user_id)
    if by.user_id not in {one.user_id for one in agreements if one.counts}:
        openings.add(tx, request_id, by.user_id, at=now)
        record_event(tx, "opening_agreed", request, by, now)
    if partner is None:
        return False
    open_locked(tx, request, by, now)
    return True


def take_back(driver: Driver, request_id: str, *, by: Actor, now: datetime | None = None) -> None:
    """Take the own agreement back, while no second person has agreed.

    Raises:
        Forbidden: the actor is no buyer of its firm.
        NotFound: no such request of the actor's firm, or it did not agree.
        NotOpen: the bids are open.
    """
    by.check_role("buyer")
    write(driver, _take_back, request_id, by, now or utc_now())


def _take_back(tx: Tx, request_id: str, by: Actor, now: datetime) -> None:
    request = parts_requests.lock(tx, request_id, viewer=by.firm_id)
    agreements = openings.list_agreements(tx, request_id, viewer=by.firm_id)
    if by.user_id not in {one.user_id for one in agreements}:
        raise NotFound
    if request.state != "open":
        raise NotOpen("The bids are open already.")
    openings.remove(tx, request_id, [by.user_id])
    record_event(tx, "opening_taken_back", request, by, now)


def look_at_opening(
    driver: Driver, request_id: str, *, by: Actor, now: datetime | None = None
) -> Opening:
    """How the opening of a request of the actor's firm stands.

    Raises:
        NotFound: no such request of the actor's firm.
    """
    return read(driver, read_opening, request_id, viewer=by.firm_id, now=now or utc_now())


def read_opening(tx: Tx, request_id: str, *, viewer: str, now: datetime) -> Opening:
    """How the opening of a request of the viewer's firm stands.

    Raises:
        NotFound: no such request of the viewer's firm.
    """
    request, agreements, openers = together(
        lambda: parts_requests.get(tx, request_id, viewer=viewer),
        lambda: openings.list_agreements(tx, request_id, viewer=viewer),
        lambda: openings.count_openers(tx, viewer),
    )
    return Opening(
        opening=request.opening,
        agreements=tuple(agreements),
        openers=openers,
        is_due=request.is_due(now),
    )
