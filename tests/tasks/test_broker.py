"""The folder of messages: each appears whole, and a broken one ends nobody."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import requires, version
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from celery import Celery
from kombu.connection import Connection
from kombu.exceptions import OperationalError
from kombu.transport import filesystem
from packaging.requirements import Requirement

from supplychain.tasks import broker
from tests.engines import ROOT


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where messages wait."""
    for name in ("queue", "control"):
        (tmp_path / name).mkdir()
    return tmp_path


@pytest.fixture
def channel(folder: Path) -> Iterator[Any]:
    """A channel of the registered transport."""
    broker.register()
    options = {
        "data_folder_in": str(folder / "queue"),
        "data_folder_out": str(folder / "queue"),
        "control_folder": str(folder / "control"),
    }
    with Connection("filesystem://", transport_options=options) as connection:
        yield connection.channel()


def _message(number: int = 0) -> dict[str, Any]:
    """A message as kombu writes it."""
    tag = {"delivery_tag": f"tag{number}", "body_encoding": None}
    return {"body": str(number), "properties": tag, "headers": {}}


def _read(channel: Any) -> int:
    return int(channel._get("work")["body"])


def test_the_app_speaks_through_this_channel(channel: Any) -> None:
    assert type(channel) is broker.Channel


def test_messages_come_back_in_order_and_once(channel: Any) -> None:
    for number in range(20):
        channel._put("work", _message(number))
    assert [_read(channel) for _ in range(20)] == list(range(20))
    with pytest.raises(Empty):
        channel._get("work")


def test_a_message_half_written_is_not_seen(channel: Any, folder: Path) -> None:
    (folder / "queue" / f"1_x.work.msg{broker.HALF}").write_text('{"body"')
    with pytest.raises(Empty):
        channel._get("work")
    channel._put("work", _message(1))
    assert _read(channel) == 1


@pytest.mark.parametrize("broken", ["", '{"body"'])
def test_a_broken_message_is_left_out_and_the_next_one_comes(
    channel: Any, folder: Path, broken: str
) -> None:
    (folder / "queue" / "-.work.msg").write_text(broken)
    channel._put("work", _message(2))
    with pytest.raises(Empty):
        channel._get("work")
    assert _read(channel) == 2
    assert not list((folder / "queue").iterdir())


def test_kombus_own_channel_fails_on_it(channel: Any, folder: Path) -> None:
    """What this transport is for; when this test fails, it may go."""
    (folder / "queue" / "-.work.msg").write_text("")
    with pytest.raises(json.JSONDecodeError):
        filesystem.Channel._get(channel, "work")


@pytest.mark.parametrize("broken", ["", "{", "[1]", "{}", "[[1, 2]]"])
def test_a_table_that_a_full_disk_emptied_is_begun_anew(
    channel: Any, folder: Path, broken: str
) -> None:
    table = folder / "control" / "pidbox.exchange"
    table.write_text(broken)
    assert channel.get_table("pidbox") == []
    channel._queue_bind("pidbox", "", "", "box")
    assert [queue.queue for queue in channel.get_table("pidbox")] == ["box"]


def test_a_queue_is_found_by_its_name_without_a_table(channel: Any) -> None:
    assert channel._lookup("rankings", "rankings") == ["rankings"]


@pytest.mark.parametrize(
    "message",
    [
        {},
        [],
        None,
        7,
        "text",
        {"body": "x"},
        {"body": "x", "properties": []},
        {"body": "x", "properties": {"delivery_tag": ["a"]}},
        {"body": "x", "properties": {"delivery_tag": "a"}, "headers": [1]},
        {"body": 5, "properties": {"delivery_tag": "a", "body_encoding": "base64"}},
    ],
)
def test_what_is_no_message_is_left_out(channel: Any, folder: Path, message: Any) -> None:
    (folder / "queue" / "-.work.msg").write_text(json.dumps(message))
    with pytest.raises(Empty):
        channel._get("work")
    assert not list((folder / "queue").iterdir())


@pytest.mark.skipif(os.name != "posix", reason="whether a process lives is asked of POSIX")
def test_letter_boxes_of_dead_workers_go_with_their_letters(channel: Any, folder: Path) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    gone = f"rankings-{dead.pid}-abcdef@host.celery.pidbox"
    living = f"rankings-{os.getpid()}-abcdef@host.celery.pidbox"
    channel._queue_bind("celery.pidbox", "", "", gone)
    channel._put(gone, _message())
    for name in (living, "other"):
        channel._queue_bind("celery.pidbox", "", "", name)
    channel._queue_bind("celery.pidbox", "", "", "new")
    names = [queue.queue for queue in channel.get_table("celery.pidbox")]
    assert sorted(names) == sorted([living, "other", "new"])
    assert not list((folder / "queue").iterdir())


def test_many_that_bind_at_once_are_all_bound(channel: Any, folder: Path) -> None:
    def bind(number: int) -> None:
        channel._queue_bind("pidbox", "", "", f"box{number}")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(bind, range(40)))
    assert len(channel.get_table("pidbox")) == 40


def test_queues_are_bound_once(channel: Any) -> None:
    for name in ("one", "two", "one"):
        channel._queue_bind("pidbox", "", "", name)
    assert sorted(queue.queue for queue in channel.get_table("pidbox")) == ["one", "two"]


def test_writers_and_readers_at_once_lose_nothing(channel: Any) -> None:
    """A reader polls while two writers write; every message comes once."""
    got: list[int] = []

    def write(first: int) -> None:
        for number in range(first, first + 200):
            channel._put("work", _message(number))

    writers = [threading.Thread(target=write, args=(first,)) for first in (0, 1000)]
    for each in writers:
        each.start()
    while any(each.is_alive() for each in writers) or len(got) < 400:
        try:
            got.append(_read(channel))
        except Empty:
            continue
    assert sorted(got) == [*range(200), *range(1000, 1200)]


@pytest.mark.parametrize("library", ["kombu", "limits"])
def test_the_locked_redis_is_one_that_both_libraries_take(library: str) -> None:
    """Kombu carries messages over it, limits counts with it: each says which versions it takes."""
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    locked = re.search(r"^redis==(\S+)", lock, re.MULTILINE)
    assert locked is not None, "redis is not in the lock"
    wanted = [Requirement(line) for line in requires(library) or ()]
    ranges = [
        one.specifier
        for one in wanted
        if one.name == "redis" and one.marker and one.marker.evaluate({"extra": "redis"})
    ]
    assert ranges
    assert all(locked[1] in one for one in ranges), (library, ranges)
    assert all(version("redis") in one for one in ranges), (library, ranges)


@pytest.mark.parametrize("scheme", ["redis", "amqp"])
def test_a_broker_that_is_away_is_found_and_no_traceback(
    scheme: str,
) -> None:
    app = Celery("away", broker=f"{scheme}://127.0.0.1:9//")
    with pytest.raises((OperationalError, OSError)), app.connection_for_write() as connection:
        connection.ensure_connection(max_retries=1, timeout=2)
