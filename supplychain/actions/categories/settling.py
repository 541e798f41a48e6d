"""What the operator makes of the categories that stand beside the tree."""

from __future__ import annotations

from datetime import datetime

from neo4j import Driver

from supplychain.actions.categories.carrying import carry_category
from supplychain.errors import NotFound
from supplychain.graph import events
from supplychain.graph.categories import categories
from supplychain.graph.engine.transactions import Tx, read, write
from supplychain.model.categories.proposals import FreeCategory, check_target
from supplychain.model.categories.tree import CategoryNode
from supplychain.model.ids import utc_now
from supplychain.model.people.actors import Actor
from supplychain.model.verification import check_operator


def list_free(driver: Driver, *, by: Actor, state: str = "") -> list[FreeCategory]:
    """Categories beside the tree, those that are proposed first; ``state`` narrows them.

    Raises:
        NotFound: the actor is no operator.
    """
    check_operator(by)
    free = read(driver, categories.list_free, state=state)
    return sorted(free, key=lambda one: (one.state != "proposed", bool(one.same_as), one.id))


def settle_category(driver: Driver, id: str, *, by: Actor, same_as: str = "") -> None:
    """Keep a category beside the tree, or let a node stand for it and carry everything over.

    Args:
        driver: of the graph.
        id: of a category beside the tree.
        by: the operator.
        same_as: id or name of the node that it is; "" keeps it.

    Raises:
        NotFound: there is no such category, or the actor is no operator.
        Invalid: there is no such node.
    """
    check_operator(by)
    node = check_target(same_as) if same_as.strip() else None
    write(driver, _settle_category, id, node, by, utc_now())
    if node is not None:
        carry_category(driver, id, node.id)


def _settle_category(tx: Tx, id: str, node: CategoryNode | None, by: Actor, now: datetime) -> None:
    free = categories.lock(tx, id)
    if free is None:
        raise NotFound
    categories.settle(tx, id, same_as=node.id if node else "")
    facts = {"category": free.name, "name": f"{node.name} ({node.name_zh})" if node else ""}
    events.record(
        tx,
        "category.joined" if node else "category.accepted",
        about_kind="category",
        about_id=id,
        by=by,
        at=now,
        tells=[free.proposed_by] if free.proposed_by else [],
        facts=facts,
    )
