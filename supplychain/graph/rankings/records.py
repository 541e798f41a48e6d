"""The records behind a firm's performance: the viewer's own in full, those of others as counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from supplychain.errors import NotFound
from supplychain.graph import deliveries, open_deliveries
from supplychain.graph.engine.reading import together
from supplychain.graph.engine.transactions import Tx, row, rows
from supplychain.model.delivery_claims import share_overdue


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """What a firm's figures in a category rest on.

    Attributes:
        deliveries: the newest 200 that the viewer bought from the firm (all of them if the firm
            is the viewer's own), newest first, as dictionaries of the ledger.
        own: counts over those of them that the viewer counts (what buyers say of the viewer's own
            firm counts when it is witnessed): ``delivered``, ``on_time``, ``received``,
            ``rejected``, ``failed`` (later than ``deliveries.LONG_LATE_DAYS``).
        others: the same counts over all other buyers together, as far as they count for everyone.
        enquiries, answered: invitations and orders that are over, of all buyers, and those of
            them that were answered in time.
        mean_answer_hours: None where nothing was answered.
        overdue: of all that is counted in ``own`` and ``others``, what has not come though its day
            is over.
        half_life_months: after which a delivery weighs half in the rates.
    """

    firm_id: str
    category_id: str
    deliveries: list[dict[str, Any]]
    own: dict[str, int]
    others: dict[str, int]
    enquiries: int
    answered: int
    mean_answer_hours: float | None
    overdue: int
    half_life_months: int


COUNTERS = """
MATCH (f:Firm {id: $firm_id})
OPTIONAL MATCH (c:Capability {id: $firm_id + '|' + $category_id})
OPTIONAL MATCH (b:BuyerRecord {id: $firm_id + '|' + $category_id + '|' + $viewer})
RETURN coalesce(c.delivered_lines, 0) + coalesce(b.delivered_lines, 0) AS delivered,
       coalesce(c.on_time_lines, 0) + coalesce(b.on_time_lines, 0) AS on_time,
       coalesce(c.received_quantity, 0) + coalesce(b.received_quantity, 0) AS received,
       coalesce(c.rejected_quantity, 0) + coalesce(b.rejected_quantity, 0) AS rejected,
       coalesce(c.long_late_lines, 0) + coalesce(b.long_late_lines, 0) AS failed,
       coalesce(c.asked, 0) AS asked,
       coalesce(c.answered, 0) AS answered, coalesce(c.answer_hours_sum, 0) AS hours
LIMIT 1
"""

DELIVERIES = """
MATCH (d:Delivery {supplier_id: $firm_id})
WHERE d.category_id = $category_id AND (d.buyer_id = $viewer OR $firm_id = $viewer)
  AND d.delivered_on IS NOT NULL
RETURN d.id AS id, d.buyer_id AS buyer_id, d.part_id AS part_id, d.quantity AS quantity,
       d.promised_on AS promised_on, d.delivered_on AS delivered_on,
       d.delivered_quantity AS delivered_quantity, d.rejected_quantity AS rejected_quantity,
       d.unit_price_e4 AS unit_price_e4, d.currency AS currency, d.source AS source,
       d.claim AS claim, d.statement AS statement
ORDER BY delivered_on DESC, id LIMIT 200
"""


def records_of(
    tx: Tx, firm_id: str, category_id: str, *, viewer: str, today: date | None = None
) -> Records:
    """What the viewer may see of the records behind a firm's performance in a category.

    ``today`` is the day on which lines are overdue; None: none is.

    Raises:
        NotFound: there is no such firm.
    """
    names = {"firm_id": firm_id, "category_id": category_id}
    total, record, delivered, overdue = together(
        lambda: row(tx, COUNTERS, **names, viewer=viewer),
        lambda: deliveries.record_of_trade(
            tx, supplier=firm_id, category_id=category_id, viewer=viewer, today=today
        ),
        lambda: rows(tx, DELIVERIES, **names, viewer=viewer),
        lambda: open_deliveries.list_overdue_of(tx, [firm_id], today=today) if today else [],
    )
    if total is None:
        raise NotFound
    owed = share_overdue(overdue, today or date.max).record_for(
        viewer, supplier_id=firm_id, category_id=category_id
    )
    total["delivered"] += owed.delivered_lines
    total["failed"] += owed.long_late_lines
    mine = {
        "delivered": record.delivered_lines,
        "on_time": record.on_time_lines,
        "received": record.received_quantity,
        "rejected": record.rejected_quantity,
        "failed": record.long_late_lines,
    }
    return Records(
        **names,
        deliveries=delivered,
        own=mine,
        others={name: max(0, total[name] - count) for name, count in mine.items()},
        enquiries=total["asked"],
        answered=total["answered"],
        mean_answer_hours=total["hours"] / total["answered"] if total["answered"] else None,
        overdue=owed.delivered_lines,
        half_life_months=deliveries.half_life(),
    )


LINE_CATEGORY = """
MATCH (r:PartsRequest {id: $request_id}) WHERE r.buyer_id = $viewer
OPTIONAL MATCH (r)-[:HAS_LINE]->(l:RequestLine {number: $number})
RETURN l.category_id AS category_id LIMIT 1
"""


def of_line(
    tx: Tx,
    request_id: str,
    *,
    firm_id: str,
    number: int,
    viewer: str,
    today: date | None = None,
) -> Records:
    """The records of a firm in the category of a line of the viewer's own request.

    Raises:
        NotFound: no such request of the viewer's firm, no such line, or no such firm.
    """
    found = row(tx, LINE_CATEGORY, request_id=request_id, number=number, viewer=viewer)
    if found is None or found["category_id"] is None:
        raise NotFound
    return records_of(tx, firm_id, found["category_id"], viewer=viewer, today=today)
