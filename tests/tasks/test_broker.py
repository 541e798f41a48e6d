"""The folder of messages: each appears whole, and a broken one ends nobody."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from importlib.metadata import requires, version
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from celery import Celery
from kombu import Connection
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


def test_the_app_speaks_through_this_channel(channel: Any) -> None:
    assert type(channel) is broker.Channel


def test_messages_come_back_in_order_and_once(channel: Any) -> None:
    for number in range(20):
        channel._put("work", {"body": number})
    assert [channel._get("work")["body"] for _ in range(20)] == list(range(20))
    with pytest.raises(Empty):
        channel._get("work")


def test_a_message_half_written_is_not_seen(channel: Any, folder: Path) -> None:
    (folder / "queue" / f"1_x.work.msg{broker.HALF}").write_text('{"body"')
    with pytest.raises(Empty):
        channel._get("work")
    channel._put("work", {"body": 1})
    assert channel._get("work") == {"body": 1}


@pytest.mark.parametrize("broken", ["", '{"body"'])
def test_a_broken_message_is_left_out_and_the_next_one_comes(
    channel: Any, folder: Path, broken: str
) -> None:
    (folder / "queue" / "-.work.msg").write_text(broken)
    channel._put("work", {"body": 2})
    with pytest.raises(Empty):
        channel._get("work")
    assert channel._get("work") == {"body": 2}
    assert not list((folder / "queue").iterdir())


def test_kombus_own_channel_fails_on_it(channel: Any, folder: Path) -> None:
    """What this transport is for; when this test fails, it may go."""
    (folder / "queue" / "-.work.msg").write_text("")
    with pytest.raises(json.JSONDecodeError):
        filesystem.Channel._get(channel, "work")


def test_a_table_of_queues_is_read_when_it_is_whole(channel: Any, folder: Path) -> None:
    table = folder / "control" / "pidbox.exchange"
    table.write_text("")
    later = threading.Timer(0.2, table.write_text, [json.dumps([["", "", "box"]])])
    later.start()
    assert [queue.queue for queue in channel.get_table("pidbox")] == ["box"]
    later.join()


def test_queues_are_bound_once(channel: Any) -> None:
    for name in ("one", "two", "one"):
        channel._queue_bind("pidbox", "", "", name)
    assert sorted(queue.queue for queue in channel.get_table("pidbox")) == ["one", "two"]


def test_writers_and_readers_at_once_lose_nothing(channel: Any) -> None:
    """A reader polls while two writers write; every message comes once."""
    got: list[int] = []

    def write(first: int) -> None:
        for number in range(first, first + 200):
            channel._put("work", {"body": number})

    writers = [threading.Thread(target=write, args=(first,)) for first in (0, 1000)]
    for each in writers:
        each.start()
    while any(each.is_alive() for each in writers) or len(got) < 400:
        try:
            got.append(channel._get("work")["body"])
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
