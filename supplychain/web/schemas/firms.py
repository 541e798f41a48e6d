"""Firms, chains and clusters as pages send them and the API tells them."""

from __future__ import annotations

from marshmallow import fields

from supplychain.actions.firms import FirmProfile
from supplychain.model.people.actors import KINDS
from supplychain.web.input.fields import Choice, Id, Makes, Strict, Text, WholeNumber


class FirmsQuery(Strict):
    """What to look for in the directory."""

    text = fields.String(metadata={"description": "part of the name"})
    region = fields.String(metadata={"description": "part of region or city"})
    category = fields.String(metadata={"description": "what the firm makes"})
    kind = fields.String(metadata={"description": "core, sme, financier, provider"})
    cursor = fields.String()
    limit = fields.String()


class VerificationOut(Strict):
    """Who says that a firm is who it says, and what is in doubt.

    ``state`` is operator (an operator looked), vouched (the chain leader ``verifier`` vouches) or
    unverified.
    """

    state = fields.String()
    verified_at = fields.String(allow_none=True)
    verified_by = fields.String(metadata={"description": "operator, or the vouching firm's id"})
    verifier = fields.String(metadata={"description": "name of the vouching firm"})
    is_unclaimed = fields.Boolean(metadata={"description": "came by import; no user works for it"})
    alike_id = fields.String(metadata={"description": "the firm whose name its own looks like"})
    alike = fields.String(metadata={"description": "name of that firm"})
    shares_number = fields.Boolean(metadata={"description": "its registration number is in doubt"})
    suspended_at = fields.String(allow_none=True)


class FirmRowOut(Strict):
    """A firm in the directory."""

    id = fields.String()
    name = fields.String()
    kind = fields.String()
    country = fields.String()
    region = fields.String()
    city = fields.String()
    categories = fields.List(fields.String())
    verification = fields.Nested(VerificationOut)


class FirmPage(Strict):
    """Some firms, by name."""

    items = fields.List(fields.Nested(FirmRowOut))
    next_cursor = fields.String(allow_none=True)


class FirmOut(Strict):
    """The public profile of a firm."""

    id = fields.String()
    name = fields.String()
    kind = fields.String()
    country = fields.String()
    region = fields.String()
    city = fields.String()
    employees = fields.Integer(allow_none=True)
    registration_id = fields.String(allow_none=True)
    version = fields.Integer()


class FirmCategoryOut(Strict):
    """What a firm makes, and its certificates for it."""

    category_id = fields.String()
    category = fields.String()
    certificates = fields.List(fields.String())


class TradedOrderOut(Strict):
    """An order between the viewer's firm and this one."""

    id = fields.String()
    number = fields.String()
    state = fields.String()
    created_at = fields.String()


class TradeOut(Strict):
    """Trade in one direction between the viewer's firm and this one."""

    orders = fields.List(fields.Nested(TradedOrderOut))
    lines = fields.Integer(metadata={"description": "delivered lines"})
    on_time = fields.Integer(metadata={"description": "of them on time in full"})


class CardOut(Strict):
    """A firm as others see it; ``bought`` and ``sold`` are the viewer's own trade with it."""

    firm = fields.Nested(FirmOut)
    verification = fields.Nested(VerificationOut)
    categories = fields.List(fields.Nested(FirmCategoryOut))
    bought = fields.Nested(TradeOut)
    sold = fields.Nested(TradeOut)
    shows = fields.List(
        fields.String(), metadata={"description": "what it shows you: prices, capacity"}
    )


class FirmIn(Makes[FirmProfile]):
    """What an owner may change of the firm."""

    makes = FirmProfile

    name = Text(most=200, least=1, required=True)
    kind = Choice(*KINDS, required=True)
    country = Text(most=60, load_default="")
    region = Text(most=60, load_default="")
    city = Text(most=60, load_default="")
    employees = WholeNumber(most=10_000_000, load_default=None, allow_none=True)
    registration_id = Text(most=60, load_default=None, allow_none=True)
    is_namesake = fields.Boolean(
        load_default=False,
        metadata={"description": "go on although another firm has this name"},
    )


class ChainIn(Strict):
    """A chain: its name, and what its leader will see (empty: the usual terms)."""

    name = Text(most=120, least=1, required=True)
    terms = Text(most=4000, load_default="")


class ChainOut(Strict):
    """A chain as the viewer's firm sees it; ``state`` is leader, invited or member."""

    id = fields.String()
    name = fields.String()
    terms = fields.String()
    leader_id = fields.String()
    leader_name = fields.String()
    state = fields.String()
    members = fields.Integer()
    version = fields.Integer()


class MemberOut(Strict):
    """A firm of a chain or cluster."""

    firm_id = fields.String()
    name = fields.String()
    region = fields.String()
    city = fields.String()
    state = fields.String()
    since = fields.String()
    reason = fields.String(metadata={"description": "why the leader barred it"})


class ChainCardOut(Strict):
    """A chain and its members, as far as the viewer's firm may see them."""

    chain = fields.Nested(ChainOut)
    members = fields.List(fields.Nested(MemberOut))


class ChainsOut(Strict):
    """The chains of the viewer's firm."""

    items = fields.List(fields.Nested(ChainOut))


class ClusterIn(Strict):
    """A cluster's name."""

    name = Text(most=120, least=1, required=True)


class ClusterOut(Strict):
    """A cluster as the viewer's firm sees it; ``state`` is invited or member."""

    id = fields.String()
    name = fields.String()
    founder_id = fields.String()
    founder_name = fields.String()
    state = fields.String()
    members = fields.Integer()
    version = fields.Integer()


class ClusterCardOut(Strict):
    """A cluster and its members, as far as the viewer's firm may see them."""

    cluster = fields.Nested(ClusterOut)
    members = fields.List(fields.Nested(MemberOut))


class ClustersOut(Strict):
    """The clusters of the viewer's firm."""

    items = fields.List(fields.Nested(ClusterOut))


class FirmIdIn(Strict):
    """A firm to invite."""

    firm_id = Id(required=True)


class BarReasonIn(Strict):
    """Why a firm is barred from the chain; it reads this."""

    reason = Text(
        most=500,
        least=1,
        required=True,
        error_messages={"required": "Say why, in 1 to 500 characters. The firm reads it."},
    )


class BarIn(BarReasonIn, FirmIdIn):
    """Whom to bar, and why."""


class AcceptIn(Strict):
    """The version of the chain whose terms were read."""

    version = WholeNumber(least=1, required=True)
