"""Awarding: exactly once, with an order for each winner."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from neo4j import Driver

from supplychain.actions.awards.changes import scenario_to_take
from supplychain.actions.awards.recommending import Recommendation, recommend
from supplychain.actions.verification import SUSPENDED_WINNER
from supplychain.errors import Conflict
from supplychain.graph import award_studies, awards, buyer_costs, events, firms, verification
from supplychain.graph.awards import DecidedAward
from supplychain.graph.bids import opened_bids
from supplychain.graph.capacity import booked_rooms, holds
from supplychain.graph.engine.reading import together
from supplychain.graph.engine.transactions import Once, Tx, read, write_once
from supplychain.graph.firm_days import read_days_of_request
from supplychain.graph.orders import orders
from supplychain.graph.parts_requests import parts_requests
from supplychain.matching.cost.bid_terms import BuyerCosts, bid_terms
from supplychain.model.award_studies.problems import BidderFacts
from supplychain.model.awards.award import AwardChoice, Decision, decide_award, decide_none
from supplychain.model.awards.comparisons import Allocation
from supplychain.model.awards.landed import LandedByPair
from supplychain.model.awards.records import BidderRecords
from supplychain.model.awards.tables import LineTable, SupplierTotal, line_tables, supplier_totals
from supplychain.model.bids.bid import Bid
from supplychain.model.calendars.firm_days import FirmDays
from supplychain.model.ids import new_id, utc_now
from supplychain.model.parts_requests.parts_request import PartsRequest
from supplychain.model.people.actors import Actor
from supplychain.model.quantities import whole_units


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """All that a buyer decides on; ``award`` is None until it is decided.

    ``opened`` are the bids in the request's currency, ``owed`` all of them by id as they are owed,
    ``waiting`` those in a currency without a rate: they cannot be compared.
    """

    request: PartsRequest
    opened: list[tuple[Bid, str]]
    owed: dict[str, Bid]
    waiting: list[tuple[Bid, str]]
    tables: tuple[LineTable, ...]
    totals: tuple[SupplierTotal, ...]
    recommendation: Recommendation
    award: DecidedAward | None

    @property
    def proposal(self) -> tuple[Allocation, ...]:
        """What is filled in before anything is typed."""
        return self.recommendation.allocations


def award(
    driver: Driver,
    request_id: str,
    choice: AwardChoice,
    *,
    by: Actor,
    once: Once | None = None,
    now: datetime | None = None,
) -> str:
    """Award a request and order from its winners; returns the award's id.

    PartsRequest: evaluating -> awarded; bids: open -> won | lost.

    Raises:
        Forbidden: the actor is no buyer of its firm.
        NotFound: no such request of the actor's firm.
        NotOpen: the bids are sealed, or the request is decided.
        Invalid: the choice does not fit the bids.
        Conflict: a winner is suspended.
    """
    by.check_role("buyer")
    return write_once(
        driver, once, _award_request, request_id, choice, by, new_id(), now or utc_now()
    )


def award_nothing(
    driver: Driver,
    request_id: str,
    reason: str,
    *,
    by: Actor,
    once: Once | None = None,
    now: datetime | None = None,
) -> str:
    """End a request without an award. PartsRequest: evaluating -> failed; bids: open -> lost.

    Raises:
        Forbidden, NotFound, NotOpen: as for ``award``.
        Invalid: no reason was given.
    """
    by.check_role("buyer")
    return write_once(
        driver, once, _award_nobody, request_id, reason, by, new_id(), now or utc_now()
    )


def compare(
    driver: Driver,
    request_id: str,
    *,
    by: Actor,
    read_typed: Callable[[], tuple[Allocation, ...] | None] = lambda: None,
    may_be_late: bool = False,
    now: datetime | None = None,
) -> Comparison:
    """The opened bids of a request side by side, with what was typed, awarded or is proposed.

    ``read_typed`` says what was typed; it may ask the graph, which is waited for together with the
    bids. With ``may_be_late`` what is proposed need not be in time.

    Raises:
        NotFound: no such request of the actor's firm.
        NotOpen: the bids are sealed; the answer tells their number alone.
    """
    return read(
        driver,
        _read_comparison,
        request_id,
        read_typed,
        by.firm_id,
        now or utc_now(),
        may_be_late=may_be_late,
    )


def _read_comparison(
    tx: Tx,
    request_id: str,
    read_typed: Callable[[], tuple[Allocation, ...] | None],
    viewer: str,
    now: datetime,
    *,
    may_be_late: bool,
) -> Comparison:
    request, listed, records, award, out, typed, weighed = together(
        lambda: parts_requests.get(tx, request_id, viewer=viewer),
        lambda: opened_bids.list_beside_owed(tx, request_id, viewer=viewer),
        lambda: awards.records(tx, request_id, viewer=viewer),
        lambda: awards.find(tx, request_id, viewer=viewer),
        lambda: verification.list_suspended_bidders(tx, request_id, viewer=viewer),
        read_typed,
        lambda: together(
            lambda: buyer_costs.read_costs(tx, request_id, viewer=viewer),
            lambda: booked_rooms.read_bidder_rooms(tx, request_id, viewer=viewer),
            lambda: read_days_of_request(tx, request_id, viewer=viewer, at=now),
        ),
    )
    costs, (rooms, shown), days = weighed
    opened = [(each.bid, each.firm_name) for each in listed.compared]
    days = replace(days, at=request.decided_at or now)
    today = request.today(days.at)
    landed = bid_terms(request, [bid for bid, _ in opened], costs, today=today)
    able = [each for each in opened if each[0].firm_id not in out]
    best = recommend(
        request, able, landed, records, costs.settings, days=days,
        facts=BidderFacts(rooms=rooms, shown=shown), may_be_late=may_be_late,
    )  # fmt: skip
    taken = award.award.allocations if award else best.allocations if typed is None else typed
    tables = line_tables(request, opened, landed, records, taken, days)
    return Comparison(
        request=request,
        opened=opened,
        tables=tables,
        totals=supplier_totals(opened, tables, listed.owed),
        owed=listed.owed,
        waiting=[(each.bid, each.firm_name) for each in listed.waiting],
        recommendation=best,
        award=award,
    )


def _award_request(
    tx: Tx, request_id: str, choice: AwardChoice, by: Actor, award_id: str, now: datetime
) -> str:
    request = parts_requests.lock(tx, request_id, viewer=by.firm_id)
    request.check_awardable()
    known = _read_known(tx, request, by, now)
    decision = decide_award(
        request,
        [bid for bid, _ in known.opened],
        choice,
        known.landed,
        recommended=known.recommend(request).allocations,
        owed=known.owed,
        waiting=known.waiting,
        days=known.days,
        award_id=award_id,
        user_id=by.user_id,
    )
    _check_winners(tx, decision)
    taken_from = scenario_to_take(tx, choice.scenario_id, request_id, viewer=by.firm_id)
    made = _keep_decision(tx, decision, "award.decided", by, now)
    if taken_from:
        award_studies.tie(tx, made, taken_from)
    return made


def _check_winners(tx: Tx, decision: Decision) -> None:
    out = verification.list_suspended(tx, [order.supplier_id for order in decision.orders])
    if out:
        name = firms.names(tx, sorted(out)).get(min(out), "")
        raise Conflict(SUSPENDED_WINNER, firm=name)


def _award_nobody(
    tx: Tx, request_id: str, reason: str, by: Actor, award_id: str, now: datetime
) -> str:
    request = parts_requests.lock(tx, request_id, viewer=by.firm_id)
    request.check_awardable()
    known = _read_known(tx, request, by, now)
    decision = decide_none(
        request,
        [bid for bid, _ in known.opened],
        reason,
        known.landed,
        waiting=known.waiting,
        award_id=award_id,
        user_id=by.user_id,
        now=now,
    )
    return _keep_decision(tx, decision, "award.none", by, now)


@dataclass(frozen=True, slots=True, kw_only=True)
class BidsToJudge:
    """The opened bids of a request with all that they are judged by; ``out`` may not win."""

    opened: list[tuple[Bid, str]]
    owed: dict[str, Bid]
    waiting: list[Bid]
    landed: LandedByPair
    records: BidderRecords
    costs: BuyerCosts
    facts: BidderFacts
    out: frozenset[str]
    days: FirmDays

    def recommend(self, request: PartsRequest) -> Recommendation:
        """The split that is recommended for a request."""
        able = [each for each in self.opened if each[0].firm_id not in self.out]
        return recommend(
            request, able, self.landed, self.records, self.costs.settings, days=self.days,
            facts=self.facts,
        )  # fmt: skip


def _read_known(tx: Tx, request: PartsRequest, by: Actor, now: datetime) -> BidsToJudge:
    listed = opened_bids.list_beside_owed(tx, request.id, viewer=by.firm_id)
    opened = [(each.bid, each.firm_name) for each in listed.compared]
    costs = buyer_costs.read_costs(tx, request.id, viewer=by.firm_id)
    rooms, shown = booked_rooms.read_bidder_rooms(tx, request.id, viewer=by.firm_id)
    out = verification.list_suspended(tx, [bid.firm_id for bid, _ in opened])
    return BidsToJudge(
        opened=opened,
        owed=listed.owed,
        waiting=[each.bid for each in listed.waiting],
        landed=bid_terms(request, [bid for bid, _ in opened], costs, today=request.today(now)),
        records=awards.records(tx, request.id, viewer=by.firm_id),
        costs=costs,
        facts=BidderFacts(rooms=rooms, shown=shown),
        out=frozenset(out),
        days=read_days_of_request(tx, request.id, viewer=by.firm_id, at=now),
    )


def _keep_decision(tx: Tx, decision: Decision, kind: str, by: Actor, now: datetime) -> str:
    """Write all that an award changes, then tell of it: each bidder learns its own outcome."""
    request = decision.request
    parts_requests.save(tx, request)
    for order in decision.orders:
        orders.create(tx, order)
    awards.create(tx, decision.award, order_ids=[order.id for order in decision.orders])
    awards.judge_bids(tx, decision.bids)
    taken = decision.award.allocations
    won = {(each.bid_id, each.request_line_id): whole_units(each.quantity) for each in taken}
    holds.settle_request(tx, request.id, won)
    _tell_buyer(tx, kind, decision, by, now)
    ranked = sum(bid.rank is not None for bid in decision.bids)
    for bid in decision.bids:
        _tell_bidder(tx, bid, request, ranked, by, now)
    for order in decision.orders:
        events.record(
            tx,
            "order.offered",
            about_kind="order",
            about_id=order.id,
            by=by,
            at=now,
            tells=[order.supplier_id],
            facts={"number": order.number, "title": request.title},
        )
    return decision.award.id


def _tell_buyer(tx: Tx, kind: str, decision: Decision, by: Actor, now: datetime) -> None:
    facts = {
        "number": decision.request.number,
        "title": decision.request.title,
        "orders": len(decision.orders),
    }
    events.record(
        tx,
        kind,
        about_kind="parts_request",
        about_id=decision.request.id,
        by=by,
        at=now,
        facts=facts,
    )


def _tell_bidder(
    tx: Tx, bid: Bid, request: PartsRequest, count: int, by: Actor, now: datetime
) -> None:
    facts = {"number": request.number, "title": request.title, "rank": bid.rank, "bids": count}
    events.record(
        tx,
        "bid.not_compared" if bid.rank is None else f"bid.{bid.state}",
        about_kind="bid",
        about_id=bid.id,
        by=by,
        at=now,
        tells=[bid.firm_id],
        facts=facts,
    )
