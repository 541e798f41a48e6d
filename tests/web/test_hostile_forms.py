"""Forms refuse what the API refuses, and text that was taken stays text wherever it is shown.

A page's ``language`` is the reader's own, so no form field of that name is looked at.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from marshmallow import Schema, fields
from neo4j import Driver

from supplychain.web.input.fields import Id, Text
from tests.make.accounts import api_client, browser
from tests.make.asked import Call, make_calls
from tests.make.corpus import PRODUCT, SCRIPT, TEXTS, bad_values, changed, places
from tests.make.tables import dump
from tests.web.test_hostile_input import send, shown
from tests.web.test_sealed_bids import doors

pytestmark = pytest.mark.timeout(300)

WITH_FORMS = (
    "parts request", "bid", "share", "progress", "shipment", "receipt", "capability", "offer",
    "registration", "firm", "chain",
)  # fmt: skip
VERSIONED = ("firm", "bid", "share", "progress", "shipment", "receipt")
ESCAPED = "&lt;script&gt;alert(1)&lt;/script&gt;"


def flat(body: dict[str, Any], at: str = "") -> Iterator[tuple[str, str]]:
    """The body as a form's fields: ``lines-0-quantity``."""
    for name, value in body.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            for place, entry in enumerate(value):
                yield from flat(entry, f"{at}{name}-{place}-")
        elif isinstance(value, list):
            yield f"{at}{name}", ", ".join(value)
        else:
            yield f"{at}{name}", str(value)


def form_of(call: Call) -> dict[str, str]:
    """The right form of a call, with the version that its page showed."""
    given = dict(flat(call.body))
    return given | {"version": str(call.version)} if call.noun in VERSIONED else given


def typed(field: fields.Field[Any]) -> list[str]:
    """The wrong values that can be typed into a form."""
    return [
        value
        for value in bad_values(field)
        if isinstance(value, str)
        and value.strip()
        and not any("\ud800" <= c <= "\udfff" for c in value)
    ]


@pytest.mark.parametrize("noun", WITH_FORMS)
def test_every_form_field_refuses_what_it_cannot_hold(
    app: Flask, driver: Driver, noun: str
) -> None:
    calls = make_calls(driver)
    call = calls.by_noun[noun]
    good, client = form_of(call), browser(app, driver, call.actor)
    before, wrong, tried = dump(driver), [], 0
    for pointer, field in places(call.schema, call.body):
        name = pointer.strip("/").replace("/", "-")
        if name not in good or name == "language" or isinstance(field, fields.List):
            continue
        for value in typed(field):
            answer = client.post(call.form, data={**good, name: value})
            tried += 1
            text = answer.text
            if not 400 <= answer.status_code < 500 or "Traceback" in text or SCRIPT in text:
                wrong.append(f"{name} = {shown(value)}: {answer.status_code}")
    assert wrong == []
    assert tried > 5
    assert dump(driver) == before


@pytest.mark.parametrize("noun", WITH_FORMS)
def test_a_form_that_is_right_is_taken_and_unknown_fields_are_refused(
    app: Flask, driver: Driver, noun: str
) -> None:
    calls = make_calls(driver)
    call = calls.by_noun[noun]
    good, client = form_of(call), browser(app, driver, call.actor)
    before = dump(driver)
    for more in ({"role": "owner"}, {"lines-²-quantity": "1"}, {"lines-0-": "1"}, {"a-b-c-d": "1"}):
        answer = client.post(call.form, data={**good, **more})
        assert 400 <= answer.status_code < 500, more
    assert dump(driver) == before
    answer = client.post(call.form, data=good)
    assert answer.status_code == 302, answer.text[:2000]


@pytest.mark.parametrize("noun", WITH_FORMS)
def test_what_was_typed_is_shown_again_as_text(app: Flask, driver: Driver, noun: str) -> None:
    calls = make_calls(driver)
    call = calls.by_noun[noun]
    good, client = form_of(call), browser(app, driver, call.actor)
    evil = f'"><{SCRIPT}{{{{7*7777777}}}}%(name)s'
    typed_in = {name: good[name] if name == "version" else evil for name in good}
    answer = client.post(call.form, data={**typed_in, "unknown": evil})
    assert 400 <= answer.status_code < 500
    assert SCRIPT not in answer.text
    assert 'value=""><' not in answer.text
    assert PRODUCT not in answer.text


def evil_body(schema: Schema, body: dict[str, Any]) -> dict[str, Any]:
    """The body with every text field full of everything that fits."""
    for pointer, field in places(schema, body):
        if not isinstance(field, Text) or isinstance(field, Id):
            continue
        if pointer.endswith(("part_id", "email", "chain_id", "/id")):
            continue
        whole = " ".join(TEXTS)
        fitting = next((text for text in (whole, SCRIPT, "=1+1") if len(text) <= field.most), "x")
        body = changed(body, pointer, fitting)
    return body


def test_evil_text_is_stored_as_it_is_and_shown_as_text_everywhere(
    app: Flask, driver: Driver
) -> None:
    calls = make_calls(driver)
    ids = list(calls.ids)
    for noun in ("firm", "chain", "capability", "offer", "parts request", "bid", "shipment"):
        call = calls.by_noun[noun]
        client = api_client(app, driver, call.actor)
        answer = send(client, call, evil_body(call.schema, call.body))
        assert answer.status_code in (200, 201), f"{noun}: {answer.text[:500]}"
        ids += [answer.json[key] for key in ("id",) if key in answer.json]
        if noun == "chain":
            ids.append(answer.json["chain"]["id"])
        if noun == "parts request":
            assert SCRIPT in answer.json["title"]
            path = f"/parts-requests/{ids[-1]}/publication?confirm=nobody_makes"
            published = client.call("put", path, if_match=1)
            assert published.status_code == 202, published.text
    escaped, wrong = 0, []
    for name in ("maker", "alpha", "beta"):
        client = browser(app, driver, calls.actors[name])
        for path in doors(app, ids):
            if path.startswith("/api/"):
                continue
            answer = client.get(path)
            kind = answer.content_type or ""
            text = answer.data.decode(errors="replace")
            if answer.status_code >= 500:
                wrong.append(f"{path}: {answer.status_code}")
            if kind.startswith("text/html"):
                escaped += ESCAPED in text
                told = [bad for bad in (SCRIPT, "<img src=x", PRODUCT, "Traceback") if bad in text]
                wrong += [f"{path} as {name}: {bad}" for bad in told]
            elif kind.startswith("text/csv"):
                wrong += [f"{path} as {name}: {cell}" for cell in formulas(text)]
    assert wrong == []
    assert escaped > 10


def formulas(text: str) -> list[str]:
    """Cells that a spreadsheet would run."""
    cells = [cell for row in csv.reader(io.StringIO(text.lstrip("\ufeff"))) for cell in row]
    return [cell for cell in cells if cell[:1] in ("=", "+", "@", "\t", "\r")]
