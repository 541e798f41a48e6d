"""People at browsers: they click, type and look, and note what is wrong with a page."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page

from supplychain.actions.translations import chinese

PASSWORD = "correct horse battery"
PATIENCE = 60_000
"""Milliseconds that a person waits for a page."""
HEIGHTS = {1280: 800, 360: 760}
PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"
SERIOUS = ("serious", "critical")
WIDTHS = """[document.documentElement, ...document.querySelectorAll(".table-wrap")]
    .filter((each) => each.checkVisibility())
    .map((each) => [each.className || each.tagName, each.scrollWidth, each.clientWidth])"""
"""The page and its tables: what each needs and what it has."""
BUTTONS = "button.btn-primary, button.btn-outline-primary"

Value = str | int | bool
"""What is put into a field: text, the place of an option, or a tick."""


@dataclass(kw_only=True)
class Setting:
    """One browser, one language and one width, and what was found wrong on the way."""

    browser: Browser
    url: str
    language: str = "en"
    width: int = 1280
    dark: bool = False
    scripts: bool = True
    wrong: list[str] = field(default_factory=list)

    def word(self, english: str) -> str:
        """A word of the pages in the language of this setting."""
        return english if self.language == "en" else chinese()[english]

    def window(self) -> BrowserContext:
        """A fresh window that asks for the other language, so that the right one is chosen."""
        return self.browser.new_context(
            base_url=self.url,
            viewport={"width": self.width, "height": HEIGHTS[self.width]},
            locale="zh-CN" if self.language == "en" else "en-US",
            color_scheme="dark" if self.dark else "light",
            java_script_enabled=self.scripts,
        )


class Person:
    """Somebody with a window of their own, who starts at the sign-in page."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.window = setting.window()
        self.window.set_default_timeout(PATIENCE)
        self.page: Page = self.window.new_page()
        self.page.on("console", self._note_console)
        self.page.on("pageerror", lambda error: self._note(f"script: {error}"))
        self.open("/sign-in")
        lang = "en" if setting.language == "en" else "zh-Hans"
        with self.page.expect_navigation():
            self.page.click(f'header form[action="/language"] button[lang="{lang}"]')
        assert self.page.get_attribute("html", "lang") == lang

    def _note_console(self, message: ConsoleMessage) -> None:
        """A page that says what is wrong with a form comes with 422, which is no fault."""
        if message.type == "error" and "422" not in message.text:
            self._note(f"console: {message.text} {message.location['url']}")

    def _note(self, text: str) -> None:
        self.setting.wrong.append(f"{self.where}: {text}")

    @property
    def where(self) -> str:
        """The path of the page."""
        return self.page.url.removeprefix(self.setting.url)

    @property
    def id(self) -> str:
        """The id in the path: the part after the noun."""
        return self.where.split("?")[0].split("/")[2]

    def open(self, path: str) -> None:
        """Type an address."""
        self.page.goto(path)

    def go(self, path: str) -> None:
        """Choose a page from the main menu, which is behind a button on a phone."""
        if self.setting.width < 992:
            self.page.click("header details.menu > summary")
        self.click(f'header nav a[href="{path}"]:visible')

    def click(self, link: str, text: str = "") -> None:
        """Follow a link, found by a selector and what it says."""
        with self.page.expect_navigation():
            self.page.locator(link).filter(has_text=text).first.click()

    def take(self, text: str) -> None:
        """On the home page, do the first thing that names this."""
        self.click("header a.brand")
        task = self.page.locator(".tasks li").filter(has_text=text).first
        with self.page.expect_navigation():
            task.locator("a.btn").click()

    def form(self, action: str) -> Locator:
        """The form that is sent to an address with this end; unfolded if it is folded."""
        form = self.page.locator(f'main form[action$="{action}"]').first
        folded = form.locator("xpath=ancestor::details[not(@open)]")
        if folded.count():
            folded.locator("summary").first.click()
        return form

    def fill(self, action: str, fields: dict[str, Value]) -> Locator:
        """Fill in a form by the names of its fields."""
        form = self.form(action)
        for name, value in fields.items():
            put(form, name, value)
        return form

    def send(self, action: str, fields: dict[str, Value] | None = None) -> None:
        """Fill in a form and send it."""
        form = self.fill(action, fields or {})
        with self.page.expect_navigation():
            form.locator(BUTTONS).last.click()

    def sees(self, *texts: str) -> None:
        """The page says all this."""
        said = self.page.inner_text("main")
        assert [text for text in texts if text not in said] == [], self.where

    def heads(self, english: str) -> None:
        """The heading of the page, in the language that was chosen."""
        assert self.page.inner_text("h1") == self.setting.word(english)

    def heads_with(self, english: str, **values: str) -> None:
        """The heading of the page, with the places in it filled."""
        assert self.page.inner_text("h1") == self.setting.word(english) % values

    def complaints(self) -> list[str]:
        """What the page says is wrong with what was typed."""
        return self.page.locator("#error-summary li").all_inner_texts()

    def look(self) -> None:
        """Look at the page as a whole: whether everybody can read it, and whether it fits."""
        if not self.setting.scripts:
            return
        found = Axe().run(self.page).response["violations"]
        for one in found:
            if one["impact"] in SERIOUS:
                targets = [node["target"] for node in one["nodes"][:4]]
                self._note(f"{one['id']} ({one['impact']}): {targets}")
        for what, needs, has in self.page.evaluate(WIDTHS):
            if needs > has + 1:
                self._note(f"{what} needs {needs} px and has {has}")
        shots = os.environ.get("SUPPLYCHAIN_SHOTS")
        if shots:
            self._shoot(Path(shots))

    def _shoot(self, folder: Path) -> None:
        number = len(list(folder.glob("*.png")))
        setting = self.setting
        kind = f"{setting.language}-{setting.width}{'-dark' if setting.dark else ''}"
        name = self.where.split("?")[0].strip("/").replace("/", "_")[:60] or "home"
        self.page.screenshot(path=folder / f"{kind}-{number:03}-{name}.png", full_page=True)

    def picture(self, name: str, width: int) -> None:
        """Keep the page as a picture for the documentation, in English at one width."""
        fits = (self.setting.language, self.setting.width) == ("en", width)
        if fits and os.environ.get("SUPPLYCHAIN_PICTURES"):
            self.page.evaluate("scrollTo(0, 0)")
            self.page.screenshot(path=PICTURES / name, scale="css", animations="disabled")


def put(form: Locator, name: str, value: Value) -> None:
    """Put a value into a field as its kind wants it."""
    fields = form.locator(f'[name="{name}"]')
    kind = fields.first.evaluate("field => field.type")
    if kind == "radio":
        form.locator(f'[name="{name}"][value="{value}"]').check()
    elif kind == "checkbox":
        fields.first.set_checked(bool(value))
    elif kind == "select-one":
        choice: dict[str, Any] = {"index": value} if isinstance(value, int) else {"value": value}
        fields.first.select_option(**choice)
    else:
        fields.first.fill(str(value))
