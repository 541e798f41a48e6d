"""``supplychain demo``: everything on one machine, with a network to try it on."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sys
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Final, NoReturn
from urllib.parse import urlsplit

import click

from supplychain.commands.graph import prepare_graph
from supplychain.config import settings
from supplychain.demo.processes import Child, Processes
from supplychain.demo.state import State, keep_state, owned, read_state, today
from supplychain.errors import Conflict

TRIED_PORTS = 50
PATIENT: Final = ("--patience", "120")
"""The portal starts while the graph does, and may find it before its schema is up to date."""
TRUST: Final = """
Whom to trust: rank suppliers as the leader and prices show; register a firm of your own, and they
are on request. The forge: Our firm > Who sees our prices; Orders > Claims about my deliveries."""


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option(
    "--data",
    "data_folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Data folder.",
)
@click.option(
    "--check", is_flag=True, help="Do the main job through the API, in a folder of its own."
)
@click.option("--url", default="", help="With --check: an installation that runs somewhere.")
@click.option(
    "--password",
    envvar="SUPPLYCHAIN_DEMO_PASSWORD",
    help="With --url: the password of the demo's accounts there; asked for unless given.",
)
@click.option("--load-only", is_flag=True, help="Load the network into the graph, print accounts.")
def command(
    *,
    port: int,
    data_folder: Path | None,
    check: bool,
    url: str,
    password: str | None,
    load_only: bool,
) -> None:
    """Start graph, worker and portal with the invented network; Ctrl-C stops all."""
    if url:
        sys.exit(_check_elsewhere(url, password, check=check))
    # A shell starts what runs in the background with SIGINT ignored: ask for it by name.
    signal.signal(signal.SIGINT, _raise_interrupt)
    signal.signal(signal.SIGTERM, _raise_interrupt)
    if not check:
        kept = data_folder or Path(os.environ.get("SUPPLYCHAIN_DATA", "data"))
        sys.exit(_load_demo(kept) if load_only else _run_demo(port, kept, check=False))
    folder = data_folder or Path(tempfile.mkdtemp(prefix="supplychain-check-"))
    try:
        sys.exit(_run_demo(port, folder, check=True))
    finally:
        if data_folder is None:
            shutil.rmtree(folder, ignore_errors=True)


def _check_elsewhere(url: str, password: str | None, *, check: bool) -> int:
    """Do the main job at an installation that somebody else runs; returns the exit code."""
    from supplychain.demo.check.installation import CheckedInstallation
    from supplychain.demo.check.main_job import check_main_job

    if not check:
        raise click.UsageError("--url goes with --check.")
    if urlsplit(url).scheme not in {"http", "https"}:
        raise click.BadParameter("An address begins with http:// or https://.", param_hint="--url")
    secret = password or click.prompt("Password of the demo's accounts", hide_input=True)
    there = CheckedInstallation(url=url.rstrip("/"), secret=secret, is_here=False)
    return 0 if check_main_job(there) else 1


def _load_demo(folder: Path) -> int:
    """Load the network into a graph that runs, and print who can sign in; returns the exit code."""
    from supplychain.actions.verification import AT_MACHINE, watch_firms
    from supplychain.demo.load import load_network
    from supplychain.graph.engine.driver import graph
    from supplychain.graph.engine.migrate import migrate

    _use_folder(folder)
    state = read_state(settings().data_dir, day=today())
    migrate(graph())
    if state.new and watch_firms(graph(), by=AT_MACHINE, mark="", text="", limit=1):
        raise Conflict("This graph is in use already. The demo needs one of its own.")
    if not state.loaded:
        state = keep_state(settings().data_dir, replace(state, new=False))
        load_network(graph(), settings().data_dir, day=state.day)
        keep_state(settings().data_dir, replace(state, loaded=True))
    _print_accounts(settings().public_url)
    return 0


def _raise_interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _run_demo(port: int, folder: Path, *, check: bool) -> int:
    """Start, serve or check, and stop; returns the exit code."""
    _use_folder(folder)
    state = read_state(settings().data_dir, day=today())
    if state.running:
        raise Conflict("The demo runs already, on this data folder: %(url)s", url=state.url)
    processes = Processes(settings().data_dir / "logs")
    try:
        url = _start_processes(processes, find_free_port(port), state)
        if check:
            from supplychain.demo.check.installation import CheckedInstallation
            from supplychain.demo.check.main_job import check_main_job

            return 0 if check_main_job(CheckedInstallation.here(url)) else 1
        _print_accounts(url)
        return _watch_processes(processes)
    except KeyboardInterrupt:
        click.echo("\nStopping …")
        return 1 if check else 0
    finally:
        _stop_processes(processes)


def _use_folder(folder: Path) -> None:
    """Make this folder the data folder of this process and of those it starts."""
    os.environ["SUPPLYCHAIN_DATA"] = str(folder.resolve())
    settings.cache_clear()
    settings().data_dir.mkdir(parents=True, exist_ok=True)


def _start_processes(processes: Processes, port: int, state: State) -> str:
    from supplychain.actions.categories.carrying import tell_carried
    from supplychain.demo.load import load_network
    from supplychain.graph.engine.driver import graph
    from supplychain.graph.engine.installation import mark_installation
    from supplychain.graph.engine.migrate import list_pending, list_shipped, migrate

    url = f"http://127.0.0.1:{port}"
    web: Child | None = None
    if state.loaded:  # nothing to load: the portal starts while the graph does
        web = processes.start("portal", "web", "--port", str(port), *PATIENT)
    if settings().embedded:
        prepare_graph(settings())
        click.echo("Starting the graph")
        child = processes.start("graph", "graph")
        processes.wait(child, lambda: "Graph ready" in child.said())
    if state.new and len(list_pending(graph())) < len(list_shipped()):
        raise Conflict("This graph is in use already. Give the demo a folder of its own: --data")
    state = keep_state(settings().data_dir, owned(state, url=url))
    migrate(graph(), click.echo)
    tell_carried(graph(), click.echo)
    mark_installation(graph(), settings())
    if not state.loaded:
        load_network(graph(), settings().data_dir, day=state.day)
        keep_state(settings().data_dir, replace(state, loaded=True))
    click.echo("Starting worker and portal")
    web = web or processes.start("portal", "web", "--port", str(port))
    processes.start("worker", "worker")
    processes.wait(web, lambda: _is_ready(url))
    return url


def _is_ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=5) as answer:  # noqa: S310 - loopback
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def _print_accounts(url: str) -> None:
    from supplychain.demo.people import ACCOUNTS
    from supplychain.demo.state import password

    click.echo(f"\nReady: {url}\n" if url else "")
    click.echo("All firms here are invented. Accounts to try:")
    for account in ACCOUNTS:
        click.echo(f"  {account.email:<26} {account.does}")
    click.echo(f"  password of all: {password(settings().data_dir)}")
    click.echo(TRUST)
    click.echo(f"\nData: {settings().data_dir}   Stop: Ctrl-C\n")


def _watch_processes(processes: Processes) -> NoReturn:
    while True:
        time.sleep(1)
        processes.revive()


def _stop_processes(processes: Processes) -> None:
    from supplychain.graph.engine.driver import forget

    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    forget()
    processes.stop()
    state = read_state(settings().data_dir, day=today())
    if not state.new:
        keep_state(settings().data_dir, replace(state, url="", pid=0, started=0.0))
    signal.signal(signal.SIGINT, before)


def find_free_port(wanted: int) -> int:
    """The wanted port, or the next one that is free.

    Raises:
        Conflict: fifty ports from it on are taken.
    """
    for port in range(wanted, min(wanted + TRIED_PORTS, 65536)):
        with socket.socket() as probe:
            if os.name == "posix":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        if port != wanted:
            click.echo(f"Port {wanted} is taken; using {port}.")
        return port
    raise Conflict("No port is free from %(wanted)d on. Choose another: --port", wanted=wanted)
