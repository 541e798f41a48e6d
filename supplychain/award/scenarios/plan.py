"""What is worked out for a request, in this order: named scenarios, prices of rules, two frontiers.

There is one plan. The command line walks it at once, the portal run by run and keeps each answer;
both get the same problems, so the same scenarios and prices. What follows the cheapest split
depends on it, so a plan is asked again as answers come in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final, Literal, TypeAlias

from supplychain.award.answer import Answer
from supplychain.award.exact import exactly, round_down_to
from supplychain.award.problem.coverage import can_cover
from supplychain.award.problem.problem import Problem, ProblemBid, Rule
from supplychain.award.program.results import Quantities
from supplychain.award.rules.group_share import GroupShare
from supplychain.award.rules.in_time import InTime
from supplychain.award.rules.incumbent import Incumbent
from supplychain.award.rules.max_suppliers import MaxSuppliers
from supplychain.award.rules.require import Require
from supplychain.award.rules.share import Share
from supplychain.award.rules.two_sources import TwoSources

RunKind: TypeAlias = Literal["scenario", "price", "suppliers", "risk"]

CHEAPEST: Final = "cheapest"
EXPECTED: Final = "expected"
RECOMMENDED: Final = "recommended"
OWN: Final = "own"
"""Keys of the runs that others are compared with."""

DEFAULT_SME_SHARE: Final = Decimal("0.3")
"""A round goal to start from; the buyer sets its own."""

DEFAULT_SOURCE_SHARE: Final = Decimal("0.8")
"""A second source with less than the rest is a sliver that helps nobody."""

DEFAULT_RUN_S: Final = 15
"""A run takes at most this long, unless its buyer says otherwise."""

MAX_PRICED_LINES: Final = 12
"""Prices of a rule line by line, and points of a frontier: each is one more program to solve, and
a buyer reads no more of them."""

MAX_FRONTIER_POINTS: Final = 10
"""See above."""

MIN_RUNS_ITEMS: Final = 8
"""About so many there are in a small study, for its progress before the cheapest split is there."""

FRONTIER_RISK_WEIGHTS: Final = ("0.5", "2", "4", "8", "16", "32")
"""Weights of the expected loss along the frontier; 0 is the cheapest, 1 the expected cost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a buyer wants to have worked out.

    Attributes:
        sentences: its own rules, a scenario by themselves; what is said in one breath (two
            sources, none above 80 %) is dropped and priced together.
        critical_lines: ids of the lines that want two sources; empty: all that can have them.
        most_share: what one supplier gets of a line with two sources at most, 0 to 1.
        at_most: suppliers in "few suppliers"; None: one less than the cheapest split has.
        sme_share: the part of the spend that small firms are to get, 0 to 1.
        seconds: for each run.
    """

    sentences: tuple[tuple[Rule, ...], ...] = ()
    critical_lines: tuple[str, ...] = ()
    most_share: Decimal = DEFAULT_SOURCE_SHARE
    at_most: int | None = None
    sme_share: Decimal = DEFAULT_SME_SHARE
    seconds: int = DEFAULT_RUN_S

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The own rules one by one."""
        return tuple(rule for sentence in self.sentences for rule in sentence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One thing to work out.

    Attributes:
        key: unique in its plan.
        kind: scenario, price (of a rule), suppliers or risk (points of a frontier).
        name: which scenario, or what the point or price is of.
        rules: that hold in it.
        risk_weight: what is added to the cost, times the expected loss, when splits are compared.
    """

    key: str
    kind: RunKind
    name: str
    rules: tuple[Rule, ...] = ()
    risk_weight: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioPlan:
    """What is to be worked out for a problem.

    Attributes:
        problem: without rules and with the objective ``cost``.
        wishes: the buyer's own rules and numbers.
        incumbents: suppliers of today with their line, or None for the whole request; empty:
            those that an own rule says leaving costs something.
        own_weight: of the expected loss in the buyer's own scenario.
    """

    problem: Problem
    wishes: Wishes
    incumbents: tuple[tuple[str, str | None], ...] = ()
    own_weight: Decimal = Decimal(0)

    @classmethod
    def of_file(cls, problem: Problem) -> ScenarioPlan:
        """The plan for a file: each of its rules is a wish of its own."""
        weight = problem.expected_weight if problem.objective == "expected_cost" else Decimal(0)
        return cls(
            problem=replace(problem, rules=(), objective="cost", expected_weight=Decimal(1)),
            wishes=Wishes(sentences=tuple((rule,) for rule in problem.rules)),
            own_weight=weight,
        )

    def runs(self, answers: Mapping[str, Answer]) -> tuple[Run, ...]:
        """All runs that can be told from the answers so far, by their keys; the cheapest first."""
        cheapest = Run(key=CHEAPEST, kind="scenario", name=CHEAPEST)
        first = answers.get(CHEAPEST)
        if first is None:
            return (cheapest,)
        if first.cost is None:
            return (cheapest, *self._own_runs())
        winners = len({one.supplier for one in first.allocations})
        return (
            cheapest,
            *self._named_runs(winners),
            *self._own_runs(),
            *self._price_runs(),
            *_supplier_runs(winners),
            *self._risk_runs(),
        )

    def next_run(self, answers: Mapping[str, Answer]) -> Run | None:
        """What is to be worked out next; None when all is."""
        return next((run for run in self.runs(answers) if run.key not in answers), None)

    def estimate_runs(self, answers: Mapping[str, Answer]) -> int:
        """How many runs there will be, at least."""
        return max(len(self.runs(answers)), MIN_RUNS_ITEMS)

    def recommended_key(self) -> str:
        """The run that is recommended: least landed cost and expected loss of what is in time."""
        if in_time_rules(self.problem):
            return RECOMMENDED
        return EXPECTED if self._has_losses() else CHEAPEST

    def problem_of(self, run: Run) -> Problem:
        """The whole problem of a run: with its rules and its objective."""
        return problem_of_run(self.problem, run)

    def start_of(self, run: Run, answers: Mapping[str, Answer]) -> Quantities | None:
        """A split to begin from: with all own rules where one is left out, else the cheapest."""
        answer = answers.get(OWN if run.key.startswith("without") else CHEAPEST)
        return None if answer is None else quantities_of(answer)

    def prices_own_by_cheapest(self) -> bool:
        """Whether what the one own sentence costs is told by the cheapest split itself."""
        return len(self.wishes.sentences) == 1 and not self.own_weight

    def critical_lines(self) -> list[str]:
        """The lines that want two sources: those wished for, else all that can have them."""
        lines, wished = self.problem.lines, set(self.wishes.critical_lines)
        if wished:
            return [line.id for line in lines if line.id in wished]
        offered: dict[str, Decimal] = {}
        bids: dict[str, int] = {}
        sizes = {line.id: line for line in lines}
        with exactly():
            for bid in self.problem.bids:
                line = sizes[bid.line]
                most = min(bid.max_quantity, line.quantity * self.wishes.most_share)
                most = round_down_to(most, bid.step_on(line))
                offered[bid.line] = offered.get(bid.line, Decimal(0)) + most
                bids[bid.line] = bids.get(bid.line, 0) + 1
        return [
            line.id
            for line in lines
            if line.divisible
            and not line.single_source
            and line.max_suppliers != 1
            and bids.get(line.id, 0) > 1
            and offered[line.id] >= line.quantity
        ]

    def _named_runs(self, winners: int) -> list[Run]:
        runs = []
        punctual = in_time_rules(self.problem)
        if punctual:
            weight = Decimal(1) if self._has_losses() else Decimal(0)
            best = replace(_scenario_run(RECOMMENDED, punctual), risk_weight=weight)
            runs.append(best)
        if self._has_losses():
            runs.append(Run(key=EXPECTED, kind="scenario", name=EXPECTED, risk_weight=Decimal(1)))
        at_most = self.wishes.at_most or max(1, winners - 1)
        runs.append(_scenario_run("few", (MaxSuppliers(at_most=at_most),)))
        lines = self.critical_lines()
        if lines:
            both = tuple(rule for line in lines for rule in self._two_sources_of(line))
            runs.append(_scenario_run("two_sources", both))
        if any(one.attributes.get("sme") for one in self.problem.suppliers):
            least = GroupShare(attribute="sme", equals=True, at_least=self.wishes.sme_share)
            runs.append(_scenario_run("sme", (least,)))
        kept = [Require(supplier=name, line=line) for name, line in self._suppliers_of_today()]
        if kept:
            runs.append(_scenario_run("incumbent", tuple(dict.fromkeys(kept))))
        return runs

    def _suppliers_of_today(self) -> tuple[tuple[str, str | None], ...]:
        return self.incumbents or tuple(
            (rule.supplier, rule.line) for rule in self.wishes.rules if isinstance(rule, Incumbent)
        )

    def _own_runs(self) -> list[Run]:
        if not self.wishes.rules:
            return []
        return [replace(_scenario_run(OWN, self.wishes.rules), risk_weight=self.own_weight)]

    def _price_runs(self) -> list[Run]:
        """Two sources for each critical line alone; each own rule left out of all the others."""
        lines = self.critical_lines()
        runs = [
            Run(
                key=f"line-{index}",
                kind="price",
                name="two_sources",
                rules=self._two_sources_of(line),
            )
            for index, line in enumerate(lines[:MAX_PRICED_LINES])
            if len(lines) > 1
        ]
        sentences = self.wishes.sentences
        if sentences and not self.prices_own_by_cheapest():
            runs += [
                Run(
                    key=f"without-{index}",
                    kind="price",
                    name=OWN,
                    rules=_flatten_sentences(sentences, without=index),
                    risk_weight=self.own_weight,
                )
                for index in range(len(sentences))
            ]
        return runs

    def _risk_runs(self) -> list[Run]:
        if not self._has_losses():
            return []
        return [
            Run(key=f"risk-{weight}", kind="risk", name=weight, risk_weight=Decimal(weight))
            for weight in FRONTIER_RISK_WEIGHTS
        ]

    def _has_losses(self) -> bool:
        """Whether bad and late deliveries are expected to cost anything."""
        return any(bid.expected_cost for bid in self.problem.bids)

    def _two_sources_of(self, line: str) -> tuple[Rule, ...]:
        bidders = [bid.supplier for bid in self.problem.bids if bid.line == line]
        return two_sources(line, bidders, self.wishes.most_share)


def in_time_rules(problem: Problem) -> tuple[Rule, ...]:
    """That nobody late wins, of each line that has late bids and can be covered without them.

    One rule for the whole request where that holds of all its lines with late bids.
    """
    late = {bid.line for bid in problem.bids if bid.late}
    if not late:
        return ()
    offered: dict[str, list[ProblemBid]] = {line: [] for line in late}
    for bid in problem.bids:
        if bid.line in late and not bid.late:
            offered[bid.line].append(bid)
    able = {
        line.id for line in problem.lines if line.id in late and can_cover(line, offered[line.id])
    }
    if able == late:
        return (InTime(),)
    return tuple(InTime(line=line) for line in sorted(able))


def problem_of_run(problem: Problem, run: Run) -> Problem:
    """A problem under a run's rules and objective.

    Args:
        problem: without rules and with the objective ``cost``.
    """
    if not run.risk_weight:
        return problem.with_rules(run.rules)
    weighted = replace(problem, objective="expected_cost", expected_weight=run.risk_weight)
    return weighted.with_rules(run.rules)


def two_sources(line: str, bidders: Iterable[str], most: Decimal) -> tuple[Rule, ...]:
    """The rules that a line has two sources, none of which gets more than a part of it."""
    shares = [
        Share(supplier=supplier, line=line, at_most=most)
        for supplier in sorted(bidders)
        if most < 1
    ]
    return (TwoSources(line=line), *shares)


def quantities_of(answer: Answer) -> Quantities | None:
    """The quantities of an answer by supplier and line; None if it has none."""
    if answer.cost is None:
        return None
    return {(one.supplier, one.line): one.quantity for one in answer.allocations}


def _supplier_runs(winners: int) -> list[Run]:
    """The cheapest split among at most 1, 2, … suppliers; the cheapest of all is there already."""
    return [
        Run(
            key=f"suppliers-{count}",
            kind="suppliers",
            name=str(count),
            rules=(MaxSuppliers(at_most=count),),
        )
        for count in range(max(1, winners - MAX_FRONTIER_POINTS), winners)
    ]


def _scenario_run(name: str, rules: tuple[Rule, ...]) -> Run:
    return Run(key=name, kind="scenario", name=name, rules=rules)


def _flatten_sentences(sentences: Sequence[Sequence[Rule]], *, without: int) -> tuple[Rule, ...]:
    return tuple(
        rule for index, sentence in enumerate(sentences) if index != without for rule in sentence
    )
