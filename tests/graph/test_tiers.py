"""What the tier picture holds, and who may see what of it."""

from __future__ import annotations

import json
from dataclasses import asdict
from types import SimpleNamespace

import pytest
from neo4j import Driver

from supplychain.errors import NotFound
from supplychain.graph.engine.transactions import read, write
from supplychain.graph.tiers import tiers
from supplychain.graph.track_records import write_track_records
from supplychain.model.firms import Firm
from supplychain.model.ids import utc_now
from supplychain.model.tiers import TierMap
from tests.make.firms import make_actor, make_firm
from tests.make.matches import make_ability, make_delivery
from tests.make.orders import make_line, make_order
from tests.make.tiers import (
    make_bill,
    make_deliveries,
    make_led_chain,
    make_open_order,
    make_record,
    make_supply,
)

WEEK = 2900


def see(driver: Driver, focal: Firm, viewer: Firm, **steps: int) -> TierMap:
    return read(driver, tiers.around_firm, focal.id, viewer=viewer.id, week=WEEK, **steps)


def see_part(driver: Driver, part_id: str, viewer: Firm) -> TierMap:
    return read(driver, tiers.around_part, part_id, viewer=viewer.id, week=WEEK)


def at(picture: TierMap) -> dict[str, int]:
    """Tier by name; the hidden ones by their key."""
    return {node.name or node.key: node.tier for node in picture.nodes}


def pairs(picture: TierMap) -> set[tuple[str, str]]:
    names = {node.key: node.name or node.key for node in picture.nodes}
    return {(names[link.supplier], names[link.buyer]) for link in picture.links}


def node(picture: TierMap, name: str):
    return next(each for each in picture.nodes if each.name == name)


@pytest.fixture
def chain(driver: Driver) -> SimpleNamespace:
    """steel and ore → forge and mill → maker → user; maker leads a chain of forge and steel."""
    made = {
        name: make_firm(driver, id=f"id-{name}", name=name, city=f"{name} town")
        for name in ("ore", "steel", "forge", "mill", "maker", "user", "stranger")
    }
    firms = SimpleNamespace(**made)
    make_supply(driver, firms.ore, firms.steel, "ore", 1.0)
    make_supply(driver, firms.steel, firms.forge, "bar", 1.0)
    make_supply(driver, firms.steel, firms.mill, "plate", 0.6)
    make_supply(driver, firms.ore, firms.mill, "plate", 0.4)
    make_supply(driver, firms.forge, firms.maker, "ram", 0.5)
    make_supply(driver, firms.mill, firms.maker, "ram", 0.5)
    make_supply(driver, firms.maker, firms.user, "press", 1.0)
    make_led_chain(driver, firms.maker, firms.forge, firms.steel)
    return firms


def test_tiers_are_the_fewest_steps_up_and_down(driver: Driver, chain: SimpleNamespace) -> None:
    found = at(see(driver, chain.maker, chain.maker))
    assert found == {
        "steel": -2,
        "hidden.s2.1": -2,
        "forge": -1,
        "mill": -1,
        "maker": 0,
        "user": 1,
    }


def test_links_run_from_supplier_to_buyer_once(driver: Driver, chain: SimpleNamespace) -> None:
    make_supply(driver, chain.forge, chain.maker, "crank", 0.5)
    picture = see(driver, chain.maker, chain.maker)
    assert pairs(picture) == {
        ("hidden.s2.1", "steel"),
        ("hidden.s2.1", "mill"),
        ("steel", "forge"),
        ("steel", "mill"),
        ("forge", "maker"),
        ("mill", "maker"),
        ("maker", "user"),
    }
    ours = next(link for link in picture.links if link.supplier == chain.forge.id)
    assert ours.parts == 2


def test_a_leader_sees_members_beyond_one_step_and_no_one_else(
    driver: Driver, chain: SimpleNamespace
) -> None:
    picture = see(driver, chain.maker, chain.maker)
    assert node(picture, "steel").city == "steel town"
    assert picture.hidden == 1
    assert picture.coverage == "PARTIAL"
    assert "ore" not in {each.name for each in picture.nodes}


@pytest.mark.parametrize("state", ["invited", "declined", "left"])
def test_who_is_not_a_member_is_hidden_from_the_leader(driver: Driver, state: str) -> None:
    leader, first, second = (make_firm(driver, name=name) for name in ("L", "A", "B"))
    make_supply(driver, first, leader)
    make_supply(driver, second, first)
    make_led_chain(driver, leader, second, state=state)
    assert set(at(see(driver, leader, leader))) == {"L", "A", "hidden.s2.1"}


def test_a_member_sees_one_up_and_one_down(driver: Driver, chain: SimpleNamespace) -> None:
    picture = see(driver, chain.forge, chain.forge)
    assert {each.name for each in picture.nodes if each.name} == {"forge", "steel", "maker"}
    assert {each.tier for each in picture.nodes if each.hidden} == {-2, 2}


def test_nothing_of_a_hidden_firm_leaves_the_graph(driver: Driver, chain: SimpleNamespace) -> None:
    make_record(driver, chain.ore, "mining", delivered=50, on_time=10)
    make_open_order(driver, chain.steel, chain.ore)
    told = json.dumps(asdict(see(driver, chain.maker, chain.maker)))
    assert "ore" not in told.replace('"score"', "")
    hidden = [each for each in see(driver, chain.maker, chain.maker).nodes if each.hidden]
    assert [(each.figures.scope, each.category, each.city) for each in hidden] == [("none", "", "")]


def test_two_partners_that_trade_with_each_other_are_not_told_of(driver: Driver) -> None:
    viewer, left, right = (make_firm(driver, name=name) for name in ("V", "left", "right"))
    make_supply(driver, left, viewer)
    make_supply(driver, right, viewer)
    make_supply(driver, left, right)
    found = pairs(see(driver, viewer, viewer))
    assert ("left", "right") not in found
    assert ("hidden.s2.1", "right") in found


def test_a_hidden_firm_is_not_given_away_by_its_own_trade_with_the_viewer(driver: Driver) -> None:
    viewer, member, other = (make_firm(driver, name=name) for name in ("V", "member", "other"))
    make_supply(driver, other, member)
    make_supply(driver, viewer, other)
    make_supply(driver, other, viewer)
    make_led_chain(driver, viewer, member)
    picture = see(driver, member, viewer)
    assert at(picture) == {"member": 0, "hidden.s1.1": -1}


def test_numbers_of_hidden_firms_stay_and_differ_by_viewer_of_the_picture(driver: Driver) -> None:
    viewer, first = make_firm(driver, name="V"), make_firm(driver, name="A")
    make_supply(driver, first, viewer)
    for at_place in range(12):
        make_supply(driver, make_firm(driver, id=f"x{at_place:02d}"), first)
    once, again = see(driver, viewer, viewer), see(driver, viewer, viewer)
    assert once == again
    assert sorted(each.number for each in once.nodes if each.hidden) == list(range(1, 13))


def test_only_own_partners_and_members_may_stand_in_the_middle(
    driver: Driver, chain: SimpleNamespace
) -> None:
    for viewer, focal in [("maker", "user"), ("user", "maker"), ("maker", "steel")]:
        assert see(driver, getattr(chain, focal), getattr(chain, viewer)).focal == f"id-{focal}"
    for viewer, focal in [
        ("stranger", "maker"),
        ("forge", "mill"),
        ("maker", "ore"),
        ("steel", "maker"),
    ]:
        with pytest.raises(NotFound):
            see(driver, getattr(chain, focal), getattr(chain, viewer))
    with pytest.raises(NotFound):
        read(driver, tiers.around_firm, "nobody", viewer=chain.maker.id, week=WEEK)


def test_a_members_figures_are_its_own_and_a_partners_what_they_trade_together(
    driver: Driver, chain: SimpleNamespace
) -> None:
    booked = {7 * WEEK - 1: 40, 7 * WEEK: 60, 7 * WEEK + 27: 80, 7 * WEEK + 28: 900}
    make_record(driver, chain.forge, booked=booked, delivered=20, on_time=19)
    make_record(driver, chain.forge, "milling", booked={7 * WEEK: 360}, delivered=10, on_time=9)
    make_record(driver, chain.mill, booked={7 * WEEK: 400}, delivered=30, on_time=0)
    make_deliveries(driver, chain.mill, chain.maker, on_time=3, late=1)
    make_deliveries(driver, chain.mill, chain.user, on_time=0, late=9)
    for state in ("offered", "accepted", "in_production", "shipped", "received", "declined"):
        make_open_order(driver, chain.user, chain.forge, state)
    make_open_order(driver, chain.maker, chain.mill)
    make_open_order(driver, chain.user, chain.mill)
    picture = see(driver, chain.maker, chain.maker)
    forge, mill = node(picture, "forge"), node(picture, "mill")
    assert (forge.figures.load, forge.figures.evidence) == (0.9, 30)
    assert forge.figures.on_time == pytest.approx(28 / 30)
    assert (forge.figures.open_orders, forge.figures.scope) == (4, "own")
    assert (forge.category, forge.figures.state) == ("forging", "watch")
    assert (mill.figures.load, mill.figures.on_time, mill.figures.evidence) == (None, 0.75, 4)
    assert (mill.figures.open_orders, mill.figures.scope) == (1, "together")
    assert mill.figures.state == "risk"
    assert node(picture, "user").figures.state == "unknown"


def test_a_partner_that_is_no_leader_reads_nothing_of_a_firms_own_figures(
    driver: Driver, chain: SimpleNamespace
) -> None:
    make_record(driver, chain.maker, booked={7 * WEEK: 399}, delivered=30, on_time=30)
    make_open_order(driver, chain.maker, chain.mill)
    figures = node(see(driver, chain.user, chain.user), "maker").figures
    assert (figures.load, figures.on_time, figures.open_orders) == (None, None, 0)


def test_a_sole_source_is_told_to_the_buyer_and_its_leader_but_not_to_the_supplier(
    driver: Driver, chain: SimpleNamespace
) -> None:
    def sole(picture: TierMap) -> set[tuple[str, str]]:
        names = {each.key: each.name or each.key for each in picture.nodes}
        return {(names[x.supplier], names[x.buyer]) for x in picture.links if x.sole}

    assert sole(see(driver, chain.maker, chain.maker)) == {
        ("hidden.s2.1", "steel"),
        ("steel", "forge"),
    }
    assert sole(see(driver, chain.user, chain.user)) == {("maker", "user")}
    assert sole(see(driver, chain.steel, chain.steel)) == {("ore", "steel")}
    assert node(see(driver, chain.maker, chain.maker), "steel").sole == 1


def test_the_only_supplier_of_a_part_is_sole_whatever_share_was_declared(driver: Driver) -> None:
    viewer, first, second = (make_firm(driver, name=name) for name in ("V", "A", "B"))
    make_supply(driver, first, viewer, "ram", 0.2)
    make_supply(driver, first, viewer, "bolt", 0.3)
    make_supply(driver, second, viewer, "bolt", 0.7)
    picture = see(driver, viewer, viewer)
    assert (node(picture, "A").sole, node(picture, "B").sole) == (1, 0)


def test_a_firm_behind_two_direct_suppliers_is_a_hidden_common_source(
    driver: Driver, chain: SimpleNamespace
) -> None:
    picture = see(driver, chain.maker, chain.maker)
    steel = node(picture, "steel")
    assert (steel.branches, steel.common) == (2, True)
    assert [each.branches for each in picture.nodes if each.hidden] == [2]
    assert not node(picture, "forge").common


def test_a_picture_with_every_firm_named_is_complete(driver: Driver) -> None:
    leader, first, second = (make_firm(driver, name=name) for name in ("L", "A", "B"))
    make_supply(driver, first, leader)
    make_supply(driver, second, first)
    make_led_chain(driver, leader, first, second)
    assert see(driver, leader, leader).coverage == "COMPLETE"
    assert see(driver, leader, leader, up=1).coverage == "PARTIAL"
    assert set(at(see(driver, leader, leader, up=1))) == {"L", "A"}
    assert set(at(see(driver, leader, leader, up=0))) == {"L"}


def test_a_circle_of_supply_ends(driver: Driver) -> None:
    one, two, three = (make_firm(driver, name=name) for name in ("1", "2", "3"))
    make_supply(driver, one, two)
    make_supply(driver, two, three)
    make_supply(driver, three, one)
    make_led_chain(driver, one, two, three)
    picture = see(driver, one, one)
    assert at(picture) == {"1": 0, "3": -1, "2": -2}
    assert pairs(picture) == {("1", "2"), ("2", "3"), ("3", "1")}
    assert picture.coverage == "COMPLETE"


def test_a_picture_too_large_is_cut_and_says_so(
    driver: Driver, chain: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tiers, "MAX_FIRMS", 3)
    picture = see(driver, chain.forge, chain.forge)
    assert len(picture.nodes) == 3
    assert picture.coverage == "PARTIAL"


def test_a_part_is_followed_up_its_bill_and_down_to_its_buyers(
    driver: Driver, chain: SimpleNamespace
) -> None:
    make_bill(driver, "bar")
    make_bill(driver, "ram", "bar", designer=chain.maker)
    make_bill(driver, "press", "ram", designer=chain.maker)
    make_supply(driver, chain.stranger, chain.maker, "paint")
    assert at(see_part(driver, "press", chain.maker)) == {
        "steel": -2,
        "forge": -1,
        "mill": -1,
        "maker": 0,
        "user": 1,
    }
    assert see_part(driver, "press", chain.maker).part_id == "press"
    assert set(at(see_part(driver, "press", chain.user))) >= {"user", "maker", "hidden.s2.1"}


def test_a_part_one_does_not_trade_in_is_not_found(driver: Driver, chain: SimpleNamespace) -> None:
    make_bill(driver, "ram", designer=chain.maker)
    make_bill(driver, "catalogue bolt")
    for viewer in (chain.stranger, chain.user, chain.steel):
        with pytest.raises(NotFound):
            see_part(driver, "ram", viewer)
    with pytest.raises(NotFound):
        see_part(driver, "nothing", chain.maker)
    assert at(see_part(driver, "catalogue bolt", chain.stranger)) == {"stranger": 0}


LEDGER = [
    *[{}] * 20,
    *[{"delivered_on": "2026-05-06"}] * 4,  # late
    *[{"delivered_quantity": 90}] * 3,  # short
    *[{"rejected_quantity": 1}] * 3,  # not all of it accepted
]
"""Thirty deliveries promised for 4 May 2026, 20 of them on time in full."""


def test_the_same_deliveries_give_the_same_rate_before_and_after_a_firm_joins_a_chain(
    driver: Driver,
) -> None:
    buyer, supplier = make_firm(driver, name="buyer"), make_firm(driver, name="supplier")
    make_supply(driver, supplier, buyer)
    make_ability(driver, supplier.id)
    for change in LEDGER:
        make_delivery(driver, supplier.id, buyer.id, **change)
    make_delivery(driver, supplier.id, buyer.id, delivered_on=None, delivered_quantity=0)
    write(driver, write_track_records, [(supplier.id, "forgings")])
    before = node(see(driver, buyer, buyer), "supplier").figures
    make_led_chain(driver, buyer, supplier)
    after = node(see(driver, buyer, buyer), "supplier").figures
    assert (before.scope, after.scope) == ("together", "own")
    assert before.on_time == after.on_time == pytest.approx(20 / 30)
    assert before.evidence == after.evidence == 30


def test_a_firm_that_makes_part_itself_is_not_solely_supplied_by_its_peer(driver: Driver) -> None:
    buyer, maker, peer = (make_firm(driver, name=name) for name in ("B", "M", "P"))
    make_supply(driver, peer, maker, "ram", 1.0)
    make_supply(driver, maker, buyer, "ram", 1.0)
    assert node(see(driver, maker, maker), "P").sole == 1
    line = make_line(utc_now(), part_id="ram", quantity=100, shared_quantity=40)
    make_order(driver, make_actor(buyer), make_actor(maker), lines=(line,))
    assert node(see(driver, maker, maker), "P").sole == 0
    assert node(see(driver, buyer, buyer), "M").sole == 1
