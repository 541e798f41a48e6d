"""Forms of pages, read with the same schemas as the API.

A field's name says where it belongs: ``title``, ``lines-0-quantity``. What was typed is kept when
something is wrong, and each error knows its field.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar, overload

from flask import Response, flash, has_request_context, redirect, request, url_for
from marshmallow import Schema, ValidationError
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from supplychain.errors import Conflict, FieldError, Invalid, QueueFull, Suggestion
from supplychain.model.parts_requests.parts_request import MAX_LINES
from supplychain.web.input.fields import Makes
from supplychain.web.input.pointers import pointers
from supplychain.web.input.typed import said_values, typing
from supplychain.web.pages.i18n import translate

T = TypeVar("T")
MAX_TYPED_ROWS: Final = 5_000
"""Rows of one list that a person may have typed: an award has one for each line and supplier."""
_THREE_DECIMALS: Final = re.compile(r"-?[1-9][0-9]{0,2}\.[0-9]{3}")
NOT_FIELDS: Final = frozenset({"csrf_token", "once", "then", "proof", "units"})
"""What forms carry beside their fields."""
CHOICE: Final = "choose:"
"""Before a field's name: which of the values that were offered for it is meant."""
AS_TYPED: Final = "+"
"""Of the values that are offered: what was typed, as something new."""
SHOWN_ROWS: Final = 50
"""Rows of a longer list that are shown again."""


@overload
def load(
    schema: Makes[T], values: object, *, currency: str = "", units: Mapping[str, str] | None = None
) -> T: ...


@overload
def load(
    schema: Schema, values: object, *, currency: str = "", units: Mapping[str, str] | None = None
) -> Any: ...


def load(
    schema: Schema, values: Any, *, currency: str = "", units: Mapping[str, str] | None = None
) -> Any:
    """What the schema makes of values as a form sends them: texts, read as their reader types.

    Args:
        schema: of the form.
        values: by the names of its fields.
        currency: of its amounts, where no field says it.
        units: in which its lines were shown, by id; None is as the page of the form says.

    Raises:
        Invalid: with one FieldError for each wrong field.
    """
    try:
        with typing(values, currency, _read_shown_units() if units is None else units):
            return schema.load(values)
    except ValidationError as error:
        raise Invalid(errors=pointers(error.messages)) from error


def _read_shown_units() -> dict[str, str]:
    """Units that the page of this request showed beside its lines, by id of the line."""
    sent = request.form.getlist("units") if has_request_context() else []
    return {line: unit for line, _, unit in (text.partition(" ") for text in sent)}


@overload
def load_form(schema: Makes[T]) -> T: ...


@overload
def load_form(schema: Schema) -> Any: ...


def load_form(schema: Schema) -> Any:
    """What the schema makes of the form that was sent, its ``version`` left out.

    Raises:
        Invalid: with one FieldError for each wrong field.
    """
    values = nested(request.form)
    values.pop("version", None)
    return load(schema, values)


def nested(form: MultiDict[str, str], *, lists: Iterable[str] = ()) -> dict[str, Any]:
    """The form as nested data: ``lines-0-quantity`` becomes ``{"lines": [{"quantity": …}]}``.

    Empty fields are left out. ``lists`` names fields whose several values make a list. Rows are
    renumbered 0, 1, … in the order of their numbers; wholly empty rows are dropped.
    """
    values: dict[str, Any] = {}
    rows: dict[str, dict[int, dict[str, str | list[str]]]] = {}
    many = set(lists)
    for name in form:
        # A part of a form with files may have no name at all.
        if not name or name in NOT_FIELDS or name.startswith(CHOICE):
            continue
        parts = name.split("-", 2)
        is_row = len(parts) == 3 and _is_row_number(parts[1])
        last = parts[2] if is_row else name
        value = [one for one in form.getlist(name) if one.strip()] if last in many else form[name]
        value = read_choice(form, name) or value
        if value in ("", []) or (isinstance(value, str) and not value.strip()):
            continue
        if is_row:
            rows.setdefault(parts[0], {}).setdefault(int(parts[1]), {})[parts[2]] = value
        else:
            values[name] = value
    for name, numbered in rows.items():
        values[name] = [numbered[number] for number in sorted(numbered)]
    return values


def read_choice(form: MultiDict[str, str], name: str) -> str:
    """What was chosen of the values that were offered for a refused field; "" where none was."""
    chosen = form.get(f"{CHOICE}{name}", "")
    return "" if chosen == AS_TYPED else chosen


def list_kept_as_typed(form: MultiDict[str, str]) -> list[str]:
    """What was typed in fields for which it was chosen to keep it, as something new."""
    kept = [name.removeprefix(CHOICE) for name in form if name.startswith(CHOICE)]
    return [form.get(name, "") for name in kept if form.get(f"{CHOICE}{name}") == AS_TYPED]


def _is_row_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 4


@dataclass
class Shown:
    """A form as a page shows it: what was typed, and what is wrong with it.

    ``values`` is nested data (or what is stored, when the page is first opened).
    """

    values: dict[str, Any] = field(default_factory=dict)
    error: Invalid | None = None

    def cut(self) -> Shown:
        """The same to be shown again: of lists longer than any form's the first rows."""
        values = {
            name: value[:SHOWN_ROWS] if _is_endless(name, value) else value
            for name, value in self.values.items()
        }
        return Shown(values=values, error=self.error)

    def value(self, name: str, default: Any = "") -> Any:
        """The value of a field by its form name."""
        at: Any = self.values
        parts = name.split("-", 2)
        for part in parts if len(parts) == 3 and _is_row_number(parts[1]) else [name]:
            if isinstance(at, list):
                at = at[int(part)] if _is_row_number(part) and int(part) < len(at) else None
            else:
                at = at.get(part) if isinstance(at, dict) else None
            if at is None:
                return default
        return at

    def number(self, name: str, default: Any = "") -> Any:
        """The value of a field for numbers: what is stored, so that it reads in one way only.

        ``1.234`` is shown as ``1.2340``; what was typed stays as it was typed.
        """
        value = self.value(name, default)
        is_typed = isinstance(value, str) and request.method != "GET"
        if is_typed or not _THREE_DECIMALS.fullmatch(str(value)):
            return value
        return f"{value}0"

    def said(self, name: str) -> Any:
        """What was read from the text in a field where it could surprise; else None."""
        value = self.value(name)
        if not isinstance(value, str):
            return None
        return said_values().get((name.rpartition("-")[2], value))

    def errors_of(self, name: str) -> list[str]:
        """The sentences that belong to a field, in the reader's language."""
        return [text for at, text in self.errors if at == name]

    def suggestions_of(self, name: str) -> tuple[Suggestion, ...]:
        """Values that a refused field takes and that may have been meant."""
        errors = self.error.errors if self.error else ()
        return next((one.suggestions for one in errors if _field_of(one) == name), ())

    @property
    def errors(self) -> list[tuple[str, str]]:
        """(field name, sentence) of all errors; the name is empty for the form as a whole."""
        if self.error is None:
            return []
        return [
            (_field_of(one), translate(one.message, **dict(one.values)))
            for one in self.error.errors
        ]


def _field_of(error: FieldError) -> str:
    return error.pointer.strip("/").replace("/", "-")


def _is_endless(name: str, value: object) -> bool:
    """Whether a list is longer than one that a person fills in."""
    most = MAX_TYPED_ROWS if name == "allocations" else MAX_LINES
    return isinstance(value, list) and len(value) > most


def submit(
    act: Callable[[], AnyResponse],
    show: Callable[[Shown], str],
    *,
    lists: Iterable[str] = (),
) -> AnyResponse:
    """Do what a form asks for; where it is refused, show the form again with what was typed.

    Args:
        act: loads the form, acts, and answers with a redirect.
        show: renders the page around the form.
        lists: as for ``nested``.
    """
    try:
        return act()
    except Invalid as error:
        shown = Shown(values=nested(request.form, lists=lists), error=error)
        return Response(show(shown.cut()), 422)
    except (Conflict, QueueFull) as error:
        values = tuple(error.values.items())
        one = FieldError(pointer="", message=error.message, values=values)
        as_invalid = Invalid(errors=(one,))
        shown = Shown(values=nested(request.form, lists=lists), error=as_invalid)
        return Response(show(shown.cut()), 429 if isinstance(error, QueueFull) else 409)


def say_done(message: str, endpoint: str, *, id: str | None = None) -> AnyResponse:
    """On to another page, which says what was done.

    Args:
        message: the sentence in English.
        endpoint: of the page.
        id: of the thing that the page is about.
    """
    flash(translate(message), "success")
    return redirect(url_for(endpoint, id=id))
