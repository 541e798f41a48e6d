"""A parts list as lines of a request: matched with parts, counted, what is wrong beside each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from neo4j import Driver

from supplychain.errors import Invalid
from supplychain.graph.engine.reading import together
from supplychain.graph.engine.transactions import Tx, read
from supplychain.graph.firm_days import find_zone
from supplychain.graph.parts_requests import choices
from supplychain.graph.parts_requests.choices import PartChoice
from supplychain.model.calendars.zones import local_instant
from supplychain.model.parts_lists.lists import ListFault, ListHead, ListLine, PartsList
from supplychain.model.parts_lists.numbers import fold_part_number, make_part_id
from supplychain.model.parts_lists.trees import ListNode, PartsTree
from supplychain.model.parts_requests.conversions import StatedConversion, split_typed
from supplychain.model.parts_requests.parts_request import MAX_LINES, RequestContent, RequestLine
from supplychain.model.people.actors import Actor
from supplychain.model.quantities import (
    MAX_DECIMALS,
    Quantity,
    find_quantity_problem,
    tidy_quantity,
)
from supplychain.model.units import PIECE, convert, converts, find_unit

LOOKED_AT_PARTS: Final = 2_000
"""Parts of a firm among which numbers that look alike are searched for."""
INVITED_FIRMS: Final = 5
"""Of each line's ranking, as in a request that is begun by hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineDefaults:
    """What holds for each line that does not say it, and for how many of the whole lines are.

    ``machines`` multiplies all quantities.
    """

    category: str = ""
    need_by: date | None = None
    delivery_place: str = ""
    machines: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFault:
    """What is wrong with a field of a drafted line, which counts from 0; ``row`` is in the file."""

    line: int
    row: int
    fault: ListFault


@dataclass(frozen=True, slots=True, kw_only=True)
class LikelyPart:
    """A part of the firm whose number looks like that of a line."""

    line: int
    number: str
    part_id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftedLines:
    """A request out of a list, before anybody saved it.

    Attributes:
        content: of the request; a line lacks what is a fault of it.
        faults: of cells.
        likely: parts that are probably meant.
        rows: numbers of the rows in the file that each line came of.
    """

    content: RequestContent
    faults: tuple[LineFault, ...] = ()
    likely: tuple[LikelyPart, ...] = ()
    rows: tuple[tuple[int, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _PickedLine:
    """A line with how many are wanted, and the rows that it came of."""

    line: ListLine
    wanted: Decimal | None
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _OwnParts:
    """Parts that a request of a firm may name, and the firm's time zone."""

    by_id: dict[str, PartChoice]
    by_fold: dict[str, PartChoice]
    zone: str


def draft_list(
    driver: Driver,
    read_list: PartsList,
    tree: PartsTree,
    picked: Iterable[int] | None,
    defaults: LineDefaults,
    *,
    adds_up: bool,
    by: Actor,
) -> DraftedLines:
    """A request out of what was picked of a list.

    Args:
        driver: of the graph.
        read_list: the list.
        tree: that it is.
        picked: places of nodes; None are all that contain nothing else.
        defaults: what lines do not say.
        adds_up: whether the same part is one line.
        by: whose parts may be named.
    """
    wanted = _pick_nodes(tree, picked, defaults.machines)
    if adds_up:
        wanted = _add_same(wanted)
    # Of more lines than a request takes none is saved: their parts need not be looked up.
    numbers = sorted({one.line.number for one in wanted[:MAX_LINES] if one.line.number})
    own = read(driver, _read_own_parts, numbers, by.firm_id)
    lines, faults, likely = [], [], []
    for at, one in enumerate(wanted):
        line, wrong, part = _make_line(one, own, defaults, read_list.head)
        lines.append(line)
        faults += [LineFault(line=at, row=one.line.row, fault=fault) for fault in wrong]
        if part is not None:
            likely.append(
                LikelyPart(line=at, number=one.line.number, part_id=part.id, name=part.name or "")
            )
    return DraftedLines(
        content=_make_content(read_list.head, tuple(lines), own.zone),
        faults=tuple(faults),
        likely=tuple(likely),
        rows=tuple(one.rows for one in wanted),
    )


def _pick_nodes(
    tree: PartsTree, picked: Iterable[int] | None, machines: Decimal
) -> list[_PickedLine]:
    places = set(range(len(tree.nodes))) if picked is None else set(picked)
    return [
        _PickedLine(line=node.line, wanted=_count_wanted(node, machines), rows=(node.line.row,))
        for at, node in enumerate(tree.nodes)
        if at in places and (picked is not None or not node.has_parts)
    ]


def _count_wanted(node: ListNode, machines: Decimal) -> Decimal | None:
    return None if node.total is None else node.total * machines


def _add_same(wanted: Sequence[_PickedLine]) -> list[_PickedLine]:
    """One line for each part, unit and day, where all quantities can be read."""
    groups: dict[tuple[object, ...], list[_PickedLine]] = {}
    for at, one in enumerate(wanted):
        line = one.line
        key = (line.number, line.uom, line.need_by) if line.number and one.wanted else (at,)
        groups.setdefault(key, []).append(one)
    return [
        replace(
            same[0],
            wanted=sum((one.wanted for one in same if one.wanted), Decimal(0))
            if len(same) > 1
            else same[0].wanted,
            rows=tuple(row for one in same for row in one.rows),
        )
        for same in groups.values()
    ]


def _read_own_parts(tx: Tx, numbers: list[str], viewer: str) -> _OwnParts:
    ids = sorted({*numbers, *map(make_part_id, numbers)})
    parts, listed, zone = together(
        lambda: choices.find_parts(tx, ids, viewer=viewer) if ids else {},
        lambda: choices.list_parts(tx, viewer=viewer, limit=LOOKED_AT_PARTS),
        lambda: find_zone(tx, viewer),
    )
    return _OwnParts(
        by_id=parts, by_fold={fold_part_number(part.id): part for part in listed}, zone=zone
    )


def _make_line(
    one: _PickedLine, own: _OwnParts, defaults: LineDefaults, head: ListHead
) -> tuple[RequestLine, list[ListFault], PartChoice | None]:
    """The line, what is wrong with it, and a part that is probably meant."""
    read_line, faults = one.line, list(one.line.faults)
    number = read_line.number
    part = own.by_id.get(number) or own.by_id.get(make_part_id(number)) if number else None
    likely = None if part or not number else own.by_fold.get(fold_part_number(number))
    quantity, uom = _fit_unit(one.wanted, read_line.uom, part, faults)
    stated = _read_conversions(read_line.conversions, faults)
    return (
        RequestLine(
            part_id=part.id if part else None,
            description=read_line.describe(with_number=part is None),
            category_id=read_line.category or ("" if part else defaults.category),
            quantity=quantity,
            uom=uom,
            need_by=read_line.need_by or _without_fault(faults, head, defaults),
            delivery_place=read_line.delivery_place
            or head.delivery_place
            or defaults.delivery_place,
            certificates=read_line.certificates,
            target_price=read_line.target_price,
            requirements=read_line.requirements,
            conversions=stated,
            over_percent=read_line.over_percent,
        ),
        faults,
        likely,
    )


def _without_fault(
    faults: Sequence[ListFault], head: ListHead, defaults: LineDefaults
) -> date | None:
    """The day of all lines; none for a line that says one that cannot be read."""
    if any(fault.field == "need_by" for fault in faults):
        return None
    return head.need_by or defaults.need_by


def _fit_unit(
    wanted: Decimal | None, uom: str, part: PartChoice | None, faults: list[ListFault]
) -> tuple[Quantity, str]:
    """The quantity in the unit in which the part is kept, where the one it is in converts."""
    if wanted is None:
        return 0, uom
    own, kept = find_unit(uom), find_unit((part and part.uom) or "")
    if own and kept and own is not kept and converts(own, kept):
        wanted, uom = convert(wanted, own, kept), kept.code
    if wanted != round(wanted, MAX_DECIMALS):
        message = "This comes to %(quantity)s, which has more than 3 decimals."
        text = f"{wanted:.6f}"
        values = (("quantity", text),)
        faults.append(ListFault(field="quantity", text=text, message=message, values=values))
        return 0, uom
    quantity = tidy_quantity(wanted)
    problem = find_quantity_problem(quantity, uom or (part and part.uom) or PIECE)
    if problem:
        faults.append(ListFault(field="quantity", text=f"{quantity}", message=problem))
        return 0, uom
    return quantity, uom


def _read_conversions(text: str, faults: list[ListFault]) -> tuple[StatedConversion, ...]:
    typed = split_typed(text) if text else []
    stated = []
    for entry in typed or ():
        unit = find_unit(entry["uom"])
        if unit is not None:
            stated.append(
                StatedConversion(
                    uom=unit.code,
                    amount=tidy_quantity(Decimal(entry["amount"].replace(",", ""))),
                    equals=tidy_quantity(Decimal(entry["equals"].replace(",", ""))),
                )
            )
    if text and (typed is None or len(stated) < len(typed)):
        message = "Write it as: 1 box = 50; 2.47 kg = 1."
        faults.append(ListFault(field="conversions", text=text, message=message))
        return ()
    return tuple(stated)


def _make_content(head: ListHead, lines: tuple[RequestLine, ...], zone: str) -> RequestContent:
    content = RequestContent(
        title=head.request_title,
        note=head.note,
        deadline=_find_instant(head.deadline, zone),
        tax_basis=head.tax_basis,
        invite_top=INVITED_FIRMS,
        lines=lines,
    )
    return replace(content, currency=head.currency) if head.currency else content


def _find_instant(local: datetime | None, zone: str) -> datetime | None:
    try:
        return local and local_instant(zone, local)
    except Invalid:  # the clocks go forward over it
        return None
