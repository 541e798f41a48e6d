"""No page and no read of the API waits for the graph more than four times.

The addresses are taken from the application itself, so a new page is counted by being there. One
that waits more often is opened again, and the second visit counts: the first look of a day at what
another firm shares, and the first of a person at opened bids, are written down before the answer
leaves, in a transaction of their own; so is once a minute that a session or token is used. What a
round trip is, ``tests/make/round_trips.py`` says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from neo4j import Driver

from supplychain.actions.parts_requests.attachments import NewFile, attach
from supplychain.actions.people import accounts
from supplychain.graph.engine.transactions import read, row
from supplychain.model.people.actors import Actor
from tests.make.accounts import ApiClient, api_client, browser
from tests.make.parts_requests import make_parts_request
from tests.make.round_trips import RoundTrips, count_round_trips
from tests.make.world import World, make_world
from tests.web.test_matrix import Route, main_argument, routes

MAX_ROUND_TRIPS = 4
SKIPPED = {
    "api_uploads.export": "a file of all tables, read in portions while it is written",
    "uploads.export": "the same",
    "accounts.ask_code": "only half signed in",
    "colleagues.join": "by a secret that a letter brings",
    "registration.ask_password": "the same",
    "resets.show": "the same",
}
"""By endpoint, why it is not counted, or answers nobody of this world with a page."""
QUERIES = {"api_cost_settings.list_records": "?category_id=forgings"}
"""What an address must have behind it, by endpoint."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Somebody's GET of an address."""

    route: Route
    name: str
    path: str


def list_visits(app: Flask, world: World, inner: dict[str, dict[str, str]]) -> Iterator[Visit]:
    """Every GET, by each who stands in a relation to its thing, for every such thing."""
    for route in routes(app):
        endpoint = route.rule.endpoint
        if route.method != "GET" or endpoint.endswith("static") or endpoint in SKIPPED:
            continue
        is_operator = route.policy.audience == "operator"
        for values, names in _list_values(route, world, inner):
            with app.test_request_context():
                path = app.url_map.bind("localhost").build(endpoint, values)
            path += QUERIES.get(endpoint, "")
            for name in ["operator"] if is_operator else names:
                yield Visit(route=route, name=name, path=path)


def _list_values(
    route: Route, world: World, inner: dict[str, dict[str, str]]
) -> Iterator[tuple[dict[str, str], list[str]]]:
    """What may stand in the address of a route, and for whom."""
    everybody = ["maker", "alpha", "peer"]
    if not route.rule.arguments:
        yield {}, everybody
        return
    known = inner.get(route.rule.endpoint, {})
    if route.rule.arguments <= known.keys():
        yield known, ["maker", "alpha"]
        return
    for thing in world.of(route.policy.thing):
        names = [name for name in ("maker", "alpha", "peer") if name in thing.relations]
        yield {**known, main_argument(route): thing.id}, names


NAMES = """
MATCH (r:PartsRequest {id: $request_id})-[:HAS_FILE]->(a:Attachment) RETURN a.id AS id LIMIT 1
"""


def _make_inner(driver: Driver, world: World) -> dict[str, dict[str, str]]:
    """Ids and names inside things, and of things that no policy names, by endpoint."""
    maker, alpha = world.actors["maker"], world.actors["alpha"]
    request_id = make_parts_request(driver, maker, publish=False)
    drawing = NewFile.of("a.csv", BytesIO(b"a,drawing\n"), 1)
    attach(driver, request_id, drawing, by=maker)
    found = read(driver, lambda tx: row(tx, NAMES, request_id=request_id))
    assert found is not None
    file = {"id": request_id, "attachment_id": found["id"]}
    card = {"id": alpha.firm_id}
    ranked = {"firm_id": alpha.firm_id}
    return {
        "attachments.download": file,
        "api_attachments.download": file,
        "firms.show": card,
        "api_firms.get_firm": card,
        "operator_firms.show": card,
        "api_operator_firms.get_watched": card,
        "matches.show_records": ranked,
        "api_matches.list_records": ranked,
        "api_award_studies.get_scenario": {"key": "few"},
        "api_cost_settings.list_records": card,
    }


class Visitors:
    """Who opens addresses, each with a browser and a token; counts what they wait for."""

    def __init__(self, app: Flask, driver: Driver, actors: dict[str, Actor]) -> None:
        self._app, self._driver, self._actors = app, driver, actors
        self._doors: dict[str, FlaskClient | ApiClient] = {}

    def open(self, visit: Visit, counted: RoundTrips) -> tuple[int, list[str]]:
        """The status and the waits; of a second visit, if the first one waited too often."""
        get = self._find_door(visit)
        counted.take()
        status, waits = get(visit.path), counted.take()
        if len(waits) > MAX_ROUND_TRIPS:
            status, waits = get(visit.path), counted.take()
        return status, waits

    def _find_door(self, visit: Visit) -> Callable[[str], int]:
        key = f"{visit.name} {visit.route.is_api}"
        if key not in self._doors:
            make = api_client if visit.route.is_api else browser
            self._doors[key] = make(self._app, self._driver, self._actors[visit.name])
        door = self._doors[key]

        def get(path: str) -> int:
            if isinstance(door, ApiClient):
                answer = door.call("get", path.removeprefix("/api/v1"))
            else:
                answer = door.get(path)
            answer.get_data()
            answer.close()
            return answer.status_code

        return get


@pytest.mark.timeout(400)
def test_no_page_waits_for_the_graph_more_than_four_times(
    app: Flask, driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounts, "SEEN_NOTED_EVERY", timedelta(days=1))
    world = make_world(driver)
    inner = _make_inner(driver, world)
    visitors = Visitors(app, driver, world.actors)
    wrong: list[str] = []
    shown: dict[str, bool] = {}
    with count_round_trips() as counted:
        for visit in list_visits(app, world, inner):
            status, waits = visitors.open(visit, counted)
            assert status < 500, f"{visit.name} {visit.path}"
            shown[str(visit.route)] = shown.get(str(visit.route), False) or status in (200, 302)
            if len(waits) > MAX_ROUND_TRIPS:
                told = "\n    ".join(waits)
                wrong.append(f"{visit.name} {visit.route}: {len(waits)}\n    {told}")
    assert wrong == [], "\n".join(wrong)
    assert [name for name, is_shown in shown.items() if not is_shown] == []
    assert len(shown) > 130
