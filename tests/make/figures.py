"""A world in which every figure that has an audience is a number that occurs once.

Suppliers keep standing prices, capacity and bookings, and buyers of every kind rank them. Beside
each figure stands who may read it and who must: a search that finds nothing must not be blind.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from neo4j import Driver

from supplychain.actions import chains
from supplychain.actions.capacity.idle_capacity import post_idle
from supplychain.actions.orders.orders import accept_order
from supplychain.actions.orders.reactions import react
from supplychain.actions.verification import suspend_firm
from supplychain.graph import audiences
from supplychain.graph.engine.transactions import Tx, run, write
from supplychain.model.audiences import Audience, Audiences
from supplychain.model.ids import utc_now
from supplychain.model.people.actors import Actor
from supplychain.model.weeks import day_number
from tests.make.accounts import make_user
from tests.make.bids import make_bid
from tests.make.chains import make_chain
from tests.make.claims import send
from tests.make.days import local_today
from tests.make.firms import make_firm
from tests.make.jobs import do_jobs
from tests.make.matches import make_ability, make_offer
from tests.make.orders import make_cluster, make_order, make_share
from tests.make.parts_requests import make_parts_request
from tests.make.secrets import drop_chance
from tests.make.verification import OPERATOR

KINDS = {
    "maker": "core", "leader": "core", "customer": "core", "suspended": "core",
    "alpha": "sme", "beta": "sme", "peer": "sme", "fellow": "sme", "former": "sme",
    "unclaimed": "sme", "strange core": "core", "strange sme": "sme",
    "strange financier": "financier", "strange provider": "provider",
}  # fmt: skip
"""Each firm and its kind. Alpha and beta bid on maker's sealed request, so each is the other's
rival; former was in the chain of leader; nobody works for unclaimed."""
PARTS = ("ring", "disc")
ALPHA_READERS = {"alpha", "customer", "leader"}
"""Those to whom alpha's figures are open by its default: its chain's leader, and who buys from
it."""
BETA_READERS = {"beta", "alpha", "fellow"}
"""Beta shows its prices to the members of its chain, its capacity to nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number of one firm, who may read it, and who must come across it."""

    number: str
    may: frozenset[str]
    must: frozenset[str] = frozenset()

    @property
    def forms(self) -> set[str]:
        """Its digits as any door could write them: whole, rounded, with decimals, as stored."""
        places = ("1", "1.0", "1.00", "1.000", "1.0000")
        return {str(Decimal(self.number).quantize(Decimal(one))).replace(".", "") for one in places}


def _keep(number: str, may: Iterable[str], must: Iterable[str] = ()) -> Figure:
    return Figure(number=number, may=frozenset(may), must=frozenset(must))


FIGURES = {
    "alpha ring price": _keep("1000003.7919", ALPHA_READERS, ALPHA_READERS),
    "alpha ring second price": _keep("1000033.5717", ALPHA_READERS, {"alpha"}),
    "alpha ring second step": _keep("1000037", ALPHA_READERS, {"alpha"}),
    "alpha disc price": _keep("1000039.3313", ALPHA_READERS, {"alpha"}),
    "alpha disc least order": _keep("1000081", ALPHA_READERS, {"alpha"}),
    "alpha disc lead days": _keep("3119", ALPHA_READERS, {"alpha"}),
    "alpha weekly": _keep("1000099", ALPHA_READERS, {"alpha"}),
    "alpha weekly of discs": _keep("1000117", ALPHA_READERS, {"alpha"}),
    "alpha least lot": _keep("1000121", ALPHA_READERS, {"alpha"}),
    "alpha largest lot": _keep("1000133", ALPHA_READERS, {"alpha"}),
    "alpha lot": _keep("1000151", ALPHA_READERS, {"alpha"}),
    "alpha booked": _keep("700001", ALPHA_READERS),
    "alpha free": _keep("300098", ALPHA_READERS),
    "alpha idle": _keep("1000159", {"alpha"}, {"alpha"}),
    "beta ring price": _keep("1000171.1137", BETA_READERS, BETA_READERS),
    "beta weekly": _keep("1000183", {"beta"}, {"beta"}),
    "beta booked": _keep("700027", {"beta"}),
    "beta free": _keep("300156", {"beta"}),
    "unclaimed ring price": _keep("1000187.9371", ()),
    "unclaimed weekly": _keep("1000193", ()),
    "claimed quantity": _keep("1000199", {"maker", "alpha"}, {"maker", "alpha"}),
    "claimed price": _keep("1000211.7753", {"maker", "alpha"}, {"maker"}),
    "claimed spend": _keep("1000213.5591", {"customer"}, {"customer"}),
    "order price": _keep("1000231.3379", {"alpha", "customer"}, {"alpha", "customer"}),
    "share price": _keep("1000249.1157", {"alpha", "peer"}, {"alpha", "peer"}),
    "alpha bid": _keep("1000253.9933", {"alpha"}, {"alpha"}),
    "beta bid": _keep("1000273.7711", {"beta"}, {"beta"}),
    "target price": _keep("1000289.5599", {"maker"}, {"maker"}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureWorld:
    """Who may call, the ids of all things by noun, and by firm the id of its own request."""

    actors: dict[str, Actor | None]
    ids: dict[str, list[str]]
    requests: dict[str, str]

    def list_ids(self, noun: str, name: str) -> list[str]:
        """What a principal is to ask for: of requests the sealed one and its own.

        That the others are shut is for the matrix of routes to say.
        """
        if noun == "parts_request":
            return list(dict.fromkeys((self.requests["maker"], self.requests.get(name, "maker"))))
        return self.ids[noun]


NUMBER = re.compile(r"(?<!\d)(?:\d{1,3}(?:[,'\u2009\u202f\xa0 ]\d{3})+|\d+)(?:\.\d+)?")
CATEGORY_CODE = re.compile(r'"(?:code|unspsc)": ?"\d+"')
PLAIN = re.compile(r"\d{4,}")
WRITTEN = {form: name for name, figure in FIGURES.items() for form in figure.forms}


def find_figures(text: str) -> set[str]:
    """The names of the figures that a text tells, however their digits are grouped or how wide."""
    text = CATEGORY_CODE.sub("", text)
    narrow = drop_chance(text if text.isascii() else unicodedata.normalize("NFKC", text))
    told = {re.sub(r"\D", "", one) for one in NUMBER.findall(narrow)}
    return {WRITTEN[one] for one in told.union(PLAIN.findall(narrow)) & WRITTEN.keys()}


def make_figure_world(driver: Driver) -> FigureWorld:
    """Firms, their figures, a sealed request with two bids, and everybody's own ranking."""
    firms = {
        name: make_firm(driver, name=f"{name} works", kind=kind, is_open=False)
        for name, kind in KINDS.items()
    }
    actors = {name: make_user(driver, firm) for name, firm in firms.items() if name != "unclaimed"}
    ids: dict[str, list[str]] = defaultdict(list)
    ids["firm"] = [firms[name].id for name in ("alpha", "beta", "unclaimed", "customer")]
    ids["part"] = list(PARTS)
    ids["chain"] = [
        make_chain(
            driver, firms["leader"],
            [firms[name] for name in ("alpha", "beta", "fellow", "former")],
        )
    ]  # fmt: skip
    chains.leave(driver, ids["chain"][0], by=actors["former"])
    _supply(driver, {name: firm.id for name, firm in firms.items()})
    _trade(driver, actors, ids)
    _claim(driver, actors)
    requests = _ask(driver, actors, ids)
    suspend_firm(driver, firms["suspended"].id, "Its papers are forged.", by=OPERATOR)
    actors["operator"] = make_user(driver, None)
    return FigureWorld(actors={**actors, "nobody": None}, ids=ids, requests=requests)


def _e4(name: str) -> int:
    return int(Decimal(FIGURES[name].number) * 10_000)


def _whole(name: str) -> int:
    return int(FIGURES[name].number)


def _supply(driver: Driver, firm_ids: dict[str, str]) -> None:
    """Capacity, lots and standing prices of the three suppliers."""
    alpha, beta, unclaimed = (firm_ids[name] for name in ("alpha", "beta", "unclaimed"))
    day = day_number(local_today()) + 13
    make_ability(
        driver, alpha, weekly_capacity=_whole("alpha weekly"), booked_days=[day],
        booked_quantities=[_whole("alpha booked")],
    )  # fmt: skip
    make_ability(
        driver, alpha, "turnings", weekly_capacity=_whole("alpha weekly of discs"),
        min_lot=_whole("alpha least lot"), max_lot=_whole("alpha largest lot"),
        lot_size=_whole("alpha lot"), lead_days=_whole("alpha disc lead days"),
    )  # fmt: skip
    make_ability(
        driver, beta, weekly_capacity=_whole("beta weekly"), booked_days=[day],
        booked_quantities=[_whole("beta booked")],
    )  # fmt: skip
    make_ability(driver, unclaimed, weekly_capacity=_whole("unclaimed weekly"))
    make_offer(
        driver, alpha, tier_from=[1, _whole("alpha ring second step")],
        tier_prices_e4=[_e4("alpha ring price"), _e4("alpha ring second price")],
    )  # fmt: skip
    make_offer(
        driver, alpha, "disc", moq=_whole("alpha disc least order"),
        lead_days=_whole("alpha disc lead days"), tier_prices_e4=[_e4("alpha disc price")],
    )  # fmt: skip
    make_offer(driver, beta, tier_prices_e4=[_e4("beta ring price")])
    make_offer(driver, unclaimed, tier_prices_e4=[_e4("unclaimed ring price")])
    shown = Audiences(prices=Audience.of(["members"]), capacity=Audience.of([]), version=1)
    write(driver, lambda tx: audiences.save(tx, shown, viewer=beta, at=utc_now()))


def _trade(driver: Driver, actors: dict[str, Actor], ids: dict[str, list[str]]) -> None:
    """Orders that make customers, a share, and idle capacity that alpha shows to nobody."""
    alpha, peer = actors["alpha"], actors["peer"]
    price = Decimal(FIGURES["order price"].number)
    order = make_order(
        driver, actors["customer"], alpha, state="accepted", part_id="ring", unit_price=price
    )
    make_order(driver, actors["suspended"], alpha, state="accepted", part_id="ring")
    make_cluster(driver, alpha, peer)
    cost = Decimal(FIGURES["share price"].number)
    share = make_share(driver, order, peer, by=alpha, unit_price=cost)
    accept_order(driver, share, by=peer)
    react(driver, utc_now())
    ids["order"], ids["share"] = [order, share], [share]
    today = local_today()
    idle = post_idle(
        driver, quantity=_whole("alpha idle"), unit="pieces", starts_on=today,
        ends_on=today + timedelta(days=60), category="forgings", by=alpha,
    )  # fmt: skip
    ids["idle_capacity"] = [idle]
    ids["capability"] = [f"{alpha.firm_id}|forgings", f"{alpha.firm_id}|turnings"]
    ids["offer"] = [f"{alpha.firm_id}|{part}" for part in PARTS]
    ids["capability"].append(f"{actors['beta'].firm_id}|forgings")
    ids["offer"].append(f"{actors['beta'].firm_id}|ring")


SPEND = """
MATCH (s:Firm {id: $supplier}) MATCH (b:Firm {id: $buyer})
CREATE (s)-[:SUPPLIES {id: 'claim-1', part_id: 'disc', claimed_by: $buyer, source: 'declared',
    witnessed: false, annual_spend_e4: $spend_e4, currency: 'CNY'}]->(b)
"""


def _claim(driver: Driver, actors: dict[str, Actor]) -> None:
    """What one end says alone: a delivery of alpha, and what customer spends at beta."""
    alpha, maker = actors["alpha"].firm_id, actors["maker"]
    quantity, price = FIGURES["claimed quantity"].number, FIGURES["claimed price"].number
    line = [
        "claimed-1", alpha, maker.firm_id, "ring", quantity, "2026-05-04", "2026-05-04", quantity,
        "0", price, "CNY", "",
    ]  # fmt: skip
    send(driver, [line], by=maker)
    values = {
        "supplier": actors["beta"].firm_id,
        "buyer": actors["customer"].firm_id,
        "spend_e4": _e4("claimed spend"),
    }

    def work(tx: Tx) -> None:
        run(tx, SPEND, **values)

    write(driver, work)


def _ask(driver: Driver, actors: dict[str, Actor], ids: dict[str, list[str]]) -> dict[str, str]:
    """Everybody asks for rings and discs and has them ranked; two bid on maker's request."""
    requests: dict[str, str] = {}
    target = Decimal(FIGURES["target price"].number)
    for name, actor in actors.items():
        own: dict[str, Any] = {"target_price": target} if name == "maker" else {}
        lines = [
            {"part_id": "ring", "category": "forgings", "quantity": 400, **own},
            {"part_id": "disc", "category": "turnings", "quantity": 400},
        ]
        requests[name] = make_parts_request(driver, actor, lines=lines, invite_top=2)
    assert set(do_jobs(driver)) == {"done"}
    for name in ("alpha", "beta"):
        bid = {"unit_price": Decimal(FIGURES[f"{name} bid"].number), "quantity": 400}
        ids["bid"].append(make_bid(driver, actors[name], requests["maker"], lines=[bid]))
    return requests
