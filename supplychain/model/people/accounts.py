"""Users, their sign-in and what is asked of a password and an e-mail address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from supplychain.errors import Invalid
from supplychain.model.people.actors import Actor

MIN_PASSWORD: Final = 10
MAX_PASSWORD: Final = 200
_EMAIL: Final = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s]{2,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Somebody signed in: who, for which firm, in which language, and by which session."""

    user_id: str
    name: str
    email: str
    language: str
    firm_id: str
    firm_name: str
    firm_kind: str
    role: str
    is_operator: bool
    leads_chain_id: str | None
    session_id: str

    @property
    def actor(self) -> Actor:
        """The same, as actions take it."""
        return Actor(
            user_id=self.user_id,
            firm_id=self.firm_id,
            role=self.role,
            is_operator=self.is_operator,
        )


def check_email(email: str, *, pointer: str = "/email") -> str:
    """The address in the form that is stored: trimmed, lower case.

    Raises:
        Invalid: it is no address.
    """
    kept = email.strip().lower()
    if len(kept) > 254 or not _EMAIL.fullmatch(kept):
        raise Invalid("Enter an e-mail address such as li@example.com.", pointer=pointer)
    return kept


def check_password(password: str, *, pointer: str = "/password") -> None:
    """Refuse what is too easy to guess or too long to hash.

    Raises:
        Invalid: shorter than 10 characters, longer than 200, or of fewer than 4 different ones.
    """
    if len(password) < MIN_PASSWORD:
        raise Invalid("Use at least %(least)s characters.", pointer=pointer, least=MIN_PASSWORD)
    if len(password) > MAX_PASSWORD:
        raise Invalid("Use at most %(most)s characters.", pointer=pointer, most=MAX_PASSWORD)
    if len(set(password)) < 4:
        raise Invalid("Use more different characters.", pointer=pointer)
