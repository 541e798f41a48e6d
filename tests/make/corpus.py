"""Input that nobody means well by, by the kind of field it is sent to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from marshmallow import Schema, fields

from supplychain.web.input.fields import (
    Choice,
    Currency,
    Day,
    Id,
    Instant,
    Money,
    Text,
    UnitQuantity,
    WholeNumber,
)

SCRIPT: Final = "<script>alert(1)</script>"
PRODUCT: Final = "54444439"
"""What ``{{7*7777777}}`` would come to in a template that ran it."""

LONG: Final = "x" * 1_000_000
"""A megabyte."""

NO_TEXTS: Final[list[Any]] = [
    17, True, [], {}, ["a"], {"a": "b"}, "\ud800", "a\udfffb", "\x00", "a\x00b", "\x1b[2J", LONG,
]  # fmt: skip
NO_NUMBERS: Final[list[Any]] = [
    -1, "-1", 2**63, str(2**63), 10**400, float("1e300"), 1e-300, True, "", " ", [], {}, "NaN",
    "Infinity", "-Infinity", "1e309", "1e5", "0x10", "1_000", "--1", "1;2", "\ud800", "\x00",
    "一百", "1" * 5000, LONG, "{{7*7}}", SCRIPT,
]  # fmt: skip
NO_WHOLE_NUMBERS: Final[list[Any]] = [*NO_NUMBERS, 0.5, "1.5", 10**13]
NO_QUANTITIES: Final[list[Any]] = [*NO_NUMBERS, -0.5, 0.0005, "1.0001", 10**13]
NO_AMOUNTS: Final[list[Any]] = [*NO_NUMBERS, -0.01, "0.00001", "100000000000.0001", 10**12]
NO_DAYS: Final[list[Any]] = [
    "", 20261122, True, [], {}, "tomorrow", "2026-02-30", "2026-13-01", "0000-00-00", "12/11/2026",
    "99999-01-01", "1899-12-31", "2200-01-01", "-2026-11-22", "2026-W10-1", "\ud800", "\x00", LONG,
]  # fmt: skip
NO_INSTANTS: Final[list[Any]] = [
    "", 0, True, [], {}, "soon", "2026-02-30T00:00", "2026-11-22T25:00", "0001-01-01T00:00+15:00",
    "9999-12-31T23:59:59-15:00", "1899-12-31T00:00", "2026-11-22T10:00+23:59", "\ud800", LONG,
]  # fmt: skip
NO_WORDS: Final[list[Any]] = ["", "nonsense", "XXX", "cny ", 1, True, [], {}, "\ud800", LONG]
NO_IDS: Final[list[Any]] = ["", " ", "a b", "x" * 65, 17, True, [], {}, "\ud800", "\x00", LONG]

TEXTS: Final = [
    SCRIPT,
    "{{7*7777777}}${7*7777777}<%= 7*7777777 %>",
    "'}) DETACH DELETE n //\" OR 1=1; DROP TABLE firms--",
    "%(name)s %s %n {0} {name.__class__}",
    "\u202e\u2066evil\u2069\u200b\u200d\ufeff",
    '"><img src=x onerror=alert(1)>',
    "../../etc/passwd",
    "=HYPERLINK(1)",
    "😀 ﷽ Z\u0335\u0321\u0322a",
]
"""Texts that are taken as they are, and must stay text wherever they are shown."""

BODIES: Final[dict[str, bytes]] = {
    "nothing where an object belongs": b"null",
    "a list": b"[]",
    "a text": b'"text"',
    "a number": b"17",
    "no end": b'{"title": ',
    "no JSON": b"title=x",
    "single quotes": b"{'title': 'x'}",
    "a trailing comma": b'{"title": "x",}',
    "a comment": b'{"title": "x"} // x',
    "two objects": b"{}{}",
    "not UTF-8": b'{"title": "\xff\xfe"}',
    "UTF-16": '{"title": "x"}'.encode("utf-16"),
    "a byte order mark": '\ufeff{"title": "x"}'.encode(),
    "NUL bytes": b'{"title": "\x00"}',
    "only NUL bytes": b"\x00" * 100,
    "deep lists": b"[" * 10_000 + b"]" * 10_000,
    "deep objects": b'{"lines":' * 10_000 + b"{}" + b"}" * 10_000,
    "an endless number": b'{"title": ' + b"9" * 100_000 + b"}",
    "no number": b'{"title": NaN}',
    "infinity": b'{"title": Infinity}',
    "minus infinity": b'{"title": -Infinity}',
    "an unknown field": b'{"is_admin": true}',
    "a prototype": b'{"__proto__": {"role": "owner"}}',
    "an operator": b'{"$where": "1"}',
}
"""Bodies that no noun takes."""


def bad_values(field: fields.Field[Any]) -> list[Any]:
    """What a field of a schema must refuse."""
    for kind, values in (
        (WholeNumber, NO_WHOLE_NUMBERS),
        (UnitQuantity, NO_QUANTITIES),
        (Money, NO_AMOUNTS),
        (Day, NO_DAYS),
        (Instant, NO_INSTANTS),
        (Currency, NO_WORDS),
        (Choice, NO_WORDS),
        (Id, NO_IDS),
        (Text, NO_TEXTS),
        (fields.Boolean, ["maybe", 2, [], {}, "\ud800", LONG]),
        (fields.List, [17, True, {"a": 1}, {"0": {}}, [None], [[]], ["\ud800"]]),
        (fields.String, [17, True, [], {}]),
    ):
        if isinstance(field, kind):
            refused_none = [] if field.allow_none else [None]
            return [*refused_none, *values]
    return []


def places(schema: Schema, body: dict[str, Any], at: str = "") -> Iterator[tuple[str, Any]]:
    """(JSON pointer, field) of every field of a schema that is said in the body, at any depth."""
    for name, field in schema.fields.items():
        if name not in body:
            continue
        yield f"{at}/{name}", field
        inner = field.inner if isinstance(field, fields.List) else field
        if isinstance(inner, fields.Nested):
            if isinstance(body[name], list):
                yield from places(inner.schema, body[name][0], f"{at}/{name}/0")
            else:
                yield from places(inner.schema, body[name], f"{at}/{name}")


def changed(body: dict[str, Any], pointer: str, value: Any) -> dict[str, Any]:
    """A copy of the body with another value at a JSON pointer."""
    copy = json.loads(json.dumps(body))
    at: Any = copy
    *path, last = pointer.strip("/").split("/")
    for part in path:
        at = at[int(part)] if isinstance(at, list) else at[part]
    at[last] = value
    return copy
