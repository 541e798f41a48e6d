"""Addresses and fields on pages are the ones that Flask and Jinja would give."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, url_for
from jinja2 import Environment
from werkzeug.routing import BuildError

from supplychain.web.pages.links import MAX_KEPT_CHARS

TEXTS = ("one", "a b/c?d&e#f", "车间", "..", "", "x" * MAX_KEPT_CHARS, "x" * (MAX_KEPT_CHARS + 1))


def of_pages(app: Flask) -> Callable[..., str]:
    """``url_for`` as templates know it."""
    return app.jinja_env.globals["url_for"]  # type: ignore[return-value]


@pytest.mark.parametrize("root", ["", "/network"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_every_address_on_a_page_is_the_one_that_flask_builds(
    app: Flask, root: str, method: str
) -> None:
    with app.test_request_context("/", base_url=f"http://localhost{root}", method=method):
        for rule in app.url_map.iter_rules():
            for text in TEXTS:
                values = dict.fromkeys(rule.arguments, text)
                for more in ({}, {"before": text, "q": "a"}):
                    asked: dict[str, Any] = {**values, **more}
                    right = url_for(rule.endpoint, **asked)
                    assert right.startswith(f"{root}/")
                    for _ in range(2):
                        assert of_pages(app)(rule.endpoint, **asked) == right


@pytest.mark.parametrize(
    "values",
    [
        {"_anchor": "lines"},
        {"_external": True},
        {"_external": True, "_scheme": "https"},
        {"after": 1},
        {"after": True},
        {"after": 1.0},
        {"after": None},
        {"after": ["a", "b"]},
    ],
)
def test_options_and_values_that_are_not_texts_keep_their_meaning(
    app: Flask, values: dict[str, Any]
) -> None:
    for host in ("one.example", "two.example"):
        with app.test_request_context("/", base_url=f"http://{host}"):
            right = url_for("parts_requests.index", **values)
            for _ in range(2):
                assert of_pages(app)("parts_requests.index", **values) == right


def test_a_relative_name_is_of_the_page_that_asks(app: Flask) -> None:
    for path in ("/orders", "/parts-requests", "/orders"):
        with app.test_request_context(path):
            assert of_pages(app)(".index") == path


def test_one_root_never_gets_the_addresses_of_another(app: Flask) -> None:
    for root in ("", "/a", "/b", ""):
        with app.test_request_context("/", base_url=f"http://localhost{root}"):
            assert of_pages(app)("orders.index") == f"{root}/orders"


def test_an_unknown_page_is_refused_each_time(app: Flask) -> None:
    with app.test_request_context("/"):
        for _ in range(2):
            with pytest.raises(BuildError):
                of_pages(app)("nowhere.index")


@pytest.mark.parametrize("name", ["title", "items", "get", "keys", "missing", "__class__"])
def test_a_field_of_a_row_is_what_jinja_finds(app: Flask, name: str) -> None:
    class Row(dict[str, Any]):
        title = "of the class"

    own = {"title": "T", "items": 3, "get": 4}
    for row in (own, Row(own), None, 5, "text"):
        found = app.jinja_env.getattr(row, name)
        right = Environment().getattr(row, name)
        assert type(found) is type(right)
        assert str(found) == str(right)
