"""The second half of the check: award, order, share, delivery, and the leader's picture."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from supplychain.demo.check.client import Client
from supplychain.demo.check.figures import tells_number
from supplychain.demo.check.steps import Steps
from supplychain.demo.people import FORGES

FORGE, PEER, _ = FORGES
SHARE_PRICE = "5890.37"
"""Of a piece, between the peers."""


def award_request(buyer: Client, forge: Client, steps: Steps, request: str, bids: list[str]) -> str:
    """The buyer splits the line; returns the path of the first winner's order, accepted."""
    line_id = buyer.call("GET", request).body["lines"][0]["id"]
    split = (160, 80)
    choice = {
        "allocations": [
            {"request_line_id": line_id, "bid_id": bid_id, "quantity": quantity}
            for bid_id, quantity in zip(bids, split, strict=True)
        ],
        "reason": "Two sources for a part that stops the line.",
    }
    etag = buyer.call("GET", request).etag
    given = buyer.call("PUT", f"{request}/award", choice, etag=etag)
    steps.check_answer("The buyer splits the line and awards it", given, 200, 201)
    twice = buyer.call("PUT", f"{request}/award", choice, etag=etag)
    steps.check_that("It cannot be awarded twice", twice.status in {409, 412}, twice.status)
    orders = forge.call("GET", "/orders?role=supplier&state=offered").body["items"]
    steps.check_that("Each winner has its order", len(orders) == 1, orders[0]["number"])
    order = f"/orders/{orders[0]['id']}"
    seen = forge.call("GET", order)
    steps.check_that("for its part of the line", seen.body["lines"][0]["quantity"] == split[0])
    accepted = forge.call("PUT", f"{order}/acceptance", etag=seen.etag)
    steps.check_answer("The winner accepts, which takes its capacity", accepted, 200)
    return order


def share_order(buyer: Client, forge: Client, peer: Client, steps: Steps, order: str) -> str:
    """The supplier passes a part of its order to the peer; returns the path of the share."""
    line = forge.call("GET", order).body["lines"][0]
    offer = {"line_id": line["id"], "peer_id": PEER, "quantity": 60, "unit_price": SHARE_PRICE}
    too_much = forge.call("POST", f"{order}/shares", {**offer, "quantity": 161})
    steps.check_that("More than it has cannot be shared", too_much.status in {409, 422})
    shared = forge.call("POST", f"{order}/shares", offer)
    share = f"/orders/{steps.check_answer('It shares 60 with a peer', shared, 201)['id']}"
    seen = peer.call("GET", share)
    accepted = peer.call("PUT", f"{share}/acceptance", etag=seen.etag)
    steps.check_answer("The peer accepts", accepted, 200)
    kept = forge.call("GET", order).body["lines"][0]
    steps.check_that(
        "Shared and kept make the whole",
        (kept["shared_quantity"], kept["quantity"]) == (60, 160),
    )
    told = buyer.call("GET", f"{order}/shares")
    steps.check_that("The buyer sees who makes what", told.status == 200 and PEER in str(told.body))
    hidden = not tells_number(str(told.body), Decimal(SHARE_PRICE))
    steps.check_that("and never the price between the peers", hidden)
    below = buyer.call("GET", share)
    steps.check_that("The share itself is not the buyer's to read", below.status == 404)
    return share


def deliver_order(
    buyer: Client, forge: Client, peer: Client, steps: Steps, paths: list[str]
) -> None:
    """The peer delivers to the supplier, the supplier all of it to the buyer."""
    order, share = paths
    line_id = peer.call("GET", share).body["lines"][0]["id"]
    far = {"lines": [{"line_id": line_id, "made_percent": 50}]}
    said = peer.call("PUT", f"{share}/progress", far, etag=peer.call("GET", share).etag)
    steps.check_answer("The peer is half done", said, 200)
    made = forge.call("GET", order).body["lines"][0]["made_percent"]
    steps.check_that("which shows one tier up", 0 < made < 50, f"{made} % of the whole")
    _hand_over(peer, forge, steps, share, quantity=60, rejected=0)
    _hand_over(forge, buyer, steps, order, quantity=160, rejected=2)
    line = buyer.call("GET", order).body["lines"][0]
    arrived = (line["received_quantity"], line["rejected_quantity"])
    steps.check_that("The buyer has all, two of them rejected", arrived == (160, 2))


def _hand_over(
    supplier: Client, buyer: Client, steps: Steps, order: str, *, quantity: int, rejected: int
) -> None:
    line_id = supplier.call("GET", order).body["lines"][0]["id"]
    today = datetime.now(UTC).date().isoformat()
    sent = {"line_id": line_id, "quantity": quantity, "shipped_on": today}
    shipped = supplier.call("POST", f"{order}/shipments", sent, key=f"check-ship-{line_id}")
    steps.check_answer(f"{quantity} are shipped", shipped, 201)
    supplier.call("POST", f"{order}/shipments", sent, key=f"check-ship-{line_id}")
    again = supplier.call("GET", order).body["shipments"]
    steps.check_that("once, although it was sent twice", len(again) == 1)
    came = {
        "line_id": line_id,
        "quantity": quantity,
        "rejected_quantity": rejected,
        "received_on": today,
    }
    steps.check_answer("and received", buyer.call("POST", f"{order}/receipts", came), 201)


def look_at_map(buyer: Client, steps: Steps) -> None:
    """The chain leader's picture shows what happened."""
    picture = steps.check_answer("The leader looks at its tiers", buyer.call("GET", "/tiers"), 200)
    nodes = {node["key"]: node for node in picture["nodes"]}
    tiers = {node["tier"] for node in picture["nodes"]}
    steps.check_that("Four tiers upstream", {-1, -2, -3, -4} <= tiers, f"{len(nodes)} firms")
    steps.check_that("The forge's open order shows", (nodes[FORGE]["open_orders"] or 0) >= 1)
    steps.check_that("Sole sources are marked", any(link["sole"] for link in picture["links"]))
