"""Import and export on a real graph."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from click.testing import CliRunner
from neo4j import Driver

from supplychain.actions.imports.exports import export_tables
from supplychain.actions.imports.imports import import_tables
from supplychain.actions.imports.report import Report
from supplychain.cli import group
from supplychain.errors import Conflict, Invalid, Unavailable
from supplychain.graph.engine.transactions import Tx, read, row, run, write
from supplychain.model.ids import utc_now
from supplychain.model.weeks import day_number
from tests.make.tables import NETWORK, dump, network, read_folder, write_folder


def bring(driver: Driver, folder: Path, **changed: list[list[str]]) -> Report:
    """Import the canonical network, some tables replaced."""
    return import_tables(driver, write_folder(folder, network(**changed)), by=None)


def reasons(report: Report) -> list[tuple[str, int, str, str]]:
    """Bad cells without their value."""
    return [(bad.table, bad.row, bad.column, bad.reason) for bad in report.bad_rows]


def one(driver: Driver, query: str, **values: object) -> dict:
    """The one row of a query."""
    return read(driver, lambda tx: row(tx, query, **values)) or {}


def test_a_network_comes_in_whole_and_an_export_gives_it_back(driver: Driver, tmp_path: Path):
    report = bring(driver, tmp_path / "in")
    assert reasons(report) == []
    assert report.written
    assert {c.table: c.new for c in report.tables} == {n: len(r) for n, r in NETWORK.items()}
    export_tables(driver, tmp_path / "out")
    assert read_folder(tmp_path / "out") == NETWORK


@pytest.mark.parametrize("workbook", [False, True])
def test_import_export_import_changes_nothing(driver: Driver, tmp_path: Path, workbook: bool):
    bring(driver, tmp_path / "in")
    before = dump(driver)
    out = tmp_path / ("out.xlsx" if workbook else "out")
    export_tables(driver, out, workbook=workbook)
    report = import_tables(driver, out, by=None)
    assert reasons(report) == []
    assert [(c.new, c.changed) for c in report.tables] == [(0, 0)] * 10
    assert dump(driver) == before


def test_the_same_rows_written_again_leave_no_second_edge(driver: Driver, tmp_path: Path):
    bring(driver, tmp_path)
    changed = {
        "firms": [[*cells[:1], "New name", *cells[2:]] for cells in NETWORK["firms"]],
        "parts": [[*cells[:1], "New name", *cells[2:]] for cells in NETWORK["parts"]],
        "supply_relations": [[*cells[:6], "7", "8"] for cells in NETWORK["supply_relations"]],
        "offers": [[*cells[:6], "99"] for cells in NETWORK["offers"]],
        "capabilities": [[*cells[:6], "99"] for cells in NETWORK["capabilities"]],
        "bom": [[*cells[:2], "3"] for cells in NETWORK["bom"]],
    }
    before = dump(driver)[1]
    report = bring(driver, tmp_path, **changed)
    assert {c.table: c.changed for c in report.tables if c.changed} == {
        name: len(cells) for name, cells in changed.items()
    }
    assert [line.split(" [")[0] for line in dump(driver)[1]] == [
        line.split(" [")[0] for line in before
    ]


def test_deliveries_make_the_track_record_and_a_second_import_does_not_double_it(
    driver: Driver, tmp_path: Path
):
    for _ in range(2):
        bring(driver, tmp_path)
        assert one(
            driver,
            "MATCH (c:Capability {id: 'castings|castings'}) RETURN c.delivered_lines AS lines, "
            "c.on_time_lines AS on_time, c.received_quantity AS received, "
            "c.rejected_quantity AS rejected, c.late_days_sum AS late",
        ) == {"lines": 2, "on_time": 1, "received": 8, "rejected": 1, "late": 3}
    assert one(
        driver,
        "MATCH (f:Firm)-[:CAN_MAKE]->(c:Capability {id: 'castings|fasteners'}) "
        "RETURN c.delivered_lines AS lines, c.weekly_capacity AS weekly, c.declared AS declared",
    ) == {"lines": 1, "weekly": 0, "declared": False}


def test_a_corrected_delivery_moves_the_track_record(driver: Driver, tmp_path: Path):
    bring(driver, tmp_path)
    moved = [[cells[0], "forge", *cells[2:]] for cells in NETWORK["deliveries"][:2]]
    bring(driver, tmp_path, deliveries=moved)
    found = one(
        driver,
        "MATCH (a:Capability {id: 'castings|castings'}) MATCH (b:Capability {id: 'forge|castings'})"
        " RETURN a.delivered_lines AS before, b.delivered_lines AS after",
    )
    assert found == {"before": 0, "after": 2}


def test_a_declared_capability_over_a_bare_track_record_keeps_it(driver: Driver, tmp_path: Path):
    bring(driver, tmp_path)
    bring(driver, tmp_path, capabilities=[["castings", "fasteners", "7", "", "", "", ""]])
    found = one(
        driver,
        "MATCH (c:Capability {id: 'castings|fasteners'}) RETURN c.weekly_capacity AS weekly, "
        "c.delivered_lines AS lines, c.declared AS declared",
    )
    assert found == {"weekly": 7, "lines": 1, "declared": True}


def test_a_bad_row_keeps_everything_from_being_written(driver: Driver, tmp_path: Path):
    firms = [*NETWORK["firms"], ["x", "X", "wizard", "", "", "", "", "", "", ""]]
    report = bring(driver, tmp_path, firms=firms)
    assert not report.written
    assert reasons(report) == [("firms", 5, "kind", "Not one of: core, sme, financier, provider.")]
    assert dump(driver) == (set(), [])


def test_skipping_a_bad_row_skips_what_refers_to_it(driver: Driver, tmp_path: Path):
    firms = [*NETWORK["firms"][:2], ["presses", "P", "wizard", "", "", "", "", "", "", ""]]
    write_folder(tmp_path, network(firms=firms))
    report = import_tables(driver, tmp_path, by=None, skip_bad=True)
    assert report.written
    told = reasons(report)
    assert (
        "deliveries",
        2,
        "buyer_id",
        "Its row in this file is bad. Mend that one first.",
    ) in told
    assert {count.table: count.bad for count in report.tables} == {
        "firms": 1,
        "parts": 2,
        "bom": 3,
        "capabilities": 0,
        "part_hours": 1,
        "offers": 2,
        "supply_relations": 2,
        "deliveries": 4,
        "stocks": 2,
        "exchange_rates": 3,
    }
    assert one(driver, "MATCH (f:Firm) RETURN count(f) AS n") == {"n": 2}
    assert one(driver, "MATCH (o:Offer) RETURN count(o) AS n") == {"n": 1}


def test_unknown_firms_and_parts_and_the_same_key_twice_are_bad_rows(
    driver: Driver, tmp_path: Path
):
    stocks = [["nobody", "bolt", "1", ""], ["presses", "nothing", "1", ""]]
    stocks += [["presses", "bolt", "1", ""], ["presses", "bolt", "2", ""]]
    assert reasons(bring(driver, tmp_path, stocks=stocks)) == [
        ("stocks", 2, "firm_id", "There is no such firm, in this file or in the network."),
        ("stocks", 3, "part_id", "There is no such part, in this file or in the network."),
        ("stocks", 5, "firm_id", "The same row is there before, in row 4."),
    ]


def test_parts_that_would_contain_themselves_are_bad_rows(driver: Driver, tmp_path: Path):
    bring(driver, tmp_path)
    ring = {"bom": [["bolt", "press", "1"], ["frame", "bolt", "16.5"]]}
    report = import_tables(driver, write_folder(tmp_path / "ring", ring), by=None)
    told = "The part would contain itself."
    assert reasons(report) == [
        ("bom", 2, "child_part_id", told),
        ("bom", 3, "child_part_id", told),
    ]
    itself = {"bom": [["bolt", "bolt", "1"]]}
    report = import_tables(driver, write_folder(tmp_path / "itself", itself), by=None)
    assert reasons(report) == [("bom", 2, "child_part_id", "A part cannot contain itself.")]


def test_a_new_revision_starts_with_what_the_one_before_contained(driver: Driver, tmp_path: Path):
    bring(driver, tmp_path)
    frame = {"parts": [["frame", "Press frame", "Castings", "piece", "presses", "C"]]}
    import_tables(driver, write_folder(tmp_path / "new", frame), by=None)
    found = one(
        driver,
        "MATCH (p:Part {id: 'frame'})-[:HAS_REVISION]->(v:PartRevision {current: true})"
        "-[c:CONTAINS]->(k) RETURN v.id AS id, k.id AS child, c.quantity_e4 AS quantity",
    )
    assert found == {"id": "frame|C", "child": "bolt", "quantity": 165_000}


def test_a_part_that_changes_category_and_designer_has_one_of_each(driver: Driver, tmp_path: Path):
    bring(driver, tmp_path)
    frame = {"parts": [["frame", "Press frame", "Welded frames", "piece", "forge", ""]]}
    import_tables(driver, write_folder(tmp_path / "new", frame), by=None)
    found = one(
        driver,
        "MATCH (f:Firm)-[:DESIGNS]->(p:Part {id: 'frame'})-[:NEEDS]->(c:Category) "
        "RETURN collect(f.id) AS firms, collect(c.id) AS categories",
    )
    assert found == {"firms": ["forge"], "categories": ["welded frames"]}


def test_columns_not_in_the_file_leave_what_is_there(driver: Driver, tmp_path: Path):
    bring(driver, tmp_path)
    (tmp_path / "few").mkdir()
    text = "firm_id,name,kind\ncastings,New name,sme\n"
    (tmp_path / "few" / "firms.csv").write_text(text, encoding="utf-8")
    import_tables(driver, tmp_path / "few", by=None)
    found = one(
        driver,
        "MATCH (f:Firm {id: 'castings'}) RETURN f.name AS name, f.city AS city, "
        "f.version AS version",
    )
    assert found == {"name": "New name", "city": "Wuxi", "version": 2}


def test_an_offer_is_taken_whole_or_not_at_all(driver: Driver, tmp_path: Path):
    step = NETWORK["offers"][1]
    offers = [*NETWORK["offers"][:1], [*step[:3], "cheap", *step[4:]]]
    report = bring(driver, tmp_path, offers=offers)
    assert reasons(report) == [
        ("offers", 2, "firm_id", "Another step of this offer is bad; a price list is taken whole."),
        ("offers", 3, "unit_price", "Enter a number."),
    ]
    offers = [NETWORK["offers"][0], [*NETWORK["offers"][1][:4], "EUR", "1", "30"]]
    assert len(bring(driver, tmp_path, offers=offers).bad_rows) == 2


def test_a_broken_off_import_is_finished_by_running_it_again(driver: Driver, tmp_path: Path):
    class Stopped(Exception):
        pass

    def stop(done: int, _total: int, message: str) -> None:
        if message == "Writing offers":
            raise Stopped

    write_folder(tmp_path / "in", NETWORK)
    with pytest.raises(Stopped):
        import_tables(driver, tmp_path / "in", by=None, progress=stop)
    report = import_tables(driver, tmp_path / "in", by=None)
    assert {c.table: c.unchanged for c in report.tables}["parts"] == 3
    export_tables(driver, tmp_path / "out")
    assert read_folder(tmp_path / "out") == NETWORK


def test_an_import_is_told_in_the_ledger(driver: Driver, tmp_path: Path):
    bring(driver, tmp_path)
    bring(driver, tmp_path)  # nothing changes, so nothing is told
    found = one(driver, "MATCH (e:Event) RETURN collect(e.kind) AS kinds")
    assert sorted(found["kinds"]) == ["import.finished", "import.started"]


def test_a_relation_that_grew_from_trade_is_not_overwritten(driver: Driver, tmp_path: Path):
    bring(driver, tmp_path)
    write(driver, _mark_ordered)
    bring(driver, tmp_path, supply_relations=[["forge", "presses", "bolt", "0.5", *[""] * 4]])
    query = (
        "MATCH ()-[r:SUPPLIES {part_id: 'bolt'}]->() WITH r ORDER BY r.claimed_by "
        "RETURN collect([r.claimed_by, r.source, r.share]) AS claims"
    )
    assert one(driver, query) == {
        "claims": [["operator", "declared", 0.5], ["order", "ordered", 1.0]]
    }


def _mark_ordered(tx: Tx) -> None:
    query = (
        "MATCH ()-[r:SUPPLIES]->() SET r.source = 'ordered', r.claimed_by = 'order' "
        "RETURN count(r) AS n"
    )
    row(tx, query)


def test_progress_is_told_up_to_the_total(driver: Driver, tmp_path: Path):
    heard: list[tuple[int, int, str]] = []
    write_folder(tmp_path, NETWORK)
    import_tables(driver, tmp_path, by=None, progress=lambda *told: heard.append(told))
    assert heard[0][1:] == (0, "Reading firms")
    assert heard[-1][0] == heard[-1][1] > 20


def test_two_tables_of_one_name_are_refused(driver: Driver, tmp_path: Path):
    write_folder(tmp_path, NETWORK)
    (tmp_path / "FIRMS.csv").write_text("firm_id,name,kind\n", encoding="utf-8")
    with pytest.raises(Invalid, match="firms is there twice"):
        import_tables(driver, tmp_path, by=None)


def test_two_imports_of_the_same_files_at_once_leave_one_of_each(driver: Driver, tmp_path: Path):
    write_folder(tmp_path / "in", NETWORK)

    def bring_in(_turn: int) -> str:
        try:
            import_tables(driver, tmp_path / "in", by=None)
        except (Conflict, Unavailable):
            return "refused"
        return "done"

    with ThreadPoolExecutor(4) as pool:
        assert "done" in list(pool.map(bring_in, range(4)))
    bring(driver, tmp_path / "in")
    links = [line.split(" [")[0] for line in dump(driver)[1] if " SUPPLIES " not in line]
    assert len(links) == len(set(links))
    found = one(driver, "MATCH ()-[r:SUPPLIES]->() RETURN count(r) AS n")
    assert found == {"n": len(NETWORK["supply_relations"])}
    export_tables(driver, tmp_path / "out")
    assert read_folder(tmp_path / "out") == NETWORK


def test_the_command_says_what_it_did(driver: Driver, tmp_path: Path):
    write_folder(tmp_path / "in", NETWORK)
    run = CliRunner().invoke
    done = run(group, ["import", str(tmp_path / "in"), "--quiet"])
    assert done.exit_code == 0
    assert "deliveries" in done.output
    assert run(group, ["export", str(tmp_path / "out")]).exit_code == 0
    assert read_folder(tmp_path / "out") == NETWORK
    write_folder(tmp_path / "bad", {"stocks": [["presses", "bolt", "-1", ""]]})
    report = tmp_path / "report.csv"
    bad = run(group, ["import", str(tmp_path / "bad"), "--quiet", "--report", str(report)])
    assert bad.exit_code == 1
    assert "Nothing was written" in bad.output
    assert "Must not be negative." in report.read_text(encoding="utf-8-sig")


BOOK = """
MATCH (c:Capability {id: $id}) SET c.booked_days = [$day], c.booked_quantities = [1000]
CREATE (:Booking {id: 'line', order_line_id: 'line', capability_id: $id, day: $day,
                  quantity: 1000, work: 1000})-[:TAKES]->(c)
"""


def test_the_command_asks_what_a_file_does_not_say(driver: Driver, tmp_path: Path):
    write_folder(tmp_path / "in", NETWORK)
    run = CliRunner().invoke
    assert run(group, ["import", str(tmp_path / "in"), "--quiet"]).exit_code == 0
    path, answers = tmp_path / "Bestand.csv", tmp_path / "answers.json"
    path.write_text("firm_id;Teilenummer;Menge;Fach\npresses;bolt;1.000;S\n", encoding="utf-8")
    asked = run(group, ["import", str(path), "--quiet"])
    assert asked.exit_code == 1
    assert "columns left out: Fach" in asked.output
    assert 'Answer once with --map FILE: {"numbers": "point" or "comma"}' in asked.output
    assert "This could be 1000 or 1" in asked.output
    answers.write_text('{"numbers": "comma"}', encoding="utf-8")
    done = run(group, ["import", str(path), "--quiet", "--answers", str(answers)])
    assert done.exit_code == 0
    found = one(driver, "MATCH (s:Stock {id: 'presses|bolt'}) RETURN s.quantity AS n")
    assert found == {"n": 1000}
    answers.write_text("numbers: comma", encoding="utf-8")
    assert "is no JSON" in run(group, ["import", str(path), "--answers", str(answers)]).output


HOURS_HEAD = ["firm_id", "category", "lot_size", "weekly_hours", "hours_per_piece", "setup_hours"]


def _bring_hours(driver: Driver, folder: Path, cells: list[list[str]], head=HOURS_HEAD) -> Report:
    folder.mkdir(exist_ok=True)
    text = "\n".join(",".join(each) for each in [head, *cells])
    (folder / "capabilities.csv").write_text(text, encoding="utf-8")
    return import_tables(driver, folder, by=None)


def test_hours_come_in_with_the_pieces_that_they_make(driver: Driver, tmp_path: Path):
    bring(driver, tmp_path / "in")
    query = (
        "MATCH (k:Capability {firm_id: $id}) RETURN k.weekly_capacity AS weekly, "
        "k.pace AS pace, k.calendar AS calendar LIMIT 1"
    )
    # 50 hours; a lot of 5 takes 1.25 + 5 hours: 40 pieces, as the table says too.
    assert one(driver, query, id="castings") == {
        "weekly": 40, "pace": "500000/10000/12500", "calendar": "CN",
    }  # fmt: skip
    report = _bring_hours(driver, tmp_path / "h", [["forge", "Fasteners", "", "40", "0.3", ""]])
    assert reasons(report) == []
    assert one(driver, query, id="forge") == {
        "weekly": 133, "pace": "400000/3000/0", "calendar": "CN",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("head", "cells", "column"),
    [
        (["weekly_capacity"], ["7"], "weekly_capacity"),
        (["lot_size"], [""], "lot_size"),
        (["weekly_hours", "hours_per_piece"], ["", ""], "weekly_hours"),
    ],
)
def test_what_contradicts_the_hours_that_are_kept_is_a_bad_row(
    driver: Driver, tmp_path: Path, head: list[str], cells: list[str], column: str
):
    bring(driver, tmp_path / "in")
    full = [["forge", "Fasteners", "10", "40", "0.2", "2"]]
    assert _bring_hours(driver, tmp_path / "h", full).written
    before = dump(driver)
    report = _bring_hours(
        driver, tmp_path / "w", [["forge", "Fasteners", *cells]],
        head=["firm_id", "category", *head],
    )  # fmt: skip
    assert [(bad.row, bad.column) for bad in report.bad_rows] == [(2, column)]
    assert not report.written
    assert dump(driver) == before


@pytest.mark.parametrize("is_hours", [False, True])
def test_less_than_what_is_promised_is_a_bad_row_that_names_the_least(
    driver: Driver, tmp_path: Path, is_hours: bool
):
    bring(driver, tmp_path / "in")
    head = ["firm_id", "category", "weekly_capacity"]
    assert _bring_hours(driver, tmp_path / "a", [["forge", "Fasteners", "70"]], head=head).written
    day = day_number(utc_now().date()) + 400
    write(driver, lambda tx: run(tx, BOOK, id="forge|fasteners", day=day))
    if is_hours:  # 40 hours at 8 a piece: 5 a week
        low = _bring_hours(
            driver, tmp_path / "b", [["forge", "Fasteners", "", "40", "8", ""]]
        )  # fmt: skip
    else:
        low = _bring_hours(driver, tmp_path / "b", [["forge", "Fasteners", "5"]], head=head)
    assert [(bad.row, bad.column) for bad in low.bad_rows] == [
        (2, "weekly_hours" if is_hours else "weekly_capacity")
    ]
    assert ("8000 hours" if is_hours else "1000 pieces") in low.bad_rows[0].reason
    assert not low.written
    none = _bring_hours(driver, tmp_path / "c", [["forge", "Fasteners", "0"]], head=head)
    assert not none.written
    assert _bring_hours(driver, tmp_path / "d", [["forge", "Fasteners", "30"]], head=head).written
    enough = _bring_hours(driver, tmp_path / "e", [["forge", "Fasteners", "", "40", "1", ""]])
    assert enough.written  # 40 a week


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        (["5", "40", "", ""], "hours_per_piece"),
        (["5", "", "1", ""], "hours_per_piece"),
        (["5", "", "", "2"], "hours_per_piece"),
        (["", "40", "1", "2"], "lot_size"),
        (["5", "40", "41", ""], "weekly_hours"),
        (["5", "100001", "1", ""], "weekly_hours"),
        (["5", "-1", "1", ""], "weekly_hours"),
        (["5", "0", "1", ""], "weekly_hours"),
    ],
)
def test_absurd_hours_are_refused_at_their_cell(
    driver: Driver, tmp_path: Path, cells: list[str], column: str
):
    bring(driver, tmp_path / "in")
    report = _bring_hours(driver, tmp_path / "h", [["forge", "Fasteners", *cells]])
    assert [(bad.row, bad.column) for bad in report.bad_rows] == [(2, column)]
    assert not report.written


def test_hours_of_a_part_need_a_capability_and_make_sense(driver: Driver, tmp_path: Path):
    bring(driver, tmp_path / "in")
    hours = [
        ["forge", "Castings", "frame", "1"],
        ["castings", "Castings", "bolt", "10000.5"],
        ["castings", "Castings", "press", "0"],
    ]
    report = import_tables(driver, write_folder(tmp_path / "h", {"part_hours": hours}), by=None)
    assert [(bad.row, bad.column) for bad in report.bad_rows] == [
        (2, "category"), (3, "hours_per_piece"), (4, "hours_per_piece"),
    ]  # fmt: skip
    new = {"part_hours": [["castings", "Castings", "frame", "2"]]}
    assert reasons(import_tables(driver, write_folder(tmp_path / "n", new), by=None)) == []
    query = "MATCH (h:PartHours) RETURN h.id AS id, h.hours_e4 AS hours_e4 LIMIT 2"
    assert one(driver, query) == {"id": "castings|castings|frame", "hours_e4": 20_000}


def test_pieces_beside_hours_that_make_another_number_are_refused(driver: Driver, tmp_path: Path):
    bring(driver, tmp_path / "in")
    head = ["firm_id", "category", "weekly_capacity", "weekly_hours", "hours_per_piece"]
    cells = [["forge", "Fasteners", "134", "40", "0.3"]]
    report = _bring_hours(driver, tmp_path / "h", cells, head=head)
    assert [(bad.row, bad.column) for bad in report.bad_rows] == [(2, "weekly_capacity")]
