from __future__ import annotations

import socket
from dataclasses import replace
from datetime import date
from pathlib import Path

from supplychain.commands.demo import find_free_port
from supplychain.demo.state import keep_state, owned, password, read_state

DAY = date(2026, 11, 20)


def test_a_folder_keeps_the_day_of_its_first_start(tmp_path: Path) -> None:
    state = read_state(tmp_path, day=DAY)
    assert (state.day, state.new, state.loaded) == ("2026-11-20", True, False)
    keep_state(tmp_path, owned(state, url="http://127.0.0.1:1"))
    again = read_state(tmp_path, day=date(2027, 1, 1))
    assert (again.day, again.new, again.loaded) == ("2026-11-20", False, False)


def test_a_folder_knows_whether_somebody_serves_it(tmp_path: Path) -> None:
    state = read_state(tmp_path, day=DAY)
    assert not state.running
    mine = owned(state, url="http://127.0.0.1:1")
    assert mine.running
    assert not replace(mine, started=mine.started - 100).running  # another process, same number


def test_the_password_is_random_kept_and_private(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    first = password(tmp_path)
    assert password(tmp_path) == first
    assert password(other) != first
    assert len(first) >= 16
    assert (tmp_path / "demo-password").stat().st_mode & 0o777 == 0o600


def test_a_taken_port_gives_the_next_free_one() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert port < find_free_port(port) < port + 50
