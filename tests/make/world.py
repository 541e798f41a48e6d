"""A small world with one thing of every kind, and who stands in which relation to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from neo4j import Driver

from supplychain.actions import chains, clusters
from supplychain.actions.capacity import capabilities, offers, sites
from supplychain.actions.capacity.calendars import CalendarChoice
from supplychain.actions.orders.reactions import react
from supplychain.actions.people import accounts, colleagues, open_sessions
from supplychain.actions.verification import suspend_firm
from supplychain.graph import jobs, supply_relations
from supplychain.graph.engine.transactions import Tx, read, row, write
from supplychain.graph.imports import uploads
from supplychain.model.firms import Firm
from supplychain.model.ids import new_id, utc_now
from supplychain.model.offers import OfferTier
from supplychain.model.people.actors import Actor
from tests.make.accounts import make_user
from tests.make.award_studies import make_award_of, make_study
from tests.make.awards import make_award, make_opened_request
from tests.make.bids import make_bid
from tests.make.chains import make_chain, make_cluster
from tests.make.claims import line, send
from tests.make.firms import make_actor, make_firm
from tests.make.idle_capacity import make_idle
from tests.make.orders import make_cluster as join
from tests.make.orders import make_order, make_share
from tests.make.parts_requests import make_invitation, make_part, make_parts_request
from tests.make.verification import OPERATOR


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """One thing: its id, and the relation of each firm that has one (by the firm's name)."""

    noun: str
    id: str
    relations: dict[str, set[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Actors by name, and the things they have to do with."""

    actors: dict[str, Actor]
    things: list[Thing]

    def of(self, noun: str) -> list[Thing]:
        """All things of a kind."""
        return [thing for thing in self.things if thing.noun == noun]


KINDS = {
    "maker": "core", "alpha": "sme", "beta": "sme", "peer": "sme", "former": "sme",
    "stranger": "sme", "strange core": "core", "strange financier": "financier",
    "strange provider": "provider", "unclaimed": "sme", "suspended": "sme",
}  # fmt: skip
NAMES = tuple(name for name in KINDS if name not in ("unclaimed", "suspended"))
"""Firms whose users get in: nobody works for unclaimed yet."""


def make_world(driver: Driver) -> World:
    """Maker asks, alpha and beta bid, alpha wins and shares with peer; strangers have no part.

    Former was in maker's chain and in alpha's cluster; suspended was invited before it was barred.
    """
    firms = {name: make_firm(driver, name=f"{name} works", kind=KINDS[name]) for name in KINDS}
    actors = {name: make_user(driver, firms[name]) for name in (*NAMES, "suspended")}
    actors["operator"] = make_user(driver, None)
    things = [
        *_asked(driver, firms, actors),
        *_studied(driver, actors),
        *_ordered(driver, actors),
        *_joined(driver, firms),
        *_owned(driver, actors),
        *_claimed(driver, actors),
    ]
    react(driver, utc_now())
    suspend_firm(driver, firms["suspended"].id, "Its papers are forged.", by=OPERATOR)
    return World(actors=actors, things=things)


def _asked(driver: Driver, firms: dict[str, Firm], actors: dict[str, Actor]) -> list[Thing]:
    asked = {"maker": {"buyer"}, "alpha": {"invited"}, "beta": {"invited"}}
    sealed = make_parts_request(driver, actors["maker"], audience="invited")
    for name in ("alpha", "beta", "suspended"):
        make_invitation(driver, sealed, firms[name].id)
    sealed_bid = make_bid(driver, actors["alpha"], sealed)
    draft = make_parts_request(driver, actors["maker"], publish=False)
    opened, placed = make_opened_request(
        driver, actors["maker"], {actors["alpha"]: [{}], actors["beta"]: [{"quantity": 100}]}
    )
    opened_bid = placed[actors["alpha"]]
    make_award(driver, actors["maker"], opened, (opened_bid, 1, 500))
    seen_by_all = {name: {"invited"} for name in NAMES if name != "maker"}
    return [
        Thing(noun="parts_request", id=sealed, relations=asked),
        Thing(noun="parts_request", id=draft, relations={"maker": {"buyer"}}),
        Thing(noun="parts_request", id=opened, relations={"maker": {"buyer"}, **seen_by_all}),
        Thing(noun="bid", id=sealed_bid, relations={"alpha": {"bidder"}}),
        Thing(
            noun="bid",
            id=opened_bid,
            relations={"alpha": {"bidder"}, "maker": {"buyer_after_opening"}},
        ),
    ]


def _studied(driver: Driver, actors: dict[str, Actor]) -> list[Thing]:
    """A study of a request, and the award that came from it."""
    maker = actors["maker"]
    request_id, _ = make_opened_request(
        driver, maker, {actors["alpha"]: [{}], actors["beta"]: [{"quantity": 100}]}
    )
    seen = make_study(driver, maker, request_id)
    award_id = make_award_of(driver, maker, seen)
    relations = {"maker": {"buyer"}}
    return [
        Thing(noun="award_study", id=seen.study.id, relations=relations),
        Thing(noun="award", id=award_id, relations=relations),
    ]


def _ordered(driver: Driver, actors: dict[str, Actor]) -> list[Thing]:
    part = make_part(driver, "catalogue-part")
    order = make_order(
        driver,
        actors["maker"],
        actors["alpha"],
        state="accepted",
        share_policy="free",
        part_id=part,
    )
    join(driver, actors["alpha"], actors["peer"])
    share = make_share(driver, order, actors["peer"], by=actors["alpha"])
    return [
        Thing(noun="order", id=order, relations={"maker": {"buyer"}, "alpha": {"supplier"}}),
        Thing(
            noun="order",
            id=share,
            relations={"alpha": {"buyer"}, "peer": {"supplier"}, "maker": {"root_buyer"}},
        ),
        Thing(
            noun="share",
            id=share,
            relations={"alpha": {"buyer"}, "peer": {"supplier"}, "maker": {"root_buyer"}},
        ),
    ]


def _joined(driver: Driver, firms: dict[str, Firm]) -> list[Thing]:
    members = [firms[name] for name in ("alpha", "former", "suspended")]
    chain = make_chain(driver, firms["maker"], members)
    cluster = make_cluster(driver, firms["alpha"], [firms["beta"], firms["former"]])
    chains.leave(driver, chain, by=make_actor(firms["former"]))
    clusters.leave(driver, cluster, by=make_actor(firms["former"]))
    own = [
        Thing(noun="firm", id=firm.id, relations={name: {"own"}} if name in NAMES else {})
        for name, firm in firms.items()
    ]
    own[1].relations["maker"] = {"leader", "partner"}
    own[0].relations["alpha"] = {"partner"}
    own[-1].relations["maker"] = {"leader"}
    return [
        Thing(noun="chain", id=chain, relations={"maker": {"leader"}, "alpha": {"member"}}),
        Thing(
            noun="cluster",
            id=cluster,
            relations={"alpha": {"founder", "member"}, "beta": {"member"}},
        ),
        *own,
    ]


def _sign_in(driver: Driver, actor: Actor) -> str:
    accounts.add_session(driver, actor.user_id)
    return open_sessions.list_sessions(driver, present="", by=actor)[0].id


def _owned(driver: Driver, actors: dict[str, Actor]) -> list[Thing]:
    alpha, maker = actors["alpha"], actors["maker"]
    designed = make_part(driver, "designed-part", designer_id=maker.firm_id)
    capability = capabilities.add_capability(
        driver, category="Forging", weekly_capacity=100, by=alpha
    )
    tiers = (OfferTier(start=1, price=Decimal(7)),)
    offer = offers.add_offer(
        driver, part_id="catalogue-part", currency="CNY", moq=1, lead_days=9, tiers=tiers, by=alpha
    )
    idle = make_idle(driver, alpha)
    site = sites.add_site(driver, name="South works", days=CalendarChoice(), by=alpha)
    token, _ = accounts.create_token(driver, "for the matrix", days=1, by=alpha)
    owned = {"alpha": {"owner"}}
    upload, job = _upload(driver, alpha)
    claim = _claim(driver, alpha, maker)
    return [
        Thing(noun="supply_claim", id=claim, relations={"alpha": {"end"}, "maker": {"end"}}),
        Thing(noun="capability", id=capability, relations=owned),
        Thing(noun="offer", id=offer, relations=owned),
        Thing(noun="site", id=site, relations=owned),
        Thing(noun="idle_capacity", id=idle, relations=owned),
        Thing(noun="token", id=token, relations={"alpha": {"user"}}),
        Thing(noun="session", id=_sign_in(driver, alpha), relations={"alpha": {"user"}}),
        Thing(noun="user", id=alpha.user_id, relations={"alpha": {"firm"}}),
        Thing(noun="colleague_invite", id=_invite(driver, alpha), relations={"alpha": {"firm"}}),
        Thing(noun="upload", id=upload, relations=owned),
        Thing(noun="job", id=job, relations=owned),
        Thing(noun="part", id=designed, relations={"maker": {"designer"}}),
    ]


def _claimed(driver: Driver, actors: dict[str, Actor]) -> list[Thing]:
    """What maker says of a delivery that it had from alpha."""
    maker, alpha = actors["maker"], actors["alpha"]
    lines = [line("claimed-1", alpha.firm_id, maker.firm_id, "catalogue-part")]
    batch = send(driver, lines, by=maker)
    relations = {"maker": {"maker"}, "alpha": {"supplier"}}
    return [
        Thing(noun="delivery_batch", id=batch, relations=relations),
        Thing(noun="delivery_claim", id="claimed-1", relations={"alpha": {"supplier"}}),
    ]


def _upload(driver: Driver, by: Actor) -> tuple[str, str]:
    upload_id, job_id, now = new_id(), new_id(), utc_now()
    who = {"firm_id": by.firm_id, "user_id": by.user_id}

    def work(tx: Tx) -> None:
        uploads.create(
            tx, upload_id=upload_id, name="a.csv", size_bytes=1, skip_bad=False, job_id=job_id,
            at=now, **who,
        )  # fmt: skip
        jobs.create(tx, job_id=job_id, kind="import", about_id=upload_id, at=now, **who)

    write(driver, work)
    return upload_id, job_id


def _claim(driver: Driver, supplier: Actor, buyer: Actor) -> str:
    key = (supplier.firm_id, buyer.firm_id, "catalogue-part")

    def work(tx: Tx) -> None:
        supply_relations.create(tx, [key], claimed_by=supplier.firm_id, at=utc_now())
        supply_relations.settle(tx, [key])

    write(driver, work)
    claims = read(driver, supply_relations.list_waiting, supplier.firm_id, viewer=buyer.firm_id)
    return claims[0].id


INVITE = "MATCH (i:ColleagueInvite {firm_id: $firm_id}) RETURN i.id AS id LIMIT 1"


def _invite(driver: Driver, by: Actor) -> str:
    colleagues.invite_colleague(driver, email="new@example.com", role="seller", by=by)
    found = read(driver, lambda tx: row(tx, INVITE, firm_id=by.firm_id))
    assert found is not None
    return found["id"]
