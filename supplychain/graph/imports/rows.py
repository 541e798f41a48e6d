"""Rows of the import tables as properties of the graph, by name; what is empty is None."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias

from supplychain.graph.capacity.paces import pace_values
from supplychain.graph.capacity.part_hours import hours_id
from supplychain.model.capabilities import CapabilityProfile, ends_beside
from supplychain.model.imports.tables import TABLES

PropertyRows: TypeAlias = list[dict[str, Any]]

HOUR_FIELDS: Final = ("weekly_hours_e4", "hours_per_piece_e4", "setup_hours_e4")

OFFER_FIELDS: Final = (
    "firm_id",
    "part_id",
    "tier_from",
    "tier_prices_e4",
    "currency",
    "moq",
    "lead_days",
    "tier_rule",
    "incoterm",
    "payment_days",
    "freight_e4",
    "tooling_e4",
    "valid_from",
    "valid_until",
    "price_per",
)
"""Of an offer with all its tiers: two lists instead of a row for each."""


def to_properties(table: str, row: list[Any]) -> dict[str, Any]:
    """The properties of a row that is in the order of its table's fields (of ``OFFER_FIELDS``).

    With the ``id`` of its node where that is made of a key of several columns.
    """
    fields = OFFER_FIELDS if table == "offers" else TABLES[table].fields
    values = dict(zip(fields, row, strict=True))
    return _COMPLETIONS[table](values) if table in _COMPLETIONS else values


def to_contained(row: list[Any], revision: str) -> dict[str, Any]:
    """The properties of a row of a bill of materials: it hangs on a revision of the parent."""
    return {
        "parent_part_id": row[0],
        "child_part_id": row[1],
        "quantity_e4": row[2],
        "revision_id": f"{row[0]}|{revision}",
    }


def _complete_capability(values: dict[str, Any]) -> dict[str, Any]:
    """The ends of certificates beside their names, the pace of hours; empty lists are not stored.

    Where there are hours, the pieces of a week follow from them.
    """
    beside = ends_beside(values["certificates"], values["certificate_ends"])
    lists = {"certificate_ends": beside if any(beside) else None}
    lists |= {name: values[name] or None for name in ("processes", "materials")}
    stated = CapabilityProfile(**{name: values[name] for name in (*HOUR_FIELDS, "lot_size")})
    return {
        "id": f"{values['firm_id']}|{values['category_id']}",
        **values,
        **lists,
        **pace_values(stated),
        "weekly_capacity": stated.count_weekly_pieces(
            None if stated.hours else values["weekly_capacity"]
        ),
    }


def _add_part_id(values: dict[str, Any]) -> dict[str, Any]:
    return {"id": f"{values['firm_id']}|{values['part_id']}", **values}


def _add_hours_id(values: dict[str, Any]) -> dict[str, Any]:
    capability_id = f"{values['firm_id']}|{values['category_id']}"
    part_id = values["part_id"]
    return {"id": hours_id(capability_id, part_id), "capability_id": capability_id, **values}


def _add_rate_id(values: dict[str, Any]) -> dict[str, Any]:
    names = ("firm_id", "day", "from_currency", "to_currency")
    return {"id": "|".join(values[name] for name in names), **values}


_COMPLETIONS: Final[dict[str, Callable[[dict[str, Any]], dict[str, Any]]]] = {
    "capabilities": _complete_capability,
    "part_hours": _add_hours_id,
    "offers": _add_part_id,
    "stocks": _add_part_id,
    "exchange_rates": _add_rate_id,
}
