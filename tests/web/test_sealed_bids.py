"""Sealed means sealed: no door of the portal or the API tells a bid before the opening."""

from __future__ import annotations

import base64
import io
import re
import zipfile
from collections.abc import Iterator
from decimal import Decimal

from flask import Flask
from flask.testing import FlaskClient
from neo4j import Driver

from supplychain.actions.looks import forget_seen
from supplychain.graph.engine.transactions import Tx, read, rows, run, write
from supplychain.model.bids.lines import PriceTier
from supplychain.model.people.actors import Actor
from tests.make.accounts import ApiClient, api_client, browser, make_user
from tests.make.bids import make_bid
from tests.make.firms import make_firm
from tests.make.jobs import do_jobs
from tests.make.matches import make_ability, make_chain
from tests.make.parts_requests import line_ids, make_parts_request, pass_deadline

PRICES = ("7319.4417", "8426.5533", "9537.6649")
NOTES = ("canary-quince", "canary-medlar", "canary-loquat")
DAYS = (1187, 1291, 1399)
QUANTITIES = (411, 433, 457)
RANDOM = re.compile(r"[\w-]{24,}")
"""Ids, tokens and digests: any four digits come up in them by chance."""
SKIPPED = re.compile(r"static|healthz|readyz|metrics|openapi|docs")

FACTS = "MATCH (e:Event) RETURN e.facts AS facts LIMIT 10000"
EMPTY = "MATCH (n) WHERE NOT n:Migration DETACH DELETE n"


def doors(app: Flask, ids: list[str]) -> Iterator[str]:
    """The address of every page and API read, with every id in its place."""
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or SKIPPED.search(rule.rule):
            continue
        if not rule.arguments:
            yield rule.rule
        elif rule.arguments == {"id"}:
            yield from (rule.rule.replace("<id>", each) for each in ids)


def looks(
    app: Flask, client: FlaskClient, api: ApiClient, ids: list[str]
) -> Iterator[tuple[str, str]]:
    """(address, whole answer with its headers) of every door."""
    for path in doors(app, ids):
        if path.startswith("/api/v1"):
            answer = api.call("get", path.removeprefix("/api/v1"))
        else:
            answer = client.get(path)
        yield path, f"{answer.status}\n{answer.headers}\n{readable(answer.data)}"


def readable(body: bytes) -> str:
    """The text of an answer; of a download, the text of all files in it."""
    if not body.startswith(b"PK"):
        return body.decode(errors="replace")
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        names = sorted(packed.namelist())
        return "\n".join(f"{n}\n{packed.read(n).decode(errors='replace')}" for n in names)


def forms_of(price: str) -> set[str]:
    """How a price could be written."""
    e4 = str(int(Decimal(price) * 10_000))
    grouped = f"{Decimal(price):,}"
    encoded = {base64.b64encode(text.encode()).decode().rstrip("=")[:-1] for text in (price, e4)}
    return {price, grouped, e4, hex(int(e4))[2:], *encoded}


def make_sealed(driver: Driver) -> tuple[Actor, list[Actor], Actor, str, list[str]]:
    """A buyer, three bidders, a chain leader, the request, and the bids with the canaries."""
    buyer, leader = (make_user(driver, make_firm(driver)) for _ in range(2))
    bidders = [make_user(driver, make_firm(driver)) for _ in range(3)]
    members = {who.firm_id: "member" for who in (buyer, *bidders)}
    chain_id = make_chain(driver, leader.firm_id, members)
    request_id = make_parts_request(driver, buyer, audience="chain", chain_id=chain_id)
    canaries = zip(bidders, PRICES, NOTES, DAYS, QUANTITIES, strict=True)
    placed = [
        make_bid(
            driver,
            bidder,
            request_id,
            note=note,
            lines=[
                {
                    "unit_price": Decimal(price),
                    "note": note,
                    "lead_days": days,
                    "quantity": quantity,
                }
            ],
        )
        for bidder, price, note, days, quantity in canaries
    ]
    return buyer, bidders, leader, request_id, [*placed, chain_id]


def test_no_door_tells_a_sealed_bid_to_anyone_but_its_bidder(app: Flask, driver: Driver) -> None:
    buyer, bidders, leader, request_id, placed = make_sealed(driver)
    ids = [request_id, *placed, buyer.firm_id, bidders[1].firm_id, *line_ids(driver, request_id)]
    operator = make_user(driver, None)
    for moment in ("before the deadline", "before the opening"):
        for at, who in enumerate([bidders[0], buyer, leader, operator, None]):
            hidden = range(1, 3) if at == 0 else range(3)
            words = {NOTES[i] for i in hidden}
            words |= {form for i in hidden for form in forms_of(PRICES[i])}
            days = {form for i in hidden for form in (str(DAYS[i]), f"{DAYS[i]:,}")}
            client, api = browser(app, driver, who), api_client(app, driver, who)
            for path, text in looks(app, client, api, ids):
                told = {word for word in words if word in text}
                told |= {day for day in days if day in RANDOM.sub("", text)}
                assert told == set(), f"{path} tells {told}"
        if moment == "before the deadline":
            pass_deadline(driver, request_id, sweep=False)


def test_the_search_finds_what_a_bidder_may_see(app: Flask, driver: Driver) -> None:
    _, bidders, _, request_id, placed = make_sealed(driver)
    client, api = (make(app, driver, bidders[0]) for make in (browser, api_client))
    texts = dict(looks(app, client, api, [request_id, *placed]))
    for path in (f"/bids/{placed[0]}", f"/api/v1/bids/{placed[0]}"):
        assert NOTES[0] in texts[path]
    assert PRICES[0] in texts[f"/api/v1/bids/{placed[0]}"]


def test_events_hold_no_price_and_no_note(driver: Driver) -> None:
    _, _, _, request_id, _ = make_sealed(driver)
    pass_deadline(driver, request_id)
    facts = " ".join(row["facts"] for row in read(driver, lambda tx: rows(tx, FACTS)))
    assert request_id
    for price, note in zip(PRICES, NOTES, strict=True):
        assert note not in facts
        assert not [form for form in forms_of(price) if form in facts]


def masked(text: str) -> str:
    """The text with ids, secrets and times replaced, ids by the order in which they appear."""
    order: dict[str, str] = {}
    text = re.sub(r"session=[^;\n]+", "session=S", text)
    text = re.sub(r"csrf_token\" value=\"[^\"]+", "csrf", text)
    text = re.sub(r"Content-Length: \d+", "length", text)  # of what is compressed; the rest is here
    text = re.sub(r"\d{4}-\d\d-\d\d[T ][\d:.]+(Z|\+00:00)?", "T", text)
    text = re.sub(r"\b\d\d:\d\d(:\d\d)?\b", "T", text)
    text = re.sub(r"[\w+/]{86}==", "signature", text)  # of a receipt: over its salt, too
    text = re.sub(r"(?<=\|)[0-9a-f]{16}(?=\|)", "digest", text)  # of a workbook: over ids, too
    text = re.sub(r"next_cursor\": \"[^\"]+", "C", text)
    text = re.sub(r"\d+ (d|h|min) (\d+ (h|min) )?left", "L", text)
    found = re.compile(r"\b[0-9a-f]{64}\b|\b[0-9a-f]{32}\b")
    text = found.sub(lambda match: order.setdefault(match[0], f"id{len(order)}"), text)
    return re.sub(r"\b(PO)-[0-9A-F]{8}\b", "PO", text)


def world(app: Flask, driver: Driver, price: str, note: str, quantity: int) -> dict[str, str]:
    """What everyone but one bidder reads, in a world in which that one bids so.

    The buyer asks for more of the same and has it ranked: what a bid holds shows nowhere.
    """
    write(driver, _empty)
    forget_seen()
    buyer = make_user(driver, make_firm(driver, id="buyer-firm", name="Press Works"))
    one = make_user(driver, make_firm(driver, id="firm-one", name="Firm One"))
    other = make_user(driver, make_firm(driver, id="firm-two", name="Firm Two"))
    for firm_id in ("firm-one", "firm-two"):
        make_ability(driver, firm_id, weekly_capacity=100)
    request_id = make_parts_request(driver, buyer)
    own = make_bid(driver, one, request_id)
    line = {
        "unit_price": Decimal(price),
        "tiers": (PriceTier(start=2, unit_price=Decimal(price) / 2),),
        "quantity": quantity,
        "min_quantity": quantity - 1,
        "pack": quantity,
        "freight": Decimal(price) / 10,
        "note": note,
    }
    terms = {"one_off_cost": Decimal(quantity), "payment_days": len(note), "incoterm": "EXW"}
    rival = make_bid(driver, other, request_id, lines=[line], **terms)
    assert do_jobs(driver) == ["done"]  # one by one: the log tells in which order
    second = make_parts_request(driver, buyer)
    assert do_jobs(driver) == ["done"]
    read_by: dict[str, str] = {}
    ids = [request_id, second, own, rival, "firm-two", *line_ids(driver, request_id)]
    for name, who in (("buyer", buyer), ("one", one)):
        client, api = browser(app, driver, who), api_client(app, driver, who)
        for at, (path, text) in enumerate(looks(app, client, api, ids)):
            read_by[f"{name} {at} {masked(path)}"] = masked(text)
    return read_by


def _empty(tx: Tx) -> None:
    run(tx, EMPTY)


def test_two_worlds_that_differ_in_a_rivals_bid_look_alike(app: Flask, driver: Driver) -> None:
    first = world(app, driver, "12.5", "short", 500)
    second = world(app, driver, "99123.4567", "a note of quite another length", 7)
    assert first.keys() == second.keys()
    differing = [place for place, text in first.items() if second[place] != text]
    shown = [first[place] + second[place] for place in differing[:1]]
    assert differing == [], shown
