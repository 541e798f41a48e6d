"""What a firm can make and how much a week, and the prices it offers at any time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Final

from supplychain.errors import Conflict, FieldError, Invalid
from supplychain.model.capacity.hours import (
    HOUR_E4,
    MAX_WEEKLY_HOURS,
    DueWork,
    LotWork,
    WorkHours,
    hours_text,
    list_due_work,
    lot_work,
)
from supplychain.model.capacity.promises import (
    Pace,
    due_by,
    find_overload,
    possible_work,
    read_pace_text,
)
from supplychain.model.names import fold_name
from supplychain.model.parts_requests.requirements import (
    MAX_TERM_CHARS,
    MAX_TERMS,
    terms,
    wrong_limits,
)
from supplychain.model.weeks import date_of, day_number, monday_of, week_of

MAX_WEEKLY_PIECES: Final = 1_000_000_000
MAX_LEAD_DAYS: Final = 3_650
MAX_CAPABILITIES: Final = 200
"""Of one firm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CapabilityProfile:
    """What a firm states of what it makes, besides how much a week; blank is unknown.

    Lots in pieces, ``lead_days`` calendar days. What is made comes in multiples of ``lot_size``.
    ``certificate_ends`` are days or "" beside the certificates, or none at all. The rest is the
    largest part, the finest tolerance (ISO 2768), and what is worked how. Who states hours, in
    ten-thousandths, has a capacity in hours: how many pieces they make is worked out.
    """

    certificates: tuple[str, ...] = ()
    certificate_ends: tuple[str, ...] = ()
    min_lot: int | None = None
    max_lot: int | None = None
    lot_size: int | None = None
    lead_days: int | None = None
    processes: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    length_mm: int | None = None
    width_mm: int | None = None
    height_mm: int | None = None
    weight_kg: int | None = None
    tolerance_linear: str = ""
    tolerance_geometrical: str = ""
    weekly_hours_e4: int | None = None
    hours_per_piece_e4: int | None = None
    setup_hours_e4: int | None = None

    @property
    def hours(self) -> WorkHours | None:
        """The capacity in hours; None where it is in pieces."""
        stated = (self.weekly_hours_e4, self.hours_per_piece_e4, self.setup_hours_e4)
        if all(each is None for each in stated):
            return None
        weekly, piece, setup = (each or 0 for each in stated)
        return WorkHours(weekly_e4=weekly, piece_e4=piece, setup_e4=setup)

    def count_weekly_pieces(self, stated: int | None) -> int:
        """Pieces in an ordinary week: as stated, or as the hours make.

        Args:
            stated: pieces a week; None where hours are stated.

        Raises:
            Invalid: neither is stated, or both and they differ, or the hours make no sense.
        """
        hours = self.hours
        if hours is None:
            if stated is None:
                message = "Enter how many pieces you make a week, or the hours that you have."
                raise Invalid(message, pointer="/weekly_capacity")
            return stated
        if errors := hours.list_errors(self.lot_size):
            raise Invalid(errors=errors)
        pieces = hours.weekly_pieces(self.lot_size)
        if stated not in (None, pieces):
            raise Invalid(
                "These hours make %(pieces)s a week. Enter pieces or hours, not both.",
                pointer="/weekly_capacity",
                pieces=pieces,
            )
        return pieces

    def without_blanks(self) -> CapabilityProfile:
        """The profile with certificates and terms trimmed, without empty ones and repetitions.

        Raises:
            Invalid: the ends do not stand one beside each certificate.
        """
        names = tuple(each.strip() for each in self.certificates or ())
        ends = tuple(self.certificate_ends or ())
        if len(ends) not in (0, len(names)):
            raise Invalid("Give one end, or a blank, a certificate.", pointer="/certificate_ends")
        end_of: dict[str, str] = {}
        for name, end in zip(names, ends or ("",) * len(names), strict=True):
            if name:
                end_of.setdefault(name, end)
        return replace(
            self,
            certificates=tuple(end_of),
            certificate_ends=tuple(end_of.values()) if any(end_of.values()) else (),
            processes=terms(self.processes or ()),
            materials=terms(self.materials or ()),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Capability(CapabilityProfile):
    """What a firm can make of one category: its profile, how much a week, and what is taken.

    ``weekly_capacity`` in pieces; ``booked`` are pairs of due day (a number) and work that is still
    to be done by it, ascending, zero days left out; ``held`` the same for what open and won bids
    hold, softly, until they end or their orders are accepted. Work is in pieces, or in
    ten-thousandths of an hour where the capacity is in hours.
    """

    id: str
    firm_id: str
    category_id: str
    category: str
    weekly_capacity: int
    calendar: str | None = None
    site_paces: str | None = None
    booked: tuple[tuple[int, int], ...] = ()
    held: tuple[tuple[int, int], ...] = ()
    delivered_lines: int = 0
    on_time_lines: int = 0
    version: int = 1

    def of_category(self, category_id: str) -> Capability:
        """The same of another category."""
        return replace(self, id=f"{self.firm_id}|{category_id}", category_id=category_id)

    def with_profile(self, profile: CapabilityProfile, *, weekly_capacity: int) -> Capability:
        """The capability as its firm states it anew; what ``profile`` leaves out is unknown."""
        stated = {field.name: getattr(profile, field.name) for field in fields(CapabilityProfile)}
        return replace(self, **stated, weekly_capacity=weekly_capacity, version=self.version + 1)

    def check(self) -> None:
        """Refuse what makes no sense.

        Raises:
            Invalid: with one error for each wrong field.
        """
        errors = []
        if not 1 <= len(self.category_id) <= 80:
            errors.append(_field_error("/category", "Say what you make, at most 80 characters."))
        if not 0 <= self.weekly_capacity <= MAX_WEEKLY_PIECES:
            errors.append(
                _field_error("/weekly_capacity", "Enter how many pieces you make a week.")
            )
        if len(self.certificates) > 20 or any(len(each) > 60 for each in self.certificates):
            errors.append(
                _field_error("/certificates", "Use at most 20 certificates of 60 characters.")
            )
        if self.min_lot and self.max_lot and self.max_lot < self.min_lot:
            errors.append(
                _field_error("/max_lot", "The largest lot must not be below the smallest lot.")
            )
        errors += self._profile_errors()
        if errors:
            raise Invalid(errors=errors)

    def _profile_errors(self) -> list[FieldError]:
        errors = wrong_limits(self)
        if self.lot_size is not None and not 1 <= self.lot_size <= MAX_WEEKLY_PIECES:
            errors.append(_field_error("/lot_size", "Enter a quantity of at least 1."))
        elif self.lot_size and self.max_lot and self.max_lot < self.lot_size:
            errors.append(
                _field_error("/max_lot", "The largest lot must hold at least one whole lot.")
            )
        if len(self.certificate_ends) not in (0, len(self.certificates)):
            errors.append(
                _field_error("/certificate_ends", "Give one end, or a blank, a certificate.")
            )
        if any(end and not _is_day(end) for end in self.certificate_ends):
            errors.append(_field_error("/certificate_ends", "Enter a date such as 2026-11-22."))
        for name, words in (("processes", self.processes), ("materials", self.materials)):
            if len(words) > MAX_TERMS or any(len(word) > MAX_TERM_CHARS for word in words):
                values = (("most", MAX_TERMS),)
                message = "Name at most %(most)s, each of at most 60 characters."
                errors.append(FieldError(pointer=f"/{name}", message=message, values=values))
        return errors

    def held_until(self) -> list[tuple[str, str]]:
        """Each certificate with the day on which it ends, "" where that is not stated."""
        ends = self.certificate_ends or ("",) * len(self.certificates)
        return list(zip(self.certificates, ends, strict=True))

    @property
    def pace(self) -> Pace:
        """What days make of it."""
        weekly = self.hours.weekly_e4 if self.hours else max(self.weekly_capacity, 0)
        beside = read_pace_text((self.calendar or "") + (self.site_paces or ""))
        return Pace(weekly=weekly, calendar=beside.calendar, sites=beside.sites)

    @property
    def lot(self) -> LotWork:
        """What a lot takes of it, where a part has no hours of its own."""
        return lot_work(self.hours, self.lot_size or 0)

    @property
    def booked_work(self) -> list[DueWork]:
        """What is booked, by due day."""
        return list_due_work(self.booked, self.lot, in_hours=bool(self.hours))

    @property
    def held_work(self) -> list[DueWork]:
        """What bids hold, by due day."""
        return list_due_work(self.held, self.lot, in_hours=bool(self.hours))

    def counts_otherwise(self, before: Capability) -> bool:
        """Whether what is booked takes other work than before."""
        mine, other = (
            (each.hours and replace(each.hours, weekly_e4=1), each.lot_size)
            for each in (self, before)
        )
        return mine != other

    def check_holds(self, before: Capability, today: int) -> None:
        """Refuse less capacity than before where what is promised could no longer be made.

        Args:
            before: as it was stated.
            today: the first day of work.

        Raises:
            Invalid: names the day by which too much is due, and the least that keeps the promises.
        """
        if not self.booked or not self._is_less(before, today):
            return
        day = find_overload(self.pace, dict(self.booked), today=today)
        if day is None:
            return
        due = due_by(dict(self.booked), day, today=today)
        if self.hours:
            most = max(before.pace.weekly, MAX_WEEKLY_HOURS * HOUR_E4)
            raise Invalid(
                "By %(day)s you promised %(booked)s hours of work in orders that you accepted. "
                "Enter at least %(least)s hours a week.",
                pointer="/weekly_hours",
                day=date_of(day).isoformat(),
                booked=hours_text(due),
                least=hours_text(self._least_weekly(most, today)),
            )
        raise Invalid(
            "By %(day)s you promised %(booked)s pieces in orders that you accepted. Enter at "
            "least %(least)s a week.",
            pointer="/weekly_capacity",
            day=date_of(day).isoformat(),
            booked=due,
            least=self._least_weekly(before.weekly_capacity, today),
        )

    def _is_less(self, before: Capability, today: int) -> bool:
        """Whether it may make less than before, of what could be made in time before."""
        if not self.counts_otherwise(before):
            return self.pace.is_slower(before.pace)
        was_late = find_overload(before.pace, dict(before.booked), today=today) is not None
        return not was_late or self.weekly_capacity < before.weekly_capacity

    def check_still_fits(self, before: Capability, today: int, *, pointer: str) -> None:
        """Refuse hours of a part, or less of a site, with which promises could no longer be kept.

        What could not be made before either refuses nothing.

        Raises:
            Invalid: at ``pointer``; names the day by which too much is due.
        """
        day = find_overload(self.pace, dict(self.booked), today=today)
        if day is None or find_overload(before.pace, dict(before.booked), today=today) is not None:
            return
        raise Invalid(
            "Then what you promised for %(category)s by %(day)s in orders that you accepted could "
            "no longer be made in time. Enter more capacity a week first.",
            pointer=pointer,
            category=self.category,
            day=date_of(day).isoformat(),
        )

    def _least_weekly(self, most: int, today: int) -> int:
        """The least weekly work that keeps all promises, ``most`` where none below does."""
        low, high, due = 0, most, dict(self.booked)
        while low < high:
            middle = (low + high) // 2
            if find_overload(replace(self.pace, weekly=middle), due, today=today) is None:
                high = middle
            else:
                low = middle + 1
        return high

    def check_removable(self) -> None:
        """Refuse to remove what is booked or has a track record.

        Raises:
            Conflict: it is or has.
        """
        if self.booked:
            raise Conflict("Orders that you accepted are booked on this. Finish them first.")
        if self.held:
            raise Conflict("Bids of yours hold capacity of this. Withdraw them first.")
        if self.delivered_lines:
            raise Conflict(
                "This has a track record. Set the weekly capacity to 0 instead of removing it."
            )

    def weekly_load(self, today: date, weeks: int) -> list[tuple[date, int, float | None]]:
        """Monday, work taken and load in [0, 1] (None: nothing is made) of the coming weeks.

        A week is taken as far as its days (the present week's from today on) make nothing more
        possible: by accepted orders that have to be made in it at the latest. Where no capacity is
        stated, what is due in it is shown.
        """
        first, due = day_number(today), dict(self.booked)
        shown, room = [], 0
        for week in range(week_of(today), week_of(today) + weeks):
            start, end = max(7 * week, first), 7 * week + 6
            if not self.pace.is_stated:
                work = due_by(due, end, today=first) - due_by(due, start - 1, today=first)
                shown.append((monday_of(week), work, None))
                continue
            possible = possible_work(self.pace, due, today=first, day=end) or 0
            makes = self.pace.made(first, end) - self.pace.made(first, start - 1)
            taken, room = max(0, makes - (possible - room)), possible
            shown.append((monday_of(week), taken, taken / makes if makes else None))
        return shown


def ends_beside(certificates: Iterable[str], entries: Iterable[str]) -> list[str]:
    """The end of each certificate, from entries such as ``ISO 9001=2027-05-31``; else ""."""
    pairs = (entry.rsplit("=", 1) for entry in entries)
    ends = {fold_name(name): day for name, day in pairs}
    return [ends.get(fold_name(name), "") if fold_name(name) else "" for name in certificates]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicCapability:
    """What anybody signed in may see of what a firm makes."""

    category_id: str
    category: str
    certificates: list[str] | None


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _field_error(pointer: str, message: str) -> FieldError:
    return FieldError(pointer=pointer, message=message)
