"""Settings, read from the environment once.

Every name starts with ``SUPPLYCHAIN_``. Nothing needs to be set for one machine: the embedded
graph, the file broker and the data folder ``./data`` are the defaults. ``docs/settings.md`` lists
them all.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from environs import Env


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditKey:
    """A key of the event chain: its id stands at each event that it signed."""

    id: str
    secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SealKey:
    """A key of the seals: its id stands at each request whose key it wraps, and at receipts."""

    id: str
    secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorKey:
    """A key that encrypts the secrets of second steps at signing in; ``secret`` is 32 bytes in
    hexadecimal.
    """

    id: str
    secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the processes of one installation share.

    ``graph_uri`` is None for the embedded graph, whose address and password are read from
    ``data_dir / "graph" / "bolt.json"`` when the first connection is made. The last of
    ``audit_keys`` signs; the others only prove what was signed before. The last of ``seal_keys``
    seals bids and signs receipts; the others only open and prove what is older. The last of
    ``factor_keys`` encrypts; the others only open what was encrypted before.
    """

    data_dir: Path
    graph_uri: str | None
    graph_user: str
    graph_password: str
    graph_database: str
    broker_url: str
    secret_key: str
    audit_keys: tuple[AuditKey, ...]
    seal_keys: tuple[SealKey, ...]
    factor_keys: tuple[FactorKey, ...]
    secure_cookies: bool
    rate_limits: str
    upload_megabytes: int
    session_idle_minutes: int
    session_hours: int
    log_format: str
    open_registration: bool
    proxies: int
    public_url: str
    smtp_url: str = field(repr=False)
    mail_from: str

    @property
    def embedded(self) -> bool:
        """Whether the graph is the embedded one."""
        return self.graph_uri is None

    @property
    def sends_mail(self) -> bool:
        """Whether mail is sent: its server, its sender and the address of its links are set."""
        return bool(self.smtp_url and self.mail_from and self.public_url)

    @property
    def files_dir(self) -> Path:
        """Where attachments and reports are kept."""
        return self.data_dir / "files"


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process; ``settings.cache_clear()`` reads them anew.

    Every process of an installation comes by here before it writes anything: from here on, what
    it makes is readable by its own user alone.
    """
    env = Env(prefix="SUPPLYCHAIN_")
    data_dir = Path(env.str("DATA", "data")).resolve()
    _keep_private(data_dir)
    return Settings(
        data_dir=data_dir,
        graph_uri=env.str("GRAPH_URI", None) or None,
        graph_user=env.str("GRAPH_USER", "neo4j"),
        graph_password=env.str("GRAPH_PASSWORD", ""),
        graph_database=env.str("GRAPH_DATABASE", "neo4j"),
        broker_url=env.str("BROKER_URL", "filesystem://"),
        secret_key=env.str("SECRET_KEY", "")
        or _kept_text(data_dir / "secret_key", secrets.token_hex(32)),
        audit_keys=_read_audit_keys(
            env.str("AUDIT_KEYS", "") or _kept_text(audit_keys_file(data_dir), new_audit_key())
        ),
        seal_keys=_read_seal_keys(
            env.str("SEAL_KEYS", "") or _kept_text(seal_keys_file(data_dir), new_seal_key())
        ),
        factor_keys=_read_factor_keys(
            env.str("FACTOR_KEYS", "") or _kept_text(factor_keys_file(data_dir), new_audit_key())
        ),
        secure_cookies=env.bool("SECURE_COOKIES", False),
        rate_limits=env.str("RATE_LIMITS", "memory://"),
        upload_megabytes=env.int("UPLOAD_MEGABYTES", 50),
        session_idle_minutes=env.int("SESSION_IDLE_MINUTES", 120),
        session_hours=env.int("SESSION_HOURS", 12),
        log_format=env.str("LOG_FORMAT", "text"),
        open_registration=env.bool("OPEN_REGISTRATION", True),
        proxies=env.int("PROXIES", 0),
        public_url=env.str("URL", "").rstrip("/"),
        smtp_url=env.str("SMTP_URL", ""),
        mail_from=env.str("MAIL_FROM", ""),
    )


def _keep_private(data_dir: Path) -> None:
    """Shut the data folder to other users of the machine: the graph in it holds every price."""
    os.umask(0o077)
    if os.name == "posix" and data_dir.is_dir() and is_loose(data_dir):
        with contextlib.suppress(PermissionError):  # another user's; `supplychain doctor` says so
            data_dir.chmod(0o700)


def is_loose(path: Path) -> bool:
    """Whether other users of the machine may read or change a file or folder."""
    return bool(path.stat().st_mode & 0o077)


def audit_keys_file(data_dir: Path) -> Path:
    """Where the keys of the event chain are kept: outside the graph, so that whoever can write
    there alone cannot sign.
    """
    return data_dir / "audit_keys"


def new_audit_key() -> str:
    """A fresh key as the file and the setting write it: its id, a colon, its secret."""
    return f"{secrets.token_hex(4)}:{secrets.token_hex(32)}"


def _read_audit_keys(text: str) -> tuple[AuditKey, ...]:
    pairs = [entry.partition(":") for entry in text.split()]
    return tuple(AuditKey(id=key, secret=secret) for key, _, secret in pairs)


def seal_keys_file(data_dir: Path) -> Path:
    """Where the keys of the seals are kept: outside the graph, so that whoever can read its files
    alone, or a backup of them, reads no sealed bid.
    """
    return data_dir / "seal_keys"


def new_seal_key() -> str:
    """A fresh key as the file and the setting write it: its id, a colon, its secret."""
    return f"{secrets.token_hex(4)}:{secrets.token_hex(32)}"


def _read_seal_keys(text: str) -> tuple[SealKey, ...]:
    pairs = [entry.partition(":") for entry in text.split()]
    return tuple(SealKey(id=key, secret=secret) for key, _, secret in pairs)


def add_kept_key(path: Path, fresh: str) -> None:
    """Append a key to a file of keys, which stays whole and its owner's alone."""
    draft = path.with_name(f".{path.name}.new")
    draft.touch(mode=0o600)
    draft.write_text(f"{path.read_text(encoding='ascii').strip()}\n{fresh}\n", encoding="ascii")
    draft.replace(path)


def factor_keys_file(data_dir: Path) -> Path:
    """Where the keys of second steps at signing in are kept: outside the graph, so that a copy of
    it makes no codes.
    """
    return data_dir / "factor_keys"


def _read_factor_keys(text: str) -> tuple[FactorKey, ...]:
    pairs = [entry.partition(":") for entry in text.split()]
    return tuple(FactorKey(id=key, secret=secret) for key, _, secret in pairs)


def _kept_text(path: Path, fresh: str) -> str:
    """A secret, made once and kept for all processes of the installation (mode 0600)."""
    if not path.exists():
        create_file(path, fresh, mode=0o600)
    return path.read_text(encoding="ascii").strip()


def create_file(path: Path, text: str, *, mode: int) -> bool:
    """Create a file that is not there yet; False where it is.

    It appears whole or not at all: of several processes that try at once, one creates it, and all
    read the same.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    draft.touch(mode=0o600)
    draft.write_text(text, encoding="ascii")
    draft.chmod(mode)
    try:
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    return True
