"""The parts of a clash, and rules, in words that a buyer understands."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Final

from supplychain.award.answer import Clash
from supplychain.award.exact import exactly, plain
from supplychain.award.problem.problem import (
    GroupShare,
    Incumbent,
    MaxSuppliers,
    Problem,
    Require,
    Rule,
    Share,
    TwoSources,
)

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
        return told(rule)
    if kind == "line":
        return _line(problem, subject, limited=("maximum", subject) in held)
    values: Values = (("line", subject),)
    if kind == "capacity":
        capacity = next(one.capacity for one in problem.suppliers if one.id == subject)
        values = (("supplier", subject), ("capacity", capacity))
    elif kind == "line_max_suppliers":
        most = next(line.max_suppliers for line in problem.lines if line.id == subject)
        values = (("line", subject), ("most", most))
    elif kind == "maximum":
        values = (("line", subject), ("offered", _offered(problem, subject)))
    elif kind == "minimum":
        bids = [bid for bid in problem.bids if bid.line == subject]
        least = max(max(bid.min_quantity, bid.tiers[0].start) for bid in bids)
        values = (("line", subject), ("least", least))
    return Clash(kind=kind, subject=subject, message=PARTS[kind].message, values=values)


def clash_of_many(problem: Problem, kind: str, subjects: Sequence[str]) -> Clash:
    """Many parts of one kind together; its subject is empty."""
    values: Values = (("count", len(subjects)),)
    if kind == "capacity":
        with exactly():
            names = set(subjects)
            known = [one.capacity for one in problem.suppliers if one.id in names]
            together = sum((one for one in known if one is not None), Decimal(0))
        values = (*values, ("capacity", plain(together)))
    return Clash(kind=kind, subject="", message=MANY[kind].message, values=values)


def _line(problem: Problem, name: str, *, limited: bool) -> Clash:
    needed = next(line.quantity for line in problem.lines if line.id == name)
    values: Values = (("line", name), ("needed", needed))
    if not any(bid.line == name for bid in problem.bids):
        return Clash(
            kind="line", subject=name, values=values,
            message="Line %(line)s needs %(needed)s, but nobody bids for it.",
        )  # fmt: skip
    offered = _offered(problem, name)
    if limited and offered < needed:
        return Clash(
            kind="line", subject=name, values=(*values, ("offered", offered)),
            message="Line %(line)s needs %(needed)s, but its bids offer %(offered)s together.",
        )  # fmt: skip
    return Clash(
        kind="line", subject=name, message="Line %(line)s needs %(needed)s.", values=values
    )


def _offered(problem: Problem, name: str) -> Decimal:
    with exactly():
        together = [bid.max_quantity for bid in problem.bids if bid.line == name]
        return plain(sum(together, Decimal(0)))


def _part(kind: str, *, message: str) -> Clash:
    return Clash(kind=kind, subject="", message=message)


PARTS: Final = {
    one.kind: one
    for one in (
        _part("indivisible", message="Line %(line)s goes whole to one supplier."),
        _part("single_source", message="Line %(line)s goes to one supplier only."),
        _part(
            "line_max_suppliers",
            message="Line %(line)s is split over at most %(most)s suppliers.",
        ),
        _part(
            "minimum",
            message="The bids for line %(line)s have smallest quantities of up to %(least)s.",
        ),
        _part(
            "maximum",
            message="The bids for line %(line)s have largest quantities, %(offered)s together.",
        ),
        _part("capacity", message="%(supplier)s has a capacity of %(capacity)s."),
    )
}


MANY: Final = {
    one.kind: one
    for one in (
        _part("line", message="%(count)s lines must be covered."),
        _part("indivisible", message="%(count)s lines go whole to one supplier each."),
        _part("single_source", message="%(count)s lines go to one supplier each."),
        _part("line_max_suppliers", message="%(count)s lines are split over few suppliers only."),
        _part("minimum", message="The bids for %(count)s lines have smallest quantities."),
        _part("maximum", message="The bids for %(count)s lines have largest quantities."),
        _part(
            "capacity",
            message="%(count)s suppliers have limited capacities, %(capacity)s together.",
        ),
    )
}


def told(rule: Rule) -> Clash:
    """A rule in words; its kind is that of the file, its subject the firm, group or line."""
    if isinstance(rule, Share | GroupShare):
        return _share(rule)
    values: Values = () if rule.line is None else (("line", rule.line),)
    if isinstance(rule, MaxSuppliers):
        one = _of(rule, MAX_SUPPLIERS)
        return _told(one, rule.line or "", (*values, ("most", rule.at_most)))
    if isinstance(rule, TwoSources):
        return _told(_of(rule, TWO_SOURCES), rule.line or "", values)
    firm: Values = (("supplier", rule.supplier), *values)
    if isinstance(rule, Incumbent):
        return _told(_of(rule, INCUMBENT), rule.supplier, (*firm, ("cost", rule.switch_cost)))
    return _told(_of(rule, REQUIRE if isinstance(rule, Require) else FORBID), rule.supplier, firm)


def _share(rule: Share | GroupShare) -> Clash:
    with exactly():
        bounds: Values = (
            ("least", plain(rule.at_least * 100)),
            ("most", plain(rule.at_most * 100)),
        )
    line: Values = () if rule.line is None else (("line", rule.line),)
    if isinstance(rule, Share):
        one = _of(rule, SHARE)
        return _told(one, rule.supplier, (("supplier", rule.supplier), *line, *bounds))
    group: Values = (("attribute", rule.attribute), ("value", rule.equals))
    return _told(_of(rule, GROUP_SHARE), rule.attribute, (*group, *line, *bounds))


def _of(rule: Rule, pair: tuple[Clash, Clash]) -> Clash:
    return pair[0] if rule.line is None else pair[1]


def _told(one: Clash, subject: str, values: Values) -> Clash:
    return Clash(kind=one.kind, subject=subject, message=one.message, values=values)


MAX_SUPPLIERS: Final = (
    _part("max_suppliers", message="At most %(most)s suppliers get anything."),
    _part("max_suppliers", message="At most %(most)s suppliers get some of line %(line)s."),
)
TWO_SOURCES: Final = (
    _part("two_sources", message="Every line has two sources."),
    _part("two_sources", message="Line %(line)s has two sources."),
)
REQUIRE: Final = (
    _part("require", message="%(supplier)s must get something."),
    _part("require", message="%(supplier)s must get some of line %(line)s."),
)
FORBID: Final = (
    _part("forbid", message="%(supplier)s must get nothing."),
    _part("forbid", message="%(supplier)s must get nothing of line %(line)s."),
)
INCUMBENT: Final = (
    _part("incumbent", message="Leaving %(supplier)s costs %(cost)s."),
    _part("incumbent", message="Leaving %(supplier)s on line %(line)s costs %(cost)s."),
)
SHARE: Final = (
    _part("share", message="%(supplier)s gets %(least)s %% to %(most)s %% of the spend."),
    _part("share", message="%(supplier)s gets %(least)s %% to %(most)s %% of line %(line)s."),
)
GROUP_SHARE: Final = (
    _part(
        "group_share",
        message=(
            "Suppliers whose %(attribute)s is %(value)s get %(least)s %% to %(most)s %% of the"
            " spend."
        ),
    ),
    _part(
        "group_share",
        message=(
            "Suppliers whose %(attribute)s is %(value)s get %(least)s %% to %(most)s %% of line"
            " %(line)s."
        ),
    ),
)
