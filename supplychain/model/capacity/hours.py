"""Capacity in hours: how many pieces the hours of a week make.

A piece takes so many hours, and each lot so many more to set the machine up. What is made comes
in whole lots, so a lot's hours spread over its pieces, and the hours of a week are an exact
fraction of pieces: everything else counts in pieces.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from math import gcd
from typing import Final

from supplychain.errors import FieldError

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

    def pace(self, lot_size: int | None) -> tuple[int, int]:
        """Pieces, and the weeks that make them: the exact fraction, in its lowest terms."""
        lot = lot_size or 1 if self.setup_e4 else 1
        pieces, weeks = self.weekly_e4 * lot, self.setup_e4 + self.piece_e4 * lot
        common = gcd(pieces, weeks)
        return pieces // common, weeks // common

    def weekly_pieces(self, lot_size: int | None) -> int:
        """Whole pieces in an ordinary week."""
        pieces, weeks = self.pace(lot_size)
        return pieces // weeks
