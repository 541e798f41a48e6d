"""Colleagues of a firm and the invitations that make them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from supplychain.errors import Conflict, Invalid, NotOpen
from supplychain.model.ids import to_text
from supplychain.model.people.actors import ROLES

INVITE_DAYS: Final = 7
CLAIM_DAYS: Final = 14
"""Longer than a colleague has: somebody outside must first learn what this network is."""
MAX_CLAIM_LINKS: Final = 5
"""Open links to one unclaimed firm: several people of it may be tried, not a mailing list."""
MAX_COLLEAGUES: Final = 500
"""Colleagues and open invitations of one firm."""
LAST_OWNER: Final = "A firm keeps at least one owner. Make another colleague an owner first."


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """Somebody who works, or worked, for the firm."""

    id: str
    name: str
    email: str
    role: str
    created_at: str
    disabled_at: str | None
    version: int
    has_second_factor: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Invite:
    """An invitation by e-mail address; only whoever made it has its link.

    ``claim_by`` is set where it is for the first user of an unclaimed firm: who invites, a chain
    leader's firm or ``operator``.
    """

    id: str
    firm_id: str
    firm_name: str
    email: str
    role: str
    created_at: str
    ends_at: str
    accepted_at: str | None
    claim_by: str = ""

    def check_open(self, now: datetime) -> None:
        """Refuse a link that was used or is over.

        Raises:
            NotOpen: it was.
        """
        if self.accepted_at is not None:
            raise NotOpen("This link was used already. Sign in instead.")
        if self.ends_at <= to_text(now):
            raise NotOpen("This link is over. Ask your colleague for a new one.")


def check_role_name(role: str) -> str:
    """The role, if it is one.

    Raises:
        Invalid: it is none.
    """
    if role not in ROLES:
        raise Invalid("Choose a role from the list.", pointer="/role")
    return role


def check_owner_left(colleague: Colleague, owners: int) -> None:
    """Refuse to take the last owner away.

    Raises:
        Conflict: ``colleague`` is the only one.
    """
    if colleague.role == "owner" and colleague.disabled_at is None and owners <= 1:
        raise Conflict(LAST_OWNER)
