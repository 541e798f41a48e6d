"""Claims about deliveries, answers to them, and imports of deliveries, as the API tells them."""

from __future__ import annotations

from marshmallow import fields

from supplychain.model.delivery_claims import CLAIMS, MAX_STATEMENT_CHARS
from supplychain.web.input.fields import Choice, Strict, Text, UnitQuantity

CLAIM_WORDS = "claimed (not answered), confirmed, disputed"


class AnswerIn(Strict):
    """What the supplier says of a claim; ``claimed`` takes an answer back."""

    answer = Choice(*CLAIMS, required=True, metadata={"description": CLAIM_WORDS})
    statement = Text(
        most=MAX_STATEMENT_CHARS,
        load_default="",
        metadata={"description": "what is wrong, where it is disputed; its buyer reads it"},
    )


class ClaimsQuery(Strict):
    """Which claims about your firm."""

    batch_id = fields.String(metadata={"description": "of one import"})
    buyer_id = fields.String(metadata={"description": "of one buyer"})
    claim = Choice("", *CLAIMS, metadata={"description": CLAIM_WORDS})
    cursor = fields.String()
    limit = fields.String()


class SentLinesQuery(Strict):
    """Which lines of your own import."""

    claim = Choice("", *CLAIMS, metadata={"description": CLAIM_WORDS})
    cursor = fields.String()
    limit = fields.String()


class ClaimBatchesQuery(Strict):
    """Which imports that speak of your firm."""

    buyer_id = fields.String(metadata={"description": "of one buyer"})
    claim = Choice("", *CLAIMS, metadata={"description": "with at least one line that stands so"})
    cursor = fields.String()
    limit = fields.String()


class DeliveryClaimOut(Strict):
    """One delivery that a buyer says it had from its supplier."""

    id = fields.String()
    batch_id = fields.String()
    buyer_id = fields.String()
    supplier_id = fields.String()
    part_id = fields.String(allow_none=True)
    category_id = fields.String(allow_none=True)
    quantity = UnitQuantity(allow_none=True)
    promised_on = fields.String(allow_none=True)
    delivered_on = fields.String(allow_none=True)
    delivered_quantity = UnitQuantity(may_be_nothing=True, allow_none=True)
    rejected_quantity = UnitQuantity(may_be_nothing=True, allow_none=True)
    claim = fields.String(metadata={"description": CLAIM_WORDS})
    statement = fields.String(metadata={"description": "the supplier's, where it disputes"})


class DeliveryClaimPage(Strict):
    """Claims by id."""

    items = fields.List(fields.Nested(DeliveryClaimOut))
    next_cursor = fields.String(allow_none=True)


class ClaimBatchOut(Strict):
    """What one buyer says of your firm in one import, and how many lines stand how."""

    id = fields.String()
    buyer_id = fields.String()
    buyer = fields.String()
    at = fields.String()
    lines = fields.Integer()
    claimed = fields.Integer()
    confirmed = fields.Integer()
    disputed = fields.Integer()
    is_trusted = fields.Boolean(metadata={"description": "you confirm all that this buyer says"})


class ClaimBatchPage(Strict):
    """Imports that speak of your firm, newest first."""

    items = fields.List(fields.Nested(ClaimBatchOut))
    next_cursor = fields.String(allow_none=True)


class TrustedBuyerOut(Strict):
    """A buyer whose deliveries your firm confirms once for all."""

    firm_id = fields.String()
    name = fields.String()
    since = fields.String()


class TrustedBuyersOut(Strict):
    """All of them, by name."""

    items = fields.List(fields.Nested(TrustedBuyerOut))


class SentBatchOut(Strict):
    """Deliveries that your firm imported in one file, and how the suppliers answered."""

    id = fields.String(attribute="batch.id")
    name = fields.String(attribute="batch.name", metadata={"description": "of the file"})
    user_id = fields.String(attribute="batch.user_id")
    at = fields.String(attribute="batch.at")
    state = fields.String(metadata={"description": "there, undoing, undone"})
    written = fields.Integer(metadata={"description": "lines that the import wrote"})
    claimed = fields.Integer()
    confirmed = fields.Integer()
    disputed = fields.Integer()
    undone_at = fields.String(allow_none=True)


class SentBatchPage(Strict):
    """Imports of deliveries, newest first."""

    items = fields.List(fields.Nested(SentBatchOut))
    next_cursor = fields.String(allow_none=True)
