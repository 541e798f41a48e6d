"""Sharing: quantities are conserved, no firm comes twice on a path, the buyer's policy holds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from neo4j import Driver

from supplychain.actions.orders import orders as order_actions
from supplychain.actions.orders import shares as actions
from supplychain.actions.orders.shipments import (
    ReceiptChoice,
    ShipmentChoice,
    receive_goods,
    ship_goods,
)
from supplychain.actions.verification import suspend_firm
from supplychain.errors import Conflict, Forbidden, Invalid, NotFound, NotOpen
from supplychain.graph import events
from supplychain.graph.engine.transactions import Once, read, run, write
from supplychain.graph.orders import orders, shares
from supplychain.model.ids import utc_now
from supplychain.model.orders import Order
from supplychain.model.people.actors import Actor
from supplychain.model.weeks import day_number
from tests.make.days import local_today
from tests.make.firms import make_actor, make_firm
from tests.make.matches import make_ability, make_chain
from tests.make.orders import (
    booked,
    first_line,
    make_cluster,
    make_firms,
    make_line,
    make_order,
    make_share,
)
from tests.make.verification import OPERATOR

START = datetime(1970, 1, 6, 4, tzinfo=UTC)
"""Noon of day 1 in China."""


def _get(driver: Driver, order_id: str, viewer: Actor) -> Order:
    return read(driver, orders.get, order_id, viewer=viewer.firm_id)


def _bring_and_reject(
    driver: Driver, share_id: str, line_id: str, peer: Actor, supplier: Actor
) -> None:
    """The peer ships all 40 of its share, and the supplier rejects 10 of them."""
    today = local_today()
    sent = ShipmentChoice(line_id=line_id, quantity=40, shipped_on=today)
    ship_goods(driver, share_id, sent, by=peer)
    arrived = ReceiptChoice(line_id=line_id, quantity=40, received_on=today, rejected_quantity=10)
    receive_goods(driver, share_id, arrived, by=supplier)


@pytest.fixture
def firms(driver: Driver) -> tuple[Actor, Actor, Actor]:
    """A buyer, its supplier and a peer of the supplier's cluster."""
    buyer, supplier, peer = make_firms(driver, "Press Works", "Taihu Forging", "Peer Forge")
    make_cluster(driver, supplier, peer)
    return buyer, supplier, peer


def test_a_share_is_an_order_one_tier_down(
    driver: Driver, firms: tuple[Actor, Actor, Actor]
) -> None:
    buyer, supplier, peer = firms
    order_id = make_order(driver, buyer, supplier, state="accepted")
    share_id = make_share(driver, order_id, peer, by=supplier, quantity=40)
    share = _get(driver, share_id, peer)
    assert (share.state, share.depth, share.buyer_id) == ("offered", 1, supplier.firm_id)
    assert share.root_buyer_id == buyer.firm_id
    assert share.lines[0].quantity == 40
    assert share.lines[0].unit_price == Decimal("9.87")
    assert share.lines[0].need_by == first_line(driver, order_id, buyer).promised_on
    assert first_line(driver, order_id, buyer).shared_quantity == 40
    order_actions.accept_order(driver, share_id, by=peer)
    assert _get(driver, share_id, supplier).state == "accepted"


def test_an_accepted_share_moves_capacity_from_the_sharer_to_the_peer(
    driver: Driver, firms: tuple[Actor, Actor, Actor]
) -> None:
    buyer, supplier, peer = firms
    make_ability(driver, supplier.firm_id, "forging", weekly_capacity=50)
    make_ability(driver, peer.firm_id, "forging", weekly_capacity=50)
    order_id = make_order(driver, buyer, supplier, state="accepted")
    share_id = make_share(driver, order_id, peer, by=supplier, quantity=40)
    assert sum(booked(driver, supplier.firm_id).values()) == 100
    order_actions.accept_order(driver, share_id, by=peer)
    assert sum(booked(driver, supplier.firm_id).values()) == 60
    assert sum(booked(driver, peer.firm_id).values()) == 40
    order_actions.cancel_order(driver, share_id, reason="Free again", by=supplier)
    assert sum(booked(driver, supplier.firm_id).values()) == 100
    assert booked(driver, peer.firm_id) == {}
    assert first_line(driver, order_id, buyer).shared_quantity == 0


def test_a_sharer_without_room_cannot_take_a_share_back(
    driver: Driver, firms: tuple[Actor, Actor, Actor]
) -> None:
    buyer, supplier, peer = firms
    make_ability(driver, supplier.firm_id, "forging", weekly_capacity=25)
    order_id = make_order(driver, buyer, supplier, state="accepted")
    share_id = make_share(driver, order_id, peer, by=supplier, quantity=40)
    order_actions.accept_order(driver, share_id, by=peer)
    make_order(driver, buyer, supplier, quantity=40, state="accepted")
    with pytest.raises(Conflict):
        order_actions.cancel_order(driver, share_id, reason="Free again", by=supplier)
    assert _get(driver, share_id, peer).state == "accepted"
    assert first_line(driver, order_id, buyer).shared_quantity == 40


@pytest.mark.parametrize("end", ["decline", "recall", "expire"])
def test_a_share_that_ends_gives_its_quantity_back(
    driver: Driver, firms: tuple[Actor, Actor, Actor], end: str
) -> None:
    buyer, supplier, peer = firms
    order_id = make_order(driver, buyer, supplier, state="accepted")
    share_id = make_share(driver, order_id, peer, by=supplier, quantity=100)
    if end == "decline":
        order_actions.decline_order(driver, share_id, reason="Full", by=peer)
    elif end == "recall":
        actions.recall_share(driver, share_id, by=supplier)
    else:
        assert order_actions.expire_due(driver, utc_now() + timedelta(days=4)) == 1
    assert first_line(driver, order_id, buyer).shared_quantity == 0
    for again in (
        lambda: order_actions.accept_order(driver, share_id, by=peer),
        lambda: actions.recall_share(driver, share_id, by=supplier),
    ):
        with pytest.raises(NotOpen):
            again()


def test_no_more_is_shared_than_is_left(driver: Driver, firms: tuple[Actor, Actor, Actor]) -> None:
    buyer, supplier, peer = firms
    order_id = make_order(driver, buyer, supplier, state="accepted")
    make_share(driver, order_id, peer, by=supplier, quantity=70)
    for wrong in (31, 0, -5, 2**63):
        with pytest.raises(Invalid) as refused:
            make_share(driver, order_id, peer, by=supplier, quantity=wrong)
        assert refused.value.errors[0].pointer == "/quantity"
    line = first_line(driver, order_id, supplier)
    today = local_today()
    shipped = ShipmentChoice(line_id=line.id, quantity=10, shipped_on=today)
    ship_goods(driver, order_id, shipped, by=supplier)
    with pytest.raises(Invalid):
        make_share(driver, order_id, peer, by=supplier, quantity=21)
    make_share(driver, order_id, peer, by=supplier, quantity=20)
    assert first_line(driver, order_id, supplier).kept_quantity == 10


def test_only_peers_of_a_chain_or_cluster_get_a_share(driver: Driver) -> None:
    leader, supplier, member, invited, stranger = make_firms(driver, "L", "S", "M", "I", "X")
    make_chain(driver, leader.firm_id, {supplier.firm_id: "member", member.firm_id: "member"})
    make_cluster(driver, invited, stranger)
    make_cluster(driver, supplier, invited, state="invited")
    (buyer,) = make_firms(driver, "Press Works")
    order_id = make_order(driver, buyer, supplier, state="accepted")
    make_share(driver, order_id, member, by=supplier, quantity=10)
    make_share(driver, order_id, leader, by=supplier, quantity=10)
    for nobody in (invited, stranger):
        with pytest.raises(Invalid) as refused:
            make_share(driver, order_id, nobody, by=supplier, quantity=10)
        assert refused.value.errors[0].pointer == "/peer_id"


def test_no_firm_comes_twice_on_a_path(driver: Driver) -> None:
    buyer, first, second, third = make_firms(driver, "B", "One", "Two", "Three")
    make_cluster(driver, buyer, first, second, third)
    order_id = make_order(driver, buyer, first, state="accepted")
    with pytest.raises(Invalid):
        make_share(driver, order_id, buyer, by=first, quantity=10)
    with pytest.raises(Invalid):
        make_share(driver, order_id, first, by=first, quantity=10)
    below = make_share(driver, order_id, second, by=first, quantity=50)
    order_actions.accept_order(driver, below, by=second)
    for on_path in (buyer, first, second):
        with pytest.raises(Invalid):
            make_share(driver, below, on_path, by=second, quantity=10)
    make_share(driver, below, third, by=second, quantity=10)


def test_an_order_goes_four_tiers_down_and_no_further(driver: Driver) -> None:
    buyer, *path = make_firms(driver, "B", "S0", "S1", "S2", "S3", "S4", "S5")
    make_cluster(driver, *path)
    order_id = make_order(driver, buyer, path[0], state="accepted")
    for sharer, peer in pairwise(path[:5]):
        order_id = make_share(driver, order_id, peer, by=sharer, quantity=8)
        order_actions.accept_order(driver, order_id, by=peer)
    assert _get(driver, order_id, path[4]).depth == 4
    with pytest.raises(Invalid):
        make_share(driver, order_id, path[5], by=path[4], quantity=1)


def test_a_buyer_that_forbids_sharing_is_obeyed(
    driver: Driver, firms: tuple[Actor, Actor, Actor]
) -> None:
    buyer, supplier, peer = firms
    order_id = make_order(driver, buyer, supplier, state="accepted", share_policy="forbidden")
    with pytest.raises(Forbidden):
        make_share(driver, order_id, peer, by=supplier)


def test_a_buyer_that_wants_to_be_asked_is_asked(
    driver: Driver, firms: tuple[Actor, Actor, Actor]
) -> None:
    buyer, supplier, peer = firms
    order_id = make_order(driver, buyer, supplier, state="accepted", share_policy="ask")
    share_id = make_share(driver, order_id, peer, by=supplier)
    assert _get(driver, share_id, supplier).state == "awaiting_consent"
    for early in (lambda: _get(driver, share_id, peer), lambda: _get(driver, share_id, buyer)):
        with pytest.raises(NotFound):
            early()
    with pytest.raises(NotFound):
        order_actions.accept_order(driver, share_id, by=peer)
    assert peer.firm_id not in {
        one.firm_id for one in read(driver, events.list_history, share_id, viewer=peer.firm_id)
    }
    for stranger in (supplier, peer):
        with pytest.raises(NotFound):
            actions.consent_to_share(driver, share_id, by=stranger)
    actions.consent_to_share(driver, share_id, by=buyer, version=1)
    assert _get(driver, share_id, peer).state == "offered"
    with pytest.raises(NotOpen):
        actions.consent_to_share(driver, share_id, by=buyer)
    other = make_share(driver, order_id, peer, by=supplier, quantity=10)
    actions.refuse_consent(driver, other, reason="Must stay with you", by=buyer)
    assert _get(driver, other, supplier).reason == "Must stay with you"
    assert first_line(driver, order_id, buyer).shared_quantity == 40
    with pytest.raises(NotFound):
        _get(driver, other, peer)


def test_consent_is_asked_at_every_tier_of_the_root_buyer(driver: Driver) -> None:
    buyer, first, second, third = make_firms(driver, "B", "One", "Two", "Three")
    make_cluster(driver, first, second, third)
    order_id = make_order(driver, buyer, first, state="accepted", share_policy="ask")
    below = make_share(driver, order_id, second, by=first, quantity=50)
    actions.consent_to_share(driver, below, by=buyer)
    order_actions.accept_order(driver, below, by=second)
    deeper = make_share(driver, below, third, by=second, quantity=20)
    with pytest.raises(NotFound):
        actions.consent_to_share(driver, deeper, by=first)
    actions.consent_to_share(driver, deeper, by=buyer)
    assert _get(driver, deeper, third).state == "offered"


@pytest.mark.parametrize(("policy", "told"), [("notify", 1), ("ask", 1), ("free", 0)])
def test_the_root_buyer_is_told_as_it_wished(
    driver: Driver, firms: tuple[Actor, Actor, Actor], policy: str, told: int
) -> None:
    buyer, supplier, peer = firms
    order_id = make_order(driver, buyer, supplier, state="accepted", share_policy=policy)
    share_id = make_share(driver, order_id, peer, by=supplier)
    assert len(read(driver, events.list_history, share_id, viewer=buyer.firm_id)) == told


def test_time_and_state_limit_a_share(driver: Driver, firms: tuple[Actor, Actor, Actor]) -> None:
    buyer, supplier, peer = firms
    offered = make_order(driver, buyer, supplier)
    with pytest.raises(NotOpen):
        make_share(driver, offered, peer, by=supplier)
    order_id = make_order(driver, buyer, supplier, state="accepted")
    with pytest.raises(Invalid):
        soon = utc_now() + timedelta(minutes=50)
        make_share(driver, order_id, peer, by=supplier, ends_at=soon)
    with pytest.raises(Forbidden):
        make_share(driver, order_id, peer, by=buyer)
    with pytest.raises(NotFound):
        make_share(driver, order_id, peer, by=supplier, line_id="none")


def test_a_double_click_shares_once(driver: Driver, firms: tuple[Actor, Actor, Actor]) -> None:
    buyer, supplier, peer = firms
    order_id = make_order(driver, buyer, supplier, state="accepted")
    line = first_line(driver, order_id, supplier)
    choice = actions.ShareChoice(
        line_id=line.id, peer_id=peer.firm_id, quantity=30, unit_price=Decimal(9)
    )
    once = Once.of(firm_id=supplier.firm_id, verb="share", client_key="k" * 8, payload="p")
    made = {actions.share_order(driver, order_id, choice, by=supplier, once=once) for _ in "12"}
    assert len(made) == 1
    assert first_line(driver, order_id, supplier).shared_quantity == 30


def test_progress_rolls_up_by_quantity_over_all_tiers(driver: Driver) -> None:
    buyer, first, second, third = make_firms(driver, "B", "One", "Two", "Three")
    make_cluster(driver, first, second, third)
    order_id = make_order(driver, buyer, first, state="accepted")
    below = make_share(driver, order_id, second, by=first, quantity=40)
    order_actions.accept_order(driver, below, by=second)
    deeper = make_share(driver, below, third, by=second, quantity=10)
    order_actions.accept_order(driver, deeper, by=third)
    for share_id, maker, percent in ((below, second, 50), (deeper, third, 100)):
        line = first_line(driver, share_id, maker)
        order_actions.report_progress(driver, share_id, {line.id: percent}, by=maker)
    order = _get(driver, order_id, buyer)
    parts = read(driver, shares.list_below, order, viewer=buyer.firm_id)
    told = [(part.maker_name, part.depth, part.quantity, part.made_percent) for part in parts]
    assert told == [("Two", 1, 40, (30 * 50 + 10 * 100) // 40), ("Three", 2, 10, 100)]
    seen_by_first = read(driver, shares.list_below, order, viewer=first.firm_id)
    assert [part.maker_name for part in seen_by_first] == ["Two", "Three"]
    inner = _get(driver, below, second)
    assert len(read(driver, shares.list_below, inner, viewer=second.firm_id)) == 1
    assert read(driver, shares.list_below, order, viewer=third.firm_id) == []


def test_what_peers_deliver_can_be_shipped_on(
    driver: Driver, firms: tuple[Actor, Actor, Actor]
) -> None:
    buyer, supplier, peer = firms
    order_id = make_order(driver, buyer, supplier, state="accepted")
    share_id = make_share(driver, order_id, peer, by=supplier, quantity=40)
    order_actions.accept_order(driver, share_id, by=peer)
    line, part = first_line(driver, order_id, supplier), first_line(driver, share_id, peer)
    today = local_today()
    whole = ShipmentChoice(line_id=line.id, quantity=100, shipped_on=today)
    with pytest.raises(Invalid) as refused:
        ship_goods(driver, order_id, whole, by=supplier)
    assert refused.value.values["most"] == 60
    ship_goods(
        driver, share_id, ShipmentChoice(line_id=part.id, quantity=40, shipped_on=today), by=peer
    )
    arrived = ReceiptChoice(line_id=part.id, quantity=40, received_on=today)
    receive_goods(driver, share_id, arrived, by=supplier)
    ship_goods(driver, order_id, whole, by=supplier)
    receive_goods(
        driver, order_id, ReceiptChoice(line_id=line.id, quantity=100, received_on=today), by=buyer
    )
    assert _get(driver, order_id, buyer).state == "received"
    assert _get(driver, share_id, peer).state == "received"


def test_what_was_rejected_is_not_shipped_on_until_its_share_is_closed(
    driver: Driver, firms: tuple[Actor, Actor, Actor]
) -> None:
    buyer, supplier, peer = firms
    order_id = make_order(driver, buyer, supplier, state="accepted")
    share_id = make_share(driver, order_id, peer, by=supplier, quantity=40)
    order_actions.accept_order(driver, share_id, by=peer)
    line, part = first_line(driver, order_id, supplier), first_line(driver, share_id, peer)
    today = local_today()
    _bring_and_reject(driver, share_id, part.id, peer, supplier)
    whole = ShipmentChoice(line_id=line.id, quantity=100, shipped_on=today)
    with pytest.raises(Invalid) as refused:
        ship_goods(driver, order_id, whole, by=supplier)
    assert refused.value.values["most"] == 90
    order_actions.close_order(driver, share_id, by=supplier)
    assert first_line(driver, order_id, supplier).shared_quantity == 30
    ship_goods(driver, order_id, whole, by=supplier)
    assert _get(driver, order_id, buyer).state == "shipped"


def test_what_a_peer_did_not_bring_is_booked_again_where_its_share_is_closed(
    driver: Driver, firms: tuple[Actor, Actor, Actor]
) -> None:
    buyer, supplier, peer = firms
    make_ability(driver, supplier.firm_id, "forging", weekly_capacity=1000)
    order_id = make_order(driver, buyer, supplier)
    order_actions.accept_order(driver, order_id, by=supplier)
    share_id = make_share(driver, order_id, peer, by=supplier, quantity=40)
    order_actions.accept_order(driver, share_id, by=peer)
    line, part = first_line(driver, order_id, supplier), first_line(driver, share_id, peer)
    order_actions.report_progress(driver, order_id, {line.id: 100}, by=supplier)
    assert booked(driver, supplier.firm_id) == {}
    today = local_today()
    _bring_and_reject(driver, share_id, part.id, peer, supplier)
    order_actions.close_order(driver, share_id, by=supplier)
    assert first_line(driver, order_id, supplier).made_percent == 85  # 60 of its own 70
    assert sum(booked(driver, supplier.firm_id).values()) == 10
    whole = ShipmentChoice(line_id=line.id, quantity=100, shipped_on=today)
    ship_goods(driver, order_id, whole, by=supplier)
    assert booked(driver, supplier.firm_id) == {}


def test_lines_are_shared_one_by_one(driver: Driver, firms: tuple[Actor, Actor, Actor]) -> None:
    buyer, supplier, peer = firms
    now = utc_now()
    lines = (make_line(now), make_line(now, number=2, quantity=7))
    order_id = make_order(driver, buyer, supplier, state="accepted", lines=lines)
    make_share(driver, order_id, peer, by=supplier, quantity=7, line_id=lines[1].id)
    assert [line.shared_quantity for line in _get(driver, order_id, buyer).lines] == [0, 7]


def test_eligible_peers_are_those_not_on_the_path(driver: Driver) -> None:
    buyer, supplier, member, pooled = make_firms(driver, "B", "S", "Member", "Pooled")
    make_chain(driver, buyer.firm_id, {supplier.firm_id: "member", member.firm_id: "member"})
    make_cluster(driver, supplier, pooled)
    for peer in (member, pooled):
        make_ability(driver, peer.firm_id, "forging", weekly_capacity=10)
    order = _get(driver, make_order(driver, buyer, supplier, state="accepted"), supplier)
    found = read(driver, shares.list_peers, order, order.lines[0], viewer=supplier.firm_id)
    assert [(peer.name, peer.able, peer.steps[0].pace.weekly) for peer in found] == [
        ("Member", True, 0),
        ("Pooled", True, 10),
    ]
    rooms = [peer.room(quantity=15, now=START, due=8) for peer in found]
    assert rooms == ["unknown", "some"]


def test_a_suspended_peer_gets_no_share(driver: Driver) -> None:
    buyer, supplier, peer = make_firms(driver, "B", "S", "Out")
    make_cluster(driver, supplier, peer)
    order_id = make_order(driver, buyer, supplier, state="accepted")
    suspend_firm(driver, peer.firm_id, "Its papers are forged.", by=OPERATOR)
    order = _get(driver, order_id, supplier)
    assert read(driver, shares.list_peers, order, order.lines[0], viewer=supplier.firm_id) == []
    with pytest.raises(Conflict):
        make_share(driver, order_id, peer, by=supplier)
    assert first_line(driver, order_id, buyer).shared_quantity == 0


def test_a_cluster_does_not_open_the_capacity_of_a_peer(driver: Driver) -> None:
    buyer, supplier = make_firms(driver, "B", "S")
    peer = make_actor(make_firm(driver, name="Shut", is_open=False))
    make_cluster(driver, supplier, peer)
    make_ability(driver, peer.firm_id, "forging", weekly_capacity=10, booked_days=[1],
                 booked_quantities=[4])  # fmt: skip
    order = _get(driver, make_order(driver, buyer, supplier, state="accepted"), supplier)
    (found,) = read(driver, shares.list_peers, order, order.lines[0], viewer=supplier.firm_id)
    (step,) = found.steps
    assert (found.pools, step.pace.weekly, step.booked) == (True, 0, {})
    assert found.room(quantity=1, now=START, due=60) == "unknown"


@pytest.mark.parametrize("answer", ["declined", "recalled", "accepted", "cancelled"])
def test_what_is_made_stays_so_many_pieces_whatever_becomes_of_a_share(
    driver: Driver, firms: tuple[Actor, Actor, Actor], answer: str
) -> None:
    buyer, supplier, peer = firms
    make_ability(driver, supplier.firm_id, "forging", weekly_capacity=50)
    order_id = make_order(driver, buyer, supplier, state="accepted")
    line = first_line(driver, order_id, buyer)
    share_id = make_share(driver, order_id, peer, by=supplier, quantity=50)
    day = day_number(line.due_on)
    order_actions.report_progress(driver, order_id, {line.id: 80}, by=supplier)
    assert booked(driver, supplier.firm_id) == {day: 60}  # 40 of its own 50 are made
    if answer == "declined":
        order_actions.decline_order(driver, share_id, reason="Full", by=peer)
    elif answer == "recalled":
        actions.recall_share(driver, share_id, by=supplier)
    else:
        order_actions.accept_order(driver, share_id, by=peer)
        assert booked(driver, supplier.firm_id) == {day: 10}
    if answer == "cancelled":
        order_actions.cancel_order(driver, share_id, reason="Ours again", by=supplier)
    left = 10 if answer == "accepted" else 60
    assert booked(driver, supplier.firm_id) == {day: left}
    order_actions.report_progress(
        driver, order_id, {line.id: first_line(driver, order_id, buyer).made_percent}, by=supplier
    )
    assert booked(driver, supplier.firm_id) == {day: left}


SET_LOT = "MATCH (c:Capability {id: $id}) SET c.lot_size = 70"


def test_who_takes_a_share_over_hears_nothing_of_the_capacity_of_who_shares_it(
    driver: Driver, firms: tuple[Actor, Actor, Actor]
) -> None:
    buyer, supplier, peer = firms
    make_ability(driver, supplier.firm_id, "forging", weekly_capacity=25, lot_size=1)
    order_id = make_order(driver, buyer, supplier, state="accepted")
    share_id = make_share(driver, order_id, peer, by=supplier, quantity=10)
    # Ninety pieces in lots of 70 are 140, more than the days make; handing over is never more.
    write(driver, lambda tx: run(tx, SET_LOT, id=f"{supplier.firm_id}|forging"))
    order_actions.accept_order(driver, share_id, by=peer)
    assert _get(driver, share_id, peer).state == "accepted"


def test_a_share_is_due_no_later_than_what_it_is_part_of(
    driver: Driver, firms: tuple[Actor, Actor, Actor]
) -> None:
    buyer, supplier, peer = firms
    order_id = make_order(driver, buyer, supplier, state="accepted")
    due = first_line(driver, order_id, buyer).due_on
    with pytest.raises(Invalid) as refused:
        make_share(driver, order_id, peer, by=supplier, need_by=due + timedelta(days=1))
    assert refused.value.errors[0].pointer == "/need_by"
    make_share(driver, order_id, peer, by=supplier, need_by=due)
    past = utc_now().date() - timedelta(days=9)
    late = make_order(driver, buyer, supplier, state="accepted", need_by=past, promised_on=past)
    overdue = make_share(
        driver, late, peer, by=supplier, need_by=utc_now().date() + timedelta(days=9)
    )
    assert first_line(driver, overdue, peer).need_by == utc_now().date() + timedelta(days=9)
