"""What an invited firm does before it bids: look, or decline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from neo4j import Driver

from supplychain.errors import NotFound
from supplychain.graph import events, firms
from supplychain.graph.engine.reading import together
from supplychain.graph.engine.transactions import Tx, read, write
from supplychain.graph.parts_requests import attachments, invitations, parts_requests
from supplychain.graph.parts_requests.invitations import InvitationDates
from supplychain.model.firms import Firm
from supplychain.model.ids import utc_now
from supplychain.model.parts_requests.attachments import Attachment
from supplychain.model.parts_requests.parts_request import MAX_LINES, PartsRequest
from supplychain.model.people.actors import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenInvitation:
    """A request as one supplier sees it; ``invited`` is None where it is open to more firms.

    ``files`` are its attachments; ``lines`` is how many lines it has, of which ``request`` may
    hold some.
    """

    request: PartsRequest
    buyer: Firm
    files: list[Attachment]
    invited: InvitationDates | None
    takes_bids: bool
    lines: int


def view_invitation(
    driver: Driver, request_id: str, *, by: Actor, first: int = 1, last: int = MAX_LINES
) -> SeenInvitation:
    """Show a request to a firm that may bid for it, and note when it first looked.

    Of its lines those numbered ``first`` to ``last``.

    Raises:
        NotFound: no such request, or not for this firm.
    """
    now = utc_now()
    invitation = read(driver, _read_invitation, request_id, by.firm_id, now, first, last)
    if invitation.invited is not None and invitation.invited.seen_at is None:
        write(driver, invitations.mark_seen, request_id, viewer=by.firm_id, at=now)
    return invitation


def _read_invitation(
    tx: Tx, request_id: str, viewer: str, now: datetime, first: int, last: int
) -> SeenInvitation:
    def read_request() -> tuple[PartsRequest, int, Firm]:
        request, count = parts_requests.view_window(
            tx, request_id, viewer=viewer, first=first, last=last
        )
        return request, count, firms.get(tx, request.buyer_id)

    (request, count, buyer), files, invited = together(
        read_request,
        lambda: attachments.list_seen(tx, request_id, viewer=viewer),
        lambda: invitations.find(tx, request_id, viewer=viewer),
    )
    return SeenInvitation(
        request=request,
        buyer=buyer,
        files=files,
        invited=invited,
        takes_bids=request.takes_bids(now),
        lines=count,
    )


def decline_invitation(driver: Driver, request_id: str, *, by: Actor) -> None:
    """Tell the buyer that the firm will not bid; a second time changes nothing.

    Raises:
        Forbidden: the actor is no seller.
        NotFound: the firm was not invited.
        NotOpen: the deadline has passed.
    """
    by.check_role("seller")
    write(driver, _decline_invitation, request_id, by, utc_now())


def _decline_invitation(tx: Tx, request_id: str, by: Actor, now: datetime) -> None:
    request = parts_requests.lock_for_bid(tx, request_id, viewer=by.firm_id)
    if invitations.find(tx, request_id, viewer=by.firm_id) is None:
        raise NotFound
    request.check_takes_bid(now)
    if invitations.mark_declined(tx, request_id, viewer=by.firm_id, at=now):
        events.record(
            tx,
            "invitation.declined",
            about_kind="parts_request",
            about_id=request_id,
            by=by,
            at=now,
            tells=[request.buyer_id],
            facts={"number": request.number, "title": request.title},
        )
