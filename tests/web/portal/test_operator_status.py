"""What an operator sees of the installation, by the page and by /metrics."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from neo4j import Driver

from supplychain import trace
from supplychain.actions import queues
from supplychain.actions.jobs import run_job
from supplychain.config import settings
from supplychain.errors import NotFound, Unavailable
from supplychain.graph import jobs
from supplychain.graph.engine.transactions import Tx, write
from supplychain.model.ids import new_id, utc_now
from tests.make.accounts import browser, make_user
from tests.make.firms import make_firm

KEY = "a-key-of-the-program-that-measures"


def queue_job(driver: Driver, *, kind: str = "match", minutes_ago: float = 0) -> str:
    job_id = new_id()
    at = utc_now() - timedelta(minutes=minutes_ago)
    about = {"about_id": new_id(), "firm_id": new_id(), "user_id": new_id()}
    write(driver, lambda tx: jobs.create(tx, job_id=job_id, kind=kind, at=at, **about))
    return job_id


def fail(*_: object) -> dict[str, str]:
    raise RuntimeError("something of a firm's trade")


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("SUPPLYCHAIN_METRICS_KEY", KEY)
    settings.cache_clear()
    return KEY


@pytest.fixture(autouse=True)
def clear_settings(request: pytest.FixtureRequest) -> None:
    request.addfinalizer(settings.cache_clear)


def read_metrics(app: Flask, key: str) -> str:
    answer = app.test_client().get("/metrics", headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/plain; version=0.0.4")
    return answer.text


def test_queues_are_told_with_the_age_of_their_oldest(driver: Driver) -> None:
    queue_job(driver, minutes_ago=3)
    queue_job(driver)
    queue_job(driver, kind="import")
    now = utc_now()
    measured = {
        (queue.what, queue.kind, queue.state): queue
        for queue in queues.measure_queues(driver, now=now)
    }
    ranking = measured["job", "match", "queued"]
    assert (ranking.number, measured["job", "import", "queued"].number) == (2, 1)
    assert 180 <= ranking.age_s(now) < 240
    assert ranking.is_late(now)
    assert not measured["job", "import", "queued"].is_late(now)
    assert measured["deadline", "", "queued"].number == 0


def test_the_page_says_what_waits_and_what_failed_but_not_whose(app: Flask, driver: Driver) -> None:
    firm_id = make_firm(driver, name="Secret Castings")
    make_user(driver, firm_id)
    failed = queue_job(driver)
    assert run_job(driver, failed, {"match": fail}) == "failed"
    queue_job(driver, kind="import", minutes_ago=5)
    operator = browser(app, driver, make_user(driver, None))
    page = operator.get("/operator/status").text
    assert "Some things wait for longer than they should" in page
    assert "Imports" in page
    assert failed in page
    assert "Secret Castings" not in page
    assert "trade" not in page


def test_the_page_is_chinese_where_its_reader_is(app: Flask, driver: Driver) -> None:
    operator = browser(app, driver, make_user(driver, None, language="zh"))
    assert "系统运行情况" in operator.get("/operator/status").text


def test_nobody_else_sees_page_or_figures(app: Flask, driver: Driver, key: str) -> None:
    member = browser(app, driver, make_user(driver, make_firm(driver)))
    for path in ("/operator/status", "/metrics"):
        assert member.get(path).status_code == 404
        assert app.test_client().get(path).status_code == 302
        wrong = {"Authorization": "Bearer something else"}
        assert app.test_client().get(path, headers=wrong).status_code == 302
    allowed = {"Authorization": f"Bearer {key}"}
    assert app.test_client().get("/operator/status", headers=allowed).status_code == 302
    with pytest.raises(NotFound):
        queues.watch_queues(driver, by=make_user(driver, make_firm(driver)), now=utc_now())


def test_without_a_key_none_opens_the_figures(app: Flask, driver: Driver) -> None:
    answer = app.test_client().get("/metrics", headers={"Authorization": "Bearer "})
    assert answer.status_code == 302


def test_figures_name_routes_queues_jobs_and_the_graph(
    app: Flask, driver: Driver, key: str
) -> None:
    queue_job(driver, minutes_ago=2)
    assert run_job(driver, queue_job(driver, kind="import"), {"import": lambda *_: {}}) == "done"
    app.test_client().get("/sign-in")
    figures = read_metrics(app, key)
    for line in (
        'supplychain_requests_total{method="GET",route="accounts.sign_in',
        'supplychain_request_seconds_bucket{le="0.1",route="accounts.sign_in',
        'supplychain_queue_length{kind="match",state="queued",what="job"} 1.0',
        'supplychain_queue_oldest_seconds{kind="match",state="queued",what="job"} 12',
        'supplychain_jobs_ended_total{kind="import",state="done"}',
        'supplychain_job_wait_seconds_count{kind="import"}',
        'supplychain_graph_transactions_total{mode="write",outcome="done"}',
        "supplychain_graph_connections_in_use",
        "supplychain_graph_up 1.0",
    ):
        assert line in figures, line


def test_figures_are_told_while_the_graph_is_away(
    app: Flask, key: str, monkeypatch: pytest.MonkeyPatch, server: Driver
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise Unavailable

    monkeypatch.setattr(queues, "measure_queues", refuse)
    figures = read_metrics(app, key)
    assert "supplychain_graph_up 0.0" in figures
    assert "supplychain_queue_length{" not in figures


def test_one_id_leads_from_the_answer_to_the_job_and_its_transactions(
    app: Flask, driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[dict[str, str]] = []

    def look(_driver: Driver, job: object, _progress: object) -> dict[str, str]:
        seen.append(trace.describe_work())
        return {}

    trace.begin_work("parts_requests.publish", request_id="the-id-of-a-request")
    try:
        job_id = queue_job(driver)
    finally:
        trace.end_work()
    assert run_job(driver, job_id, {"match": look}) == "done"
    assert seen == [{"request_id": "the-id-of-a-request", "doing": "job match"}]
    assert trace.request_id() == ""
    first, second = (app.test_client().get("/sign-in").headers["X-Request-ID"] for _ in range(2))
    assert len(first) == 32
    assert first != second


def test_a_strangers_id_is_taken_over_from_a_proxy_alone(
    app: Flask, monkeypatch: pytest.MonkeyPatch, server: Driver
) -> None:
    def ask(brought: str) -> str:
        return (
            app.test_client()
            .get("/sign-in", headers={"X-Request-ID": brought})
            .headers["X-Request-ID"]
        )

    assert ask("chosen-by-a-stranger") != "chosen-by-a-stranger"
    monkeypatch.setenv("SUPPLYCHAIN_PROXIES", "1")
    settings.cache_clear()
    assert ask("made-by-the-proxy") == "made-by-the-proxy"
    assert ask("with a blank\tand more") != "with a blank\tand more"


def test_a_transaction_carries_what_it_is_for(driver: Driver) -> None:
    """On Neo4j the server itself is asked; the embedded engine takes the metadata and forgets."""

    def look(tx: Tx) -> list[dict[str, str]]:
        shown = tx.run("SHOW TRANSACTIONS YIELD metaData RETURN metaData")
        return [record["metaData"] for record in shown]

    trace.begin_work("orders.show", request_id="an-id-of-eight-or-more")
    try:
        if settings().embedded:
            assert write(driver, lambda tx: tx.run("RETURN 1 AS n").single()["n"]) == 1
        else:
            wanted = {"request_id": "an-id-of-eight-or-more", "doing": "orders.show"}
            assert wanted in write(driver, look)
    finally:
        trace.end_work()
