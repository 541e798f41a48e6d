"""Typed fields out of untyped JSON; what is wrong is collected, with pointers."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator
from decimal import Decimal
from typing import Final, TypeAlias, TypeVar

from supplychain.award.exact import plain
from supplychain.errors import FieldError

T = TypeVar("T")

Attribute: TypeAlias = str | bool | int | Decimal
"""The value of a supplier's attribute."""

NUMBER: Final = re.compile(r"[0-9]{1,15}(\.[0-9]{1,12})?", re.ASCII)
MAX_ID_CHARS: Final = 200
"""Longer than any id here or of a common ERP, short enough for one line of a table."""

MAX_ERRORS_ITEMS: Final = 1000
"""Nobody mends more in one go; a broken file of a million rows must not fill the memory."""


class FieldErrors:
    """The wrong fields so far, at most a thousand."""

    def __init__(self) -> None:
        self.collected: list[FieldError] = []

    def add(self, error: FieldError) -> None:
        """Remember one."""
        if len(self.collected) < MAX_ERRORS_ITEMS:
            self.collected.append(error)


def escaped(name: object) -> str:
    """A name as a step of a JSON pointer (RFC 6901), with what cannot be printed shown."""
    text = str(name).replace("~", "~0").replace("/", "~1")
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


class Fields:
    """The fields of one JSON object; each is taken once, what is left is unknown.

    Args:
        raw: what should be the object; anything else is an error, and reads as empty.
        at: JSON pointer of the object.
    """

    def __init__(self, raw: object, at: str, errors: FieldErrors) -> None:
        self.at, self.errors = at, errors
        self.ok = self.is_object = isinstance(raw, dict)
        self.left: dict[object, object] = dict(raw) if isinstance(raw, dict) else {}
        if not self.ok:
            errors.add(FieldError(pointer=at, message="This must be an object with named fields."))

    def wrong(self, name: str, error: Callable[[str], FieldError]) -> None:
        """Remember what is wrong with a field."""
        self.ok = False
        self.errors.add(error(f"{self.at}/{escaped(name)}" if name else self.at))

    def end(self) -> bool:
        """Nothing more is expected; whether all was right."""
        for name in self.left:
            self.wrong(str(name), lambda at: FieldError(pointer=at, message="Unknown field."))
        return self.ok

    def _take_field(self, name: str, default: T, read: Callable[[str, object], T | None]) -> T:
        if name not in self.left:
            return default
        value = read(name, self.left.pop(name))
        return default if value is None else value

    def _check_is_there(self, name: str) -> bool:
        if name in self.left:
            return True
        if self.is_object:
            self.wrong(name, lambda at: FieldError(pointer=at, message="This field is missing."))
        return False

    def number(self, name: str, default: str | None = None, *, most: int | None = None) -> Decimal:
        """A number of 0 or more, as decimal text or a whole JSON number."""
        if default is None and not self._check_is_there(name):
            return Decimal(0)
        return self._take_field(
            name, Decimal(default or 0), lambda n, v: self._read_number(n, v, most)
        )

    def number_or_none(self, name: str) -> Decimal | None:
        """A number, or None where the field is missing or null."""
        if self.left.get(name) is None:
            self.left.pop(name, None)
            return None
        return self._take_field(name, None, lambda n, v: self._read_number(n, v, None))

    def _read_number(self, name: str, value: object, most: int | None) -> Decimal | None:
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**15:
            value = str(value)
        if not isinstance(value, str):
            self.wrong(name, _not_a_number)
            return None
        if not NUMBER.fullmatch(value):
            self.wrong(name, _not_a_number)
            return None
        number = plain(Decimal(value))
        if most is not None and number > most:
            self.wrong(name, lambda at: FieldError(
                pointer=at, message="This must not be above %(most)s.", values=(("most", most),),
            ))  # fmt: skip
            return None
        return number

    def positive(self, name: str) -> Decimal:
        """A number above 0."""
        before = self.ok
        value = self.number(name)
        if value == 0 and self.ok and before:
            self.wrong(name, lambda at: FieldError(pointer=at, message="This must be above 0."))
        return value

    def whole_or_none(self, name: str, *, least: int) -> int | None:
        """A whole number of at least ``least``, or None where it is missing or null."""
        if self.left.get(name) is None:
            self.left.pop(name, None)
            return None
        value = self.left.pop(name)
        if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value, re.ASCII):
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value < 10**9:
            self.wrong(name, lambda at: FieldError(
                pointer=at, message="This must be a whole number of at least %(least)s.",
                values=(("least", least),),
            ))  # fmt: skip
            return None
        return value

    def whole(self, name: str, *, least: int) -> int:
        """A whole number of at least ``least``; it must be there."""
        if not self._check_is_there(name):
            return least
        if self.left[name] is None:
            self.left[name] = ""
        value = self.whole_or_none(name, least=least)
        return least if value is None else value

    def flag(self, name: str, *, default: bool) -> bool:
        """True or false."""
        value = self.left.pop(name, default)
        if isinstance(value, bool):
            return value
        self.wrong(name, lambda at: FieldError(pointer=at, message="This must be true or false."))
        return default

    def choice(self, name: str, options: tuple[str, ...], default: str | None = None) -> str:
        """One of some words."""
        if default is None and not self._check_is_there(name):
            return options[0]
        value = self.left.pop(name, default)
        if isinstance(value, str) and value in options:
            return value
        self.wrong(name, lambda at: FieldError(
            pointer=at, message="This must be one of: %(options)s.",
            values=(("options", ", ".join(options)),),
        ))  # fmt: skip
        return options[0]

    def text(self, name: str) -> str:
        """A text such as an id: not empty, without control characters; it must be there."""
        return self.text_of(name, self.left.pop(name)) or "" if self._check_is_there(name) else ""

    def text_or_none(self, name: str) -> str | None:
        """A text, or None where it is missing or null."""
        value = self.left.pop(name, None)
        return None if value is None else self.text_of(name, value)

    def text_of(self, name: str, value: object) -> str | None:
        """A value as a text, or None and an error."""
        if isinstance(value, str) and 0 < len(value) <= MAX_ID_CHARS and value.isprintable():
            return value
        self.wrong(name, lambda at: FieldError(
            pointer=at,
            message="This must be a text of 1 to %(most)s characters without control characters.",
            values=(("most", MAX_ID_CHARS),),
        ))  # fmt: skip
        return None

    def items(self, name: str, *, most: int, least: int = 0) -> Iterator[tuple[str, object]]:
        """The items of a list, each with its pointer; too long a list is refused unread."""
        if least and not self._check_is_there(name):
            return
        value = self.left.pop(name, [])
        at = f"{self.at}/{name}"
        if not isinstance(value, list):
            self.wrong(name, lambda at: FieldError(pointer=at, message="This must be a list."))
        elif not least <= len(value) <= most:
            self.wrong(name, lambda at: FieldError(
                pointer=at, message="This list must have %(least)s to %(most)s items.",
                values=(("least", least), ("most", most)),
            ))  # fmt: skip
        else:
            yield from ((f"{at}/{place}", item) for place, item in enumerate(value))


def _not_a_number(at: str) -> FieldError:
    return FieldError(
        pointer=at,
        message=(
            "This must be a number of 0 or more, written as text with at most 15 digits before"
            " and 12 after the point."
        ),
    )


def doubles(keys: Iterable[tuple[str, object]]) -> Iterator[str]:
    """The pointers of those (pointer, key) pairs whose key was there before."""
    seen: set[object] = set()
    for at, key in keys:
        if key in seen:
            yield at
        seen.add(key)


def read_attribute(fields: Fields, name: object, value: object) -> Attribute | None:
    """The value of an attribute: a text, a number, true or false; None and an error otherwise."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int) and abs(value) < 10**15:
        return value
    if isinstance(value, float) and NUMBER.fullmatch(repr(abs(value))):
        return Decimal(repr(value))
    if isinstance(value, str):
        return fields.text_of(str(name), value)
    fields.wrong(str(name), lambda at: FieldError(
        pointer=at, message="An attribute is a text, a number, true or false.",
    ))  # fmt: skip
    return None


def unknown_id(name: str, names: Container[str], pointer: str) -> Iterator[FieldError]:
    """An error where nothing has an id; an empty one was refused before."""
    if name and name not in names:
        yield FieldError(
            pointer=pointer, message="Nothing has the id %(id)s.", values=(("id", name),)
        )
