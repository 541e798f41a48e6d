"""A parts list as it was understood: its head, its lines, what is wrong, what must be asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Final, Literal

from supplychain.model.parts_requests.requirements import Requirements
from supplychain.model.reading.habits import DayOrder, NumberHabit
from supplychain.model.vat import NET

MAX_NODES: Final = 3_000
"""Rows of a list: more than any machine's bill of materials that a person looks through."""
MAX_NUMBER_CHARS: Final = 100
"""Of a part number as it is printed."""
MAX_DESCRIPTION_CHARS: Final = 2_000
Counting = Literal["", "each", "total"]
"""Whether quantities are for one of the parent, or for the whole product; empty is not said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFault:
    """Why a cell cannot be taken: an English sentence with ``%(name)s`` places.

    Attributes:
        field: of the line.
        text: as it stands in the file.
        message: the sentence, and ``values`` for its places.
        readings: what it could be, where it could be several things.
    """

    field: str
    text: str
    message: str
    values: tuple[tuple[str, object], ...] = ()
    readings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ListLine:
    """One row of a parts list; what it does not say, or says wrongly, is empty.

    Attributes:
        row: its number in the file.
        number: of the part, as it is printed.
        position: of the row, where the file counts or numbers them.
        level: how deep it stands, as it was written.
        parent: the number of what it is part of, where the file says it.
        indent: blanks or dots before its number or name.
        quantity: None where nothing can be read.
        uom: the code of a unit.
        target_price: of a piece, in ``currency``.
        over_percent: how much more than the quantity is taken.
        faults: of its cells.
    """

    row: int
    number: str = ""
    name: str = ""
    specification: str = ""
    drawing: str = ""
    revision: str = ""
    remark: str = ""
    position: str = ""
    level: str = ""
    parent: str = ""
    indent: int = 0
    category: str = ""
    quantity: Decimal | None = None
    uom: str = ""
    need_by: date | None = None
    delivery_place: str = ""
    certificates: tuple[str, ...] = ()
    target_price: Decimal | None = None
    currency: str = ""
    tax_percent: str = ""
    requirements: Requirements = field(default_factory=Requirements)
    conversions: str = ""
    over_percent: Decimal = Decimal(0)
    faults: tuple[ListFault, ...] = ()

    @property
    def label(self) -> str:
        """What it is called in a sentence."""
        return self.number or self.name or str(self.row)

    def describe(self, *, with_number: bool = True) -> str:
        """All that the file says of what it is, in one text.

        Args:
            with_number: the part's number too, where nothing else names the part.
        """
        said = [self.number] if with_number else []
        said += [self.name, self.specification]
        head = " ".join(dict.fromkeys(filter(None, said)))
        if self.drawing and self.drawing != self.number:
            head = f"{head} ({self.drawing})" if head else self.drawing
        if self.revision.strip("-–— "):
            head = f"{head} Rev. {self.revision}"
        return "; ".join(filter(None, (head, self.remark)))[:MAX_DESCRIPTION_CHARS]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListHead:
    """What stands above the table of a list, and below it.

    Attributes:
        number: that whoever wrote it gave it.
        deadline: as its writer's clock shows it.
        tax_basis: of the prices that are wanted.
        tax_percent: the one rate of all lines, where there is one.
        note: remarks.
    """

    title: str = ""
    number: str = ""
    deadline: datetime | None = None
    need_by: date | None = None
    delivery_place: str = ""
    currency: str = ""
    tax_basis: str = NET
    tax_percent: str = ""
    note: str = ""

    @property
    def request_title(self) -> str:
        """The title that a request out of the list begins with."""
        return " ".join(filter(None, (self.title, self.number)))[:200]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListColumn:
    """A column of the file: its header, what it was taken for (empty: left out), samples."""

    at: int
    header: str
    means: str = ""
    samples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ListQuestion:
    """What only whoever sent the list can say; its cells are faults until then.

    ``kind``: what begins the decimals, what comes first in a day, whether quantities are for one
    parent, whether the same part twice is added up, what a currency means.
    """

    kind: Literal["numbers", "days", "counting", "twice"]
    samples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ListAnswers:
    """What whoever sent a list says of it.

    Attributes:
        sheet: which sheet, or which encoding, by its place; None is the likeliest.
        columns: what a header means, by its text; empty to leave it out.
        numbers: what begins decimals.
        days: what comes first in ``12/11/2026``.
        counting: what quantities are for.
        adds_up: whether the same part twice under one parent is one line; None is not said.
        assembly: what a flat list is the parts of; None is not said.
    """

    sheet: int | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    numbers: NumberHabit | None = None
    days: DayOrder | None = None
    counting: Counting = ""
    adds_up: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartsList:
    """A list as it was understood.

    Attributes:
        sheet: the place of the sheet that was read among those of the file.
        sheets: names of all.
        header_row: the number of the row of headers; 0 where there is none.
        skipped: rows that are no lines, each with its text.
        counting: what its own headers say of quantities.
        has_levels: whether a column of the file says how deep lines stand.
    """

    name: str
    sheet: int = 0
    sheets: tuple[str, ...] = ()
    header_row: int = 0
    encoding: str = ""
    columns: tuple[ListColumn, ...] = ()
    head: ListHead = field(default_factory=ListHead)
    lines: tuple[ListLine, ...] = ()
    skipped: tuple[tuple[int, str], ...] = ()
    counting: Counting = ""
    questions: tuple[ListQuestion, ...] = ()
