"""Matching ranks, invites, tells, and can be run twice."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from neo4j import Driver

from supplychain.actions.jobs import JobStopped
from supplychain.actions.rankings.rankings import invite, match_parts_request
from supplychain.errors import Forbidden, Invalid, NotFound, NotOpen
from supplychain.graph import audiences, events
from supplychain.graph.engine.transactions import read, row, rows, run, write
from supplychain.graph.rankings import rankings
from supplychain.matching.rows import Reference
from supplychain.model.audiences import EVERYBODY, Audience, Audiences
from supplychain.model.people.actors import Actor
from tests.make.firms import make_actor, make_firm
from tests.make.jobs import do_jobs
from tests.make.matches import (
    NOW,
    make_ability,
    make_chain,
    make_delivery,
    make_offer,
    make_open_request,
)
from tests.make.parts_requests import make_parts_request
from tests.make.secrets import find_secrets


class Market:
    """A buyer, and three firms that offer the ring at 10.00, 11.00 and 12.00 CNY."""

    def __init__(self, driver: Driver) -> None:
        self.driver = driver
        self.buyer_firm = make_firm(driver, name="Press works", kind="core")
        self.buyer = make_actor(self.buyer_firm)
        self.firms = [make_firm(driver, id=f"firm-{place}") for place in range(3)]
        for place, firm in enumerate(self.firms):
            make_ability(driver, firm.id)
            make_offer(driver, firm.id, tier_prices_e4=[100_000 + 10_000 * place])

    def ask(self, **given: Any) -> str:
        return make_open_request(self.driver, self.buyer_firm.id, **given)

    def invited(self, request_id: str) -> list[tuple[str, str]]:
        found = read(self.driver, rankings.list_invited, request_id, viewer=self.buyer_firm.id)
        return [(entry["firm_id"], entry["source"]) for entry in found]


@pytest.fixture
def market(driver: Driver) -> Market:
    return Market(driver)


def _told(driver: Driver, firm_id: str) -> list[str]:
    return [event.kind for event in read(driver, events.list_latest, viewer=firm_id)]


def test_every_line_gets_its_ranking(market: Market) -> None:
    request_id = market.ask(lines=[{}, {"quantity": 10**6}])
    result = match_parts_request(market.driver, request_id, now=NOW)
    assert result == {"lines": 2, "able": 6, "failed": 0, "invited": 0}
    first, second = read(
        market.driver, rankings.get_rankings, request_id, viewer=market.buyer_firm.id
    )
    assert [row.firm_id for row in first.best] == ["firm-0", "firm-1", "firm-2"]
    assert first.best[0].capacity.state == "whole"
    assert second.best[0].capacity.state == "part"
    assert first.reference == Reference(cost_e4=110_000, source="offers")
    assert market.invited(request_id) == []


def test_publishing_a_request_has_it_ranked_and_the_best_invited(market: Market) -> None:
    line = {"category": "Forgings", "certificates": ["ISO 9001"], "quantity": 50}
    request_id = make_parts_request(market.driver, market.buyer, lines=[line], invite_top=1)
    assert do_jobs(market.driver) == ["done"]
    (ranked,) = read(market.driver, rankings.get_rankings, request_id, viewer=market.buyer_firm.id)
    assert (ranked.able, ranked.failed) == (3, 0)
    assert ranked.best[0].reasons[0].code == "price_unknown"  # described, not a known part
    assert market.invited(request_id) == [("firm-0", "top")]
    assert "parts_request.invited" in _told(market.driver, "firm-0")


def test_the_top_firms_of_every_line_are_invited_and_told(market: Market) -> None:
    request_id = market.ask(invite_top=2)
    assert match_parts_request(market.driver, request_id, now=NOW)["invited"] == 2
    assert market.invited(request_id) == [("firm-0", "top"), ("firm-1", "top")]
    assert "parts_request.invited" in _told(market.driver, "firm-0")
    assert _told(market.driver, "firm-2") == []


def _set_weekly(driver: Driver, firm_id: str, weekly: int) -> None:
    query = "MATCH (c:Capability {firm_id: $firm_id}) SET c.weekly_capacity = $weekly"
    write(driver, lambda tx: run(tx, query, firm_id=firm_id, weekly=weekly))


def test_who_can_make_all_of_it_is_invited_before_who_cannot(market: Market) -> None:
    # 10.00 but 50 a week for 3,000 pieces; 11.00 and 12.00 with all that is needed.
    for firm_id, weekly in (("firm-0", 50), ("firm-1", 0), ("firm-2", 9_000)):
        _set_weekly(market.driver, firm_id, weekly)
    one, two = (market.ask(number=f"PR-{top}", invite_top=top, lines=[{"quantity": 3_000}])
                for top in (1, 2))  # fmt: skip
    for request_id in (one, two):
        match_parts_request(market.driver, request_id, now=NOW)
    assert market.invited(one) == [("firm-2", "top")]
    assert sorted(market.invited(two)) == [("firm-1", "top"), ("firm-2", "top")]


def test_members_of_the_chain_are_invited(market: Market) -> None:
    states = {"firm-0": "member", "firm-1": "invited", market.buyer_firm.id: "member"}
    chain_id = make_chain(market.driver, "firm-2", states)
    request_id = market.ask(audience="chain", chain_id=chain_id, invite_top=3)
    match_parts_request(market.driver, request_id, now=NOW)
    assert market.invited(request_id) == [("firm-0", "chain")]


def test_nobody_of_a_chain_the_buyer_does_not_belong_to_is_invited(market: Market) -> None:
    chain_id = make_chain(market.driver, "firm-2", {"firm-0": "member"})
    request_id = market.ask(audience="chain", chain_id=chain_id)
    match_parts_request(market.driver, request_id, now=NOW)
    assert market.invited(request_id) == []


def test_a_second_run_changes_nothing(market: Market) -> None:
    request_id = market.ask(invite_top=1)
    first = match_parts_request(market.driver, request_id, now=NOW)
    before = _snapshot(market.driver)
    assert match_parts_request(market.driver, request_id, now=NOW) == first
    assert _snapshot(market.driver) == before


def test_two_runs_at_once_invite_nobody_twice(market: Market) -> None:
    request_id = market.ask(invite_top=3)
    threads = [
        threading.Thread(
            target=match_parts_request,
            args=(market.driver, request_id),
            kwargs={"now": NOW + timedelta(seconds=place)},
        )
        for place in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [firm for firm, _ in market.invited(request_id)] == ["firm-0", "firm-1", "firm-2"]
    found = read(market.driver, lambda tx: row(tx, "MATCH (k:Ranking) RETURN count(k) AS n"))
    assert found == {"n": 1}


def test_a_broken_off_run_goes_on_where_it_stopped(market: Market) -> None:
    request_id = market.ask(lines=[{}, {}, {}], invite_top=1)

    class Killed(Exception):
        pass

    def stop_before_the_third(done: int, _total: int, _message: str) -> None:
        if done == 2:
            raise Killed

    with pytest.raises(Killed):
        match_parts_request(market.driver, request_id, now=NOW, progress=stop_before_the_third)
    ranked = read(market.driver, rankings.get_rankings, request_id, viewer=market.buyer_firm.id)
    assert [line.made_at is not None for line in ranked] == [True, True, False]
    make_ability(market.driver, make_firm(market.driver, id="later").id)
    match_parts_request(market.driver, request_id, now=NOW)
    ranked = read(market.driver, rankings.get_rankings, request_id, viewer=market.buyer_firm.id)
    assert [line.able for line in ranked] == [3, 3, 4]
    assert len(market.invited(request_id)) == 1


def test_a_later_run_ranks_anew(market: Market) -> None:
    request_id = market.ask()
    match_parts_request(market.driver, request_id, now=NOW)
    make_ability(market.driver, make_firm(market.driver).id)
    assert match_parts_request(market.driver, request_id, now=NOW + timedelta(hours=1))["able"] == 4


def test_progress_is_told_line_by_line(market: Market) -> None:
    told: list[tuple[int, int]] = []
    match_parts_request(
        market.driver,
        market.ask(lines=[{}, {}]),
        now=NOW,
        progress=lambda done, total, _message: told.append((done, total)),
    )
    assert told == [(0, 2), (1, 2), (2, 2)]


@pytest.mark.parametrize("state", ["draft", "awarded", "cancelled", "failed"])
def test_a_request_that_is_not_open_is_not_ranked(market: Market, state: str) -> None:
    with pytest.raises(NotOpen):
        match_parts_request(market.driver, market.ask(state=state), now=NOW)


def test_after_the_deadline_it_is_ranked_but_nobody_is_invited(market: Market) -> None:
    request_id = market.ask(state="evaluating", invite_top=2)
    assert match_parts_request(market.driver, request_id, now=NOW)["able"] == 3
    assert market.invited(request_id) == []


def test_a_request_that_is_not_there_is_not_found(driver: Driver) -> None:
    with pytest.raises(NotFound):
        match_parts_request(driver, "nothing", now=NOW)


def test_a_buyer_invites_whom_it_picks_once(market: Market) -> None:
    request_id = market.ask()
    match_parts_request(market.driver, request_id, now=NOW)
    assert invite(market.driver, request_id, ["firm-1", "firm-2"], by=market.buyer) == 2
    assert invite(market.driver, request_id, ["firm-2", "firm-1"], by=market.buyer) == 0
    assert market.invited(request_id) == [("firm-1", "picked"), ("firm-2", "picked")]
    assert _told(market.driver, "firm-1") == ["parts_request.invited"]


def test_racing_invitations_of_one_firm_make_one(market: Market) -> None:
    request_id = market.ask()
    results: list[int] = []
    threads = [
        threading.Thread(
            target=lambda: results.append(
                invite(market.driver, request_id, ["firm-0"], by=market.buyer)
            )
        )
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [0] * 7 + [1]
    assert market.invited(request_id) == [("firm-0", "picked")]


def test_an_unranked_firm_can_be_invited(market: Market) -> None:
    outside = make_firm(market.driver)
    request_id = market.ask()
    assert invite(market.driver, request_id, [outside.id], by=market.buyer) == 1
    why = read(market.driver, rankings.find_invitation_reasons, request_id, viewer=outside.id)
    assert (why.source, why.reasons) == ("picked", ())


def test_wrong_picks_are_named_each(market: Market) -> None:
    request_id = market.ask()
    own = market.buyer_firm.id
    with pytest.raises(Invalid) as refused:
        invite(market.driver, request_id, ["firm-0", "nobody", own], by=market.buyer)
    assert [error.pointer for error in refused.value.errors] == ["/firm_ids/1", "/firm_ids/2"]
    with pytest.raises(Invalid):
        invite(market.driver, request_id, [], by=market.buyer)
    with pytest.raises(Invalid):
        invite(market.driver, request_id, [str(n) for n in range(2001)], by=market.buyer)
    assert market.invited(request_id) == []


def test_only_the_buyer_invites(market: Market) -> None:
    request_id = market.ask()
    rival = make_actor(make_firm(market.driver))
    with pytest.raises(NotFound):
        invite(market.driver, request_id, ["firm-0"], by=rival)
    with pytest.raises(NotFound):
        invite(market.driver, "nothing", ["firm-0"], by=market.buyer)
    viewer = Actor(user_id="u", firm_id=market.buyer_firm.id, role="viewer")
    with pytest.raises(Forbidden):
        invite(market.driver, request_id, ["firm-0"], by=viewer)


def test_nobody_is_invited_when_it_is_closed(market: Market) -> None:
    for given in ({"state": "draft"}, {"deadline": "2020-01-01T00:00:00.000000Z"}):
        with pytest.raises(NotOpen):
            invite(market.driver, market.ask(**given), ["firm-0"], by=market.buyer)


def test_nobody_but_the_buyer_sees_the_ranking(market: Market) -> None:
    request_id = market.ask(invite_top=1)
    match_parts_request(market.driver, request_id, now=NOW)
    for viewer in ("firm-0", make_firm(market.driver).id):
        with pytest.raises(NotFound):
            read(market.driver, rankings.get_rankings, request_id, viewer=viewer)
        assert read(market.driver, rankings.list_invited, request_id, viewer=viewer) == []


def test_a_supplier_sees_why_it_was_invited_and_nothing_of_others(market: Market) -> None:
    make_delivery(market.driver, "firm-1", market.buyer_firm.id, freight_e4=7_654_321)
    request_id = market.ask(invite_top=2, lines=[{"target_price_e4": 98_765}])
    match_parts_request(market.driver, request_id, now=NOW)
    why = read(market.driver, rankings.find_invitation_reasons, request_id, viewer="firm-0")
    assert why.source == "top"
    codes = [reason.code for reason in why.reasons[0].reasons]
    assert codes[0] == "price_from_offer"
    text = repr(why)
    secrets = ("98765", "9.8765", "firm-1", "7654321", "765.4321", "score", "rank", "freight")
    assert find_secrets(text, secrets) == []
    assert not read(market.driver, rankings.find_invitation_reasons, request_id, viewer="firm-2")


def test_the_event_of_an_invitation_names_no_other_firm(market: Market) -> None:
    request_id = market.ask(invite_top=3)
    match_parts_request(market.driver, request_id, now=NOW)
    (event,) = read(market.driver, events.list_latest, viewer="firm-0")
    assert event.facts == {"number": "PR-1", "title": "Rings"}


def test_a_firm_lists_its_own_invitations_page_by_page(market: Market) -> None:
    asked = [market.ask(number=f"PR-{place}", invite_top=1) for place in range(3)]
    for place, request_id in enumerate(asked):
        match_parts_request(market.driver, request_id, now=NOW + timedelta(minutes=place))
    found = read(market.driver, rankings.list_invitations, viewer="firm-0", limit=2)
    assert [entry["number"] for entry in found] == ["PR-2", "PR-1"]
    assert found[0]["buyer_name"] == "Press works"
    more = read(
        market.driver,
        rankings.list_invitations,
        viewer="firm-0",
        before=found[-1]["invited_at"],
        after_id=found[-1]["request_id"],
    )
    assert [entry["number"] for entry in more] == ["PR-0"]
    assert read(market.driver, rankings.list_invitations, viewer="firm-2") == []


def test_an_invitation_to_a_draft_is_not_seen(market: Market) -> None:
    request_id = market.ask(invite_top=1)
    match_parts_request(market.driver, request_id, now=NOW)
    query = "MATCH (r:PartsRequest {id: $id}) SET r.state = 'draft'"
    write(market.driver, lambda tx: run(tx, query, id=request_id))
    assert read(market.driver, rankings.list_invitations, viewer="firm-0") == []
    assert not read(market.driver, rankings.find_invitation_reasons, request_id, viewer="firm-0")


def _snapshot(driver: Driver) -> list[dict[str, Any]]:
    query = (
        "MATCH (r:PartsRequest)-[:HAS_LINE]->(l)-[:RANKED]->(k) "
        "OPTIONAL MATCH (r)-[i:INVITES]->(f) OPTIONAL MATCH (e:Event) "
        "RETURN k.id AS id, k.rows AS rows, f.id AS firm, i.invited_at AS at, count(e) AS n "
        "ORDER BY id, firm LIMIT 100"
    )
    return read(driver, lambda tx: rows(tx, query))


def test_a_proposal_for_several_tells_whose_prices_it_used(driver: Driver) -> None:
    buyer = make_firm(driver, kind="core")
    firms = [make_firm(driver, id=f"small-{n}") for n in range(2)]
    for firm in firms:
        make_ability(driver, firm.id, max_lot=300)
        make_offer(driver, firm.id)
    request_id = make_open_request(driver, buyer.id)
    match_parts_request(driver, request_id, now=NOW)
    (line,) = read(driver, rankings.get_rankings, request_id, viewer=buyer.id)
    assert line.best == ()
    assert line.together is not None
    (look,) = read(driver, audiences.list_looks, viewer="small-0")
    assert (look.prices, look.capacity) == (True, True)
    everybody, nobody = Audience.of([EVERYBODY]), Audience.of([])
    closed = Audiences(prices=nobody, capacity=everybody, version=2)
    write(driver, lambda tx: audiences.save(tx, closed, viewer="small-0", at=NOW))
    (line,) = read(driver, rankings.get_rankings, request_id, viewer=buyer.id)
    assert line.is_withdrawn


def test_a_ranking_that_was_broken_off_tells_whose_figures_were_read(market: Market) -> None:
    request_id = market.ask(lines=[{}, {}])

    def stop(done: int, _total: int, _message: str) -> None:
        if done == 1:
            raise JobStopped

    with pytest.raises(JobStopped):
        match_parts_request(market.driver, request_id, now=NOW, progress=stop)
    ranked = read(market.driver, rankings.get_rankings, request_id, viewer=market.buyer.firm_id)
    assert [len(line.best) for line in ranked] == [3, 0]
    (look,) = read(market.driver, audiences.list_looks, viewer="firm-0")
    assert (look.viewer_id, look.prices, look.capacity) == (market.buyer.firm_id, True, True)
    match_parts_request(market.driver, request_id, now=NOW)
    (look,) = read(market.driver, audiences.list_looks, viewer="firm-0")
    assert look.times == 1
