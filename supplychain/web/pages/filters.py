"""How values read on pages: money, numbers, days, instants and what is left of time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from babel.numbers import format_compact_decimal, get_currency_precision
from flask import Flask
from flask_babel import format_date, format_decimal, get_locale
from markupsafe import Markup, escape

from supplychain.config import settings
from supplychain.model.calendars.zones import day_of, in_zone, show_offset
from supplychain.model.ids import new_id, to_instant, utc_now
from supplychain.model.money import from_e4
from supplychain.model.parts_requests.conversions import StatedConversion
from supplychain.model.parts_requests.conversions import list_units as list_units_of
from supplychain.model.parts_requests.parts_request import RequestLine
from supplychain.model.quantities import Quantity, is_measured
from supplychain.model.reading.numbers import unambiguous_text
from supplychain.model.units import UNITS, find_unit
from supplychain.model.vat import round_money, tax_sum
from supplychain.model.weeks import monday_of
from supplychain.web.access.reader_days import reader_today, reader_zone
from supplychain.web.pages.i18n import language, translate

WORDED_FROM_NUMBER: Final = 10_000
"""Larger numbers are said in words too, so that nobody must count zeros."""


def money(amount: Decimal | int | None, currency: str = "") -> str:
    """``12,345.50 CNY``; an integer is taken as ten-thousandths."""
    if amount is None:
        return "–"
    value = from_e4(amount) if isinstance(amount, int) else amount
    return f"{_format_amount(value, language())} {currency}".strip()


@lru_cache(maxsize=4096)
def _format_amount(value: Decimal, _language: str) -> str:
    digits = "#,##0.00" if value == value.quantize(Decimal("0.01")) else "#,##0.00##"
    return format_decimal(value, digits)


def total(amount: Decimal | int, currency: str, *, bare: bool = False) -> str:
    """A sum in the decimals that its currency is paid in: ``12,345.50 CNY``, ``12,346 JPY``.

    An integer is taken as ten-thousandths; ``bare`` leaves the currency to the head of a table.
    """
    value = from_e4(amount) if isinstance(amount, int) else amount
    text = _format_total(round_money(value, currency), language())
    return text if bare else f"{text} {currency}"


@lru_cache(maxsize=4096)
def _format_total(value: Decimal, _language: str) -> str:
    decimals = -int(value.as_tuple().exponent)
    return format_decimal(value, "#,##0." + "0" * decimals if decimals else "#,##0")


def rate(value: Decimal) -> str:
    """An exchange rate without idle zeros."""
    return format_decimal(value, "#,##0.############")


def number(value: Any) -> str:
    """A number with its thousands grouped, and up to three decimals where it has any."""
    return "–" if value is None else _format_number(value, language())


@lru_cache(maxsize=4096)
def _format_number(value: Any, _language: str) -> str:
    return format_decimal(value, "#,##0.###")


def reading(value: Decimal | date) -> str:
    """What was read from a text: a day, or a number, where it is large in words too."""
    if isinstance(value, date):
        return day(value)
    text = format_decimal(value, "#,##0.####################")
    if abs(value) < WORDED_FROM_NUMBER:
        return text
    words = format_compact_decimal(
        value, format_type="long", locale=get_locale(), fraction_digits=6
    )
    return f"{text} ({words})"


def hours(value_e4: int) -> str:
    """Hours that are kept in ten-thousandths, without idle zeros."""
    return format_decimal(from_e4(value_e4), "#,##0.####")


def percent(value: float | None) -> str:
    """0.953 as ``95.3 %``."""
    return "–" if value is None else f"{format_decimal(100 * value, '0.#')} %"


def day(value: date | str | None) -> str:
    """A day in the reader's language; of an instant, the day that it has at the reader's firm."""
    if not value:
        return "–"
    if isinstance(value, datetime) or "T" in str(value):
        value = day_of(reader_zone(), _parse_if_text(value))
    return _format_day(str(value), language())


def week(value: int, weekday: int = 0) -> str:
    """The day of a week (0 Monday … 6 Sunday) in the reader's language."""
    return day(monday_of(value) + timedelta(days=weekday))


@lru_cache(maxsize=4096)
def _format_day(text: str, _language: str) -> str:
    return format_date(date.fromisoformat(text), "medium")


def _parse_if_text(value: date | str) -> datetime:
    return value if isinstance(value, datetime) else _parse_instant(str(value))


@lru_cache(maxsize=4096)
def _parse_instant(text: str) -> datetime:
    return to_instant(text)


def instant(value: datetime | str | None) -> Markup:
    """Day and minute at the reader's firm; the exact instant on hover and for readers."""
    return _write_instant(value, "") if value else Markup("–")


def deadline(value: datetime | str | None) -> Markup:
    """As ``instant``, with how far that clock is from UTC: somebody else may have another."""
    at = value and _parse_if_text(value)
    return _write_instant(at, show_offset(reader_zone(), at)) if at else Markup("–")


def _write_instant(value: datetime | str, offset: str) -> Markup:
    return _mark_up_instant(_parse_if_text(value), reader_zone(), offset, language())


@lru_cache(maxsize=4096)
def _mark_up_instant(at: datetime, zone: str, offset: str, _language: str) -> Markup:
    # Writing out a date costs more than all the rest of a table's row.
    local = in_zone(zone, at)
    text = f"{format_date(local.date(), 'medium')} {local:%H:%M} {offset}".strip()
    exact = at.astimezone(UTC).isoformat(timespec="seconds")
    return Markup('<time datetime="{}" title="{}">{}</time>').format(exact, exact, text)


def left(value: datetime | str | None) -> str:
    """What is left until an instant: ``2 d 3 h``, or that it is over."""
    if not value:
        return ""
    rest = _parse_if_text(value) - utc_now()
    if rest <= timedelta():
        return translate("over")
    hours, minutes = divmod(int(rest.total_seconds()) // 60, 60)
    days, hours = divmod(hours, 24)
    if days:
        return translate("%(days)s d %(hours)s h left", days=days, hours=hours)
    if hours:
        return translate("%(hours)s h %(minutes)s min left", hours=hours, minutes=minutes)
    return translate("%(minutes)s min left", minutes=minutes)


STATES = {
    "draft": ("secondary", "○"),
    "open": ("primary", "◔"),
    "evaluating": ("info", "◑"),
    "awarded": ("success", "●"),
    "won": ("success", "●"),
    "accepted": ("success", "●"),
    "received": ("success", "●"),
    "closed": ("success", "●"),
    "done": ("success", "●"),
    "member": ("success", "●"),
    "leader": ("success", "◆"),
    "active": ("success", "●"),
    "disabled": ("danger", "✕"),
    "left": ("secondary", "◌"),
    "barred": ("danger", "✕"),
    "offered": ("primary", "◔"),
    "invited": ("primary", "◔"),
    "awaiting_consent": ("warning", "◔"),
    "in_production": ("info", "◑"),
    "shipped": ("info", "◕"),
    "running": ("info", "◑"),
    "working": ("info", "◑"),
    "stopped": ("warning", "◌"),
    "queued": ("secondary", "○"),
    "lost": ("secondary", "◌"),
    "withdrawn": ("secondary", "◌"),
    "declined": ("danger", "✕"),
    "failed": ("danger", "✕"),
    "cancelled": ("danger", "✕"),
    "expired": ("danger", "✕"),
    "recalled": ("danger", "✕"),
    "claimed": ("warning", "◔"),
    "confirmed": ("success", "●"),
    "disputed": ("danger", "✕"),
    "there": ("success", "●"),
    "undoing": ("info", "◑"),
    "undone": ("secondary", "◌"),
}
STATE_WORDS = {
    "awaiting_consent": "waiting for consent",
    "in_production": "in production",
    "left": "gone",
    "claimed": "not answered",
    "there": "in the ledger",
    "undoing": "being undone",
}


def show_unit(text: str, count: Quantity | None = None) -> str:
    """A unit as it stands behind a number; what is no unit as it was written.

    Behind a ``count`` of 1 what is counted has its name for one: 1 box, not 1 boxes.
    """
    known = find_unit(text)
    if known is None:
        return text
    is_one = count == 1 and not is_measured(text)
    return translate(known.name if is_one else known.symbol)


def exact_text(quantity: Quantity) -> str:
    """A quantity as a form takes it back in one way: ``2.475`` is ``2.4750``."""
    return unambiguous_text(Decimal(quantity))


def show_conversions(stated: Iterable[StatedConversion], uom: str) -> str:
    """``1 box = 50 pcs; 2.47 kg = 1 pcs``, as its form takes it."""
    return "; ".join(
        f"{exact_text(one.amount)} {show_unit(one.uom, one.amount)} = "
        f"{exact_text(one.equals)} {show_unit(uom, one.equals)}"
        for one in stated
    )


def list_offer_units(line: RequestLine) -> list[tuple[str, str]]:
    """Codes and names of the units that a line may be offered in; "" is its own."""
    _, *others = list_units_of(line.uom, line.conversions)
    return [("", show_unit(line.uom)), *((code, show_unit(code)) for code in others)]


def find_inputmode(uom: str) -> str:
    """Which keys a phone offers for a quantity in a unit."""
    return "decimal" if is_measured(uom) else "numeric"


def list_units(typed: str = "") -> list[tuple[str, str]]:
    """Codes and names of all units for a choice, and what was typed if it is none of them."""
    choices = [("", translate("as the part"))]
    choices += [(unit.code, translate(unit.name)) for unit in UNITS]
    if typed not in dict(choices):
        choices.append((typed, show_unit(typed)))
    return choices


def state(word: str) -> Markup:
    """A state as a word with a colour and a shape."""
    return _write_state(word, language())


@lru_cache(maxsize=256)
def _write_state(word: str, _language: str) -> Markup:
    colour, shape = STATES.get(word, ("secondary", "○"))
    text = translate(STATE_WORDS.get(word, word))
    return Markup(
        '<span class="state state-{}"><span aria-hidden="true">{}</span> {}</span>'
    ).format(colour, shape, escape(text))


def local_input(value: datetime | str | None) -> str:
    """An instant for ``<input type="datetime-local">``."""
    if not value:
        return ""
    try:
        return f"{in_zone(reader_zone(), _parse_if_text(value)):%Y-%m-%dT%H:%M}"
    except ValueError:
        return str(value)


def init_app(app: Flask) -> None:
    """Attach to an app."""
    plain = (money, total, rate, number, reading, hours, percent)
    for function in (*plain, day, week, instant, deadline, left, state, local_input):
        app.jinja_env.filters[function.__name__] = function
    app.jinja_env.filters["taxed"] = tax_sum
    app.jinja_env.filters["exact"] = unambiguous_text
    app.jinja_env.filters["decimals"] = get_currency_precision
    app.jinja_env.filters["unit"] = show_unit
    app.jinja_env.globals["unit_choices"] = list_units
    app.jinja_env.globals["inputmode"] = find_inputmode
    app.jinja_env.globals["offer_units"] = list_offer_units
    app.jinja_env.filters["conversions"] = show_conversions
    app.jinja_env.globals["new_once"] = new_id
    app.jinja_env.globals["half_life_months"] = lambda: settings().record_half_life_months
    app.jinja_env.globals["reader_today"] = reader_today
    app.jinja_env.globals["reader_zone"] = reader_zone
    app.jinja_env.globals["language"] = language
