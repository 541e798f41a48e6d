"""The graph takes connections and answers nothing: every wait ends, and all is well after."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from neo4j import Driver

from supplychain.config import settings
from supplychain.errors import Unavailable
from supplychain.graph.engine import driver as drivers
from supplychain.graph.engine import waits
from supplychain.graph.engine.transactions import Once, Tx, read, row, run, write_once
from supplychain.web.app import create_app
from tests.make.accounts import browser, make_user
from tests.make.firms import make_firm
from tests.make.frozen import FreezableWay

PROMPT_S = 5.0


@pytest.fixture
def way(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> Iterator[FreezableWay]:
    """The graph behind a way that can freeze, with the patience of a portal."""
    way = FreezableWay()
    held = dict(drivers._held)
    with monkeypatch.context() as patched:
        patched.setenv("SUPPLYCHAIN_GRAPH_URI", way.uri)
        patched.setenv("SUPPLYCHAIN_GRAPH_USER", way.user)
        patched.setenv("SUPPLYCHAIN_GRAPH_PASSWORD", way.password)
        settings.cache_clear()
        drivers._held.clear()
        waits.limit(waits.PAGE)
        yield way
        way.thaw()
        drivers.forget()
    way.close()
    waits.limit(waits.WORK)
    settings.cache_clear()
    drivers._held.update(held)


@pytest.fixture
def app(way: FreezableWay) -> Flask:
    made = create_app()
    made.config.update(WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False)
    return made


def _read() -> object:
    return read(drivers.graph(), lambda tx: row(tx, "RETURN 1 AS n"))


def _time_refusal(act: Callable[[], object]) -> float:
    began = time.monotonic()
    with pytest.raises(Unavailable):
        act()
    return time.monotonic() - began


def test_a_portal_answers_within_five_seconds_and_at_once_from_then_on(
    app: Flask, way: FreezableWay
) -> None:
    graph = drivers.graph()
    page = browser(app, graph, make_user(graph, make_firm(graph)))
    assert page.get("/").status_code == 200
    way.freeze()
    began = time.monotonic()
    answer = page.get("/")
    first_s = time.monotonic() - began
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert first_s < PROMPT_S
    assert page.get("/readyz").status_code == 503
    began = time.monotonic()
    refused = [page.get("/").status_code for _ in range(10)]
    assert (set(refused), time.monotonic() - began < PROMPT_S) == ({503}, True)
    assert page.get("/healthz").status_code == 200
    way.thaw()
    until = time.monotonic() + 20
    while page.get("/").status_code != 200:
        assert time.monotonic() < until
        time.sleep(0.1)


def test_a_new_connection_waits_no_longer_than_an_old_one(way: FreezableWay) -> None:
    way.freeze()
    assert _time_refusal(_read) < PROMPT_S


def test_a_slow_answer_is_waited_for_while_the_graph_greets(way: FreezableWay) -> None:
    _read()
    way.hold(3)
    assert _read() == {"n": 1}


def test_an_answer_that_never_comes_ends_too(
    way: FreezableWay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waits, "greets", lambda: True)
    waits.limit(dataclasses.replace(waits.PAGE, answer_s=3.0))
    _read()
    way.freeze()
    assert _time_refusal(_read) < PROMPT_S
    way.thaw()
    assert _read() == {"n": 1}


def test_a_commit_whose_answer_never_came_is_looked_up(way: FreezableWay) -> None:
    graph = drivers.graph()
    tries: list[int] = []

    def work(tx: Tx) -> str:
        run(tx, "CREATE (f:Firm {id: 'once'})")
        tries.append(1)
        if len(tries) == 1:
            way.freeze()
        return "made"

    once = Once.of(firm_id="f", verb="add", client_key="k", payload=1)
    with pytest.raises(Unavailable):
        write_once(graph, once, work)
    way.thaw()
    waits.limit(waits.PAGE)
    assert write_once(graph, once, work) == "made"
    count = read(graph, lambda tx: row(tx, "MATCH (f:Firm {id: 'once'}) RETURN count(f) AS n"))
    assert count == {"n": 1}
