"""Orders for tests, without the request, bid and award that lead to them."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from neo4j import Driver

from supplychain.actions.orders.orders import accept_order
from supplychain.actions.orders.shares import share_order
from supplychain.graph import events
from supplychain.graph.engine.transactions import Tx, read, row, run, write
from supplychain.graph.orders import orders
from supplychain.graph.tray_notes import fill_notes
from supplychain.model.calendars.zones import DEFAULT_ZONE, day_of
from supplychain.model.capacity.promises import Pace, fits
from supplychain.model.ids import new_id, utc_now
from supplychain.model.orders import Order, OrderLine, order_number
from supplychain.model.people.actors import Actor
from supplychain.model.shares import ShareChoice
from supplychain.model.weeks import day_number
from tests.make.days import local_today
from tests.make.firms import make_actor, make_firm


def make_line(now: datetime, **values: Any) -> OrderLine:
    """A line: 100 pieces of forging due in four weeks unless told otherwise."""
    given: dict[str, Any] = {
        "id": new_id(),
        "number": 1,
        "request_line_id": None,
        "part_id": None,
        "description": "Guide pillar, 42CrMo, 80 × 600",
        "category_id": "forging",
        "quantity": 100,
        "uom": "pcs",
        "need_by": day_of(DEFAULT_ZONE, now) + timedelta(days=28),
        "delivery_place": "Jinan",
        "unit_price": Decimal("12.50"),
        "tooling": Decimal(0),
        "lead_days": 20,
    }
    return OrderLine(**{**given, **values})


def plain_order(
    now: datetime, state: str = "offered", quantity: int = 100, **values: object
) -> Order:
    """An order of one line that no graph holds."""
    line = make_line(now, id="line", quantity=quantity)
    stated = {
        "id": "order",
        "number": "PO-1",
        "state": state,
        "depth": 0,
        "buyer_id": "buyer",
        "supplier_id": "supplier",
        "root_buyer_id": "buyer",
        "request_id": None,
        "award_id": None,
        "parent_line_id": None,
        "currency": "CNY",
        "share_policy": "free",
        "lines": (line,),
        "created_at": now,
        "firm_path": ("buyer", "supplier"),
        **values,
    }
    return Order(**stated)


def make_order(
    driver: Driver,
    buyer: Actor,
    supplier: Actor,
    *,
    quantity: int = 100,
    state: str = "offered",
    share_policy: str = "free",
    lines: tuple[OrderLine, ...] = (),
    ends_in: timedelta = timedelta(days=3),
    **line_values: Any,
) -> str:
    """An order of the buyer's firm to the supplier's, offered or accepted; returns its id."""
    now, order_id = utc_now(), new_id()
    order = Order(
        id=order_id,
        number=order_number(order_id),
        state="offered",
        depth=0,
        buyer_id=buyer.firm_id,
        supplier_id=supplier.firm_id,
        root_buyer_id=buyer.firm_id,
        request_id=None,
        award_id=None,
        parent_line_id=None,
        currency="CNY",
        share_policy=share_policy,
        lines=lines or (make_line(now, quantity=quantity, **line_values),),
        created_at=now,
        offered_at=now,
        ends_at=now + ends_in,
    )

    def work(tx: Tx) -> None:
        orders.create(tx, order)
        events.record(
            tx,
            "order.offered",
            about_kind="order",
            about_id=order_id,
            by=buyer,
            at=now,
            tells=(supplier.firm_id,),
            facts={"number": order.number},
        )

    write(driver, work)
    if state == "accepted":
        accept_order(driver, order_id, by=supplier)
    return order_id


CLUSTER = """
CREATE (c:Cluster {id: $id, name: 'Wuxi forgers', version: 1})
WITH c UNWIND $firm_ids AS firm_id
MATCH (f:Firm {id: firm_id}) CREATE (f)-[:JOINS {state: $state}]->(c)
"""


def make_cluster(driver: Driver, *members: Actor, state: str = "member") -> None:
    """A cluster of which these firms are members (or only invited)."""
    ids = [member.firm_id for member in members]
    write(driver, lambda tx: run(tx, CLUSTER, id=new_id(), firm_ids=ids, state=state))
    write(driver, fill_notes)


def make_firms(driver: Driver, *names: str) -> list[Actor]:
    """One actor for each new firm of these names."""
    return [make_actor(make_firm(driver, name=name)) for name in names]


def make_share(
    driver: Driver, order_id: str, peer: Actor, *, by: Actor, quantity: int = 40, **values: Any
) -> str:
    """A share of the first line of an order, offered to a peer; returns its id."""
    order = read(driver, orders.get, order_id, viewer=by.firm_id)
    given: dict[str, Any] = {"line_id": order.lines[0].id, "unit_price": Decimal("9.87"), **values}
    choice = ShareChoice(peer_id=peer.firm_id, quantity=quantity, **given)
    return share_order(driver, order_id, choice, by=by)


def first_line(driver: Driver, order_id: str, viewer: Actor) -> OrderLine:
    """The first line of an order as it stands."""
    return read(driver, orders.get, order_id, viewer=viewer.firm_id).lines[0]


BOOKED = """
MATCH (c:Capability {id: $id})
OPTIONAL MATCH (b:Booking)-[:TAKES]->(c)
WITH c, b.day AS day, sum(b.work) AS quantity ORDER BY day
RETURN c.booked_days AS days, c.booked_quantities AS quantities,
       coalesce(c.weekly_hours_e4, c.weekly_capacity) AS weekly,
       collect(CASE WHEN day IS NULL THEN null ELSE day END) AS sum_days,
       collect(CASE WHEN day IS NULL THEN null ELSE quantity END) AS sums
"""


def booked(driver: Driver, firm_id: str, category_id: str = "forging") -> dict[int, int]:
    """Due day to booked work, after checking that the lists equal the bookings and fit."""
    found = read(driver, lambda tx: row(tx, BOOKED, id=f"{firm_id}|{category_id}"))
    assert found is not None
    listed = dict(zip(found["days"], found["quantities"], strict=True))
    assert listed == dict(zip(found["sum_days"], found["sums"], strict=True))
    assert found["days"] == sorted(found["days"])
    today = day_number(local_today())
    assert fits(Pace(weekly=found["weekly"] or 0), listed, today=today)
    return listed
