"""Supply relations as the API and the pages read and tell them."""

from __future__ import annotations

from marshmallow import fields

from supplychain.model.supply_relations import RELATION_STATES
from supplychain.web.input.fields import Choice, Id, Instant, Money, Strict, Text


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


class VerbIn(Strict):
    """An answer to all that waits from one firm."""

    verb = Choice("confirm", "refuse", required=True)


class AnswersIn(VerbIn):
    """Whose claims to answer, and how."""

    partner_id = Id(required=True)


class AnswersOut(Strict):
    """How many claims were answered."""

    answered = fields.Integer()
