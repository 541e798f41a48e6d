"""The tree of categories: what an equipment chain buys, in one set of words that meet.

A node is named in English and Chinese and answers to synonyms in English, Chinese, German and
Japanese. Its id is its English name in lower case. Texts are compared without case, width, blanks,
hyphens, and the plural of English words; ``forging``, ``FORGINGS``, ``锻件`` and ``Schmiedeteile``
are one category. What the tree does not have keeps its own text in lower case as its id.

Source: the names and synonyms in ``tree.csv`` were written for this project and are under its
licence. ``unspsc`` is a code of the United Nations Standard Products and Services Code, where a
segment, family or class of it is the same thing; empty where none surely is.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Final

from supplychain.model.names import CACHED_NAMES, fold_name

LANGUAGES: Final = ("en", "zh")
"""In which every node has a name."""
_SYNONYM_COLUMNS: Final = ("en", "zh_also", "de", "ja")
_WORD: Final = re.compile(r"[a-z]+")
_SPELLINGS: Final = (("centre", "center"), ("aluminium", "aluminum"), ("mould", "mold"),
                     ("fibre", "fiber"), ("grey", "gray"))  # fmt: skip
"""British and American spelling of words in the tree; compared as the second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryNode:
    """A node of the tree.

    ``code`` is our own, two digits a level; ``unspsc`` eight digits or ""; ``synonyms`` are what
    is written for it beside its names.
    """

    id: str
    code: str
    name: str
    name_zh: str
    unspsc: str
    synonyms: tuple[str, ...]

    @property
    def level(self) -> int:
        """1 for the groups, 2 and 3 below them."""
        return self.code.count(".") + 1

    @property
    def names(self) -> tuple[str, ...]:
        """All that it is called, its own names first."""
        return (self.name, self.name_zh, *self.synonyms)

    def name_in(self, language: str) -> str:
        """Its name in the language of a reader; English where there is no other."""
        return self.name_zh if language == "zh" else self.name


@cache
def list_nodes() -> tuple[CategoryNode, ...]:
    """All nodes, a parent before its children, by code."""
    text = (resources.files(__package__ or "") / "tree.csv").read_text(encoding="utf-8")
    return tuple(_read_node(record) for record in csv.DictReader(text.splitlines()))


def _read_node(record: dict[str, str]) -> CategoryNode:
    synonyms = (one.strip() for name in _SYNONYM_COLUMNS for one in record[name].split(";"))
    return CategoryNode(
        id=record["name"].lower(),
        code=record["code"],
        name=record["name"],
        name_zh=record["zh"],
        unspsc=record["unspsc"],
        synonyms=tuple(dict.fromkeys(one for one in synonyms if one)),
    )


@cache
def _by_id() -> dict[str, CategoryNode]:
    return {node.id: node for node in list_nodes()}


def find_node(id: str) -> CategoryNode | None:
    """The node of this id, if the tree has it."""
    return _by_id().get(id)


@lru_cache(maxsize=CACHED_NAMES)
def fold_category(text: str) -> str:
    """A category's text as it is compared: as a name, with English words in the singular."""
    plain = fold_case(text)
    return fold_name(_WORD.sub(lambda match: _fold_word(match[0]), plain))


def fold_case(text: str) -> str:
    """The text in lower case and plain width, words still apart, in one spelling."""
    plain = " ".join(fold_name(word) for word in re.split(r"[\s\-‐-―_/]+", text))
    for british, american in _SPELLINGS:
        plain = plain.replace(british, american)
    return plain


def _fold_word(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return f"{word[:-3]}y"
    if len(word) > 4 and word.endswith(("ches", "shes", "sses", "xes")):
        return word[:-2]
    is_plural = len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is"))
    return word[:-1] if is_plural else word


@cache
def list_folded_names() -> tuple[tuple[str, CategoryNode], ...]:
    """Every name of every node as it is compared, each once a node."""
    return tuple(
        (folded, node)
        for node in list_nodes()
        for folded in dict.fromkeys(map(fold_category, node.names))
    )


@cache
def _by_folded_name() -> dict[str, CategoryNode]:
    return dict(reversed(list_folded_names()))


@lru_cache(maxsize=CACHED_NAMES)
def find_category(text: str) -> CategoryNode | None:
    """The node that a text names exactly, in any language; else None."""
    return _by_folded_name().get(fold_category(text))


def identify_category(text: str) -> str:
    """The identity of a category: of the node that the text names, else the text in lower case.

    Doing so twice changes nothing.
    """
    node = find_category(text)
    return node.id if node else text.strip().lower()


def name_category(id: str, language: str, *, stored: str = "") -> str:
    """What a category is called in the language of a reader.

    Args:
        id: of the category.
        language: ``en`` or ``zh``.
        stored: what a firm wrote for one that is not in the tree.
    """
    node = find_node(id)
    return node.name_in(language) if node else stored or id


def name_beside(id: str, language: str) -> str:
    """Its name in the other language, "" where it has none or the same one."""
    node = find_node(id)
    if node is None:
        return ""
    own, other = (node.name_in(one) for one in (language, "en" if language == "zh" else "zh"))
    return other if other != own else ""


def find_parent(node: CategoryNode) -> CategoryNode | None:
    """The node above; None for a group."""
    return next((one for one in list_nodes() if one.code == node.code.rpartition(".")[0]), None)


def list_ancestors(node: CategoryNode) -> list[CategoryNode]:
    """The nodes above, the group first."""
    return [one for one in list_nodes() if node.code.startswith(f"{one.code}.")]


def list_descendants(node: CategoryNode) -> list[CategoryNode]:
    """The nodes below, by code."""
    return list(_iterate_below(node))


def _iterate_below(node: CategoryNode) -> Iterator[CategoryNode]:
    return (one for one in list_nodes() if one.code.startswith(f"{node.code}."))


def list_relatives(node: CategoryNode) -> list[CategoryNode]:
    """Where to look when nobody makes it: the nodes below, those above, then those beside it."""
    parent = find_parent(node)
    beside = [] if parent is None else [*_iterate_below(parent)]
    near = [*_iterate_below(node), *reversed(list_ancestors(node)), *beside]
    return [one for one in dict.fromkeys(near) if one != node]
