"""Does the main job through the HTTP API of a running demo, and says what held and what did not.

A buyer asks for forgings, suppliers are ranked and invited, two bid under seal, the award splits a
line, an order is accepted, shared with a peer and delivered, and the chain leader sees it. While
the bids are sealed, the check looks at who may read what, who comes in, and the record of events.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import click

from supplychain.demo import sourcing
from supplychain.demo.check import entry, orders, trust
from supplychain.demo.check.client import ApiAnswer, Client
from supplychain.demo.check.installation import CheckedInstallation
from supplychain.demo.check.steps import NotHeld, Steps
from supplychain.demo.people import FORGES
from supplychain.model.ids import new_id

PART = "PR-815"
WANTED_PIECES = 240
FORGE, PEER, SECOND = FORGES
PATIENCE_S = 60
OPEN_S = 40
"""Until then the request is ranked and invited for."""
BID_S = 20
"""And so long it takes bids from there: with bids in, a deadline can only move later."""
EURO_PRICE = "780"
"""Of a piece, as the second supplier bids it."""


def check_main_job(there: CheckedInstallation) -> bool:
    """Do the main job; True only if every step held."""
    steps = Steps()
    try:
        _main_job(there, steps)
    except (NotHeld, LookupError, TypeError, OSError) as error:
        click.echo(f"The main job did not hold: {error!r}")
        return False
    click.echo(f"The main job held: {steps.number} steps.")
    return True


def _main_job(there: CheckedInstallation, steps: Steps) -> None:
    buyer, forge, second, peer, rival = (
        there.make_client(f"{name}@demo.example")
        for name in ("leader", "forge", "heavyforge", "peer", "machines")
    )
    request = _publish_request(buyer, steps)
    _match_and_invite(buyer, steps, request)
    _leave_time_for_bids(buyer, steps, request)
    bids = _place_bids(buyer, (forge, second), rival, steps, request)
    _check_trust(there, (buyer, forge, rival), steps, request)
    _open_bids(buyer, steps, request, bids)
    _compare_currencies(buyer, steps, request, bids[1])
    _compare_weights(buyer, steps)
    order = orders.award_request(buyer, forge, steps, request, bids)
    stranger = rival.call("GET", order)
    steps.check_that("Nobody else finds the order", stranger.status == 404)
    share = orders.share_order(buyer, forge, peer, steps, order)
    orders.look_at_map(buyer, steps)
    orders.deliver_order(buyer, forge, peer, steps, [order, share])


def _check_trust(
    there: CheckedInstallation, people: tuple[Client, Client, Client], steps: Steps, request: str
) -> None:
    buyer, forge, rival = people
    operator = there.make_client("operator@demo.example", scope="administer")
    stranger, window, stranger_id = trust.register_stranger(there.url, steps)
    trust.compare_readers(buyer, (stranger, window), steps, _publish_new)
    trust.see_lookers(forge, stranger_id, steps)
    claimed = _publish_new(rival, steps, trust.make_draft(trust.CLAIMED_PART))
    trust.dispute_delivery((buyer, request), (rival, claimed), forge, steps)
    trust.verify_firm(operator, stranger, stranger_id, steps)
    entry.come_in(there, operator, steps)
    if there.is_here:
        trust.audit_record(steps)


def _publish_request(buyer: Client, steps: Steps) -> str:
    now = datetime.now(UTC)
    draft = {
        "title": "Tie-rod forgings for eight presses",
        "currency": "CNY",
        "accepts": ["EUR"],
        "deadline": (now + timedelta(seconds=OPEN_S)).isoformat(),
        "audience": "invited",
        "share_policy": "notify",
        "invite_top": 0,
        "lines": [
            {
                "part_id": PART,
                "description": "Tie-rod forging 42CrMo4, drawing PR-815 A",
                "category": "forging",
                "quantity": WANTED_PIECES,
                "uom": "piece",
                "need_by": (now + timedelta(days=150)).date().isoformat(),
                "place": "Wuxi",
                "target_price": "6000",
            }
        ],
    }
    key = new_id()
    made = steps.check_answer(
        "The buyer drafts a request", buyer.call("POST", "/parts-requests", draft, key=key), 201
    )
    again = buyer.call("POST", "/parts-requests", draft, key=key)
    steps.check_that("A second click makes no second request", again.body["id"] == made["id"])
    return _publish_draft(buyer, steps, made["id"])


def _publish_new(client: Client, steps: Steps, draft: dict[str, Any]) -> str:
    made = steps.check_answer(
        "A request is drafted", client.call("POST", "/parts-requests", draft), 201
    )
    return _publish_draft(client, steps, made["id"])


def _publish_draft(client: Client, steps: Steps, request_id: str) -> str:
    path = f"/parts-requests/{request_id}"
    published = client.call("PUT", f"{path}/publication", etag=client.call("GET", path).etag)
    job = steps.check_answer("It is published", published, 202)
    done = _wait_until(
        lambda: client.call("GET", f"/jobs/{job['id']}"), lambda answer: answer.body["ended_at"]
    )
    steps.check_that("The job ends", done.body["state"] == "done", done.body["result"])
    return path


def _wait_until(ask: Callable[[], ApiAnswer], ready: Callable[[ApiAnswer], object]) -> ApiAnswer:
    until = time.monotonic() + PATIENCE_S
    while True:
        answer = ask()
        if answer.status >= 500 or time.monotonic() > until or ready(answer):
            return answer
        time.sleep(0.3)


def _leave_time_for_bids(buyer: Client, steps: Steps, request: str) -> None:
    found = buyer.call("GET", request)
    later = max(
        datetime.fromisoformat(found.body["deadline"]) + timedelta(seconds=1),
        datetime.now(UTC) + timedelta(seconds=BID_S),
    )
    moved = buyer.call(
        "PUT", f"{request}/deadline", {"deadline": later.isoformat()}, etag=found.etag
    )
    steps.check_answer("The deadline can move later", moved, 200)


def _match_and_invite(buyer: Client, steps: Steps, request: str) -> None:
    ranked = steps.check_answer(
        "Suppliers are ranked", buyer.call("GET", f"{request}/matches"), 200
    )
    best = ranked["lines"][0]["best"]
    ids = [row["firm_id"] for row in best]
    steps.check_that("Three forges can make it", {FORGE, SECOND, PEER} <= set(ids), ", ".join(ids))
    steps.check_that("Each rank has its reasons", all(row["reasons"] for row in best))
    chosen = {"firm_ids": [FORGE, SECOND]}
    invited = steps.check_answer(
        "Two of them are invited", buyer.call("POST", f"{request}/invitations", chosen), 200
    )
    steps.check_that("Both are new", invited["invited"] == 2)


def _place_bids(
    buyer: Client, bidders: tuple[Client, Client], rival: Client, steps: Steps, request: str
) -> list[str]:
    request_id = request.rsplit("/", 1)[1]
    seen = steps.check_answer(
        "A supplier sees the request", bidders[0].call("GET", f"/invitations/{request_id}"), 200
    )
    steps.check_that("It does not see the target price", "target_price" not in str(seen))
    hidden = rival.call("GET", f"/invitations/{request_id}")
    nothing = rival.call("GET", "/invitations/0123456789abcdef0123456789abcdef")
    steps.check_that(
        "Who is not invited finds nothing, as for what does not exist",
        hidden.status == nothing.status == 404 and _is_same_problem(hidden.body, nothing.body),
    )
    line_id = seen["lines"][0]["id"]
    offers = (("6150", "CNY", 35), (EURO_PRICE, "EUR", 42))
    bids = [
        _place_bid(bidder, steps, request, line_id, offer=offer)
        for bidder, offer in zip(bidders, offers, strict=True)
    ]
    sealed = buyer.call("GET", f"{request}/bids")
    steps.check_that("The buyer cannot read bids before the deadline", sealed.status == 409)
    steps.check_that("Nor can the rival", bidders[1].call("GET", f"/bids/{bids[0]}").status == 404)
    found = buyer.call("GET", request)
    soon = (datetime.now(UTC) + timedelta(seconds=2)).isoformat()
    cut = buyer.call("PUT", f"{request}/deadline", {"deadline": soon}, etag=found.etag)
    steps.check_answer("With a bid in, it cannot be closed early", cut, 409)
    return bids


def _is_same_problem(one: Any, other: Any) -> bool:
    return {k: v for k, v in one.items() if k != "instance"} == {
        k: v for k, v in other.items() if k != "instance"
    }


def _place_bid(
    bidder: Client, steps: Steps, request: str, line_id: str, *, offer: tuple[str, str, int]
) -> str:
    price, currency, lead_days = offer
    bid = {
        "currency": currency,
        "valid_until": (datetime.now(UTC) + timedelta(days=60)).date().isoformat(),
        "lines": [
            {
                "request_line_id": line_id,
                "quantity": WANTED_PIECES,
                "unit_price": price,
                "tooling": "1200",
                "lead_days": lead_days,
            }
        ],
    }
    made = bidder.call("POST", f"{request}/bids", bid)
    bid_id = steps.check_answer("A supplier saves a bid", made, 201)["id"]
    sent = bidder.call("PUT", f"/bids/{bid_id}/submission", etag=made.etag)
    steps.check_that("and hands it in", sent.status == 200, f"{price} {currency}, {lead_days} days")
    return bid_id


def _open_bids(buyer: Client, steps: Steps, request: str, bids: list[str]) -> None:
    opened = _wait_until(
        lambda: buyer.call("GET", request), lambda answer: answer.body["state"] == "evaluating"
    )
    steps.check_that("Time opens the bids", opened.body["state"] == "evaluating")
    told = steps.check_answer("The buyer reads the bids", buyer.call("GET", f"{request}/bids"), 200)
    steps.check_that("Both are there", {item["id"] for item in told["items"]} == set(bids))


def _compare_weights(buyer: Client, steps: Steps) -> None:
    """The wire of the demo's own request is bid for and given by the kilogram, with decimals."""
    listed = buyer.call("GET", "/parts-requests?state=evaluating").body["items"]
    request = next(one["id"] for one in listed if one["title"] == sourcing.TITLE)
    path = f"/parts-requests/{request}"
    found = buyer.call("GET", f"{path}/award")
    told = steps.check_answer("The buyer looks at a request with a line in kg", found, 200)
    asked = next(
        line for line in buyer.call("GET", path).body["lines"] if line["part_id"] == sourcing.WIRE
    )
    given = [one["quantity"] for one in told["proposal"] if one["request_line_id"] == asked["id"]]
    steps.check_that(
        "All of it is given, to the half kilogram",
        (asked["uom"], sum(given)) == ("KGM", float(dict(sourcing.LINES)[sourcing.WIRE])),
        f"{sum(given)} kg",
    )
    (line,) = [one for one in told["lines"] if one["request_line_id"] == asked["id"]]
    bases = {quote["price_per"] for quote in line["quotes"]}
    steps.check_that("Prices for 1 kg and for 100 kg stand side by side", bases == {1, 100})
    _compare_crates(steps, told, buyer.call("GET", path).body["lines"])


def _compare_crates(
    steps: Steps, award: dict[str, Any], request_lines: list[dict[str, Any]]
) -> None:
    """The panels of the demo's own request are bought in whole crates, within what is taken."""
    asked = next(line for line in request_lines if line["part_id"] == sourcing.PANELS)
    given = [one["quantity"] for one in award["proposal"] if one["request_line_id"] == asked["id"]]
    (line,) = [one for one in award["lines"] if one["request_line_id"] == asked["id"]]
    steps.check_that(
        "Panels are bought in whole crates, a few more than are needed",
        all(one % sourcing.CRATE_PIECES == 0 for one in given)
        and asked["quantity"] < sum(given) <= asked["most_quantity"]
        and (line["surplus"] or {}).get("why") == "pack",
        f"{sum(given)} instead of {asked['quantity']}",
    )


def _compare_currencies(buyer: Client, steps: Steps, request: str, euro_bid: str) -> None:
    """The bid in euros is compared in yuan; where the buyer's rate is too old, it gives one."""
    found = buyer.call("GET", f"{request}/award")
    told = steps.check_answer("The buyer compares them", found, 200)
    if told["waiting"]:
        rate = {"currency": "EUR", "rate": "7.8"}
        told = steps.check_answer(
            "It gives the rate that is missing", buyer.call("PUT", f"{request}/rates", rate), 200
        )
    (rate,) = told["rates"]
    quotes = {quote["bid_id"]: quote for quote in told["lines"][0]["quotes"]}
    euros = quotes[euro_bid]
    steps.check_that(
        "A bid in euros is compared in yuan at the frozen rate",
        Decimal(euros["unit_price"]) == Decimal(EURO_PRICE) * Decimal(rate["rate"])
        and (euros["owed_currency"], euros["owed_unit_price"]) == ("EUR", f"{EURO_PRICE}.00"),
        f"{EURO_PRICE} EUR at {rate['rate']} is {euros['unit_price']} CNY",
    )
