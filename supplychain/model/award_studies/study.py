"""Award studies: the ways to split an opened request, worked out side by side and kept.

A study keeps the problem as it was (bids, freight, what was known) and one scenario for each way
that was worked out. working -> done | stopped | failed; a stopped one keeps what it has.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, TypeAlias

from supplychain.errors import NotOpen
from supplychain.model.parts_requests.parts_request import PartsRequest

Rule: TypeAlias = Mapping[str, Any]
"""One rule of an award problem's file (``docs/award.md``)."""

WORKING: Final = "working"
MAX_RULES: Final = 50
SECONDS: Final = 15
"""A scenario takes at most this long, unless its buyer says otherwise."""
MOST_SECONDS: Final = 600
SME_SHARE: Final = Decimal("0.3")
MOST_SHARE: Final = Decimal("0.8")
"""A second source with less than the rest is a sliver that helps nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a buyer wants to have worked out.

    Attributes:
        sentences: its own rules, a scenario by themselves; what is said in one breath (two
            sources, none above 80 %) is dropped and priced together.
        critical_lines: ids of the lines that want two sources; empty: all with two bids.
        most_share: what one supplier gets of a line with two sources at most, 0 to 1.
        at_most: suppliers in "few suppliers"; None: one less than the cheapest split has.
        sme_share: the part of the spend that small firms are to get, 0 to 1.
        seconds: for each scenario.
    """

    sentences: tuple[tuple[Rule, ...], ...] = ()
    critical_lines: tuple[str, ...] = ()
    most_share: Decimal = MOST_SHARE
    at_most: int | None = None
    sme_share: Decimal = SME_SHARE
    seconds: int = SECONDS

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The own rules one by one."""
        return tuple(rule for sentence in self.sentences for rule in sentence)

    def told(self) -> dict[str, Any]:
        """As JSON holds it."""
        return {
            "sentences": [[dict(rule) for rule in sentence] for sentence in self.sentences],
            "critical_lines": list(self.critical_lines),
            "most_share": str(self.most_share),
            "at_most": self.at_most,
            "sme_share": str(self.sme_share),
            "seconds": self.seconds,
        }

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Wishes:
        """From ``told``."""
        return cls(
            sentences=tuple(tuple(sentence) for sentence in told["sentences"]),
            critical_lines=tuple(told["critical_lines"]),
            most_share=Decimal(told["most_share"]),
            at_most=told["at_most"],
            sme_share=Decimal(told["sme_share"]),
            seconds=told["seconds"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One thing to work out.

    Attributes:
        key: unique in its study.
        kind: scenario, price (of a rule), suppliers or risk (points of a frontier).
        name: which scenario, or what the point or price is of.
        rules: that hold in it.
        risk_weight: what is added to the cost, times the expected loss, when splits are compared.
    """

    key: str
    kind: str
    name: str
    rules: tuple[Rule, ...] = ()
    risk_weight: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A run with its answer, the JSON of ``docs/award.md``; ``cost`` None: there is no split."""

    id: str
    study_id: str
    place: int
    run: Run
    answer: dict[str, Any]
    cost: Decimal | None
    made_at: datetime

    @property
    def is_split(self) -> bool:
        """Whether there is a split at all."""
        return self.cost is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardStudy:
    """One study of a request.

    Attributes:
        state: working, done, stopped or failed.
        problem: the problem without rules, raw; None until the bids were read.
        known: what the page tells beside it: names, dates, expected losses; raw.
        bid_versions: bid id to the version that was read.
        progress: what runs now: ``key``, ``best``, ``bound``, ``seconds``.
    """

    id: str
    request_id: str
    firm_id: str
    name: str
    state: str
    wishes: Wishes
    problem: dict[str, Any] | None
    problem_digest: str | None
    known: dict[str, Any]
    bid_versions: dict[str, int]
    solver_version: str
    progress: dict[str, Any]
    job_id: str
    created_by: str
    created_at: datetime
    ended_at: datetime | None
    version: int
    scenarios: tuple[Scenario, ...] = field(default=())

    def find(self, key: str) -> Scenario | None:
        """The scenario of a run, once it is worked out."""
        return next((each for each in self.scenarios if each.run.key == key), None)

    def of_kind(self, kind: str) -> tuple[Scenario, ...]:
        """The scenarios of a kind, in the order in which they were worked out."""
        return tuple(each for each in self.scenarios if each.run.kind == kind)


def check_may_study(request: PartsRequest) -> None:
    """Refuse to study what cannot be awarded.

    Raises:
        NotOpen: the bids are sealed, or the request is decided.
    """
    if request.state != "evaluating":
        raise NotOpen("Ways to split are worked out once the bids are opened, until the award.")


def problem_of_run(study: AwardStudy, run: Run) -> dict[str, Any]:
    """The whole problem file of a run: the study's problem with its rules and objective."""
    assert study.problem is not None
    problem = {**study.problem, "rules": [dict(rule) for rule in run.rules]}
    if not run.risk_weight:
        return problem
    return {**problem, "objective": "expected_cost", "expected_weight": str(run.risk_weight)}


def as_text(raw: object) -> str:
    """JSON with sorted keys and no spaces: the same content is the same text."""
    return json.dumps(raw, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest_of(raw: object) -> str:
    """SHA-256 of the content in hexadecimal."""
    return hashlib.sha256(as_text(raw).encode()).hexdigest()
