"""The tables of a comparison: when all is there, and what is marked as best."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from supplychain.matching.cost.bid_terms import bid_terms
from supplychain.model.awards.records import BidderRecord
from supplychain.model.awards.tables import LineTable, line_tables
from tests.make.days import days_on
from tests.model.test_awards import evaluating, make_bid

TODAY = date(2026, 11, 29)


def _table(*bids, **records: BidderRecord) -> LineTable:
    by_firm = {(name, "line-1"): record for name, record in records.items()}
    opened = [(bid, bid.firm_id) for bid in bids]
    landed = bid_terms(evaluating(500), list(bids), today=TODAY)
    (table,) = line_tables(evaluating(500), opened, landed, by_firm, [], days_on(TODAY))
    return table


def test_all_is_there_when_it_is_made_and_the_lead_time_of_the_bid_is_over() -> None:
    bids = (make_bid("soon", {"lead_days": 20}), make_bid("busy", {"lead_days": 20}))
    table = _table(
        *bids,
        soon=BidderRecord(possible=500, finish_on="2026-11-30"),
        busy=BidderRecord(possible=100, finish_on="2027-02-01"),
    )
    rows = {row.firm_id: row for row in table.rows}
    assert rows["soon"].finish_on == rows["soon"].promised_on == date(2026, 12, 19)
    assert rows["busy"].finish_on == date(2027, 2, 1)


def test_a_finish_that_nobody_can_tell_stays_unknown() -> None:
    (row,) = _table(make_bid("a"), a=BidderRecord()).rows
    assert row.finish_on is None


def test_a_landed_cost_is_never_best_where_freight_is_unknown() -> None:
    table = _table(
        make_bid("silent", {"unit_price": Decimal(99)}),
        make_bid("dap", {"unit_price": Decimal(101)}, incoterm="DAP"),
        make_bid("ddp", {"unit_price": Decimal(103)}, incoterm="DDP"),
    )
    best = {row.firm_id: row.best for row in table.rows}
    assert best == {"silent": {"unit_price"}, "dap": {"landed_cost"}, "ddp": set()}
    assert [row.is_landed_known for row in table.rows] == [False, True, True]
    unknown = _table(make_bid("a", {"unit_price": Decimal(9)}), make_bid("b"))
    assert all("landed_cost" not in row.best for row in unknown.rows)


def test_freight_that_the_buyer_pays_is_estimated_with_its_range() -> None:
    table = _table(
        make_bid("exw", {"unit_price": Decimal(100)}, incoterm="EXW"),
        make_bid("dap", {"unit_price": Decimal(101)}, incoterm="DAP"),
    )
    dap, exw = table.rows
    assert (dap.firm_id, dap.landed_cost, dap.is_estimate) == ("dap", 101, False)
    assert (exw.landed_cost, exw.freight, exw.freight_from) == (112, 12, "assumed")
    assert (exw.freight_low, exw.freight_high, exw.is_estimate) == (6, 30, True)
    assert "landed_cost" in dap.best
