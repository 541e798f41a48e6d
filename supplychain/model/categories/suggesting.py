"""Nodes of the tree that are near to a text: what was probably meant, and what to offer.

A text is near where it is a name with a slip of the pen, or where it holds the name of a node as
words of its own (``steel forgings for presses``, ``大型锻件``). Only the first is a mistake; the
second may well be a category of a firm's own.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Final

from rapidfuzz.distance import DamerauLevenshtein

from supplychain.model.categories.tree import (
    CategoryNode,
    find_category,
    fold_case,
    fold_category,
    list_folded_names,
    list_nodes,
)
from supplychain.model.names import CACHED_NAMES

MAX_SUGGESTED_ITEMS: Final = 6
"""More than these nobody reads on a telephone."""
MAX_SLIPS_CHARS: Final = 2
"""Letters left out, added, changed or swapped in a name that was mistyped."""
SLIP_EVERY_CHARS: Final = 4
"""A slip for each so many letters of a name."""
LEAST_SLIPPED_CHARS: Final = 5
"""Shorter names are not mistyped into each other: "gear" and "bear" are two words."""
LEAST_TYPED_CHARS: Final = 2
"""From so many letters on a beginning is completed; one Chinese character says enough."""


@lru_cache(maxsize=CACHED_NAMES)
def find_slips(text: str) -> tuple[CategoryNode, ...]:
    """The nodes whose name the text nearly is, the nearest first; none where it is one exactly."""
    folded = fold_category(text)
    if find_category(text) is not None or not folded.isascii():
        return ()
    near: dict[CategoryNode, int] = {}
    for name, node in list_folded_names():
        most = min(MAX_SLIPS_CHARS, len(name) // SLIP_EVERY_CHARS)
        is_long = min(len(name), len(folded)) >= LEAST_SLIPPED_CHARS
        if is_long and abs(len(name) - len(folded)) <= most:
            slips = DamerauLevenshtein.distance(name, folded, score_cutoff=most)
            if slips <= most:
                near[node] = min(slips, near.get(node, slips))
    return tuple(sorted(near, key=lambda node: (near[node], node.code)))


def suggest_categories(text: str, limit: int = MAX_SUGGESTED_ITEMS) -> tuple[CategoryNode, ...]:
    """Nodes to offer for a text, whole or half typed, the likeliest first.

    The node that it names; those of which a name begins so; those that it nearly names; those
    whose name it holds, the longest name first; those of which a word begins so.
    """
    folded = fold_category(text)
    if not folded:
        return ()
    exact = find_category(text)
    is_short = folded.isascii() and len(folded) < LEAST_TYPED_CHARS
    begins = (
        [] if is_short else [one for name, one in list_folded_names() if name.startswith(folded)]
    )
    offered = [*([exact] if exact else []), *begins, *find_slips(text), *list_held(text)]
    if not is_short:
        offered += [node for word, node in _list_words() if _is_in(folded, word)]
    return tuple(dict.fromkeys(offered))[:limit]


def _is_in(folded: str, word: str) -> bool:
    return word.startswith(folded) if folded.isascii() else folded in word


@cache
def _list_words() -> tuple[tuple[str, CategoryNode], ...]:
    """Every word of every name, as it is compared."""
    return tuple(
        (fold_category(word), node)
        for node in list_nodes()
        for name in node.names
        for word in fold_case(name).split()
    )


def list_held(text: str) -> list[CategoryNode]:
    """The nodes whose names stand in the text as words of their own, the longest name first."""
    words = [fold_category(word) for word in fold_case(text).split()]
    spans = {
        "".join(words[start:end])
        for start in range(len(words))
        for end in range(start + 1, len(words) + 1)
    }
    folded = fold_category(text)
    held = [
        (name, node)
        for name, node in _list_holdable()
        if name in spans or (not name.isascii() and name in folded)
    ]
    held.sort(key=lambda one: (-len(one[0]), one[1].code))
    return list(dict.fromkeys(node for _, node in held))


@cache
def _list_holdable() -> tuple[tuple[str, CategoryNode], ...]:
    """Names that say something within others: not single characters, as 轴 in 主轴箱."""
    return tuple(one for one in list_folded_names() if len(one[0]) > 1)
