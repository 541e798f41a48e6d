"""Parts requests and their lines.

draft -> open -> evaluating -> awarded | failed; draft | open | evaluating -> cancelled.
The deadline is the one place that says until when bids are taken and from when they are read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from supplychain.errors import FieldError, Invalid, NotOpen
from supplychain.model.parts_requests.requirements import Requirements

AUDIENCES: Final = ("invited", "chain", "all")
SHARE_POLICIES: Final = ("forbidden", "ask", "notify", "free")
STATES: Final = ("draft", "open", "evaluating", "awarded", "cancelled", "failed")
MAX_LINES: Final = 400
SHORT_NOTICE: Final = timedelta(hours=24)
FARTHEST: Final = timedelta(days=366)
"""A deadline lies at most this far ahead."""
PAST: Final = "The deadline lies in the past. Choose a later one."
TOO_FAR: Final = "Choose a deadline within one year."


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestLine:
    """One thing that is asked for. ``target_price`` is for the buyer's firm alone.

    In a draft ``category_id`` may be empty, ``quantity`` 0 and ``need_by`` None: not said yet.
    """

    id: str
    number: int
    part_id: str | None
    description: str
    category_id: str
    quantity: int
    uom: str
    need_by: date | None
    place: str
    certificates: tuple[str, ...] = ()
    target_price: Decimal | None = None
    requirements: Requirements = field(default_factory=Requirements)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartsRequest:
    """What a buyer asks for. ``deadline`` is an aware UTC instant: bids close and open then."""

    id: str
    number: str
    buyer_id: str
    title: str
    note: str
    state: str
    currency: str
    deadline: datetime | None
    audience: str
    chain_id: str | None
    share_policy: str
    invite_top: int
    lines: tuple[RequestLine, ...]
    created_at: datetime
    published_at: datetime | None = None
    opened_at: datetime | None = None
    decided_at: datetime | None = None
    version: int = 1

    def check_draft(self) -> None:
        """Refuse to change what suppliers see already.

        Raises:
            NotOpen: it is no draft any more.
        """
        if self.state != "draft":
            raise NotOpen("This parts request is published and cannot be changed. Copy it instead.")

    def published(self, now: datetime) -> PartsRequest:
        """PartsRequest: draft -> open.

        Raises:
            NotOpen: it is no draft.
            Invalid: something is missing; one error for each, with its field.
        """
        if self.state != "draft":
            raise NotOpen("This parts request is published already.")
        errors = [gap.as_error() for gap in missing(self, now) if gap.blocks]
        if errors:
            raise Invalid(errors=errors)
        return replace(self, state="open", published_at=now, version=self.version + 1)

    def takes_bids(self, now: datetime) -> bool:
        """Whether a bid may be placed or changed now: open, and before the deadline."""
        return self.state == "open" and self.deadline is not None and now < self.deadline

    def check_takes_bid(self, now: datetime) -> None:
        """Refuse a bid outside its time, by the clock, however late the sweep is.

        Raises:
            NotOpen: it is not open, or the deadline has passed.
        """
        if self.state == "cancelled":
            raise NotOpen("The buyer cancelled this parts request.")
        if not self.takes_bids(now):
            raise NotOpen("The deadline has passed: this parts request takes no more bids.")

    def is_due(self, now: datetime) -> bool:
        """Whether its bids may be opened: still open, and the deadline has come."""
        return self.state == "open" and self.deadline is not None and self.deadline <= now

    def opened(self, now: datetime, *, bids: int) -> PartsRequest:
        """PartsRequest: open -> evaluating, or failed where nobody bid.

        Raises:
            NotOpen: it is not open, or the deadline has not come.
        """
        if not self.is_due(now):
            raise NotOpen("Bids are opened at the deadline, once.")
        if not bids:
            return replace(
                self, state="failed", opened_at=now, decided_at=now, version=self.version + 1
            )
        return replace(self, state="evaluating", opened_at=now, version=self.version + 1)

    def check_awardable(self) -> None:
        """Refuse to decide before the bids are opened, or twice.

        Raises:
            NotOpen: it is not being evaluated.
        """
        if self.state == "awarded":
            raise NotOpen("This parts request is awarded already.")
        if self.state != "evaluating":
            raise NotOpen("A parts request can be awarded once its bids are opened.")

    def awarded(self, now: datetime) -> PartsRequest:
        """PartsRequest: evaluating -> awarded.

        Raises:
            NotOpen: it is not being evaluated.
        """
        self.check_awardable()
        return replace(self, state="awarded", decided_at=now, version=self.version + 1)

    def cancelled(self, now: datetime) -> PartsRequest:
        """PartsRequest: draft | open | evaluating -> cancelled.

        Raises:
            NotOpen: it is over.
        """
        if self.state not in ("draft", "open", "evaluating"):
            raise NotOpen("This parts request is over and cannot be cancelled.")
        return replace(self, state="cancelled", decided_at=now, version=self.version + 1)

    def extended(self, deadline: datetime, now: datetime) -> PartsRequest:
        """The same request with another deadline, while it takes bids.

        Raises:
            NotOpen: it is not open, or its deadline has passed.
            Invalid: the new deadline is in the past, too far away, or not before a need-by date.
        """
        if not self.takes_bids(now):
            raise NotOpen("The deadline can be moved only while the parts request takes bids.")
        if deadline <= now:
            raise Invalid(PAST, pointer="/deadline")
        if deadline > now + FARTHEST:
            raise Invalid(TOO_FAR, pointer="/deadline")
        if any(line.need_by and line.need_by <= deadline.date() for line in self.lines):
            raise Invalid("The deadline must lie before every need-by date.", pointer="/deadline")
        return replace(self, deadline=deadline, version=self.version + 1)

    def for_supplier(self) -> PartsRequest:
        """The same without what is the buyer's alone."""
        lines = tuple(replace(line, target_price=None) for line in self.lines)
        return replace(self, lines=lines, invite_top=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Something that a request lacks. ``blocks``: it cannot be published so; else a hint."""

    pointer: str
    message: str
    why: str
    blocks: bool
    values: tuple[tuple[str, object], ...] = ()

    def as_error(self) -> FieldError:
        """The gap as a refusal."""
        return FieldError(pointer=self.pointer, message=self.message, values=self.values)


def missing(
    request: PartsRequest, now: datetime, *, drawings: frozenset[int] = frozenset()
) -> tuple[Gap, ...]:
    """What a draft lacks and why it matters, what blocks first.

    Args:
        request: the draft.
        now: an aware instant.
        drawings: numbers of the lines that have files; 0 stands for the whole request.
    """
    found = [*_head_gaps(request), *_deadline_gaps(request, now)]
    for line in request.lines:
        found += _line_gaps(line, request.deadline or now, drawings)
    found += _duplicates(request.lines)
    return tuple(sorted(found, key=lambda gap: not gap.blocks))


def _gap(pointer: str, message: str, why: str, *, blocks: bool = True, **values: object) -> Gap:
    return Gap(
        pointer=pointer, message=message, why=why, blocks=blocks, values=tuple(values.items())
    )


def _head_gaps(request: PartsRequest) -> list[Gap]:
    found = []
    if not request.title:
        found.append(
            _gap("/title", "Give the request a title.", "Suppliers decide by it what they open.")
        )
    if not request.lines:
        found.append(
            _gap("/lines", "Add at least one line.", "Without a line there is nothing to bid for.")
        )
    if request.audience == "chain" and not request.chain_id:
        found.append(_gap("/chain_id", "Choose the chain.", "Its members are who can bid."))
    if request.audience == "invited" and not request.invite_top:
        found.append(
            _gap(
                "/invite_top",
                "Nobody is invited automatically.",
                "You pick the firms from the ranking after publishing.",
                blocks=False,
            )
        )
    if request.lines and not any(line.certificates for line in request.lines):
        found.append(
            _gap(
                "/lines/0/certificates",
                "No certificate is required.",
                "Firms without a quality certificate will be ranked too.",
                blocks=False,
            )
        )
    return found


def _deadline_gaps(request: PartsRequest, now: datetime) -> list[Gap]:
    at, deadline = "/deadline", request.deadline
    if deadline is None:
        return [_gap(at, "Set a deadline.", "Bids stay sealed until then and are opened then.")]
    if deadline <= now:
        return [_gap(at, PAST, "No supplier could bid any more.")]
    if deadline > now + FARTHEST:
        return [_gap(at, TOO_FAR, "Prices are not held for so long.")]
    if deadline < now + SHORT_NOTICE:
        why = "Many firms look once a day; fewer will bid."
        return [_gap(at, "Suppliers have less than 24 hours to bid.", why, blocks=False)]
    return []


def _line_gaps(line: RequestLine, deadline: datetime, drawings: frozenset[int]) -> list[Gap]:
    n = line.number

    def gap(name: str, message: str, why: str, *, blocks: bool = True) -> Gap:
        return _gap(f"/lines/{n - 1}/{name}", message, why, blocks=blocks, line=n)

    found = []
    if not line.part_id and not line.description:
        found.append(
            gap(
                "description",
                "Line %(line)s: name a part or describe it.",
                "Nobody can price what is not named.",
            )
        )
    if not line.category_id:
        found.append(
            gap(
                "category",
                "Line %(line)s: choose a category.",
                "Suppliers are found by what they can make.",
            )
        )
    if line.quantity <= 0:
        found.append(
            gap(
                "quantity",
                "Line %(line)s: enter a quantity.",
                "Price and capacity depend on it.",
            )
        )
    if line.need_by is None:
        found.append(
            gap(
                "need_by",
                "Line %(line)s: say by when you need it.",
                "Without a need-by date suppliers cannot promise capacity.",
            )
        )
    elif line.need_by <= deadline.date():
        found.append(
            gap(
                "need_by",
                "Line %(line)s: the need-by date must lie after the deadline.",
                "Nobody can deliver before the order is decided.",
            )
        )
    return found + _line_hints(line, drawings, gap)


def _line_hints(line: RequestLine, drawings: frozenset[int], gap: Callable[..., Gap]) -> list[Gap]:
    found = []
    if not line.part_id and line.description and not drawings & {0, line.number}:
        found.append(
            gap(
                "description",
                "Line %(line)s: there is no drawing.",
                "A described part without a drawing gets guesses, not prices.",
                blocks=False,
            )
        )
    if not line.place:
        found.append(
            gap(
                "place",
                "Line %(line)s: there is no delivery place.",
                "Suppliers cannot reckon the freight.",
                blocks=False,
            )
        )
    return found


def _duplicates(lines: tuple[RequestLine, ...]) -> list[Gap]:
    seen: dict[tuple[object, ...], int] = {}
    found = []
    for line in lines:
        what = line.part_id or line.description.casefold()
        if not what:
            continue
        key = (what, line.category_id, line.need_by, line.place, line.certificates,
               line.requirements)  # fmt: skip
        first = seen.setdefault(key, line.number)
        if first != line.number:
            found.append(
                _gap(
                    f"/lines/{line.number - 1}/description",
                    "Line %(line)s asks for the same as line %(first)s.",
                    "A larger quantity on one line gets a better price.",
                    blocks=False,
                    line=line.number,
                    first=first,
                )
            )
    return found
