"""The pages of orders and shares."""

from __future__ import annotations

import re
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from neo4j import Driver

from supplychain.model.ids import new_id, utc_now
from supplychain.model.people.actors import Actor
from tests.make.accounts import browser, make_user
from tests.make.days import local_today
from tests.make.firms import make_firm
from tests.make.orders import first_line, make_cluster, make_line, make_order, make_share


def _user(driver: Driver, name: str, role: str = "owner") -> Actor:
    return make_user(driver, make_firm(driver, name=name), role)


def _post(client: FlaskClient, path: str, page: str, **values: str):
    """Send a form as the page that was opened carries it."""
    body = client.get(page).get_data(as_text=True)
    found = re.search(r'name="version" value="(\d+)"', body)
    version = {"version": found.group(1)} if found else {}
    return client.post(path, data={"once": new_id(), **version, **values})


def test_supplier_and_buyer_take_an_order_through_on_pages(app: Flask, driver: Driver) -> None:
    buyer, supplier = _user(driver, "Press Works"), _user(driver, "Taihu Forging")
    order_id = make_order(driver, buyer, supplier)
    theirs, ours = browser(app, driver, supplier), browser(app, driver, buyer)
    page = f"/orders/{order_id}"
    assert "Accept the order" in theirs.get(page).get_data(as_text=True)
    assert "Accept the order" not in ours.get(page).get_data(as_text=True)
    assert _post(theirs, f"{page}/acceptance", page).status_code == 302
    line_id = first_line(driver, order_id, buyer).id
    given = {"lines-0-line_id": line_id, "lines-0-made_percent": "45"}
    assert _post(theirs, f"{page}/progress", page, **given).status_code == 302
    assert 'value="45"' in ours.get(page).get_data(as_text=True)
    today = local_today().isoformat()
    sent = {"line_id": line_id, "quantity": "100", "shipped_on": today}
    assert _post(theirs, f"{page}/shipments", page, **sent).status_code == 302
    came = {"line_id": line_id, "quantity": "100", "received_on": today}
    assert _post(ours, f"{page}/receipts", page, **came).status_code == 302
    assert _post(ours, f"{page}/closure", page).status_code == 302
    assert "This order is closed" in theirs.get(page).get_data(as_text=True)


def test_what_was_typed_stays_and_the_error_stands_at_its_field(app: Flask, driver: Driver) -> None:
    buyer, supplier = _user(driver, "Press Works"), _user(driver, "Taihu Forging")
    order_id = make_order(driver, buyer, supplier, state="accepted")
    client, page = browser(app, driver, supplier), f"/orders/{order_id}"
    sent = {"line_id": first_line(driver, order_id, buyer).id, "quantity": "101"}
    sent = {**sent, "shipped_on": local_today().isoformat(), "tracking": "Lorry 7"}
    refused = _post(client, f"{page}/shipments", page, **sent)
    text = refused.get_data(as_text=True)
    assert refused.status_code == 422
    assert 'value="Lorry 7"' in text
    assert 'href="#f-quantity"' in text
    assert "Ship at most 100 now" in text
    assert client.post(f"{page}/refusal", data={"reason": "", "version": "2"}).status_code == 422
    assert client.post(f"{page}/acceptance", data={"version": "1"}).status_code == 409


def test_sharing_and_consent_on_pages(app: Flask, driver: Driver) -> None:
    buyer, supplier = _user(driver, "Press Works"), _user(driver, "Taihu Forging")
    peer = _user(driver, "Peer Forge")
    make_cluster(driver, supplier, peer)
    order_id = make_order(driver, buyer, supplier, state="accepted", share_policy="ask")
    theirs, ours = browser(app, driver, supplier), browser(app, driver, buyer)
    form = theirs.get(f"/orders/{order_id}/share").get_data(as_text=True)
    assert "Peer Forge" in form
    until = (utc_now() + timedelta(days=2)).isoformat(timespec="minutes")
    given = {"line_id": first_line(driver, order_id, buyer).id, "peer_id": peer.firm_id}
    given = {**given, "quantity": "900", "unit_price": "9.5", "ends_at": until}
    refused = theirs.post(f"/orders/{order_id}/shares", data={"once": new_id(), **given})
    assert refused.status_code == 422
    assert "You can share from 1 to 100" in refused.get_data(as_text=True)
    given["quantity"] = "40"
    done = theirs.post(f"/orders/{order_id}/shares", data={"once": new_id(), **given})
    share_id = done.headers["Location"].rsplit("/", 1)[1]
    listed = ours.get(f"/orders/{order_id}").get_data(as_text=True)
    assert f"/shares/{share_id}" in listed
    page = f"/shares/{share_id}"
    assert "Peer Forge" in ours.get(page).get_data(as_text=True)
    assert _post(ours, f"{page}/consent-refusal", page, reason="").status_code == 422
    for verb in ("consent", "consent-refusal"):
        assert theirs.post(f"{page}/{verb}", data={}).status_code == 404
    assert browser(app, driver, peer).get(f"/orders/{share_id}").status_code == 404
    assert _post(ours, f"{page}/consent", page).status_code == 302
    offered = browser(app, driver, peer).get(page, follow_redirects=True)
    assert "Accept the order" in offered.get_data(as_text=True)
    recalled = _post(theirs, f"/orders/{share_id}/recall", f"/orders/{share_id}")
    assert recalled.status_code == 302
    assert "Taken back" in theirs.get(f"/orders/{share_id}").get_data(as_text=True)


def test_the_list_narrows_and_downloads(app: Flask, driver: Driver) -> None:
    buyer, supplier = _user(driver, "Press Works"), _user(driver, "=Taihu Forging")
    line = make_line(utc_now(), description="=cmd()")
    make_order(driver, buyer, supplier, lines=(line,))
    client = browser(app, driver, buyer)
    assert "=cmd()" in client.get("/orders").get_data(as_text=True)
    assert "No such orders" in client.get("/orders?role=supplier").get_data(as_text=True)
    assert "No such orders" in client.get("/orders?state=closed").get_data(as_text=True)
    download = client.get("/orders.csv")
    assert download.data.startswith(b"\xef\xbb\xbforder,role,partner")
    assert b"'=Taihu Forging" in download.data
    assert b"'=cmd()" in download.data
    empty = browser(app, driver, _user(driver, "New Firm")).get("/orders")
    assert "No orders yet" in empty.get_data(as_text=True)


def test_pages_of_others_are_not_found(app: Flask, driver: Driver) -> None:
    buyer, supplier = _user(driver, "Press Works"), _user(driver, "Taihu Forging")
    peer, stranger = _user(driver, "Peer Forge"), _user(driver, "Stranger")
    make_cluster(driver, supplier, peer)
    order_id = make_order(driver, buyer, supplier, state="accepted")
    share_id = make_share(driver, order_id, peer, by=supplier)
    client = browser(app, driver, stranger)
    for path in ("/orders/{}", "/orders/{}/share", "/orders/{}/lines.csv", "/shares/{}"):
        missing = client.get(path.format("none"))
        for thing in (order_id, share_id):
            foreign = client.get(path.format(thing))
            assert foreign.status_code == missing.status_code == 404
    assert browser(app, driver, buyer).get(f"/orders/{share_id}").status_code == 404
    assert browser(app, driver, peer).get(f"/orders/{order_id}").status_code == 404
    assert browser(app, driver, supplier).get(f"/shares/{order_id}").status_code == 404


def test_a_viewer_looks_and_does_nothing(app: Flask, driver: Driver) -> None:
    buyer, supplier = _user(driver, "Press Works"), _user(driver, "Taihu Forging", "viewer")
    order_id = make_order(driver, buyer, supplier)
    client = browser(app, driver, supplier)
    assert "Accept the order" not in client.get(f"/orders/{order_id}").get_data(as_text=True)
    assert client.post(f"/orders/{order_id}/acceptance", data={"version": "1"}).status_code == 403


def test_chinese_pages_have_no_english_left(app: Flask, driver: Driver) -> None:
    buyer = make_user(driver, make_firm(driver, name="甲"), language="zh")
    supplier, peer = _user(driver, "乙"), _user(driver, "丙")
    make_cluster(driver, supplier, peer)
    line = make_line(
        utc_now(), description="导柱", category_id="锻件", delivery_place="济南", uom="件"
    )
    order_id = make_order(driver, buyer, supplier, state="accepted", lines=(line,))
    make_share(driver, order_id, peer, by=supplier)
    client = browser(app, driver, buyer)
    for path in ("/orders", f"/orders/{order_id}"):
        text = client.get(path).get_data(as_text=True)
        main = text[text.index("<main") : text.index("</main>")]
        shown = re.sub(r"<[^>]+>", " ", main)
        words = set(re.findall(r"[A-Za-z]{3,}", shown)) - {"CSV", "CNY", "Excel"}
        assert {word for word in words if not re.fullmatch(r"[A-F]+", word)} == set(), path
