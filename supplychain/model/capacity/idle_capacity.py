"""Idle capacity that a supplier posts: what, how much, in which weeks, and who may know of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from supplychain.errors import Conflict, FieldError, Invalid
from supplychain.model.parts_requests.requirements import MAX_TERM_CHARS
from supplychain.model.weeks import monday_of

UNITS: Final = ("hours", "pieces")
AUDIENCES: Final = ("nobody", "chain", "all")
"""Who sees that it was posted: only the firm itself, members of its chains, or every firm."""
MAX_POSTED_UNITS: Final = 1_000_000_000
MAX_NOTE_CHARS: Final = 500
MAX_POSTINGS: Final = 100
"""Postings of one firm that are open."""
LONGEST_WEEKS: Final = 52
FARTHEST_WEEKS: Final = 104


@dataclass(frozen=True, slots=True, kw_only=True)
class IdleCapacity:
    """One posting. ``state`` is open or withdrawn; weeks are both included.

    ``category_id`` and ``process`` say what can be made; one of them may be blank.
    """

    id: str
    firm_id: str
    category_id: str
    process: str
    quantity: int
    unit: str
    from_week: int
    to_week: int
    audience: str = "nobody"
    note: str = ""
    state: str = "open"
    created_at: str = ""
    version: int = 1

    @property
    def starts_on(self) -> date:
        """The Monday of the first week."""
        return monday_of(self.from_week)

    @property
    def ends_on(self) -> date:
        """The Sunday of the last week."""
        return monday_of(self.to_week) + timedelta(days=6)

    def is_live(self, week: int) -> bool:
        """Whether it is open and its last week is not over."""
        return self.state == "open" and self.to_week >= week

    def check(self, week: int) -> None:
        """Refuse what makes no sense in the present week.

        Raises:
            Invalid: with one error for each wrong field.
        """
        rules = (
            (not (self.category_id or self.process), "category",
             "Say what you can make: a category, a process, or both."),
            (len(self.category_id) > 80, "category", "Use at most 80 characters."),
            (len(self.process) > MAX_TERM_CHARS, "process", "Use at most 60 characters."),
            (not 1 <= self.quantity <= MAX_POSTED_UNITS, "quantity",
             "Enter a quantity of at least 1."),
            (self.unit not in UNITS, "unit", "Choose hours or pieces."),
            (self.audience not in AUDIENCES, "audience", "Choose who may see it."),
            (len(self.note) > MAX_NOTE_CHARS, "note", "Use at most 500 characters."),
            (self.to_week < week, "ends_on", "The last day lies in the past."),
            (self.to_week < self.from_week, "ends_on",
             "The last day must not lie before the first."),
            (self.to_week - self.from_week >= LONGEST_WEEKS, "ends_on",
             "Post at most one year at a time."),
            (self.from_week > week + FARTHEST_WEEKS, "starts_on",
             "The first day must lie within two years."),
        )  # fmt: skip
        errors = [
            FieldError(pointer=f"/{name}", message=message)
            for is_wrong, name, message in rules
            if is_wrong
        ]
        if errors:
            raise Invalid(errors=errors)

    def withdrawn(self) -> IdleCapacity:
        """IdleCapacity: open -> withdrawn.

        Raises:
            Conflict: it is withdrawn already.
        """
        if self.state != "open":
            raise Conflict("This is withdrawn already. Reload the page.")
        return replace(self, state="withdrawn", version=self.version + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedCapacity:
    """What a buyer may see of a posting, beside the firm in a ranking."""

    firm_id: str
    process: str
    quantity: int
    unit: str
    from_week: int
    to_week: int
