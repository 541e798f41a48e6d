"""What one's own firm reckons with, and the records behind another's performance."""

from __future__ import annotations

from supplychain.actions import cost_settings
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.transactions import read
from supplychain.graph.rankings import records
from supplychain.graph.rankings.records import Records
from supplychain.model.cost_settings import CostSettings
from supplychain.web.access.policy import actor, policy
from supplychain.web.access.reader_days import reader_today
from supplychain.web.api import Blueprint
from supplychain.web.input.versions import Versioned, if_match, with_etag
from supplychain.web.schemas.cost_settings import (
    CostSettingsIn,
    CostSettingsOut,
    FirmRecordsOut,
    FirmRecordsQuery,
)

bp = Blueprint("cost_settings", description="What a buyer reckons with when suppliers are ranked.")


@bp.get("/cost-settings")
@bp.response(200, CostSettingsOut)
@policy("member", roles=("buyer", "viewer"))
def get_settings() -> Versioned[CostSettings]:
    """What your firm reckons with, and which of it is a default."""
    settings = cost_settings.get(graph(), by=actor())
    return with_etag(settings, settings.version)


@bp.put("/cost-settings")
@bp.arguments(CostSettingsIn)
@bp.response(200, CostSettingsOut)
@policy("member", roles=("buyer",))
def change_settings(settings: CostSettings) -> Versioned[CostSettings]:
    """Replace what your firm states; what is left out is the default again."""
    cost_settings.change(graph(), settings, version=if_match(), by=actor())
    return get_settings()


@bp.get("/firms/<id>/records")
@bp.arguments(FirmRecordsQuery, location="query", as_kwargs=True)
@bp.response(200, FirmRecordsOut)
@policy("member")
def list_records(id: str, category_id: str) -> Records:
    """The records behind a firm's performance: your own in full, those of others as counts."""
    today = reader_today()
    return read(graph(), records.records_of, id, category_id, viewer=actor().firm_id, today=today)
