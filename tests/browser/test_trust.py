"""Who sees a price, what a supplier says against a claim, and a second step at signing in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from neo4j import Driver
from playwright.sync_api import Browser

from supplychain.actions.people import accounts
from supplychain.graph.engine.transactions import read
from supplychain.graph.people import users
from supplychain.model.firms import Firm
from supplychain.model.people.actors import Actor
from tests.browser.walk import PASSWORD, Person, Setting
from tests.make.claims import BAD, line, send
from tests.make.jobs import do_jobs
from tests.make.matches import make_ability, make_offer
from tests.make.parts_requests import make_part, make_parts_request
from tests.make.second_factors import Phone
from tests.make.tiers import make_led_chain

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(200)]

NAMES = {
    "en": ("Taihu Press Works", "Wuxi Ring Forging", "Passing Trade"),
    "zh": ("无锡太湖重型压力机制造有限公司", "无锡市惠山环件锻造有限公司", "过路贸易行"),
}
PRICE = "12.80"
STATEMENT = "The truck stood at your gate on the promised day."


@pytest.fixture(autouse=True)
def _windows(chromium: Browser) -> Iterator[None]:
    """Windows are closed after each test, whatever came of it."""
    yield
    for window in chromium.contexts:
        window.close()


@dataclass(frozen=True, kw_only=True)
class Side:
    """A firm with its owner, signed in at a window of their own."""

    name: str
    email: str
    by: Actor
    person: Person

    @property
    def firm(self) -> Firm:
        """The firm, as what makes a chain wants it."""
        return Firm(id=self.by.firm_id, name=self.name, kind="sme")


def _enter(driver: Driver, setting: Setting, name: str, who: str) -> Side:
    email = f"{who}@example.com"
    registration = accounts.Registration(
        firm_name=name,
        kind="core",
        country="CN",
        region="Jiangsu",
        city="Wuxi",
        user_name="Lin Yue",
        email=email,
        password=PASSWORD,
    )
    firm_id = accounts.register_firm(driver, registration)
    user = read(driver, users.find_by_email, email)
    assert user is not None
    person = Person(setting)
    person.send("/sign-in", {"email": email, "password": PASSWORD})
    by = Actor(user_id=user.id, firm_id=firm_id, role="owner")
    return Side(name=name, email=email, by=by, person=person)


@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("zh", 360)])
def test_a_price_is_shown_to_the_leader_and_on_request_to_a_stranger(
    driver: Driver, chromium: Browser, url: str, language: str, width: int
) -> None:
    setting = Setting(browser=chromium, url=url, language=language, width=width)
    leader, supplier, stranger = (
        _enter(driver, setting, name, who)
        for name, who in zip(NAMES[language], ("leader", "supplier", "stranger"), strict=True)
    )
    make_part(driver)
    make_ability(driver, supplier.by.firm_id)
    make_offer(driver, supplier.by.firm_id, tier_prices_e4=[128_000])
    make_led_chain(driver, leader.firm, supplier.firm)
    send(driver, [line("D1", supplier.by.firm_id, leader.by.firm_id, how=BAD)], by=leader.by)
    request_id = _compare(driver, setting, leader, supplier, stranger)
    _see_lookers(setting, leader, supplier, stranger)
    _dispute(setting, leader, supplier, request_id)
    _guard(setting, supplier)
    assert setting.wrong == []


def _compare(driver: Driver, setting: Setting, leader: Side, supplier: Side, stranger: Side) -> str:
    """Both ask for the same part; returns the id of the leader's request."""
    requests = [
        make_parts_request(driver, side.by, lines=[{"part_id": "ring"}], audience="invited")
        for side in (leader, stranger)
    ]
    do_jobs(driver)
    for side, request_id in zip((leader, stranger), requests, strict=True):
        side.person.open(f"/parts-requests/{request_id}/matches")
        side.person.sees(supplier.name)
    leader.person.sees(PRICE)
    rival = stranger.person
    row = rival.page.locator(".match-table tbody tr").filter(has_text=supplier.name)
    assert row.first.inner_text().count(setting.word("on request")) == 2
    row.first.locator('th a[href^="/firms/"]').wait_for()
    assert PRICE not in rival.page.content()
    rival.look()
    rival.open(f"/firms/{supplier.by.firm_id}")
    assert PRICE not in rival.page.content()
    return requests[0]


def _see_lookers(setting: Setting, leader: Side, supplier: Side, stranger: Side) -> None:
    """The supplier reads who sees its prices, and who looked: the leader, and no stranger."""
    owner = supplier.person
    owner.open("/colleagues")
    owner.click('main a[href="/firm/audiences"]')
    owner.heads("Who sees our prices")
    owner.sees(leader.name, setting.word("Who looked"))
    assert stranger.name not in owner.page.content()
    owner.look()


def _dispute(setting: Setting, leader: Side, supplier: Side, request_id: str) -> None:
    """The supplier disputes what the leader says of a delivery, and the leader reads why."""
    owner = supplier.person
    owner.open("/delivery-claims")
    owner.click('main a[href^="/delivery-claims/"]')
    form = owner.page.locator('form[action*="/lines/"]:has(textarea)')
    form.locator("xpath=ancestor::details").locator("summary").click()
    form.locator("textarea").fill(STATEMENT)
    with owner.page.expect_navigation():
        form.locator("button").click()
    owner.sees(STATEMENT, setting.word("Disputed"))
    owner.look()
    leader.person.open(f"/parts-requests/{request_id}/matches/{supplier.by.firm_id}/records")
    leader.person.sees(STATEMENT)
    leader.person.look()


def _guard(setting: Setting, supplier: Side) -> None:
    """The owner sets up the second step, and is asked for the code at the next sign-in."""
    owner = supplier.person
    owner.open("/account/second-step")
    owner.send("/account/second-step")
    key = owner.page.inner_text("#key")
    phone = Phone(re.sub(r"\s", "", key))
    owner.look()
    owner.send("/account/second-step/confirmation", {"code": phone.code()})
    assert owner.page.locator("#recovery-codes li").count() == 10
    again = Person(setting)
    again.send("/sign-in", {"email": supplier.email, "password": PASSWORD})
    again.heads("Enter the code")
    again.look()
    again.send("/sign-in/code", {"code": "000000"})
    assert again.complaints()
    again.send("/sign-in/code", {"code": phone.code(later=1)})
    again.heads("What waits for you")
