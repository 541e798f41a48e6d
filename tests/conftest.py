"""A real graph for every test that asks for one: ``SUPPLYCHAIN_TEST_ENGINE`` = embedded | neo4j."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from neo4j import Driver
from playwright.sync_api import Browser, sync_playwright

from supplychain.config import settings
from supplychain.graph.engine import driver as drivers
from supplychain.graph.engine.migrate import migrate
from supplychain.graph.engine.transactions import Tx, run, write
from tests import engines

# Random examples are judged by their answers, not by how busy the machine is.
hypothesis_settings.register_profile(
    "unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("unhurried")

# How much work of a firm may wait has tests of its own; all others queue as much as they like.
os.environ.setdefault("SUPPLYCHAIN_QUEUED_JOBS", "100000")

# A server that lives for minutes ends before the second compiler has paid for itself: measured,
# half of the processor's time on the embedded graph, a third on Neo4j.
os.environ.setdefault("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ENGINE = os.environ.get("SUPPLYCHAIN_TEST_ENGINE") or (
    "embedded" if engines.can_run_embedded() else "neo4j"
)
QUIET = (
    "--no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run --disable-sync "
    "--disable-background-networking --disable-component-update --disable-quic"
)
"""Chromium talks to nobody but the application."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On the second engine, run only what asks a graph; without Chromium, no browser tests."""
    if os.environ.get("SUPPLYCHAIN_TEST_GRAPH_ONLY"):
        kept = [item for item in items if "server" in getattr(item, "fixturenames", ())]
        config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
        items[:] = kept
    if CHROMIUM is None:
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason="no Chromium found"))


def pytest_report_header() -> str:
    """Say which engine this run is on."""
    return f"graph engine: {ENGINE}"


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driver]:
    """One graph server per test process, with the schema in place."""
    folder: Path = tmp_path_factory.mktemp("installation")
    process, variables = engines.start(ENGINE, folder)
    os.environ.update(variables)
    settings.cache_clear()
    try:
        migrate(drivers.graph())
        yield drivers.graph()
    finally:
        drivers.forget()
        process.terminate()
        process.wait(20)


@pytest.fixture(autouse=True)
def settings_as_before() -> Iterator[None]:
    """Every test leaves the settings as it met them, for whichever test runs next here."""
    before = _read_variables()
    yield
    settings.cache_clear()
    assert _read_variables() == before, "this test leaves variables behind"


def _read_variables() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name.startswith("SUPPLYCHAIN_")}


@pytest.fixture
def driver(server: Driver) -> Driver:
    """The driver, on a graph without data."""
    write(server, _empty)
    return server


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The one browser of a test process, for a second cannot be started beside it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET.split())
        yield browser
        browser.close()


def _empty(tx: Tx) -> None:
    run(tx, "MATCH (n) WHERE NOT n:Migration DETACH DELETE n")


@pytest.fixture
def limits(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[int, int], None]]:
    """Sets how many jobs of a firm may wait in a queue, and run."""

    def set_limits(queued: int, running: int) -> None:
        monkeypatch.setenv("SUPPLYCHAIN_QUEUED_JOBS", str(queued))
        monkeypatch.setenv("SUPPLYCHAIN_RUNNING_JOBS", str(running))
        settings.cache_clear()

    yield set_limits
    monkeypatch.undo()
    settings.cache_clear()
