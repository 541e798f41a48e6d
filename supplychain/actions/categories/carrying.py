"""Free texts of before the tree, carried over to the nodes that they name exactly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from neo4j import Driver

from supplychain.graph import firms
from supplychain.graph.categories import carrying, categories
from supplychain.graph.engine.transactions import Tx, read, write
from supplychain.model.categories.proposals import FreeCategory
from supplychain.model.categories.tree import find_node, identify_category


@dataclass(frozen=True, slots=True, kw_only=True)
class CarryReport:
    """What a carrying over does, or did.

    ``carried`` are pairs of the old word and the id of its node; ``left`` stand beside the tree.
    """

    carried: tuple[tuple[str, str], ...]
    left: tuple[FreeCategory, ...]


def plan_carrying(driver: Driver) -> CarryReport:
    """Which categories have a node of the tree for theirs, and which have none."""
    free = read(driver, categories.list_free)
    targets = {one.id: one.same_as or identify_category(one.id) for one in free}
    kept_words = {one.id for one in free if one.same_as and not one.makers}
    return CarryReport(
        carried=tuple(
            (one.name or one.id, targets[one.id])
            for one in free
            if targets[one.id] != one.id and one.id not in kept_words
        ),
        left=tuple(one for one in free if targets[one.id] == one.id),
    )


def carry_all(driver: Driver) -> CarryReport:
    """Carry over all that ``plan_carrying`` names; may be run again where it was broken off."""
    for one in read(driver, categories.list_free):
        target = one.same_as or identify_category(one.id)
        if target != one.id:
            carry_category(driver, one.id, target)
    return plan_carrying(driver)


def tell_carried(driver: Driver, say: Callable[[str], None]) -> None:
    """Carry over what there is, and say what was; nothing where there was nothing to do."""
    before = plan_carrying(driver)
    if not before.carried:
        return
    after = carry_all(driver)
    say(f"{len(before.carried)} categories were other words for ones of the tree:")
    for word, node in before.carried:
        say(f"  {word} -> {node}")
    say(f"{len(after.left)} stand beside the tree: supplychain categories list")


def carry_category(driver: Driver, old: str, new: str) -> None:
    """Let everything of the category ``old`` be of the node ``new``."""
    node = find_node(new)
    write(driver, carrying.ensure, new, name=node.name if node else new)
    for firm_id in read(driver, carrying.list_firms, old):
        write(driver, _carry_firm, firm_id, old, new)
    for carry_page in carrying.PAGES:
        while write(driver, carry_page, old, new):
            pass
    write(driver, carrying.forget, old)


def _carry_firm(tx: Tx, firm_id: str, old: str, new: str) -> None:
    firms.lock(tx, firm_id)
    carrying.carry_firm(tx, firm_id, old, new)
