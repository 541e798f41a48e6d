"""Pages and API of accounts, firms, chains, clusters, capabilities, tokens and home."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from neo4j import Driver

from supplychain.actions.capacity import capabilities
from supplychain.config import settings
from supplychain.graph.engine.transactions import Tx, run, write
from supplychain.graph.history import fill_keys, fill_open_lists
from supplychain.model.home import TASK_ROLES
from supplychain.model.weeks import day_number
from supplychain.web.portal.home import TASKS
from tests.make.accounts import api_client, browser, make_user
from tests.make.chains import make_chain, make_cluster
from tests.make.days import local_today
from tests.make.firms import make_firm

PASSWORD = "a good long password"
FORM = {
    "firm_name": "太湖锻造",
    "kind": "sme",
    "user_name": "李伟",
    "email": "li@example.com",
    "password": PASSWORD,
    "once": "0123456789abcdef",
}


def test_registering_signs_in_and_the_new_home_teaches(app: Flask, driver: Driver) -> None:
    client = app.test_client()
    answer = client.post("/registration", data=FORM)
    assert answer.headers["Location"] == "/"
    page = client.get("/").text
    assert "太湖锻造" in page
    assert "First: say what you make" in page
    assert client.post("/registration", data=FORM).headers["Location"] == "/"


def test_a_wrong_registration_keeps_what_was_typed_but_the_password(
    app: Flask, driver: Driver
) -> None:
    answer = app.test_client().post("/registration", data={**FORM, "email": "no", "city": "无锡"})
    assert answer.status_code == 422
    assert 'value="无锡"' in answer.text
    assert 'href="#f-email"' in answer.text
    assert PASSWORD not in answer.text


def test_closed_registration_has_no_page(
    app: Flask, driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUPPLYCHAIN_OPEN_REGISTRATION", "false")
    settings.cache_clear()
    try:
        assert app.test_client().get("/registration").status_code == 404
        assert "/registration" not in app.test_client().get("/sign-in").text
        assert app.test_client().post("/registration", data=FORM).status_code == 404
    finally:
        monkeypatch.undo()
        settings.cache_clear()


def test_registering_by_the_api_gives_a_token_that_works(app: Flask, driver: Driver) -> None:
    api = api_client(app, driver, None)
    body = {key: value for key, value in FORM.items() if key != "once"}
    made = api.call("post", "/registrations", json=body, key="same key 1")
    again = api.call("post", "/registrations", json=body, key="same key 1")
    assert made.status_code == again.status_code == 201
    assert made.json["firm_id"] == again.json["firm_id"]
    api.token = made.json["token"]
    assert api.call("get", "/me").json["firm_id"] == made.json["firm_id"]
    wrong = api.call("post", "/registrations", json={**body, "extra": 1})
    assert wrong.json["errors"][0]["pointer"] == "/extra"


def test_a_colleague_joins_by_the_link_of_the_page(app: Flask, driver: Driver) -> None:
    firm = make_firm(driver)
    owner = browser(app, driver, make_user(driver, firm))
    page = owner.post("/colleagues/invitations", data={"email": "wu@example.com", "role": "buyer"})
    found = re.search(r'id="link" value="http://localhost(/join/[^"]+)"', page.text)
    assert found is not None
    guest = app.test_client()
    assert "wu@example.com" in guest.get(found[1]).text
    weak = guest.post(found[1], data={"name": "Wu", "password": "short"})
    assert weak.status_code == 422
    joined = guest.post(found[1], data={"name": "Wu", "password": PASSWORD})
    assert joined.headers["Location"] == "/"
    assert guest.get("/account").status_code == 200
    assert app.test_client().get(found[1]).status_code == 409
    assert app.test_client().get("/join/unknown").status_code == 404


def test_roles_and_accounts_change_by_the_api(app: Flask, driver: Driver) -> None:
    firm = make_firm(driver)
    owner = api_client(app, driver, make_user(driver, firm))
    wu = make_user(driver, firm, "seller")
    place = f"/colleagues/{wu.user_id}"
    assert owner.call("put", f"{place}/role", json={"role": "buyer"}).status_code == 422
    changed = owner.call("put", f"{place}/role", json={"role": "buyer"}, if_match=1)
    assert (changed.json["role"], changed.headers["ETag"]) == ("buyer", '"2"')
    assert owner.call("put", f"{place}/closure", if_match=1).status_code == 412
    assert owner.call("put", f"{place}/closure", if_match=2).json["disabled_at"]
    assert owner.call("delete", f"{place}/closure", if_match=3).json["disabled_at"] is None


def test_a_token_is_shown_once_on_the_page(app: Flask, driver: Driver) -> None:
    client = browser(app, driver, make_user(driver, make_firm(driver)))
    data = {"name": "ERP", "days": "30", "once": "abcdefabcdef"}
    page = client.post("/account/tokens", data=data).text
    found = re.search(r'id="secret" value="([^"]+)"', page)
    assert found is not None
    me = app.test_client().get("/api/v1/me", headers={"Authorization": f"Bearer {found[1]}"})
    assert me.status_code == 200
    again = client.post("/account/tokens", data=data).text
    assert found[1] not in again
    assert "was made already" in again
    assert found[1] not in client.get("/account").text
    assert client.post("/account/tokens", data={**data, "days": "400"}).status_code == 422


def test_a_chain_is_founded_read_and_joined_on_pages(app: Flask, driver: Driver) -> None:
    core, sme = make_firm(driver, kind="core"), make_firm(driver)
    leader = browser(app, driver, make_user(driver, core, "buyer"))
    member = browser(app, driver, make_user(driver, sme))
    data = {"name": "Presses", "terms": "We see your load."}
    place = leader.post("/chains", data=data).headers["Location"]
    assert leader.post(f"{place}/invitations", data={"firm_id": sme.id}).status_code == 302
    assert "invites you into its chain" in member.get("/").text
    page = member.get(place).text
    assert "We see your load." in page
    assert member.post(f"{place}/acceptance", data={"version": "1"}).status_code == 409
    joined = member.post(f"{place}/acceptance", data={"version": "1", "agreed": "yes"})
    assert joined.status_code == 302
    assert sme.name in leader.get(place).text
    assert member.post(f"{place}/departure").status_code == 302
    assert member.get(place).status_code == 404


def test_chains_and_clusters_by_the_api(app: Flask, driver: Driver) -> None:
    core, sme, peer = make_firm(driver, kind="core"), make_firm(driver), make_firm(driver)
    leader = api_client(app, driver, make_user(driver, core))
    member = api_client(app, driver, make_user(driver, sme))
    made = leader.call("post", "/chains", json={"name": "Presses"}, key="same key 2")
    again = leader.call("post", "/chains", json={"name": "Presses"}, key="same key 2")
    chain_id = made.json["chain"]["id"]
    assert again.json["chain"]["id"] == chain_id
    assert leader.call("post", "/chains", json={"name": "Presses"}, key="short").status_code == 422
    leader.call("post", f"/chains/{chain_id}/invitations", json={"firm_id": sme.id})
    assert member.call("get", "/chains").json["items"][0]["state"] == "invited"
    old = member.call("put", f"/chains/{chain_id}/acceptance", json={"version": 9})
    assert old.status_code == 412
    member.call("put", f"/chains/{chain_id}/acceptance", json={"version": 1})
    assert member.call("get", f"/chains/{chain_id}").json["chain"]["state"] == "member"
    refused = leader.call(
        "put", f"/chains/{chain_id}", json={"name": "P", "terms": "x"}, if_match=1
    )
    assert refused.status_code == 409
    assert member.call("delete", f"/chains/{chain_id}/membership").status_code == 204
    foreign = api_client(app, driver, make_user(driver, peer)).call("get", f"/chains/{chain_id}")
    missing = api_client(app, driver, make_user(driver, peer)).call("get", "/chains/none")
    assert foreign.status_code == 404
    assert foreign.data == missing.data
    cluster_id = member.call("post", "/clusters", json={"name": "Forges"}).json["cluster"]["id"]
    member.call("post", f"/clusters/{cluster_id}/invitations", json={"firm_id": peer.id})
    guest = api_client(app, driver, make_user(driver, peer))
    assert guest.call("put", f"/clusters/{cluster_id}/acceptance").status_code == 200
    assert guest.call("delete", f"/clusters/{cluster_id}/membership").status_code == 204


def test_capacity_is_changed_on_a_page_and_refused_with_numbers(app: Flask, driver: Driver) -> None:
    user = make_user(driver, make_firm(driver), "seller")
    client = browser(app, driver, user)
    data = {
        "category": "CNC/turning",
        "weekly_capacity": "７００",
        "certificates": "ISO 9001，IATF",
    }
    assert client.post("/capabilities", data=data).status_code == 302
    found = capabilities.list_own(driver, by=user, today=local_today())[0]
    assert (found.weekly_capacity, found.certificates) == (700, ("ISO 9001", "IATF"))

    def book(tx: Tx) -> None:
        query = "MATCH (k:Capability) SET k.booked_days = [$day], k.booked_quantities = [600]"
        run(tx, query, day=day_number(local_today()) + 6)

    write(driver, book)
    place = f"/capabilities/{found.id}"
    assert 'value="700"' in client.get(place).text
    low = client.post(place, data={"weekly_capacity": "599", "version": "1"})
    assert low.status_code == 422
    assert "600" in low.text
    assert 'value="599"' in low.text
    assert client.post(place, data={"weekly_capacity": "600", "version": "1"}).status_code == 302
    assert client.post(place, data={"weekly_capacity": "700", "version": "1"}).status_code == 409
    assert client.post(f"{place}/removal", data={"version": "2"}).status_code == 409


def test_prices_are_kept_by_the_api_with_versions(app: Flask, driver: Driver) -> None:
    firm = make_firm(driver)
    api = api_client(app, driver, make_user(driver, firm))

    def part(tx: Tx) -> None:
        run(tx, "CREATE (p:Part {id: 'ring', name: 'Ring', category_id: 'x', version: 1})")

    write(driver, part)
    body = {"currency": "CNY", "lead_days": 7, "tiers": [{"start": 1, "price": "0.0345"}]}
    made = api.call("post", "/offers", json={**body, "part_id": "ring"})
    assert made.status_code == 201
    assert made.json["tiers"][0]["price"] == "0.0345"
    place = f"/offers/{made.json['id']}"
    assert api.call("put", place, json=body, if_match=7).status_code == 412
    assert api.call("put", place, json=body, if_match=1).headers["ETag"] == '"2"'
    bad = api.call("put", place, json={**body, "tiers": [{"start": 1, "price": "-1"}]}, if_match=2)
    assert bad.json["errors"][0]["pointer"] == "/tiers/0/price"
    foreign = api_client(app, driver, make_user(driver, make_firm(driver)))
    assert foreign.call("get", place).status_code == 404
    assert api.call("delete", place, if_match=2).status_code == 204
    assert api.call("get", "/offers").json == {"items": [], "next_cursor": None}


def test_the_directory_pages_by_cursor(app: Flask, driver: Driver) -> None:
    for at in range(5):
        make_firm(driver, name=f"Firm {at}")
    api = api_client(app, driver, make_user(driver, make_firm(driver, name="Firm 9")))
    names, cursor = [], ""
    for _ in range(3):
        page = api.call("get", f"/firms?limit=2{cursor}").json
        names += [firm["name"] for firm in page["items"]]
        cursor = f"&cursor={page['next_cursor']}"
    assert names == [f"Firm {at}" for at in (0, 1, 2, 3, 4, 9)]
    assert api.call("get", "/firms?cursor=junk").status_code == 422


HOME = """
MATCH (s:Firm {id: $sme}), (b:Firm {id: $core})
CREATE (b)-[:POSTED]->(r:PartsRequest {id: 'r1', number: 'PR-1', title: 'Rings', state: 'open',
    buyer_id: b.id, deadline: '2199-01-01T00:00:00.000000Z',
    created_at: '2026-01-01T00:00:00.000000Z'})
CREATE (r)-[:INVITES]->(s)
CREATE (b)-[:POSTED]->(e:PartsRequest {id: 'r2', number: 'PR-2', title: 'Rods', state: 'evaluating',
    buyer_id: b.id, opened_at: '2026-01-01T00:00:00.000000Z',
    created_at: '2026-01-01T00:00:00.000000Z'})
CREATE (s)-[:PLACED]->(:Bid {id: 'b2', state: 'open', created_at: '2026-01-01T00:00:00.000000Z'})
    -[:ANSWERS]->(e)
CREATE (o:Order {id: 'o1', number: 'PO-1', state: 'offered', depth: 0, buyer_id: b.id,
    supplier_id: s.id, root_buyer_id: b.id, ends_at: '2199-01-01T00:00:00.000000Z',
    created_at: '2026-01-01T00:00:00.000000Z'})
CREATE (o)-[:BOUGHT_BY]->(b) CREATE (o)-[:SUPPLIED_BY]->(s)
CREATE (c:Order {id: 'o2', number: 'PO-2', state: 'awaiting_consent', depth: 1, buyer_id: s.id,
    root_buyer_id: b.id, ends_at: '2199-01-01T00:00:00.000000Z',
    created_at: '2026-01-01T00:00:00.000000Z'})-[:BOUGHT_BY]->(s)
CREATE (t:Order {id: 'o3', number: 'PO-3', state: 'shipped', depth: 0, buyer_id: b.id,
    supplier_id: s.id, root_buyer_id: b.id, created_at: '2026-01-01T00:00:00.000000Z'})
CREATE (t)-[:BOUGHT_BY]->(b) CREATE (t)-[:SUPPLIED_BY]->(s)
CREATE (t)-[:HAS_LINE]->(l:OrderLine {id: 'l3', shipped_quantity: 5, received_quantity: 2})
CREATE (:Shipment {id: 's3', at: '2026-01-01T00:00:00.000000Z'})-[:CONCERNS]->(l)
"""


def _tasks(page: str) -> list[str]:
    return re.findall(r'class="task-text">([^<]+)<', page)


def test_home_shows_each_role_what_waits_for_it(app: Flask, driver: Driver) -> None:
    core, sme = make_firm(driver, kind="core", name="Presses"), make_firm(driver, name="Forge")
    write(driver, lambda tx: run(tx, HOME, sme=sme.id, core=core.id))
    write(driver, fill_keys)
    write(driver, fill_open_lists)

    def seen(firm, role: str) -> list[str]:
        return _tasks(browser(app, driver, make_user(driver, firm, role)).get("/").text)

    assert seen(sme, "seller") == [
        "Presses orders from you: PO-1",
        "Presses asks for your bid: Rings",
    ]
    assert seen(sme, "buyer") == []
    assert seen(core, "buyer") == [
        "Forge asks to share part of your order",
        "Bids to compare: 1 for Rods",
        "Goods from Forge are on the way: PO-3",
    ]
    assert seen(core, "seller") == ["Goods from Forge are on the way: PO-3"]
    assert len(seen(core, "viewer")) == 3


def test_home_shows_at_most_seven_things_and_says_that_there_are_more(
    app: Flask, driver: Driver
) -> None:
    sme = make_firm(driver)
    for at in range(9):
        founder = make_firm(driver, name=f"Founder {at}")
        cluster_id = make_cluster(driver, founder)
        api_client(app, driver, make_user(driver, founder)).call(
            "post", f"/clusters/{cluster_id}/invitations", json={"firm_id": sme.id}
        )
    page = browser(app, driver, make_user(driver, sme)).get("/").text
    assert len(_tasks(page)) == 7
    assert "Waiting besides: 2." in page


def test_every_kind_of_task_has_a_sentence() -> None:
    assert set(TASKS) == set(TASK_ROLES)


def test_what_changed_is_told_to_both_sides(app: Flask, driver: Driver) -> None:
    core, sme = make_firm(driver, kind="core", name="Presses"), make_firm(driver, name="Forge")
    make_chain(driver, core, [sme], name="Line one")
    ours = browser(app, driver, make_user(driver, core)).get("/").text
    theirs = browser(app, driver, make_user(driver, sme)).get("/").text
    assert "Forge joined the chain Line one." in ours
    assert "Presses invited Forge into the chain Line one." in theirs
    assert "Your firm founded the chain" not in theirs


def test_the_api_reference_lists_every_path(app: Flask, driver: Driver) -> None:
    document = app.test_client().get("/api/v1/openapi.json").json
    page = app.test_client().get("/api/v1/docs").text
    missing = [path for path in document["paths"] if f"<code>{path}</code>" not in page]
    assert missing == []
    missing = [name for name in document["components"]["schemas"] if f"schema-{name}" not in page]
    assert missing == []


@pytest.mark.parametrize("path", ["/", "/chains", "/firms", "/colleagues", "/account"])
def test_pages_speak_chinese(app: Flask, driver: Driver, path: str) -> None:
    client = browser(app, driver, make_user(driver, make_firm(driver), language="zh"))
    page = client.get(path).text
    assert 'lang="zh-Hans"' in page
    assert re.search(r"<h1>[^<]*[\u4e00-\u9fff]", page) or path == "/colleagues"
    assert "Sign out" not in page


def test_a_chosen_language_stays_with_the_account(app: Flask, driver: Driver) -> None:
    user = make_user(driver, make_firm(driver))
    browser(app, driver, user).post("/language", data={"language": "zh", "then": "/firms"})
    assert 'lang="zh-Hans"' in browser(app, driver, user).get("/firms").text
