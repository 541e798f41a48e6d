"""Take a backup of the installation while it runs."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

from neo4j import Driver

from supplychain.actions.backups import folder as folders
from supplychain.actions.backups.early import EarlyCopies, copy_early
from supplychain.actions.backups.folder import FILES, GRAPH, LineWriter
from supplychain.actions.backups.pausing import Pause, pause_writes, stop_writes
from supplychain.actions.backups.sections import list_sections, sum_kept, warm_up
from supplychain.config import Keyring, Settings, keys_file, settings
from supplychain.errors import Conflict, Unavailable
from supplychain.graph.backup import reading
from supplychain.graph.engine.driver import bolt_file
from supplychain.graph.engine.migrate import list_pending, list_shipped
from supplychain.graph.engine.transactions import read
from supplychain.model.backups.manifest import (
    BackupRefused,
    KeptFile,
    KeyState,
    Manifest,
    SchemaStep,
)
from supplychain.model.backups.thinning import choose_surplus
from supplychain.model.ids import to_text, utc_now

MAX_TRIES: Final = 3
NAME_FORM: Final = "%Y%m%dT%H%M%SZ"
SECRET: Final = "secret_key"
NOT_FILES: Final = frozenset({"graph", "broker", "logs", SECRET, *Keyring})
"""What of the data folder is no file of the installation: the graph has its own way into the
backup, the broker holds hints alone, and keys are kept apart."""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadGraph:
    """What was read while writes were paused."""

    taken_at: datetime
    paused_s: float
    chains: int
    links: int
    graph_file: KeptFile
    offsets: tuple[int, ...]


def take_backup(
    driver: Driver,
    target: Path,
    *,
    say: Say,
    keys_dir: Path | None = None,
    is_move: bool = False,
) -> tuple[Manifest, Path]:
    """Write a backup into a new folder below ``target``; what it says of itself, and the folder.

    Files are copied after the graph: what it names was on the disk before.

    Args:
        target: a folder that holds backups; it is made where it is not there.
        keys_dir: where the keys go; None leaves them out.
        is_move: the graph alone is copied, to leave it for another one: it stays shut.

    Raises:
        Conflict: migrations are pending, another backup is at work, or the graph holds what this
            version does not know.
        Unavailable: writes could not be held back.
        BackupRefused: the keys would lie with the backup.
    """
    config = settings()
    if list_pending(driver):
        raise Conflict("The schema is behind this program. Run: supplychain migrate")
    target = target.resolve()
    if keys_dir is not None and keys_dir.resolve().is_relative_to(target):
        raise BackupRefused("Keys must not lie with the backup. Name another folder for them.")
    target.mkdir(parents=True, exist_ok=True)
    _drop_partial(target)
    partial = target / f"{folders.PARTIAL}{os.getpid()}"
    partial.mkdir(mode=0o700)
    try:
        hold = stop_writes if is_move else pause_writes
        picture = _read_graph(driver, partial / GRAPH, hold, say)
        say(f"Graph read; writes waited for {picture.paused_s:.1f} s.")
        files = [] if is_move else _copy_files(partial, config, target)
        keys = list_keys(config, are_included=keys_dir is not None)
        manifest = _describe_backup(driver, partial, picture, files, keys)
        if keys_dir is not None:
            _copy_keys(config, keys_dir)
        folders.write_manifest(partial, manifest)
        whole = target / f"{folders.PREFIX}{_name_of(manifest)}"
        partial.rename(whole)
        folders.sync_folder(target)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    return manifest, whole


def _name_of(manifest: Manifest) -> str:
    at = datetime.fromisoformat(manifest.made_at)
    return f"{at.strftime(NAME_FORM)}-{manifest.id[:8]}"


def _drop_partial(target: Path) -> None:
    """Take away what a backup left that was killed."""
    for left in target.glob(f"{folders.PARTIAL}*"):
        pid = left.name.removeprefix(folders.PARTIAL)
        if not (pid.isdigit() and _is_alive(int(pid))):
            shutil.rmtree(left, ignore_errors=True)


def _is_alive(pid: int) -> bool:
    if pid == os.getpid():
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _describe_backup(
    driver: Driver,
    partial: Path,
    picture: ReadGraph,
    files: list[KeptFile],
    keys: tuple[KeyState, ...],
) -> Manifest:
    """Write the list of files, read the graph's lines back, and say what there is."""
    writer = LineWriter(partial / FILES)
    for kept in files:
        line = {"path": kept.path, "size_bytes": kept.size_bytes, "sha256": kept.sha256}
        writer.write(json.dumps(line, ensure_ascii=False) + "\n")
    files_file = writer.close()
    # Reading it back proves that it can be read, and takes no time from those who write.
    sections = tuple(
        replace(section, offset_bytes=offset)
        for section, offset in zip(sum_kept(partial / GRAPH), picture.offsets, strict=True)
    )
    return Manifest(
        made_at=to_text(picture.taken_at),
        program=version("supplychain"),
        engine=driver.get_server_info().agent,
        paused_s=round(picture.paused_s, 3),
        chains=picture.chains,
        links=picture.links,
        schema=tuple(
            SchemaStep(version=step.version, name=step.name, checksum=step.checksum)
            for step in list_shipped()
        ),
        sections=sections,
        graph_file=picture.graph_file,
        files_file=files_file,
        files=len(files),
        files_bytes=sum(kept.size_bytes for kept in files),
        keys=keys,
    )


Hold = Callable[[Driver], AbstractContextManager[Pause]]


def _read_graph(driver: Driver, path: Path, hold: Hold, say: Say) -> ReadGraph:
    """The graph at one moment: read again where the pause was lost or a commit came late."""
    warm_up(driver)
    copies = copy_early(driver, path.parent)
    say("What is never changed was copied: now writes wait.")
    with contextlib.closing(copies), hold(driver) as pause:
        early = copies if copies.still_count(driver) else None
        for _ in range(MAX_TRIES):
            picture = _try_reading(driver, path, early, pause)
            if picture is not None:
                return picture
            path.unlink(missing_ok=True)
            if pause.is_lost:
                break
            early = None
            say("Something was written meanwhile: reading once more.")
    raise Unavailable("Writes could not be held back. Nothing was backed up; try again.")


def _try_reading(
    driver: Driver, path: Path, early: EarlyCopies | None, pause: Pause
) -> ReadGraph | None:
    """The graph as it is; None where it was written to meanwhile, or an early copy was wrong."""
    taken_at, before = utc_now(), read(driver, reading.count_links)
    graph_file, offsets = None, ()
    try:
        graph_file, offsets = _write_graph(driver, path, early)
    except Conflict:
        if early is None and read(driver, reading.count_links) == before and not pause.is_lost:
            raise
    if graph_file is None or read(driver, reading.count_links) != before or pause.is_lost:
        return None
    chains, links = before
    return ReadGraph(
        taken_at=taken_at,
        paused_s=time.monotonic() - pause.since,
        chains=chains,
        links=links,
        graph_file=graph_file,
        offsets=offsets,
    )


def _write_graph(
    driver: Driver, path: Path, early: EarlyCopies | None
) -> tuple[KeptFile, tuple[int, ...]]:
    writer = LineWriter(path)
    try:
        for number, (name, pages) in enumerate(list_sections(driver, early)):
            if number:
                writer.begin_part()
            writer.write(json.dumps({"$section": name}) + "\n")
            copy = early.find_copy(name) if early else None
            count = copy.count if copy else 0
            if copy:
                writer.write_packed(copy.path)
            for lines in pages:
                count += len(lines)
                writer.write("".join(f"{line}\n" for line in lines))
            writer.write(f'{{"$end":{count}}}\n')
    finally:
        kept = writer.close()
    return kept, tuple(writer.offsets)


def _copy_files(partial: Path, config: Settings, target: Path) -> list[KeptFile]:
    """Copy what the data folder holds besides graph, broker, logs and keys."""
    kept = []
    for path in list_files(config, target):
        name = path.relative_to(config.data_dir).as_posix()
        copy = partial / "files" / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copyfile(path, copy)
        except FileNotFoundError:
            continue  # tidied away since the folder was listed
        size_bytes, sha256 = folders.digest_file(copy)
        kept.append(KeptFile(path=name, size_bytes=size_bytes, sha256=sha256))
    return kept


def list_files(config: Settings, target: Path | None = None) -> list[Path]:
    """The files of the data folder that belong to a backup, in order of their names."""
    found = []
    for folder, folder_names, names in os.walk(config.data_dir):
        here = Path(folder)
        if here == config.data_dir:
            folder_names[:] = [name for name in folder_names if name not in NOT_FILES]
            names = [name for name in names if name not in NOT_FILES]
        folder_names[:] = [
            name for name in folder_names if not name.startswith(".") and here / name != target
        ]
        paths = [here / name for name in names if not name.startswith(".")]
        found += [path for path in paths if path.is_file() and not path.is_symlink()]
    return sorted(found)


def list_keys(config: Settings, *, are_included: bool) -> tuple[KeyState, ...]:
    """Which files of keys there are, with the fingerprint of each key."""
    rings = {
        Keyring.AUDIT: config.audit_keys,
        Keyring.SEAL: config.seal_keys,
        Keyring.FACTOR: config.factor_keys,
    }
    states = [
        KeyState(
            file=str(ring),
            is_there=keys_file(config.data_dir, ring).exists(),
            keys=tuple(f"{key.id}:{fingerprint(key.secret)}" for key in keys),
            is_included=are_included,
        )
        for ring, keys in rings.items()
    ]
    secret = KeyState(
        file=SECRET,
        is_there=(config.data_dir / SECRET).exists(),
        keys=(fingerprint(config.secret_key),),
        is_included=are_included,
    )
    return (*states, secret)


def fingerprint(secret: str) -> str:
    """What tells one key from another and nothing of it: slow, since a secret may be a weak one."""
    digest = hashlib.scrypt(secret.encode(), salt=b"supplychain backup", n=1 << 14, r=8, p=1)
    return digest[:8].hex()


def _copy_keys(config: Settings, keys_dir: Path) -> None:
    """Write the keys, each ring as its file has it, wherever this process has them from."""
    keys_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    rings = {
        Keyring.AUDIT: config.audit_keys,
        Keyring.SEAL: config.seal_keys,
        Keyring.FACTOR: config.factor_keys,
    }
    texts = {str(ring): "\n".join(map(str, keys)) + "\n" for ring, keys in rings.items()}
    for name, text in {**texts, SECRET: config.secret_key}.items():
        draft = keys_dir / f".{name}.new"
        draft.touch(mode=0o600)
        draft.write_text(text, encoding="ascii")
        draft.replace(keys_dir / name)


def thin_backups(target: Path, *, keep_newest: int, keep_days: int) -> list[Path]:
    """Delete old backups below ``target``; nothing else is touched.

    Returns:
        Those that went.
    """
    made: dict[datetime, list[Path]] = {}
    for folder in target.glob(f"{folders.PREFIX}*"):
        stamp = folder.name.removeprefix(folders.PREFIX).partition("-")[0]
        try:
            at = datetime.strptime(stamp, NAME_FORM).replace(tzinfo=UTC)
        except ValueError:
            continue
        if (folder / folders.MANIFEST).is_file():
            made.setdefault(at, []).append(folder)
    gone = []
    for at in choose_surplus(made, keep_newest=keep_newest, keep_days=keep_days):
        for folder in made[at]:
            # Under a name that no longer counts as a backup, should this be broken off.
            going = folder.with_name(f"{folders.PARTIAL}{folder.name}")
            folder.rename(going)
            shutil.rmtree(going)
            gone.append(folder)
    return gone


def name_graph(config: Settings) -> str:
    """How a report calls the graph that is meant: the embedded one or its address."""
    return f"embedded ({bolt_file(config).parent})" if config.embedded else str(config.graph_uri)
