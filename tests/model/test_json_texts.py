"""JSON from outside is measured before anything is made of it."""

from __future__ import annotations

import time
import tracemalloc

import pytest

from supplychain.errors import Invalid
from supplychain.model.json_texts import BODY_LIMITS, MAX_BODY_BYTES, JsonLimits, read_json

FAST_S = 1.0
FEW_BYTES = 24 * 1024 * 1024
SMALL = JsonLimits(size_bytes=1000, levels=3, values=10, number_digits=5, name_chars=8)

HOGS = {
    "8.8 MB of empty objects": b'{"lines": [' + b"{}," * 2_900_000 + b"{}]}",
    "1 MB of empty objects": b'{"lines": [' + b"{}," * 340_000 + b"{}]}",
    "1 MB of numbers": b"[" + b"1," * 500_000 + b"1]",
    "100,000 unknown fields": b"{" + b",".join(b'"f%d":1' % n for n in range(100_000)) + b"}",
    "100,000 levels of lists": b"[" * 100_000 + b"]" * 100_000,
    "100,000 levels of objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "1e999999": b'{"a": 1e999999}',
    "a number of 100,000 digits": b'{"a": ' + b"9" * 100_000 + b"}",
    "a name of a megabyte": b'{"' + b"n" * 1_000_000 + b'": 1}',
    "quotes that do not end": b'"' + b'\\"' * 500_000,
    "blanks after a text": b'{"a"' + b" " * 1_000_000,
    "a name twice": b'{"a": 1, "a": 2}',
    "NaN": b'{"a": NaN}',
    "not UTF-8": b'{"a": "\xff"}',
}


@pytest.mark.parametrize("name", HOGS)
def test_hogs_are_refused_at_once(name: str) -> None:
    tracemalloc.start()
    started = time.process_time()
    try:
        with pytest.raises(Invalid):
            read_json(HOGS[name], BODY_LIMITS)
        took, (_, peak) = time.process_time() - started, tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert took < FAST_S
    assert peak < FEW_BYTES


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b" " * 1001, "too large"),
        (b"[[[[1]]]]", "nested deeper than 3"),
        (b"[1,1,1,1,1,1,1,1,1,1]", "more than 10 values"),
        (b"[123456]", "more than 5 digits"),
        (b'{"123456789": 1}', "longer than 8 characters"),
    ],
)
def test_each_limit_says_which_it_is(text: bytes, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        read_json(text, SMALL)


def test_what_is_within_the_limits_is_read_as_ever() -> None:
    assert read_json(b'{"a": [1, 2.5, "x\\"y", null, true]}', SMALL) == {
        "a": [1, 2.5, 'x"y', None, True]
    }
    assert read_json(b'"[[[[{{{{1234567"', SMALL) == "[[[[{{{{1234567"
    assert read_json(b"[1,1,1,1,1,1,1,1,1]", SMALL) == [1] * 9


def test_the_largest_body_is_read_quickly() -> None:
    text = b"[" + b",".join(b'"%09d"' % n for n in range(80_000)) + b"]"
    assert len(text) < MAX_BODY_BYTES
    started = time.process_time()
    assert len(read_json(text, BODY_LIMITS)) == 80_000
    assert time.process_time() - started < FAST_S
