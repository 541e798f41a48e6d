"""What a buyer reckons with when it compares the opened bids of its own request.

Nobody else's tables, rates or deliveries are ever read. Two waits for the graph, and the second
one alone needs the bids: past deliveries where a bid says no freight, and exchange rates where
something is to be converted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from supplychain.graph import cost_settings
from supplychain.graph.bids import opened_bids
from supplychain.graph.engine.reading import together
from supplychain.graph.engine.transactions import Tx, row
from supplychain.graph.parts_requests import parts_requests
from supplychain.graph.rankings.candidates import read_own_trade
from supplychain.matching.candidates.sources import PlaceColumns, TradeColumns
from supplychain.matching.cost.bid_terms import BuyerCosts, categories_without_freight
from supplychain.matching.cost.exchange import Exchange
from supplychain.model.cost_settings import CostSettings
from supplychain.model.parts_requests.parts_request import PartsRequest

BIDDER_PLACES = """
MATCH (r:PartsRequest {id: $request_id}) WHERE r.buyer_id = $viewer
MATCH (r)<-[:ANSWERS]-(b:Bid)
WHERE r.state IN ['evaluating', 'awarded', 'failed'] AND b.state IN ['open', 'won', 'lost']
MATCH (f:Firm {id: b.firm_id})
RETURN collect(f.id) AS firm_ids,
       collect(coalesce(f.country, '')) AS countries,
       collect(coalesce(f.region, '')) AS regions,
       collect(coalesce(f.latitude, 999.0)) AS latitudes,
       collect(coalesce(f.longitude, 999.0)) AS longitudes
"""


def read_places(tx: Tx, request_id: str, *, viewer: str) -> PlaceColumns:
    """Where the bidders of the viewer's own opened request are, as their public profiles say."""
    return PlaceColumns(**(row(tx, BIDDER_PLACES, request_id=request_id, viewer=viewer) or {}))


def read_costs(tx: Tx, request_id: str, *, viewer: str) -> BuyerCosts:
    """All that the landed costs of the bids depend on.

    Raises:
        NotFound: no such request of the viewer's firm.
        NotOpen: the bids are sealed.
    """
    request, opened, settings, site, places = together(
        lambda: parts_requests.get(tx, request_id, viewer=viewer),
        lambda: opened_bids.list_comparable(tx, request_id, viewer=viewer),
        lambda: cost_settings.get(tx, viewer=viewer),
        lambda: cost_settings.site(tx, viewer=viewer),
        lambda: read_places(tx, request_id, viewer=viewer),
    )
    categories = categories_without_freight(request, [each.bid for each in opened])
    part_ids = [line.part_id for line in request.lines if line.part_id]
    exchange, weights, trade = together(
        lambda: _read_exchange(tx, request, settings, has_trade=bool(categories), viewer=viewer),
        lambda: cost_settings.part_weights(tx, part_ids) if settings.freight_rates else {},
        lambda: _read_trade(tx, categories, viewer=viewer),
    )
    return BuyerCosts(
        settings=settings,
        exchange=exchange,
        site=site,
        places=places,
        trade=trade,
        weight_kg=weights,
    )


def _read_exchange(
    tx: Tx, request: PartsRequest, settings: CostSettings, *, has_trade: bool, viewer: str
) -> Exchange | None:
    """Rates into the request's currency, as they were when its bids were opened.

    None where nothing is converted.
    """
    is_foreign = settings.reckoned("currency") != request.currency and settings.freight_rates
    if not (has_trade or is_foreign):
        return None
    age_days = int(settings.reckoned("rate_age_days"))
    exchange = cost_settings.exchange(
        tx, currency=request.currency, age_days=age_days, viewer=viewer
    )
    if request.opened_at is None:
        return exchange
    pinned = {one.currency: float(one.rate) for one in request.rates}
    return replace(exchange, pinned=pinned, pinned_on=request.today(request.opened_at))


def _read_trade(tx: Tx, categories: Sequence[str], *, viewer: str) -> dict[str, TradeColumns]:
    reads: list[Callable[[], TradeColumns]] = [
        partial(read_own_trade, tx, category_id=category, viewer=viewer) for category in categories
    ]
    return dict(zip(categories, together(*reads), strict=True)) if reads else {}
