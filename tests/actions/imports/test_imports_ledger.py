"""Deliveries and the track records that follow from them, written as one."""

from __future__ import annotations

import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import LiteralString

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from neo4j import Driver

from supplychain.actions.delivery_claims import undo_batch
from supplychain.actions.imports.exports import export_tables
from supplychain.actions.imports.imports import import_tables
from supplychain.actions.imports.ledger import OPERATOR, count_gains
from supplychain.actions.imports.report import Report
from supplychain.errors import Conflict
from supplychain.graph import delivery_batches
from supplychain.graph.engine.transactions import read, row, run, write
from supplychain.graph.rankings import overdue
from supplychain.graph.track_records import write_track_records
from supplychain.model.deliveries import TrackRecord
from tests.make.tables import NETWORK, network, read_folder, write_folder

PAIRS = [(firm, kind) for firm in ("castings", "forge") for kind in ("castings", "fasteners")]
LINE = ["D9", "castings", "presses", "frame", "4", "2024-03-01", "2024-03-20", "4", "1", *[""] * 3]

CHANGE: LiteralString = "MATCH (d:Delivery {id: 'D1'}) SET d += $change"
FORGET: LiteralString = (
    "MATCH (c:Capability {id: 'castings|castings'}) SET c.long_late_lines = null"
)
COUNTERS: LiteralString = (
    "UNWIND $ids AS id MATCH (c:Capability {id: id}) "
    "WITH c ORDER BY c.id RETURN collect([c.id, c.delivered_lines, c.on_time_lines, "
    "c.received_quantity, c.rejected_quantity, c.late_days_sum, "
    "coalesce(c.long_late_lines, 0)]) AS found"
)


def records(driver: Driver) -> list[list[object]]:
    """The six counters of every pair that has a capability."""
    ids = [f"{firm}|{kind}" for firm, kind in PAIRS]
    return (read(driver, lambda tx: row(tx, COUNTERS, ids=ids)) or {})["found"]


def worked_out_anew(driver: Driver) -> list[list[object]]:
    """The same from the whole ledger, for the pairs that are there."""
    there = {entry[0] for entry in records(driver)}
    write(driver, write_track_records, [p for p in PAIRS if "|".join(p) in there])
    return records(driver)


def bring(driver: Driver, folder: Path, lines: list[list[str]]) -> Report:
    """Import some deliveries alone."""
    return import_tables(driver, write_folder(folder, {"deliveries": lines}), by=None)


@st.composite
def deliveries(draw: st.DrawFn) -> list[list[str]]:
    """A file of deliveries that share few ids, so that files change each other's lines."""
    lines = []
    for key in draw(st.lists(st.integers(1, 6), unique=True, min_size=1)):
        promised = date(2024, 1, 1) + timedelta(draw(st.integers(0, 90)))
        arrived = draw(st.none() | st.integers(-20, 40))
        received = draw(st.integers(0, 9))
        lines.append(
            [
                f"D{key}",
                draw(st.sampled_from(["castings", "forge"])),
                "presses",
                draw(st.sampled_from(["frame", "bolt"])),
                str(draw(st.integers(1, 9))),
                promised.isoformat(),
                "" if arrived is None else (promised + timedelta(arrived)).isoformat(),
                "" if arrived is None else str(received),
                "" if arrived is None else str(draw(st.integers(0, received))),
                *[""] * 3,
            ]
        )
    return lines


@settings(
    max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(files=st.lists(deliveries(), min_size=2, max_size=4))
def test_counters_kept_by_imports_are_those_of_the_whole_ledger(
    driver: Driver, files: list[list[list[str]]]
):
    with tempfile.TemporaryDirectory() as place:
        import_tables(driver, write_folder(Path(place) / "in", network()), by=None)
        for turn, lines in enumerate(files):
            assert bring(driver, Path(place) / str(turn), lines).written
            assert records(driver) == worked_out_anew(driver)


@given(lines=deliveries(), before=deliveries())
def test_a_line_that_did_not_change_tells_nothing(lines: list[list[str]], before: list[list[str]]):
    typed = [_typed(line) for line in lines]
    nothing = TrackRecord()
    assert all(record == nothing for record in count_gains(typed, typed).values())
    other = [_typed(line) for line in before]
    there, back = count_gains(typed, other), count_gains(other, typed)
    assert {pair: nothing - record for pair, record in back.items()} == there


def _typed(line: list[str]) -> list[object]:
    numbers = [int(cell) if cell else None for cell in line[7:9]]
    return [*line[:4], int(line[4]), line[5], line[6] or None, *numbers, *[None] * 3, line[3]]


def test_an_import_broken_off_behind_the_deliveries_leaves_true_track_records(
    driver: Driver, tmp_path: Path
):
    class Stopped(Exception):
        pass

    def stop(_done: int, _total: int, message: str) -> None:
        if message == "Writing deliveries":
            raise Stopped

    write_folder(tmp_path, NETWORK)
    with pytest.raises(Stopped):
        import_tables(driver, tmp_path, by=None, progress=stop)
    assert [entry[:2] for entry in records(driver)] == [
        ["castings|castings", 2],
        ["castings|fasteners", 1],
        ["forge|fasteners", 0],
    ]
    assert records(driver) == worked_out_anew(driver)


def test_counters_that_were_never_kept_are_worked_out_from_the_ledger(
    driver: Driver, tmp_path: Path
):
    import_tables(driver, write_folder(tmp_path / "in", network()), by=None)
    write(driver, run, FORGET)
    bring(driver, tmp_path / "more", [LINE])
    found = next(entry for entry in records(driver) if entry[0] == "castings|castings")
    assert found == ["castings|castings", 3, 1, 12, 2, 22, 1]


@pytest.mark.parametrize("change", [{"quantity": 5}, {"source": "received"}])
def test_a_line_changed_by_somebody_else_meanwhile_stays_as_it_is(
    driver: Driver, tmp_path: Path, change: dict[str, object]
):
    import_tables(driver, write_folder(tmp_path / "in", network()), by=None)
    changed = {
        "firms": [[*NETWORK["firms"][0][:1], "New name", *NETWORK["firms"][0][2:]]],
        "deliveries": [[*NETWORK["deliveries"][0][:4], "40", *NETWORK["deliveries"][0][5:]]],
    }
    write_folder(tmp_path / "changed", changed)

    def meddle(_done: int, _total: int, message: str) -> None:
        if message == "Writing firms":
            write(driver, run, CHANGE, change=change)

    with pytest.raises(Conflict, match="Import it again"):
        import_tables(driver, tmp_path / "changed", by=None, progress=meddle)
    found = read(driver, lambda tx: row(tx, "MATCH (d:Delivery {id: 'D1'}) RETURN d.quantity AS q"))
    assert found == {"q": change.get("quantity", 4)}


def test_a_line_that_somebody_else_added_meanwhile_is_refused_at_once(
    driver: Driver, tmp_path: Path
):
    import_tables(driver, write_folder(tmp_path / "in", network()), by=None)
    firms = [[*NETWORK["firms"][0][:1], "New name", *NETWORK["firms"][0][2:]]]
    write_folder(tmp_path / "more", {"firms": firms, "deliveries": [LINE, ["D8", *LINE[1:]]]})

    def meddle(_done: int, _total: int, message: str) -> None:
        if message == "Writing firms":
            bring(driver, tmp_path / "quick", [LINE])

    started = time.monotonic()
    with pytest.raises(Conflict, match="Import it again"):
        import_tables(driver, tmp_path / "more", by=None, progress=meddle)
    assert time.monotonic() - started < 5
    found = read(driver, lambda tx: row(tx, "MATCH (d:Delivery) RETURN count(d) AS n"))
    assert found == {"n": len(NETWORK["deliveries"]) + 1}
    assert records(driver) == worked_out_anew(driver)
    assert import_tables(driver, tmp_path / "more", by=None).written
    assert records(driver) == worked_out_anew(driver)


def test_an_empty_cell_of_a_line_leaves_no_property(driver: Driver, tmp_path: Path):
    import_tables(driver, write_folder(tmp_path / "in", network()), by=None)
    found = read(
        driver,
        lambda tx: row(
            tx, "MATCH (d:Delivery {id: 'D3'}) UNWIND keys(d) AS k RETURN collect(k) AS names"
        ),
    )
    assert found is not None
    assert not {"delivered_on", "unit_price_e4", "currency", "freight_e4"} & set(found["names"])


AGED: LiteralString = "MATCH (c:Capability {id: 'castings|castings'}) RETURN c.aged AS aged"


def test_sums_by_age_follow_imports_and_come_back_exactly_when_one_is_undone(
    driver: Driver, tmp_path: Path
):
    import_tables(driver, write_folder(tmp_path / "in", network()), by=None)
    before = read(driver, lambda tx: row(tx, AGED))
    assert before is not None
    more = [LINE, ["D2", *LINE[1:]]]
    bring(driver, tmp_path / "more", more)
    sums = read(driver, lambda tx: row(tx, AGED))
    write(driver, write_track_records, PAIRS)
    anew = read(driver, lambda tx: row(tx, AGED))
    assert sums is not None
    assert anew is not None
    assert sums["aged"] == pytest.approx(anew["aged"], rel=1e-12)
    assert sums["aged"] != before["aged"]
    (batch, *_) = read(driver, delivery_batches.list_every, limit=1)
    undo_batch(driver, batch[1].id, by=OPERATOR)
    assert read(driver, lambda tx: row(tx, AGED)) == before


def test_a_line_that_is_overdue_in_the_file_is_found_without_a_write(
    driver: Driver, tmp_path: Path
):
    lines = [["D9", "castings", "presses", "frame", "4", "2024-03-01", *[""] * 6]]
    import_tables(driver, write_folder(tmp_path / "in", network()), by=None)
    bring(driver, tmp_path / "more", lines)
    found = read(
        driver, overdue.read_overdue, category_id="castings", viewer="presses",
        today=date(2024, 3, 31),
    )  # fmt: skip
    assert (found.firm_ids, found.lines, found.late_days) == (["castings"], [1], [30])


def test_days_to_come_are_refused_and_days_far_off_are_warned_of(driver: Driver, tmp_path: Path):
    import_tables(driver, write_folder(tmp_path / "in", network()), by=None)
    far = [
        [f"D{n}", "castings", "presses", "frame", "4", "2024-03-01", day, "4", "0", *[""] * 3]
        for n, day in ((7, "2034-06-01"), (8, "2024-05-30"), (9, "2024-08-01"))
    ]
    report = bring(driver, tmp_path / "far", far)
    assert [(bad.row, bad.column) for bad in report.bad_rows] == [(2, "delivered_on")]
    (warned,) = report.warnings
    assert (warned.row, warned.values) == (4, {"days": 153, "most": 90})


def test_half_a_piece_a_day_is_a_number_like_any_other(driver: Driver, tmp_path: Path):
    stocks = [["presses", "bolt", "500", "0.5"], ["presses", "frame", "1", "0"]]
    report = import_tables(driver, write_folder(tmp_path / "in", network(stocks=stocks)), by=None)
    assert report.bad_rows == ()
    export_tables(driver, tmp_path / "out")
    assert read_folder(tmp_path / "out")["stocks"] == stocks
