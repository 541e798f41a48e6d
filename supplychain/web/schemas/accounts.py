"""Registration, accounts and tokens as pages send them and the API tells them."""

from __future__ import annotations

from marshmallow import fields

from supplychain.actions.people.accounts import Registration
from supplychain.model.calendars.zones import day_of
from supplychain.model.ids import utc_now
from supplychain.model.people.accounts import SCOPES, Principal
from supplychain.model.people.actors import KINDS, ROLES
from supplychain.web.input.fields import Choice, Makes, Strict, Text, WholeNumber


class RegistrationIn(Makes[Registration]):
    """A firm and its first user, who becomes its owner."""

    makes = Registration

    firm_name = Text(most=200, least=1, required=True)
    kind = Choice(*KINDS, required=True)
    country = Text(most=60, load_default="")
    region = Text(most=60, load_default="")
    city = Text(most=60, load_default="")
    user_name = Text(most=80, least=1, required=True)
    email = Text(most=254, required=True)
    password = fields.String(required=True, load_only=True)
    language = Choice("en", "zh", load_default="en")
    is_namesake = fields.Boolean(
        load_default=False,
        metadata={"description": "go on although a firm of this name is here already"},
    )


class RegistrationOut(Strict):
    """The new firm, and a token of its owner for one day."""

    firm_id = fields.String()
    token = fields.String()
    is_mailed = fields.Boolean(
        metadata={"description": "a mail with a link is on its way; firm_id and token are empty"}
    )


class ConfirmationIn(Strict):
    """The secret at the end of the mailed link, and the password of the registration."""

    secret = Text(most=100, required=True)
    password = fields.String(required=True, load_only=True)


def _show_today(who: Principal) -> str:
    return day_of(who.zone, utc_now()).isoformat()


class MeOut(Strict):
    """Who the token belongs to."""

    user_id = fields.String()
    name = fields.String()
    email = fields.String()
    language = fields.String()
    role = fields.String()
    firm_id = fields.String()
    firm_name = fields.String()
    firm_kind = fields.String()
    time_zone = fields.String(
        attribute="zone",
        metadata={
            "description": "of the firm: in it days are meant, such as need_by, shipped_on, from"
        },
    )
    today = fields.Function(
        _show_today,
        metadata={
            "type": "string", "format": "date", "description": "the day that it is there now",
        },
    )  # fmt: skip


class ProfileIn(Strict):
    """A user's own name and language."""

    name = Text(most=80, least=1, required=True)
    language = Choice("en", "zh", required=True)


class PasswordIn(Strict):
    """The present password and the next one."""

    old = fields.String(required=True, load_only=True)
    new = fields.String(required=True, load_only=True)


class NewPasswordIn(Strict):
    """The password that a link sets."""

    password = fields.String(required=True, load_only=True)


class FactorCodeIn(Strict):
    """A code of the phone."""

    code = Text(most=40, required=True)


class FactorEndIn(FactorCodeIn):
    """Password and code, to turn the second step off."""

    password = fields.String(required=True, load_only=True)


class FactorDemandIn(Strict):
    """Whether all users of the firm must have the second step at signing in."""

    demanded = fields.Boolean(required=True)


class FactorDemandOut(Strict):
    """Since when the firm demands the second step of its users; empty where it does not."""

    demanded_at = fields.String()


class ForgotIn(Strict):
    """The address of somebody who forgot the password."""

    email = Text(most=254, required=True)


class ResetOut(Strict):
    """A link by which a colleague sets a new password; it is told this once."""

    link = fields.String()
    hours = fields.Integer()


class TokenIn(Strict):
    """A token to make: what it is for, what it may do, and how many days it lives."""

    name = Text(most=80, least=1, required=True)
    scope = Choice(*SCOPES, load_default="trade")
    days = WholeNumber(least=1, most=365, load_default=90)


class TokenOut(Strict):
    """A live token; its secret is not kept."""

    id = fields.String()
    name = fields.String()
    scope = fields.String(metadata={"description": "read, trade or administer"})
    created_at = fields.String()
    ends_at = fields.String()
    seen_at = fields.String(metadata={"description": "last used, to the minute; empty if never"})


class TokensOut(Strict):
    """The user's live tokens."""

    items = fields.List(fields.Nested(TokenOut))


class ColleagueInviteIn(Strict):
    """A colleague to invite."""

    email = Text(most=254, required=True)
    role = Choice(*ROLES, required=True)


class RoleIn(Strict):
    """A colleague's role."""

    role = Choice(*ROLES, required=True)


class ColleagueInviteOut(Strict):
    """An open invitation; its link was told once."""

    id = fields.String()
    email = fields.String()
    role = fields.String()
    created_at = fields.String()
    ends_at = fields.String()


class MadeColleagueInviteOut(Strict):
    """An invitation just made; ``secret`` is told this once (empty when the call is repeated)."""

    id = fields.String()
    secret = fields.String()
    link = fields.String()


class ColleagueInvitesOut(Strict):
    """The firm's open invitations."""

    items = fields.List(fields.Nested(ColleagueInviteOut))


class ColleagueOut(Strict):
    """Somebody who works, or worked, for the firm; ``version`` goes into If-Match."""

    id = fields.String()
    name = fields.String()
    email = fields.String()
    role = fields.String()
    disabled_at = fields.String(allow_none=True)
    has_second_factor = fields.Boolean(metadata={"description": "signs in in two steps"})
    version = fields.Integer()


class ColleaguesOut(Strict):
    """The firm's colleagues."""

    items = fields.List(fields.Nested(ColleagueOut))


class JoinIn(Strict):
    """Name and password of somebody who was invited."""

    name = Text(most=80, least=1, required=True)
    password = fields.String(required=True, load_only=True)
    language = Choice("en", "zh", load_default="en")


class JoinByLinkIn(JoinIn):
    """The same with the secret of the link."""

    secret = Text(most=100, required=True)


class JoinedOut(Strict):
    """The new user."""

    user_id = fields.String()
