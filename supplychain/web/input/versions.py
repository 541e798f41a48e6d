"""ETag and If-Match: the version of a thing, so that nobody overwrites what they did not see."""

from __future__ import annotations

from flask import request

from supplychain.errors import Invalid, Stale


def etag(version: int) -> dict[str, str]:
    """The header that tells the version of what is answered."""
    return {"ETag": f'"{version}"'}


def if_match() -> int:
    """The version that the client saw.

    Raises:
        Invalid: no If-Match header.
        Stale: one that is no version of ours.
    """
    given = request.headers.get("If-Match", "").strip()
    if not given:
        raise Invalid("Send the ETag of what you saw as the header If-Match.")
    text = given.removeprefix("W/").strip('"')
    if not text.isascii() or not text.isdigit() or len(text) > 12:
        raise Stale
    return int(text)
