"""Awards in the graph: one for each decided request, a constraint makes sure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from supplychain.errors import NotFound
from supplychain.graph.bids.rows import bid_state_key
from supplychain.graph.engine.reading import together
from supplychain.graph.engine.transactions import Tx, row, rows, run
from supplychain.graph.rankings import rankings
from supplychain.matching.rows import RankedFirm, TermRow
from supplychain.model.audiences import CAPACITY, PRICES
from supplychain.model.awards.award import Award
from supplychain.model.awards.comparisons import Allocation
from supplychain.model.awards.records import BidderRecord, RecordedRate
from supplychain.model.bids.bid import Bid
from supplychain.model.ids import to_instant, to_text
from supplychain.model.money import from_e4
from supplychain.model.quantities import Quantity, tidy_quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedOrderLine:
    """A line of an order that an award made, with its bid."""

    order_id: str
    number: str
    state: str
    supplier_id: str
    supplier_name: str
    bid_id: str
    request_line_id: str
    line_number: int
    quantity: Quantity
    currency: str
    unit_price: Decimal
    tooling: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedAward:
    """An award as its buyer reads it, with the orders it made."""

    award: Award
    orders: list[DecidedOrderLine]


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
SET b.state = judged.state, b.state_key = judged.state_key, b.rank = judged.rank,
    b.version = judged.version
"""


def judge_bids(tx: Tx, bids: tuple[Bid, ...]) -> None:
    """Write state and rank of bids whose request was locked in this transaction."""
    judged = [
        {
            "id": bid.id,
            "state": bid.state,
            "state_key": bid_state_key(bid),
            "rank": bid.rank,
            "version": bid.version,
        }
        for bid in bids
    ]
    if judged:
        run(tx, JUDGE_BIDS, bids=judged)


FIND = """
MATCH (r:PartsRequest {id: $request_id}) WHERE r.buyer_id = $viewer
OPTIONAL MATCH (a:Award)-[:DECIDES]->(r)
RETURN a.id AS id, r.id AS request_id, a.reason AS reason, a.by AS by, a.at AS at
"""

ORDERS = """
MATCH (r:PartsRequest {id: $request_id}) WHERE r.buyer_id = $viewer
MATCH (a:Award)-[:DECIDES]->(r)
MATCH (a)-[:MADE]->(o:Order)-[:HAS_LINE]->(l:OrderLine)
MATCH (b:Bid {request_id: $request_id, firm_id: o.supplier_id})
WHERE b.state = 'won'
MATCH (f:Firm {id: o.supplier_id})
RETURN o.id AS order_id, o.number AS number, o.state AS state, o.supplier_id AS supplier_id,
       f.name AS supplier_name, b.id AS bid_id, l.request_line_id AS request_line_id,
       l.number AS line_number, l.quantity AS quantity, l.unit_price_e4 AS unit_price_e4,
       l.tooling_e4 AS tooling_e4, o.currency AS currency
ORDER BY supplier_name, supplier_id, line_number LIMIT 10000
"""


def find(tx: Tx, request_id: str, *, viewer: str) -> DecidedAward | None:
    """The award of the viewer's own request with one entry for each order line; None before.

    Raises:
        NotFound: no such request of the viewer's firm.
    """
    columns, made = together(
        lambda: row(tx, FIND, request_id=request_id, viewer=viewer),
        lambda: rows(tx, ORDERS, request_id=request_id, viewer=viewer),
    )
    if columns is None:
        raise NotFound
    if columns["id"] is None:
        return None
    taken = tuple(
        Allocation(
            bid_id=line["bid_id"],
            request_line_id=line["request_line_id"],
            quantity=tidy_quantity(line["quantity"]),
        )
        for line in made
    )
    return DecidedAward(
        award=_read_award(columns, taken), orders=[_read_order_line(line) for line in made]
    )


def records(tx: Tx, request_id: str, *, viewer: str) -> dict[tuple[str, str], BidderRecord]:
    """What the buyer's ranking knew of firms, by (firm id, request line id).

    Without what stood there of a firm that meanwhile does not show it to the buyer any more.

    Raises:
        NotFound: no such request of the viewer's firm.
    """
    lines = rankings.get_kept(tx, request_id, viewer=viewer)
    hidden = rankings.find_hidden(tx, lines, viewer=viewer)
    return {
        (entry.firm_id, line.line_id): _read_record(
            entry, hidden={kind for firm, kind in hidden[line.line_id] if firm == entry.firm_id}
        )
        for line in lines
        for entry in line.best
    }


def _read_record(firm: RankedFirm, *, hidden: set[str]) -> BidderRecord:
    """One row of a ranking, as far as awards look at it, without the firm's hidden kinds."""
    expected = firm.expected_cost
    price_e4 = firm.landed_cost.unit_price_e4
    losses = (expected.defects_e4, expected.lateness_e4, expected.risk_e4) if expected else (None,)
    loss_share = None
    if price_e4 and None not in losses:
        loss_share = sum(loss for loss in losses if loss) / price_e4
    record = BidderRecord(
        quality=_read_rate(firm.performance.quality),
        delivery=_read_rate(firm.performance.delivery),
        possible=firm.capacity.possible,
        finish_on=firm.capacity.finish_on,
        loss_share=loss_share,
    )
    if CAPACITY in hidden:
        record = replace(record, possible=None, finish_on=None)
    if PRICES in hidden:
        record = replace(record, loss_share=None)
    return record


def _read_rate(rate: TermRow) -> RecordedRate:
    return RecordedRate(value=rate.value, low=rate.low, high=rate.high, evidence=rate.evidence)


def _read_award(columns: dict[str, Any], taken: tuple[Allocation, ...]) -> Award:
    at: datetime = to_instant(columns["at"])
    return Award(**{**columns, "at": at, "reason": columns["reason"] or "", "allocations": taken})


def _read_order_line(columns: dict[str, Any]) -> DecidedOrderLine:
    rest = {name: value for name, value in columns.items() if not name.endswith("_e4")}
    return DecidedOrderLine(
        **rest,
        unit_price=from_e4(columns["unit_price_e4"]),
        tooling=from_e4(columns["tooling_e4"]),
    )
