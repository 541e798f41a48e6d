"""The split that is recommended: least landed cost and expected loss among what is in time.

Where every bid has one price and nothing binds lines together, the cheapest quote first is the
best there is. Else a small problem is solved at once; a large one, or one that takes too long, is
filled line by line and says so: an award study works it out.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import Final, Literal, TypeAlias

from supplychain.award.answer import Answer
from supplychain.award.checking.check import violations
from supplychain.award.problem.problem import Limits, Pair, Problem, Rule
from supplychain.award.problem.reading import parse
from supplychain.award.problem.writing import to_raw
from supplychain.award.scenarios.plan import in_time_rules
from supplychain.award.solving.pricing import objective, price
from supplychain.award.solving.solve import solve
from supplychain.model.award_studies.capacities import within_reach
from supplychain.model.award_studies.facts import StudyFacts, study_facts, with_losses
from supplychain.model.award_studies.problems import NO_FACTS, BidderFacts, choice_of, problem_of
from supplychain.model.award_studies.study import as_text
from supplychain.model.awards.comparisons import Allocation, propose
from supplychain.model.awards.landed import LandedByPair
from supplychain.model.awards.records import BidderRecords
from supplychain.model.bids.bid import Bid
from supplychain.model.calendars.firm_days import FirmDays
from supplychain.model.cost_settings import CostSettings
from supplychain.model.parts_requests.parts_request import PartsRequest

AT_ONCE_BIDS: Final = 60
"""So many bids for lines are solved while a page waits: a few hundredths of a second as a rule."""
AT_ONCE_S: Final = 0.6
"""What is not proven by then is filled line by line, so that every process tells the same."""
KEPT_SPLITS_ITEMS: Final = 256

HowFilled: TypeAlias = Literal["optimal", "line_by_line"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation:
    """What is filled in before a buyer types anything.

    Attributes:
        allocations: who gets how much.
        how: optimal (proven), or line_by_line (the cheapest quote first, not proven).
        may_be_late: the rule that all is in time was left out.
        late_lines: lines of which some would come late: nobody covers them in time, or the rule
            was left out.
        in_time_price: what it costs that nobody late wins, by landed cost and expected loss; None
            where nobody is late or nothing is proven, 0 where it costs nothing.
        is_loss_known: somebody has a record; else expected losses decide nothing.
    """

    allocations: tuple[Allocation, ...]
    how: HowFilled
    may_be_late: bool = False
    late_lines: tuple[str, ...] = ()
    in_time_price: Decimal | None = None
    is_loss_known: bool = True


def build_problem(
    request: PartsRequest,
    opened: Sequence[tuple[Bid, str]],
    landed: LandedByPair,
    records: BidderRecords,
    settings: CostSettings,
    incumbents: dict[str, str],
    *,
    days: FirmDays,
    facts: BidderFacts = NO_FACTS,
    seconds: float = 30.0,
) -> tuple[Problem, StudyFacts]:
    """The problem of the opened bids without rules, with expected losses, and what tells it.

    Args:
        request: with its lines.
        opened: bids with the names of their firms; those that no longer hold are left out.
        landed: what comes upon the price of each bid's line.
        records: what the buyer's ranking knew of a firm for a line.
        settings: what the buyer reckons with.
        incumbents: part id to the firm that supplies most of it today.
        days: of the award, at the bidders.
        facts: what else there is.
        seconds: for solving it.
    """
    problem, short = within_reach(
        problem_of(
            request,
            [bid for bid, _ in opened],
            landed,
            days=days,
            facts=facts,
            seconds=seconds,
        )
    )
    kept = study_facts(
        request,
        opened,
        problem,
        records,
        incumbents,
        short=short,
        days=days,
        settings=settings,
        landed=landed,
    )
    return with_losses(problem, kept), kept


def recommend(
    request: PartsRequest,
    opened: Sequence[tuple[Bid, str]],
    landed: LandedByPair,
    records: BidderRecords,
    settings: CostSettings,
    *,
    days: FirmDays,
    facts: BidderFacts = NO_FACTS,
    may_be_late: bool = False,
) -> Recommendation:
    """The split that is recommended.

    Args:
        request: with its lines.
        opened: bids that may win, with the names of their firms.
        landed: what comes upon the price of each bid's line.
        records: what the buyer's ranking knew of a firm for a line.
        settings: what the buyer reckons with.
        days: of the award, at the bidders.
        facts: what the bidders can make in time.
        may_be_late: the rule that all is in time is left out.
    """
    problem, kept = build_problem(
        request, opened, landed, records, settings, {}, days=days, facts=facts
    )
    if not problem.bids:
        return Recommendation(allocations=(), how="optimal")
    bids, today = [bid for bid, _ in opened], request.today(days.at)
    rules = in_time_rules(problem)
    losses = {(bid.supplier, bid.line): bid.expected_cost for bid in problem.bids}

    def fill(left_out: frozenset[Pair]) -> tuple[Allocation, ...]:
        return propose(request, bids, landed, today, losses=losses, left_out=left_out)

    best, how = _fill_best(problem, bids, fill(_late_pairs(problem, rules)), rules)
    free, how_free = _fill_best(problem, bids, fill(frozenset()), ()) if rules else (best, how)
    proven = rules and how == how_free == "optimal"
    shown, told = (free, how_free) if may_be_late else (best, how)
    return Recommendation(
        allocations=shown,
        how=told,
        may_be_late=may_be_late,
        late_lines=_list_late_lines(shown, kept),
        in_time_price=_cost_of(problem, best, bids) - _cost_of(problem, free, bids)
        if proven
        else None,
        is_loss_known=any(pair.is_loss_known for pair in kept.pairs),
    )


def _late_pairs(problem: Problem, rules: Sequence[Rule]) -> frozenset[Pair]:
    """The bids that the rules leave out."""
    lines = {rule.line for rule in rules}
    return frozenset(
        (bid.supplier, bid.line)
        for bid in problem.bids
        if bid.late and (None in lines or bid.line in lines)
    )


def _fill_best(
    problem: Problem,
    bids: Sequence[Bid],
    greedy: tuple[Allocation, ...],
    rules: Sequence[Rule],
) -> tuple[tuple[Allocation, ...], HowFilled]:
    """The best split where it can be proven at once, else the one filled line by line."""
    if is_separable(problem):
        return greedy, "optimal"
    if len(problem.bids) > AT_ONCE_BIDS:
        return greedy, "line_by_line"
    limited = replace(_weigh_losses(problem), limits=Limits(seconds=AT_ONCE_S)).with_rules(rules)
    answer = _solve_text(as_text(to_raw(limited)))
    if answer.status != "optimal" or answer.cost is None:
        return greedy, "line_by_line"
    priced = price(limited, _quantities_of(greedy, bids))
    cost, least = objective(limited, priced), objective(limited, answer)
    if cost is not None and least is not None and cost <= least and not violations(limited, priced):
        return greedy, "optimal"
    return choice_of(answer, bids), "optimal"


@lru_cache(maxsize=KEPT_SPLITS_ITEMS)
def _solve_text(text: str) -> Answer:
    """The answer to a problem's JSON: a page that is looked at again solves nothing again."""
    return solve(parse(json.loads(text)), explained=False)


def is_separable(problem: Problem) -> bool:
    """Whether the cheapest quote first is the best: one price a bid, and nothing else binds."""
    once = any(one.one_off_cost for one in problem.suppliers)
    return not (problem.bundles or problem.capacities or once) and all(
        len(bid.tiers) == 1 and bid.min_quantity <= 1 and not (bid.line_cost or bid.pack)
        for bid in problem.bids
    )  # fmt: skip


def _weigh_losses(problem: Problem) -> Problem:
    if not any(bid.expected_cost for bid in problem.bids):
        return problem
    return replace(problem, objective="expected_cost", expected_weight=Decimal(1))


def _cost_of(problem: Problem, split: Sequence[Allocation], bids: Sequence[Bid]) -> Decimal:
    weighted = _weigh_losses(problem)
    return objective(weighted, price(weighted, _quantities_of(split, bids))) or Decimal(0)


def _quantities_of(split: Sequence[Allocation], bids: Sequence[Bid]) -> dict[Pair, Decimal]:
    firms = {bid.id: bid.firm_id for bid in bids}
    return {
        (firms[each.bid_id], each.request_line_id): Decimal(each.quantity)
        for each in split
        if each.quantity
    }


def _list_late_lines(split: Sequence[Allocation], facts: StudyFacts) -> tuple[str, ...]:
    late = {(pair.bid_id, pair.line) for pair in facts.pairs if pair.late_days > 0}
    return tuple(
        dict.fromkeys(
            each.request_line_id
            for each in split
            if each.quantity and (each.bid_id, each.request_line_id) in late
        )
    )
