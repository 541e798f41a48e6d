"""Who reads a firm's prices and capacity, as pages and the API send and tell it."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, post_load

from supplychain.model.audiences import CIRCLES, MAX_NAMED_FIRMS, Audience
from supplychain.web.input.fields import Choice, Id, Strict, Text


class AudienceIn(Strict):
    """Circles, and firms named one by one; both empty is nobody."""

    circles = fields.List(Choice(*CIRCLES), required=True)
    firm_ids = fields.List(
        Id(), load_default=list, metadata={"description": f"at most {MAX_NAMED_FIRMS}"}
    )

    @post_load
    def make_audience(self, values: dict[str, Any], **_: Any) -> Audience:
        """The audience, nothing twice."""
        return Audience.of(values["circles"], values["firm_ids"])


class AudiencesIn(Strict):
    """Both audiences; they replace what was chosen before."""

    prices = fields.Nested(AudienceIn, required=True)
    capacity = fields.Nested(AudienceIn, required=True)


class AudiencesForm(Strict):
    """The same as the page sends it: ticks, and one more firm by its name or id."""

    prices = fields.List(Choice(*CIRCLES), load_default=list)
    capacity = fields.List(Choice(*CIRCLES), load_default=list)
    prices_firms = fields.List(Id(), load_default=list)
    capacity_firms = fields.List(Id(), load_default=list)
    firm = Text(most=200, load_default="")
    firm_kinds = fields.List(Choice("prices", "capacity"), load_default=list)


class ReaderForm(Strict):
    """What one firm is shown by name, from its own page."""

    firm_id = Id(required=True)
    kinds = fields.List(Choice("prices", "capacity"), load_default=list)


class AudienceOut(Strict):
    """Who reads one kind of figure."""

    circles = fields.List(fields.String(metadata={"enum": list(CIRCLES)}))
    firm_ids = fields.List(fields.String())


class AudiencesOut(Strict):
    """Who reads the firm's prices and its capacity; ``version`` goes into If-Match."""

    prices = fields.Nested(AudienceOut)
    capacity = fields.Nested(AudienceOut)
    version = fields.Integer()


class LookOut(Strict):
    """A firm that read figures of yours on one day, in rankings of one category or on the map."""

    firm_id = fields.String(attribute="viewer_id")
    firm_name = fields.String(attribute="viewer_name")
    source = fields.String(metadata={"description": "ranking, award_study or map"})
    category_id = fields.String()
    prices = fields.Boolean()
    capacity = fields.Boolean()
    times = fields.Integer()
    last_at = fields.String()


class LooksPage(Strict):
    """Some of them, the latest first."""

    items = fields.List(fields.Nested(LookOut))
    next_cursor = fields.String(allow_none=True)
