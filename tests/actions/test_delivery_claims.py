"""Whose word about a delivery counts for whom, from the import to the ranking and back."""

from __future__ import annotations

import random
from dataclasses import asdict
from datetime import date
from typing import Any

import pytest
from click.testing import CliRunner
from neo4j import Driver

from supplychain.actions import delivery_claims as actions
from supplychain.actions.firms import get_card
from supplychain.actions.rankings.rankings import match_parts_request
from supplychain.commands.deliveries import command
from supplychain.errors import Conflict, Forbidden, Invalid, NotFound
from supplychain.graph import delivery_batches, delivery_claims, events
from supplychain.graph.capacity import capabilities
from supplychain.graph.engine.transactions import Tx, read, row, rows, write
from supplychain.graph.rankings import rankings
from supplychain.graph.rankings.records import records_of
from supplychain.graph.tiers.figures import figures_of
from supplychain.graph.track_records import write_track_records
from supplychain.model.people.actors import Actor
from tests.make.claims import BAD, GOOD, claim, line, send
from tests.make.days import local_today
from tests.make.firms import make_actor, make_firm, make_verified
from tests.make.matches import NOW, make_ability, make_delivery, make_offer, make_open_request
from tests.make.parts_requests import make_part
from tests.make.tiers import make_led_chain

TODAY = local_today()

COUNTERS = """
MATCH (c:Capability) WHERE c.id IN $ids
RETURN c.id AS id, c.delivered_lines AS delivered, c.on_time_lines AS on_time,
       c.received_quantity AS received, c.rejected_quantity AS rejected,
       coalesce(c.late_days_sum, 0) AS late_days, coalesce(c.long_late_lines, 0) AS failed
ORDER BY id
"""
OWN = """
MATCH (b:BuyerRecord)
RETURN b.id AS id, b.delivered_lines AS delivered, b.on_time_lines AS on_time,
       b.received_quantity AS received, b.rejected_quantity AS rejected,
       b.late_days_sum AS late_days, b.long_late_lines AS failed
ORDER BY id
"""
CLAIMS = """
MATCH (b:DeliveryBatch)-[s:SPEAKS_OF]->(f:Firm)
RETURN b.id AS batch, f.id AS firm, s.claimed AS claimed, s.confirmed AS confirmed,
       s.disputed AS disputed
ORDER BY batch, firm
"""

UNVERIFY = "MATCH (f:Firm {id: 'stranger'}) SET f.verified_at = null RETURN f.id AS id"


class Trade:
    """A supplier with a good record, an older buyer that leads its chain, and a stranger."""

    def __init__(self, driver: Driver) -> None:
        self.driver = driver
        names = ("good", "plain", "buyer", "maker", "stranger")
        self.firms = {name: make_firm(driver, id=name, name=f"{name} works") for name in names}
        self.by = {name: make_actor(firm) for name, firm in self.firms.items()}
        for name in ("good", "plain"):
            make_ability(driver, name)
            make_offer(driver, name)
        for _ in range(30):
            make_delivery(driver, "good", "maker")
        write(driver, write_track_records, [("good", "forgings")])
        make_led_chain(driver, self.firms["buyer"], self.firms["good"])

    def picture(self, viewer: str = "buyer") -> list[Any]:
        """All that a firm reads of the suppliers' records: ranking, records, map, card."""
        request = make_open_request(self.driver, viewer)
        match_parts_request(self.driver, request, now=NOW)
        (ranked,) = read(self.driver, rankings.get_rankings, request, viewer=viewer)
        return [
            [asdict(each) for each in (*ranked.best, *ranked.unable)],
            [
                asdict(read(self.driver, records_of, one, "forgings", viewer=viewer))
                for one in ("good", "plain", "stranger")
            ],
            read(self.driver, figures_of, ["good", "plain"], viewer=viewer, week=1),
            [
                get_card(self.driver, one, by=self.by[viewer], today=TODAY)
                for one in ("good", "plain")
            ],
        ]

    def counters(self) -> list[dict[str, Any]]:
        ids = [f"{firm}|{kind}" for firm in self.firms for kind in ("forgings", "gears")]
        return read(self.driver, lambda tx: rows(tx, COUNTERS, ids=ids))

    def own(self) -> list[dict[str, Any]]:
        return read(self.driver, lambda tx: rows(tx, OWN))

    def anew(self) -> tuple[list[Any], list[Any], list[Any]]:
        """The same counters from the whole ledger, nothing of before kept."""
        write(self.driver, _forget_counters)
        pairs = [(firm, kind) for firm in self.firms for kind in ("forgings", "gears")]
        write(self.driver, write_track_records, pairs)
        write(self.driver, _count_all_claims)
        return self.counters(), self.own(), self.claims()

    def claims(self) -> list[dict[str, Any]]:
        return read(self.driver, lambda tx: rows(tx, CLAIMS))

    def record(self, firm: str = "good") -> tuple[int, int]:
        kept = next(each for each in self.counters() if each["id"] == f"{firm}|forgings")
        return kept["delivered"], kept["on_time"]

    def told(self, firm: str) -> list[str]:
        return [one.kind for one in read(self.driver, events.list_latest, viewer=firm)]


def _forget_counters(tx: Tx) -> None:
    row(tx, "MATCH (b:BuyerRecord) DELETE b RETURN count(*) AS n")
    row(
        tx,
        "MATCH (c:Capability) SET c.delivered_lines = 0, c.on_time_lines = 0 RETURN count(*) AS n",
    )


def _count_all_claims(tx: Tx) -> None:
    pairs = rows(
        tx, "MATCH (b:DeliveryBatch)-[:SPEAKS_OF]->(f) RETURN b.id AS b, f.id AS f LIMIT 99"
    )
    delivery_batches.count_claims(tx, {(one["b"], one["f"]) for one in pairs})


@pytest.fixture
def trade(driver: Driver) -> Trade:
    return Trade(driver)


@pytest.mark.parametrize("verified", [False, True])
def test_what_a_stranger_says_of_a_supplier_moves_nothing_that_others_see(
    trade: Trade, verified: bool
) -> None:
    before = trade.picture(), trade.counters(), trade.picture("maker")
    if verified:
        make_verified(trade.driver, "stranger")
    claim(trade.driver, "good", 300, by=trade.by["stranger"], how=BAD)
    claim(trade.driver, "plain", 300, by=trade.by["stranger"], start="P")
    assert (trade.picture(), trade.counters(), trade.picture("maker")) == before


def test_perfect_rows_for_a_newcomer_make_it_nothing_for_others(trade: Trade) -> None:
    newcomer = make_firm(trade.driver, id="newcomer")
    before = trade.picture()
    claim(trade.driver, newcomer.id, 300, by=trade.by["stranger"])
    assert trade.picture() == before
    assert read(trade.driver, capabilities.list_public, "newcomer") == []


def test_it_counts_at_once_for_who_wrote_it(trade: Trade) -> None:
    claim(trade.driver, "good", 300, by=trade.by["stranger"], how=BAD)
    make_firm(trade.driver, id="newcomer")
    claim(trade.driver, "newcomer", 3, by=trade.by["stranger"], start="N")
    ranked = trade.picture("stranger")[0]
    assert {each["firm_id"] for each in ranked} >= {"good", "plain", "newcomer"}
    records = read(trade.driver, records_of, "good", "forgings", viewer="stranger")
    assert (records.own["delivered"], records.own["on_time"]) == (300, 0)
    assert (records.others["delivered"], records.others["on_time"]) == (30, 30)
    assert {each["claim"] for each in records.deliveries} == {"claimed"}


def test_the_supplier_is_told_once_an_import_and_the_buyer_of_each_answer(trade: Trade) -> None:
    batch = claim(trade.driver, "good", 30, by=trade.by["stranger"], how=BAD)
    assert trade.told("good") == ["deliveries.claimed"]
    assert set(trade.told("stranger")) == {"import.finished", "import.started"}
    (seen,) = read(trade.driver, delivery_claims.list_batches, viewer="good", limit=9)
    assert (seen.id, seen.buyer, seen.claimed, seen.lines) == (batch, "stranger works", 30, 30)
    for answer in ("confirmed", "disputed", "claimed"):
        actions.answer_batch(
            trade.driver, batch, answer=answer, statement="We never met.", by=trade.by["good"]
        )
    assert trade.told("stranger")[:3] == [
        "deliveries.reopened", "deliveries.disputed", "deliveries.confirmed",
    ]  # fmt: skip


def test_a_confirmed_delivery_counts_for_all_once_its_buyer_is_verified(trade: Trade) -> None:
    batch = claim(trade.driver, "good", 4, by=trade.by["stranger"], how=BAD)
    assert actions.answer_batch(trade.driver, batch, answer="confirmed", by=trade.by["good"]) == 4
    assert trade.record() == (30, 30)
    make_verified(trade.driver, "stranger")
    assert actions.recount_words(trade.driver, NOW) == 1
    assert trade.record() == (34, 30)
    assert trade.own() == []
    actions.answer_claim(
        trade.driver, "X0", answer="disputed", statement="It came in May.", by=trade.by["good"]
    )
    assert trade.record() == (33, 30)
    assert [each["delivered"] for each in trade.own()] == [1]
    actions.answer_claim(trade.driver, "X0", answer="claimed", by=trade.by["good"])
    assert actions.answer_batch(trade.driver, batch, answer="claimed", by=trade.by["good"]) == 3
    assert trade.record() == (30, 30)
    assert (trade.counters(), trade.own(), trade.claims()) == trade.anew()


def test_one_buyer_never_weighs_more_than_the_others_together(trade: Trade) -> None:
    make_verified(trade.driver, "stranger", "maker")
    batch = claim(trade.driver, "good", 200, by=trade.by["stranger"], how=BAD)
    actions.answer_batch(trade.driver, batch, answer="confirmed", by=trade.by["good"])
    assert trade.record() == (60, 30)
    (own,) = trade.own()
    assert (own["delivered"], own["on_time"]) == (170, 0)
    records = read(trade.driver, records_of, "good", "forgings", viewer="stranger")
    assert (records.own["delivered"], records.others["delivered"]) == (200, 30)


def test_a_pair_that_nobody_verified_makes_no_record_by_orders(trade: Trade) -> None:
    make_delivery(trade.driver, "plain", "stranger", source="received")
    write(trade.driver, write_track_records, [("plain", "forgings")])
    assert trade.record("plain") == (0, 0)
    make_verified(trade.driver, "stranger")
    assert actions.recount_words(trade.driver, NOW) == 1
    assert trade.record("plain") == (1, 1)


def test_a_firm_that_is_no_longer_verified_counts_no_longer(trade: Trade) -> None:
    make_verified(trade.driver, "stranger")
    claim(trade.driver, "good", 3, by=trade.by["stranger"], how=BAD)
    actions.trust_buyer(trade.driver, "stranger", by=trade.by["good"])
    make_delivery(trade.driver, "plain", "stranger", source="received")
    write(trade.driver, write_track_records, [("plain", "forgings")])
    assert (trade.record(), trade.record("plain")) == ((33, 30), (1, 1))
    assert actions.recount_words(trade.driver, NOW) == 0
    write(trade.driver, lambda tx: row(tx, UNVERIFY))
    assert actions.recount_words(trade.driver, NOW) == 1
    assert (trade.record(), trade.record("plain")) == ((30, 30), (0, 0))
    assert actions.recount_words(trade.driver, NOW) == 0


def test_a_supplier_confirms_a_buyer_once_for_all_and_takes_that_back(trade: Trade) -> None:
    make_verified(trade.driver, "stranger")
    claim(trade.driver, "good", 2, by=trade.by["stranger"], start="A")
    assert actions.trust_buyer(trade.driver, "stranger", by=trade.by["good"]) == 2
    claim(trade.driver, "good", 3, by=trade.by["stranger"], start="B")
    assert trade.record() == (35, 35)
    (kept,) = read(trade.driver, delivery_claims.list_trusted, viewer="good")
    assert kept.firm_id == "stranger"
    actions.distrust_buyer(trade.driver, "stranger", by=trade.by["good"])
    claim(trade.driver, "good", 4, by=trade.by["stranger"], start="C")
    assert trade.record() == (35, 35)
    with pytest.raises(NotFound):
        actions.distrust_buyer(trade.driver, "stranger", by=trade.by["good"])
    with pytest.raises(NotFound):
        actions.trust_buyer(trade.driver, "nobody", by=trade.by["good"])
    with pytest.raises(Invalid):
        actions.trust_buyer(trade.driver, "good", by=trade.by["good"])


def test_a_line_that_its_buyer_changes_waits_for_an_answer_again(trade: Trade) -> None:
    make_verified(trade.driver, "stranger")
    batch = claim(trade.driver, "good", 1, by=trade.by["stranger"])
    actions.answer_batch(trade.driver, batch, answer="confirmed", by=trade.by["good"])
    assert trade.record() == (31, 31)
    later = claim(trade.driver, "good", 1, by=trade.by["stranger"], how=BAD)
    assert trade.record() == (30, 30)
    assert trade.told("good")[0] == "deliveries.claimed"
    (seen,) = read(trade.driver, delivery_claims.list_batches, viewer="good", limit=9)
    assert (seen.id, seen.claimed) == (later, 1)
    actions.undo_batch(trade.driver, later, by=trade.by["stranger"])
    assert trade.record() == (31, 31)
    (seen,) = read(trade.driver, delivery_claims.list_batches, viewer="good", limit=9)
    assert (seen.id, seen.confirmed) == (batch, 1)


def test_answers_are_the_suppliers_alone(trade: Trade) -> None:
    batch = claim(trade.driver, "good", 1, by=trade.by["stranger"])
    for name in ("stranger", "buyer", "plain"):
        with pytest.raises(NotFound):
            actions.answer_claim(trade.driver, "X0", answer="confirmed", by=trade.by[name])
        with pytest.raises(NotFound):
            actions.answer_batch(trade.driver, batch, answer="confirmed", by=trade.by[name])
    with pytest.raises(Forbidden):
        actions.answer_batch(
            trade.driver, batch, answer="confirmed", by=make_actor(trade.firms["good"], "buyer")
        )
    for answer, statement in (("maybe", "yes"), ("disputed", " x "), ("disputed", "x" * 501)):
        with pytest.raises(Invalid):
            actions.answer_claim(
                trade.driver, "X0", answer=answer, statement=statement, by=trade.by["good"]
            )
    assert [each.claim for each in _claims(trade)] == ["claimed"]


def _claims(trade: Trade) -> list[Any]:
    return read(trade.driver, delivery_claims.list_claims, viewer="good", limit=99)


def test_an_import_is_undone_by_its_maker_or_an_operator_and_by_nobody_else(trade: Trade) -> None:
    operator = Actor(user_id="o", firm_id="", role="owner", is_operator=True)
    before = trade.picture("stranger"), trade.counters()
    first = claim(trade.driver, "good", 3, by=trade.by["stranger"], start="A")
    second = claim(trade.driver, "plain", 3, by=trade.by["stranger"], start="B")
    for name in ("good", "buyer"):
        with pytest.raises(NotFound):
            actions.undo_batch(trade.driver, first, by=trade.by[name])
    with pytest.raises(Forbidden):
        actions.undo_batch(trade.driver, first, by=make_actor(trade.firms["stranger"], "viewer"))
    actions.undo_batch(trade.driver, first, by=trade.by["stranger"])
    actions.undo_batch(trade.driver, second, by=operator)
    assert (trade.picture("stranger"), trade.counters()) == before
    assert trade.told("good") == ["deliveries.undone", "deliveries.claimed"]
    assert trade.told("stranger")[0] == "deliveries.undone"
    with pytest.raises(Conflict, match="undone before"):
        actions.undo_batch(trade.driver, first, by=trade.by["stranger"])
    states = {
        each.batch.id: each.state
        for each in read(trade.driver, delivery_batches.list_sent, viewer="stranger", limit=9)
    }
    assert states == {first: "undone", second: "undone"}


def test_a_large_batch_is_undone_in_parts_that_a_sweep_ends(
    trade: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "PART_LINES", 4)
    monkeypatch.setattr(actions, "HASTY_TRIES", 2)
    before = trade.counters()
    batch = claim(trade.driver, "good", 13, by=trade.by["stranger"])
    actions.undo_batch(trade.driver, batch, by=trade.by["stranger"])
    assert len(_claims(trade)) == 5
    assert actions.finish_undoing(trade.driver, NOW) == 0
    assert actions.finish_undoing(trade.driver, NOW) == 1
    assert (_claims(trade), trade.counters(), trade.own()) == ([], before, [])


def test_what_the_operator_imports_counts_and_stays_the_operators(trade: Trade) -> None:
    batch = send(
        trade.driver, [line("O1", "plain", "maker"), line("O2", "plain", "maker")], by=None
    )
    assert trade.record("plain") == (2, 2)
    assert trade.told("plain") == []
    with pytest.raises(AssertionError, match="The operator recorded this"):
        send(trade.driver, [line("O1", "plain", "maker", how=BAD)], by=trade.by["maker"])
    with pytest.raises(NotFound):
        actions.undo_batch(trade.driver, batch, by=trade.by["maker"])
    operator = Actor(user_id="o", firm_id="", role="owner", is_operator=True)
    actions.undo_batch(trade.driver, batch, by=operator)
    assert trade.record("plain") == (0, 0)


@pytest.mark.parametrize("seed", range(4))
def test_counters_follow_whatever_is_sent_answered_and_undone(trade: Trade, seed: int) -> None:
    """Random walks: after every step the counters are those of the whole ledger, counted anew."""
    draws = random.Random(seed)
    make_verified(trade.driver, "stranger", "maker")
    batches: list[tuple[str, str | None]] = []
    for _ in range(12):
        step = draws.choice(["send", "send", "send", "answer", "trust", "undo"])
        name = draws.choice(["stranger", "maker", "buyer"])
        if step == "send":
            by = None if draws.random() < 0.2 else trade.by[name]
            lines = [
                line(f"{name}{key}", draws.choice(["good", "plain", "stranger"]), name, how=how)
                for key in draws.sample(range(6), draws.randint(1, 4))
                for how in [draws.choice([GOOD, BAD, ("2026-05-04", "", "", "")])]
                if True
            ]
            lines = [each for each in lines if each[1] != each[2]]
            batches += _send_if_allowed(trade, lines, by)
        elif step == "answer" and batches:
            _answer_some(trade, draws, batches)
        elif step == "trust":
            if draws.random() < 0.5:
                actions.trust_buyer(trade.driver, "maker", by=trade.by["good"])
        elif step == "undo" and batches:
            batch, maker = batches.pop(draws.randrange(len(batches)))
            operator = Actor(user_id="o", firm_id="", role="owner", is_operator=True)
            actions.undo_batch(trade.driver, batch, by=trade.by[maker] if maker else operator)
        kept = trade.counters(), trade.own(), trade.claims()
        assert kept == trade.anew()
    for batch, maker in draws.sample(batches, len(batches)):
        operator = Actor(user_id="o", firm_id="", role="owner", is_operator=True)
        actions.undo_batch(trade.driver, batch, by=trade.by[maker] if maker else operator)
    left = read(trade.driver, lambda tx: row(tx, "MATCH (d:Delivery) RETURN count(d) AS n"))
    assert left == {"n": 30}
    assert (
        read(trade.driver, lambda tx: rows(tx, "MATCH (k:ReplacedDelivery) RETURN k.id AS id"))
        == []
    )
    assert trade.record() == (30, 30)
    assert trade.own() == []


def _send_if_allowed(
    trade: Trade, lines: list[list[str]], by: Actor | None
) -> list[tuple[str, str | None]]:
    if not lines:
        return []
    before = _newest(trade, by)
    try:
        batch = send(trade.driver, lines, by=by)
    except (AssertionError, IndexError):
        return []  # the operator's lines stay as they are, and what is the same is no batch
    return [] if batch == before else [(batch, by.firm_id if by else None)]


def _newest(trade: Trade, by: Actor | None) -> str:
    sent = read(trade.driver, delivery_batches.list_sent, viewer=by.firm_id if by else "", limit=1)
    return sent[0].batch.id if sent else ""


def _answer_some(trade: Trade, draws: random.Random, batches: list[tuple[str, str | None]]) -> None:
    batch, _ = draws.choice(batches)
    answer = draws.choice(["confirmed", "confirmed", "disputed", "claimed"])
    for supplier in ("good", "plain", "stranger"):
        try:
            actions.answer_batch(
                trade.driver, batch, answer=answer, statement="Not so.", by=trade.by[supplier]
            )
        except NotFound:
            continue


def test_lines_of_before_are_claims_of_firms_that_sent_files_and_else_the_operators(
    trade: Trade,
) -> None:
    make_verified(trade.driver, "stranger")
    for _ in range(3):
        make_delivery(trade.driver, "good", "stranger")
    write(trade.driver, write_track_records, [("good", "forgings")])
    assert trade.record() == (33, 33)
    assert actions.adopt_old_lines(trade.driver) == 0
    write(
        trade.driver,
        lambda tx: row(tx, "CREATE (u:Upload {id: 'u', firm_id: 'stranger'}) RETURN 1 AS n"),
    )
    assert actions.adopt_old_lines(trade.driver) == 3
    assert actions.adopt_old_lines(trade.driver) == 0
    assert trade.record() == (30, 30)
    assert trade.told("good") == ["deliveries.claimed"]
    (seen,) = read(trade.driver, delivery_claims.list_batches, viewer="good", limit=9)
    assert seen.claimed == 3
    assert date.fromisoformat(seen.at[:10])


def test_the_operator_lists_imports_and_takes_one_back_at_the_machine(trade: Trade) -> None:
    batch = claim(trade.driver, "good", 2, by=trade.by["stranger"])
    listed = CliRunner().invoke(command, ["list"]).output
    assert batch in listed
    assert "stranger works (stranger)  there  2" in listed
    done = CliRunner().invoke(command, ["undo", batch])
    assert done.output == "2 lines are taken back; firms, parts and prices stay.\n"
    assert _claims(trade) == []
    assert isinstance(CliRunner().invoke(command, ["undo", "nothing"]).exception, NotFound)


def test_a_card_and_a_ranking_count_what_one_bought_alike(driver: Driver) -> None:
    """A buyer's own word counts on its card of the supplier, and on nobody else's."""
    supplier, buyer, other = (make_firm(driver, name=each) for each in ("A", "B", "C"))
    make_part(driver, "ring")
    by = make_actor(buyer)
    claim(driver, supplier.id, 3, by=by)
    claim(driver, supplier.id, 1, by=by, how=BAD, start="Y")
    card = get_card(driver, supplier.id, by=by, today=TODAY)
    ranked = read(driver, records_of, supplier.id, "forgings", viewer=buyer.id)
    assert (card.bought.lines, card.bought.on_time) == (4, 3)
    assert (ranked.own["delivered"], ranked.own["on_time"]) == (4, 3)
    assert get_card(driver, buyer.id, by=make_actor(supplier), today=TODAY).sold.lines == 0
    assert get_card(driver, supplier.id, by=make_actor(other), today=TODAY).bought.lines == 0
