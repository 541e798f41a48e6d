"""Matching as a job."""

from __future__ import annotations

from typing import Any

from neo4j import Driver

from supplychain.actions.jobs import Progress
from supplychain.actions.rankings.rankings import match_parts_request
from supplychain.model.ids import to_instant


def match(driver: Driver, job: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Rank and invite for the request that the job is about; a second try goes on."""
    asked_at = to_instant(job["created_at"])
    return match_parts_request(driver, job["about_id"], now=asked_at, progress=progress)


HANDLERS = {"match": match}
