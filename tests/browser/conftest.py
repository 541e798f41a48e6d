"""The real application on a port of its own, and one headless Chromium."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator

import pytest
from neo4j import Driver
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import make_server

from supplychain.web.app import create_app
from supplychain.web.guards import limiter
from tests.conftest import CHROMIUM

QUIET = (
    "--no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run --disable-sync "
    "--disable-background-networking --disable-component-update --disable-quic"
)
"""Chromium talks to nobody but the application."""


@pytest.fixture(scope="session")
def url(server: Driver) -> Iterator[str]:
    """Where the application is served as in production, but without rate limits."""
    app = create_app()
    was, limiter.enabled = limiter.enabled, False
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    web = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=web.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{web.server_port}"
    web.shutdown()
    web.server_close()
    thread.join(10)
    limiter.enabled = was


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser that all people of the tests share; each opens a window of its own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET.split())
        yield browser
        browser.close()
