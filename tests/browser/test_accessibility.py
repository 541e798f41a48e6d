"""Pages that the walkthrough does not look at, in the dark too, and without a mouse."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from neo4j import Driver
from playwright.sync_api import Browser

from supplychain.actions.people import accounts
from supplychain.actions.people.accounts import Registration
from supplychain.demo.load import load_network
from supplychain.demo.state import password
from tests.browser.walk import PASSWORD, Person, Setting

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(400)]

EMAIL = "owner@example.com"
PATHS = (
    "/parts-requests",
    "/parts-requests/new",
    "/invitations",
    "/bids",
    "/orders",
    "/tiers",
    "/capabilities",
    "/capabilities/new",
    "/firms",
    "/firms?text=nobody",
    "/firm",
    "/chains",
    "/clusters/new",
    "/uploads",
    "/colleagues",
    "/account",
    "/account/second-step",
)
"""What a new firm finds: pages that are empty yet, and forms."""


@pytest.fixture(autouse=True)
def windows(chromium: Browser) -> Iterator[None]:
    """Windows are closed after each test, whatever came of it."""
    yield
    for window in chromium.contexts:
        window.close()


FULL_PATHS = ("/", "/tiers?figure=load", "/firms", "/chains", "/tiers?firm=F006")


def _owner(driver: Driver, setting: Setting) -> Person:
    firm = {"firm_name": "Taihu Press Works", "kind": "core", "country": "CN", "region": ""}
    user = {"city": "Wuxi", "user_name": "Lin Yue", "email": EMAIL, "password": PASSWORD}
    accounts.register_firm(driver, Registration(**firm, **user))
    person = Person(setting)
    person.send("/sign-in", {"email": EMAIL, "password": PASSWORD})
    return person


@pytest.mark.parametrize(
    ("language", "width", "dark"), [("en", 1280, True), ("zh", 1280, False), ("zh", 360, True)]
)
def test_a_new_firm_can_read_every_page(
    driver: Driver, chromium: Browser, url: str, language: str, width: int, dark: bool
) -> None:
    setting = Setting(browser=chromium, url=url, language=language, width=width, dark=dark)
    owner = _owner(driver, setting)
    owner.look()
    for path in PATHS:
        owner.open(path)
        assert owner.where == path
        owner.look()
    assert setting.wrong == []


def test_the_demo_network_can_be_read_on_a_desk_and_on_a_phone(
    driver: Driver, chromium: Browser, url: str, tmp_path: Path
) -> None:
    load_network(driver, tmp_path, day=date.today().isoformat())
    wrong: list[str] = []
    for language, width in (("en", 1280), ("zh", 360)):
        setting = Setting(browser=chromium, url=url, language=language, width=width, wrong=wrong)
        leader = Person(setting)
        given = {"email": "leader@demo.example", "password": password(tmp_path)}
        leader.send("/sign-in", given)
        for path in FULL_PATHS:
            leader.open(path)
            leader.look()
        leader.picture("tier-map.png", 1280)
    assert wrong == []


def test_the_keyboard_reaches_the_content_first_and_then_what_is_wrong(
    driver: Driver, chromium: Browser, url: str
) -> None:
    setting = Setting(browser=chromium, url=url)
    owner = _owner(driver, setting)
    owner.open("/parts-requests/new")
    owner.page.keyboard.press("Tab")
    owner.page.keyboard.press("Enter")
    assert owner.page.evaluate("document.activeElement.id") == "content"
    owner.send("/parts-requests", {"lines-0-description": "Ring", "lines-0-quantity": "many"})
    assert owner.page.evaluate("document.activeElement.id") == "error-summary"
    owner.page.keyboard.press("Tab")
    owner.page.keyboard.press("Enter")
    assert owner.page.evaluate("document.activeElement.name") == "lines-0-quantity"
    assert owner.page.input_value("#f-lines-0-quantity") == "many"
    assert setting.wrong == []


def test_without_scripts_more_lines_come_and_nothing_typed_is_lost(
    driver: Driver, chromium: Browser, url: str
) -> None:
    setting = Setting(browser=chromium, url=url, scripts=False)
    owner = _owner(driver, setting)
    owner.open("/parts-requests/new")
    owner.fill("/parts-requests", {"title": "Rings", "lines-0-description": "环件"})
    with owner.page.expect_navigation():
        owner.page.click('button[name="more"]')
    assert owner.page.input_value('[name="title"]') == "Rings"
    assert owner.page.input_value('[name="lines-0-description"]') == "环件"
    assert owner.page.locator('[name="lines-3-description"]').count() == 1
    assert setting.wrong == []
