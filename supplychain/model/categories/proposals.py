"""Categories of firms' own: proposed, taken into the tree's place, or kept beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from supplychain.errors import Conflict, FieldError, Invalid, Suggestion
from supplychain.model.categories.suggesting import find_slips, list_held
from supplychain.model.categories.tree import CategoryNode, find_category, find_node

MAX_CATEGORY_CHARS: Final = 80
PROPOSED: Final = "proposed"
"""Stands for itself alone until the operator says what it is."""
ACCEPTED: Final = "accepted"
"""The operator keeps it beside the tree."""
NEAR_MISS: Final = (
    "There is no category “%(text)s”. Choose one of these, or propose yours as a new one."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeCategory:
    """A category that is not in the tree.

    Attributes:
        id: its text in lower case.
        name: as first written.
        state: ``PROPOSED``, ``ACCEPTED``, or "" where it came by import or from before the tree.
        proposed_by: the firm that proposed it; "" where none did.
        proposed_at: an instant in stored form, or "".
        same_as: the id that stands for it since the operator said so; "" while it stands for
            itself.
        makers: how many firms say that they make it.
    """

    id: str
    name: str
    state: str = ""
    proposed_by: str = ""
    proposed_at: str = ""
    same_as: str = ""
    makers: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedCategory:
    """A node of the tree with the number of firms that say they make it."""

    node: CategoryNode
    makers: int


def check_proposal(text: str) -> str:
    """The text of a category that a firm proposes, trimmed.

    Raises:
        Invalid: it is empty or too long.
        Conflict: the tree has it already.
    """
    name = " ".join(text.split())
    if not 1 <= len(name) <= MAX_CATEGORY_CHARS:
        raise Invalid("Say what you make, at most 80 characters.", pointer="/name")
    node = find_category(name)
    if node is not None:
        raise Conflict(
            "This category is there already: %(name)s (%(name_zh)s).",
            name=node.name,
            name_zh=node.name_zh,
        )
    return name


def list_near(text: str) -> tuple[CategoryNode, ...]:
    """The nodes that somebody who wrote this may have meant; none where it is far from all."""
    return tuple(dict.fromkeys((*find_slips(text), *list_held(text))))


def refuse_near_miss(pointer: str, text: str, makers: dict[str, int]) -> FieldError:
    """What is wrong with a text that is near to nodes, and which; ``makers`` by id."""
    return FieldError(
        pointer=pointer,
        message=NEAR_MISS,
        values=(("text", text),),
        suggestions=tuple(
            Suggestion(value=node.id, firms=makers.get(node.id, 0)) for node in list_near(text)
        ),
    )


def check_target(id: str) -> CategoryNode:
    """The node that shall stand for a free category.

    Raises:
        Invalid: the tree has no such node.
    """
    node = find_node(id) or find_category(id)
    if node is None:
        raise Invalid("There is no such category in the tree.", pointer="/same_as")
    return node
