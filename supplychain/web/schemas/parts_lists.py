"""What is said of a parts list in a form or a call, and what the API tells of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from marshmallow import ValidationError, fields, post_dump, post_load, pre_dump
from typing_extensions import override

from supplychain.actions.parts_lists.drafting import LikelyPart, LineDefaults, LineFault
from supplychain.actions.parts_lists.looking import ListReading, ListSaid
from supplychain.model.imports.tables import MAX_COLUMNS
from supplychain.model.parts_lists.columns import PARTS_LIST
from supplychain.model.parts_lists.lists import ListAnswers
from supplychain.model.parts_lists.trees import ListNode
from supplychain.model.quantities import plain_number_or_none
from supplychain.model.reading.habits import DayOrder, NumberHabit
from supplychain.web.input.fields import (
    Choice,
    Day,
    Instant,
    Money,
    Strict,
    Text,
    UnitQuantity,
    WholeNumber,
)
from supplychain.web.input.percents import PercentAmount
from supplychain.web.pages.i18n import translate
from supplychain.web.schemas.parts_requests.parts_requests import ConversionOut
from supplychain.web.schemas.parts_requests.requirements import RequirementsOut
from supplychain.web.schemas.sent import read_fields

POINT, COMMA = "point", "comma"
ADD, KEEP = "add", "keep"
_NUMBERS: Final = {POINT: NumberHabit.FILE_POINT, COMMA: NumberHabit.FILE_COMMA}
MAX_SHEET_NUMBER: Final = 20
FILES_LIMIT: Final = "20/minute"
"""Each file that is sent takes a process of its own."""


class ColumnMeaningIn(Strict):
    """What the header of a column means; empty to leave it out."""

    header = Text(most=100, required=True)
    means = Choice("", *PARTS_LIST.names)


class ColumnMeanings(fields.List):
    """What headers mean: a list, or a text with JSON as ``{"Art.": "part_number"}``."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(fields.Nested(ColumnMeaningIn), **kwargs)

    @override
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[Any]:
        if isinstance(value, str):
            value = _read_meanings(value)
        if isinstance(value, list) and len(value) > MAX_COLUMNS:
            raise ValidationError("This is no answer that can be used.")
        return super()._deserialize(value, attr, data, **kwargs)


def _read_meanings(text: str) -> list[dict[str, Any]]:
    try:
        meanings = json.loads(text)
    except (ValueError, RecursionError):
        meanings = None
    if not isinstance(meanings, dict):
        raise ValidationError("This is no answer that can be used.")
    return [{"header": header, "means": means} for header, means in meanings.items()]


class ListSaidIn(Strict):
    """What whoever sends a list says of it; nothing is needed that the list says itself."""

    sheet = WholeNumber(
        least=1, most=MAX_SHEET_NUMBER, metadata={"description": "of a workbook, from 1 on"}
    )
    columns = ColumnMeanings()
    numbers = Choice(POINT, COMMA, metadata={"description": "what begins decimals"})
    days = Choice(*(order.value for order in DayOrder))
    counting = Choice(
        "each", "total", metadata={"description": "quantities are for one parent, or in total"}
    )
    twice = Choice(ADD, KEEP, metadata={"description": "the same part twice is added up, or kept"})
    machines = UnitQuantity(metadata={"description": "how many of the whole are built; else 1"})
    category = Text(most=200)
    need_by = Day()
    place = Text(most=200)
    picked = fields.List(WholeNumber(least=0, most=100_000))

    @post_load
    def make_said(self, values: dict[str, Any], **_: Any) -> ListSaid:
        """What was said, as the program takes it."""
        sheet = values.get("sheet")
        twice = values.get("twice")
        days = values.get("days")
        picked = values.get("picked")
        meanings = values.get("columns", [])
        return ListSaid(
            answers=ListAnswers(
                sheet=None if sheet is None else sheet - 1,
                columns={one["header"]: one.get("means", "") for one in meanings},
                numbers=_NUMBERS.get(values.get("numbers", "")),
                days=DayOrder(days) if days else None,
                counting=values.get("counting", ""),
                adds_up=None if twice is None else twice == ADD,
            ),
            defaults=LineDefaults(
                category=values.get("category", ""),
                need_by=values.get("need_by"),
                delivery_place=values.get("place", ""),
                machines=Decimal(values.get("machines", 1)),
            ),
            picked=None if picked is None else tuple(picked),
        )


class ListColumnOut(Strict):
    """A column of the file and what it was taken for; empty where it is left out."""

    header = fields.String()
    means = fields.String()
    samples = fields.List(fields.String())


class ListQuestionOut(Strict):
    """What only you can say: send the file again with the answer."""

    kind = fields.String(metadata={"enum": ["numbers", "days", "counting", "twice"]})
    samples = fields.List(fields.String())


class SkippedRowOut(Strict):
    """A row that is no line: a total, a remark, a heading."""

    row = fields.Integer()
    text = fields.String()


class LineFaultOut(Strict):
    """A cell that cannot be taken: its line lacks it."""

    line = fields.Integer(metadata={"description": "of ``lines``, from 0 on"})
    row = fields.Integer(metadata={"description": "in the file"})
    field = fields.String()
    text = fields.String()
    detail = fields.String()

    @pre_dump
    def read_fault(self, one: LineFault, **_: Any) -> dict[str, Any]:
        """The fault in the reader's language."""
        fault = one.fault
        detail = translate(fault.message, **dict(fault.values))
        return {"line": one.line, "row": one.row, "field": fault.field, "text": fault.text,
                "detail": detail}  # fmt: skip


class LikelyPartOut(Strict):
    """A part of yours whose number looks like that of a line."""

    line = fields.Integer()
    number = fields.String()
    part_id = fields.String()
    name = fields.String()

    @pre_dump
    def read_part(self, part: LikelyPart, **_: Any) -> dict[str, Any]:
        """The part's fields."""
        return read_fields(part)


class ListNodeOut(Strict):
    """A row of the list at its place in the tree."""

    row = fields.Integer(attribute="line.row")
    number = fields.String(attribute="line.number")
    name = fields.String(attribute="line.name")
    depth = fields.Integer()
    parent = fields.Integer(allow_none=True, metadata={"description": "place among the nodes"})
    each = fields.Float(allow_none=True, metadata={"description": "in one of the parent"})
    total = fields.Float(allow_none=True, metadata={"description": "in one of the whole"})
    has_parts = fields.Boolean()

    @pre_dump
    def read_node(self, node: ListNode, **_: Any) -> dict[str, Any]:
        """The node with plain numbers."""
        return {
            **read_fields(node),
            "each": plain_number_or_none(node.each),
            "total": plain_number_or_none(node.total),
        }


class DraftedLineOut(RequirementsOut):
    """A line as a parts request takes it; what the list does not say is left out."""

    part_id = fields.String()
    description = fields.String()
    category = fields.String(attribute="category_id")
    quantity = UnitQuantity(may_be_nothing=True)
    uom = fields.String(metadata={"description": "a code of UN/ECE Recommendation 20"})
    conversions = fields.List(fields.Nested(ConversionOut))
    need_by = Day()
    place = fields.String(attribute="delivery_place")
    certificates = fields.List(fields.String())
    target_price = Money()
    over_percent = PercentAmount()

    @post_dump
    def drop_unsaid(self, values: dict[str, Any], **_: Any) -> dict[str, Any]:
        """What is said."""
        return {name: value for name, value in values.items() if value not in (None, "", 0, [])}


class ListReadingOut(Strict):
    """A parts list as it was understood, and the lines that it comes to. Nothing is saved."""

    sheets = fields.List(fields.String())
    sheet = fields.Integer(metadata={"description": "that was read, from 1 on"})
    header_row = fields.Integer(metadata={"description": "0: there is none"})
    encoding = fields.String()
    columns = fields.List(fields.Nested(ListColumnOut))
    skipped = fields.List(fields.Nested(SkippedRowOut))
    questions = fields.List(fields.Nested(ListQuestionOut))
    nodes = fields.List(
        fields.Nested(ListNodeOut), metadata={"description": "of a list with levels, else empty"}
    )
    title = fields.String()
    note = fields.String()
    currency = fields.String()
    deadline = Instant(allow_none=True)
    tax_basis = fields.String()
    lines = fields.List(
        fields.Nested(DraftedLineOut),
        metadata={"description": "as a parts request takes them"},
    )
    faults = fields.List(fields.Nested(LineFaultOut))
    likely = fields.List(fields.Nested(LikelyPartOut))

    @pre_dump
    def read_reading(self, reading: ListReading, **_: Any) -> Mapping[str, Any]:
        """The reading, flat."""
        read, content = reading.read, reading.drafted.content
        return {
            **read_fields(content),
            "sheets": read.sheets,
            "sheet": read.sheet + 1,
            "header_row": read.header_row,
            "encoding": read.encoding,
            "columns": read.columns,
            "skipped": [{"row": row, "text": text} for row, text in read.skipped],
            "questions": reading.questions,
            "nodes": () if reading.tree.is_flat else reading.tree.nodes,
            "faults": reading.drafted.faults,
            "likely": reading.drafted.likely,
        }
