"""The chain map in a browser: cards in place, arrow keys, zoom, on a phone and on a desk."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from neo4j import Driver
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from tests.make.accounts import browser, make_user
from tests.make.firms import make_firm
from tests.make.tiers import make_led_chain, make_supply

pytestmark = pytest.mark.browser


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("width", [1280, 360])
def test_a_tap_opens_a_card_in_place_and_arrows_walk_the_map(
    app: Flask, driver: Driver, chromium: Browser, address: str, width: int
) -> None:
    maker, forge, mill, steel = (make_firm(driver, name=name) for name in ("M", "F", "L", "S"))
    make_supply(driver, forge, maker, "a")
    make_supply(driver, mill, maker, "b")
    make_supply(driver, steel, forge, "c")
    make_led_chain(driver, maker, forge, mill, steel)
    signed_in = browser(app, driver, make_user(driver, maker)).get_cookie("session")
    assert signed_in is not None
    context = chromium.new_context(viewport={"width": width, "height": 760})
    context.add_cookies([{"name": "session", "value": signed_in.value, "url": address}])
    page = context.new_page()
    trouble: list[str] = []
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.goto(f"{address}/tiers")
    _walk(page)
    _open_and_close(page)
    before = page.locator(".tm-map").get_attribute("width")
    page.get_by_role("button", name="Larger").click()
    assert page.locator(".tm-map").get_attribute("width") != before
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert not trouble
    context.close()


def _walk(page: Page) -> None:
    assert page.locator(".tm-map [tabindex='0']").count() == 1
    page.locator(".tm-node.focal").focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("document.activeElement.ariaLabel").startswith("S,")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.dataset.col") == "-1"


def _open_and_close(page: Page) -> None:
    page.evaluate("window.same = true")
    page.locator(".tm-node", has_text="S").last.click()
    page.locator("#card.tm-card").wait_for()
    assert "firm=" in page.url
    assert page.locator(".tm-node.chosen").count() == 1
    page.locator("a.tm-close").click()
    page.locator("#card.tm-card").wait_for(state="detached")
    assert "firm=" not in page.url
    assert page.evaluate("window.same")
