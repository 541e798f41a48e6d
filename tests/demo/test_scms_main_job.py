"""The main job on real purchases: rank real vendors, award, share, deliver, all of it conserved.

The slice in ``tests/data/scms`` is imported as its converter makes it. What the rankings must
say is counted again here, from the file alone.
"""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from neo4j import Driver

from supplychain.actions.awards import awards
from supplychain.actions.imports.imports import import_tables
from supplychain.actions.orders import orders, shipments
from supplychain.actions.rankings import rankings
from supplychain.demo.scms import conversion
from supplychain.demo.scms.lines import key_of
from supplychain.demo.tables import write_folder
from supplychain.graph import audiences
from supplychain.graph import awards as awards_graph
from supplychain.graph.engine.transactions import Tx, read, rows, write
from supplychain.graph.orders import orders as orders_graph
from supplychain.graph.rankings import rankings as matches_graph
from supplychain.model.audiences import EVERYBODY, Audience, Audiences
from supplychain.model.firms import Firm
from supplychain.model.ids import utc_now
from supplychain.model.money import to_e4
from supplychain.model.orders import Order
from supplychain.model.people.actors import Actor
from tests.demo.test_scms import ITEM, SLICE
from tests.make.awards import make_choice
from tests.make.bids import make_bid
from tests.make.chains import make_cluster
from tests.make.days import local_today
from tests.make.firms import make_actor
from tests.make.jobs import do_jobs
from tests.make.orders import make_share
from tests.make.parts_requests import make_parts_request, need_by, pass_deadline

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

COUNTRY = "South Africa"
QUANTITY = 5_000
SPLIT = (3_000, 2_000)
SHARED = 1_200


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendor:
    """What the file says of a vendor: its newest price of the item, and its deliveries."""

    price: Decimal
    delivered: int
    on_time: int


def counted(path: Path) -> dict[str, Vendor]:
    """By vendor that sold the item; deliveries are those of the item's category."""
    with path.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    item = next(line for line in lines if line["Item Description"] == ITEM)
    kind = ("Product Group", "Sub Classification")
    same = [line for line in lines if all(line[k] == item[k] for k in kind)]
    delivered = Counter(line["Vendor"] for line in same)
    on_time = Counter(
        line["Vendor"]
        for line in same
        if day(line["Delivered to Client Date"]) <= day(line["Scheduled Delivery Date"])
    )
    sold = [line for line in lines if line["Item Description"] == ITEM]
    sold.sort(key=lambda line: (day(line["Delivered to Client Date"]), int(line["ID"])))
    newest = {line["Vendor"]: Decimal(line["Pack Price"]) for line in sold}
    return {
        name: Vendor(
            price=price,
            delivered=delivered[name],
            on_time=on_time[name],
        )
        for name, price in newest.items()
    }


def day(text: str) -> date:
    """A day as the file writes it."""
    return datetime.strptime(text, "%d-%b-%y").date()


@pytest.fixture
def buyer(driver: Driver, tmp_path: Path) -> Actor:
    """A buying country, in a network made of the slice whose vendors publish their price lists."""
    write_folder(tmp_path, conversion.convert_file(SLICE))
    report = import_tables(driver, tmp_path, by=None)
    assert report.written
    assert report.bad == 0
    vendors = read(driver, lambda tx: rows(tx, "MATCH (o:Offer) RETURN DISTINCT o.firm_id AS id"))
    write(driver, publish, [vendor["id"] for vendor in vendors])
    return actor_of(key_of("buyer", COUNTRY))


def publish(tx: Tx, firm_ids: list[str]) -> None:
    """Show the prices and capacity of these firms to everybody."""
    everybody = Audience.of([EVERYBODY])
    chosen = Audiences(prices=everybody, capacity=everybody, version=1)
    for firm_id in firm_ids:
        audiences.save(tx, chosen, viewer=firm_id, at=utc_now())


def actor_of(firm_id: str) -> Actor:
    """The owner of a firm."""
    return make_actor(Firm(id=firm_id, name="", kind="sme"))


def ask(driver: Driver, buyer: Actor) -> str:
    """A published request for the item, ranked."""
    line = {
        "part_id": key_of("item", ITEM),
        "description": ITEM,
        "category": "ARV Adult",
        "quantity": QUANTITY,
        "uom": "pack",
        "need_by": need_by(360),
        "certificates": [],
    }
    request_id = make_parts_request(
        driver,
        buyer,
        lines=[line],
        title="Tenofovir",
        currency="USD",
        audience="invited",
        share_policy="free",
    )
    assert do_jobs(driver) == ["done"]
    return request_id


def test_the_import_holds_every_line_of_the_slice(driver: Driver, buyer: Actor) -> None:
    with SLICE.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    query = (
        "MATCH (d:Delivery) RETURN count(d) AS many, sum(d.quantity) AS packs, "
        "sum(d.quantity * d.unit_price_e4) AS goods"
    )
    (found,) = read(driver, lambda tx: rows(tx, query))
    assert found["many"] == len(lines) == 320
    assert found["packs"] == sum(int(line["Line Item Quantity"]) for line in lines)
    goods = sum(int(line["Line Item Quantity"]) * Decimal(line["Pack Price"]) for line in lines)
    assert found["goods"] == goods * 10_000


def test_real_vendors_are_ranked_on_their_real_prices_and_deliveries(
    driver: Driver, buyer: Actor
) -> None:
    request_id = ask(driver, buyer)
    (line,) = read(driver, matches_graph.get_rankings, request_id, viewer=buyer.firm_id)
    told = {row.firm_id: row for row in line.best}
    vendors = {key_of("firm", name): vendor for name, vendor in counted(SLICE).items()}
    assert len(vendors) == 7
    assert told.keys() == vendors.keys()
    for firm_id, vendor in vendors.items():
        row, cost = told[firm_id], told[firm_id].landed_cost
        assert cost.unit_price_e4 == to_e4(vendor.price)
        assert cost.total_e4 == pytest.approx(cost.unit_price_e4 + (cost.freight_e4 or 0), abs=1)
        reasons = {reason.code: reason.values for reason in row.reasons}
        assert reasons["delivery_record"] == {
            "on_time": vendor.on_time,
            "delivered": vendor.delivered,
        }
    scores = [row.score for row in line.best if row.score is not None]
    assert scores == sorted(scores, reverse=True)


def test_the_main_job_conserves_every_pack(driver: Driver, buyer: Actor) -> None:
    request_id = ask(driver, buyer)
    (line,) = read(driver, matches_graph.get_rankings, request_id, viewer=buyer.firm_id)
    first, second, peer = (actor_of(row.firm_id) for row in line.best[:3])
    made = invite_and_award(driver, buyer, request_id, (first, second))
    assert sum(order.lines[0].quantity for order in made) == QUANTITY
    make_cluster(
        driver,
        Firm(id=first.firm_id, name="", kind="sme"),
        [Firm(id=peer.firm_id, name="", kind="sme")],
    )
    for order, supplier in zip(made, (first, second), strict=True):
        orders.accept_order(driver, order.id, by=supplier)
    share_id = make_share(driver, made[0].id, peer, by=first, quantity=SHARED)
    orders.accept_order(driver, share_id, by=peer)
    hand_over(driver, share_id, supplier=peer, buyer=first)
    for order, supplier in zip(made, (first, second), strict=True):
        hand_over(driver, order.id, supplier=supplier, buyer=buyer)
    check_conserved(driver, buyer, made, share_id, peer)


def invite_and_award(
    driver: Driver, buyer: Actor, request_id: str, suppliers: tuple[Actor, Actor]
) -> list[Order]:
    """Both are invited, bid for all, and get their part of the split; their orders in order."""
    rankings.invite(driver, request_id, [one.firm_id for one in suppliers], by=buyer)
    placed = [
        make_bid(
            driver,
            supplier,
            request_id,
            lines=[{"quantity": QUANTITY, "unit_price": Decimal(price), "lead_days": 120}],
        )
        for supplier, price in zip(suppliers, ("11.20", "11.45"), strict=True)
    ]
    pass_deadline(driver, request_id)
    taken = [(bid_id, 1, part) for bid_id, part in zip(placed, SPLIT, strict=True)]
    awards.award(driver, request_id, make_choice(driver, request_id, *taken), by=buyer)
    found = read(driver, awards_graph.find, request_id, viewer=buyer.firm_id)
    assert found is not None
    by_bid = {made.bid_id: made.order_id for made in found.orders}
    return [
        read(driver, orders_graph.get, by_bid[bid_id], viewer=buyer.firm_id) for bid_id in placed
    ]


def hand_over(driver: Driver, order_id: str, *, supplier: Actor, buyer: Actor) -> None:
    """All of an order's line is shipped and received today."""
    line = read(driver, orders_graph.get, order_id, viewer=supplier.firm_id).lines[0]
    today = local_today()
    sent = shipments.ShipmentChoice(line_id=line.id, quantity=line.quantity, shipped_on=today)
    shipments.ship_goods(driver, order_id, sent, by=supplier)
    came = shipments.ReceiptChoice(line_id=line.id, quantity=line.quantity, received_on=today)
    shipments.receive_goods(driver, order_id, came, by=buyer)


def check_conserved(
    driver: Driver, buyer: Actor, made: list[Order], share_id: str, peer: Actor
) -> None:
    """Every pack asked for was ordered, made by exactly one firm, and received once."""
    now = [read(driver, orders_graph.get, one.id, viewer=buyer.firm_id) for one in made]
    share = read(driver, orders_graph.get, share_id, viewer=peer.firm_id)
    assert [one.state for one in (*now, share)] == ["received"] * 3
    assert [one.lines[0].received_quantity for one in now] == list(SPLIT)
    assert now[0].lines[0].shared_quantity == share.lines[0].quantity == SHARED
    assert share.lines[0].received_quantity == SHARED
    kept = [one.lines[0].quantity - one.lines[0].shared_quantity for one in (*now, share)]
    assert sum(kept) == QUANTITY
