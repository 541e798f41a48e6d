"""``supplychain worker``: do the jobs and what time makes due."""

from __future__ import annotations

import math
import os
import signal
import sys
import threading
from functools import partial
from typing import Final

import click

from supplychain.config import settings
from supplychain.metrics_folder import share_figures
from supplychain.model.jobs import Queue
from supplychain.tasks.supervisor import Parent, Supervisor, child_command, run_to_end

CLOCK: Final = "clock"
SCHEMA: Final = "schema"
"""A part that only waits until the schema is right, and ends: the driver that it takes for that is
as large as all else in the process that starts the others."""
PARTS: Final = (CLOCK, *(queue.value for queue in Queue))


@click.command()
@click.option(
    "--only",
    "parts",
    type=click.Choice(PARTS),
    multiple=True,
    help="Run this part alone; may be repeated. Without it, all run.",
)
@click.option(
    "--processes",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Jobs at a time, in each queue.",
)
@click.option("--log-level", default="WARNING", show_default=True)
@click.option("--beat", is_flag=True, help="Means nothing any more: every worker keeps time.")
@click.option("--patience", default=0.0, help="Seconds to wait for a migration to begin.")
@click.option("--part", type=click.Choice((*PARTS, SCHEMA)), hidden=True)
def command(
    *,
    parts: tuple[str, ...],
    processes: int,
    log_level: str,
    beat: bool,
    patience: float,
    part: str | None,
) -> None:
    """Do jobs and keep time until Ctrl-C; what is in hand is finished or given back.

    Starts a process that keeps time and one for each queue (rankings, imports, studies), and
    starts again what ends. As many workers as wanted, on as many machines: one of all keeps time.
    """
    share_figures(settings().data_dir)
    if part is not None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        parent = Parent()
        if part == SCHEMA:
            _await_schema(patience)
            return
        sys.exit(
            _run_clock(parent)
            if part == CLOCK
            else _run_queue(parent, Queue(part), processes, log_level)
        )
    code = run_to_end(child_command(SCHEMA, f"--patience={patience}"))
    if code:
        sys.exit(code)
    if beat:
        click.echo("--beat is not needed any more: every worker keeps time.", err=True)
    options = (f"--processes={processes}", f"--log-level={log_level}")
    wanted = [name for name in PARTS if name in parts or not parts]
    Supervisor({name: child_command(name, *options) for name in wanted}).run()


def _await_schema(patience_s: float) -> None:
    # Only now: whoever counts is told when it is imported where the figures are shared.
    from supplychain.graph.engine.starting import await_schema

    await_schema(partial(click.echo, err=True), patience_s=patience_s)


def _run_clock(parent: Parent) -> int:
    from supplychain.model.clock import KeeperKind
    from supplychain.tasks import clock

    _await_schema(math.inf)
    keeper = clock.Keeper(KeeperKind.WORKER, clock.list_duties())

    def stop_soon() -> None:
        keeper.stop()
        timer = threading.Timer(clock.FINISH_S + clock.RELEASE_S, os._exit, (0,))
        timer.daemon = True
        timer.start()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _signal, _frame: stop_soon())
    parent.heed(stop_soon, lambda: os._exit(0))
    threading.Thread(target=clock.watch_stuck, args=(keeper,), daemon=True).start()
    keeper.run()
    return 0


def _run_queue(parent: Parent, queue: Queue, processes: int, log_level: str) -> int:
    from supplychain.tasks.hands import Hand, run_hand

    def listen(hand: Hand) -> None:
        parent.heed(hand.begin_to_stop, hand.end_now)

    _await_schema(math.inf)
    return run_hand(queue, processes=processes, log_level=log_level, on_made=listen)
