"""Units at every door: the form, the API, the import, and what is shown."""

from __future__ import annotations

import pytest
from flask import Flask
from neo4j import Driver

from supplychain.actions.imports.cells import BadCell, parse_cell
from supplychain.graph.engine.transactions import run, write
from supplychain.model.imports.tables import PARTS
from supplychain.model.units import UNITS
from tests.make.accounts import api_client, browser, make_user
from tests.make.firms import make_firm
from tests.make.parts_requests import make_part, make_parts_request


def test_the_api_takes_words_and_tells_codes(app: Flask, driver: Driver) -> None:
    api = api_client(app, driver, make_user(driver, make_firm(driver)))
    lines = [{"quantity": 5, "uom": word} for word in ("pcs", "公斤", "MTR", "m²", "")]
    made = api.call("post", "/parts-requests", json={"lines": lines})
    assert [one["uom"] for one in made.json["lines"]] == ["H87", "KGM", "MTR", "MTK", "H87"]
    refused = api.call("post", "/parts-requests", json={"lines": [{"uom": "stones"}]})
    assert refused.status_code == 422
    assert [one["pointer"] for one in refused.json["errors"]] == ["/lines/0/uom"]


def test_a_part_is_asked_for_in_its_own_unit(app: Flask, driver: Driver) -> None:
    buyer = make_user(driver, make_firm(driver))
    api = api_client(app, driver, buyer)
    part_id = make_part(driver, buyer.firm_id)
    write(driver, lambda tx: run(tx, "MATCH (p:Part {id: $id}) SET p.uom = 'kg'", id=part_id))

    def ask(uom: str) -> object:
        line = {"part_id": part_id, "quantity": 5, "uom": uom}
        answer = api.call("post", "/parts-requests", json={"lines": [line]})
        if answer.status_code == 201:
            return answer.json["lines"][0]["uom"]
        return [one["detail"] for one in answer.json["errors"]]

    assert ask("kg") == "KGM"
    assert ask("") == "KGM"
    assert ask("t") == [
        "This part is counted in kg, of which this unit is 1000. Ask for it in that unit."
    ]
    assert ask("pcs") == ["This part is counted in kg. Ask for it in that unit."]


def test_the_form_offers_all_units_and_keeps_what_was_stored(app: Flask, driver: Driver) -> None:
    buyer = make_user(driver, make_firm(driver))
    client = browser(app, driver, buyer)
    page = client.get("/parts-requests/new").text
    for unit in UNITS:
        assert f'<option value="{unit.code}"' in page
    request_id = make_parts_request(driver, buyer, publish=False)
    store = "MATCH (:PartsRequest {id: $id})-[:HAS_LINE]->(l) SET l.uom = $uom"
    write(driver, lambda tx: run(tx, store, id=request_id, uom="stones"))
    assert "500 stones" in client.get(f"/parts-requests/{request_id}").text
    form = client.get(f"/parts-requests/{request_id}/edit").text
    assert '<option value="stones" selected>stones</option>' in form
    write(driver, lambda tx: run(tx, store, id=request_id, uom="Stk."))
    assert "500 pcs" in client.get(f"/parts-requests/{request_id}").text


@pytest.mark.parametrize(("language", "shown"), [("en", "500 pcs"), ("zh", "500 件")])
def test_a_unit_is_shown_in_the_readers_language(
    app: Flask, driver: Driver, language: str, shown: str
) -> None:
    buyer = make_user(driver, make_firm(driver), language=language)
    request_id = make_parts_request(driver, buyer)
    assert shown in browser(app, driver, buyer).get(f"/parts-requests/{request_id}").text


def test_the_import_reads_words_and_refuses_what_is_no_unit() -> None:
    column = next(one for one in PARTS.columns if one.name == "uom")
    assert parse_cell(column, "Stück") == "H87"
    assert parse_cell(column, "吨") == "TNE"
    with pytest.raises(BadCell, match="not known"):
        parse_cell(column, "stones")
