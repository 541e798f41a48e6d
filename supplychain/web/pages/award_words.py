"""Rules, scenarios and what stands in the way of a split, as sentences in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

from flask_babel import format_decimal

from supplychain.actions.awards.changes import Difference
from supplychain.award.answer import Clash
from supplychain.award.checking.violation import Violation
from supplychain.award.exact import decimal_text
from supplychain.award.infeasible.telling import describe_rule
from supplychain.award.problem.problem import Rule
from supplychain.award.rules.share import Share
from supplychain.award.rules.two_sources import TwoSources
from supplychain.award.scenarios.plan import OWN, Run
from supplychain.award.words import (
    FirmValue,
    LineValue,
    MoneyValue,
    PercentValue,
    Sentence,
    SentenceValue,
)
from supplychain.model.award_studies.facts import StudyFacts
from supplychain.model.award_studies.study import AwardStudy, Scenario
from supplychain.web.pages.filters import day, money, percent
from supplychain.web.pages.i18n import translate

SCENARIOS: Final = {
    "cheapest": ("Cheapest", "the least landed cost, without any rule, even if it comes late"),
    "recommended": (
        "Recommended",
        "the least landed cost and expected loss of what is in time",
    ),
    "expected": (
        "Least expected cost",
        "landed cost and what late and bad pieces are expected to cost: best cost performance",
    ),
    "few": ("Few suppliers", "the cheapest with fewer suppliers"),
    "two_sources": ("Two sources", "the cheapest with two suppliers for each critical line"),
    "sme": ("Small firms", "the cheapest in which small firms get their part"),
    "incumbent": ("Incumbents kept", "the cheapest in which today's suppliers keep their lines"),
    "own": ("Your rules", "the cheapest that keeps all rules you set"),
}
WAYS: Final = {
    "suppliers": "At most %(n)s suppliers",
    "risk": "Expected losses count %(n)s times",
}


def scenario_name(name: str) -> str:
    """The name of a named scenario."""
    return translate(SCENARIOS[name][0])


def scenario_hint(name: str) -> str:
    """What a named scenario is, in a few words."""
    return translate(SCENARIOS[name][1])


def run_name(run: Run, facts: StudyFacts) -> str:
    """What a run works out: a scenario's name, a point of a frontier, or a rule."""
    if run.kind == "scenario":
        return scenario_name(run.name)
    if run.kind in WAYS:
        return translate(WAYS[run.kind], n=run.name)
    return rules_words(run.rules, facts) or translate("Price of a rule")


def rules_words(rules: Iterable[Rule], facts: StudyFacts) -> str:
    """Several rules in one line; two sources for several lines are said together."""
    rules = list(rules)
    split = [rule.line for rule in rules if isinstance(rule, TwoSources) and rule.line]
    caps = [rule for rule in rules if _is_cap_of_source(rule, split)]
    rest = [rule for rule in rules if rule not in caps]
    words = []
    if len(split) > 1:
        rest = [rule for rule in rest if not isinstance(rule, TwoSources) or not rule.line]
        numbers = ", ".join(_line_number(line, facts) for line in split)
        words.append(translate("Two sources for lines %(lines)s", lines=numbers))
    words += [rule_words(rule, facts) for rule in rest]
    if caps:
        most = max(rule.at_most for rule in caps if isinstance(rule, Share))
        words.append(translate("none above %(most)s", most=percent(float(most))))
    return translate(", ").join(words)


def _is_cap_of_source(rule: Rule, lines: list[str]) -> bool:
    """Whether the rule only keeps a source of a line with two sources from taking nearly all."""
    return isinstance(rule, Share) and rule.line in lines and not rule.at_least


def rule_words(rule: Rule, facts: StudyFacts) -> str:
    """One rule as a sentence."""
    return say(rule.describe_wish(), facts)


def say(sentence: Sentence, facts: StudyFacts) -> str:
    """A sentence with names for ids, and with money and parts as this reader writes them."""
    values = {name: _say_value(value, facts) for name, value in sentence.values}
    return translate(sentence.message, **values)


def _say_value(value: SentenceValue, facts: StudyFacts) -> object:
    match value:
        case FirmValue():
            return facts.name_firm(value.id)
        case LineValue():
            return _line_number(value.id, facts)
        case PercentValue():
            return percent(float(value.part))
        case MoneyValue():
            return money(value.amount, facts.currency)
        case Sentence():
            return say(value, facts)
        case _:
            return value


def _line_number(line_id: str, facts: StudyFacts) -> str:
    return next((str(line.number) for line in facts.lines if line.id == line_id), "?")


def named(values: Mapping[str, object], facts: StudyFacts) -> dict[str, object]:
    """Values of a sentence about a problem, with names and numbers instead of ids."""
    lines = {line.id: line.number for line in facts.lines}
    words: dict[str, object] = {
        name: facts.firms.get(value) or lines.get(value) or value
        if isinstance(value, str)
        else value
        for name, value in values.items()
    }
    return words | ({"day": day(str(values["day"]))} if "day" in values else {})


def cents(amount: Decimal) -> Decimal:
    """An amount in two decimals: what is only expected is not told more exactly."""
    return amount.quantize(Decimal("0.01"), ROUND_HALF_EVEN)


def part(share: Decimal) -> str:
    """A small part of something in percent: three hundredths of a percent are not nothing."""
    digits = "0.#" if share >= Decimal("0.001") or not share else "0.##"
    if share and share < Decimal("0.0001"):
        return translate("less than 0.01 %")
    return f"{format_decimal(100 * share, digits)} %"


def rough(amount: float) -> Decimal:
    """An amount out of a running search, in two decimals."""
    return cents(Decimal(str(amount)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """One of the things that cannot hold together; ``own_index`` is that of the sentence it is."""

    text: str
    own_index: int | None


def clash_words(scenario: Scenario, study: AwardStudy) -> list[Obstacle]:
    """What stands in the way of a scenario, in words; its own rules where no more is known."""
    run = scenario.run
    sentences = study.wishes.sentences if run.name == OWN else tuple((one,) for one in run.rules)
    if not scenario.answer.clash:
        return [_obstacle_of(sentences, index, study) for index in range(len(sentences))]
    obstacles: dict[object, Obstacle] = {}
    for one in scenario.answer.clash:
        index = next((n for n, rules in enumerate(sentences) if _is_one_of(rules, one)), None)
        if index is not None:
            obstacles[index] = _obstacle_of(sentences, index, study)
        else:
            text = _describe_bound(one, study)
            obstacles[text] = Obstacle(text=text, own_index=None)
    return list(obstacles.values())


def _describe_bound(one: Clash, study: AwardStudy) -> str:
    """A line, a capacity or a bound in words; of bounds, who offers how much."""
    values, facts = dict(one.values), study.facts
    if one.kind != "maximum":
        return translate(one.message, **named(values, facts))
    line = str(values["line"])
    offers = [
        f"{facts.name_firm(bid.supplier)} {decimal_text(bid.max_quantity)}"
        for bid in study.problem.bids
        if bid.line == line
    ]
    return translate(
        "For line %(line)s no more is offered than: %(offers)s.",
        line=_line_number(line, facts), offers=translate(", ").join(offers),
    )  # fmt: skip


def _obstacle_of(sentences: Sequence[Sequence[Rule]], index: int, study: AwardStudy) -> Obstacle:
    return Obstacle(text=rules_words(sentences[index], study.facts), own_index=index)


def _is_one_of(rules: Sequence[Rule], clash: Clash) -> bool:
    """Whether one of the rules is what the solver names."""
    return any(_comparable_clash(describe_rule(rule)) == _comparable_clash(clash) for rule in rules)


def _comparable_clash(clash: Clash) -> tuple[str, dict[str, str]]:
    """Kind and values; decimals as they are written, since a kept clash was read from a text."""
    values = {
        name: decimal_text(value) if isinstance(value, Decimal) else str(value)
        for name, value in clash.values
    }
    return clash.kind, values


BROKEN: Final = {
    "bought_too_much": "Line %(line)s: more is given than is needed.",
    "pack": "%(who)s sells line %(line)s in whole packs.",
    "not_covered": "Line %(line)s is not covered.",
    "single_source": "Line %(line)s is for one supplier alone.",
    "line_max_suppliers": "Line %(line)s has too many suppliers.",
    "indivisible": "Line %(line)s is bought whole or not at all.",
    "min_quantity": "%(who)s makes more of line %(line)s, or nothing.",
    "max_quantity": "%(who)s offers less of line %(line)s.",
    "capacity": "%(who)s cannot make so much.",
    "capacity_by": "%(who)s cannot make so much by %(day)s.",
}
"""What does not hold of a split beside rules, by the code of the checker."""


def broken_words(difference: Difference) -> list[str]:
    """What a typed split breaks of its scenario's rules, each once."""
    facts = difference.study.facts
    words = [_describe_violation(each, facts) for each in difference.broken]
    if difference.gone:
        words.append(translate("A bid that no longer holds is given something."))
    return list(dict.fromkeys(words))


def _describe_violation(violation: Violation, facts: StudyFacts) -> str:
    if violation.sentence is not None:
        return say(violation.sentence, facts)
    if violation.code not in BROKEN:
        return translate("A rule of the scenario does not hold.")
    who, _, rest = violation.subject.partition(" · ")
    if violation.code == "capacity_by":
        return translate(BROKEN[violation.code], who=facts.name_firm(who), day=day(rest))
    number = _line_number(rest or who, facts)
    return translate(BROKEN[violation.code], who=facts.name_firm(who), line=number)
