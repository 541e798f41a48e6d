"""``supplychain worker``: do the jobs and what time makes due."""

from __future__ import annotations

import sys
from functools import partial

import click

from supplychain.graph.engine.driver import forget
from supplychain.graph.engine.starting import await_schema


@click.command()
@click.option("--beat", is_flag=True, help="Also keep time. Exactly one worker of all does.")
@click.option("--processes", type=click.IntRange(1, 64), default=2, show_default=True)
@click.option("--log-level", default="WARNING", show_default=True)
@click.option("--patience", default=0.0, help="Seconds to wait for a migration to begin.")
def command(*, beat: bool, processes: int, log_level: str, patience: float) -> None:
    """Work off jobs until Ctrl-C; what is in hand is finished first."""
    await_schema(partial(click.echo, err=True), patience_s=patience)
    forget()  # no driver crosses the fork of its children
    from supplychain.tasks.app import app  # Celery, only in the worker's process

    arguments = ["worker", f"--loglevel={log_level}", f"--concurrency={processes}"]
    arguments += ["--without-gossip", "--without-mingle"]
    if sys.platform == "win32":
        arguments.append("--pool=solo")
    if beat:
        arguments.append("--beat")
    app.worker_main(arguments)
