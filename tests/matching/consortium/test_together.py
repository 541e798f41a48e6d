"""What firms can make together: exact, conserved, in lots, and the same in any order."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supplychain.matching.consortium.splits import PriceSegment, QuantitySplit, find_cheapest_split
from supplychain.matching.consortium.together import (
    MAX_FIRMS,
    MAX_WEIGHED_FIRMS,
    find_pool,
    propose_consortia,
)
from supplychain.matching.performance import priors
from supplychain.matching.rows import Proposal, Proposals, ProposedFirm
from supplychain.model.weeks import day_number
from tests.matching.make import MONDAY, make_need
from tests.matching.stated import make_stated

FIRM = st.fixed_dictionaries(
    {
        "weekly_capacity": st.integers(1, 40),
        "tiers": st.sampled_from([{1: 90}, {1: 120, 50: 70}, {20: 60}, {}]),
        "delivered_lines": st.sampled_from([0, 10]),
        "on_time_lines": st.integers(0, 10),
    },
    optional={
        "lot_size": st.sampled_from([5, 30]),
        "min_lot": st.sampled_from([10, 60]),
        "max_lot": st.sampled_from([60, 90]),
        "offer_tooling_e4": st.sampled_from([500.0]),
    },
)
MARKET = st.lists(FIRM, min_size=2, max_size=6)


def _propose(
    firms: list[dict[str, Any]], *, clusters: dict[str, list[str]] | None = None, **need: Any
) -> Proposals | None:
    able = make_stated(*firms)
    found = find_pool(make_need(**need), able, priors=priors(able))
    return found and propose_consortia(found, clusters or {})


def _quantities(proposal: Proposal) -> dict[str, int]:
    return {firm.firm_id: firm.quantity for firm in proposal.firms}


HALF = {"weekly_capacity": 70}
"""280 of the 500 pieces by the need date."""


def test_two_firms_make_what_neither_can_make_alone() -> None:
    found = _propose([{**HALF, "tiers": {1: 90_000}}, {**HALF, "tiers": {1: 80_000}}])
    assert found is not None
    assert _quantities(found.cheapest) == {"firm-01": 280, "firm-00": 220}
    assert found.cheapest.cost_e4 == 280 * 80_000 + 220 * 90_000
    assert found.cheapest.finish_on == "2026-12-20"
    assert found.cheapest.proven is True


def test_nothing_is_proposed_where_one_firm_can_make_all_of_it() -> None:
    assert _propose([HALF, HALF, {}]) is None


def test_nothing_is_proposed_where_all_together_cannot() -> None:
    assert _propose([HALF, HALF], quantity=561) is None


def test_each_firm_is_priced_at_the_tier_its_own_part_reaches() -> None:
    dear_at_first = {**HALF, "tiers": {1: 100_000, 250: 50_000}}
    found = _propose([dear_at_first, {**HALF, "tiers": {1: 60_000}}])
    assert found is not None
    assert _quantities(found.cheapest) == {"firm-00": 280, "firm-01": 220}
    assert found.cheapest.cost_e4 == 280 * 50_000 + 220 * 60_000


def test_the_most_reliable_have_the_best_records_whatever_they_cost() -> None:
    good = {**HALF, "delivered_lines": 40, "on_time_lines": 40, "tiers": {1: 200_000}}
    bad = {**HALF, "delivered_lines": 40, "on_time_lines": 20, "tiers": {1: 50_000}}
    found = _propose([bad, good, bad, good])
    assert found is not None
    assert set(_quantities(found.cheapest)) == {"firm-00", "firm-02"}
    assert set(_quantities(found.most_reliable)) == {"firm-01", "firm-03"}
    assert found.most_reliable.on_time > found.cheapest.on_time
    assert found.most_reliable.evidence == 80


def test_a_firm_without_a_price_may_be_reliable_but_never_cheapest() -> None:
    unpriced = {**HALF, "tiers": {}, "delivered_lines": 40, "on_time_lines": 40}
    found = _propose([unpriced, HALF, HALF])
    assert found is not None
    assert "firm-00" not in _quantities(found.cheapest)
    assert "firm-00" in _quantities(found.most_reliable)
    assert found.most_reliable.cost_e4 is None


def test_among_equals_an_existing_cluster_is_preferred_and_marked() -> None:
    firms = [HALF, HALF, HALF]
    plain = _propose(firms)
    joined = _propose(firms, clusters={"taihu": ["firm-01", "firm-02"]})
    assert plain is not None
    assert joined is not None
    assert not plain.cheapest.cluster
    for proposal in (joined.cheapest, joined.most_reliable):
        assert set(_quantities(proposal)) == {"firm-01", "firm-02"}
        assert proposal.cluster


def test_a_dearer_cluster_is_not_preferred() -> None:
    firms = [HALF, HALF, {**HALF, "tiers": {1: 100_001}}]
    found = _propose(firms, clusters={"taihu": ["firm-01", "firm-02"]})
    assert found is not None
    assert set(_quantities(found.cheapest)) == {"firm-00", "firm-01"}


def test_a_firm_that_only_makes_small_lots_takes_part_and_a_failing_one_does_not() -> None:
    small = {"max_lot": 250, "tiers": {1: 50_000}}
    barred = {**HALF, "barred": True, "tiers": {1: 1}}
    found = _propose([small, HALF, barred])
    assert found is not None
    assert _quantities(found.cheapest) == {"firm-00": 250, "firm-01": 250}


def test_no_more_than_five_firms_are_proposed() -> None:
    fifth = {"weekly_capacity": 25}
    assert _propose([fifth] * 6, quantity=501) is None
    found = _propose([fifth] * 7, quantity=480)
    assert found is not None
    assert len(found.cheapest.firms) == MAX_FIRMS


def test_of_many_firms_the_best_and_the_largest_are_looked_at() -> None:
    firms = [
        {"weekly_capacity": 30, "tiers": {1: 90_000 + i}} for i in range(2 * MAX_WEIGHED_FIRMS)
    ]
    found = _propose(firms)
    assert found is not None
    assert found.firms_able == 2 * MAX_WEIGHED_FIRMS
    assert sorted(_quantities(found.cheapest)) == [f"firm-{i:02}" for i in range(5)]


@settings(max_examples=60)
@given(MARKET, st.integers(60, 400), st.randoms(use_true_random=False))
def test_proposals_conserve_quantities_and_respect_lots_in_any_order(
    firms: list[dict[str, Any]], quantity: int, chance: Any
) -> None:
    named = [{**firm, "firm_id": f"f{i}"} for i, firm in enumerate(firms)]
    found = _propose(named, quantity=quantity)
    assert found == _propose(chance.sample(named, len(named)), quantity=quantity)
    known = {firm["firm_id"]: firm for firm in named}
    for proposal in (found.cheapest, found.most_reliable) if found else ():
        if proposal is None:
            continue
        assert sum(_quantities(proposal).values()) == quantity
        assert len(proposal.firms) <= MAX_FIRMS
        for part in proposal.firms:
            _check_part(known[part.firm_id], part)


def _check_part(firm: dict[str, Any], part: ProposedFirm) -> None:
    lot = firm.get("lot_size", 1)
    assert part.made % lot == 0
    assert part.quantity <= part.made < part.quantity + lot
    assert part.made <= 4 * firm["weekly_capacity"]
    assert part.quantity >= max(firm.get("min_lot", 1), min(firm["tiers"], default=1))
    assert part.quantity <= firm.get("max_lot", part.quantity)
    assert part.finish_on <= "2026-12-20"


@settings(max_examples=60)
@given(MARKET, st.integers(60, 400))
def test_another_firm_or_more_capacity_never_makes_it_dearer(
    firms: list[dict[str, Any]], quantity: int
) -> None:
    few, more = _propose(firms[:-1], quantity=quantity), _propose(firms, quantity=quantity)
    if few and more and few.cheapest and more.cheapest:
        assert more.cheapest.cost_e4 <= few.cheapest.cost_e4 + 1
        assert more.most_reliable is not None


SEGMENT = st.builds(
    lambda firm, least, more, fixed, each: PriceSegment(
        firm=firm, least=least, most=least + more, fixed=fixed, each=each
    ),
    st.integers(0, 3),
    st.integers(1, 40),
    st.integers(0, 60),
    st.sampled_from([0.0, 300.0]),
    st.integers(1, 30).map(float),
)


@settings(max_examples=80)
@given(st.lists(SEGMENT, min_size=1, max_size=6), st.integers(20, 120), st.integers(1, 3))
def test_the_cheapest_split_is_that_of_trying_everything(
    segments: list[PriceSegment], quantity: int, firms: int
) -> None:
    found = find_cheapest_split(segments, quantity, firms=firms)
    best = min(
        (
            _cost([segments[i] for i in chosen], quantity)
            for count in range(1, firms + 1)
            for chosen in combinations(range(len(segments)), count)
            if len({segments[i].firm for i in chosen}) == count
        ),
        default=float("inf"),
    )
    assert (found.cost if found else float("inf")) == pytest.approx(best)
    assert found is None or isinstance(found, QuantitySplit)


def _cost(chosen: list[PriceSegment], quantity: int) -> float:
    left = quantity - sum(one.least for one in chosen)
    if left < 0 or left > sum(one.most - one.least for one in chosen):
        return float("inf")
    cost = sum(one.fixed + one.each * one.least for one in chosen)
    for one in sorted(chosen, key=lambda one: one.each):
        more = min(left, one.most - one.least)
        cost, left = cost + more * one.each, left - more
    return cost


def test_what_is_booked_bounds_what_a_firm_may_take() -> None:
    taken = {day_number(MONDAY) + 13: 140}
    found = _propose([{**HALF, "booked": taken}, HALF, HALF])
    assert found is not None
    assert all(part.finish_on <= "2026-12-20" for part in found.cheapest.firms)
    assert _propose([{**HALF, "booked": taken}, HALF]) is None
