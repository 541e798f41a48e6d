"""Users, their sign-in, and the rules for a password and an e-mail address."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from supplychain.errors import Invalid
from supplychain.model.calendars.zones import DEFAULT_ZONE
from supplychain.model.firms import Firm
from supplychain.model.identities import check_identity, find_identity_problem
from supplychain.model.people.actors import Actor

SCOPES: Final = ("read", "trade", "administer")
"""What a token may do, each one all that stands before it: look; act for the firm as its user may;
also change people, tokens and the firm itself."""
MIN_PASSWORD_CHARS: Final = 10
MAX_PASSWORD_CHARS: Final = 200
MAX_JUDGED_CHARS: Final = 40
"""Enough to find a password strong, and the time to judge one grows with its length."""
MIN_GUESSES_EXPONENT: Final = 8
"""A guesser who is slowed down gets nowhere near so many tries. Source: D. L. Wheeler, zxcvbn,
USENIX Security 2016: below 10^8 guesses a password falls to an attack over the network."""
OWN_WORDS: Final = (
    "supplychain",
    "supply",
    "chain",
    "gongyinglian",
    "supplier",
    "purchasing",
    "procurement",
    "caigou",
    "gongying",
    "factory",
    "gongchang",
)
"""Words of this product and its trade, which whoever guesses passwords here tries first."""
MAX_NAME_CHARS: Final = 80
_EMAIL: Final = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s]{2,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """A firm and its first user, who becomes its owner.

    ``is_namesake`` goes on although a firm of that name is here.
    """

    firm_name: str
    kind: str
    country: str
    region: str
    city: str
    user_name: str
    email: str
    password: str
    language: str = "en"
    is_namesake: bool = False


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
class WaitingRegistration:
    """A firm and its owner to be, until the owner's address is confirmed.

    ``is_taken``: the address has an account already.
    """

    id: str
    firm: Firm
    owner: User
    ends_at: str
    is_taken: bool = False

    def as_taken(self) -> WaitingRegistration:
        """The same for an address that has an account."""
        return replace(self, is_taken=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """By what a user is recognised.

    ``disabled_at`` is None while the account is open, ``second_factor_at`` where signing in takes
    the password alone.
    """

    id: str
    password_hash: str
    disabled_at: str | None
    second_factor_at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Whom a mail goes to: the address, the name, and the language read (en or zh)."""

    email: str
    name: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A live API token as its user sees it; its secret is not kept."""

    id: str
    name: str
    scope: str
    created_at: str
    ends_at: str
    seen_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Somebody signed in: who, for which firm, in which language, and by which session.

    ``zone`` is the time zone of the firm, that of an operator the default one. ``scope`` is that of
    the token; a session in a browser has the widest. ``proved_at`` is when the
    session's user last proved who it is. ``must_set_up``: the firm demanded the second step before
    the session began, and the user has none.
    """

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
    zone: str = DEFAULT_ZONE
    scope: str = SCOPES[-1]
    has_second_factor: bool = False
    must_set_up: bool = False
    proved_at: str = ""

    def may(self, scope: str) -> bool:
        """Whether the token, or the session, reaches so far."""
        return SCOPES.index(scope) <= SCOPES.index(self.scope)

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
class OpenSession:
    """A browser in which a user is signed in, as the user sees it.

    ``id`` names it and opens nothing; ``is_present`` is the one that looks.
    """

    id: str
    created_at: str
    seen_at: str
    is_present: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordReset:
    """A live link by which a user sets another password; the firm is empty for an operator."""

    user_id: str
    email: str
    firm_id: str
    role: str
    ends_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveSession:
    """A session that has not ended: whose it is, and when it was used last."""

    principal: Principal
    seen_at: datetime


def check_name(name: str) -> str:
    """The name of a person, trimmed.

    Raises:
        Invalid: it is empty or longer than 80 characters, or no name (``check_identity``).
    """
    kept = check_identity(name, pointer="/name")
    if not 1 <= len(kept) <= MAX_NAME_CHARS:
        raise Invalid("Enter your name, at most 80 characters.", pointer="/name")
    return kept


def check_email(email: str, *, pointer: str = "/email") -> str:
    """The address in the form that is stored: trimmed, lower case.

    Raises:
        Invalid: it is no address.
    """
    kept = email.strip().lower()
    if len(kept) > 254 or not _EMAIL.fullmatch(kept) or find_identity_problem(kept):
        raise Invalid("Enter an e-mail address such as li@example.com.", pointer=pointer)
    return kept


def check_password(password: str, *, pointer: str = "/password") -> None:
    """Refuse what is too easy to guess or too long to hash.

    Raises:
        Invalid: shorter than 10 characters, longer than 200, or one that guessers try early.
    """
    if len(password) < MIN_PASSWORD_CHARS:
        raise Invalid(
            "Use at least %(least)s characters.", pointer=pointer, least=MIN_PASSWORD_CHARS
        )
    if len(password) > MAX_PASSWORD_CHARS:
        raise Invalid("Use at most %(most)s characters.", pointer=pointer, most=MAX_PASSWORD_CHARS)
    if _is_guessable(password):
        raise Invalid(
            "This password is among the first that a guesser tries. Use several words that do not "
            "belong together.",
            pointer=pointer,
        )


def _is_guessable(password: str) -> bool:
    """Whether few tries find it, by lists of leaked passwords, names, dates and keyboard rows."""
    from zxcvbn import zxcvbn  # its lists are long: only who chooses a password loads them

    judged = zxcvbn(password[:MAX_JUDGED_CHARS], user_inputs=list(OWN_WORDS))
    return judged["guesses_log10"] < MIN_GUESSES_EXPONENT
