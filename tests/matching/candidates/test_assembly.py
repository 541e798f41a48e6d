"""Columns of any door become the same candidates: rows are joined by firm, never by position."""

from __future__ import annotations

from dataclasses import fields

import numpy as np

from supplychain.matching.candidates.assembly import assemble_category, assemble_line
from supplychain.matching.candidates.columns import Candidates
from supplychain.matching.candidates.own_firm import OwnFirm, find_candidate
from supplychain.matching.candidates.sources import (
    CapabilityColumns,
    CategorySources,
    CertificateEndColumns,
    FactColumns,
    HoldColumns,
    LotColumns,
    OfferColumns,
    RegionColumns,
    StatedColumns,
    StepColumns,
)
from supplychain.matching.consortium.together import take_rows
from supplychain.matching.cost.exchange import Exchange
from supplychain.matching.need import Need, Site
from supplychain.model.parts_requests.requirements import Requirements
from tests.matching.make import make_need

CNY = Exchange(to_currency="CNY")
DAY = 361


def _capabilities(*firm_ids: str, weekly: list[int] | None = None) -> CapabilityColumns:
    n = len(firm_ids)
    return CapabilityColumns(
        firm_ids=list(firm_ids),
        certificates=[["ISO 9001"]] * n,
        weekly_capacity=weekly or [100 + i for i in range(n)],
        pace=["CN"] * n,
        min_lot=[0] * n,
        max_lot=[0] * n,
        lead_days=[7] * n,
        booked_days=[[DAY]] * n,
        booked_quantities=[[10]] * n,
        delivered_lines=[4] * n,
        on_time_lines=[3] * n,
        received_quantity=[400] * n,
        rejected_quantity=[8] * n,
        late_days_sum=[2] * n,
        long_late_lines=[0] * n,
        enquiries=[5] * n,
        answered=[4] * n,
    )


def _lots(*firm_ids: str) -> LotColumns:
    n = len(firm_ids)
    return LotColumns(
        firm_ids=list(firm_ids),
        lot_size=[20] * n,
        held_days=[[DAY, DAY + 1]] * n,
        held_quantities=[[30, 40]] * n,
    )


def _offers(*firm_ids: str) -> OfferColumns:
    n = len(firm_ids)
    return OfferColumns(
        firm_ids=list(firm_ids),
        currency=["CNY"] * n,
        moq=[5] * n,
        lead_days=[3] * n,
        tier_from=[[1, 100]] * n,
        tier_prices_e4=[[200, 100]] * n,
        tier_rule=["incremental"] * n,
        freight_e4=[-1] * n,
        tooling_e4=[70] * n,
        payment_days=[30] * n,
        incoterm=["EXW"] * n,
    )


def _stated(*firm_ids: str) -> StatedColumns:
    n = len(firm_ids)
    return StatedColumns(
        firm_ids=list(firm_ids),
        processes=[["turning"]] * n,
        materials=[[]] * n,
        length_mm=[500] * n,
        width_mm=[-1] * n,
        height_mm=[-1] * n,
        weight_kg=[-1] * n,
        tolerance_linear=["m"] * n,
        tolerance_geometrical=[""] * n,
    )


def _of_sources(sources: CategorySources, need: Need, offers: OfferColumns) -> Candidates:
    category = assemble_category(sources, exchange=CNY, site=Site())
    return assemble_line(category, need, offers)


def _plain(column: object) -> object:
    """A column as plain values that can be compared."""
    if isinstance(column, np.ndarray):
        return np.where(column != column, -7, column).tolist()
    if isinstance(column, tuple):
        return [_plain(each) for each in column]
    if hasattr(column, "present"):
        return list(column)  # pyright: ignore[reportArgumentType]
    if hasattr(column, "__dataclass_fields__"):
        return {each.name: _plain(getattr(column, each.name)) for each in fields(column)}  # pyright: ignore[reportArgumentType]
    return -7 if column != column else column


def test_columns_in_another_order_or_of_other_firms_are_joined_by_firm() -> None:
    sources = CategorySources(
        category_id="forgings",
        capabilities=_capabilities("a", "b", "c"),
        lots=_lots("stranger", "c"),
        free_holds=HoldColumns(
            capability_ids=["c|forgings", "c|gears"], days=[DAY, DAY], quantities=[30, 1]
        ),
        facts=FactColumns(
            stated=_stated("c", "a"),
            certificate_ends=CertificateEndColumns(
                firm_ids=["b"], certificate_ends=[["2027-01-01"]]
            ),
            regions=RegionColumns(
                firm_ids=["c", "b", "a"], regions=["C", "B", "A"], countries=["", "", ""]
            ),
        ),
        barred=frozenset({"b", "stranger"}),
    )
    firms = _of_sources(sources, make_need(), _offers("stranger", "b"))
    assert firms.firm_ids == ["a", "b", "c"]
    assert firms.lot_size is not None
    assert firms.lot_size.tolist() == [0, 0, 20]
    # What is held for the buyer itself is free for it; what is booked is not.
    taken = {week: q for week, q in zip(*firms.booked.row(2), strict=True) if q}
    assert taken == {DAY: 10, DAY + 1: 40}
    assert firms.booked.row(0) == ([DAY], [10])
    assert firms.moq.tolist() == [0, 5, 0]
    assert firms.lead_days.tolist() == [7, 3, 7]
    assert firms.incremental.tolist() == [False, True, False]
    assert firms.facts is not None
    assert firms.facts.processes == [["turning"], [], ["turning"]]
    assert firms.facts.linear.tolist() == [1, -1, 1]
    assert firms.facts.certificate_ends == [[], ["2027-01-01"], []]
    assert [region for region, _ in firms.facts.regions] == ["A", "B", "C"]
    assert firms.facts.barred.tolist() == [False, True, False]


def test_facts_that_nobody_requires_are_none_unless_a_candidate_is_barred() -> None:
    sources = CategorySources(
        category_id="forgings", capabilities=_capabilities("a"), barred=frozenset({"stranger"})
    )
    assert _of_sources(sources, make_need(), OfferColumns()).facts is None


def test_a_firm_alone_is_the_same_row_as_among_many() -> None:
    need = make_need(requirements=Requirements.of({"routing": ["gears"]}))
    step = StepColumns(
        firm_ids=["a", "b", "a"],
        categories=["gears", "gears", "castings"],
        weekly=[50, 60, 900],
        pace=["CN", "CN|12345", "CN"],
        lot_size=[20] * 3,
        lead_days=[7] * 3,
        booked_days=[[DAY]] * 3,
        booked_quantities=[[10]] * 3,
        held_days=[[DAY, DAY + 1]] * 3,
        held_quantities=[[30, 40]] * 3,
    )
    regions = RegionColumns(firm_ids=["a"], regions=["Jiangsu"], countries=["CN"])
    holds = HoldColumns(capability_ids=["a|gears"], days=[DAY], quantities=[30])
    among = _of_sources(
        CategorySources(
            category_id="forgings",
            capabilities=_capabilities("b", "a", weekly=[100, 300]),
            lots=_lots("a"),
            free_holds=holds,
            facts=FactColumns(stated=_stated("a"), regions=regions),
            steps={"gears": step},
        ),
        need,
        _offers("a"),
    )
    alone = find_candidate(
        need,
        OwnFirm(
            categories=["gears", "forgings", "castings"],
            capabilities=_capabilities("a", "a", "a", weekly=[50, 300, 900]),
            lots=_lots("a", "a", "a"),
            stated=_stated("a", "a", "a"),
            certificate_ends=CertificateEndColumns(
                firm_ids=["a"] * 3, certificate_ends=[[], [], []]
            ),
            holds=holds,
            offers={"ring": _offers("a")},
            regions=regions,
            is_barred=False,
        ),
    )
    assert alone is not None
    assert _plain(alone) == _plain(take_rows(among, np.array([1])))


def test_a_firm_without_a_capability_of_the_category_is_no_candidate() -> None:
    own = OwnFirm(
        categories=["gears"],
        capabilities=_capabilities("a"),
        lots=_lots("a"),
        stated=_stated("a"),
        certificate_ends=CertificateEndColumns(firm_ids=["a"], certificate_ends=[[]]),
        holds=HoldColumns(),
        offers={},
        regions=RegionColumns(firm_ids=["a"], regions=[""], countries=[""]),
        is_barred=False,
    )
    assert find_candidate(make_need(), own) is None
