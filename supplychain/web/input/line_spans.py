"""Lines of one thing, some at a time: an answer of the API has a span, and a cursor to the next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from marshmallow import fields

from supplychain.errors import Invalid
from supplychain.model.parts_requests.parts_request import MAX_LINES
from supplychain.web.input import cursors

USUAL_LINES: Final = 200
"""Lines of a request or an order that come at once where no limit is named."""
USUAL_WIDE_LINES: Final = 50
"""The same of lines that bring a row for each of their suppliers."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class LineSpan:
    """Which lines of one thing come in an answer: ``limit`` of those after a number."""

    after: int = 0
    limit: int = USUAL_LINES

    @property
    def first(self) -> int:
        """The number of the first one, where lines are numbered without gaps."""
        return self.after + 1

    @property
    def last(self) -> int:
        """And of the last one."""
        return self.after + self.limit

    def next_cursor(self, count: int) -> str | None:
        """The cursor of the lines after these, of so many numbered without gaps."""
        return cursors.encode_cursor([self.last]) if count > self.last else None

    def cut(self, lines: Sequence[T], number: Callable[[T], int]) -> cursors.Page[T]:
        """The lines of this span, of all in the order of their numbers."""
        later = [line for line in lines if number(line) > self.after]
        return cursors.page(later, self.limit, lambda line: [number(line)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Spanned(Generic[T]):
    """A thing with some of its lines, and the cursor of the lines after them; None at the end."""

    thing: T
    next_cursor: str | None


class NextLines(fields.String):
    """Where the lines of an answer go on."""

    def __init__(self) -> None:
        words = "Where more lines follow: send it as cursor. null: these are the last."
        super().__init__(allow_none=True, metadata={"description": words})


def line_span() -> LineSpan:
    """Which lines a client of the API wants of a request, an invitation or an order.

    Raises:
        Invalid: the cursor or the limit is none of ours.
    """
    return _read_span(USUAL_LINES)


def wide_line_span() -> LineSpan:
    """``line_span`` of lines that bring a row for each of their suppliers.

    Raises:
        Invalid: the cursor or the limit is none of ours.
    """
    return _read_span(USUAL_WIDE_LINES)


def _read_span(usual: int) -> LineSpan:
    wrong = "Ask for a limit from 1 to 400."
    limit = cursors.read_limit(usual=usual, most=MAX_LINES, wrong=wrong)
    match cursors.read_cursor():
        case None:
            return LineSpan(limit=limit)
        case [int(after)] if 0 <= after <= MAX_LINES:
            return LineSpan(after=after, limit=limit)
        case _:
            raise Invalid(cursors.UNKNOWN, pointer="/cursor")
