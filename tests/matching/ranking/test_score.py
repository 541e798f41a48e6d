"""The order of suppliers: worked by hand, and what must hold on whatever comes in."""

from __future__ import annotations

import random
from dataclasses import fields
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supplychain.matching.feasibility.capacity import possible_quantity, promise_capacity
from supplychain.matching.feasibility.reach import Reach, group_reach
from supplychain.matching.performance import Prior, Priors, priors
from supplychain.matching.ranking.explain import OWN_CODES, for_supplier
from supplychain.matching.ranking.rank import rank
from supplychain.matching.rows import Ranking
from supplychain.model.cost_settings import COST_PERFORMANCE, EXPECTED_COST
from tests.matching.make import MONDAY, NAN, make_candidates, make_need

PRIORS = Priors(
    quality=Prior(mean=0.95, strength=12, deliveries=500),
    delivery=Prior(mean=0.8, strength=9, deliveries=500),
)
Firm = dict[str, Any]


def _rank(*firms: Firm, mean_freight_share: float = NAN, **need: Any) -> Ranking:
    able = make_candidates(*firms, mean_freight_share=mean_freight_share)
    return rank(make_need(**need), able, priors=PRIORS, top=1000, failed_top=1000)


def _order(*firms: Firm, **more: Any) -> list[str]:
    return [row.firm_id for row in _rank(*firms, **more).best]


@st.composite
def firms_of(draw: st.DrawFn, least: int = 1, most: int = 8) -> list[Firm]:
    """A few firms, many of them alike in something."""
    return [
        {"firm_id": f"firm-{place:02}", **_a_firm(draw)}
        for place in range(draw(st.integers(least, most)))
    ]


def _a_firm(draw: st.DrawFn) -> Firm:
    delivered = draw(st.sampled_from([0, 1, 5, 40]))
    return {
        "tiers": draw(
            st.sampled_from([{}, {1: 100_000}, {1: 120_000, 400: 90_000}, {1: 99_999}, {600: 5}])
        ),
        "offer_currency": draw(st.sampled_from(["CNY", "CNY", "CNY", "EUR"])),
        "own_price_e4": draw(st.sampled_from([0, 95_000])),
        "own_freight_e4": draw(st.sampled_from([NAN, 4_000.0])),
        "delivered_lines": delivered,
        "on_time_lines": draw(st.integers(0, delivered)),
        "received_quantity": delivered * 100,
        "rejected_quantity": draw(st.integers(0, delivered * 10)),
        "lead_days": draw(st.sampled_from([-1, 7, 27, 40])),
        "weekly_capacity": draw(st.sampled_from([0, 50, 700])),
    }


def test_the_cheaper_of_two_equals_is_first() -> None:
    dear, cheap = {"firm_id": "a"}, {"firm_id": "b", "tiers": {1: 90_000}}
    ranking = _rank(dear, cheap, target_price_e4=90_000)
    assert [(row.firm_id, row.rank) for row in ranking.best] == [("b", 1), ("a", 2)]
    # Newcomers: performance .5 x .95 + .5 x .8 = .875; b costs the target, a 10/9 of it.
    assert [row.score for row in ranking.best] == pytest.approx([0.875, 0.7875])


def test_the_better_of_two_at_one_price_is_first() -> None:
    poor = {"firm_id": "a", "delivered_lines": 20, "on_time_lines": 8}
    good = {"firm_id": "b", "delivered_lines": 20, "on_time_lines": 20}
    assert _order(poor, good) == ["b", "a"]


def test_a_dearer_firm_is_first_when_its_record_outweighs_its_price() -> None:
    record = {"received_quantity": 1000, "delivered_lines": 50}
    poor = {**record, "firm_id": "a", "on_time_lines": 10, "rejected_quantity": 300}
    good = {**record, "firm_id": "b", "on_time_lines": 50, "tiers": {1: 130_000}}
    assert _order(poor, good) == ["b", "a"]
    dearer = {**good, "tiers": {1: 250_000}}
    assert _order(poor, dearer) == ["a", "b"]


def test_a_firm_without_a_price_comes_after_all_that_have_one() -> None:
    perfect = {"delivered_lines": 50, "on_time_lines": 50, "received_quantity": 50}
    ranking = _rank({**perfect, "tiers": {}, "offer_currency": ""}, {"tiers": {1: 10**9}})
    last = ranking.best[-1]
    assert (last.firm_id, last.score) == ("firm-00", None)
    assert last.reasons[0].code == "price_unknown"
    assert last.landed_cost.total_e4 is None


def test_who_makes_all_in_time_is_before_the_unknown_and_these_before_who_makes_a_part() -> None:
    # 300 pieces in 28 days: 10 a week make 40, 75 a week make all.
    part = {"firm_id": "a", "weekly_capacity": 10, "tiers": {1: 50_000}}
    blank = {"firm_id": "b", "weekly_capacity": 0, "tiers": {1: 70_000}}
    whole = {"firm_id": "c", "weekly_capacity": 75, "tiers": {1: 900_000}}
    unpriced = {"firm_id": "d", "weekly_capacity": 75, "tiers": {}}
    for rank_by in (COST_PERFORMANCE, EXPECTED_COST):
        ranking = _rank(part, blank, whole, unpriced, quantity=300, rank_by=rank_by)
        assert [(row.firm_id, row.capacity.state) for row in ranking.best] == [
            ("c", "whole"), ("d", "whole"), ("b", "unknown"), ("a", "part"),
        ]  # fmt: skip
        assert [row.ranks.of_order(rank_by) for row in ranking.best] == [1, 2, 3, 4]
        assert ranking.best[0].score < ranking.best[-1].score


def test_43_of_300_in_time_is_not_first() -> None:
    slow = {"firm_id": "a", "weekly_capacity": 50, "tiers": {1: 10_000}, "lead_days": 0}
    able = {"firm_id": "b", "weekly_capacity": 400, "tiers": {1: 20_000}, "lead_days": 0}
    ranking = _rank(slow, able, quantity=300, needed_by=MONDAY + timedelta(days=5))
    assert [row.firm_id for row in ranking.best] == ["b", "a"]
    assert ranking.best[1].capacity.possible == 42


def test_the_group_of_a_firm_is_the_state_of_its_promise() -> None:
    firms = make_candidates(*({"weekly_capacity": weekly} for weekly in (0, 1, 124, 125, 700)))
    need = make_need()
    possible = possible_quantity(need, firms)
    states = [promise_capacity(need, firms, possible, i).state for i in range(5)]
    assert [Reach(one).name.lower() for one in group_reach(need, possible).tolist()] == states
    assert states == ["unknown", "part", "part", "whole", "whole"]


def test_ties_go_by_firm_id() -> None:
    assert _order({"firm_id": "b"}, {"firm_id": "c"}, {"firm_id": "a"}) == ["a", "b", "c"]


def test_the_reference_is_the_target_then_what_was_last_paid_then_what_is_offered() -> None:
    firms = make_candidates({}, {"tiers": {1: 80_000}}, last_paid_e4=70_000)
    need = make_need(target_price_e4=60_000)
    assert rank(need, firms, priors=PRIORS).reference.source == "target"
    found = rank(make_need(), firms, priors=PRIORS).reference
    assert (found.cost_e4, found.source) == (70_000, "last_paid")
    found = _rank({}, {"tiers": {1: 80_000}}).reference
    assert (found.cost_e4, found.source) == (90_000, "offers")
    assert _rank({"tiers": {}}).reference.source == "none"


def test_contributions_add_up_to_what_they_explain() -> None:
    record = {"delivered_lines": 10, "on_time_lines": 9, "received_quantity": 100}
    row = _rank(record, mean_freight_share=0.1).best[0]
    parts = {"landed_cost": 0.0, "performance": 0.0, "expected_cost": 0.0}
    for reason in row.reasons:
        if reason.contribution is not None:
            parts[reason.adds_to] += reason.contribution
    assert parts["landed_cost"] == row.landed_cost.total_e4 == 110_000
    assert parts["performance"] == pytest.approx(row.performance.value, abs=2e-4)


def test_a_newcomer_is_the_categorys_mean_with_a_wide_interval() -> None:
    long = {"delivered_lines": 400, "on_time_lines": 320, "received_quantity": 400}
    newcomer, proven = (
        next(row for row in _rank({}, long).best if row.firm_id == firm_id).performance
        for firm_id in ("firm-00", "firm-01")
    )
    assert newcomer.delivery.value == 0.8
    assert newcomer.delivery.evidence == 0
    assert newcomer.high - newcomer.low > 2 * (proven.high - proven.low)


def test_a_supplier_sees_its_own_facts_alone() -> None:
    row = _rank({"own_freight_e4": 5.0}, target_price_e4=77_777, certificates=()).best[0]
    told = for_supplier(row)
    assert {reason.code for reason in told} <= OWN_CODES
    assert all({field.name for field in fields(reason)} == {"code", "values"} for reason in told)
    assert "77777" not in repr(told)
    assert "freight" not in repr(told)


def test_a_thousand_equal_firms_are_cut_in_the_order_of_their_ids() -> None:
    firms = make_candidates(*({} for _ in range(1000)))
    ranking = rank(make_need(), firms, priors=PRIORS, top=5)
    assert ranking.able == 1000
    assert [row.firm_id for row in ranking.best] == [f"firm-0{place}" for place in range(5)]


def test_nobody_is_ranked_when_nobody_can() -> None:
    ranking = _rank()
    assert (ranking.able, ranking.failed, ranking.best, ranking.unable) == (0, 0, (), ())


@given(firms=firms_of(), seed=st.integers(0, 1000))
def test_the_order_in_which_firms_come_changes_nothing(firms: list[Firm], seed: int) -> None:
    shuffled = random.Random(seed).sample(firms, len(firms))
    assert _rank(*firms) == _rank(*shuffled)


@given(firms=firms_of(least=2), extra=firms_of(least=1, most=1))
def test_another_firm_never_flips_two_others(firms: list[Firm], extra: list[Firm]) -> None:
    extra[0]["firm_id"] = "newcomer"
    order = _order(*firms, *extra)
    assert [firm_id for firm_id in order if firm_id != "newcomer"] == _order(*firms)


@given(firms=firms_of(least=2))
def test_a_newcomer_never_flips_two_others_even_by_the_categorys_mean(firms: list[Firm]) -> None:
    both = [make_candidates(*firms), make_candidates(*firms, {"firm_id": "newcomer"})]
    orders = [
        [row.firm_id for row in rank(make_need(), able, priors=priors(able)).best] for able in both
    ]
    assert [firm_id for firm_id in orders[1] if firm_id != "newcomer"] == orders[0]


def _better(firm: Firm) -> list[Firm]:
    """The same firm cheaper, sooner, freer, more punctual, more careful."""
    return [
        {**firm, "tiers": {start: price - 1000 for start, price in firm["tiers"].items()}},
        {**firm, "lead_days": min(firm["lead_days"], 3)},
        {**firm, "weekly_capacity": 10 * firm["weekly_capacity"]},
        {**firm, "delivered_lines": firm["delivered_lines"] + 1,
         "on_time_lines": firm["on_time_lines"] + 1, "received_quantity":
         firm["received_quantity"] + 100},
        {**firm, "rejected_quantity": firm["rejected_quantity"] // 2},
    ]  # fmt: skip


@settings(max_examples=150)
@given(
    firms=firms_of(least=2),
    chosen=st.integers(0, 7),
    kind=st.integers(0, 4),
    rank_by=st.sampled_from([COST_PERFORMANCE, EXPECTED_COST]),
)
def test_a_cheaper_sooner_freer_or_better_firm_never_falls(
    firms: list[Firm], chosen: int, kind: int, rank_by: str
) -> None:
    place = chosen % len(firms)
    before = _order(*firms, rank_by=rank_by)
    firms[place] = _better(firms[place])[kind]
    after = _order(*firms, rank_by=rank_by)
    firm_id = firms[place]["firm_id"]
    if firm_id in before:
        assert after.index(firm_id) <= before.index(firm_id)


@given(firms=firms_of(least=2))
def test_the_groups_come_one_after_the_other_each_by_score(firms: list[Firm]) -> None:
    rows = _rank(*firms).best
    groups = [Reach[row.capacity.state.upper()] for row in rows]
    assert groups == sorted(groups, reverse=True)
    for group in Reach:
        scores = [row.score for row, own in zip(rows, groups, strict=True) if own is group]
        priced = [score for score in scores if score is not None]
        assert scores == [*sorted(priced, reverse=True), *[None] * (len(scores) - len(priced))]


@given(firms=firms_of(least=2), factor=st.sampled_from([2, 3, 7, 10, 100, 12_345]))
def test_another_scale_of_the_currency_keeps_the_order(firms: list[Firm], factor: int) -> None:
    scaled = [
        {
            **firm,
            "tiers": {start: price * factor for start, price in firm["tiers"].items()},
            "own_price_e4": firm["own_price_e4"] * factor,
            "own_freight_e4": firm["own_freight_e4"] * factor,
        }
        for firm in firms
    ]
    assert _order(*firms) == _order(*scaled)
