"""Who says that a firm is who it says: an operator who looked, or a chain leader who vouches.

A firm may also be *unclaimed* (it came by import and nobody works for it yet), *look like* another
one (its name folds to that of a firm that was there before), *share its registration number* with
one, or be *suspended* by the operator. All of it is shown beside the firm's name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from supplychain.errors import Conflict, Forbidden, Invalid, NotFound
from supplychain.model.people.actors import Actor

OPERATOR: Final = "operator"
"""Of ``verified_by`` and ``imported_by``: whoever runs the installation."""
MAX_REASON_CHARS: Final = 500
UNVERIFIED_FIRMS: Final = 200
"""So many firms a leader brings in while nobody has verified the leader: the suppliers of a usual
first list, and few enough that an operator looks through what a stranger brought."""
FILTERS: Final = ("", "unverified", "alike", "number", "unclaimed", "suspended")
"""What an operator looks for: all, or those whose mark this is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What is known of who a firm is, as everybody reads it.

    ``verified_by`` is ``operator`` or the id of the firm that vouches, whose name is ``verifier``.
    ``alike_id`` and ``alike`` are the firm that it looks like. Marks of doubt end with the
    verification.
    """

    firm_id: str
    verified_at: str | None = None
    verified_by: str = ""
    verifier: str = ""
    is_unclaimed: bool = False
    alike_id: str = ""
    alike: str = ""
    shares_number: bool = False
    suspended_at: str | None = None

    @property
    def state(self) -> str:
        """``operator``, ``vouched`` or ``unverified``."""
        if self.verified_at is None:
            return "unverified"
        return OPERATOR if self.verified_by == OPERATOR else "vouched"

    @property
    def is_verified(self) -> bool:
        """Whether somebody whose word counts has looked."""
        return self.verified_at is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedFirm:
    """A firm in the operator's list: its public profile and its marks, nothing of its trade."""

    id: str
    name: str
    kind: str
    country: str
    region: str
    city: str
    registration_id: str
    created_at: str
    imported_by: str
    users: int
    verification: Verification


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmLock:
    """A firm under its write lock, as far as verifying and suspending look at it."""

    id: str
    name: str
    verified_at: str | None
    verified_by: str
    suspended_at: str | None
    imported_by: str
    users: int

    def check_may_vouch(self) -> None:
        """Refuse a leader whose own word does not count.

        Raises:
            Forbidden: an operator has not verified it.
        """
        if self.verified_at is None or self.verified_by != OPERATOR:
            raise Forbidden(
                "Only a firm that the operator has verified may vouch for others. Ask the operator "
                "to verify your firm first."
            )

    def check_vouchable(self, leader_id: str) -> None:
        """Refuse to vouch for who is verified already.

        Raises:
            Conflict: it is.
        """
        if self.verified_at is not None:
            raise Conflict(
                "You vouch for this firm already."
                if self.verified_by == leader_id
                else "This firm is verified already."
            )


def check_operator(by: Actor) -> None:
    """Refuse whoever does not run the installation.

    Raises:
        NotFound: the actor is no operator.
    """
    if not by.is_operator:
        raise NotFound


def check_suspension_reason(reason: str) -> str:
    """Why a firm is suspended, trimmed; its users read it.

    Raises:
        Invalid: it is empty or longer than 500 characters.
    """
    kept = reason.strip()
    if not 1 <= len(kept) <= MAX_REASON_CHARS:
        raise Invalid(
            "Say why, in 1 to 500 characters. The people of the firm read it.", pointer="/reason"
        )
    return kept
