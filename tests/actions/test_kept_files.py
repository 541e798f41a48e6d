"""A firm's files have a quota; what is refused or broken off leaves nothing on the disk."""

from __future__ import annotations

import errno
import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

import pytest
from neo4j import Driver
from typing_extensions import override
from werkzeug.datastructures import FileStorage

from supplychain.actions import kept_files
from supplychain.actions.imports import uploads
from supplychain.actions.parts_requests import attachments
from supplychain.actions.parts_requests.attachments import NewFile
from supplychain.config import settings
from supplychain.errors import Forbidden, Invalid, NotFound, NotOpen, Unavailable
from supplychain.model.ids import new_id, utc_now
from supplychain.model.kept_files import MB, KeptFiles
from supplychain.model.people.actors import Actor
from tests.make.accounts import make_user
from tests.make.firms import make_firm
from tests.make.jobs import do_jobs
from tests.make.parts_requests import make_parts_request

STOCKS = b"firm_id,part_id,quantity,daily_use\nA,b,1,1\n"


@pytest.fixture
def firm(driver: Driver) -> Actor:
    return make_user(driver, make_firm(driver, kind="core"))


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An installation in which a firm keeps 1 MB and 4 files."""
    config = replace(settings(), firm_megabytes=1, firm_files=4)
    monkeypatch.setattr(kept_files, "settings", lambda: config)
    yield


def sent(content: bytes = STOCKS, name: str = "stocks.csv") -> FileStorage:
    return FileStorage(io.BytesIO(content), filename=name)


def pdf(size_bytes: int = 100) -> NewFile:
    content = b"%PDF-1.7 " + new_id().encode()
    return NewFile.of("ring.pdf", io.BytesIO(content.ljust(size_bytes)))


def on_disk() -> set[Path]:
    return {path for path in settings().files_dir.rglob("*") if path.is_file()}


def upload(driver: Driver, by: Actor, content: bytes = STOCKS) -> str:
    return uploads.upload_tables(driver, [sent(content)], skip_bad=False, by=by)


def test_what_is_kept_is_counted_once(driver: Driver, firm: Actor) -> None:
    assert kept_files.of_firm(driver, by=firm).files == 0
    request_id = make_parts_request(driver, firm, publish=False)
    upload(driver, firm)
    drawing = pdf(1000)
    attachments.attach(driver, request_id, drawing, by=firm)
    attachments.attach(driver, request_id, drawing, by=firm)
    kept = kept_files.of_firm(driver, by=firm)
    assert (kept.files, kept.size_bytes) == (2, len(STOCKS) + 1000)
    stranger = make_user(driver, make_firm(driver))
    assert kept_files.of_firm(driver, by=stranger).size_bytes == 0


@pytest.mark.usefixtures("small")
def test_beyond_the_quota_nothing_is_taken_or_kept_and_deleting_makes_room(
    driver: Driver, firm: Actor
) -> None:
    request_id = make_parts_request(driver, firm, publish=False)
    large = STOCKS + b"A,b,1,1\n" * 90_000
    first = upload(driver, firm, large)
    before = on_disk()
    for act in (
        lambda: upload(driver, firm, large),
        lambda: attachments.attach(driver, request_id, pdf(700_000), by=firm),
    ):
        with pytest.raises(Invalid, match="keeps 1 of 1 MB in files, and this is 1 MB"):
            act()
    assert on_disk() == before
    with pytest.raises(NotOpen, match="still being imported"):
        uploads.remove_files(driver, first, by=firm)
    do_jobs(driver)
    uploads.remove_files(driver, first, by=firm)
    assert not any(first in str(path) for path in on_disk())
    assert uploads.get(driver, first, by=firm).cleared_at
    with pytest.raises(NotOpen, match="deleted already"):
        uploads.remove_files(driver, first, by=firm)
    upload(driver, firm, large)


@pytest.mark.usefixtures("small")
def test_files_are_counted_too_and_racers_share_the_room(driver: Driver, firm: Actor) -> None:
    def try_upload(_: int) -> bool:
        try:
            upload(driver, firm)
        except Invalid:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        taken = sum(pool.map(try_upload, range(8)))
    assert taken == 4
    assert kept_files.of_firm(driver, by=firm).files == 4
    assert len(list((settings().files_dir / "uploads").glob("*/in/stocks.csv"))) >= 4


def test_who_may_delete(driver: Driver, firm: Actor) -> None:
    upload_id = upload(driver, firm)
    do_jobs(driver)
    with pytest.raises(Forbidden):
        uploads.remove_files(driver, upload_id, by=replace(firm, role="viewer"))
    with pytest.raises(NotFound):
        uploads.remove_files(driver, upload_id, by=make_user(driver, make_firm(driver)))


def test_a_draft_that_is_gone_keeps_no_bytes(driver: Driver, firm: Actor) -> None:
    request_id = make_parts_request(driver, firm)
    draft_id = make_parts_request(driver, firm, publish=False)
    before = on_disk()
    for target, line_number, error in (
        (request_id, 0, NotOpen),
        (draft_id, 99, Invalid),
        (new_id(), 0, NotFound),
    ):
        with pytest.raises(error):
            attachments.attach(driver, target, replace(pdf(), line_number=line_number), by=firm)
    with pytest.raises(Invalid):
        NewFile.of("ring.exe", io.BytesIO(b"MZ"))
    with pytest.raises(Invalid):
        uploads.upload_tables(driver, [sent(name="evil.csv")], skip_bad=False, by=firm)
    assert on_disk() == before


def test_a_full_disk_is_said_and_leaves_no_half_file(
    driver: Driver, firm: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    request_id = make_parts_request(driver, firm, publish=False)
    before, folders = on_disk(), set((settings().files_dir / "uploads").glob("*"))
    real_open = Path.open

    def open_full(path: Path, mode: str = "r", *args: Any, **kwargs: Any) -> IO[Any]:
        file = real_open(path, mode, *args, **kwargs)
        return _Full(file) if path.name.endswith(kept_files.HALF) else file

    monkeypatch.setattr(Path, "open", open_full)
    for act in (
        lambda: upload(driver, firm, STOCKS * 100_000),
        lambda: attachments.attach(driver, request_id, pdf(3_000_000), by=firm),
    ):
        with pytest.raises(Unavailable, match="disk of this installation is full") as caught:
            act()
        assert caught.value.code == "disk_full"
    assert on_disk() == before
    assert set((settings().files_dir / "uploads").glob("*")) == folders
    assert kept_files.of_firm(driver, by=firm) == KeptFiles(
        size_bytes=0,
        files=0,
        most_bytes=settings().firm_megabytes * MB,
        most_files=settings().firm_files,
    )


class _Full(io.RawIOBase):
    """A file that takes a megabyte and then has no room."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.size = file, 0

    @override
    def write(self, block: Any) -> int:
        self.size += len(block)
        if self.size > 1_500_000:
            self.file.write(block[:1000])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return self.file.write(block)

    @override
    def fileno(self) -> int:
        return self.file.fileno()

    @override
    def close(self) -> None:
        self.file.close()
        super().close()


KILLED = """
import io, sys
from pathlib import Path
from supplychain.actions.kept_files import keep_stream

class Slow(io.BytesIO):
    def read(self, size=-1):
        print("reading", flush=True)
        if self.tell() > 2_000_000:
            sys.stdin.read()
        return super().read(size)

keep_stream(Slow(b"x" * 5_000_000), Path(sys.argv[1]), most_bytes=10**9, pointer="")
"""


def test_what_a_killed_process_left_is_cleared_away(driver: Driver, firm: Actor) -> None:
    folder = settings().files_dir / "attachments" / "aa"
    folder.mkdir(parents=True, exist_ok=True)
    left = settings().files_dir / "uploads" / new_id() / "in"
    left.mkdir(parents=True)
    (left / "stocks.csv").write_bytes(STOCKS)
    upload_id = upload(driver, firm)
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(folder / ("a" * 64))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        for _ in range(3):
            assert process.stdout.readline()
        process.send_signal(signal.SIGKILL)
    finally:
        process.kill()
        process.communicate()
    (half,) = folder.glob(f"*{kept_files.HALF}")
    assert not (folder / ("a" * 64)).exists()
    now = utc_now()
    assert kept_files.clear_half_files(driver, now) == 0  # it might still be written
    assert uploads.clear_left_uploads(driver, now) == 0
    long_ago = time.time() - 2 * kept_files.HALF_KEPT_S
    for path in (half, left.parent, settings().files_dir / "uploads" / upload_id):
        os.utime(path, (long_ago, long_ago))
    assert kept_files.clear_half_files(driver, now) == 1
    assert uploads.clear_left_uploads(driver, now) == 1
    assert not half.exists()
    assert not left.exists()
    assert (settings().files_dir / "uploads" / upload_id / "in" / "stocks.csv").exists()


def test_after_thirty_days_files_go_and_the_room_is_free(driver: Driver, firm: Actor) -> None:
    upload_id = upload(driver, firm)
    later = utc_now() + kept_files.UPLOADS_KEPT + timedelta(days=1)
    assert uploads.clear_old_uploads(driver, later) >= 1
    assert kept_files.of_firm(driver, by=firm).files == 0
    assert uploads.get(driver, upload_id, by=firm).cleared_at
    assert not (settings().files_dir / "uploads" / upload_id).exists()


def test_a_stream_is_cut_at_its_limit(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="too large"):
        kept_files.keep_stream(io.BytesIO(b"x" * 5 * MB), tmp_path / "a", most_bytes=MB, pointer="")
    assert list(tmp_path.iterdir()) == []
    assert (
        kept_files.keep_stream(io.BytesIO(b"x" * MB), tmp_path / "a", most_bytes=MB, pointer="")
        == MB
    )
