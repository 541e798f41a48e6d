"""What is copied before writes wait is, at the end, as it is in the graph: node by node."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import LiteralString

import pytest
from neo4j import Driver

from supplychain.actions.backups import early, sections, taking
from supplychain.actions.backups.checking import check_kept
from supplychain.actions.backups.pausing import Pause, pause_writes
from supplychain.graph import tampering
from supplychain.graph.backup import loading, reading
from supplychain.graph.engine import gate
from supplychain.graph.engine.transactions import run, write
from supplychain.model.backups.manifest import Manifest
from tests.make.installation import book_one, make_installation

CUT: LiteralString = "MATCH (e:Event {id: 'event5'}) DETACH DELETE e"
CHANGE: LiteralString = "MATCH (e:Event {id: 'event5'}) SET e.facts = '{}'"
ADD: LiteralString = """
MATCH (l:OrderLine {id: 'order1|1'})
CREATE (s:Shipment {id: 'late', order_line_id: l.id, quantity: 0, at: ''})-[:CONCERNS]->(l)
"""


@pytest.fixture(autouse=True)
def short_waits(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """One process: no other one trusts an old look at the gate."""
    monkeypatch.setattr(gate, "LOOK_S", 0.05)
    monkeypatch.setattr(gate, "COMMIT_S", 0.05)
    yield
    loading.break_gate(driver)


@pytest.fixture
def read_early(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The sections whose early copies were taken over."""
    names = list[str]()
    write_packed = taking.LineWriter.write_packed

    def note(self: taking.LineWriter, path: Path) -> None:
        names.append(path.stem)
        write_packed(self, path)

    monkeypatch.setattr(taking.LineWriter, "write_packed", note)
    return names


def back_up_after(
    driver: Driver, folder: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[], None]
) -> tuple[Manifest, Path]:
    """A backup; the change comes when the early copies are there and writes do not wait yet."""

    @contextmanager
    def change_then_pause(driver: Driver) -> Iterator[Pause]:
        change()
        with pause_writes(driver) as pause:
            yield pause

    monkeypatch.setattr(taking, "pause_writes", change_then_pause)
    return taking.take_backup(driver, folder, say=lambda _: None)


def differing(driver: Driver, manifest: Manifest) -> set[str]:
    kept = {each.name: (each.count, each.digest) for each in manifest.sections}
    there = {each.name: (each.count, each.digest) for each in sections.sum_graph(driver)}
    return {name for name in kept | there if kept.get(name) != there.get(name)}


def test_what_comes_after_the_early_copy_is_in_the_backup(
    driver: Driver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read_early: list[str]
) -> None:
    firm_ids = make_installation(driver, 1000)
    monkeypatch.setattr(reading, "FRESH_KEYS", 4)

    def change() -> None:
        write(driver, lambda tx: run(tx, ADD))
        for number in range(10):
            book_one(driver, firm_ids[number % 4], f"late{number}")

    manifest, folder = back_up_after(driver, tmp_path, monkeypatch, change)
    assert set(read_early) == {
        kind.label for kind in early.FIXED_NODES
    } | {kind.name for kind in early.FIXED_RELATIONS}  # fmt: skip
    assert differing(driver, manifest) == set()
    wrong = {each.check for each in check_kept(folder, manifest).verdicts if each.wrong}
    assert wrong == set()
    assert list(folder.glob("*.early")) == []


def test_what_went_since_the_early_copy_is_not_in_the_backup(
    driver: Driver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read_early: list[str]
) -> None:
    make_installation(driver, 1000)
    manifest, folder = back_up_after(
        driver, tmp_path, monkeypatch, lambda: write(driver, lambda tx: run(tx, CUT))
    )
    assert list(folder.glob("*.early")) == []
    assert "Event" not in read_early
    assert "Event-TELLS-Firm" not in read_early
    assert "Shipment" in read_early
    assert differing(driver, manifest) == set()


def test_what_was_changed_after_all_is_read_anew(
    driver: Driver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read_early: list[str]
) -> None:
    firm_ids = make_installation(driver, 1000)

    def change() -> None:
        write(driver, tampering.swap_facts, firm_ids[0], 1, "{}")

    manifest, _ = back_up_after(driver, tmp_path, monkeypatch, change)
    assert read_early == []
    assert differing(driver, manifest) == set()


def test_a_change_that_is_not_told_would_be_seen_here(
    driver: Driver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_installation(driver, 1000)
    manifest, _ = back_up_after(
        driver, tmp_path, monkeypatch, lambda: write(driver, lambda tx: run(tx, CHANGE))
    )
    assert differing(driver, manifest) == {"Event"}


def test_a_relation_that_the_early_copy_missed_is_found_out(
    driver: Driver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read_early: list[str]
) -> None:
    make_installation(driver, 1000)
    missed: LiteralString = (
        "MATCH (e:Event {id: 'event5'}) MATCH (f:Firm {id: 'firm000000'}) CREATE (e)-[:TELLS]->(f)"
    )
    manifest, _ = back_up_after(
        driver, tmp_path, monkeypatch, lambda: write(driver, lambda tx: run(tx, missed))
    )
    assert "Event" in read_early  # the first time; then all was read
    assert differing(driver, manifest) == set()


def test_keys_of_any_alphabet_are_read_once(driver: Driver, tmp_path: Path) -> None:
    names = ["a", "a\u00e9", "az", "b", "\U0001f600", "\uffee", "\u4e2d"]
    make: LiteralString = "UNWIND $names AS name CREATE (:Category {id: name, name: name})"
    write(driver, lambda tx: run(tx, make, names=names))
    kind = sections.NODE_KINDS["Category"]
    pages = reading.cut_pages(reading.list_keys(driver, kind))
    read = [each["id"] for page in reading.stream_nodes(driver, kind, pages) for each in page]
    assert sorted(read) == sorted(names)
