"""What an import says of the firms that it brings in."""

from __future__ import annotations

from pathlib import Path

import pytest
from neo4j import Driver

from supplychain.actions import verification
from supplychain.actions.imports.imports import import_tables
from supplychain.actions.imports.report import Report
from supplychain.graph.engine.transactions import read, row
from supplychain.model.firms import Firm
from supplychain.model.verification import UNVERIFIED_FIRMS
from tests.make.chains import make_chain
from tests.make.firms import make_actor, make_firm
from tests.make.verification import OPERATOR, make_verified_firm, marks_of

HEAD = "firm_id,name,kind,country,registration_id"
COUNT = "MATCH (f:Firm) RETURN count(f) AS n"


def _import(
    driver: Driver, folder: Path, lines: list[str], firm: Firm | None = None, **values: bool
) -> Report:
    path = folder / "firms.csv"
    path.write_text("\n".join([HEAD, *lines]), encoding="utf-8")
    by = None if firm is None else make_actor(firm)
    return import_tables(driver, path, by=by, **values)


def _count(driver: Driver) -> int:
    found = read(driver, lambda tx: row(tx, COUNT))
    assert found is not None
    return found["n"]


@pytest.fixture
def leader(driver: Driver) -> Firm:
    firm = make_firm(driver, kind="core", name="Presses GmbH")
    make_chain(driver, firm)
    return firm


def test_firms_named_like_the_leader_are_told_and_marked(
    driver: Driver, leader: Firm, tmp_path: Path
) -> None:
    report = _import(
        driver, tmp_path, ["A,PRESSES,sme,,", "B,Forge,sme,,", "C,Forge Ltd,sme,,"], leader
    )
    assert report.written
    assert [(one.row, one.values["name"]) for one in report.warnings] == [
        (2, "Presses GmbH"),
        (4, "Forge"),
    ]
    assert marks_of(driver, "A").alike_id == leader.id
    assert marks_of(driver, "C").alike_id == "B"
    assert marks_of(driver, "B").alike == ""
    again = _import(driver, tmp_path, ["A,PRESSES,sme,,", "B,Forge,sme,CN,"])
    assert again.warnings == ()
    assert marks_of(driver, "A").alike_id == leader.id


def test_imported_firms_are_unclaimed_and_know_who_brought_them(
    driver: Driver, leader: Firm, tmp_path: Path
) -> None:
    _import(driver, tmp_path, ["A,Forge,sme,,"], leader)
    _import(driver, tmp_path, ["A,Forge,sme,CN,", "B,Foundry,sme,,"])
    listed = {one.id: one for one in verification.watch_firms(driver, by=OPERATOR)}
    assert listed["A"].imported_by == leader.id
    assert listed["B"].imported_by == "operator"
    assert marks_of(driver, "A").is_unclaimed


def test_the_operator_verifies_what_it_imported_in_bulk(
    driver: Driver, leader: Firm, tmp_path: Path
) -> None:
    _import(driver, tmp_path, ["A,Forge,sme,,"], leader)
    _import(driver, tmp_path, ["B,Foundry,sme,,", "C,Mill,sme,,"])
    assert verification.verify_imported(driver, by=OPERATOR) == 2
    states = [marks_of(driver, one).state for one in ("A", "B", "C", leader.id)]
    assert states == ["unverified", "operator", "operator", "unverified"]
    assert verification.verify_imported(driver, by=OPERATOR) == 0


def test_a_wrong_registration_number_is_a_bad_row(driver: Driver, tmp_path: Path) -> None:
    lines = ["A,Forge,sme,CN,91110000600037341K", "B,Foundry,sme,CN,91110000600037341L"]
    report = _import(driver, tmp_path, lines)
    assert not report.written
    assert [(bad.row, bad.column) for bad in report.bad_rows] == [(2, "registration_id")]
    assert "check digit" in report.bad_rows[0].reason


def test_a_number_that_is_taken_is_marked_and_not_told(
    driver: Driver, leader: Firm, tmp_path: Path
) -> None:
    make_firm(driver, name="First", registration_id="91110000600037341L")
    report = _import(driver, tmp_path, ["A,Forge,sme,CN,91110000600037341L"], leader)
    assert report.written
    assert report.warnings == ()
    assert marks_of(driver, "A").shares_number


def test_a_leader_that_nobody_verified_brings_in_few(
    driver: Driver, leader: Firm, tmp_path: Path
) -> None:
    lines = [f"S{n},Supplier {n},sme,," for n in range(UNVERIFIED_FIRMS + 2)]
    before = _count(driver)
    report = _import(driver, tmp_path, lines, leader)
    assert not report.written
    assert [bad.row for bad in report.bad_rows] == [UNVERIFIED_FIRMS + 2, UNVERIFIED_FIRMS + 3]
    assert str(UNVERIFIED_FIRMS) in report.bad_rows[0].reason
    assert _count(driver) == before
    assert _import(driver, tmp_path, lines, leader, skip_bad=True).written
    assert _count(driver) == before + UNVERIFIED_FIRMS
    assert not _import(driver, tmp_path, ["T,One more,sme,,"], leader).written
    verification.verify_firm(driver, leader.id, by=OPERATOR)
    assert _import(driver, tmp_path, lines, leader).written
    assert _count(driver) == before + UNVERIFIED_FIRMS + 2


def test_a_firm_that_renames_itself_by_import_is_verified_no_more(
    driver: Driver, tmp_path: Path
) -> None:
    leader = make_verified_firm(driver, kind="core", name="Presses")
    member = make_firm(driver, name="Forge")
    chain_id = make_chain(driver, leader, [member])
    verification.vouch_for(driver, chain_id, member.id, by=make_actor(leader))
    _import(driver, tmp_path, [f"{leader.id},PRESSES Co.,core,CN,"], leader)
    assert marks_of(driver, leader.id).is_verified
    _import(driver, tmp_path, [f"{leader.id},Quite another,core,CN,"], leader)
    assert not marks_of(driver, leader.id).is_verified
    assert not marks_of(driver, member.id).is_verified


def test_another_designers_part_is_answered_like_a_free_id(
    driver: Driver, leader: Firm, tmp_path: Path
) -> None:
    other = make_firm(driver, name="Other")
    head = "part_id,name,category,designer_id"
    path = tmp_path / "parts.csv"
    path.write_text(f"{head}\nP1,Ring,Rings,{other.id}\n", encoding="utf-8")
    import_tables(driver, path, by=None)
    path.write_text(
        f"{head}\nP1,Ring,Rings,{other.id}\nP2,Ring,Rings,{other.id}\n", encoding="utf-8"
    )
    report = import_tables(driver, path, by=make_actor(leader))
    taken, free = report.bad_rows
    assert (taken.column, taken.reason) == (free.column, free.reason)
