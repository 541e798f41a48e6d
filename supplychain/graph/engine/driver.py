"""One driver per process, built at first use.

A driver that crossed ``fork()`` hangs without an exception, so the process that made it is
remembered and a child builds its own.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from neo4j import Driver, GraphDatabase

from supplychain.config import Settings, settings
from supplychain.errors import Unavailable

POOL_CONNECTIONS_NUMBER = 32
"""Connections that one process may open."""
_held: dict[str, tuple[tuple[int, int], Driver]] = {}


def graph() -> Driver:
    """The driver of this process.

    Raises:
        Unavailable: the embedded graph has not been started.
    """
    held = _held.get("driver")
    now = (os.getpid(), _made_at(settings()))
    if held is None or held[0] != now:
        held = (now, connect(settings()))
        _held["driver"] = held
    return held[1]


def _made_at(config: Settings) -> int:
    """When the embedded graph last wrote its address: a restart may have moved it."""
    if not config.embedded:
        return 0
    try:
        return bolt_file(config).stat().st_mtime_ns
    except OSError:
        return 0


def forget() -> None:
    """Drop the driver of this process; the next use builds a new one."""
    held = _held.pop("driver", None)
    if held is not None and held[0][0] == os.getpid():
        held[1].close()


def connect(config: Settings) -> Driver:
    """A new driver for these settings; nothing is sent yet.

    Raises:
        Unavailable: the embedded graph has not been started.
    """
    uri, user, password = bolt_address(config)
    return GraphDatabase.driver(
        uri,
        auth=(user, password),
        max_connection_pool_size=POOL_CONNECTIONS_NUMBER,
        connection_timeout=3,
        liveness_check_timeout=30,
        notifications_min_severity="OFF",
        telemetry_disabled=True,
    )


def bolt_address(config: Settings) -> tuple[str, str, str]:
    """URI, user and password of the graph.

    Raises:
        Unavailable: the embedded graph has not been started.
    """
    if config.graph_uri is not None:
        return config.graph_uri, config.graph_user, config.graph_password
    try:
        bolt = json.loads(bolt_file(config).read_text(encoding="ascii"))
        address, password = f"bolt://127.0.0.1:{int(bolt['port'])}", str(bolt["password"])
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise Unavailable(
            "The embedded graph is not running. Start it: supplychain graph"
        ) from error
    return address, str(bolt.get("user", "root")), password


def bolt_file(config: Settings) -> Path:
    """Where the embedded graph leaves its port and password (mode 0600)."""
    return config.data_dir / "graph" / "bolt.json"


def _reset_after_fork() -> None:
    # Closing the parent's sockets from the child would break the parent: only forget them.
    _held.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_reset_after_fork)
