"""Award studies in the graph: read and written for the buyer's firm alone."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from typing import Any

from supplychain.errors import NotFound
from supplychain.graph.engine.transactions import Tx, nonce, row, rows, run
from supplychain.model.award_studies.study import AwardStudy, Run, Scenario, Wishes, as_text
from supplychain.model.ids import to_instant, to_text

CREATE = """
MATCH (:Firm {id: $firm_id})-[:POSTED]->(r:PartsRequest {id: $request_id})
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
        wishes=as_text(wishes.told()),
        job_id=job_id,
        created_by=created_by,
        at=to_text(at),
    )


GET = """
MATCH (:Firm {id: $viewer})-[:POSTED]->(:PartsRequest)<-[:STUDIES]-(s:AwardStudy {id: $id})
RETURN s.id AS id, s.request_id AS request_id, s.firm_id AS firm_id, s.name AS name,
       s.state AS state, s.wishes AS wishes, s.problem AS problem,
       s.problem_digest AS problem_digest, s.known AS known, s.bid_versions AS bid_versions,
       s.solver_version AS solver_version, s.progress AS progress, s.job_id AS job_id,
       s.created_by AS created_by, s.created_at AS created_at, s.ended_at AS ended_at,
       s.version AS version
"""

SCENARIOS = """
MATCH (s:AwardStudy {id: $id})-[:HAS_SCENARIO]->(c:AwardScenario)
RETURN c.id AS id, c.study_id AS study_id, c.place AS place, c.run AS run, c.answer AS answer,
       c.cost AS cost, c.made_at AS made_at
ORDER BY place LIMIT 1000
"""


def get(tx: Tx, study_id: str, *, viewer: str) -> AwardStudy:
    """A study of the viewer's own request, with its scenarios.

    Raises:
        NotFound: no such study of the viewer's firm.
    """
    found = row(tx, GET, id=study_id, viewer=viewer)
    if found is None:
        raise NotFound
    made = tuple(_scenario(each) for each in rows(tx, SCENARIOS, id=study_id))
    return _study(found, made)


LIST = """
MATCH (:Firm {id: $viewer})-[:POSTED]->(r:PartsRequest {id: $request_id})
MATCH (s:AwardStudy)-[:STUDIES]->(r)
OPTIONAL MATCH (s)-[:HAS_SCENARIO]->(c:AwardScenario)
RETURN s.id AS id, s.name AS name, s.state AS state, s.job_id AS job_id,
       s.created_at AS created_at, count(c) AS scenarios
ORDER BY created_at DESC, id LIMIT 100
"""


def list_of(tx: Tx, request_id: str, *, viewer: str) -> list[dict[str, Any]]:
    """The studies of the viewer's own request, newest first; none of anybody else's."""
    return rows(tx, LIST, request_id=request_id, viewer=viewer)


LOCK = """
MATCH (:Firm {id: $viewer})-[:POSTED]->(:PartsRequest)<-[:STUDIES]-(s:AwardStudy {id: $id})
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
    problem: dict[str, Any],
    problem_digest: str,
    known: dict[str, Any],
    bid_versions: dict[str, int],
    solver_version: str,
) -> None:
    """Keep what a locked study works on."""
    run(
        tx,
        PREPARE,
        id=study_id,
        problem=as_text(problem),
        problem_digest=problem_digest,
        known=as_text(known),
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
        place=scenario.place,
        run=as_text(_run_told(scenario.run)),
        answer=as_text(scenario.answer),
        cost=None if scenario.cost is None else f"{scenario.cost:f}",
        at=to_text(scenario.made_at),
    )


PROGRESS = """
MATCH (s:AwardStudy {id: $id}) SET s.lock = $nonce
WITH s WHERE s.state = 'working'
SET s.progress = $progress
"""


def progress(tx: Tx, study_id: str, *, told: dict[str, Any]) -> None:
    """Say what runs now and how far it is; nothing happens to a study that is over."""
    run(tx, PROGRESS, id=study_id, nonce=nonce(), progress=as_text(told))


END = """
MATCH (s:AwardStudy {id: $id})
SET s.state = $state, s.ended_at = $at, s.progress = '{}', s.version = s.version + 1
"""


def end(tx: Tx, study_id: str, *, state: str, at: datetime) -> None:
    """Close a study that was locked in this transaction."""
    run(tx, END, id=study_id, state=state, at=to_text(at))


STUDY_OF = """
MATCH (:Firm {id: $viewer})-[:POSTED]->(:PartsRequest)<-[:STUDIES]-(s:AwardStudy)
MATCH (s)-[:HAS_SCENARIO]->(c:AwardScenario {id: $scenario_id})
RETURN s.id AS id
"""


def study_of(tx: Tx, scenario_id: str, *, viewer: str) -> str:
    """The id of the study that a scenario of the viewer's own belongs to.

    Raises:
        NotFound: no such scenario of the viewer's firm.
    """
    found = row(tx, STUDY_OF, scenario_id=scenario_id, viewer=viewer)
    if found is None:
        raise NotFound
    return found["id"]


TIE = """
MATCH (a:Award {id: $award_id}), (c:AwardScenario {id: $scenario_id})
CREATE (a)-[:TAKEN_FROM]->(c)
"""


def tie(tx: Tx, award_id: str, scenario_id: str) -> None:
    """Keep which scenario an award came from; both must be there and of one request."""
    run(tx, TIE, award_id=award_id, scenario_id=scenario_id)


ORIGIN = """
MATCH (:Firm {id: $viewer})-[:POSTED]->(r:PartsRequest)<-[:DECIDES]-(a:Award {id: $award_id})
OPTIONAL MATCH (a)-[:TAKEN_FROM]->(c:AwardScenario)
RETURN a.id AS id, r.id AS request_id, c.id AS scenario_id, c.study_id AS study_id
"""


def origin(tx: Tx, award_id: str, *, viewer: str) -> dict[str, Any]:
    """The request of the viewer's own award, and the scenario and study it came from (or None).

    Raises:
        NotFound: no such award of the viewer's firm.
    """
    found = row(tx, ORIGIN, award_id=award_id, viewer=viewer)
    if found is None:
        raise NotFound
    return found


INCUMBENTS = """
MATCH (s:Firm)-[r:SUPPLIES]->(:Firm {id: $viewer})
WHERE s.id IN $firm_ids AND r.part_id IN $part_ids
RETURN s.id AS supplier, r.part_id AS part_id, coalesce(r.share, 0.0) AS share
ORDER BY part_id, share DESC, supplier LIMIT 10000
"""


def incumbents(tx: Tx, firm_ids: list[str], part_ids: list[str], *, viewer: str) -> dict[str, str]:
    """Part id to that one of the firms that supplies most of it to the viewer today."""
    found: dict[str, str] = {}
    for each in rows(tx, INCUMBENTS, firm_ids=firm_ids, part_ids=part_ids, viewer=viewer):
        found.setdefault(each["part_id"], each["supplier"])
    return found


PROFILES = """
MATCH (f:Firm) WHERE f.id IN $firm_ids
RETURN f.id AS id, f.kind AS kind, f.region AS region, f.country AS country
ORDER BY id LIMIT 5000
"""


def profiles(tx: Tx, firm_ids: list[str]) -> dict[str, dict[str, Any]]:
    """The public profiles that rules may speak of, by firm id."""
    return {each["id"]: each for each in rows(tx, PROFILES, firm_ids=firm_ids)}


def _run_told(made: Run) -> dict[str, Any]:
    return {
        "key": made.key,
        "kind": made.kind,
        "name": made.name,
        "rules": [dict(rule) for rule in made.rules],
        "risk_weight": str(made.risk_weight),
    }


def _scenario(found: dict[str, Any]) -> Scenario:
    told = json.loads(found["run"])
    made = Run(
        **{**told, "rules": tuple(told["rules"]), "risk_weight": Decimal(told["risk_weight"])}
    )
    return Scenario(
        id=found["id"],
        study_id=found["study_id"],
        place=found["place"],
        run=made,
        answer=json.loads(found["answer"]),
        cost=None if found["cost"] is None else Decimal(found["cost"]),
        made_at=to_instant(found["made_at"]),
    )


def _study(found: dict[str, Any], made: tuple[Scenario, ...]) -> AwardStudy:
    raw = {name: json.loads(found[name]) for name in ("known", "bid_versions", "progress")}
    return AwardStudy(
        **{
            **found,
            **raw,
            "wishes": Wishes.read(json.loads(found["wishes"])),
            "problem": None if found["problem"] is None else json.loads(found["problem"]),
            "created_at": to_instant(found["created_at"]),
            "ended_at": to_instant(found["ended_at"]) if found["ended_at"] else None,
            "scenarios": made,
        }
    )
