"""Tiers over the API."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from flask import Flask
from neo4j import Driver

from tests.make.accounts import ApiClient, api_client, make_user
from tests.make.firms import make_firm
from tests.make.tiers import make_bill, make_led_chain, make_supply


@pytest.fixture
def chain(driver: Driver) -> SimpleNamespace:
    made = SimpleNamespace(
        **{
            name: make_firm(driver, id=f"id-{name}", name=name)
            for name in ("ore", "steel", "maker", "stranger")
        }
    )
    make_supply(driver, made.ore, made.steel, "ore")
    make_supply(driver, made.steel, made.maker, "bar", 1.0)
    make_bill(driver, "bar", designer=made.maker)
    return made


@pytest.fixture
def maker(app: Flask, driver: Driver, chain: SimpleNamespace) -> ApiClient:
    return api_client(app, driver, make_user(driver, chain.maker))


def test_the_answer_holds_firms_links_and_whether_it_is_all(maker: ApiClient) -> None:
    found = maker.call("get", "/tiers").json
    assert [(node["key"], node["tier"], node["hidden"]) for node in found["nodes"]] == [
        ("hidden.s2.1", -2, True),
        ("id-steel", -1, False),
        ("id-maker", 0, False),
    ]
    assert {
        "supplier": "id-steel",
        "buyer": "id-maker",
        "parts": 1,
        "sole": True,
        "claimed": False,
    } in found["links"]
    assert (found["coverage"], found["hidden"], found["cut"]) == ("PARTIAL", 1, False)
    hidden = found["nodes"][0]
    assert (hidden["name"], hidden["city"], hidden["load"], hidden["open_orders"]) == (
        None,
        "",
        None,
        None,
    )


def test_a_leader_gets_a_complete_answer_when_all_are_members(
    driver: Driver, chain: SimpleNamespace, maker: ApiClient
) -> None:
    make_led_chain(driver, chain.maker, chain.steel, chain.ore)
    assert maker.call("get", "/tiers").json["coverage"] == "COMPLETE"
    assert maker.call("get", "/tiers?firm=id-ore").json["focal"] == "id-ore"


def test_a_part_or_another_firm_may_be_in_the_middle(maker: ApiClient) -> None:
    assert maker.call("get", "/tiers?part=bar").json["part_id"] == "bar"
    assert maker.call("get", "/tiers?firm=id-steel&up=0").json["focal"] == "id-steel"


def test_what_is_not_ours_is_not_found_like_what_is_not_there(
    app: Flask, driver: Driver, maker: ApiClient, chain: SimpleNamespace
) -> None:
    theirs = api_client(app, driver, make_user(driver, chain.stranger))
    for foreign, missing in (("firm=id-maker", "firm=none"), ("part=bar", "part=none")):
        one, two = (theirs.call("get", f"/tiers?{each}") for each in (foreign, missing))
        assert one.status_code == two.status_code == 404
        assert one.data == two.data
    assert maker.call("get", "/tiers?firm=id-ore").status_code == 404


@pytest.mark.parametrize(
    "query",
    ["up=-1", "up=7", "down=x", "up=9223372036854775808", "firm=a&part=b", "other=1", "firm="],
)
def test_a_wrong_question_is_refused(maker: ApiClient, query: str) -> None:
    assert maker.call("get", f"/tiers?{query}").status_code == 422


def test_nobody_reads_nothing(app: Flask, driver: Driver) -> None:
    assert api_client(app, driver, None).call("get", "/tiers").status_code == 401
