"""Standing prices for 10, 100 or 1,000 pieces: one cost through every door."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from neo4j import Driver

from supplychain.actions.imports.imports import import_tables
from supplychain.actions.rankings.rankings import match_parts_request
from supplychain.graph.bids import standing_prices
from supplychain.graph.engine.transactions import read
from supplychain.model.ids import new_id, utc_now
from tests.make.accounts import api_client, browser, make_user
from tests.make.firms import make_firm
from tests.make.matches import make_ability
from tests.make.parts_requests import make_part, make_parts_request

BODY = {
    "currency": "CNY", "moq": 1, "lead_days": 5, "tiers": [{"start": 1, "price": "12345"}],
}  # fmt: skip


def test_a_price_for_a_thousand_is_a_thousandth_each(app: Flask, driver: Driver) -> None:
    buyer, supplier = (make_user(driver, make_firm(driver)) for _ in range(2))
    part = make_part(driver)
    make_ability(driver, supplier.firm_id)
    selling = api_client(app, driver, supplier)
    wrong = selling.call("post", "/offers", json={**BODY, "part_id": part, "price_per": 50})
    assert [one["pointer"] for one in wrong.json["errors"]] == ["/price_per"]
    made = selling.call("post", "/offers", json={**BODY, "part_id": part, "price_per": 1000}).json
    assert made["price_per"] == 1000

    request_id = make_parts_request(driver, buyer, lines=({"part_id": part},))
    match_parts_request(driver, request_id, now=utc_now())
    matches = api_client(app, driver, buyer).call("get", f"/parts-requests/{request_id}/matches")
    (row,) = matches.json["lines"][0]["best"]
    assert row["landed_cost"]["unit_price"] == "12.345"
    own = read(
        driver, standing_prices.list_own, [part], currencies=["CNY"], viewer=supplier.firm_id,
        today=utc_now().date(),
    )  # fmt: skip
    assert own[part].line.price_per == 1000
    assert own[part].line.amount(200) == 2469

    client = browser(app, driver, supplier)
    assert "for 1,000 pcs" in client.get("/capabilities").text
    path = f"/offers/{made['id']}"
    form = client.get(path).text
    assert '<option value="1000" selected>' in form
    values = {
        "currency": "CNY", "moq": "1", "lead_days": "5", "tiers-0-start": "1",
        "tiers-0-price": "1234.5", "price_per": "100", "version": made["version"], "once": new_id(),
    }  # fmt: skip
    assert client.post(path, data=values).status_code == 302
    assert selling.call("get", path).json["price_per"] == 100


def test_price_bases_are_imported_and_kept(app: Flask, driver: Driver, tmp_path: Path) -> None:
    supplier = make_user(driver, make_firm(driver))
    part = make_part(driver)
    head = "firm_id,part_id,min_quantity,unit_price,currency,price_per"
    table = tmp_path / "offers.csv"
    table.write_text(f"{head}\n{supplier.firm_id},{part},1,10.5,CNY,100\n")
    assert import_tables(driver, tmp_path, by=supplier).written
    table.write_text(f"{head}\n{supplier.firm_id},{part},1,10.5,CNY,7\n")
    refused = import_tables(driver, tmp_path, by=supplier)
    assert [(cell.column, cell.message) for cell in refused.bad_rows] == [
        ("price_per", "A price may be for 1, 10, 100 or 1000 pieces.")
    ]
    table.write_text(f"{head[:-10]}\n{supplier.firm_id},{part},1,9.5,CNY\n")
    assert import_tables(driver, tmp_path, by=supplier).written
    (offer,) = api_client(app, driver, supplier).call("get", "/offers").json["items"]
    assert (offer["price_per"], offer["tiers"][0]["price"]) == (100, "9.50")


def test_a_part_by_the_kilogram_is_priced_by_it(app: Flask, driver: Driver, tmp_path: Path) -> None:
    supplier = make_user(driver, make_firm(driver))
    (tmp_path / "parts.csv").write_text(
        f"part_id,name,category,uom,designer_id\nwire,Wire,wire,kg,{supplier.firm_id}\n"
    )
    (tmp_path / "offers.csv").write_text(
        "firm_id,part_id,min_quantity,unit_price,currency,price_per\n"
        f"{supplier.firm_id},wire,1,780,CNY,100\n"
    )
    assert import_tables(driver, tmp_path, by=supplier).written
    (offer,) = api_client(app, driver, supplier).call("get", "/offers").json["items"]
    assert (offer["uom"], offer["price_per"]) == ("KGM", 100)
    client = browser(app, driver, supplier)
    assert "for 100 kg" in client.get("/capabilities").text
    assert (
        '<option value="100" selected>100 kg</option>' in client.get("/offers/" + offer["id"]).text
    )
