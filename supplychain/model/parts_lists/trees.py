"""A list with levels as a tree: what contains what, how many in all, what is there twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from supplychain.errors import Invalid
from supplychain.model.parts_lists.levels import (
    Standing,
    find_standings,
    follow_indents,
    is_outline,
)
from supplychain.model.parts_lists.lists import (
    MAX_NODES,
    Counting,
    ListFault,
    ListLine,
    ListQuestion,
    PartsList,
)
from supplychain.model.parts_lists.numbers import fold_part_number

MAX_DEPTH_LEVELS: Final = 30
SHOWN_ITEMS: Final = 5
"""Samples of a question."""
WHOLE_PIECES: Final = Decimal(1)
"""Of the whole itself there is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListNode:
    """A line at its place in the tree.

    Attributes:
        line: what stands in the file.
        depth: 0 at the top.
        parent: the place of what contains it among the nodes; None at the top.
        each: how many are in one of the parent; None where that cannot be said.
        total: how many are in one of the whole; None as well.
        has_parts: whether it contains others.
    """

    line: ListLine
    depth: int = 0
    parent: int | None = None
    each: Decimal | None = None
    total: Decimal | None = None
    has_parts: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PartsTree:
    """The nodes, each after what contains it, and what must be asked of them.

    ``is_flat``: nothing in the list says of levels or parents.
    """

    nodes: tuple[ListNode, ...] = ()
    questions: tuple[ListQuestion, ...] = ()
    counting: Counting = ""
    is_flat: bool = False


def grow_tree(read: PartsList, counting: Counting, *, adds_up: bool | None) -> PartsTree:
    """The tree that a list is; of a flat one all nodes are at the top.

    Args:
        read: the list.
        counting: what was said of its quantities; else what its headers or its figures say.
        adds_up: whether the same part twice under one parent is one node with both quantities.

    Raises:
        Invalid: a part contains itself, or the tree is too large.
    """
    placed = _place_lines(read.lines)
    is_flat = placed is None
    nodes = [ListNode(line=line) for line in read.lines] if placed is None else placed
    asked = list_twice(nodes) if adds_up is None else []
    nodes = _add_up(nodes, adds_up=adds_up)
    counted = counting or read.counting or _see_counting(nodes)
    if not counted:
        asked.append(_ask_counting(nodes))
    return PartsTree(
        nodes=tuple(_count_nodes(nodes, counted or "each")),
        questions=tuple(asked),
        counting=counted,
        is_flat=is_flat,
    )


def _place_lines(lines: Sequence[ListLine]) -> list[ListNode] | None:
    """The lines with their parents, parents first; None where nothing says of any."""
    if any(line.parent for line in lines):
        return _follow_numbers(lines)
    standings = _find_line_standings(lines)
    if standings is None or all(one.parent is None for one in standings):
        return None
    nodes: list[ListNode] = []
    for line, standing in zip(lines, standings, strict=True):
        depth = 0 if standing.parent is None else nodes[standing.parent].depth + 1
        if depth > MAX_DEPTH_LEVELS:
            raise Invalid("A list may have at most %(most)s levels.", most=MAX_DEPTH_LEVELS)
        if standing.fault:
            code = line.level or line.position
            fault = ListFault(field="level", text=code, message=standing.fault)
            line = replace(line, faults=(*line.faults, fault))
        nodes.append(ListNode(line=line, depth=depth, parent=standing.parent))
    return nodes


def _find_line_standings(lines: Sequence[ListLine]) -> list[Standing] | None:
    if any(line.level for line in lines):
        return find_standings([line.level for line in lines])
    positions = [line.position for line in lines]
    if is_outline(positions):
        return find_standings(positions)
    if any(line.indent for line in lines):
        return follow_indents([line.indent for line in lines])
    return None


def _follow_numbers(lines: Sequence[ListLine]) -> list[ListNode]:
    """A tree out of rows that name their parent; each place of a parent has all its parts."""
    parts: dict[str, list[ListLine]] = {}
    for line in lines:
        parts.setdefault(fold_part_number(line.parent), []).append(line)
    own = {fold_part_number(line.number) for line in lines}
    roots = list(parts.get("", ()))
    seen = {fold_part_number(line.number) for line in roots}
    for line in lines:
        folded = fold_part_number(line.parent)
        if folded and folded not in own and folded not in seen:
            seen.add(folded)
            roots.append(ListLine(row=line.row, number=line.parent, quantity=WHOLE_PIECES))
    nodes: list[ListNode] = []
    stack = [(line, 0, None, frozenset[str]()) for line in reversed(roots)]
    while stack:
        line, depth, parent, above = stack.pop()
        folded = fold_part_number(line.number)
        if folded in above:
            raise Invalid("%(name)s contains itself. Mend the file.", name=line.label)
        if len(nodes) >= MAX_NODES or depth > MAX_DEPTH_LEVELS:
            raise Invalid("A list may have at most %(most)s rows.", most=MAX_NODES)
        at = len(nodes)
        nodes.append(ListNode(line=line, depth=depth, parent=parent))
        below = parts.get(folded, []) if folded else []
        stack += [(one, depth + 1, at, above | {folded}) for one in reversed(below)]  # type: ignore[misc]
    if not nodes:
        raise Invalid("Each part of this list is part of another. Mend the file.")
    return nodes


def list_twice(nodes: Sequence[ListNode]) -> list[ListQuestion]:
    """The question whether parts that are in the list twice are added up."""
    by_number: dict[str, list[ListLine]] = {}
    for node in nodes:
        if node.line.number:
            by_number.setdefault(node.line.number, []).append(node.line)
    samples = []
    for same in by_number.values():
        texts = [_say_quantity(line.quantity) for line in same]
        if len(same) > 1:
            samples.append(f"{same[0].label}: {' + '.join(texts[:SHOWN_ITEMS])}")
    if not samples:
        return []
    return [ListQuestion(kind="twice", samples=tuple(samples[:SHOWN_ITEMS]))]


def _say_quantity(quantity: Decimal | None) -> str:
    return "?" if quantity is None else f"{quantity.normalize():f}"


def _group_same(nodes: Sequence[ListNode]) -> Mapping[tuple[object, ...], list[int]]:
    """Places of nodes by their parent, number and unit."""
    groups: dict[tuple[object, ...], list[int]] = {}
    for at, node in enumerate(nodes):
        if node.line.number:
            line = node.line
            groups.setdefault((node.parent, line.number, line.uom, line.need_by), []).append(at)
    return groups


def _add_up(nodes: list[ListNode], *, adds_up: bool | None) -> list[ListNode]:
    """The nodes, the same ones of a parent as one where that is wished and none has parts."""
    if not adds_up:
        return nodes
    with_parts = {node.parent for node in nodes}
    gone: set[int] = set()
    for same in _group_same(nodes).values():
        some = [nodes[at].line.quantity for at in same]
        if len(same) > 1 and None not in some and not with_parts & set(same):
            total = sum((one for one in some if one is not None), Decimal(0))
            first = nodes[same[0]]
            nodes[same[0]] = replace(first, line=replace(first.line, quantity=total))
            gone |= set(same[1:])
    return _drop_nodes(nodes, gone)


def _drop_nodes(nodes: Sequence[ListNode], gone: set[int]) -> list[ListNode]:
    places: dict[int | None, int | None] = {None: None}
    kept: list[ListNode] = []
    for at, node in enumerate(nodes):
        if at not in gone:
            places[at] = len(kept)
            kept.append(replace(node, parent=places[node.parent]))
    return kept


def _see_counting(nodes: Sequence[ListNode]) -> Counting:
    """What quantities are for, where their figures leave one answer."""
    differs = False
    for node in nodes:
        above = None if node.parent is None else nodes[node.parent].line.quantity
        own = node.line.quantity
        if above is None or own is None or above == WHOLE_PIECES:
            continue
        differs = True
        if not above or own % above:
            return "each"
    return "" if differs else "each"


def _ask_counting(nodes: Sequence[ListNode]) -> ListQuestion:
    samples = []
    for node in nodes:
        above = None if node.parent is None else nodes[node.parent].line
        own = node.line.quantity
        if above and above.quantity and above.quantity != WHOLE_PIECES and own is not None:
            samples.append(
                f"{_say_quantity(above.quantity)} × {above.label} → "
                f"{_say_quantity(own)} × {node.line.label}"
            )
    return ListQuestion(kind="counting", samples=tuple(samples[:SHOWN_ITEMS]))


def _count_nodes(nodes: Sequence[ListNode], counting: Counting) -> Iterable[ListNode]:
    with_parts = {node.parent for node in nodes}
    totals: list[Decimal | None] = []
    for at, node in enumerate(nodes):
        own = node.line.quantity
        above = WHOLE_PIECES if node.parent is None else totals[node.parent]
        if counting == "total":
            each = None if own is None or not above else own / above
            total = own
        else:
            each = own
            total = None if own is None or above is None else own * above
        totals.append(total)
        yield replace(node, each=each, total=total, has_parts=at in with_parts)
