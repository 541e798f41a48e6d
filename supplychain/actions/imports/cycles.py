"""Bills of materials that would contain themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable

Edges = dict[str, set[str]]


def widen_edges(edges: Edges, below: Callable[[list[str]], Iterable[tuple[str, str]]]) -> Edges:
    """Edges of a file with those the graph has below them, level by level.

    Args:
        edges: children by parent, from the file.
        below: (parent, child) pairs of the graph for some parents.
    """
    wide = {parent: set(children) for parent, children in edges.items()}
    asked: set[str] = set()
    frontier = set(edges) | {child for children in edges.values() for child in children}
    while frontier:
        asked |= frontier
        for parent, child in below(sorted(frontier)):
            wide.setdefault(parent, set()).add(child)
        frontier = {child for children in wide.values() for child in children} - asked
    return wide


def find_rings(edges: Edges) -> dict[str, int]:
    """The ring each part is in, by number; parts in none are left out.

    Two parts are in one ring when each contains the other at some depth (Tarjan 1972, without
    recursion). O(parts + edges).
    """
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    path: list[str] = []
    ring: dict[str, int] = {}
    closed: set[str] = set()
    for root in edges:
        if root in index:
            continue
        work = [(root, iter(edges.get(root, ())))]
        index[root] = low[root] = len(index)
        path.append(root)
        while work:
            part, children = work[-1]
            child = next(children, None)
            if child is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[part])
                if low[part] == index[part]:
                    _close_ring(part, path, closed, ring, edges)
            elif child not in index:
                index[child] = low[child] = len(index)
                path.append(child)
                work.append((child, iter(edges.get(child, ()))))
            elif child not in closed:
                low[part] = min(low[part], index[child])
    return ring


def _close_ring(
    part: str, path: list[str], closed: set[str], ring: dict[str, int], edges: Edges
) -> None:
    members = [path.pop()]
    while members[-1] != part:
        members.append(path.pop())
    closed.update(members)
    if len(members) > 1 or part in edges.get(part, ()):
        number = len(closed)
        ring.update(dict.fromkeys(members, number))
