"""Claims about deliveries: what buyers say of your firm, and your answers."""

from __future__ import annotations

from supplychain.actions import delivery_claims as actions
from supplychain.graph import delivery_claims
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.transactions import read
from supplychain.model.delivery_claims import ClaimBatch, DeliveryClaim, TrustedBuyer
from supplychain.web.access.policy import actor, policy
from supplychain.web.api import Blueprint, Listed
from supplychain.web.input import cursors
from supplychain.web.schemas.delivery_claims import (
    AnswerIn,
    ClaimBatchesQuery,
    ClaimBatchOut,
    ClaimBatchPage,
    ClaimsQuery,
    DeliveryClaimOut,
    DeliveryClaimPage,
    TrustedBuyersOut,
)

bp = Blueprint(
    "delivery_claims", description="What buyers say of your deliveries, and what you answer."
)


@bp.get("/delivery-claims")
@bp.arguments(ClaimsQuery, location="query", as_kwargs=True)
@bp.response(200, DeliveryClaimPage)
@policy("member")
def list_claims(
    batch_id: str = "", buyer_id: str = "", claim: str = "", **_window: str
) -> cursors.Page[DeliveryClaim]:
    """Deliveries that buyers say they had from your firm; those of orders made here are none."""
    after, limit = cursors.text_window()
    items = read(
        graph(),
        delivery_claims.list_claims,
        viewer=actor().firm_id,
        limit=limit + 1,
        batch_id=batch_id,
        buyer_id=buyer_id,
        claim=claim,
        after=after[0] if after else "",
    )
    return cursors.page(items, limit, lambda one: [one.id, one.id])


@bp.put("/delivery-claims/<id>/answer")
@bp.arguments(AnswerIn, as_kwargs=True)
@bp.response(200, DeliveryClaimOut)
@policy("member", roles=("seller",), thing="delivery_claim", seen_by=("supplier",))
def answer_claim(id: str, answer: str, statement: str) -> DeliveryClaim:
    """Confirm a delivery, dispute it with a statement, or take your answer back."""
    actions.answer_claim(graph(), id, answer=answer, statement=statement, by=actor())
    return read(graph(), delivery_claims.get, id, viewer=actor().firm_id)


@bp.get("/delivery-claim-batches")
@bp.arguments(ClaimBatchesQuery, location="query", as_kwargs=True)
@bp.response(200, ClaimBatchPage)
@policy("member")
def list_batches(buyer_id: str = "", claim: str = "", **_window: str) -> cursors.Page[ClaimBatch]:
    """Imports that speak of your firm, newest first, by buyer and how their lines stand."""
    after, limit = cursors.text_window()
    items = read(
        graph(),
        delivery_claims.list_batches,
        viewer=actor().firm_id,
        limit=limit + 1,
        buyer_id=buyer_id,
        claim=claim,
        after=after,
    )
    return cursors.page(items, limit, lambda one: [one.at, one.id])


@bp.get("/delivery-claim-batches/<id>")
@bp.response(200, ClaimBatchOut)
@policy("member", thing="delivery_batch", seen_by=("supplier",))
def get_batch(id: str) -> ClaimBatch:
    """One import that speaks of your firm."""
    return read(graph(), delivery_claims.get_batch, id, viewer=actor().firm_id)


@bp.put("/delivery-claim-batches/<id>/answer")
@bp.arguments(AnswerIn, as_kwargs=True)
@bp.response(200, ClaimBatchOut)
@policy("member", roles=("seller",), thing="delivery_batch", seen_by=("supplier",))
def answer_batch(id: str, answer: str, statement: str) -> ClaimBatch:
    """Answer all that an import says of your firm; to confirm leaves what you disputed before."""
    actions.answer_batch(graph(), id, answer=answer, statement=statement, by=actor())
    return read(graph(), delivery_claims.get_batch, id, viewer=actor().firm_id)


@bp.get("/trusted-buyers")
@bp.response(200, TrustedBuyersOut)
@policy("member")
def list_trusted() -> Listed[TrustedBuyer]:
    """Buyers whose deliveries your firm confirms once for all."""
    return Listed(read(graph(), delivery_claims.list_trusted, viewer=actor().firm_id))


@bp.put("/trusted-buyers/<id>")
@bp.response(200, TrustedBuyersOut)
@policy("member", roles=("seller",))
def trust_buyer(id: str) -> Listed[TrustedBuyer]:
    """Confirm what a buyer says of your deliveries, what it said before and from now on."""
    actions.trust_buyer(graph(), id, by=actor())
    return list_trusted()


@bp.delete("/trusted-buyers/<id>")
@bp.response(204)
@policy("member", roles=("seller",))
def distrust_buyer(id: str) -> None:
    """From now on each of its imports waits for your answer; what is confirmed stays so."""
    actions.distrust_buyer(graph(), id, by=actor())
