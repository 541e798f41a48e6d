"""Users, their sign-in, and the rules for a password and an e-mail address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from supplychain.errors import Invalid
from supplychain.model.people.actors import Actor

MIN_PASSWORD_CHARS: Final = 10
MAX_PASSWORD_CHARS: Final = 200
MAX_NAME_CHARS: Final = 80
_EMAIL: Final = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s]{2,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """A firm and its first user, who becomes its owner."""

    firm_name: str
    kind: str
    country: str
    region: str
    city: str
    user_name: str
    email: str
    password: str
    language: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A user to add; an operator runs the installation and works for no firm."""

    id: str
    email: str
    name: str
    password_hash: str
    language: str = "en"
    is_operator: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """By what a user is recognised; ``disabled_at`` is None while the account is open."""

    id: str
    password_hash: str
    disabled_at: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A live API token as its user sees it; its secret is not kept."""

    id: str
    name: str
    created_at: str
    ends_at: str


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


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveSession:
    """A session that has not ended: whose it is, and when it was used last."""

    principal: Principal
    seen_at: datetime


def check_name(name: str) -> str:
    """The name of a person, trimmed.

    Raises:
        Invalid: it is empty or longer than 80 characters.
    """
    kept = name.strip()
    if not 1 <= len(kept) <= MAX_NAME_CHARS:
        raise Invalid("Enter your name, at most 80 characters.", pointer="/name")
    return kept


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
    if len(password) < MIN_PASSWORD_CHARS:
        raise Invalid(
            "Use at least %(least)s characters.", pointer=pointer, least=MIN_PASSWORD_CHARS
        )
    if len(password) > MAX_PASSWORD_CHARS:
        raise Invalid("Use at most %(most)s characters.", pointer=pointer, most=MAX_PASSWORD_CHARS)
    if len(set(password)) < 4:
        raise Invalid("Use more different characters.", pointer=pointer)
