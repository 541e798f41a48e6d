"""The broker that needs no server: kombu's folder of messages, each of which appears whole.

Kombu's own transport creates a message's file before it writes it, so a reader may find it empty,
and the error that follows ends the worker. Here a message is written under another name first,
and what cannot be read is left out: it was only a hint, and the clock sends it again. The tables
of who reads which exchange are written under a lock; one that a full disk emptied is begun anew.
"""

from __future__ import annotations

import logging
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty
from typing import IO, Any, Final
from uuid import uuid4

from kombu.exceptions import ChannelError
from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps, loads
from typing_extensions import override

log = logging.getLogger(__name__)

HALF: Final = ".half"
"""How the name of a message ends that is not yet whole."""
UNREADABLE: Final = (AttributeError, IndexError, KeyError, TypeError, ValueError)
"""What reading a message raises that is none."""
SHARED: Final[int] = getattr(filesystem, "LOCK_SH")  # noqa: B009 - it is not exported by name
EXCLUSIVE: Final[int] = getattr(filesystem, "LOCK_EX")  # noqa: B009 - neither is this
NODE: Final = re.compile(r"[a-z]+-(?P<pid>[0-9]+)-[0-9a-f]{6}@.*\.celery\.pidbox")
"""The letter box of a worker: its node's name has the id of its process (``tasks.hands``)."""


class Channel(filesystem.Channel):
    """Messages in a folder."""

    @override
    def _put(self, queue: str, payload: Any, **_: Any) -> None:
        name = f"{time.monotonic_ns():020}_{uuid4()}.{queue}.msg"
        whole = Path(self.data_folder_out) / name
        half = whole.with_name(name + HALF)
        try:
            half.write_text(dumps(payload), "utf-8")
            half.replace(whole)
        except OSError as error:
            raise ChannelError(f"Cannot add {name} to the folder of messages") from error

    @override
    def _get(self, queue: str) -> Any:
        try:
            payload = super()._get(queue)
            _check_message(self.message_to_python(payload))
        except UNREADABLE:
            log.warning("A message that cannot be read was left out of queue %s", queue)
            raise Empty from None
        return payload

    @override
    def _lookup(self, exchange: str, routing_key: str, default: str | None = None) -> Any:
        """The queues of a message. A queue of a name of its own needs no table to be found."""
        if exchange and exchange == routing_key:
            return [routing_key]
        return super()._lookup(exchange, routing_key, default)

    @override
    def get_table(self, exchange: str) -> list[Any]:
        """The queues bound to an exchange; none where its file cannot be read."""
        path = self._exchange_file(exchange)
        try:
            with path.open("rb") as file, _hold_lock(file, SHARED):
                return _read_table(file, exchange)
        except FileNotFoundError:
            return []
        except OSError as error:
            raise ChannelError(f"Cannot open {path}") from error

    @override
    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        """Add a queue to an exchange; queues of workers that have died go."""
        path = self._exchange_file(exchange)
        bound = filesystem.exchange_queue_t(routing_key or "", pattern or "", queue or "")
        try:
            path.parent.mkdir(exist_ok=True)
            path.touch()
            with path.open("rb+") as file, _hold_lock(file, EXCLUSIVE):
                before = _read_table(file, exchange)
                kept = [one for one in before if one != bound and not _is_dead(one.queue)]
                file.seek(0)
                file.write(dumps([bound, *kept]).encode())
                file.truncate()
        except OSError as error:
            raise ChannelError(f"Cannot open {path}") from error
        for gone in {one.queue for one in before} - {one.queue for one in kept} - {queue}:
            self._purge(gone)


class Transport(filesystem.Transport):
    """Kombu's transport with the channel above."""

    Channel = Channel


def _check_message(message: Any) -> None:
    """Raise what is ``UNREADABLE`` where a message is none."""
    if not isinstance(message.delivery_tag, str) or not isinstance(message.headers, dict):
        raise TypeError(type(message.headers))


@contextmanager
def _hold_lock(file: IO[bytes], how: int) -> Iterator[None]:
    filesystem.lock(file, how)
    try:
        yield
    finally:
        file.flush()
        filesystem.unlock(file)


def _read_table(file: IO[bytes], exchange: str) -> list[Any]:
    """What is in the file of an exchange: nothing where a full disk emptied or tore it."""
    text = file.read()
    if not text:
        return []
    try:
        return [filesystem.exchange_queue_t(*entry) for entry in loads(text)]
    except (ValueError, TypeError):
        log.warning("The table of exchange %s cannot be read and is begun anew", exchange)
        return []


def _is_dead(queue: str) -> bool:
    """Whether a queue is the letter box of a worker of this machine that has ended."""
    node = NODE.match(queue)
    if node is None or os.name != "posix":
        return False
    try:
        os.kill(int(node["pid"]), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def register() -> None:
    """Let ``filesystem://`` mean this transport in the present process."""
    TRANSPORT_ALIASES["filesystem"] = f"{__name__}:{Transport.__name__}"
