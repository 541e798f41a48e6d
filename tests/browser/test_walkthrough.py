"""The main job of the README, done by five people at their browsers.

``SUPPLYCHAIN_PICTURES=1`` writes the pictures of the README; ``SUPPLYCHAIN_SHOTS=folder`` keeps
every page that is looked at.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from neo4j import Driver
from playwright.sync_api import Browser

from tests.browser import lists, story
from tests.browser.walk import Setting
from tests.make.parts_requests import make_part, pass_deadline

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]

SETTINGS = [("en", 1280), ("zh", 360), ("en", 360)]
BRINGING = SETTINGS[:2]
"""Where the maker brings its own files: each language once, each width once."""


@pytest.fixture(autouse=True)
def _windows(chromium: Browser) -> Iterator[None]:
    """Windows are closed after each test, whatever came of it."""
    yield
    for window in chromium.contexts:
        window.close()


@pytest.mark.parametrize(("language", "width"), SETTINGS)
def test_five_people_do_the_main_job(
    driver: Driver, chromium: Browser, url: str, language: str, width: int
) -> None:
    setting = Setting(browser=chromium, url=url, language=language, width=width)
    make_part(driver, "RING-400", name="Forged ring DN 400")
    cast = story.assemble(driver, setting)
    story.lead(cast)
    has_lists = (language, width) in BRINGING
    if has_lists:
        lists.import_list(cast)
    story.declare(cast.alpha)
    request_id = story.ask(cast)
    story.invite(cast, request_id)
    bid_id = story.bid(cast)
    story.lose(cast, request_id)
    story.wait_sealed(cast, request_id, bid_id)
    pass_deadline(driver, request_id)
    story.award(cast)
    story.learn(cast, bid_id)
    order_id = story.accept(cast)
    share_id = story.share(cast, order_id)
    story.make(cast, order_id, share_id)
    story.follow(cast, order_id)
    story.survey(cast)
    if has_lists:
        lists.draft_from_lists(cast)
    assert setting.wrong == []


def test_without_scripts_a_request_is_drafted_and_published_and_bid_for(
    driver: Driver, chromium: Browser, url: str
) -> None:
    setting = Setting(browser=chromium, url=url, scripts=False)
    make_part(driver, "RING-400", name="Forged ring DN 400")
    cast = story.assemble(driver, setting)
    story.declare(cast.alpha)
    request_id = story.ask(cast)
    story.invite(cast, request_id)
    story.bid(cast)
    assert setting.wrong == []
