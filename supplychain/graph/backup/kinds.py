"""What a label and a type of relation are to a backup.

Labels and types cannot be parameters of Cypher, so each has its own constants. Whoever adds a label
or a type adds its entry; ``tests/structure/test_backups.py`` fails until then, and a backup refuses
to leave out what it finds beside them.

``datetime()`` stands in what creates, and nowhere else in the program: a zoned instant would lose
its zone as a parameter of the embedded engine (our own instants are texts; these are of others).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import LiteralString


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeKind:
    """The nodes of one label, told apart by the unique property ``key``.

    ``keys`` reads up to ``$limit`` keys, ``page`` the properties of the nodes with keys from
    ``$low`` to ``$high``: one way through the index costs half of a search for each key.
    ``create`` takes ``$rows`` of [properties, [[name, instant], …]], ``delete`` takes ``$keys``.
    ``fresh``, of what is never changed once it is there (or tells it: ``gate.tell_rewrite``), reads
    the nodes with ``$keys``.
    """

    label: str
    key: str
    keys: LiteralString
    page: LiteralString
    create: LiteralString
    delete: LiteralString
    fresh: LiteralString = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationKind:
    """The relations of one type between nodes of two labels, start to end.

    ``page`` reads [start key, end key, properties] of all that hang on the nodes with keys from
    ``$low`` to ``$high`` of the label ``paged``: the end of which a node has fewer.
    ``create`` takes ``$rows`` of [start key, end key, properties, [[name, instant], …]], ``bare``
    ``$rows`` of [start key, end key]: two thirds of the work is for properties that are not there.
    ``fresh``, of what comes and goes with its paged node alone, reads what hangs on ``$keys``.
    """

    start: str
    type: str
    end: str
    paged: str
    page: LiteralString
    create: LiteralString
    bare: LiteralString
    fresh: LiteralString = ""

    @property
    def name(self) -> str:
        """How a backup and a report call it: ``Firm-LEADS-Chain``."""
        return f"{self.start}-{self.type}-{self.end}"
