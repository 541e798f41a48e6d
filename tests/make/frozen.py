"""A way to the graph that can freeze: connections are taken, and nothing is answered any more."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from urllib.parse import urlsplit

from supplychain.config import settings
from supplychain.graph.engine import driver as drivers


class FreezableWay:
    """Passes bytes on between a port of its own and the graph until it is frozen."""

    def __init__(self) -> None:
        uri, self.user, self.password = drivers.bolt_address(settings())
        parts = urlsplit(uri)
        self._graph = (parts.hostname or "127.0.0.1", parts.port or 7687)
        self._moving = threading.Event()
        self._moving.set()
        self._held_since = self._held_until = 0.0
        self._door = socket.create_server(("127.0.0.1", 0))
        self.uri = f"bolt://127.0.0.1:{self._door.getsockname()[1]}"
        threading.Thread(target=self._take, daemon=True).start()

    def freeze(self) -> None:
        """From now on nothing passes; new connections are taken all the same."""
        self._moving.clear()

    def thaw(self) -> None:
        """All passes again, what was held back too."""
        self._moving.set()

    def hold(self, seconds: float) -> None:
        """Freeze the connections there are for a while; new ones are served."""
        self._held_since = time.monotonic()
        self._held_until = self._held_since + seconds

    def close(self) -> None:
        self._door.close()
        self._moving.set()

    def _take(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._door.accept()
                graph = socket.create_connection(self._graph)
                for source, target in ((client, graph), (graph, client)):
                    threading.Thread(target=self._pass, args=(source, target), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket) -> None:
        began = time.monotonic()
        with contextlib.suppress(OSError):
            while some := source.recv(65536):
                self._moving.wait()
                if began < self._held_since:
                    time.sleep(max(0.0, self._held_until - time.monotonic()))
                target.sendall(some)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
