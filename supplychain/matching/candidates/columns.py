"""Suppliers of one line as columns: row ``i`` of every column is the same firm."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from supplychain.matching.candidates.arrays import Coded, Flags, Floats, Ints, Ragged
from supplychain.matching.candidates.stated import Facts, Stage
from supplychain.model.audiences import CAPACITY, PRICES
from supplychain.model.weeks import day_number


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FirmPlaces:
    """Where n firms are: few distinct places, the place of each firm, and its distance.

    ``pairs`` are (country, region) folded by ``fold_name``; ``pair_of`` -1 is unknown.
    ``km`` is the great-circle distance to the buyer, NaN where either has no coordinates.
    """

    pairs: list[tuple[str, str]]
    pair_of: Ints
    km: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Aged:
    """The record of n firms by age, as ``deliveries.AgedRecord``: a delivery of today weighs 1.

    ``late_days`` and ``failed`` are NaN where they were never counted.
    """

    lines: Floats
    squares: Floats
    on_time: Floats
    credit: Floats
    received: Floats
    rejected: Floats
    late_days: Floats
    failed: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Candidates:
    """Columns of the n firms that can make the category of a line, the buyer left out.

    Attributes:
        firm_ids: n ids.
        certificates: what each firm holds.
        weekly_capacity: pieces a week; 0 is unknown.
        pace: calendar and hours, as ``promises.read_pace_text`` reads them.
        weekly_work: of an ordinary week, in pieces or ten-thousandths of an hour; None is what
            ``weekly_capacity`` and ``pace`` say.
        part_hours_e4: hours that a piece of the line's part takes where the firm says so; 0 takes
            those of the category. None where no firm says so.
        min_lot, max_lot: pieces; 0 is no bound.
        lead_days: of the offer, else of the capability; ``UNKNOWN`` if neither says.
        booked: due day -> work promised.
        delivered_lines, on_time_lines, received_quantity, rejected_quantity: track record of
            the firm in this category, over all its buyers.
        offer_currency: its code; "" without an offer for the part.
        moq: smallest quantity of the offer; 0 without one.
        tiers: from quantity -> price in e4 of ``price_per`` pieces, ascending.
        price_per: how many pieces the tiers' prices are for.
        own_price_e4: what the viewer last paid this firm for the part; 0 if never.
        own_price_on: the day of that delivery; "" if never.
        own_freight_e4: the viewer's freight a piece of the part from this firm; NaN if none.
        own_freight_share: the viewer's freight as a share of value from this firm in this
            category; NaN if none.
        mean_freight_share: the same over all the viewer's suppliers of the category; NaN if none.
        last_paid_e4: what the viewer last paid anyone for the part; 0 if never.
        late_days_sum, long_late_lines: days late over all deliveries, and deliveries later than
            ``deliveries.LONG_LATE_DAYS``; ``UNKNOWN`` where that was never counted.
        enquiries, answered: invitations and orders put to the firm in this category that are
            over, and those of them it answered in time.
        incremental: the tiers price their own part of the quantity each, not all of it.
        offer_rate: from the offer's currency to the request's; NaN where unknown or no offer.
        offer_freight_e4, offer_tooling_e4: a piece's freight and the one-off cost as the offer
            states them, in its currency; NaN if it does not.
        payment_days: how long the buyer may wait before it pays; ``UNKNOWN`` if not stated.
        incoterm: the delivery term; "" if not stated.
        places: where the firms are; None where nothing that is reckoned depends on it.
        lot_size: pieces are made in multiples of it; 0 is none.
        facts: what firms state beyond capacity; None where the line asks for none of it.
        steps: of the line's routing, the line's own category first; none without a routing.
        prices_hidden, capacity_hidden: the firm does not show them to the buyer: they are on
            request, and blank in the other columns; None where nobody hides any.
        aged: the track record by age; None where nothing says how old it is.
        ahead_days: how many days the calendar of each firm is before the buyer's: 1, 0 or -1; None
            where all have the same day.
    """

    firm_ids: list[str]
    certificates: Coded[tuple[str, ...]]
    weekly_capacity: Ints
    pace: Coded[str]
    min_lot: Ints
    max_lot: Ints
    lead_days: Ints
    booked: Ragged
    delivered_lines: Ints
    on_time_lines: Ints
    received_quantity: Floats
    rejected_quantity: Floats
    offer_currency: Coded[str]
    moq: Ints
    tiers: Ragged
    price_per: Ints
    own_price_e4: Ints
    own_price_on: Coded[str]
    own_freight_e4: Floats
    own_freight_share: Floats
    mean_freight_share: float
    last_paid_e4: int
    late_days_sum: Ints
    long_late_lines: Ints
    enquiries: Ints
    answered: Ints
    incremental: Flags
    offer_rate: Floats
    offer_freight_e4: Floats
    offer_tooling_e4: Floats
    payment_days: Ints
    incoterm: Coded[str]
    places: FirmPlaces | None = None
    lot_size: Ints | None = None
    facts: Facts | None = None
    steps: tuple[Stage, ...] = ()
    prices_hidden: Flags | None = None
    capacity_hidden: Flags | None = None
    aged: Aged | None = None
    offer_ended: Coded[str] | None = None
    offer_begins: Coded[str] | None = None
    offer_stated: Coded[str] | None = None
    ahead_days: Ints | None = None
    weekly_work: Ints | None = None
    part_hours_e4: Ints | None = None

    def __len__(self) -> int:
        """How many firms."""
        return len(self.firm_ids)

    def first_day(self, i: int, today: date) -> int:
        """The number of the day that it is at firm ``i``, where it is ``today`` at the buyer."""
        return day_number(today) + (0 if self.ahead_days is None else int(self.ahead_days[i]))

    def days_left(self, needed_by: date, *, today: date) -> Ints:
        """Days from the day at each firm to a need date; negative where it is over there."""
        return day_number(needed_by) - self.first_days(today)

    def first_days(self, today: date) -> Ints:
        """The number of the day that it is at each firm, where it is ``today`` at the buyer."""
        firsts = np.full(len(self), day_number(today), np.int64)
        return firsts if self.ahead_days is None else firsts + self.ahead_days

    def on_request(self, i: int) -> tuple[str, ...]:
        """The kinds of figures that firm ``i`` does not show to the buyer."""
        flags = ((PRICES, self.prices_hidden), (CAPACITY, self.capacity_hidden))
        return tuple(kind for kind, hidden in flags if hidden is not None and hidden[i])
