"""Firms that can make together what none can make alone: a virtual cluster, proposed.

Two proposals, each of at most ``MAX_FIRMS`` firms, exact over the firms looked at:

- the **cheapest** has the least landed cost over all pieces: each firm is priced at the tier that
  its own part reaches, with its one-off cost;
- the **most reliable** has the largest probability that every firm delivers on time and in full,
  taken as independent (the product of their posterior means); among equals the cheapest.

A firm's part lies between its smallest and its largest lot (minimum order and first tier too) and
within what it can make by the need date in whole lots. Where one existing cluster of peers can do
as well as the best, it is preferred. Of more than ``MAX_WEIGHED_FIRMS`` firms, those that can make
the most are looked at, and those that are best by the proposal's own measure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from math import exp, log
from typing import Any

import numpy as np

from supplychain.matching.candidates.arrays import Coded, Flags, Floats, Ints, Ragged
from supplychain.matching.candidates.columns import Aged, Candidates, FirmPlaces
from supplychain.matching.consortium.splits import PriceSegment, QuantitySplit, find_cheapest_split
from supplychain.matching.cost.landed_cost import landed_cost
from supplychain.matching.feasibility import filters
from supplychain.matching.feasibility.capacity import possible_quantity, promise_capacity
from supplychain.matching.feasibility.windows import lot_of
from supplychain.matching.need import Need
from supplychain.matching.performance import Performance, Priors, likely_on_time, performance
from supplychain.matching.rows import Proposal, Proposals, ProposedFirm
from supplychain.model.audiences import CAPACITY, PRICES
from supplychain.model.quantities import whole_units

MAX_FIRMS = 5
"""Firms of a proposal: each is one more order to follow, so more are no help to a buyer."""
MAX_WEIGHED_FIRMS = 100
"""Firms looked at for a proposal: the program has a binary column for each of their price ranges,
and must be solved within ``splits.LIMIT_S``."""
MAX_TRIED_LISTS = 10
"""Clusters with most members among the firms looked at, tried for a tie: a program each."""
EQUAL_TOLERANCE = 1e-9
"""Relative difference below which two proposals are as good as each other: the solver's gap."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ConsortiumPool:
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


def find_pool(
    need: Need, firms: Candidates, *, priors: Priors, record: Performance | None = None
) -> ConsortiumPool | None:
    """Who could take part; None where one firm can make all of it, or all together cannot.

    Args:
        need: the line.
        firms: columns of n suppliers in any order.
        priors: of the category.
        record: ``performance`` of the same firms, where it is known already.
    """
    need = replace(need, quantity=whole_units(need.quantity))  # parts are made in whole units
    possible = possible_quantity(need, firms)
    sieve = filters.sift_firms(need, firms, possible)
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
    few = take_rows(firms, chosen)
    return ConsortiumPool(
        need=need,
        firms=few,
        possible=possible[chosen],
        least=least[chosen],
        most=np.minimum(most[chosen], need.quantity),
        cost=landed_cost(need, few).total,
        on_time=likely_on_time(firms)[chosen],
        evidence=record.delivery.evidence[chosen],
        value=record.value[chosen],
    )


def propose_consortia(
    pool: ConsortiumPool, clusters: Mapping[str, Sequence[str]]
) -> Proposals | None:
    """The cheapest and the most reliable proposal, or None where no few firms cover the quantity.

    Args:
        pool: who could take part.
        clusters: member firms by cluster.
    """
    priced = _price_segments(pool, _choose_weighed(pool, pool.cost, ~np.isnan(pool.cost)))
    trusted = _price_segments(pool, _choose_weighed(pool, -pool.on_time, pool.on_time > 0))
    cheap = _propose_cheapest(pool, priced, clusters)
    sure = _propose_reliable(pool, trusted, clusters)
    if cheap is None and sure is None:
        return None
    return Proposals(
        cheapest=cheap,
        most_reliable=sure,
        firms_able=len(pool.firms),
        firms_at_most=MAX_FIRMS,
    )


def _choose_weighed(pool: ConsortiumPool, measure: Floats, among: Flags) -> list[int]:
    """Rows of the firms to look at, ascending: the least by the measure and the largest."""
    rows = np.flatnonzero(among).tolist()
    if len(rows) <= MAX_WEIGHED_FIRMS:
        return rows
    half = MAX_WEIGHED_FIRMS // 2
    best = sorted(rows, key=lambda i: (measure[i], i))[:half]
    large = sorted(set(rows) - set(best), key=lambda i: (-pool.most[i], measure[i], i))
    return sorted([*best, *large[: MAX_WEIGHED_FIRMS - half]])


def _propose_cheapest(
    pool: ConsortiumPool, segments: list[PriceSegment], clusters: Mapping[str, Sequence[str]]
) -> Proposal | None:
    quantity = int(pool.need.quantity)
    best = find_cheapest_split(segments, quantity, firms=MAX_FIRMS)
    if best is None:
        return None
    for own in _segments_by_cluster(pool, segments, clusters):
        peers = find_cheapest_split(own, quantity, firms=MAX_FIRMS)
        if peers is not None and peers.cost <= best.cost * (1 + EQUAL_TOLERANCE):
            return _make_proposal(pool, own, peers, clusters)
    return _make_proposal(pool, segments, best, clusters)


def _propose_reliable(
    pool: ConsortiumPool, segments: list[PriceSegment], clusters: Mapping[str, Sequence[str]]
) -> Proposal | None:
    quantity = int(pool.need.quantity)
    risks = [replace(one, fixed=one.weight, each=0.0) for one in segments]
    best = find_cheapest_split(risks, quantity, firms=MAX_FIRMS)
    if best is None:
        return None
    risk = best.cost + EQUAL_TOLERANCE * (1 + best.cost)
    for own in (*_segments_by_cluster(pool, segments, clusters), segments):
        split = find_cheapest_split(own, quantity, firms=MAX_FIRMS, most_weight=risk)
        if split is not None:
            return _make_proposal(pool, own, split, clusters)
    return _make_proposal(pool, segments, best, clusters)


def _segments_by_cluster(
    pool: ConsortiumPool, segments: list[PriceSegment], clusters: Mapping[str, Sequence[str]]
) -> list[list[PriceSegment]]:
    """The segments of the members of each cluster that could cover the quantity, largest first."""
    ids = pool.firms.firm_ids
    inside = {segment.firm for segment in segments}
    groups: list[tuple[int, str, list[PriceSegment]]] = []
    for cluster_id, members in clusters.items():
        firms = {i for i in inside if ids[i] in set(members)}
        if len(firms) > 1 and int(pool.most[list(firms)].sum()) >= pool.need.quantity:
            own = [segment for segment in segments if segment.firm in firms]
            groups.append((-len(firms), cluster_id, own))
    return [own for *_, own in sorted(groups, key=lambda one: one[:2])[:MAX_TRIED_LISTS]]


def _price_segments(pool: ConsortiumPool, rows: list[int]) -> list[PriceSegment]:
    """The price ranges of the firms in these rows, within their bounds."""
    ranges = [span for i in rows for span in _list_price_ranges(pool, i)]
    points = {start for _, start, _ in ranges}
    points |= {end for i, _, end in ranges if pool.firms.incremental[i]}
    total, tooling = _costs_at_quantities(pool, points)
    dearest = max(
        (float(np.nanmax(costs)) for costs in total.values() if _is_any_known(costs)), default=0
    )
    made = []
    for i, start, end in ranges:
        once = float(tooling[start][i]) * start
        each = float(total[start][i]) - once / start
        if pool.firms.incremental[i] and end > start:
            whole = float(total[end][i]) * end
            each = (whole - float(total[start][i]) * start) / (end - start)
            once = float(total[start][i]) * start - each * start
        if np.isnan(each):
            once, each = 0.0, 2 * dearest
        weight = -log(float(pool.on_time[i]))
        made.append(
            PriceSegment(firm=i, least=start, most=end, fixed=once, each=each, weight=weight)
        )
    return made


def _is_any_known(costs: Floats) -> bool:
    return not bool(np.isnan(costs).all())


def _list_price_ranges(pool: ConsortiumPool, i: int) -> list[tuple[int, int, int]]:
    """(row, from, to) of each price range of firm ``i`` that its part may lie in."""
    least, most = int(pool.least[i]), int(pool.most[i])
    keys = pool.firms.tiers.row(i)[0]
    starts = [least, *sorted({key for key in keys if least < key <= most})]
    ends = [start - 1 for start in starts[1:]] + [most]
    return [(i, start, end) for start, end in zip(starts, ends, strict=True)]


def _costs_at_quantities(
    pool: ConsortiumPool, points: set[int]
) -> tuple[dict[int, Floats], dict[int, Floats]]:
    """Landed cost and one-off cost a piece of every firm at each of these quantities."""
    total, tooling = {}, {}
    for point in points:
        cost = landed_cost(replace(pool.need, quantity=point), pool.firms)
        total[point], tooling[point] = cost.total, cost.tooling
    return total, tooling


def _make_proposal(
    pool: ConsortiumPool,
    segments: list[PriceSegment],
    split: QuantitySplit,
    clusters: Mapping[str, Sequence[str]],
) -> Proposal:
    """A split as a proposal; the firms with the largest part first."""
    parts = {segments[i].firm: (segments[i], q) for i, q in split.quantities.items()}
    order = sorted(parts, key=lambda i: (-parts[i][1], i))
    firms = tuple(_make_part(pool, i, *parts[i]) for i in order)
    ids = {firm.firm_id for firm in firms}
    costs = [firm.cost_e4 for firm in firms if firm.cost_e4 is not None]
    cost_e4 = sum(costs) if len(costs) == len(firms) else None
    days = [firm.finish_on for firm in firms if firm.finish_on is not None]
    quantity = int(pool.need.quantity)
    parts_of_value = [float(pool.value[i]) * q for i, (_, q) in parts.items()]
    return Proposal(
        firms=firms,
        cost_e4=cost_e4,
        landed_cost_e4=None if cost_e4 is None else round(cost_e4 / quantity),
        on_time=round(exp(-sum(segment.weight for segment, _ in parts.values())), 4),
        evidence=int(pool.evidence[order].sum()),
        performance=round(sum(parts_of_value) / quantity, 4),
        finish_on=max(days) if len(days) == len(firms) else None,
        cluster=any(ids <= set(members) for members in clusters.values()),
        proven=split.proven,
    )


def _make_part(pool: ConsortiumPool, i: int, segment: PriceSegment, quantity: int) -> ProposedFirm:
    need = replace(pool.need, quantity=quantity)
    has_cost = not np.isnan(pool.cost[i])
    cost = segment.fixed + segment.each * quantity
    return ProposedFirm(
        firm_id=pool.firms.firm_ids[i],
        quantity=quantity,
        made=lot_of(pool.firms, i).round_up(quantity),
        cost_e4=round(cost) if has_cost else None,
        landed_cost_e4=round(cost / quantity) if has_cost else None,
        finish_on=promise_capacity(need, pool.firms, pool.possible, i).finish_on,
        figures=_list_figures(pool, i),
    )


def _list_figures(pool: ConsortiumPool, i: int) -> tuple[str, ...]:
    """The kinds of its own figures that firm ``i`` shows here: what is hidden reads blank."""
    firms = pool.firms
    has_capacity = firms.weekly_capacity[i] > 0 or firms.max_lot[i] > 0 or firms.min_lot[i] > 0
    shown = {PRICES: bool(firms.offer_currency[i]), CAPACITY: bool(has_capacity)}
    return tuple(kind for kind, is_shown in shown.items() if is_shown)


def take_rows(firms: Candidates, rows: Ints) -> Candidates:
    """The same columns with these rows alone.

    Args:
        firms: columns of n firms.
        rows: k row numbers, in the order wanted.

    Returns:
        Columns of k firms; what is one figure for all stays.
    """
    kept = {each.name: _take_rows(getattr(firms, each.name), rows) for each in fields(firms)}
    return replace(firms, **kept)


def _take_rows(column: Any, rows: Ints) -> Any:
    if isinstance(column, np.ndarray):
        return column[rows]
    if isinstance(column, Coded):
        return column.taken(rows)
    if isinstance(column, list):
        return [column[i] for i in rows.tolist()]
    if isinstance(column, Ragged):
        pairs = [column.row(i) for i in rows.tolist()]
        return Ragged.of([keys for keys, _ in pairs], [values for _, values in pairs])
    if isinstance(column, FirmPlaces):
        return replace(column, pair_of=column.pair_of[rows], km=column.km[rows])
    if isinstance(column, tuple):
        return tuple(_take_stage_rows(stage, rows) for stage in column)
    if isinstance(column, Aged) or hasattr(column, "barred"):
        return _take_stage_rows(column, rows)
    return column


def _take_stage_rows(holder: Any, rows: Ints) -> Any:
    """A dataclass of columns with these rows alone."""
    kept = {each.name: _take_rows(getattr(holder, each.name), rows) for each in fields(holder)}
    return replace(holder, **kept)
