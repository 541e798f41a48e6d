"""Parts requests as the API and the pages read and tell them."""

from __future__ import annotations

import re
from typing import Any

from marshmallow import ValidationError, fields, post_load, pre_dump, validate
from typing_extensions import override

from supplychain.actions.parts_requests.invitations import SeenInvitation
from supplychain.errors import NobodyMakes
from supplychain.model.money import plain_text
from supplychain.model.parts_requests.conversions import (
    HOW_TO_WRITE,
    MAX_STATED_UNITS,
    StatedConversion,
    split_typed,
)
from supplychain.model.parts_requests.parts_request import (
    AUDIENCES,
    MAX_LINES,
    OPENINGS,
    SHARE_POLICIES,
    STATES,
    Gap,
    PartsRequest,
    RequestContent,
    RequestLine,
)
from supplychain.model.parts_requests.rates import MAX_ACCEPTED_ITEMS
from supplychain.model.parts_requests.requirements import Requirements
from supplychain.model.quantities import quantity_text
from supplychain.model.reading.numbers import number_text
from supplychain.model.vat import TAX_BASES
from supplychain.web.input.fields import (
    Choice,
    Currencies,
    Currency,
    Day,
    ExchangeRate,
    Instant,
    Makes,
    Money,
    OfLine,
    Strict,
    Text,
    UnitOfMeasure,
    UnitQuantity,
    WholeNumber,
)
from supplychain.web.input.line_spans import NextLines, Spanned
from supplychain.web.input.percents import PercentAmount
from supplychain.web.pages.category_words import show_category
from supplychain.web.pages.filters import local_input, show_conversions
from supplychain.web.pages.i18n import translate
from supplychain.web.schemas.parts_requests import requirements
from supplychain.web.schemas.parts_requests.requirements import (
    REQUIREMENT_NAMES,
    RequirementsIn,
    RequirementsOut,
)
from supplychain.web.schemas.sent import Sent, read_fields

OVER_PERCENT = (
    "how much more than the quantity is taken, where packs or a price from a larger quantity on "
    "ask for it: percent, 0 to 100, at most 2 decimals"
)
_BETWEEN = re.compile(r"[,，、;；\n]")


class Certificates(fields.List):
    """Names of certificates: a list, or one text with commas between them."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            Text(most=60),
            validate=validate.Length(max=20, error="Name at most 20 certificates."),
            **kwargs,
        )

    @override
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[Any]:
        entries = _BETWEEN.split(value) if isinstance(value, str) else value
        names = super()._deserialize(entries, attr, data, **kwargs)
        return list(dict.fromkeys(name for name in names if name))


class ConversionIn(Makes[StatedConversion]):
    """So much of another unit is so much of the line's: 1 XBX equals 50 pieces."""

    makes = StatedConversion
    uom = UnitOfMeasure(required=True)
    amount = UnitQuantity(required=True, metadata={"description": "of this unit"})
    equals = UnitQuantity(
        required=True, is_of_line=True, metadata={"description": "of the line's unit"}
    )


class Conversions(fields.List):
    """Conversions: a list, or one text ``1 box = 50; 2.47 kg = 1``."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            fields.Nested(ConversionIn),
            validate=validate.Length(max=MAX_STATED_UNITS, error="State at most 5 other units."),
            **kwargs,
        )

    @override
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[Any]:
        entries = _split_conversions(value) if isinstance(value, str) else value
        return super()._deserialize(entries, attr, data, **kwargs)


def _split_conversions(text: str) -> list[dict[str, str]]:
    entries = split_typed(text)
    if entries is None:
        raise ValidationError(HOW_TO_WRITE)
    return entries


class RequestLineIn(OfLine, RequirementsIn):
    """One thing that is asked for. A draft may leave any of it open."""

    id = Text(most=64, metadata={"description": "of a line to keep, with its files"})
    part_id = Text(most=64, allow_none=True, metadata={"description": "yours, or a catalogue part"})
    description = Text(most=2000)
    category = Text(most=200, attribute="category_id")
    quantity = UnitQuantity(metadata={"description": "whole where the unit is counted"})
    uom = UnitOfMeasure(
        metadata={
            "description": "unit of the quantity, a code of UN/ECE Recommendation 20 or a usual "
            "word for it; else the part's, else H87 (piece)"
        }
    )
    conversions = Conversions(
        metadata={
            "description": "units that bids may be in beside it, at most 5; of a new line, "
            "the part's where none are stated"
        }
    )
    need_by = Day(allow_none=True)
    place = Text(most=200, attribute="delivery_place")
    certificates = Certificates()
    target_price = Money(
        allow_none=True, metadata={"description": "a piece; no supplier ever sees it"}
    )
    over_percent = PercentAmount(metadata={"description": OVER_PERCENT})

    @post_load
    def make_line(self, values: dict[str, Any], **_: Any) -> RequestLine:
        """The line itself; what it requires is one thing of its own."""
        own = {name: values[name] for name in values if name not in REQUIREMENT_NAMES}
        own |= {name: tuple(own.get(name, ())) for name in ("certificates", "conversions")}
        return RequestLine(**own, requirements=Requirements.of(values))


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
    opening = Choice(
        *OPENINGS,
        metadata={"description": "two_people: after the deadline two of your firm open the bids"},
    )
    tax_basis = Choice(
        *TAX_BASES, metadata={"description": "net: bids give prices without VAT; gross: with it"}
    )
    accepts = Currencies(
        allow_none=True,
        validate=validate.Length(max=MAX_ACCEPTED_ITEMS, error="There are not so many currencies."),
        metadata={
            "description": "currencies of bids beside the request's own; null: those that you "
            "have a rate for when you publish"
        },
    )
    lines = fields.List(
        fields.Nested(RequestLineIn),
        validate=validate.Length(max=MAX_LINES, error="Use at most 400 lines. Split the request."),
    )

    @post_load
    def make_content(self, values: dict[str, Any], **_: Any) -> Sent[RequestContent]:
        """The content that was sent, and which of its fields were."""
        lists = {name: tuple(values[name]) for name in ("lines", "accepts") if values.get(name)}
        lists |= {name: () for name in ("lines", "accepts") if values.get(name) == []}
        return Sent.of(RequestContent, {**values, **lists})


class PublicationQuery(Strict):
    """What the buyer knows of a draft that it publishes all the same."""

    confirm = Choice(
        NobodyMakes.code,
        metadata={"description": "nobody_makes: that no firm here makes what some lines ask for"},
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
    """The new deadline; an earlier one needs a reason, leaves a day, and comes before any bid."""

    deadline = Instant(required=True)
    deadline_reason = Text(
        most=1000, load_default="", metadata={"description": "needed for an earlier deadline"}
    )


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


class ConversionOut(Strict):
    """So much of another unit is so much of the line's."""

    uom = fields.String()
    amount = UnitQuantity()
    equals = UnitQuantity()


class SeenLineOut(RequirementsOut):
    """One thing that is asked for, as a supplier sees it."""

    id = fields.String()
    number = fields.Integer()
    part_id = fields.String(allow_none=True)
    description = fields.String()
    category_id = fields.String()
    quantity = UnitQuantity(may_be_nothing=True)
    uom = fields.String(metadata={"description": "a code of UN/ECE Recommendation 20"})
    conversions = fields.List(fields.Nested(ConversionOut))
    need_by = Day(allow_none=True)
    place = fields.String(attribute="delivery_place")
    certificates = fields.List(fields.String())
    over_percent = PercentAmount(metadata={"description": OVER_PERCENT})
    most_quantity = UnitQuantity(
        may_be_nothing=True, metadata={"description": "the most that is taken, so much more"}
    )


class RequestLineOut(SeenLineOut):
    """One thing that is asked for, as the buyer's firm sees it."""

    target_price = Money(allow_none=True)


class RequestHeadOut(Strict):
    """What buyers and suppliers see of a request, but its lines."""

    id = fields.String()
    number = fields.String()
    title = fields.String()
    note = fields.String()
    state = fields.String(metadata={"enum": list(STATES)})
    currency = fields.String()
    deadline = Instant(allow_none=True)
    audience = fields.String(metadata={"enum": list(AUDIENCES)})
    share_policy = fields.String(metadata={"enum": list(SHARE_POLICIES)})
    opening = fields.String(metadata={"enum": list(OPENINGS)})
    tax_basis = fields.String(metadata={"enum": list(TAX_BASES)})
    accepts = fields.List(
        fields.String(),
        allow_none=True,
        metadata={"description": "currencies of bids beside the request's own"},
    )
    published_at = Instant(allow_none=True)
    opened_at = Instant(allow_none=True)
    decided_at = Instant(allow_none=True)
    time_zone = fields.String(
        attribute="zone", metadata={"description": "the buyer's; days of the request are its days"}
    )
    version = fields.Integer()


class RequestRateOut(Strict):
    """What one unit of a currency is worth in the request's."""

    currency = fields.String()
    rate = ExchangeRate()
    on = Day(metadata={"description": "the day that it is of"})
    at = Instant(metadata={"description": "when it was written down"})
    is_typed = fields.Boolean(
        metadata={"description": "said by your firm; else frozen at the opening from your table"}
    )


class PartsRequestOut(RequestHeadOut):
    """A request of your own firm."""

    rates = fields.List(
        fields.Nested(RequestRateOut), metadata={"description": "since the bids are open"}
    )
    chain_id = fields.String(allow_none=True)
    invite_top = fields.Integer()
    created_at = Instant()
    lines = fields.List(fields.Nested(RequestLineOut))
    next_cursor = NextLines()

    @pre_dump
    def read_spanned(self, shown: Spanned[PartsRequest], **_: Any) -> dict[str, Any]:
        """The request, and where its lines go on."""
        request = shown.thing
        return {**read_fields(request), "next_cursor": shown.next_cursor}


class AgreementOut(Strict):
    """A colleague agreed to open the bids; one who may not any more does not count."""

    name = fields.String()
    at = fields.String()
    counts = fields.Boolean()


class OpeningOut(Strict):
    """What opens the bids of your request, and who of your firm agreed to it."""

    opening = fields.String(metadata={"enum": list(OPENINGS)})
    agreements = fields.List(fields.Nested(AgreementOut))
    openers = fields.Integer(metadata={"description": "owners and buyers who may open"})
    is_due = fields.Boolean(metadata={"description": "the deadline has passed, they are sealed"})


class SeenRequestOut(RequestHeadOut):
    """A request that your firm may bid for."""

    buyer_id = fields.String()
    buyer_name = fields.String()
    takes_bids = fields.Boolean()
    invited_at = fields.String(allow_none=True)
    declined_at = fields.String(allow_none=True)
    lines = fields.List(fields.Nested(SeenLineOut))
    next_cursor = NextLines()
    attachments = fields.List(fields.Nested(FileOut))

    @pre_dump
    def read_invitation(self, shown: Spanned[SeenInvitation], **_: Any) -> dict[str, Any]:
        """The request with its buyer, its files, and how the firm stands to it."""
        invitation = shown.thing
        dates = invitation.invited
        return {
            **read_fields(invitation.request),
            "buyer_id": invitation.buyer.id,
            "buyer_name": invitation.buyer.name,
            "takes_bids": invitation.takes_bids,
            "invited_at": dates.invited_at if dates else None,
            "declined_at": dates.declined_at if dates else None,
            "attachments": invitation.files,
            "next_cursor": shown.next_cursor,
        }


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

    @pre_dump
    def read_gap(self, gap: Gap, **_: Any) -> dict[str, Any]:
        """The gap in the reader's language."""
        detail = translate(gap.message, **dict(gap.values))
        return {**read_fields(gap), "detail": detail, "why": translate(gap.why)}


class CompletenessOut(Strict):
    """Whether a draft can be published, and all that it lacks."""

    ready = fields.Boolean()
    gaps = fields.List(fields.Nested(GapOut))


def fill_request_form(request: RequestContent) -> dict[str, Any]:
    """A draft as its form shows it, before anything is typed."""
    return {
        "title": request.title,
        "note": request.note,
        "currency": request.currency,
        "deadline": local_input(request.deadline),
        "audience": request.audience,
        "chain_id": request.chain_id or "",
        "share_policy": request.share_policy,
        "invite_top": request.invite_top,
        "opening": request.opening,
        "tax_basis": request.tax_basis,
        "accepts_how": "rated" if request.accepts is None else "listed",
        "accepts": ", ".join(request.accepts or ()),
        "lines": [
            {
                "id": line.id,
                "part_id": line.part_id or "",
                "description": line.description,
                "category": show_category(line.category_id),
                "quantity": quantity_text(line.quantity) if line.quantity else "",
                "uom": line.uom,
                "conversions": show_conversions(line.conversions, line.uom),
                "need_by": line.need_by or "",
                "place": line.delivery_place,
                "certificates": ", ".join(line.certificates),
                "over_percent": number_text(line.over_percent) if line.over_percent else "",
                "target_price": "" if line.target_price is None else plain_text(line.target_price),
                **requirements.fill_requirements(line),
            }
            for line in request.lines
        ],
    }
