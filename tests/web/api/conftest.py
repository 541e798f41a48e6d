"""A buyer and a supplier with tokens."""

from __future__ import annotations

import pytest
from flask import Flask
from neo4j import Driver

from tests.make.accounts import ApiClient, api_client, make_user
from tests.make.firms import make_firm


@pytest.fixture
def buyer(app: Flask, driver: Driver) -> ApiClient:
    return api_client(app, driver, make_user(driver, make_firm(driver)))


@pytest.fixture
def supplier(app: Flask, driver: Driver) -> ApiClient:
    return api_client(app, driver, make_user(driver, make_firm(driver)))
