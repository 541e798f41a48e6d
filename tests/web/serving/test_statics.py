"""Static files: one version in their address, compressed, kept for good; pages compressed."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from typing import Any

import brotli
import pytest
from flask import Flask, jsonify
from neo4j import Driver
from typing_extensions import override
from werkzeug.test import Client

from supplychain.web.app import HEADERS
from supplychain.web.serving import statics

BROWSER = {"Accept-Encoding": "gzip, deflate, br"}


class WholeClient(Client):
    """Reads each answer whole and closes its file."""

    @override
    def open(self, *args: Any, **options: Any) -> Any:
        return super().open(*args, **{**options, "buffered": True})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("statics")


@pytest.fixture
def served(app: Flask, folder: Path) -> Client:
    """The application behind its prepared files."""
    return WholeClient(statics.serve_prepared(app, folder, HEADERS))


def test_files_are_sent_compressed_and_kept_for_good(served: Client) -> None:
    plain = served.get(f"/static/{statics.version()}/css/site.css")
    packed = served.get(f"/static/{statics.version()}/css/site.css", headers=BROWSER)
    assert packed.headers["Content-Encoding"] == "br"
    assert (
        brotli.decompress(packed.data) == plain.data == (statics.OWN / "css/site.css").read_bytes()
    )
    assert len(packed.data) < 0.3 * len(plain.data)
    for answer in (plain, packed):
        assert "immutable" in answer.headers["Cache-Control"]
        assert "Accept-Encoding" in answer.headers["Vary"]
        assert answer.headers["Content-Security-Policy"] == HEADERS["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    zipped = served.get(
        f"/bootstrap/static/{statics.version()}/css/bootstrap.min.css",
        headers={"Accept-Encoding": "gzip"},
    )
    assert gzip.decompress(zipped.data).startswith(b"@charset")


def test_every_address_in_a_page_has_the_version(served: Client) -> None:
    page = served.get("/sign-in").text
    addresses = re.findall(r'(?:href|src)="((?:/bootstrap)?/static/[^"]+)"', page)
    assert len(addresses) >= 4
    for address in addresses:
        answer = served.get(address)
        assert answer.status_code == 200, address
        assert "immutable" in answer.headers["Cache-Control"], address


@pytest.mark.parametrize("older", ["", "0123456789ab/"])
def test_a_page_of_before_an_update_gets_what_there_is(served: Client, older: str) -> None:
    for address in (
        f"/static/{older}css/site.css",
        f"/bootstrap/static/{older}css/bootstrap.min.css",
    ):
        answer = served.get(address)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "public, no-cache")


@pytest.mark.parametrize(
    "path", ["/static/%2e%2e/app.py", "/static/0123456789ab/../../app.py", "/static/0123456789ab/"]
)
def test_nothing_else_is_served(served: Client, path: str) -> None:
    assert served.get(path).status_code == 404


def test_files_that_cannot_be_prepared_are_sent_by_the_application(
    app: Flask, tmp_path: Path
) -> None:
    (tmp_path / "static").write_text("a file where the folder would be")
    plain = WholeClient(statics.serve_prepared(app, tmp_path, HEADERS))
    answer = plain.get(f"/static/{statics.version()}/css/site.css")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, statics.FOREVER)


def test_versions_of_long_ago_are_removed(app: Flask, tmp_path: Path) -> None:
    for number in range(5):
        (tmp_path / "static" / f"old{number}").mkdir(parents=True)
    statics.serve_prepared(app, tmp_path, HEADERS)
    kept = {path.name for path in (tmp_path / "static").iterdir()}
    assert statics.version() in kept
    assert len(kept) == statics.KEPT_FILES


def test_pages_are_compressed_where_the_reader_can(served: Client) -> None:
    plain, packed = served.get("/sign-in"), served.get("/sign-in", headers=BROWSER)
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "br"
    assert {"Cookie", "Accept-Encoding"} <= set(packed.headers["Vary"].split(", "))
    assert b"</html>" in brotli.decompress(packed.data)


def test_a_version_of_a_thing_is_not_renamed_by_compression() -> None:
    """``If-Match`` takes the ETag back: it must be the one that the thing has."""
    bare = Flask("bare")
    statics.init_app(bare)

    @bare.get("/thing")
    def thing() -> Any:
        answer = jsonify(text="x" * 5000)
        answer.set_etag("7")
        return answer

    answer = bare.test_client().get("/thing", headers=BROWSER)
    assert (answer.headers["ETag"], "Content-Encoding" in answer.headers) == ('"7"', False)


def test_the_first_page_is_small(served: Client, driver: Driver) -> None:
    """All that a browser loads for the page where everybody begins, compressed."""
    page = served.get("/sign-in", headers=BROWSER)
    text = brotli.decompress(page.data).decode()
    addresses = re.findall(r'(?:href|src)="((?:/bootstrap)?/static/[^"]+)"', text)
    total = len(page.data) + sum(
        len(served.get(address, headers=BROWSER).data) for address in addresses
    )
    assert total <= 45 * 1024


def test_a_token_of_forms_is_signed_anew_each_second(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A compressed page that is asked for again and again gives no token away byte by byte: what
    stays the same in it is worth nothing without the signature, which changes.
    """
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    tokens = []
    client = app.test_client()
    for second in (1_700_000_000, 1_700_000_001):
        monkeypatch.setattr("itsdangerous.timed.time.time", lambda second=second: second)
        page = client.get("/sign-in").text
        tokens.append(re.findall(r'name="csrf_token" value="([^"]+)"', page)[0].split("."))
    (payload, _, first), (same, _, second_signature) = tokens
    assert payload == same
    assert first != second_signature
    assert sum(a == b for a, b in zip(first, second_signature, strict=True)) < len(first) / 4
