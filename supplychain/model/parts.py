"""Parts as the firms that trade in them read them, and what their designer may say anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from supplychain.errors import FieldError, Forbidden, Invalid, Stale
from supplychain.model.parts_requests.conversions import StatedConversion, list_errors
from supplychain.model.parts_requests.requirements import MAX_KG

MAX_NAME_CHARS: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class TradedPart:
    """A part with its designer (None: of the catalogue), unit, weight of a unit, other units.

    ``is_own`` says that the reader's firm designs it.
    """

    id: str
    name: str
    category_id: str
    category: str
    uom: str
    designer_id: str | None
    designer_name: str | None
    is_own: bool
    version: int
    piece_kg: float | None = None
    conversions: tuple[StatedConversion, ...] = ()

    @property
    def weight_text(self) -> str:
        """The weight in plain digits; "" where it is not stated."""
        return "" if self.piece_kg is None else f"{Decimal(repr(self.piece_kg)).normalize():f}"

    def changed(
        self,
        *,
        name: str,
        piece_kg: float | None,
        conversions: Sequence[StatedConversion],
        version: int,
    ) -> TradedPart:
        """The part as its designer says it anew. Category and unit stay: records are in them.

        Raises:
            Forbidden: the reader's firm does not design it.
            Stale: it changed since.
            Invalid: with one error for each wrong field.
        """
        if not self.is_own:
            raise Forbidden
        if version != self.version:
            raise Stale
        errors = list_errors("", self.uom, conversions)
        if not 1 <= len(name.strip()) <= MAX_NAME_CHARS:
            message = "Enter a name of at most 200 characters."
            errors.append(FieldError(pointer="/name", message=message))
        if piece_kg is not None and not 0 < piece_kg <= MAX_KG:
            message = "Enter a weight above 0, up to 1,000,000 kg."
            errors.append(FieldError(pointer="/weight_kg", message=message))
        if errors:
            raise Invalid(errors=errors)
        return replace(
            self,
            name=name.strip(),
            piece_kg=piece_kg,
            conversions=tuple(conversions),
            version=self.version + 1,
        )
