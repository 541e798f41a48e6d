"""The broker that needs no server: kombu's folder of messages, each of which appears whole.

Kombu's own transport creates a message's file before it writes it, so a reader may find it empty,
and the error that follows ends the worker. Here a message is written under another name first,
and what cannot be read is left out: it was only a hint, and the sweep sends it again.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path
from queue import Empty
from typing import Any, Final, TypeVar
from uuid import uuid4

from kombu.exceptions import ChannelError
from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps
from typing_extensions import override

log = logging.getLogger(__name__)
T = TypeVar("T")

HALF: Final = ".half"
"""How the name of a message ends that is not yet whole."""
READ_TRIES: Final = 20
READ_PAUSE_S: Final = 0.05
"""How often and how far apart a table of queues is read that another process is writing."""


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
            return super()._get(queue)
        except ValueError:
            log.warning("A message that cannot be read was left out of queue %s", queue)
            raise Empty from None

    @override
    def get_table(self, exchange: str) -> list[Any]:
        """The queues bound to an exchange."""
        queues: list[Any] = _read_whole(lambda: super(Channel, self).get_table(exchange))
        return queues

    @override
    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        _read_whole(lambda: super(Channel, self)._queue_bind(exchange, routing_key, pattern, queue))


class Transport(filesystem.Transport):
    """Kombu's transport with the channel above."""

    Channel = Channel


def _read_whole(read: Callable[[], T]) -> T:
    """What is read of a table, once whoever writes it is done."""
    for _ in range(READ_TRIES - 1):
        try:
            return read()
        except ValueError:
            time.sleep(READ_PAUSE_S)
    return read()


def register() -> None:
    """Let ``filesystem://`` mean this transport in the present process."""
    TRANSPORT_ALIASES["filesystem"] = f"{__name__}:{Transport.__name__}"
