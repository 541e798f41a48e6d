"""The restore drill: ``scripts/restore_drill`` says what it does. Exit code 1 if a promise breaks.

Promises: back within 15 minutes of the kill, nothing lost of what was written before the backup's
picture, at most 5 minutes since then lost, every invariant holds. The kill comes when most is lost:
just before the next backup, begun ``--every`` seconds after this one, would be whole.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from supplychain.actions.backups.folder import load_manifest
from supplychain.config import settings
from supplychain.errors import SupplyChainError
from supplychain.graph.backup.reading import count_all
from supplychain.graph.engine import driver as drivers
from supplychain.graph.engine.migrate import migrate
from supplychain.graph.engine.transactions import Tx, read, row
from tests import engines
from tests.make.installation import book_one, make_installation

RTO_S = 900
LOSS_S = 300
EVERY_S = 120
"""From the begin of one backup to that of the next."""
KEYS = ("audit_keys", "seal_keys", "factor_keys", "secret_key")


def write_on(log: Path) -> None:
    """Write until killed; each acknowledged write is a line: its id, its end, what it took."""
    firm_ids = [f"firm{number:06}" for number in range(4)]
    with log.open("w", encoding="ascii") as file:
        for number in range(10_000_000):
            id, began = f"drill{number}", time.time()
            while True:
                try:
                    book_one(drivers.graph(), firm_ids[number % 4], id)
                    break
                except SupplyChainError:
                    time.sleep(0.2)
            print(id, time.time(), time.time() - began, file=file, flush=True)


def call(*words: str) -> str:
    """Run the program; what it printed last."""
    command = [sys.executable, "-m", "supplychain", *words]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    print(done.stdout, end="", flush=True)
    if done.returncode:
        raise SystemExit(f"supplychain {words[0]} ended with {done.returncode}")
    return done.stdout.splitlines()[-1]


def use(variables: dict[str, str]) -> None:
    """Work with another installation from here on."""
    drivers.forget()
    os.environ.pop("SUPPLYCHAIN_GRAPH_URI", None)
    os.environ.update(variables)
    settings.cache_clear()


def start_writer(log: Path) -> subprocess.Popen[bytes]:
    """A process of its own, as a portal is."""
    command = [sys.executable, __file__, "--writer", str(log)]
    writer = subprocess.Popen(command)
    while not log.exists() or log.stat().st_size < 1000:
        time.sleep(0.1)
    return writer


def _say_load() -> str:
    """How many programs want the processors, of the last minute, 5 and 15."""
    loads = ", ".join(f"{load:.1f}" for load in os.getloadavg())
    return f"{loads} on {os.cpu_count()} processors"


THERE = "MATCH (b:Booking {id: $id}) RETURN b.id AS id"


def is_there(tx: Tx, id: str) -> bool:
    """Whether a write of the drill is in the graph."""
    return row(tx, THERE, id=id) is not None


def drill(engine: str, nodes: int, folder: Path, every_s: int) -> bool:
    """All of it; whether every promise was kept."""
    graph, variables = engines.start(engine, folder / "before")
    writer = None
    try:
        use(variables)
        migrate(drivers.graph())
        clock = time.monotonic()
        make_installation(drivers.graph(), nodes)
        there = read(drivers.graph(), count_all)
        print(
            f"{there[0]:,} nodes, {there[1]:,} relations made in {time.monotonic() - clock:.0f} s"
        )
        writer = start_writer(folder / "written")
        clock = time.monotonic()
        source = Path(call("backup", str(folder / "backups"), "--with-keys", str(folder / "keys")))
        print(f"Backup: {time.monotonic() - clock:.0f} s; the load is {_say_load()}")
        time.sleep(every_s)
        graph.send_signal(signal.SIGKILL)
        writer.kill()
        killed = time.time()
    finally:
        graph.kill()
        graph.wait()
        if writer is not None:
            writer.kill()
            writer.wait()
    manifest, _ = load_manifest(source)
    size = sum(path.stat().st_size for path in source.rglob("*") if path.is_file())
    print(f"{size / 1e6:.0f} MB on the disk; writes waited for {manifest.paused_s:.1f} s")
    (folder / "after").mkdir(mode=0o700)
    for name in KEYS:
        shutil.copy(folder / "keys" / name, folder / "after" / name)
    graph, variables = engines.start(engine, folder / "after")
    try:
        use(variables)
        call("restore", str(source))
        rto_s = time.time() - killed
        return report(folder, datetime.fromisoformat(manifest.made_at).timestamp(), killed, rto_s)
    finally:
        drivers.forget()
        graph.terminate()
        graph.wait(60)


def report(folder: Path, taken_at: float, killed: float, rto_s: float) -> bool:
    """Print what was lost; whether it is no more than was promised."""
    lines = [line.split() for line in (folder / "written").read_text().splitlines()]
    before = [id for id, at, _ in lines if float(at) < taken_at]
    after = [id for id, at, _ in lines if taken_at <= float(at) < killed]
    driver = drivers.graph()
    gone = [id for id in before if not read(driver, is_there, id)]
    kept_after = sum(1 for id in after if read(driver, is_there, id))
    longest_s = max(float(took) for _, _, took in lines)
    print(f"{len(lines)} writes acknowledged; the longest took {longest_s:.1f} s")
    print(f"Written before the picture: {len(before)}, of which {len(gone)} are lost")
    print(f"Written after it: {len(after)}, lost with it: {len(after) - kept_after}")
    lost_s = killed - taken_at
    print(f"Lost: {lost_s:.0f} s of {LOSS_S} s, from the picture to the kill")
    print(f"RTO: {rto_s:.0f} s of {RTO_S} s, from the kill to the check of all invariants")
    print(f"The load is {_say_load()}")
    return not gone and rto_s <= RTO_S and lost_s <= LOSS_S


def main() -> None:
    """Parse and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", choices=("embedded", "neo4j"), default="embedded")
    parser.add_argument("--nodes", type=int, default=1_000_000)
    parser.add_argument("--every", type=int, default=EVERY_S, help="seconds between backups")
    parser.add_argument("--folder", type=Path, help="where all of it lies; kept")
    parser.add_argument("--writer", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.writer:
        write_on(options.writer)
        return
    folder = options.folder or Path(tempfile.mkdtemp(prefix="restore-drill-"))
    try:
        held = drill(options.engine, options.nodes, folder, options.every)
    finally:
        if options.folder is None:
            shutil.rmtree(folder, ignore_errors=True)
    print("All promises were kept" if held else "A PROMISE BROKE")
    sys.exit(0 if held else 1)


if __name__ == "__main__":
    main()
