"""Settings, read from the environment once.

Every name starts with ``SUPPLYCHAIN_``. Nothing needs to be set for one machine: the embedded
graph, the file broker and the data folder ``./data`` are the defaults. ``docs/settings.md`` lists
them all.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from environs import Env


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the processes of one installation share.

    ``graph_uri`` is None for the embedded graph, whose address and password are read from
    ``data_dir / "graph" / "bolt.json"`` when the first connection is made.
    """

    data_dir: Path
    graph_uri: str | None
    graph_user: str
    graph_password: str
    graph_database: str
    broker_url: str
    secret_key: str
    secure_cookies: bool
    rate_limits: str
    upload_megabytes: int
    session_idle_minutes: int
    session_hours: int
    log_format: str
    open_registration: bool
    proxies: int

    @property
    def embedded(self) -> bool:
        """Whether the graph is the embedded one."""
        return self.graph_uri is None

    @property
    def files_dir(self) -> Path:
        """Where attachments and reports are kept."""
        return self.data_dir / "files"


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process; ``settings.cache_clear()`` reads them anew."""
    env = Env(prefix="SUPPLYCHAIN_")
    data_dir = Path(env.str("DATA", "data")).resolve()
    return Settings(
        data_dir=data_dir,
        graph_uri=env.str("GRAPH_URI", None) or None,
        graph_user=env.str("GRAPH_USER", "neo4j"),
        graph_password=env.str("GRAPH_PASSWORD", ""),
        graph_database=env.str("GRAPH_DATABASE", "neo4j"),
        broker_url=env.str("BROKER_URL", "filesystem://"),
        secret_key=env.str("SECRET_KEY", "") or _kept_secret(data_dir / "secret_key"),
        secure_cookies=env.bool("SECURE_COOKIES", False),
        rate_limits=env.str("RATE_LIMITS", "memory://"),
        upload_megabytes=env.int("UPLOAD_MEGABYTES", 50),
        session_idle_minutes=env.int("SESSION_IDLE_MINUTES", 120),
        session_hours=env.int("SESSION_HOURS", 12),
        log_format=env.str("LOG_FORMAT", "text"),
        open_registration=env.bool("OPEN_REGISTRATION", True),
        proxies=env.int("PROXIES", 0),
    )


def _kept_secret(path: Path) -> str:
    """A random secret, made once and kept for all processes of the installation (mode 0600)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="ascii") as file:
            path.chmod(0o600)
            file.write(secrets.token_hex(32))
    except FileExistsError:
        pass
    return path.read_text(encoding="ascii").strip()
