"""What is never changed once it is there is copied before writes wait, and its new ones after.

Of an installation that has traded for years most is of that kind: events, shipments, receipts, keys
of requests. While writes wait only their identities are read again. What was there and is gone, or
was changed after all (``gate.tell_rewrite``), is read anew, whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from neo4j import Driver

from supplychain.actions.backups.folder import LineWriter
from supplychain.graph.backup import reading
from supplychain.graph.backup.schema import NODES, RELATIONS
from supplychain.graph.backup.values import to_line
from supplychain.graph.engine import gate
from supplychain.graph.engine.transactions import read

FIXED_NODES: Final = tuple(kind for kind in NODES if kind.fresh)
FIXED_RELATIONS: Final = tuple(kind for kind in RELATIONS if kind.fresh)


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlyCopy:
    """The packed lines of one section, without its head and its end."""

    path: Path
    count: int


class EarlyCopies:
    """What was copied early, by section, and the keys of each label that were there."""

    def __init__(self, mark: str) -> None:
        self._mark = mark
        self._keys: dict[str, frozenset[Any]] = {}
        self._copies: dict[str, EarlyCopy] = {}

    def add_copy(self, name: str, copy: EarlyCopy) -> None:
        """Keep the copy of a section."""
        self._copies[name] = copy

    def add_keys(self, label: str, keys: frozenset[Any]) -> None:
        """Keep the keys of the nodes of which copies are."""
        self._keys[label] = keys

    def find_copy(self, name: str) -> EarlyCopy | None:
        """The copy of a section, if it still counts."""
        return self._copies.get(name)

    def list_fresh(self, label: str, keys: list[Any]) -> list[Any] | None:
        """The keys that are new; None where the copy does not count, then of its relations too."""
        before = self._keys.get(label)
        if before is not None and before <= (now := frozenset(keys)):
            return sorted(now - before)
        self._drop_copy(label)
        for kind in FIXED_RELATIONS:
            if kind.paged == label:
                self._drop_copy(kind.name)
        return None

    def _drop_copy(self, name: str) -> None:
        copy = self._copies.pop(name, None)
        if copy is not None:
            copy.path.unlink(missing_ok=True)

    def still_count(self, driver: Driver) -> bool:
        """Whether nothing of these kinds was changed since."""
        return read(driver, gate.find_rewrite) == self._mark

    def close(self) -> None:
        """Take the copies away: their lines are in the backup, or not wanted."""
        for name in list(self._copies):
            self._drop_copy(name)


def copy_early(driver: Driver, folder: Path) -> EarlyCopies:
    """Copy what is never changed, while others write."""
    copies = EarlyCopies(read(driver, gate.find_rewrite))
    pages = {}
    for kind in FIXED_NODES:
        keys = reading.list_keys(driver, kind)
        copies.add_keys(kind.label, frozenset(keys))
        pages[kind.label] = reading.cut_pages(keys)
        stream = reading.stream_nodes(driver, kind, pages[kind.label])
        copies.add_copy(kind.label, _pack_lines(folder / f"{kind.label}.early", stream))
    for kind in FIXED_RELATIONS:
        stream = reading.stream_relations(driver, kind, pages[kind.paged])
        copies.add_copy(kind.name, _pack_lines(folder / f"{kind.name}.early", stream))
    return copies


def _pack_lines(path: Path, stream: Iterator[list[Any]]) -> EarlyCopy:
    writer, count = LineWriter(path), 0
    try:
        for values in stream:
            count += len(values)
            writer.write("".join(f"{to_line(each)}\n" for each in values))
    finally:
        writer.close()
    return EarlyCopy(path=path, count=count)
