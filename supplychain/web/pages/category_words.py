"""Categories as pages name them: in the reader's language, the other one beside it."""

from __future__ import annotations

from typing import Final

from flask import Flask

from supplychain.model.categories.suggesting import list_held
from supplychain.model.categories.tree import (
    CategoryNode,
    find_category,
    find_node,
    list_nodes,
    list_relatives,
    name_beside,
)
from supplychain.web.pages.i18n import language

SHOWN_NEAR_ITEMS: Final = 4
"""Related categories that are named where nobody makes one."""


def show_category(text: str) -> str:
    """The name of a category, of which the id or any name was stored, for the reader."""
    node = find_category(text)
    return node.name_in(language()) if node else text


def show_beside(text: str) -> str:
    """Its name in the other language; "" where it has none."""
    node = find_category(text)
    return name_beside(node.id, language()) if node else ""


def list_near_nodes(id: str) -> list[CategoryNode]:
    """Nodes to look at where nobody makes a category: its relatives, or those that it names."""
    node = find_node(id)
    return (list_relatives(node) if node else list_held(id))[:SHOWN_NEAR_ITEMS]


def list_choices() -> list[tuple[str, str]]:
    """Name and other name of every node, for a field with suggestions."""
    return [(one.name_in(language()), name_beside(one.id, language())) for one in list_nodes()]


def init_app(app: Flask) -> None:
    """Attach to an app."""
    app.jinja_env.filters["category"] = show_category
    app.jinja_env.filters["category_beside"] = show_beside
    app.jinja_env.filters["category_near"] = list_near_nodes
    app.jinja_env.globals["category_choices"] = list_choices
