"""The parts of a clash, and rules, in words that a buyer understands."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Final

from supplychain.award.answer import Clash
from supplychain.award.exact import exactly, plain
from supplychain.award.problem.problem import DatedCapacity, Problem, ProblemLine, Rule
from supplychain.award.program.capacity_rows import work_of

Values = tuple[tuple[str, object], ...]


def clash_of(
    problem: Problem,
    *,
    kind: str,
    subject: str,
    rule: Rule | None,
    held: Collection[tuple[str, str]],
) -> Clash:
    """One part of a clash; ``held`` are kind and subject of all its parts."""
    if rule is not None:
        return describe_rule(rule)
    if kind == "line":
        return _describe_line(problem, subject, limited=("maximum", subject) in held)
    values: Values = (("line", subject),)
    if kind == "capacity":
        capacity = next(one.capacity for one in problem.suppliers if one.id == subject)
        values = (("supplier", subject), ("capacity", capacity))
    elif kind == "line_max_suppliers":
        values = (("line", subject), ("most", _line_of(problem, subject).max_suppliers))
    elif kind == "line_most":
        values = (("line", subject), ("most", _line_of(problem, subject).max_quantity))
    elif kind == "packs":
        packs = [bid.pack for bid in problem.bids if bid.line == subject]
        values = (("line", subject), ("pack", max(packs)))
    elif kind == "maximum":
        values = (("line", subject), ("offered", _total_offered(problem, subject)))
    elif kind == "minimum":
        bids = [bid for bid in problem.bids if bid.line == subject]
        least = max(max(bid.min_quantity, bid.tiers[0].start) for bid in bids)
        values = (("line", subject), ("least", least))
    return Clash(kind=kind, subject=subject, message=WORDS_OF_ONE[kind].message, values=values)


def describe_dated(problem: Problem, dated: DatedCapacity) -> Clash:
    """What a supplier can make by a day, with figures only where the buyer may read them.

    Where lines take different work of it, no quantity says what fits.
    """
    values: Values = (("supplier", dated.supplier), ("day", dated.by))
    if dated.shown and not dated.takes:
        figures = (("most", dated.at_most), ("wanted", total_bid(problem, dated)))
        return Clash(
            kind="capacity_by", subject=dated.supplier, values=(*values, *figures),
            message="%(supplier)s can make %(most)s of the %(wanted)s that it bids for by %(day)s.",
        )  # fmt: skip
    return Clash(
        kind="capacity_by", subject=dated.supplier, values=values,
        message="%(supplier)s cannot make all that it bids for by %(day)s.",
    )  # fmt: skip


def total_bid(problem: Problem, dated: DatedCapacity) -> Decimal:
    """What a supplier would need if it won the lines of a capacity as far as it bids for them."""
    with exactly():
        made = [
            work_of(dated, bid.line, bid.max_quantity)
            for bid in problem.bids
            if bid.supplier == dated.supplier and bid.line in dated.lines
        ]
        return plain(sum(made, Decimal(0)))


def clash_of_many(problem: Problem, kind: str, subjects: Sequence[str]) -> Clash:
    """Many parts of one kind together; its subject is empty."""
    values: Values = (("count", len(subjects)),)
    if kind == "capacity":
        with exactly():
            names = set(subjects)
            limits = [one.capacity for one in problem.suppliers if one.id in names]
            together = sum((one for one in limits if one is not None), Decimal(0))
        values = (*values, ("capacity", plain(together)))
    return Clash(kind=kind, subject="", message=WORDS_OF_MANY[kind].message, values=values)


def _describe_line(problem: Problem, name: str, *, limited: bool) -> Clash:
    needed = _line_of(problem, name).quantity
    values: Values = (("line", name), ("needed", needed))
    if not any(bid.line == name for bid in problem.bids):
        return Clash(
            kind="line", subject=name, values=values,
            message="Line %(line)s needs %(needed)s, but nobody bids for it.",
        )  # fmt: skip
    offered = _total_offered(problem, name)
    if limited and offered < needed:
        return Clash(
            kind="line", subject=name, values=(*values, ("offered", offered)),
            message="Line %(line)s needs %(needed)s, but its bids offer %(offered)s together.",
        )  # fmt: skip
    return Clash(
        kind="line", subject=name, message="Line %(line)s needs %(needed)s.", values=values
    )


def _line_of(problem: Problem, name: str) -> ProblemLine:
    return next(line for line in problem.lines if line.id == name)


def _total_offered(problem: Problem, name: str) -> Decimal:
    with exactly():
        together = [bid.max_quantity for bid in problem.bids if bid.line == name]
        return plain(sum(together, Decimal(0)))


def _words_of(kind: str, *, message: str) -> Clash:
    return Clash(kind=kind, subject="", message=message)


WORDS_OF_ONE: Final = {
    one.kind: one
    for one in (
        _words_of("indivisible", message="Line %(line)s goes whole to one supplier."),
        _words_of("single_source", message="Line %(line)s goes to one supplier only."),
        _words_of(
            "line_max_suppliers",
            message="Line %(line)s is split over at most %(most)s suppliers.",
        ),
        _words_of("line_most", message="Of line %(line)s at most %(most)s are taken."),
        _words_of(
            "packs", message="The bids for line %(line)s are in whole packs of up to %(pack)s."
        ),
        _words_of(
            "minimum",
            message="The bids for line %(line)s have smallest quantities of up to %(least)s.",
        ),
        _words_of(
            "maximum",
            message="The bids for line %(line)s have largest quantities, %(offered)s together.",
        ),
        _words_of("capacity", message="%(supplier)s has a capacity of %(capacity)s."),
    )
}


WORDS_OF_MANY: Final = {
    one.kind: one
    for one in (
        _words_of("line", message="%(count)s lines must be covered."),
        _words_of("indivisible", message="%(count)s lines go whole to one supplier each."),
        _words_of("single_source", message="%(count)s lines go to one supplier each."),
        _words_of(
            "line_max_suppliers", message="%(count)s lines are split over few suppliers only."
        ),
        _words_of("line_most", message="Of %(count)s lines only so much more is taken."),
        _words_of("packs", message="The bids for %(count)s lines are in whole packs."),
        _words_of("minimum", message="The bids for %(count)s lines have smallest quantities."),
        _words_of("maximum", message="The bids for %(count)s lines have largest quantities."),
        _words_of(
            "capacity",
            message="%(count)s suppliers have limited capacities, %(capacity)s together.",
        ),
        _words_of(
            "capacity_by",
            message="Suppliers bid for more than they can make in time, %(count)s times.",
        ),
    )
}


def describe_rule(rule: Rule) -> Clash:
    """A rule in words; its kind is that of the file, its subject the firm, group or line."""
    sentence = rule.describe()
    return Clash(
        kind=rule.KIND,
        subject=rule.subject,
        message=sentence.message,
        values=sentence.plain_values(),
    )
