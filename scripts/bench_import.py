"""Rows a second of an import and its time ÷ the bare UNWIND … MERGE: [ROWS] [ENGINE …]."""

import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from supplychain.actions.imports.imports import import_tables
from supplychain.graph.engine import driver as drivers
from supplychain.graph.engine.transactions import Tx, run, write
from tests import engines
from tests.make.tables import write_folder

BARE = "UNWIND $rows AS r MERGE (d:Delivery {id: r.id}) SET d += r"
NAMES = (
    "id supplier_id buyer_id part_id quantity promised_on delivered_on delivered_quantity "
    "rejected_quantity unit_price_e4 currency freight_e4"
)
LINE = "{t}{i} f{s} f{b} p{p} {q} 2024-{m:02}-{d:02} 2024-{m:02}-{e:02} {q} 0 {c}.25 CNY 12"


def lines(tag: str, count: int) -> list[list[str]]:
    """Deliveries of 400 suppliers to 100 buyers."""
    every = {"s": 400, "p": 2000, "q": 900, "m": 12, "d": 28, "e": 27, "c": 5000}
    numbers = [
        {"t": tag, "i": i, "b": 400 + i % 100} | {key: 1 + i % most for key, most in every.items()}
        for i in range(count)
    ]
    return [LINE.format(**values).split() for values in numbers]


def bare(tx: Tx, rows: list[dict[str, object]]) -> None:
    """The least that could be done: maps ready, one statement."""
    run(tx, BARE, rows=rows)


def measure(engine: str, folder: Path, count: int) -> None:
    """Print the figures; the engine is warm from the second turn on."""
    firms = [[f"f{i}", f"Firm {i}", "sme", *[""] * 7] for i in range(501)]
    parts = [[f"p{i}", f"Part {i}", f"Category {i % 40}", "", "", ""] for i in range(2_001)]
    base = write_folder(folder / "base", {"firms": firms, "parts": parts})
    import_tables(drivers.graph(), base, by=None)
    for turn in range(4):
        rows = [dict(zip(NAMES.split(), cells, strict=True)) for cells in lines(f"b{turn}-", count)]
        whole = {"quantity": 7, "delivered_quantity": 7, "rejected_quantity": 0, "freight_e4": 9}
        rows = [row | whole | {"unit_price_e4": 5, "category_id": "c"} for row in rows]
        path = write_folder(folder / str(turn), {"deliveries": lines(f"i{turn}-", count)})
        clock = [time.perf_counter()]
        for at in range(0, count, 5_000):
            write(drivers.graph(), bare, rows[at : at + 5_000])
        clock.append(time.perf_counter())
        assert import_tables(drivers.graph(), path, by=None).written
        alone, took = clock[1] - clock[0], time.perf_counter() - clock[1]
        print(f"{engine}: {count / took:,.0f} rows/s, ratio {took / alone:.2f}", flush=True)


for name in sys.argv[2:] or ["embedded", "neo4j"]:
    with tempfile.TemporaryDirectory() as place, engines.fresh_graph(name):
        measure(name, Path(place), int(sys.argv[1]) if sys.argv[1:] else 50_000)
