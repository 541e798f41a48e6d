"""The workbook of a comparison: worked out, it comes to what the page shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from supplychain.actions.awards.awards import Comparison
from supplychain.model.awards.comparisons import Allocation
from supplychain.model.awards.landed import LandedTerms, PriceTerm
from supplychain.model.awards.tables import line_tables, supplier_totals
from supplychain.model.bids.bid import Bid
from supplychain.model.bids.lines import Bundle, PriceTier
from supplychain.model.parts_requests.parts_request import PartsRequest
from supplychain.web.workbooks.bilingual import Bilingual
from supplychain.web.workbooks.comparison_sheets import (
    LINE_COLUMNS,
    QUOTE_COLUMNS,
    SUPPLIER_COLUMNS,
    write_comparison,
)
from tests.make.days import days_on
from tests.make.sheets import Sums, open_again, put
from tests.model.test_awards import evaluating, make_bid, take

TODAY = date(2026, 11, 29)
FIRST_ROW = 5
CENT = Decimal("0.0001")
TERMS = LandedTerms(
    freight=PriceTerm(fixed=Decimal("0.35")),
    freight_from="bid",
    duty=PriceTerm(share=Decimal("0.043")),
    tax=PriceTerm(fixed=Decimal("0.0101"), share=Decimal("0.01")),
    payment=PriceTerm(share=Decimal("-0.0033")),
    vat_kept=Decimal("0.01"),
)


def compare(
    request: PartsRequest,
    bids: list[Bid],
    taken: list[Allocation],
    landed: dict[tuple[str, str], LandedTerms],
) -> Comparison:
    opened = [(bid, f"={bid.firm_id}") for bid in bids]
    owed = {bid.id: bid for bid in bids}
    tables = line_tables(request, opened, landed, {}, taken, days_on(TODAY))
    return Comparison(
        request=request,
        opened=opened,
        owed=owed,
        waiting=[],
        tables=tables,
        totals=supplier_totals(opened, tables, owed),
        recommendation=cast(Any, None),
        award=None,
    )


class Worked:
    """The workbook with its formulas worked out, by sheet, row and column."""

    def __init__(self, book: Workbook) -> None:
        self.book, self.sums = book, Sums(book)

    def get(self, sheet: int, row: int, key: str) -> Any:
        columns = (QUOTE_COLUMNS, LINE_COLUMNS, SUPPLIER_COLUMNS)[sheet]
        at = [one.key for one in columns].index(key) + 1
        page = self.book.worksheets[sheet]
        return self.sums.value_of(page.title, page.cell(row, at).coordinate)


def near(value: Any) -> Decimal:
    """To the four decimals that a page shows at most."""
    return Decimal(value or 0).quantize(CENT, ROUND_HALF_EVEN)


def make_rivals() -> tuple[PartsRequest, list[Bid], list[Allocation]]:
    request = evaluating(500, 80)
    tiers = (PriceTier(start=100, unit_price=Decimal("9.125")),
             PriceTier(start=400, unit_price=Decimal("8.5")))  # fmt: skip
    first = make_bid(
        "a",
        {"tiers": tiers, "tier_rule": "incremental", "tooling": Decimal(800),
         "freight": Decimal("0.35")},
        {"quantity": 80, "unit_price": Decimal("1234.5"), "price_per": 100},
        one_off_cost=Decimal("300.5"),
        bundles=(Bundle(request_line_ids=("line-1", "line-2"), discount=Decimal("2.5")),),
    )  # fmt: skip
    second = make_bid("b", {"quantity": 450, "tiers": tiers, "min_quantity": 50})
    return request, [first, second], [take("a", 250), take("b", 250), take("a", 80, 2)]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_all_figures_are_those_of_the_page(tmp_path: Path, language: str) -> None:
    request, bids, taken = make_rivals()
    landed = {("a", "line-1"): TERMS, ("b", "line-1"): replace(TERMS, freight_from="ledger")}
    shown = compare(request, bids, taken, landed)
    path = tmp_path / "comparison.xlsx"
    write_comparison(path, shown, Bilingual(language))
    worked, at = Worked(open_again(path)), FIRST_ROW
    for table in shown.tables:
        for row in table.rows:
            assert near(worked.get(0, at, "landed")) == near(row.landed_cost)
            assert near(worked.get(0, at, "price")) == near(row.offered_price)
            assert (worked.get(0, at, "best") == "★") is ("landed_cost" in row.best)
            at += 1
    for number, table in enumerate(shown.tables):
        assert worked.get(1, FIRST_ROW + number, "missing") == table.missing
    for number, total in enumerate(shown.totals):
        assert worked.get(2, FIRST_ROW + number, "offer_total") == total.offered_total
        assert worked.get(2, FIRST_ROW + number, "order_total") == total.taken_total
    last = FIRST_ROW + len(shown.totals)
    assert worked.get(2, last, "order_total") == sum(one.taken_total for one in shown.totals)
    least = min(row.landed_cost for row in shown.tables[0].rows if row.is_landed_known)
    assert near(worked.get(1, FIRST_ROW, "cheapest")) == near(least)
    assert worked.get(1, FIRST_ROW, "supplier").startswith("'=")


def test_the_values_beside_the_formulas_are_what_they_come_to(tmp_path: Path) -> None:
    request, bids, taken = make_rivals()
    path = tmp_path / "comparison.xlsx"
    write_comparison(path, compare(request, bids, taken, {("a", "line-1"): TERMS}), Bilingual("en"))
    formulas, values = open_again(path), load_workbook(path, data_only=True)
    sums, seen = Sums(formulas), 0
    for sheet in formulas.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    kept = values[sheet.title][cell.coordinate].value
                    came_to = sums.value_of(sheet.title, cell.coordinate)
                    if isinstance(came_to, Decimal):
                        assert near(came_to) == near(str(kept)), cell.coordinate
                    else:
                        assert (came_to or None) == kept, cell.coordinate
                    seen += 1
    assert seen > 30


def test_another_quantity_is_charged_at_its_own_price(tmp_path: Path) -> None:
    request, bids, taken = make_rivals()
    path = tmp_path / "comparison.xlsx"
    write_comparison(path, compare(request, bids, taken, {}), Bilingual("en"))
    book = open_again(path)
    given_column = [one.key for one in QUOTE_COLUMNS].index("given") + 1
    supplier = [one.key for one in QUOTE_COLUMNS].index("supplier") + 1
    for row in (FIRST_ROW, FIRST_ROW + 1):
        is_first = "a" in str(book.worksheets[0].cell(row, supplier).value)
        put(book, 0, (row, given_column), 420 if is_first else 80)
    worked = Worked(book)
    other = compare(request, bids, [take("a", 420), take("b", 80), take("a", 80, 2)], {})
    totals = [one.taken_total for one in other.totals]
    assert [worked.get(2, FIRST_ROW + at, "order_total") for at in range(2)] == totals
    assert worked.get(1, FIRST_ROW, "missing") == 0


def test_a_line_without_bids_and_an_unknown_cost_stay_empty(tmp_path: Path) -> None:
    request = evaluating(500, 80)
    path = tmp_path / "comparison.xlsx"
    write_comparison(path, compare(request, [make_bid("a")], [], {}), Bilingual("en"))
    worked = Worked(open_again(path))
    assert worked.get(1, FIRST_ROW, "cheapest") == ""
    assert worked.get(1, FIRST_ROW, "supplier") == ""
    assert worked.get(1, FIRST_ROW + 1, "missing") == 80
    assert worked.get(2, FIRST_ROW, "order_total") == 0


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    price=st.decimals("0.0001", "99999", places=4),
    per=st.sampled_from([1, 10, 100, 1000]),
    quantity=st.integers(1, 500),
    rule=st.sampled_from(["all_units", "incremental"]),
    starts=st.lists(st.integers(2, 500), max_size=4, unique=True),
)
def test_any_price_comes_to_what_the_bid_charges(
    tmp_path_factory: pytest.TempPathFactory,
    price: Decimal,
    per: int,
    quantity: int,
    rule: str,
    starts: list[int],
) -> None:
    tiers = tuple(
        PriceTier(start=start, unit_price=price / (at + 2))
        for at, start in enumerate(sorted(starts))
    )
    tiers = tuple(replace(one, unit_price=max(CENT, near(one.unit_price))) for one in tiers)
    bid = make_bid("a", {"unit_price": price, "price_per": per, "tiers": tiers, "tier_rule": rule})
    path = tmp_path_factory.mktemp("any") / "comparison.xlsx"
    shown = compare(evaluating(500), [bid], [take("a", quantity)], {})
    write_comparison(path, shown, Bilingual("en"))
    worked = Worked(open_again(path))
    assert worked.get(2, FIRST_ROW, "order_total") == shown.totals[0].taken_total
    assert worked.get(2, FIRST_ROW, "offer_total") == shown.totals[0].offered_total
