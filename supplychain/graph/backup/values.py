"""Properties as one line of plain JSON, and back with their types.

Texts, whole numbers, floats, booleans and lists of them are JSON's own: a float always has a point
or an exponent, a whole number never. What JSON has no form for is a map of one entry, which no
property can be: ``{"$datetime": "2026-11-22T08:00:00+08:00"}``.
"""

from __future__ import annotations

import json
import math
from typing import Any

from neo4j.time import Date, DateTime, Duration, Time

TAGGED = ("$datetime", "$localdatetime", "$date", "$time", "$duration", "$bytes", "$float")


def _tag_value(value: object) -> dict[str, str]:
    if isinstance(value, DateTime):
        name = "$localdatetime" if value.tzinfo is None else "$datetime"
        return {name: _zoned_text(value)}
    if isinstance(value, Date):
        return {"$date": value.iso_format()}
    if isinstance(value, Time):
        return {"$time": value.iso_format()}
    if isinstance(value, Duration):
        return {"$duration": value.iso_format()}
    if isinstance(value, bytes | bytearray):
        return {"$bytes": bytes(value).hex()}
    raise TypeError(f"a property of the type {type(value).__name__} cannot be backed up")


def _zoned_text(value: DateTime) -> str:
    """The instant with its offset and, where it has one, the name of its zone in brackets."""
    zone = getattr(value.tzinfo, "zone", None) or getattr(value.tzinfo, "key", None)
    return value.iso_format() + (f"[{zone}]" if zone else "")


_ENCODER = json.JSONEncoder(
    ensure_ascii=False,
    allow_nan=False,
    sort_keys=True,
    separators=(",", ":"),
    default=_tag_value,
)


def to_line(values: Any) -> str:
    """Properties, or a list with properties, as one line of JSON, names in order.

    Raises:
        TypeError: a value of a type that is not known here.
    """
    try:
        return _ENCODER.encode(values)
    except ValueError:  # a float that JSON has no number for
        return _ENCODER.encode(_tag_floats(values))


def _tag_floats(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return {"$float": repr(value)}
    if isinstance(value, dict):
        return {name: _tag_floats(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_tag_floats(each) for each in value]
    return value


def _untag_value(entry: dict[str, Any]) -> Any:
    if len(entry) != 1:
        return entry
    ((name, text),) = entry.items()
    match name:
        case "$localdatetime":
            return DateTime.from_iso_format(text)
        case "$date":
            return Date.from_iso_format(text)
        case "$time":
            return Time.from_iso_format(text)
        case "$duration":
            return Duration.from_iso_format(text)
        case "$bytes":
            return bytes.fromhex(text)
        case "$float":
            return float(text)
        case _:
            return entry  # "$datetime" stays a map: split_instants takes it out


_DECODER = json.JSONDecoder(object_hook=_untag_value)


def from_line(line: str) -> Any:
    """What ``to_line`` wrote; a zoned instant stays ``{"$datetime": text}``."""
    return _DECODER.decode(line)


def split_instants(values: dict[str, Any]) -> tuple[dict[str, Any], list[list[str]]]:
    """Properties without zoned instants, and those as [name, text] for ``datetime()``."""
    zoned = [
        [name, value["$datetime"]] for name, value in values.items() if isinstance(value, dict)
    ]
    if not zoned:
        return values, []
    kept = {name: value for name, value in values.items() if not isinstance(value, dict)}
    return kept, zoned
