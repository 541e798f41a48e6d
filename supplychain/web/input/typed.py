"""What a person typed into a form, read in the person's habit; JSON is read as a machine's.

While a form is loaded (``typing``), texts of its fields are read by ``supplychain.model.reading``:
what could be two numbers is refused, naming both. What came of a text that does not say it in
digits is kept (``Typed.said``), so that the page repeats it under the field.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from babel import Locale, UnknownLocaleError
from flask import g, has_request_context, request

from supplychain.model.reading.habits import NumberHabit
from supplychain.model.reading.numbers import fold_number, number_text

MAX_SAID_ITEMS: Final = 2_000
"""Readings kept to be shown again; a form has fewer fields that anybody fills."""


@dataclass(slots=True, kw_only=True)
class Typed:
    """The form that is being loaded.

    Attributes:
        habit: how its reader writes numbers.
        currency: the one that its amounts are in; empty where it says none.
        units: codes of the units that its lines are shown in, by id of the line.
        unit: of the line that is being read; empty where that is not known.
        said: what was read from a text that does not say it in digits, by (field, text).
    """

    habit: NumberHabit
    currency: str = ""
    units: Mapping[str, str] = field(default_factory=dict)
    unit: str = ""
    said: dict[tuple[str, str], Decimal | date] = field(default_factory=dict)

    def turn_to_line(self, line_id: object, uom: object) -> None:
        """Read what follows in the unit of a line: the one beside it, else the one shown."""
        unit = uom or self.units.get(str(line_id), "")
        self.unit = unit if isinstance(unit, str) else ""

    def note(self, name: str | None, text: str, value: Decimal | date) -> None:
        """Keep what was read, where it could surprise."""
        plain = number_text(value) if isinstance(value, Decimal) else value.isoformat()
        if fold_number(text) != plain and len(self.said) < MAX_SAID_ITEMS:
            self.said[name or "", text] = value


_PRESENT: Final[ContextVar[Typed | None]] = ContextVar("typed", default=None)


def present() -> Typed | None:
    """The form that is being loaded; None for JSON."""
    return _PRESENT.get()


@contextmanager
def typing(
    values: object, currency: str = "", units: Mapping[str, str] | None = None
) -> Iterator[None]:
    """Read texts as the present reader types them, until the end of the block.

    Args:
        values: of the form; its ``currency`` is that of its amounts.
        currency: of its amounts, where the form does not say it.
        units: in which its lines were shown, by id of the line.
    """
    chosen = values.get("currency") if isinstance(values, Mapping) else None
    form = Typed(
        habit=reader_habit(),
        currency=chosen if isinstance(chosen, str) else currency,
        units=units or {},
    )
    token = _PRESENT.set(form)
    try:
        yield
    finally:
        _PRESENT.reset(token)
        if has_request_context():
            g.said_values = {**said_values(), **form.said}


def said_values() -> dict[tuple[str, str], Decimal | date]:
    """What was read from texts of the present request's forms, by (field, text)."""
    return g.get("said_values", {}) if has_request_context() else {}


def reader_habit() -> NumberHabit:
    """How the reader writes numbers, by the first language of the browser."""
    if not has_request_context():
        return NumberHabit.TYPED_POINT
    tag = request.accept_languages.best or ""
    try:
        sign = Locale.parse(tag, sep="-").number_symbols["latn"]["decimal"] if tag else "."
    except (UnknownLocaleError, ValueError, KeyError, TypeError):
        sign = "."
    return NumberHabit.TYPED_COMMA if sign == "," else NumberHabit.TYPED_POINT
