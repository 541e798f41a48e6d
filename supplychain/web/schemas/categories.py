"""Categories as pages send them and the API tells them."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, pre_dump

from supplychain.actions.categories.entering import OfferedCategory
from supplychain.model.categories.proposals import MAX_CATEGORY_CHARS
from supplychain.model.categories.tree import find_parent
from supplychain.web.input.fields import Choice, Strict, Text


class CategoriesQuery(Strict):
    """What to look for in the tree."""

    q = fields.String(
        metadata={"description": "a category as somebody writes it, whole or half, in any language"}
    )


class CategoryNodeOut(Strict):
    """A node of the tree; ``id`` is what lines and capabilities name."""

    id = fields.String()
    code = fields.String(metadata={"description": "ours, two digits a level"})
    name = fields.String()
    name_zh = fields.String()
    unspsc = fields.String(metadata={"description": "eight digits, or empty"})
    parent_id = fields.String(allow_none=True)
    firms = fields.Integer(metadata={"description": "how many firms make it"})

    @pre_dump
    def describe(self, offered: OfferedCategory, **_: Any) -> dict[str, Any]:
        """The node and its number in one."""
        node, parent = offered.node, find_parent(offered.node)
        names = {name: getattr(node, name) for name in ("id", "code", "name", "name_zh", "unspsc")}
        return {**names, "parent_id": parent.id if parent else None, "firms": offered.makers}


class CategoriesOut(Strict):
    """Nodes: with ``q`` the likeliest first, else all by their code."""

    items = fields.List(fields.Nested(CategoryNodeOut))


class ProposalIn(Strict):
    """A category that the tree does not have."""

    name = Text(most=MAX_CATEGORY_CHARS, least=1, required=True)


class ProposedOut(Strict):
    """A category that can be used at once; the operator may say which node it is."""

    id = fields.String()


class FreeCategoryOut(Strict):
    """A category beside the tree."""

    id = fields.String()
    name = fields.String()
    state = fields.String(metadata={"description": "proposed, accepted, or empty: came by import"})
    proposed_at = fields.String()
    same_as = fields.String(metadata={"description": "the node that stands for it, or empty"})
    makers = fields.Integer()


class FreeCategoriesOut(Strict):
    """All of them, those that are proposed first."""

    items = fields.List(fields.Nested(FreeCategoryOut))


class FreeCategoriesQuery(Strict):
    """Which of them."""

    state = Choice("proposed", "accepted")


class SettlementIn(Strict):
    """What a category beside the tree is."""

    id = Text(most=200, least=1, required=True)
    same_as = Text(
        most=MAX_CATEGORY_CHARS,
        load_default="",
        metadata={"description": "id or name of the node that it is; empty keeps it"},
    )
