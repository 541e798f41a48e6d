"""Opening the sealed bids of a request against the same opening with bids that lie plain.

Usage: bench_opening.py [embedded|neo4j …] [--bids 200] [--lines 10]. Plain is how graphs of before
there were seals hold them: bids, lines and holds as their own nodes, so that opening only turns
the request. As a second reference the same bids are written plain in one transaction: what an
opening writes, without looking into a seal.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import psutil
from neo4j import Driver

from supplychain.actions import bids
from supplychain.actions.parts_requests import parts_requests
from supplychain.graph.bids import bids as bids_graph
from supplychain.graph.bids import seals
from supplychain.graph.capacity import holds
from supplychain.graph.engine.transactions import Tx, read, rows, write
from supplychain.model.bids.lines import PriceTier
from supplychain.model.bids.seals import open_json
from supplychain.model.ids import utc_now
from supplychain.model.people.actors import Actor
from tests import engines
from tests.make.accounts import make_user
from tests.make.bids import make_content
from tests.make.firms import make_firm
from tests.make.matches import make_ability
from tests.make.parts_requests import make_parts_request, pass_deadline

ROUNDS = 3
SEALED = """
MATCH (b:Bid {request_id: $request_id}) WHERE b.sealed IS NOT NULL
RETURN b.id AS id, b.sealed AS sealed ORDER BY id LIMIT 5000
"""


def make_request(driver: Driver, buyer: Actor, bidders: list[Actor], lines: int) -> str:
    """An open request with a sealed bid of every bidder, each line with two prices."""
    asked = [{"quantity": 500 + number} for number in range(lines)]
    request_id = make_parts_request(driver, buyer, lines=asked)
    tier = (PriceTier(start=100, unit_price=Decimal(11)),)
    offered = [{"tiers": tier, "quantity": one["quantity"], "note": "packed"} for one in asked]
    content = make_content(driver, request_id, *offered)
    for bidder in bidders:
        bid_id = bids.place_bid(driver, request_id, content, by=bidder)
        bids.submit_bid(driver, bid_id, version=1, by=bidder)
    return request_id


def time_opening(driver: Driver, request_id: str, server: psutil.Process) -> tuple[float, float]:
    """Seconds that the sweep takes for one due request, and of both processors' work in it."""
    pass_deadline(driver, request_id, sweep=False)
    start, worked = time.perf_counter(), _count_work(server)
    assert parts_requests.open_due_requests(driver, utc_now()) == 1
    return time.perf_counter() - start, _count_work(server) - worked


def _count_work(server: psutil.Process) -> float:
    """Processor seconds of the graph's server and of this process so far."""
    theirs = server.cpu_times()
    return theirs.user + theirs.system + time.process_time()


def lay_plain(tx: Tx, request_id: str) -> None:
    """Bids, lines and holds as graphs of before there were seals hold them."""
    bids_graph.open_sealed(tx, request_id)
    holds.open_sealed(tx, request_id, today=utc_now().date())


def time_seals(driver: Driver, request_id: str) -> float:
    """Seconds that looking into all seals takes, with reading them and without writing."""
    start = time.perf_counter()
    box = read(driver, seals.open_of_request, request_id)
    for one in read(driver, lambda tx: rows(tx, SEALED, request_id=request_id)):
        open_json(box, one["id"], one["sealed"])
    return time.perf_counter() - start


def measure(
    engine: str, driver: Driver, server: psutil.Process, bid_count: int, lines: int
) -> None:
    """Print the medians and their ratio."""
    buyer = make_user(driver, make_firm(driver))
    bidders = [make_user(driver, make_firm(driver)) for _ in range(bid_count)]
    for bidder in bidders:
        make_ability(driver, bidder.firm_id, weekly_capacity=500 * lines)
    sealed: list[tuple[float, float]] = []
    plain: list[tuple[float, float]] = []
    writing: list[float] = []
    looking: list[float] = []
    for _ in range(ROUNDS):
        request_id = make_request(driver, buyer, bidders, lines)
        looking.append(time_seals(driver, request_id))
        sealed.append(time_opening(driver, request_id, server))
        parts_requests.cancel(driver, request_id, "Measured.", by=buyer)
        request_id = make_request(driver, buyer, bidders, lines)
        start = time.perf_counter()
        write(driver, lay_plain, request_id)
        writing.append(time.perf_counter() - start)
        plain.append(time_opening(driver, request_id, server))
        parts_requests.cancel(driver, request_id, "Measured.", by=buyer)
    (ours, work), (turned, _) = (
        map(statistics.median, zip(*each, strict=True)) for each in (sealed, plain)
    )
    wrote = statistics.median(writing)
    what = f"{engine}: opening {bid_count} sealed bids of {lines} lines {ours:.2f} s"
    print(f"{what} ÷ the same with plain bids {turned:.3f} s = {ours / turned:.1f}")
    print(f"{what} ÷ (that + writing them plain {wrote:.2f} s) = {ours / (turned + wrote):.2f}")
    print(f"{engine}: {work:.2f} s of processor time")
    print(f"{engine}: of it looking into the seals {statistics.median(looking):.3f} s")


def main() -> None:
    """Each engine asked for, or both."""
    parser = argparse.ArgumentParser()
    parser.add_argument("engines", nargs="*", default=["embedded", "neo4j"])
    parser.add_argument("--bids", type=int, default=200)
    parser.add_argument("--lines", type=int, default=10)
    chosen = parser.parse_args()
    for engine in chosen.engines:
        with engines.fresh_graph(engine) as (process, driver):
            measure(engine, driver, psutil.Process(process.pid), chosen.bids, chosen.lines)


if __name__ == "__main__":
    main()
