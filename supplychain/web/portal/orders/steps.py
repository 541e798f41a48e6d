"""The steps of an order: accepting or declining it, progress, closing, cancelling."""

from __future__ import annotations

from werkzeug.wrappers import Response

from supplychain.actions.orders import orders as actions
from supplychain.graph.engine.driver import graph
from supplychain.web.access.policy import actor, policy
from supplychain.web.input import versions
from supplychain.web.input.forms import load_form, submit
from supplychain.web.portal.orders.orders import bp, render_order, return_to_order
from supplychain.web.schemas.orders.orders import ProgressIn, ReasonIn


@bp.post("/orders/<id>/acceptance")
@policy("member", roles=("seller",), thing="order", seen_by=("buyer", "supplier"))
def accept(id: str) -> Response:
    """Accept it and take the capacity."""

    def accept_order() -> Response:
        actions.accept_order(graph(), id, by=actor(), version=versions.from_form())
        return return_to_order(id, "Accepted. The capacity for it is taken.")

    return submit(accept_order, lambda form: render_order(id, form))


@bp.post("/orders/<id>/refusal")
@policy("member", roles=("seller",), thing="order", seen_by=("buyer", "supplier"))
def decline(id: str) -> Response:
    """Decline it with a reason."""

    def decline_order() -> Response:
        reason = load_form(ReasonIn())["reason"]
        version = versions.from_form()
        actions.decline_order(graph(), id, reason=reason, by=actor(), version=version)
        return return_to_order(id, "Declined. The buyer reads your reason.")

    return submit(decline_order, lambda form: render_order(id, form, "refusal"))


@bp.post("/orders/<id>/progress")
@policy("member", roles=("seller",), thing="order", seen_by=("buyer", "supplier"))
def progress(id: str) -> Response:
    """Say how far the own part is."""

    def report_progress() -> Response:
        percents = load_form(ProgressIn())
        actions.report_progress(graph(), id, percents, by=actor(), version=versions.from_form())
        return return_to_order(id, "Progress saved. The buyer sees it.")

    return submit(report_progress, lambda form: render_order(id, form, "progress"))


@bp.post("/orders/<id>/closure")
@policy("member", roles=("buyer", "seller"), thing="order", seen_by=("buyer", "supplier"))
def close(id: str) -> Response:
    """Close it."""

    def close_order() -> Response:
        actions.close_order(graph(), id, by=actor(), version=versions.from_form())
        return return_to_order(id, "Closed. What came is now part of the supplier's record.")

    return submit(close_order, lambda form: render_order(id, form))


@bp.post("/orders/<id>/cancellation")
@policy("member", roles=("buyer", "seller"), thing="order", seen_by=("buyer", "supplier"))
def cancel(id: str) -> Response:
    """Cancel it with a reason."""

    def cancel_order() -> Response:
        reason = load_form(ReasonIn())["reason"]
        version = versions.from_form()
        actions.cancel_order(graph(), id, reason=reason, by=actor(), version=version)
        return return_to_order(id, "Cancelled. The supplier reads your reason.")

    return submit(cancel_order, lambda form: render_order(id, form, "cancellation"))
