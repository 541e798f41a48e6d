"""Carry an installation to another graph, and prove that it is there node by node.

The data folder stays where it is: files and keys are the same before and after.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from neo4j import Driver

from supplychain.actions.backups.folder import MANIFEST
from supplychain.actions.backups.pausing import MOVER
from supplychain.actions.backups.restoring import Restored, open_source, restore
from supplychain.actions.backups.taking import Say, take_backup
from supplychain.config import settings
from supplychain.errors import Conflict
from supplychain.graph.backup import loading
from supplychain.graph.engine.driver import bolt_address, forget, graph

EMBEDDED: Final = "embedded"
"""Stands for the embedded graph of the data folder where an address is expected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphAddress:
    """Where a graph is: an address of Bolt, or ``embedded``."""

    uri: str
    user: str = "neo4j"
    password: str = field(default="", repr=False)
    database: str = "neo4j"

    @property
    def variables(self) -> dict[str, str]:
        """The settings that make an installation use it; "" takes one away."""
        uri = "" if self.uri == EMBEDDED else self.uri
        return {
            "SUPPLYCHAIN_GRAPH_URI": uri,
            "SUPPLYCHAIN_GRAPH_USER": self.user,
            "SUPPLYCHAIN_GRAPH_PASSWORD": self.password,
            "SUPPLYCHAIN_GRAPH_DATABASE": self.database,
        }


def move(target: GraphAddress, *, replaces: bool, say: Say) -> Restored:
    """Carry everything into another graph. The old one stays as it is, shut to writes.

    If it is broken off, call it again: what was read is not read anew.

    Raises:
        Conflict: it is the same graph, the other one is not empty, or a backup is at work.
        Unavailable: one of the two is away.
    """
    folder = settings().data_dir / ".move"
    _check_other(target)
    with use_graph(target):
        graph().verify_connectivity()
    source = _copy_out(graph(), folder, say)
    with use_graph(target):
        restored = restore(graph(), open_source(source), replaces=replaces, say=say)
    shutil.rmtree(folder)
    return restored


def _check_other(target: GraphAddress) -> None:
    own = bolt_address(settings())[0]
    with use_graph(target):
        other = bolt_address(settings())[0]
    if own == other:
        raise Conflict("This installation uses that graph already.")


def _copy_out(driver: Driver, folder: Path, say: Say) -> Path:
    """The graph as a folder; the one of a move that was broken off, if nobody wrote since."""
    held = loading.look_at_gate(driver)
    if held is not None and held.is_shut and held.holder == MOVER:
        for whole in folder.glob(f"*/{MANIFEST}"):
            say("Going on with the move that was broken off.")
            return whole.parent
    shutil.rmtree(folder, ignore_errors=True)
    return take_backup(driver, folder, say=say, is_move=True)[1]


@contextmanager
def use_graph(target: GraphAddress) -> Iterator[None]:
    """Let this process work with another graph for a while."""
    before = {name: os.environ.get(name) for name in target.variables}
    _set_variables(dict(target.variables))
    try:
        yield
    finally:
        _set_variables(before)


def _set_variables(variables: dict[str, str | None] | dict[str, str]) -> None:
    forget()
    for name, value in variables.items():
        if value:
            os.environ[name] = value
        else:
            os.environ.pop(name, None)
    settings.cache_clear()
