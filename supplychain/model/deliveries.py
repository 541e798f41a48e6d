"""Deliveries: when one is on time in full, and what many of them say of their supplier."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

LONG_LATE_DAYS: Final = 14
"""A delivery later than this has failed; whatever went wrong with an earlier one was mended.

Counters in the graph are counted by it: another number means to count them anew.
"""


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
    quantity: int | None
    promised_on: date | None
    delivered_on: date | None
    delivered_quantity: int | None
    rejected_quantity: int | None
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
    def days_late(self) -> int | None:
        """Days after the promised day, 0 where it came by then; None where a day is not known."""
        if self.delivered_on is None or self.promised_on is None:
            return None
        return max(0, (self.delivered_on - self.promised_on).days)

    @property
    def failed(self) -> bool | None:
        """Whether it came more than ``LONG_LATE_DAYS`` late; None where a day is not known."""
        late = self.days_late
        return None if late is None else late > LONG_LATE_DAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class Punctuality:
    """How many deliveries arrived, and how many of them on time in full."""

    delivered_lines: int = 0
    on_time_lines: int = 0

    @property
    def on_time_share(self) -> float | None:
        """The share on time in full, in [0, 1]; None where nothing was delivered."""
        return self.on_time_lines / self.delivered_lines if self.delivered_lines else None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackRecord:
    """What deliveries say of their supplier: six counters, those that its capabilities keep.

    Attributes:
        delivered_lines: deliveries that arrived and of which all that is judged is known.
        on_time_lines: those of them that came on time in full.
        received_quantity: pieces that arrived with them.
        rejected_quantity: pieces of them that were not accepted.
        late_days_sum: days after the promised days, together.
        long_late_lines: those of them that failed: more than ``LONG_LATE_DAYS`` late.
    """

    delivered_lines: int = 0
    on_time_lines: int = 0
    received_quantity: int = 0
    rejected_quantity: int = 0
    late_days_sum: int = 0
    long_late_lines: int = 0

    @classmethod
    def of(cls, deliveries: Iterable[Delivery]) -> TrackRecord:
        """The record of these deliveries; one that cannot be judged yet counts nothing."""
        lines = on_time = received = rejected = late_days = failed = 0
        for delivery in deliveries:
            is_good = delivery.on_time_in_full
            if is_good is None:
                continue
            lines += 1
            on_time += is_good
            received += delivery.delivered_quantity or 0
            rejected += delivery.rejected_quantity or 0
            if not is_good:
                late_days += delivery.days_late or 0
                failed += delivery.failed or 0
        return cls(
            delivered_lines=lines,
            on_time_lines=on_time,
            received_quantity=received,
            rejected_quantity=rejected,
            late_days_sum=late_days,
            long_late_lines=failed,
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
            received_quantity=share_of(self.received_quantity),
            rejected_quantity=share_of(self.rejected_quantity),
            late_days_sum=share_of(self.late_days_sum),
            long_late_lines=self.long_late_lines * lines // whole,
        )

    def __add__(self, other: TrackRecord) -> TrackRecord:
        return TrackRecord(
            delivered_lines=self.delivered_lines + other.delivered_lines,
            on_time_lines=self.on_time_lines + other.on_time_lines,
            received_quantity=self.received_quantity + other.received_quantity,
            rejected_quantity=self.rejected_quantity + other.rejected_quantity,
            late_days_sum=self.late_days_sum + other.late_days_sum,
            long_late_lines=self.long_late_lines + other.long_late_lines,
        )

    def __sub__(self, other: TrackRecord) -> TrackRecord:
        """What is left without the other; below 0 where more is taken back than was there."""
        return TrackRecord(
            delivered_lines=self.delivered_lines - other.delivered_lines,
            on_time_lines=self.on_time_lines - other.on_time_lines,
            received_quantity=self.received_quantity - other.received_quantity,
            rejected_quantity=self.rejected_quantity - other.rejected_quantity,
            late_days_sum=self.late_days_sum - other.late_days_sum,
            long_late_lines=self.long_late_lines - other.long_late_lines,
        )
