"""What each rule of a problem costs: the award with it against the award without it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final, Literal, TypeAlias

from supplychain.award.answer import Answer, Report
from supplychain.award.checking.check import violations
from supplychain.award.exact import divided, exactly
from supplychain.award.problem.problem import Problem, Rule
from supplychain.award.scenarios.scenarios import Budget, quantities_of, repriced, value_of

Sense: TypeAlias = Literal["exact", "at_least", "at_most", "about", "impossible", "unknown"]

PERCENT_STEP: Final = Decimal("0.000001")


@dataclass(frozen=True, slots=True, kw_only=True)
class RulePrice:
    """What a rule costs.

    Attributes:
        sense: how ``difference`` is meant. exact: both awards are optimal; at_least, at_most: one
            of them might still become cheaper; about: both might, the truth lies between ``low``
            and ``high``; impossible: nothing fits with the rule, something does without;
            unknown: an award is missing.
        difference: with − without, by the problem's objective; never below 0.
        percent: of the award without the rule.
        low, high: what is proven about the difference.
    """

    rule: Rule
    sense: Sense
    with_rule: Answer
    without_rule: Answer
    difference: Decimal | None = None
    percent: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None


def rule_prices(
    problem: Problem, *, seconds: float, report: Report | None = None, answer: Answer | None = None
) -> tuple[RulePrice, ...]:
    """Price every rule, each by solving once more without it, in ``seconds`` altogether.

    Args:
        answer: the award with all rules, if it is known already.
        report: told of every step of every solve; saying stop returns the prices so far.
    """
    budget = Budget(seconds, len(problem.rules) + (answer is None), report)
    whole = answer or budget.solve(problem)
    found = []
    for rule in problem.rules:
        if budget.stopped:
            break
        found.append(_price(problem, rule, whole, budget))
    return tuple(found)


def _price(problem: Problem, rule: Rule, whole: Answer, budget: Budget) -> RulePrice:
    easier = replace(problem, rules=tuple(one for one in problem.rules if one is not rule))
    without = _better(easier, budget.solve(easier, start=quantities_of(whole)), whole)
    dear, cheap = value_of(problem, whole), value_of(easier, without)
    if whole.status == "infeasible" and cheap is not None:
        return RulePrice(rule=rule, sense="impossible", with_rule=whole, without_rule=without)
    if dear is None or cheap is None:
        return RulePrice(rule=rule, sense="unknown", with_rule=whole, without_rule=without)
    with exactly():
        difference = max(Decimal(0), dear - cheap)
        low = max(Decimal(0), (whole.bound or Decimal(0)) - cheap)
        high = dear - (without.bound or Decimal(0))
    return RulePrice(
        rule=rule,
        sense=SENSES[whole.status == "optimal", without.status == "optimal"],
        with_rule=whole,
        without_rule=without,
        difference=difference,
        percent=divided(100 * difference, cheap, PERCENT_STEP) if cheap else None,
        low=low,
        high=max(high, difference),
    )


SENSES: Final[dict[tuple[bool, bool], Sense]] = {
    (True, True): "exact",
    (True, False): "at_least",
    (False, True): "at_most",
    (False, False): "about",
}
"""By whether the award with, and the award without the rule is optimal."""


def _better(easier: Problem, found: Answer, whole: Answer) -> Answer:
    """The award with the rule is one without it, too: take it where it is cheaper."""
    other = repriced(easier, whole)
    if other is None or violations(easier, other):
        return found
    ours, theirs = value_of(easier, found), value_of(easier, other)
    if theirs is None or (ours is not None and ours <= theirs):
        return found
    if found.bound is None:
        return replace(other, seconds=found.seconds)
    with exactly():
        bound = min(found.bound, theirs)
        difference = theirs - bound
    gap = divided(difference, theirs, Decimal("1e-12")) if theirs else Decimal(0)
    return replace(other, bound=bound, gap=gap, status=found.status, seconds=found.seconds)
