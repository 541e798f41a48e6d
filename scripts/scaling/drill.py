"""The drill: start, do the main job, load, kill and start again, and judge."""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import tempfile
import threading
import time
from collections import Counter, defaultdict
from pathlib import Path
from statistics import quantiles
from typing import Final, NoReturn

from neo4j import GraphDatabase

from scripts.scaling import judge, reader
from scripts.scaling.load import Notes, run_load
from scripts.scaling.servers import RABBITMQ, Installation
from scripts.scaling.use import MEGABYTE, read_cpu_s, read_memory_bytes

PORTALS: Final = 3
WORKERS: Final = 3
KILLED: Final = ("portal2", "worker1", "broker", "balancer", "graph")
DOWN_S: Final = 3
"""So long what was killed stays away."""
BETWEEN_S: Final = 10
"""At least so long all is well between two kills, however slow the machine starts servers."""
IDLE_S: Final = 20
EMAIL: Final = "{}@demo.example"


def main(arguments: list[str], about: str) -> int:
    """Run the drill; 0 only if all held."""
    options = _read_options(arguments, about)
    missing = _find_missing(options.broker)
    if missing:
        print(f"Install first: {', '.join(missing)}")
        return 2
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _end)
    folder = options.folder or Path(tempfile.mkdtemp(prefix="supplychain-scale-"))
    options.keep |= options.folder is not None
    there = Installation.plan(folder, options.broker, portals=PORTALS, workers=WORKERS)
    try:
        return _run(there, options)
    finally:
        there.stop()
        if options.keep:
            print(f"Logs and data: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)


def _read_options(arguments: list[str], about: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/scale", description=about, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--broker", choices=("rabbitmq", "redis"), default="rabbitmq")
    parser.add_argument("--minutes", type=float, default=5.0, help="how long the load lasts")
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--keep", action="store_true", help="keep the folder with logs and data")
    parser.add_argument("--folder", type=Path, help="go on in a folder that an earlier drill kept")
    parser.add_argument("--no-kills", action="store_true", help="only load")
    return parser.parse_args(arguments)


def _find_missing(broker: str) -> list[str]:
    """Debian packages of what is not here."""
    wanted = {"haproxy": "haproxy", "java": "openjdk-17-jre-headless", "mvn": "maven"}
    missing = [package for program, package in wanted.items() if shutil.which(program) is None]
    if broker == "rabbitmq" and not RABBITMQ.exists():
        missing.append("rabbitmq-server")
    if broker == "redis" and not (shutil.which("redis-server") or shutil.which("valkey-server")):
        missing.append("redis-server (or valkey-server)")
    return missing


def _end(number: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt(signal.Signals(number).name)


def _run(there: Installation, options: argparse.Namespace) -> int:
    _start(there)
    _measure_idle(there)
    faults = _do_main_job(there)
    tokens = _make_tokens(there)
    stop = threading.Event()
    print(f"Load: {options.clients} clients for {options.minutes:g} minutes", flush=True)
    start = time.monotonic()
    used = _read_use(there)
    notes, threads = run_load(there.url, tokens, there.portals, options.clients, stop)
    try:
        names = [] if options.no_kills else list(KILLED)
        seconds = options.minutes * 60
        time.sleep(seconds / (len(names) + 1))
        _print_use(there, used, len(notes.times_s))
        _kill_in_turn(there, names, seconds, start)
    except BaseException:
        stop.set()  # broken off: nobody waits for the clients
        raise
    stop.set()
    for thread in threads:
        thread.join()
    seconds = time.monotonic() - start
    _print_figures(notes, seconds)
    faults += _judge(there, notes)
    print("\n".join(["", *[f"FAIL {fault}" for fault in faults[:40]]]))
    print(f"{len(faults)} faults." if faults else "All held: nothing lost, nothing doubled.")
    return 1 if faults else 0


def _start(there: Installation) -> None:
    start = time.monotonic()
    names = list(there.servers)
    first = [name for name in ("graph", "names", "broker") if name in names]
    there.start(*first)
    print(f"Graph and broker after {time.monotonic() - start:.0f} s", flush=True)
    os.environ.update(there.settings)
    loaded = there.run_command("demo", "--load-only", "--data", there.settings["SUPPLYCHAIN_DATA"])
    if loaded.returncode:
        raise RuntimeError(f"The network was not loaded:\n{loaded.stdout[-3000:]}")
    print(f"Network loaded after {time.monotonic() - start:.0f} s", flush=True)
    there.start(*[name for name in names if name not in first])
    print(f"{len(names)} servers run at {there.url} after {time.monotonic() - start:.0f} s\n")


def _measure_idle(there: Installation) -> None:
    """Processor and memory of each server while nobody asks for anything."""
    time.sleep(10)  # what starts is not idle yet
    members = {name: server.members() for name, server in there.servers.items()}
    before = {name: sum(map(read_cpu_s, group)) for name, group in members.items()}
    time.sleep(IDLE_S)
    total = Counter[str]()
    print(f"{'idle':<10}{'of a core':>10}{'memory':>10}  processes")
    for name, group in members.items():
        cpu = 100 * (sum(map(read_cpu_s, group)) - before[name]) / IDLE_S
        memory = sum(map(read_memory_bytes, group)) / MEGABYTE
        total.update(cpu=round(100 * cpu), memory=round(memory))
        print(f"{name:<10}{cpu:>8.1f} %{memory:>7.0f} MB  {len(group)}")
    print(f"{'all':<10}{total['cpu'] / 100:>8.1f} %{total['memory']:>7} MB\n", flush=True)


def _read_use(there: Installation) -> dict[str, tuple[int, float]]:
    """First process and processor seconds of each server until now."""
    return {
        name: (server.process.pid, sum(map(read_cpu_s, server.members())))
        for name, server in there.servers.items()
        if server.process is not None
    }


def _print_use(there: Installation, before: dict[str, tuple[int, float]], requests: int) -> None:
    """What each kind of server took for a request until now, and its memory."""
    took, memory = Counter[str](), Counter[str]()
    for name, (_, seconds) in _read_use(there).items():
        kind = name.rstrip("0123456789")
        memory[kind] += sum(map(read_memory_bytes, there.servers[name].members())) // MEGABYTE
        took[kind] += round(1_000_000 * (seconds - before[name][1]))
    print(f"\n{f'{requests} requests':<16}{'cpu ms a request':>17}{'memory':>10}")
    for kind in memory:
        print(f"{kind:<16}{took[kind] / 1000 / max(requests, 1):>17.2f}{memory[kind]:>7} MB")
    print(flush=True)


def _do_main_job(there: Installation) -> list[str]:
    from supplychain.demo.state import password

    secret = password(Path(there.settings["SUPPLYCHAIN_DATA"]))
    done = there.run_command("demo", "--check", "--url", there.url, "--password", secret)
    print(done.stdout.splitlines()[-1] if done.stdout else "The main job said nothing", flush=True)
    return [] if done.returncode == 0 else [f"The main job: {done.stdout[-1500:]}"]


def _make_tokens(there: Installation) -> dict[str, str]:
    from supplychain.config import settings
    from supplychain.demo.check.installation import CheckedInstallation as Checked
    from supplychain.graph.engine.driver import forget

    settings.cache_clear()
    here = Checked.here(there.url)
    names = ("leader", "machines", "forge", "heavyforge", "peer")
    tokens = {name: here.make_client(EMAIL.format(name)).token for name in names}
    forget()
    return tokens


def _kill_in_turn(there: Installation, names: list[str], seconds: float, start: float) -> None:
    """Kill each at its time, evenly spread from ``start`` on; between them the load goes on."""
    for number, name in enumerate(names, 1):
        at = start + seconds * number / (len(names) + 1)
        time.sleep(max(BETWEEN_S, at - time.monotonic()))
        server = there.servers[name]
        server.kill()
        time.sleep(DOWN_S)
        server.start()
        back = server.wait()
        after = time.monotonic() - start
        print(f"{after:5.0f} s  kill -9 {name}: back {back:.1f} s after its start", flush=True)
    time.sleep(max(BETWEEN_S, start + seconds - time.monotonic()))


def _print_figures(notes: Notes, seconds: float) -> None:
    by_kind: dict[str, list[float]] = defaultdict(list)
    for what, took in notes.times_s:
        by_kind[what].append(took)
    print(f"\n{'requests':<38}{'number':>8}{'a second':>10}{'p50 ms':>9}{'p99 ms':>9}")
    rows = sorted(by_kind.items(), key=lambda entry: -len(entry[1]))
    for what, took in [("all", [took for _, took in notes.times_s]), *rows[:14]]:
        middle, high = _find_percentiles(took)
        rate = len(took) / seconds
        print(f"{what:<38}{len(took):>8}{rate:>10.1f}{1000 * middle:>9.0f}{1000 * high:>9.0f}")
    print(f"statuses: {dict(sorted(notes.statuses.items()))}; broken lines: {notes.broken}")
    middle, high = _find_percentiles(notes.jobs_s)
    print(f"rankings: {len(notes.jobs_s)}, p50 {middle:.1f} s, p99 {high:.1f} s")
    print(f"reads after a write, each portal: {notes.looks}, stale: {len(notes.stale)}")
    for word, count in sorted(notes.deals.items()):
        print(f"  {count:>5} {word}")


def _find_percentiles(values: list[float]) -> tuple[float, float]:
    """The middle and the 99th of a hundred; zeros of none."""
    if len(values) < 2:
        return (values[0], values[0]) if values else (0.0, 0.0)
    cuts = quantiles(values, n=100, method="inclusive")
    return cuts[49], cuts[98]


def _judge(there: Installation, notes: Notes) -> list[str]:
    uri = there.settings["SUPPLYCHAIN_GRAPH_URI"]
    with GraphDatabase.driver(uri) as driver:
        quiet = reader.wait_until_quiet(driver)
        snapshot = reader.read_snapshot(driver)
        nodes = reader.count_nodes(driver)
    late = sorted(judge.list_lateness_s(snapshot))
    print(f"quiet after {quiet:.0f} s; {nodes} nodes")
    if late:
        print(f"openings: {len(late)}, latest {late[-1]:.1f} s after the deadline")
    print(
        f"acknowledged: {len(notes.requests)} requests, {len(notes.bids)} bids, "
        f"{len(notes.awards)} awards, {len(notes.accepted)} orders accepted, "
        f"{len(notes.shipped)} shipped, {len(notes.received)} received"
    )
    faults = judge.find_faults(notes, snapshot)
    audit = there.run_command("audit", "verify")
    print(f"audit verify: {audit.stdout.strip().splitlines()[-1] if audit.stdout else 'silent'}")
    return faults + ([] if audit.returncode == 0 else [f"audit: {audit.stdout[-500:]}"])
