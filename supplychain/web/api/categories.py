"""The tree of categories, and what firms propose beside it."""

from __future__ import annotations

from dataclasses import dataclass

from supplychain.actions.categories import entering, settling
from supplychain.actions.categories.entering import OfferedCategory
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.transactions import read
from supplychain.model.categories.proposals import FreeCategory
from supplychain.web.access import once
from supplychain.web.access.policy import actor, policy
from supplychain.web.api import Blueprint, Listed
from supplychain.web.schemas.categories import (
    CategoriesOut,
    CategoriesQuery,
    FreeCategoriesOut,
    FreeCategoriesQuery,
    ProposalIn,
    ProposedOut,
    SettlementIn,
)

bp = Blueprint("categories", description="What is made and asked for: one tree, in two languages.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedCategory:
    """A category just proposed."""

    id: str


@bp.get("/categories")
@bp.arguments(CategoriesQuery, location="query", as_kwargs=True)
@bp.response(200, CategoriesOut)
@policy("member")
def list_nodes(q: str = "") -> Listed[OfferedCategory]:
    """The tree with how many firms make each; with ``q`` the nodes that may be meant."""
    if q.strip():
        return Listed(entering.offer_categories(graph(), q[:200]))
    return Listed(read(graph(), entering.list_tree))


@bp.post("/categories")
@bp.arguments(ProposalIn, as_kwargs=True)
@bp.response(201, ProposedOut)
@policy("member", roles=("buyer", "seller"))
def propose(name: str) -> ProposedCategory:
    """Propose a category that the tree does not have, and use it at once."""
    key = once.from_header("propose_category", {"name": name})
    return ProposedCategory(id=entering.propose_category(graph(), name, by=actor(), once=key))


@bp.get("/operator/categories")
@bp.arguments(FreeCategoriesQuery, location="query", as_kwargs=True)
@bp.response(200, FreeCategoriesOut)
@policy("operator")
def list_free(state: str = "") -> Listed[FreeCategory]:
    """Categories beside the tree, those that are proposed first."""
    return Listed(settling.list_free(graph(), by=actor(), state=state))


@bp.put("/operator/categories/settlement")
@bp.arguments(SettlementIn, as_kwargs=True)
@bp.response(204)
@policy("operator", scope="administer")
def settle(id: str, same_as: str) -> None:
    """Keep a category beside the tree, or say which node it is: then all of it is carried over."""
    settling.settle_category(graph(), id, same_as=same_as, by=actor())
