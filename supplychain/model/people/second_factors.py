"""The second step at signing in: codes of a phone (TOTP, RFC 6238) and recovery codes.

The secret is 160 bits, the code 6 digits of HMAC-SHA-1 every 30 seconds: what authenticator apps
take. A code works once (RFC 6238, 5.2), and one step of a clock that is wrong is forgiven.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pyotp import random_base32
from pyotp.totp import TOTP

from supplychain.model.texts import fold_short

STEP_S: Final = 30
SKEW_STEPS: Final = 1
"""So far a phone's clock may be before or behind ours, each way."""
CODE_DIGITS: Final = 6
RECOVERY_ITEMS: Final = 10
RECOVERY_CHARS: Final = 16
RECOVERY_LETTERS: Final = "23456789abcdefghjkmnpqrstuvwxyz"
"""Without 0, 1, i, l and o, which are mistaken for one another; 16 of them are 79 bits."""
HALF_SIGNED_IN_MINUTES: Final = 5
"""So long somebody whose password was right may look for the phone."""
MAX_CODE_TRIES: Final = 5
"""Wrong codes until the password is asked for again."""
RECENT_MINUTES: Final = 10
"""Who proved longer ago who they are proves it again before a token or this step is changed."""
WRONG_CODE: Final = "This code is not right. Wait for the next one and try again."


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactor:
    """A user's second step as it is stored; ``is_on`` is False until the first code confirmed it.

    ``sealed`` is the encrypted secret, ``step`` that of the last code that was used, ``recovery``
    the keyed digests of the recovery codes that are left.
    """

    user_id: str
    sealed: str
    is_on: bool
    step: int
    recovery: tuple[str, ...]
    created_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorSetup:
    """What a phone needs to make codes: the secret as text, and as the address of a QR code."""

    secret: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorState:
    """A user's second step as its page shows it.

    ``setup`` is there between begin and confirmation; ``is_demanded`` says that the firm wants it.
    """

    is_on: bool
    since: str
    recovery_left: int
    setup: FactorSetup | None
    is_demanded: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInStep:
    """What a right password came to: a session's secret, or that of one that waits for a code."""

    secret: str
    needs_code: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HalfSession:
    """Somebody whose password was right and whose code is awaited."""

    user_id: str
    tries: int
    ends_at: str


def new_factor_secret() -> str:
    """A fresh secret of 160 bits, in base 32."""
    return random_base32()


def build_address(secret: str, *, email: str, issuer: str) -> str:
    """The ``otpauth://`` address that a QR code shows."""
    return TOTP(secret).provisioning_uri(name=email, issuer_name=issuer)


def read_code(text: str) -> str:
    """A code as it is compared: without blanks and dashes, in half-width lower case."""
    folded = fold_short(text).lower()
    return "".join(letter for letter in folded if letter.isalnum())[:100]


def is_phone_code(code: str) -> bool:
    """Whether a code as ``read_code`` returns it is one of a phone, not a recovery code."""
    return len(code) == CODE_DIGITS and code.isascii() and code.isdigit()


def find_step(secret: str, code: str, *, now: datetime, after: int) -> int | None:
    """The 30-second step of which this is the code; None where it is wrong or used.

    Args:
        secret: in base 32.
        code: as ``read_code`` returns it.
        now: the present instant.
        after: the step of the last code used; it and all before it are refused.
    """
    if not is_phone_code(code):
        return None
    totp, present = TOTP(secret), int(now.timestamp()) // STEP_S
    for step in range(max(present - SKEW_STEPS, after + 1), present + SKEW_STEPS + 1):
        if secrets.compare_digest(totp.generate_otp(step), code):
            return step
    return None


def new_recovery_codes() -> tuple[str, ...]:
    """Ten fresh codes, to be shown once: four groups of four letters each."""
    return tuple(_make_recovery_code() for _ in range(RECOVERY_ITEMS))


def _make_recovery_code() -> str:
    letters = "".join(secrets.choice(RECOVERY_LETTERS) for _ in range(RECOVERY_CHARS))
    return "-".join(letters[at : at + 4] for at in range(0, RECOVERY_CHARS, 4))
