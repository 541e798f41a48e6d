"""Award studies in the graph: read and written for the buyer's firm alone."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from supplychain.award.problem.problem import Problem
from supplychain.award.problem.writing import answer_to_raw, to_raw
from supplychain.award.scenarios.plan import Wishes
from supplychain.errors import NotFound
from supplychain.graph.award_study_texts import (
    read_answer,
    read_facts,
    read_problem,
    read_run,
    read_wishes,
    write_facts,
    write_run,
    write_wishes,
)
from supplychain.graph.engine.reading import together
from supplychain.graph.engine.transactions import Tx, nonce, row, rows, run
from supplychain.model.award_studies.facts import StudyFacts
from supplychain.model.award_studies.problems import BidderProfile
from supplychain.model.award_studies.study import (
    AwardOrigin,
    AwardStudy,
    Scenario,
    StudyProgress,
    StudySummary,
    as_text,
    digest_of,
)
from supplychain.model.ids import to_instant, to_text

CREATE = """
MATCH (r:PartsRequest {id: $request_id}) WHERE r.buyer_id = $firm_id
CREATE (s:AwardStudy {
    id: $id, request_id: $request_id, firm_id: $firm_id, name: $name, state: 'working',
    wishes: $wishes, known: '{}', bid_versions: '{}', progress: '{}', solver_version: '',
    job_id: $job_id, created_by: $created_by, created_at: $at, version: 1})
CREATE (s)-[:STUDIES]->(r)
"""


def create(
    tx: Tx,
    *,
    study_id: str,
    request_id: str,
    firm_id: str,
    name: str,
    wishes: Wishes,
    job_id: str,
    created_by: str,
    at: datetime,
) -> None:
    """Add a study to the firm's own request, which was locked in this transaction."""
    run(
        tx,
        CREATE,
        id=study_id,
        request_id=request_id,
        firm_id=firm_id,
        name=name,
        wishes=as_text(write_wishes(wishes)),
        job_id=job_id,
        created_by=created_by,
        at=to_text(at),
    )


GET = """
MATCH (s:AwardStudy {id: $id})-[:STUDIES]->(r:PartsRequest) WHERE r.buyer_id = $viewer
RETURN s.id AS id, s.request_id AS request_id, s.firm_id AS firm_id, s.name AS name,
       s.state AS state, s.wishes AS wishes, s.problem AS problem,
       s.problem_digest AS problem_digest, s.known AS known, s.bid_versions AS bid_versions,
       s.solver_version AS solver_version, s.progress AS progress, s.job_id AS job_id,
       s.created_by AS created_by, s.created_at AS created_at, s.ended_at AS ended_at,
       s.version AS version
"""

SCENARIOS = """
MATCH (s:AwardStudy {id: $id})-[:STUDIES]->(r:PartsRequest) WHERE r.buyer_id = $viewer
MATCH (s)-[:HAS_SCENARIO]->(c:AwardScenario)
RETURN c.id AS id, c.study_id AS study_id, c.place AS place, c.run AS run, c.answer AS answer,
       c.cost AS cost, c.made_at AS made_at
ORDER BY place LIMIT 1000
"""


def get(tx: Tx, study_id: str, *, viewer: str) -> AwardStudy:
    """A study of the viewer's own request, with its scenarios.

    Raises:
        NotFound: no such study of the viewer's firm.
    """
    columns, scenarios = together(
        lambda: row(tx, GET, id=study_id, viewer=viewer),
        lambda: rows(tx, SCENARIOS, id=study_id, viewer=viewer),
    )
    if columns is None:
        raise NotFound
    return _read_study(columns, tuple(_read_scenario(each) for each in scenarios))


LIST = """
MATCH (r:PartsRequest {id: $request_id}) WHERE r.buyer_id = $viewer
MATCH (s:AwardStudy)-[:STUDIES]->(r)
OPTIONAL MATCH (s)-[:HAS_SCENARIO]->(c:AwardScenario)
RETURN s.id AS id, s.name AS name, s.state AS state, s.job_id AS job_id,
       s.created_at AS created_at, count(c) AS scenarios
ORDER BY created_at DESC, id LIMIT 100
"""


def list_of(tx: Tx, request_id: str, *, viewer: str) -> list[StudySummary]:
    """The studies of the viewer's own request, newest first; none of anybody else's."""
    return [StudySummary(**each) for each in rows(tx, LIST, request_id=request_id, viewer=viewer)]


LOCK = """
MATCH (s:AwardStudy {id: $id})-[:STUDIES]->(r:PartsRequest) WHERE r.buyer_id = $viewer
SET s.lock = $nonce
RETURN s.id AS id
"""


def lock(tx: Tx, study_id: str, *, viewer: str) -> AwardStudy:
    """Take the write lock of a study, then look.

    Raises:
        NotFound: no such study of the viewer's firm.
    """
    if row(tx, LOCK, id=study_id, viewer=viewer, nonce=nonce()) is None:
        raise NotFound
    return get(tx, study_id, viewer=viewer)


PREPARE = """
MATCH (s:AwardStudy {id: $id})
SET s.problem = $problem, s.problem_digest = $problem_digest, s.known = $known,
    s.bid_versions = $bid_versions, s.solver_version = $solver_version, s.version = s.version + 1
"""


def prepare(
    tx: Tx,
    study_id: str,
    *,
    problem: Problem,
    facts: StudyFacts,
    bid_versions: dict[str, int],
    solver_version: str,
) -> None:
    """Keep what a locked study works on."""
    raw = to_raw(problem)
    run(
        tx,
        PREPARE,
        id=study_id,
        problem=as_text(raw),
        problem_digest=digest_of(raw),
        known=as_text(write_facts(facts)),
        bid_versions=as_text(bid_versions),
        solver_version=solver_version,
    )


ADD = """
MATCH (s:AwardStudy {id: $study_id})
CREATE (s)-[:HAS_SCENARIO]->(:AwardScenario {
    id: $id, study_id: $study_id, place: $place, run: $run, answer: $answer, cost: $cost,
    made_at: $at, version: 1})
SET s.progress = '{}', s.version = s.version + 1
"""


def add_scenario(tx: Tx, scenario: Scenario) -> None:
    """Add what was worked out to a locked study."""
    run(
        tx,
        ADD,
        id=scenario.id,
        study_id=scenario.study_id,
        place=scenario.position,
        run=as_text(write_run(scenario.run)),
        answer=as_text(answer_to_raw(scenario.answer)),
        cost=None if scenario.cost is None else f"{scenario.cost:f}",
        at=to_text(scenario.made_at),
    )


PROGRESS = """
MATCH (s:AwardStudy {id: $id}) SET s.lock = $nonce
WITH s WHERE s.state = 'working'
SET s.progress = $progress
"""


def progress(tx: Tx, study_id: str, *, now: StudyProgress) -> None:
    """Say what runs now and how far it is; nothing happens to a study that is over."""
    raw = {"key": now.key, "best": now.best, "bound": now.bound, "seconds": now.seconds}
    run(tx, PROGRESS, id=study_id, nonce=nonce(), progress=as_text(raw))


END = """
MATCH (s:AwardStudy {id: $id})
SET s.state = $state, s.ended_at = $at, s.progress = '{}', s.version = s.version + 1
"""


def end(tx: Tx, study_id: str, *, state: str, at: datetime) -> None:
    """Close a study that was locked in this transaction."""
    run(tx, END, id=study_id, state=state, at=to_text(at))


STUDY_OF = """
MATCH (c:AwardScenario {id: $scenario_id})<-[:HAS_SCENARIO]-(s:AwardStudy)
MATCH (s)-[:STUDIES]->(r:PartsRequest)
WHERE r.buyer_id = $viewer
RETURN s.id AS id
"""


def study_of(tx: Tx, scenario_id: str, *, viewer: str) -> str:
    """The id of the study that a scenario of the viewer's own belongs to.

    Raises:
        NotFound: no such scenario of the viewer's firm.
    """
    columns = row(tx, STUDY_OF, scenario_id=scenario_id, viewer=viewer)
    if columns is None:
        raise NotFound
    return columns["id"]


TIE = """
MATCH (a:Award {id: $award_id}), (c:AwardScenario {id: $scenario_id})
CREATE (a)-[:TAKEN_FROM]->(c)
"""


def tie(tx: Tx, award_id: str, scenario_id: str) -> None:
    """Keep which scenario an award came from; both must be there and of one request."""
    run(tx, TIE, award_id=award_id, scenario_id=scenario_id)


ORIGIN = """
MATCH (a:Award {id: $award_id})-[:DECIDES]->(r:PartsRequest) WHERE r.buyer_id = $viewer
OPTIONAL MATCH (a)-[:TAKEN_FROM]->(c:AwardScenario)
RETURN a.id AS id, r.id AS request_id, c.id AS scenario_id, c.study_id AS study_id
"""


def origin(tx: Tx, award_id: str, *, viewer: str) -> AwardOrigin:
    """The request of the viewer's own award, and the scenario and study it came from.

    Raises:
        NotFound: no such award of the viewer's firm.
    """
    columns = row(tx, ORIGIN, award_id=award_id, viewer=viewer)
    if columns is None:
        raise NotFound
    return AwardOrigin(**columns)


INCUMBENTS = """
MATCH (s:Firm)-[r:SUPPLIES]->(:Firm {id: $viewer})
WHERE s.id IN $firm_ids AND r.part_id IN $part_ids AND r.witnessed
WITH s, r, CASE r.claimed_by WHEN $viewer THEN 0 WHEN 'order' THEN 1 WHEN 'operator' THEN 2
                ELSE 3 END AS place
ORDER BY place
WITH s.id AS supplier, r.part_id AS part_id,
     collect(CASE WHEN place < 3 THEN r.share END) AS shares
RETURN supplier, part_id, coalesce(head(shares), 0.0) AS share
ORDER BY part_id, share DESC, supplier LIMIT 10000
"""


def incumbents(tx: Tx, firm_ids: list[str], part_ids: list[str], *, viewer: str) -> dict[str, str]:
    """Part id to that one of the firms that supplies most of it to the viewer today.

    Witnessed relations alone, by the share that the viewer itself, an order or the operator says:
    whoever says of itself that it supplies is none.
    """
    suppliers: dict[str, str] = {}
    for each in rows(tx, INCUMBENTS, firm_ids=firm_ids, part_ids=part_ids, viewer=viewer):
        suppliers.setdefault(each["part_id"], each["supplier"])
    return suppliers


PROFILES = """
MATCH (f:Firm) WHERE f.id IN $firm_ids
RETURN f.id AS id, f.kind AS kind, f.region AS region, f.country AS country
ORDER BY id LIMIT 5000
"""


def profiles(tx: Tx, firm_ids: list[str]) -> dict[str, BidderProfile]:
    """The public profiles that rules may speak of, by firm id."""
    return {
        each["id"]: BidderProfile(kind=each["kind"], region=each["region"], country=each["country"])
        for each in rows(tx, PROFILES, firm_ids=firm_ids)
    }


def _read_scenario(columns: dict[str, Any]) -> Scenario:
    return Scenario(
        id=columns["id"],
        study_id=columns["study_id"],
        position=columns["place"],
        run=read_run(columns["run"]),
        answer=read_answer(columns["answer"]),
        made_at=to_instant(columns["made_at"]),
    )


def _read_study(columns: dict[str, Any], scenarios: tuple[Scenario, ...]) -> AwardStudy:
    problem, digest = read_problem(columns["problem"])
    progress = json.loads(columns["progress"])
    names = (
        "id", "request_id", "firm_id", "name", "state", "problem_digest", "solver_version",
        "job_id", "created_by", "version",
    )  # fmt: skip
    return AwardStudy(
        **{name: columns[name] for name in names},
        wishes=read_wishes(columns["wishes"]),
        problem=problem,
        stored_digest=digest,
        facts=read_facts(columns["known"]),
        bid_versions=json.loads(columns["bid_versions"]),
        progress=StudyProgress(**progress) if progress else None,
        created_at=to_instant(columns["created_at"]),
        ended_at=to_instant(columns["ended_at"]) if columns["ended_at"] else None,
        scenarios=scenarios,
    )
