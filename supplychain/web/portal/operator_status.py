"""How the installation does: as figures for Prometheus, and as a page for its operator."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, Response, render_template
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector
from typing_extensions import override

from supplychain import metrics
from supplychain.actions import queues
from supplychain.errors import SupplyChainError
from supplychain.graph.engine.driver import POOL_CONNECTIONS_NUMBER, graph
from supplychain.model.ids import utc_now
from supplychain.model.queues import WaitingLine
from supplychain.web.access.policy import actor, policy
from supplychain.web.pages.i18n import translate

bp = Blueprint("operator_status", __name__)


@bp.get("/metrics")
@policy("operator", by_monitor=True)
def tell_figures() -> Response:
    """All figures in Prometheus' text format; those of the queues while the graph answers."""
    return Response(metrics.write_figures(QueueCollector()), content_type=CONTENT_TYPE_PLAIN_0_0_4)


class QueueCollector(Collector):
    """What waits in the whole installation at this moment."""

    @override
    def collect(self) -> Iterator[Metric]:
        """Whether the graph answers and, where it does, numbers and ages of its queues."""
        now = utc_now()
        try:
            measured, is_up = queues.measure_queues(graph(), now=now), 1
        except SupplyChainError:
            measured, is_up = (), 0
        yield GaugeMetricFamily("supplychain_graph_up", "Whether the graph answers.", is_up)
        yield GaugeMetricFamily(
            "supplychain_graph_pool_connections",
            "Connections that one process may open.",
            POOL_CONNECTIONS_NUMBER,
        )
        labels = ("what", "kind", "state")
        number = GaugeMetricFamily(
            "supplychain_queue_length", "What waits, runs or failed in a day.", labels=labels
        )
        age = GaugeMetricFamily(
            "supplychain_queue_oldest_seconds", "Age of the oldest of it.", labels=labels
        )
        for queue in measured:
            number.add_metric((queue.what, queue.kind, queue.state), queue.number)
            age.add_metric((queue.what, queue.kind, queue.state), queue.age_s(now))
        yield from (number, age)


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineFigures:
    """What the processes of this machine did since they began, in whole numbers."""

    answered: int
    faults: int
    refused: int
    inside: int
    mean_ms: int
    transactions: int
    failed_transactions: int
    retries: int
    transaction_ms: int
    connections: int
    splits: int
    split_seconds: int


@bp.get("/operator/status")
@policy("operator")
def show() -> str:
    """What runs, what waits and since when, what failed."""
    now = utc_now()
    waiting, failed = queues.watch_queues(graph(), by=actor(), now=now)
    shown = [queue for queue in waiting if queue.number or queue.kind == ""]
    return render_template(
        "operator_status/show.html",
        late=[queue for queue in waiting if queue.is_late(now)],
        waiting=[(queue, queue.is_late(now)) for queue in shown if queue.state == "queued"],
        running=[queue for queue in shown if queue.state == "running" and queue.number],
        failures=_list_failures(shown),
        failed=failed,
        figures=_read_figures(),
        age=lambda queue: _say_age(queue.age_s(now)),
        now=now,
    )


def _say_age(seconds: float) -> str:
    """The largest unit of which there are two."""
    if seconds < 120:
        return translate("%(n)s s", n=int(seconds))
    if seconds < 2 * 3600:
        return translate("%(n)s min", n=int(seconds // 60))
    if seconds < 2 * 86400:
        return translate("%(n)s h", n=int(seconds // 3600))
    return translate("%(n)s d", n=int(seconds // 86400))


def _list_failures(shown: list[WaitingLine]) -> list[WaitingLine]:
    return [queue for queue in shown if queue.state == "failed" and queue.number]


def _read_figures() -> MachineFigures:
    total = metrics.FigureTotals()
    answered = total.add_up("supplychain_requests_total")
    transactions = total.add_up("supplychain_graph_transactions_total")
    splits = total.add_up("supplychain_solver_seconds_count")
    return MachineFigures(
        answered=int(answered),
        faults=int(total.add_up("supplychain_requests_total", status="5")),
        refused=int(total.add_up("supplychain_requests_refused_total")),
        inside=int(total.add_up("supplychain_requests_inside")),
        mean_ms=_divide_ms(total.add_up("supplychain_request_seconds_sum"), answered),
        transactions=int(transactions),
        failed_transactions=int(
            total.add_up("supplychain_graph_transactions_total", outcome="failed")
        ),
        retries=int(total.add_up("supplychain_graph_retries_total")),
        transaction_ms=_divide_ms(
            total.add_up("supplychain_graph_transaction_seconds_sum"), transactions
        ),
        connections=int(total.add_up("supplychain_graph_connections_in_use")),
        splits=int(splits),
        split_seconds=round(total.add_up("supplychain_solver_seconds_sum") / max(splits, 1)),
    )


def _divide_ms(seconds: float, number: float) -> int:
    return round(1000 * seconds / number) if number else 0
