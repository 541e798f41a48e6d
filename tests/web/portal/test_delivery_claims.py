"""The pages of claims about deliveries: the supplier answers, the buyer takes an import back."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from neo4j import Driver

from supplychain.graph import delivery_claims
from supplychain.graph.engine.transactions import read
from supplychain.model.people.actors import Actor
from tests.make.accounts import browser, make_user
from tests.make.claims import BAD, claim
from tests.make.firms import make_firm
from tests.make.matches import make_offer


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """A supplier and a buyer that imported three deliveries of it."""

    driver: Driver
    app: Flask
    supplier: Actor
    buyer: Actor
    batch: str

    def at(self, actor: Actor) -> FlaskClient:
        """A browser of the actor."""
        return browser(self.app, self.driver, actor)

    def claims(self) -> list[str]:
        """How the lines stand."""
        found = read(
            self.driver, delivery_claims.list_claims, viewer=self.supplier.firm_id, limit=99
        )
        return [each.claim for each in found]


@pytest.fixture
def trade(driver: Driver, app: Flask) -> Trade:
    supplier = make_user(driver, make_firm(driver, name="Taihu Forging"))
    buyer = make_user(driver, make_firm(driver, name="Nantong Presses"))
    make_offer(driver, supplier.firm_id)
    batch = claim(driver, supplier.firm_id, 3, by=buyer, how=BAD)
    return Trade(driver=driver, app=app, supplier=supplier, buyer=buyer, batch=batch)


def test_a_supplier_finds_the_claim_from_home_and_answers_it(trade: Trade) -> None:
    client = trade.at(trade.supplier)
    home = client.get("/").text
    assert "Nantong Presses says how you delivered, lines to confirm or dispute: 3" in home
    assert f"/delivery-claims/{trade.batch}" in home
    listed = client.get("/delivery-claims").text
    assert "Nantong Presses" in listed
    page = client.get(f"/delivery-claims/{trade.batch}")
    assert page.status_code == 200
    assert page.text.count('<li class="box"') == 3
    assert " style=" not in page.text
    done = client.post(
        f"/delivery-claims/{trade.batch}/answer",
        data={"answer": "confirmed"},
        follow_redirects=True,
    )
    assert "Lines answered: 3." in done.text
    assert trade.claims() == ["confirmed"] * 3
    assert "lines to confirm or dispute" not in client.get("/").text
    assert "confirmed deliveries: 3" in trade.at(trade.buyer).get("/").text


def test_a_dispute_needs_a_statement_that_its_buyer_reads(trade: Trade) -> None:
    client, address = trade.at(trade.supplier), "/delivery-claims/lines/X1/answer"
    refused = client.post(address, data={"answer": "disputed", "statement": " "})
    assert refused.status_code == 422
    assert "Say in a sentence what is wrong." in refused.text
    assert client.post(address, data={"answer": "perhaps"}).status_code == 422
    kept = "It came in May & was <fine>."
    done = client.post(
        address, data={"answer": "disputed", "statement": kept}, follow_redirects=True
    )
    assert "It came in May &amp; was &lt;fine&gt;." in done.text
    assert sorted(trade.claims()) == ["claimed", "claimed", "disputed"]
    assert "It came in May &amp; was &lt;fine&gt;." in trade.at(trade.buyer).get("/").text
    only = client.get(f"/delivery-claims/{trade.batch}?claim=disputed").text
    assert only.count('<li class="box"') == 1
    client.post(address, data={"answer": "claimed"})
    assert trade.claims() == ["claimed"] * 3


def test_a_supplier_confirms_a_buyer_once_for_all_and_takes_it_back(trade: Trade) -> None:
    client = trade.at(trade.supplier)
    buyer = {"buyer_id": trade.buyer.firm_id}
    page = client.post("/delivery-claims/trusted-buyers", data=buyer, follow_redirects=True)
    assert "Lines now: 3." in page.text
    assert "confirmed once for all" in page.text
    page = client.post("/delivery-claims/trusted-buyers/removal", data=buyer, follow_redirects=True)
    assert "From now on each import of this buyer waits for your answer." in page.text
    assert trade.claims() == ["confirmed"] * 3
    for address in ("trusted-buyers", "trusted-buyers/removal"):
        answer = client.post(f"/delivery-claims/{address}", data={"buyer_id": "nobody"})
        assert answer.status_code == 404


def test_a_buyer_takes_its_import_back(trade: Trade) -> None:
    client = trade.at(trade.buyer)
    page = client.get("/delivery-batches").text
    assert "Take the whole import back" in page
    once = re.search(r'name="once" value="(\w+)"', page)
    assert once
    sent = {"once": once[1]}
    for _ in range(2):  # a double click
        done = client.post(
            f"/delivery-batches/{trade.batch}/undoing", data=sent, follow_redirects=True
        )
        assert "The import is taken back" in done.text
    assert trade.claims() == []
    again = client.post(f"/delivery-batches/{trade.batch}/undoing")
    assert again.status_code == 409
    assert "This import was undone before." in again.text
    assert "took back an import of deliveries" in trade.at(trade.supplier).get("/").text
    assert trade.at(trade.supplier).get(f"/delivery-claims/{trade.batch}").status_code == 404


def test_a_buyer_reads_which_lines_are_disputed_and_why(trade: Trade) -> None:
    sent = {"answer": "disputed", "statement": "The truck stood at your gate."}
    trade.at(trade.supplier).post("/delivery-claims/lines/X1/answer", data=sent)
    client = trade.at(trade.buyer)
    page = client.get(f"/delivery-batches/{trade.batch}?claim=disputed").text
    assert page.count('<th scope="row">') == 1
    assert "The supplier says: The truck stood at your gate." in page
    assert trade.at(trade.supplier).get(f"/delivery-batches/{trade.batch}").status_code == 404


def test_others_read_nothing_of_it(trade: Trade, driver: Driver) -> None:
    client = trade.at(make_user(driver, make_firm(driver, name="Other"), role="viewer"))
    page = client.get("/delivery-claims").text
    assert "No buyer has brought in anything about you" in page
    assert "no deliveries yet" in client.get("/delivery-batches").text
    assert client.get(f"/delivery-claims/{trade.batch}").status_code == 404


def test_the_pages_speak_chinese(trade: Trade) -> None:
    client = trade.at(trade.supplier)
    client.post("/language", data={"language": "zh"})
    assert "关于我方交货的说法" in client.get("/delivery-claims").text
    assert "全部确认尚未答复的" in client.get(f"/delivery-claims/{trade.batch}").text
    assert "已导入的交货记录" in client.get("/delivery-batches").text
