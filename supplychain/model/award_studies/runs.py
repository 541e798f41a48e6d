"""What a study works out, in this order: named scenarios, prices of rules, two frontiers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from supplychain.model.award_studies.study import AwardStudy, Rule, Run

MOST_PRICED_LINES: Final = 12
MOST_POINTS: Final = 10
RISK_WEIGHTS: Final = ("0.5", "2", "4", "8", "16", "32")
"""Weights of the expected loss along the frontier; 0 is the cheapest, 1 the expected cost."""

CHEAPEST: Final = Run(key="cheapest", kind="scenario", name="cheapest")
EXPECTED: Final = Run(key="expected", kind="scenario", name="expected", risk_weight=Decimal(1))


def next_run(study: AwardStudy) -> Run | None:
    """What is to be worked out next; None when all is."""
    done = {each.run.key for each in study.scenarios}
    return next((run for run in plan(study) if run.key not in done), None)


def plan(study: AwardStudy) -> tuple[Run, ...]:
    """All runs, as far as they are known: what follows the cheapest split depends on it."""
    first = study.find(CHEAPEST.key)
    if first is None:
        return (CHEAPEST,)
    if not first.is_split:
        return (CHEAPEST, *_own(study)) if study.wishes.rules else (CHEAPEST,)
    winners = len({each["supplier"] for each in first.answer["allocations"]})
    return (
        *_scenarios(study, winners),
        *_prices(study),
        *_few(winners),
        *_safe(study),
    )


def estimate(study: AwardStudy) -> int:
    """How many runs there will be, at least."""
    return max(len(plan(study)), 8)


def _scenarios(study: AwardStudy, winners: int) -> list[Run]:
    found = [CHEAPEST]
    if _has_losses(study):
        found.append(EXPECTED)
    at_most = study.wishes.at_most or max(1, winners - 1)
    found.append(_scenario("few", {"kind": "max_suppliers", "at_most": at_most}))
    lines = critical_lines(study)
    if lines:
        both = [rule for line in lines for rule in _two_sources(study, line)]
        found.append(_scenario("two_sources", *both))
    if any(each.get("attributes", {}).get("sme") for each in _problem(study)["suppliers"]):
        found.append(_scenario("sme", _sme(study)))
    kept = [
        {"kind": "require", "supplier": each["supplier"], "line": each["line"]}
        for each in study.known["incumbents"]
    ]
    if kept:
        found.append(_scenario("incumbent", *kept))
    return found + _own(study)


def _own(study: AwardStudy) -> list[Run]:
    return [_scenario("own", *study.wishes.rules)] if study.wishes.rules else []


def _scenario(name: str, *rules: Rule) -> Run:
    return Run(key=name, kind="scenario", name=name, rules=rules)


def _prices(study: AwardStudy) -> list[Run]:
    """Two sources for each critical line alone; each own rule left out of all the others."""
    lines = critical_lines(study)
    found = [
        Run(key=f"line-{at}", kind="price", name="two_sources", rules=_two_sources(study, line))
        for at, line in enumerate(lines[:MOST_PRICED_LINES])
        if len(lines) > 1
    ]
    said = study.wishes.sentences
    if len(said) > 1:
        found += [
            Run(key=f"without-{at}", kind="price", name="own", rules=_flat(said, without=at))
            for at in range(len(said))
        ]
    return found


def _flat(said: Sequence[Sequence[Rule]], *, without: int) -> tuple[Rule, ...]:
    return tuple(rule for at, sentence in enumerate(said) if at != without for rule in sentence)


def _few(winners: int) -> list[Run]:
    """The cheapest split among at most 1, 2, … suppliers; the cheapest of all is known."""
    counts = range(max(1, winners - MOST_POINTS), winners)
    return [
        Run(
            key=f"suppliers-{count}",
            kind="suppliers",
            name=str(count),
            rules=({"kind": "max_suppliers", "at_most": count},),
        )
        for count in counts
    ]


def _safe(study: AwardStudy) -> list[Run]:
    if not _has_losses(study):
        return []
    return [
        Run(key=f"risk-{weight}", kind="risk", name=weight, risk_weight=Decimal(weight))
        for weight in RISK_WEIGHTS
    ]


def _has_losses(study: AwardStudy) -> bool:
    """Whether suppliers differ in what their bad and late deliveries are expected to cost."""
    return any(Decimal(pair["loss"]) for pair in study.known["pairs"])


def _two_sources(study: AwardStudy, line: str) -> tuple[Rule, ...]:
    bidders = [bid["supplier"] for bid in _problem(study)["bids"] if bid["line"] == line]
    return two_sources(line, bidders, study.wishes.most_share)


def two_sources(line: str, bidders: Iterable[str], most: Decimal) -> tuple[Rule, ...]:
    """The rules that a line has two sources, none of which gets more than a part of it."""
    shares = [
        {"kind": "share", "supplier": supplier, "line": line, "at_most": str(most)}
        for supplier in sorted(bidders)
        if most < 1
    ]
    return ({"kind": "two_sources", "line": line}, *shares)


def _sme(study: AwardStudy) -> Rule:
    least = str(study.wishes.sme_share)
    return {"kind": "group_share", "attribute": "sme", "equals": True, "at_least": least}


def _problem(study: AwardStudy) -> Mapping[str, Any]:
    assert study.problem is not None
    return study.problem


def critical_lines(study: AwardStudy) -> list[str]:
    """The lines that want two sources: those wished for, else all that can have them."""
    problem, wished = _problem(study), set(study.wishes.critical_lines)
    if wished:
        return [line["id"] for line in problem["lines"] if line["id"] in wished]
    offered: dict[str, int] = {}
    asked = {line["id"]: Decimal(line["quantity"]) for line in problem["lines"]}
    for bid in problem["bids"]:
        most = min(Decimal(bid["max_quantity"]), asked[bid["line"]] * study.wishes.most_share)
        offered[bid["line"]] = offered.get(bid["line"], 0) + int(most)
    return [line for line, wanted in asked.items() if offered.get(line, 0) >= wanted]
