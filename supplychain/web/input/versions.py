"""ETag and If-Match: the version of a thing, so that nobody overwrites what they did not see."""

from __future__ import annotations

from typing import TypeVar

from flask import request

from supplychain.errors import Invalid, Stale

T = TypeVar("T")
Versioned = tuple[T, dict[str, str]]
"""What a view of the API answers about a thing that has versions: the thing and its ETag."""


def with_etag(thing: T, version: int) -> Versioned[T]:
    """The answer about a thing, with the version that it has now."""
    return thing, etag(version)


def etag(version: int) -> dict[str, str]:
    """The header that tells the version of what is answered."""
    return {"ETag": f'"{version}"'}


def if_match() -> int:
    """The version that a client of the API saw.

    Raises:
        Invalid: no If-Match header.
        Stale: one that is no version of ours.
    """
    header = request.headers.get("If-Match", "").strip()
    if not header:
        raise Invalid("Send the ETag of what you saw as the header If-Match.")
    version = _parse_version(header.removeprefix("W/").strip('"'))
    if version is None:
        raise Stale
    return version


def from_form() -> int:
    """The version that a page carried in its hidden field ``version``.

    0 where there is none, or none of ours. No thing has that version, so a change from it is
    refused as stale, unless it is a second click: what the first one did is answered again.
    """
    version = _parse_version(request.form.get("version", ""))
    return 0 if version is None else version


def _parse_version(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 12 else None
