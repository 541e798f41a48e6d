"""Ranking as the product does it, against the bare columnar read: one line, and many lines.

What is measured begins with reading the request and ends with the explained rankings: what the
buyer stated, the columns of the firms, what these state of lots, holds, certificates' ends and
bars, and the ranking itself. Only keeping the rankings is left out.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from supplychain.actions.rankings.lines import rank_lines
from supplychain.graph.engine import driver
from supplychain.graph.engine.transactions import Tx, read
from supplychain.graph.parts_requests import parts_requests
from supplychain.graph.rankings import candidates
from supplychain.matching.need import Need
from supplychain.model.audiences import ReadableFirms
from supplychain.model.parts_requests.parts_request import PartsRequest
from tests import engines
from tests.make.market import make_market
from tests.make.matches import NOW, make_open_request

BUYER = "firm-0"
PARTS = tuple(f"part-{number}" for number in range(50))


def make_request(category_id: str, part_ids: tuple[str, ...]) -> str:
    """An open request with a line for each part, as large as the part's place; returns its id."""
    shared = {"category_id": category_id, "certificates": ["ISO 9001"]}
    lines = [
        {**shared, "part_id": part_id, "quantity": 100 + 10 * number}
        for number, part_id in enumerate(part_ids)
    ]
    return make_open_request(driver.graph(), BUYER, lines)


def read_request(request_id: str) -> PartsRequest:
    """The request as its buyer reads it."""
    return read(driver.graph(), parts_requests.get, request_id, viewer=BUYER)


def rank_request(request_id: str) -> int:
    """Rank all lines as the job does, from reading the request on, all but keeping the rankings.

    Returns:
        How many lines were ranked.
    """
    request = read_request(request_id)
    return sum(1 for _ in rank_lines(driver.graph(), request, request.lines, now=NOW))


def read_bare(tx: Tx, request: PartsRequest) -> None:
    """The columns that a ranking of the request's one category needs, nothing done with them."""
    needs = [Need.of_line(request, line, today=NOW.date()) for line in request.lines]
    sources = candidates.read_category(
        tx,
        needs,
        category_id=request.lines[0].category_id,
        viewer=BUYER,
        at=NOW,
        chain_id=request.chain_id,
        with_places=False,
    )
    part_ids = [line.part_id for line in request.lines if line.part_id]
    for start in range(0, len(part_ids), candidates.BATCH_PARTS):
        some = part_ids[start : start + candidates.BATCH_PARTS]
        candidates.read_offers(
            tx, part_ids=some, viewer=BUYER, readable=sources.readable or ReadableFirms()
        )


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
    request_id = make_request("forgings", ("ring",))
    assert rank_request(request_id) == 1
    request = read_request(request_id)
    read_ms, total_ms = compare(
        lambda: read(driver.graph(), read_bare, request),
        lambda: rank_request(request_id),
        times,
    )
    print(
        f"{engine}: {firms} firms, bare read {read_ms:.0f} ms, "
        f"read and rank {total_ms:.0f} ms, ratio {total_ms / read_ms:.2f}"
    )


def many_lines(engine: str, firms: int, times: int) -> None:
    """Fifty lines of one category: seconds, and how much memory it takes at most."""
    make_market(driver.graph(), firms, category_id="gears", part_ids=PARTS, offered=10, seed=2)
    request_id = make_request("gears", PARTS)
    assert rank_request(request_id) == len(PARTS)
    request = read_request(request_id)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    cpu = time.process_time()
    read_ms, total_ms = compare(
        lambda: read(driver.graph(), read_bare, request),
        lambda: rank_request(request_id),
        times,
    )
    cpu = (time.process_time() - cpu) / (times + 2)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    tracemalloc.start()
    rank_request(request_id)
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
    options = parser.parse_args()
    with engines.fresh_graph(options.engine):
        one_line(options.engine, options.firms, options.times)
        many_lines(options.engine, options.firms // 2, max(options.times // 5, 2))


if __name__ == "__main__":
    main()
