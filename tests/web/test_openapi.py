"""The API keeps its own document: every route is in it, and generated calls are answered in words.

Calls are made by schemathesis from the document alone, always the same ones, half of them right
by the document and half of them wrong, on things that are there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from neo4j import Driver
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis import APIOperation, Case, GenerationMode
from werkzeug.test import TestResponse

from supplychain.model.people.actors import Actor
from supplychain.web.access.policy import policy_of
from tests.make.accounts import ApiClient, api_client
from tests.make.world import World, make_world

EXAMPLES = 5
PROBLEM = "application/problem+json"
SELF = ("/api/v1/docs", "/api/v1/openapi.json")


@pytest.fixture(scope="module")
def document(app: Flask) -> dict[str, Any]:
    """The document as anybody gets it."""
    answer = app.test_client().get("/api/v1/openapi.json")
    assert answer.status_code == 200
    assert answer.content_type == "application/json"
    return answer.get_json()


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """("get /api/v1/orders/{}", operation) of every operation."""
    for path, item in document["paths"].items():
        for method in ("get", "post", "put", "patch", "delete"):
            if method in item:
                yield f"{method} {nameless(path)}", item[method]


def nameless(path: str) -> str:
    """A path with its places unnamed."""
    return re.sub(r"[<{][^>}]*[>}]", "{}", path)


def test_the_document_is_valid_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(document).validate()


def test_every_route_of_the_api_is_in_the_document(app: Flask, document: dict[str, Any]) -> None:
    routes = {
        f"{method.lower()} {nameless(rule.rule)}"
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/") and rule.rule not in SELF
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert {name for name, _ in operations(document)} == routes


def test_every_operation_says_what_it_does_and_what_it_answers(document: dict[str, Any]) -> None:
    silent = [
        name
        for name, operation in operations(document)
        if not operation.get("summary")
        or not any(status.startswith("2") for status in operation["responses"])
    ]
    assert silent == []


KEYLESS = {
    "post /api/v1/award-studies/{}/differences",
    "post /api/v1/chains/{}/invitations",
    "post /api/v1/clusters/{}/invitations",
    "post /api/v1/colleague-invitations/acceptances",
    "post /api/v1/parts-requests/{}/bid-workbook/check",
    "post /api/v1/parts-requests/lines-from-file",
    "post /api/v1/receipt-checks",
    "post /api/v1/registrations/confirmations",
}
"""What creates nothing when it is called twice."""


def test_headers_and_cursors_are_in_the_document(document: dict[str, Any]) -> None:
    named = {
        name: {one["name"] for one in operation.get("parameters", [])}
        for name, operation in operations(document)
    }
    keyless = {
        name
        for name, taken in named.items()
        if name.startswith("post ") and "Idempotency-Key" not in taken
    }
    assert keyless == KEYLESS
    assert {"If-Match"} == named["put /api/v1/orders/{}/acceptance"]
    told = dict(operations(document))
    assert "If-Match" in named["patch /api/v1/bids/{}"]
    assert "requestBody" in told["patch /api/v1/bids/{}"]
    paged = {name for name, taken in named.items() if {"limit", "cursor"} <= taken}
    assert {"get /api/v1/orders", "get /api/v1/firms", "get /api/v1/bids"} <= paged


class Tried:
    """Calls one operation with what was generated, on real things, and notes what is wrong."""

    def __init__(self, app: Flask, world: World, callers: dict[str, ApiClient]) -> None:
        self.app, self.world, self.callers = app, world, callers
        self.calls, self.statuses, self.wrong = 0, set[int](), list[str]()

    def call(self, operation: APIOperation, case: Case, *, on_real: bool) -> None:
        """Send a case as the firm that has the thing, and check the answer."""
        path, who = self._place(operation, case, on_real=on_real)
        sent = case.as_transport_kwargs(base_url="http://localhost")
        kwargs = {key: sent[key] for key in ("json", "data") if sent.get(key) is not None}
        kind = dict(sent.get("headers") or {}).get("Content-Type")
        if kind and "json" not in kwargs:
            kwargs["content_type"] = kind
        if sent.get("files"):
            return
        client = self.callers[who]
        method = operation.method.lower()
        query = {k: v for k, v in (case.query or {}).items() if v is not None}
        answer = client.call(method, path, if_match=1, query_string=query, **kwargs)
        self.calls += 1
        self.statuses.add(answer.status_code)
        reason = told_wrong(operation, answer)
        if reason:
            self.wrong.append(f"{method} {path} {query} {kwargs}: {reason}"[:600])

    def _place(self, operation: APIOperation, case: Case, *, on_real: bool) -> tuple[str, str]:
        values = dict(case.path_parameters or {})
        who = "alpha"
        rule = next(
            rule
            for rule in self.app.url_map.iter_rules()
            if nameless(rule.rule) == nameless(operation.full_path)
            and operation.method.upper() in (rule.methods or ())
        )
        declared = policy_of(self.app, rule.endpoint)
        if on_real and declared is not None and declared.thing and "id" in values:
            at = self.calls % len(self.world.of(declared.thing))
            thing = self.world.of(declared.thing)[at]
            who = next(iter(thing.relations), who)
            values["id"] = thing.id
        return quoted(operation.path, values), who


def quoted(path: str, values: dict[str, Any]) -> str:
    """The path with its places filled, as a client writes it."""
    for name, value in values.items():
        text = str(value).encode("utf-8", "replace").decode()
        path = path.replace(f"{{{name}}}", quote(text, safe="") or "x")
    return path.removeprefix("/api/v1")


def told_wrong(operation: APIOperation, answer: TestResponse) -> str:
    """What is wrong with an answer; empty if nothing is."""
    status, kind = answer.status_code, answer.content_type or ""
    text = answer.data.decode(errors="replace")
    if status >= 500 or "Traceback" in text:
        return f"{status} {text[:200]}"
    if status >= 400:
        body = json.loads(text)
        whole = kind == PROBLEM and body["status"] == status and body["detail"] and body["code"]
        return "" if whole else f"{status} is no problem: {kind}"
    declared = operation.definition.raw["responses"].get(str(status))
    if declared is None:
        return f"{status} is not declared"
    kinds = set(declared.get("content", {}))
    return "" if not kinds or kind.split(";")[0] in kinds else f"{kind} is none of {kinds}"


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")
def test_generated_calls_are_answered_in_words_and_as_declared(app: Flask, driver: Driver) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    world = make_world(driver)
    actors: dict[str, Actor] = {
        name: actor for name, actor in world.actors.items() if name != "operator"
    }
    tried = Tried(app, world, {name: api_client(app, driver, a) for name, a in actors.items()})
    for found in schema.get_all_operations():
        operation = found.ok()
        if "/registrations" in operation.path or "/acceptances" in operation.path:
            continue  # they hash passwords, slowly on purpose, and have tests of their own
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            run(operation, mode, tried)
    assert tried.wrong == []
    assert tried.calls > 300
    assert {200, 201, 404, 422} <= tried.statuses


def run(operation: APIOperation, mode: GenerationMode, tried: Tried) -> None:
    """A few calls of one operation; none where nothing can be generated wrong."""
    if mode is GenerationMode.NEGATIVE and not can_be_wrong(operation):
        return

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def calls(case: Case) -> None:
        tried.call(operation, case, on_real=True)

    calls()


def can_be_wrong(operation: APIOperation) -> bool:
    """Whether there is anything in a call that the document restricts."""
    return bool(list(operation.body) or list(operation.query))
