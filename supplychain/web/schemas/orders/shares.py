"""Shares as the API and the pages read and tell them. A share as such never has a price."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from marshmallow import fields

from supplychain.graph.orders.shares import Peer
from supplychain.model.calendars.zones import day_of
from supplychain.model.orders import OrderLine
from supplychain.model.quantities import Quantity
from supplychain.model.shares import USUAL_TIME, ShareChoice
from supplychain.model.weeks import day_number
from supplychain.web.input.fields import (
    Day,
    Id,
    Instant,
    Makes,
    Money,
    OfLine,
    Strict,
    UnitQuantity,
)

assert timedelta(days=3) == USUAL_TIME, "the field below says three days"


class ShareIn(OfLine, Makes[ShareChoice]):
    """What part of a line to offer to which peer, in the order's currency."""

    makes = ShareChoice

    line_id = Id(required=True)
    peer_id = Id(
        required=True,
        error_messages={"required": "Choose a firm of one of your chains or clusters."},
    )
    quantity = UnitQuantity(required=True, error_messages={"required": "Enter a quantity above 0."})
    unit_price = Money(required=True, error_messages={"required": "Enter a price a unit."})
    ends_at = Instant(metadata={"description": "when the offer ends; three days if not given"})
    need_by = Day(
        metadata={"description": "when the peer has to be done; the promise if not given"}
    )


class SharePartOut(Strict):
    """A share as everybody above it sees it: who makes what, and how far it is."""

    id = fields.String()
    number = fields.String()
    state = fields.String()
    depth = fields.Integer()
    line_id = fields.String()
    parent_line_id = fields.String()
    sharer_id = fields.String()
    sharer_name = fields.String()
    maker_id = fields.String()
    maker_name = fields.String()
    description = fields.String()
    uom = fields.String()
    quantity = UnitQuantity()
    kept_quantity = UnitQuantity(may_be_nothing=True)
    shared_quantity = UnitQuantity(may_be_nothing=True)
    shipped_quantity = UnitQuantity(may_be_nothing=True)
    received_quantity = UnitQuantity(may_be_nothing=True)
    rejected_quantity = UnitQuantity(may_be_nothing=True)
    made_percent = fields.Integer()
    need_by = Day()
    promised_on = Day(allow_none=True)
    ends_at = fields.String(allow_none=True)
    version = fields.Integer()


class SharePartList(Strict):
    """All shares below an order, each above what was shared of it."""

    items = fields.List(fields.Nested(SharePartOut))


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerRoom:
    """A peer, and its free capacity until a line is due: enough, some, none, unknown.

    ``today`` is the day that it is there, from which it counts; None outside a cluster.
    """

    peer: Peer
    room: str
    today: date | None = None


def list_rooms(
    peers: Iterable[Peer], line: OrderLine, *, quantity: Quantity, now: datetime
) -> list[PeerRoom]:
    """How much room each peer has for a quantity of a line, from its own today on."""
    due = day_number(line.due_on)
    return [
        PeerRoom(
            peer=peer,
            room=peer.room(quantity=quantity, now=now, due=due),
            today=day_of(peer.zone, now) if peer.pools else None,
        )
        for peer in peers
    ]


class PeerOut(Strict):
    """A firm that may get a share."""

    id = fields.String(attribute="peer.id")
    name = fields.String(attribute="peer.name")
    city = fields.String(attribute="peer.city")
    able = fields.Boolean(attribute="peer.able", metadata={"description": "it makes this category"})
    pools = fields.Boolean(
        attribute="peer.pools", metadata={"description": "it is in a cluster with your firm"}
    )
    room = fields.String(metadata={"description": "free capacity: enough, some, none, unknown"})
    today = Day(
        allow_none=True,
        metadata={"description": "the day that it is there, from which its capacity counts"},
    )


class PeerList(Strict):
    """Firms that may get a share of a line, those that make its category first."""

    items = fields.List(fields.Nested(PeerOut))
