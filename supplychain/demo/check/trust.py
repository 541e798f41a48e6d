"""Whose word counts and who reads what: prices, claims about deliveries, marks, the record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from supplychain.actions import audit
from supplychain.demo.check.client import ApiAnswer, Client
from supplychain.demo.check.figures import is_telling, tells_number
from supplychain.demo.check.steps import Steps
from supplychain.demo.check.visitor import Visitor
from supplychain.demo.people import FORGES, LEADER
from supplychain.graph import events, tampering
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.transactions import read, write
from supplychain.model.ids import new_id

FORGE = FORGES[0]
CATALOGUE_PART = "PR-835"
"""A part of a catalogue: every firm may name it in a request."""
DRAWN_PART = "PR-815"
"""A part of the leader's design: nobody else may."""
CLAIMED_PART = "MC-524"
"""A forging of the buyer's who claims deliveries of it."""
PIECES = 8
Publish = Callable[[Client, Steps, dict[str, Any]], str]
"""Drafts a request, publishes it and waits for its ranking; returns its path."""


def register_stranger(url: str, steps: Steps) -> tuple[Client, Visitor, str]:
    """A firm that nobody knows registers; its access, its owner's window and its id."""
    mark, secret = new_id()[:8], "a stranger's long pass phrase"
    email = f"stranger-{mark}@demo.example"
    firm = {
        "firm_name": f"Passing Trade {mark}",
        "kind": "core",
        "country": "CN",
        "user_name": "Somebody",
        "email": email,
        "password": secret,
    }
    made = Client(url=url, token="").call("POST", "/registrations", firm)
    told = steps.check_answer("A stranger registers a firm", made, 201)
    window = Visitor(url=url)
    steps.check_that("and signs in", window.sign_in(email, secret).path == "/")
    return Client(url=url, token=told["token"]), window, told["firm_id"]


def compare_readers(
    leader: Client, stranger: tuple[Client, Visitor], steps: Steps, publish: Publish
) -> None:
    """The leader of a supplier's chain reads its price; a stranger reads it nowhere."""
    outsider, window = stranger
    request = publish(leader, steps, make_draft(CATALOGUE_PART))
    shown = leader.call("GET", f"{request}/matches").body["lines"][0]["best"]
    row = next(row for row in shown if not row["on_request"] and is_telling(_read_price(row)))
    price, firm_id = _read_price(row), row["firm_id"]
    steps.check_that("The leader reads a supplier's price", price, f"{firm_id}: {price} CNY")
    own = publish(outsider, steps, make_draft(CATALOGUE_PART))
    hidden = outsider.call("GET", f"{own}/matches")
    same = next(row for row in hidden.body["lines"][0]["best"] if row["firm_id"] == firm_id)
    steps.check_that(
        'The stranger finds the same firm, its figures "on request"',
        sorted(same["on_request"]) == ["capacity", "prices"]
        and same["landed_cost"]["unit_price"] is None
        and same["capacity"]["weekly"] is None,
    )
    calls = (f"{own}/matches", f"{own}/matches/{firm_id}/records", f"/firms/{firm_id}", own)
    bodies = [str(outsider.call("GET", path).body) for path in calls]
    pages = [window.open(path) for path in (own, f"{own}/matches", f"/firms/{firm_id}")]
    steps.check_that("It reads the ranking's page", "on request" in pages[1].text)
    texts = (*bodies, *(page.text for page in pages))
    told = [text for text in texts if tells_number(text, Decimal(price))]
    steps.check_that("and the number on no page and by no call", not told, f"{price} not found")
    drawn = outsider.call("POST", "/parts-requests", make_draft(DRAWN_PART))
    steps.check_that("It cannot name a part of the leader's design", drawn.status == 422)


def make_draft(part_id: str) -> dict[str, Any]:
    """A request for some pieces of a part, open for a while."""
    now = datetime.now(UTC)
    return {
        "title": f"Some pieces of {part_id}",
        "currency": "CNY",
        "deadline": (now + timedelta(days=7)).isoformat(),
        "audience": "invited",
        "share_policy": "notify",
        "invite_top": 0,
        "lines": [
            {
                "part_id": part_id,
                "quantity": PIECES,
                "need_by": (now + timedelta(days=150)).date().isoformat(),
                "place": "Wuxi",
            }
        ],
    }


def _read_price(row: Mapping[str, Any]) -> str:
    return row["landed_cost"]["unit_price"] or "0"


def see_lookers(forge: Client, stranger_id: str, steps: Steps) -> None:
    """A supplier sees who read its prices."""
    looks = forge.call("GET", "/firm/looks").body["items"]
    lookers = {look["firm_id"] for look in looks if look["prices"]}
    steps.check_that(
        "The supplier sees who read its prices", LEADER in lookers and stranger_id not in lookers
    )


def dispute_delivery(
    leader: tuple[Client, str], claimant: tuple[Client, str], forge: Client, steps: Steps
) -> None:
    """A claim counts for others once its supplier confirms it, and no more when it disputes it.

    Args:
        leader: another buyer, and the path of its request for forgings.
        claimant: the buyer who says so, and the path of its own.
        forge: the supplier.
        steps: of the check.
    """

    def read_records(reader: tuple[Client, str]) -> Any:
        client, request = reader
        return client.call("GET", f"{request}/matches/{FORGE}/records").body

    def answer(word: str, statement: str = "") -> ApiAnswer:
        answered = {"answer": word, "statement": statement}
        return forge.call("PUT", f"/delivery-claims/{claim_id}/answer", answered)

    claim_id = forge.call("GET", "/delivery-claims?claim=claimed").body["items"][0]["id"]
    before, own = read_records(leader)["others"]["delivered"], read_records(claimant)["own"]
    steps.check_answer("A supplier confirms what a buyer claims", answer("confirmed"), 200)
    counted = read_records(leader)["others"]["delivered"]
    steps.check_that("Now it counts for others", counted == before + 1, f"{before} and one more")
    disputed = answer("disputed", "Nothing was ordered.")
    steps.check_answer("It disputes it instead, with a statement", disputed, 200)
    counted = read_records(leader)["others"]["delivered"]
    steps.check_that("and it counts for nobody else", counted == before, before)
    kept = read_records(claimant)
    marked = next(row for row in kept["deliveries"] if row["id"] == claim_id)
    steps.check_that(
        "but for the buyer who says so, marked with what the supplier says",
        kept["own"] == own and marked["claim"] == "disputed" and marked["statement"],
        own["delivered"],
    )
    steps.check_answer("The supplier takes its answer back", answer("claimed"), 200)


def verify_firm(operator: Client, stranger: Client, firm_id: str, steps: Steps) -> None:
    """Whether somebody looked who a firm is stands beside its name."""

    def read_state(one: str) -> str:
        return stranger.call("GET", f"/firms/{one}").body["verification"]["state"]

    states = read_state(LEADER), read_state(firm_id)
    steps.check_that("A firm is marked as verified or not", states == ("operator", "unverified"))
    looked = operator.call("PUT", f"/operator/firms/{firm_id}/verification")
    steps.check_answer("The operator verifies the stranger", looked, 204)
    steps.check_that("Now its name has the mark", read_state(firm_id) == "operator")


def audit_record(steps: Steps) -> None:
    """The record of events holds; one event changed in the graph, and the audit names it."""
    report = audit.verify(graph())
    steps.check_that("The record of events holds", not report.broken, f"{report.links} links")
    body, _, _ = read(graph(), events.list_links, FORGE)[1]
    place, facts = (FORGE, body["seq"]), body["facts"]
    write(graph(), tampering.swap_facts, *place, '{"changed": "by hand"}')
    try:
        broken = audit.verify(graph()).broken
    finally:
        write(graph(), tampering.swap_facts, *place, facts)
    found = [(link.ledger_id, link.seq) for link in broken]
    steps.check_that("A changed event is the first broken link", found == [place], broken[0].why)
    steps.check_that("Put back, all holds again", not audit.verify(graph()).broken)
