"""Freight, duty and tax of a piece: who pays them by the delivery term, and how much they are.

Freight comes from the offer, else from the buyer's past with that firm (of the part, then of the
category as a share of value), else from the buyer's freight table, else from the buyer's mean
share in the category. Where the delivery term leaves the carriage to the buyer and nothing of that
says how much it is, the buyer's usual share of the price counts (``freight_share``). Duty and tax
come from the buyer's duty table. What is unknown is NaN.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import nan
from typing import Final

import numpy as np
from numpy.typing import NDArray

from supplychain.matching.candidates.arrays import Flags, Floats
from supplychain.matching.candidates.columns import Candidates
from supplychain.matching.need import Need, Site
from supplychain.model.categories.tree import identify_category
from supplychain.model.cost_settings import DutyRate, FreightRate
from supplychain.model.names import fold_name, is_same_name

(
    FREIGHT_UNKNOWN,
    FREIGHT_OF_PART,
    FREIGHT_OF_SUPPLIER,
    FREIGHT_OF_BUYER,
    FREIGHT_OF_OFFER,
    FREIGHT_OF_TABLE,
    FREIGHT_INCLUDED,
    FREIGHT_ASSUMED,
) = range(8)
DUTY_UNKNOWN, DUTY_OF_TABLE, DUTY_DOMESTIC, DUTY_INCLUDED, DUTY_UNASKED = range(5)

SELLER_PAYS_FREIGHT = frozenset({"CPT", "CFR", "CIP", "CIF", "DAP", "DPU", "DDP"})
BUYER_PAYS_FREIGHT = frozenset({"EXW", "FCA", "FAS", "FOB"})
SELLER_PAYS_DUTY = frozenset({"DDP"})
EARTH_KM = 6371.0
"""Mean radius of the Earth."""

Codes = NDArray[np.int8]


@dataclass(frozen=True, slots=True, kw_only=True)
class FreightSource:
    """What a source of freight is called: ``code`` as a reason, ``short`` beside a bid's price."""

    code: str
    short: str | None


FREIGHT_SOURCES: Final = {
    FREIGHT_UNKNOWN: FreightSource(code="freight_unknown", short=None),
    FREIGHT_INCLUDED: FreightSource(code="freight_included", short="terms"),
    FREIGHT_OF_OFFER: FreightSource(code="freight_of_offer", short="bid"),
    FREIGHT_OF_PART: FreightSource(code="freight_of_part", short="ledger"),
    FREIGHT_OF_SUPPLIER: FreightSource(code="freight_of_supplier", short="ledger"),
    FREIGHT_OF_TABLE: FreightSource(code="freight_of_table", short="table"),
    FREIGHT_OF_BUYER: FreightSource(code="freight_of_buyer", short="category"),
    FREIGHT_ASSUMED: FreightSource(code="freight_assumed", short="assumed"),
}


def distance_km(latitude: Floats, longitude: Floats, site: Site) -> Floats:
    """Great-circle distances to the site (haversine); NaN where a coordinate is missing."""
    if site.latitude is None or site.longitude is None:
        return np.full(len(latitude), nan)
    here, there = np.radians(site.latitude), np.radians(latitude)
    apart = np.radians(longitude - site.longitude)
    half = np.sin((there - here) / 2) ** 2 + np.cos(here) * np.cos(there) * np.sin(apart / 2) ** 2
    return 2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(half, 0, 1)))


def price_freight(need: Need, able: Candidates, unit_price: Floats) -> tuple[Floats, Codes]:
    """Freight of a piece from each firm and where the figure comes from. O(n).

    Args:
        need: the line, with the buyer's freight table.
        able: columns of n firms.
        unit_price: n prices, e4 of the request's currency.

    Returns:
        n amounts in e4, NaN where unknown, and n codes ``FREIGHT_…``.
    """
    included = _match_incoterms(able, SELLER_PAYS_FREIGHT)
    choices = (
        (FREIGHT_INCLUDED, np.where(included, 0.0, nan)),
        (FREIGHT_OF_OFFER, able.offer_freight_e4 * able.offer_rate),
        (FREIGHT_OF_PART, able.own_freight_e4),
        (FREIGHT_OF_SUPPLIER, able.own_freight_share * unit_price),
        (FREIGHT_OF_TABLE, _by_table(need, able, unit_price)),
        (FREIGHT_OF_BUYER, able.mean_freight_share * unit_price),
        (FREIGHT_ASSUMED, _assume_freight(need, able, unit_price)),
    )
    found = np.full(len(able), nan)
    source = np.full(len(able), FREIGHT_UNKNOWN, np.int8)
    for code, choice in choices:
        use = np.isnan(found) & ~np.isnan(choice)
        found[use] = choice[use]
        source[use] = code
    return found, source


def _assume_freight(need: Need, able: Candidates, unit_price: Floats) -> Floats:
    """The usual share of the price where the buyer pays the carriage; else NaN."""
    pays = _match_incoterms(able, BUYER_PAYS_FREIGHT)
    share = float(need.settings.reckoned("freight_share"))
    return np.where(pays, share * unit_price, nan)


def price_duty(need: Need, able: Candidates, value: Floats) -> tuple[Floats, Floats, Codes]:
    """Duty and non-recoverable tax of a piece worth ``value`` (price and freight), and the source.

    Within one country there is no duty. Without a duty table nothing is asked: all NaN and
    ``DUTY_UNASKED``, except where the delivery term includes duty.

    Args:
        need: the line, with the buyer's duty table.
        able: columns of n firms.
        value: n amounts in e4 of the request's currency.

    Returns:
        n duties and n taxes in e4, NaN where unknown, and n codes ``DUTY_…``.
    """
    n = len(able)
    included = _match_incoterms(able, SELLER_PAYS_DUTY)
    rates = need.settings.duty_rates
    source = np.full(n, DUTY_UNKNOWN if rates else DUTY_UNASKED, np.int8)
    share, tax = np.full(n, nan), np.full(n, nan)
    if rates and able.places is not None:
        rows = [_duty_of(need, country) for country, _ in able.places.pairs]
        columns = np.array([*rows, (nan, nan, DUTY_UNKNOWN)], np.float64)[able.places.pair_of]
        share, tax, source = columns[:, 0], columns[:, 1], columns[:, 2].astype(np.int8)
    share, tax = np.where(included, 0.0, share), np.where(included, 0.0, tax)
    source = np.where(included, DUTY_INCLUDED, source).astype(np.int8)
    paid = share * value
    return paid, tax * (value + paid), source


def _duty_of(need: Need, country: str) -> tuple[float, float, int]:
    """Rates of one origin; a row of the table goes before what holds within a country."""
    home = fold_name(need.site.country)
    for rate in need.settings.duty_rates:
        if _fits_duty(rate, country, home, need.category_id):
            return rate.duty, rate.tax, DUTY_OF_TABLE
    if country and country == home:
        return 0.0, 0.0, DUTY_DOMESTIC
    return nan, nan, DUTY_UNKNOWN


def _fits_duty(rate: DutyRate, country: str, home: str, category_id: str) -> bool:
    # A row that names no origin is about imports: it says nothing of trade within the country.
    crosses = bool(country) and country != home
    return (
        (is_same_name(rate.country, country) if rate.country.strip() else crosses)
        and _fits_cell(rate.to_country, home)
        and _fits_cell(identify_category(rate.category_id), category_id)
    )


def _fits_cell(cell: str, name: str) -> bool:
    """Whether a name of a rate table is that of a firm, site or part; a blank cell is any."""
    return not cell.strip() or is_same_name(cell, name)


def _by_table(need: Need, able: Candidates, unit_price: Floats) -> Floats:
    """Freight by the first row of the buyer's table that fits a firm; NaN where none does."""
    found = np.full(len(able), nan)
    rate = table_rate(need)
    if rate is None or able.places is None:
        return found
    for row in need.settings.freight_rates:
        if row.per_kg_e4 and need.weight_kg is None:
            continue
        fixed = rate * (row.per_kg_e4 * (need.weight_kg or 0.0) + row.per_piece_e4)
        use = np.isnan(found) & _fits_freight(row, able)
        found[use] = fixed + row.share * unit_price[use]
    return found


def table_rate(need: Need) -> float | None:
    """From the settings' currency to the request's; None where that is not known."""
    currency = need.settings.reckoned("currency")
    if currency == need.currency:
        return 1.0
    quote = need.exchange.quote(currency, need.today) if need.exchange else None
    return quote.rate if quote else None


def _fits_freight(row: FreightRate, able: Candidates) -> Flags:
    places = able.places
    assert places is not None
    pairs = (*places.pairs, ("", ""))
    fits = [_fits_cell(row.country, of[0]) and _fits_cell(row.region, of[1]) for of in pairs]
    found: Flags = np.array(fits, np.bool_)[places.pair_of]
    if row.up_to_km is not None:
        found = found & (places.km <= row.up_to_km)
    return found


def _match_incoterms(able: Candidates, wanted: frozenset[str]) -> Flags:
    return able.incoterm.flags(lambda term: term in wanted)
