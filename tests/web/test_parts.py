"""Parts by page and API: found, read by who trades in them, said anew by their designer alone."""

from __future__ import annotations

from flask import Flask
from neo4j import Driver

from tests.make.accounts import api_client, browser, make_user
from tests.make.firms import make_firm
from tests.make.orders import make_order
from tests.make.parts_requests import make_part

BOX = {"uom": "XBX", "amount": 1, "equals": 50}


def test_a_designer_finds_and_changes_its_parts_over_the_api(app: Flask, driver: Driver) -> None:
    maker = make_user(driver, make_firm(driver))
    client = api_client(app, driver, maker)
    for n in range(3):
        make_part(driver, f"P/{n}", designer_id=maker.firm_id, name=f"Guide ring {n}")
    make_part(driver, "rod", designer_id=maker.firm_id, name="Rod")
    make_part(driver, "theirs", designer_id=make_firm(driver).id, name="Guide ring")
    first = client.call("get", "/parts?text=RING&limit=2").json
    assert [one["id"] for one in first["items"]] == ["P/0", "P/1"]
    rest = client.call("get", f"/parts?text=RING&limit=2&cursor={first['next_cursor']}").json
    assert ([one["id"] for one in rest["items"]], rest["next_cursor"]) == (["P/2"], None)
    seen = client.call("get", "/parts/P/1")
    assert (seen.json["weight_kg"], seen.json["conversions"], seen.json["is_own"]) == (
        None,
        [],
        True,
    )
    version = seen.json["version"]
    stated = {"name": "Ring DN 400", "weight_kg": 2.47, "conversions": [BOX]}
    changed = client.call("put", "/parts/P/1", json=stated, if_match=version)
    assert (changed.status_code, changed.headers["ETag"]) == (200, f'"{version + 1}"')
    assert {name: changed.json[name] for name in stated} == stated
    assert client.call("put", "/parts/P/1", json=stated, if_match=version).status_code == 412
    assert client.call("put", "/parts/P/1", json=stated).status_code == 422
    for wrong, pointer in (
        ({"weight_kg": 0}, "/weight_kg"),
        ({"weight_kg": -1}, "/weight_kg"),
        ({"conversions": [{**BOX, "uom": "zorp"}]}, "/conversions/0/uom"),
        ({"conversions": [{**BOX, "equals": 0}]}, "/conversions/0/equals"),
        ({"name": " "}, "/name"),
    ):
        refused = client.call("put", "/parts/P/1", json={**stated, **wrong}, if_match=version + 1)
        assert refused.status_code == 422
        assert refused.json["errors"][0]["pointer"] == pointer
    draft = client.call("post", "/parts-requests", json={"lines": [{"part_id": "P/1"}]}).json
    assert draft["lines"][0]["conversions"] == [BOX]


def test_who_trades_in_a_part_reads_it_and_nobody_else_does(app: Flask, driver: Driver) -> None:
    maker, partner, stranger = (make_user(driver, make_firm(driver)) for _ in range(3))
    make_part(driver, "ring", designer_id=maker.firm_id)
    make_part(driver, "bolt")
    make_order(driver, maker, partner, part_id="ring", state="accepted")
    theirs, foreign = (api_client(app, driver, who) for who in (partner, stranger))
    seen = theirs.call("get", "/parts/ring")
    assert (seen.status_code, seen.json["is_own"]) == (200, False)
    mine = {"name": "Mine now"}
    assert theirs.call("put", "/parts/ring", json=mine, if_match=0).status_code == 403
    assert foreign.call("get", "/parts/ring").status_code == 404
    assert foreign.call("put", "/parts/ring", json=mine, if_match=0).status_code == 404
    assert foreign.call("get", "/parts/bolt").json["designer_id"] is None
    assert foreign.call("put", "/parts/bolt", json=mine, if_match=0).status_code == 403
    page = browser(app, driver, partner).get("/parts/ring").text
    assert "Designed by" in page
    assert '<form method="post" action="/parts/ring"' not in page


def test_the_page_takes_what_is_typed_and_loses_nothing(app: Flask, driver: Driver) -> None:
    maker = make_user(driver, make_firm(driver), language="zh")
    make_part(driver, "ring", designer_id=maker.firm_id)
    client = browser(app, driver, maker)
    assert 'href="/parts/ring"' in client.get("/parts").text
    typed = {"version": "1", "name": "环", "weight_kg": "2.47"}
    wrong = client.post("/parts/ring", data={**typed, "conversions": "box = 50"})
    assert (wrong.status_code, "box = 50" in wrong.text, "环" in wrong.text) == (422, True, True)
    assert client.post("/parts/ring", data={**typed, "conversions": "1 箱 = 50"}).status_code == 302
    page = client.get("/parts/ring").text
    assert 'value="2.47"' in page
    assert "= 50" in page
    late = client.post("/parts/ring", data={**typed, "conversions": ""})
    assert (late.status_code, "环" in late.text) == (409, True)
