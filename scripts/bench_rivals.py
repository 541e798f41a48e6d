"""Eight firms that bid on one request at once against one of them alone.

Usage: bench_rivals.py [embedded|neo4j …] [--seconds 6] [--rivals 8]. Each firm saves its own draft
for the same request again and again; writes a second of all together, in turn with those of one
firm alone, in one process with one driver.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from neo4j import Driver

from supplychain.actions import bids
from supplychain.model.bids.lines import BidContent
from supplychain.model.people.actors import Actor
from tests import engines
from tests.make.accounts import make_user
from tests.make.bids import make_content
from tests.make.firms import make_firm
from tests.make.parts_requests import make_parts_request

ROUNDS = 3


class Rival:
    """A firm with a draft for the request, which it saves anew."""

    def __init__(self, driver: Driver, request_id: str, content: BidContent, by: Actor) -> None:
        self.driver, self.content, self.by = driver, content, by
        self.bid_id = bids.place_bid(driver, request_id, content, by=by)
        self.version = 1

    def save_until(self, end: float) -> int:
        """How often it saved its draft until an instant of ``perf_counter``."""
        count = 0
        while time.perf_counter() < end:
            bids.revise_bid(
                self.driver, self.bid_id, self.content, version=self.version, by=self.by
            )
            self.version += 1
            count += 1
        return count


def measure(driver: Driver, count: int, seconds: float) -> tuple[float, float]:
    """Writes a second of one firm alone, and of all rivals together: medians of three turns."""
    buyer = make_user(driver, make_firm(driver))
    request_id = make_parts_request(driver, buyer)
    content = make_content(driver, request_id, {})
    rivals = [
        Rival(driver, request_id, content, make_user(driver, make_firm(driver)))
        for _ in range(count)
    ]
    alone: list[float] = []
    beside: list[float] = []
    with ThreadPoolExecutor(count) as pool:
        rivals[0].save_until(time.perf_counter() + 1)
        for _ in range(ROUNDS):
            alone.append(_count_writes(pool, rivals[:1], seconds))
            beside.append(_count_writes(pool, rivals, seconds))
    return statistics.median(alone), statistics.median(beside)


def _count_writes(pool: ThreadPoolExecutor, rivals: list[Rival], seconds: float) -> float:
    start = time.perf_counter()
    counts = list(pool.map(lambda rival: rival.save_until(start + seconds), rivals))
    return sum(counts) / (time.perf_counter() - start)


def main() -> None:
    """Each engine asked for, or both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("engines", nargs="*", default=["embedded", "neo4j"])
    parser.add_argument("--seconds", type=float, default=6.0)
    parser.add_argument("--rivals", type=int, default=8)
    chosen = parser.parse_args()
    for engine in chosen.engines:
        with engines.fresh_graph(engine) as (_, driver):
            one, all_of_them = measure(driver, chosen.rivals, chosen.seconds)
        print(
            f"{engine}: {chosen.rivals} rivals {all_of_them:.1f} ÷ one alone {one:.1f} "
            f"writes a second = {all_of_them / one:.2f} (aim 0.8)"
        )


if __name__ == "__main__":
    main()
