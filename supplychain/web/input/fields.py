"""What marshmallow's own fields get wrong for us: money, whole numbers, clean text, days.

One schema serves the API (JSON types) and the pages (everything is text): numbers may come as
numbers or as text, also in full-width digits, and are bounded, so that nothing absurd gets near
the graph.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any, Generic, TypeVar

from marshmallow import Schema, ValidationError, fields, post_load, pre_load, validate
from typing_extensions import override

from supplychain.errors import Invalid
from supplychain.model.calendars.zones import local_instant
from supplychain.model.money import CURRENCIES, MAX_AMOUNT, from_e4, plain_text, round_amount
from supplychain.model.quantities import (
    TOO_FINE,
    Quantity,
    is_measured,
    plain_number_or_none,
    tidy_quantity,
)
from supplychain.model.reading.days import read_day
from supplychain.model.reading.habits import NumberHabit
from supplychain.model.reading.misread import Misread
from supplychain.model.reading.money import check_currency, read_amount
from supplychain.model.reading.numbers import DECIMAL, NumberField, is_grouped, read_number
from supplychain.model.reading.quantities import read_in_unit, read_percent
from supplychain.model.texts import fold_short, is_overmarked
from supplychain.model.units import Unit, find_unit, unit_code
from supplychain.web.access.reader_days import reader_zone
from supplychain.web.input.typed import present

MAX_QUANTITY_PIECES = 10**12
USUAL_MAX_ITEMS = 1_000
"""Entries of a list whose schema says no number of its own."""
T = TypeVar("T")
_UNITS_BY_ENDING = [
    (end, find_unit(code)) for end, code in (("_days", "DAY"), ("_mm", "MMT"), ("_kg", "KGM"))
]
_BETWEEN_CODES = re.compile(r"[\s,，、;；/]+")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DAY_AND_TIME = re.compile(r"([^T:]{8,30})[ T]+([0-9]{1,2}:[0-9]{2})")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class Said(str):
    """A sentence with places, ``%(least)s``, and the values for them: translated, then filled."""

    values: dict[str, object]

    @classmethod
    def of(cls, message: str, **values: object) -> Said:
        """The sentence that carries its values."""
        made = cls(message)
        made.values = values
        return made


fields.Field.default_error_messages.update(required="Fill this in.", null="Fill this in.")


class Strict(Schema):
    """A schema that refuses what it does not know, and long lists before it looks into them."""

    class Meta:
        """Unknown fields are errors; order is kept."""

        unknown = "raise"
        ordered = True

    @pre_load
    def refuse_long_lists(self, sent: Any, **_: Any) -> Any:
        """What was sent, as it is.

        Marshmallow reads all entries of a list before it counts them: here they are counted first.

        Raises:
            ValidationError: a list has more entries than its field takes.
        """
        if not isinstance(sent, Mapping):
            return sent
        long = {
            name: [message]
            for name, field in self.load_fields.items()
            if isinstance(field, fields.List)
            and (message := _find_length_problem(field, sent.get(field.data_key or name)))
        }
        if long:
            raise ValidationError(long)
        return sent


class OfLine(Strict):
    """A schema of one line, or of one thing of it: its quantities are in the unit of the line."""

    @pre_load
    def turn_to_line(self, sent: Any, **_: Any) -> Any:
        """What was sent, as it is; from a form its quantities are read in the unit shown there."""
        form = present()
        if form and isinstance(sent, Mapping):
            line_id = sent.get("request_line_id") or sent.get("line_id")
            form.turn_to_line(line_id, sent.get("uom"))
        return sent


def most_items(field: fields.List[Any]) -> int:
    """How many entries a list takes."""
    lengths = [one.max for one in field.validators if isinstance(one, validate.Length)]
    return min((most for most in lengths if most is not None), default=USUAL_MAX_ITEMS)


def _find_length_problem(field: fields.List[Any], sent: object) -> str:
    """The sentence that refuses a list as too long; empty where it is not."""
    most = most_items(field)
    if not isinstance(sent, list) or len(sent) <= most:
        return ""
    for check in field.validators:
        if isinstance(check, validate.Length) and check.error:
            return check.error
    return Said.of("Use at most %(most)s entries.", most=most)


class Makes(Strict, Generic[T]):
    """A schema that reads a ``T``: its fields are the keyword arguments of ``makes``."""

    makes: type[T]

    @post_load
    def make(self, fields: dict[str, Any], **_: Any) -> T:
        """The thing itself, in place of a dictionary."""
        return self.makes(**fields)


def _say_length(least: int, most: int) -> Said:
    if least:
        return Said.of("Use %(least)s to %(most)s characters.", least=least, most=most)
    return Said.of("Use at most %(most)s characters.", most=most)


class Text(fields.String):
    """Text in NFC, trimmed, of ``least`` to ``most`` characters, without control characters."""

    def __init__(self, *, most: int = 200, least: int = 0, **kwargs: Any) -> None:
        kwargs.setdefault(
            "validate", validate.Length(min=least, max=most, error=_say_length(least, most))
        )
        self.most, self.least = most, least
        super().__init__(**kwargs)

    @override
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if len(text) > self.most * 4 or _CONTROL.search(text) or is_overmarked(text):
            raise ValidationError(
                Said.of("Use at most %(most)s visible characters.", most=self.most)
            )
        return unicodedata.normalize("NFC", text.replace("\r\n", "\n")).strip()


def _read_sent(
    read: Callable[[str, NumberField, NumberHabit], Decimal],
    sent: object,
    name: str | None,
    field: NumberField,
) -> Decimal:
    """A number as a machine sent it, or as a person typed it: then its habit counts.

    Raises:
        ValidationError: it is no number, or could be two.
    """
    if isinstance(sent, bool) or not isinstance(sent, int | float | str | Decimal):
        raise ValidationError("Enter a number.")
    form = present() if isinstance(sent, str) else None
    habit = form.habit if form else NumberHabit.CANONICAL
    try:
        number = read(str(sent), field, habit)
    except Misread as misread:
        raise ValidationError(Said.of(misread.message, **misread.values)) from misread
    if form:
        form.note(name, str(sent), number)
    return number


def _read_money(text: str, field: NumberField, habit: NumberHabit) -> Decimal:
    amount, form = read_amount(text, field, habit), present()
    check_currency(amount.currencies, form.currency if form else "")
    return amount.number


def _read_hundredths(text: str, field: NumberField, habit: NumberHabit) -> Decimal:
    return read_percent(text, field, habit) * 100


class WholeNumber(fields.Field[int]):
    """A whole number from ``least`` to ``most``, as JSON number or as text.

    ``unit`` is the code of what it counts, where a form may have it behind the number.
    """

    def __init__(
        self, *, least: int = 0, most: int = MAX_QUANTITY_PIECES, unit: str = "", **kwargs: Any
    ) -> None:
        self.least, self.most = least, most
        self.unit = find_unit(unit) if unit else None
        super().__init__(**kwargs)

    @override
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        read = partial(read_in_unit, unit=self._unit_of(attr))
        number = _read_sent(read, value, attr, NumberField(whole=True))
        if not self.least <= number <= self.most:
            raise ValidationError(
                Said.of(
                    "Enter a number from %(least)s to %(most)s.", least=self.least, most=self.most
                )
            )
        return int(number)

    def _unit_of(self, name: str | None) -> Unit | None:
        """What the field counts: said, or by the end of its name."""
        if self.unit is None:
            return next((u for end, u in _UNITS_BY_ENDING if (name or "").endswith(end)), None)
        return self.unit

    @override
    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return value


class UnitQuantity(fields.Field[Quantity]):
    """A quantity of at most 3 decimals; whether its unit takes any is the domain's to say.

    A plain number in JSON. ``may_be_nothing``: 0 is one too. ``is_of_line``: in the unit of the
    line, even if there is another beside it.
    """

    def __init__(
        self, *, may_be_nothing: bool = False, is_of_line: bool = False, **kwargs: Any
    ) -> None:
        self.may_be_nothing, self.is_of_line = may_be_nothing, is_of_line
        # No multipleOf: 4.1 is no multiple of 0.001 to who divides floats.
        bounds = {"minimum": 0} if may_be_nothing else {"exclusiveMinimum": 0}
        bounds |= {"maximum": MAX_QUANTITY_PIECES}
        more = kwargs.get("metadata", {})
        text = "; ".join(filter(None, (more.get("description"), "at most 3 decimals")))
        kwargs["metadata"] = {**bounds, **more, "description": text}
        super().__init__(**kwargs)

    @override
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Quantity:
        number = self._read_typed(value, attr, data)
        if number < 0 or (not number and not self.may_be_nothing):
            message = "Enter 0 or more." if self.may_be_nothing else "Enter a quantity above 0."
            raise ValidationError(message)
        if number > MAX_QUANTITY_PIECES:
            raise ValidationError(
                Said.of("Enter at most %(most)s.", most=f"{MAX_QUANTITY_PIECES:,}")
            )
        if number != tidy_quantity(number):
            raise ValidationError(TOO_FINE)
        return tidy_quantity(number)

    def _read_typed(self, value: Any, attr: str | None, beside: Any) -> Decimal:
        """The number; ``1,250`` of what is counted is whole, where the unit is known."""
        has_own = isinstance(beside, Mapping) and not self.is_of_line
        form, code = present(), beside.get("uom") if has_own else None
        if not code and form:
            code = form.unit
        unit = find_unit(code) if isinstance(code, str) else None
        counted = unit is not None and not is_measured(unit.code)
        field = NumberField(whole=counted and is_grouped(str(value)))
        return _read_sent(partial(read_in_unit, unit=unit), value, attr, field)

    @override
    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return plain_number_or_none(value)


class Number(fields.Field[float]):
    """A number of at most 12 decimals, as JSON number or as text; its bounds are the domain's."""

    bounds = DECIMAL

    @override
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> float:
        return float(_read_sent(read_number, value, attr, self.bounds))

    @override
    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return value


class Percent(Number):
    """A share that a page asks for in percent: ``6`` or ``6 %`` is 0.06."""

    bounds = NumberField(most=Decimal(100))

    @override
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> float:
        if present() is None:
            value = str(value).removesuffix("%").strip()
        return float(_read_sent(_read_hundredths, value, attr, self.bounds) / 100)


class Money(fields.Field[Decimal]):
    """An amount, at most 1e11, at most 4 decimals; text in JSON, so that nothing is rounded."""

    def __init__(self, *, least: Decimal = Decimal(0), **kwargs: Any) -> None:
        self.least = least
        kwargs.setdefault("metadata", {"pattern": r"^\d{1,12}(\.\d{1,4})?$"})
        super().__init__(**kwargs)

    @override
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Decimal:
        amount = _read_sent(_read_money, value, attr, DECIMAL)
        if not self.least <= amount <= MAX_AMOUNT:
            raise ValidationError(
                Said.of("Enter an amount from %(least)s to 100,000,000,000.", least=self.least)
            )
        if amount != round_amount(amount):
            raise ValidationError("Use at most 4 decimals.")
        return amount

    @override
    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return None if value is None else plain_text(value)


class MoneyE4(Money):
    """An amount that is kept as a whole number of ten-thousandths; the API tells it as money."""

    @override
    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return None if value is None else plain_text(from_e4(value))


class MoneyDifference(Money):
    """How much more one amount is than another, below 0 how much less; only ever told."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs["metadata"] = {"pattern": r"^-?\d{1,12}(\.\d{1,4})?$", **kwargs.get("metadata", {})}
        super().__init__(**kwargs)


class Day(fields.Field[date]):
    """A day, ``2026-11-22``; years 1900 to 2199."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("metadata", {"format": "date"})
        super().__init__(**kwargs)

    @override
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        text, form = fold_short(value) if isinstance(value, str) else "", present()
        if form is None and not _DAY.fullmatch(text):
            raise ValidationError("Enter a date such as 2026-11-22.")
        try:
            day = read_day(text)
        except Misread as misread:
            raise ValidationError(Said.of(misread.message, **misread.values)) from misread
        if form:
            form.note(attr, value, day)
        return day

    @override
    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return value.isoformat() if isinstance(value, date) else value


def _spell_instant(text: str) -> str:
    """What a person typed, its day as a machine writes it: ``2026.12.31 17:00``."""
    match = _DAY_AND_TIME.fullmatch(text)
    return f"{read_day(match[1]).isoformat()}T{match[2]:0>5}" if match else text


class Instant(fields.Field[datetime]):
    """An instant. Without an offset (a page's field) it is told in the reader's time zone."""

    def __init__(self, **kwargs: Any) -> None:
        described = {
            "format": "date-time",
            "description": "RFC 3339; sent without an offset: local time of your firm's time zone "
            "(GET /api/v1/me), the first of two where clocks go back",
        }
        kwargs["metadata"] = described | kwargs.get("metadata", {})
        super().__init__(**kwargs)

    @override
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        text, form = fold_short(value) if isinstance(value, str) else "", present()
        try:
            instant = datetime.fromisoformat(_spell_instant(text) if form else text)
        except Misread as misread:
            raise ValidationError(Said.of(misread.message, **misread.values)) from misread
        except ValueError as error:
            raise ValidationError("Enter a date and time such as 2026-11-22T17:00.") from error
        if not 1900 <= instant.year <= 2199:
            raise ValidationError("Enter a date and time such as 2026-11-22T17:00.")
        if instant.tzinfo is None:
            instant = _read_local(instant)
        if abs(instant.utcoffset() or timedelta()) > timedelta(hours=15):
            raise ValidationError("Enter a date and time such as 2026-11-22T17:00.")
        return instant.astimezone(UTC)

    @override
    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return value.isoformat() if isinstance(value, datetime) else value


def _read_local(local: datetime) -> datetime:
    try:
        return local_instant(reader_zone(), local)
    except Invalid as error:
        raise ValidationError(Said.of(error.message, **error.values)) from error


class Currency(fields.String):
    """An ISO 4217 code that may be traded in."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "validate", validate.OneOf(CURRENCIES, error="Choose a currency from the list.")
        )
        super().__init__(**kwargs)


class Currencies(fields.List):
    """Codes of currencies: a list, or one text with commas or spaces between them."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Currency(), **kwargs)

    @override
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[Any]:
        codes = fold_short(value) if isinstance(value, str) else value
        entries = _BETWEEN_CODES.split(codes.upper()) if isinstance(codes, str) else codes
        if isinstance(entries, list):
            entries = [one for one in entries if one != ""]
        return super()._deserialize(entries, attr, data, **kwargs)


class ExchangeRate(fields.Field[Decimal]):
    """What one unit of something is worth; text in JSON, so that nothing is rounded."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("metadata", {"pattern": r"^\d{1,7}(\.\d{1,12})?$"})
        super().__init__(**kwargs)

    @override
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Decimal:
        return _read_sent(read_number, value, attr, DECIMAL)

    @override
    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return None if value is None else f"{value.normalize():f}"


class Choice(fields.String):
    """One word of a fixed list."""

    def __init__(self, *words: str, **kwargs: Any) -> None:
        kwargs.setdefault("validate", validate.OneOf(words, error="Choose one from the list."))
        super().__init__(**kwargs)


class UnitOfMeasure(fields.String):
    """A unit: its code of UN/ECE Recommendation 20, or what people write for it."""

    @override
    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if text.strip() and find_unit(text) is None:
            raise ValidationError(
                "This unit is not known. Write H87 (piece), KGM (kilogram), MTR (metre) or another "
                "code of UN/ECE Recommendation 20."
            )
        return unit_code(text.strip())


class Id(fields.String):
    """An identity: 1 to 64 visible characters."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "validate",
            validate.Regexp(r"^[^\s\x00-\x1f\ud800-\udfff]{1,64}$", error="This is no identity."),
        )
        super().__init__(**kwargs)
