"""Files of the data folder: secrets, keys, leftovers, and whose folder it is."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from supplychain.config import Keyring, Settings, is_loose, keys_file
from supplychain.doctor.findings import Finding, fail, ok, warn
from supplychain.graph.engine.driver import bolt_file

LEAST_SECRET_CHARS: Final = 32
KEY: Final = re.compile(r"[^\s:]+:[0-9a-fA-F]{64}")
STALE_S: Final = 3600.0
"""A draft older than this was left behind by a process that ended while it wrote."""
DRAFT: Final = re.compile(r"^\..+\.(new|[0-9a-f]{16})$|^\.doctor-|\.(half|part|tmp)$")
MOST_NAMES: Final = 3


def check_secret_key(config: Settings) -> Iterator[Finding]:
    """Whether cookies are signed with something that nobody guesses."""
    path = config.data_dir / "secret_key"
    if len(config.secret_key) >= LEAST_SECRET_CHARS:
        yield ok("secret key", "Long enough")
    elif os.environ.get("SUPPLYCHAIN_SECRET_KEY"):
        says = f"SUPPLYCHAIN_SECRET_KEY has {len(config.secret_key)} characters"
        mend = "Set one of 64: python3 -c 'import secrets; print(secrets.token_hex(32))'"
        yield fail("secret key", says, mend)
    else:
        says = f"{path} is empty or too short: nobody can sign in"
        mend = f"Put it back from its backup, or make a new one: rm '{path}', then start again"
        yield fail("secret key", says, mend)


def check_keys(config: Settings) -> Iterator[Finding]:
    """Whether the keys that lie outside the graph are whole."""
    rings = {
        Keyring.AUDIT: config.audit_keys,
        Keyring.SEAL: config.seal_keys,
        Keyring.FACTOR: config.factor_keys,
    }
    wrong = [ring for ring, keys in rings.items() if not keys or not all(map(_is_key, keys))]
    for ring in wrong:
        path = keys_file(config.data_dir, ring)
        where = (
            f"SUPPLYCHAIN_{ring.upper()}" if os.environ.get(f"SUPPLYCHAIN_{ring.upper()}") else path
        )
        mend = f"Put {where} back from its backup: a line id:secret each, 64 hexadecimal digits"
        yield fail("keys", f"{where} holds no keys, or broken ones", mend)
    if not wrong:
        yield ok("keys", "All three files of keys are whole")


def _is_key(key: object) -> bool:
    return KEY.fullmatch(str(key)) is not None


def check_secrets(config: Settings) -> Iterator[Finding]:
    """Whether other users of the machine can read what is secret."""
    if os.name != "posix":
        return
    folder = config.data_dir
    kept = (
        folder,
        folder / "secret_key",
        *(keys_file(folder, ring) for ring in Keyring),
        bolt_file(config),
    )
    loose = [path for path in kept if path.exists() and is_loose(path)]
    for path in loose:
        mode = "700" if path == folder else "600"
        yield fail("secrets", f"{path} can be read by other users", f"chmod {mode} '{path}'")
    if not loose:
        yield ok("secrets", "Only this user can read them")


def check_leftovers(config: Settings) -> Iterator[Finding]:
    """Whether processes that were killed left halves of files behind."""
    left = sorted(_find_leftovers(config.data_dir))
    if not left:
        yield ok("leftovers", "No halves of files lie about")
        return
    size = sum(path.stat().st_size for path in left)
    names = ", ".join(str(path.relative_to(config.data_dir)) for path in left[:MOST_NAMES])
    more = f" and {len(left) - MOST_NAMES} more" if len(left) > MOST_NAMES else ""
    yield warn(
        "leftovers",
        f"{len(left)} halves of files, {size} bytes, lie about for over an hour: {names}{more}",
        "Delete them: supplychain doctor --delete-leftovers",
    )


def _find_leftovers(folder: Path) -> Iterator[Path]:
    before = time.time() - STALE_S
    for root, folders, names in os.walk(folder):
        if Path(root) == folder:
            folders[:] = [name for name in folders if name != "graph"]  # the engine's own
        for name in names:
            path = Path(root) / name
            if DRAFT.search(name) and path.stat().st_mtime < before:
                yield path


def delete_leftovers(config: Settings) -> int:
    """Delete what ``check_leftovers`` names; returns how many."""
    left = list(_find_leftovers(config.data_dir))
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)
