"""Award studies: the ways to split an opened request, worked out side by side and kept.

A study keeps the problem as it was (bids, freight, what was known) and one scenario for each way
that was worked out. working -> done | stopped | failed; a stopped one keeps what it has.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Final

from supplychain.award.answer import Answer
from supplychain.award.problem.problem import Problem
from supplychain.award.scenarios.plan import Run, ScenarioPlan, Wishes
from supplychain.errors import NotOpen
from supplychain.model.award_studies.facts import StudyFacts
from supplychain.model.parts_requests.parts_request import PartsRequest

WORKING: Final = "working"
MAX_RULES: Final = 50
MAX_RUN_S: Final = 600
"""A buyer may give each run at most this long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A run with its answer; ``position`` is its place in the order of working out."""

    id: str
    study_id: str
    position: int
    run: Run
    answer: Answer
    made_at: datetime

    @property
    def cost(self) -> Decimal | None:
        """What the split costs; None: there is no split."""
        return self.answer.cost

    @property
    def is_split(self) -> bool:
        """Whether there is a split at all."""
        return self.answer.cost is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyProgress:
    """How far the run at work is: the best cost so far and the proven bound, None before any."""

    key: str
    best: float | None
    bound: float | None
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardStudy:
    """One study of a request.

    Attributes:
        state: working, done, stopped or failed.
        problem: the problem without rules.
        problem_digest: of the problem's JSON when it was asked for.
        stored_digest: of the problem's JSON as the graph holds it now; the same unless somebody
            touched it.
        facts: what the page tells beside it: names, dates, expected losses.
        bid_versions: bid id to the version that was read.
        progress: of the run at work, if any is.
    """

    id: str
    request_id: str
    firm_id: str
    name: str
    state: str
    wishes: Wishes
    problem: Problem
    problem_digest: str
    stored_digest: str
    facts: StudyFacts
    bid_versions: dict[str, int]
    solver_version: str
    progress: StudyProgress | None
    job_id: str
    created_by: str
    created_at: datetime
    ended_at: datetime | None
    version: int
    scenarios: tuple[Scenario, ...] = field(default=())

    @property
    def plan(self) -> ScenarioPlan:
        """What is worked out in it."""
        return ScenarioPlan(
            problem=self.problem, wishes=self.wishes, incumbents=self.facts.incumbents
        )

    @property
    def answers(self) -> dict[str, Answer]:
        """The answers so far, by the keys of their runs."""
        return {each.run.key: each.answer for each in self.scenarios}

    def next_run(self) -> Run | None:
        """What is to be worked out next; None when all is."""
        return self.plan.next_run(self.answers)

    def find(self, key: str) -> Scenario | None:
        """The scenario of a run, once it is worked out."""
        return next((each for each in self.scenarios if each.run.key == key), None)

    def of_kind(self, kind: str) -> tuple[Scenario, ...]:
        """The scenarios of a kind, in the order in which they were worked out."""
        return tuple(each for each in self.scenarios if each.run.kind == kind)

    def problem_of(self, scenario: Scenario) -> Problem:
        """The whole problem of a scenario: with its rules and its objective."""
        return self.plan.problem_of(scenario.run)


@dataclass(frozen=True, slots=True, kw_only=True)
class StudySummary:
    """A study in a list; ``scenarios`` counts what was worked out."""

    id: str
    name: str
    state: str
    job_id: str
    created_at: str
    scenarios: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardOrigin:
    """The request of an award; scenario and study that it came from, None where it did not."""

    id: str
    request_id: str
    scenario_id: str | None
    study_id: str | None


def check_may_study(request: PartsRequest) -> None:
    """Refuse to study what cannot be awarded.

    Raises:
        NotOpen: the bids are sealed, or the request is decided.
    """
    if request.state != "evaluating":
        raise NotOpen("Ways to split are worked out once the bids are opened, until the award.")


def as_text(raw: object) -> str:
    """JSON with sorted keys and no spaces: the same content is the same text."""
    return json.dumps(raw, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest_of(raw: object) -> str:
    """SHA-256 of the content in hexadecimal."""
    return hashlib.sha256(as_text(raw).encode()).hexdigest()
