"""When a process may begin to work: the graph answers and its schema is this program's.

Processes start in any order. One that finds no graph, or a migration that runs, waits and says so;
one that finds an older schema that nobody brings up to date ends with the command that does.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Final

from neo4j import Driver

from supplychain.errors import SupplyChainError, Unavailable
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.migration_lock import POLL_S, SAY_EVERY_S, LockWatch, Say
from supplychain.graph.engine.schema import Schema, read_schema

RIGHT_S: Final = 30.0
"""For how long a schema that was right is not looked at again."""
WRONG_S: Final = 1.0
"""And one that was wrong."""
AWAY_S: Final = 5.0
"""And one that could not be read."""
SLOW_S: Final = 1.0
"""Who waited for longer than this for a graph that is away need not wait for it once more."""


def await_schema(say: Say, *, patience_s: float = 0.0, without_graph: bool = False) -> None:
    """Return when this process may work on the graph.

    Args:
        say: is told every few seconds what is waited for.
        patience_s: seconds for which an older schema is waited for before a migration has begun.
            Without end (``math.inf``), what is wrong with the schema is waited out, whatever it is.
        without_graph: whether the process starts all the same where no graph answers.

    Raises:
        Unavailable: the schema is older, and nobody brings it up to date.
        Conflict: the schema is too new for this program, or a migration was edited.
    """
    began, said_at, watch = time.monotonic(), 0.0, None
    while True:
        schema: Schema | None = None
        words = "Waiting for the schema: supplychain migrate has not begun"
        try:
            schema = read_schema(graph())
            watch = watch or LockWatch(graph(), say)
        except Unavailable as error:
            if without_graph:
                say(f"{error.text} This process starts, and answers 503 until the graph does.")
                return
            words = f"Waiting for the graph: {error.text}"
        if schema is not None:
            wrong = _find_wrong(schema)
            if wrong is None:
                return
            if not _waits_out(wrong, watch, began + patience_s):
                raise wrong
            if not isinstance(wrong, Unavailable):
                words = f"Waiting for the schema: {wrong.text}"
        if time.monotonic() - said_at >= SAY_EVERY_S and not (watch and watch.seen[0]):
            said_at = time.monotonic()
            say(words)
        time.sleep(POLL_S)


def _waits_out(wrong: SupplyChainError, watch: LockWatch | None, until: float) -> bool:
    """Whether what is wrong with the schema may pass: somebody migrates it, or patience lasts."""
    if not isinstance(wrong, Unavailable):
        return math.isinf(until)
    runs = watch is not None and watch.look() is not None and not watch.lost
    return runs or time.monotonic() < until


class SchemaGate:
    """Whether a process that serves may go on: the schema is looked at anew now and then."""

    def __init__(self, driver: Callable[[], Driver] = graph) -> None:
        self.driver = driver
        self.look_at = float("-inf")
        self.refusal: SupplyChainError | None = None

    def find_refusal(self) -> SupplyChainError | None:
        """Why this process must not work on the graph; None: it may, or the graph is away.

        Raises:
            Unavailable: the graph is away, and it took long to find out.
        """
        now = time.monotonic()
        if now < self.look_at:
            return self.refusal
        self.look_at = now + AWAY_S  # one request looks, those beside it do not
        try:
            schema = read_schema(self.driver())
        except Unavailable:
            if time.monotonic() - now > SLOW_S:
                raise
            return self.refusal
        except SupplyChainError as error:
            self.refusal = error
        else:
            self.refusal = _find_wrong(schema)
        self.look_at = now + (RIGHT_S if self.refusal is None else WRONG_S)
        return self.refusal


def _find_wrong(schema: Schema) -> SupplyChainError | None:
    try:
        schema.check()
    except SupplyChainError as error:
        return error
    return None
