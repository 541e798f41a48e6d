"""An import as a conversation, on its pages and by the API."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from flask import Flask
from neo4j import Driver

from supplychain.actions.imports.imports import import_tables
from supplychain.graph import firms
from supplychain.graph.engine.transactions import read
from supplychain.model.people.actors import Actor
from tests.make.accounts import api_client, browser, make_user
from tests.make.jobs import do_jobs
from tests.make.tables import network, write_folder

LIST = (
    "Press 63 t;;;;\n"
    "Artikel;Bezeichnung;Sorte;Gewicht kg;Fach\n"
    "P-1;Bolt M8;Castings;0,02;A\n"
    "P-2;Nut M8;Castings;n.a.;A\n"
    "P-3;Washer;Castings;n.a.;A\n"
)
SAID = {"Artikel": "part_id", "Bezeichnung": "name", "Sorte": "category", "Gewicht kg": "weight_kg"}


@pytest.fixture
def presses(driver: Driver, tmp_path: Path) -> Actor:
    import_tables(driver, write_folder(tmp_path / "network", network()), by=None)
    return make_user(driver, read(driver, firms.get, "presses"))


def sent(text: str = LIST, name: str = "EBOM 2026-11.csv") -> dict[str, object]:
    return {"files": (io.BytesIO(text.encode()), name)}


def values_of(page: str) -> dict[str, str]:
    """What a form of a page would send as it stands."""
    main = page.partition("<main")[2]
    fields = dict(re.findall(r'<input[^>]* name="([^"]+)"[^>]*value="([^"]*)"', main))
    for name, body in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', main, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', body)
        fields[name] = chosen[1] if chosen else ""
    return {name: text for name, text in fields.items() if not name.startswith(("leave-", "add_"))}


def test_the_pages_lead_from_the_file_to_what_is_written(
    app: Flask, driver: Driver, presses: Actor
) -> None:
    page = browser(app, driver, presses)
    start = page.post("/uploads", data=sent())
    path = start.location.removesuffix("/reading")
    waiting = page.get(start.location)
    assert "Nothing is written yet" in waiting.text
    assert "Look again" in waiting.text
    do_jobs(driver)
    assert page.get(path).location == f"{path}/reading"
    assert page.get(f"{path}/reading").location == f"{path}/meaning"
    first = page.get(f"{path}/meaning")
    assert "What is in EBOM 2026-11.csv? Choose below." in first.text
    chosen = {**values_of(first.text), "table-0": "parts"}
    assert page.post(f"{path}/meaning", data=chosen).status_code == 302
    do_jobs(driver)
    second = values_of(page.get(f"{path}/meaning").text)
    assert (second["col-0-3"], second["header-0"], second["version"]) == ("weight_kg", "2", "2")
    columns = {f"col-0-{at}": one for at, one in enumerate(SAID.values())}
    twice = page.post(f"{path}/meaning", data={**second, **columns, "col-0-4": "part_id"})
    assert twice.status_code == 422
    assert "Leave one out" in twice.text
    assert values_of(twice.text)["col-0-4"] == "part_id"
    assert page.post(f"{path}/meaning", data={**second, **columns}).status_code == 302
    do_jobs(driver)
    assert page.get(f"{path}/reading").location == f"{path}/mending"
    wrong = page.get(f"{path}/mending").text
    fields = values_of(wrong)
    (name,) = [one for one in fields if one.startswith("text-")]
    assert (fields[name], "Row 4, 5" in wrong, "Nut M8" in wrong) == ("n.a.", True, True)
    assert page.post(f"{path}/writing", data=values_of(wrong)).status_code == 422
    stale = page.post(f"{path}/mending", data={**fields, name: "0,01", "version": "1"})
    assert (stale.status_code, values_of(stale.text)[name]) == (409, "0,01")
    assert page.post(f"{path}/mending", data={**fields, name: "0,01"}).status_code == 302
    do_jobs(driver)
    assert page.get(f"{path}/reading").location == f"{path}/check"
    check = page.get(f"{path}/check").text
    assert "Columns that are left out: Fach." in check
    assert "not written yet" in page.get("/uploads").text
    assert page.post(f"{path}/writing", data=values_of(check)).location == path
    assert do_jobs(driver) == ["done"]
    assert "All rows are in." in page.get(path).text
    home = page.get("/import-mappings").text
    assert "EBOM 2026-11.csv" in home
    (forget,) = re.findall(r'action="(/import-mappings/[0-9a-f]+/forgetting)"', home)
    assert page.post(forget).status_code == 302
    assert "EBOM 2026-11.csv" not in page.get("/import-mappings").text


def test_the_api_has_the_same_conversation(app: Flask, driver: Driver, presses: Actor) -> None:
    client = api_client(app, driver, presses)
    job = client.call("post", "/uploads", data={**sent(), "write": "later"})
    assert (job.status_code, job.json["kind"]) == (202, "import_reading")
    path = f"/uploads/{job.json['about_id']}"
    assert client.call("get", f"{path}/understanding").json["step"] == "reading"
    do_jobs(driver)
    first = client.call("get", f"{path}/understanding")
    assert (first.json["step"], first.headers["ETag"]) == ("meaning", '"1"')
    answers = {"sheets": {"list-1": {"table": "parts", "columns": SAID}}}
    assert client.call("put", f"{path}/answers", json=answers).status_code == 422
    answered = client.call("put", f"{path}/answers", json=answers, headers={"If-Match": '"1"'})
    assert answered.status_code == 202, answered.text
    do_jobs(driver)
    again = client.call("put", f"{path}/answers", json=answers, headers={"If-Match": '"1"'})
    assert again.status_code == 412
    second = client.call("get", f"{path}/understanding").json
    assert (second["step"], second["bad"], second["tables"][0]["new"]) == ("mending", 2, 1)
    faults = client.call("get", f"{path}/faults?limit=1").json
    (fault,) = faults["items"]
    assert (fault["text"], fault["rows"], fault["of_text"]) == ("n.a.", [4, 5], True)
    mend = {"sheet": "list-1", "column": "weight_kg", "old": "n.a.", "text": "0,01"}
    refused = client.call("post", f"{path}/writing", json={}, headers={"If-Match": '"2"'})
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "/skip_bad")
    body = {"texts": [mend]}
    mended = client.call("put", f"{path}/mends", json=body, headers={"If-Match": '"2"'})
    assert mended.status_code == 202
    do_jobs(driver)
    third = client.call("get", f"{path}/understanding").json
    assert (third["step"], third["mends"]["texts"]) == ("ready", [mend])
    written = client.call("post", f"{path}/writing", json={}, headers={"If-Match": '"3"'})
    assert written.status_code == 202
    assert do_jobs(driver) == ["done"]
    (mapping,) = client.call("get", "/import-mappings").json["items"]
    assert mapping["name"] == "EBOM 2026-11.csv"
    assert client.call("get", path).json["job"]["result"]["tables"]["parts"]["new"] == 3


def test_another_firm_and_one_who_only_looks_change_nothing(
    app: Flask, driver: Driver, presses: Actor
) -> None:
    client = api_client(app, driver, presses)
    job = client.call("post", "/uploads", data={**sent(), "write": "later"}).json
    path = f"/uploads/{job['about_id']}"
    do_jobs(driver)
    rival = make_user(driver, read(driver, firms.get, "forge"))
    viewer = make_user(driver, read(driver, firms.get, "presses"), "viewer")
    version = {"If-Match": '"1"'}
    for who, code in ((rival, 404), (viewer, 403)):
        theirs, page = api_client(app, driver, who), browser(app, driver, who)
        for verb, part in (("put", "answers"), ("put", "mends"), ("post", "writing")):
            answer = theirs.call(verb, f"{path}/{part}", json={}, headers=version)
            assert answer.status_code == code, part
        assert page.get(f"{path}/meaning").status_code == (404 if who is rival else 200)
        assert page.post(f"{path}/mending", data={"version": "1"}).status_code == code
    assert client.call("get", f"{path}/understanding").json["version"] == 1


def test_the_pages_of_a_file_speak_chinese(app: Flask, driver: Driver, presses: Actor) -> None:
    reader = make_user(driver, read(driver, firms.get, "presses"), language="zh")
    page = browser(app, driver, reader)
    text = "零件号,名称,类别,重量\nP-1,螺栓,锻件,x\n"
    path = page.post("/uploads", data=sent(text, "清单.csv")).location.removesuffix("/reading")
    do_jobs(driver)
    shown = page.get(f"{path}/meaning").text
    assert "各列的含义" in shown or "是什么内容" in shown
