"""Cursors: a list goes on after the last thing seen, whatever was added before it meanwhile."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

from flask import request

from supplychain.errors import Invalid

MOST = 200
USUAL = 50
UNKNOWN = "This cursor is none of ours. Start without one."


def window() -> tuple[list[Any] | None, int]:
    """Where to go on (the sort keys of the last thing seen, or None) and how many.

    Raises:
        Invalid: the cursor or the limit is none of ours.
    """
    limit = request.args.get("limit", str(USUAL))
    plain = limit.isascii() and limit.isdigit() and len(limit) <= len(str(MOST))
    if not plain or not 1 <= int(limit) <= MOST:
        raise Invalid("Ask for a limit from 1 to 200.", pointer="/limit")
    cursor = request.args.get("cursor")
    return (None if cursor is None else _decode(cursor)), int(limit)


def _decode(cursor: str) -> list[Any]:
    try:
        after = json.loads(base64.urlsafe_b64decode(cursor.encode("ascii")[:1000]))
    except (ValueError, RecursionError) as error:
        raise Invalid(UNKNOWN, pointer="/cursor") from error
    if not isinstance(after, list) or not all(map(_is_key, after)):
        raise Invalid(UNKNOWN, pointer="/cursor")
    return after


def _is_key(key: Any) -> bool:
    if isinstance(key, str):
        return not any("\ud800" <= letter <= "\udfff" for letter in key)  # no graph takes these
    return isinstance(key, int) and abs(key) < 2**63


def page(items: list[Any], limit: int, keys: Callable[[Any], list[Any]]) -> dict[str, Any]:
    """The answer: up to ``limit`` items of the ``limit + 1`` that were read, and where to go on."""
    kept = items[:limit]
    more = len(items) > limit
    after = base64.urlsafe_b64encode(json.dumps(keys(kept[-1])).encode()).decode() if more else None
    return {"items": kept, "next_cursor": after}
