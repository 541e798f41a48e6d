"""The gate before the application: places, bodies and time, without a server."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import pytest

from supplychain.web.serving import gate as gates
from supplychain.web.serving import intake
from supplychain.web.serving.gate import Gate
from supplychain.web.serving.refusals import Refusals

Parts = list[bytes | None]
"""What a client sends, part by part; None hangs up."""


class Client:
    """One request and what was answered."""

    def __init__(self, path: str, parts: Parts, *, pause_s: float = 0, **headers: str) -> None:
        self.parts, self.pause_s = list(parts), pause_s
        self.sent: list[dict[str, Any]] = []
        named = [(name.replace("_", "-").encode(), text.encode()) for name, text in headers.items()]
        self.scope: dict[str, Any] = {
            "type": "http",
            "method": "POST" if parts else "GET",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "http_version": "1.1",
            "headers": named,
            "client": ("127.0.0.1", "1"),
            "server": ("127.0.0.1", "80"),
        }

    async def receive(self) -> dict[str, Any]:
        await asyncio.sleep(self.pause_s)
        if not self.parts:
            return {"type": "http.request", "body": b"", "more_body": False}
        part = self.parts.pop(0)
        if part is None:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": part, "more_body": bool(self.parts)}

    async def send(self, message: dict[str, Any]) -> None:
        self.sent.append(message)

    @property
    def status(self) -> int:
        return self.sent[0]["status"]

    @property
    def headers(self) -> dict[bytes, bytes]:
        return dict(self.sent[0]["headers"])

    @property
    def body(self) -> bytes:
        return b"".join(message["body"] for message in self.sent[1:])


def make_gate(app: Callable[..., Any], *, threads: int = 2, upload_bytes: int = 5_000_000) -> Gate:
    return Gate(app, Refusals({}), threads=threads, upload_bytes=upload_bytes, at_end=lambda: None)


def run(gate: Gate, *clients: Client) -> None:
    async def all_at_once() -> None:
        await asyncio.gather(*(gate(one.scope, one.receive, one.send) for one in clients))

    asyncio.run(all_at_once())


def echo(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
    body = environ["wsgi.input"].read()
    start("200 OK", [("Content-Type", "text/plain")])
    told = {name: text for name, text in environ.items() if isinstance(text, str)}
    return [json.dumps({**told, "length": len(body)}).encode()]


def test_a_body_is_read_whole_whatever_its_size() -> None:
    client = Client("/upload", [b"x" * 300_000] * 4, cookie="session=a")
    run(make_gate(echo), client)
    assert (client.status, json.loads(client.body)["length"]) == (200, 1_200_000)


def test_an_application_reads_the_address_and_headers_as_they_were_sent() -> None:
    client = Client("/parts/%E8%BD%B4", [], cookie="a=1", x_forwarded_for="1.1.1.1")
    client.scope["headers"] += [
        (b"cookie", b"b=2"),
        (b"x-forwarded-for", b"2.2.2.2"),
        (b"x_forwarded_for", b"6.6.6.6"),
    ]
    run(make_gate(echo), client)
    told = json.loads(client.body)
    assert told["PATH_INFO"].encode("latin-1").decode() == "/parts/轴"
    assert told["HTTP_COOKIE"] == "a=1; b=2"
    assert told["HTTP_X_FORWARDED_FOR"] == "1.1.1.1,2.2.2.2"


def test_a_slow_body_loses_its_place_and_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "START_S", 0.2)
    called: list[str] = []
    gate = make_gate(lambda environ, _: called.append(environ["PATH_INFO"]))
    client = Client("/sign-in", [b"a"] * 50, pause_s=0.05)
    run(gate, client)
    assert (client.status, client.headers[b"connection"], called) == (408, b"close", [])
    assert "传得太慢".encode() in client.body
    assert gate.intake.held_bytes == 0


def test_half_sent_bodies_take_no_thread() -> None:
    """One thread; forty bodies that do not come; one who asks in the meantime is answered."""
    gate = make_gate(echo, threads=1)

    async def ask_among_them() -> tuple[int, list[bool]]:
        slow = [Client("/sign-in", [b"a", b"b"], pause_s=30) for _ in range(40)]
        held = [asyncio.ensure_future(gate(one.scope, one.receive, one.send)) for one in slow]
        await asyncio.sleep(0.05)
        quick = Client("/orders", [])
        async with asyncio.timeout(5):
            await gate(quick.scope, quick.receive, quick.send)
        done = [one.done() for one in held]
        for one in held:
            one.cancel()
        await asyncio.gather(*held, return_exceptions=True)
        return quick.status, done

    status, done = asyncio.run(ask_among_them())
    assert (status, any(done)) == (200, False)
    assert gate.main.inside == 0


def test_who_comes_when_all_places_are_taken_is_refused_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(gates, "REFUSAL_PAUSE_S", 0.0)
    free = threading.Event()

    def wait(_: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        free.wait(20)
        start("200 OK", [])
        return [b"done"]

    gate = make_gate(wait, threads=1)

    async def crowd() -> tuple[list[Client], list[Client], Client]:
        places = 1 + gates.WAITING_FACTOR
        inside = [Client("/orders", []) for _ in range(places)]
        held = [asyncio.ensure_future(gate(one.scope, one.receive, one.send)) for one in inside]
        await asyncio.sleep(0.05)
        outside = [Client("/orders", []), Client("/api/v1/orders", [])]
        for one in outside:
            await gate(one.scope, one.receive, one.send)
        alive = Client("/healthz", [])
        await gate(alive.scope, alive.receive, alive.send)
        free.set()
        await asyncio.gather(*held)
        return inside, outside, alive

    inside, outside, alive = asyncio.run(crowd())
    assert {one.status for one in inside} == {200}
    assert [(one.status, one.headers[b"retry-after"]) for one in outside] == [(503, b"5")] * 2
    assert outside[1].headers[b"content-type"] == b"application/problem+json"
    assert json.loads(outside[1].body)["code"] == "busy"
    assert (alive.status, alive.body) == (200, b'{"status":"alive"}\n')


def test_who_waited_too_long_is_refused_without_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gates, "REFUSAL_PAUSE_S", 0.0)
    monkeypatch.setattr(gates, "WAIT_S", -1.0)
    client = Client("/orders", [])
    run(make_gate(echo), client)
    assert client.status == 503


def test_a_body_that_is_too_large_is_refused_before_it_comes() -> None:
    stranger = Client("/receipts", [b"x"], content_length="3000000")
    member = Client("/uploads", [b"x"], content_length="3000000", cookie="session=a")
    liar = Client("/uploads", [b"x" * 4_000_000] * 2, cookie="session=a")
    run(make_gate(echo), stranger, member, liar)
    assert [stranger.status, member.status, liar.status] == [413, 200, 413]


def test_all_bodies_together_have_a_limit() -> None:
    gate = make_gate(echo, upload_bytes=1000)
    gate.intake.held_bytes = gate.intake.most_bytes
    client = Client("/uploads", [b"x"])
    run(gate, client)
    assert client.status == 503


def test_who_hangs_up_is_forgotten() -> None:
    gate = make_gate(echo)
    client = Client("/uploads", [b"x", None])
    run(gate, client)
    assert (client.status, gate.intake.held_bytes, gate.main.inside) == (400, 0, 0)


def test_a_long_answer_leaves_in_parts_and_is_closed() -> None:
    closed: list[bool] = []

    class LongAnswer:
        def __iter__(self) -> Any:
            return iter([b"y" * 100_000] * 10)

        def close(self) -> None:
            closed.append(True)

    def long(_: dict[str, Any], start: Callable[..., Any]) -> Any:
        start("200 OK", [])
        return LongAnswer()

    client = Client("/file", [])
    run(make_gate(long), client)
    assert (len(client.body), closed) == (1_000_000, [True])
    assert len(client.sent) > 3


def test_a_reader_who_does_not_read_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gates, "SEND_S", 0.1)
    gate = make_gate(lambda _, start: (start("200 OK", []), iter([b"y" * 300_000] * 3))[1])
    client = Client("/file", [])

    async def stuck(message: dict[str, Any]) -> None:
        client.sent.append(message)
        await asyncio.sleep(0 if message["type"] == "http.response.start" else 30)

    work: Coroutine[Any, Any, None] = gate(client.scope, client.receive, stuck)
    asyncio.run(asyncio.wait_for(work, 10))
    assert client.sent[-1].get("more_body") is True
    assert gate.main.inside == 0


@pytest.mark.parametrize(("method", "path"), [("CONNECT", "a:1"), ("TRACE", "/"), ("GET", "*")])
def test_what_is_no_request_for_a_page_is_refused(method: str, path: str) -> None:
    client = Client(path, [])
    client.scope["method"] = method
    run(make_gate(echo), client)
    assert client.status == 400


def test_the_end_waits_for_what_is_in_hand() -> None:
    ended: list[str] = []
    gate = Gate(
        echo, Refusals({}), threads=1, upload_bytes=1000, at_end=lambda: ended.append("end")
    )
    steps = ["lifespan.startup", "lifespan.shutdown"]
    said: list[str] = []

    async def receive() -> dict[str, Any]:
        return {"type": steps.pop(0)}

    async def send(message: dict[str, Any]) -> None:
        said.append(message["type"])

    live: Awaitable[None] = gate({"type": "lifespan"}, receive, send)
    asyncio.run(live)  # type: ignore[arg-type]  # a coroutine
    assert (said, ended) == (["lifespan.startup.complete", "lifespan.shutdown.complete"], ["end"])
