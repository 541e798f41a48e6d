"""Supply relations as the API and the pages read and tell them."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, post_load

from supplychain.model.imports.tables import MAX_DAYS
from supplychain.model.money import e4_or_none
from supplychain.model.supply_relations import RELATION_STATES, SupplyFigures
from supplychain.web.input.fields import (
    Choice,
    Currency,
    Id,
    Instant,
    Money,
    Number,
    Percent,
    Strict,
    Text,
    WholeNumber,
)


class SupplyRelationsQuery(Strict):
    """Which relations to list."""

    state = Choice(*RELATION_STATES)
    partner = Text(most=64, least=1)
    cursor = fields.String()
    limit = fields.String()


class SupplyRelationOut(Strict):
    """A supply relation as one's own firm sees it."""

    partner_id = fields.String()
    partner_name = fields.String()
    sells = fields.Boolean(
        metadata={"description": "whether one's own firm supplies the partner, not the reverse"}
    )
    part_id = fields.String(
        metadata={"description": "empty where it is the partner's own design and not shared yet"}
    )
    part_name = fields.String()
    state = fields.String(
        metadata={
            "description": "confirmed; to_answer or refused (the partner's claim, by this firm); "
            "unanswered or denied (this firm's own claim, by the partner)"
        }
    )
    own_claim_id = fields.String(
        attribute="own_id", metadata={"description": "empty where the firm does not say it"}
    )
    other_claim_id = fields.String(
        attribute="other_id", metadata={"description": "empty where the partner does not say it"}
    )
    by_order = fields.Boolean(metadata={"description": "an accepted order made it"})
    by_operator = fields.Boolean(metadata={"description": "the operator imported it"})
    may_ask_from = Instant(
        allow_none=True, metadata={"description": "of a denied one: when to ask again"}
    )
    changed_at = fields.String()
    share = fields.Float(
        attribute="figures.share",
        allow_none=True,
        metadata={"description": "of the buyer's need for the part, 0 to 1"},
    )
    annual_spend = Money(attribute="figures.annual_spend", allow_none=True)
    currency = fields.String(attribute="figures.currency", allow_none=True)
    lead_days = fields.Integer(attribute="figures.lead_days", allow_none=True)
    recover_days = fields.Integer(attribute="figures.recover_days", allow_none=True)


class SupplyRelationsPage(Strict):
    """Part of the relations, what waits for an answer first."""

    items = fields.List(fields.Nested(SupplyRelationOut))
    next_cursor = fields.String(allow_none=True)


class FiguresIn(Strict):
    """What one's own firm says of a relation; all of it may be left out."""

    annual_spend = Money(load_default=None, allow_none=True)
    currency = Currency(load_default=None, allow_none=True)
    lead_days = WholeNumber(load_default=None, allow_none=True, most=MAX_DAYS)
    recover_days = WholeNumber(load_default=None, allow_none=True, most=MAX_DAYS)

    @post_load
    def make(self, fields: dict[str, Any], **_: Any) -> dict[str, Any]:
        """The figures as one."""
        spend = fields.pop("annual_spend")
        figures = SupplyFigures(
            share=fields.pop("share"),
            annual_spend_e4=e4_or_none(spend),
            currency=None if spend is None else fields["currency"],
            lead_days=fields.pop("lead_days"),
            recover_days=fields.pop("recover_days"),
        )
        fields.pop("currency")
        return {**fields, "figures": figures}


class SupplyRelationIn(FiguresIn):
    """A relation that one's own firm declares."""

    partner_id = Id(required=True)
    sells = fields.Boolean(
        required=True,
        metadata={"description": "whether one's own firm supplies the partner, not the reverse"},
    )
    part_id = Id(required=True)
    share = Number(
        load_default=None,
        allow_none=True,
        metadata={"description": "of the buyer's need for the part, 0 to 1"},
    )


class DeclarationForm(FiguresIn):
    """The same from a page: the firm by name, the share in percent."""

    firm = Text(required=True, least=1)
    direction = Choice("buys", "sells", required=True)
    part_id = Id(required=True)
    share = Percent(load_default=None, allow_none=True)


class DeclaredOut(Strict):
    """The claim that was made."""

    claim_id = fields.String()


class VerbIn(Strict):
    """An answer to all that waits from one firm."""

    verb = Choice("confirm", "refuse", required=True)


class AnswersIn(VerbIn):
    """Whose claims to answer, and how."""

    partner_id = Id(required=True)


class AnswersOut(Strict):
    """How many claims were answered."""

    answered = fields.Integer()
