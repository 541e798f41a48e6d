"""Looking for figures in what somebody is told, where ids and instants hold digits by chance."""

from __future__ import annotations

import re
from collections.abc import Iterable

BY_CHANCE = re.compile(r"\b[0-9a-f]{64}\b|[0-9a-f]{32}|\d{4}-\d\d-\d\d[T ][\d:.]+")
"""Digests, ids and instants: random, or of the moment."""
TOKEN = re.compile(r"(?=[\w.-]*?[A-Z])(?=[\w.-]*?[a-z])(?=[\w.-]*?\d)[\w.-]{22,}", re.ASCII)
"""Nonces, signed cookies and tokens of forms: long, of large and small letters and digits."""


def drop_chance(text: str) -> str:
    """A text without what holds digits by chance. What is spelled in base64 goes with it."""
    return TOKEN.sub("·", BY_CHANCE.sub("·", text))


def find_secrets(text: str, secrets: Iterable[str]) -> list[str]:
    """The secrets in a text. One of digits counts where it stands alone, not within a number."""
    rest = BY_CHANCE.sub("·", text)
    return [each for each in secrets if _stands_in(each, rest)]


def _stands_in(secret: str, text: str) -> bool:
    if not re.fullmatch(r"[\d.]+", secret):
        return secret in text
    zeros = "0*" if "." in secret else ""
    return re.search(rf"(?<![\w.]){re.escape(secret)}{zeros}(?!\w)", text) is not None
