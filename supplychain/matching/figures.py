"""Whose own figures a ranking rests on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from supplychain.matching.rows import Proposals, RankedFirm, UnableFirm
from supplychain.model.audiences import CAPACITY, PRICES

OFFER_CODES: Final = frozenset({
    "price_from_offer", "price_converted", "price_in_other_currency", "exchange_rate_too_old",
    "price_ended", "price_not_begun", "price_stated", "price_is_old",
    "tooling_of_offer", "payment_terms", "freight_of_offer",
})  # fmt: skip
"""Reasons made of a firm's standing price."""
CAPACITY_FACTS: Final = frozenset({
    "min_lot_above_quantity", "max_lot_below_quantity", "lead_time_too_long", "no_capacity",
})  # fmt: skip
"""Failing facts made of a firm's capacity."""


def list_used_figures(
    best: Iterable[RankedFirm], unable: Iterable[UnableFirm], together: Proposals | None
) -> set[tuple[str, str]]:
    """The firms whose own standing prices or capacity stand in a ranking, with the kind.

    What the buyer itself paid a firm is the buyer's own. O(rows).

    Args:
        best: of the ranking.
        unable: of it.
        together: of it; its firms may stand in neither list, or there for another kind alone.

    Returns:
        Pairs of a firm's id and one of ``audiences.KINDS``.
    """
    used: set[tuple[str, str]] = set()
    for one in best:
        if OFFER_CODES.intersection(reason.code for reason in one.reasons):
            used.add((one.firm_id, PRICES))
        if one.capacity.weekly is not None or one.lead_days is not None:
            used.add((one.firm_id, CAPACITY))
    for firm in unable:
        codes = {fact.code for fact in firm.facts}
        if "moq_above_quantity" in codes:
            used.add((firm.firm_id, PRICES))
        if codes & CAPACITY_FACTS:
            used.add((firm.firm_id, CAPACITY))
    parts = together.parts if together else []
    used.update((part.firm_id, kind) for part in parts for kind in part.figures)
    return used
