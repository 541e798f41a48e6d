"""``supplychain worker``: do the jobs and what time makes due."""

from __future__ import annotations

import sys

import click

from supplychain.config import settings
from supplychain.metrics_folder import share_figures


@click.command()
@click.option("--beat", is_flag=True, help="Also keep time. Exactly one worker of all does.")
@click.option("--processes", type=click.IntRange(1, 64), default=2, show_default=True)
@click.option("--log-level", default="WARNING", show_default=True)
def command(*, beat: bool, processes: int, log_level: str) -> None:
    """Work off jobs until Ctrl-C; what is in hand is finished first."""
    share_figures(settings().data_dir)
    from supplychain.tasks.app import app  # Celery, only in the worker's process

    arguments = ["worker", f"--loglevel={log_level}", f"--concurrency={processes}"]
    arguments += ["--without-gossip", "--without-mingle"]
    if sys.platform == "win32":
        arguments.append("--pool=solo")
    if beat:
        arguments.append("--beat")
    app.worker_main(arguments)
