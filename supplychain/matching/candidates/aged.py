"""The record of n firms by age: what was counted, each delivery by the weight of its month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from supplychain.matching.candidates.arrays import Flags, Floats, Ints
from supplychain.matching.candidates.columns import Aged, Candidates
from supplychain.model.deliveries import AGED_SUMS, MAX_HALVINGS_NUMBER, START_MONTHS


def read_sums(rows: Sequence[Sequence[float]], month: int) -> tuple[Aged, Flags]:
    """What the kept sums of n firms say in a month, and which firms have any. O(n).

    Args:
        rows: n lists in the order of ``AGED_SUMS``, the half-life in months behind them; an empty
            one is a record that was never kept by age.
        month: of the reader's day; a delivery of it weighs 1.
    """
    width = len(AGED_SUMS) + 1
    blank = [0.0] * len(AGED_SUMS) + [1.0]
    table = np.array([[*row] if len(row) == width else blank for row in rows], np.float64)
    table = table.reshape(len(rows), width)
    is_kept = np.array([len(row) == width for row in rows], np.bool_)
    halves = np.clip(
        (month - START_MONTHS) / table[:, -1], -MAX_HALVINGS_NUMBER, MAX_HALVINGS_NUMBER
    )
    factor = np.exp2(-halves)
    sums = {name: np.maximum(table[:, i] * factor, 0) for i, name in enumerate(AGED_SUMS)}
    sums["squares"] = np.maximum(table[:, AGED_SUMS.index("squares")] * factor * factor, 0)
    return Aged(**sums), is_kept


def age_of(able: Candidates) -> Aged:
    """The record of n firms by age; the plain counters where nothing says how old they are.

    What was never counted is NaN.
    """
    return plain_age(able) if able.aged is None else able.aged


def plain_age(able: Candidates) -> Aged:
    """The counters of n firms as if all deliveries were of today."""
    lines = able.delivered_lines.astype(np.float64)
    on_time = np.clip(able.on_time_lines, 0, able.delivered_lines).astype(np.float64)
    received = np.maximum(able.received_quantity, 0).astype(np.float64)
    return Aged(
        lines=lines,
        squares=lines,
        on_time=on_time,
        credit=on_time,
        received=received,
        rejected=np.clip(able.rejected_quantity.astype(np.float64), 0, received),
        late_days=_blank_uncounted(able.late_days_sum),
        failed=np.minimum(_blank_uncounted(able.long_late_lines), lines),
    )


def _blank_uncounted(counts: Ints) -> Floats:
    return np.where(counts >= 0, counts, np.nan)


def mix_ages(aged: Aged, is_kept: Flags, plain: Aged) -> Aged:
    """Kept sums where there are any, else the plain counters."""
    return Aged(
        **{
            each.name: np.where(is_kept, getattr(aged, each.name), getattr(plain, each.name))
            for each in fields(Aged)
        }
    )


def with_on_time(firms: Candidates, to: Ints) -> Candidates:
    """The firms with so many deliveries on time; the others keep how late they came."""
    if firms.aged is None:
        return replace(firms, on_time_lines=to)
    lines, aged = firms.delivered_lines, firms.aged
    now = np.clip(firms.on_time_lines, 0, lines)
    left = np.where(lines > now, (lines - to) / np.maximum(lines - now, 1), 1.0)
    return replace(
        firms,
        on_time_lines=to,
        aged=replace(
            aged,
            on_time=aged.lines - (aged.lines - aged.on_time) * left,
            credit=aged.lines - (aged.lines - aged.credit) * left,
        ),
    )


def with_rejected(firms: Candidates, to: Ints) -> Candidates:
    """The firms with so many rejected pieces."""
    fewer = replace(firms, rejected_quantity=to.astype(np.float64))
    return _with_less(fewer, "rejected", firms.rejected_quantity, to)


def with_failed(firms: Candidates, to: Ints) -> Candidates:
    """The firms with so many failed deliveries."""
    return _with_less(replace(firms, long_late_lines=to), "failed", firms.long_late_lines, to)


def with_late_days(firms: Candidates, to: Ints) -> Candidates:
    """The firms with so many days late."""
    return _with_less(replace(firms, late_days_sum=to), "late_days", firms.late_days_sum, to)


def _with_less(firms: Candidates, name: str, now: Ints | Floats, to: Ints) -> Candidates:
    """The same share less of a sum by age as of its counter."""
    if firms.aged is None:
        return firms
    left = np.where(now > 0, to / np.maximum(now, 1), 1.0)
    return replace(firms, aged=replace(firms.aged, **{name: getattr(firms.aged, name) * left}))


def with_good_deliveries(firms: Candidates, more: Ints, quantity: float) -> Candidates:
    """The firms with so many faultless deliveries of today more, each of ``quantity`` pieces."""
    lines = firms.delivered_lines
    added = replace(
        firms,
        delivered_lines=lines + more,
        on_time_lines=np.clip(firms.on_time_lines, 0, lines) + more,
        received_quantity=firms.received_quantity + more * quantity,
    )
    if firms.aged is None:
        return added
    aged = firms.aged
    return replace(
        added,
        aged=replace(
            aged,
            lines=aged.lines + more,
            squares=aged.squares + more,
            on_time=aged.on_time + more,
            credit=aged.credit + more,
            received=aged.received + more * quantity,
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TermCounts:
    """n firms in one term.

    Attributes:
        good, tried: by age, or plain where the term has none.
        size: how many equal deliveries say as much as ``tried`` does.
        evidence: how many there are, whatever their age.
    """

    good: Floats
    tried: Floats
    size: Floats
    evidence: Floats


def count_terms(able: Candidates) -> tuple[TermCounts, TermCounts, TermCounts, TermCounts]:
    """Quality, delivery, responsiveness and resilience of n firms. O(n).

    Deliveries of different weights say as much as ``lines`` squared over ``squares`` equal ones
    (Kish 1965, Survey Sampling, 11.7).
    """
    aged = age_of(able)
    lines = able.delivered_lines.astype(np.float64)
    size = np.where(aged.squares > 0, aged.lines**2 / np.maximum(aged.squares, 1e-300), 0.0)
    size = np.where(lines > 0, np.minimum(size, lines), 0.0)
    asked = np.maximum(able.enquiries, 0).astype(np.float64)
    received = aged.received > 0
    held = ~np.isnan(aged.failed)
    share = np.clip(aged.rejected, 0, aged.received) / np.where(received, aged.received, 1)
    failed = np.clip(np.nan_to_num(aged.failed), 0, aged.lines)
    return (
        _count_term(aged.lines * (1 - share), aged.lines, size, lines, received),
        _count_term(np.clip(aged.credit, 0, aged.lines), aged.lines, size, lines, lines > 0),
        TermCounts(
            good=np.clip(able.answered, 0, asked).astype(np.float64),
            tried=asked,
            size=asked,
            evidence=asked,
        ),
        _count_term(aged.lines - failed, aged.lines, size, lines, held),
    )


def _count_term(
    good: Floats, tried: Floats, size: Floats, evidence: Floats, is_counted: Flags
) -> TermCounts:
    return TermCounts(
        good=np.where(is_counted, good, 0),
        tried=np.where(is_counted, tried, 0),
        size=np.where(is_counted, size, 0),
        evidence=np.where(is_counted, evidence, 0),
    )
