"""``supplychain web``: serve the portal and the API."""

from __future__ import annotations

import socket
import sys
from functools import partial
from typing import TYPE_CHECKING, Final

import click

from supplychain import logs
from supplychain.config import settings
from supplychain.errors import Conflict
from supplychain.metrics_folder import share_figures

if TYPE_CHECKING:
    from supplychain.web.serving.gate import Gate

HEAD_S: Final = 10
"""How long the head of a request may take, and how long a connection may be idle."""
HEAD_BYTES: Final = 64 * 1024
"""The longest head: a browser's is 2 KB, cookies included."""
STOP_S: Final = 20
"""How long what is in hand may take at the end: longer than a small body may."""
BACKLOG_NUMBER: Final = 2048
MOST_CONNECTIONS_NUMBER: Final = 4096
"""Connections that a process holds at once; what comes then waits until one leaves."""
OWN_FILES: Final = 256
"""Files and connections that a process needs for itself."""


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True)
@click.option("--threads", type=click.IntRange(1, 256), default=16, show_default=True)
@click.option("--patience", default=0.0, help="Seconds to wait for a migration to begin.")
def command(host: str, port: int, workers: int, threads: int, patience: float) -> None:
    """Serve the portal and the API until Ctrl-C."""
    from granian.constants import HTTPModes, Interfaces
    from granian.http import HTTP1Settings
    from granian.log import LogLevels
    from granian.server import Server

    _check_free(host, port)
    share_figures(settings().data_dir)
    # Only now: whoever counts is told when it is imported where the figures are shared.
    from supplychain.graph.engine.driver import forget
    from supplychain.graph.engine.starting import await_schema

    await_schema(partial(click.echo, err=True), patience_s=patience, without_graph=True)
    forget()  # no driver crosses the fork of a server's processes
    Server(
        "supplychain.commands.web:make_gate",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        workers=workers,
        backlog=BACKLOG_NUMBER,
        backpressure=_count_connections(),
        http=HTTPModes.http1,
        websockets=False,
        http1_settings=HTTP1Settings(header_read_timeout=HEAD_S * 1000, max_buffer_size=HEAD_BYTES),
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_S,
        log_level=LogLevels.warning,
    ).serve(target_loader=ThreadedLoader(threads))


def _check_free(host: str, port: int) -> None:
    """Refuse an address that another program has: the server itself would share it in silence.

    Raises:
        Conflict: it is taken, or not of this machine.
    """
    try:
        with socket.create_server((host, port), family=_family_of(host)):
            pass
    except OSError as error:
        raise Conflict(
            "%(host)s:%(port)s cannot be listened on: %(reason)s. Choose another with --host or "
            "--port.",
            host=host,
            port=port,
            reason=error.strerror or type(error).__name__,
        ) from error


def _family_of(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


class ThreadedLoader:
    """Makes the application of a worker, in the worker: drivers do not cross a fork."""

    def __init__(self, threads: int) -> None:
        self.threads = threads

    def __call__(self, _target: str) -> Gate:
        """The application."""
        return make_gate(self.threads)


def make_gate(threads: int = 16) -> Gate:
    """The application of this process as it is served; nothing is connected yet."""
    from supplychain.graph.engine import waits
    from supplychain.tasks.clock import start_keeper
    from supplychain.web.serving.portal import make_portal

    waits.limit(waits.PAGE)
    start_keeper()
    logs.configure_logs(settings().log_format)
    return make_portal(settings(), threads=threads)


def _count_connections() -> int:
    """How many connections a process may hold, by what the machine lets it open."""
    if sys.platform == "win32":
        return MOST_CONNECTIONS_NUMBER
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_CONNECTIONS_NUMBER + OWN_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    if soft == resource.RLIM_INFINITY:
        return MOST_CONNECTIONS_NUMBER
    return max(64, min(MOST_CONNECTIONS_NUMBER, soft - OWN_FILES))
