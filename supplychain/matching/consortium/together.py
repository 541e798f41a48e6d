"""Firms that can make together what none can make alone: a virtual cluster, proposed.

Two proposals, each of at most ``MOST_FIRMS`` firms, exact over the firms looked at:

- the **cheapest** has the least landed cost over all pieces: each firm is priced at the tier that
  its own part reaches, with its one-off cost;
- the **most reliable** has the largest probability that every firm delivers on time and in full,
  taken as independent (the product of their posterior means); among equals the cheapest.

A firm's part lies between its smallest and its largest lot (minimum order and first tier too) and
within what it can make by the need date in whole lots. Where one existing cluster of peers can do
as well as the best, it is preferred. Of more than ``MOST_LOOKED_AT`` firms, those that can make
the most are looked at, and those that are best by the proposal's own measure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from math import exp, log
from typing import Any

import numpy as np

from supplychain.matching.candidates.arrays import Coded, Flags, Floats, Ints, Ragged
from supplychain.matching.candidates.columns import Candidates, Places
from supplychain.matching.consortium.splits import Segment, Split, cheapest
from supplychain.matching.cost.landed_cost import landed_cost
from supplychain.matching.feasibility import filters
from supplychain.matching.feasibility.capacity import possible_quantity, promise
from supplychain.matching.feasibility.windows import to_make
from supplychain.matching.need import Need
from supplychain.matching.performance import Performance, Priors, performance

MOST_FIRMS = 5
MOST_LOOKED_AT = 100
MOST_CLUSTERS = 10
"""Clusters with most members among the firms looked at, tried for a tie."""
SAME = 1e-9
"""Relative difference below which two proposals are as good as each other."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pool:
    """The firms that could take a part of a line that none can make alone, by firm id.

    ``least`` and ``most`` bound each firm's part; ``on_time`` is the probability of a delivery on
    time and in full and ``evidence`` the deliveries behind it, ``value`` the performance; ``cost``
    the landed cost at the whole quantity.
    """

    need: Need
    firms: Candidates
    possible: Ints
    least: Ints
    most: Ints
    cost: Floats
    on_time: Floats
    evidence: Floats
    value: Floats


def pool(
    need: Need, firms: Candidates, *, priors: Priors, record: Performance | None = None
) -> Pool | None:
    """Who could take part; None where one firm can make all of it, or all together cannot.

    Args:
        need: the line.
        firms: columns of n suppliers in any order.
        priors: of the category.
        record: ``performance`` of the same firms, where it is known already.
    """
    possible = possible_quantity(need, firms)
    sieve = filters.sift(need, firms, possible)
    if (sieve.passed & (possible >= need.quantity)).any():
        return None
    least = np.maximum.reduce([np.ones(len(firms), np.int64), sieve.smallest, firms.min_lot])
    most = np.where(firms.max_lot > 0, np.minimum(possible, firms.max_lot), possible)
    only_small = sieve.count == sieve.fails["max_lot_below_quantity"]
    joins = only_small & (most >= least) & (most > 0)
    if most[joins].sum() < need.quantity or len(np.flatnonzero(joins)) < 2:
        return None
    rows = sorted(np.flatnonzero(joins).tolist(), key=lambda i: firms.firm_ids[i])
    chosen = np.array(rows, np.int64)
    record = record or performance(firms, priors=priors, weights=need.weights)
    few = take(firms, chosen)
    return Pool(
        need=need,
        firms=few,
        possible=possible[chosen],
        least=least[chosen],
        most=np.minimum(most[chosen], need.quantity),
        cost=landed_cost(need, few).total,
        on_time=record.delivery.mean[chosen],
        evidence=record.delivery.evidence[chosen],
        value=record.value[chosen],
    )


def propose(found: Pool, clusters: Mapping[str, Sequence[str]]) -> dict[str, Any] | None:
    """The two proposals as plain values, or None where no few firms cover the quantity.

    Args:
        found: who could take part.
        clusters: member firms by cluster.

    Returns:
        ``cheapest`` and ``most_reliable`` (None where there is none), ``firms_able`` to take part
        and ``firms_at_most``.
    """
    priced = _segments(found, _looked_at(found, found.cost, ~np.isnan(found.cost)))
    trusted = _segments(found, _looked_at(found, -found.on_time, found.on_time > 0))
    cheap = _cheapest(found, priced, clusters)
    sure = _most_reliable(found, trusted, clusters)
    if cheap is None and sure is None:
        return None
    return {
        "cheapest": cheap,
        "most_reliable": sure,
        "firms_able": len(found.firms),
        "firms_at_most": MOST_FIRMS,
    }


def _looked_at(found: Pool, measure: Floats, among: Flags) -> list[int]:
    """Rows of the firms to look at, ascending: the least by the measure and the largest."""
    rows = np.flatnonzero(among).tolist()
    if len(rows) <= MOST_LOOKED_AT:
        return rows
    half = MOST_LOOKED_AT // 2
    best = sorted(rows, key=lambda i: (measure[i], i))[:half]
    large = sorted(set(rows) - set(best), key=lambda i: (-found.most[i], measure[i], i))
    return sorted([*best, *large[: MOST_LOOKED_AT - half]])


def _cheapest(
    found: Pool, segments: list[Segment], clusters: Mapping[str, Sequence[str]]
) -> dict[str, Any] | None:
    quantity = found.need.quantity
    best = cheapest(segments, quantity, firms=MOST_FIRMS)
    if best is None:
        return None
    for own in _by_cluster(found, segments, clusters):
        peers = cheapest(own, quantity, firms=MOST_FIRMS)
        if peers is not None and peers.cost <= best.cost * (1 + SAME):
            return _told(found, own, peers, clusters)
    return _told(found, segments, best, clusters)


def _most_reliable(
    found: Pool, segments: list[Segment], clusters: Mapping[str, Sequence[str]]
) -> dict[str, Any] | None:
    quantity = found.need.quantity
    risks = [replace(one, fixed=one.weight, each=0.0) for one in segments]
    best = cheapest(risks, quantity, firms=MOST_FIRMS)
    if best is None:
        return None
    risk = best.cost + SAME * (1 + best.cost)
    for own in (*_by_cluster(found, segments, clusters), segments):
        split = cheapest(own, quantity, firms=MOST_FIRMS, most_weight=risk)
        if split is not None:
            return _told(found, own, split, clusters)
    return _told(found, segments, best, clusters)


def _by_cluster(
    found: Pool, segments: list[Segment], clusters: Mapping[str, Sequence[str]]
) -> list[list[Segment]]:
    """The segments of the members of each cluster that could cover the quantity, largest first."""
    ids = found.firms.firm_ids
    inside = {segment.firm for segment in segments}
    groups: list[tuple[int, str, list[Segment]]] = []
    for cluster_id, members in clusters.items():
        firms = {i for i in inside if ids[i] in set(members)}
        if len(firms) > 1 and int(found.most[list(firms)].sum()) >= found.need.quantity:
            own = [segment for segment in segments if segment.firm in firms]
            groups.append((-len(firms), cluster_id, own))
    return [own for *_, own in sorted(groups, key=lambda one: one[:2])[:MOST_CLUSTERS]]


def _segments(found: Pool, rows: list[int]) -> list[Segment]:
    """The price ranges of the firms in these rows, within their bounds."""
    ranges = [span for i in rows for span in _ranges(found, i)]
    points = {start for _, start, _ in ranges}
    points |= {end for i, _, end in ranges if found.firms.incremental[i]}
    total, tooling = _costs_at(found, points)
    dearest = max((float(np.nanmax(costs)) for costs in total.values() if _known(costs)), default=0)
    made = []
    for i, start, end in ranges:
        once = float(tooling[start][i]) * start
        each = float(total[start][i]) - once / start
        if found.firms.incremental[i] and end > start:
            whole = float(total[end][i]) * end
            each = (whole - float(total[start][i]) * start) / (end - start)
            once = float(total[start][i]) * start - each * start
        if np.isnan(each):
            once, each = 0.0, 2 * dearest
        weight = -log(float(found.on_time[i]))
        made.append(Segment(firm=i, least=start, most=end, fixed=once, each=each, weight=weight))
    return made


def _known(costs: Floats) -> bool:
    return not bool(np.isnan(costs).all())


def _ranges(found: Pool, i: int) -> list[tuple[int, int, int]]:
    """(row, from, to) of each price range of firm ``i`` that its part may lie in."""
    least, most = int(found.least[i]), int(found.most[i])
    keys = found.firms.tiers.row(i)[0]
    starts = [least, *sorted({key for key in keys if least < key <= most})]
    ends = [start - 1 for start in starts[1:]] + [most]
    return [(i, start, end) for start, end in zip(starts, ends, strict=True)]


def _costs_at(found: Pool, points: set[int]) -> tuple[dict[int, Floats], dict[int, Floats]]:
    """Landed cost and one-off cost a piece of every firm at each of these quantities."""
    total, tooling = {}, {}
    for point in points:
        cost = landed_cost(replace(found.need, quantity=point), found.firms)
        total[point], tooling[point] = cost.total, cost.tooling
    return total, tooling


def _told(
    found: Pool, segments: list[Segment], split: Split, clusters: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    """A proposal as plain values; the firms with the largest part first."""
    parts = {segments[i].firm: (segments[i], q) for i, q in split.quantities.items()}
    order = sorted(parts, key=lambda i: (-parts[i][1], i))
    shares = [_share(found, i, *parts[i]) for i in order]
    ids = {found.firms.firm_ids[i] for i in order}
    costs = [share["cost_e4"] for share in shares]
    known = None if None in costs else sum(costs)
    days = [share["finish_on"] for share in shares]
    quantity = found.need.quantity
    parts_of_value = [float(found.value[i]) * q for i, (_, q) in parts.items()]
    return {
        "firms": shares,
        "cost_e4": known,
        "landed_cost_e4": None if known is None else round(known / quantity),
        "on_time": round(exp(-sum(segment.weight for segment, _ in parts.values())), 4),
        "evidence": int(found.evidence[order].sum()),
        "performance": round(sum(parts_of_value) / quantity, 4),
        "finish_on": None if None in days else max(days),
        "cluster": any(ids <= set(members) for members in clusters.values()),
        "proven": split.proven,
    }


def _share(found: Pool, i: int, segment: Segment, quantity: int) -> dict[str, Any]:
    lots = found.firms.lot_size
    need = replace(found.need, quantity=quantity)
    known = not np.isnan(found.cost[i])
    cost = segment.fixed + segment.each * quantity
    return {
        "firm_id": found.firms.firm_ids[i],
        "quantity": quantity,
        "made": to_make(quantity, 0 if lots is None else int(lots[i])),
        "cost_e4": round(cost) if known else None,
        "landed_cost_e4": round(cost / quantity) if known else None,
        "finish_on": promise(need, found.firms, found.possible, i)["finish_on"],
    }


def take(firms: Candidates, rows: Ints) -> Candidates:
    """The same columns with these rows alone."""
    kept = {each.name: _taken(getattr(firms, each.name), rows) for each in fields(firms)}
    return replace(firms, **kept)


def _taken(column: Any, rows: Ints) -> Any:
    if isinstance(column, np.ndarray):
        return column[rows]
    if isinstance(column, Coded):
        return column.taken(rows)
    if isinstance(column, list):
        return [column[i] for i in rows.tolist()]
    if isinstance(column, Ragged):
        pairs = [column.row(i) for i in rows.tolist()]
        return Ragged.of([keys for keys, _ in pairs], [values for _, values in pairs])
    if isinstance(column, Places):
        return replace(column, pair_of=column.pair_of[rows], km=column.km[rows])
    if isinstance(column, tuple):
        return tuple(_stage_rows(stage, rows) for stage in column)
    if hasattr(column, "barred"):
        return _stage_rows(column, rows)
    return column


def _stage_rows(holder: Any, rows: Ints) -> Any:
    """A dataclass of columns with these rows alone."""
    kept = {each.name: _taken(getattr(holder, each.name), rows) for each in fields(holder)}
    return replace(holder, **kept)
