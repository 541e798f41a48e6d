"""Parts requests as the graph's values, and values as parts requests. No query."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from supplychain.graph.list_keys import list_key, state_key
from supplychain.graph.parts_requests.rates import read_rates, write_rates
from supplychain.model.calendars.zones import zone_of
from supplychain.model.ids import to_instant, to_text
from supplychain.model.money import amount_or_none, e4_or_none, from_e4, to_e4
from supplychain.model.parts_requests.conversions import read_conversions, write_conversions
from supplychain.model.parts_requests.parts_request import PASSING, PartsRequest, RequestLine
from supplychain.model.parts_requests.requirements import Requirements
from supplychain.model.quantities import plain_number, tidy_quantity
from supplychain.model.units import unit_code
from supplychain.model.vat import NET

BEFORE_ALL = "1970-01-01T00:00:00.000000Z"
"""When a request was made whose maker did not say."""


def write_request_row(request: PartsRequest) -> dict[str, Any]:
    """What may change of a request, but its lines."""
    return {
        "id": request.id,
        "title": request.title,
        "note": request.note,
        "state": request.state,
        "currency": request.currency,
        "deadline": _write_instant(request.deadline),
        "audience": request.audience,
        "chain_id": request.chain_id,
        "share_policy": request.share_policy,
        "invite_top": request.invite_top,
        "opening": request.opening,
        "tax_basis": request.tax_basis,
        "accepts": None if request.accepts is None else list(request.accepts),
        "rates": write_rates(request.rates),
        "published_at": _write_instant(request.published_at),
        "opened_at": _write_instant(request.opened_at),
        "decided_at": _write_instant(request.decided_at),
        "version": request.version,
        "list_key": list_key(request.buyer_id, to_text(request.created_at), request.id),
        "state_key": state_key(
            request.buyer_id,
            request.state,
            to_text(request.created_at),
            request.id,
            ends=request.state not in PASSING,
        ),
    }


def _write_instant(instant: datetime | None) -> str | None:
    return None if instant is None else to_text(instant)


def read_request_row(row: dict[str, Any]) -> PartsRequest:
    """The request of a row with its lines; what a supplier's row lacks is as in a new request."""
    made_at = row["created_at"] or row["published_at"] or BEFORE_ALL
    return PartsRequest(
        id=row["id"],
        number=row["number"],
        buyer_id=row["buyer_id"],
        title=row["title"] or "",
        note=row["note"] or "",
        state=row["state"],
        currency=row["currency"],
        deadline=_read_instant(row["deadline"]),
        audience=row["audience"],
        chain_id=row.get("chain_id"),
        share_policy=row["share_policy"] or "ask",
        invite_top=row.get("invite_top") or 0,
        opening=row["opening"] or "deadline",
        tax_basis=row["tax_basis"] or NET,
        accepts=None if row["accepts"] is None else tuple(row["accepts"]),
        lines=tuple(_read_line_row(line) for line in row["lines"]),
        created_at=to_instant(made_at),
        published_at=_read_instant(row["published_at"]),
        opened_at=_read_instant(row["opened_at"]),
        decided_at=_read_instant(row["decided_at"]),
        created_by=row.get("created_by") or "",
        rank_by=row.get("rank_by"),
        rates=read_rates(row.get("rates")),
        version=row["version"],
        zone=zone_of(row["time_zone"], row["country"]),
    )


def _read_instant(text: str | None) -> datetime | None:
    return to_instant(text) if text else None


def write_line_row(request: PartsRequest, line: RequestLine) -> dict[str, Any]:
    """A line of a request as the properties of its node."""
    return {
        "id": line.id,
        "request_id": request.id,
        "number": line.number,
        "part_id": line.part_id,
        "description": line.description,
        "category_id": line.category_id,
        "quantity": plain_number(line.quantity),
        "uom": line.uom,
        "need_by": None if line.need_by is None else line.need_by.isoformat(),
        "place": line.delivery_place,
        "certificates": list(line.certificates),
        "requirements": line.requirements.as_text(),
        "conversions": write_conversions(line.conversions) or None,
        "over_percent_e4": to_e4(line.over_percent) or None,
        "target_price_e4": e4_or_none(line.target_price),
    }


def _read_line_row(row: dict[str, Any]) -> RequestLine:
    """The line of a row; a supplier's row has no target price."""
    target_e4 = row.get("target_price_e4")
    return RequestLine(
        id=row["id"],
        number=row["number"],
        part_id=row.get("part_id"),
        description=row.get("description") or "",
        category_id=row.get("category_id") or "",
        quantity=tidy_quantity(row["quantity"]),
        uom=unit_code(row.get("uom") or ""),
        need_by=date.fromisoformat(row["need_by"]) if row.get("need_by") else None,
        delivery_place=row.get("place") or "",
        certificates=tuple(row.get("certificates") or ()),
        requirements=Requirements.from_text(row.get("requirements")),
        conversions=read_conversions(row.get("conversions")),
        target_price=amount_or_none(target_e4),
        over_percent=from_e4(row.get("over_percent_e4") or 0),
    )
