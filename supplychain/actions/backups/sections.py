"""The sections of a graph: read from a graph or from a backup, and what they hold compared.

A section is all nodes of a label or all relations of a kind. In a backup it begins with a line
``{"$section": name}``, each node is a line of its properties, each relation one of
[start key, end key, properties], and it ends with ``{"$end": count}``.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final

from neo4j import Driver

from supplychain.actions.backups.early import FIXED_NODES, FIXED_RELATIONS, EarlyCopies
from supplychain.actions.backups.folder import GRAPH, read_lines
from supplychain.errors import Conflict
from supplychain.graph.backup import reading
from supplychain.graph.backup.reading import KeyPage
from supplychain.graph.backup.schema import LEFT_OUT, NODES, RELATIONS
from supplychain.graph.backup.values import from_line, to_line
from supplychain.graph.engine.transactions import read
from supplychain.model.backups.invariants import Values
from supplychain.model.backups.manifest import BackupRefused, Section

NAMES: Final = (*(kind.label for kind in NODES), *(kind.name for kind in RELATIONS))
DIGEST_BYTES: Final = 16
MAX_DIFFERENT_LINES: Final = 5
BATCH_LINES: Final = 5000


def list_sections(
    driver: Driver, early: EarlyCopies | None = None
) -> Iterator[tuple[str, Iterator[list[str]]]]:
    """Every section of a graph with its lines, a page at a time; nodes come before relations.

    Without the lines of an early copy that still counts once its section is reached.

    Raises:
        Conflict: the graph holds nodes or relations of which this version does not know.
    """
    early = early or EarlyCopies("")
    pages: dict[str, list[KeyPage]] = {}
    fresh: dict[str, list[Any]] = {}
    count = Counter[str]()

    def count_lines(name: str, what: str, stream: Iterator[list[Any]]) -> Iterator[list[str]]:
        copy = early.find_copy(name)
        count[what] += copy.count if copy else 0
        for values in stream:
            count[what] += len(values)
            yield [to_line(each) for each in values]

    for kind in NODES:
        keys = reading.list_keys(driver, kind)
        new = early.list_fresh(kind.label, keys)
        pages[kind.label] = reading.cut_pages(keys)
        stream = reading.stream_nodes(driver, kind, pages[kind.label])
        if new is not None:
            fresh[kind.label] = new
            stream = reading.stream_fresh(driver, kind, new)
        yield kind.label, count_lines(kind.label, "nodes", stream)
    for kind in RELATIONS:
        stream = reading.stream_relations(driver, kind, pages[kind.paged])
        if early.find_copy(kind.name):
            stream = reading.stream_fresh(driver, kind, fresh[kind.paged])
        yield kind.name, count_lines(kind.name, "relations", stream)
    _check_counts(driver, count)


def _check_counts(driver: Driver, count: Counter[str]) -> None:
    nodes, relations = read(driver, reading.count_all)
    if (nodes, relations) != (count["nodes"], count["relations"]):
        raise Conflict(
            f"The graph holds {nodes} nodes and {relations} relations, of which "
            f"{count['nodes']} and {count['relations']} were read: it changed meanwhile, or holds "
            f"something besides {', '.join(LEFT_OUT)} that this version does not back up."
        )


NODE_KINDS: Final = {kind.label: kind for kind in NODES}
RELATION_KINDS: Final = {kind.name: kind for kind in RELATIONS}


def warm_up(driver: Driver) -> None:
    """Let the engine plan every query of ``list_sections`` before anybody waits for it."""
    first: dict[str, KeyPage] = {}
    for kind in NODES:
        keys = read(driver, reading.list_some, kind, limit=1)
        first[kind.label] = KeyPage(keys=keys or [""])
        read(driver, reading.read_nodes, kind, first[kind.label])
    for kind in RELATIONS:
        read(driver, reading.read_relations, kind, first[kind.paged])
    for kind in (*FIXED_NODES, *FIXED_RELATIONS):
        list(reading.stream_fresh(driver, kind, [""]))


def list_kept(path: Path, offset: int = 0) -> Iterator[tuple[str, Iterator[str]]]:
    """Every section of a backup with its lines; each must be read to its end before the next.

    ``offset`` is where the first begins, in bytes.

    Raises:
        BackupRefused: it is torn, or holds a section of which this version does not know.
    """
    lines = read_lines(path, offset)
    for head in lines:
        name = json.loads(head).get("$section")
        if name not in NAMES:
            raise BackupRefused("This backup holds %(name)s, unknown to this version.", name=name)
        yield name, _read_section(name, lines)


def _read_section(name: str, lines: Iterator[str]) -> Iterator[str]:
    for count, line in enumerate(lines):
        # A relation is a list, and no property has a name that begins so.
        if line.startswith('{"$end":'):
            if json.loads(line) != {"$end": count}:
                break
            return
        yield line.rstrip("\n")
    raise BackupRefused("The section %(name)s of this backup is torn.", name=name)


class SectionSum:
    """Count and digest of a section, whatever the order of its lines."""

    def __init__(self, name: str) -> None:
        self.name, self.count, self._sum = name, 0, 0

    def add_lines(self, lines: list[str]) -> None:
        """Take lines in."""
        self.count += len(lines)
        self._sum += sum(
            int.from_bytes(hashlib.sha256(line.encode()).digest()[:DIGEST_BYTES]) for line in lines
        )

    def to_section(self) -> Section:
        """What the manifest says of it."""
        digest = (self._sum % (1 << (8 * DIGEST_BYTES))).to_bytes(DIGEST_BYTES).hex()
        return Section(name=self.name, count=self.count, digest=digest)


def sum_graph(driver: Driver) -> tuple[Section, ...]:
    """Count and digest of every section of a graph.

    Raises:
        Conflict: as ``list_sections``.
    """
    sums = []
    for name, pages in list_sections(driver):
        total = SectionSum(name)
        for lines in pages:
            total.add_lines(lines)
        sums.append(total.to_section())
    return tuple(sums)


def sum_kept(path: Path) -> tuple[Section, ...]:
    """Count and digest of every section of a backup."""
    sums = []
    for name, lines in list_kept(path):
        total = SectionSum(name)
        while batch := list(islice(lines, BATCH_LINES)):
            total.add_lines(batch)
        sums.append(total.to_section())
    return tuple(sums)


def name_differences(driver: Driver, folder: Path, names: set[str]) -> list[str]:
    """What differs between a backup and a graph in these sections, line by line."""
    kept = {name: Counter[str]() for name in names}
    for name, lines in list_kept(folder / GRAPH):
        counted = Counter(lines)
        if name in names:
            kept[name] = counted
    faults = []
    for name, pages in list_sections(driver):
        there = Counter(line for lines in pages for line in lines)
        if name not in names:
            continue
        for word, lines in (("missing", kept[name] - there), ("too many", there - kept[name])):
            faults += [f"{name}, {word}: {line}" for line in sorted(lines)[:MAX_DIFFERENT_LINES]]
    return faults


class GraphPicture:
    """A graph as the checks of invariants read it."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    def nodes(self, label: str) -> Iterator[Values]:
        """The properties of all nodes of a label."""
        kind = NODE_KINDS[label]
        pages = reading.cut_pages(reading.list_keys(self._driver, kind))
        for values in reading.stream_nodes(self._driver, kind, pages):
            yield from values

    def relations(self, name: str) -> Iterator[tuple[str, str, Values]]:
        """Start key, end key and properties of all relations of a kind."""
        kind = RELATION_KINDS[name]
        pages = reading.cut_pages(reading.list_keys(self._driver, NODE_KINDS[kind.paged]))
        for values in reading.stream_relations(self._driver, kind, pages):
            yield from map(tuple, values)


class KeptPicture:
    """A backup as the checks of invariants read it."""

    def __init__(self, folder: Path, sections: Iterable[Section]) -> None:
        self._path = folder / GRAPH
        self._offsets = {each.name: each.offset_bytes for each in sections}

    def nodes(self, label: str) -> Iterator[Values]:
        """The properties of all nodes of a label."""
        yield from self._read_section(label)

    def relations(self, name: str) -> Iterator[tuple[str, str, Values]]:
        """Start key, end key and properties of all relations of a kind."""
        yield from map(tuple, self._read_section(name))

    def _read_section(self, wanted: str) -> Iterator[Any]:
        for _, lines in list_kept(self._path, self._offsets[wanted]):
            for line in lines:
                yield from_line(line)
            return
