"""The job that ranks suppliers for a parts request."""

from __future__ import annotations

from neo4j import Driver

from supplychain.actions.jobs import Progress
from supplychain.actions.rankings.rankings import match_parts_request
from supplychain.model.events import Facts
from supplychain.model.ids import to_instant
from supplychain.model.jobs import StartedJob


def rank_suppliers(driver: Driver, job: StartedJob, progress: Progress) -> Facts:
    """Rank and invite for the request that the job is about; a second try goes on."""
    now = to_instant(job.created_at)
    return match_parts_request(driver, job.about_id, now=now, progress=progress)


HANDLERS = {"match": rank_suppliers}
