"""Cursors: a list goes on after the last thing seen, whatever was added before it meanwhile."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask import request

from supplychain.errors import Invalid

MAX_ROWS = 200
USUAL_ROWS = 50
UNKNOWN = "This cursor is none of ours. Start without one."

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Part of a list, and the cursor of the part after it; None at the end."""

    items: Sequence[T]
    next_cursor: str | None


def window() -> tuple[list[Any] | None, int]:
    """Where to go on (the sort keys of the last thing seen, or None) and how many.

    Raises:
        Invalid: the cursor or the limit is none of ours.
    """
    wrong = "Ask for a limit from 1 to 200."
    return read_cursor(), read_limit(usual=USUAL_ROWS, most=MAX_ROWS, wrong=wrong)


def read_limit(*, usual: int, most: int, wrong: str) -> int:
    """How many a client wants, from 1 to ``most``.

    Raises:
        Invalid: something else; it says what is ``wrong``.
    """
    limit = request.args.get("limit", str(usual))
    plain = limit.isascii() and limit.isdigit() and len(limit) <= len(str(most))
    if not plain or not 1 <= int(limit) <= most:
        raise Invalid(wrong, pointer="/limit")
    return int(limit)


def read_cursor() -> list[Any] | None:
    """The sort keys of the last thing seen, or None.

    Raises:
        Invalid: the cursor is none of ours.
    """
    cursor = request.args.get("cursor")
    return None if cursor is None else _decode_cursor(cursor)


def text_window() -> tuple[tuple[str, str] | None, int]:
    """``window`` of a list that is sorted by two texts, such as an instant and an id.

    Raises:
        Invalid: the cursor is of another list, or the limit is none of ours.
    """
    keys, limit = window()
    match keys:
        case None:
            return None, limit
        case [str(first), str(second)]:
            return (first, second), limit
        case _:
            raise Invalid(UNKNOWN, pointer="/cursor")


def id_window() -> tuple[str, int]:
    """``window`` of a list that is sorted by id: the id to go on after, "" at the start.

    Raises:
        Invalid: the cursor is of another list, or the limit is none of ours.
    """
    keys, limit = window()
    match keys:
        case None:
            return "", limit
        case [str(last)]:
            return last, limit
        case _:
            raise Invalid(UNKNOWN, pointer="/cursor")


def _decode_cursor(cursor: str) -> list[Any]:
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


def encode_cursor(keys: Sequence[str | int]) -> str:
    """The cursor of sort keys, as ``window`` gives them back."""
    return base64.urlsafe_b64encode(json.dumps(keys).encode()).decode()


def page(items: Sequence[T], limit: int, keys: Callable[[T], Sequence[str | int]]) -> Page[T]:
    """Up to ``limit`` items of the ``limit + 1`` that were read, and where to go on.

    Args:
        items: sorted by their ``keys``.
        limit: how many the client wants.
        keys: what an item is sorted by, as ``window`` gives it back.
    """
    kept = items[:limit]
    more = len(items) > limit
    after = encode_cursor(keys(kept[-1])) if more else None
    return Page(items=kept, next_cursor=after)
