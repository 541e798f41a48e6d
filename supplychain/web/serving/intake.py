"""Receiving the body of a request whole, before a thread is given to it.

Whoever sends slowly holds some memory, never a thread, and loses its place when it falls below
the least rate.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from io import BytesIO
from tempfile import TemporaryFile
from typing import IO, Any, Final, TypeAlias

Message: TypeAlias = MutableMapping[str, Any]
"""One message of ASGI."""
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]

START_S: Final = 15.0
"""How long a body may take whatever its size: a small form on a bad line."""
LEAST_RATE_BYTES: Final = 32 * 1024
"""Bytes a second that a body must come with on average after that: a phone on a bad line."""
IN_MEMORY_BYTES: Final = 64 * 1024
"""What is longer goes to a file without a name, which ends with the process."""


class BodyRefused(Exception):
    """The body is not taken; ``status`` is the HTTP status of the answer."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class SenderGone(Exception):
    """Whoever sent has hung up: there is nobody to answer."""


class Intake:
    """Takes the bodies of one process, ``most_bytes`` of them at once in all."""

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self.held_bytes = 0

    async def receive(self, receive: Receive, *, limit_bytes: int) -> Body:
        """The whole body.

        Raises:
            BodyRefused: it is longer than ``limit_bytes`` (413), comes too slowly (408), or there
                is no room for it now (503).
            SenderGone: the connection was closed.
        """
        loop = asyncio.get_running_loop()
        began, body = loop.time(), Body(self)
        try:
            more = True
            while more:
                until = began + START_S + body.length_bytes / LEAST_RATE_BYTES
                async with asyncio.timeout_at(until):
                    message = await receive()
                if message["type"] != "http.request":
                    raise SenderGone
                await body.append(message.get("body", b""), limit_bytes)
                more = message.get("more_body", False)
        except TimeoutError:
            body.close()
            raise BodyRefused(408, "slow_body") from None
        except BaseException:
            body.close()
            raise
        return body


class Body:
    """What was sent, as a file that can be read from its beginning once it is whole."""

    def __init__(self, intake: Intake) -> None:
        self.length_bytes = 0
        self._intake = intake
        self._file: IO[bytes] = BytesIO()

    async def append(self, part: bytes, limit_bytes: int) -> None:
        """Add what came next.

        Raises:
            BodyRefused: too long (413), or no room (503).
        """
        if self.length_bytes + len(part) > limit_bytes:
            raise BodyRefused(413, "large_body")
        if self._intake.held_bytes + len(part) > self._intake.most_bytes:
            raise BodyRefused(503, "no_room")
        self.length_bytes += len(part)
        self._intake.held_bytes += len(part)
        if self.length_bytes <= IN_MEMORY_BYTES:
            self._file.write(part)
            return
        try:
            await asyncio.to_thread(self._write_to_disk, part)
        except OSError:  # the disk is full
            raise BodyRefused(503, "no_room") from None

    def _write_to_disk(self, part: bytes) -> None:
        if isinstance(self._file, BytesIO):
            before = self._file.getvalue()
            self._file = TemporaryFile()  # noqa: SIM115 - closed with the body
            self._file.write(before)
        self._file.write(part)

    def open_file(self) -> IO[bytes]:
        """The body from its beginning."""
        self._file.seek(0)
        return self._file

    def close(self) -> None:
        """Give its room back; twice does no harm."""
        self._intake.held_bytes -= self.length_bytes
        self.length_bytes = 0
        self._file.close()
