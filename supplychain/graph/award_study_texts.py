"""The JSON texts that an award study keeps: problem, answers, runs, wishes and facts."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from supplychain.award.answer import Answer
from supplychain.award.problem.problem import Problem
from supplychain.award.problem.reading import parse
from supplychain.award.problem.reading_answer import parse_answer
from supplychain.award.rules.kinds import read_rules, write_rule
from supplychain.award.scenarios.plan import Run, Wishes
from supplychain.model.award_studies.facts import BidFacts, StudyFacts, StudyLine
from supplychain.model.award_studies.study import digest_of
from supplychain.model.quantities import plain_number

KEPT_PROBLEMS_ITEMS: Final = 8
KEPT_ANSWERS_ITEMS: Final = 256
"""So many texts of problems and answers are kept read: the page of a study that is at work is
asked for every two seconds, and reading 20,000 bids takes half a second."""


FREIGHT_NAMES: Final = ("freight", "freight_low", "freight_high")
"""Amounts of a bid's facts that may be missing; texts of older versions know none."""


def write_wishes(wishes: Wishes) -> dict[str, Any]:
    """Wishes as kept."""
    return {
        "sentences": [[write_rule(rule) for rule in sentence] for sentence in wishes.sentences],
        "critical_lines": list(wishes.critical_lines),
        "most_share": str(wishes.most_share),
        "at_most": wishes.at_most,
        "sme_share": str(wishes.sme_share),
        "seconds": wishes.seconds,
    }


def read_wishes(text: str) -> Wishes:
    """Wishes as ``write_wishes`` kept them."""
    raw = json.loads(text)
    return Wishes(
        sentences=tuple(read_rules(sentence) for sentence in raw["sentences"]),
        critical_lines=tuple(raw["critical_lines"]),
        most_share=Decimal(raw["most_share"]),
        at_most=raw["at_most"],
        sme_share=Decimal(raw["sme_share"]),
        seconds=raw["seconds"],
    )


def write_run(made: Run) -> dict[str, Any]:
    """A run as kept."""
    return {
        "key": made.key,
        "kind": made.kind,
        "name": made.name,
        "rules": [write_rule(rule) for rule in made.rules],
        "risk_weight": str(made.risk_weight),
    }


def read_run(text: str) -> Run:
    """A run as ``write_run`` kept it."""
    raw = json.loads(text)
    return Run(
        key=raw["key"],
        kind=raw["kind"],
        name=raw["name"],
        rules=read_rules(raw["rules"]),
        risk_weight=Decimal(raw["risk_weight"]),
    )


def write_facts(facts: StudyFacts) -> dict[str, Any]:
    """What a study keeps beside its problem."""
    return {
        "today": facts.today.isoformat(),
        "number": facts.number,
        "title": facts.title,
        "currency": facts.currency,
        "firms": dict(facts.firms),
        "lines": [
            {
                "id": line.id,
                "number": line.number,
                "description": line.description,
                "quantity": plain_number(line.quantity),
                "uom": line.uom,
            }
            for line in facts.lines
        ],
        "pairs": [
            {
                "supplier": pair.supplier,
                "line": pair.line,
                "bid_id": pair.bid_id,
                "lead_days": pair.lead_days,
                "promised_on": pair.promised_on.isoformat(),
                "late_days": pair.late_days,
                "has_record": pair.has_record,
                "loss": f"{pair.loss:f}",
                "is_loss_known": pair.is_loss_known,
                "is_cost_known": pair.is_cost_known,
                **{name: _write_amount(getattr(pair, name)) for name in FREIGHT_NAMES},
            }
            for pair in facts.pairs
        ],
        "incumbents": [{"supplier": name, "line": line} for name, line in facts.incumbents],
        "short": {line: f"{missing:f}" for line, missing in facts.short.items()},
    }


def _write_amount(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:f}"


def _read_amount(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


@lru_cache(maxsize=KEPT_PROBLEMS_ITEMS)
def read_facts(text: str) -> StudyFacts:
    """Facts as ``write_facts`` kept them."""
    raw = json.loads(text)
    return StudyFacts(
        today=date.fromisoformat(raw["today"]),
        number=raw["number"],
        title=raw["title"],
        currency=raw["currency"],
        firms=raw["firms"],
        lines=tuple(StudyLine(**line) for line in raw["lines"]),
        pairs=tuple(
            BidFacts(
                **{
                    **pair,
                    "promised_on": date.fromisoformat(pair["promised_on"]),
                    "loss": Decimal(pair["loss"]),
                    **{name: _read_amount(pair.get(name)) for name in FREIGHT_NAMES},
                }
            )
            for pair in raw["pairs"]
        ),
        incumbents=tuple((one["supplier"], one["line"]) for one in raw["incumbents"]),
        short={line: Decimal(missing) for line, missing in raw.get("short", {}).items()},
    )


@lru_cache(maxsize=KEPT_PROBLEMS_ITEMS)
def read_problem(text: str) -> tuple[Problem, str]:
    """A problem and the digest of its text as it stands."""
    raw = json.loads(text)
    return parse(raw), digest_of(raw)


@lru_cache(maxsize=KEPT_ANSWERS_ITEMS)
def read_answer(text: str) -> Answer:
    """An answer as an award file has it."""
    return parse_answer(json.loads(text))
