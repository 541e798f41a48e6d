"""Every price of a trade is told to those it concerns, at the time it concerns them, and nowhere.

Each amount is a number that occurs once in the world. All pages and API reads, with the ids of
all things, are read as every firm, as the operator and as nobody, at every state of the trade.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from neo4j import Driver

from supplychain.actions.orders import orders, shipments
from supplychain.award.rules.two_sources import TwoSources
from supplychain.graph import awards as awards_graph
from supplychain.graph.engine.transactions import read, rows
from supplychain.graph.orders import orders as orders_graph
from supplychain.model.bids.lines import PriceTier
from supplychain.model.people.actors import Actor
from supplychain.web.access.policy import policy_of
from tests.make.accounts import api_client, browser, make_user
from tests.make.award_studies import make_study
from tests.make.awards import make_award
from tests.make.bids import make_bid
from tests.make.days import local_today
from tests.make.firms import make_firm
from tests.make.jobs import do_jobs
from tests.make.matches import make_ability, make_chain, make_delivery, make_offer
from tests.make.orders import make_cluster, make_share
from tests.make.parts_requests import line_ids, make_parts_request, pass_deadline
from tests.web.test_sealed_bids import forms_of, readable

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

NAMES = ("maker", "alpha", "beta", "peer", "leader", "stranger")
QUANTITY, SHARED = 300, 70
AMOUNTS = {
    "target": "71930484.4417",
    "alpha bid": "62840375.3319",
    "alpha tooling": "53751266.2213",
    "beta bid": "84962157.1127",
    "beta tier": "74853218.2253",
    "beta freight": "65744109.3389",
    "beta one-off": "56635291.4461",
    "share": "45673198.9923",
    "alpha offer": "36584279.8829",
    "beta offer": "27495361.7733",
    "foreign delivery": "18316452.6639",
}
NOTES = {"alpha note": "canary-quince-medlar", "beta note": "canary-loquat-damson"}
PARTS = {
    "alpha bid": (QUANTITY, QUANTITY - SHARED),
    "beta bid": (QUANTITY,),
    "share": (SHARED,),
}
"""Quantities with which an amount could be told as a total."""

SEALED = {
    "target": {"maker"},
    "alpha bid": {"alpha"},
    "alpha tooling": {"alpha"},
    "beta bid": {"beta"},
    "beta tier": {"beta"},
    "beta freight": {"beta"},
    "beta one-off": {"beta"},
    "share": set[str](),
    "alpha offer": {"alpha", "maker"},
    "beta offer": {"beta", "maker"},
    "foreign delivery": {"beta", "stranger"},
    "alpha note": {"alpha"},
    "beta note": {"beta"},
}
OPENED = SEALED | {
    "alpha bid": {"alpha", "maker"},
    "alpha tooling": {"alpha", "maker"},
    "beta bid": {"beta", "maker"},
    "beta tier": {"beta", "maker"},
    "beta freight": {"beta", "maker"},
    "beta one-off": {"beta", "maker"},
    "alpha note": {"alpha", "maker"},
    "beta note": {"beta", "maker"},
}
SHARING = OPENED | {"share": {"alpha", "peer"}}


@dataclass
class Trade:
    """Who takes part, and the ids of all things by noun."""

    actors: dict[str, Actor | None]
    ids: dict[str, list[str]]

    def of(self, name: str) -> Actor:
        """A firm's owner."""
        actor = self.actors[name]
        assert actor is not None
        return actor


def words() -> dict[str, set[str]]:
    """Every way to tell an amount, or its total, by its name."""
    found = {name: {note} for name, note in NOTES.items()}
    for name, amount in AMOUNTS.items():
        whole = {amount, *(str(Decimal(amount) * many) for many in PARTS.get(name, ()))}
        found[name] = {form for one in whole for form in forms_of(one)}
    return found


def make_trade(driver: Driver) -> Trade:
    """An open request of the maker, ranked, with the sealed bids of alpha and beta."""
    firms = {
        name: make_firm(driver, name=name, kind="core" if name in ("maker", "leader") else "sme")
        for name in NAMES
    }
    actors: dict[str, Actor | None] = {
        name: make_user(driver, firm) for name, firm in firms.items()
    }
    actors |= {"operator": make_user(driver, None), "nobody": None}
    trade = Trade(actors=actors, ids=defaultdict(list))
    for name in ("alpha", "beta", "peer"):
        make_ability(driver, firms[name].id)
    for name in ("alpha", "beta"):
        price = int(Decimal(AMOUNTS[f"{name} offer"]) * 10_000)
        make_offer(driver, firms[name].id, tier_prices_e4=[price])
    old = int(Decimal(AMOUNTS["foreign delivery"]) * 10_000)
    make_delivery(driver, firms["beta"].id, firms["stranger"].id, unit_price_e4=old)
    members = {firms[name].id: "member" for name in ("maker", "alpha", "beta", "peer")}
    trade.ids["chain"] = [make_chain(driver, firms["leader"].id, members)]
    make_cluster(driver, trade.of("alpha"), trade.of("peer"))
    trade.ids["firm"] = [firm.id for firm in firms.values()]
    trade.ids["part"] = ["ring"]
    trade.ids["capability"] = [f"{firms['alpha'].id}|forgings"]
    trade.ids["offer"] = [f"{firms[name].id}|ring" for name in ("alpha", "beta")]
    _ask(driver, trade)
    return trade


def _ask(driver: Driver, trade: Trade) -> None:
    line = {
        "part_id": "ring",
        "category": "forgings",
        "quantity": QUANTITY,
        "target_price": Decimal(AMOUNTS["target"]),
    }
    request_id = make_parts_request(driver, trade.of("maker"), lines=[line], share_policy="free")
    assert do_jobs(driver) == ["done"]
    trade.ids["parts_request"] = [request_id]
    for name in ("alpha", "beta"):
        bid = {
            "unit_price": Decimal(AMOUNTS[f"{name} bid"]),
            "note": NOTES[f"{name} note"],
            "quantity": QUANTITY,
        }
        if name == "alpha":
            bid["tooling"] = Decimal(AMOUNTS["alpha tooling"])
        terms: dict[str, Any] = {"note": NOTES[f"{name} note"]}
        if name == "beta":
            price = Decimal(AMOUNTS["beta tier"])
            bid["tiers"] = (PriceTier(start=200, unit_price=price),)
            bid["freight"] = Decimal(AMOUNTS["beta freight"])
            terms["one_off_cost"] = Decimal(AMOUNTS["beta one-off"])
        placed = make_bid(driver, trade.of(name), request_id, lines=[bid], **terms)
        trade.ids["bid"].append(placed)


def study(driver: Driver, trade: Trade) -> None:
    """The maker has the ways to split worked out, with a rule of its own."""
    (request_id,) = trade.ids["parts_request"]
    rule = TwoSources(line=line_ids(driver, request_id)[0])
    seen = make_study(driver, trade.of("maker"), request_id, sentences=((rule,),))
    assert len(seen.study.scenarios) > 3
    trade.ids["award_study"] = [seen.study.id]
    trade.ids["job"] = [seen.job.id]


def award(driver: Driver, trade: Trade) -> None:
    """Alpha gets all of it and accepts."""
    (request_id,), maker = trade.ids["parts_request"], trade.of("maker")
    award_id = make_award(driver, maker, request_id, (trade.ids["bid"][0], 1, QUANTITY))
    trade.ids["award"] = [award_id]
    found = read(driver, awards_graph.find, request_id, viewer=maker.firm_id)
    assert found is not None
    trade.ids["order"] = [found.orders[0].order_id]
    orders.accept_order(driver, trade.ids["order"][0], by=trade.of("alpha"))


def share(driver: Driver, trade: Trade) -> None:
    """Part of it goes to the peer, who accepts, and delivers."""
    alpha, peer = trade.of("alpha"), trade.of("peer")
    share_id = make_share(
        driver,
        trade.ids["order"][0],
        peer,
        by=alpha,
        quantity=SHARED,
        unit_price=Decimal(AMOUNTS["share"]),
    )
    trade.ids["order"].append(share_id)
    trade.ids["share"] = [share_id]
    orders.accept_order(driver, share_id, by=peer)


def deliver(driver: Driver, trade: Trade) -> None:
    """The peer's part arrives at alpha, all of it at the maker."""
    ways = (("peer", "alpha"), ("alpha", "maker"))
    for order_id, (supplier, buyer) in zip(trade.ids["order"][::-1], ways, strict=True):
        line = read(driver, orders_graph.get, order_id, viewer=trade.of(buyer).firm_id).lines[0]
        what = {"line_id": line.id, "quantity": line.quantity}
        today = local_today()
        sent = shipments.ShipmentChoice(**what, shipped_on=today)
        shipments.ship_goods(driver, order_id, sent, by=trade.of(supplier))
        came = shipments.ReceiptChoice(**what, received_on=today)
        shipments.receive_goods(driver, order_id, came, by=trade.of(buyer))


def doors(app: Flask, trade: Trade) -> Iterator[str]:
    """The address of every page and API read, with every id that could stand in its place."""
    usual = {"/invitations": "parts_request", "/firms": "firm", "/tiers/firms": "firm"}
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or re.search(r"static|/docs|openapi|z$", rule.rule):
            continue
        if not rule.arguments:
            yield rule.rule
        elif rule.arguments == {"id"}:
            declared = policy_of(app, rule.endpoint)
            stem = rule.rule.removeprefix("/api/v1").split("/<")[0]
            noun = (declared.thing if declared else "") or usual.get(stem, "")
            ids = trade.ids[noun] if noun else [one for ids in trade.ids.values() for one in ids]
            for one in ids:
                yield re.sub(r"<(path:)?id>", one, rule.rule)


def seen(app: Flask, driver: Driver, trade: Trade) -> dict[str, dict[str, str]]:
    """By name of an amount, who is told it, and at which address first."""
    found: dict[str, dict[str, str]] = {name: {} for name in (*AMOUNTS, *NOTES)}
    searched, paths = words(), list(doors(app, trade))
    assert len(paths) > 80
    for name, actor in trade.actors.items():
        page, api = browser(app, driver, actor), api_client(app, driver, actor)
        for path in paths:
            if path.startswith("/api/v1"):
                answer = api.call("get", path.removeprefix("/api/v1"))
            else:
                answer = page.get(path)
            assert answer.status_code < 500, path
            text = f"{answer.headers}\n{readable(answer.data)}"
            for amount, forms in searched.items():
                if any(form in text for form in forms):
                    found[amount].setdefault(name, path)
    return found


def check(app: Flask, driver: Driver, trade: Trade, allowed: dict[str, set[str]]) -> None:
    """Every amount is told to exactly those."""
    told = seen(app, driver, trade)
    wrong = [
        f"{amount}: {sorted(told[amount].items())}, not {sorted(who)}"
        for amount, who in allowed.items()
        if told[amount].keys() != who
    ]
    assert wrong == []


def test_before_the_deadline_every_price_is_its_owners_alone(app: Flask, driver: Driver) -> None:
    check(app, driver, make_trade(driver), SEALED)


def test_between_deadline_and_opening_nothing_more_is_told(app: Flask, driver: Driver) -> None:
    trade = make_trade(driver)
    pass_deadline(driver, trade.ids["parts_request"][0], sweep=False)
    check(app, driver, trade, SEALED)


def test_after_the_opening_the_buyer_reads_the_bids_and_no_rival_does(
    app: Flask, driver: Driver
) -> None:
    trade = make_trade(driver)
    pass_deadline(driver, trade.ids["parts_request"][0])
    study(driver, trade)
    check(app, driver, trade, OPENED)


def test_after_the_award_losers_learn_no_price(app: Flask, driver: Driver) -> None:
    trade = make_trade(driver)
    pass_deadline(driver, trade.ids["parts_request"][0])
    study(driver, trade)
    award(driver, trade)
    check(app, driver, trade, OPENED)


def test_after_sharing_and_delivery_the_price_between_peers_is_theirs_alone(
    app: Flask, driver: Driver
) -> None:
    trade = make_trade(driver)
    pass_deadline(driver, trade.ids["parts_request"][0])
    study(driver, trade)
    award(driver, trade)
    share(driver, trade)
    deliver(driver, trade)
    check(app, driver, trade, SHARING)


NODES = (
    "MATCH (n) WHERE NOT n:Migration RETURN labels(n) AS labels, properties(n) AS facts LIMIT 99999"
)


def test_sealed_and_share_prices_lie_only_where_they_belong(driver: Driver) -> None:
    trade = make_trade(driver)
    pass_deadline(driver, trade.ids["parts_request"][0])
    study(driver, trade)
    award(driver, trade)
    share(driver, trade)
    deliver(driver, trade)
    nodes = read(driver, lambda tx: rows(tx, NODES))
    where: dict[str, set[str]] = defaultdict(set)
    searched = words()
    for node in nodes:
        if node["labels"][0] in ("AwardStudy", "AwardScenario"):
            continue  # the buyer's copy of what it was told: the doors above show who reads it
        text = " ".join(str(value) for value in node["facts"].values())
        for amount, forms in searched.items():
            if any(form in text for form in forms):
                where[amount].add(node["labels"][0])
    assert {"Event", "Job", "Ranking"} <= {node["labels"][0] for node in nodes}
    assert where["alpha bid"] - {"Delivery"} == {"BidLine", "OrderLine"}
    assert where["beta bid"] == where["beta tier"] == where["beta freight"] == {"BidLine"}
    assert where["beta one-off"] == {"Bid"}
    assert where["share"] - {"Delivery"} == {"OrderLine"}
    assert where["target"] <= {"RequestLine", "Ranking"}
    assert where["alpha note"] == {"Bid", "BidLine"}
    assert where["beta note"] == {"Bid", "BidLine"}
