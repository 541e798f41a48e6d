"""The real application on a port of its own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator

import pytest
from neo4j import Driver
from werkzeug.serving import make_server

from supplychain.web.access.guards import limiter
from supplychain.web.app import create_app


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
