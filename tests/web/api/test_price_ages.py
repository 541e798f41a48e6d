"""First and last days of standing prices, by API, page and ranking, and renewing them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from flask import Flask
from neo4j import Driver

from supplychain.actions.imports.imports import import_tables
from supplychain.actions.rankings.rankings import match_parts_request
from supplychain.graph.bids import standing_prices
from supplychain.graph.engine.transactions import read, run, write
from supplychain.model.ids import new_id, utc_now
from tests.make.accounts import api_client, browser, make_user
from tests.make.firms import make_firm
from tests.make.matches import make_ability
from tests.make.parts_requests import make_part, make_parts_request

TODAY = utc_now().date()
YESTERDAY, TOMORROW = (TODAY + timedelta(days=days) for days in (-1, 1))
BODY = {
    "currency": "CNY", "moq": 1, "lead_days": 5, "tiers": [{"start": 1, "price": "10"}],
}  # fmt: skip


def test_a_price_that_ran_out_is_none_until_it_is_renewed(app: Flask, driver: Driver) -> None:
    buyer, supplier = (make_user(driver, make_firm(driver)) for _ in range(2))
    part = make_part(driver)
    make_ability(driver, supplier.firm_id)
    selling = api_client(app, driver, supplier)
    wrong = {**BODY, "part_id": part, "valid_from": str(TOMORROW), "valid_until": str(TODAY)}
    refused = selling.call("post", "/offers", json=wrong)
    assert [one["pointer"] for one in refused.json["errors"]] == ["/valid_until"]
    made = selling.call("post", "/offers", json={**BODY, "part_id": part})
    offer = made.json
    assert (offer["valid_from"], offer["valid_until"]) == (None, None)
    path = f"/offers/{offer['id']}"
    ended = {**BODY, "valid_from": "2026-01-01", "valid_until": str(YESTERDAY)}
    kept = selling.call("put", path, json=ended, if_match=offer["version"]).json
    assert kept["valid_until"] == str(YESTERDAY)

    request_id = make_parts_request(driver, buyer, lines=({"part_id": part},))
    asking = api_client(app, driver, buyer)

    def rank() -> dict[str, dict[str, object]]:
        match_parts_request(driver, request_id, now=utc_now())
        (line,) = asking.call("get", f"/parts-requests/{request_id}/matches").json["lines"]
        (row,) = line["best"]
        return {reason["code"]: reason["values"] for reason in row["reasons"]}

    assert rank()["price_ended"] == {"on": str(YESTERDAY)}
    found = read(
        driver, standing_prices.list_own, [part], currencies=["CNY"], viewer=supplier.firm_id,
        today=TODAY,
    )  # fmt: skip
    assert found == {}
    client = browser(app, driver, supplier)
    page = client.get("/capabilities").text
    assert "buyers reckon without it" in page
    assert "Renew" in page
    done = client.post(
        f"/offers/{offer['id']}/renewal",
        data={"version": kept["version"], "once": new_id()},
        follow_redirects=True,
    )
    assert "The price counts as stated today." in done.text
    after = selling.call("get", path).json
    assert after["valid_until"] > str(TODAY + timedelta(days=29))
    assert rank()["price_stated"] == {"on": str(TODAY), "age_days": 0}
    stale = selling.call("put", f"{path}/renewal", if_match=kept["version"])
    assert stale.status_code == 412
    again = selling.call("put", f"{path}/renewal", if_match=after["version"])
    assert again.status_code == 200

    old = (TODAY - timedelta(days=400)).isoformat()
    age = "MATCH (o:Offer {id: $id}) SET o.changed_at = $at, o.valid_until = null"
    write(driver, lambda tx: run(tx, age, id=offer["id"], at=f"{old}T00:00:00Z"))
    told = rank()["price_is_old"]
    assert (told["age_days"], told["limit_days"]) == (400, 365)
    shown = browser(app, driver, buyer).get(f"/parts-requests/{request_id}/matches").text
    assert "The price is an estimate" in shown


def test_first_and_last_days_are_imported_and_shown_in_the_form(
    app: Flask, driver: Driver, tmp_path: Path
) -> None:
    supplier = make_user(driver, make_firm(driver))
    part = make_part(driver)
    head = "firm_id,part_id,min_quantity,unit_price,currency,valid_from,valid_until"
    rows = f"{supplier.firm_id},{part},1,10.5,CNY,{TODAY},{TOMORROW}"
    (tmp_path / "offers.csv").write_text(f"{head}\n{rows}\n")
    assert import_tables(driver, tmp_path, by=supplier).written
    (offer,) = api_client(app, driver, supplier).call("get", "/offers").json["items"]
    assert (offer["valid_from"], offer["valid_until"]) == (str(TODAY), str(TOMORROW))
    form = browser(app, driver, supplier).get(f"/offers/{offer['id']}").text
    assert f'value="{TOMORROW}"' in form
