"""JSON texts that come from outside, measured before anything is made of them.

Python's own reader makes of eight megabytes of ``[{},{},…]`` a gigabyte of objects, and whoever
looks through them afterwards takes minutes. So the marks of the text are counted first, which
takes a few milliseconds and no memory, and the counting stops at the first that is too much.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from typing import Any, Final

from supplychain.errors import Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonLimits:
    """How much a JSON text may hold.

    ``size_bytes`` of the whole, ``levels`` of nesting, ``values`` (objects, lists, texts, numbers,
    words and the names of fields), ``number_digits`` of one number, ``name_chars`` of one name.
    """

    size_bytes: int
    levels: int = 32
    values: int = 100_000
    number_digits: int = 1_000
    name_chars: int = 500


MAX_BODY_BYTES: Final = 1024 * 1024
BODY_LIMITS: Final = JsonLimits(size_bytes=MAX_BODY_BYTES)
"""Of what is sent by programs: ten times the largest bid of 400 lines."""
FILE_LIMITS: Final = JsonLimits(size_bytes=64 * 1024 * 1024, levels=64, values=5_000_000)
"""Of files that the operator names at the machine."""

_TOKEN: Final = re.compile(
    rb'"(?P<text>[^"\\]*+(?:\\.[^"\\]*+)*+)"(?P<colon>[ \t\r\n]*+:)?|'
    rb'(?P<open>[\[{])|(?P<close>[\]}])|(?P<plain>[^\s\[\]{},:"]++)|(?P<broken>")',
    re.DOTALL,
)
"""The possessive repeats and the lone quote at the end keep it linear in any text."""


def read_json(text: bytes, limits: JsonLimits) -> Any:
    """What a JSON text says.

    Raises:
        Invalid: it holds more than the limits say, is no JSON, not in UTF-8, names a field twice,
            or has a number that is none (NaN, Infinity, 1e999).
    """
    check_sizes(text, limits)
    try:
        return json.loads(
            text.decode("utf-8"),
            object_pairs_hook=_refuse_repeated_names,
            parse_constant=_refuse_constant,
            parse_float=_read_float,
        )
    except (ValueError, RecursionError) as error:
        raise Invalid(
            "The body cannot be read as JSON. Name each field once, and send plain numbers."
        ) from error


def check_sizes(text: bytes, limits: JsonLimits) -> None:
    """Refuse a text that holds more than the limits say, whatever else it is.

    Raises:
        Invalid: with the limit that it breaks.
    """
    if len(text) > limits.size_bytes:
        raise Invalid("This is too large. Send less at once.")
    level = count = 0
    for token in _TOKEN.finditer(text):
        kind = token.lastgroup
        if kind == "close":
            level -= 1
            continue
        count += 1
        if kind == "open":
            level += 1
        if count > limits.values:
            raise Invalid(
                "The JSON holds more than %(most)s values. Send less at once.", most=limits.values
            )
        if level > limits.levels:
            raise Invalid("The JSON is nested deeper than %(most)s levels.", most=limits.levels)
        if kind == "plain" and token.end() - token.start() > limits.number_digits:
            raise Invalid(
                "A number in the JSON has more than %(most)s digits.", most=limits.number_digits
            )
        if kind == "colon" and len(token["text"]) > limits.name_chars:
            raise Invalid(
                "A name in the JSON is longer than %(most)s characters.", most=limits.name_chars
            )
        if kind == "broken":
            return  # a text that does not end: the reader says that it is no JSON


def _refuse_repeated_names(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise ValueError("a name is said twice")
    return fields


def _refuse_constant(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON")


def _read_float(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError("a number is out of all bounds")
    return number
