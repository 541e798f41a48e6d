"""The graph: whether it answers, whose it is, its schema, its clock and what waits in it."""

from __future__ import annotations

import contextlib
import math
import socket
import time
from collections.abc import Iterator
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

import psutil

from supplychain.actions.bids import list_sealed
from supplychain.config import Settings
from supplychain.doctor.findings import Finding, fail, ok, warn
from supplychain.errors import Conflict, Unavailable
from supplychain.graph import inspection
from supplychain.graph.bids import seals
from supplychain.graph.engine import gate, installation
from supplychain.graph.engine.driver import bolt_address, bolt_file, graph
from supplychain.graph.engine.greeting import Greeting, greet
from supplychain.graph.engine.schema import list_missing, list_shipped, read_schema
from supplychain.graph.engine.transactions import read
from supplychain.graph.inspection import Backlog
from supplychain.model.ids import to_instant, utc_now

ANSWER_S: Final = 3.0
SCHEMES: Final = frozenset({"bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc"})
BOLT_NUMBER: Final = 7687
HELLO: Final = bytes.fromhex("6060b017") + bytes.fromhex("00000405 00000304 00000104 00000004")
"""The first bytes of a Bolt connection: magic, and four versions to choose from."""
SKEW_S: Final = 2.0
BAD_SKEW_S: Final = 30.0
"""Leases, sessions and deadlines are compared over machines; the shortest lease is 10 s."""
CLOCK_S: Final = 15.0
"""Whoever keeps time is through in less than 10 s."""
OUTBOX_S: Final = 60.0
JOBS_S: Final = 600.0
MAILS_S: Final = 900.0
"""For how long events, jobs and mails may wait: much longer than they do while all runs."""
NEO4J_MEND: Final = "Start Neo4j, and check SUPPLYCHAIN_GRAPH_URI."


def check_graph(config: Settings) -> Iterator[Finding]:
    """Whether it answers and lets us in."""
    try:
        uri, _, _ = bolt_address(config)
    except Unavailable as error:
        yield _explain_address(config, error)
        return
    wrong = _probe_bolt(uri, embedded=config.embedded)
    if wrong is not None:
        yield wrong
        return
    yield _explain_greeting(config, greet(graph(), config.graph_database))


def _explain_greeting(config: Settings, greeting: Greeting) -> Finding:
    match greeting.refusal:
        case "":
            return ok("graph", greeting.agent)
        case "password":
            mend = (
                "Set SUPPLYCHAIN_GRAPH_USER and SUPPLYCHAIN_GRAPH_PASSWORD to what the graph knows."
            )
            if config.embedded:
                mend = f"Stop the graph, rm '{bolt_file(config)}', and start it: supplychain graph"
            return fail("graph", "It refuses our password", mend)
        case "database":
            says = f"It answers, but not for the database {config.graph_database}: {greeting.error}"
            mend = "Set SUPPLYCHAIN_GRAPH_DATABASE to one that is there: neo4j"
            return fail("graph", says, mend)
        case "silence":
            says = f"It takes connections and answers no query: {greeting.error}"
            mend = "Restart it: supplychain graph" if config.embedded else NEO4J_MEND
            return fail("graph", says, mend)


def _explain_address(config: Settings, error: Unavailable) -> Finding:
    """Why the address of the embedded graph cannot be read."""
    file = bolt_file(config)
    running = _find_embedded(config)
    if running is not None:
        says = f"It runs (process {running}), but {file}, which says where, is lost or broken"
        mend = (
            f"Stop it and start it anew, which writes the file: kill {running}; supplychain graph"
        )
        return fail("graph", says, mend)
    if file.exists():
        says = f"{file} cannot be read, and the embedded graph is not running"
        return fail("graph", says, "Start it, which writes the file anew: supplychain graph")
    return fail("graph", error.text, "Start it: supplychain graph")


def _find_embedded(config: Settings) -> int | None:
    """The process of the embedded graph of this data folder: it works inside its folder."""
    folder = str(bolt_file(config).parent)
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            words = process.cmdline() if process.cwd() == folder else []
            if "graph" in words or any(word.endswith("Neo4jServer.java") for word in words):
                return process.pid
    return None


def _probe_bolt(uri: str, *, embedded: bool) -> Finding | None:
    """What is wrong at the address; None where Bolt is spoken there."""
    parts = urlsplit(uri)
    if parts.scheme not in SCHEMES:
        says = f"SUPPLYCHAIN_GRAPH_URI begins with {parts.scheme or 'nothing'}://"
        return fail("graph", says, "Begin it with neo4j:// or bolt://, e.g. bolt://127.0.0.1:7687")
    host, port = parts.hostname or "localhost", parts.port or BOLT_NUMBER
    start = "Start it: supplychain graph" if embedded else NEO4J_MEND
    try:
        with socket.create_connection((host, port), timeout=ANSWER_S) as connection:
            if "+" in parts.scheme:
                return None  # encrypted: the driver looks
            connection.settimeout(ANSWER_S)
            connection.sendall(HELLO)
            answer = connection.recv(4)
    except TimeoutError:
        restart = "kill its process, then: supplychain graph" if embedded else "restart Neo4j"
        says = f"What listens at {host}:{port} is frozen: no answer within {ANSWER_S:.0f} s"
        return fail("graph", says, f"Look at its log and its memory, and {restart}")
    except socket.gaierror:
        return fail("graph", f"There is no host {host}", "Check SUPPLYCHAIN_GRAPH_URI.")
    except OSError as error:
        return fail("graph", f"Nothing answers at {host}:{port}: {error.strerror}", start)
    if len(answer) < len(b"1234") or answer[0] != 0 or answer == bytes(4):
        says = f"What answers at {host}:{port} is no graph"
        mend = "Stop what took the port, or set SUPPLYCHAIN_GRAPH_URI to the port of Bolt (7687)."
        return fail("graph", says, start if embedded else mend)
    return None


def check_schema(_config: Settings) -> Iterator[Finding]:
    """Whether the schema is this program's and whole."""
    try:
        schema = read_schema(graph())
        schema.check()
    except Conflict as error:
        update = "Update this program: git pull, then scripts/environment."
        edited = "edited" in error.text
        yield fail("migrations", error.text, "Use a clean checkout." if edited else update)
        return
    except Unavailable as error:
        yield fail("migrations", error.text, "Run: supplychain migrate")
        return
    missing = list_missing(graph())
    if missing:
        kinds = {
            name: "constraint" if "CONSTRAINT" in text else "index"
            for name, text in missing.items()
        }
        names = ", ".join(f"{kinds[name]} {name}" for name in sorted(missing))
        yield fail("migrations", f"Gone: {names}", "Make them anew: supplychain migrate")
    elif schema.newer:
        yield ok("migrations", f"Newer (V{schema.version:04d}), and this program works beside it")
    else:
        yield ok("migrations", f"The schema is up to date (V{schema.version:04d})")


def check_installation(config: Settings) -> Iterator[Finding]:
    """Whether graph and data folder belong together."""
    folder = installation.read_folder(config)
    there = read(graph(), installation.find_id)
    engine = installation.name_engine(config)
    if folder is None:
        mend = "Run: supplychain migrate"
        yield warn("installation", "The data folder does not say whose graph it belongs to", mend)
    elif folder.engine != engine:
        says = f"This folder was used with the {folder.engine} graph, the settings name {engine}"
        mend = (
            "Set or unset SUPPLYCHAIN_GRAPH_URI as it was; or, if this graph holds what that one "
            "held: supplychain migrate --adopt"
        )
        yield fail("installation", says, mend)
    elif folder.id != there:
        says = "The data folder belongs to the graph of another installation"
        mend = (
            "Set SUPPLYCHAIN_DATA to the folder of this graph; or, if the two belong together: "
            "supplychain migrate --adopt"
        )
        yield fail("installation", says, mend)
    else:
        yield ok("installation", f"Graph and data folder are those of {there[:8]}")


def check_skew(_config: Settings) -> Iterator[Finding]:
    """Whether the clock of the graph's machine and this one's agree."""
    before = utc_now().timestamp()
    there = read(graph(), inspection.read_server_ms) / 1000
    after = utc_now().timestamp()
    skew = there - after if there > after else min(0.0, there - before)
    says = f"The graph's machine is {abs(skew):.0f} s {'ahead' if skew > 0 else 'behind'}"
    mend = "Set both clocks by the network: timedatectl set-ntp true"
    if abs(skew) > BAD_SKEW_S:
        yield fail("time", says, mend)
    elif abs(skew) > SKEW_S:
        yield warn("time", says, mend)
    else:
        yield ok("time", "The clocks of the graph and of this machine agree")


def check_writes(_config: Settings) -> Iterator[Finding]:
    """Whether anything may be written: a backup holds writes back, a restore, a graph left."""
    held = read(graph(), gate.find_gate)
    if held is None or not held.is_shut:
        yield ok("writes", "Nothing holds writes back")
    elif held.name == gate.RESTORE:
        says = "Nobody can write: a backup is being put back, or was and is not through"
        mend = (
            "Wait for it; if it runs no more, run it again, it goes on: supplychain restore FOLDER"
        )
        yield fail("writes", says, mend)
    elif held.name == gate.MOVED:
        says = "Nobody can write: this graph was left for another one"
        mend = (
            "Set what supplychain move printed and restart all processes; or take it back: "
            "supplychain move --undo"
        )
        yield fail("writes", says, mend)
    else:
        seconds = math.ceil(held.until - time.time())
        says = f"A backup holds writes back; if it is gone, they go on in {seconds} s"
        yield warn("writes", says, "Wait for it.")


def check_clock(_config: Settings) -> Iterator[Finding]:
    """Whether somebody does what time makes due."""
    if all(migration.name != "clock" for migration in list_shipped()):
        return
    kept_at = read(graph(), inspection.find_clock)
    mend = "Start one: supplychain worker"
    if not kept_at:
        yield fail("clock", "Nobody has kept time yet: deadlines do not open", mend)
        return
    age = (utc_now() - to_instant(kept_at)).total_seconds()
    if age > CLOCK_S:
        says = f"Nobody keeps time since {_format_age(age)}: deadlines do not open"
        yield fail("clock", says, mend)
    else:
        yield ok("clock", f"What is due was done {max(0, round(age))} s ago")


def check_backlogs(config: Settings) -> Iterator[Finding]:
    """Whether what waits in the graph moves on."""
    now = utc_now()
    outbox = read(graph(), inspection.find_outbox)
    yield _judge_backlog("outbox", outbox, now, OUTBOX_S, "supplychain worker")
    jobs = read(graph(), inspection.list_queued_jobs)
    stuck = [job for job in jobs if _measure_age(job, now) > JOBS_S]
    for job in stuck:
        yield _judge_backlog("jobs", job, now, JOBS_S, "supplychain worker --processes 4")
    if not stuck:
        yield ok("jobs", f"{sum(job.count for job in jobs)} wait, none for long")
    if config.sends_mail:
        mails = read(graph(), inspection.find_mails)
        yield _judge_backlog("mails", mails, now, MAILS_S, "supplychain worker")


def _judge_backlog(
    check: str, backlog: Backlog, now: datetime, limit_s: float, command: str
) -> Finding:
    age = _measure_age(backlog, now)
    if age <= limit_s:
        return ok(check, f"{backlog.count} {backlog.kind} wait, none for long")
    says = f"{backlog.count} of {backlog.kind} wait, the first for {_format_age(age)}"
    mend = f"Look at the log of the worker, and start one (or one more): {command}"
    return fail(check, says, mend)


def _measure_age(backlog: Backlog, now: datetime) -> float:
    if not backlog.count or not backlog.since:
        return 0.0
    return (now - to_instant(backlog.since)).total_seconds()


def _format_age(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.0f} h"


def check_seals(_config: Settings) -> Iterator[Finding]:
    """Whether the keys that are here open the bids of every request that is open."""
    kept = list_sealed(graph())
    shut = [seal for seal in kept if seals.find_opener(seal) is None]
    if not shut:
        yield ok("seals", f"The keys open all {len(kept)} open requests")
        return
    keys = ", ".join(sorted({seal.key_id for seal in shut}))
    yield fail(
        "seals",
        f"{len(shut)} of {len(kept)} open requests are sealed with a key not here: {keys}",
        "Put the file seal_keys (or SUPPLYCHAIN_SEAL_KEYS) back from its own backup. Without "
        "it nobody reads these bids: their buyers have to cancel the requests and copy them.",
    )


def check_signatures(config: Settings) -> Iterator[Finding]:
    """Whether the keys are here that signed events and that encrypt second steps."""
    used = {
        "audit_keys": (read(graph(), inspection.list_signing_keys), config.audit_keys),
        "factor_keys": (read(graph(), inspection.list_factor_keys), config.factor_keys),
    }
    lost = {name: sorted(set(ids) - {key.id for key in keys}) for name, (ids, keys) in used.items()}
    if lost["audit_keys"]:
        says = f"Events are signed with a key not here: {', '.join(lost['audit_keys'])}"
        mend = (
            "Put the file audit_keys (or SUPPLYCHAIN_AUDIT_KEYS) back from its own backup. "
            "Without it supplychain audit verify proves nothing of before."
        )
        yield fail("signatures", says, mend)
    if lost["factor_keys"]:
        says = f"Second steps are encrypted with a key not here: {', '.join(lost['factor_keys'])}"
        mend = (
            "Put the file factor_keys (or SUPPLYCHAIN_FACTOR_KEYS) back from its own backup. "
            "Without it: supplychain user end-second-step EMAIL, for everybody who has one"
        )
        yield fail("signatures", says, mend)
    if not any(lost.values()):
        yield ok("signatures", "The keys that signed events and encrypt second steps are here")


CHECKS: Final = {
    "migrations": check_schema,
    "installation": check_installation,
    "time": check_skew,
    "writes": check_writes,
    "clock": check_clock,
    "outbox": check_backlogs,
    "seals": check_seals,
    "signatures": check_signatures,
}
"""What is looked at where the graph answers."""
