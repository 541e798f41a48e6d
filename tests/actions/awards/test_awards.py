"""Awarding on a real graph: exactly once, quantities and prices as bid, everyone told its own."""

from __future__ import annotations

from decimal import Decimal

import pytest
from neo4j import Driver

from supplychain.actions import bids, cost_settings
from supplychain.actions.awards import awards
from supplychain.actions.parts_requests import parts_requests
from supplychain.actions.rankings.rankings import match_parts_request
from supplychain.errors import Forbidden, Invalid, NotFound, NotOpen
from supplychain.graph import audiences, events
from supplychain.graph import awards as awards_graph
from supplychain.graph.bids import bids as bids_graph
from supplychain.graph.engine.transactions import Once, read, rows, write
from supplychain.graph.orders import orders
from supplychain.graph.parts_requests import parts_requests as requests_graph
from supplychain.model.audiences import Audience, Audiences
from supplychain.model.awards.records import BidderRecord
from supplychain.model.cost_settings import CostSettings, DutyRate
from supplychain.model.ids import utc_now
from supplychain.model.people.actors import Actor
from tests.make.awards import make_award, make_choice, make_opened_request, stored_award
from tests.make.bids import make_bid, stored_bid
from tests.make.firms import make_actor, make_firm
from tests.make.matches import make_ability, make_delivery, make_offer
from tests.make.parts_requests import line_ids, make_part, make_parts_request, pass_deadline
from tests.make.race import raced

MADE = """
MATCH (a:Award {request_id: $request_id})
OPTIONAL MATCH (a)-[:MADE]->(o:Order)
RETURN a.id AS id, count(o) AS orders ORDER BY id LIMIT 100
"""


def make_opened(driver: Driver) -> tuple[Actor, Actor, Actor, str, dict[Actor, str]]:
    """A buyer, two suppliers who bid 12.00 and 11.00 for all 500, the request, and the bids."""
    buyer, dear, cheap = (make_actor(make_firm(driver)) for _ in range(3))
    offers = {dear: [{"unit_price": Decimal(12)}], cheap: [{"unit_price": Decimal(11)}]}
    request_id, placed = make_opened_request(driver, buyer, offers)
    return buyer, dear, cheap, request_id, placed


def made(driver: Driver, request_id: str) -> list[dict[str, int]]:
    return read(driver, lambda tx: rows(tx, MADE, request_id=request_id))


def state_of(driver: Driver, buyer: Actor, request_id: str) -> str:
    return read(driver, requests_graph.get, request_id, viewer=buyer.firm_id).state


def test_a_split_award_orders_from_both_at_their_own_prices(driver: Driver) -> None:
    buyer, dear, cheap, request_id, placed = make_opened(driver)
    make_award(driver, buyer, request_id, (placed[dear], 1, 200), (placed[cheap], 1, 300))
    found = stored_award(driver, buyer, request_id)
    assert found is not None
    ordered = {line.supplier_id: (line.quantity, line.unit_price) for line in found.orders}
    assert ordered == {
        dear.firm_id: (200, Decimal(12)),
        cheap.firm_id: (300, Decimal(11)),
    }
    assert state_of(driver, buyer, request_id) == "awarded"
    for line in found.orders:
        order = read(driver, orders.get, line.order_id, viewer=line.supplier_id)
        assert (order.state, order.award_id, order.request_id) == (
            "offered",
            found.award.id,
            request_id,
        )
        assert order.ends_at is not None
        assert (order.ends_at - order.created_at).days == 7


def test_losers_learn_outcome_rank_and_count_and_nothing_else(driver: Driver) -> None:
    buyer, dear, cheap, request_id, placed = make_opened(driver)
    make_award(driver, buyer, request_id, (placed[cheap], 1, 500))
    lost, won = stored_bid(driver, placed[dear], dear), stored_bid(driver, placed[cheap], cheap)
    assert (lost.state, lost.rank, won.state, won.rank) == ("lost", 2, "won", 1)
    assert read(driver, bids_graph.count_ranked, lost.id, viewer=dear.firm_id) == 2
    told = read(driver, events.list_latest, viewer=dear.firm_id, limit=100)
    outcome = [event for event in told if event.kind == "bid.lost"]
    assert len(outcome) == 1
    assert set(outcome[0].facts) == {"number", "title", "rank", "bids"}
    assert cheap.firm_id not in str(told)
    assert "bid.won" not in str(told)
    assert "order.offered" not in str(told)


def test_sixteen_awards_at_once_leave_one(driver: Driver) -> None:
    buyer, dear, cheap, request_id, placed = make_opened(driver)
    colleague = Actor(user_id="colleague", firm_id=buyer.firm_id, role="buyer")

    def decide(at: int) -> str:
        who, whom = ((buyer, dear), (colleague, cheap))[at % 2]
        choice = make_choice(driver, request_id, (placed[whom], 1, 500))
        return awards.award(driver, request_id, choice, by=who)

    got = raced(16, decide)
    assert len([outcome for outcome in got if outcome != "NotOpen"]) == 1, got
    assert [entry["orders"] for entry in made(driver, request_id)] == [1]
    told = read(driver, events.list_history, request_id, viewer=buyer.firm_id)
    assert [event.kind for event in told].count("award.decided") == 1


def test_a_double_click_is_one_award_and_one_answer(driver: Driver) -> None:
    buyer, _, cheap, request_id, placed = make_opened(driver)
    choice = make_choice(driver, request_id, (placed[cheap], 1, 500))
    once = Once.of(firm_id=buyer.firm_id, verb="award", client_key="click", payload=1)
    ids = raced(8, lambda _: awards.award(driver, request_id, choice, by=buyer, once=once))
    assert len(set(ids)) == 1
    assert [entry["orders"] for entry in made(driver, request_id)] == [1]


def test_award_failure_and_cancellation_at_once_leave_one_outcome(driver: Driver) -> None:
    for _ in range(3):
        buyer, _, cheap, request_id, placed = make_opened(driver)
        choice = make_choice(driver, request_id, (placed[cheap], 1, 500))

        def act(
            at: int, buyer: Actor = buyer, request_id: str = request_id, choice: object = choice
        ) -> str:
            if at % 3 == 0:
                return awards.award(driver, request_id, choice, by=buyer)  # type: ignore[arg-type]
            if at % 3 == 1:
                return awards.award_nothing(driver, request_id, "Too dear.", by=buyer)
            parts_requests.cancel(driver, request_id, "No need.", by=buyer)
            return "cancelled"

        got = raced(9, act)
        assert got.count("NotOpen") == 8
        state = state_of(driver, buyer, request_id)
        expected = {"awarded": [1], "failed": [0], "cancelled": []}[state]
        assert [entry["orders"] for entry in made(driver, request_id)] == expected


def test_a_withdrawal_against_an_award_never_withdraws_a_winner(driver: Driver) -> None:
    buyer, _, cheap, request_id, placed = make_opened(driver)
    choice = make_choice(driver, request_id, (placed[cheap], 1, 500))

    def act(at: int) -> str:
        if at == 0:
            return awards.award(driver, request_id, choice, by=buyer)
        return bids.withdraw_bid(driver, placed[cheap], version=2, by=cheap)

    got = raced(8, act)
    assert set(got[1:]) <= {"NotOpen", "Stale"}
    assert stored_bid(driver, placed[cheap], cheap).state == "won"


def test_nothing_can_be_awarded_while_the_bids_are_sealed(driver: Driver) -> None:
    buyer, supplier = make_actor(make_firm(driver)), make_actor(make_firm(driver))
    request_id = make_parts_request(driver, buyer)
    bid_id = make_bid(driver, supplier, request_id)
    pass_deadline(driver, request_id, sweep=False)
    choice = make_choice(driver, request_id, (bid_id, 1, 500))
    with pytest.raises(NotOpen):
        awards.award(driver, request_id, choice, by=buyer)
    with pytest.raises(NotOpen):
        awards.award_nothing(driver, request_id, "Too dear.", by=buyer)
    assert made(driver, request_id) == []


def test_a_refused_award_writes_nothing(driver: Driver) -> None:
    buyer, dear, _, request_id, placed = make_opened(driver)
    for taken in [(placed[dear], 1, 501)], [("unknown", 1, 1)]:
        with pytest.raises(Invalid):
            make_award(driver, buyer, request_id, *taken)
    assert made(driver, request_id) == []
    assert state_of(driver, buyer, request_id) == "evaluating"
    assert stored_bid(driver, placed[dear], dear).state == "open"


def test_a_bid_for_another_request_cannot_win(driver: Driver) -> None:
    buyer, _, _, request_id, _ = make_opened(driver)
    _, _, _, _, others = make_opened(driver)
    foreign = next(iter(others.values()))
    with pytest.raises(Invalid):
        make_award(driver, buyer, request_id, (foreign, 1, 500))


def test_awarding_nothing_is_told_to_all_bidders(driver: Driver) -> None:
    buyer, dear, cheap, request_id, placed = make_opened(driver)
    awards.award_nothing(driver, request_id, "The budget is gone.", by=buyer)
    found = stored_award(driver, buyer, request_id)
    assert found is not None
    assert (found.award.reason, found.orders) == ("The budget is gone.", [])
    for supplier in (dear, cheap):
        assert stored_bid(driver, placed[supplier], supplier).state == "lost"
        told = read(driver, events.list_latest, viewer=supplier.firm_id, limit=100)
        assert "bid.lost" in {event.kind for event in told}
        assert "budget" not in str(told)


def test_only_the_buyers_own_buyers_decide(driver: Driver) -> None:
    buyer, dear, _, request_id, placed = make_opened(driver)
    choice = make_choice(driver, request_id, (placed[dear], 1, 500))
    for stranger in (dear, make_actor(make_firm(driver))):
        with pytest.raises(NotFound):
            awards.award(driver, request_id, choice, by=stranger)
        with pytest.raises(NotFound):
            awards.award_nothing(driver, request_id, "No.", by=stranger)
        with pytest.raises(NotFound):
            read(driver, awards_graph.find, request_id, viewer=stranger.firm_id)
    for role in ("seller", "viewer"):
        weak = Actor(user_id="weak", firm_id=buyer.firm_id, role=role)
        with pytest.raises(Forbidden):
            awards.award(driver, request_id, choice, by=weak)
        with pytest.raises(Forbidden):
            awards.award_nothing(driver, request_id, "No.", by=weak)


def test_freight_of_the_buyers_past_counts_in_the_ranks(driver: Driver) -> None:
    buyer, near, far = (make_actor(make_firm(driver)) for _ in range(3))
    make_part(driver)
    for supplier, freight_e4 in ((near, 0), (far, 100 * 30_000)):
        make_ability(driver, supplier.firm_id)
        make_delivery(driver, supplier.firm_id, buyer.firm_id, freight_e4=freight_e4)
    request_id = make_parts_request(driver, buyer, lines=[{"part_id": "ring", "category": ""}])
    placed = {
        supplier: make_bid(driver, supplier, request_id, lines=[{"unit_price": Decimal(price)}])
        for supplier, price in ((near, 11), (far, 10))
    }
    match_parts_request(driver, request_id, now=utc_now())
    pass_deadline(driver, request_id)
    (table,) = awards.compare(driver, request_id, by=buyer).tables
    assert [row.freight for row in table.rows] == [Decimal(0), Decimal(3)]
    assert {row.freight_from for row in table.rows} == {"ledger"}
    make_award(driver, buyer, request_id, (placed[near], 1, 500), reason="")
    assert stored_bid(driver, placed[near], near).rank == 1
    assert stored_bid(driver, placed[far], far).rank == 2


def test_the_buyers_own_duty_and_late_days_decide_what_is_recommended(driver: Driver) -> None:
    buyer, german, local, late = (
        make_actor(make_firm(driver, country=country)) for country in ("CN", "Germany", "CN", "CN")
    )
    duty = CostSettings(duty_rates=(DutyRate(country="Germany", duty=0.1),))
    cost_settings.change(driver, duty, version=0, by=buyer)
    offers = {german: (95, 20), local: (101, 20), late: (90, 130)}
    request_id, placed = make_opened_request(
        driver,
        buyer,
        {
            firm: [{"unit_price": Decimal(price), "lead_days": days}]
            for firm, (price, days) in offers.items()
        },
    )
    found = awards.compare(driver, request_id, by=buyer)
    landed = {row.bid_id: row.landed_cost for row in found.tables[0].rows}
    assert landed[placed[german]] == Decimal("104.5")
    assert landed[placed[local]] == 101
    assert [each.bid_id for each in found.proposal] == [placed[local]]
    make_award(driver, buyer, request_id, (placed[local], 1, 500), reason="")


def test_a_comparison_does_not_tell_what_a_bidder_no_longer_shows(driver: Driver) -> None:
    buyer, supplier = (make_actor(make_firm(driver)) for _ in range(2))
    make_ability(driver, supplier.firm_id)
    make_offer(driver, supplier.firm_id, freight_e4=20_000)
    request_id = make_parts_request(driver, buyer, lines=[{"part_id": "ring"}])
    match_parts_request(driver, request_id, now=utc_now())

    def find_record() -> BidderRecord:
        known = read(driver, awards_graph.records, request_id, viewer=buyer.firm_id)
        return known[supplier.firm_id, line_ids(driver, request_id)[0]]

    before = find_record()
    assert None not in (before.possible, before.finish_on)
    nobody = Audience.of([])
    shut = Audiences(prices=nobody, capacity=nobody, version=2)
    write(driver, lambda tx: audiences.save(tx, shut, viewer=supplier.firm_id, at=utc_now()))
    after = find_record()
    assert (after.possible, after.finish_on) == (None,) * 2
    assert after.quality == before.quality


def test_a_comparison_marks_the_best_and_proposes_the_cheapest(driver: Driver) -> None:
    buyer, dear, cheap, request_id, placed = make_opened(driver)
    found = awards.compare(driver, request_id, by=buyer)
    (table,) = found.tables
    assert [row.bid_id for row in table.rows] == [placed[cheap], placed[dear]]
    assert [row.best for row in table.rows] == [{"unit_price", "landed_cost"}, set()]
    assert [row.taken for row in table.rows] == [500, 0]
    assert table.missing == 0
    totals = {total.bid_id: (total.offered_total, total.taken_total) for total in found.totals}
    assert totals == {placed[cheap]: (5500, 5500), placed[dear]: (6000, 0)}
    assert found.award is None


def test_a_comparison_after_the_award_shows_what_was_awarded(driver: Driver) -> None:
    buyer, dear, cheap, request_id, placed = make_opened(driver)
    make_award(driver, buyer, request_id, (placed[dear], 1, 200), (placed[cheap], 1, 300))
    found = awards.compare(driver, request_id, by=buyer)
    assert {row.bid_id: row.taken for row in found.tables[0].rows} == {
        placed[dear]: 200,
        placed[cheap]: 300,
    }
    assert found.award is not None
