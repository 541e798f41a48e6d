"""The tree of categories: looking through it, proposing beside it, settling what is proposed."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from supplychain.actions.categories import entering, settling
from supplychain.graph.categories import categories
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.reading import together
from supplychain.graph.engine.transactions import read
from supplychain.model.categories.suggesting import suggest_categories
from supplychain.model.categories.tree import list_ancestors, list_descendants, name_beside
from supplychain.web.access import once
from supplychain.web.access.policy import actor, policy
from supplychain.web.input.forms import Shown, load_form, say_done, submit
from supplychain.web.pages.i18n import language
from supplychain.web.schemas.categories import ProposalIn, SettlementIn

bp = Blueprint("categories", __name__)
MAX_QUERY_CHARS = 200
MOST_FOUND_ITEMS = 30


@bp.get("/categories")
@policy("member")
def index() -> str:
    """The tree, or what of it a text may mean, with how many firms make each."""
    return _render_tree(Shown())


def _render_tree(form: Shown) -> str:
    text = request.args.get("q", "")[:MAX_QUERY_CHARS]
    tree, beside = together(
        lambda: read(graph(), entering.list_tree),
        lambda: read(graph(), categories.list_visible, viewer=actor().firm_id),
    )
    if text.strip():
        near = suggest_categories(text, MOST_FOUND_ITEMS)
        # What was found stands where it stands in the tree: under its groups, with what is below.
        around = {one.id for node in near for one in (*list_ancestors(node), node)}
        around |= {one.id for node in near[:1] for one in list_descendants(node)}
        tree = [each for each in tree if each.node.id in around]
    return render_template(
        "categories/index.html",
        form=form,
        text=text,
        tree=tree,
        beside=beside,
        may_propose=actor().role in ("owner", "buyer", "seller"),
    )


@bp.post("/categories")
@policy("member", roles=("buyer", "seller"))
def propose() -> AnyResponse:
    """Propose a category that the tree does not have."""

    def propose_new() -> AnyResponse:
        key = once.from_form("propose_category")
        name = load_form(ProposalIn())["name"]
        entering.propose_category(graph(), name, by=actor(), once=key)
        message = "Proposed. You can use it at once; the operator may say which category it is."
        return say_done(message, "categories.index")

    return submit(propose_new, _render_tree)


@bp.get("/categories/suggestions")
@policy("member")
def suggest() -> Response:
    """Nodes that a text may mean, for a field while somebody types."""
    offered = entering.offer_categories(graph(), request.args.get("q", "")[:MAX_QUERY_CHARS])
    return jsonify(
        items=[
            {
                "id": one.node.id,
                "name": one.node.name_in(language()),
                "beside": name_beside(one.node.id, language()),
                "firms": one.makers,
            }
            for one in offered
        ]
    )


@bp.get("/operator/categories")
@policy("operator")
def watch() -> str:
    """What stands beside the tree, for the operator."""
    return _render_free(Shown())


def _render_free(form: Shown) -> str:
    return render_template(
        "categories/free.html",
        form=form,
        free=settling.list_free(graph(), by=actor()),
        categories=[],
    )


@bp.post("/operator/categories")
@policy("operator")
def settle() -> AnyResponse:
    """Keep a category, or say which node it is."""

    def settle_one() -> AnyResponse:
        settled = load_form(SettlementIn())
        settling.settle_category(graph(), settled["id"], same_as=settled["same_as"], by=actor())
        return say_done("Saved.", "categories.watch")

    return submit(settle_one, _render_free)
