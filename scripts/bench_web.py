"""A portal page and an API read against a bare Flask route that does the same queries.

Usage: bench_web.py [embedded|neo4j …]. All three run in one process, in turn, in one run. Then
pages by the second against a bare Flask page of the same size that asks nothing: list, home, a
request and its ranking, small and of 400 lines; each by itself, in one process, without a server
before it, so that the ratio is that of the work alone.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from flask import Flask, jsonify, session
from neo4j import Driver

from supplychain.actions.people import accounts
from supplychain.graph.engine import driver as drivers
from supplychain.graph.engine.transactions import read
from supplychain.graph.parts_requests import parts_requests
from supplychain.model.people.actors import Actor
from supplychain.web.access.guards import limiter
from supplychain.web.app import create_app
from tests import engines
from tests.make.accounts import api_client, browser, make_user
from tests.make.firms import make_firm
from tests.make.jobs import do_jobs
from tests.make.matches import make_ability
from tests.make.parts_requests import make_parts_request

REQUESTS, ROUNDS = 20, 200
LINES, PAGE_ROUNDS = 400, 60


def bare_app(token: str, request_id: str) -> Flask:
    """Two routes: who asks, the same reads, and a plain answer."""
    app = Flask("bare")
    app.secret_key = "bench"

    @app.get("/page")
    def page() -> Any:
        who = accounts.principal_of_session(drivers.graph(), session["_user_id"])
        assert who is not None
        found = read(drivers.graph(), parts_requests.list_posted, viewer=who.firm_id, limit=51)
        return f"<p>{len(found)}"

    @app.get("/read")
    def one() -> Any:
        who = accounts.principal_of_token(drivers.graph(), token)
        found = read(drivers.graph(), parts_requests.get, request_id, viewer=who.firm_id)
        return jsonify(id=found.id, title=found.title)

    return app


def compare(works: list[Callable[[], Any]], rounds: int = ROUNDS) -> list[tuple[float, float]]:
    """Median milliseconds of each, passed and of this process, in turn after a warm-up."""
    passed: list[list[float]] = [[] for _ in works]
    worked: list[list[float]] = [[] for _ in works]
    for round_number in range(rounds + 20):
        for number, work in enumerate(works):
            start, start_worked = time.perf_counter(), time.process_time()
            answer = work()
            if round_number >= 20:
                worked[number].append(1000 * (time.process_time() - start_worked))
                passed[number].append(1000 * (time.perf_counter() - start))
            assert answer.status_code == 200, answer.text
    return [
        (statistics.median(one), statistics.median(other))
        for one, other in zip(passed, worked, strict=True)
    ]


def measure(engine: str, driver: Driver) -> None:
    """Fill the graph a little and print the two ratios."""
    buyer: Actor = make_user(driver, make_firm(driver))
    ids = [make_parts_request(driver, buyer, publish=False) for _ in range(REQUESTS)]
    app = create_app()
    portal, api = browser(app, driver, buyer), api_client(app, driver, buyer)
    bare = bare_app(api.token, ids[0]).test_client()
    with portal.session_transaction() as kept, bare.session_transaction() as same:
        same["_user_id"] = kept["_user_id"]
    page, plain, one, single = compare([
        lambda: portal.get("/parts-requests"),
        lambda: bare.get("/page"),
        lambda: api.call("get", f"/parts-requests/{ids[0]}"),
        lambda: bare.get("/read"),
    ])  # fmt: skip
    for name, ours, reference in (("page", page, plain), ("API read", one, single)):
        for unit, a, b in zip(("ms", "ms of process time"), ours, reference, strict=True):
            print(f"{engine}: {name} {a:.1f} ÷ bare route {b:.1f} {unit} = {a / b:.2f}")


def time_pages(engine: str, driver: Driver) -> None:
    """Print pages by the second, and the part of a bare page of the same size."""
    buyer: Actor = make_user(driver, make_firm(driver))
    supplier = make_firm(driver)
    make_ability(driver, supplier.id, weekly_capacity=10_000)
    ids = [make_parts_request(driver, buyer, invite_top=1) for _ in range(REQUESTS)]
    wide = [{"description": f"Ring {number}", "quantity": 100} for number in range(LINES)]
    long_id = make_parts_request(driver, buyer, lines=wide, invite_top=1)
    do_jobs(driver)
    app = create_app()
    limiter.enabled = False
    portal = browser(app, driver, buyer)
    pages = {
        "list": "/parts-requests",
        "home": "/",
        "request": f"/parts-requests/{ids[0]}",
        "ranking": f"/parts-requests/{ids[0]}/matches",
        f"request of {LINES} lines": f"/parts-requests/{long_id}",
        f"ranking of {LINES} lines": f"/parts-requests/{long_id}/matches",
    }
    for name, path in pages.items():
        size = len(portal.get(path).data)
        plain = _page_of(size).test_client()
        (ours, _), (bare, _) = compare(
            [lambda path=path: portal.get(path), lambda plain=plain: plain.get("/")], PAGE_ROUNDS
        )
        print(
            f"{engine}: {name}, {size / 1000:.0f} kB: {1000 / ours:.0f} a second, "
            f"1/{ours / bare:.1f} of a bare page ({1000 / bare:.0f})"
        )


def _page_of(size: int) -> Flask:
    app = Flask("plain")
    text = "x" * size

    @app.get("/")
    def page() -> str:
        return text

    return app


def main() -> None:
    """Each engine asked for, or both."""
    for engine in sys.argv[1:] or ["embedded", "neo4j"]:
        with engines.fresh_graph(engine) as (_, driver):
            measure(engine, driver)
            time_pages(engine, driver)


if __name__ == "__main__":
    main()
