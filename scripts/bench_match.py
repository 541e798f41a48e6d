"""Ranking against the bare columnar read of the same fields, and a request of many lines."""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from supplychain.actions.rankings.lines import rank_lines
from supplychain.config import settings
from supplychain.graph.engine import driver, migrate
from supplychain.graph.engine.transactions import Tx, read
from supplychain.graph.rankings import candidates
from supplychain.graph.rankings.rankings import Asked
from supplychain.matching.performance import priors
from supplychain.matching.ranking.rank import rank
from tests import engines
from tests.make.market import make_market
from tests.matching.make import make_need

ASKED = {"category_id": "forgings", "viewer": "firm-0"}
TODAY = datetime(2026, 11, 23, tzinfo=UTC)
PARTS = tuple(f"part-{number}" for number in range(50))


def bare(tx: Tx) -> None:
    """The three reads of one line, nothing done with them."""
    candidates.read_capabilities(tx, **ASKED)
    candidates.read_offers(tx, part_ids=["ring"], viewer="firm-0")
    candidates.read_own_trade(tx, **ASKED)


def ranked() -> None:
    """Read, line up, rank, explain one line."""
    firms = read(
        driver.graph(),
        candidates.for_line,
        part_id="ring",
        currency="CNY",
        today=TODAY.date(),
        **ASKED,
    )
    rank(make_need(certificates=("ISO 9001",)), firms, priors=priors(firms))


def bare_request(tx: Tx) -> None:
    """The reads of a request of 50 lines of one category, nothing done with them."""
    candidates.read_capabilities(tx, category_id="gears", viewer="firm-0")
    candidates.read_own_trade(tx, category_id="gears", viewer="firm-0")
    for start in range(0, len(PARTS), candidates.PARTS_A_READ):
        some = list(PARTS[start : start + candidates.PARTS_A_READ])
        candidates.read_offers(tx, part_ids=some, viewer="firm-0")


def ranked_request() -> int:
    """Rank the 50 lines as the job does, all but keeping them; returns how many."""
    line = {
        "category_id": "gears",
        "need_by": "2026-12-20",
        "certificates": ["ISO 9001"],
        "target_price_e4": None,
        "requirements": None,
    }
    lines = [
        {**line, "id": part, "number": number, "part_id": part, "quantity": 100 + 10 * number}
        for number, part in enumerate(PARTS)
    ]
    asked = Asked(
        id="request",
        number="PR-1",
        title="",
        state="open",
        buyer_id="firm-0",
        created_by="",
        currency="CNY",
        deadline="",
        audience="invited",
        chain_id=None,
        invite_top=0,
        rank_by=None,
        lines=lines,
    )
    return sum(1 for _ in rank_lines(driver.graph(), asked, lines, now=TODAY))


def compare(one: Callable[[], object], other: Callable[[], object], times: int) -> list[float]:
    """Median wall times in ms of two calls made in turn, after two warm-up rounds."""
    spent: tuple[list[float], list[float]] = ([], [])
    for _ in range(times + 2):
        for work, kept in zip((one, other), spent, strict=True):
            start = time.perf_counter()
            work()
            kept.append(1000 * (time.perf_counter() - start))
    return [statistics.median(kept[2:]) for kept in spent]


def one_line(engine: str, firms: int, times: int) -> None:
    """One line with many suppliers: the ratio is what counts."""
    make_market(driver.graph(), firms)
    read_ms, total_ms = compare(lambda: read(driver.graph(), bare), ranked, times)
    print(
        f"{engine}: {firms} firms, bare read {read_ms:.0f} ms, "
        f"read and rank {total_ms:.0f} ms, ratio {total_ms / read_ms:.2f}"
    )


def many_lines(engine: str, firms: int, times: int) -> None:
    """Fifty lines of one category: seconds, and how much memory it takes at most."""
    make_market(driver.graph(), firms, category_id="gears", part_ids=PARTS, offered=10, seed=2)
    ranked_request()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    cpu = time.process_time()
    read_ms, total_ms = compare(lambda: read(driver.graph(), bare_request), ranked_request, times)
    cpu = (time.process_time() - cpu) / (times + 2)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    tracemalloc.start()
    ranked_request()
    peak = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    print(
        f"{engine}: 50 lines x {firms} firms, bare reads {read_ms / 1000:.2f} s, reads and "
        f"ranking {total_ms / 1000:.2f} s, ranking alone {(total_ms - read_ms) / 1000:.2f} s "
        f"({cpu:.2f} s CPU with both), peak {peak:.0f} MB, resident +{grown:.0f} MB"
    )


def main() -> None:
    """Start an engine, fill it, and print what both shapes take."""
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
            migrate.migrate(driver.graph())
            one_line(given.engine, given.firms, given.times)
            many_lines(given.engine, given.firms // 2, max(given.times // 5, 2))
        finally:
            driver.forget()
            process.terminate()
            process.wait(20)


if __name__ == "__main__":
    main()
