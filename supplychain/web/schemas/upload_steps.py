"""The conversation about an upload as the API tells it and takes it."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from supplychain.model.imports.mends import MAX_MEND_CHARS, MAX_MENDS_ITEMS
from supplychain.model.imports.tables import MAX_COLUMNS, MAX_NAME_CHARS, MAX_ROWS
from supplychain.web.input.fields import Strict

_NAME = validate.Length(max=MAX_NAME_CHARS)
_TEXT = validate.Length(max=MAX_MEND_CHARS)
_ROW = validate.Range(min=1, max=MAX_ROWS)


class SheetAnswersIn(Strict):
    """What is said of one sheet."""

    table = fields.String(
        validate=_NAME, metadata={"description": "of the import; empty to leave the sheet out"}
    )
    header_row = fields.Integer(
        strict=True, validate=validate.Range(min=1, max=30), metadata={"description": "from 1 on"}
    )
    columns = fields.Dict(
        keys=fields.String(validate=_NAME),
        values=fields.String(validate=_NAME),
        validate=validate.Length(max=MAX_COLUMNS),
        metadata={"description": "header to column of the table; empty to leave it out"},
    )
    values = fields.Dict(
        keys=fields.String(validate=_NAME),
        values=fields.String(validate=_NAME),
        validate=validate.Length(max=MAX_COLUMNS),
        metadata={"description": "what holds for each row, by column of the table"},
    )
    add_up = fields.Boolean(
        metadata={"description": "rows of one key are one row, their quantities added up"}
    )


class UploadAnswersIn(Strict):
    """What is said of a file; it takes the place of what was said before."""

    encoding = fields.String(validate=_NAME, metadata={"description": "of CSV files; may be empty"})
    numbers = fields.String(
        validate=validate.OneOf(["", "point", "comma"]),
        metadata={"description": "what begins the decimals, where no cell proves it"},
    )
    days = fields.String(
        validate=validate.OneOf(["", "day first", "month first"]),
        metadata={"description": "what comes first in 12/11/2026"},
    )
    sheets = fields.Dict(
        keys=fields.String(validate=_NAME),
        values=fields.Nested(SheetAnswersIn),
        validate=validate.Length(max=200),
    )


class CellMend(Strict):
    """Another text for one cell."""

    sheet = fields.String(required=True, validate=_NAME)
    row = fields.Integer(required=True, strict=True, validate=_ROW)
    column = fields.String(required=True, validate=_NAME)
    text = fields.String(required=True, validate=_TEXT)


class TextMend(Strict):
    """Another text wherever one stands in a column."""

    sheet = fields.String(required=True, validate=_NAME)
    column = fields.String(required=True, validate=_NAME)
    old = fields.String(required=True, validate=_TEXT)
    text = fields.String(required=True, validate=_TEXT)


class RowLeft(Strict):
    """A row that is left out."""

    sheet = fields.String(required=True, validate=_NAME)
    row = fields.Integer(required=True, strict=True, validate=_ROW)


class TextLeft(Strict):
    """Rows that are left out because a column of theirs holds a text."""

    sheet = fields.String(required=True, validate=_NAME)
    column = fields.String(required=True, validate=_NAME)
    old = fields.String(required=True, validate=_TEXT)


def _list_of(schema: type[Strict]) -> Any:
    return fields.List(fields.Nested(schema), validate=validate.Length(max=MAX_MENDS_ITEMS))


class MendsIn(Strict):
    """What is read in place of what the file holds; it takes the place of all mends before."""

    cells = _list_of(CellMend)
    texts = _list_of(TextMend)
    left_rows = _list_of(RowLeft)
    left_texts = _list_of(TextLeft)


class WritingIn(Strict):
    """Whether bad rows are left out."""

    skip_bad = fields.Boolean(load_default=False)


class UploadQuestionOut(Strict):
    """What only somebody can say; ``blocks``: nothing is read before it is answered."""

    kind = fields.String(
        metadata={"description": "encoding, table, twice, none, column, numbers, days or repeated"}
    )
    sheet = fields.String()
    column = fields.String()
    choices = fields.List(fields.String())
    samples = fields.List(fields.String())
    blocks = fields.Boolean()


class MappedColumnOut(Strict):
    """A column of the file; ``column`` is that of the table, empty where it is left out."""

    header = fields.String()
    column = fields.String()
    confidence = fields.Float()
    samples = fields.List(fields.String())
    position = fields.Integer()


class UnderstoodSheetOut(Strict):
    """A sheet, or a CSV file, that is read as a table."""

    name = fields.String()
    table = fields.String()
    header_row = fields.Integer()
    encoding = fields.String()
    delimiter = fields.String()
    columns = fields.List(fields.Nested(MappedColumnOut))
    unused = fields.List(fields.Nested(MappedColumnOut))
    values = fields.Dict(keys=fields.String(), values=fields.String())
    skipped_rows = fields.List(fields.Integer())


class SampledRowOut(Strict):
    """A row of the file."""

    number = fields.Integer()
    cells = fields.List(fields.String())


class SheetHeadOut(Strict):
    """How a sheet begins."""

    name = fields.String()
    rows = fields.List(fields.Nested(SampledRowOut))


class PlannedTableOut(Strict):
    """Rows of a table: what writing would do."""

    table = fields.String()
    rows = fields.Integer()
    new = fields.Integer()
    changed = fields.Integer()
    unchanged = fields.Integer()
    bad = fields.Integer()


class UploadAnswersOut(UploadAnswersIn):
    """What was said of a file so far, as it can be sent again."""


class MendsOut(MendsIn):
    """What was mended so far, as it can be sent again."""


class UnderstandingOut(Strict):
    """How far an upload is, and what was understood of it."""

    step = fields.String(
        metadata={"description": "reading, failed, meaning, mending, ready, writing or written"}
    )
    version = fields.Integer(metadata={"description": "of what was said; the ETag"})
    remembered_at = fields.String(
        metadata={"description": "when such a file was last written, where it is read as then"}
    )
    remembered_by = fields.String()
    shape = fields.String(metadata={"description": "by what such files are known again"})
    heads = fields.List(fields.Nested(SheetHeadOut))
    sheets = fields.List(fields.Nested(UnderstoodSheetOut))
    skipped_sheets = fields.List(fields.String())
    questions = fields.List(fields.Nested(UploadQuestionOut))
    tables = fields.List(fields.Nested(PlannedTableOut))
    bad = fields.Integer(metadata={"description": "bad rows"})
    answers = fields.Nested(UploadAnswersOut)
    mends = fields.Nested(MendsOut)


class CellFaultOut(Strict):
    """What is wrong in a cell, or (``of_text``) wherever its text stands in the column."""

    sheet = fields.String()
    table = fields.String()
    column = fields.String()
    text = fields.String()
    reason = fields.String()
    rows = fields.List(fields.Integer())
    count = fields.Integer()
    of_text = fields.Boolean()
    is_mendable = fields.Boolean()
    context = fields.String()


class CellFaultPage(Strict):
    """Faults by sheet and column."""

    items = fields.List(fields.Nested(CellFaultOut))
    next_cursor = fields.String(allow_none=True)


class ImportMappingOut(Strict):
    """How files of one shape are read."""

    shape = fields.String()
    name = fields.String()
    used_at = fields.String()
    used_by = fields.String()


class ImportMappingsOut(Strict):
    """The last used first."""

    items = fields.List(fields.Nested(ImportMappingOut))
