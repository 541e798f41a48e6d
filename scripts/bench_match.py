"""Ranking one line against the bare columnar read of the same fields: the ratio is what counts."""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from supplychain.config import settings
from supplychain.graph import candidates, driver, migrate
from supplychain.graph.transactions import Tx, read
from supplychain.matching.performance import priors
from supplychain.matching.score import rank
from tests import engines
from tests.make.market import make_market
from tests.matching.make import make_need

ASKED = {"category_id": "forgings", "part_id": "ring", "viewer": "firm-0"}
TODAY = datetime(2026, 11, 23, tzinfo=UTC)


def bare(tx: Tx) -> None:
    """The three reads, nothing done with them."""
    candidates.read_capabilities(tx, category_id="forgings", viewer="firm-0")
    candidates.read_offers(tx, part_id="ring", viewer="firm-0")
    candidates.read_own_trade(tx, currency="CNY", **ASKED)


def ranked() -> None:
    """Read, line up, rank, explain."""
    firms = read(driver.graph(), candidates.for_line, currency="CNY", **ASKED)
    rank(make_need(certificates=("ISO 9001",)), firms, priors=priors(firms))


def compare(one: Callable[[], object], other: Callable[[], object], times: int) -> list[float]:
    """Median wall times in ms of two calls made in turn, after two warm-up rounds."""
    spent: tuple[list[float], list[float]] = ([], [])
    for _ in range(times + 2):
        for work, kept in zip((one, other), spent, strict=True):
            start = time.perf_counter()
            work()
            kept.append(1000 * (time.perf_counter() - start))
    return [statistics.median(kept[2:]) for kept in spent]


def main() -> None:
    """Start an engine, fill it, and print both times and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", choices=("embedded", "neo4j"), default="embedded")
    parser.add_argument("--firms", type=int, default=20_000)
    parser.add_argument("--times", type=int, default=15)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-match-") as folder:
        process, variables = engines.start(given.engine, Path(folder))
        try:
            os.environ.update(variables)
            settings.cache_clear()
            graph = driver.graph()
            migrate.migrate(graph)
            make_market(graph, given.firms)
            read_ms, total_ms = compare(lambda: read(graph, bare), ranked, given.times)
            print(
                f"{given.engine}: {given.firms} firms, bare read {read_ms:.0f} ms, "
                f"read and rank {total_ms:.0f} ms, ratio {total_ms / read_ms:.2f}"
            )
        finally:
            driver.forget()
            process.terminate()
            process.wait(20)


if __name__ == "__main__":
    main()
