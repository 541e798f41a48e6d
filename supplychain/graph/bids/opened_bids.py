"""Bids of a request as its buyer reads them once they are opened; before that, their number."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from supplychain.errors import NotFound, NotOpen
from supplychain.graph.bids.rows import read_bid_row, read_lines_by_bid
from supplychain.graph.engine.reading import together
from supplychain.graph.engine.transactions import Tx, row, rows
from supplychain.graph.parts_requests.rates import read_rates
from supplychain.model.bids.bid import Bid
from supplychain.model.bids.conversion import convert_bid
from supplychain.model.bids.line_units import in_line_units
from supplychain.model.bids.net_prices import without_tax
from supplychain.model.money import from_e4
from supplychain.model.parts_requests.conversions import read_conversions
from supplychain.model.parts_requests.parts_request import RequestLine
from supplychain.model.quantities import tidy_quantity
from supplychain.model.units import unit_code
from supplychain.model.vat import NET

SEALED = "The bids are sealed until the deadline. Received so far: %(count)s."


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedBid:
    """A bid as its buyer reads it after the opening."""

    bid: Bid
    firm_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BidsBesideOwed:
    """The opened bids of a request, without VAT.

    Attributes:
        owed: all of them by id, each in its own currency: what an order says.
        compared: in the request's currency, at its rates.
        waiting: those in a currency that the request has no rate for, in their own.
    """

    owed: dict[str, Bid]
    compared: list[OpenedBid]
    waiting: list[OpenedBid]


COUNT = """
MATCH (r:PartsRequest {id: $request_id}) WHERE r.buyer_id = $viewer
OPTIONAL MATCH (r)<-[:ANSWERS]-(b:Bid) WHERE b.state IN ['open', 'won', 'lost']
RETURN r.state AS state, r.tax_basis AS tax_basis, r.currency AS currency, r.rates AS rates,
       count(b) AS bids
"""


def count_submitted(tx: Tx, request_id: str, *, viewer: str) -> int:
    """How many bids stand for the viewer's own request: all that is told before the opening.

    Raises:
        NotFound: no such request of the viewer's firm.
    """
    return _count_bids(tx, request_id, viewer)["bids"]


def _count_bids(tx: Tx, request_id: str, viewer: str) -> dict[str, Any]:
    """State, tax basis, currency and rates of the own request, and how many bids stand for it."""
    entry = row(tx, COUNT, request_id=request_id, viewer=viewer)
    if entry is None:
        raise NotFound
    return entry


OPENED = """
MATCH (r:PartsRequest {id: $request_id}) WHERE r.buyer_id = $viewer
MATCH (r)<-[:ANSWERS]-(b:Bid)
WHERE r.state IN ['evaluating', 'awarded', 'failed'] AND b.state IN ['open', 'won', 'lost']
MATCH (f:Firm)-[:PLACED]->(b)
RETURN b.id AS id, b.request_id AS request_id, b.firm_id AS firm_id, f.name AS firm_name,
       b.state AS state, b.currency AS currency, b.valid_until AS valid_until, b.note AS note,
       b.created_by AS created_by, b.created_at AS created_at, b.submitted_at AS submitted_at,
       b.rank AS rank, b.version AS version, b.one_off_e4 AS one_off_e4, b.bundles AS bundles,
       b.incoterm AS incoterm, b.payment_days AS payment_days, b.salt AS salt,
       b.vat_percent_e4 AS vat_percent_e4,
       b.receipt_number AS receipt_number,
       b.receipt_firm_id AS receipt_firm_id, b.receipt_key_id AS receipt_key_id,
       b.receipt_signature AS receipt_signature, b.commitment AS commitment
ORDER BY submitted_at, id LIMIT 5000
"""

READ_LINES = """
MATCH (r:PartsRequest {id: $request_id}) WHERE r.buyer_id = $viewer
MATCH (r)<-[:ANSWERS]-(b:Bid)
WHERE r.state IN ['evaluating', 'awarded', 'failed'] AND b.state IN ['open', 'won', 'lost']
MATCH (b)-[:HAS_LINE]->(l:BidLine)
WITH l ORDER BY l.bid_id, l.number LIMIT 100000
RETURN collect(l.bid_id) AS bid_id, collect(l.request_line_id) AS request_line_id,
       collect(l.number) AS number, collect(coalesce(l.quantity, -1)) AS quantity,
       collect(coalesce(l.unit_price_e4, -1)) AS unit_price_e4,
       collect(coalesce(l.tier_from, [])) AS tier_from,
       collect(coalesce(l.tier_prices_e4, [])) AS tier_prices_e4,
       collect(coalesce(l.tier_rule, 'all_units')) AS tier_rule,
       collect(coalesce(l.min_quantity, -1)) AS min_quantity,
       collect(coalesce(l.pack, -1)) AS pack,
       collect(coalesce(l.tooling_e4, -1)) AS tooling_e4,
       collect(coalesce(l.freight_e4, -1)) AS freight_e4,
       collect(coalesce(l.price_per, -1)) AS price_per, collect(coalesce(l.uom, '')) AS uom,
       collect(coalesce(l.lead_days, -1)) AS lead_days, collect(coalesce(l.note, '')) AS note
"""


def list_comparable(tx: Tx, request_id: str, *, viewer: str) -> list[OpenedBid]:
    """Those of ``list_beside_owed`` that can be compared.

    Raises:
        NotFound, NotOpen: as for ``list_beside_owed``.
    """
    return list_beside_owed(tx, request_id, viewer=viewer).compared


def list_beside_owed(tx: Tx, request_id: str, *, viewer: str) -> BidsBesideOwed:
    """All bids without VAT, in units of lines, in one currency and as owed, by submission.

    Raises:
        NotFound: no such request of the viewer's firm.
        NotOpen: the bids are sealed; the answer tells their number alone.
    """
    (head, opened), lines = together(
        lambda: _list_with_head(tx, request_id, viewer),
        lambda: _read_line_units(tx, request_id, viewer),
    )
    currency, tax_basis = head["currency"], head["tax_basis"] or NET
    values = {rate.currency: rate.rate for rate in read_rates(head["rates"])}
    values[currency] = Decimal(1)
    net = [(each, without_tax(each.bid, tax_basis)) for each in opened]
    owed = [
        replace(each, bid=replace(bid, lines=in_line_units(bid.lines, lines))) for each, bid in net
    ]
    return BidsBesideOwed(
        owed={each.bid.id: each.bid for each in owed},
        compared=[
            replace(each, bid=convert_bid(each.bid, values[each.bid.currency], currency))
            for each in owed
            if each.bid.currency in values
        ],
        waiting=[each for each in owed if each.bid.currency not in values],
    )


LINE_UNITS = """
MATCH (r:PartsRequest {id: $request_id})-[:HAS_LINE]->(l:RequestLine)
WHERE r.buyer_id = $viewer
RETURN l.id AS id, l.quantity AS quantity, l.uom AS uom, l.conversions AS conversions,
       l.over_percent_e4 AS over_percent_e4
LIMIT 1000
"""


def _read_line_units(tx: Tx, request_id: str, viewer: str) -> dict[str, RequestLine]:
    """The lines of the viewer's own request by id, as far as their units go."""
    lines = rows(tx, LINE_UNITS, request_id=request_id, viewer=viewer)
    return {
        line["id"]: RequestLine(
            id=line["id"],
            quantity=tidy_quantity(line["quantity"]),
            uom=unit_code(line["uom"] or ""),
            conversions=read_conversions(line["conversions"]),
            over_percent=from_e4(line["over_percent_e4"] or 0),
        )
        for line in lines
    }


def list_opened(tx: Tx, request_id: str, *, viewer: str) -> list[OpenedBid]:
    """All bids for the viewer's own request as typed, by submission, once they are opened.

    Raises:
        NotFound: no such request of the viewer's firm.
        NotOpen: the bids are sealed; the answer tells their number alone.
    """
    return _list_with_head(tx, request_id, viewer)[1]


def _list_with_head(tx: Tx, request_id: str, viewer: str) -> tuple[dict[str, Any], list[OpenedBid]]:
    head, entries, columns = together(
        lambda: _count_bids(tx, request_id, viewer),
        lambda: rows(tx, OPENED, request_id=request_id, viewer=viewer),
        lambda: row(tx, READ_LINES, request_id=request_id, viewer=viewer),
    )
    if head["state"] not in ("evaluating", "awarded", "failed"):
        raise NotOpen(SEALED, count=head["bids"])
    lines = read_lines_by_bid(columns)
    return head, [
        OpenedBid(
            firm_name=entry["firm_name"] or "",
            bid=read_bid_row(entry, lines.get(entry["id"], ())),
        )
        for entry in entries
    ]


def list_if_opened(tx: Tx, request_id: str, *, viewer: str) -> list[OpenedBid]:
    """``list_comparable``, but none where the bids are sealed."""
    try:
        return list_comparable(tx, request_id, viewer=viewer)
    except NotOpen:
        return []
