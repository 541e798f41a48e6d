"""Reverse matching: the open lines that fit what a supplier posted as idle, best first.

Only the supplier's own posting and what a line asks for are weighed: no price, no other firm.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from supplychain.model.capacity.idle_capacity import IdleCapacity
from supplychain.model.names import is_same_name
from supplychain.model.parts_requests.requirements import Requirements, does_step, fold_term
from supplychain.model.quantities import Quantity

KINDS: Final = ("category_and_process", "category", "process", "step")
"""How a line fits, best first; ``step``: one step of its routing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenLine:
    """A line that the supplier may bid for."""

    request_id: str
    request_number: str
    title: str
    buyer_name: str
    deadline: datetime
    is_invited: bool
    number: int
    description: str
    category_id: str
    quantity: Quantity
    uom: str
    need_by: date | None
    certificates: tuple[str, ...]
    requirements: Requirements
    buyer_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """A line with how it fits; ``covers`` is the share of its quantity that the posting can make.

    ``covers`` is None for hours: how many a piece takes is not known.
    """

    line: OpenLine
    kind: str
    covers: float | None


def list_fitting_lines(
    posted: IdleCapacity, lines: Iterable[OpenLine], *, now: datetime
) -> list[Fit]:
    """The lines that fit, best first.

    A line fits by category or process, if its need date is not before the first idle day. The
    order is: how it fits, the share of the quantity that can be made, the deadline; then request
    and line, so that the order in which lines were found changes nothing. O(lines log lines).

    Args:
        posted: what the supplier has idle.
        lines: that the supplier may bid for, in any order.
        now: an aware UTC instant; lines whose deadline has passed are left out.
    """
    fits = [
        Fit(line=line, kind=kind, covers=_share_covered(posted, line))
        for line in lines
        if line.deadline > now
        and (line.need_by is None or line.need_by >= posted.starts_on)
        and (kind := _kind_of_fit(posted, line))
    ]
    return sorted(fits, key=_sort_key_of)


def _kind_of_fit(posted: IdleCapacity, line: OpenLine) -> str:
    asked = line.requirements
    process = fold_term(posted.process)
    same_category = is_same_name(posted.category_id, line.category_id)
    same_process = bool(process) and process == fold_term(asked.process)
    differs = bool(posted.process and asked.process) and not same_process
    if same_category and same_process:
        return "category_and_process"
    if same_category and not differs:
        return "category"
    if same_process:
        return "process"
    made = (posted.category_id, posted.process)
    is_step = any(does_step(name, step) for step in asked.routing for name in made)
    return "step" if is_step else ""


def _share_covered(posted: IdleCapacity, line: OpenLine) -> float | None:
    if posted.unit != "pieces" or line.quantity <= 0:
        return None
    return min(1.0, posted.quantity / float(line.quantity))


def _sort_key_of(fit: Fit) -> tuple[int, float, datetime, str, int]:
    line = fit.line
    covers = -(fit.covers or 0.0)
    return KINDS.index(fit.kind), covers, line.deadline, line.request_id, line.number
