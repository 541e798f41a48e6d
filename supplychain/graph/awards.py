"""Awards in the graph: one for each decided request, a constraint makes sure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from supplychain.errors import NotFound
from supplychain.graph.engine.transactions import Tx, row, rows, run
from supplychain.graph.rankings import rankings
from supplychain.model.awards.award import Award
from supplychain.model.awards.comparisons import Allocation
from supplychain.model.bids.bid import Bid
from supplychain.model.ids import to_instant, to_text
from supplychain.model.money import from_e4


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedAward:
    """An award as its buyer reads it, with the orders it made."""

    award: Award
    orders: list[dict[str, Any]]


CREATE = """
MATCH (r:PartsRequest {id: $request_id})
CREATE (a:Award {id: $id, request_id: $request_id, reason: $reason, by: $by, at: $at, version: 1})
CREATE (a)-[:DECIDES]->(r)
"""

TIE_ORDERS = """
MATCH (a:Award {id: $id})
UNWIND $order_ids AS order_id
MATCH (o:Order {id: order_id})
CREATE (a)-[:MADE]->(o)
"""


def create(tx: Tx, award: Award, *, order_ids: list[str]) -> None:
    """Add the award of a request locked in this transaction; its orders must be there.

    Raises (at commit): AlreadyExists: the request is decided.
    """
    run(
        tx,
        CREATE,
        id=award.id,
        request_id=award.request_id,
        reason=award.reason,
        by=award.by,
        at=to_text(award.at),
    )
    if order_ids:
        run(tx, TIE_ORDERS, id=award.id, order_ids=order_ids)


JUDGE_BIDS = """
UNWIND $bids AS judged
MATCH (b:Bid {id: judged.id})
SET b.state = judged.state, b.rank = judged.rank, b.version = judged.version
"""


def judge_bids(tx: Tx, bids: tuple[Bid, ...]) -> None:
    """Write state and rank of bids whose request was locked in this transaction."""
    judged = [
        {"id": bid.id, "state": bid.state, "rank": bid.rank, "version": bid.version} for bid in bids
    ]
    if judged:
        run(tx, JUDGE_BIDS, bids=judged)


FIND = """
MATCH (:Firm {id: $viewer})-[:POSTED]->(r:PartsRequest {id: $request_id})
OPTIONAL MATCH (a:Award)-[:DECIDES]->(r)
RETURN a.id AS id, r.id AS request_id, a.reason AS reason, a.by AS by, a.at AS at
"""

ORDERS = """
MATCH (:Firm {id: $viewer})-[:POSTED]->(r:PartsRequest {id: $request_id})
MATCH (a:Award)-[:DECIDES]->(r)
MATCH (a)-[:MADE]->(o:Order)-[:HAS_LINE]->(l:OrderLine)
MATCH (b:Bid {request_id: $request_id, firm_id: o.supplier_id})
WHERE b.state = 'won'
MATCH (f:Firm {id: o.supplier_id})
RETURN o.id AS order_id, o.number AS number, o.state AS state, o.supplier_id AS supplier_id,
       f.name AS supplier_name, b.id AS bid_id, l.request_line_id AS request_line_id,
       l.number AS line_number, l.quantity AS quantity, l.unit_price_e4 AS unit_price_e4,
       l.tooling_e4 AS tooling_e4
ORDER BY supplier_name, supplier_id, line_number LIMIT 10000
"""


def find(tx: Tx, request_id: str, *, viewer: str) -> DecidedAward | None:
    """The award of the viewer's own request with one entry for each order line; None before.

    Raises:
        NotFound: no such request of the viewer's firm.
    """
    found = row(tx, FIND, request_id=request_id, viewer=viewer)
    if found is None:
        raise NotFound
    if found["id"] is None:
        return None
    made = rows(tx, ORDERS, request_id=request_id, viewer=viewer)
    taken = tuple(
        Allocation(
            bid_id=line["bid_id"],
            request_line_id=line["request_line_id"],
            quantity=line["quantity"],
        )
        for line in made
    )
    return DecidedAward(award=_award(found, taken), orders=[_priced(line) for line in made])


def records(tx: Tx, request_id: str, *, viewer: str) -> dict[tuple[str, str], dict[str, Any]]:
    """What the buyer's ranking knew of firms: its rows by (firm id, request line id).

    Raises:
        NotFound: no such request of the viewer's firm.
    """
    return {
        (entry["firm_id"], line.line_id): entry
        for line in rankings.get_rankings(tx, request_id, viewer=viewer)
        for entry in line.best
    }


def freights(known: dict[tuple[str, str], dict[str, Any]]) -> dict[tuple[str, str], Decimal]:
    """Freight of a piece out of ``records``, where the buyer knows it."""
    return {
        key: from_e4(entry["landed_cost"]["freight_e4"])
        for key, entry in known.items()
        if entry["landed_cost"]["freight_e4"] is not None
    }


def _award(found: dict[str, Any], taken: tuple[Allocation, ...]) -> Award:
    at: datetime = to_instant(found["at"])
    return Award(**{**found, "at": at, "reason": found["reason"] or "", "allocations": taken})


def _priced(line: dict[str, Any]) -> dict[str, Any]:
    prices: dict[str, Decimal] = {
        "unit_price": from_e4(line.pop("unit_price_e4")),
        "tooling": from_e4(line.pop("tooling_e4")),
    }
    return {**line, **prices}
