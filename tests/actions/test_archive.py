"""Events older than the setting lie in files that the audit and the log still read as one chain."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from neo4j import Driver

from supplychain.actions import archive, audit, logbook
from supplychain.config import settings
from supplychain.errors import Unavailable
from supplychain.graph import events, history
from supplychain.graph.engine.transactions import Tx, read, row, run, write
from supplychain.model.ids import utc_now
from supplychain.model.logbook import LogChoice
from supplychain.model.people.actors import Actor
from tests.make.firms import make_actor, make_firm

COUNT = "MATCH (e:Event {ledger_id: $ledger}) RETURN count(e) AS n"
NO_SLACK = timedelta()


@pytest.fixture(autouse=True)
def no_archive(driver: Driver) -> Iterator[None]:
    yield
    shutil.rmtree(archive.archive_folder(), ignore_errors=True)


def make_chain(driver: Driver, *, old: int = 5, fresh: int = 3, handled: bool = True) -> Actor:
    by = make_actor(make_firm(driver))
    now = utc_now()

    def work(tx: Tx, at: datetime, n: int) -> None:
        events.record(
            tx, "test.done", about_kind="firm", about_id=by.firm_id, by=by, at=at, facts={"n": n}
        )

    for n in range(old):
        write(driver, work, now - timedelta(days=500 - n), n)
    for n in range(fresh):
        write(driver, work, now - timedelta(days=1), old + n)
    if handled:
        write(driver, lambda tx: run(tx, "MATCH (w:Pending) DELETE w"))
    return by


def in_graph(driver: Driver, by: Actor) -> int:
    record = read(driver, lambda tx: row(tx, COUNT, ledger=by.firm_id))
    return record["n"] if record else 0


def broken(driver: Driver, by: Actor) -> str:
    link = audit.verify_chain(driver, by.firm_id)[1]
    return f"{link.seq} {link.why}" if link else ""


def test_old_events_move_and_the_audit_reads_one_chain(driver: Driver) -> None:
    by = make_chain(driver)
    assert archive.move_old(driver, utc_now(), slack=NO_SLACK) >= 5
    assert in_graph(driver, by) == 3
    assert audit.verify_chain(driver, by.firm_id) == (8, None)
    assert archive.move_old(driver, utc_now(), slack=NO_SLACK) == 0
    (part,) = archive.list_parts(by.firm_id)
    assert (part.first, part.last) == (1, 5)
    assert part.path.stat().st_mode & 0o777 == 0o400


def test_the_log_and_its_download_reach_into_the_archive(driver: Driver) -> None:
    by = make_chain(driver)
    before = logbook.list_entries(driver, LogChoice(), by=by, zone="UTC", limit=50)
    signed = logbook.list_signed(driver, before.entries, by=by)
    archive.move_old(driver, utc_now(), slack=NO_SLACK)
    after = logbook.list_entries(driver, LogChoice(), by=by, zone="UTC", limit=50)
    assert after.entries == before.entries
    assert logbook.list_signed(driver, after.entries, by=by) == signed
    assert logbook.check_lines(logbook.write_signed(signed)).wrong == ()
    assert logbook.get_state(driver, by=by).archived_sequence == 5
    day = (utc_now() - timedelta(days=498)).date()
    choice = LogChoice(first=day, last=day)
    (entry,) = logbook.list_entries(driver, choice, by=by, zone="UTC").entries
    assert entry.facts == {"n": 2}
    page = logbook.list_entries(driver, LogChoice(), by=by, zone="UTC", before=5, limit=2)
    assert [one.sequence for one in page.entries] == [4, 3]


def test_what_waits_for_a_reaction_stays_and_what_follows_it(driver: Driver) -> None:
    by = make_chain(driver, handled=False)
    third = read(driver, history.list_whole, by.firm_id, first=3, last=3)[0]["id"]
    write(driver, lambda tx: run(tx, "MATCH (w:Pending) WHERE w.id <> $id DELETE w", id=third))
    archive.move_old(driver, utc_now(), slack=NO_SLACK)
    assert in_graph(driver, by) == 6
    assert audit.verify_chain(driver, by.firm_id) == (8, None)
    write(driver, events.mark_done, third)
    archive.move_old(driver, utc_now(), slack=NO_SLACK)
    assert in_graph(driver, by) == 3
    assert audit.verify_chain(driver, by.firm_id) == (8, None)


def test_a_kill_between_file_and_graph_loses_and_doubles_nothing(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    by = make_chain(driver)

    def die(*_args: object, **_values: object) -> bool:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(history, "drop_archived", die)
        with pytest.raises(SystemExit):
            archive.move_old(driver, utc_now(), slack=NO_SLACK)
    assert in_graph(driver, by) == 8
    assert len(archive.list_parts(by.firm_id)) == 1
    assert audit.verify_chain(driver, by.firm_id) == (8, None)
    assert archive.move_old(driver, utc_now(), slack=NO_SLACK) >= 5
    assert in_graph(driver, by) == 3
    assert len(archive.list_parts(by.firm_id)) == 1
    assert audit.verify_chain(driver, by.firm_id) == (8, None)


def test_two_that_move_at_once_move_each_event_once(driver: Driver) -> None:
    by = make_chain(driver)
    found = read(driver, history.list_whole, by.firm_id, first=1, last=5)
    assert write(driver, history.drop_archived, by.firm_id, found, mark="m")
    assert not write(driver, history.drop_archived, by.firm_id, found, mark="m")


def _change(path: Path) -> None:
    text = gzip.decompress(path.read_bytes()).decode().replace('\\"n\\": 2', '\\"n\\": 9')
    path.chmod(0o600)
    path.write_bytes(gzip.compress(text.encode()))


@pytest.mark.parametrize("harm", [_change, Path.unlink])
def test_an_archive_that_was_changed_or_lost_is_seen(driver: Driver, harm: object) -> None:
    by = make_chain(driver)
    archive.move_old(driver, utc_now(), slack=NO_SLACK)
    (part,) = archive.list_parts(by.firm_id)
    assert callable(harm)
    harm(part.path)
    assert broken(driver, by) == "1 its file in the archive is missing or was changed"
    assert len(logbook.list_entries(driver, LogChoice(), by=by, zone="UTC", limit=3).entries) == 3
    with pytest.raises(Unavailable):
        logbook.list_entries(driver, LogChoice(), by=by, zone="UTC", limit=50)


def test_an_older_file_put_in_its_stead_is_seen(driver: Driver) -> None:
    by = make_chain(driver)
    archive.move_old(driver, utc_now(), slack=NO_SLACK)
    mark = "MATCH (h:Ledger {id: $ledger}) SET h.archive_mark = 'another'"
    write(driver, lambda tx: run(tx, mark, ledger=by.firm_id))
    assert broken(driver, by) == "6 its file in the archive follows another one"


def test_a_month_is_waited_and_zero_days_is_never(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    by = make_chain(driver)
    monkeypatch.setenv("SUPPLYCHAIN_ARCHIVE_AFTER_DAYS", "490")
    settings.cache_clear()
    assert archive.move_old(driver, utc_now()) == 0
    monkeypatch.setenv("SUPPLYCHAIN_ARCHIVE_AFTER_DAYS", "0")
    settings.cache_clear()
    assert archive.move_old(driver, utc_now() + timedelta(days=5000)) == 0
    monkeypatch.delenv("SUPPLYCHAIN_ARCHIVE_AFTER_DAYS")
    settings.cache_clear()
    assert archive.move_old(driver, utc_now()) >= 5
    assert in_graph(driver, by) == 3
