"""Orders, shares, shipments over the API: the flow, the refusals, and who may see what."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from neo4j import Driver

from supplychain.model.ids import utc_now
from supplychain.model.people.actors import Actor
from tests.make.accounts import ApiClient, api_client, make_user
from tests.make.days import local_today
from tests.make.firms import make_firm
from tests.make.orders import make_cluster, make_order

CANARY = "7654.3219"
ROOT_PRICE = "1234.5678"


@pytest.fixture
def parties(app: Flask, driver: Driver) -> dict[str, tuple[Actor, ApiClient]]:
    """Users and clients of a buyer, its supplier, a peer, a peer's peer and a stranger."""
    found = {}
    for name in ("buyer", "supplier", "peer", "deeper", "stranger"):
        user = make_user(driver, make_firm(driver, name=f"{name.title()} Works"))
        found[name] = (user, api_client(app, driver, user))
    make_cluster(driver, *(found[name][0] for name in ("supplier", "peer", "deeper")))
    return found


def _order(driver: Driver, parties: dict[str, tuple[Actor, ApiClient]], **values: Any) -> str:
    return make_order(driver, parties["buyer"][0], parties["supplier"][0], **values)


def _share(
    client: ApiClient, order_id: str, peer: Actor, *, quantity: int = 40, **values: Any
) -> Any:
    line_id = client.call("get", f"/orders/{order_id}").json["lines"][0]["id"]
    body = {"line_id": line_id, "peer_id": peer.firm_id, "quantity": quantity}
    body = {**body, "unit_price": CANARY, **values}
    return client.call("post", f"/orders/{order_id}/shares", json=body)


def _put(client: ApiClient, path: str, **body: Any) -> Any:
    """Do it on the version that is shown now."""
    thing = "/".join(path.split("/")[:3])
    version = client.call("get", thing).json["version"]
    return client.call("put", path, if_match=version, json=body or None)


def test_an_order_from_offer_to_closure(
    driver: Driver, parties: dict[str, tuple[Actor, ApiClient]]
) -> None:
    _, buyer = parties["buyer"]
    _, supplier = parties["supplier"]
    order_id = _order(driver, parties)
    accepted = _put(supplier, f"/orders/{order_id}/acceptance")
    assert accepted.status_code == 200
    assert accepted.json["state"] == "accepted"
    assert accepted.headers["ETag"] == '"2"'
    line_id = accepted.json["lines"][0]["id"]
    made = _put(
        supplier,
        f"/orders/{order_id}/progress",
        lines=[{"line_id": line_id, "made_percent": "６0"}],
    )
    assert made.json["lines"][0]["made_percent"] == 60
    today = local_today().isoformat()
    sent = {"line_id": line_id, "quantity": 100, "shipped_on": today, "tracking": "SF 1"}
    shipped = supplier.call("post", f"/orders/{order_id}/shipments", json=sent)
    assert shipped.status_code == 201
    assert shipped.json["state"] == "shipped"
    came = {"line_id": line_id, "quantity": 100, "rejected_quantity": 1, "received_on": today}
    received = buyer.call("post", f"/orders/{order_id}/receipts", json=came)
    assert received.json["state"] == "received"
    assert received.json["shipments"][0]["tracking"] == "SF 1"
    assert _put(buyer, f"/orders/{order_id}/closure").json["state"] == "closed"


def test_a_share_goes_down_two_tiers_and_rolls_up(
    driver: Driver, parties: dict[str, tuple[Actor, ApiClient]]
) -> None:
    peer_user, peer = parties["peer"]
    deeper_user, deeper = parties["deeper"]
    order_id = _order(driver, parties, state="accepted")
    offered = _share(parties["supplier"][1], order_id, peer_user)
    assert offered.status_code == 201
    assert offered.json["is_share"]
    assert offered.headers["Location"] == f"/api/v1/orders/{offered.json['id']}"
    share_id = offered.json["id"]
    assert _put(peer, f"/orders/{share_id}/acceptance").status_code == 200
    below = _share(peer, share_id, deeper_user, quantity=10).json["id"]
    assert _put(deeper, f"/orders/{below}/acceptance").status_code == 200
    line_id = deeper.call("get", f"/orders/{below}").json["lines"][0]["id"]
    _put(deeper, f"/orders/{below}/progress", lines=[{"line_id": line_id, "made_percent": 100}])
    seen = parties["buyer"][1].call("get", f"/orders/{order_id}/shares").json["items"]
    told = [(one["maker_name"], one["quantity"], one["made_percent"]) for one in seen]
    assert told == [("Peer Works", 40, 25), ("Deeper Works", 10, 100)]
    whole = parties["buyer"][1].call("get", f"/orders/{order_id}").json["lines"][0]
    assert whole["made_percent"] == 10
    assert (whole["kept_quantity"], whole["shared_quantity"]) == (60, 40)


def test_no_price_between_peers_reaches_the_buyer_and_no_root_price_a_peer(
    app: Flask, driver: Driver, parties: dict[str, tuple[Actor, ApiClient]]
) -> None:
    from decimal import Decimal

    from tests.make.accounts import browser

    order_id = _order(
        driver, parties, state="accepted", share_policy="ask", unit_price=Decimal(ROOT_PRICE)
    )
    share_id = _share(parties["supplier"][1], order_id, parties["peer"][0]).json["id"]
    buyer_user, buyer = parties["buyer"]
    peer_user, peer = parties["peer"]
    pages = browser(app, driver, buyer_user)
    paths = ["/", "/orders", "/orders.csv", f"/orders/{order_id}", f"/orders/{order_id}/lines.csv"]
    paths += [f"/shares/{share_id}", f"/orders/{share_id}"]

    def secrets_in(client_get: Any, addresses: list[str]) -> list[str]:
        found = []
        for address in addresses:
            text = client_get(address).get_data(as_text=True).replace(",", "")
            found += [f"{address}: {key}" for key in ("7654.32", "76543219") if key in text]
        return found

    for _ in "before", "after":
        assert secrets_in(pages.get, paths) == []
        api = ["/orders", f"/orders/{order_id}", f"/orders/{order_id}/shares"]
        api += [f"/shares/{share_id}", f"/orders/{share_id}"]
        assert secrets_in(lambda path: buyer.call("get", path), api) == []
        if buyer.call("get", f"/shares/{share_id}").json["state"] == "awaiting_consent":
            assert _put(buyer, f"/shares/{share_id}/consent").status_code == 200
            assert _put(peer, f"/orders/{share_id}/acceptance").status_code == 200
    assert "7654.32" in peer.call("get", f"/orders/{share_id}").get_data(as_text=True)
    peers = browser(app, driver, peer_user)
    for answer in (
        peer.call("get", f"/orders/{share_id}"),
        peer.call("get", "/orders"),
        peer.call("get", f"/orders/{order_id}"),
        peers.get(f"/orders/{share_id}"),
        peers.get(f"/shares/{share_id}"),
        peers.get("/"),
    ):
        text = answer.get_data(as_text=True).replace(",", "")
        assert "1234.56" not in text
        assert order_id not in text
        assert buyer_user.firm_id not in text
        assert "Buyer Works" not in text


def test_what_is_not_yours_is_not_found_byte_for_byte(
    driver: Driver, parties: dict[str, tuple[Actor, ApiClient]]
) -> None:
    order_id = _order(driver, parties, state="accepted")
    share_id = _share(parties["supplier"][1], order_id, parties["peer"][0]).json["id"]
    _, stranger = parties["stranger"]
    calls: list[tuple[str, str, dict[str, Any]]] = [
        ("get", "/orders/{}", {}),
        ("get", "/orders/{}/shares", {}),
        ("get", "/orders/{}/peers", {}),
        ("get", "/shares/{}", {}),
        ("put", "/orders/{}/acceptance", {"if_match": 1}),
        ("put", "/orders/{}/refusal", {"if_match": 1, "json": {"reason": "No"}}),
        ("put", "/orders/{}/closure", {"if_match": 1}),
        ("put", "/orders/{}/cancellation", {"if_match": 1, "json": {"reason": "No"}}),
        ("put", "/shares/{}/consent", {"if_match": 1}),
        ("put", "/shares/{}/consent-refusal", {"if_match": 1, "json": {"reason": "No"}}),
        ("put", "/shares/{}/recall", {"if_match": 1}),
    ]
    for method, path, values in calls:
        missing = stranger.call(method, path.format("none"), **values)
        for thing in (order_id, share_id):
            foreign = stranger.call(method, path.format(thing), **values)
            assert foreign.status_code == missing.status_code == 404, path
            assert foreign.data == missing.data, path
    buyer = parties["buyer"][1]
    assert buyer.call("get", f"/orders/{share_id}").status_code == 404
    assert buyer.call("get", f"/shares/{share_id}").status_code == 200
    for above in ("supplier", "peer"):
        assert parties[above][1].call("get", f"/shares/{share_id}").status_code == 404
    assert parties["peer"][1].call("get", f"/orders/{order_id}").status_code == 404


def test_a_change_needs_the_version_that_was_seen(
    driver: Driver, parties: dict[str, tuple[Actor, ApiClient]]
) -> None:
    _, supplier = parties["supplier"]
    order_id = _order(driver, parties)
    assert supplier.call("put", f"/orders/{order_id}/acceptance").status_code == 422
    assert supplier.call("put", f"/orders/{order_id}/acceptance", if_match=9).status_code == 412
    assert supplier.call("put", f"/orders/{order_id}/acceptance", if_match=1).status_code == 200


def test_bad_input_is_refused_at_its_field(
    driver: Driver, parties: dict[str, tuple[Actor, ApiClient]]
) -> None:
    _, supplier = parties["supplier"]
    peer, _ = parties["peer"]
    order_id = _order(driver, parties, state="accepted")
    wrong: list[tuple[str, Any]] = [
        ("quantity", -1),
        ("quantity", 2**63),
        ("quantity", 1.5),
        ("unit_price", "1.23456"),
        ("unit_price", "x"),
        ("peer_id", "\ud800"),
        ("ends_at", "yesterday"),
        ("ends_at", utc_now().isoformat()),
        ("need_by", "2026-13-01"),
        ("colour", "red"),
    ]
    for name, value in wrong:
        refused = _share(supplier, order_id, peer, **{name: value})
        assert refused.status_code == 422, name
        assert [one["pointer"] for one in refused.json["errors"]] == [f"/{name}"], name
    line_id = supplier.call("get", f"/orders/{order_id}").json["lines"][0]["id"]
    tomorrow = (utc_now() + timedelta(days=9)).date().isoformat()
    sent = {"line_id": line_id, "quantity": 1, "shipped_on": tomorrow}
    refused = supplier.call("post", f"/orders/{order_id}/shipments", json=sent)
    assert refused.json["errors"][0]["pointer"] == "/shipped_on"
    assert _put(supplier, f"/orders/{order_id}/progress", lines=[]).status_code == 422


def test_one_key_ships_and_shares_once(
    driver: Driver, parties: dict[str, tuple[Actor, ApiClient]]
) -> None:
    _, supplier = parties["supplier"]
    peer, _ = parties["peer"]
    order_id = _order(driver, parties, state="accepted")
    line_id = supplier.call("get", f"/orders/{order_id}").json["lines"][0]["id"]
    body = {"line_id": line_id, "peer_id": peer.firm_id, "quantity": 30, "unit_price": "9"}
    path = f"/orders/{order_id}/shares"
    made = {supplier.call("post", path, key="k" * 8, json=body).json["id"] for _ in "123"}
    assert len(made) == 1
    other = supplier.call("post", path, key="k" * 8, json={**body, "quantity": 31})
    assert other.status_code == 422
    sent = {"line_id": line_id, "quantity": 7, "shipped_on": local_today().isoformat()}
    for _ in "12":
        supplier.call("post", f"/orders/{order_id}/shipments", key="s" * 8, json=sent)
    line = supplier.call("get", f"/orders/{order_id}").json["lines"][0]
    assert (line["shared_quantity"], line["shipped_quantity"]) == (30, 7)


def test_a_list_pages_and_narrows(
    driver: Driver, parties: dict[str, tuple[Actor, ApiClient]]
) -> None:
    buyer_user, buyer = parties["buyer"]
    made = [_order(driver, parties) for _ in range(3)]
    made.append(make_order(driver, parties["stranger"][0], buyer_user))
    seen: list[str] = []
    cursor = ""
    while True:
        found = buyer.call("get", f"/orders?limit=2{cursor}").json
        seen += [one["id"] for one in found["items"]]
        if found["next_cursor"] is None:
            break
        cursor = f"&cursor={found['next_cursor']}"
    assert seen == list(reversed(made))
    as_supplier = buyer.call("get", "/orders?role=supplier").json["items"]
    assert [one["id"] for one in as_supplier] == made[3:]
    assert as_supplier[0]["total"] == "1250.00"
    assert buyer.call("get", "/orders?state=closed").json["items"] == []
    assert buyer.call("get", "/orders?state=red").status_code == 422
    assert buyer.call("get", "/orders?cursor=red").status_code == 422


def test_eligible_peers_are_told_with_their_room(
    driver: Driver, parties: dict[str, tuple[Actor, ApiClient]]
) -> None:
    order_id = _order(driver, parties, state="accepted")
    found = parties["supplier"][1].call("get", f"/orders/{order_id}/peers").json["items"]
    assert [(one["name"], one["room"]) for one in found] == [
        ("Deeper Works", "unknown"),
        ("Peer Works", "unknown"),
    ]
    assert {one["today"] for one in found} <= {None, local_today().isoformat()}
    assert parties["buyer"][1].call("get", f"/orders/{order_id}/peers").status_code == 404


def test_roles_of_one_firm_do_their_own_work(
    app: Flask, driver: Driver, parties: dict[str, tuple[Actor, ApiClient]]
) -> None:
    order_id = _order(driver, parties)
    firm_id = parties["supplier"][0].firm_id
    for role, status in (("viewer", 403), ("buyer", 403), ("seller", 200)):
        from supplychain.graph import firms
        from supplychain.graph.engine.transactions import read

        user = make_user(driver, read(driver, firms.get, firm_id), role)
        client = api_client(app, driver, user)
        assert client.call("get", f"/orders/{order_id}").status_code == 200
        done = client.call("put", f"/orders/{order_id}/acceptance", if_match=1)
        assert done.status_code == status
