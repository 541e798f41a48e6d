"""What was just written is read again, whichever server answers and whichever portal is next.

The graph here is a double of two servers: a write hands out a bookmark, and a read that comes
without the latest one is refused, as a follower refuses that has not got the write yet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextvars import copy_context
from typing import Any, cast

import pytest
from flask import Flask
from neo4j import Bookmarks, Driver

from supplychain.config import settings
from supplychain.errors import SupplyChainError
from supplychain.graph.engine import bookmarks, reading, waits
from supplychain.graph.engine import transactions as graph
from supplychain.graph.engine.pipeline import Reply
from supplychain.web.access import bookmarks as carried
from supplychain.web.app import create_app


class Behind(SupplyChainError):
    """The follower has not got the last write."""


class Follower:
    """Sessions of a cluster: counts writes, refuses reads that do not wait for the last one."""

    def __init__(self) -> None:
        self.writes = 0

    def session(self, **config: Any) -> Any:
        return FollowerSession(self, config["bookmarks"])


class FollowerSession:
    def __init__(self, cluster: Follower, opened_with: Bookmarks | None) -> None:
        self.cluster = cluster
        self.seen = opened_with.raw_values if opened_with else frozenset()
        self._connection = None

    def __enter__(self) -> FollowerSession:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def execute_write(self, work: Callable[[Any], Any]) -> Any:
        self.cluster.writes += 1
        self.seen = frozenset({f"FB:{self.cluster.writes}"})
        return "written"

    def answer(self) -> list[Reply]:
        if f"FB:{self.cluster.writes}" not in self.seen:
            raise Behind
        return [Reply(rows=[{"said": "read"}])]

    def last_bookmarks(self) -> Bookmarks:
        return Bookmarks.from_raw_values(self.seen)


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[Driver]:
    monkeypatch.setenv("SUPPLYCHAIN_GRAPH_URI", "neo4j://127.0.0.1:7687")
    settings.cache_clear()
    waits.limit(waits.WORK)
    monkeypatch.setattr(reading, "send_together", lambda session, _queries, **_: session.answer())
    yield cast(Driver, Follower())
    monkeypatch.undo()
    settings.cache_clear()


def _nothing(_: object) -> None:
    return None


def _ask(tx: graph.Tx) -> str:
    return (graph.row(tx, "RETURN 'read' AS said") or {})["said"]


def test_a_job_reads_what_it_wrote(cluster: Driver) -> None:
    def work() -> str:
        graph.write(cluster, _nothing)
        return cast(str, graph.read(cluster, _ask))

    assert copy_context().run(work) == "read"


def test_without_the_bookmark_the_read_is_refused(cluster: Driver) -> None:
    copy_context().run(graph.write, cluster, _nothing)
    with pytest.raises(Behind):
        copy_context().run(graph.read, cluster, _ask)


def _make_portal(cluster: Driver) -> Flask:
    app = Flask(__name__)
    app.config.update(SECRET_KEY="the same for all", SESSION_COOKIE_SECURE=False)
    carried.init_app(app)

    @app.post("/write")
    @app.post("/api/v1/write")
    def write() -> str:
        graph.write(cluster, _nothing)
        return "written"

    @app.get("/read")
    @app.get("/api/v1/read")
    def read() -> str:
        try:
            return cast(str, graph.read(cluster, _ask))
        except Behind:
            return "behind"

    return app


def test_a_browser_carries_it_from_one_portal_to_the_next(cluster: Driver) -> None:
    first, second = _make_portal(cluster).test_client(), _make_portal(cluster).test_client()
    first.post("/write")
    assert second.get("/read").text == "behind"
    cookie = first.get_cookie("bookmark")
    assert cookie is not None and cookie.http_only
    second.set_cookie("bookmark", cookie.value)
    assert second.get("/read").text == "read"


def test_a_program_carries_it_in_a_header(cluster: Driver) -> None:
    first, second = _make_portal(cluster).test_client(), _make_portal(cluster).test_client()
    header = first.post("/api/v1/write").headers["Graph-Bookmark"]
    assert second.get("/api/v1/read").text == "behind"
    assert second.get("/api/v1/read", headers={"Graph-Bookmark": header}).text == "read"


@pytest.mark.parametrize("text", ["FB:1", "", "x" * 5000, "WyJGQjoxIl0.forged.forged"])
def test_a_forged_bookmark_is_nothing(cluster: Driver, text: str) -> None:
    portal = _make_portal(cluster).test_client()
    portal.post("/api/v1/write")
    assert portal.get("/api/v1/read", headers={"Graph-Bookmark": text}).text == "behind"


def test_one_request_hands_nothing_to_the_next_of_another(cluster: Driver) -> None:
    portal = _make_portal(cluster)
    portal.test_client().post("/api/v1/write")
    assert portal.test_client().get("/api/v1/read").text == "behind"


def test_one_server_needs_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUPPLYCHAIN_GRAPH_URI", "bolt://127.0.0.1:7687")
    settings.cache_clear()
    try:
        assert not bookmarks.are_needed()
        bookmarks.carry(frozenset({"FB:1"}))
        assert bookmarks.carried() is None
    finally:
        bookmarks.carry(frozenset())
        monkeypatch.undo()
        settings.cache_clear()
    assert create_app().before_request_funcs[None]
