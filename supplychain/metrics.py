"""Figures of this process for Prometheus; those of all processes of a machine are added up.

Labels are names of routes, kinds and states: never an id, a firm or a price.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Final, ParamSpec, TypeVar

from prometheus_client import (
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from supplychain.metrics_folder import FOLDER_VARIABLE, drop_ended

P = ParamSpec("P")
T = TypeVar("T")

GRAPH_FAULTS: Final = ("unavailable", "outcome_unknown")
"""Codes of the refusals that mean that the graph did not do it."""
REQUEST_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
WORK_BUCKETS: Final = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600)
"""Seconds, from what nobody notices to what nobody waits for."""

REQUESTS: Final = Counter(
    "supplychain_requests", "Requests that were answered.", ("route", "method", "status")
)
REQUEST_TIME: Final = Histogram(
    "supplychain_request_seconds", "Time to answer.", ("route",), buckets=REQUEST_BUCKETS
)
REFUSED: Final = Counter(
    "supplychain_requests_refused", "Requests refused before any work, by reason.", ("reason",)
)
INSIDE: Final = Gauge(
    "supplychain_requests_inside",
    "Requests at work or waiting for a thread.",
    ("lane",),
    multiprocess_mode="livesum",
)
TRANSACTIONS: Final = Counter(
    "supplychain_graph_transactions", "Transactions by how they ended.", ("mode", "outcome")
)
TRANSACTION_TIME: Final = Histogram(
    "supplychain_graph_transaction_seconds",
    "Time of a transaction with all its tries.",
    ("mode",),
    buckets=REQUEST_BUCKETS,
)
RETRIES: Final = Counter(
    "supplychain_graph_retries", "Tries of a transaction after its first.", ("mode",)
)
CONNECTIONS: Final = Gauge(
    "supplychain_graph_connections_in_use",
    "Connections of the pools that are in use.",
    multiprocess_mode="livesum",
)
JOBS_ENDED: Final = Counter("supplychain_jobs_ended", "Jobs that ended.", ("kind", "state"))
JOB_TIME: Final = Histogram(
    "supplychain_job_seconds", "Time of a job from start to end.", ("kind",), buckets=WORK_BUCKETS
)
JOB_WAIT: Final = Histogram(
    "supplychain_job_wait_seconds",
    "Time that a job waited for a worker.",
    ("kind",),
    buckets=WORK_BUCKETS,
)
SOLVER_TIME: Final = Histogram(
    "supplychain_solver_seconds",
    "Time of the optimiser for one split.",
    ("status",),
    buckets=WORK_BUCKETS,
)


class Tries:
    """How often one transaction was tried."""

    def __init__(self) -> None:
        self.count = 0

    def count_try(self, work: Callable[P, T]) -> Callable[P, T]:
        """``work``, counted each time that it begins."""

        def counted(*args: P.args, **kwargs: P.kwargs) -> T:
            self.count += 1
            return work(*args, **kwargs)

        return counted


@contextmanager
def observe_transaction(mode: str) -> Iterator[Tries]:
    """Count and time what is done inside as one transaction; ``mode`` is ``read`` or ``write``.

    What the work itself refuses is ``done`` as far as the graph is concerned; ``failed`` is what
    the graph did not do.
    """
    tries, began, outcome = Tries(), perf_counter(), "done"
    CONNECTIONS.inc()
    try:
        yield tries
    except Exception as error:
        outcome = "failed" if getattr(error, "code", "") in GRAPH_FAULTS else "refused"
        raise
    finally:
        CONNECTIONS.dec()
        TRANSACTION_TIME.labels(mode=mode).observe(perf_counter() - began)
        TRANSACTIONS.labels(mode=mode, outcome=outcome).inc()
        if tries.count > 1:
            RETRIES.labels(mode=mode).inc(tries.count - 1)


@contextmanager
def time_solver() -> Iterator[list[str]]:
    """Time one split of the optimiser; the status of its answer is put into the list."""
    began, statuses = perf_counter(), list[str]()
    try:
        yield statuses
    finally:
        status = statuses[0] if statuses else "failed"
        SOLVER_TIME.labels(status=status).observe(perf_counter() - began)


def write_figures(*more: Collector) -> bytes:
    """All figures of this machine's processes in Prometheus' text format.

    Args:
        more: figures that are read at this moment, of the whole installation.
    """
    registry = CollectorRegistry()
    for collector in more:
        registry.register(collector)
    return generate_latest(_gather_figures()) + generate_latest(registry)


class FigureTotals:
    """The figures of this machine's processes at one moment, to be added up."""

    def __init__(self) -> None:
        self._samples = [one for family in _gather_figures().collect() for one in family.samples]

    def add_up(self, name: str, **beginnings: str) -> float:
        """The sum of all samples of a name whose labels begin so, ``status="5"`` for all 5xx."""
        return sum(
            sample.value
            for sample in self._samples
            if sample.name == name
            and all(sample.labels[key].startswith(text) for key, text in beginnings.items())
        )


def _gather_figures() -> CollectorRegistry:
    folder = os.environ.get(FOLDER_VARIABLE, "")
    if not folder:
        return REGISTRY
    drop_ended(Path(folder), gauges_only=True)
    registry = CollectorRegistry()
    MultiProcessCollector(registry)
    return registry
