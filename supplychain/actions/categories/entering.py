"""What is typed for a category becomes a node of the tree, or a category of one's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from neo4j import Driver

from supplychain.errors import FieldError, Invalid
from supplychain.graph import events
from supplychain.graph.categories import categories
from supplychain.graph.engine.transactions import Once, Tx, read, write_once
from supplychain.model.categories.proposals import (
    OfferedCategory,
    check_proposal,
    list_near,
    refuse_near_miss,
)
from supplychain.model.categories.suggesting import suggest_categories
from supplychain.model.categories.tree import (
    find_category,
    find_node,
    identify_category,
    list_nodes,
)
from supplychain.model.ids import utc_now
from supplychain.model.people.actors import Actor


def enter_categories(tx: Tx, texts: Mapping[str, str]) -> tuple[dict[str, str], list[FieldError]]:
    """The identities of what was typed, and what is wrong with the rest.

    A text that names a node is that node, in whatever language. One that is a category already,
    of whichever firm, stays what it is. Else it is refused where it is near to nodes, with them,
    and taken as it is where it is far from all.

    Args:
        tx: the transaction.
        texts: by their pointers.

    Returns:
        The ids by pointer, and an error for each text that is refused.
    """
    ids = {pointer: identify_category(text) for pointer, text in texts.items()}
    free = {id for id in ids.values() if id and find_node(id) is None}
    if not free:
        return ids, []
    kept = categories.find_kept(tx, free)
    missed = {p: texts[p].strip() for p, id in ids.items() if id in free - set(kept)}
    near = {node.id for text in missed.values() for node in list_near(text)}
    makers = categories.count_makers(tx, near)
    errors = [refuse_near_miss(p, text, makers) for p, text in missed.items() if list_near(text)]
    return {pointer: kept.get(id, id) for pointer, id in ids.items()}, errors


def enter_line_categories(tx: Tx, texts: Sequence[str]) -> tuple[list[str], list[FieldError]]:
    """``enter_categories`` for the lines of a request, in their order; "" says nothing."""
    pointers = [f"/lines/{row}/category" for row in range(len(texts))]
    ids, errors = enter_categories(tx, dict(zip(pointers, texts, strict=True)))
    return [ids[pointer] for pointer in pointers], errors


def enter_made_category(tx: Tx, text: str, *, firm_id: str, at: datetime) -> str:
    """The identity of what a firm says that it makes; what is new is proposed with it.

    Raises:
        Invalid: it is near to nodes of the tree and was not proposed before.
    """
    ids, errors = enter_categories(tx, {"/category": text})
    if errors:
        raise Invalid(errors=errors)
    id = ids["/category"]
    if find_node(id) is None:
        categories.propose(tx, id, name=text.strip(), firm_id=firm_id, at=at)
    return id


def propose_category(driver: Driver, text: str, *, by: Actor, once: Once | None = None) -> str:
    """Propose a category that the tree does not have; it can be used at once. Returns its id.

    Raises:
        Invalid: it is empty or too long.
        Conflict: the tree has it already.
        Forbidden: the actor neither buys nor sells.
    """
    if by.role != "buyer":
        by.check_role("seller")
    return write_once(driver, once, _propose_category, check_proposal(text), by, utc_now())


def propose_kept(driver: Driver, texts: Iterable[str], *, by: Actor) -> None:
    """Propose what a firm kept as it typed it; what the tree has by now needs no proposal."""
    for text in texts:
        if text.strip() and find_category(text) is None:
            propose_category(driver, text, by=by)


def _propose_category(tx: Tx, name: str, by: Actor, now: datetime) -> str:
    id = identify_category(name)
    if id not in categories.find_kept(tx, [id]):
        categories.propose(tx, id, name=name, firm_id=by.firm_id, at=now)
        events.record(
            tx,
            "category.proposed",
            about_kind="category",
            about_id=id,
            by=by,
            at=now,
            facts={"category": name},
        )
    return id


def offer_categories(driver: Driver, text: str) -> list[OfferedCategory]:
    """Nodes for a text, whole or half typed, the likeliest first, each with who makes it."""
    nodes = suggest_categories(text)
    makers = read(driver, categories.count_makers, [node.id for node in nodes])
    return [OfferedCategory(node=node, makers=makers.get(node.id, 0)) for node in nodes]


def list_tree(tx: Tx) -> list[OfferedCategory]:
    """The whole tree by code, each node with the number of firms that make it."""
    makers = categories.count_makers(tx, [node.id for node in list_nodes()])
    return [OfferedCategory(node=node, makers=makers.get(node.id, 0)) for node in list_nodes()]
