"""The processes of one queue: a Celery worker that ends within a bound, however it is told to."""

from __future__ import annotations

import gc
import os
import secrets
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Any, Final

import structlog
from billiard.pool import TERMINATE
from billiard.process import active_children
from celery.apps.worker import Worker
from celery.signals import worker_process_init
from celery.worker import consumer, state
from typing_extensions import override

from supplychain.actions import jobs
from supplychain.graph.engine.driver import graph
from supplychain.model.jobs import Queue
from supplychain.tasks import jobs as tasks
from supplychain.tasks import stopping
from supplychain.tasks.app import app

log = structlog.get_logger()

END_S: Final = 8.0
"""After this long a hand that was told to end does, and gives back what its processes hold."""
GIVE_BACK_S: Final = 2.0
"""How long giving back may take; where the graph is away, the leases of the jobs run out."""
IDLE_LOOK_S: Final = 0.05
AGAIN_S: Final = 0.5
"""A second signal this long after the first is meant: end now."""
OLD_QUEUE: Final = "celery"
"""Where portals of before 0.1 send their hints."""


hand_process: list[int] = []
"""The id of the process that looks after the pool, set before the pool is forked."""


class Consumer(consumer.Consumer):
    """Celery's consumer, but no message, whatever is in it, ends the worker."""

    @override
    def create_task_handler(self, *args: Any, **kwargs: Any) -> Any:
        """What is called with each message."""
        handle = super().create_task_handler(*args, **kwargs)

        def handle_safely(message: Any) -> None:
            try:
                handle(message)
            except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
                log.warning("message_left_out", error=type(error).__name__)
                message.reject()

        return handle_safely


class Hand(Worker):
    """One Celery worker with its pool, for one queue."""

    began_s: float = 0.0

    @override
    def install_platform_tweaks(self, worker: Any) -> None:
        """Our own signals in the place of Celery's, whose second one may hang for ever."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.on_signal)

    def on_signal(self, _signal: int, _frame: FrameType | None) -> None:
        """The first one: finish or give back. One that comes later: end now."""
        if self.began_s and time.monotonic() - self.began_s > AGAIN_S:
            self.end_now()
        self.begin_to_stop()

    def begin_to_stop(self) -> None:
        """Take nothing new; let the pool finish what it has or give it back."""
        if self.began_s:
            return
        self.began_s = time.monotonic()
        state.should_stop = 0
        stopping.begin()
        for child in active_children():
            _send_signal(child.pid, signal.SIGTERM)
        threading.Thread(target=self._end_when_idle, daemon=True, name="end").start()

    def _end_when_idle(self) -> None:
        """End as soon as nothing is in hand; Celery's own way there takes seconds."""
        until = time.monotonic() + END_S
        while state.reserved_requests and time.monotonic() < until:
            time.sleep(IDLE_LOOK_S)
        self.end_now()

    def end_now(self) -> None:
        """End the pool and this process, and give back what the pool had in hand."""
        pool: Any = getattr(self.pool, "_pool", None)
        if hasattr(pool, "_state"):
            pool._state = TERMINATE  # or it starts others in the place of those killed here
        for child in active_children():
            _send_signal(child.pid, getattr(signal, "SIGKILL", signal.SIGTERM))
        giving = threading.Thread(target=_give_back, daemon=True)
        giving.start()
        giving.join(GIVE_BACK_S)
        os._exit(0)


def _send_signal(process_id: int, number: int) -> None:
    try:
        os.kill(process_id, number)
    except (ProcessLookupError, PermissionError):
        return


def _give_back() -> None:
    count = jobs.give_back_all(graph(), tasks.worker[0])
    log.info("jobs_given_back", jobs=count)


@worker_process_init.connect
def _outlive_signals(**_: Any) -> None:
    stopping.ignore()
    if hand_process and os.getppid() != hand_process[0]:
        os._exit(0)  # its hand ended while this process of the pool began


def make_node_name(queue: Queue) -> str:
    """A name that no other worker has, even with the same host name and the same process id."""
    return f"{queue}-{os.getpid()}-{secrets.token_hex(3)}@{socket.gethostname()}"


def run_hand(
    queue: Queue, *, processes: int, log_level: str, on_made: Callable[[Hand], None]
) -> int:
    """Do what waits in a queue until told to stop; returns the exit code.

    Args:
        queue: which one.
        processes: jobs at a time.
        log_level: Celery's, a name.
        on_made: called with the worker before it starts.
    """
    name = make_node_name(queue)
    tasks.worker[0] = f"{name}/"
    if sys.platform != "win32":
        hand_process[:] = [os.getpid()]
    hand = Hand(
        app=app,
        hostname=name,
        pool_cls="solo" if sys.platform == "win32" else "prefork",
        concurrency=processes,
        loglevel=log_level,
        queues=[queue.value, *([OLD_QUEUE] if queue is Queue.RANKINGS else [])],
        without_gossip=True,
        without_mingle=True,
        quiet=True,
        redirect_stdouts=False,
    )
    on_made(hand)
    # What a worker left that ended before is begun at once.
    threading.Thread(target=tasks.hint, args=(queue,), daemon=True, name="hint").start()
    gc.collect()
    gc.freeze()  # or the first collection of the pool's processes copies all that they share
    hand.start()
    return int(hand.exitcode or 0)
