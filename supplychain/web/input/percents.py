"""Numbers of percent that are kept as such, not as shares of 1."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from marshmallow import fields
from typing_extensions import override

from supplychain.model.reading.numbers import number_text
from supplychain.web.input.fields import Percent


class PercentAmount(fields.Field[Decimal]):
    """A number of percent as text in JSON: ``10`` and ``10 %`` are 10; the domain bounds it."""

    @override
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Decimal:
        share = Percent().deserialize(value, attr, data)
        return Decimal(repr(share)) * 100

    @override
    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return None if value is None else number_text(value)
