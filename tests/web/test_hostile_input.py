"""Every field of the main nouns refuses what it cannot hold, in words, and writes nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from neo4j import Driver
from werkzeug.test import TestResponse

from tests.make.accounts import ApiClient, api_client
from tests.make.asked import NOUNS, Call, make_calls
from tests.make.corpus import BODIES, bad_values, changed, places
from tests.make.tables import dump

pytestmark = pytest.mark.timeout(300)

PROBLEM = "application/problem+json"


def send(client: ApiClient, call: Call, body: Any, **more: Any) -> TestResponse:
    """The call with another body; bytes are sent as they are."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    kwargs = {"content_type": "application/json", "data": data, **more}
    if_match = call.version if call.method == "put" else None
    return client.call(call.method, call.path, if_match=if_match, **kwargs)


def wrong_in(answer: TestResponse) -> str:
    """What is wrong with a refusal; empty if it is one, in words."""
    text = answer.data.decode(errors="replace")
    if not 400 <= answer.status_code < 500:
        return f"{answer.status_code} {text[:200]}"
    if answer.content_type != PROBLEM or "Traceback" in text:
        return f"no problem+json: {text[:200]}"
    told = json.loads(text)
    in_words = len(told["detail"]) > 9 and all(len(e["detail"]) > 9 for e in told.get("errors", []))
    return "" if in_words else f"no words: {text[:200]}"


def shown(value: Any) -> str:
    """A value as a failing test tells it."""
    return ascii(value)[:60]


@pytest.mark.parametrize("noun", NOUNS)
def test_every_field_refuses_what_it_cannot_hold(app: Flask, driver: Driver, noun: str) -> None:
    call = make_calls(driver).by_noun[noun]
    client = api_client(app, driver, call.actor)
    before, wrong, tried = dump(driver), [], 0
    for pointer, field in places(call.schema, call.body):
        for value in bad_values(field):
            answer = send(client, call, changed(call.body, pointer, value))
            reason = wrong_in(answer)
            tried += 1
            if not reason and answer.status_code == 422:
                named = [error["pointer"] for error in answer.json["errors"]]
                reason = "" if any(at.startswith(pointer) for at in named) else f"names {named}"
            if reason:
                wrong.append(f"{pointer} = {shown(value)}: {reason}")
    assert wrong == []
    assert tried > 10
    assert dump(driver) == before


@pytest.mark.parametrize("noun", NOUNS)
def test_every_noun_refuses_a_body_without_one_meaning(
    app: Flask, driver: Driver, noun: str
) -> None:
    call = make_calls(driver).by_noun[noun]
    client = api_client(app, driver, call.actor)
    good = json.dumps(call.body).encode()
    first = next(iter(call.body))
    sent: dict[str, tuple[bytes, str]] = {
        name: (body, "application/json") for name, body in BODIES.items()
    }
    again = f'"{first}": {json.dumps(call.body[first])}, '.encode()
    sent |= {
        "a field twice": (b"{" + again + good[1:], "application/json"),
        "plain text": (good, "text/plain"),
        "a form's type": (good, "application/x-www-form-urlencoded"),
        "XML": (b"<a/>", "application/xml"),
        "no type": (good, ""),
        "one more field": (
            json.dumps({**call.body, "is_admin": True}).encode(),
            "application/json",
        ),
    }
    before, wrong = dump(driver), []
    for name, (body, kind) in sent.items():
        reason = wrong_in(send(client, call, body, content_type=kind))
        if reason:
            wrong.append(f"{name}: {reason}")
    assert wrong == []
    assert dump(driver) == before


@pytest.mark.parametrize("noun", NOUNS)
def test_what_is_right_is_taken(app: Flask, driver: Driver, noun: str) -> None:
    call = make_calls(driver).by_noun[noun]
    answer = send(api_client(app, driver, call.actor), call, call.body)
    assert answer.status_code in (200, 201), answer.text


def test_full_width_digits_are_digits(app: Flask, driver: Driver) -> None:
    calls = make_calls(driver)
    call = calls.by_noun["parts request"]
    body = changed(call.body, "/lines/0/quantity", "１２００")
    body = changed(body, "/lines/0/target_price", "１２．５０")
    body = changed(body, "/lines/0/need_by", "２０９９-０１-３１")
    answer = send(api_client(app, driver, call.actor), call, body)
    assert answer.status_code == 201, answer.text
    (line,) = answer.json["lines"]
    told = (line["quantity"], line["target_price"], line["need_by"])
    assert told == (1200, "12.50", "2099-01-31")


def test_days_that_are_over_are_refused_where_they_count(app: Flask, driver: Driver) -> None:
    calls = make_calls(driver)
    maker, alpha = (api_client(app, driver, calls.actors[name]) for name in ("maker", "alpha"))
    call = calls.by_noun["parts request"]
    for pointer, past in (
        ("/deadline", "2020-01-01T00:00:00Z"),
        ("/lines/0/need_by", "2020-01-01"),
    ):
        answer = send(maker, call, changed(call.body, pointer, past))
        if answer.status_code == 201:  # a draft may say anything; publishing may not
            path = f"/parts-requests/{answer.json['id']}/publication?confirm=nobody_makes"
            answer = maker.call("put", path, if_match=1)
        assert wrong_in(answer) == ""
        assert pointer in {error["pointer"] for error in answer.json["errors"]}
    bid = calls.by_noun["bid"]
    answer = send(alpha, bid, changed(bid.body, "/valid_until", "2020-01-01"))
    if answer.status_code == 201:
        path = f"/bids/{answer.json['id']}/submission"
        answer = alpha.call("put", path, if_match=1)
    assert wrong_in(answer) == ""
    for noun, pointer in (
        ("shipment", "/shipped_on"),
        ("share", "/need_by"),
        ("share", "/ends_at"),
    ):
        call = calls.by_noun[noun]
        past = "2020-01-01T00:00:00Z" if pointer == "/ends_at" else "2020-01-01"
        answer = send(alpha, call, {**call.body, pointer.strip("/"): past})
        assert wrong_in(answer) == "", f"{noun} {pointer}"


NO_NUMBERS_IN_ADDRESSES = (
    "limit=²", "limit=-1", "limit=0", "limit=201", "limit=0000019999", "limit=1e2",
    "limit=" + "9" * 5000,
    "limit=%00", "cursor=x", "cursor=%ED%A0%80", "cursor=W10=", "cursor=" + "W" * 3000,
    "cursor=WyJcdWQ4MDAiLCAiYSJd", "cursor=WzEwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMCwgMV0=",
    "cursor=eyJhIjogMX0=", "cursor=WzEsIDJd", "cursor=W251bGwsIG51bGxd",
)  # fmt: skip


@pytest.mark.parametrize(
    "path", ["/parts-requests", "/bids", "/orders", "/offers", "/firms", "/uploads", "/invitations"]
)
def test_lists_refuse_cursors_and_limits_that_are_none(
    app: Flask, driver: Driver, path: str
) -> None:
    client = api_client(app, driver, make_calls(driver).actors["maker"])
    wrong = []
    for query in NO_NUMBERS_IN_ADDRESSES:
        answer = client.call("get", f"{path}?{query}")
        empty = answer.status_code == 200 and query.startswith("cursor=W")
        reason = "" if empty else wrong_in(answer)
        if reason:
            wrong.append(f"{query[:40]}: {reason}")
    assert wrong == []


@pytest.mark.parametrize("header", ["²", "-1", "1.5", "9" * 5000, "*", '"a"', "\xff", ""])
def test_a_version_that_is_none_of_ours_is_refused(app: Flask, driver: Driver, header: str) -> None:
    calls = make_calls(driver)
    call = calls.by_noun["firm"]
    client = api_client(app, driver, call.actor)
    answer = client.call("put", "/firm", json=call.body, headers={"If-Match": header})
    assert wrong_in(answer) == ""


@pytest.mark.parametrize("key", ["", "short", "x" * 201, "\x7f" * 20, "a\tb" * 9, "\xff" * 20])
def test_a_key_that_cannot_be_kept_is_refused(app: Flask, driver: Driver, key: str) -> None:
    call = make_calls(driver).by_noun["parts request"]
    client = api_client(app, driver, call.actor)
    before = dump(driver)
    answer = client.call("post", call.path, json=call.body, headers={"Idempotency-Key": key})
    if key == "\xff" * 20:
        assert answer.status_code == 201  # ÿ is a letter
        return
    assert wrong_in(answer) == ""
    assert dump(driver) == before
