"""What firms can make, and their standing prices."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from neo4j import Driver

from supplychain.actions import firms
from supplychain.actions.capacity import capabilities, offers
from supplychain.errors import AlreadyExists, Conflict, Forbidden, Invalid, NotFound, Stale
from supplychain.graph.engine.transactions import Once, Tx, run, write
from supplychain.model.offers import OfferTerms, OfferTier
from supplychain.model.people.actors import Actor
from supplychain.model.weeks import day_number
from tests.make.chains import make_chain
from tests.make.days import local_today
from tests.make.firms import make_actor, make_firm
from tests.make.secrets import find_secrets

TIERS = (OfferTier(start=1, price=Decimal("10")), OfferTier(start=100, price=Decimal("9.5")))


@pytest.fixture
def seller(driver: Driver) -> Actor:
    """A seller of an SME."""
    return make_actor(make_firm(driver), "seller")


def _add(driver: Driver, by: Actor, **values: Any) -> str:
    given = {"category": " Forgings ", "weekly_capacity": 700, **values}
    return capabilities.add_capability(driver, **given, by=by)


def _book(driver: Driver, capability_id: str, booked: dict[int, int], delivered: int = 0) -> None:
    def work(tx: Tx) -> None:
        run(
            tx,
            "MATCH (k:Capability {id: $id}) SET k.booked_days = $days, "
            "k.booked_quantities = $quantities, k.delivered_lines = $delivered",
            id=capability_id,
            days=sorted(booked),
            quantities=[booked[day] for day in sorted(booked)],
            delivered=delivered,
        )

    write(driver, work)


def test_a_firm_says_once_what_it_makes_of_a_category(driver: Driver, seller: Actor) -> None:
    made = _add(driver, seller, certificates=(" ISO 9001 ", "ISO 9001", ""))
    found = capabilities.get(driver, made, by=seller, today=local_today())
    assert (found.category_id, found.category) == ("forgings", "Forgings")
    assert found.certificates == ("ISO 9001",)
    with pytest.raises(AlreadyExists):
        _add(driver, seller, category="FORGINGS")


def test_a_double_click_adds_once(driver: Driver, seller: Actor) -> None:
    once = Once.of(firm_id=seller.firm_id, verb="add", client_key="k" * 8, payload={})
    assert _add(driver, seller, once=once) == _add(driver, seller, once=once)


def test_eight_who_add_the_same_category_add_it_once(driver: Driver, seller: Actor) -> None:
    def add(_: int) -> bool:
        try:
            _add(driver, seller)
        except AlreadyExists:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(add, range(8))).count(True) == 1
    assert len(capabilities.list_own(driver, by=seller, today=local_today())) == 1


@pytest.mark.parametrize(
    "values",
    [
        {"category": "  "},
        {"category": "x" * 81},
        {"weekly_capacity": -1},
        {"weekly_capacity": 2**40},
        {"min_lot": 10, "max_lot": 9},
        {"certificates": tuple(f"c{at}" for at in range(21))},
        {"certificates": ("x" * 61,)},
    ],
)
def test_nonsense_is_refused(driver: Driver, seller: Actor, values: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        _add(driver, seller, **values)


def test_promised_capacity_cannot_be_cut(driver: Driver, seller: Actor) -> None:
    made = _add(driver, seller)
    today = day_number(local_today())
    _book(driver, made, {today + 13: 800, today + 20: 400, today + 27: 800})
    with pytest.raises(Invalid) as refused:
        capabilities.change_capability(driver, made, weekly_capacity=449, version=1, by=seller)
    day = local_today() + timedelta(days=27)
    assert refused.value.values == {"day": day.isoformat(), "booked": 2000, "least": 500}
    assert (
        capabilities.change_capability(driver, made, weekly_capacity=500, version=1, by=seller) == 2
    )


def test_a_capacity_that_falls_short_already_may_be_raised(driver: Driver, seller: Actor) -> None:
    made = _add(driver, seller, weekly_capacity=7)
    _book(driver, made, {day_number(local_today()) - 3: 800})
    with pytest.raises(Invalid) as refused:
        capabilities.change_capability(driver, made, weekly_capacity=6, version=1, by=seller)
    assert refused.value.values["least"] == 7
    assert (
        capabilities.change_capability(driver, made, weekly_capacity=8, version=1, by=seller) == 2
    )


def test_slower_hours_are_less_capacity_though_whole_pieces_are_as_many(
    driver: Driver, seller: Actor
) -> None:
    def change(hours: int, version: int) -> int:
        return capabilities.change_capability(
            driver, made, weekly_capacity=None, version=version, by=seller,
            weekly_hours_e4=hours, hours_per_piece_e4=10_000,
        )  # fmt: skip

    made = _add(driver, seller)
    assert change(409_000, 1) == 2  # 40.9 pieces a week: 204 in five weeks
    _book(driver, made, {day_number(local_today()) + 34: 2_040_000})  # 204 hours
    with pytest.raises(Invalid) as refused:
        change(401_000, 2)  # 40.1: 200 in five weeks
    assert refused.value.errors[0].pointer == "/weekly_hours"
    least = int(Decimal(str(refused.value.values["least"])) * 10_000)
    pace, today = capabilities.get(driver, made, by=seller, today=local_today()).pace, local_today()
    first, last = day_number(today), day_number(today) + 34
    assert replace(pace, weekly=least).made(first, last) >= 2_040_000
    assert replace(pace, weekly=least - 1).made(first, last) < 2_040_000
    assert change(410_000, 2) == 3


def test_what_is_booked_or_has_a_record_stays(driver: Driver, seller: Actor) -> None:
    made = _add(driver, seller)
    _book(driver, made, {day_number(local_today()) + 1: 1})
    with pytest.raises(Conflict):
        capabilities.remove_capability(driver, made, version=1, by=seller)
    _book(driver, made, {}, delivered=3)
    with pytest.raises(Conflict):
        capabilities.remove_capability(driver, made, version=1, by=seller)
    _book(driver, made, {})
    capabilities.remove_capability(driver, made, version=1, by=seller)
    assert capabilities.list_own(driver, by=seller, today=local_today()) == []


def test_changes_need_the_version_and_the_role(driver: Driver, seller: Actor) -> None:
    made = _add(driver, seller)
    with pytest.raises(Stale):
        capabilities.change_capability(driver, made, weekly_capacity=1, version=9, by=seller)
    for role in ("viewer", "buyer"):
        by = Actor(user_id="u", firm_id=seller.firm_id, role=role)
        with pytest.raises(Forbidden):
            _add(driver, by, category="Castings")


def test_another_firms_capability_is_not_found(driver: Driver, seller: Actor) -> None:
    made = _add(driver, seller)
    other = make_actor(make_firm(driver))
    for attempt in (
        lambda: capabilities.get(driver, made, by=other, today=local_today()),
        lambda: capabilities.change_capability(
            driver, made, weekly_capacity=1, version=1, by=other
        ),
        lambda: capabilities.remove_capability(driver, made, version=1, by=other),
    ):
        with pytest.raises(NotFound):
            attempt()


PART = "CREATE (p:Part {id: $id, name: 'Ring', category_id: 'forgings', version: 1})"
SECRET = "MATCH (p:Part {id: $id}) SET p.designer_id = $designer"


def _part(driver: Driver, part_id: str = "ring", designer: str = "") -> str:
    def work(tx: Tx) -> None:
        run(tx, PART, id=part_id)
        if designer:
            run(tx, SECRET, id=part_id, designer=designer)

    write(driver, work)
    return part_id


def _offer(driver: Driver, by: Actor, part_id: str = "ring", **values: Any) -> str:
    given = {"currency": "CNY", "moq": 1, "lead_days": 7, "tiers": TIERS, **values}
    return offers.add_offer(driver, part_id=part_id, **given, by=by)


def test_a_standing_price_is_kept_to_the_last_digit(driver: Driver, seller: Actor) -> None:
    _part(driver)
    tiers = (
        OfferTier(start=1, price=Decimal("0.0345")),
        OfferTier(start=10**6, price=Decimal("0.0301")),
    )
    found = offers.get(driver, _offer(driver, seller, tiers=tiers), by=seller)
    assert found.tiers == tiers
    with pytest.raises(AlreadyExists):
        _offer(driver, seller)
    changed = {"currency": "EUR", "moq": 5, "lead_days": 9, "tiers": TIERS}
    assert offers.change_offer(driver, found.id, **changed, version=1, by=seller) == 2
    assert offers.get(driver, found.id, by=seller).terms == OfferTerms()
    terms = OfferTerms(
        tier_rule="incremental", incoterm="DAP", payment_days=60, freight=Decimal("0.5"),
        tooling=Decimal(4000),
    )  # fmt: skip
    offers.change_offer(driver, found.id, **changed, terms=terms, version=2, by=seller)
    offers.change_offer(driver, found.id, **changed, version=3, by=seller)
    assert offers.get(driver, found.id, by=seller).terms == terms
    with pytest.raises(Stale):
        offers.remove_offer(driver, found.id, version=1, by=seller)
    offers.remove_offer(driver, found.id, version=4, by=seller)
    assert offers.list_own(driver, by=seller) == []


@pytest.mark.parametrize(
    "values",
    [
        {"currency": "XXX"},
        {"moq": 0},
        {"lead_days": -1},
        {"tiers": ()},
        {"tiers": (OfferTier(start=1, price=Decimal(0)),)},
        {"tiers": (OfferTier(start=5, price=Decimal(1)), OfferTier(start=5, price=Decimal(2)))},
        {"tiers": tuple(OfferTier(start=at, price=Decimal(1)) for at in range(1, 12))},
        {"terms": OfferTerms(tier_rule="none")},
        {"terms": OfferTerms(incoterm="XYZ")},
        {"terms": OfferTerms(payment_days=366)},
        {"terms": OfferTerms(freight=Decimal(-1))},
    ],
)
def test_a_senseless_price_is_refused(
    driver: Driver, seller: Actor, values: dict[str, Any]
) -> None:
    _part(driver)
    with pytest.raises(Invalid):
        _offer(driver, seller, **values)


def test_a_secret_part_is_as_unknown_as_one_that_is_not_there(
    driver: Driver, seller: Actor
) -> None:
    _part(driver, "secret", designer=make_firm(driver).id)
    messages = []
    for part_id in ("secret", "nothing"):
        with pytest.raises(Invalid) as refused:
            _offer(driver, seller, part_id)
        messages.append((refused.value.text, refused.value.errors[0].pointer))
    assert messages[0] == messages[1]


def test_another_firms_price_is_not_found(driver: Driver, seller: Actor) -> None:
    _part(driver)
    made = _offer(driver, seller)
    other = make_actor(make_firm(driver))
    with pytest.raises(NotFound):
        offers.get(driver, made, by=other)
    with pytest.raises(NotFound):
        offers.remove_offer(driver, made, version=1, by=other)
    assert offers.list_own(driver, by=other) == []


def test_the_directory_pages_and_filters(driver: Driver) -> None:
    made = [make_firm(driver, name="Same name") for _ in range(3)]
    forge = make_firm(driver, name="太湖锻造", region="江苏", kind="core")
    capabilities.add_capability(
        driver, category="Forgings", weekly_capacity=1, by=make_actor(forge)
    )
    first = firms.search(driver, limit=2)
    after = (first[-1].name, first[-1].id)
    rest = firms.search(driver, after=after, limit=10)
    ids = [one.id for one in (*first, *rest)]
    assert ids == [*sorted(one.id for one in made), forge.id]
    for filters in (
        {"text": "锻"},
        {"region": "江"},
        {"category": " FORGINGS"},
        {"kind": "core"},
    ):
        assert [one.id for one in firms.search(driver, **filters)] == [forge.id]
    assert firms.search(driver, text="' OR 1=1 //") == []


def test_a_card_tells_no_capacity_no_price_and_no_foreign_trade(
    driver: Driver, seller: Actor
) -> None:
    _part(driver)
    _add(driver, seller, weekly_capacity=987654, certificates=("ISO 9001",))
    _offer(driver, seller, tiers=(OfferTier(start=1, price=Decimal("4321.99")),))
    buyer, stranger = make_firm(driver), make_firm(driver)

    def order(tx: Tx) -> None:
        run(
            tx,
            "MATCH (b:Firm {id: $b}), (s:Firm {id: $s}) CREATE (o:Order {id: 'o', number: 'PO-1', "
            "state: 'accepted', buyer_id: $b, supplier_id: $s, created_at: "
            "'2026-01-01T00:00:00.000000Z', depth: 0, pair_key: $b + '|' + $s + '|2026'}) "
            "CREATE (o)-[:BOUGHT_BY]->(b) "
            "CREATE (o)-[:SUPPLIED_BY]->(s)",
            b=buyer.id,
            s=seller.firm_id,
        )

    write(driver, order)
    seen = firms.get_card(driver, seller.firm_id, by=make_actor(buyer), today=local_today())
    assert [one.number for one in seen.bought.orders] == ["PO-1"]
    assert seen.sold.orders == []
    other = firms.get_card(driver, seller.firm_id, by=make_actor(stranger), today=local_today())
    assert other.bought.orders == other.sold.orders == []
    assert [asdict(one) for one in other.categories] == [
        {"category_id": "forgings", "category": "Forgings", "certificates": ["ISO 9001"]}
    ]
    assert find_secrets(repr(seen), ["987654", "4321", "43219900"]) == []


def test_a_firm_changes_its_own_profile(driver: Driver) -> None:
    firm = make_firm(driver, kind="core")
    owner = make_actor(firm)
    profile = firms.FirmProfile(name=" New name ", kind="core", city="Ningbo")
    assert firms.change_profile(driver, profile, version=1, by=owner) == 2
    assert firms.get_card(driver, firm.id, by=owner, today=local_today()).firm.name == "New name"
    with pytest.raises(Stale):
        firms.change_profile(driver, profile, version=1, by=owner)
    with pytest.raises(Forbidden):
        firms.change_profile(driver, profile, version=2, by=make_actor(firm, "seller"))
    make_chain(driver, firm)
    with pytest.raises(Conflict):
        firms.change_profile(driver, firms.FirmProfile(name="x", kind="sme"), version=2, by=owner)
