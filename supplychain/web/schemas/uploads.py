"""Uploads as the API tells them."""

from __future__ import annotations

from marshmallow import fields

from supplychain.web.api.jobs import JobOut
from supplychain.web.input.fields import Strict


class UploadOut(Strict):
    """Files of tables that your firm sent; ``job.result`` counts rows when it is done."""

    id = fields.String()
    name = fields.String()
    size_bytes = fields.Integer()
    skip_bad = fields.Boolean()
    created_at = fields.String()
    cleared_at = fields.String(
        allow_none=True, metadata={"description": "when its files and its report were deleted"}
    )
    by_steps = fields.Boolean(
        metadata={"description": "whether it was read first: then it has an understanding"}
    )
    version = fields.Integer()
    job = fields.Nested(JobOut)


class UploadPage(Strict):
    """Uploads, newest first."""

    items = fields.List(fields.Nested(UploadOut))
    next_cursor = fields.String(allow_none=True)


class KeptFilesOut(Strict):
    """What your firm keeps in files; one that it has several times counts once."""

    size_bytes = fields.Integer()
    files = fields.Integer()
    most_bytes = fields.Integer()
    most_files = fields.Integer()
