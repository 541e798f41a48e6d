"""Award studies and replays of awards as jobs."""

from __future__ import annotations

from dataclasses import asdict

from neo4j import Driver

from supplychain.actions.awards.solving import replay, work_out
from supplychain.actions.awards.studies import KIND, REPLAY
from supplychain.actions.jobs import Progress
from supplychain.model.events import Facts
from supplychain.model.jobs import StartedJob


def study(driver: Driver, job: StartedJob, progress: Progress) -> Facts:
    """Work out the study that the job is about; a second try goes on."""
    count = work_out(driver, job.about_id, firm_id=job.firm_id, progress=progress)
    return {"scenarios": count}


def replay_award(driver: Driver, job: StartedJob, progress: Progress) -> Facts:
    """Solve again what the award that the job is about came from."""
    return asdict(replay(driver, job.about_id, firm_id=job.firm_id, progress=progress))


HANDLERS = {KIND: study, REPLAY: replay_award}
