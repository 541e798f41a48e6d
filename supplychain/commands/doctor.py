"""``supplychain doctor``: what is wrong with this installation, and how to mend it."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import click
from kombu.exceptions import OperationalError

from supplychain.actions.bids import list_sealed
from supplychain.config import Keyring, Settings, is_loose, keys_file, settings
from supplychain.errors import Conflict, SupplyChainError
from supplychain.graph.bids import seals
from supplychain.graph.engine.driver import bolt_file, forget, graph
from supplychain.graph.engine.migrate import list_pending

OK, WARN, FAIL = "OK", "WARN", "FAIL"
NEEDED_PYTHON: Final = (3, 11)
BYTES_A_GB: Final = 1024**3
WORKER_TIMEOUT_S: Final = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one check found; ``mend`` says how to mend it where it is not OK."""

    check: str
    state: str
    says: str
    mend: str = ""


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of lines.")
def command(*, as_json: bool) -> None:
    """Check this installation; exit code 1 when something fails."""
    findings = []
    for finding in check_all(settings()):
        findings.append(finding)
        if not as_json:
            _print_finding(finding)
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings], indent=2))
    forget()
    sys.exit(1 if any(finding.state == FAIL for finding in findings) else 0)


def _print_finding(finding: Finding) -> None:
    click.echo(f"{finding.state:<5} {finding.check:<12} {finding.says}")
    if finding.mend:
        click.echo(f"{'':<18} -> {finding.mend}")


def check_all(config: Settings) -> Iterator[Finding]:
    """The findings of all checks, one after the other."""
    checks: tuple[Callable[[Settings], Iterator[Finding]], ...] = (
        _check_python,
        _check_folder,
        _check_disk,
        _check_secrets,
        _check_graph,
        _check_seals,
        _check_broker,
        _check_mail,
    )
    for check in checks:
        yield from check(config)


def _check_python(_config: Settings) -> Iterator[Finding]:
    version = sys.version_info
    says = f"Python {version.major}.{version.minor}.{version.micro}"
    if tuple(version[:2]) >= NEEDED_PYTHON:
        yield Finding(check="python", state=OK, says=says)
    else:
        mend = "Install Python 3.11 or later, remove .venv, and run scripts/demo."
        yield Finding(check="python", state=FAIL, says=f"{says} is too old", mend=mend)


def _check_folder(config: Settings) -> Iterator[Finding]:
    yield _check_writable("data folder", config.data_dir)


def _check_writable(check: str, folder: Path) -> Finding:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".doctor-"):
            pass
    except OSError as error:
        mend = f"Let this user write to {folder}, or set SUPPLYCHAIN_DATA to another folder."
        says = f"{folder} cannot be written: {error.strerror}"
        return Finding(check=check, state=FAIL, says=says, mend=mend)
    return Finding(check=check, state=OK, says=f"{folder} can be written")


def _check_disk(config: Settings) -> Iterator[Finding]:
    there = next(path for path in (config.data_dir, *config.data_dir.parents) if path.exists())
    free = shutil.disk_usage(there).free / BYTES_A_GB
    state = FAIL if free < 0.5 else WARN if free < 5 else OK
    mend = "" if state == OK else f"Free some space on the disk of {there}: 5 GB is comfortable."
    yield Finding(check="disk", state=state, says=f"{free:.1f} GB free", mend=mend)


def _check_secrets(config: Settings) -> Iterator[Finding]:
    if os.name != "posix":
        return
    kept = (
        config.data_dir / "secret_key",
        *(keys_file(config.data_dir, ring) for ring in Keyring),
        bolt_file(config),
    )
    folder = config.data_dir
    loose = [path for path in (folder, *kept) if path.exists() and is_loose(path)]
    for path in loose:
        says = f"{path} can be read by other users"
        mode = "700" if path == folder else "600"
        yield Finding(check="secrets", state=FAIL, says=says, mend=f"chmod {mode} '{path}'")
    if not loose:
        yield Finding(check="secrets", state=OK, says="Only this user can read them")


def _check_graph(config: Settings) -> Iterator[Finding]:
    try:
        behind = list_pending(graph())
        agent = graph().get_server_info().agent
    except Conflict as error:
        yield Finding(check="migrations", state=FAIL, says=error.text, mend="Use a clean checkout.")
    except Exception as error:  # whatever it is, the doctor says it and goes on
        yield Finding(
            check="graph",
            state=FAIL,
            says=error.text if isinstance(error, SupplyChainError) else type(error).__name__,
            mend="Start it: supplychain graph"
            if config.embedded
            else "Start Neo4j, and check SUPPLYCHAIN_GRAPH_URI, _GRAPH_USER and _GRAPH_PASSWORD.",
        )
    else:
        yield Finding(check="graph", state=OK, says=agent)
        yield _check_migrations(len(behind))


def _check_migrations(behind: int) -> Finding:
    if behind:
        says = f"{behind} to apply"
        return Finding(check="migrations", state=FAIL, says=says, mend="Run: supplychain migrate")
    return Finding(check="migrations", state=OK, says="The schema is up to date")


def _check_seals(_config: Settings) -> Iterator[Finding]:
    """Whether the keys that are here open the bids of every request that is open."""
    try:
        kept = list_sealed(graph())
    except Exception:  # the graph has its own check, which says what is wrong with it
        return
    shut = [seal for seal in kept if seals.find_opener(seal) is None]
    if shut:
        keys = ", ".join(sorted({seal.key_id for seal in shut}))
        says = f"{len(shut)} of {len(kept)} open requests are sealed with a key not here: {keys}"
        mend = (
            "Put the file seal_keys (or SUPPLYCHAIN_SEAL_KEYS) back from its own backup. Without "
            "it nobody reads these bids: their buyers have to cancel the requests and copy them."
        )
        yield Finding(check="seals", state=FAIL, says=says, mend=mend)
    else:
        yield Finding(check="seals", state=OK, says=f"The keys open all {len(kept)} open requests")


def _check_broker(config: Settings) -> Iterator[Finding]:
    if config.broker_url.startswith("filesystem:"):
        broker = _check_writable("broker", config.data_dir / "broker")
    else:
        broker = _check_reachable()
    yield broker
    if broker.state == OK:
        yield _check_worker()


def _check_mail(config: Settings) -> Iterator[Finding]:
    if config.sends_mail:
        yield Finding(check="mail", state=OK, says=f"It is sent as {config.mail_from}")
    elif config.smtp_url or config.mail_from:
        says = "It is set up in part, and nothing is sent"
        mend = "Set SUPPLYCHAIN_SMTP_URL, SUPPLYCHAIN_MAIL_FROM and SUPPLYCHAIN_URL."
        yield Finding(check="mail", state=WARN, says=says, mend=mend)
    else:
        yield Finding(check="mail", state=OK, says="None is sent: owners and operators make links")


def _check_reachable() -> Finding:
    from supplychain.tasks.app import app  # Celery is slow to import

    try:
        with app.connection_for_write() as connection:
            connection.ensure_connection(max_retries=1, timeout=WORKER_TIMEOUT_S)
            where = connection.as_uri()
    except (OperationalError, OSError) as error:
        mend = "Start the broker, and check SUPPLYCHAIN_BROKER_URL."
        says = f"It does not answer: {type(error).__name__}"
        return Finding(check="broker", state=FAIL, says=says, mend=mend)
    return Finding(check="broker", state=OK, says=where)


def _check_worker() -> Finding:
    from supplychain.tasks.app import app  # Celery is slow to import

    try:
        answers = app.control.inspect(timeout=WORKER_TIMEOUT_S).ping() or {}
    except (OperationalError, OSError):
        answers = {}
    if not answers:
        mend = "Start one: supplychain worker --beat"
        says = "No worker answers; jobs wait"
        return Finding(check="worker", state=FAIL, says=says, mend=mend)
    return Finding(check="worker", state=OK, says=", ".join(sorted(answers)))
