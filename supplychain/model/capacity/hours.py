"""Capacity in hours, and what a lot takes of a capability.

Everything that is booked, held or possible counts as work: pieces where the capacity is in pieces,
ten-thousandths of an hour where it is in hours. A piece takes so many hours, which a firm may say
for single parts, and each lot so many more to set the machine up. What is made comes in whole lots,
so work is a whole number, and pieces of different parts add up.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from supplychain.errors import FieldError
from supplychain.model.weeks import date_of

HOUR_E4: Final = 10_000
"""Hours are kept in ten-thousandths: .36 seconds."""
MAX_WEEKLY_HOURS: Final = 100_000
"""Six hundred machines that never stop."""
MAX_PIECE_HOURS: Final = 10_000
MAX_LOT_PIECES: Final = 1_000_000
"""With set-up hours: keeps what a decade makes in 64 bits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkHours:
    """Hours a week, hours a piece, and hours to set up a lot; in ten-thousandths of an hour."""

    weekly_e4: int
    piece_e4: int
    setup_e4: int = 0

    @classmethod
    def of(cls, *, weekly: Decimal, piece: Decimal, setup: Decimal | None = None) -> WorkHours:
        """From hours with up to four decimals."""
        return cls(
            weekly_e4=int(weekly * HOUR_E4),
            piece_e4=int(piece * HOUR_E4),
            setup_e4=int((setup or 0) * HOUR_E4),
        )

    @classmethod
    def of_text(cls, text: str) -> WorkHours | None:
        """What ``to_text`` wrote; None of ""."""
        if not text:
            return None
        weekly, piece, setup = map(int, text.split("/"))
        return cls(weekly_e4=weekly, piece_e4=piece, setup_e4=setup)

    def to_text(self) -> str:
        """The hours as a capability keeps them beside its calendar."""
        return f"{self.weekly_e4}/{self.piece_e4}/{self.setup_e4}"

    def list_errors(self, lot_size: int | None) -> list[FieldError]:
        """What makes no sense beside the lot size."""
        errors = []
        if not 0 < self.weekly_e4 <= MAX_WEEKLY_HOURS * HOUR_E4:
            message = "Enter the hours of a week, of all machines together: above 0, up to 100000."
            errors.append(FieldError(pointer="/weekly_hours", message=message))
        if not 0 < self.piece_e4 <= MAX_PIECE_HOURS * HOUR_E4:
            message = "Enter the hours that a piece takes: above 0, up to 10000."
            errors.append(FieldError(pointer="/hours_per_piece", message=message))
        if not 0 <= self.setup_e4 <= MAX_PIECE_HOURS * HOUR_E4:
            message = "Enter the hours that setting up takes: 0 up to 10000."
            errors.append(FieldError(pointer="/setup_hours", message=message))
        if self.setup_e4 > 0 and not 1 <= (lot_size or 0) <= MAX_LOT_PIECES:
            message = "Setting up is once a lot: enter the lot size, up to 1000000 pieces."
            errors.append(FieldError(pointer="/lot_size", message=message))
        if not errors and self.weekly_pieces(lot_size) < 1:
            message = (
                "The hours of a week do not make one piece. Enter more hours, or the capacity in "
                "pieces."
            )
            errors.append(FieldError(pointer="/weekly_hours", message=message))
        return errors

    def weekly_pieces(self, lot_size: int | None) -> int:
        """Whole pieces in an ordinary week; a lot may go on in the next one."""
        return lot_work(self, lot_size or 0).spread_pieces(self.weekly_e4)


@dataclass(frozen=True, slots=True, kw_only=True)
class LotWork:
    """What a lot of one part takes of a capability: so many pieces for so much work.

    Work is in pieces, or in ten-thousandths of an hour; both are 1 or more.
    """

    lot_pieces: int = 1
    lot_work: int = 1

    def count_work(self, pieces: int) -> int:
        """What so many pieces take: whole lots."""
        return self.round_up(pieces) // self.lot_pieces * self.lot_work

    def round_up(self, pieces: int) -> int:
        """How many pieces are made for so many: whole lots."""
        return -(-pieces // self.lot_pieces) * self.lot_pieces

    def count_pieces(self, work: int) -> int:
        """The most pieces, in whole lots, that so much work makes; 0 or more."""
        return max(work, 0) // self.lot_work * self.lot_pieces

    def spread_work(self, pieces: int) -> int:
        """What so many pieces take, a lot's work spread over them; the last one counts whole."""
        return -(-pieces * self.lot_work // self.lot_pieces)

    def spread_pieces(self, work: int) -> int:
        """Whole pieces of so much work, a lot's spread over its pieces; 0 or more."""
        return max(work, 0) * self.lot_pieces // self.lot_work


def lot_work(hours: WorkHours | None, lot_size: int, piece_e4: int | None = None) -> LotWork:
    """What a lot takes.

    Args:
        hours: of the capability; None where its capacity is in pieces.
        lot_size: pieces are made in multiples of it; 0 is none.
        piece_e4: hours that a piece of the part takes; None takes those of the category.
    """
    lot = max(lot_size, 1)
    if hours is None:
        return LotWork(lot_pieces=lot, lot_work=lot)
    return LotWork(lot_pieces=lot, lot_work=hours.setup_e4 + lot * (piece_e4 or hours.piece_e4))


@dataclass(frozen=True, slots=True, kw_only=True)
class DueWork:
    """What is due by a day: pieces, and the hours that they take where those are stated.

    Of hours ``quantity`` is what they make at the category's hours a piece.
    """

    due_on: str
    quantity: int
    hours_e4: int | None = None


def list_due_work(
    taken: Iterable[tuple[int, int]], lot: LotWork, *, in_hours: bool
) -> list[DueWork]:
    """Pairs of due day and work, as they are told to their firm.

    Args:
        taken: days by their number.
        lot: what a lot takes where a part has no hours of its own.
        in_hours: whether work is in ten-thousandths of an hour.
    """
    return [
        DueWork(
            due_on=date_of(day).isoformat(),
            quantity=lot.spread_pieces(work),
            hours_e4=work if in_hours else None,
        )
        for day, work in taken
    ]


def hours_text(work: int) -> str:
    """Ten-thousandths of an hour as hours: ``12.5``."""
    whole, rest = divmod(work, HOUR_E4)
    return f"{whole}.{rest:04}".rstrip("0").rstrip(".")
