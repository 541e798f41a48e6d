"""Ranking rows survive being kept, and keep the keys that older rankings have."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from supplychain.graph.rankings.rows import (
    facts_from_json,
    facts_to_json,
    ranking_from_json,
    ranking_to_json,
)
from supplychain.matching.consortium.together import find_pool, propose_consortia
from supplychain.matching.performance import priors
from supplychain.matching.ranking.explain import for_supplier
from supplychain.matching.ranking.rank import rank
from supplychain.matching.rows import Ranking
from supplychain.model.cost_settings import COST_PERFORMANCE, EXPECTED_COST, CostSettings
from tests.matching.make import make_candidates, make_need
from tests.matching.stated import make_asked, make_stated, ranked
from tests.matching.what_if.test_counterfactuals import PRIORS, Firm, markets

STATED = CostSettings(defect_cost_e4=9_000)


def _kept(ranking: Ranking) -> Ranking:
    text = ranking_to_json(ranking)
    read = ranking_from_json(text, able=ranking.able, failed=ranking.failed)
    assert ranking_to_json(read) == text
    return replace(read, alone=ranking.alone)


@settings(max_examples=40)
@given(
    firms=markets(),
    rank_by=st.sampled_from([COST_PERFORMANCE, EXPECTED_COST]),
    stated=st.sampled_from([CostSettings(), STATED]),
)
def test_a_ranking_is_the_same_after_it_was_kept(
    firms: list[Firm], rank_by: str, stated: CostSettings
) -> None:
    able = make_candidates(*firms, mean_freight_share=0.08)
    ranking = rank(make_need(rank_by=rank_by, settings=stated), able, priors=PRIORS)
    assert _kept(ranking) == ranking
    for row in ranking.best:
        facts = for_supplier(row)
        assert facts_from_json(json.loads(json.dumps(facts_to_json(facts)))) == facts


def test_failing_facts_and_lots_are_the_same_after_they_were_kept() -> None:
    firms: list[dict[str, Any]] = [
        {"processes": ["milling"], "length_mm": 3, "width_mm": 2, "height_mm": 1, "linear": "c"},
        {"certificates": ["PED"], "ends": ["2026-12-01"], "region": "Anhui", "moq": 900},
        {"lot_size": 150, "certificates": ["PED"], "lead_days": -1, "weekly_capacity": 100},
    ]
    need = make_asked(
        process="turning", length_mm=5, tolerance_linear="f", regions=["Jiangsu"],
        certificates=("PED",),
    )  # fmt: skip
    ranking = ranked(need, make_stated(*firms))
    assert len(ranking.best) == 1
    assert len(ranking.unable) == 2
    assert _kept(ranking) == ranking


def test_proposals_are_the_same_after_they_were_kept() -> None:
    half = {"weekly_capacity": 70}
    able = make_stated(half, {**half, "tiers": {}, "delivered_lines": 9, "on_time_lines": 9}, half)
    pool = find_pool(make_need(), able, priors=priors(able))
    assert pool is not None
    together = propose_consortia(pool, {"taihu": ["firm-00", "firm-01"]})
    ranking = replace(rank(make_need(), able, priors=priors(able)), together=together)
    assert ranking.together
    assert _kept(ranking) == ranking


def test_the_keys_are_those_of_older_rankings() -> None:
    cheap, dear = {"firm_id": "a"}, {"firm_id": "b", "tiers": {1: 125_000}, "lead_days": -1}
    able = make_candidates(cheap, dear, {"moq": 900})
    need = make_need(rank_by=EXPECTED_COST, settings=STATED)
    kept = json.loads(ranking_to_json(rank(need, able, priors=PRIORS)))
    assert [*kept] == ["best", "unable", "reference", "assumptions", "together", "weights"]
    first, second = kept["best"]
    assert [*first] == [
        "firm_id", "rank", "score", "ranks", "landed_cost", "expected_cost", "performance",
        "capacity", "lead_days", "reasons", "to_be_first", "unknowns", "likely_ranks",
    ]  # fmt: skip
    assert [*first["capacity"]] == ["state", "weekly", "possible", "finish_on"]
    assert [*first["reasons"][0]] == ["code", "values", "adds_to", "contribution"]
    assert [*first["to_be_first"]["stays"]] == ["now_e4", "then_e4", "share"]
    price = next(one for one in second["to_be_first"]["changes"] if one["what"] == "unit_price")
    assert [*price] == ["what", "now_e4", "then_e4", "share", "smallest"]
    unchecked = second["unknowns"][-1]
    assert [*unchecked] == ["what", "treated", "best", "worst", "may_fail"]
    band = next(one for one in kept["weights"]["bands"] if one["name"] == "defect_cost")
    assert [*band] == ["name", "now_e4", "low_e4", "high_e4", "below", "above"]
    assert kept["unable"] == [
        {
            "firm_id": "firm-02",
            "facts": [{"code": "moq_above_quantity", "values": {"moq": 900, "quantity": 500}}],
            "to_pass": {
                "alone": True,
                "changes": [{"what": "moq_above_quantity", "now": 900, "then": 500}],
            },
        }
    ]
