"""Jobs of a firm, queued without what they are about."""

from __future__ import annotations

from datetime import datetime

from neo4j import Driver

from supplychain.graph import jobs
from supplychain.graph.engine.transactions import write
from supplychain.model.ids import new_id, utc_now


def queue_jobs(
    driver: Driver, firm_id: str, count: int, *, kind: str = "match", at: datetime | None = None
) -> list[str]:
    """Queue jobs as they are, past all limits; returns their ids in order."""
    ids = [new_id() for _ in range(count)]
    for job_id in ids:
        write(
            driver,
            jobs.create,
            job_id=job_id,
            kind=kind,
            about_id=f"about-{job_id}",
            firm_id=firm_id,
            user_id="u",
            at=at or utc_now(),
        )
    return ids
