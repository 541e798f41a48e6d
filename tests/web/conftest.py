"""The web application on the test graph."""

from __future__ import annotations

import pytest
from flask import Flask
from neo4j import Driver

from supplychain.web.app import create_app


@pytest.fixture(scope="session")
def app(server: Driver) -> Flask:
    """The application; CSRF and rate limits are off here and have tests of their own."""
    made = create_app()
    made.config.update(TESTING=True, WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False)
    made.config["PROPAGATE_EXCEPTIONS"] = False
    from supplychain.web.access.guards import limiter

    limiter.enabled = False
    return made
