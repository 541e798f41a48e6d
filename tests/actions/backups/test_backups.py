"""What a backup holds comes back as it was, whatever happened meanwhile."""

from __future__ import annotations

import gzip
import json
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import LiteralString

import pytest
from neo4j import Driver

from supplychain.actions.backups import restoring, sections
from supplychain.actions.backups.checking import check_graph, check_kept
from supplychain.actions.backups.restoring import list_missing_keys, open_source, restore
from supplychain.actions.backups.taking import take_backup, thin_backups
from supplychain.config import settings
from supplychain.errors import Conflict, Unavailable
from supplychain.graph import events
from supplychain.graph.backup import loading
from supplychain.graph.engine import gate, transactions
from supplychain.graph.engine.migrate import list_shipped
from supplychain.graph.engine.transactions import Tx, read, row, run, write
from supplychain.model.backups.manifest import BackupRefused, read_manifest
from supplychain.model.ids import utc_now
from supplychain.model.people.actors import Actor
from tests.make.firms import make_actor, make_firm
from tests.make.installation import book_one, make_installation
from tests.make.world import make_world


@pytest.fixture(autouse=True)
def short_waits(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """One process: no other one trusts an old look at the gate."""
    monkeypatch.setattr(gate, "LOOK_S", 0.05)
    monkeypatch.setattr(gate, "COMMIT_S", 0.2)
    yield
    loading.break_gate(driver)
    write(driver, loading.begin, "", 0)


def _quiet(_text: str) -> None:
    pass


def back_up(driver: Driver, folder: Path) -> restoring.BackupSource:
    return open_source(take_backup(driver, folder, say=_quiet)[1])


def record(driver: Driver, by: Actor) -> None:
    def work(tx: Tx) -> None:
        events.record(tx, "test.done", about_kind="firm", about_id=by.firm_id, by=by, at=utc_now())

    write(driver, work)


def sums(driver: Driver) -> dict[str, tuple[int, str]]:
    return {each.name: (each.count, each.digest) for each in sections.sum_graph(driver)}


def test_a_whole_world_comes_back_node_by_node(driver: Driver, tmp_path: Path) -> None:
    make_world(driver)
    before = sums(driver)
    assert sum(1 for count, _ in before.values() if count) > 30
    source = back_up(driver, tmp_path)
    assert check_kept(source.folder, source.manifest).wrong == 0
    restored = restore(driver, source, replaces=True, say=_quiet)
    assert sums(driver) == before
    assert [verdict for verdict in restored.findings.verdicts if verdict.wrong] == []
    record(driver, make_actor(make_firm(driver)))  # and it can be written again


ODD = {
    "key": "odd",
    "whole": 2**53 + 1,
    "zero": 0,
    "float": 7.0,
    "tiny": 1e-300,
    "yes": True,
    "no": False,
    "text": '"quoted" \\ \n \u2028 \U0001f600 \u4e2d\u6587',
    "empty": "",
    "none": [],
    "numbers": [1, 2, 3],
    "floats": [1.0, 2.5],
    "flags": [True, False],
    "texts": ["a", "\u4e2d"],
}
CREATE_ODD = """
CREATE (n:Idem) SET n = $values
SET n.zoned = datetime('2024-01-01T08:00:00.123456+08:00'),
    n.utc = datetime('2024-01-01T08:00:00Z'),
    n.region = datetime('2024-07-01T08:00:00+02:00[Europe/Berlin]'),
    n.day = date('2024-02-29'), n.local = localdatetime('2024-01-01T08:00:00')
"""
SAME = """
MATCH (n:Idem {key: 'odd'})
RETURN n.zoned = datetime('2024-01-01T08:00:00.123456+08:00') AS zoned,
       n.region = datetime('2024-07-01T08:00:00+02:00[Europe/Berlin]') AS region,
       n.zoned.hour AS hour, n.zoned.offset AS offset, n.day = date('2024-02-29') AS day,
       n.local = localdatetime('2024-01-01T08:00:00') AS local, n.whole + 1 AS more,
       n.numbers[0] + 1 AS first
"""
KEPT = "MATCH (n:Idem {key: 'odd'}) RETURN properties(n) AS values"


def test_every_type_of_property_comes_back(driver: Driver, tmp_path: Path) -> None:
    write(driver, lambda tx: run(tx, CREATE_ODD, values=ODD))
    seen = read(driver, lambda tx: row(tx, SAME))
    before = (read(driver, lambda tx: row(tx, KEPT)) or {})["values"]
    restore(driver, back_up(driver, tmp_path), replaces=True, say=_quiet)
    after = (read(driver, lambda tx: row(tx, KEPT)) or {})["values"]
    assert {name: (type(value), value) for name, value in after.items()} == {
        name: (type(value), value) for name, value in before.items()
    }
    assert {name: after[name] for name in ODD} == ODD
    assert read(driver, lambda tx: row(tx, SAME)) == seen
    assert seen is not None
    assert (seen["zoned"], seen["hour"], seen["region"], seen["day"]) == (True, 8, True, True)


def test_what_is_written_meanwhile_is_in_it_whole_or_not_at_all(
    driver: Driver, tmp_path: Path
) -> None:
    firm_ids = make_installation(driver, 3000)
    written: list[str] = []
    over, errors = threading.Event(), list[Exception]()

    def write_on(own: str) -> None:
        number = 0
        while not over.is_set():
            try:
                book_one(driver, firm_ids[number % 3], f"{own}{number}")
                written.append(f"{own}{number}")
                number += 1
            except Unavailable:
                continue
            except Exception as error:  # shown by the test
                errors.append(error)
                return

    threads = [threading.Thread(target=write_on, args=(own,)) for own in ("a", "b")]
    for thread in threads:
        thread.start()
    wait_until(lambda: len(written) > 10)
    acknowledged = list(written)
    try:
        source = back_up(driver, tmp_path)
        so_far = len(written)
        wait_until(lambda: len(written) > so_far + 10)
    finally:
        over.set()
        for thread in threads:
            thread.join()
    assert errors == []
    assert check_kept(source.folder, source.manifest).wrong == 0
    restored = restore(driver, source, replaces=True, say=_quiet)
    assert [verdict for verdict in restored.findings.verdicts if verdict.wrong] == []
    there = set(read(driver, lambda tx: rows_of(tx)))
    assert set(acknowledged) <= there
    assert not set(written) <= there  # what came after the picture is not in it


def wait_until(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 100
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.02)


BOOKED = "MATCH (b:Booking) RETURN collect(b.id) AS ids"


def rows_of(tx: Tx) -> list[str]:
    return (row(tx, BOOKED) or {"ids": []})["ids"]


def test_a_restore_that_was_killed_goes_on_and_nobody_writes_meanwhile(
    driver: Driver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_installation(driver, 2000)
    by = make_actor(make_firm(driver))
    source = back_up(driver, tmp_path)
    before = sums(driver)
    monkeypatch.setattr(restoring, "BATCH_LINES", 100)
    put_batch, calls = restoring.__dict__["_put_batch"], list[int]()

    def die_later(*args: object) -> None:
        calls.append(1)
        if len(calls) == 12:
            raise KeyboardInterrupt
        put_batch(*args)

    monkeypatch.setattr(restoring, "_put_batch", die_later)
    with pytest.raises(KeyboardInterrupt):
        restore(driver, source, replaces=True, say=_quiet)
    assert 0 < restoring.count_target(driver) < source.manifest.nodes
    monkeypatch.setattr(transactions, "GATE_WAIT_S", 0.1)
    with pytest.raises(Unavailable, match="put back"):
        record(driver, by)
    with pytest.raises(Conflict):
        take_backup(driver, tmp_path, say=_quiet)
    restore(driver, source, replaces=False, say=_quiet)
    assert sums(driver) == before
    record(driver, by)


def test_nothing_is_written_over_a_graph_that_is_in_use(driver: Driver, tmp_path: Path) -> None:
    make_firm(driver)
    source, before = back_up(driver, tmp_path), sums(driver)
    with pytest.raises(Conflict, match="not empty"):
        restore(driver, source, replaces=False, say=_quiet)
    assert sums(driver) == before


def flip_byte(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.chmod(0o600)
    path.write_bytes(content)


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def edit_manifest(old: str, new: str) -> Callable[[Path], None]:
    def edit(path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return edit


def delete(path: Path) -> None:
    path.unlink()


DAMAGES: dict[str, tuple[str, Callable[[Path], None], str]] = {
    "a flipped bit": ("graph.jsonl.gz", flip_byte, "altered"),
    "a torn graph": ("graph.jsonl.gz", cut_short, "torn"),
    "a torn list": ("files.jsonl.gz", cut_short, "torn"),
    "a changed file": ("files/files/notes.txt", flip_byte, "altered"),
    "a lost file": ("files/files/notes.txt", delete, "missing"),
    "a lost manifest": ("manifest.json", delete, "no whole backup"),
    "a torn manifest": ("manifest.json", cut_short, "torn"),
    "a changed count": ("manifest.json", edit_manifest('"chains": 0', '"chains": 1'), "altered"),
    "a newer format": (
        "manifest.json", edit_manifest('"format_number": 1', '"format_number": 2'), "format 2",
    ),
    "another format": (
        "manifest.json", edit_manifest('"supplychain-backup"', '"other"'), "no backup",
    ),
}  # fmt: skip


@pytest.fixture
def noted() -> Iterator[Path]:
    path = settings().data_dir / "files" / "notes.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("kept", encoding="ascii")
    yield path
    path.unlink(missing_ok=True)


def test_what_is_torn_altered_or_foreign_is_refused(
    driver: Driver, tmp_path: Path, noted: Path
) -> None:
    make_firm(driver)
    whole = back_up(driver, tmp_path).folder
    for name, (file, damage, says) in DAMAGES.items():
        copy = tmp_path / name
        shutil.copytree(whole, copy)
        damage(copy / file)
        with pytest.raises(BackupRefused, match=says):
            open_source(copy)
    open_source(whole)


def test_a_manifest_signed_anew_by_another_hand_is_refused(
    driver: Driver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = back_up(driver, tmp_path).folder
    text = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    text["manifest"]["chains"] = 7
    forged = read_manifest(json.dumps(text["manifest"]))
    text["seal"]["sha256"] = forged.id
    (folder / "manifest.json").write_text(json.dumps(text), encoding="utf-8")
    with pytest.raises(BackupRefused, match="signature"):
        open_source(folder)


def test_a_newer_schema_is_refused(
    driver: Driver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = back_up(driver, tmp_path)
    older = list_shipped()[:-1]
    monkeypatch.setattr(restoring, "list_shipped", lambda: older)
    with pytest.raises(BackupRefused, match="newer than this program"):
        open_source(source.folder)


def test_files_come_back_and_keys_are_never_among_them(
    driver: Driver, tmp_path: Path, noted: Path
) -> None:
    source = back_up(driver, tmp_path / "backups")
    noted.unlink()
    restore(driver, source, replaces=True, say=_quiet)
    assert noted.read_text(encoding="ascii") == "kept"
    secrets = [key.secret for key in settings().seal_keys] + [settings().secret_key]
    for path in (tmp_path / "backups").rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        unpacked = gzip.decompress(content) if path.suffix == ".gz" else content
        assert not any(secret.encode() in unpacked for secret in secrets)
    assert {state.file for state in source.manifest.keys} == {
        "audit_keys", "seal_keys", "factor_keys", "secret_key",
    }  # fmt: skip
    assert not any(state.is_included for state in source.manifest.keys)
    assert list_missing_keys(source.manifest) == []


def test_keys_are_written_apart_and_not_with_the_backup(driver: Driver, tmp_path: Path) -> None:
    with pytest.raises(BackupRefused, match="Keys must not"):
        take_backup(driver, tmp_path, say=_quiet, keys_dir=tmp_path / "keys")
    take_backup(driver, tmp_path / "backups", say=_quiet, keys_dir=tmp_path / "keys")
    kept = (tmp_path / "keys" / "seal_keys").read_text(encoding="ascii").split()
    assert kept == [str(key) for key in settings().seal_keys]
    assert (tmp_path / "keys" / "seal_keys").stat().st_mode & 0o077 == 0


def test_a_backup_that_died_stops_nobody(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    by = make_actor(make_firm(driver))
    gate.forget_look()
    token = gate.holder_here.set("dead")
    assert loading.shut_gate(driver, gate.BACKUP, "dead", until=time.time() + 0.8)
    gate.holder_here.reset(token)
    monkeypatch.setattr(transactions, "GATE_WAIT_S", 0.1)
    with pytest.raises(Unavailable, match="backup"):
        record(driver, by)
    time.sleep(0.8)
    record(driver, by)


def test_what_this_version_does_not_know_is_not_left_out_in_silence(
    driver: Driver, tmp_path: Path
) -> None:
    write(driver, lambda tx: run(tx, "CREATE (:Unheard {id: 'x'})"))
    with pytest.raises(Conflict, match="does not back up"):
        back_up(driver, tmp_path)
    assert list(tmp_path.iterdir()) == []
    make_firm(driver)  # writes go on


def test_old_backups_go_and_nothing_else(driver: Driver, tmp_path: Path) -> None:
    first = back_up(driver, tmp_path).folder
    others = [
        shutil.copytree(first, tmp_path / f"supplychain-2026010{day}T0{hour}0000Z-0")
        for day in (1, 2)
        for hour in (1, 2)
    ]
    (tmp_path / "supplychain-notes").mkdir()
    gone = thin_backups(tmp_path, keep_newest=1, keep_days=2)
    assert gone == [others[0], others[1], others[2]]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        [first.name, others[3].name, "supplychain-notes"]
    )


def test_the_checks_find_what_does_not_hold(driver: Driver) -> None:
    firm_ids = make_installation(driver, 1000)
    assert check_graph(driver).wrong == 0
    for query in BREAKS.values():
        write(driver, lambda tx, q=query: run(tx, q, firm=firm_ids[0]))
    wrong = {verdict.check for verdict in check_graph(driver).verdicts if verdict.wrong}
    assert wrong == {*BREAKS, "record of events"}


BREAKS: dict[str, LiteralString] = {
    "booked capacity": "MATCH (b:Booking {id: 'booking0'}) SET b.work = 99",
    "held capacity": (
        "CREATE (:Hold {id: 'h', capability_id: 'firm000001|forging', day: 1, quantity: 1})"
    ),
    "order lines": "MATCH (r:Receipt {id: 'rorder0|1'}) SET r.quantity = 39",
    "awards": "CREATE (:Order {id: 'o', award_id: 'none', request_id: 'r', state: 'closed'})",
    "bid receipts": "CREATE (:Bid {id: 'b', firm_id: $firm, receipt_number: 7})",
    "sequence of events": "MATCH (e:Event {id: 'event5'}) DETACH DELETE e",
    "open to everybody": (
        "MATCH (k:Capability {id: 'firm000001|forging'}) SET k.open_kinds = 'both'"
    ),
    "people": (
        "MATCH (f:Firm {id: $firm}) "
        "CREATE (:User {id: 'u', email: 'u', firm_id: 'other'})-[:WORKS_FOR {role: 'owner'}]->(f)"
    ),
    "chain leaders": (
        "MATCH (f:Firm {id: $firm}) CREATE (f)-[:LEADS]->(:Chain {id: 'c', leader_id: 'other'})"
    ),
    "trays": "MATCH (o:Order {id: 'order3'})-[w:LIES_IN]->(:Tray) DELETE w",
    "tray notes": "CREATE (:TrayNote {id: 'n', about_id: 'x', n: 1, at: ''})",
    "calendars": "MATCH (k:Capability {id: 'firm000002|forging'}) SET k.calendar = 'DE'",
    "sites": "MATCH (k:Capability {id: 'firm000003|forging'}) SET k.site_paces = ';@5'",
    "attachments": "CREATE (:Attachment {id: 'a', sha256: 'none'})",
}
