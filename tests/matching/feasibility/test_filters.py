"""Which fact keeps a firm out, and by how much."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from supplychain.errors import Invalid
from supplychain.matching.performance import priors
from supplychain.matching.ranking.rank import rank
from supplychain.matching.rows import CodedFact, FactValues, Promise
from supplychain.model.weeks import day_number
from tests.matching.make import MONDAY, make_candidates, make_need


def _facts(firm: dict[str, Any], **need: Any) -> tuple[CodedFact, ...]:
    firms = make_candidates(firm)
    ranking = rank(make_need(**need), firms, priors=priors(firms))
    assert ranking.able + ranking.failed == 1
    return ranking.unable[0].facts if ranking.unable else ()


@pytest.mark.parametrize(
    ("firm", "code", "values"),
    [
        ({"moq": 501}, "moq_above_quantity", {"moq": 501, "quantity": 500}),
        ({"tiers": {600: 1}}, "moq_above_quantity", {"moq": 600, "quantity": 500}),
        ({"min_lot": 501}, "min_lot_above_quantity", {"min_lot": 501, "quantity": 500}),
        ({"max_lot": 499}, "max_lot_below_quantity", {"max_lot": 499, "quantity": 500}),
        ({"lead_days": 28}, "lead_time_too_long", {"lead_days": 28, "days_left": 27}),
    ],
)
def test_a_failing_fact_says_by_how_much(
    firm: dict[str, Any], code: str, values: dict[str, Any]
) -> None:
    assert [(fact.code, fact.values) for fact in _facts(firm)] == [(code, values)]


def test_every_missing_certificate_is_named() -> None:
    held = ["iso 9001 ", "AS 9100"]
    wanted = ("ISO 9001", "IATF 16949", "EN 10204")
    facts = _facts({"certificates": held}, certificates=wanted)
    assert facts[0].values == {"certificates": ["IATF 16949", "EN 10204"]}
    assert _facts({"certificates": held}, certificates=("ISO 9001",)) == ()


def test_all_failing_facts_are_told() -> None:
    facts = _facts({"moq": 900, "lead_days": 99, "max_lot": 10})
    assert [fact.code for fact in facts] == [
        "moq_above_quantity",
        "max_lot_below_quantity",
        "lead_time_too_long",
    ]


def test_a_firm_that_is_full_until_the_need_date_fails_on_capacity() -> None:
    full = {day_number(MONDAY) + 27: 2800}
    facts = _facts({"booked": full})
    assert [fact.code for fact in facts] == ["no_capacity"]


def test_a_firm_that_can_make_a_part_is_not_failed() -> None:
    firms = make_candidates({"weekly_capacity": 70})
    ranking = rank(make_need(), firms, priors=priors(firms))
    assert ranking.best[0].capacity == Promise(
        state="part", weekly=70, possible=280, finish_on="2027-01-11"
    )


def test_a_firm_whose_capacity_is_unknown_is_ranked_and_not_promised() -> None:
    firms = make_candidates({"weekly_capacity": 0})
    ranking = rank(make_need(), firms, priors=priors(firms))
    assert ranking.best[0].capacity.state == "unknown"
    assert ranking.best[0].capacity.possible is None


def test_an_unknown_lead_time_does_not_fail() -> None:
    assert _facts({"lead_days": -1}) == ()


def test_a_need_date_in_the_past_fails_everybody() -> None:
    facts = _facts({}, needed_by=date(2026, 11, 1))
    assert "need_date_passed" in [fact.code for fact in facts]


def test_those_with_the_fewest_failing_facts_are_shown_first() -> None:
    firms = make_candidates({"moq": 900, "lead_days": 99}, {"moq": 900})
    ranking = rank(make_need(), firms, priors=priors(firms))
    assert [row.firm_id for row in ranking.unable] == ["firm-01", "firm-00"]


def test_a_need_for_nothing_is_refused() -> None:
    with pytest.raises(Invalid):
        make_need(quantity=0)


@pytest.mark.parametrize(
    "held", ["ＩＳＯ 9001", "ISO9001", "iso-9001", "ISO 9001:2015", "IATF 16949"]
)
def test_a_certificate_is_held_however_it_is_written(held: str) -> None:
    assert _facts({"certificates": [held]}, certificates=("ISO 9001",)) == ()


def test_what_names_nothing_is_never_held() -> None:
    (fact,) = _facts({"certificates": ["-"]}, certificates=("-",))
    assert fact == CodedFact(code="missing_certificate", values=FactValues(certificates=["-"]))
