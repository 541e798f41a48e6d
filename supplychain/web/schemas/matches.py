"""Rankings and invitations as the API tells them."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from supplychain.graph.matches import MAX_INVITED, RankedLine
from supplychain.model.money import from_e4, plain
from supplychain.web.fields import Id, Strict, WholeNumber


class InviteFirmsIn(Strict):
    """Whom to invite."""

    firm_ids = fields.List(
        Id(),
        required=True,
        validate=validate.Length(
            min=1, max=MAX_INVITED, error="Choose at least one firm to invite."
        ),
    )


class InvitedFirmsOut(Strict):
    """How many firms were newly invited; those invited before stay as they are."""

    invited = WholeNumber()


class MatchReasonOut(Strict):
    """A fact, and how much of landed cost (money a piece) or performance (0 to 1) it makes up."""

    code = fields.String()
    values = fields.Dict()
    adds_to = fields.String(metadata={"description": "landed_cost, performance, or empty"})
    contribution = fields.String(allow_none=True, metadata={"description": "a decimal"})


class MatchFactOut(Strict):
    """A fact that a firm fails on, with the numbers that say by how much."""

    code = fields.String()
    values = fields.Dict()


class MatchCostOut(Strict):
    """Per piece, in the request's currency; null is unknown."""

    total = fields.String(allow_none=True)
    unit_price = fields.String(allow_none=True)
    tooling = fields.String(allow_none=True)
    freight = fields.String(allow_none=True)


class RateOut(Strict):
    """A rate in [0, 1] with its 90 % interval, and the deliveries it rests on."""

    value = fields.Float()
    low = fields.Float()
    high = fields.Float()
    evidence = fields.Integer()


class MatchPerformanceOut(Strict):
    """The weighted mean of quality and delivery, with its 90 % interval."""

    value = fields.Float()
    low = fields.Float()
    high = fields.Float()
    quality = fields.Nested(RateOut)
    delivery = fields.Nested(RateOut)


class MatchCapacityOut(Strict):
    """What can be made by the need date, and when all of it would be done."""

    state = fields.String(metadata={"description": "whole, part or unknown"})
    weekly = fields.Integer(allow_none=True)
    possible = fields.Integer(allow_none=True)
    finish_on = fields.String(allow_none=True)


class MatchedFirmOut(Strict):
    """A firm that can make the line."""

    rank = fields.Integer()
    firm_id = fields.String()
    score = fields.Float(allow_none=True, metadata={"description": "cost performance"})
    landed_cost = fields.Nested(MatchCostOut)
    performance = fields.Nested(MatchPerformanceOut)
    capacity = fields.Nested(MatchCapacityOut)
    lead_days = fields.Integer(allow_none=True)
    reasons = fields.List(fields.Nested(MatchReasonOut))


class UnableFirmOut(Strict):
    """A firm that cannot, with every fact it fails on."""

    firm_id = fields.String()
    facts = fields.List(fields.Nested(MatchFactOut))


class MatchReferenceOut(Strict):
    """What a cost performance of 1 would cost a piece, and where that figure comes from."""

    cost = fields.String(allow_none=True)
    source = fields.String(metadata={"description": "target, last_paid, offers or none"})


class MatchLineOut(Strict):
    """A line with its ranking; ``made_at`` is null until it is made."""

    line_id = fields.String()
    number = fields.Integer()
    made_at = fields.String(allow_none=True)
    able = fields.Integer()
    failed = fields.Integer()
    reference = fields.Nested(MatchReferenceOut)
    best = fields.List(fields.Nested(MatchedFirmOut))
    unable = fields.List(fields.Nested(UnableFirmOut))


class MatchesOut(Strict):
    """The rankings of all lines of a request."""

    request_id = fields.String()
    lines = fields.List(fields.Nested(MatchLineOut))


class InvitationOut(Strict):
    """A request that invites the reader's firm."""

    request_id = fields.String()
    number = fields.String()
    title = fields.String()
    state = fields.String()
    deadline = fields.String(allow_none=True)
    currency = fields.String()
    buyer_id = fields.String()
    buyer_name = fields.String()
    source = fields.String(metadata={"description": "picked, top or chain"})
    invited_at = fields.String()
    seen_at = fields.String(allow_none=True)
    declined_at = fields.String(allow_none=True)


class InvitationPage(Strict):
    """Invitations, newest first."""

    items = fields.List(fields.Nested(InvitationOut))
    next_cursor = fields.String(allow_none=True)


def as_line(line: RankedLine) -> dict[str, Any]:
    """A line as the API tells it: money as decimal text, no e4."""
    best = [
        {**row, "reasons": [_as_reason(reason) for reason in row["reasons"]]} for row in line.best
    ]
    told = _plain({"reference": line.reference, "best": best, "unable": line.unable})
    return {
        "line_id": line.line_id,
        "number": line.number,
        "made_at": line.made_at,
        "able": line.able,
        "failed": line.failed,
        **told,
    }


def _as_reason(reason: dict[str, Any]) -> dict[str, Any]:
    amount = reason["contribution"]
    if amount is not None:
        is_money = reason["adds_to"] == "landed_cost"
        amount = plain(from_e4(amount)) if is_money else str(amount)
    return {**reason, "contribution": amount}


def _plain(value: Any) -> Any:
    """The same with every ``x_e4`` as ``x``, a decimal text."""
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        key.removesuffix("_e4"): (
            plain(from_e4(one)) if key.endswith("_e4") and one is not None else _plain(one)
        )
        for key, one in value.items()
    }
