"""Who gets in: places, bodies and time, decided before a thread is given to a request.

Between the server, which holds the connections, and Flask, which works in threads. A request
comes in whole, waits for one of its lane's threads, and is refused at once where too many wait
already: whoever is inside stays quick, whoever is not learns so in milliseconds.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final
from wsgiref.types import WSGIApplication

import structlog

from supplychain import metrics
from supplychain.web.serving.calls import CallAnswer, call_app, make_environ, take_some
from supplychain.web.serving.intake import (
    Body,
    BodyRefused,
    Intake,
    Message,
    Receive,
    Send,
    SenderGone,
)
from supplychain.web.serving.refusals import Refusals

log = structlog.get_logger()

WAITING_FACTOR: Final = 4
"""How many requests may wait for each thread of a lane; what comes then is refused."""
WAIT_S: Final = 10.0
"""Who has waited this long for a thread is refused when it comes: a browser has given up."""
REFUSAL_PAUSE_S: Final = 0.5
"""How long a refusal for want of room is held back: who asks again at once would else take the time
of those inside."""
MOST_PAUSING_NUMBER: Final = 1000
"""How many refusals are held back at once; the rest leaves at once."""
SEND_S: Final = 30.0
"""How long a part of a long answer may take to leave; who reads slower loses the rest."""
NO_ACCOUNT_BYTES: Final = 2 * 1024 * 1024
"""The longest body of somebody who shows neither cookie nor token: a form."""
QUICK_THREADS_NUMBER: Final = 2
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
ALIVE_PATH: Final = "/healthz"
"""Answered here: it says that the process lives, and waits for no thread."""
QUICK_PATHS: Final = ("/static/", "/bootstrap/static/")
"""Files: they never wait behind what asks the graph."""
PROBE_PATHS: Final = ("/readyz", "/metrics")
"""What asks the graph, for machines: a lane of its own, so that a frozen graph fills it alone."""


@dataclass(slots=True, kw_only=True)
class Lane:
    """Threads for one kind of request, and how many are inside: at work or waiting."""

    name: str
    threads: int
    inside: int = 0
    pool: ThreadPoolExecutor = field(init=False)

    def __post_init__(self) -> None:
        """Make the threads; they start when they are needed."""
        self.pool = ThreadPoolExecutor(self.threads, thread_name_prefix=self.name)

    @property
    def is_full(self) -> bool:
        """Whether nobody else may come in."""
        return self.inside >= self.threads * (1 + WAITING_FACTOR)


class Gate:
    """An ASGI application before a WSGI one."""

    def __init__(
        self,
        app: WSGIApplication,
        refusals: Refusals,
        *,
        threads: int,
        upload_bytes: int,
        at_end: Callable[[], None],
    ) -> None:
        self.app = app
        self.refusals = refusals
        self.upload_bytes = upload_bytes
        self.at_end = at_end
        self.pausing = 0
        self.intake = Intake(20 * upload_bytes)
        self.main = Lane(name="main", threads=threads)
        self.quick = Lane(name="quick", threads=QUICK_THREADS_NUMBER)
        self.probes = Lane(name="probes", threads=QUICK_THREADS_NUMBER)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Take one request, or the beginning and the end of the process."""
        if scope["type"] == "lifespan":
            await self._follow_process(receive, send)
        elif scope["type"] == "http":
            try:
                await self._admit_request(scope, receive, send)
            except BodyRefused as refusal:
                await self._refuse_request(scope, refusal, send)
            except SenderGone:
                # Or what came cannot be read as a body: whoever sent that is still there.
                metrics.REFUSED.labels(reason="gone").inc()
                await self._send_whole(send, *self.refusals.answer(scope, 400))
            except TimeoutError:
                # Cut off in the middle, which the reader's end sees; never ended as if whole.
                metrics.REFUSED.labels(reason="slow_reader").inc()

    async def _refuse_request(self, scope: Message, refusal: BodyRefused, send: Send) -> None:
        metrics.REFUSED.labels(reason=refusal.reason).inc()
        if refusal.status == 503 and self.pausing < MOST_PAUSING_NUMBER:
            self.pausing += 1
            try:
                await asyncio.sleep(REFUSAL_PAUSE_S)
            finally:
                self.pausing -= 1
        await self._send_whole(send, *self.refusals.answer(scope, refusal.status))

    async def _follow_process(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.shutdown":
                await asyncio.to_thread(self._finish_work)
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return

    def _finish_work(self) -> None:
        for lane in (self.main, self.quick, self.probes):
            lane.pool.shutdown(wait=True, cancel_futures=True)
        self.at_end()

    async def _admit_request(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["method"] not in METHODS or not scope["raw_path"].startswith(b"/"):
            raise BodyRefused(400, "unreadable")
        if scope["path"] == ALIVE_PATH:
            await self._send_whole(send, *self.refusals.alive)
            return
        lane = self._lane_of(scope["path"])
        headers = dict(scope["headers"])
        limit_bytes = self._limit_body(headers)
        if lane.is_full:
            raise BodyRefused(503, "busy")
        if int(headers.get(b"content-length", 0)) > limit_bytes:
            raise BodyRefused(413, "large_body")
        body = await self.intake.receive(receive, limit_bytes=limit_bytes)
        try:
            if lane.is_full:
                raise BodyRefused(503, "busy")
            await self._answer_request(lane, scope, body, send)
        finally:
            body.close()

    def _lane_of(self, path: str) -> Lane:
        if path.startswith(QUICK_PATHS):
            return self.quick
        return self.probes if path.startswith(PROBE_PATHS) else self.main

    def _limit_body(self, headers: dict[bytes, bytes]) -> int:
        has_account = b"cookie" in headers or b"authorization" in headers
        return self.upload_bytes if has_account else min(NO_ACCOUNT_BYTES, self.upload_bytes)

    async def _answer_request(self, lane: Lane, scope: Message, body: Body, send: Send) -> None:
        """Let a thread of the lane answer, and send what it says."""
        loop = asyncio.get_running_loop()
        context, came = contextvars.copy_context(), loop.time()
        environ = make_environ(scope, body.open_file(), body.length_bytes)

        def answer_in_time() -> CallAnswer | None:
            return None if loop.time() - came > WAIT_S else call_app(self.app, environ)

        def run(work: Callable[..., Any], *args: Any) -> asyncio.Future[Any]:
            return loop.run_in_executor(lane.pool, partial(context.run, work, *args))

        lane.inside += 1
        metrics.INSIDE.labels(lane=lane.name).inc()
        try:
            answer = await run(answer_in_time)
            if answer is None:
                raise BodyRefused(503, "waited")
            try:
                await self._send_answer(answer, run, send)
            finally:
                await run(answer.close)
        finally:
            lane.inside -= 1
            metrics.INSIDE.labels(lane=lane.name).dec()

    async def _send_answer(
        self, answer: CallAnswer, run: Callable[..., asyncio.Future[Any]], send: Send
    ) -> None:
        if answer.rest is None:
            await self._send_whole(send, answer.status, answer.headers, answer.body)
            return
        await send(_begin_answer(answer.status, answer.headers))
        part, is_last = answer.body, False
        while part or not is_last:
            async with asyncio.timeout(SEND_S):
                await send({"type": "http.response.body", "body": part, "more_body": True})
            part, is_last = (b"", True) if is_last else await run(take_some, answer.rest)
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _send_whole(
        self, send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes
    ) -> None:
        with contextlib.suppress(OSError, RuntimeError):  # the reader has hung up
            await send(_begin_answer(status, headers))
            await send({"type": "http.response.body", "body": body, "more_body": False})


def _begin_answer(status: int, headers: list[tuple[bytes, bytes]]) -> Message:
    return {"type": "http.response.start", "status": status, "headers": headers}
