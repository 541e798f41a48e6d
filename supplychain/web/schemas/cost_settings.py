"""What a buyer reckons with, as pages send it and the API tells it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from marshmallow import fields, post_load, pre_dump

from supplychain.model.cost_settings import (
    RANK_BY,
    CostSettings,
    DutyRate,
    FreightRate,
)
from supplychain.model.money import e4_or_none, to_e4
from supplychain.web.input.fields import (
    Choice,
    Currency,
    Makes,
    Money,
    MoneyE4,
    Number,
    Percent,
    Strict,
    Text,
    UnitQuantity,
    WholeNumber,
)


class FreightRateIn(Strict):
    """A row of the freight table: from where, and what a piece costs. Blank is any."""

    country = Text(most=60, load_default="")
    region = Text(most=60, load_default="")
    up_to_km = WholeNumber(most=40_000, load_default=None, allow_none=True)
    per_kg = Money(load_default=None, allow_none=True)
    per_piece = Money(load_default=None, allow_none=True)
    share = Number(load_default=0.0, metadata={"description": "of the price"})

    @post_load
    def make_rate(self, fields: dict[str, Any], **_: Any) -> FreightRate:
        """The row with its amounts in ten-thousandths; an amount left out is 0."""
        per_kg, per_piece = (
            to_e4(fields.pop(name) or Decimal(0)) for name in ("per_kg", "per_piece")
        )
        return FreightRate(**fields, per_kg_e4=per_kg, per_piece_e4=per_piece)


class DutyRateIn(Makes[DutyRate]):
    """A row of the duty table: from where to where, of which category. Blank is any."""

    makes = DutyRate

    country = Text(most=60, load_default="")
    to_country = Text(most=60, load_default="")
    category_id = Text(most=80, load_default="")
    duty = Number(load_default=0.0, metadata={"description": "a share of price and freight"})
    tax = Number(load_default=0.0, metadata={"description": "what cannot be reclaimed"})


class CostSettingsIn(Strict):
    """All that a buyer states; what is null or left out is the default."""

    currency = Currency(load_default=None, allow_none=True)
    rank_by = Choice(*RANK_BY, load_default=None, allow_none=True)
    annual_rate = Number(load_default=None, allow_none=True)
    defect_multiple = Number(load_default=None, allow_none=True)
    defect_cost = Money(load_default=None, allow_none=True)
    late_day_share = Number(load_default=None, allow_none=True)
    switch_share = Number(load_default=None, allow_none=True)
    freight_share = Number(load_default=None, allow_none=True)
    vat_reclaimed = Number(
        load_default=None,
        allow_none=True,
        metadata={"description": "how much of the VAT of bids you get back, 0 to 1"},
    )
    rate_age_days = WholeNumber(most=3_650, load_default=None, allow_none=True)
    price_age_days = WholeNumber(
        most=3_650,
        load_default=None,
        allow_none=True,
        metadata={"description": "a standing price stated longer ago is an estimate"},
    )
    quality = Number(load_default=None, allow_none=True)
    delivery = Number(load_default=None, allow_none=True)
    responsiveness = Number(load_default=None, allow_none=True)
    resilience = Number(load_default=None, allow_none=True)
    freight_rates = fields.List(fields.Nested(FreightRateIn), load_default=list)
    duty_rates = fields.List(fields.Nested(DutyRateIn), load_default=list)

    @post_load
    def make_settings(self, fields: dict[str, Any], **_: Any) -> CostSettings:
        """The settings with their tables as tuples and amounts in ten-thousandths."""
        cost = fields.pop("defect_cost")
        for name in ("freight_rates", "duty_rates"):
            fields[name] = tuple(fields[name])
        return CostSettings(**fields, defect_cost_e4=e4_or_none(cost))


class FreightRateForm(FreightRateIn):
    """The same row as a page sends it."""

    share = Percent(load_default=0.0)


class DutyRateForm(DutyRateIn):
    """The same row as a page sends it."""

    duty = Percent(load_default=0.0)
    tax = Percent(load_default=0.0)


class CostSettingsForm(CostSettingsIn):
    """The same as a page sends it: shares in percent."""

    annual_rate = Percent(load_default=None, allow_none=True)
    late_day_share = Percent(load_default=None, allow_none=True)
    switch_share = Percent(load_default=None, allow_none=True)
    freight_share = Percent(load_default=None, allow_none=True)
    vat_reclaimed = Percent(load_default=None, allow_none=True)
    quality = Percent(load_default=None, allow_none=True)
    delivery = Percent(load_default=None, allow_none=True)
    responsiveness = Percent(load_default=None, allow_none=True)
    resilience = Percent(load_default=None, allow_none=True)
    freight_rates = fields.List(fields.Nested(FreightRateForm), load_default=list)
    duty_rates = fields.List(fields.Nested(DutyRateForm), load_default=list)


class FreightRateOut(Strict):
    """A row of the freight table."""

    country = fields.String()
    region = fields.String()
    up_to_km = fields.Integer(allow_none=True)
    per_kg = MoneyE4(attribute="per_kg_e4")
    per_piece = MoneyE4(attribute="per_piece_e4")
    share = fields.Float()


class DutyRateOut(Strict):
    """A row of the duty table."""

    country = fields.String()
    to_country = fields.String()
    category_id = fields.String()
    duty = fields.Float()
    tax = fields.Float()


class CostSettingsOut(Strict):
    """What is reckoned with; ``defaults`` names what nobody stated. ``version`` for If-Match."""

    currency = fields.String()
    rank_by = fields.String()
    annual_rate = fields.Float()
    defect_multiple = fields.Float()
    defect_cost = MoneyE4(attribute="defect_cost_e4", allow_none=True)
    late_day_share = fields.Float()
    switch_share = fields.Float()
    freight_share = fields.Float()
    vat_reclaimed = fields.Float()
    rate_age_days = fields.Integer()
    price_age_days = fields.Integer()
    quality = fields.Float()
    delivery = fields.Float()
    responsiveness = fields.Float()
    resilience = fields.Float()
    freight_rates = fields.List(fields.Nested(FreightRateOut))
    duty_rates = fields.List(fields.Nested(DutyRateOut))
    defaults = fields.List(fields.String())
    version = fields.Integer()

    @pre_dump
    def flatten_settings(self, settings: CostSettings, **_: Any) -> dict[str, Any]:
        """What is in force, with its defaults named."""
        return {
            **settings.in_force,
            "defect_cost_e4": settings.defect_cost_e4,
            "freight_rates": settings.freight_rates,
            "duty_rates": settings.duty_rates,
            "defaults": settings.defaults,
            "version": settings.version,
        }


class RecordedDeliveryOut(Strict):
    """A delivery of the reader's own ledger."""

    id = fields.String()
    buyer_id = fields.String()
    part_id = fields.String(allow_none=True)
    quantity = UnitQuantity()
    promised_on = fields.String()
    delivered_on = fields.String()
    delivered_quantity = UnitQuantity(may_be_nothing=True)
    rejected_quantity = UnitQuantity(may_be_nothing=True)
    unit_price = MoneyE4(attribute="unit_price_e4", allow_none=True)
    currency = fields.String(allow_none=True)
    source = fields.String()
    claim = fields.String(
        allow_none=True,
        metadata={"description": "of an import: claimed, confirmed, disputed by the supplier"},
    )
    statement = fields.String(allow_none=True, metadata={"description": "the supplier's"})


class RecordCountsOut(Strict):
    """Deliveries; of them on time in full, and later than 14 days; pieces received, rejected."""

    delivered = fields.Integer()
    on_time = fields.Integer()
    failed = fields.Integer()
    received = fields.Integer()
    rejected = fields.Integer()


class FirmRecordsOut(Strict):
    """What a firm's performance in a category rests on: one's own in full, others' as counts."""

    firm_id = fields.String()
    category_id = fields.String()
    deliveries = fields.List(fields.Nested(RecordedDeliveryOut))
    own = fields.Nested(RecordCountsOut)
    others = fields.Nested(RecordCountsOut)
    asked = fields.Integer()
    answered = fields.Integer()
    mean_answer_hours = fields.Float(allow_none=True)
    overdue = fields.Integer(
        metadata={"description": "of the deliveries, those whose day is over and that never came"}
    )
    half_life_months = fields.Integer(
        metadata={"description": "after which a delivery weighs half in the rates"}
    )


class FirmRecordsQuery(Strict):
    """Which category."""

    category_id = fields.String(required=True)
