"""Parts requests for tests, made by the actions themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import date, datetime, timedelta
from typing import Any

from neo4j import Driver

from supplychain.actions.parts_requests import parts_requests
from supplychain.graph import events
from supplychain.graph.engine.transactions import Tx, read, run, write
from supplychain.graph.engine.transactions import rows as all_rows
from supplychain.graph.parts_requests import parts_requests as stored
from supplychain.graph.rankings import rankings
from supplychain.graph.rankings.rankings import NewInvitation
from supplychain.model.ids import new_id, to_text, utc_now
from supplychain.model.parts_requests.parts_request import PartsRequest, RequestContent, RequestLine
from supplychain.model.parts_requests.requirements import Requirements
from supplychain.model.people.actors import Actor

LINE = {
    "description": "Forged ring DN 400",
    "category": "Forgings",
    "quantity": 500,
    "uom": "pcs",
    "place": "Wuxi",
    "certificates": ["ISO 9001"],
}
"""A line as a buyer gives it; ``need_by`` is 60 days from now unless told otherwise."""


def soon(days: float = 0, **units: float) -> datetime:
    """An instant so far from now."""
    return utc_now() + timedelta(days=days, **units)


def need_by(days: int = 60) -> date:
    """A day so far from now."""
    return soon(days).date()


def given_line(**values: Any) -> RequestLine:
    """The usual line with some values of one's own."""
    return as_line({**LINE, "need_by": need_by(), **values})


def as_line(values: dict[str, Any]) -> RequestLine:
    """A line as a buyer gives it, by the names of the API."""
    names = {"category": "category_id", "place": "delivery_place"}
    required = {field.name for field in fields(Requirements)}
    own = {names.get(name, name): values[name] for name in values if name not in required}
    own["certificates"] = tuple(own.get("certificates", ()))
    return RequestLine(**own, requirements=Requirements.of(values))


def changed_content(driver: Driver, request_id: str, by: Actor, **values: Any) -> RequestContent:
    """What a draft holds, with some of it changed."""
    return replace(request_of(driver, request_id, by).as_content(), **values)


def make_parts_request(
    driver: Driver,
    buyer: Actor,
    *,
    lines: Sequence[dict[str, Any]] = ({},),
    publish: bool = True,
    deadline: datetime | None = None,
    audience: str = "all",
    **values: Any,
) -> str:
    """A parts request of 500 forged rings, open to all firms until in 7 days, and its id.

    Args:
        driver: of the graph.
        buyer: an owner or buyer.
        lines: what differs from ``LINE``, one dictionary a line.
        publish: False leaves it a draft.
        deadline: an aware instant.
        audience: invited, chain (with ``chain_id=…``) or all.
        **values: title, note, currency, share_policy, invite_top, chain_id.
    """
    given = {
        "title": "Rings for presses",
        "currency": "CNY",
        "deadline": deadline or soon(7),
        "audience": audience,
        "lines": tuple(given_line(**line) for line in lines),
        **values,
    }
    request_id = parts_requests.draft(driver, RequestContent(**given), by=buyer)
    if publish:
        parts_requests.publish(driver, request_id, by=buyer, despite_nobody=True)
    return request_id


DEADLINE = """
MATCH (r:PartsRequest {id: $id}) SET r.deadline = $deadline
WITH r MATCH (w:OpenDeadline {id: r.id}) SET w.deadline = $deadline
"""


def pass_deadline(driver: Driver, request_id: str, *, sweep: bool = True) -> None:
    """Let the deadline have passed a second ago; with ``sweep`` its bids are opened too."""
    past = to_text(soon(seconds=-1))
    write(driver, lambda tx: run(tx, DEADLINE, id=request_id, deadline=past))
    if sweep:
        parts_requests.open_due_requests(driver, utc_now())


LINE_IDS = """
MATCH (:PartsRequest {id: $id})-[:HAS_LINE]->(l:RequestLine)
RETURN l.id AS id ORDER BY l.number LIMIT 1000
"""


def line_ids(driver: Driver, request_id: str) -> list[str]:
    """The ids of a request's lines, by number."""

    def work(tx: Tx) -> list[str]:
        return [found["id"] for found in all_rows(tx, LINE_IDS, id=request_id)]

    return read(driver, work)


def make_invitation(driver: Driver, request_id: str, firm_id: str) -> None:
    """Invite a firm without any ranking."""
    one = NewInvitation(firm_id=firm_id, source="picked", rank=1, score=1.0, reasons=())
    write(driver, rankings.invite, request_id, [one], at=utc_now())


PART = """
CREATE (p:Part {id: $id, name: $name, uom: 'pcs', designer_id: $designer_id,
                category_id: $category_id, version: 1})
"""


def make_part(
    driver: Driver,
    part_id: str = "ring",
    *,
    designer_id: str | None = None,
    name: str = "Ring",
    category_id: str = "forgings",
) -> str:
    """A part of the catalogue, or of a designer, and its id."""
    values = {"name": name, "designer_id": designer_id, "category_id": category_id}
    write(driver, lambda tx: run(tx, PART, id=part_id, **values))
    return part_id


BID = """
MATCH (f:Firm {id: $firm_id}), (r:PartsRequest {id: $request_id})
CREATE (f)-[:PLACED]->(b:Bid {id: $id, request_id: $request_id, firm_id: $firm_id,
                              state: $state, live_key: $id})-[:ANSWERS]->(r)
"""


def put_bid(driver: Driver, request_id: str, firm_id: str, state: str = "open") -> None:
    """A bid by nothing but its node."""
    values = {"request_id": request_id, "firm_id": firm_id, "id": new_id(), "state": state}
    write(driver, lambda tx: run(tx, BID, **values))


def request_of(driver: Driver, request_id: str, by: Actor) -> PartsRequest:
    """A request as somebody sees it."""
    return read(driver, stored.get, request_id, viewer=by.firm_id)


def kinds_of(driver: Driver, request_id: str, firm_id: str) -> list[str]:
    """What a firm is told of a request, in order."""
    told = read(driver, events.list_history, request_id, viewer=firm_id)
    return [entry.kind.removeprefix("parts_request.") for entry in told]
