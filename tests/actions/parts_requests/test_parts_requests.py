"""What a buyer does with a parts request."""

from __future__ import annotations

import threading
from dataclasses import replace
from decimal import Decimal

import pytest
from neo4j import Driver

from supplychain.actions.parts_requests import parts_requests
from supplychain.errors import Forbidden, Invalid, NotFound, NotOpen, Stale
from supplychain.graph import events
from supplychain.graph.engine.transactions import Once, read, row, rows, run, write
from supplychain.graph.parts_requests import parts_requests as stored
from supplychain.model.ids import utc_now
from supplychain.model.parts_requests.parts_request import RequestContent, RequestLine
from tests.make.firms import make_actor, make_firm
from tests.make.jobs import job_about
from tests.make.parts_requests import (
    changed_content,
    given_line,
    kinds_of,
    line_ids,
    make_invitation,
    make_part,
    make_parts_request,
    put_bid,
    request_of,
    soon,
)
from tests.make.tiers import make_led_chain

BLANK = RequestContent()


def asking_for(part_id: str) -> RequestContent:
    return RequestContent(lines=(RequestLine(part_id=part_id),))


def test_a_draft_may_be_as_incomplete_as_can_be(driver: Driver) -> None:
    buyer = make_actor(make_firm(driver))
    request_id = parts_requests.draft(driver, BLANK, by=buyer)
    found = request_of(driver, request_id, buyer)
    assert (found.state, found.version, found.lines, found.deadline) == ("draft", 1, (), None)
    assert {gap.pointer for gap in parts_requests.list_missing(driver, request_id, by=buyer)} >= {
        "/title",
        "/lines",
        "/deadline",
    }


def test_what_is_drafted_comes_back_to_the_cent_and_in_order(driver: Driver) -> None:
    buyer = make_actor(make_firm(driver))
    make_part(driver, "ring", designer_id=buyer.firm_id, name="Ring", category_id="forgings")
    lines = [
        {"target_price": Decimal("0.0345"), "quantity": 10**12},
        {"part_id": "ring", "description": "", "category": "", "certificates": []},
        {"description": "阀体\nDN 50", "category": "  Castings ", "quantity": 1},
    ]
    request_id = make_parts_request(driver, buyer, lines=lines, publish=False)
    found = request_of(driver, request_id, buyer)
    assert [line.number for line in found.lines] == [1, 2, 3]
    assert found.lines[0].target_price == Decimal("0.0345")
    assert found.lines[0].quantity == 10**12
    assert (found.lines[1].description, found.lines[1].category_id) == ("Ring", "forgings")
    assert (found.lines[2].description, found.lines[2].category_id) == ("阀体\nDN 50", "castings")


def test_numbers_count_up_for_each_buyer_even_when_drafted_at_once(driver: Driver) -> None:
    buyer, other = make_actor(make_firm(driver)), make_actor(make_firm(driver))
    threads = [
        threading.Thread(target=lambda: parts_requests.draft(driver, BLANK, by=buyer))
        for _ in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    listed = read(driver, stored.list_posted, viewer=buyer.firm_id)
    year = utc_now().year
    assert sorted(one.number for one in listed) == [f"PR-{year}-{n:04d}" for n in range(1, 13)]
    assert request_of(driver, parts_requests.draft(driver, BLANK, by=other), other).number.endswith(
        "0001"
    )


def test_a_key_used_twice_makes_one_draft(driver: Driver) -> None:
    buyer = make_actor(make_firm(driver))
    once = Once.of(firm_id=buyer.firm_id, verb="draft", client_key="k" * 8, payload={})
    first = parts_requests.draft(driver, BLANK, by=buyer, once=once)
    assert parts_requests.draft(driver, BLANK, by=buyer, once=once) == first
    assert len(read(driver, stored.list_posted, viewer=buyer.firm_id)) == 1


def test_an_edit_changes_what_is_given_and_needs_the_latest_version(driver: Driver) -> None:
    buyer = make_actor(make_firm(driver))
    request_id = make_parts_request(driver, buyer, lines=[{}, {}], publish=False)
    kept = line_ids(driver, request_id)
    new = changed_content(driver, request_id, buyer, title="New")
    assert parts_requests.edit(driver, request_id, new, version=1, by=buyer) == 2
    found = request_of(driver, request_id, buyer)
    assert (found.title, [line.id for line in found.lines]) == ("New", kept)
    with pytest.raises(Stale):
        parts_requests.edit(driver, request_id, replace(new, title="Old"), version=1, by=buyer)
    fewer = replace(new, lines=(given_line(quantity=7),), deadline=None)
    parts_requests.edit(driver, request_id, fewer, version=2, by=buyer)
    found = request_of(driver, request_id, buyer)
    assert ([line.quantity for line in found.lines], found.deadline) == ([7], None)
    left = read(driver, lambda tx: row(tx, "MATCH (l:RequestLine) RETURN count(l) AS n"))
    assert left == {"n": 1}


def test_of_many_edits_from_one_version_one_wins(driver: Driver) -> None:
    buyer = make_actor(make_firm(driver))
    request_id = make_parts_request(driver, buyer, publish=False)
    won, lost = [], []

    def edit(n: int) -> None:
        given = RequestContent(title=f"Title {n}", lines=(given_line(quantity=n + 1),))
        try:
            parts_requests.edit(driver, request_id, given, version=1, by=buyer)
            won.append(n)
        except Stale:
            lost.append(n)

    threads = [threading.Thread(target=edit, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = request_of(driver, request_id, buyer)
    assert (len(won), len(lost), found.version) == (1, 7, 2)
    assert [line.quantity for line in found.lines] == [won[0] + 1]


def test_someone_elses_part_is_answered_like_an_unknown_one(driver: Driver) -> None:
    buyer, rival = make_actor(make_firm(driver)), make_firm(driver)
    make_part(driver, "theirs", designer_id=rival.id)
    make_part(driver, "bolt")
    refusals = []
    for part_id in ("theirs", "nowhere"):
        with pytest.raises(Invalid) as refusal:
            parts_requests.draft(driver, asking_for(part_id), by=buyer)
        refusals.append([(one.pointer, one.text) for one in refusal.value.errors])
    assert refusals[0] == refusals[1]
    assert refusals[0][0][0] == "/lines/0/part_id"
    parts_requests.draft(driver, asking_for("bolt"), by=buyer)


def test_a_part_that_the_firm_buys_or_offers_may_be_asked_for(driver: Driver) -> None:
    firm, maker = make_firm(driver), make_firm(driver)
    buyer = make_actor(firm)
    make_part(driver, "bearing", designer_id=maker.id)
    supplies = """
        MATCH (s:Firm {id: $s}), (b:Firm {id: $b})
        CREATE (s)-[:SUPPLIES {part_id: 'bearing', source: 'declared',
                             claimed_by: 'operator', witnessed: true}]->(b)
    """
    write(driver, lambda tx: run(tx, supplies, s=maker.id, b=firm.id))
    request_id = parts_requests.draft(driver, asking_for("bearing"), by=buyer)
    assert request_of(driver, request_id, buyer).lines[0].part_id == "bearing"


def test_someone_elses_chain_is_answered_like_an_unknown_one(driver: Driver) -> None:
    leader, member, stranger = make_firm(driver), make_firm(driver), make_firm(driver)
    chain_id = make_led_chain(driver, leader, member)
    for firm in (leader, member):
        given = RequestContent(audience="chain", chain_id=chain_id)
        parts_requests.draft(driver, given, by=make_actor(firm))
    texts = set()
    for wrong in (chain_id, "none"):
        with pytest.raises(Invalid) as refusal:
            given = RequestContent(audience="chain", chain_id=wrong)
            parts_requests.draft(driver, given, by=make_actor(stranger))
        texts.add(refusal.value.text)
    assert len(texts) == 1


def test_publishing_needs_all_that_blocks_and_queues_the_matching(driver: Driver) -> None:
    buyer = make_actor(make_firm(driver))
    request_id = make_parts_request(driver, buyer, lines=[{"need_by": None}], publish=False)
    with pytest.raises(Invalid):
        parts_requests.publish(driver, request_id, by=buyer)
    jobs = "MATCH (j:Job) RETURN j.kind AS kind, j.firm_id AS firm_id LIMIT 10"
    assert read(driver, lambda tx: rows(tx, jobs)) == []
    complete = changed_content(driver, request_id, buyer, lines=(given_line(),))
    parts_requests.edit(driver, request_id, complete, version=1, by=buyer)
    job_id = parts_requests.publish(driver, request_id, by=buyer, despite_nobody=True)
    assert job_about(driver, request_id) == job_id
    assert read(driver, lambda tx: rows(tx, jobs)) == [{"kind": "match", "firm_id": buyer.firm_id}]
    assert kinds_of(driver, request_id, buyer.firm_id) == ["drafted", "changed", "published"]


def test_published_twice_at_once_is_published_once(driver: Driver) -> None:
    buyer = make_actor(make_firm(driver))
    request_id = make_parts_request(driver, buyer, publish=False)
    outcomes: list[str] = []

    def publish() -> None:
        try:
            parts_requests.publish(driver, request_id, by=buyer, despite_nobody=True)
            outcomes.append("won")
        except NotOpen:
            outcomes.append("lost")

    threads = [threading.Thread(target=publish) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    count = read(driver, lambda tx: row(tx, "MATCH (j:Job) RETURN count(j) AS n"))
    assert (sorted(outcomes), count) == (["lost"] * 7 + ["won"], {"n": 1})


def test_what_is_published_cannot_be_edited_or_deleted(driver: Driver) -> None:
    buyer = make_actor(make_firm(driver))
    request_id = make_parts_request(driver, buyer)
    with pytest.raises(NotOpen):
        parts_requests.edit(driver, request_id, RequestContent(title="x"), version=2, by=buyer)
    with pytest.raises(NotOpen):
        parts_requests.remove(driver, request_id, version=2, by=buyer)


def test_a_deleted_draft_leaves_nothing(driver: Driver) -> None:
    buyer = make_actor(make_firm(driver))
    request_id = make_parts_request(driver, buyer, lines=[{}, {}], publish=False)
    parts_requests.remove(driver, request_id, version=1, by=buyer)
    with pytest.raises(NotFound):
        request_of(driver, request_id, buyer)
    left = "MATCH (n) WHERE n:RequestLine OR n:PartsRequest RETURN count(n) AS n"
    assert read(driver, lambda tx: row(tx, left)) == {"n": 0}


def test_only_buyers_and_owners_write_and_only_for_their_own_firm(driver: Driver) -> None:
    firm, stranger = make_firm(driver), make_actor(make_firm(driver))
    request_id = make_parts_request(driver, make_actor(firm), publish=False)
    for role in ("seller", "viewer"):
        by = make_actor(firm, role)
        for act in (
            lambda by=by: parts_requests.draft(driver, BLANK, by=by),
            lambda by=by, despite_nobody=True: parts_requests.publish(driver, request_id, by=by),
            lambda by=by: parts_requests.cancel(driver, request_id, "x", by=by),
            lambda by=by: parts_requests.copy(driver, request_id, by=by),
        ):
            with pytest.raises(Forbidden):
                act()
    for some_id in (request_id, "none"):
        for act in (
            lambda i=some_id: parts_requests.edit(driver, i, BLANK, version=1, by=stranger),
            lambda i=some_id: parts_requests.remove(driver, i, version=1, by=stranger),
            lambda i=some_id: parts_requests.publish(driver, i, by=stranger),
            lambda i=some_id: parts_requests.cancel(driver, i, "x", by=stranger),
            lambda i=some_id: parts_requests.copy(driver, i, by=stranger),
            lambda i=some_id: parts_requests.list_missing(driver, i, by=stranger),
            lambda i=some_id: parts_requests.move_deadline(driver, i, soon(9), by=stranger),
        ):
            with pytest.raises(NotFound):
                act()


def test_cancelling_tells_whom_it_concerns_and_why(driver: Driver) -> None:
    buyer, invited, bidder, stranger = (make_actor(make_firm(driver)) for _ in range(4))
    request_id = make_parts_request(driver, buyer)
    make_invitation(driver, request_id, invited.firm_id)
    put_bid(driver, request_id, bidder.firm_id)
    parts_requests.cancel(driver, request_id, "Redesigned", by=buyer)
    for firm_id in (invited.firm_id, bidder.firm_id):
        told = read(driver, events.list_history, request_id, viewer=firm_id)
        assert [(one.kind, one.facts["reason"]) for one in told] == [
            ("parts_request.cancelled", "Redesigned")
        ]
    assert read(driver, events.list_history, request_id, viewer=stranger.firm_id) == []
    with pytest.raises(NotOpen):
        parts_requests.cancel(driver, request_id, "Again", by=buyer)


def test_a_moved_deadline_is_told_and_holds(driver: Driver) -> None:
    buyer, invited = make_actor(make_firm(driver)), make_firm(driver)
    request_id = make_parts_request(driver, buyer)
    make_invitation(driver, request_id, invited.id)
    later = soon(20)
    parts_requests.move_deadline(driver, request_id, later, by=buyer, version=2)
    found = request_of(driver, request_id, buyer)
    assert (found.deadline, found.version) == (later, 3)
    assert kinds_of(driver, request_id, invited.id) == ["deadline_moved"]
    with pytest.raises(Invalid):
        parts_requests.move_deadline(driver, request_id, soon(-1), by=buyer)


def test_an_earlier_deadline_leaves_a_day_says_why_and_is_told(driver: Driver) -> None:
    buyer, invited = make_actor(make_firm(driver)), make_firm(driver)
    request_id = make_parts_request(driver, buyer, deadline=soon(9))
    make_invitation(driver, request_id, invited.id)
    for at, reason in ((soon(hours=23), "Sooner"), (soon(2), " ")):
        with pytest.raises(Invalid):
            parts_requests.move_deadline(driver, request_id, at, reason=reason, by=buyer)
    assert kinds_of(driver, request_id, invited.id) == []
    earlier = soon(2)
    parts_requests.move_deadline(driver, request_id, earlier, reason="The line waits.", by=buyer)
    assert request_of(driver, request_id, buyer).deadline == earlier
    told = read(driver, events.list_history, request_id, viewer=invited.id)
    assert [(one.kind, one.facts["reason"]) for one in told] == [
        ("parts_request.deadline_moved_earlier", "The line waits.")
    ]


def test_a_deadline_never_moves_earlier_once_a_bid_is_in(driver: Driver) -> None:
    buyer, bidder = make_actor(make_firm(driver)), make_firm(driver)
    request_id = make_parts_request(driver, buyer, deadline=soon(9))
    put_bid(driver, request_id, bidder.id)
    for at in (soon(seconds=2), soon(2), soon(8)):
        with pytest.raises(NotOpen):
            parts_requests.move_deadline(driver, request_id, at, reason="Enough bids.", by=buyer)
    parts_requests.move_deadline(driver, request_id, soon(10), by=buyer)
    with pytest.raises(NotOpen):
        parts_requests.move_deadline(driver, request_id, soon(9), reason="Back.", by=buyer)


def test_a_copy_is_a_draft_of_its_own(driver: Driver) -> None:
    buyer = make_actor(make_firm(driver))
    request_id = make_parts_request(driver, buyer, lines=[{"target_price": Decimal(9)}, {}])
    copy_id = parts_requests.copy(driver, request_id, by=buyer)
    old, new = request_of(driver, request_id, buyer), request_of(driver, copy_id, buyer)
    assert (new.state, new.deadline, new.version) == ("draft", None, 1)
    assert new.number != old.number
    assert {line.id for line in new.lines}.isdisjoint(line.id for line in old.lines)
    assert new.lines[0].target_price == Decimal(9)


def test_three_hundred_lines_are_fine_and_two_thousand_are_refused(driver: Driver) -> None:
    buyer = make_actor(make_firm(driver))
    many = [{"description": f"Part {n}"} for n in range(300)]
    request_id = make_parts_request(driver, buyer, lines=many)
    found = request_of(driver, request_id, buyer)
    assert [line.description for line in found.lines] == [line["description"] for line in many]
    with pytest.raises(Invalid):
        lines = tuple(RequestLine(**line) for line in many * 7)
        parts_requests.draft(driver, RequestContent(lines=lines), by=buyer)


def test_lists_go_on_after_the_last_one_seen(driver: Driver) -> None:
    buyer, supplier = make_actor(make_firm(driver)), make_firm(driver)
    ids = {make_parts_request(driver, buyer) for _ in range(5)}
    posted, before, after_id = [], None, ""
    while found := read(
        driver,
        stored.list_posted,
        viewer=buyer.firm_id,
        limit=2,
        before=before,
        after_id=after_id,
    ):
        posted += [one.id for one in found]
        before, after_id = found[-1].created_at, found[-1].id
    offered, after, after_id = [], None, ""
    while found := read(
        driver,
        stored.list_open_to,
        viewer=supplier.id,
        now=utc_now(),
        limit=2,
        after=after,
        after_id=after_id,
    ):
        offered += [one.id for one in found]
        after, after_id = found[-1].deadline, found[-1].id
    assert set(posted) == set(offered) == ids
    assert len(posted) == len(offered) == 5
