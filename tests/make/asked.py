"""The calls that create or change the main nouns, with a body that is right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from marshmallow import Schema
from neo4j import Driver

from supplychain.actions.orders.shipments import ShipmentChoice, ship_goods
from supplychain.graph.engine.transactions import read
from supplychain.graph.orders import orders
from supplychain.model.ids import utc_now
from supplychain.model.people.actors import Actor
from supplychain.web.schemas.accounts import ColleagueInviteIn, RegistrationIn
from supplychain.web.schemas.awards.awards import AwardIn
from supplychain.web.schemas.bids import BidIn
from supplychain.web.schemas.capabilities import CapabilityIn, OfferIn
from supplychain.web.schemas.firms import ChainIn, ClusterIn, FirmIn
from supplychain.web.schemas.orders.orders import ProgressIn
from supplychain.web.schemas.orders.shares import ShareIn
from supplychain.web.schemas.orders.shipments import ReceiptIn, ShipmentIn
from supplychain.web.schemas.parts_requests.parts_requests import PartsRequestIn
from tests.make.accounts import make_user
from tests.make.awards import make_opened_request
from tests.make.days import local_today
from tests.make.firms import make_firm
from tests.make.orders import first_line, make_cluster, make_order
from tests.make.parts_requests import line_ids, make_part, make_parts_request


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call of the API that is right, and the schema of its body.

    ``form`` is the page's address that takes the same as a form; empty where there is none.
    ``version`` is that of what it changes.
    """

    noun: str
    method: str
    path: str
    schema: Schema
    body: dict[str, Any]
    actor: Actor | None
    form: str = ""
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Calls:
    """All calls by noun, the actors by name, and every id there is."""

    by_noun: dict[str, Call]
    actors: dict[str, Actor]
    ids: list[str]


NOUNS = (
    "parts request", "bid", "award", "share", "progress", "shipment", "receipt", "capability",
    "offer", "registration", "firm", "chain", "cluster", "colleague",
)  # fmt: skip


def make_calls(driver: Driver) -> Calls:
    """A maker and suppliers with an open request, an opened one and an order at work."""
    actors = {
        name: make_user(
            driver, make_firm(driver, name=name, kind="core" if name == "maker" else "sme")
        )
        for name in ("maker", "alpha", "beta", "peer")
    }
    maker, alpha = actors["maker"], actors["alpha"]
    make_part(driver, "ring")
    asked = make_parts_request(driver, maker)
    opened, placed = make_opened_request(driver, maker, {alpha: [{}], actors["beta"]: [{}]})
    order_id = make_order(driver, maker, alpha, state="accepted")
    make_cluster(driver, alpha, actors["peer"])
    line_id = first_line(driver, order_id, maker).id
    today = local_today()
    ship_goods(
        driver, order_id, ShipmentChoice(line_id=line_id, quantity=9, shipped_on=today), by=alpha
    )
    version = read(driver, orders.get, order_id, viewer=maker.firm_id).version
    found = [
        *_asking(driver, maker, alpha, asked),
        _award(driver, maker, opened, placed[alpha]),
        *_sharing(actors, order_id, line_id, version),
        *_owning(maker, alpha),
        *_belonging(alpha),
    ]
    ids = [
        asked,
        opened,
        *placed.values(),
        order_id,
        line_id,
        *(a.firm_id for a in actors.values()),
    ]
    return Calls(by_noun={call.noun: call for call in found}, actors=actors, ids=ids)


def _asking(driver: Driver, maker: Actor, alpha: Actor, asked: str) -> list[Call]:
    now = utc_now()
    request = {
        "title": "Rings",
        "note": "Soon",
        "currency": "CNY",
        "deadline": (now + timedelta(days=5)).isoformat(),
        "audience": "all",
        "share_policy": "ask",
        "invite_top": 3,
        "lines": [
            {
                "description": "Ring",
                "category": "Forgings",
                "quantity": 5,
                "uom": "pcs",
                "need_by": (now + timedelta(days=50)).date().isoformat(),
                "place": "Wuxi",
                "certificates": ["ISO 9001"],
                "target_price": "12.5",
            }
        ],
    }
    bid = {
        "valid_until": (now + timedelta(days=50)).date().isoformat(),
        "note": "Gladly",
        "lines": [
            {
                "request_line_id": line_ids(driver, asked)[0],
                "quantity": 5,
                "unit_price": "11",
                "tooling": "0",
                "lead_days": 9,
                "note": "By rail",
            }
        ],
    }
    return [
        Call(
            noun="parts request", method="post", path="/parts-requests", schema=PartsRequestIn(),
            body=request, actor=maker, form="/parts-requests",
        ),
        Call(
            noun="bid", method="post", path=f"/parts-requests/{asked}/bids", schema=BidIn(),
            body=bid, actor=alpha, form=f"/parts-requests/{asked}/bid",
        ),
    ]  # fmt: skip


def _award(driver: Driver, maker: Actor, opened: str, bid_id: str) -> Call:
    taken = {
        "bid_id": bid_id,
        "request_line_id": line_ids(driver, opened)[0],
        "quantity": 500,
    }
    body = {"allocations": [taken], "reason": "Best", "accept_uncovered": True}
    return Call(
        noun="award", method="put", path=f"/parts-requests/{opened}/award", schema=AwardIn(),
        body=body, actor=maker,
    )  # fmt: skip


def _sharing(actors: dict[str, Actor], order_id: str, line_id: str, version: int) -> list[Call]:
    today = local_today().isoformat()
    order, line = f"/orders/{order_id}", {"line_id": line_id}
    share = {**line, "peer_id": actors["peer"].firm_id, "quantity": 5, "unit_price": "3"}
    sent = {**line, "quantity": 1, "shipped_on": today, "tracking": "SF 1"}
    came = {**line, "quantity": 1, "rejected_quantity": 0, "received_on": today}
    made = {"lines": [{**line, "made_percent": 10}]}
    alpha, maker = actors["alpha"], actors["maker"]
    return [
        Call(
            noun="share", method="post", path=f"{order}/shares", schema=ShareIn(), body=share,
            actor=alpha, form=f"{order}/shares", version=version,
        ),
        Call(
            noun="progress", method="put", path=f"{order}/progress", schema=ProgressIn(),
            body=made, actor=alpha, form=f"{order}/progress", version=version,
        ),
        Call(
            noun="shipment", method="post", path=f"{order}/shipments", schema=ShipmentIn(),
            body=sent, actor=alpha, form=f"{order}/shipments", version=version,
        ),
        Call(
            noun="receipt", method="post", path=f"{order}/receipts", schema=ReceiptIn(),
            body=came, actor=maker, form=f"{order}/receipts", version=version,
        ),
    ]  # fmt: skip


def _owning(maker: Actor, alpha: Actor) -> list[Call]:
    capability = {
        "category": "Milling",
        "weekly_capacity": 50,
        "certificates": ["ISO 9001"],
        "min_lot": 1,
        "max_lot": 90,
        "lead_days": 9,
    }
    offer = {
        "part_id": "ring",
        "currency": "CNY",
        "moq": 1,
        "lead_days": 9,
        "tiers": [{"start": 1, "price": "7"}],
    }
    firm = {
        "name": "Alpha",
        "kind": "sme",
        "country": "CN",
        "region": "Jiangsu",
        "city": "Wuxi",
        "employees": 9,
        "registration_id": "91320200",
    }
    place = {name: firm[name] for name in ("kind", "country", "region", "city")}
    user = {"user_name": "Wu", "email": "wu@example.com", "password": "a good long password"}
    registration = {"firm_name": "New", **place, **user, "language": "en"}
    chain = {"name": "Press line", "terms": "As usual"}
    return [
        Call(
            noun="capability", method="post", path="/capabilities", schema=CapabilityIn(),
            body=capability, actor=alpha, form="/capabilities",
        ),
        Call(
            noun="offer", method="post", path="/offers", schema=OfferIn(), body=offer,
            actor=alpha, form="/offers",
        ),
        Call(
            noun="registration", method="post", path="/registrations", schema=RegistrationIn(),
            body=registration, actor=None, form="/registration",
        ),
        Call(
            noun="firm", method="put", path="/firm", schema=FirmIn(), body=firm, actor=alpha,
            form="/firm",
        ),
        Call(
            noun="chain", method="post", path="/chains", schema=ChainIn(), body=chain,
            actor=maker, form="/chains",
        ),
    ]  # fmt: skip


def _belonging(alpha: Actor) -> list[Call]:
    colleague = {"email": "wu@example.com", "role": "seller"}
    return [
        Call(
            noun="cluster", method="post", path="/clusters", schema=ClusterIn(),
            body={"name": "Taihu forgers"}, actor=alpha,
        ),
        Call(
            noun="colleague", method="post", path="/colleague-invitations",
            schema=ColleagueInviteIn(), body=colleague, actor=alpha,
        ),
    ]  # fmt: skip
