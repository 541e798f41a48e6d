"""What each rule costs: the award with it against the award without it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal, TypeAlias

from supplychain.award.answer import Answer
from supplychain.award.exact import divided, exactly, rounded
from supplychain.award.problem.problem import Problem, Rule
from supplychain.award.scenarios.plan import (
    CHEAPEST,
    EXPECTED,
    OWN,
    RECOMMENDED,
    Run,
    ScenarioPlan,
    problem_of_run,
)
from supplychain.award.solving.pricing import objective

PriceSense: TypeAlias = Literal["exact", "at_least", "at_most", "about", "impossible", "unknown"]

PERCENT_STEP: Final = Decimal("1e-6")
PART_STEP: Final = Decimal("1e-12")
"""A difference as a part of the cost without the rule is rounded to this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RulePrice:
    """What rules cost together.

    Attributes:
        name: of the run with the rules.
        rules: that are priced.
        own_index: the place of an own sentence among the wishes; None for the plan's own rules.
        sense: how ``difference`` is meant. exact: both awards are optimal; at_least, at_most: one
            of them might still become cheaper; about: both might, the truth lies between ``low``
            and ``high``; impossible: nothing fits with the rules, something does without;
            unknown: an award is missing.
        difference: with − without, by the objective of the run; never below 0, since leaving a
            rule out costs nothing: what a time limit made look so is 0.
        part: the same, of the award without the rules.
        low, high: what is proven about the difference.
    """

    name: str
    rules: tuple[Rule, ...]
    own_index: int | None = None
    sense: PriceSense
    difference: Decimal | None = None
    part: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None

    @property
    def percent(self) -> Decimal | None:
        """``part`` in percent, to six decimals."""
        return None if self.part is None else rounded(100 * self.part, PERCENT_STEP)

    @property
    def is_proven(self) -> bool:
        """Both awards are the cheapest of their kind; else the price is only near."""
        return self.sense == "exact"


def scenario_price(problem: Problem, run: Run, answers: Mapping[str, Answer]) -> RulePrice:
    """What the rules of a run of the plan cost, against the cheapest split.

    What is recommended weighs expected losses, so without its rules it is the split of the least
    expected cost.

    Args:
        problem: the plan's.
        answers: by key of their runs; that of ``run`` is among them.
    """
    beside = EXPECTED if run.key == RECOMMENDED and EXPECTED in answers else CHEAPEST
    return _price_rules(
        problem_of_run(problem, run), run, run.rules, answers[run.key], answers.get(beside)
    )


def own_prices(
    plan: ScenarioPlan, runs: Mapping[str, Run], answers: Mapping[str, Answer]
) -> tuple[RulePrice, ...]:
    """What each own sentence costs: what leaving it out would save.

    Args:
        runs, answers: by key, as far as they were worked out. A sentence whose run without it is
            still to come is left out.
    """
    own, answer = runs.get(OWN), answers.get(OWN)
    if own is None or answer is None:
        return ()
    prices = []
    for index, sentence in enumerate(plan.wishes.sentences):
        key = CHEAPEST if plan.prices_own_by_cheapest() else f"without-{index}"
        cheapest = answers.get(CHEAPEST)
        nothing_fits = cheapest is not None and cheapest.cost is None
        if key in answers or nothing_fits:
            problem = problem_of_run(plan.problem, own)
            price = _price_rules(problem, own, sentence, answer, answers.get(key), index=index)
            prices.append(price)
    return tuple(prices)


def _price_rules(
    problem: Problem,
    run: Run,
    rules: tuple[Rule, ...],
    with_rules: Answer,
    without_rules: Answer | None,
    *,
    index: int | None = None,
) -> RulePrice:
    dear = objective(problem, with_rules)
    cheap = None if without_rules is None else objective(problem, without_rules)
    if without_rules is None or dear is None or cheap is None:
        is_impossible = with_rules.status == "infeasible" and cheap is not None
        sense: PriceSense = "impossible" if is_impossible else "unknown"
        return RulePrice(name=run.name, rules=rules, own_index=index, sense=sense)
    with exactly():
        difference = max(Decimal(0), dear - cheap)
        low = max(Decimal(0), (with_rules.bound or Decimal(0)) - cheap)
        high = dear - (without_rules.bound or Decimal(0))
    return RulePrice(
        name=run.name,
        rules=rules,
        own_index=index,
        sense=SENSES[with_rules.status == "optimal", without_rules.status == "optimal"],
        difference=difference,
        part=divided(difference, cheap, PART_STEP) if cheap else None,
        low=low,
        high=max(high, difference),
    )


SENSES: Final[dict[tuple[bool, bool], PriceSense]] = {
    (True, True): "exact",
    (True, False): "at_least",
    (False, True): "at_most",
    (False, False): "about",
}
"""By whether the award with, and the award without the rules is optimal."""
