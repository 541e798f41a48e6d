"""What an operator sends about a firm, and reads of it."""

from __future__ import annotations

from marshmallow import fields

from supplychain.model.people.actors import ROLES
from supplychain.model.verification import FILTERS
from supplychain.web.input.fields import Choice, Id, Strict, Text
from supplychain.web.schemas.firms import VerificationOut


class WatchQuery(Strict):
    """Which firms to list."""

    text = fields.String(metadata={"description": "part of the name, or the whole id"})
    mark = Choice(*FILTERS, metadata={"description": "only firms with this mark"})
    cursor = fields.String()
    limit = fields.String()


class SuspensionIn(Strict):
    """Why a firm is suspended; its people read it."""

    reason = Text(
        most=500,
        least=1,
        required=True,
        error_messages={
            "required": "Say why, in 1 to 500 characters. The people of the firm read it."
        },
    )


class ClaimIn(Strict):
    """Whom to invite as the first user of an unclaimed firm."""

    email = Text(most=254, required=True)


class NewUserIn(Strict):
    """A user to add to a firm."""

    email = Text(most=254, required=True)
    name = Text(most=80, least=1, required=True)
    role = Choice(*ROLES, load_default="owner")


class ConfirmedIn(Strict):
    """The id of the twin that goes, once more."""

    confirmed = Text(most=64, load_default="")


class TwinIn(ConfirmedIn):
    """The twin that goes; its id is typed once more, for there is no way back."""

    twin_id = Id(required=True)


class MadeClaimOut(Strict):
    """A link by which somebody becomes the owner of an unclaimed firm; it is told this once."""

    id = fields.String()
    secret = fields.String()
    link = fields.String()


class ClaimOut(Strict):
    """An open link to an unclaimed firm."""

    id = fields.String()
    firm_id = fields.String()
    email = fields.String()
    created_at = fields.String()
    ends_at = fields.String()


class ClaimsOut(Strict):
    """Open links to an unclaimed firm."""

    items = fields.List(fields.Nested(ClaimOut))


class WatchedFirmOut(Strict):
    """A firm as the operator sees it: profile and marks, nothing of its trade."""

    id = fields.String()
    name = fields.String()
    kind = fields.String()
    country = fields.String()
    region = fields.String()
    city = fields.String()
    registration_id = fields.String()
    created_at = fields.String()
    imported_by = fields.String(metadata={"description": "operator, a leader's firm id, or empty"})
    users = fields.Integer()
    verification = fields.Nested(VerificationOut)


class WatchedFirmPage(Strict):
    """Some firms, by name."""

    items = fields.List(fields.Nested(WatchedFirmOut))
    next_cursor = fields.String(allow_none=True)
