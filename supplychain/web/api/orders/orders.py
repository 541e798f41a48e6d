"""Orders: answering them, saying how far they are, ending them."""

from __future__ import annotations

from typing import Any

from flask import request

from supplychain.actions.orders import orders as actions
from supplychain.errors import Invalid
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.transactions import read
from supplychain.graph.orders import views
from supplychain.model.money import from_e4
from supplychain.model.orders import STATES
from supplychain.web.access.policy import actor, policy
from supplychain.web.api import Blueprint
from supplychain.web.input import cursors, versions
from supplychain.web.schemas.orders.orders import (
    OrderOut,
    OrderPage,
    ProgressIn,
    ReasonIn,
    as_order,
)

bp = Blueprint("orders", description="What is ordered, from offer to closure. A share is one too.")

Answer = tuple[Any, int, dict[str, str]]


@bp.get("/orders")
@bp.response(200, OrderPage)
@policy("member")
def list_orders() -> dict[str, Any]:
    """Orders of your firm, newest first; ``role`` (buyer, supplier) and ``state`` narrow them."""
    after, limit = cursors.window()
    before, after_id = _after(after)
    items = read(
        graph(),
        views.list_orders,
        viewer=actor().firm_id,
        limit=limit + 1,
        role=_one_of("role", ("buyer", "supplier")),
        state=_one_of("state", STATES),
        before=before,
        after_id=after_id,
    )
    page = cursors.page(items, limit, lambda item: [item["created_at"], item["id"]])
    return {**page, "items": [_row(item) for item in page["items"]]}


def _row(item: dict[str, Any]) -> dict[str, Any]:
    return {**item, "total": from_e4(item["total_e4"])}


def _after(keys: list[Any] | None) -> tuple[str | None, str]:
    if keys is None:
        return None, ""
    if len(keys) != 2 or not all(isinstance(key, str) for key in keys):
        raise Invalid(cursors.UNKNOWN, pointer="/cursor")
    return keys[0], keys[1]


def _one_of(name: str, words: tuple[str, ...]) -> str | None:
    word = request.args.get(name)
    if word is not None and word not in words:
        raise Invalid("Choose one from the list.", pointer=f"/{name}")
    return word


@bp.get("/orders/<id>")
@bp.response(200, OrderOut)
@policy("member", thing="order", seen_by=("buyer", "supplier"))
def get_order(id: str) -> Answer:
    """An order that your firm buys or supplies."""
    return answer(id)


def answer(order_id: str, status: int = 200) -> Answer:
    """The order as it stands now, with its version."""
    found = read(graph(), views.view, order_id, viewer=actor().firm_id)
    return as_order(found), status, versions.etag(found.order.version)


@bp.put("/orders/<id>/acceptance")
@bp.response(200, OrderOut)
@policy("member", roles=("seller",), thing="order", seen_by=("buyer", "supplier"))
def accept(id: str) -> Answer:
    """Accept it and take the capacity for it. Only its supplier may."""
    actions.accept_order(graph(), id, by=actor(), version=versions.if_match())
    return answer(id)


@bp.put("/orders/<id>/refusal")
@bp.arguments(ReasonIn)
@bp.response(200, OrderOut)
@policy("member", roles=("seller",), thing="order", seen_by=("buyer", "supplier"))
def decline(given: dict[str, Any], id: str) -> Answer:
    """Decline it. Only its supplier may."""
    actions.decline_order(graph(), id, **given, by=actor(), version=versions.if_match())
    return answer(id)


@bp.put("/orders/<id>/progress")
@bp.arguments(ProgressIn)
@bp.response(200, OrderOut)
@policy("member", roles=("seller",), thing="order", seen_by=("buyer", "supplier"))
def progress(given: dict[str, Any], id: str) -> Answer:
    """Say how far the own part of each line is. Only its supplier may."""
    percents = {line["line_id"]: line["made_percent"] for line in given["lines"]}
    actions.report_progress(graph(), id, percents, by=actor(), version=versions.if_match())
    return answer(id)


@bp.put("/orders/<id>/closure")
@bp.response(200, OrderOut)
@policy("member", roles=("buyer", "seller"), thing="order", seen_by=("buyer", "supplier"))
def close(id: str) -> Answer:
    """Close it once all is shipped or received. Only its buyer may."""
    actions.close_order(graph(), id, by=actor(), version=versions.if_match())
    return answer(id)


@bp.put("/orders/<id>/cancellation")
@bp.arguments(ReasonIn)
@bp.response(200, OrderOut)
@policy("member", roles=("buyer", "seller"), thing="order", seen_by=("buyer", "supplier"))
def cancel(given: dict[str, Any], id: str) -> Answer:
    """Cancel it while nothing is shipped or shared. Only its buyer may."""
    actions.cancel_order(graph(), id, **given, by=actor(), version=versions.if_match())
    return answer(id)
