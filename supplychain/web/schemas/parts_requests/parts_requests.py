"""Parts requests as the API and the pages read and tell them."""

from __future__ import annotations

import re
from typing import Any

from marshmallow import fields, validate

from supplychain.actions.parts_requests.invitations import Invitation
from supplychain.model.parts_requests.parts_request import (
    AUDIENCES,
    MAX_LINES,
    SHARE_POLICIES,
    STATES,
    PartsRequest,
)
from supplychain.web.input.fields import (
    Choice,
    Currency,
    Day,
    Instant,
    Money,
    Strict,
    Text,
    WholeNumber,
)
from supplychain.web.pages.filters import local_input
from supplychain.web.schemas.parts_requests import requirements
from supplychain.web.schemas.parts_requests.requirements import RequirementsIn, RequirementsOut

_BETWEEN = re.compile(r"[,，、;；\n]")


class Certificates(fields.List):
    """Names of certificates: a list, or one text with commas between them."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            Text(most=60),
            validate=validate.Length(max=20, error="Name at most 20 certificates."),
            **kwargs,
        )

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[Any]:
        given = _BETWEEN.split(value) if isinstance(value, str) else value
        found = super()._deserialize(given, attr, data, **kwargs)
        return list(dict.fromkeys(name for name in found if name))


class RequestLineIn(RequirementsIn):
    """One thing that is asked for. A draft may leave any of it open."""

    id = Text(most=64, metadata={"description": "of a line to keep, with its files"})
    part_id = Text(most=64, allow_none=True, metadata={"description": "yours, or a catalogue part"})
    description = Text(most=2000)
    category = Text(most=200)
    quantity = WholeNumber(least=1)
    uom = Text(most=20, metadata={"description": "unit of the quantity; pcs unless said"})
    need_by = Day(allow_none=True)
    place = Text(most=200)
    certificates = Certificates()
    target_price = Money(
        allow_none=True, metadata={"description": "a piece; no supplier ever sees it"}
    )


class PartsRequestIn(Strict):
    """A draft, or what to change of it; what is left out stays as it is."""

    title = Text(most=200)
    note = Text(most=5000)
    currency = Currency()
    deadline = Instant(allow_none=True)
    audience = Choice(*AUDIENCES)
    chain_id = Text(most=64, allow_none=True)
    share_policy = Choice(*SHARE_POLICIES)
    invite_top = WholeNumber(least=0, most=50)
    lines = fields.List(
        fields.Nested(RequestLineIn),
        validate=validate.Length(max=MAX_LINES, error="Use at most 400 lines. Split the request."),
    )


class CancellationIn(Strict):
    """Why a request is called off; those concerned read it."""

    reason = Text(
        most=1000,
        least=1,
        required=True,
        error_messages={"required": "Say why. The firms that work on a bid read it."},
    )


class DeadlineIn(Strict):
    """The new deadline."""

    deadline = Instant(required=True)


class FileIn(Strict):
    """Which line a file belongs to; 0 is the whole request."""

    line_number = WholeNumber(least=0, most=MAX_LINES, load_default=0)


class FileOut(Strict):
    """A file of a request."""

    id = fields.String()
    line_number = fields.Integer()
    name = fields.String()
    media_type = fields.String()
    size_bytes = fields.Integer()
    sha256 = fields.String()
    created_at = fields.String()


class FileList(Strict):
    """The files of a request, at most 20."""

    items = fields.List(fields.Nested(FileOut))


class SeenLineOut(RequirementsOut):
    """One thing that is asked for, as a supplier sees it."""

    id = fields.String()
    number = fields.Integer()
    part_id = fields.String(allow_none=True)
    description = fields.String()
    category_id = fields.String()
    quantity = fields.Integer()
    uom = fields.String()
    need_by = Day(allow_none=True)
    place = fields.String()
    certificates = fields.List(fields.String())


class RequestLineOut(SeenLineOut):
    """One thing that is asked for, as the buyer's firm sees it."""

    target_price = Money(allow_none=True)


class _Head(Strict):
    id = fields.String()
    number = fields.String()
    title = fields.String()
    note = fields.String()
    state = fields.String(metadata={"enum": list(STATES)})
    currency = fields.String()
    deadline = Instant(allow_none=True)
    audience = fields.String(metadata={"enum": list(AUDIENCES)})
    share_policy = fields.String(metadata={"enum": list(SHARE_POLICIES)})
    published_at = Instant(allow_none=True)
    opened_at = Instant(allow_none=True)
    decided_at = Instant(allow_none=True)
    version = fields.Integer()


class PartsRequestOut(_Head):
    """A request of your own firm."""

    chain_id = fields.String(allow_none=True)
    invite_top = fields.Integer()
    created_at = Instant()
    lines = fields.List(fields.Nested(RequestLineOut))


class SeenRequestOut(_Head):
    """A request that your firm may bid for."""

    buyer_id = fields.String()
    buyer_name = fields.String()
    takes_bids = fields.Boolean()
    invited_at = fields.String(allow_none=True)
    declined_at = fields.String(allow_none=True)
    lines = fields.List(fields.Nested(SeenLineOut))
    attachments = fields.List(fields.Nested(FileOut))


class PartsRequestRow(Strict):
    """A request in a list: counts, never prices."""

    id = fields.String()
    number = fields.String()
    title = fields.String()
    state = fields.String()
    deadline = fields.String(allow_none=True)
    currency = fields.String()
    audience = fields.String()
    created_at = fields.String()
    version = fields.Integer()
    lines = fields.Integer()
    bids = fields.Integer()


class PartsRequestPage(Strict):
    """Requests of your own firm, newest first."""

    items = fields.List(fields.Nested(PartsRequestRow))
    next_cursor = fields.String(allow_none=True)


class GapOut(Strict):
    """Something that a draft lacks, and why it matters."""

    pointer = fields.String()
    detail = fields.String()
    why = fields.String()
    blocks = fields.Boolean(metadata={"description": "it cannot be published so; else a hint"})


class CompletenessOut(Strict):
    """Whether a draft can be published, and all that it lacks."""

    ready = fields.Boolean()
    gaps = fields.List(fields.Nested(GapOut))


BLANK: dict[str, Any] = {
    "title": "",
    "note": "",
    "deadline": None,
    "chain_id": None,
    "invite_top": 0,
    "lines": [],
}
"""What an empty field of the page's form means: a form always says everything."""


def as_seen(found: Invitation) -> dict[str, Any]:
    """A request as a supplier sees it."""
    request, invited = found.request, found.invited or {}
    names = ("id", "number", "title", "note", "state", "currency", "deadline", "audience")
    more = ("share_policy", "published_at", "opened_at", "decided_at", "version", "lines")
    return {
        **{name: getattr(request, name) for name in (*names, *more)},
        "buyer_id": found.buyer.id,
        "buyer_name": found.buyer.name,
        "takes_bids": found.takes_bids,
        "invited_at": invited.get("invited_at"),
        "declined_at": invited.get("declined_at"),
        "attachments": found.files,
    }


def as_typed(request: PartsRequest) -> dict[str, Any]:
    """A stored draft as its form shows it, before anything is typed."""
    return {
        "title": request.title,
        "note": request.note,
        "currency": request.currency,
        "deadline": local_input(request.deadline),
        "audience": request.audience,
        "chain_id": request.chain_id or "",
        "share_policy": request.share_policy,
        "invite_top": request.invite_top,
        "lines": [
            {
                "id": line.id,
                "part_id": line.part_id or "",
                "description": line.description,
                "category": line.category_id,
                "quantity": line.quantity or "",
                "uom": line.uom,
                "need_by": line.need_by or "",
                "place": line.place,
                "certificates": ", ".join(line.certificates),
                "target_price": Money()._serialize(line.target_price, None, None) or "",
                **requirements.as_typed(line),
            }
            for line in request.lines
        ],
    }
