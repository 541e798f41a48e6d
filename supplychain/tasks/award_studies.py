"""Award studies and replays of awards as jobs."""

from __future__ import annotations

from typing import Any

from neo4j import Driver

from supplychain.actions.awards.solving import replay, work_out
from supplychain.actions.awards.studies import KIND, REPLAY
from supplychain.actions.jobs import Progress


def study(driver: Driver, job: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Work out the study that the job is about; a second try goes on."""
    return work_out(driver, job["about_id"], firm_id=job["firm_id"], progress=progress)


def replay_award(driver: Driver, job: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Solve again what the award that the job is about came from."""
    return replay(driver, job["about_id"], firm_id=job["firm_id"], progress=progress)


HANDLERS = {KIND: study, REPLAY: replay_award}
