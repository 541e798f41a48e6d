"""Rules, scenarios and what stands in the way of a split, as sentences in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, Final

from flask_babel import format_decimal

from supplychain.actions.awards.changes import Difference
from supplychain.award.checking.check import Violation
from supplychain.model.award_studies.study import AwardStudy, Rule, Scenario
from supplychain.web.pages.filters import money, percent
from supplychain.web.pages.i18n import translate

SCENARIOS: Final = {
    "cheapest": ("Cheapest", "the least landed cost, without any rule"),
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


def run_name(run: Any, known: Mapping[str, Any]) -> str:
    """What a run works out: a scenario's name, a point of a frontier, or a rule."""
    if run.kind == "scenario":
        return scenario_name(run.name)
    if run.kind in WAYS:
        return translate(WAYS[run.kind], n=run.name)
    return rules_words(run.rules, known) or translate("Price of a rule")


def rules_words(rules: Iterable[Rule], known: Mapping[str, Any]) -> str:
    """Several rules in one line; two sources for several lines are said together."""
    rules = list(rules)
    split = [rule["line"] for rule in rules if rule["kind"] == "two_sources" and rule.get("line")]
    caps = {rule["at_most"] for rule in rules if _caps(rule, split)}
    rest = [rule for rule in rules if not _caps(rule, split)]
    if len(split) > 1:
        rest = [
            rule for rule in rest if rule.get("line") not in split or rule["kind"] != "two_sources"
        ]
        numbers = ", ".join(_line(line, known) for line in split)
        said = [translate("Two sources for lines %(lines)s", lines=numbers)]
    else:
        said = []
    said += [rule_words(rule, known) for rule in rest]
    if caps:
        said.append(translate("none above %(most)s", most=percent(float(max(caps)))))
    return translate(", ").join(said)


def _caps(rule: Rule, lines: list[str]) -> bool:
    """Whether the rule only keeps a source of a line with two sources from taking nearly all."""
    return rule["kind"] == "share" and rule.get("line") in lines and "at_least" not in rule


def rule_words(rule: Rule, known: Mapping[str, Any]) -> str:
    """One rule as a sentence."""
    return _WORDS[rule["kind"]](rule, known)


def _line(line_id: str | None, known: Mapping[str, Any]) -> str:
    return next((str(one["number"]) for one in known["lines"] if one["id"] == line_id), "?")


def _firm(rule: Rule, known: Mapping[str, Any]) -> str:
    return known["firms"].get(rule["supplier"], rule["supplier"])


def _max_suppliers(rule: Rule, known: Mapping[str, Any]) -> str:
    n = rule["at_most"]
    if rule.get("line"):
        return translate(
            "At most %(n)s suppliers for line %(line)s", n=n, line=_line(rule["line"], known)
        )
    return translate("At most %(n)s suppliers", n=n)


def _two_sources(rule: Rule, known: Mapping[str, Any]) -> str:
    if rule.get("line"):
        return translate("Two sources for line %(line)s", line=_line(rule["line"], known))
    return translate("Two sources for every line")


def _share(rule: Rule, known: Mapping[str, Any]) -> str:
    return _bounds(_firm(rule, known), rule, known)


def _group_share(rule: Rule, known: Mapping[str, Any]) -> str:
    if rule["attribute"] == "sme" and rule["equals"] is True:
        return _bounds(translate("Small firms"), rule, known)
    who = translate("Firms of %(value)s", value=rule["equals"])
    return _bounds(who, rule, known)


def _bounds(who: str, rule: Rule, known: Mapping[str, Any]) -> str:
    least = percent(float(rule["at_least"])) if "at_least" in rule else ""
    most = percent(float(rule["at_most"])) if "at_most" in rule else ""
    line = _line(rule["line"], known) if rule.get("line") else ""
    values = {"who": who, "least": least, "most": most, "line": line}
    if line:
        if least and most:
            text = "%(who)s: from %(least)s to %(most)s of line %(line)s"
        else:
            text = "%(who)s: at least %(least)s of line %(line)s"
            text = text if least else "%(who)s: at most %(most)s of line %(line)s"
    elif least and most:
        text = "%(who)s: from %(least)s to %(most)s of the spend"
    else:
        text = "%(who)s: at least %(least)s of the spend"
        text = text if least else "%(who)s: at most %(most)s of the spend"
    return translate(text, **values)


def _require(rule: Rule, known: Mapping[str, Any]) -> str:
    who = _firm(rule, known)
    if rule.get("line"):
        return translate(
            "%(who)s gets some of line %(line)s", who=who, line=_line(rule["line"], known)
        )
    return translate("%(who)s gets something", who=who)


def _forbid(rule: Rule, known: Mapping[str, Any]) -> str:
    who = _firm(rule, known)
    if rule.get("line"):
        return translate("Line %(line)s without %(who)s", who=who, line=_line(rule["line"], known))
    return translate("Without %(who)s", who=who)


def _incumbent(rule: Rule, known: Mapping[str, Any]) -> str:
    values = {
        "who": _firm(rule, known),
        "cost": money(Decimal(rule["switch_cost"]), known["currency"]),
    }
    if rule.get("line"):
        return translate(
            "Keep %(who)s on line %(line)s; switching costs %(cost)s",
            line=_line(rule["line"], known), **values,
        )  # fmt: skip
    return translate("Keep %(who)s; switching costs %(cost)s", **values)


_WORDS: Final[dict[str, Callable[[Rule, Mapping[str, Any]], str]]] = {
    "max_suppliers": _max_suppliers,
    "two_sources": _two_sources,
    "share": _share,
    "group_share": _group_share,
    "require": _require,
    "forbid": _forbid,
    "incumbent": _incumbent,
}


def named(values: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """Values of a sentence about a problem, with names and numbers instead of ids."""
    lines = {one["id"]: one["number"] for one in known["lines"]}
    return {
        name: known["firms"].get(value) or lines.get(value) or value
        if isinstance(value, str)
        else value
        for name, value in values.items()
    }


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
    """One of the things that cannot hold together; ``place`` is that of the own rule it is."""

    text: str
    place: int | None


def clash(made: Scenario, study: AwardStudy) -> list[Obstacle]:
    """What stands in the way of a scenario, in words; its own rules where no more is known."""
    said = study.wishes.sentences if made.run.name == "own" else ((r,) for r in made.run.rules)
    sentences = [tuple(sentence) for sentence in said]
    told = made.answer.get("clash") or []
    if not told:
        return [_obstacle(sentences, place, study) for place in range(len(sentences))]
    found: dict[object, Obstacle] = {}
    for one in told:
        place = next((n for n, rules in enumerate(sentences) if _says(rules, one)), None)
        if place is not None:
            found[place] = _obstacle(sentences, place, study)
        else:
            text = _other(one, study)
            found[text] = Obstacle(text=text, place=None)
    return list(found.values())


def _other(one: Mapping[str, Any], study: AwardStudy) -> str:
    """A line, a capacity or a bound in words; of bounds, who offers how much."""
    if one["kind"] != "maximum" or study.problem is None:
        return translate(one["message"], **named(one["values"], study.known))
    line = one["values"]["line"]
    offers = [
        f"{study.known['firms'].get(bid['supplier'], bid['supplier'])} {bid['max_quantity']}"
        for bid in study.problem["bids"]
        if bid["line"] == line
    ]
    told = translate(", ").join(offers)
    return translate(
        "For line %(line)s no more is offered than: %(offers)s.",
        line=_line(line, study.known), offers=told,
    )  # fmt: skip


def _obstacle(sentences: Sequence[Sequence[Rule]], place: int, study: AwardStudy) -> Obstacle:
    return Obstacle(text=rules_words(sentences[place], study.known), place=place)


def _says(rules: Sequence[Rule], one: Mapping[str, Any]) -> bool:
    """Whether one of the rules is what the solver names."""
    return any(_is(rule, one["kind"], one["values"]) for rule in rules)


def _is(rule: Rule, kind: str, values: Mapping[str, Any]) -> bool:
    same = kind == rule["kind"] and all(
        rule.get(name) == values.get(name) for name in ("supplier", "line", "attribute")
    )
    if not same or kind not in ("max_suppliers", "share", "group_share"):
        return same
    if kind == "max_suppliers":
        return int(values["most"]) == int(rule["at_most"])
    bounds = (("least", rule.get("at_least", "0")), ("most", rule.get("at_most", "1")))
    return all(Decimal(values[name]) == 100 * Decimal(bound) for name, bound in bounds)


BROKEN: Final = {
    "bought_too_much": "Line %(line)s: more is given than is needed.",
    "not_covered": "Line %(line)s is not covered.",
    "single_source": "Line %(line)s is for one supplier alone.",
    "line_max_suppliers": "Line %(line)s has too many suppliers.",
    "indivisible": "Line %(line)s is bought whole or not at all.",
    "two_sources": "Line %(line)s has no two sources.",
    "min_quantity": "%(who)s makes more of line %(line)s, or nothing.",
    "max_quantity": "%(who)s offers less of line %(line)s.",
    "capacity": "%(who)s cannot make so much.",
    "require": "%(who)s gets nothing, and should.",
    "forbid": "%(who)s gets something, and should not.",
    "share_at_least": "%(who)s gets less than its least share.",
    "share_at_most": "%(who)s gets more than its greatest share.",
    "group_share_at_least": "The group gets less than its least share.",
    "group_share_at_most": "The group gets more than its greatest share.",
}
"""What does not hold of a split, by the code of the checker."""


def broken(difference: Difference) -> list[str]:
    """What a typed split breaks of its scenario's rules, each once."""
    known = difference.study.known
    said = [_broken(each, known) for each in difference.broken]
    if difference.gone:
        said.append(translate("A bid that no longer holds is given something."))
    return list(dict.fromkeys(said))


def _broken(found: Violation, known: Mapping[str, Any]) -> str:
    who, _, line = found.subject.partition(" · ")
    if found.code == "max_suppliers":
        if not who:
            return translate("More suppliers get something than may.")
        return translate(BROKEN["line_max_suppliers"], line=_line(who, known))
    if found.code.startswith("group_share") and who == "sme = True":
        if found.code.endswith("at_least"):
            return translate("Small firms get less than their least share.")
        return translate("Small firms get more than their greatest share.")
    if found.code not in BROKEN:
        return translate("A rule of the scenario does not hold.")
    name = known["firms"].get(who, who)
    return translate(BROKEN[found.code], who=name, line=_line(line or who, known))
