"""Imports of deliveries that your firm sent, and taking one back."""

from __future__ import annotations

from supplychain.actions import delivery_claims as actions
from supplychain.graph import delivery_batches, delivery_claims
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.transactions import read
from supplychain.model.delivery_claims import DeliveryClaim, SentBatch
from supplychain.web.access import once
from supplychain.web.access.policy import actor, policy
from supplychain.web.api import Blueprint
from supplychain.web.input import cursors
from supplychain.web.schemas.delivery_claims import (
    DeliveryClaimPage,
    SentBatchOut,
    SentBatchPage,
    SentLinesQuery,
)

bp = Blueprint("delivery_batches", description="Deliveries that your firm imported, by file.")


@bp.get("/delivery-batches")
@bp.response(200, SentBatchPage)
@policy("member")
def list_batches() -> cursors.Page[SentBatch]:
    """Your firm's imports of deliveries, newest first, and how the suppliers answered them."""
    after, limit = cursors.text_window()
    items = read(
        graph(), delivery_batches.list_sent, viewer=actor().firm_id, limit=limit + 1, after=after
    )
    return cursors.page(items, limit, lambda one: [one.batch.at, one.batch.id])


@bp.get("/delivery-batches/<id>/lines")
@bp.arguments(SentLinesQuery, location="query", as_kwargs=True)
@bp.response(200, DeliveryClaimPage)
@policy("member", thing="delivery_batch", seen_by=("maker",))
def list_lines(id: str, claim: str = "", **_window: str) -> cursors.Page[DeliveryClaim]:
    """The lines of an import that are as it wrote them, and what their suppliers answered."""
    after, limit = cursors.text_window()
    viewer = actor().firm_id
    read(graph(), delivery_batches.get_sent, id, viewer=viewer)
    items = read(
        graph(),
        delivery_claims.list_sent_lines,
        id,
        viewer=viewer,
        limit=limit + 1,
        claim=claim,
        after=after[0] if after else "",
    )
    return cursors.page(items, limit, lambda one: [one.id, one.id])


@bp.post("/delivery-batches/<id>/undoing")
@bp.response(200, SentBatchOut)
@policy("member", roles=("buyer", "seller"), thing="delivery_batch", seen_by=("maker",))
def undo_batch(id: str) -> SentBatch:
    """Take back all deliveries of an import: new ones go, changed ones are as they were before.

    A large import is undone in the background: its state is ``undoing`` until it is done.
    """
    key = once.from_header("undo_delivery_batch", {"id": id})
    return actions.undo_batch(graph(), id, by=actor(), once=key)
