"""What the buyer itself bought of a category: its past prices and freights, in one currency."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from supplychain.matching.candidates.arrays import Floats, Ints
from supplychain.matching.candidates.sources import TradeColumns
from supplychain.matching.cost.exchange import Exchange


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PastTrade:
    """The buyer's deliveries of one category, newest first, in the request's currency.

    Attributes:
        firm_ids: the k firms it bought from.
        firm_of: the firm of each delivery, a row of ``firm_ids``.
        part_ids: the part of each delivery.
        days: its day, ISO text.
        price_e4: a piece, converted at the rate of the day.
        quantity: pieces.
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
    def of(cls, trade: TradeColumns, exchange: Exchange) -> PastTrade:
        """From columns; deliveries whose currency cannot be converted are left out. O(rows)."""
        rates = _convert_rates(trade.currencies, trade.days, exchange)
        rows = np.flatnonzero(~np.isnan(rates))
        chosen = rows.tolist()
        names = [trade.firm_ids[i] for i in chosen]
        row_of = {name: row for row, name in enumerate(dict.fromkeys(names))}
        firm_of = np.fromiter(map(row_of.__getitem__, names), np.int64, len(names))
        price = np.array(trade.prices_e4, np.float64)[rows] * rates[rows]
        quantity = np.array(trade.quantities, np.float64)[rows]
        freight = np.array(trade.freights_e4, np.float64)[rows]
        freight = np.where(freight >= 0, freight, np.nan) * rates[rows]
        has_freight = ~np.isnan(freight)
        value = np.where(has_freight, quantity * price, 0)
        paid = np.where(has_freight, freight, 0)
        firms = len(row_of)
        return cls(
            firm_ids=list(row_of),
            firm_of=firm_of,
            part_ids=[trade.part_ids[i] for i in chosen],
            days=[trade.days[i] for i in chosen],
            price_e4=price,
            quantity=quantity,
            freight_e4=freight,
            freight_share=_divide_known(
                _sum_by_firm(firm_of, paid, firms), _sum_by_firm(firm_of, value, firms)
            ),
            mean_freight_share=float(_divide_known(paid.sum(), value.sum())),
        )

    def of_part(self, part_id: str | None) -> PartTrade:
        """What was paid for one part, firm by firm; nothing for None. O(rows)."""
        n = len(self.firm_ids)
        mask = np.fromiter((one == part_id for one in self.part_ids), np.bool_, len(self.part_ids))
        rows = np.flatnonzero(mask) if part_id else np.zeros(0, np.int64)
        price, on = np.zeros(n, np.int64), [""] * n
        firms, first = np.unique(self.firm_of[rows], return_index=True)
        newest = rows[first]
        price[firms] = np.rint(self.price_e4[newest]).astype(np.int64)
        for firm, row in zip(firms.tolist(), newest.tolist(), strict=True):
            on[firm] = self.days[row]
        paid = rows[~np.isnan(self.freight_e4[rows])]
        freight = _divide_known(
            _sum_by_firm(self.firm_of[paid], self.freight_e4[paid], n),
            _sum_by_firm(self.firm_of[paid], self.quantity[paid], n),
        )
        last = round(float(self.price_e4[rows[0]])) if len(rows) else 0
        return PartTrade(price_e4=price, on=on, freight_e4=freight, last_paid_e4=last)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PartTrade:
    """One part, a row for each of ``PastTrade.firm_ids``: last price (0: never), its day, freight.

    ``freight_e4`` is a piece's, NaN if unknown; ``last_paid_e4`` what was last paid to anyone.
    """

    price_e4: Ints
    on: list[str]
    freight_e4: Floats
    last_paid_e4: int


def _convert_rates(currencies: list[str], days: list[str], exchange: Exchange) -> Floats:
    """The rate of each delivery's day; NaN where there is none."""
    rates: dict[tuple[str, str], float] = {}
    for pair in zip(currencies, days, strict=True):
        if pair not in rates:
            same = pair[0] == exchange.to_currency
            quote = exchange.quote(pair[0], date.fromisoformat(pair[1])) if pair[1] else None
            rates[pair] = 1.0 if same else quote.rate if quote else np.nan
    pairs = zip(currencies, days, strict=True)
    return np.fromiter(map(rates.__getitem__, pairs), np.float64, len(currencies))


def _sum_by_firm(firm_of: Ints, numbers: Floats, n: int) -> Floats:
    return np.bincount(firm_of, weights=numbers, minlength=n).astype(np.float64)


def _divide_known(part: Floats, whole: Floats) -> Floats:
    """Element by element; NaN where the whole is 0."""
    above = whole > 0
    return np.where(above, part / np.where(above, whole, 1), np.nan)
