"""What comes upon the prices of bids: the ranking's own functions, asked for bids.

Freight, duty, tax and the cost of payment terms are lines in the price, since where a figure comes
from never depends on it. So ``extra_costs`` at a price of nothing and at one other price tells
them at every price, and no formula stands twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from decimal import Decimal

import numpy as np

from supplychain.matching.candidates.arrays import UNKNOWN, Floats
from supplychain.matching.candidates.assembly import assemble_category, assemble_line
from supplychain.matching.candidates.columns import Candidates
from supplychain.matching.candidates.sources import (
    CapabilityColumns,
    CategorySources,
    OfferColumns,
    PlaceColumns,
    TradeColumns,
)
from supplychain.matching.cost.exchange import Exchange
from supplychain.matching.cost.freight import (
    DUTY_UNASKED,
    FREIGHT_INCLUDED,
    FREIGHT_OF_OFFER,
    FREIGHT_OF_TABLE,
    FREIGHT_SOURCES,
    SELLER_PAYS_FREIGHT,
)
from supplychain.matching.cost.landed_cost import ExtraCosts, extra_costs
from supplychain.matching.need import Need, Site
from supplychain.model.awards.landed import LandedTerms, PriceTerm
from supplychain.model.bids.bid import Bid
from supplychain.model.bids.lines import BidLine
from supplychain.model.cost_settings import (
    FREIGHT_HIGH_FACTOR,
    FREIGHT_LOW_FACTOR,
    STANDARD,
    CostSettings,
)
from supplychain.model.money import SCALE_FACTOR
from supplychain.model.parts_requests.parts_request import PartsRequest, RequestLine
from supplychain.model.quantities import plain_number

CERTAIN = (FREIGHT_INCLUDED, FREIGHT_OF_OFFER, FREIGHT_OF_TABLE)
"""Sources that name one amount: bids, and the buyer's own tariff."""
PROBE_E4 = 1e8
"""The other price: 10,000 of the currency, so that shares keep their nine decimals."""
FIXED_STEP = Decimal("1e-8")
SHARE_STEP = Decimal("1e-9")


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyerCosts:
    """What a buyer reckons with when it compares bids.

    Attributes:
        settings: its tables and shares.
        exchange: rates into the request's currency; None where nothing is converted.
        site: where the goods go.
        places: where the bidders are.
        trade: its own deliveries, by category; only of categories where a bid says no freight.
        weight_kg: of a piece, by part id.
    """

    settings: CostSettings = STANDARD
    exchange: Exchange | None = None
    site: Site = field(default_factory=Site)
    places: PlaceColumns = field(default_factory=PlaceColumns)
    trade: Mapping[str, TradeColumns] = field(default_factory=dict)
    weight_kg: Mapping[str, float] = field(default_factory=dict)


STANDARD_COSTS = BuyerCosts()
"""A buyer that stated nothing and bought nothing."""


def bid_terms(
    request: PartsRequest,
    bids: Sequence[Bid],
    costs: BuyerCosts = STANDARD_COSTS,
    *,
    today: date,
) -> dict[tuple[str, str], LandedTerms]:
    """What comes upon the price of each bid's lines, by firm and request line.

    Args:
        request: with its lines.
        bids: opened ones, one a firm.
        costs: what the buyer reckons with.
        today: whose exchange rates convert the buyer's tables.
    """
    terms: dict[tuple[str, str], LandedTerms] = {}
    for line in request.lines:
        quoted = [
            (bid, offer) for bid in bids for offer in bid.lines if offer.request_line_id == line.id
        ]
        if quoted:
            terms |= _terms_of_line(request, line, quoted, costs, today)
    return terms


def categories_without_freight(request: PartsRequest, bids: Iterable[Bid]) -> list[str]:
    """The categories in which a bid leaves the freight to be told by the buyer's own past."""
    lines = {line.id: line for line in request.lines}
    return sorted(
        {
            lines[offer.request_line_id].category_id
            for bid in bids
            for offer in bid.lines
            if offer.request_line_id in lines
            and offer.freight is None
            and bid.incoterm not in SELLER_PAYS_FREIGHT
        }
        - {""}
    )


def _terms_of_line(
    request: PartsRequest,
    line: RequestLine,
    quoted: list[tuple[Bid, BidLine]],
    costs: BuyerCosts,
    today: date,
) -> dict[tuple[str, str], LandedTerms]:
    need = Need(
        # A line without a part has no past, but its bids are offers like any other.
        part_id=line.part_id or f"line {line.id}",
        category_id=line.category_id,
        quantity=plain_number(line.quantity),
        needed_by=line.need_by or today,
        today=today,
        currency=request.currency,
        settings=costs.settings,
        exchange=costs.exchange,
        weight_kg=costs.weight_kg.get(line.part_id or ""),
        site=costs.site,
    )
    firms = _bidders_as_candidates(need, quoted, costs)
    nothing, probe = np.zeros(len(firms)), np.full(len(firms), PROBE_E4)
    at_nothing = extra_costs(need, firms, nothing, owed=nothing)
    at_probe = extra_costs(need, firms, probe, owed=probe)
    rates = {bid.firm_id: _count_unreclaimed(bid, costs.settings) for bid, _ in quoted}
    offers = {bid.firm_id: offer for bid, offer in quoted}
    return {
        (firm_id, line.id): _with_vat(
            _say_freight(_read_terms(at_nothing, at_probe, i), offers[firm_id]), rates[firm_id]
        )
        for i, firm_id in enumerate(firms.firm_ids)
    }


def _say_freight(terms: LandedTerms, offer: BidLine) -> LandedTerms:
    """The terms with freight that was bid to its last decimal, as it is on the order."""
    if terms.freight_from != "bid" or offer.freight is None:
        return terms
    return replace(terms, freight=PriceTerm(fixed=offer.freight))


def _count_unreclaimed(bid: Bid, settings: CostSettings) -> Decimal:
    """The share of a bid's price that is VAT and stays with the buyer."""
    reclaimed = Decimal(str(settings.reckoned("vat_reclaimed")))
    return (bid.vat_percent or Decimal(0)) / 100 * (1 - reclaimed)


def _with_vat(terms: LandedTerms, rate: Decimal) -> LandedTerms:
    """The terms with the VAT that stays: on the price, on freight that the supplier charges, and on
    what is paid once.
    """
    if not rate:
        return terms
    tax = terms.tax or PriceTerm()
    freight = terms.freight if terms.freight_from == "bid" and terms.freight else PriceTerm()
    fixed, share = freight.fixed * rate, (1 + freight.share) * rate
    return replace(
        terms,
        vat_kept=rate,
        tax=PriceTerm(
            fixed=(tax.fixed + fixed).quantize(FIXED_STEP),
            share=(tax.share + share).quantize(SHARE_STEP),
        ),
    )


def _bidders_as_candidates(
    need: Need, quoted: list[tuple[Bid, BidLine]], costs: BuyerCosts
) -> Candidates:
    """The bidders of a line as columns, their bids as offers."""
    n = len(quoted)
    firm_ids = [bid.firm_id for bid, _ in quoted]
    sources = CategorySources(
        category_id=need.category_id,
        capabilities=_blank_capabilities(firm_ids),
        trade=costs.trade.get(need.category_id, TradeColumns()),
        places=costs.places,
    )
    exchange = costs.exchange or Exchange(to_currency=need.currency)
    category = assemble_category(sources, exchange=exchange, site=costs.site)
    offers = OfferColumns(
        firm_ids=firm_ids,
        currency=[need.currency] * n,
        moq=[0] * n,
        lead_days=[UNKNOWN] * n,
        tier_from=[[]] * n,
        tier_prices_e4=[[]] * n,
        tier_rule=["all_units"] * n,
        freight_e4=[UNKNOWN] * n,
        tooling_e4=[0] * n,
        payment_days=[
            UNKNOWN if bid.payment_days is None else bid.payment_days for bid, _ in quoted
        ],
        incoterm=[bid.incoterm or "" for bid, _ in quoted],
    )
    firms = assemble_line(category, need, offers)
    # A freight converted from another currency has more decimals than a column of whole numbers.
    freights = [None if one.freight is None else one.freight * SCALE_FACTOR for _, one in quoted]
    exact = [float("nan") if amount is None else float(amount) for amount in freights]
    return replace(firms, offer_freight_e4=np.array(exact, np.float64))


def _blank_capabilities(firm_ids: list[str]) -> CapabilityColumns:
    """Firms of which nothing is stated: what comes upon a price does not depend on it."""
    make: Callable[..., CapabilityColumns] = CapabilityColumns
    columns = {
        one.name: [[]] * len(firm_ids)
        if "list[list" in str(one.type)
        else [""] * len(firm_ids)
        if "str" in str(one.type)
        else [UNKNOWN] * len(firm_ids)
        for one in fields(CapabilityColumns)
    }
    return make(**{**columns, "firm_ids": firm_ids})


def _read_terms(at_nothing: ExtraCosts, at_probe: ExtraCosts, i: int) -> LandedTerms:
    source = int(at_nothing.freight_source[i])
    is_certain = source in CERTAIN
    return LandedTerms(
        freight=_read_term(at_nothing.freight, at_probe.freight, i),
        freight_from=FREIGHT_SOURCES[source].short,
        freight_low=Decimal(1) if is_certain else Decimal(str(FREIGHT_LOW_FACTOR)),
        freight_high=Decimal(1) if is_certain else Decimal(str(FREIGHT_HIGH_FACTOR)),
        duty=_read_term(at_nothing.duty, at_probe.duty, i),
        tax=_read_term(at_nothing.tax, at_probe.tax, i),
        duty_asked=int(at_nothing.duty_source[i]) != DUTY_UNASKED,
        payment=_read_term(at_nothing.payment, at_probe.payment, i),
    )


def _read_term(at_nothing: Floats, at_probe: Floats, i: int) -> PriceTerm | None:
    """The line through two points; None where they are unknown."""
    low, high = float(at_nothing[i]), float(at_probe[i])
    if low != low or high != high:
        return None
    fixed = (Decimal(low) / SCALE_FACTOR).quantize(FIXED_STEP)
    share = ((Decimal(high) - Decimal(low)) / Decimal(PROBE_E4)).quantize(SHARE_STEP)
    return PriceTerm(fixed=fixed, share=share)
