"""What the ranking page and its API tell beyond the rank: why, what if, and what is not known."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from neo4j import Driver

from supplychain.actions.rankings.rankings import match_parts_request
from supplychain.graph.rankings.rows import ranking_from_json, ranking_to_json
from supplychain.matching.performance import priors
from supplychain.matching.ranking.rank import rank
from supplychain.matching.rows import RankedFirm, Ranking, WeightBand, WeightBands
from supplychain.model.cost_settings import EXPECTED_COST
from supplychain.model.ids import utc_now
from supplychain.web.pages.ranking_figures import (
    WIDTH_PX,
    BandEnd,
    chosen_view,
    draw_bars,
    find_tightest_end,
    in_view,
)
from tests.make.accounts import api_client, browser, make_user
from tests.make.firms import make_firm
from tests.make.matches import make_ability, make_delivery, make_offer, make_open_request
from tests.matching.make import make_candidates, make_need
from tests.web.portal.test_matches import NEED_BY


@pytest.fixture
def ranked(driver: Driver) -> dict[str, Any]:
    """Four able firms: cheap and unreliable, dear and punctual, without a price, of no capacity."""
    buyer, cheap, good, blank, quiet = (
        make_firm(driver, name=name)
        for name in ("Press works", "Cheap", "Punctual", "Blank", "Quiet")
    )
    record = {"delivered_lines": 40, "received_quantity": 4000, "asked": 10, "answered": 10}
    make_ability(driver, cheap.id, **record, on_time_lines=10)
    make_ability(driver, good.id, **record, on_time_lines=39)
    make_ability(driver, blank.id)
    make_ability(driver, quiet.id, weekly_capacity=0)
    make_offer(driver, quiet.id, tier_prices_e4=[50_000])
    make_offer(driver, cheap.id, tier_prices_e4=[90_000])
    make_offer(driver, good.id, tier_prices_e4=[110_000])
    make_delivery(driver, good.id, buyer.id)
    request_id = make_open_request(driver, buyer.id, lines=[{"need_by": NEED_BY}])
    match_parts_request(driver, request_id, now=utc_now())
    return {"id": request_id, "buyer": buyer}


def _page(app: Flask, driver: Driver, ranked: dict[str, Any], query: str = "", **user: Any) -> str:
    client = browser(app, driver, make_user(driver, ranked["buyer"], **user))
    told = client.get(f"/parts-requests/{ranked['id']}/matches{query}")
    assert told.status_code == 200
    return told.get_data(as_text=True)


def test_the_page_says_what_would_change_the_order(
    app: Flask, driver: Driver, ranked: dict[str, Any]
) -> None:
    page = _page(app, driver, ranked)
    for text in (
        "Stays first up to",
        "To be first:",
        "% cheaper (",
        "a price of",
        "The first place is firm until",
        "Price: not known, so it stands after all firms of its group with one",
        "Capacity: not stated, so it stands after all firms that can make all of it",
        "a stated capacity of",
        "Can make all of it in time",
        "Capacity on request: not known whether all of it in time",
        "The records behind it",
        'class="cost-unit_price"',
    ):
        assert text in page, text
    assert "style=" not in page


def test_views_are_offered_and_say_that_they_are_no_rank(
    app: Flask, driver: Driver, ranked: dict[str, Any]
) -> None:
    assert "A view, not the rank." not in _page(app, driver, ranked)
    for view in ("topsis", "weighted_sum", "pareto", EXPECTED_COST):
        page = _page(app, driver, ranked, f"?view={view}")
        assert "A view, not the rank." in page
        assert "Place in this view" in page
    assert "A view, not the rank." not in _page(app, driver, ranked, "?view=astrology")


def test_all_of_it_is_said_in_chinese(app: Flask, driver: Driver, ranked: dict[str, Any]) -> None:
    page = _page(app, driver, ranked, "?view=topsis", language="zh")
    for text in ("要排第一", "不是排名", "查看背后的记录", "未知项"):
        assert text in page
    for text in ("To be first", "Stays first", "What is not known", "Evidence"):
        assert text not in page


def test_the_api_tells_changes_unknowns_bands_and_views(
    app: Flask, driver: Driver, ranked: dict[str, Any]
) -> None:
    client = api_client(app, driver, make_user(driver, ranked["buyer"]))
    (line,) = client.call("get", f"/parts-requests/{ranked['id']}/matches").json["lines"]
    first, second, third, fourth = line["best"]
    states = [row["capacity"]["state"] for row in line["best"]]
    assert states == ["whole", "whole", "whole", "unknown"]
    assert first["to_be_first"]["stays"]["then"].count(".") == 1
    (smallest,) = [one for one in second["to_be_first"]["changes"] if one["smallest"]]
    assert smallest["what"] == "unit_price"
    assert float(smallest["then"]) < float(smallest["now"])
    assert third["to_be_first"]["changes"][0]["now"] is None
    assert "price" in {one["what"] for one in third["unknowns"]}
    assert "capacity" in {one["what"] for one in fourth["unknowns"]}
    (more,) = [one for one in fourth["to_be_first"]["changes"] if one["smallest"]]
    assert (more["what"], more["now"], more["share"]) == ("weekly_capacity", None, None)
    assert type(more["then"]) is int
    assert line["weights"]["rank_by"] == "cost_performance"
    assert {"delivery", "split"} <= {band["name"] for band in line["weights"]["bands"]}
    assert first["views"].keys() == {"topsis", "weighted_sum", "pareto"}
    assert third["views"] == {"topsis": None, "weighted_sum": None, "pareto": False}
    assert "_e4" not in str(line)


def _ranking() -> Ranking:
    firms = make_candidates(
        {"payment_days": 90}, {"tiers": {1: 200_000}}, {"tiers": {}, "offer_currency": ""}
    )
    return rank(make_need(), firms, priors=priors(firms))


def _rows() -> tuple[RankedFirm, ...]:
    return _ranking().best


def test_bars_share_one_scale_and_add_up() -> None:
    rows = _rows()
    drawn = draw_bars(rows)
    assert set(drawn) == {"firm-00", "firm-01"}
    whole = drawn["firm-01"]
    assert sum(one.width for one in whole.segments) == WIDTH_PX
    assert whole.landed_at == round(WIDTH_PX * 200_000 / (rows[1].expected_cost.total_e4))
    part = drawn["firm-00"]
    assert sum(one.width for one in part.segments) < WIDTH_PX // 2 + 1
    assert draw_bars([]) == {}


def test_the_groups_of_a_rank_have_heads_and_the_views_that_mix_them_have_none() -> None:
    firms = make_candidates({}, {"weekly_capacity": 0}, {"weekly_capacity": 50}, {"tiers": {1: 9}})
    rows = rank(make_need(), firms, priors=priors(firms)).best
    heads = [row.begins for row in in_view(rows, "rank", None)]
    assert heads == ["whole", "", "unknown", "part"]
    assert [row.begins for row in in_view(rows, "expected_cost", None)] == heads
    assert [row.begins for row in in_view(rows[::-1], "rank", None)] == [""] * 4


def test_a_view_keeps_every_row_and_puts_those_without_a_place_last() -> None:
    rows = _rows()
    for view in ("rank", "expected_cost", "topsis", "weighted_sum", "pareto"):
        seen = in_view(rows, view, {"quality": 1.0})
        assert {row.firm.firm_id for row in seen} == {row.firm_id for row in rows}
    assert in_view(rows, "topsis", None)[-1].position is None
    assert chosen_view("topsis", "cost_performance") == "topsis"
    assert chosen_view("cost_performance", "cost_performance") == "rank"


def test_the_tightest_band_is_the_nearest_end_that_names_a_winner() -> None:
    bands = (
        WeightBand(name="quality", now=0.5, low=0.1, high=1.0, below="a", above=None),
        WeightBand(name="delivery", now=0.5, low=0.0, high=0.6, below=None, above="b"),
    )
    told = find_tightest_end(WeightBands(rank_by="cost_performance", bands=bands))
    assert told == BandEnd(name="delivery", side="above", end=0.6, now=0.5, winner="b")
    assert find_tightest_end(None) is None


def test_a_row_kept_before_there_was_more_to_tell_is_still_shown() -> None:
    kept = json.loads(ranking_to_json(_ranking()))
    row = kept["best"][0]
    for name in ("ranks", "expected_cost", "to_be_first", "unknowns", "likely_ranks"):
        row.pop(name)
    for name in ("responsiveness", "resilience"):
        row["performance"].pop(name)
    old = json.dumps({"best": [row], "unable": [], "reference": kept["reference"]})
    ranking = ranking_from_json(old, able=1, failed=0)
    assert json.loads(ranking_to_json(ranking))["best"] == [row]
    (row,) = ranking.best
    weights = {"quality": 0.5, "resilience": 0.5}
    for view in ("rank", "expected_cost", "topsis", "pareto"):
        assert len(in_view([row], view, weights)) == 1
    assert draw_bars([row])["firm-00"].segments
