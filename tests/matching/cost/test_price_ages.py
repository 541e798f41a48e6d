"""Standing prices have an age and an end: what ran out is no price, what is old an estimate."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from supplychain.errors import Invalid
from supplychain.matching.candidates.assembly import assemble_category, assemble_line
from supplychain.matching.candidates.columns import Candidates
from supplychain.matching.candidates.sources import (
    CapabilityColumns,
    CategorySources,
    OfferColumns,
    TradeColumns,
)
from supplychain.matching.cost.exchange import Exchange
from supplychain.matching.cost.landed_cost import (
    PRICE_ENDED,
    PRICE_NOT_BEGUN,
    PRICE_OFFER,
    landed_cost,
)
from supplychain.matching.cost.reasons import cost_reasons, landed_row
from supplychain.matching.need import Need, Site
from supplychain.model.cost_settings import CostSettings
from supplychain.model.offers import Offer, OfferTerms, OfferTier
from tests.matching.make import make_need

TODAY = date(2026, 11, 29)
FIRMS = ["a", "b", "c", "d"]


def _offer_columns(**columns: list[Any]) -> OfferColumns:
    n = len(FIRMS)
    plain = {
        "firm_ids": FIRMS, "currency": ["CNY"] * n, "moq": [7] * n, "lead_days": [5] * n,
        "tier_from": [[1]] * n, "tier_prices_e4": [[100_0000]] * n,
        "tier_rule": ["all_units"] * n, "freight_e4": [-1] * n, "tooling_e4": [-1] * n,
        "payment_days": [-1] * n, "incoterm": ["DAP"] * n,
    }  # fmt: skip
    return OfferColumns(**{**plain, **columns})


def _assemble(need: Need, **columns: list[Any]) -> Candidates:
    """Four firms of which the buyer bought at 90.00, with these offers."""
    n = len(FIRMS)
    blank = {
        one.name: [[]] * n if "list[list" in str(one.type) else [-1] * n
        for one in fields(CapabilityColumns)
    }
    able = CapabilityColumns(**{**blank, "firm_ids": FIRMS, "pace": [""] * n})
    paid = TradeColumns(
        firm_ids=FIRMS, part_ids=["ring"] * n, days=["2026-11-01"] * n, prices_e4=[90_0000] * n,
        quantities=[1] * n, freights_e4=[-1] * n, currencies=["CNY"] * n,
    )  # fmt: skip
    sources = CategorySources(category_id="forgings", capabilities=able, trade=paid)
    exchange = Exchange(to_currency="CNY")
    category = assemble_category(sources, exchange=exchange, site=Site())
    return assemble_line(category, need, _offer_columns(**columns))


def test_a_price_that_does_not_hold_is_none_and_no_older_one_stands_in() -> None:
    need = make_need(today=TODAY)
    firms = _assemble(
        need,
        valid_until=["2026-11-28", "2026-11-29", "", ""],
        valid_from=["", "", "2026-11-30", "2026-11-29"],
    )
    cost = landed_cost(need, firms)
    assert cost.price_source.tolist() == [PRICE_ENDED, PRICE_OFFER, PRICE_NOT_BEGUN, PRICE_OFFER]
    assert np.isnan(cost.total).tolist() == [True, False, True, False]
    assert firms.moq.tolist() == [0, 7, 0, 7]
    told = [
        next((one.code, one.values.get("on")) for one in cost_reasons(need, firms, cost, i, row))
        for i in range(4)
        for row in [landed_row(cost, i)]
    ]
    assert told == [
        ("price_ended", "2026-11-28"), ("price_from_offer", None),
        ("price_not_begun", "2026-11-30"), ("price_from_offer", None),
    ]  # fmt: skip


def test_an_old_price_is_an_estimate_with_its_range() -> None:
    stated = ["2026-11-20T08:00:00.000000Z", "2025-11-29T08:00:00Z", "2025-11-28T08:00:00Z", ""]
    need = make_need(today=TODAY)
    firms = _assemble(need, stated_at=stated)
    cost = landed_cost(need, firms)
    told = [
        {one.code: dict(one.values) for one in cost_reasons(need, firms, cost, i, row)}
        for i in range(4)
        for row in [landed_row(cost, i)]
    ]
    assert told[0]["price_stated"] == {"on": "2026-11-20", "age_days": 9}
    assert told[1]["price_stated"]["age_days"] == 365
    assert told[2]["price_is_old"] == {
        "on": "2025-11-28", "age_days": 366, "limit_days": 365, "low_e4": 80_0000,
        "high_e4": 110_0000, "currency": "CNY",
    }  # fmt: skip
    assert not {"price_stated", "price_is_old"} & told[3].keys()
    assert cost.total.tolist() == [100_0000] * 4
    strict = make_need(today=TODAY, settings=CostSettings(price_age_days=5))
    (first, *_) = [cost_reasons(strict, firms, cost, 0, landed_row(cost, 0))]
    assert "price_is_old" in {one.code for one in first}


def _offer(changed_at: str = "2026-01-10T00:00:00Z", **terms: Any) -> Offer:
    return Offer(
        id="f|p", firm_id="f", part_id="p", part_name="P", currency="CNY", moq=1, lead_days=5,
        tiers=(OfferTier(start=1, price=Decimal(10)),), terms=OfferTerms(**terms),
        changed_at=changed_at,
    )  # fmt: skip


def test_a_renewed_price_holds_as_long_again() -> None:
    day = timedelta(days=1)
    year = _offer(valid_from=date(2025, 1, 1), valid_until=date(2026, 1, 1)).renewed(TODAY)
    assert (year.terms.valid_from, year.terms.valid_until) == (None, TODAY + 365 * day)
    since = _offer(valid_until=date(2026, 4, 10)).renewed(TODAY)
    assert since.terms.valid_until == TODAY + 90 * day
    short = _offer(valid_until=date(2026, 1, 12)).renewed(TODAY)
    assert short.terms.valid_until == TODAY + 30 * day
    assert _offer().renewed(TODAY).terms.valid_until is None
    assert short.version == 2
    assert year.terms.holds_on(TODAY)
    assert not _offer(valid_until=TODAY - day).terms.holds_on(TODAY)


def test_an_end_before_the_beginning_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        _offer(valid_from=TODAY, valid_until=TODAY - timedelta(days=1)).check()
    assert [one.pointer for one in refused.value.errors] == ["/valid_until"]
