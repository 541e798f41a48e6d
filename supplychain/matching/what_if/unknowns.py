"""What is not known of a firm, how it was treated, and what it could change.

Each unknown is put at both ends of what it can be, alone, and the firm is placed again: a term of
performance without evidence at the ends of its 90 % interval, a price between the least and the
greatest one known on the line, freight between nothing and the greatest known share of the price,
duty between nothing and the highest rate of the buyer's table. A capacity could be enough for all
of the line, or keep the firm off the list; what is only checked (lead time, what the line
requires) leaves the place or keeps the firm off the list.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from supplychain.matching.candidates.arrays import Flags, Floats, Ints
from supplychain.matching.cost.freight import DUTY_UNKNOWN, FREIGHT_UNKNOWN
from supplychain.matching.cost.landed_cost import LandedCost
from supplychain.matching.feasibility.reach import Reach
from supplychain.matching.performance import TERMS
from supplychain.matching.rows import LikelyRanks, PerformanceRow, RankedFirm, TermRow, Unknown
from supplychain.matching.what_if.levers import with_freight, with_price
from supplychain.matching.what_if.weighing import ShownFirms
from supplychain.model.cost_settings import COST_PERFORMANCE

MAY_FAIL = {
    "capacity_unknown": "capacity",
    "capacity_on_request": "capacity",
    "lead_time_unknown": "lead_time",
    "not_stated": "stated",
}
"""Reasons that name an unknown which could keep a firm off the list."""
TREATED = {
    "price": "after_all_priced",
    "freight": "counted_as_nothing",
    "duty": "counted_as_nothing",
    **dict.fromkeys(TERMS, "as_the_category"),
    "capacity": "after_all_that_can",
    "lead_time": "not_checked",
    "stated": "not_checked",
}
LEAST_PERFORMANCE_RATE = 1e-9
"""A performance of 0 has no logarithm; no record leads to one so low."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class KeyLadder:
    """The keys of all able firms, rising: what a rank is read off."""

    keys: Floats

    def ranks(self, old: Floats, new: Floats) -> Ints:
        """The ranks that firms with the keys ``old`` would have with ``new``; equals share one."""
        better = len(self.keys) - np.searchsorted(self.keys, new, side="right")
        return better - (old > new) + 1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ExplainedLine:
    """The shown firms of a line, and what they are ranked among.

    ``rows`` are the explained rows of the shown firms; ``cost`` is that of all firms, ``passed``
    those that can make the line.
    """

    shown: ShownFirms
    rows: list[RankedFirm]
    ladder: KeyLadder
    cost: LandedCost
    passed: Flags


KeyEnds = tuple[Floats, Floats] | None
"""Keys at the best and at the worst end; None where nothing bounds the unknown."""


def list_unknowns(line: ExplainedLine) -> list[tuple[Unknown, ...]]:
    """For each shown firm what is not known of it, with the ranks that could make. O(shown)."""
    unknowns: list[list[Unknown]] = [[] for _ in line.rows]
    for what, where, ends in (_bound_price(line), _bound_freight(line), _bound_duty(line)):
        _add_unknown(line, unknowns, what=what, where=where, ends=ends)
    for index, name in enumerate(TERMS):
        if line.shown.record.weights.terms[index]:
            none = [not _find_term(row, name).evidence for row in line.rows]
            ends = (_keys_at_rates(line, (index,), "high"), _keys_at_rates(line, (index,), "low"))
            _add_unknown(line, unknowns, what=name, where=np.array(none, np.bool_), ends=ends)
    enough = _ranks_with(line, line.shown.weigh_reach(np.full_like(line.shown.reach, Reach.WHOLE)))
    for own, row, best in zip(unknowns, line.rows, enough.tolist(), strict=True):
        own += _list_unchecked(row, best)
    return [tuple(own) for own in unknowns]


def list_likely_ranks(line: ExplainedLine) -> list[LikelyRanks]:
    """For each shown firm its ranks at the ends of the 90 % interval of its performance."""
    ends = (_keys_at_performance(line, "high"), _keys_at_performance(line, "low"))
    best, worst = _range_of_ranks(line, ends)
    return [
        LikelyRanks(best=one, worst=other)
        for one, other in zip(best.tolist(), worst.tolist(), strict=True)
    ]


def _add_unknown(
    line: ExplainedLine, unknowns: list[list[Unknown]], *, what: str, where: Flags, ends: KeyEnds
) -> None:
    if not where.any():
        return
    ranks: tuple[Ints, Ints] | None = None
    if ends is not None and what == "price":
        ranks = (_ranks_with(line, ends[0]), _ranks_with(line, ends[1]))
    elif ends is not None:
        ranks = _range_of_ranks(line, ends)
    for i in np.flatnonzero(where).tolist():
        best, worst = (int(ranks[0][i]), int(ranks[1][i])) if ranks else (None, None)
        unknowns[i].append(Unknown(what=what, treated=TREATED[what], best=best, worst=worst))


def _ranks_with(line: ExplainedLine, keys: Floats) -> Ints:
    return line.ladder.ranks(line.shown.keys, keys)


def _range_of_ranks(line: ExplainedLine, ends: tuple[Floats, Floats]) -> tuple[Ints, Ints]:
    """Best and worst ranks; a shown interval is rounded, so the rank as it is is held within."""
    best, worst = (_ranks_with(line, keys) for keys in ends)
    now = _ranks_with(line, line.shown.keys)
    return np.minimum(best, now), np.maximum(worst, now)


def _bound_price(line: ExplainedLine) -> tuple[str, Flags, KeyEnds]:
    shown = line.shown
    where = np.isnan(shown.cost.unit_price)
    prices = line.cost.unit_price[line.passed & ~np.isnan(line.cost.unit_price)]
    if not where.any() or not len(prices):
        return "price", where, None
    source = shown.cost.price_source.astype(np.int64)

    def keys_at(price_e4: float) -> Floats:
        prices_e4 = np.full(len(where), max(round(price_e4), 1))
        return shown.weigh(with_price(shown.firms, source=source, price_e4=prices_e4), "costs")

    return "price", where, (keys_at(float(prices.min())), keys_at(float(prices.max())))


def _bound_freight(line: ExplainedLine) -> tuple[str, Flags, KeyEnds]:
    shown = line.shown
    has_price = ~np.isnan(shown.cost.unit_price)
    where = (shown.cost.freight_source == FREIGHT_UNKNOWN) & has_price
    shares = (line.cost.freight / line.cost.unit_price)[line.passed]
    stated = shares[~np.isnan(shares)]
    if not where.any() or not len(stated):
        return "freight", where, None
    dearest = np.nan_to_num(float(stated.max()) * shown.cost.unit_price)
    firms = with_freight(shown.firms, np.ceil(dearest).astype(np.int64))
    return "freight", where, (shown.keys, shown.weigh(firms, "costs"))


def _bound_duty(line: ExplainedLine) -> tuple[str, Flags, KeyEnds]:
    shown, rates = line.shown, line.shown.need.settings.duty_rates
    has_price = ~np.isnan(shown.cost.unit_price)
    where = (shown.cost.duty_source == DUTY_UNKNOWN) & has_price
    if not where.any() or not rates:
        return "duty", where, None
    highest = max((1 + one.duty) * (1 + one.tax) - 1 for one in rates)
    value = shown.cost.unit_price + np.nan_to_num(shown.cost.freight)
    return "duty", where, (shown.keys, shown.weigh_dearer(highest * value))


End = Literal["low", "high"]


def _end_of(row: TermRow | PerformanceRow, end: End) -> float:
    return row.low if end == "low" else row.high


def _find_term(row: RankedFirm, name: str) -> TermRow:
    term = row.performance.term(name)
    assert term is not None
    return term


def _keys_at_performance(line: ExplainedLine, end: End) -> Floats:
    """Keys with the whole performance at an end of its interval."""
    if line.shown.need.rank_by != COST_PERFORMANCE:
        return _keys_at_rates(line, tuple(range(len(TERMS))), end)
    value = np.array([_end_of(row.performance, end) for row in line.rows], np.float64)
    return line.shown.weigh_record(np.maximum(value, LEAST_PERFORMANCE_RATE))


def _keys_at_rates(line: ExplainedLine, terms: tuple[int, ...], end: End) -> Floats:
    """Keys with some terms of the performance, by index, at an end of their intervals."""
    shown = line.shown
    value, extra = shown.record.value.copy(), np.zeros(len(line.rows))
    for index in terms:
        ends = [_end_of(_find_term(row, TERMS[index]), end) for row in line.rows]
        better = np.array(ends, np.float64) - shown.record.terms[index].mean
        value += shown.record.weights.terms[index] * better
        extra -= better * _saving_of_rate(shown, TERMS[index])
    if shown.need.rank_by == COST_PERFORMANCE:
        return shown.weigh_record(np.maximum(value, LEAST_PERFORMANCE_RATE))
    return shown.weigh_dearer(extra)


def _saving_of_rate(shown: ShownFirms, name: str) -> Floats:
    """What a rate that is better by 1 saves of the expected cost a piece, in e4."""
    expected = shown.expected
    part, rate = {
        "quality": (expected.defects, expected.defect_rate),
        "resilience": (expected.risk, expected.failure_rate),
    }.get(name, (np.zeros(len(expected.total)), np.ones(len(expected.total))))
    known = (rate > 0) & ~np.isnan(part)
    return np.where(known, np.nan_to_num(part) / np.where(known, rate, 1.0), 0.0)


def _list_unchecked(row: RankedFirm, best: int) -> list[Unknown]:
    """What could keep the firm off the list: it was not checked, because nobody stated it.

    ``best`` is the firm's rank if it could make all of the line in time.
    """
    unknowns: list[Unknown] = []
    for reason in row.reasons:
        if (what := MAY_FAIL.get(reason.code)) is not None:
            facts = reason.values.get("facts")
            unknowns.append(
                Unknown(
                    what=what,
                    treated=TREATED[what],
                    best=min(best, row.rank) if what == "capacity" else row.rank,
                    worst=None,
                    may_fail=True,
                    facts=tuple(map(str, facts)) if isinstance(facts, list) else (),
                )
            )
    return unknowns
