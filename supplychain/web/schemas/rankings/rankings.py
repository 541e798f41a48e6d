"""Rankings and invitations as the API tells them."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from supplychain.graph.rankings.rankings import MAX_INVITED, RankedLine
from supplychain.matching.alternatives.row_views import views
from supplychain.model.cost_settings import RANK_BY
from supplychain.model.money import from_e4, plain
from supplychain.web.input.fields import Choice, Id, Strict, WholeNumber


class InviteFirmsIn(Strict):
    """Whom to invite."""

    firm_ids = fields.List(
        Id(),
        required=True,
        validate=validate.Length(
            min=1, max=MAX_INVITED, error="Choose at least one firm to invite."
        ),
    )


class RankAgainIn(Strict):
    """What this request's suppliers are ranked by from now on; null leaves it."""

    rank_by = Choice(*RANK_BY, load_default=None, allow_none=True)


class InvitedFirmsOut(Strict):
    """How many firms were newly invited; those invited before stay as they are."""

    invited = WholeNumber()


class MatchReasonOut(Strict):
    """A fact, and how much of landed cost (money a piece) or performance (0 to 1) it makes up."""

    code = fields.String()
    values = fields.Dict()
    adds_to = fields.String(
        metadata={"description": "landed_cost, expected_cost, performance, or empty"}
    )
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
    duty = fields.String(allow_none=True)
    tax = fields.String(allow_none=True)
    payment = fields.String(
        allow_none=True, metadata={"description": "of the payment terms; a benefit is negative"}
    )


class MatchExpectedCostOut(Strict):
    """Per piece: the landed cost and what defects, lateness and failure are likely to cost."""

    total = fields.String(allow_none=True)
    defects = fields.String(allow_none=True)
    lateness = fields.String(allow_none=True)
    risk = fields.String(allow_none=True)


class MatchRanksOut(Strict):
    """The place in either order; equals share one."""

    cost_performance = fields.Integer()
    expected_cost = fields.Integer()


class RateOut(Strict):
    """A rate in [0, 1] with its 90 % interval, and the deliveries it rests on."""

    value = fields.Float()
    low = fields.Float()
    high = fields.Float()
    evidence = fields.Integer()


class MatchPerformanceOut(Strict):
    """The weighted mean of four terms, with its 90 % interval; evidence is of each term."""

    value = fields.Float()
    low = fields.Float()
    high = fields.Float()
    quality = fields.Nested(RateOut)
    delivery = fields.Nested(RateOut)
    responsiveness = fields.Nested(RateOut)
    resilience = fields.Nested(RateOut)


class MatchCapacityOut(Strict):
    """What can be made by the need date, and when all of it would be done."""

    state = fields.String(metadata={"description": "whole, part or unknown"})
    weekly = fields.Integer(allow_none=True)
    possible = fields.Integer(allow_none=True)
    finish_on = fields.String(allow_none=True)
    step = fields.String(metadata={"description": "narrowest step of a routing, if there is one"})
    lot_size = fields.Integer(metadata={"description": "if it makes whole lots"})
    made = fields.Integer(metadata={"description": "pieces in whole lots, if it makes them"})


class ChangeOut(Strict):
    """A fact of the firm's own: what it is now and what it would have to be; null is unknown."""

    what = fields.String()
    now = fields.Raw(allow_none=True, metadata={"description": "money as decimal text"})
    then = fields.Raw(allow_none=True, metadata={"description": "null: it cannot be changed"})
    of = fields.Integer(metadata={"description": "out of how many, where that says something"})
    share = fields.Float(
        allow_none=True, metadata={"description": "the change as a part of what is amiss"}
    )
    smallest = fields.Boolean()


class StaysOut(Strict):
    """Up to which price the first firm would stay first; money a piece."""

    now = fields.String()
    then = fields.String()
    share = fields.Float()


class ToBeFirstOut(Strict):
    """Single changes each of which would make the firm first; none for the first itself."""

    changes = fields.List(fields.Nested(ChangeOut))
    stays = fields.Nested(StaysOut, metadata={"description": "of the first firm alone"})


class UnknownOut(Strict):
    """What is not known, how it was treated, and the places it could make; null is unbounded."""

    what = fields.String()
    treated = fields.String()
    best = fields.Integer(allow_none=True)
    worst = fields.Integer(allow_none=True)
    may_fail = fields.Boolean(metadata={"description": "it could keep the firm off the list"})
    facts = fields.List(fields.String(), metadata={"description": "what is not stated"})


class LikelyRanksOut(Strict):
    """Places at the ends of the 90 % interval of the performance."""

    best = fields.Integer()
    worst = fields.Integer()


class ViewsOut(Strict):
    """Other ways to look at the shown firms with a price; views, not the rank."""

    topsis = fields.Integer(allow_none=True, metadata={"description": "place among those shown"})
    weighted_sum = fields.Integer(allow_none=True)
    pareto = fields.Boolean(metadata={"description": "no shown firm is better in everything"})


class BandOut(Strict):
    """A weight or a setting: within low and high the same firm stays first."""

    name = fields.String()
    now = fields.Raw(metadata={"description": "a number; an amount as decimal text"})
    low = fields.Raw()
    high = fields.Raw()
    below = fields.String(allow_none=True, metadata={"description": "who is first under low"})
    above = fields.String(allow_none=True, metadata={"description": "who is first over high"})


class MatchWeightsOut(Strict):
    """How far what is weighed by may move before another firm is first."""

    rank_by = fields.String()
    bands = fields.List(fields.Nested(BandOut))


class ToPassOut(Strict):
    """What a failing firm would have to change; ``alone``: one change is enough."""

    alone = fields.Boolean()
    changes = fields.List(fields.Nested(ChangeOut))


class MatchedFirmOut(Strict):
    """A firm that can make the line."""

    rank = fields.Integer()
    firm_id = fields.String()
    score = fields.Float(allow_none=True, metadata={"description": "cost performance"})
    ranks = fields.Nested(MatchRanksOut)
    landed_cost = fields.Nested(MatchCostOut)
    expected_cost = fields.Nested(MatchExpectedCostOut)
    performance = fields.Nested(MatchPerformanceOut)
    capacity = fields.Nested(MatchCapacityOut)
    lead_days = fields.Integer(allow_none=True)
    reasons = fields.List(fields.Nested(MatchReasonOut))
    to_be_first = fields.Nested(ToBeFirstOut)
    unknowns = fields.List(fields.Nested(UnknownOut))
    likely_ranks = fields.Nested(LikelyRanksOut)
    views = fields.Nested(ViewsOut)


class UnableFirmOut(Strict):
    """A firm that cannot, with every fact it fails on."""

    firm_id = fields.String()
    facts = fields.List(fields.Nested(MatchFactOut))
    to_pass = fields.Nested(ToPassOut)


class MatchReferenceOut(Strict):
    """What a cost performance of 1 would cost a piece, and where that figure comes from."""

    cost = fields.String(allow_none=True)
    source = fields.String(metadata={"description": "target, last_paid, offers or none"})


class TogetherFirmOut(Strict):
    """A firm's part; ``made`` is in whole lots. Money in the request's currency, null unknown."""

    firm_id = fields.String()
    quantity = fields.Integer()
    made = fields.Integer()
    cost = fields.String(allow_none=True)
    landed_cost = fields.String(allow_none=True, metadata={"description": "a piece"})
    finish_on = fields.String(allow_none=True)


class ProposalOut(Strict):
    """Firms that can make the line together, the largest part first."""

    firms = fields.List(fields.Nested(TogetherFirmOut))
    cost = fields.String(allow_none=True)
    landed_cost = fields.String(allow_none=True, metadata={"description": "a piece"})
    on_time = fields.Float(metadata={"description": "probability that all are on time in full"})
    evidence = fields.Integer(metadata={"description": "deliveries behind that"})
    performance = fields.Float()
    finish_on = fields.String(allow_none=True)
    cluster = fields.Boolean(metadata={"description": "they already work as a cluster"})
    proven = fields.Boolean(metadata={"description": "no other combination is better"})


class TogetherOut(Strict):
    """What firms can make together where none can make it alone."""

    cheapest = fields.Nested(ProposalOut, allow_none=True)
    most_reliable = fields.Nested(ProposalOut, allow_none=True)
    firms_able = fields.Integer()
    firms_at_most = fields.Integer()


class MatchLineOut(Strict):
    """A line with its ranking; ``made_at`` is null until it is made."""

    line_id = fields.String()
    number = fields.Integer()
    made_at = fields.String(allow_none=True)
    able = fields.Integer()
    failed = fields.Integer()
    reference = fields.Nested(MatchReferenceOut)
    assumptions = fields.Dict(
        metadata={"description": "order, settings, defaults, weights, and what is unknown"}
    )
    best = fields.List(fields.Nested(MatchedFirmOut))
    unable = fields.List(fields.Nested(UnableFirmOut))
    together = fields.Nested(TogetherOut, allow_none=True)
    weights = fields.Nested(MatchWeightsOut)


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
    seen = views(line.best, line.assumptions.get("weights"))
    best = [
        {
            **row,
            "reasons": [_as_reason(reason) for reason in row["reasons"]],
            "views": seen[row["firm_id"]],
        }
        for row in line.best
    ]
    told = _plain(
        {
            "reference": line.reference,
            "best": best,
            "unable": line.unable,
            "assumptions": line.assumptions,
            "together": line.together,
            "weights": line.weights,
        }
    )
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
        is_money = reason["adds_to"] in ("landed_cost", "expected_cost")
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
