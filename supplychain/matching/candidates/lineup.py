"""From columns as the graph returns them to the candidates of one line.

Lines of one category share what does not depend on the line: the firms, their record, the buyer's
past trade, and where they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import repeat
from typing import Any

import numpy as np

from supplychain.matching.candidates.arrays import Coded, Floats, Ints, Ragged
from supplychain.matching.candidates.columns import Candidates, Places
from supplychain.matching.candidates.past_trade import PastTrade
from supplychain.matching.cost.exchange import Exchange
from supplychain.matching.cost.freight import distance_km
from supplychain.matching.need import Site
from supplychain.model.names import fold_name

NOWHERE = 999.0
"""Stands for a coordinate that is not known."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CategoryFirms:
    """What all lines of one category share.

    ``columns`` are those fields of ``Candidates`` that do not depend on the line; ``place_of`` is
    the row of each firm; ``trade`` the buyer's past and ``trade_of`` its row for each firm.
    """

    firm_ids: list[str]
    place_of: dict[str, int]
    columns: dict[str, Any]
    lead_days: Ints
    trade: PastTrade
    trade_of: Ints


def of_category(
    able: dict[str, Any],
    trade: dict[str, Any],
    exchange: Exchange,
    *,
    site: Site,
    places: dict[str, Any] | None = None,
) -> CategoryFirms:
    """Line up by firm what was read once for a category. O(n)."""
    firm_ids: list[str] = able.get("firm_ids", [])
    n = len(firm_ids)
    past = PastTrade.of(trade, exchange)
    place_of = {firm_id: i for i, firm_id in enumerate(firm_ids)}
    trade_of = spread_places(past.firm_ids, place_of)
    columns: dict[str, Any] = {name: ints(able, name, n) for name in _INTS}
    columns |= {
        "certificates": Coded.of_values([tuple(held) for held in able.get("certificates", [])]),
        "booked": Ragged.of(able.get("booked_weeks", []), able.get("booked_quantities", [])),
        "own_freight_share": _spread(past.freight_share, trade_of),
        "mean_freight_share": past.mean_freight_share,
        "places": _places(places, place_of, site) if places else None,
    }
    return CategoryFirms(
        firm_ids=firm_ids,
        place_of=place_of,
        columns=columns,
        lead_days=ints(able, "lead_days", n),
        trade=past,
        trade_of=trade_of,
    )


_INTS = (
    "weekly_capacity",
    "min_lot",
    "max_lot",
    "delivered_lines",
    "on_time_lines",
    "received_quantity",
    "rejected_quantity",
    "late_days_sum",
    "long_late_lines",
    "asked",
    "answered",
)


def of_line(
    shared: CategoryFirms,
    offers: dict[str, Any],
    exchange: Exchange,
    *,
    part_id: str | None,
    today: date,
) -> Candidates:
    """The candidates of a line: its category's firms with their offers for its part. O(n)."""
    offer_of = spread_places(offers.get("firm_ids", []), shared.place_of)
    offered_days = _picked(offers.get("lead_days", []), offer_of, -1)
    currency = _texts(offers.get("currency", []), offer_of)
    paid = shared.trade.of_part(part_id)
    return Candidates(
        **shared.columns,
        firm_ids=shared.firm_ids,
        lead_days=np.where(offered_days >= 0, offered_days, shared.lead_days),
        offer_currency=currency,
        offer_rate=_rates(currency, exchange, today),
        moq=_picked(offers.get("moq", []), offer_of, 0),
        tiers=_tiers(offers, offer_of),
        incremental=_picked(
            [int(rule == "incremental") for rule in offers.get("tier_rule", [])], offer_of, 0
        ).astype(np.bool_),
        offer_freight_e4=_known(_picked(offers.get("freight_e4", []), offer_of, -1)),
        offer_tooling_e4=_known(_picked(offers.get("tooling_e4", []), offer_of, -1)),
        payment_days=_picked(offers.get("payment_days", []), offer_of, -1),
        incoterm=_texts(offers.get("incoterm", []), offer_of),
        own_price_e4=_picked(paid.price_e4.tolist(), shared.trade_of, 0),
        own_price_on=_texts(paid.on, shared.trade_of),
        own_freight_e4=_spread(paid.freight_e4, shared.trade_of),
        last_paid_e4=paid.last_paid_e4,
    )


def spread_places(found_ids: list[str], place_of: dict[str, int]) -> Ints:
    """For each firm its place in what was found, -1 if it is not there."""
    places = np.full(len(place_of), -1, np.int64)
    at = np.fromiter(map(place_of.get, found_ids, repeat(-1)), np.int64, len(found_ids))
    there = at >= 0
    places[at[there]] = np.flatnonzero(there)
    return places


def ints(found: dict[str, Any], name: str, n: int) -> Ints:
    """A column of n whole numbers; what was not read is -1."""
    return np.array(found.get(name, [-1] * n), np.int64).reshape(n)


def _places(found: dict[str, Any], place_of: dict[str, int], site: Site) -> Places:
    """Where the firms are: distinct (country, region) and the distance to the site."""
    of = spread_places(found["firm_ids"], place_of)
    known: dict[tuple[str, str], int] = {}
    raw: dict[tuple[str, str], int] = {}
    codes = []
    for one in zip(found["countries"], found["regions"], strict=True):
        if one not in raw:
            raw[one] = known.setdefault((fold_name(one[0]), fold_name(one[1])), len(known))
        codes.append(raw[one])
    latitude, longitude = (
        np.array([*found[name], NOWHERE], np.float64)[of] for name in ("latitudes", "longitudes")
    )
    nowhere = (latitude == NOWHERE) | (longitude == NOWHERE)
    km = np.where(nowhere, np.nan, distance_km(latitude, longitude, site))
    return Places(pairs=list(known), pair_of=_picked(codes, of, -1), km=km)


def _rates(currency: Coded[str], exchange: Exchange, today: date) -> Floats:
    quotes = [exchange.quote(code, today) if code else None for code in currency.kinds]
    rates = [quote.rate if quote else np.nan for quote in quotes]
    return np.array(rates, np.float64)[currency.of]


def _known(column: Ints) -> Floats:
    return np.where(column >= 0, column, np.nan)


def _picked(column: list[int], place: Ints, otherwise: int) -> Ints:
    return np.array([*column, otherwise], np.int64)[place]


def _texts(column: list[str], place: Ints) -> Coded[str]:
    return Coded.of_values([*column, ""]).taken(place)


def _tiers(offers: dict[str, Any], place: Ints) -> Ragged:
    froms, prices = [*offers.get("tier_from", []), []], [*offers.get("tier_prices_e4", []), []]
    order = place.tolist()
    return Ragged.of([froms[i] for i in order], [prices[i] for i in order])


def _spread(column: Floats, place: Ints) -> Floats:
    return np.append(column, np.nan)[place]
