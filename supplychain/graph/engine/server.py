"""The embedded graph: ArcadeDB in a process of its own, speaking Bolt on loopback.

The password is random, made at the first start, and kept with the port in
``data/graph/bolt.json`` (mode 0600), where the other processes of the installation read it. A copy
lies in ``data/graph/password``: a lost ``bolt.json`` is written anew at the next start.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import threading
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from supplychain import platforms
from supplychain.config import Settings
from supplychain.errors import Conflict
from supplychain.graph.engine.driver import bolt_file

if TYPE_CHECKING:
    from arcadedb_embedded.server import ArcadeDBServer

HEAP = "1g"


def serve_graph(config: Settings, *, port: int = 0, heap: str = HEAP) -> None:
    """Run the embedded graph until SIGTERM or Ctrl-C.

    ``port`` 0 keeps the port of the last start where it is free, else takes a free one.
    A password that is lost with its file is made anew.
    """
    server_class = _import_engine()
    file = bolt_file(config)
    root = file.parent
    root.mkdir(parents=True, exist_ok=True)
    if not _read_address(file):  # the engine would go on asking for the password that is lost
        (root / "engine" / "config" / "server-users.jsonl").unlink(missing_ok=True)
    bolt_port, password = choose_address(file, port)
    os.chdir(root)  # the engine writes ./log where it is started
    server = server_class(
        str(root / "engine"),
        root_password=password,
        config={
            "server_plugins": "Bolt:com.arcadedb.bolt.BoltProtocolPlugin",
            "bolt_port": bolt_port,
            "bolt_host": "127.0.0.1",
            "http_port": _free_port(0),
            "host": "127.0.0.1",
            "mode": "production",
            "server_defaultDatabases": "neo4j[root]",
            "txWalFlush": 2,
            "opencypher_loadCsv_allowFileUrls": False,
            "opencypher_loadCsv_allowRemoteUrls": False,
        },
        # -Xrs: the JVM must leave SIGTERM to us, or it shuts down under a process that stays.
        jvm_kwargs={"heap_size": heap, "jvm_args": "-Xrs"},
    )
    server.start()
    keep_address(file, port=bolt_port, password=password, user="root")
    print(f"Graph ready on 127.0.0.1:{bolt_port}", flush=True)  # noqa: T201 - the ready line
    _wait_for_signal()
    server.stop()
    os._exit(0)  # threads of the JVM would keep the process alive


def _import_engine() -> type[ArcadeDBServer]:
    """The engine's server, a JVM: only in the graph's own process.

    Raises:
        Conflict: it is not installed.
    """
    try:
        from arcadedb_embedded.server import ArcadeDBServer
    except ImportError as error:
        runs = platforms.has_embedded_graph()
        raise Conflict(
            "The embedded graph is not installed. Install it: scripts/environment"
            if runs
            else f"The embedded graph does not run here ({platforms.describe_machine()}). Name a "
            "Neo4j: SUPPLYCHAIN_GRAPH_URI; or start one: supplychain graph --engine neo4j"
        ) from error
    return ArcadeDBServer


def choose_address(file: Path, port: int) -> tuple[int, str]:
    """Port and password of this start: those of the last one where that is possible."""
    kept = _read_address(file)
    return port or _free_port(kept.get("port", 0)), kept.get("password") or secrets.token_urlsafe(
        24
    )


def _read_address(file: Path) -> dict[str, Any]:
    """Port and password of the last start; empty where they are lost."""
    try:
        kept = json.loads(file.read_text(encoding="ascii"))
        return kept if kept["password"] and int(kept["port"]) else {}
    except (OSError, ValueError, TypeError, KeyError):
        return {}


def _free_port(port: int) -> int:
    for wanted in (port, 0):
        with socket.socket() as probe:
            # A port whose last connections still linger is free: the same port again lets the
            # other processes find the graph where it was.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", wanted))
            except OSError:
                continue
            return probe.getsockname()[1]
    raise OSError("no free port on loopback")


def keep_address(file: Path, *, port: int, password: str, user: str) -> None:
    """Leave the address where the other processes of the installation look for it (0600)."""
    draft = file.with_suffix(".new")
    draft.touch(mode=0o600)
    draft.write_text(
        json.dumps({"port": port, "user": user, "password": password}), encoding="ascii"
    )
    draft.replace(file)


def _wait_for_signal() -> None:
    done = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        done.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    while not done.wait(1):
        pass
