"""The steps of a routing: which capability does each, and when.

The line's own category is a step before the named ones, unless one of them is done with that very
capability. A capability that does several steps is counted once, at the first of them. A step may
begin when the lead times of those before it are over, and must leave time for those after it.
``matching.feasibility.routing`` has the same for columns of firms; a test holds the two equal.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from supplychain.model.capacity.bookings import booking_id, capability_id
from supplychain.model.parts_requests.requirements import does_step
from supplychain.model.weeks import date_of, day_number


@dataclass(frozen=True, slots=True, kw_only=True)
class StepMaker:
    """A capability as far as it says which steps it can do, and how long they take.

    ``weekly`` is what is stated, in pieces; 0 is not stated.
    """

    firm_id: str
    category_id: str
    processes: tuple[str, ...] = ()
    weekly: int = 0
    lead_days: int | None = None

    @property
    def capability_id(self) -> str:
        """The identity of the capability."""
        return capability_id(self.firm_id, self.category_id)

    def can_do(self, step: str) -> bool:
        """Whether it is of that category, or has that process."""
        return any(does_step(name, step) for name in (self.category_id, *self.processes))

    def step_key(self, step: str, category_id: str) -> tuple[bool, int, bool, str]:
        """The least is the one that does the step, see ``step_key``."""
        return step_key(step, self.category_id, self.weekly, own_category=category_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepWindow:
    """When one capability works on a line, in days from today and before the line is due.

    ``name`` is that of the step; "" where the line has no routing. ``lead_days`` is what all steps
    take together.
    """

    capability_id: str
    category_id: str
    name: str = ""
    before_days: int = 0
    after_days: int = 0
    lead_days: int = 0

    def booking_id(self, line_id: str) -> str:
        """The identity of what is booked of it: one for each line and capability."""
        return booking_id(line_id, step=self.name, category_id=self.category_id)

    def days(self, *, today: date, due_on: date) -> tuple[date, date]:
        """The first and the last day; what is overdue is due today.

        Where the days left are fewer than the lead times together, each counts for less in
        proportion: whoever promised the line so soon means to be quicker.
        """
        first, due = day_number(today), day_number(due_on)
        left = max(0, due - first)
        before, after = (
            fit_lead_days(days, self.lead_days, left)
            for days in (self.before_days, self.after_days)
        )
        return date_of(first + before), date_of(due - after)


def step_key(
    step: str, category_id: str, weekly: int, *, own_category: str
) -> tuple[bool, int, bool, str]:
    """How a capability stands among those that can do a step; the least does it.

    First that in the category of the step's name, then that of the largest weekly capacity, then
    that of the line's own category, then by the category's name.
    """
    is_other = not does_step(category_id, step)
    return (is_other, -weekly, category_id != own_category, category_id)


def fit_lead_days(days: int, lead_days: int, left: int) -> int:
    """Days of some of the steps, where all of them take ``lead_days`` and so many days are left."""
    return days if lead_days <= left else days * left // lead_days


def list_windows(
    firm_id: str, category_id: str, routing: Sequence[str], makers: Iterable[StepMaker]
) -> list[StepWindow]:
    """What a firm's capabilities do of a line; steps that it lacks are left out.

    Args:
        firm_id: of the firm that makes the line.
        category_id: the line's own.
        routing: names of steps in order; without any the line's own category is all.
        makers: the firm's capabilities.

    Returns:
        One window for each capability that takes part, in the order of the steps.
    """
    own_id = capability_id(firm_id, category_id)
    if not routing:
        return [StepWindow(capability_id=own_id, category_id=category_id)]
    all_makers = list(makers)
    chosen = [(step, _find_maker(step, category_id, all_makers)) for step in routing]
    steps = [(step, maker) for step, maker in chosen if maker is not None]
    if all(maker.capability_id != own_id for _, maker in steps):
        own = [maker for maker in all_makers if maker.capability_id == own_id]
        first = own[0] if own else StepMaker(firm_id=firm_id, category_id=category_id)
        steps = [(category_id, first), *steps]
    leads = [max(maker.lead_days or 0, 0) for _, maker in steps]
    windows: dict[str, StepWindow] = {}
    for at, (step, maker) in enumerate(steps):
        window = StepWindow(
            capability_id=maker.capability_id,
            category_id=maker.category_id,
            name=step,
            before_days=sum(leads[:at]),
            after_days=sum(leads[at + 1 :]),
            lead_days=sum(leads),
        )
        windows.setdefault(maker.capability_id, window)
    return list(windows.values())


def find_new_window(
    firm_id: str,
    category_id: str,
    routing: Sequence[str],
    makers: Iterable[StepMaker],
    *,
    capability_id: str,
) -> StepWindow | None:
    """What a capability that is new does of a line that was accepted before it was declared.

    None where it does no step of it, or one that another capability of the firm does: that one is
    booked already.
    """
    all_makers = list(makers)
    windows = list_windows(firm_id, category_id, routing, all_makers)
    mine = next((each for each in windows if each.capability_id == capability_id), None)
    if mine is None or not routing:
        return mine
    others = [maker for maker in all_makers if maker.capability_id != capability_id]
    without = list_windows(firm_id, category_id, routing, others)
    is_done = any(
        each.name == mine.name and each.capability_id != capability_id for each in without
    )
    return None if is_done else mine


def _find_maker(step: str, category_id: str, makers: Iterable[StepMaker]) -> StepMaker | None:
    able = (maker for maker in makers if maker.can_do(step))
    return min(able, key=lambda maker: maker.step_key(step, category_id), default=None)
