"""Every route × every principal × whose thing it is: the policy each route declares holds.

The rows are taken from the application itself, so a new route is in the matrix by being there.
A thing that is not yours answers byte for byte like one that does not exist.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from neo4j import Driver
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from supplychain.model.ids import new_id
from supplychain.model.people.actors import Actor
from supplychain.web.access.policy import Policy, policy_of
from tests.make.accounts import api_client, browser, make_user
from tests.make.firms import make_firm
from tests.make.world import Thing, World, make_world

MISSING = "f" * 32
INNER = "e" * 32
"""What is asked for inside a thing; nothing has this id."""


@dataclass(frozen=True, slots=True)
class Route:
    """One method of one route."""

    method: str
    rule: Rule
    policy: Policy

    @property
    def is_api(self) -> bool:
        return self.rule.rule.startswith("/api/")

    def __str__(self) -> str:
        return f"{self.method} {self.rule.rule}"


def routes(app: Flask) -> list[Route]:
    """All routes that people can call."""
    found = []
    for rule in app.url_map.iter_rules():
        declared = policy_of(app, rule.endpoint)
        assert declared is not None, f"{rule} declares no policy"
        methods = sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        found.extend(Route(method, rule, declared) for method in methods)
    return found


class Caller:
    """One principal, with a browser and an API token."""

    def __init__(self, app: Flask, driver: Driver, actor: Actor | None) -> None:
        self.app = app
        self.portal: FlaskClient = browser(app, driver, actor)
        self.api = api_client(app, driver, actor)

    def call(self, route: Route, thing_id: str) -> TestResponse:
        """Call the route for a thing, with nothing useful in the body."""
        values = dict.fromkeys(route.rule.arguments, INNER)
        values[main_argument(route)] = thing_id
        with self.app.test_request_context():
            path = self.app.url_map.bind("localhost").build(
                route.rule.endpoint, values, route.method
            )
        if route.is_api:
            body: dict[str, Any] = {} if route.method in ("GET", "DELETE") else {"json": {}}
            return self.api.call(
                route.method.lower(), path.removeprefix("/api/v1"), if_match=1, **body
            )
        return self.portal.open(path, method=route.method, data={})


def main_argument(route: Route) -> str:
    """The argument that names the thing; others name something inside it."""
    return "id" if "id" in route.rule.arguments else sorted(route.rule.arguments)[0]


def masked(answer: TestResponse, thing_id: str) -> tuple[int, str]:
    """Status and body, without what differs from call to call and from id to id."""
    text = answer.get_data(as_text=True).replace(thing_id, "ID")
    text = text.replace(thing_id.replace("|", "%7C"), "ID")
    text = re.sub(r'name="(csrf_token|once)" value="[^"]*"', r'name="\1"', text)
    location = answer.headers.get("Location", "").replace(thing_id, "ID")
    return answer.status_code, f"{text}{location}"


def may_see(route: Route, thing: Thing, name: str) -> bool:
    """Whether the policy lets this firm see the thing through this route."""
    return bool(thing.relations.get(name, set()) & set(route.policy.seen_by))


def _make_callers(app: Flask, driver: Driver, world: World) -> dict[str, Caller]:
    return {name: Caller(app, driver, actor) for name, actor in world.actors.items()}


def is_turned_away(route: Route, answer: tuple[int, str]) -> bool:
    """Whether this is what somebody gets who is not signed in."""
    return answer[0] == 401 if route.is_api else answer[0] == 302 and "/sign-in" in answer[1]


def test_what_is_not_yours_is_answered_like_what_is_not_there(app: Flask, driver: Driver) -> None:
    world = make_world(driver)
    wrong, cells = [], 0
    callers = _make_callers(app, driver, world)
    absent: dict[tuple[str, str], tuple[int, str]] = {}
    for route in routes(app):
        if not route.policy.thing:
            continue
        for thing in _things(world, route):
            for name, caller in callers.items():
                if name == "suspended" or may_see(route, thing, name):
                    continue
                cells += 1
                foreign = masked(caller.call(route, thing.id), thing.id)
                if thing.relations.get(name) and 400 <= foreign[0] < 500:
                    continue  # they know of it, and may be told why they may not do this
                if (str(route), name) not in absent:
                    absent[str(route), name] = masked(caller.call(route, MISSING), MISSING)
                missing = absent[str(route), name]
                if foreign != missing or foreign[0] < 400:
                    wrong.append(f"{route} {thing.noun} as {name}: {foreign[0]} / {missing[0]}")
    assert wrong == [], "\n".join(wrong)
    assert cells > 500


def _things(world: World, route: Route) -> list[Thing]:
    found = world.of(route.policy.thing)
    assert found, f"the world has no {route.policy.thing} for {route}"
    return found


def test_what_is_yours_can_be_read(app: Flask, driver: Driver) -> None:
    world = make_world(driver)
    callers = _make_callers(app, driver, world)
    wrong = []
    for route in routes(app):
        inner = (
            set(route.rule.arguments) - {main_argument(route)} if route.rule.arguments else set()
        )
        if route.method != "GET" or not route.policy.thing or inner:
            continue
        for thing in _things(world, route):
            for name, caller in callers.items():
                if may_see(route, thing, name):
                    status = caller.call(route, thing.id).status_code
                    if status in (401, 403, 404) or status >= 500:
                        wrong.append(f"{route} {thing.noun} as {name}: {status}")
    assert wrong == []


def test_nobody_gets_in_without_signing_in(app: Flask, driver: Driver) -> None:
    nobody = Caller(app, driver, None)
    wrong = []
    for route in routes(app):
        if route.policy.audience == "public":
            continue
        answer = nobody.call(route, MISSING) if route.rule.arguments else _plain(nobody, route)
        turned_away = answer.status_code == (401 if route.is_api else 302)
        if not turned_away or (not route.is_api and "/sign-in" not in answer.headers["Location"]):
            wrong.append(f"{route}: {answer.status_code}")
    assert wrong == []


def _plain(caller: Caller, route: Route) -> TestResponse:
    if route.is_api:
        body: dict[str, Any] = {} if route.method in ("GET", "DELETE") else {"json": {}}
        path = route.rule.rule.removeprefix("/api/v1")
        return caller.api.call(route.method.lower(), path, if_match=1, **body)
    return caller.portal.open(route.rule.rule, method=route.method, data={})


def test_who_works_for_a_suspended_firm_gets_in_nowhere(app: Flask, driver: Driver) -> None:
    world = make_world(driver)
    suspended = Caller(app, driver, world.actors["suspended"])
    wrong = []
    for route in routes(app):
        if route.policy.audience == "public":
            continue
        thing_ids = [thing.id for thing in world.of(route.policy.thing)] or [MISSING]
        for thing_id in thing_ids if route.rule.arguments else [""]:
            call = suspended.call(route, thing_id) if thing_id else _plain(suspended, route)
            if not is_turned_away(route, masked(call, thing_id or MISSING)):
                wrong.append(f"{route}: {call.status_code}")
    assert wrong == []


def test_a_viewer_changes_nothing(app: Flask, driver: Driver) -> None:
    viewer = Caller(app, driver, make_user(driver, make_firm(driver), role="viewer"))
    wrong = []
    for route in routes(app):
        own_account = route.policy.audience in ("public", "signed_in", "operator")
        if route.method == "GET" or own_account:
            continue
        answer = viewer.call(route, MISSING) if route.rule.arguments else _plain(viewer, route)
        if answer.status_code != 403:
            wrong.append(f"{route}: {answer.status_code}")
    assert wrong == []


def test_a_role_that_is_not_named_is_refused(app: Flask, driver: Driver) -> None:
    firm = make_firm(driver)
    wrong = []
    for role in ("buyer", "seller", "viewer"):
        caller = Caller(app, driver, make_user(driver, firm, role=role))
        for route in routes(app):
            if not route.policy.roles or role in route.policy.roles:
                continue
            answer = caller.call(route, MISSING) if route.rule.arguments else _plain(caller, route)
            if answer.status_code != 403:
                wrong.append(f"{route} as {role}: {answer.status_code}")
    assert wrong == []


def test_an_operator_sees_no_page_of_a_firm(app: Flask, driver: Driver) -> None:
    operator = Caller(app, driver, make_user(driver, None))
    wrong = []
    for route in routes(app):
        if route.policy.audience != "member":
            continue
        answer = operator.call(route, new_id()) if route.rule.arguments else _plain(operator, route)
        if answer.status_code not in (403, 404):
            wrong.append(f"{route}: {answer.status_code}")
    assert wrong == []
