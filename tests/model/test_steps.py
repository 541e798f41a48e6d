"""Which capability does which step of a routing, and when: for one firm as for columns of firms."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from supplychain.matching.candidates.own_firm import OwnFirm, find_candidate
from supplychain.matching.candidates.sources import (
    CapabilityColumns,
    CertificateEndColumns,
    HoldColumns,
    LotColumns,
    RegionColumns,
    StatedColumns,
)
from supplychain.matching.feasibility.capacity import possible_quantity
from supplychain.model.capacity.hours import lot_work
from supplychain.model.capacity.promises import Pace, possible_work
from supplychain.model.capacity.steps import StepMaker, find_new_window, list_windows
from supplychain.model.weeks import day_number
from tests.matching.stated import make_asked

TODAY = date(2026, 11, 23)
CATEGORIES = ("forgings", "machining", "finishing")


def _maker(category: str, *processes: str, weekly: int = 100, lead: int | None = 0) -> StepMaker:
    return StepMaker(
        firm_id="f", category_id=category, processes=processes, weekly=weekly, lead_days=lead
    )


def _days(
    routing: tuple[str, ...], *makers: StepMaker, due: int = 40
) -> dict[str, tuple[int, int]]:
    """By capability the days of its window, from today."""
    due_on = TODAY + timedelta(days=due)
    windows = list_windows("f", "forgings", routing, makers)
    spans = {one.category_id: one.days(today=TODAY, due_on=due_on) for one in windows}
    return {name: ((a - TODAY).days, (b - TODAY).days) for name, (a, b) in spans.items()}


def test_each_step_has_the_days_that_the_others_leave() -> None:
    makers = (_maker("forgings", lead=3), _maker("machining", lead=7), _maker("finishing", lead=14))
    assert _days(("machining", "finishing"), *makers) == {
        "forgings": (0, 19), "machining": (3, 26), "finishing": (10, 40),
    }  # fmt: skip
    assert _days((), *makers) == {"forgings": (0, 40)}


def test_a_step_done_with_the_lines_own_capability_is_no_second_one() -> None:
    own, other = _maker("forgings", "turning", lead=3), _maker("machining", lead=7)
    assert _days(("turning", "machining"), own, other) == {
        "forgings": (0, 33), "machining": (3, 40),
    }  # fmt: skip


def test_a_capability_that_does_two_steps_is_counted_at_the_first() -> None:
    both = _maker("machining", "turning", "milling", lead=5)
    assert _days(("turning", "milling"), _maker("forgings", lead=2), both) == {
        "forgings": (0, 30), "machining": (2, 35),
    }  # fmt: skip


def test_lead_times_longer_than_what_is_left_count_in_proportion() -> None:
    makers = (_maker("forgings", lead=10), _maker("machining", lead=30))
    assert _days(("machining",), *makers, due=20) == {"forgings": (0, 5), "machining": (5, 20)}
    assert _days(("machining",), *makers, due=-4) == {"forgings": (0, -4), "machining": (0, -4)}


def test_what_is_declared_later_books_only_steps_that_nothing_else_does() -> None:
    old, new = _maker("machining", "milling"), _maker("finishing", "milling", weekly=900)
    own = _maker("forgings")

    def find(*makers: StepMaker, id: str) -> object:
        return find_new_window("f", "forgings", ("milling",), makers, capability_id=id)

    assert find(own, new, id="f|finishing") is not None
    assert find(own, old, new, id="f|finishing") is None
    assert find(own, old, new, id="f|forgings") is not None


CAPABILITY = st.tuples(
    st.integers(0, 60),
    st.one_of(st.none(), st.integers(0, 12)),
    st.integers(0, 20),
    st.lists(st.sampled_from(["turning", "milling"]), max_size=2, unique=True),
    st.dictionaries(st.integers(-5, 40), st.integers(0, 60), max_size=3),
)
Stated = tuple[int, int | None, int, list[str], dict[int, int]]


@settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(st.sampled_from(CATEGORIES[1:]), CAPABILITY),
    CAPABILITY,
    st.lists(st.sampled_from(["turning", "milling", "machining", "forgings"]), min_size=1,
             max_size=4, unique=True),
    st.integers(0, 45),
)  # fmt: skip
def test_the_ranking_promises_what_the_steps_of_an_order_can_take(
    others: Mapping[str, Stated], own: Stated, routing: list[str], due: int
) -> None:
    firm: dict[str, Stated] = {"forgings": own, **others}
    due_on = TODAY + timedelta(days=due)
    need = make_asked(routing=routing, needed_by=due_on, quantity=10**6)
    candidate = find_candidate(need, _own_firm(firm))
    assert candidate is not None
    ranked = int(possible_quantity(need, candidate)[0])
    makers = [
        StepMaker(firm_id="f", category_id=name, processes=tuple(one[3]), weekly=one[0],
                  lead_days=one[1])
        for name, one in firm.items()
    ]  # fmt: skip
    if not all(any(maker.can_do(step) for maker in makers) for step in routing):
        return  # it fails on the step that it lacks
    pieces: list[int | None] = []
    for window in list_windows("f", "forgings", routing, makers):
        weekly, _, lot, _, booked = firm[window.category_id]
        first, last = window.days(today=TODAY, due_on=due_on)
        work = possible_work(
            Pace(weekly=weekly), {day_number(TODAY) + day: made for day, made in booked.items()},
            today=day_number(TODAY), day=day_number(last), starts_on=day_number(first),
        )  # fmt: skip
        pieces.append(None if work is None else lot_work(None, lot).count_pieces(work))
    stated = [each for each in pieces if each is not None]
    unknown = len(stated) < len(pieces) and all(stated)
    assert ranked == (-1 if unknown else min(stated))


def _own_firm(firm: Mapping[str, Stated]) -> OwnFirm:
    names, stated = list(firm), list(firm.values())
    n, ids = len(names), ["f"] * len(names)
    none: list[list[int]] = [[] for _ in names]
    days = [sorted(one[4]) for one in stated]
    return OwnFirm(
        categories=names,
        capabilities=CapabilityColumns(
            firm_ids=ids, certificates=[[] for _ in names], weekly_capacity=[x[0] for x in stated],
            pace=[""] * n, min_lot=[0] * n, max_lot=[0] * n,
            lead_days=[-1 if x[1] is None else x[1] for x in stated],
            booked_days=[[day_number(TODAY) + day for day in each] for each in days],
            booked_quantities=[
                [x[4][day] for day in each] for x, each in zip(stated, days, strict=True)
            ],
            delivered_lines=[0] * n, on_time_lines=[0] * n, received_quantity=[0] * n,
            rejected_quantity=[0] * n, late_days_sum=[0] * n, long_late_lines=[0] * n,
            enquiries=[0] * n, answered=[0] * n,
        ),
        lots=LotColumns(
            firm_ids=ids, lot_size=[x[2] for x in stated], held_days=none, held_quantities=none
        ),
        stated=StatedColumns(
            firm_ids=ids, processes=[x[3] for x in stated], materials=[[] for _ in names],
            length_mm=[-1] * n, width_mm=[-1] * n, height_mm=[-1] * n, weight_kg=[-1] * n,
            tolerance_linear=[""] * n, tolerance_geometrical=[""] * n,
        ),
        certificate_ends=CertificateEndColumns(
            firm_ids=ids, certificate_ends=[[] for _ in names]
        ),
        holds=HoldColumns(),
        offers={},
        regions=RegionColumns(firm_ids=["f"], regions=[""], countries=[""]),
        is_barred=False,
    )  # fmt: skip
