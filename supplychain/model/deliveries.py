"""Deliveries: when one is on time in full, what it is worth, and what many say of their supplier.

What happened long ago says less: a delivery weighs half after the half-life of the installation.
Weights grow forward from a fixed month instead of falling back from today, so that sums are kept
once and need no write as time passes; reading multiplies them by one factor (Cormode,
Shkapenyuk, Srivastava and Xu 2009, Forward Decay, ICDE, 138-149).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

from supplychain.model.quantities import Quantity, tidy_quantity, whole_units

LONG_LATE_DAYS: Final = 14
"""A delivery later than this has failed; whatever went wrong with an earlier one was mended.

Counters in the graph are counted by it: another number means to count them anew.
"""
EARLY_DAYS: Final = 14
"""A delivery that comes more days than this before its day is not perfect: it has to be stored."""
LATE_CAP_DAYS: Final = 90
"""One delivery counts as at most so many days late: a quarter of a year, beyond which a wrong date
is likelier than a worse supplier. An import warns of such a line."""
EARLY_CREDIT_DAYS: Final = 30
"""A delivery is worth a day of so many less for each day that it comes before the window."""
LEAST_EARLY_CREDIT_SHARE: Final = 0.5
"""However early it comes: the goods are there."""
HALF_LIFE_MONTHS: Final = 12
"""After so many months a delivery weighs half, where the installation says nothing else."""
START_MONTHS: Final = 2020 * 12
"""Deliveries of January 2020 weigh 1 in the sums that are kept."""
MAX_HALVINGS_NUMBER: Final = 400
"""Weights stay within what a float can tell: a day of a wrong century weighs no more than this."""


def month_of(day: date) -> int:
    """Months since year 0: deliveries of one month weigh the same."""
    return day.year * 12 + day.month - 1


def weigh_month(month: int, half_life_months: int) -> float:
    """What a delivery of this month weighs in the sums that are kept."""
    halves = (month - START_MONTHS) / half_life_months
    return 2.0 ** max(-MAX_HALVINGS_NUMBER, min(halves, MAX_HALVINGS_NUMBER))


@dataclass(slots=True, kw_only=True)
class Delivery:
    """One line of the ledger; None is not known, or not there yet.

    Not frozen: an import makes tens of thousands a second, and a frozen one takes three times as
    long to make (1.9 against 0.7 µs, CPython 3.11). Nothing changes one.

    Attributes:
        quantity: pieces ordered.
        promised_on: the day the supplier promised.
        delivered_on: the day the last of it arrived; None while it is under way.
        delivered_quantity: pieces that arrived, those rejected among them.
        rejected_quantity: pieces of them that the buyer did not accept.
    """

    id: str
    supplier_id: str
    buyer_id: str
    part_id: str | None
    quantity: Quantity | None
    promised_on: date | None
    delivered_on: date | None
    delivered_quantity: Quantity | None
    rejected_quantity: Quantity | None
    unit_price_e4: int | None
    currency: str | None
    freight_e4: int | None
    category_id: str | None

    @property
    def on_time_in_full(self) -> bool | None:
        """Whether it came by the promised day with at least the ordered pieces accepted.

        None while it is under way, and where one of the days or quantities is not known: such a
        delivery is neither held against its supplier nor taken for a good one.
        """
        if self.delivered_on is None or self.promised_on is None or self.quantity is None:
            return None
        if self.delivered_quantity is None or self.rejected_quantity is None:
            return None
        accepted = self.delivered_quantity - self.rejected_quantity
        return self.delivered_on <= self.promised_on and accepted >= self.quantity

    @property
    def credit(self) -> float | None:
        """What it is worth, in [0, 1]: how late it came counts, and how much of it was good.

        On time in full, not before the window, is 1. Each day late takes one part in
        ``LONG_LATE_DAYS + 1``: a delivery that failed is worth nothing. Each day before the window
        takes one part in ``EARLY_CREDIT_DAYS``, at most half. Of a short one the accepted share
        counts. None as for ``on_time_in_full``.
        """
        if self.on_time_in_full is None:
            return None
        assert self.delivered_on is not None
        assert self.promised_on is not None
        days = (self.delivered_on - self.promised_on).days
        worth = max(0.0, 1 - max(0, days) / (LONG_LATE_DAYS + 1))
        if days < -EARLY_DAYS:
            worth = max(LEAST_EARLY_CREDIT_SHARE, 1 + (days + EARLY_DAYS) / EARLY_CREDIT_DAYS)
        accepted = (self.delivered_quantity or 0) - (self.rejected_quantity or 0)
        ordered = self.quantity or 0
        return worth * min(1.0, float(max(0, accepted) / ordered)) if ordered > 0 else worth

    @property
    def days_late(self) -> int | None:
        """Days after the promised day, 0 where it came by then; None where a day is not known."""
        if self.delivered_on is None or self.promised_on is None:
            return None
        return max(0, (self.delivered_on - self.promised_on).days)

    @property
    def counted_late_days(self) -> int:
        """Days late as they count: no more than ``LATE_CAP_DAYS``, 0 where a day is not known."""
        return min(self.days_late or 0, LATE_CAP_DAYS)

    def days_overdue(self, today: date) -> int:
        """Days since the promised day of a delivery that has not come; 0 of any other."""
        if self.delivered_on is not None or self.promised_on is None:
            return 0
        return max(0, (today - self.promised_on).days)

    @property
    def failed(self) -> bool | None:
        """Whether it came more than ``LONG_LATE_DAYS`` late; None where a day is not known."""
        late = self.days_late
        return None if late is None else late > LONG_LATE_DAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class Punctuality:
    """How many deliveries arrived or are overdue, and how many of them on time in full.

    ``aged_lines`` and ``aged_on_time`` are the same by age, in any scale.
    """

    delivered_lines: int = 0
    on_time_lines: int = 0
    aged_lines: float = field(default=0.0, compare=False)
    aged_on_time: float = field(default=0.0, compare=False)

    @property
    def on_time_share(self) -> float | None:
        """The share on time in full by age, in [0, 1]; None where nothing was delivered."""
        if not self.delivered_lines:
            return None
        if self.aged_lines <= 0:
            return self.on_time_lines / self.delivered_lines
        return min(1.0, self.aged_on_time / self.aged_lines)

    def __add__(self, other: Punctuality) -> Punctuality:
        return Punctuality(
            delivered_lines=self.delivered_lines + other.delivered_lines,
            on_time_lines=self.on_time_lines + other.on_time_lines,
            aged_lines=self.aged_lines + other.aged_lines,
            aged_on_time=self.aged_on_time + other.aged_on_time,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AgedRecord:
    """The same deliveries by their age: sums of weights, each weight that of a delivery's month.

    Attributes:
        lines: weights of the deliveries that can be judged.
        squares: their squares; ``lines`` squared over it is how many equal ones say as much
            (Kish 1965, Survey Sampling, 11.7).
        on_time: weights of those on time in full.
        credit: weights times ``Delivery.credit``.
        received, rejected: weights times pieces.
        late_days: weights times days late, each at most ``LATE_CAP_DAYS``.
        failed: weights of those more than ``LONG_LATE_DAYS`` late.
    """

    lines: float = 0.0
    squares: float = 0.0
    on_time: float = 0.0
    credit: float = 0.0
    received: float = 0.0
    rejected: float = 0.0
    late_days: float = 0.0
    failed: float = 0.0

    @classmethod
    def read(cls, sums: Sequence[float]) -> AgedRecord:
        """From the sums in the order of the fields, as the graph keeps them; none is nothing."""
        return cls(**dict(zip(AGED_SUMS, sums, strict=False)))

    def scaled_by(self, factor: float) -> AgedRecord:
        """The record of as many deliveries as ``factor`` says, by the same rates."""
        return AgedRecord(**{name: getattr(self, name) * factor for name in AGED_SUMS})

    def __add__(self, other: AgedRecord) -> AgedRecord:
        return AgedRecord(
            **{name: getattr(self, name) + getattr(other, name) for name in AGED_SUMS}
        )

    def __sub__(self, other: AgedRecord) -> AgedRecord:
        return AgedRecord(
            **{name: getattr(self, name) - getattr(other, name) for name in AGED_SUMS}
        )


AGED_SUMS: Final = tuple(AgedRecord.__dataclass_fields__)
"""The sums of an aged record, in the order in which they are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackRecord:
    """What deliveries say of their supplier: six counters, and the same by age.

    Attributes:
        delivered_lines: deliveries that arrived and of which all that is judged is known, and
            those that are overdue on the day for which they were counted.
        on_time_lines: those of them that came on time in full.
        received_quantity: pieces that arrived with them.
        rejected_quantity: pieces of them that were not accepted.
        late_days_sum: days after the promised days, together; one counts as ``LATE_CAP_DAYS`` at
            most.
        long_late_lines: those of them that failed: more than ``LONG_LATE_DAYS`` late.
        aged: the same with weights that grow from ``START_MONTHS``; records are equal whose
            counters are.
    """

    delivered_lines: int = 0
    on_time_lines: int = 0
    received_quantity: Quantity = 0
    rejected_quantity: Quantity = 0
    late_days_sum: int = 0
    long_late_lines: int = 0
    aged: AgedRecord = field(default_factory=AgedRecord, compare=False)

    @classmethod
    def of(
        cls,
        deliveries: Iterable[Delivery],
        *,
        half_life_months: int = HALF_LIFE_MONTHS,
        today: date | None = None,
    ) -> TrackRecord:
        """The record of these deliveries; one that cannot be judged yet counts nothing.

        Args:
            deliveries: in any order: the sums by age are exact to the last digit.
            half_life_months: after which a delivery weighs half.
            today: count what is overdue on this day as late and not in full; None: nothing that
                has not come counts, as in what the graph keeps.
        """
        judged: list[tuple[int, _Judged]] = []
        for delivery in deliveries:
            one = _judge_delivery(delivery, today)
            if one is not None:
                judged.append(one)
        counts = [one for _, one in judged]
        return cls(
            delivered_lines=len(counts),
            on_time_lines=sum(one.on_time for one in counts),
            received_quantity=tidy_quantity(sum(one.received for one in counts)),
            rejected_quantity=tidy_quantity(sum(one.rejected for one in counts)),
            late_days_sum=sum(one.late_days for one in counts),
            long_late_lines=sum(one.failed for one in counts),
            aged=_sum_by_age(judged, half_life_months),
        )

    def scaled_to(self, lines: int) -> TrackRecord:
        """The same rates with the weight of fewer deliveries; itself where it has no more.

        Counters are rounded half up, failures down, so that what came on time and what failed are
        together no more than the deliveries.
        """
        whole = self.delivered_lines
        if lines >= whole:
            return self

        def share_of(count: int) -> int:
            return (2 * count * lines + whole) // (2 * whole)

        return TrackRecord(
            delivered_lines=lines,
            on_time_lines=share_of(self.on_time_lines),
            received_quantity=share_of(whole_units(self.received_quantity)),
            rejected_quantity=share_of(whole_units(self.rejected_quantity)),
            late_days_sum=share_of(self.late_days_sum),
            long_late_lines=self.long_late_lines * lines // whole,
            aged=self.aged.scaled_by(lines / whole),
        )

    def __add__(self, other: TrackRecord) -> TrackRecord:
        counters: dict[str, Any] = {
            name: tidy_quantity(getattr(self, name) + getattr(other, name)) for name in COUNTERS
        }
        return TrackRecord(**counters, aged=self.aged + other.aged)

    def __sub__(self, other: TrackRecord) -> TrackRecord:
        """What is left without the other; below 0 where more is taken back than was there."""
        counters: dict[str, Any] = {
            name: tidy_quantity(getattr(self, name) - getattr(other, name)) for name in COUNTERS
        }
        return TrackRecord(**counters, aged=self.aged - other.aged)

    @property
    def punctuality(self) -> Punctuality:
        """How many deliveries, and how many of them on time in full, with the rate by age."""
        return Punctuality(
            delivered_lines=self.delivered_lines,
            on_time_lines=self.on_time_lines,
            aged_lines=self.aged.lines,
            aged_on_time=self.aged.on_time,
        )


COUNTERS: Final = tuple(name for name in TrackRecord.__dataclass_fields__ if name != "aged")
"""The six counters of a record, without those by age."""


@dataclass(slots=True, kw_only=True)
class _Judged:
    """One delivery as it counts."""

    on_time: bool
    credit: float
    received: Quantity
    rejected: Quantity
    late_days: int
    failed: bool


def _judge_delivery(delivery: Delivery, today: date | None) -> tuple[int, _Judged] | None:
    """The month of a delivery and what it counts; None where it counts nothing."""
    is_good, worth = delivery.on_time_in_full, delivery.credit
    if is_good is not None and worth is not None and delivery.delivered_on is not None:
        return month_of(delivery.delivered_on), _Judged(
            on_time=is_good,
            credit=worth,
            received=delivery.delivered_quantity or 0,
            rejected=delivery.rejected_quantity or 0,
            late_days=0 if is_good else delivery.counted_late_days,
            failed=not is_good and bool(delivery.failed),
        )
    overdue = delivery.days_overdue(today) if today is not None else 0
    if today is None or overdue == 0:
        return None
    return month_of(today), _Judged(
        on_time=False,
        credit=0.0,
        received=0,
        rejected=0,
        late_days=min(overdue, LATE_CAP_DAYS),
        failed=overdue > LONG_LATE_DAYS,
    )


def _sum_by_age(judged: Sequence[tuple[int, _Judged]], half_life_months: int) -> AgedRecord:
    """Sums of weights, each rounded once, so that the order of deliveries plays no part."""
    weight = {month: weigh_month(month, half_life_months) for month, _ in judged}

    def total(pick: Callable[[_Judged], float | Decimal]) -> float:
        return math.fsum(weight[month] * float(pick(one)) for month, one in judged)

    return AgedRecord(
        lines=math.fsum(weight[month] for month, _ in judged),
        squares=math.fsum(weight[month] ** 2 for month, _ in judged),
        on_time=total(lambda one: one.on_time),
        credit=total(lambda one: one.credit),
        received=total(lambda one: one.received),
        rejected=total(lambda one: one.rejected),
        late_days=total(lambda one: one.late_days),
        failed=total(lambda one: one.failed),
    )
