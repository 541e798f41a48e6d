"""Tables through the portal and the API."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from neo4j import Driver

from supplychain.actions.imports.imports import import_tables
from supplychain.actions.imports.uploads import clear_old_uploads
from supplychain.config import settings
from supplychain.graph import firms
from supplychain.graph.engine.transactions import read
from supplychain.model.ids import to_text, utc_now
from supplychain.model.jobs import StartedJob
from supplychain.model.people.actors import Actor
from supplychain.model.quantities import NOT_WHOLE
from supplychain.tasks import imports as tasks
from tests.actions.imports.test_parsing import SLOW_ROWS, ods
from tests.make.accounts import ApiClient, api_client, browser, make_user
from tests.make.jobs import do_jobs
from tests.make.tables import network, write_folder

STOCKS = "firm_id,part_id,quantity,daily_use\n"
GOOD = f"{STOCKS}presses,bolt,700,\n"
BAD = f"{STOCKS}presses,bolt,700,\npresses,frame,-1,\nforge,bolt,1,\n"


@pytest.fixture
def presses(driver: Driver, tmp_path: Path) -> Actor:
    """The owner of a firm in the canonical network."""
    import_tables(driver, write_folder(tmp_path / "network", network()), by=None)
    return make_user(driver, read(driver, firms.get, "presses"))


def files(text: str | bytes, name: str = "stocks.csv") -> dict[str, object]:
    content = text if isinstance(text, bytes) else text.encode()
    return {"files": (io.BytesIO(content), name)}


def send(client: ApiClient, text: str | bytes, name: str = "stocks.csv", **more: str):
    return client.call("post", "/uploads", data={**files(text, name), **more})


def test_a_firm_sends_a_table_and_sees_what_was_written(
    app: Flask, driver: Driver, presses: Actor
) -> None:
    client = api_client(app, driver, presses)
    answer = send(client, GOOD)
    assert answer.status_code == 202
    assert answer.headers["Location"] == f"/api/v1/jobs/{answer.json['id']}"
    assert do_jobs(driver) == ["done"]
    upload = client.call("get", f"/uploads/{answer.json['about_id']}").json
    assert upload["name"] == "stocks.csv"
    assert upload["job"]["result"]["tables"]["stocks"] == {
        "rows": 1,
        "new": 0,
        "changed": 1,
        "unchanged": 0,
        "bad": 0,
    }
    assert [one["id"] for one in client.call("get", "/uploads").json["items"]] == [upload["id"]]


def test_bad_rows_are_listed_and_nothing_is_written_unless_they_are_skipped(
    app: Flask, driver: Driver, presses: Actor
) -> None:
    client = api_client(app, driver, presses)
    first = send(client, BAD).json["about_id"]
    second = send(client, BAD, skip_bad="true").json["about_id"]
    do_jobs(driver)
    results = [
        client.call("get", f"/uploads/{one}").json["job"]["result"] for one in (first, second)
    ]
    assert [(one["written"], one["bad"]) for one in results] == [(False, 2), (True, 2)]
    report = client.call("get", f"/uploads/{first}/report")
    assert report.data.decode("utf-8-sig").splitlines() == [
        "table,row,column,value,reason",
        "stocks,3,quantity,'-1,Must not be negative.",
        "stocks,4,firm_id,forge,Not yours to write.",
    ]
    page = browser(app, driver, presses).get(f"/uploads/{first}").text
    assert "Must not be negative." in page
    assert "Nothing was written" in page


def test_one_key_sends_one_upload(app: Flask, driver: Driver, presses: Actor) -> None:
    client = api_client(app, driver, presses)
    answers = [
        client.call("post", "/uploads", data=files(GOOD), key="the-same-key").json for _ in range(2)
    ]
    assert answers[0]["id"] == answers[1]["id"]
    other = client.call("post", "/uploads", data=files(BAD), key="the-same-key")
    assert other.status_code == 422
    assert len(client.call("get", "/uploads").json["items"]) == 1


def test_uploads_page_through_cursors(app: Flask, driver: Driver, presses: Actor) -> None:
    client = api_client(app, driver, presses)
    sent = [send(client, GOOD).json["about_id"] for _ in range(3)]
    first = client.call("get", "/uploads?limit=2").json
    rest = client.call("get", f"/uploads?limit=2&cursor={first['next_cursor']}").json
    assert [one["id"] for one in first["items"] + rest["items"]] == sent[::-1]


def test_another_firms_upload_is_the_same_as_none(
    app: Flask, driver: Driver, presses: Actor
) -> None:
    upload_id = send(api_client(app, driver, presses), BAD).json["about_id"]
    do_jobs(driver)
    rival = make_user(driver, read(driver, firms.get, "forge"))
    theirs, page = api_client(app, driver, rival), browser(app, driver, rival)
    for path in ("/uploads/%s", "/uploads/%s/report"):
        answers = [theirs.call("get", path % one) for one in (upload_id, "none")]
        assert [one.status_code for one in answers] == [404, 404]
        assert answers[0].data == answers[1].data
    assert page.get(f"/uploads/{upload_id}").status_code == 404
    assert page.get(f"/uploads/{upload_id}/report.csv").status_code == 404
    assert theirs.call("get", "/uploads").json["items"] == []


def test_a_viewer_may_look_but_not_send(app: Flask, driver: Driver, presses: Actor) -> None:
    viewer = make_user(driver, read(driver, firms.get, "presses"), "viewer")
    assert send(api_client(app, driver, viewer), GOOD).status_code == 403
    page = browser(app, driver, viewer).get("/uploads")
    assert page.status_code == 200
    assert 'type="file"' not in page.text


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", ""),
        (b"x", "report.pdf"),
        (b"x", "customers.csv"),
        (b"x", "../../etc/passwd"),
        (b"x", "stocks"),
    ],
)
def test_what_cannot_be_a_table_is_refused_at_once(
    app: Flask, driver: Driver, presses: Actor, content: bytes, name: str
) -> None:
    client = api_client(app, driver, presses)
    assert send(client, content, name).status_code == 422
    assert client.call("get", "/uploads").json["items"] == []
    page = browser(app, driver, presses).post("/uploads", data=files(content, name))
    if name != "customers.csv":  # a page looks into a file of any name
        assert page.status_code == 422
        assert 'href="#f-files"' in page.text


def test_several_csv_files_are_one_upload_and_a_copys_name_is_understood(
    app: Flask, driver: Driver, presses: Actor
) -> None:
    parts = "part_id,name,category,designer_id\nbeam,Beam,Castings,presses\n"
    both = [
        (io.BytesIO(f"{STOCKS}presses,beam,7,\n".encode()), "stocks (1).csv"),
        (io.BytesIO(parts.encode()), "Parts.CSV"),
    ]
    client = api_client(app, driver, presses)
    upload_id = client.call("post", "/uploads", data={"files": both}).json["about_id"]
    assert do_jobs(driver) == ["done"]
    result = client.call("get", f"/uploads/{upload_id}").json["job"]["result"]
    assert {name: counts["new"] for name, counts in result["tables"].items()} == {
        "parts": 1,
        "stocks": 1,
    }


def test_a_file_is_taken_as_a_firm_has_it_and_what_is_left_out_is_named(
    app: Flask, driver: Driver, presses: Actor
) -> None:
    lines = ["sep=;", "Teilenummer;Bestand;Fach", "bolt;1.000;Süd", "frame;12,5;Süd", "Summe;1;"]
    text = "\r\n".join(lines).encode("cp1252")
    client = api_client(app, driver, presses)
    upload_id = send(client, text, "Lagerbestand_März (2).csv", skip_bad="true").json["about_id"]
    assert do_jobs(driver) == ["done"]
    result = client.call("get", f"/uploads/{upload_id}").json["job"]["result"]
    counts = result["tables"]["stocks"]
    assert (counts["rows"], counts["changed"] + counts["new"], counts["bad"]) == (2, 1, 1)
    assert result["left_out"] == ["stocks: Fach"]
    assert result["skipped_rows"] == {"stocks": [5]}
    page = browser(app, driver, presses).get(f"/uploads/{upload_id}").text
    assert "Columns that were not understood were left out: stocks: Fach." in page
    assert "were left out: 5." in page
    assert NOT_WHOLE in page


def test_a_zip_bomb_and_a_broken_file_fail_the_job_with_a_clear_word(
    app: Flask, driver: Driver, presses: Actor
) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 50_000_000)
    client = api_client(app, driver, presses)
    sent = [send(client, bomb.getvalue(), "a.xlsx"), send(client, b"nonsense", "b.xlsx")]
    assert do_jobs(driver) == ["failed", "failed"]
    told = [client.call("get", f"/jobs/{one.json['id']}").json["message"] for one in sent]
    assert "too large to open" in told[0]
    assert "could not be read" in told[1]


def test_a_file_over_the_limit_is_refused(
    app: Flask, driver: Driver, presses: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = replace(settings(), upload_megabytes=0)
    monkeypatch.setattr("supplychain.web.input.bounded.settings", lambda: config)
    answer = send(api_client(app, driver, presses), GOOD)
    assert answer.status_code == 422
    assert answer.json["detail"] == "This is too large. Send less at once."


def test_a_firm_sees_its_room_and_makes_more(
    app: Flask, driver: Driver, presses: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = replace(settings(), firm_files=1)
    monkeypatch.setattr("supplychain.actions.kept_files.settings", lambda: config)
    client, page = api_client(app, driver, presses), browser(app, driver, presses)
    upload_id = send(client, GOOD).json["about_id"]
    kept = client.call("get", "/kept-files").json
    assert (kept["files"], kept["most_files"], kept["size_bytes"]) == (1, 1, len(GOOD))
    assert "1 of 1 files" in page.get("/uploads").text
    refused = send(client, GOOD)
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "/files")
    again = page.post("/uploads", data=files(GOOD))
    assert again.status_code == 422
    assert "Delete files of old imports" in again.text
    assert client.call("delete", f"/uploads/{upload_id}/files").status_code == 409
    do_jobs(driver)
    assert "Delete the files" in page.get(f"/uploads/{upload_id}").text
    viewer = make_user(driver, read(driver, firms.get, "presses"), "viewer")
    assert "Delete the files" not in browser(app, driver, viewer).get(f"/uploads/{upload_id}").text
    rival = api_client(app, driver, make_user(driver, read(driver, firms.get, "forge")))
    assert rival.call("delete", f"/uploads/{upload_id}/files").status_code == 404
    assert page.post(f"/uploads/{upload_id}/files-removal").status_code == 302
    shown = page.get(f"/uploads/{upload_id}").text
    assert "were deleted on" in shown
    assert "Delete the files" not in shown
    assert client.call("get", f"/uploads/{upload_id}").json["cleared_at"]
    assert client.call("delete", f"/uploads/{upload_id}/files").status_code == 409
    assert client.call("get", "/kept-files").json["files"] == 0
    assert send(client, GOOD).status_code == 202


def test_the_same_key_is_answered_alike_when_there_is_no_room_any_more(
    app: Flask, driver: Driver, presses: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = replace(settings(), firm_files=1)
    monkeypatch.setattr("supplychain.actions.kept_files.settings", lambda: config)
    client = api_client(app, driver, presses)
    first, second = (
        client.call("post", "/uploads", data=files(GOOD), key="the-same-key") for _ in range(2)
    )
    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json["id"] == second.json["id"]


def test_a_file_that_hogs_its_reader_fails_for_good_and_others_go_on(
    app: Flask, driver: Driver, presses: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = replace(settings(), parser_seconds=1, parser_megabytes=4096)
    monkeypatch.setattr("supplychain.actions.imports.limits.settings", lambda: config)
    client = api_client(app, driver, presses)
    slow = ods(tmp_path / "slow.ods", SLOW_ROWS).read_bytes()
    assert len(slow) < 48_000
    sent = [send(client, slow, "slow.ods"), send(client, GOOD)]
    assert sorted(do_jobs(driver)) == ["done", "failed"]
    told = [client.call("get", f"/jobs/{one.json['id']}").json for one in sent]
    assert [one["state"] for one in told] == ["failed", "done"]
    assert "more than 1 seconds to read" in told[0]["message"]
    assert do_jobs(driver) == []


def test_a_job_that_runs_twice_changes_nothing_more(
    app: Flask, driver: Driver, presses: Actor
) -> None:
    answer = send(api_client(app, driver, presses), GOOD).json
    job = StartedJob(
        kind="import", about_id=answer["about_id"], firm_id="presses", user_id=presses.user_id,
        tries=1, created_at=to_text(utc_now()),
    )  # fmt: skip
    results = [
        tasks.HANDLERS["import"](driver, job, lambda *_told: None)["tables"]["stocks"]
        for _ in range(2)
    ]
    assert [(one["changed"], one["unchanged"]) for one in results] == [(1, 0), (0, 1)]


@pytest.mark.parametrize("path", ["/tables/export.xlsx", "/tables/template.xlsx"])
def test_a_workbook_comes_back_as_a_file_that_can_be_imported(
    app: Flask, driver: Driver, presses: Actor, path: str
) -> None:
    workbook = browser(app, driver, presses).get(path)
    assert workbook.status_code == 200
    client = api_client(app, driver, presses)
    send(client, workbook.data, "back.xlsx")
    assert do_jobs(driver) == ["done"]
    result = client.call("get", "/uploads").json["items"][0]["job"]["result"]
    assert result["bad"] == 0
    assert {(one["new"], one["changed"]) for one in result["tables"].values()} == {(0, 0)}


def test_the_api_gives_the_same_workbook(app: Flask, driver: Driver, presses: Actor) -> None:
    answer = api_client(app, driver, presses).call("get", "/export.xlsx")
    assert answer.status_code == 200
    assert zipfile.is_zipfile(io.BytesIO(answer.data))


def test_pages_speak_chinese(app: Flask, driver: Driver, presses: Actor) -> None:
    reader = make_user(driver, read(driver, firms.get, "presses"), language="zh")
    upload_id = send(api_client(app, driver, reader), BAD).json["about_id"]
    do_jobs(driver)
    client = browser(app, driver, reader)
    assert "不能是负数" in client.get(f"/uploads/{upload_id}").text
    assert "导入" in client.get("/uploads").text
    report = client.get(f"/uploads/{upload_id}/report.csv").data.decode("utf-8-sig")
    assert "不能是负数" in report


def test_old_files_are_deleted_after_a_month(app: Flask, driver: Driver, presses: Actor) -> None:
    upload_id = send(api_client(app, driver, presses), GOOD).json["about_id"]
    folder = settings().files_dir / "uploads" / upload_id
    now = utc_now()
    clear_old_uploads(driver, now)
    assert folder.is_dir()
    clear_old_uploads(driver, now.replace(year=now.year + 1))
    assert not folder.exists()
