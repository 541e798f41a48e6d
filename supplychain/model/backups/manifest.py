"""What a backup says of itself, so that a torn, altered or foreign one is refused unread."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Final

from supplychain.errors import Invalid

FORMAT: Final = "supplychain-backup"
FORMAT_NUMBER: Final = 1
"""Grows when an older program could not read what a newer one writes."""


class BackupRefused(Invalid):
    """This is no backup that can be put back here; nothing was written. For operators alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """The nodes of one label or the relations of one kind.

    ``digest`` does not depend on their order; ``offset_bytes`` is where they begin in the file.
    """

    name: str
    count: int
    digest: str
    offset_bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaStep:
    """One migration that the graph had."""

    version: int
    name: str
    checksum: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFile:
    """A file of the backup: ``path`` below it or below the data folder, with its SHA-256."""

    path: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyState:
    """A file of keys at the time of the backup: ``keys`` are fingerprints, never keys."""

    file: str
    is_there: bool
    keys: tuple[str, ...]
    is_included: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """Everything about a backup but its content.

    ``made_at`` is when the picture was taken, in stored form; ``paused_s`` for how long writes
    waited; ``chains`` and ``links`` count the record of events.
    """

    made_at: str
    program: str
    engine: str
    paused_s: float
    chains: int
    links: int
    schema: tuple[SchemaStep, ...]
    sections: tuple[Section, ...]
    graph_file: KeptFile
    files_file: KeptFile
    files: int
    files_bytes: int
    keys: tuple[KeyState, ...]

    @property
    def nodes(self) -> int:
        """How many nodes the backup holds."""
        return sum(each.count for each in self.sections if "-" not in each.name)

    @property
    def relations(self) -> int:
        """How many relations it holds."""
        return sum(each.count for each in self.sections if "-" in each.name)

    @property
    def schema_number(self) -> int:
        """The version of the last migration."""
        return max((step.version for step in self.schema), default=0)

    @property
    def id(self) -> str:
        """What tells this backup from all others: a digest of all that it says."""
        return hashlib.sha256(self.to_text().encode()).hexdigest()

    def to_text(self) -> str:
        """The manifest as JSON, the same for the same manifest."""
        body = {"format": FORMAT, "format_number": FORMAT_NUMBER, **asdict(self)}
        return json.dumps(body, sort_keys=True, ensure_ascii=False, indent=1)


def read_manifest(text: str) -> Manifest:
    """The manifest of its JSON.

    Raises:
        BackupRefused: of another format, of a newer one, or not whole.
    """
    try:
        body = json.loads(text)
        if not isinstance(body, dict) or body.pop("format", None) != FORMAT:
            raise BackupRefused("This is no backup of this program.")
        number = body.pop("format_number", None)
        if number != FORMAT_NUMBER:
            raise BackupRefused(
                "This backup has the format %(number)s, and this program reads %(own)s. Use the "
                "program that made it, or a newer one.",
                number=number,
                own=FORMAT_NUMBER,
            )
        return _manifest_of(body)
    except (ValueError, TypeError, KeyError) as error:
        raise BackupRefused("The manifest of this backup is torn or was altered.") from error


def _manifest_of(body: Mapping[str, object]) -> Manifest:
    parts: dict[str, object] = {
        "schema": tuple(SchemaStep(**each) for each in _list_of(body["schema"])),
        "sections": tuple(Section(**each) for each in _list_of(body["sections"])),
        "keys": tuple(
            KeyState(**{**each, "keys": tuple(each["keys"])}) for each in _list_of(body["keys"])
        ),
        "graph_file": KeptFile(**_map_of(body["graph_file"])),
        "files_file": KeptFile(**_map_of(body["files_file"])),
    }
    return Manifest(**{**body, **parts})  # type: ignore[arg-type]


def _list_of(value: object) -> list[dict]:  # type: ignore[type-arg]
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise TypeError("a list of maps")
    return value


def _map_of(value: object) -> dict:  # type: ignore[type-arg]
    if not isinstance(value, dict):
        raise TypeError("a map")
    return value
