"""A firm's own standing prices as lines of a bid."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from supplychain.graph.bids.rows import read_tiers
from supplychain.graph.engine.transactions import Tx, rows
from supplychain.model.bids.lines import BidLine
from supplychain.model.money import amount_or_none
from supplychain.model.offers import has_begun, has_ended

OWN = """
UNWIND $part_ids AS part_id
MATCH (o:Offer {id: $viewer + '|' + part_id})
WHERE o.currency IN $currencies
RETURN o.currency AS currency, o.part_id AS part_id, o.moq AS moq, o.lead_days AS lead_days,
       o.tier_from AS tier_from,
       o.tier_prices_e4 AS tier_prices_e4, o.tier_rule AS tier_rule, o.tooling_e4 AS tooling_e4,
       o.freight_e4 AS freight_e4, coalesce(o.price_per, 1) AS price_per,
       o.valid_from AS valid_from, o.valid_until AS valid_until
ORDER BY part_id LIMIT 500
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingPrice:
    """An own standing price as a line of a bid, and what it is in."""

    line: BidLine
    currency: str


def list_own(
    tx: Tx, part_ids: Iterable[str], *, currencies: Iterable[str], viewer: str, today: date
) -> dict[str, StandingPrice]:
    """What a line of a bid would be at the viewer's standing prices that hold, by part id."""
    day = today.isoformat()
    values = {"currencies": list(currencies), "viewer": viewer}
    entries = rows(tx, OWN, part_ids=sorted(set(part_ids)), **values)
    return {
        each["part_id"]: StandingPrice(line=_read_standing_price(each), currency=each["currency"])
        for each in entries
        if each["tier_from"]
        and has_begun(each["valid_from"], day)
        and not has_ended(each["valid_until"], day)
    }


def _read_standing_price(entry: dict[str, Any]) -> BidLine:
    """A line without quantity: the first tier is its price, its start the least that is sold."""
    first, *others = read_tiers(entry)
    least = max(entry["moq"] or 1, first.start)
    return BidLine(
        request_line_id="",
        unit_price=first.unit_price,
        tiers=tuple(tier for tier in others if tier.start > 1),
        min_quantity=least if least > 1 else None,
        tier_rule=entry["tier_rule"] or "all_units",
        tooling=amount_or_none(entry["tooling_e4"]) or Decimal(0),
        freight=amount_or_none(entry["freight_e4"]),
        lead_days=entry["lead_days"],
        price_per=entry["price_per"],
    )
