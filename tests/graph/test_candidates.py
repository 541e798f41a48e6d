"""Candidates come back as the graph holds them, and only what the buyer may know."""

from __future__ import annotations

import numpy as np
from neo4j import Driver

from supplychain.graph.engine.transactions import read
from supplychain.graph.rankings import candidates
from supplychain.matching.candidates.assembly import assemble_category, assemble_line
from supplychain.matching.candidates.columns import Candidates
from supplychain.matching.candidates.sources import OfferColumns
from supplychain.matching.cost.exchange import Exchange
from supplychain.matching.need import Site
from tests.make.firms import make_firm
from tests.make.matches import make_ability, make_delivery, make_offer
from tests.matching.make import NOON, make_need


def _for_line(
    driver: Driver, viewer: str, *, category_id: str = "forgings", part_id: str | None = "ring"
) -> Candidates:
    need = make_need(category_id=category_id, part_id=part_id)
    sources = read(
        driver,
        candidates.read_category,
        [need],
        category_id=category_id,
        viewer=viewer,
        at=NOON,
        chain_id=None,
        with_places=False,
    )
    category = assemble_category(sources, exchange=Exchange(to_currency="CNY"), site=Site())
    part_ids = [part_id] if part_id else []
    assert sources.readable is not None
    offers = read(
        driver,
        candidates.read_offers,
        part_ids=part_ids,
        viewer=viewer,
        readable=sources.readable,
    )
    return assemble_line(category, need, offers.get(part_id or "", OfferColumns()))


def test_every_firm_that_can_make_it_is_a_row_and_the_buyer_is_none(driver: Driver) -> None:
    buyer, first, second, other = (make_firm(driver).id for _ in range(4))
    for firm_id in (buyer, first, second):
        make_ability(driver, firm_id)
    make_ability(driver, other, "castings")
    assert set(_for_line(driver, buyer).firm_ids) == {first, second}


def test_rows_of_all_columns_belong_together(driver: Driver) -> None:
    buyer, first, second = (make_firm(driver).id for _ in range(3))
    make_ability(
        driver, first, weekly_capacity=11, certificates=["A"], booked_days=[5, 6],
        booked_quantities=[1, 2], delivered_lines=4, on_time_lines=3, received_quantity=400,
        rejected_quantity=8, min_lot=2, max_lot=9,
    )  # fmt: skip
    make_ability(driver, second, weekly_capacity=22, certificates=["B", "C"])
    make_offer(
        driver, second, moq=5, lead_days=3, tier_from=[5, 50], tier_prices_e4=[200, 100],
        currency="EUR",
    )  # fmt: skip
    found = _for_line(driver, buyer)
    one, two = found.firm_ids.index(first), found.firm_ids.index(second)
    assert found.weekly_capacity[[one, two]].tolist() == [11, 22]
    assert [found.certificates[i] for i in (one, two)] == [("A",), ("B", "C")]
    assert [found.booked.row(i) for i in (one, two)] == [([5, 6], [1, 2]), ([], [])]
    assert [found.tiers.row(i) for i in (one, two)] == [([], []), ([5, 50], [200, 100])]
    assert found.lead_days[[one, two]].tolist() == [7, 3]
    assert found.moq[[one, two]].tolist() == [0, 5]
    assert [found.offer_currency[i] for i in (one, two)] == ["", "EUR"]
    record = (found.delivered_lines, found.on_time_lines, found.received_quantity)
    assert [column[one] for column in record] == [4, 3, 400]
    assert (found.rejected_quantity[one], found.min_lot[one], found.max_lot[one]) == (8, 2, 9)


def test_what_was_never_stored_is_unknown(driver: Driver) -> None:
    buyer, firm = (make_firm(driver).id for _ in range(2))
    nothing = dict.fromkeys(("weekly_capacity", "lead_days", "booked_days", "certificates"))
    make_ability(driver, firm, **{**nothing, "booked_quantities": None})
    found = _for_line(driver, buyer)
    assert found.weekly_capacity.tolist() == [0]
    assert found.lead_days.tolist() == [-1]
    assert list(found.certificates) == [()]


def test_the_buyers_own_past_gives_price_and_freight(driver: Driver) -> None:
    buyer, ring, other, never = (make_firm(driver).id for _ in range(4))
    for firm_id in (ring, other, never):
        make_ability(driver, firm_id)
    make_delivery(driver, ring, buyer)
    make_delivery(driver, ring, buyer, unit_price_e4=95_000, delivered_on="2026-09-01")
    make_delivery(driver, ring, buyer, unit_price_e4=1, currency="EUR", delivered_on="2026-10-01")
    make_delivery(driver, other, buyer, part_id="shaft", unit_price_e4=50_000, freight_e4=None)
    make_delivery(driver, other, buyer, part_id="shaft", unit_price_e4=50_000)
    found = _for_line(driver, buyer)
    places = [found.firm_ids.index(firm_id) for firm_id in (ring, other, never)]
    assert found.own_price_e4[places].tolist() == [95_000, 0, 0]
    assert [found.own_price_on[i] for i in places] == ["2026-09-01", "", ""]
    assert found.last_paid_e4 == 95_000
    # 900,000 of freight twice on 200 rings; on 9,000,000 + 9,500,000 of value.
    np.testing.assert_allclose(found.own_freight_e4[places], [9_000, np.nan, np.nan])
    np.testing.assert_allclose(found.own_freight_share[places], [18 / 185, 0.18, np.nan])
    np.testing.assert_allclose(found.mean_freight_share, 27 / 235)


def test_what_another_buyer_paid_is_not_read(driver: Driver) -> None:
    buyer, rival, firm = (make_firm(driver).id for _ in range(3))
    make_ability(driver, firm)
    make_delivery(driver, firm, rival)
    found = _for_line(driver, buyer)
    assert found.own_price_e4.tolist() == [0]
    assert found.last_paid_e4 == 0
    assert np.isnan([found.own_freight_e4[0], found.own_freight_share[0]]).all()
    assert np.isnan(found.mean_freight_share)


def test_a_line_without_a_part_has_no_offers(driver: Driver) -> None:
    buyer, firm = (make_firm(driver).id for _ in range(2))
    make_ability(driver, firm)
    make_offer(driver, firm)
    make_delivery(driver, firm, buyer)
    found = _for_line(driver, buyer, part_id=None)
    assert list(found.offer_currency) == [""]
    assert found.own_price_e4.tolist() == [0]
    assert found.own_freight_share[0] > 0


def test_a_category_nobody_covers_has_no_rows(driver: Driver) -> None:
    assert len(_for_line(driver, make_firm(driver).id, category_id="nothing")) == 0
