"""What the buyer itself bought of a category: its past prices and freights, in one currency."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from supplychain.matching.candidates.arrays import Floats, Ints
from supplychain.matching.cost.exchange import Exchange

COLUMNS = ("firm_ids", "part_ids", "days", "prices_e4", "quantities", "freights_e4", "currencies")
"""Columns of the buyer's own deliveries of one category, newest first; freight -1 is unknown."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PastTrade:
    """The buyer's deliveries of one category, newest first, in the request's currency.

    Attributes:
        firm_ids: the k firms it bought from.
        firm_of: the firm of each delivery, a place in ``firm_ids``.
        price_e4: a piece, converted at the rate of the day.
        freight_e4: of the whole delivery; NaN where unknown.
        freight_share: per firm, freight as a share of value; NaN where no freight is known.
        mean_freight_share: the same over all firms.
    """

    firm_ids: list[str]
    firm_of: Ints
    part_ids: list[str]
    days: list[str]
    price_e4: Floats
    quantity: Floats
    freight_e4: Floats
    freight_share: Floats
    mean_freight_share: float

    @classmethod
    def of(cls, found: dict[str, Any], exchange: Exchange) -> PastTrade:
        """From columns; deliveries whose currency cannot be converted are left out. O(rows)."""
        rates = _rates(found.get("currencies", []), found.get("days", []), exchange)
        rows = np.flatnonzero(~np.isnan(rates))
        chosen = rows.tolist()
        names = [found["firm_ids"][i] for i in chosen]
        places = {name: place for place, name in enumerate(dict.fromkeys(names))}
        firm_of = np.fromiter(map(places.__getitem__, names), np.int64, len(names))
        price = _floats(found, "prices_e4")[rows] * rates[rows]
        quantity = _floats(found, "quantities")[rows]
        freight = _floats(found, "freights_e4")[rows]
        freight = np.where(freight >= 0, freight, np.nan) * rates[rows]
        known = ~np.isnan(freight)
        value = np.where(known, quantity * price, 0)
        paid = np.where(known, freight, 0)
        return cls(
            firm_ids=list(places),
            firm_of=firm_of,
            part_ids=[found["part_ids"][i] for i in chosen],
            days=[found["days"][i] for i in chosen],
            price_e4=price,
            quantity=quantity,
            freight_e4=freight,
            freight_share=_ratio(
                _sums(firm_of, paid, len(places)), _sums(firm_of, value, len(places))
            ),
            mean_freight_share=float(_ratio(paid.sum(), value.sum())),
        )

    def of_part(self, part_id: str | None) -> OfPart:
        """What was paid for one part, firm by firm."""
        n = len(self.firm_ids)
        mask = np.fromiter((one == part_id for one in self.part_ids), np.bool_, len(self.part_ids))
        rows = np.flatnonzero(mask) if part_id else np.zeros(0, np.int64)
        price, on = np.zeros(n, np.int64), [""] * n
        firms, first = np.unique(self.firm_of[rows], return_index=True)
        newest = rows[first]
        price[firms] = np.rint(self.price_e4[newest]).astype(np.int64)
        for firm, row in zip(firms.tolist(), newest.tolist(), strict=True):
            on[firm] = self.days[row]
        known = rows[~np.isnan(self.freight_e4[rows])]
        freight = _ratio(
            _sums(self.firm_of[known], self.freight_e4[known], n),
            _sums(self.firm_of[known], self.quantity[known], n),
        )
        last = round(float(self.price_e4[rows[0]])) if len(rows) else 0
        return OfPart(price_e4=price, on=on, freight_e4=freight, last_paid_e4=last)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OfPart:
    """One part, a row for each of ``PastTrade.firm_ids``: last price (0: never), its day, freight.

    ``freight_e4`` is a piece's, NaN if unknown; ``last_paid_e4`` what was last paid to anyone.
    """

    price_e4: Ints
    on: list[str]
    freight_e4: Floats
    last_paid_e4: int


def _rates(currencies: list[str], days: list[str], exchange: Exchange) -> Floats:
    known: dict[tuple[str, str], float] = {}
    for pair in zip(currencies, days, strict=True):
        if pair not in known:
            same = pair[0] == exchange.to_currency
            quote = exchange.quote(pair[0], date.fromisoformat(pair[1])) if pair[1] else None
            known[pair] = 1.0 if same else quote.rate if quote else np.nan
    pairs = zip(currencies, days, strict=True)
    return np.fromiter(map(known.__getitem__, pairs), np.float64, len(currencies))


def _floats(found: dict[str, Any], name: str) -> Floats:
    return np.array(found.get(name, []), np.float64)


def _sums(places: Ints, numbers: Floats, n: int) -> Floats:
    return np.bincount(places, weights=numbers, minlength=n).astype(np.float64)


def _ratio(part: Any, whole: Any) -> Any:
    above = np.asarray(whole) > 0
    return np.where(above, part / np.where(above, whole, 1), np.nan)
