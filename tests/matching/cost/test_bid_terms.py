"""What comes upon the prices of bids is what the ranking says comes upon standing prices."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from supplychain.matching.candidates.columns import FirmPlaces
from supplychain.matching.candidates.sources import PlaceColumns, TradeColumns
from supplychain.matching.cost.bid_terms import BuyerCosts, bid_terms
from supplychain.matching.cost.landed_cost import landed_cost
from supplychain.matching.need import Site
from supplychain.model.award_studies.problems import problem_of
from supplychain.model.awards.comparisons import quotes_for, rank_bids
from supplychain.model.awards.landed import LandedTerms
from supplychain.model.awards.tables import line_tables
from supplychain.model.cost_settings import CostSettings, DutyRate, FreightRate
from tests.make.days import days_on
from tests.matching.make import NAN, make_candidates, make_need
from tests.model.test_awards import LATER, evaluating, make_bid

TODAY = LATER.date()
CHINA = Site(country="China", region="Anhui", latitude=31.0, longitude=117.0)


def places(**countries: str) -> PlaceColumns:
    n = len(countries)
    return PlaceColumns(
        firm_ids=list(countries),
        countries=list(countries.values()),
        regions=[""] * n,
        latitudes=[999.0] * n,
        longitudes=[999.0] * n,
    )


def terms_of(bid: Any, costs: BuyerCosts | None = None) -> LandedTerms:
    (terms,) = bid_terms(evaluating(500), [bid], costs or BuyerCosts(), today=TODAY).values()
    return terms


def landed_at(bid: Any, costs: BuyerCosts) -> Decimal:
    request = evaluating(500)
    (quote,) = quotes_for(request.lines[0], [bid], bid_terms(request, [bid], costs, today=TODAY))
    return quote.landed_cost(500)


def test_a_bid_from_abroad_bears_the_buyers_own_duty() -> None:
    costs = BuyerCosts(
        settings=CostSettings(duty_rates=(DutyRate(country="Germany", duty=0.1),)),
        site=CHINA,
        places=places(german="Germany", local="China"),
    )
    dap = {"incoterm": "DAP"}
    german = make_bid("german", {"unit_price": Decimal(95)}, **dap)
    local = make_bid("local", {"unit_price": Decimal(101)}, **dap)
    assert landed_at(german, costs) == Decimal("104.5")
    assert landed_at(local, costs) == 101
    assert landed_at(replace(german, incoterm="DDP"), costs) == 95


def test_duty_that_no_row_tells_is_unknown_and_without_a_table_it_is_not_asked() -> None:
    table = CostSettings(duty_rates=(DutyRate(country="France", duty=0.1),))
    bid = make_bid("german", incoterm="DAP")
    asked = terms_of(bid, BuyerCosts(settings=table, site=CHINA, places=places(german="Germany")))
    assert (asked.duty, asked.is_whole) == (None, False)
    assert terms_of(bid).is_whole


@pytest.mark.parametrize(
    ("values", "freight", "source"),
    [
        ({}, Decimal("1.2"), "ledger"),
        ({"incoterm": "EXW"}, Decimal("1.2"), "ledger"),
        ({"incoterm": "DAP"}, Decimal(0), "terms"),
        ({"incoterm": "EXW", "freight": Decimal("0.5")}, Decimal("0.5"), "bid"),
    ],
)
def test_freight_is_the_bids_else_in_its_terms_else_of_the_past(
    values: dict[str, Any], freight: Decimal, source: str
) -> None:
    said = {"freight": values.get("freight")}
    rest = {name: value for name, value in values.items() if name != "freight"}
    category = evaluating(500).lines[0].category_id
    past = TradeColumns(
        firm_ids=["a"], part_ids=["other"], days=["2026-06-01"], prices_e4=[100_000],
        quantities=[10], freights_e4=[120_000], currencies=["CNY"],
    )  # fmt: skip
    terms = terms_of(make_bid("a", said, **rest), BuyerCosts(trade={category: past}))
    assert terms.freight is not None
    assert (terms.freight.at(Decimal(10)), terms.freight_from) == (freight, source)


def test_freight_that_nothing_tells_is_estimated_where_the_buyer_pays_it_and_else_unknown() -> None:
    exw = terms_of(make_bid("a", incoterm="EXW"))
    assert exw.freight is not None
    assert (exw.freight.at(Decimal(100)), exw.freight_from) == (12, "assumed")
    assert exw.freight_range(Decimal(100)) == (6, 30)
    silent = terms_of(make_bid("a"))
    assert (silent.freight, silent.freight_from, silent.is_whole) == (None, None, False)
    stated = BuyerCosts(settings=CostSettings(freight_share=0.0))
    assert landed_at(make_bid("a", {"unit_price": Decimal(100)}, incoterm="EXW"), stated) == 100


RATES = st.floats(0, 0.5).map(lambda rate: round(rate, 4))


@given(
    price_e4=st.integers(1, 5_000_000),
    duty=RATES,
    tax=RATES,
    share=RATES,
    piece_e4=st.integers(0, 50_000),
    annual=RATES,
    days=st.sampled_from([-1, 0, 30, 120]),
    incoterm=st.sampled_from(["", "EXW", "FCA", "DAP", "DDP"]),
)
def test_bid_and_standing_price_cost_the_same_at_the_door(
    price_e4: int,
    duty: float,
    tax: float,
    share: float,
    piece_e4: int,
    annual: float,
    days: int,
    incoterm: str,
) -> None:
    settings = CostSettings(
        annual_rate=annual,
        duty_rates=(DutyRate(country="Germany", duty=duty, tax=tax),),
        freight_rates=(FreightRate(country="Germany", per_piece_e4=piece_e4, share=share),),
    )
    costs = BuyerCosts(settings=settings, site=CHINA, places=places(a="Germany"))
    price = Decimal(price_e4) / 10_000
    bid = make_bid(
        "a",
        {"unit_price": price},
        incoterm=incoterm or None,
        payment_days=None if days < 0 else days,
    )
    ranked = landed_cost(
        make_need(settings=settings, site=CHINA, quantity=500),
        make_candidates(
            {"tiers": {1: price_e4}, "incoterm": incoterm, "payment_days": days},
            places=FirmPlaces(pairs=[("germany", "")], pair_of=np.array([0]), km=np.array([NAN])),
        ),
    )
    assert float(landed_at(bid, costs)) * 10_000 == pytest.approx(ranked.total[0], abs=0.05)


def test_vat_that_the_buyer_does_not_reclaim_is_a_cost() -> None:
    general = make_bid(
        "general", {"unit_price": Decimal(100)}, incoterm="DAP", vat_percent=Decimal(13)
    )
    small = make_bid("small", {"unit_price": Decimal(104)}, incoterm="DAP", vat_percent=Decimal(3))
    reclaims = BuyerCosts()
    assert (landed_at(general, reclaims), landed_at(small, reclaims)) == (100, 104)
    none = BuyerCosts(settings=CostSettings(vat_reclaimed=0.0))
    assert landed_at(general, none) == 113
    assert landed_at(small, none) == Decimal("107.12")
    half = BuyerCosts(settings=CostSettings(vat_reclaimed=0.5))
    assert landed_at(general, half) == Decimal("106.5")
    unsaid = replace(general, vat_percent=None)
    assert landed_at(unsaid, none) == 100
    freighted = make_bid(
        "freighted", {"unit_price": Decimal(100), "freight": Decimal(10)}, incoterm="EXW",
        vat_percent=Decimal(13),
    )  # fmt: skip
    assert landed_at(freighted, none) == Decimal("124.3")


def test_vat_that_stays_is_a_cost_of_what_is_paid_once_too() -> None:
    none = BuyerCosts(settings=CostSettings(vat_reclaimed=0.0))
    bids = [
        make_bid(
            name, {"unit_price": Decimal(100), "tooling": tooling}, incoterm="DAP",
            vat_percent=rate, one_off_cost=Decimal(1000),
        )
        for name, tooling, rate in (
            ("general", Decimal(5000), Decimal(13)), ("small", Decimal(5500), Decimal(3)),
        )
    ]  # fmt: skip
    # 500 at 100 and the tooling: 55,000 and 13 % of it; 55,500 and 3 %.
    assert [landed_at(bid, none) for bid in bids] == [Decimal("124.3"), Decimal("114.33")]
    assert [landed_at(bid, BuyerCosts()) for bid in bids] == [110, 111]
    request = evaluating(500)
    landed = bid_terms(request, bids, none, today=TODAY)
    problem = problem_of(request, bids, landed, days=days_on(TODAY))
    assert [bid.line_cost for bid in problem.bids] == [Decimal(5650), Decimal(5665)]
    assert [one.one_off_cost for one in problem.suppliers] == [Decimal(1130), Decimal(1030)]
    assert rank_bids(request, bids, landed) == {"bid-general": 2, "bid-small": 1}
    tables = line_tables(request, [(bid, bid.id) for bid in bids], landed, {}, (), days_on(TODAY))
    for row in tables[0].rows:  # the terms add up to the landed cost
        assert row.tax is not None
        assert row.unit_price + row.tooling / 500 + row.tax == row.landed_cost
