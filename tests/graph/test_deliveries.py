"""The ledger of deliveries: what stands where in a row, and the rate counted in the graph."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from neo4j import Driver

from supplychain.graph import deliveries
from supplychain.graph.engine.transactions import read, write
from supplychain.model.deliveries import Delivery, Punctuality, TrackRecord
from supplychain.model.imports.tables import TABLES

QUERIES = {
    name: text
    for name, text in vars(deliveries).items()
    if name.isupper() and isinstance(text, str) and re.search("MATCH|CREATE", text)
}
PROMISED = date(2026, 5, 4)


def test_rows_hold_the_columns_of_the_table_and_behind_them_whose_word_they_are() -> None:
    word = ("category_id", "source", "claim", "batch_id", "statement")
    assert (*TABLES["deliveries"].fields, *word) == deliveries.FIELDS


@pytest.mark.parametrize("name", sorted(QUERIES))
def test_a_query_reads_and_writes_rows_in_the_order_of_the_fields(name: str) -> None:
    text = QUERIES[name]
    for field, number in re.findall(r"(\w+)(?:: | = )l\[(\d+)\]", text):
        assert deliveries.FIELDS[int(number)] == field
    for columns in re.findall(r"collect\(\[(d\.[^\]]*)\]\)", text):
        names = [column.strip().removeprefix("d.") for column in columns.split(",")]
        assert tuple(names) == deliveries.FIELDS


def test_a_row_becomes_a_delivery_and_the_same_row_again(driver: Driver) -> None:
    row = ["D1", "s", "b", "p", 4, "2026-05-04", None, 0, 0, None, None, None, "forgings"]
    assert deliveries.to_row(deliveries.to_delivery(row)) == row
    write(driver, deliveries.add_lines, [row], source="imported")
    (line,) = read(driver, deliveries.find_lines, ["D1"])
    assert line == [*row, "imported", None, None, None]
    assert deliveries.is_same(row, line)
    assert deliveries.source_of(line) == "imported"


def random_deliveries(count: int, *, seed: int) -> list[Delivery]:
    """Deliveries between four firms; any of the days and quantities may be absent."""
    draws = random.Random(seed)

    def some(low: int, high: int) -> int | None:
        return None if draws.random() < 0.1 else draws.randint(low, high)

    def day() -> date | None:
        late = some(-3, 20)
        return None if late is None else PROMISED + timedelta(days=late)

    made = []
    for number in range(count):
        supplier, buyer = draws.sample(["a", "b", "c", "d"], 2)
        made.append(
            Delivery(
                id=f"D{number}",
                supplier_id=supplier,
                buyer_id=buyer,
                part_id="p",
                quantity=some(1, 3),
                promised_on=day() if draws.random() < 0.5 else PROMISED,
                delivered_on=day(),
                delivered_quantity=some(0, 4),
                rejected_quantity=some(0, 1),
                unit_price_e4=None,
                currency=None,
                freight_e4=None,
                category_id=draws.choice(["forgings", "gears"]),
            )
        )
    return made


@pytest.mark.parametrize("seed", range(3))
def test_the_graph_counts_what_the_model_calls_on_time_in_full(driver: Driver, seed: int) -> None:
    made = random_deliveries(400, seed=seed)
    assert {each.on_time_in_full for each in made} == {True, False, None}
    rows = [deliveries.to_row(each) for each in made]
    write(driver, deliveries.add_lines, rows, source="imported")

    def judged(*parties: tuple[str, str]) -> Punctuality:
        record = TrackRecord.of(
            each for each in made if (each.supplier_id, each.buyer_id) in parties
        )
        return Punctuality(
            delivered_lines=record.delivered_lines, on_time_lines=record.on_time_lines
        )

    counts = read(driver, deliveries.count_with_partners, ["b", "c"], viewer="a")
    assert counts == {each: judged(("a", each), (each, "a")) for each in ("b", "c")}
    assert read(driver, deliveries.count_between, buyer="d", supplier="a", viewer="a") == judged(
        ("a", "d")
    )
    assert (
        read(driver, deliveries.count_between, buyer="d", supplier="e", viewer="e") == Punctuality()
    )


def test_the_record_of_a_trade_is_that_of_its_deliveries(driver: Driver) -> None:
    made = random_deliveries(200, seed=7)
    rows = [deliveries.to_row(each) for each in made]
    write(driver, deliveries.add_lines, rows, source="imported")
    of_category = [each for each in made if each.category_id == "gears" and each.supplier_id == "a"]
    for viewer, mine in (
        ("b", [each for each in of_category if each.buyer_id == "b"]),
        ("a", of_category),
    ):
        record = read(
            driver, deliveries.record_of_trade, supplier="a", category_id="gears", viewer=viewer
        )
        assert record == TrackRecord.of(mine)
    assert TrackRecord.of([replace(each, delivered_on=None) for each in made]) == TrackRecord()
