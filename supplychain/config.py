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
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from environs import Env
from typing_extensions import override

from supplychain.errors import Misconfigured


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key that is kept outside the graph: its id stands at all that it signed or encrypted.

    ``secret`` is 32 random bytes in hexadecimal.
    """

    id: str
    secret: str

    @override
    def __str__(self) -> str:
        """The key as its file and its setting write it."""
        return f"{self.id}:{self.secret}"


class Keyring(StrEnum):
    """Keys of one purpose, newest last: the name of their file and, in capitals, of their setting.

    The last one signs or encrypts. The others prove and open what is older.
    """

    AUDIT = "audit_keys"
    """Sign events and anchors: who can write to the graph alone cannot sign."""
    SEAL = "seal_keys"
    """Wrap the keys of sealed bids, sign receipts: who has the graph alone reads no sealed bid."""
    FACTOR = "factor_keys"
    """Encrypt the secrets of second steps at signing in: a copy of the graph makes no codes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the processes of one installation share.

    ``graph_uri`` is None for the embedded graph, whose address and password are read from
    ``data_dir / "graph" / "bolt.json"`` when the first connection is made. Each of the three
    tuples of keys is a ``Keyring``, newest last.
    """

    data_dir: Path
    graph_uri: str | None
    graph_user: str
    graph_password: str
    graph_database: str
    broker_url: str
    secret_key: str
    audit_keys: tuple[Key, ...]
    seal_keys: tuple[Key, ...]
    factor_keys: tuple[Key, ...]
    secure_cookies: bool
    rate_limits: str
    upload_megabytes: int
    queued_jobs: int
    running_jobs: int
    json_kilobytes: int
    parser_seconds: int
    parser_megabytes: int
    firm_megabytes: int
    firm_files: int
    session_idle_minutes: int
    session_hours: int
    archive_after_days: int
    keys_kept_hours: int
    jobs_kept_days: int
    mails_kept_days: int
    looks_kept_days: int
    rankings_kept_days: int
    links_kept_days: int
    record_half_life_months: int
    log_format: str
    open_registration: bool
    proxies: int
    public_url: str
    smtp_url: str = field(repr=False)
    mail_from: str
    metrics_key: str = field(default="", repr=False)

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

    Every process comes by here before it writes: from here on what it makes is for its user alone.
    """
    env = Env(prefix="SUPPLYCHAIN_")
    data_dir = Path(env.str("DATA", "data")).resolve()
    _keep_private(data_dir)
    config = Settings(
        data_dir=data_dir,
        graph_uri=env.str("GRAPH_URI", None) or None,
        graph_user=env.str("GRAPH_USER", "neo4j"),
        graph_password=env.str("GRAPH_PASSWORD", ""),
        graph_database=env.str("GRAPH_DATABASE", "neo4j"),
        broker_url=env.str("BROKER_URL", "filesystem://"),
        secret_key=env.str("SECRET_KEY", "").strip()
        or _kept_text(data_dir / "secret_key", secrets.token_hex(32)),
        audit_keys=_read_keys(env, data_dir, Keyring.AUDIT),
        seal_keys=_read_keys(env, data_dir, Keyring.SEAL),
        factor_keys=_read_keys(env, data_dir, Keyring.FACTOR),
        secure_cookies=env.bool("SECURE_COOKIES", False),
        rate_limits=env.str("RATE_LIMITS", "memory://"),
        upload_megabytes=env.int("UPLOAD_MEGABYTES", 50),
        queued_jobs=env.int("QUEUED_JOBS", 40),
        running_jobs=env.int("RUNNING_JOBS", 2),
        json_kilobytes=env.int("JSON_KILOBYTES", 1024),
        parser_seconds=env.int("PARSER_SECONDS", 60),
        parser_megabytes=env.int("PARSER_MEGABYTES", 1024),
        firm_megabytes=env.int("FIRM_MEGABYTES", 2048),
        firm_files=env.int("FIRM_FILES", 5000),
        session_idle_minutes=env.int("SESSION_IDLE_MINUTES", 120),
        session_hours=env.int("SESSION_HOURS", 12),
        archive_after_days=env.int("ARCHIVE_AFTER_DAYS", 400),
        keys_kept_hours=env.int("KEYS_KEPT_HOURS", 48),
        jobs_kept_days=env.int("JOBS_KEPT_DAYS", 90),
        mails_kept_days=env.int("MAILS_KEPT_DAYS", 7),
        looks_kept_days=env.int("LOOKS_KEPT_DAYS", 400),
        rankings_kept_days=env.int("RANKINGS_KEPT_DAYS", 800),
        links_kept_days=env.int("LINKS_KEPT_DAYS", 30),
        record_half_life_months=max(1, env.int("RECORD_HALF_LIFE_MONTHS", 12)),
        log_format=env.str("LOG_FORMAT", "text"),
        open_registration=env.bool("OPEN_REGISTRATION", True),
        proxies=env.int("PROXIES", 0),
        public_url=env.str("URL", "").rstrip("/"),
        smtp_url=env.str("SMTP_URL", ""),
        mail_from=env.str("MAIL_FROM", ""),
        metrics_key=env.str("METRICS_KEY", ""),
    )
    _names.update(env.dump())
    return config


_names: set[str] = {"SUPPLYCHAIN_LOCAL_GRAPH"}
"""Names of settings: those that commands read by themselves, and all that were read here."""


def setting_names() -> frozenset[str]:
    """The full names of all settings that there are."""
    settings()
    return frozenset(_names)


def _keep_private(data_dir: Path) -> None:
    """Shut the data folder to other users of the machine: the graph in it holds every price."""
    os.umask(0o077)
    if os.name == "posix" and data_dir.is_dir() and is_loose(data_dir):
        with contextlib.suppress(PermissionError):  # another user's; `supplychain doctor` says so
            data_dir.chmod(0o700)


def is_loose(path: Path) -> bool:
    """Whether other users of the machine may read or change a file or folder."""
    return bool(path.stat().st_mode & 0o077)


def keys_file(data_dir: Path, ring: Keyring) -> Path:
    """Where keys are kept, one a line, if the setting of that name is not set."""
    return data_dir / ring


def new_key() -> Key:
    """A fresh key."""
    return Key(id=secrets.token_hex(4), secret=secrets.token_hex(32))


def add_key(path: Path, fresh: Key) -> None:
    """Append a key to a file of keys, which stays whole and its owner's alone."""
    draft = path.with_name(f".{path.name}.new")
    draft.touch(mode=0o600)
    draft.write_text(f"{path.read_text(encoding='ascii').strip()}\n{fresh}\n", encoding="ascii")
    draft.replace(path)


def _read_keys(env: Env, data_dir: Path, ring: Keyring) -> tuple[Key, ...]:
    text = env.str(ring.upper(), "") or _kept_text(keys_file(data_dir, ring), str(new_key()))
    pairs = [entry.partition(":") for entry in text.split()]
    return tuple(Key(id=key, secret=secret) for key, _, secret in pairs)


def _kept_text(path: Path, fresh: str) -> str:
    """A secret, made once and kept for all processes of the installation (mode 0600)."""
    if not path.exists():
        create_file(path, fresh, mode=0o600)
    text = path.read_text(encoding="ascii").strip()
    if not text:
        raise Misconfigured(
            f"The file {path} is empty. Put its content back from a backup. Without one, delete "
            "the file and start again: a fresh key is made, and what the old one signed or "
            "encrypted is lost; of secret_key that is only who is signed in."
        )
    return text


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
