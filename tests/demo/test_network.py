from __future__ import annotations

import csv
from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from supplychain.demo import network
from supplychain.demo.tables import COLUMNS, Tables
from supplychain.model.money import CURRENCIES
from supplychain.model.people.actors import KINDS

TODAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def tables() -> Tables:
    return network.make_tables(TODAY)


def test_the_same_day_gives_the_same_network(tables: Tables) -> None:
    assert network.make_tables(TODAY) == tables


def test_another_day_moves_the_deliveries_and_the_rate_and_nothing_else(tables: Tables) -> None:
    later = network.make_tables(date(2027, 3, 1))
    moved = {name for name in tables if tables[name] != later[name]}
    assert moved == {"deliveries", "exchange_rates"}


def test_every_row_has_exactly_the_columns_of_its_table(tables: Tables) -> None:
    assert list(tables) == list(COLUMNS)
    for name, rows in tables.items():
        assert {tuple(row) for row in rows} == {tuple(COLUMNS[name].split(","))}


def test_the_network_has_the_size_that_was_asked_for(tables: Tables) -> None:
    assert 75 <= len(tables["firms"]) <= 90
    assert 25_000 <= len(tables["deliveries"]) <= 40_000
    assert Counter(row["kind"] for row in tables["firms"])["core"] == 2
    assert {row["kind"] for row in tables["firms"]} <= set(KINDS)


def test_every_reference_points_at_a_row(tables: Tables) -> None:
    firms = {row["firm_id"] for row in tables["firms"]}
    parts = {row["part_id"] for row in tables["parts"]}
    for rows in tables.values():
        for row in rows:
            for column, known in (("firm_id", firms), ("part_id", parts)):
                named = [v for key, v in row.items() if key.endswith(column) and v]
                assert set(named) <= known
            ends = {row.get("supplier_id"), row.get("buyer_id"), row.get("designer_id")}
            assert ends - {None, ""} <= firms


def test_keys_are_unique(tables: Tables) -> None:
    keys = {
        "firms": ("firm_id",),
        "parts": ("part_id",),
        "bom": ("parent_part_id", "child_part_id"),
        "capabilities": ("firm_id", "category"),
        "part_hours": ("firm_id", "category", "part_id"),
        "offers": ("firm_id", "part_id", "min_quantity"),
        "supply_relations": ("supplier_id", "buyer_id", "part_id"),
        "deliveries": ("delivery_id",),
        "stocks": ("firm_id", "part_id"),
        "exchange_rates": ("firm_id", "on", "from_currency", "to_currency"),
    }
    for name, columns in keys.items():
        found = Counter(tuple(row[column] for column in columns) for row in tables[name])
        assert found.most_common(1)[0][1] == 1, name


def test_the_press_has_eight_assemblies_and_goes_five_levels_down_to_copper(tables: Tables) -> None:
    children = defaultdict(set)
    for row in tables["bom"]:
        children[row["parent_part_id"]].add(row["child_part_id"])
    assert len(children["PR-800"]) == 8
    level, seen, depth = {"PR-800"}, {"PR-800"}, 0
    while level := set().union(*(children[part] for part in level)):
        seen, depth = seen | level, depth + 1
    assert depth == 5
    assert len(seen) >= 60


def test_no_firm_supplies_itself_directly_or_in_a_circle(tables: Tables) -> None:
    suppliers = defaultdict(set)
    for row in tables["supply_relations"]:
        suppliers[row["buyer_id"]].add(row["supplier_id"])
    left = {row["firm_id"] for row in tables["firms"]}
    while leaves := {firm for firm in left if not suppliers[firm] & left}:
        left -= leaves
    assert left == set()


def test_shares_of_each_need_sum_to_one(tables: Tables) -> None:
    shares: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in tables["supply_relations"]:
        shares[row["buyer_id"], row["part_id"]] += Decimal(row["share"])
    assert all(abs(total - 1) < Decimal("0.001") for total in shares.values())


def test_there_are_sole_sources_and_hidden_common_ones(tables: Tables) -> None:
    sole = [row for row in tables["supply_relations"] if Decimal(row["share"]) == 1]
    assert 30 < len(sole) < len(tables["supply_relations"]) / 2
    buyers = defaultdict(set)
    for row in sole:
        buyers[row["supplier_id"]].add(row["buyer_id"])
    assert len(buyers["F074"]) >= 2  # both bearing makers forge on its ring blanks
    assert len(buyers["F067"]) >= 3


def test_deliveries_are_three_years_of_believable_trade(tables: Tables) -> None:
    rows = tables["deliveries"]
    days = [row["delivered_on"] for row in rows]
    assert min(days) < "2023-12-15"
    assert max(days) <= TODAY.isoformat()
    late = sum(row["delivered_on"] > row["promised_on"] for row in rows) / len(rows)
    assert 0.05 < late < 0.25
    for row in rows:
        assert int(row["quantity"]) >= 1
        assert 0 <= int(row["rejected_quantity"]) <= int(row["delivered_quantity"])
        assert Decimal(row["unit_price"]) > 0
        assert Decimal(row["freight_cost"]) >= 0
        assert row["currency"] in CURRENCIES


def test_a_price_in_the_ledger_lies_near_the_offer(tables: Tables) -> None:
    offers = {
        (row["firm_id"], row["part_id"]): Decimal(row["unit_price"]) for row in tables["offers"]
    }
    for row in tables["deliveries"]:
        offered = offers[row["supplier_id"], row["part_id"]]
        assert Decimal("0.7") < Decimal(row["unit_price"]) / offered < Decimal("1.3")


def test_tiers_of_an_offer_rise_in_quantity_and_fall_in_price(tables: Tables) -> None:
    offers = defaultdict(list)
    for row in tables["offers"]:
        offers[row["firm_id"], row["part_id"]].append(
            (int(row["min_quantity"]), Decimal(row["unit_price"]))
        )
    for tiers in offers.values():
        assert tiers == sorted(tiers)
        prices = [price for _, price in tiers]
        assert prices == sorted(prices, reverse=True)


def test_capacity_covers_what_a_firm_delivers_a_week(tables: Tables) -> None:
    categories = {row["part_id"]: row["category"] for row in tables["parts"]}
    sold: Counter[tuple[str, str]] = Counter()
    for row in tables["deliveries"]:
        sold[row["supplier_id"], categories[row["part_id"]]] += int(row["quantity"])
    capacity = {
        (row["firm_id"], row["category"]): int(row["weekly_capacity"])
        for row in tables["capabilities"]
    }
    assert all(total / 157 <= capacity[key] for key, total in sold.items())


def test_the_folder_of_csv_reads_back_as_the_same_rows(tmp_path: Path, tables: Tables) -> None:
    network.write_network(tmp_path, TODAY)
    for name, rows in tables.items():
        with (tmp_path / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            assert list(csv.DictReader(file)) == rows


def test_gear_shops_state_hours_that_make_their_pieces(tables: Tables) -> None:
    gears = [row for row in tables["capabilities"] if row["category"] == "gears"]
    assert gears
    for row in gears:
        pieces = Decimal(row["weekly_hours"]) / Decimal(row["hours_per_piece"])
        assert pieces == int(row["weekly_capacity"])
    others = [row for row in tables["capabilities"] if row["category"] != "gears"]
    assert {row["weekly_hours"] for row in others} == {""}
