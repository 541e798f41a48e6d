from __future__ import annotations

import csv
import subprocess
import sys
from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from supplychain.demo.scms import conversion as scms
from supplychain.demo.scms.lines import key_of, read_lines
from supplychain.demo.scms.places import country_in
from supplychain.demo.tables import COLUMNS, Tables
from tests.engines import ROOT

SLICE = ROOT / "tests" / "data" / "scms" / "tenofovir.csv"
ITEM = "Tenofovir Disoproxil Fumarate 300mg, tablets, 30 Tabs"


@pytest.fixture(scope="module")
def tables() -> Tables:
    return scms.convert_file(SLICE)


@pytest.fixture(scope="module")
def original() -> list[dict[str, str]]:
    with SLICE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_each_line_becomes_exactly_one_delivery(
    tables: Tables, original: list[dict[str, str]]
) -> None:
    assert len(original) == 320
    found = [row["delivery_id"] for row in tables["deliveries"]]
    assert found == [f"SCMS-{line['ID']}" for line in original]


def test_packs_goods_and_freight_sum_to_what_the_file_says(
    tables: Tables, original: list[dict[str, str]]
) -> None:
    rows = tables["deliveries"]
    assert sum(int(row["quantity"]) for row in rows) == 5_879_540
    assert sum(int(line["Line Item Quantity"]) for line in original) == 5_879_540
    goods = sum(int(row["quantity"]) * Decimal(row["unit_price"]) for row in rows)
    assert goods == Decimal("39718313.90")
    freight = sum(Decimal(row["freight_cost"] or 0) for row in rows)
    assert freight == Decimal("1842238.76")
    assert scms.totals_in(SLICE) == scms.totals_out(tables)


def test_freight_stated_on_another_line_is_spread_by_value(tables: Tables) -> None:
    lines = {line.id: line for line in read_lines(SLICE)}
    freight = {row["delivery_id"]: row["freight_cost"] for row in tables["deliveries"]}
    spread = 0
    for line in lines.values():
        host = lines.get(line.freight_line)
        if host is None or host.freight_stated is None:
            continue
        group = [other for other in lines.values() if other.freight_line == host.id] + [host]
        amounts = {other.id: Decimal(freight[f"SCMS-{other.id}"]) for other in group}
        assert sum(amounts.values()) == host.freight_stated
        goods = {other.id: other.quantity * other.pack_price for other in group}
        fair = host.freight_stated * goods[line.id] / sum(goods.values())
        assert abs(amounts[line.id] - fair) <= Decimal("0.0001")
        spread += 1
    assert spread >= 50


def test_freight_in_words_is_nothing_when_included_and_unknown_when_separate(
    tables: Tables, original: list[dict[str, str]]
) -> None:
    freight = {row["delivery_id"]: row["freight_cost"] for row in tables["deliveries"]}
    words = defaultdict(set)
    for line in original:
        words[line["Freight Cost (USD)"]].add(freight[f"SCMS-{line['ID']}"])
    included = {Decimal(value) for value in words["Freight Included in Commodity Cost"]}
    assert included == {Decimal(0)}
    assert words["Invoiced Separately"] == {""}


def test_days_are_read_in_both_notations() -> None:
    first = read_lines(SLICE)[0]  # ordered 5/14/08, scheduled and delivered 19-Sep-08
    assert (first.promised_on, first.delivered_on) == (date(2008, 9, 19), date(2008, 9, 19))
    assert first.lead_days == (date(2008, 9, 19) - date(2008, 5, 14)).days


def test_the_seven_vendors_of_the_product_are_firms_with_prices(tables: Tables) -> None:
    part_id = key_of("item", ITEM)
    offers = {row["firm_id"]: row for row in tables["offers"] if row["part_id"] == part_id}
    names = {row["firm_id"]: row["name"] for row in tables["firms"]}
    assert {names[firm_id] for firm_id in offers} >= {
        "Aurobindo Pharma Limited",
        "CIPLA LIMITED",
        "HETERO LABS LIMITED",
        "SCMS from RDC",
    }
    assert len(offers) == 7
    newest = max(
        (row for row in tables["deliveries"] if row["part_id"] == part_id),
        key=lambda row: (
            row["supplier_id"] == key_of("firm", "CIPLA LIMITED"),
            row["delivered_on"],
            int(row["delivery_id"].removeprefix("SCMS-")),
        ),
    )
    assert offers[newest["supplier_id"]]["unit_price"] == newest["unit_price"]


def test_the_stock_of_the_project_is_a_provider_supplied_by_the_sites(tables: Tables) -> None:
    stock = key_of("firm", "SCMS from RDC")
    kinds = {row["firm_id"]: row["kind"] for row in tables["firms"]}
    assert kinds[stock] == "provider"
    sites = {row["supplier_id"] for row in tables["supply_relations"] if row["buyer_id"] == stock}
    assert key_of("firm", "Aurobindo Unit III, India") in sites


def test_shares_of_each_need_sum_to_one(tables: Tables) -> None:
    shares: dict[tuple[str, str], float] = defaultdict(float)
    for row in tables["supply_relations"]:
        shares[row["buyer_id"], row["part_id"]] += float(row["share"])
        assert row["supplier_id"] != row["buyer_id"]
    assert all(abs(total - 1) < 1e-4 for total in shares.values())


def test_rows_have_the_columns_of_their_tables_and_ids_are_stable(tables: Tables) -> None:
    for name, rows in tables.items():
        assert {tuple(row) for row in rows} == {tuple(COLUMNS[name].split(","))}
    assert key_of("firm", "Cipla, Goa, India") == key_of("firm", "CIPLA GOA INDIA")
    assert (
        key_of("firm", "CIPLA LIMITED")
        == "firm-cipla-limited-" + key_of("firm", "cipla limited").rsplit("-", 1)[1]
    )
    assert scms.convert_file(SLICE) == tables


def test_a_line_that_cannot_be_understood_is_named(tmp_path: Path) -> None:
    text = SLICE.read_text(encoding="utf-8").splitlines()
    header = text[0].split(",")
    fields = next(csv.reader([text[1]]))
    for column, wrong in (
        ("Line Item Quantity", "many"),
        ("Pack Price", "cheap"),
        ("Delivered to Client Date", "Date Not Captured"),
        ("Freight Cost (USD)", "see below"),
    ):
        changed = dict(zip(header, fields, strict=True)) | {column: wrong}
        path = tmp_path / "wrong.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, header)
            writer.writeheader()
            writer.writerow(changed)
        with pytest.raises(ValueError, match=f"line with ID {fields[0]}"):
            scms.convert_file(path)


@pytest.mark.parametrize(
    ("name", "country"),
    [
        ("Strides, Bangalore, India.", "IN"),
        ("MSD Midrand, J'burg, SA", "ZA"),
        ("GSK Cape Town Factory (South Africa)", "ZA"),
        ("GSK Ware (UK)", "GB"),
        ("GSK Aranda", ""),
        ("", ""),
    ],
)
def test_a_country_is_read_from_the_end_of_a_name(name: str, country: str) -> None:
    assert country_in(name) == country


def test_the_script_prints_the_totals_and_writes_the_tables(tmp_path: Path) -> None:
    script = ROOT / "scripts" / "convert_scms"
    done = subprocess.run(
        [sys.executable, str(script), str(SLICE), str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert "deliveries             320" in done.stdout
    assert {path.stem for path in tmp_path.iterdir()} == set(COLUMNS) - {
        "bom",
        "part_hours",
        "stocks",
        "exchange_rates",
    }
