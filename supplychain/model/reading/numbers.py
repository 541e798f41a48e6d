"""Numbers as people and files write them: one reading, or a refusal that names both.

``1.250`` is 1250 where points group thousands and 1.25 where a point begins the decimals. Which it
is follows from who wrote it (``NumberHabit``) and from what the field can hold (``NumberField``);
where neither decides, it is refused. Nothing is ever guessed.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from supplychain.model.reading.habits import NumberHabit
from supplychain.model.reading.misread import Misread
from supplychain.model.texts import fold_short

MAX_DIGITS: Final = 40
_FACTORS: Final = {
    "百": 10**2,
    "千": 10**3,
    "万": 10**4,
    "萬": 10**4,
    "百万": 10**6,
    "千万": 10**7,
    "亿": 10**8,
    "億": 10**8,
    "万亿": 10**12,
}
_BODY: Final = re.compile(r"(?P<body>[0-9][0-9., ']*|[.,][0-9]+)(?P<factor>[百千万萬亿億]{0,2})")
_DASHES: Final = "-\N{MINUS SIGN}\N{EN DASH}\N{HYPHEN}\N{NON-BREAKING HYPHEN}"
_APOSTROPHES: Final = dict.fromkeys(map(ord, "\N{RIGHT SINGLE QUOTATION MARK}`´ʼ"), "'")
_SPACED: Final = re.compile(r"[0-9]{1,3}(?: [0-9]{3})+|[0-9]{1,3}(?:'[0-9]{3})+")
_GROUPS: Final = re.compile(r"[1-9][0-9]{0,2}(?:[.,][0-9]{3})+")
PLAIN_NUMBER: Final = re.compile(r"[0-9]{1,20}(?:\.[0-9]{1,2})?", re.ASCII)
"""Digits, with a point before two more at most: whoever wrote it, it is read in one way."""
_CANONICAL: Final = re.compile(r"-?[0-9]{1,25}(\.[0-9]{1,20})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberField:
    """What a field can hold.

    Attributes:
        whole: no decimals.
        least: the smallest number.
        most: the largest number.
    """

    whole: bool = False
    least: Decimal | None = None
    most: Decimal | None = None

    def holds(self, number: Decimal) -> bool:
        """Whether a number is one that the field can have."""
        if self.whole and number != number.to_integral_value():
            return False
        if self.least is not None and number < self.least:
            return False
        return self.most is None or number <= self.most


WHOLE: Final = NumberField(whole=True)
DECIMAL: Final = NumberField()


def fold_number(text: str) -> str:
    """A short text with plain digits, blanks, apostrophes and dashes; empty where it is none."""
    folded = fold_short(text)
    if folded.isascii():
        return folded
    plain = "".join(
        str(unicodedata.decimal(letter)) if letter.isdecimal() else letter
        for letter in folded.translate(_APOSTROPHES)
        if unicodedata.category(letter) != "Cf"
    )
    return re.sub(r"\s", " ", plain).strip()


def is_grouped(text: str) -> bool:
    """Whether a text may be digits in groups of three: ``1.250``, ``1,250,000``."""
    return _GROUPS.fullmatch(fold_number(text)) is not None


def read_number(text: str, field: NumberField, habit: NumberHabit) -> Decimal:
    """The number that a text is; exact.

    Args:
        text: as it was written, blanks and full-width digits included; without a unit.
        field: what may come of it.
        habit: of whoever wrote it.

    Raises:
        Misread: it is no number, could be two, or is not whole where it must be. Its size is for
            the caller to look at.
    """
    if PLAIN_NUMBER.fullmatch(text):
        return _check_whole(Decimal(text), field)
    plain = fold_number(text)
    if habit is NumberHabit.CANONICAL:
        if not _CANONICAL.fullmatch(plain):
            raise Misread("Enter a number.")
        return _check_whole(Decimal(plain), field)
    body, sign = _split_sign(plain)
    match = _BODY.fullmatch(body)
    if not match or sum(map(str.isdigit, body)) > MAX_DIGITS:
        raise Misread("Enter a number.")
    factor = match["factor"]
    if factor and factor not in _FACTORS:
        raise Misread("Enter a number.")
    times = sign * _FACTORS.get(factor, 1)
    digits = match["body"].strip()
    if factor and digits.isdigit():
        return _check_whole(Decimal(digits) * times, field)
    within = field if times == 1 else NumberField(whole=field.whole and not factor)
    return _check_whole(_read_body(digits, within, habit, times) * times, field)


def _check_whole(number: Decimal, field: NumberField) -> Decimal:
    if field.whole and number != number.to_integral_value():
        raise Misread("Enter a whole number.")
    return number


def _split_sign(text: str) -> tuple[str, int]:
    """What is left without its sign, and the sign: ``-5``, ``5-`` and ``(5)`` are below 0."""
    if text.startswith("(") and text.endswith(")"):
        return text[1:-1].strip(), -1
    if text[:1] and text[0] in _DASHES:
        return text[1:].strip(), -1
    if text[-1:] and text[-1] in _DASHES:
        return text[:-1].strip(), -1
    return text.removeprefix("+").strip(), 1


def _read_body(body: str, field: NumberField, habit: NumberHabit, times: int) -> Decimal:
    if " " in body or "'" in body:
        return _read_spaced(body)
    points, commas = body.count("."), body.count(",")
    if not points and not commas:
        return Decimal(body)
    if points and commas:
        return _read_both(body)
    sign = "." if points else ","
    if points + commas > 1:
        if not _GROUPS.fullmatch(body):
            raise Misread("Enter a number.")
        return Decimal(body.replace(sign, ""))
    head, tail = body.split(sign)
    if not tail:
        raise Misread("Enter a number.")
    as_decimal = Decimal(f"{head or 0}.{tail}")
    if not _GROUPS.fullmatch(body):
        return _read_decimal(as_decimal, Decimal(head + tail), sign, habit, times)
    return _choose_reading(as_decimal, Decimal(head + tail), sign, field, habit, times)


def _read_spaced(body: str) -> Decimal:
    """``1 234,50`` and ``1'234.50``: blanks and apostrophes only ever group."""
    last = max(body.rfind("."), body.rfind(","))
    head, tail = (body[:last], body[last + 1 :]) if last >= 0 else (body, "")
    if not _SPACED.fullmatch(head) or not (tail.isdigit() if last >= 0 else True):
        raise Misread("Enter a number.")
    return Decimal(f"{re.sub('[^0-9]', '', head)}.{tail or 0}")


def _read_both(body: str) -> Decimal:
    """``1,234.50`` and ``1.234,50``: the last sign begins the decimals, the other one groups."""
    last = max(body.rfind("."), body.rfind(","))
    head, tail = body[:last], body[last + 1 :]
    other = "," if body[last] == "." else "."
    if body[last] in head or not _GROUPS.fullmatch(head) or not tail.isdigit():
        raise Misread("Enter a number.")
    return Decimal(f"{head.replace(other, '')}.{tail}")


def _read_decimal(
    number: Decimal, joined: Decimal, sign: str, habit: NumberHabit, times: int
) -> Decimal:
    """``12,50``: no groups of thousands. Typed where a point begins decimals it may be a slip."""
    if sign == "," and habit is NumberHabit.TYPED_POINT:
        raise _say_two(joined, number, times)
    return number


def _choose_reading(
    as_decimal: Decimal,
    as_group: Decimal,
    sign: str,
    field: NumberField,
    habit: NumberHabit,
    times: int,
) -> Decimal:
    """``1.250`` or ``1,250``, which are the same digits in two habits."""
    own = habit.decimal_sign
    if habit.is_proved:
        return as_decimal if sign == own else as_group
    if field.whole:
        if own and sign != own:
            return as_group
        raise _say_two(as_group, as_decimal, times)
    if field.most is not None and as_group > field.most >= as_decimal:
        return as_decimal
    if sign == own and habit in (NumberHabit.TYPED_COMMA, NumberHabit.LIKELY_POINT):
        return as_decimal
    raise _say_two(as_group, as_decimal, times)


def _say_two(group: Decimal, decimal: Decimal, times: int) -> Misread:
    one, other = sorted((group * times, decimal * times), reverse=True)
    exact = number_text(other) if other == other.to_integral_value() else f"{other:f}"
    return Misread(
        "This could be %(one)s or %(other)s: write %(one)s or %(exact)s.",
        readings=(number_text(one), number_text(other)),
        one=number_text(one),
        other=number_text(other),
        exact=f"{exact}0" if len(exact.partition(".")[2]) == 3 else exact,
    )


def number_text(number: Decimal) -> str:
    """A number in digits, without an exponent and without zeros at its end."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def unambiguous_text(number: Decimal) -> str:
    """A number written so that it can be read in one way only: never with just three decimals.

    ``1.25`` stays, ``1.234`` is ``1.2340``.
    """
    text = number_text(number)
    head, _, tail = text.lstrip("-").partition(".")
    return f"{text}0" if len(tail) == 3 and len(head) <= 3 and head != "0" else text
