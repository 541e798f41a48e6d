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
from typing import Any

from supplychain.config import Settings
from supplychain.errors import Unavailable
from supplychain.graph.engine.driver import bolt_file

HEAP = "1g"


def serve_graph(
    config: Settings, *, port: int = 0, heap: str = HEAP, resets_password: bool = False
) -> None:
    """Run the embedded graph until SIGTERM or Ctrl-C.

    ``port`` 0 keeps the port of the last start where it is free, else takes a free one.
    ``resets_password`` makes a fresh password for a graph whose own is lost.

    Raises:
        Unavailable: the password of a graph that is there is lost.
    """
    from arcadedb_embedded.server import ArcadeDBServer  # a JVM: only in the graph's process

    file = bolt_file(config)
    root = file.parent
    root.mkdir(parents=True, exist_ok=True)
    kept = _read_address(file)
    password = _settle_password(root, kept, resets=resets_password)
    bolt_port = port or _free_port(kept.get("port", 0))
    os.chdir(root)  # the engine writes ./log where it is started
    server = ArcadeDBServer(
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
    _keep_address(file, port=bolt_port, password=password)
    print(f"Graph ready on 127.0.0.1:{bolt_port}", flush=True)  # noqa: T201 - the ready line
    _wait_for_signal()
    server.stop()
    os._exit(0)  # threads of the JVM would keep the process alive


def _read_address(file: Path) -> dict[str, Any]:
    """What the last start left; nothing where the file is lost, empty or torn."""
    try:
        kept = json.loads(file.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) else {}


def _settle_password(root: Path, kept: dict[str, Any], *, resets: bool) -> str:
    """The password of the engine: the one that is kept, its copy, or a fresh one.

    The engine keeps a salted hash of it. Taking that away makes it take the next one: whoever may
    write to this folder may read the graph's own files anyway.
    """
    copy, users = root / "password", root / "engine" / "config" / "server-users.jsonl"
    text = kept.get("password") or (copy.read_text(encoding="ascii") if copy.exists() else "")
    if resets:
        text = ""
        users.unlink(missing_ok=True)
    if not text and users.exists():
        raise Unavailable(
            "The password of the embedded graph is lost: bolt.json and its copy are gone. Make a "
            "fresh one: supplychain graph --reset-password"
        )
    password = text.strip() or secrets.token_urlsafe(24)
    _write_private(copy, password)
    return password


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


def _keep_address(file: Path, *, port: int, password: str) -> None:
    _write_private(file, json.dumps({"port": port, "password": password}))


def _write_private(file: Path, text: str) -> None:
    draft = file.with_suffix(".new")
    draft.touch(mode=0o600)
    draft.write_text(text, encoding="ascii")
    draft.replace(file)


def _wait_for_signal() -> None:
    done = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        done.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    while not done.wait(1):
        pass
