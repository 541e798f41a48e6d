"""The split on the award page beside the scenario it started from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from supplychain.actions.awards import changes
from supplychain.actions.awards.changes import Difference
from supplychain.graph.engine.driver import graph
from supplychain.model.awards.comparisons import Allocation
from supplychain.model.quantities import tidy_quantity
from supplychain.web.access.policy import actor

TYPED_QUANTITY: Final = re.compile(r"[0-9]{1,12}(\.[0-9]{1,3}0?)?", re.ASCII)


def split_beside_scenario(
    request_id: str, scenario_id: str, values: Mapping[str, Any]
) -> tuple[tuple[Allocation, ...] | None, Difference | None]:
    """The quantities to show, and their difference to a scenario, if one is named and is there.

    Typed quantities go before the scenario's own; None before any were typed or proposed.
    """
    typed = typed_split(values)
    if not scenario_id:
        return typed, None
    return changes.lay_beside(graph(), request_id, scenario_id, typed, by=actor())


def typed_split(values: Mapping[str, Any]) -> tuple[Allocation, ...] | None:
    """The quantities that were typed, as far as they are numbers; None before any were."""
    rows = values.get("allocations")
    if not isinstance(rows, list):
        return None
    return tuple(
        Allocation(
            bid_id=str(row["bid_id"]),
            request_line_id=str(row["request_line_id"]),
            quantity=tidy_quantity(Decimal(row["quantity"])),
        )
        for row in rows
        if isinstance(row, dict)
        and TYPED_QUANTITY.fullmatch(str(row.get("quantity", "")))
        and "bid_id" in row
        and "request_line_id" in row
    )
