"""Put a backup back into a graph, and prove that it is there as it was."""

from __future__ import annotations

import contextlib
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from neo4j import Driver

from supplychain.actions.backups import folder as folders
from supplychain.actions.backups.checking import CheckFindings, check_graph
from supplychain.actions.backups.folder import GRAPH
from supplychain.actions.backups.sections import (
    NODE_KINDS,
    RELATION_KINDS,
    list_kept,
    name_differences,
    sum_graph,
)
from supplychain.actions.backups.taking import Say, fingerprint
from supplychain.config import Keyring, settings
from supplychain.errors import Conflict, SupplyChainError
from supplychain.graph import track_records
from supplychain.graph.backup import loading, reading
from supplychain.graph.backup.schema import NODES
from supplychain.graph.backup.values import from_line
from supplychain.graph.engine import gate
from supplychain.graph.engine.migrate import list_shipped, migrate
from supplychain.graph.engine.transactions import read, write
from supplychain.model.backups.manifest import BackupRefused, KeptFile, Manifest

BATCH_LINES: Final = 20_000
MAX_TRIES: Final = 20
PAUSE_S: Final = 1.0
REPORT_LINES: Final = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What a restore came to."""

    manifest: Manifest
    steps: tuple[str, ...]
    findings: CheckFindings


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupSource:
    """A backup of which every byte was checked."""

    folder: Path
    manifest: Manifest
    files: tuple[KeptFile, ...]
    is_signed_here: bool


def open_source(folder: Path) -> BackupSource:
    """Check a backup from its first byte to its last.

    Raises:
        BackupRefused: it is torn, altered, of another format or of a newer schema.
    """
    manifest, is_signed_here = folders.load_manifest(folder)
    shipped = {step.version: step.checksum for step in list_shipped()}
    for step in manifest.schema:
        if step.version not in shipped:
            raise BackupRefused(
                "This backup has the schema V%(version)04d, newer than this program. Update it.",
                version=manifest.schema_number,
            )
        if shipped[step.version] != step.checksum:
            raise BackupRefused(
                "Migration V%(version)04d of this backup is none of this program.",
                version=step.version,
            )
    files = tuple(folders.check_files(folder, manifest))
    return BackupSource(
        folder=folder, manifest=manifest, files=files, is_signed_here=is_signed_here
    )


def list_missing_keys(manifest: Manifest) -> list[str]:
    """The keys that the backup was made with and that are not here."""
    config = settings()
    here = {fingerprint(config.secret_key)} | {
        f"{key.id}:{fingerprint(key.secret)}"
        for keys in (config.audit_keys, config.seal_keys, config.factor_keys)
        for key in keys
    }
    return [
        f"{state.file} {key}" for state in manifest.keys for key in state.keys if key not in here
    ]


def restore(driver: Driver, source: BackupSource, *, replaces: bool, say: Say) -> Restored:
    """Put a checked backup back, files and graph; call it again after a kill.

    Nobody else writes until it is done: the gate stays shut, also after a kill.

    Args:
        driver: of an empty graph, or of one in which this backup was put back in part.
        source: the backup.
        replaces: delete what is in the graph first.
        say: is told what happens.

    Raises:
        Conflict: the graph is not empty, or another restore was begun in it.
        BackupRefused: what is in the graph at the end is not what is in the backup.
    """
    manifest = source.manifest
    holder = f"restore {manifest.id}"
    token = gate.holder_here.set(holder)
    try:
        migrate(driver)
        _claim_graph(driver, holder, replaces=replaces, say=say)
        _put_files(source, say)
        _put_graph(driver, source, holder, say)
        _compare_graph(driver, source, say)
        write(driver, track_records.forget_rule)
        steps = _migrate_further(driver, manifest)
        findings = check_graph(driver)
        loading.open_gate(driver, holder)
    finally:
        gate.forget_look()
        gate.holder_here.reset(token)
    return Restored(manifest=manifest, steps=steps, findings=findings)


def count_target(driver: Driver) -> int:
    """How many nodes a graph holds, those of its schema left out."""
    return read(driver, reading.count_all)[0]


def _claim_graph(driver: Driver, holder: str, *, replaces: bool, say: Say) -> None:
    """Shut the gate for this restore: an empty graph, or one where it was begun."""
    held = loading.look_at_gate(driver)
    name = held.name if held is not None and held.is_shut else ""
    if held is not None and name and held.holder != holder:
        if not replaces:
            raise Conflict(f"Writes are held back here ({name}). Wait, or restore with --replace.")
        loading.break_gate(driver)
    if held is not None and name and held.holder == holder:
        say("This backup was put back in part: going on.")
    else:
        if not replaces and count_target(driver):
            raise Conflict(
                "The graph is not empty. Restore into an empty one, or replace it: --replace"
            )
        loading.shut_gate(driver, gate.RESTORE, holder, until=gate.FOR_EVER_S)
        write(driver, loading.begin, holder, loading.WIPING_STEP)
    if read(driver, loading.count_done) == loading.WIPING_STEP:
        _wipe_graph(driver, say)
        write(driver, loading.begin, holder, 0)


def _wipe_graph(driver: Driver, say: Say) -> None:
    # What hangs on few goes first: the last nodes are then without relations.
    for kind in reversed(NODES):
        count = loading.wipe(driver, kind)
        if count:
            say(f"{count} {kind.label} deleted.")
    left = read(driver, reading.count_all)
    if left != (0, 0):
        raise Conflict(
            f"{left[0]} nodes and {left[1]} relations are of none of the kinds of this version. "
            "Restore into a graph of its own."
        )


def _put_files(source: BackupSource, say: Say) -> None:
    data_dir = settings().data_dir
    for kept in source.files:
        if Path(kept.path).parts[0] in {*Keyring, "secret_key", "graph"}:
            raise BackupRefused("This backup would overwrite %(path)s.", path=kept.path)
        path = data_dir / kept.path
        if path.is_file() and folders.digest_file(path) == (kept.size_bytes, kept.sha256):
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.restored")
        shutil.copyfile(folders.kept_path(source.folder, kept), draft)
        draft.chmod(0o600)
        draft.replace(path)
    say(f"{len(source.files)} files are there.")


def _put_graph(driver: Driver, source: BackupSource, holder: str, say: Say) -> None:
    total = source.manifest.nodes + source.manifest.relations
    done, at, told_at = read(driver, loading.count_done), 0, 0
    for name, lines in list_kept(source.folder / GRAPH):
        for batch in _batch_lines(lines):
            if at + len(batch) > done:
                rest = batch[max(0, done - at) :]
                _put_batch(driver, name, rest, holder, at + len(batch) - len(rest))
            at += len(batch)
            if at - told_at >= REPORT_LINES:
                told_at = at
                say(f"{at} of {total} lines are there.")


def _batch_lines(lines: Iterator[str]) -> Iterator[list[str]]:
    while batch := list(islice(lines, BATCH_LINES)):
        yield batch


def _put_batch(driver: Driver, name: str, lines: list[str], holder: str, at: int) -> None:
    """Put one batch back; where the answer was lost, look whether it is there."""
    for attempt in range(MAX_TRIES):
        try:
            _write_batch(driver, name, [from_line(line) for line in lines], holder, at)
        except SupplyChainError as error:
            if not loading.is_passing(error) or attempt == MAX_TRIES - 1:
                raise
            time.sleep(PAUSE_S)
            with contextlib.suppress(SupplyChainError):
                if read(driver, loading.count_done) == at + len(lines):
                    return
        else:
            return


def _write_batch(driver: Driver, name: str, rows: list[Any], holder: str, at: int) -> None:
    if name in NODE_KINDS:
        write(driver, loading.create_nodes, NODE_KINDS[name], rows, holder, at)
    else:
        write(driver, loading.create_relations, RELATION_KINDS[name], rows, holder, at)


def _compare_graph(driver: Driver, source: BackupSource, say: Say) -> None:
    """Read the graph once more: node by node and relation by relation as in the backup.

    Raises:
        BackupRefused: it is not.
    """
    kept = {each.name: (each.count, each.digest) for each in source.manifest.sections}
    there = {each.name: (each.count, each.digest) for each in sum_graph(driver)}
    different = {name for name in there if there[name] != kept.get(name, (0, there[name][1]))}
    different -= {name for name in there if name not in kept and not there[name][0]}
    if different:
        faults = name_differences(driver, source.folder, different)
        for fault in faults:
            say(fault)
        raise BackupRefused(
            "The graph is not as the backup: %(names)s differ. It stays shut.",
            names=", ".join(sorted(different)),
        )
    say("Compared: each node and each relation is as in the backup.")


def _migrate_further(driver: Driver, manifest: Manifest) -> tuple[str, ...]:
    """Let the migrations run that the backup is from before."""
    write(driver, loading.forget_migrations, manifest.schema_number)
    return tuple(step.name for step in migrate(driver))
