"""Which graph belongs to which data folder: both hold the id of their installation.

Files, keys and graph are one thing. A folder beside the graph of another installation opens no
sealed bid and proves no event, and says nothing until somebody misses them.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from neo4j import Driver

from supplychain.config import Settings, create_file
from supplychain.errors import Conflict
from supplychain.graph.engine.transactions import Tx, nonce, read, row, write
from supplychain.model.ids import new_id

Engine = Literal["embedded", "neo4j"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """What a data folder says of its graph."""

    id: str
    engine: Engine


def installation_file(config: Settings) -> Path:
    """Where it is kept."""
    return config.data_dir / "installation.json"


def name_engine(config: Settings) -> Engine:
    """The engine that the settings name."""
    return "embedded" if config.embedded else "neo4j"


def read_folder(config: Settings) -> Installation | None:
    """What the data folder says; None where it says nothing yet, or nothing that can be read."""
    try:
        return Installation(**json.loads(installation_file(config).read_text(encoding="ascii")))
    except (OSError, ValueError, TypeError):
        return None


def mark_installation(driver: Driver, config: Settings) -> str:
    """Give graph and folder the same id where one of them has none; returns the graph's.

    A graph without an id does not become that of a folder which was used with another engine.
    """
    folder = read_folder(config)
    there = read(driver, find_id)
    if folder is None:
        there = there or write(driver, set_id, new_id())
        adopt_graph(config, there)
    elif not there and folder.engine == name_engine(config):
        there = write(driver, set_id, folder.id)
    return there


def adopt_graph(config: Settings, graph_id: str) -> None:
    """Let the data folder say from now on that this graph is its own."""
    text = json.dumps(asdict(Installation(id=graph_id, engine=name_engine(config))))
    path = installation_file(config)
    draft = path.with_name(f".{path.name}.new")
    if path.exists():
        draft.write_text(text, encoding="ascii")
        draft.replace(path)
    else:
        create_file(path, text, mode=0o600)


def adopt(driver: Driver, config: Settings) -> str:
    """Make this graph and this folder one installation, whatever they said before.

    Raises:
        Conflict: the graph has no schema yet.
    """
    there = read(driver, find_id) or write(driver, set_id, new_id())
    if not there:
        raise Conflict("This graph has no schema yet. Run: supplychain migrate")
    adopt_graph(config, there)
    return there


FIND = "MATCH (m:Migration {version: 0}) RETURN m.installation AS id"


def find_id(tx: Tx) -> str:
    """The id that the graph holds; empty where it has none."""
    record = row(tx, FIND)
    return "" if record is None else record["id"] or ""


SET = """
MATCH (m:Migration {version: 0}) SET m.lock = $nonce
WITH m SET m.installation = coalesce(m.installation, $id)
RETURN m.installation AS id
"""


def set_id(tx: Tx, fresh: str) -> str:
    """Give the graph an id, once; returns the one that it has. Empty before its first schema."""
    record = row(tx, SET, nonce=nonce(), id=fresh)
    return "" if record is None else record["id"]
