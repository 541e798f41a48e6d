"""Jobs for tests, and doing them without a worker."""

from __future__ import annotations

from neo4j import Driver

from supplychain.actions import jobs
from supplychain.graph.engine.transactions import read, row, rows
from supplychain.tasks.jobs import gather_handlers

QUEUED = "MATCH (j:Job {state: 'queued'}) RETURN j.id AS id ORDER BY id LIMIT 1000"


def do_jobs(driver: Driver) -> list[str]:
    """Do all queued jobs as a worker would; returns how each ended."""
    queued = read(driver, lambda tx: rows(tx, QUEUED))
    return [jobs.run_job(driver, job["id"], gather_handlers()) for job in queued]


def job_about(driver: Driver, about_id: str) -> str:
    """The id of a job about a thing."""
    query = "MATCH (j:Job {about_id: $id}) RETURN j.id AS id LIMIT 1"
    found = read(driver, lambda tx: row(tx, query, id=about_id))
    assert found is not None
    return found["id"]
