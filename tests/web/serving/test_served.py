"""The portal as it is started: half-sent requests, a taken port, and the end."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.structure.sources import ROOT

SUPPLYCHAIN = [sys.executable, "-m", "supplychain"]
THREADS = 4
HALF_SENT = 40


class Served:
    """A portal in processes of its own."""

    def __init__(self, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = subprocess.Popen(
            [*SUPPLYCHAIN, "web", "--port", str(self.port), "--threads", str(THREADS)],
            cwd=ROOT,
            env={**os.environ, "SUPPLYCHAIN_DATA": str(folder)},
            start_new_session=True,
        )
        until = time.monotonic() + 90
        while not self.lives():
            assert self.process.poll() is None, "the portal ended at once"
            assert time.monotonic() < until, "the portal does not start"
            time.sleep(0.1)

    def lives(self) -> bool:
        try:
            return self.get("/healthz") == 200
        except OSError:
            return False

    def get(self, path: str) -> int:
        with urllib.request.urlopen(f"{self.url}{path}", timeout=20) as answer:
            return answer.status

    def send(self, text: bytes) -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        connection.sendall(text)
        return connection


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Served]:
    served = Served(tmp_path)
    yield served
    if served.process.poll() is None:
        os.killpg(served.process.pid, signal.SIGKILL)
    served.process.wait(20)


HALF_HEAD = b"GET / HTTP/1.1\r\nHost: loc"
HALF_BODY = b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n\r\nemail="
UNREAD = b"GET /sign-in HTTP/1.1\r\nHost: localhost\r\n\r\n"


def test_half_sent_requests_stop_nobody_and_lose_their_place(portal: Served) -> None:
    """Ten for each thread, without an account: each kind that could hold one."""
    assert portal.get("/sign-in") == 200
    held = [portal.send((HALF_HEAD, HALF_BODY, UNREAD)[number % 3]) for number in range(HALF_SENT)]
    began = time.monotonic()
    for _ in range(5):  # in less time than the slow ones are given
        assert portal.get("/healthz") == 200
        assert portal.get("/sign-in") == 200
    assert time.monotonic() - began < 8, "those who wait for nothing waited for the slow ones"
    for connection in held:
        connection.settimeout(60)
        while connection.recv(65536):  # until the server ends it
            pass
        connection.close()
    assert portal.lives()


@pytest.mark.parametrize("chunk", [b"ZZ\r\nabc\r\n", b"FFFFFFFFFFFFFFFFF\r\nabc\r\n", b"-1\r\n"])
def test_a_body_that_is_no_body_is_refused_as_unreadable(portal: Served, chunk: bytes) -> None:
    head = b"POST /api/v1/tokens HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
    with socket.create_connection(("127.0.0.1", portal.port), timeout=20) as line:
        line.sendall(head + chunk)
        answer = line.recv(4096)
    assert answer.startswith(b"HTTP/1.1 400 "), answer
    assert b"application/problem+json" in answer


def test_a_taken_port_is_refused_and_not_shared(portal: Served, tmp_path: Path) -> None:
    second = subprocess.run(
        [*SUPPLYCHAIN, "web", "--port", str(portal.port)],
        cwd=ROOT,
        env={**os.environ, "SUPPLYCHAIN_DATA": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=90,
    )
    assert second.returncode == 1
    assert f"127.0.0.1:{portal.port} cannot be listened on" in second.stderr
    assert "Traceback" not in second.stderr


@pytest.mark.skipif(os.name != "posix", reason="groups of processes are POSIX")
@pytest.mark.parametrize("way", ["one", "group", "twice"])
def test_it_stops_when_told_and_answers_what_is_in_hand(portal: Served, way: str) -> None:
    """In hand: a body that is half sent when the signal comes, and whole soon after."""
    connection = portal.send(HALF_BODY)
    time.sleep(0.3)
    if way == "group":
        os.killpg(portal.process.pid, signal.SIGTERM)
    else:
        portal.process.send_signal(signal.SIGTERM)
    if way == "twice":
        time.sleep(0.3)
        os.killpg(portal.process.pid, signal.SIGTERM)
    time.sleep(0.3)
    connection.sendall(b"x" * 93)
    assert connection.recv(65536).startswith(b"HTTP/1.1 ")
    connection.close()
    assert portal.process.wait(40) == 0
