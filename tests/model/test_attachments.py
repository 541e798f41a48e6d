"""Which files go with a request."""

from __future__ import annotations

import pytest

from supplychain.errors import Invalid
from supplychain.model.parts_requests.attachments import (
    MAX_BYTES,
    check_content,
    media_type,
    safe_name,
)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("ring.pdf", "ring.pdf"),
        ("../../etc/ring.PDF", "ring.pdf"),
        ("C:\\drawings\\ring.step", "ring.step"),
        ("锻造环 B版.dwg", "锻造环 B版.dwg"),
        ("a\x00b\nc.png", "abc.png"),
        ("evil\u202egnp.csv", "evilgnp.csv"),
        ("a\ud800b.zip", "ab.zip"),
        (".hidden.pdf", "hidden.pdf"),
        ("x" * 500 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_a_name_keeps_nothing_that_could_harm(given: str, kept: str) -> None:
    assert safe_name(given) == kept


@pytest.mark.parametrize("given", ["", "ring", "ring.exe", "ring.html", "ring.svg", ".pdf", "a/"])
def test_other_kinds_are_refused(given: str) -> None:
    with pytest.raises(Invalid):
        safe_name(given)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", b"<html>"),
        ("a.png", b"GIF89a"),
        ("a.jpg", b"\x89PNG\r\n\x1a\n"),
        ("a.zip", b"hello"),
        ("a.xlsx", b"%PDF-"),
        ("a.step", b"MZ"),
        ("a.stp", b"PK\x03\x04"),
        ("a.dxf", b"<svg/>"),
        ("a.dwg", b"0\nSECTION"),
        ("a.png", b"  \x89PNG\r\n\x1a\n"),
        ("a.csv", b"MZ\x90\x00"),
        ("a.csv", b""),
        ("a.csv", b"x" * (MAX_BYTES + 1)),
    ],
)
def test_content_that_is_not_what_the_name_says_is_refused(name: str, content: bytes) -> None:
    with pytest.raises(Invalid):
        check_content(name, content)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", b"%PDF-1.7"),
        ("a.dxf", b"0\nSECTION"),
        ("a.dxf", b"  0\r\nSECTION"),
        ("a.dxf", b"999\nof a program"),
        ("a.dxf", b"AutoCAD Binary DXF\r\n"),
        ("a.dwg", b"AC1032"),
        ("a.step", b"ISO-10303-21;\nHEADER;"),
        ("a.stp", b"\xef\xbb\xbf\r\nISO-10303-21;"),
        ("a.csv", "零件,数量\n".encode("gb18030")),
        ("a.csv", "part,quantity\n".encode("utf-16")),
    ],
)
def test_good_files_of_every_kind_pass(name: str, content: bytes) -> None:
    check_content(name, content)


def test_the_type_comes_from_the_name() -> None:
    assert media_type("a.jpeg") == "image/jpeg"
