"""Exchange rates by day: the rate of the day or the latest before, never one that is too old.

A pair that has rates one way only is used both ways (1 ÷ rate); nothing goes through a third
currency.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """What one unit of a currency was worth: ``rate``, of the day ``on``, ``age_days`` before."""

    rate: float
    on: date
    age_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """Rates into one currency.

    Attributes:
        to_currency: what all is converted to.
        series: from currency -> days, ascending, and the rates beside them.
        age_days: an older rate is not used.
        pinned: rates that were frozen, by currency; from ``pinned_on`` on they alone count, and
            of other currencies none that is of a later day.
    """

    to_currency: str
    series: dict[str, tuple[list[date], list[float]]] = field(default_factory=dict)
    age_days: int = 30
    pinned: Mapping[str, float] = field(default_factory=dict)
    pinned_on: date = date.max

    @classmethod
    def of(
        cls,
        *,
        to_currency: str,
        from_currencies: Sequence[str],
        to_currencies: Sequence[str],
        days: Sequence[str],
        rates: Sequence[float],
        age_days: int,
    ) -> Exchange:
        """From columns of rates in any order; those of other pairs are left out."""
        known: dict[str, dict[date, float]] = {}
        rows = list(zip(from_currencies, to_currencies, days, rates, strict=True))
        # What is stated the way it is needed goes before what is turned round.
        for turned in (True, False):
            for one, other, day, rate in rows:
                ours, theirs = (one, other) if turned else (other, one)
                if ours == to_currency and theirs != to_currency and rate > 0:
                    by_day = known.setdefault(theirs, {})
                    by_day[date.fromisoformat(day)] = 1 / rate if turned else rate
        series = {
            currency: (sorted(by_day), [by_day[day] for day in sorted(by_day)])
            for currency, by_day in known.items()
        }
        return cls(to_currency=to_currency, series=series, age_days=age_days)

    def latest(self, currency: str, on: date) -> Quote | None:
        """The rate of a day or the latest before it, however old; None if there is none."""
        if currency == self.to_currency:
            return Quote(rate=1.0, on=on, age_days=0)
        if on >= self.pinned_on and currency in self.pinned:
            return Quote(rate=self.pinned[currency], on=self.pinned_on, age_days=0)
        on = min(on, self.pinned_on)
        days, rates = self.series.get(currency, ([], []))
        place = bisect_right(days, on) - 1
        if place < 0:
            return None
        return Quote(rate=rates[place], on=days[place], age_days=(on - days[place]).days)

    def quote(self, currency: str, on: date) -> Quote | None:
        """``latest``, but None where it is older than ``age_days``."""
        found = self.latest(currency, on)
        return found if found is not None and found.age_days <= self.age_days else None
