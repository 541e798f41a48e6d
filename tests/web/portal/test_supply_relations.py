"""The page of supply relations: what waits, answers, and what a stranger's claim shows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from neo4j import Driver

from supplychain.actions.imports.imports import import_tables
from supplychain.model.people.actors import Actor
from tests.make.accounts import browser, make_user
from tests.make.firms import make_firm
from tests.make.parts_requests import make_part
from tests.make.tables import write_folder
from tests.make.tiers import make_supply


@pytest.fixture
def firms(driver: Driver) -> dict[str, Actor]:
    made = {
        name: make_firm(driver, id=f"id-{name}", name=f"{name} Ltd") for name in ("A", "B", "C")
    }
    make_supply(driver, made["C"], made["B"], "rod")
    make_part(driver, "bolt")
    make_part(driver, "nut")
    make_part(driver, "CALL-555", designer_id="id-A")
    return {name: make_user(driver, firm) for name, firm in made.items()}


def claim(driver: Driver, folder: Path, by: Actor, *claims: tuple[str, str, str]) -> None:
    cells = [[*one, "0.5", "", "", "30", ""] for one in claims]
    assert import_tables(driver, write_folder(folder, {"supply_relations": cells}), by=by).written


def press(client: FlaskClient, page: str, name: str) -> str:
    """Follow the form of the first button that is called so."""
    found = re.search(rf'action="([^"]+)"[^>]*>(?:(?!</form>).)*aria-label="{name}', page, re.S)
    assert found, f"no button {name}"
    return client.post(found[1], follow_redirects=True).text


def test_a_claim_waits_at_the_other_firms_home_and_is_confirmed_there(
    app: Flask, driver: Driver, firms: dict[str, Actor], tmp_path: Path
) -> None:
    claim(driver, tmp_path, firms["A"], ("id-B", "id-A", "bolt"), ("id-B", "id-A", "nut"))
    mine, theirs = browser(app, driver, firms["A"]), browser(app, driver, firms["B"])
    home = theirs.get("/").text
    assert "A Ltd says that your firms supply each other. Claims: 2" in home
    assert "/relations/id-A" in home
    own = mine.get("/relations").text
    assert "your claim, not confirmed by the other firm" in own
    assert "lead time 30 d" in own
    page = theirs.get("/relations/id-A").text
    assert "waits for your answer" in page
    assert "lead time 30 d" not in page
    assert mine.get("/tiers/firms/id-B").status_code == 404
    assert "Your claim, not confirmed" in mine.get("/tiers").text
    after = press(theirs, page, "Confirm: A Ltd")
    assert "Confirmed. The relation counts for both firms now." in after
    assert mine.get("/tiers/firms/id-B").status_code == 200
    assert "B Ltd confirmed that your firms supply each other." in mine.get("/").text


def test_a_refusal_is_told_and_the_claim_stays_its_writers(
    app: Flask, driver: Driver, firms: dict[str, Actor], tmp_path: Path
) -> None:
    claim(driver, tmp_path, firms["A"], ("id-B", "id-A", "bolt"), ("id-A", "id-B", "nut"))
    mine, theirs = browser(app, driver, firms["A"]), browser(app, driver, firms["B"])
    page = theirs.post("/relations/id-A/answers", data={"verb": "refuse"}, follow_redirects=True)
    assert "Refused. It counts for the other firm alone" in page.text
    assert "refused by you" in page.text
    own = mine.get("/relations?state=denied").text
    assert "your claim, refused by the other firm" in own
    assert "you may ask again from" in own
    assert "Ask again" not in own
    assert "B Ltd does not confirm" in mine.get("/").text
    assert "Nothing waits for you." in theirs.get("/").text
    assert "Taken back" in press(mine, own, "Take back: B Ltd")


def test_a_stranger_cannot_write_on_anothers_page(
    app: Flask, driver: Driver, firms: dict[str, Actor], tmp_path: Path
) -> None:
    claim(driver, tmp_path, firms["A"], ("id-A", "id-B", "CALL-555"))
    theirs = browser(app, driver, firms["B"])
    for address in ("/", "/relations", "/relations/id-A", "/tiers", "/parts-requests/new"):
        assert "CALL-555" not in theirs.get(address).text, address


def test_the_list_is_empty_filtered_and_paged(
    app: Flask, driver: Driver, firms: dict[str, Actor], tmp_path: Path
) -> None:
    client = browser(app, driver, firms["A"])
    assert "Import supply relations" in client.get("/relations").text
    parts = [f"part-{number:02d}" for number in range(60)]
    for part_id in parts:
        make_part(driver, part_id)
    claim(driver, tmp_path, firms["A"], *[("id-B", "id-A", part_id) for part_id in parts])
    first, second = client.get("/relations").text, client.get("/relations?page=2").text
    assert "Page 1 of 2" in first
    assert ("part-00" in first, "part-59" in first, "part-59" in second) == (True, False, True)
    assert "part-00" not in client.get("/relations?state=confirmed").text
    assert client.get("/relations?page=x&state=y").status_code == 200


def test_a_viewer_reads_and_answers_nothing(
    app: Flask, driver: Driver, firms: dict[str, Actor], tmp_path: Path
) -> None:
    claim(driver, tmp_path, firms["A"], ("id-B", "id-A", "bolt"))
    firm = make_firm(driver, id="id-V", name="V Ltd")
    assert browser(app, driver, make_user(driver, firm)).get("/relations/id-A").status_code == 404
    with driver.session() as session:
        session.run("MATCH (u:User {id: $id})-[w:WORKS_FOR]->() SET w.role = 'viewer'",
                    id=firms["B"].user_id).consume()  # fmt: skip
    page = browser(app, driver, firms["B"]).get("/relations").text
    assert "waits for your answer" in page
    assert '<button class="btn btn-primary" aria-label' not in page


def test_the_page_speaks_chinese(
    app: Flask, driver: Driver, firms: dict[str, Actor], tmp_path: Path
) -> None:
    claim(driver, tmp_path, firms["A"], ("id-B", "id-A", "bolt"))
    client = browser(app, driver, firms["B"])
    client.post("/language", data={"language": "zh"})
    assert "等待您答复" in client.get("/relations").text


def test_one_relation_is_declared_by_a_form_and_confirmed_by_the_other_firm(
    app: Flask, driver: Driver, firms: dict[str, Actor]
) -> None:
    mine, theirs = browser(app, driver, firms["A"]), browser(app, driver, firms["C"])
    assert "/relations/new" in mine.get("/relations").text
    page = mine.get("/relations/new?firm=C%20Ltd").text
    assert 'value="C Ltd"' in page
    said = {
        "firm": "C Ltd", "direction": "buys", "part_id": "bolt", "share": "40 %",
        "annual_spend": "", "currency": "", "lead_days": "30", "recover_days": "",
    }  # fmt: skip
    wrong = mine.post("/relations", data={**said, "part_id": "no-such", "lead_days": "soon"})
    assert wrong.status_code == 422
    assert 'value="40 %"' in wrong.text
    wrong = mine.post("/relations", data={**said, "firm": "Nobody"})
    assert "There is no firm of this name." in wrong.text
    after = mine.post("/relations", data=said, follow_redirects=True).text
    assert "Declared. The other firm is told" in after
    assert "share 40" in after
    assert "lead time 30 d" in after
    told = theirs.get("/relations/id-A").text
    assert "waits for your answer" in told
    assert "Confirmed. The relation counts" in press(theirs, told, "Confirm: A Ltd")


def test_a_viewer_declares_nothing(app: Flask, driver: Driver) -> None:
    viewer = make_user(driver, make_firm(driver, name="V Ltd"), "viewer")
    client = browser(app, driver, viewer)
    assert "/relations/new" not in client.get("/relations").text
    assert client.get("/relations/new").status_code == 403
    assert client.post("/relations", data={}).status_code == 403
