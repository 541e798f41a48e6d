"""From what marshmallow refuses to errors of fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from supplychain.errors import FieldError

MAX_POINTER_CHARS = 500


def pointers(messages: Any, at: str = "") -> list[FieldError]:
    """Marshmallow's nested messages as field errors; a pointer has at most 500 characters."""
    if isinstance(messages, str):
        values = tuple(getattr(messages, "values", {}).items())
        return [FieldError(pointer=at, message=str(messages), values=values)]
    if isinstance(messages, list):
        return [one for message in messages for one in pointers(message, at)]
    if isinstance(messages, Mapping):
        return [
            one
            for key, inner in messages.items()
            for one in pointers(
                inner, at if key == "_schema" else f"{at}/{key}"[:MAX_POINTER_CHARS]
            )
        ]
    return [FieldError(pointer=at, message=str(messages))]
