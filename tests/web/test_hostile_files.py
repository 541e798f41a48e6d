"""Files: too large, lying, bombs, formulas, and names that point elsewhere."""

from __future__ import annotations

import io
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from neo4j import Driver
from werkzeug.test import TestResponse

from supplychain.actions.imports.imports import import_tables
from supplychain.config import settings
from supplychain.graph import firms
from supplychain.graph.engine.transactions import read
from supplychain.model.people.actors import Actor
from tests.make.accounts import api_client, browser, make_user
from tests.make.jobs import do_jobs
from tests.make.parts_requests import make_parts_request
from tests.make.tables import dump, network, write_folder

PDF = b"%PDF-1.7 a drawing"
MEGABYTES = 100


@pytest.fixture
def presses(driver: Driver, tmp_path: Path) -> Actor:
    """The owner of a firm in the canonical network."""
    import_tables(driver, write_folder(tmp_path / "network", network()), by=None)
    return make_user(driver, read(driver, firms.get, "presses"))


def announce(
    client: FlaskClient, path: str, *, kind: str, token: str = "", method: str = "POST"
) -> TestResponse:
    """A request that says it is 100 MB long, and sends nothing yet."""
    headers = {"Idempotency-Key": "a-key-of-its-own", "If-Match": '"1"'}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    return client.open(
        path,
        method=method,
        headers=headers,
        content_type=kind,
        environ_overrides={"CONTENT_LENGTH": str(MEGABYTES * 2**20)},
    )


@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "application/json"])
@pytest.mark.parametrize(
    "path", ["/uploads", "/parts-requests", "/parts-requests/{id}/attachments"]
)
def test_a_hundred_megabytes_are_refused_by_their_length_alone(
    app: Flask, driver: Driver, presses: Actor, path: str, kind: str
) -> None:
    request_id = make_parts_request(driver, presses, publish=False)
    before = dump(driver)
    api, page = api_client(app, driver, presses), browser(app, driver, presses)
    before = dump(driver)
    path = path.format(id=request_id)
    begun = time.monotonic()
    answer = announce(api.client, f"/api/v1{path}", kind=kind, token=api.token)
    assert answer.status_code == 422, answer.text
    assert answer.content_type == "application/problem+json"
    assert 400 <= announce(page, path, kind=kind).status_code < 500
    assert time.monotonic() - begun < 10
    assert dump(driver) == before


NAMES = [
    "../../../../etc/cron.d/x.pdf",
    "..\\..\\windows\\win.pdf",
    "/etc/passwd.pdf",
    "a\r\nSet-Cookie: session=1.pdf",
    '"; filename="evil.html.pdf',
    "<script>alert(1)</script>.pdf",
    "\u202efdp.exe.pdf",
    "x" * 5000 + ".pdf",
    "con.pdf",
    "{{7*7777777}}.pdf",
    "a\x00b.pdf",
    "图纸 №1 – ½.pdf",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_files_name_never_leads_anywhere(
    app: Flask, driver: Driver, presses: Actor, name: str
) -> None:
    request_id = make_parts_request(driver, presses, publish=False)
    api = api_client(app, driver, presses)
    path = f"/parts-requests/{request_id}/attachments"
    answer = api.call("post", path, data={"file": (io.BytesIO(PDF), name)})
    assert answer.status_code in (201, 422)
    kept = [one.resolve() for one in settings().data_dir.rglob("*.pdf")]
    assert kept == []
    page = browser(app, driver, presses).get(f"/parts-requests/{request_id}/edit").text
    assert "<script>alert(1)" not in page
    assert "54444439" not in page
    if answer.status_code == 422:
        return
    shown = answer.json["name"]
    assert not set(shown) & set('/\\"<>\r\n\x00\u202e')
    assert len(shown) <= 120
    with api.call("get", f"{path}/{answer.json['id']}") as got:
        assert got.data == PDF
        assert got.headers["Content-Disposition"].startswith("attachment;")
        assert "Set-Cookie" not in got.headers
        assert got.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", b"<script>alert(1)</script>"),
        ("drawing.svg", b"<svg onload='alert(1)'/>"),
        ("a.pdf", b"<script>alert(1)</script>"),
        ("a.png", PDF),
        ("a.exe", b"MZ"),
        ("a.pdf", b""),
        (".pdf", PDF),
        ("..", PDF),
        ("a.zip", b"not a zip"),
    ],
)
def test_what_is_not_what_it_says_is_not_kept(
    app: Flask, driver: Driver, presses: Actor, name: str, content: bytes
) -> None:
    request_id = make_parts_request(driver, presses, publish=False)
    api = api_client(app, driver, presses)
    before = dump(driver)
    path = f"/parts-requests/{request_id}/attachments"
    answer = api.call("post", path, data={"file": (io.BytesIO(content), name)})
    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "/file"
    assert dump(driver) == before


def workbook(rows: list[list[object]], sheet: str = "stocks") -> bytes:
    """A workbook as a spreadsheet program saves it."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = sheet
    for row in rows:
        page.append(row)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


HEAD: list[object] = ["firm_id", "part_id", "quantity", "daily_use"]


def upload(app: Flask, driver: Driver, who: Actor, content: bytes, name: str) -> tuple[str, str]:
    """Send a file and have it imported; how the job ended, and what it says."""
    api = api_client(app, driver, who)
    sent = api.call("post", "/uploads", data={"files": (io.BytesIO(content), name)})
    assert sent.status_code == 202, sent.text
    (ended,) = do_jobs(driver)
    job = api.call("get", f"/jobs/{sent.json['id']}")
    report = api.call("get", f"/uploads/{sent.json['about_id']}/report")
    text = f"{job.text}\n{report.data.decode('utf-8-sig')}"
    assert "Traceback" not in text
    return ended, text


def stocks(driver: Driver) -> set[str]:
    """All stocks as they lie in the graph."""
    return {node for node in dump(driver)[0] if "'Stock'" in node}


@pytest.mark.parametrize(
    "cell", ["=1+1", '=HYPERLINK("http://evil")', "=cmd|' /C calc'!A0", "@SUM(1)", "+1+1", "-1"]
)
def test_a_formula_is_no_quantity(app: Flask, driver: Driver, presses: Actor, cell: str) -> None:
    before = stocks(driver)
    text = ",".join(map(str, HEAD)) + f'\npresses,bolt,"{cell.replace(chr(34), "")}",1\n'
    book = workbook([HEAD, ["presses", "bolt", cell, 1]])
    for content, name in ((book, "a.xlsx"), (text.encode(), "stocks.csv")):
        ended, told = upload(app, driver, presses, content, name)
        assert (ended, '"bad": 1' in told or '"bad":1' in told) == ("done", True), told
        report = told.split("reason\n")[-1]
        assert "quantity" in report
        assert ",=" not in report
        assert stocks(driver) == before


def bomb(*, entries: int = 1, name: str = "xl/worksheets/sheet{}.xml") -> bytes:
    """A small zip that holds 100 MB of nothing."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for place in range(entries):
            archive.writestr(name.format(place), bytes(MEGABYTES * 2**20 // entries))
    return kept.getvalue()


@pytest.mark.parametrize("content", [bomb, lambda: bomb(entries=2000), lambda: bomb(name="x{}")])
def test_a_zip_bomb_is_refused_before_it_is_opened(
    app: Flask, driver: Driver, presses: Actor, content
) -> None:
    before = stocks(driver)
    ended, told = upload(app, driver, presses, content(), "a.xlsx")
    assert ended == "failed"
    assert "too large to open" in told
    assert stocks(driver) == before


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04",
        b"\x00" * 1000,
        b"\xff\xfe" * 500,
        b'"' * 100_000,
        b"firm_id,firm_id\na,b\n",
        b"firm_id,part_id,quantity,daily_use\n" + b"x" * 300_000 + b",bolt,1,1\n",
        b"firm_id,part_id,quantity,daily_use\npresses,bolt\x00,1,1\n",
        b"firm_id,part_id,quantity,daily_use\npresses,bolt,9223372036854775808,1\n",
        b"firm_id,part_id,quantity,daily_use\npresses,bolt,NaN,1e309\n",
        "firm_id,part_id,quantity,daily_use\npresses,\u202ebolt,1,1\n".encode(),
    ],
)
def test_a_table_that_cannot_be_meant_writes_nothing(
    app: Flask, driver: Driver, presses: Actor, content: bytes
) -> None:
    before = stocks(driver)
    ended, told = upload(app, driver, presses, content, "stocks.csv")
    assert ended == "failed" or '"bad":1' in told.replace(" ", ""), told[:500]
    assert stocks(driver) == before
