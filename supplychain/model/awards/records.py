"""What a buyer's ranking says of a bidder for a line: its record, what it can make, its cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedRate:
    """A rate in [0, 1] with its 90 % interval, and the deliveries it rests on."""

    value: float
    low: float
    high: float
    evidence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BidderRecord:
    """A ranked firm, for one line.

    Attributes:
        quality, delivery: None where the ranking has none.
        possible: pieces that it can make by the need date; None is unknown.
        finish_on: the day by which all is made, as a date's text; None is unknown.
        loss_share: what defects, lateness and risk are expected to cost, as a part of the price;
            None where the ranking knew no price.
    """

    quality: RecordedRate | None = None
    delivery: RecordedRate | None = None
    possible: int | None = None
    finish_on: str | None = None
    loss_share: float | None = None


BidderRecords: TypeAlias = Mapping[tuple[str, str], BidderRecord]
"""By (firm id, request line id); a firm that was not ranked for a line is not in it."""
