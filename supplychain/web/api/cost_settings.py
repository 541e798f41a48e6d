"""What one's own firm reckons with, and the records behind another's performance."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from supplychain.actions import cost_settings
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.transactions import read
from supplychain.graph.rankings import records
from supplychain.model.cost_settings import CostSettings
from supplychain.model.money import from_e4
from supplychain.web.access.policy import actor, policy
from supplychain.web.api import Blueprint
from supplychain.web.input import versions
from supplychain.web.schemas.cost_settings import (
    CostSettingsIn,
    CostSettingsOut,
    FirmRecordsOut,
    FirmRecordsQuery,
    as_settings,
)

bp = Blueprint("cost_settings", description="What a buyer reckons with when suppliers are ranked.")


@bp.get("/cost-settings")
@bp.response(200, CostSettingsOut)
@policy("member", roles=("buyer", "viewer"))
def get_settings() -> Any:
    """What your firm reckons with, and which of it is a default."""
    found = cost_settings.get(graph(), by=actor())
    return as_settings(found), versions.etag(found.version)


@bp.put("/cost-settings")
@bp.arguments(CostSettingsIn)
@bp.response(200, CostSettingsOut)
@policy("member", roles=("buyer",))
def change_settings(given: CostSettings) -> Any:
    """Replace what your firm states; what is left out is the default again."""
    cost_settings.change(graph(), given, version=versions.if_match(), by=actor())
    return get_settings()


@bp.get("/firms/<id>/records")
@bp.arguments(FirmRecordsQuery, location="query")
@bp.response(200, FirmRecordsOut)
@policy("member")
def list_records(given: dict[str, Any], id: str) -> dict[str, Any]:
    """The records behind a firm's performance: your own in full, those of others as counts."""
    found = read(graph(), records.records_of, id, given["category_id"], viewer=actor().firm_id)
    return {**asdict(found), "deliveries": [_delivery(one) for one in found.deliveries]}


def _delivery(one: dict[str, Any]) -> dict[str, Any]:
    price = one.pop("unit_price_e4")
    return {**one, "unit_price": None if price is None else from_e4(price)}
