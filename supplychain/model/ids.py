"""Identities and instants, made outside transactions so that a retry writes the same ones.

An instant is stored in the graph as a fixed-width UTC text, ``2026-11-22T08:00:00.000000Z``: it
sorts as it reads, and both engines keep it byte for byte (zoned values they do not).
A day is ``2026-11-22``.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from datetime import UTC, datetime

_INSTANT = "%Y-%m-%dT%H:%M:%S.%fZ"


def new_id() -> str:
    """A fresh random identity of 32 hexadecimal characters."""
    return uuid.uuid4().hex


def new_secret() -> str:
    """A random secret for a link or a token, 43 URL-safe characters; keep only its digest."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """SHA-256 of a secret in hexadecimal, the only form of it that is stored."""
    return hashlib.sha256(secret.encode()).hexdigest()


def utc_now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


def to_text(instant: datetime) -> str:
    """The stored form of an aware instant.

    Raises:
        ValueError: the instant has no time zone.
    """
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(UTC).strftime(_INSTANT)


def to_instant(text: str) -> datetime:
    """The aware instant of its stored form."""
    return datetime.strptime(text, _INSTANT).replace(tzinfo=UTC)
