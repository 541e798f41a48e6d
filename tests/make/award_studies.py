"""Award studies for tests, asked for and worked out by the actions themselves."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from neo4j import Driver

from supplychain.actions import jobs
from supplychain.actions.awards import studies
from supplychain.actions.awards.awards import award
from supplychain.actions.awards.changes import split_of
from supplychain.actions.awards.studies import Seen
from supplychain.award.scenarios.plan import Wishes
from supplychain.model.awards.award import AwardChoice
from supplychain.model.people.actors import Actor
from supplychain.tasks.jobs import gather_handlers
from tests.make.accounts import make_user
from tests.make.awards import make_opened_request
from tests.make.firms import make_firm
from tests.make.parts_requests import line_ids

PRICES = {
    "Dear Forging": ("12.00", "40.00"),
    "Cheap Forging": ("11.00", "45.00"),
    "Middle Forging": ("11.50", "42.00"),
}
"""Prices of two lines of 500 and 100 pieces, by firm; all offer all, in 20 days."""


def make_market(
    driver: Driver, **values: Any
) -> tuple[Actor, str, dict[str, tuple[Actor, str]], list[str]]:
    """An opened request of two lines with three bids.

    Returns:
        The buyer, the request's id, by the firm's name its owner and its bid's id, and line ids.
    """
    buyer = make_user(driver, make_firm(driver, kind="core"))
    owners = {
        name: make_user(driver, make_firm(driver, name=name, kind="provider" if n == 1 else "sme"))
        for n, name in enumerate(PRICES)
    }
    offers = {
        owners[name]: [
            {"unit_price": Decimal(first), "quantity": 500},
            {"unit_price": Decimal(second), "quantity": 100, "tooling": Decimal(150)},
        ]
        for name, (first, second) in PRICES.items()
    }
    lines = [{}, {"description": "Hub", "quantity": 100}]
    request_id, placed = make_opened_request(driver, buyer, offers, lines=lines, **values)
    bidders = {name: (owner, placed[owner]) for name, owner in owners.items()}
    return buyer, request_id, bidders, line_ids(driver, request_id)


def work_out(driver: Driver, study_id: str, *, by: Actor) -> Seen:
    """The study, worked out by its own job alone."""
    job_id = studies.get(driver, study_id, by=by).study.job_id
    assert jobs.run_job(driver, job_id, gather_handlers()) == "done"
    return studies.get(driver, study_id, by=by)


def make_study(driver: Driver, buyer: Actor, request_id: str, **wishes: Any) -> Seen:
    """A study that was worked out."""
    study_id = studies.ask(driver, request_id, Wishes(**wishes), by=buyer)
    return work_out(driver, study_id, by=buyer)


def make_award_of(driver: Driver, buyer: Actor, seen: Seen, key: str = "cheapest") -> str:
    """An award of a scenario's split as it is, and its id."""
    scenario = seen.study.find(key)
    assert scenario is not None
    choice = AwardChoice(
        allocations=split_of(seen.study, scenario), reason="As studied.", scenario_id=scenario.id
    )
    return award(driver, seen.study.request_id, choice, by=buyer)
