"""A mixed load of clients that never give up, and what they were promised.

Each write has a key of its own and is sent again with it until somebody answers, as a careful
program does. What was acknowledged is noted; whether it is true, ``reader`` looks up in the graph.
"""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

TIMEOUT_S: Final = 80
"""A little longer than the balancer waits for a portal."""
GIVE_UP_S: Final = 300
"""A machine that is busy with much else needs two minutes to start Neo4j again."""
PAUSE_S: Final = 0.3
BUSY: Final = frozenset({429, 500, 502, 503, 504})
"""Answers after which a careful program tries again."""
OPEN_S: Final = 45
LONGEST_OPEN_S: Final = 360
"""So long a request takes bids at first; twice as long after each deal that came too late."""
TOO_LATE: Final = ("not_open", "/deadline", "invite: 409", "only while")
PIECES: Final = 8
SPLIT: Final = (5, 3)
PRICES: Final = ("6150.25", "6080.75")
BUYERS: Final = {"leader": "PR-815", "machines": "MC-524"}
"""Who asks, and for which forging."""
BIDDERS: Final = {"forge": "F006", "heavyforge": "F028"}
MARK: Final = "load "
"""How the titles of the load's requests begin."""
CARRIED: Final = ("Graph-Bookmark",)
"""Headers of an answer that a client sends along with its next request."""


@dataclass(slots=True, kw_only=True)
class Notes:
    """What the clients saw; one for all of them, written under ``lock``."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    times_s: list[tuple[str, float]] = field(default_factory=list)
    """What was asked for, and how long its answer took; those who were told to come again not."""
    statuses: Counter[int] = field(default_factory=Counter)
    broken: int = 0
    given_up: list[str] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)
    requests: dict[str, str] = field(default_factory=dict)
    """Title of a request to the id that was acknowledged."""
    published: set[str] = field(default_factory=set)
    bids: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Submitted bid to request and firm."""
    awards: dict[str, dict[str, int]] = field(default_factory=dict)
    """Awarded request to pieces by bid."""
    accepted: set[str] = field(default_factory=set)
    shipped: dict[str, int] = field(default_factory=dict)
    """Order to the pieces whose shipment was acknowledged."""
    received: dict[str, int] = field(default_factory=dict)
    doubled: list[str] = field(default_factory=list)
    """Keys whose second sending was answered with another thing than the first."""
    open_s: float = OPEN_S
    looks: int = 0
    stale: list[str] = field(default_factory=list)
    """Reads after a write, each through another portal, and those that did not see it."""
    jobs_s: list[float] = field(default_factory=list)
    deals: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """An answer to a client."""

    status: int
    body: Any
    etag: str


class GaveUp(Exception):
    """Nobody answered for so long that the client went home."""


class Client:
    """One program with the token of one account; keeps its connections."""

    def __init__(self, url: str, token: str, notes: Notes) -> None:
        self.netloc = urlsplit(url).netloc
        self.token = token
        self.notes = notes
        self._lines: dict[str, http.client.HTTPConnection] = {}
        self._carried: dict[str, str] = {}

    def call(
        self, method: str, path: str, body: object = None, *, etag: str = "", key: str = ""
    ) -> Answered:
        """Send until somebody answers; a POST always under the same key.

        Raises:
            GaveUp: nobody did for five minutes.
        """
        key = key or (uuid.uuid4().hex if method == "POST" else "")
        until = time.monotonic() + GIVE_UP_S
        while time.monotonic() < until:
            start = time.monotonic()
            try:
                answer = self.send(self.netloc, method, path, body, etag=etag, key=key)
            except (OSError, http.client.HTTPException):
                self._note(broken=1)
            else:
                self._note(f"{method} {_shape_of(path)}", time.monotonic() - start, answer.status)
                if answer.status not in BUSY:
                    return answer
            time.sleep(PAUSE_S * random.uniform(0.5, 1.5))
        with self.notes.lock:
            self.notes.given_up.append(f"{method} {path}")
        raise GaveUp(f"{method} {path}")

    def send(
        self, at: str, method: str, path: str, body: object = None, *, etag: str = "", key: str = ""
    ) -> Answered:
        """Send once to the balancer or to one portal.

        Raises:
            OSError, HTTPException: the line broke.
        """
        headers = {"Host": self.netloc, "Authorization": f"Bearer {self.token}", **self._carried}
        headers |= {"If-Match": etag} if etag else {}
        headers |= {"Idempotency-Key": key} if key else {}
        headers |= {} if body is None else {"Content-Type": "application/json"}
        line = self._lines.get(at)
        if line is None:
            line = self._lines[at] = http.client.HTTPConnection(at, timeout=TIMEOUT_S)
        try:
            text = None if body is None else json.dumps(body)
            line.request(method, f"/api/v1{path}", body=text, headers=headers)
            reply = line.getresponse()
            raw = reply.read()
        except (OSError, http.client.HTTPException):
            self._lines.pop(at).close()
            raise
        self._carried |= {name: reply.headers[name] for name in CARRIED if name in reply.headers}
        try:
            decoded = json.loads(raw) if raw else None
        except ValueError:
            decoded = None
        return Answered(status=reply.status, body=decoded, etag=reply.headers.get("ETag", ""))

    def look_everywhere(self, path: str, portals: list[str], etag: str) -> None:
        """Read what was just written through every portal; note who does not see it."""
        for at in random.sample(portals, len(portals)):
            try:
                seen = self.send(at, "GET", path)
            except (OSError, http.client.HTTPException):
                continue  # a portal that is away tells nothing old
            if seen.status in BUSY:
                continue
            with self.notes.lock:
                self.notes.looks += 1
                if seen.status != 200 or seen.etag != etag:
                    self.notes.stale.append(f"{path}: {seen.status} {seen.etag} for {etag}")

    def _note(self, what: str = "", seconds: float = 0.0, status: int = 0, broken: int = 0) -> None:
        with self.notes.lock:
            self.notes.broken += broken
            if status:
                self.notes.statuses[status] += 1
            if status and status not in BUSY:
                self.notes.times_s.append((what, seconds))


def _shape_of(path: str) -> str:
    """A path without ids."""
    parts = path.partition("?")[0].split("/")
    return "/".join("…" if len(part) > 20 else part for part in parts)


def make_draft(part_id: str, title: str, now: datetime, open_s: float = OPEN_S) -> dict[str, Any]:
    """A request for a few forgings that is open for a short while."""
    return {
        "title": title,
        "currency": "CNY",
        "deadline": (now + timedelta(seconds=open_s)).isoformat(),
        "audience": "invited",
        "share_policy": "notify",
        "invite_top": 0,
        "lines": [
            {
                "part_id": part_id,
                "description": "Forging 42CrMo4",
                "category": "forging",
                "quantity": PIECES,
                "uom": "piece",
                "need_by": (now + timedelta(days=150)).date().isoformat(),
                "place": "Wuxi",
                "target_price": "6000",
            }
        ],
    }


def draft_request(client: Client, part_id: str, portals: list[str]) -> str:
    """Draft, now and then twice under one key, and look at it everywhere; its id."""
    title, key = f"{MARK}{uuid.uuid4().hex}", uuid.uuid4().hex
    draft = make_draft(part_id, title, datetime.now(UTC), client.notes.open_s)
    made = client.call("POST", "/parts-requests", draft, key=key)
    if made.status != 201:
        raise Refused(f"draft: {made.status} {made.body}")
    with client.notes.lock:
        client.notes.requests[title] = made.body["id"]
    path = f"/parts-requests/{made.body['id']}"
    client.look_everywhere(path, portals, made.etag)
    if random.random() < 0.25:
        again = client.call("POST", "/parts-requests", draft, key=key)
        if again.status != 201 or again.body["id"] != made.body["id"]:
            with client.notes.lock:
                client.notes.doubled.append(f"{key}: {made.body['id']}, {again.body}")
    return made.body["id"]


class Refused(Exception):
    """A deal went no further, for a reason that may be right: too late, no capacity."""


READS: Final = (
    "/me",
    "/parts-requests",
    "/orders?role=buyer",
    "/orders?role=supplier",
    "/bids",
    "/capabilities",
    "/firm/looks",
    "/tiers",
)
READ_WEIGHTS: Final = (10, 20, 15, 15, 10, 8, 4, 2)


def browse(client: Client, part_id: str, portals: list[str]) -> None:
    """One step of a client who mostly reads: seven of ten times; else drafts and changes."""
    if random.random() < 0.7 or not part_id:
        client.call("GET", random.choices(READS, READ_WEIGHTS)[0])
        return
    request_id = draft_request(client, part_id, portals)
    path = f"/parts-requests/{request_id}"
    seen = client.call("GET", path)
    change = make_draft(part_id, seen.body["title"], datetime.now(UTC) + timedelta(days=1))
    changed = client.call("PATCH", path, change, etag=seen.etag)
    if changed.status == 200:
        client.look_everywhere(path, portals, changed.etag)
    elif changed.status not in {409, 412}:  # 412: it was done, and the answer was lost
        raise Refused(f"change: {changed.status} {changed.body}")


def make_deal(buyer: Client, bidders: dict[str, Client], part_id: str, portals: list[str]) -> None:
    """From the request to the goods: each step through whichever portal comes.

    Raises:
        Refused: a step was refused, for the reason that it says.
        GaveUp: nobody answered.
    """
    request_id = draft_request(buyer, part_id, portals)
    path = f"/parts-requests/{request_id}"
    _publish(buyer, path)
    invited = buyer.call("POST", f"{path}/invitations", {"firm_ids": list(BIDDERS.values())})
    if invited.status != 200:
        raise Refused(f"invite: {invited.status}")
    line_id = buyer.call("GET", path).body["lines"][0]["id"]
    bids = [
        _bid(bidders[name], path, request_id, line_id, BIDDERS[name], price)
        for name, price in zip(BIDDERS, PRICES, strict=True)
    ]
    _wait_for_opening(buyer, path)
    pieces = dict(zip(bids, SPLIT, strict=True))
    _award(buyer, path, request_id, line_id, pieces)
    for name in BIDDERS:
        _deliver(buyer, bidders[name], request_id)


def _publish(buyer: Client, path: str) -> None:
    sent = buyer.call("PUT", f"{path}/publication", etag=buyer.call("GET", path).etag)
    start = time.monotonic()
    if sent.status == 202:
        job = f"/jobs/{sent.body['id']}"
        while not (seen := buyer.call("GET", job)).body["ended_at"]:
            if time.monotonic() > start + GIVE_UP_S:
                raise Refused("the ranking took too long")
            time.sleep(0.3)
        if seen.body["state"] != "done":
            raise Refused(f"ranking: {seen.body['state']} {seen.body['message']}")
        with buyer.notes.lock:
            buyer.notes.jobs_s.append(time.monotonic() - start)
    elif buyer.call("GET", path).body["state"] != "open":
        pointers = [one["pointer"] for one in sent.body.get("errors", ())]
        raise Refused(f"publish: {sent.status} {sent.body.get('code')} {pointers}")
    with buyer.notes.lock:
        buyer.notes.published.add(path.rsplit("/", 1)[1])


def _bid(bidder: Client, path: str, request_id: str, line_id: str, firm_id: str, price: str) -> str:
    content = {
        "valid_until": (datetime.now(UTC) + timedelta(days=60)).date().isoformat(),
        "lines": [
            {
                "request_line_id": line_id,
                "quantity": PIECES,
                "unit_price": price,
                "lead_days": 35,
            }
        ],
    }
    made = bidder.call("POST", f"{path}/bids", content)
    if made.status != 201:
        raise Refused(f"bid: {made.status} {made.body.get('code')}")
    bid_id = made.body["id"]
    sent = bidder.call("PUT", f"/bids/{bid_id}/submission", etag=made.etag)
    if sent.status != 200 and bidder.call("GET", f"/bids/{bid_id}").body["state"] != "open":
        raise Refused(f"submit: {sent.status} {sent.body.get('code')}")
    with bidder.notes.lock:
        bidder.notes.bids[bid_id] = (request_id, firm_id)
    return bid_id


def _wait_for_opening(buyer: Client, path: str) -> None:
    until = time.monotonic() + buyer.notes.open_s + GIVE_UP_S
    while buyer.call("GET", path).body["state"] == "open":
        if time.monotonic() > until:
            raise Refused("time opened nothing")
        time.sleep(0.7)


def _award(buyer: Client, path: str, request_id: str, line_id: str, pieces: dict[str, int]) -> None:
    choice = {
        "allocations": [
            {"request_line_id": line_id, "bid_id": bid_id, "quantity": quantity}
            for bid_id, quantity in pieces.items()
        ],
        "reason": "Two sources for a part that stops the line.",
    }
    given = buyer.call("PUT", f"{path}/award", choice, etag=buyer.call("GET", path).etag)
    if given.status not in {200, 201} and buyer.call("GET", path).body["state"] != "awarded":
        raise Refused(f"award: {given.status} {given.body.get('code')}")
    with buyer.notes.lock:
        buyer.notes.awards[request_id] = pieces


def _deliver(buyer: Client, supplier: Client, request_id: str) -> None:
    offered = supplier.call("GET", "/orders?role=supplier&state=offered").body["items"]
    for row in offered:
        order = f"/orders/{row['id']}"
        seen = supplier.call("GET", order)
        if seen.body["request_id"] == request_id:
            break
    else:
        raise Refused("order: not among those offered")
    taken = supplier.call("PUT", f"{order}/acceptance", etag=seen.etag)
    state = supplier.call("GET", order).body["state"]
    if taken.status != 200 and state != "accepted":
        raise Refused(f"accept: {taken.status} {taken.body.get('code')}")
    with supplier.notes.lock:
        supplier.notes.accepted.add(row["id"])
    line = seen.body["lines"][0]
    today, key = datetime.now(UTC).date().isoformat(), uuid.uuid4().hex
    sent = {"line_id": line["id"], "quantity": line["quantity"], "shipped_on": today}
    for _ in range(2):  # twice under one key: it leaves once
        shipped = supplier.call("POST", f"{order}/shipments", sent, key=key)
        if shipped.status != 201:
            raise Refused(f"ship: {shipped.status} {shipped.body.get('code')}")
    with supplier.notes.lock:
        supplier.notes.shipped[row["id"]] = line["quantity"]
    came = {
        "line_id": line["id"],
        "quantity": line["quantity"],
        "rejected_quantity": 0,
        "received_on": today,
    }
    if buyer.call("POST", f"{order}/receipts", came).status != 201:
        raise Refused("receive")
    with buyer.notes.lock:
        buyer.notes.received[row["id"]] = line["quantity"]


def run_load(
    url: str, tokens: dict[str, str], portals: list[str], clients: int, stop: threading.Event
) -> tuple[Notes, list[threading.Thread]]:
    """Start the clients, of whom every third makes deals.

    When ``stop`` is set they begin nothing new, and finish what they have begun.
    """
    notes = Notes()

    def make(name: str) -> Client:
        return Client(url, tokens[name], notes)

    def trade(buyer: str) -> None:
        bidders = {name: make(name) for name in BIDDERS}
        _repeat(notes, stop, lambda: make_deal(make(buyer), bidders, BUYERS[buyer], portals), 1.0)

    def look(name: str) -> None:
        client = make(name)
        _repeat(notes, stop, lambda: browse(client, BUYERS.get(name, ""), portals), 0.2)

    names, buyers = list(tokens), list(BUYERS)
    threads = []
    for number in range(clients):
        target, name = (
            (trade, buyers[number % len(buyers)])
            if number % 3 == 0
            else (look, names[number % len(names)])
        )
        threads.append(threading.Thread(target=target, args=(name,), daemon=True))
    for thread in threads:
        thread.start()
    return notes, threads


def _repeat(notes: Notes, stop: threading.Event, step: Any, pause_s: float) -> None:
    kind = "deal" if pause_s >= 1 else "step"
    while not stop.is_set():
        try:
            step()
            word = "done"
        except Refused as refusal:
            word = str(refusal)[:60]
            if any(late in str(refusal) for late in TOO_LATE):
                with notes.lock:
                    notes.open_s = min(2 * notes.open_s, LONGEST_OPEN_S)
        except GaveUp:
            word = "gave up"
        except Exception as error:  # what no client should see is said, and fails the drill
            word = "odd"
            with notes.lock:
                notes.odd.append(f"{kind}: {error!r}")
        with notes.lock:
            notes.deals[f"{kind}: {word}"] += 1
        stop.wait(random.uniform(0, pause_s))
