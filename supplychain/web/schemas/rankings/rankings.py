"""Rankings and invitations as the API tells them: money as decimal text, no e4."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from marshmallow import fields, post_dump, validate
from typing_extensions import override

from supplychain.graph.rankings.rankings import MAX_INVITED_FIRMS, RankedLine
from supplychain.matching.alternatives.row_views import view_rows
from supplychain.matching.rows import Assumptions, FactValues, Reason
from supplychain.model.cost_settings import RANK_BY
from supplychain.model.money import from_e4, plain_text
from supplychain.web.input.fields import Choice, Day, Id, Strict, UnitQuantity, WholeNumber
from supplychain.web.input.line_spans import NextLines


class AmountE4(fields.String):
    """An amount in e4 as decimal text; None is unknown."""

    @override
    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return None if value is None else plain_text(from_e4(value))


class AmountOrNumber(fields.Raw):
    """What is an amount in e4 or another number, as the row it belongs to says."""

    @override
    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        if value is None or not getattr(obj, "is_amount", False):
            return value
        return plain_text(from_e4(value))


class Contribution(fields.String):
    """What a reason adds: an amount a piece, or a part of the performance."""

    @override
    def _serialize(self, value: Any, attr: str | None, obj: Reason, **kwargs: Any) -> Any:
        if value is None:
            return None
        is_amount = obj.adds_to in ("landed_cost", "expected_cost")
        return plain_text(from_e4(value)) if is_amount else str(value)


class FiguresOut(fields.Dict):
    """The figures of a fact by name."""

    @override
    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return _write_figures(value)


class AssumptionsOut(fields.Dict):
    """What all rows were weighed by; empty before a ranking is made."""

    @override
    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        if value is None:
            return {}
        assert isinstance(value, Assumptions)
        return {
            "rank_by": value.rank_by,
            "settings": _write_figures(value.settings),
            "defaults": list(value.defaults),
            "weights": value.weights,
            "unknown": list(value.unknown),
            "currencies_without_rate": list(value.currencies_without_rate),
        }


class NestedOrEmpty(fields.Nested):
    """A nested thing; an empty one where there is none."""

    @override
    def _serialize(self, nested_obj: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return {} if nested_obj is None else super()._serialize(nested_obj, attr, obj, **kwargs)


class SparseOut(Strict):
    """A schema whose ``sparse`` keys are left out where they are null."""

    sparse: ClassVar[frozenset[str]] = frozenset()

    @post_dump
    def leave_out_nulls(self, dumped: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Drop the keys that say nothing."""
        return {
            name: value
            for name, value in dumped.items()
            if value is not None or name not in self.sparse
        }


def _write_figures(values: Mapping[str, Any]) -> dict[str, Any]:
    """Figures by name, every ``x_e4`` as ``x``, a decimal text."""
    return {
        name.removesuffix("_e4"): plain_text(from_e4(one))
        if name.endswith("_e4") and one is not None
        else _write_figure(one)
        for name, one in values.items()
    }


def _write_figure(value: Any) -> Any:
    if isinstance(value, list):
        return [_write_figure(one) for one in value]
    return _write_figures(value) if isinstance(value, FactValues) else value


class InviteFirmsIn(Strict):
    """Whom to invite."""

    firm_ids = fields.List(
        Id(),
        required=True,
        validate=validate.Length(
            min=1, max=MAX_INVITED_FIRMS, error="Choose at least one firm to invite."
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
    values = FiguresOut()
    adds_to = fields.String(
        metadata={"description": "landed_cost, expected_cost, performance, or empty"}
    )
    contribution = Contribution(allow_none=True, metadata={"description": "a decimal"})


class MatchFactOut(Strict):
    """A fact that a firm fails on, with the numbers that say by how much."""

    code = fields.String()
    values = FiguresOut()


class MatchCostOut(Strict):
    """Per piece, in the request's currency; null is unknown."""

    total = AmountE4(attribute="total_e4", allow_none=True)
    unit_price = AmountE4(attribute="unit_price_e4", allow_none=True)
    tooling = AmountE4(attribute="tooling_e4", allow_none=True)
    freight = AmountE4(attribute="freight_e4", allow_none=True)
    duty = AmountE4(attribute="duty_e4", allow_none=True)
    tax = AmountE4(attribute="tax_e4", allow_none=True)
    payment = AmountE4(
        attribute="payment_e4",
        allow_none=True,
        metadata={"description": "of the payment terms; a benefit is negative"},
    )


class MatchExpectedCostOut(Strict):
    """Per piece: the landed cost and what defects, lateness and failure are likely to cost."""

    total = AmountE4(attribute="total_e4", allow_none=True)
    defects = AmountE4(attribute="defects_e4", allow_none=True)
    lateness = AmountE4(attribute="lateness_e4", allow_none=True)
    risk = AmountE4(attribute="risk_e4", allow_none=True)


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


class MatchPerformanceOut(SparseOut):
    """The weighted mean of four terms, with its 90 % interval; evidence is of each term."""

    sparse = frozenset({"responsiveness", "resilience"})
    value = fields.Float()
    low = fields.Float()
    high = fields.Float()
    quality = fields.Nested(RateOut)
    delivery = fields.Nested(RateOut)
    responsiveness = fields.Nested(RateOut)
    resilience = fields.Nested(RateOut)


class MatchCapacityOut(SparseOut):
    """What can be made by the need date, and when all of it would be done."""

    sparse = frozenset({"step", "lot_size", "made"})
    state = fields.String(
        metadata={"description": "the firm's group: whole comes first, then unknown, then part"}
    )
    weekly = fields.Integer(allow_none=True)
    possible = fields.Integer(allow_none=True)
    finish_on = fields.String(allow_none=True)
    step = fields.String(metadata={"description": "narrowest step of a routing, if there is one"})
    lot_size = fields.Integer(metadata={"description": "if it makes whole lots"})
    made = fields.Integer(metadata={"description": "pieces in whole lots, if it makes them"})


class ChangeOut(SparseOut):
    """A fact of the firm's own: what it is now and what it would have to be; null is unknown."""

    sparse = frozenset({"of"})
    what = fields.String()
    now = AmountOrNumber(allow_none=True, metadata={"description": "money as decimal text"})
    then = AmountOrNumber(allow_none=True, metadata={"description": "null: it cannot be changed"})
    of = fields.Integer(metadata={"description": "out of how many, where that says something"})
    share = fields.Float(
        allow_none=True, metadata={"description": "the change as a part of what is amiss"}
    )
    smallest = fields.Boolean()


class StaysOut(Strict):
    """Up to which price the first firm would stay first; money a piece."""

    now = AmountE4(attribute="now_e4")
    then = AmountE4(attribute="then_e4")
    share = fields.Float()


class ToBeFirstOut(SparseOut):
    """Single changes each of which would make the firm first; none for the first itself."""

    sparse = frozenset({"stays"})
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

    @post_dump
    def leave_out_blanks(self, dumped: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Drop ``may_fail`` and ``facts`` where there is nothing to them."""
        blank = {name for name in ("may_fail", "facts") if not dumped.get(name)}
        return {name: value for name, value in dumped.items() if name not in blank}


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
    now = AmountOrNumber(metadata={"description": "a number; an amount as decimal text"})
    low = AmountOrNumber()
    high = AmountOrNumber()
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


class MatchedFirmOut(SparseOut):
    """A firm that can make the line; ``views`` are added by the line."""

    sparse = frozenset({"ranks", "expected_cost", "to_be_first", "unknowns", "likely_ranks"})
    on_request = fields.List(
        fields.String(),
        metadata={"description": "what the firm does not show you: prices, capacity"},
    )
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


class UnableFirmOut(SparseOut):
    """A firm that cannot, with every fact it fails on."""

    sparse = frozenset({"to_pass"})
    firm_id = fields.String()
    facts = fields.List(fields.Nested(MatchFactOut))
    to_pass = fields.Nested(ToPassOut)


class MatchReferenceOut(Strict):
    """What a cost performance of 1 would cost a piece, and where that figure comes from."""

    cost = AmountE4(attribute="cost_e4", allow_none=True)
    source = fields.String(metadata={"description": "target, last_paid, offers or none"})


class TogetherFirmOut(Strict):
    """A firm's part; ``made`` is in whole lots. Money in the request's currency, null unknown."""

    firm_id = fields.String()
    quantity = UnitQuantity()
    made = fields.Integer()
    cost = AmountE4(attribute="cost_e4", allow_none=True)
    landed_cost = AmountE4(
        attribute="landed_cost_e4", allow_none=True, metadata={"description": "a piece"}
    )
    finish_on = fields.String(allow_none=True)


class ProposalOut(Strict):
    """Firms that can make the line together, the largest part first."""

    firms = fields.List(fields.Nested(TogetherFirmOut))
    cost = AmountE4(attribute="cost_e4", allow_none=True)
    landed_cost = AmountE4(
        attribute="landed_cost_e4", allow_none=True, metadata={"description": "a piece"}
    )
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
    reference = NestedOrEmpty(MatchReferenceOut)
    assumptions = AssumptionsOut(
        metadata={"description": "order, settings, defaults, weights, and what is unknown"}
    )
    best = fields.List(fields.Nested(MatchedFirmOut))
    unable = fields.List(fields.Nested(UnableFirmOut))
    together = fields.Nested(TogetherOut, allow_none=True)
    weights = NestedOrEmpty(MatchWeightsOut)

    @post_dump(pass_original=True)
    def add_views(self, dumped: dict[str, Any], line: RankedLine, **_: Any) -> dict[str, Any]:
        """Add to each row where it stands in the other views of all shown rows."""
        weights = line.assumptions.weights if line.assumptions else None
        views, schema = view_rows(line.best, weights), ViewsOut()
        for row in dumped["best"]:
            row["views"] = schema.dump(views[row["firm_id"]])
        return dumped


class MatchesOut(Strict):
    """The rankings of the lines of a request."""

    request_id = fields.String()
    today = Day(
        metadata={
            "description": "the day that it is at your firm now; a ranking counts from the day of "
            "its made_at there"
        }
    )
    lines = fields.List(fields.Nested(MatchLineOut))
    next_cursor = NextLines()


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
