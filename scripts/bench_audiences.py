"""What audiences cost a ranking: with them, against the same ranking with all of them taken out.

Without them nothing is read of who shows what, no column tells of it, and nobody is hidden. Both
are done in turn on one graph: first with firms that all show to everybody, then with firms that
keep to the usual circles. Besides the times on the wall it prints processor time, of this program
and of the graph, which other work on the machine disturbs less.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import LiteralString

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.bench_match import make_request, rank_request
from supplychain.graph import audiences
from supplychain.graph.engine import driver
from supplychain.graph.engine.transactions import row, write
from supplychain.graph.rankings import candidates
from supplychain.model.audiences import ReadableFirms
from tests import engines
from tests.make.market import make_market

TICKS_A_SECOND = 100
COLUMN = ",\n       collect(coalesce(k.open_kinds, '')) AS open_kinds"


@contextmanager
def without_audiences() -> Generator[None]:
    """Rank as if there were no audiences."""
    changes = {
        candidates: {
            "CAPABILITIES": candidates.CAPABILITIES.replace(COLUMN, ""),
            "_find_hidden": lambda *_: frozenset[str](),
        },
        audiences: {
            "read_readable": lambda *_, **__: ReadableFirms(),
            "pick_open": lambda **_: ReadableFirms(),
        },
    }
    assert COLUMN in candidates.CAPABILITIES
    before = {module: {name: vars(module)[name] for name in names}
              for module, names in changes.items()}  # fmt: skip
    try:
        for module, names in changes.items():
            vars(module).update(names)
        yield
    finally:
        for module, names in before.items():
            vars(module).update(names)


KEEP_USUAL: LiteralString = """
MATCH (k:Capability {category_id: $category_id}) WHERE k.id > $after
WITH k ORDER BY k.id LIMIT 2000
MATCH (f:Firm {id: k.firm_id})
SET f.prices_shown_to = null, f.capacity_shown_to = null, f.open_kinds = null, k.open_kinds = ''
RETURN max(k.id) AS last
"""


def keep_usual(category_id: str) -> None:
    """Let all firms of a category keep to the usual circles, as firms that never chose."""
    after: str | None = ""
    while after is not None:
        values = {"category_id": category_id, "after": after}
        found = write(driver.graph(), lambda tx, v=values: row(tx, KEEP_USUAL, **v))
        after = found["last"] if found else None


def read_cpu_s(graph_pid: int) -> float:
    """Seconds of processor time that this program and the graph have taken."""
    fields = Path(f"/proc/{graph_pid}/stat").read_text().rpartition(")")[2].split()
    return time.process_time() + (int(fields[11]) + int(fields[12])) / TICKS_A_SECOND


def compare(graph_pid: int, request_id: str, times: int) -> str:
    """Rank without and with audiences in turn, after two turns to warm up."""

    def rank_without() -> None:
        with without_audiences():
            rank_request(request_id)

    works: tuple[Callable[[], object], ...] = (rank_without, lambda: rank_request(request_id))
    walls: tuple[list[float], list[float]] = ([], [])
    cpus: tuple[list[float], list[float]] = ([], [])
    for turn in range(times + 2):
        order = (0, 1) if turn % 2 else (1, 0)
        for which in order:
            start, busy = time.perf_counter(), read_cpu_s(graph_pid)
            works[which]()
            if turn >= 2:
                walls[which].append(1000 * (time.perf_counter() - start))
                cpus[which].append(1000 * (read_cpu_s(graph_pid) - busy))
    pairs = statistics.median(b / a for a, b in zip(*walls, strict=True))
    middle, least = [statistics.median(each) for each in walls], [min(each) for each in walls]
    cpu = [statistics.mean(each) for each in cpus]
    return (
        f"median {middle[1]:.0f} ÷ {middle[0]:.0f} ms = {middle[1] / middle[0]:.2f}, median of "
        f"pairs {pairs:.2f}, least {least[1]:.0f} ÷ {least[0]:.0f} ms = {least[1] / least[0]:.2f}, "
        f"processor time {cpu[1]:.0f} ÷ {cpu[0]:.0f} ms = {cpu[1] / cpu[0]:.2f}"
    )


def main() -> None:
    """Start an engine, fill it, and print both ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", choices=("embedded", "neo4j"), default="embedded")
    parser.add_argument("--firms", type=int, default=20_000)
    parser.add_argument("--times", type=int, default=20)
    options = parser.parse_args()
    with engines.fresh_graph(options.engine) as (process, graph):
        make_market(graph, options.firms)
        request_id = make_request("forgings", ("ring",))
        shown = compare(process.pid, request_id, options.times)
        print(f"{options.engine}: {options.firms} firms that show to everybody: {shown}")
        keep_usual("forgings")
        usual = compare(process.pid, request_id, options.times)
        print(f"{options.engine}: {options.firms} firms of the usual circles: {usual}")


if __name__ == "__main__":
    main()
