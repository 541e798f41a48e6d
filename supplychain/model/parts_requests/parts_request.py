"""Parts requests and their lines.

draft -> open -> evaluating -> awarded | failed; draft | open | evaluating -> cancelled.
The deadline is the one place that says until when bids are taken and from when they are read.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from supplychain.errors import FieldError, Invalid, NobodyMakes, NotOpen
from supplychain.model.calendars.zones import DEFAULT_ZONE, day_of
from supplychain.model.parts_requests.conversions import StatedConversion
from supplychain.model.parts_requests.over_percent import find_most
from supplychain.model.parts_requests.rates import RequestRate
from supplychain.model.parts_requests.requirements import Requirements
from supplychain.model.quantities import Quantity
from supplychain.model.vat import NET

AUDIENCES: Final = ("invited", "chain", "all")
SHARE_POLICIES: Final = ("forbidden", "ask", "notify", "free")
OPENINGS: Final = ("deadline", "two_people")
"""What opens the bids: the deadline by itself, or after it two people of the buyer's firm."""
OPENER_ROLES: Final = ("owner", "buyer")
LEAST_OPENERS_NUMBER: Final = 2
STATES: Final = ("draft", "open", "evaluating", "awarded", "cancelled", "failed")
MAX_LINES: Final = 400
SHORT_NOTICE: Final = timedelta(hours=24)
"""Less than this is short notice: a draft is warned, and no deadline is moved so near."""
FARTHEST: Final = timedelta(days=366)
"""A deadline lies at most this far ahead."""
PAST: Final = "The deadline lies in the past. Choose a later one."
TOO_FAR: Final = "Choose a deadline within one year."
PASSING: Final = ("draft", "open", "evaluating")
"""States that a request does not stay in: few requests of a firm are in them at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestLine:
    """One thing that is asked for; in a draft anything may still be missing.

    Attributes:
        id: of the line; empty while a new one is not saved yet.
        number: counts the request's lines from 1.
        part_id: of the buyer's parts or of the catalogue; None where the line is described alone.
        category_id: empty where nothing was said yet.
        quantity: in ``uom``; 0 where nothing was said yet, as ``need_by`` is None then.
        conversions: what bids in other units are counted by.
        delivery_place: a city or a site.
        target_price: of a piece; for the buyer's firm alone.
        over_percent: how much more than the quantity the buyer takes, in percent of it, 0 to 100
            with at most two decimals: where suppliers sell in packs, or a larger quantity costs
            less in all.
    """

    id: str = ""
    number: int = 0
    part_id: str | None = None
    description: str = ""
    category_id: str = ""
    quantity: Quantity = 0
    uom: str = ""
    need_by: date | None = None
    delivery_place: str = ""
    certificates: tuple[str, ...] = ()
    target_price: Decimal | None = None
    requirements: Requirements = field(default_factory=Requirements)
    conversions: tuple[StatedConversion, ...] = ()
    over_percent: Decimal = Decimal(0)

    @property
    def most_quantity(self) -> Quantity:
        """The most of it that the buyer takes, in steps of its unit."""
        return find_most(self.quantity, self.uom, self.over_percent)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestContent:
    """What a buyer fills in. ``deadline`` is an aware UTC instant: bids close and open then.

    ``audience`` says who may bid, ``chain_id`` of which chain where that is ``chain``;
    ``invite_top`` firms of each line's ranking are invited by themselves; ``opening`` says what
    opens the bids, ``tax_basis`` whether their prices are without VAT or with it. ``accepts`` are
    the currencies of bids beside its own; None, in a draft, is those that the buyer has a rate for
    when it is published.
    """

    title: str = ""
    note: str = ""
    currency: str = "CNY"
    deadline: datetime | None = None
    audience: str = "invited"
    chain_id: str | None = None
    share_policy: str = "ask"
    invite_top: int = 0
    opening: str = "deadline"
    tax_basis: str = NET
    accepts: tuple[str, ...] | None = None
    lines: tuple[RequestLine, ...] = ()

    @property
    def currencies(self) -> tuple[str, ...]:
        """In which a bid may be, its own first."""
        return (self.currency, *(self.accepts or ()))

    def as_content(self) -> RequestContent:
        """What was filled in, without what a parts request knows besides."""
        return RequestContent(**{name: getattr(self, name) for name in CONTENT_FIELDS})


CONTENT_FIELDS: Final = tuple(one.name for one in fields(RequestContent))


@dataclass(frozen=True, slots=True, kw_only=True)
class PartsRequest(RequestContent):
    """What a buyer asks for: its content, whose it is and how it stands.

    ``rank_by`` is what its suppliers are ranked by; None is what the buyer's settings say.
    ``rates`` are what other currencies are worth in its own, since its bids are opened.
    ``zone`` is the buyer's time zone: the days of a request are its buyer's.
    """

    id: str
    number: str
    buyer_id: str
    state: str
    created_at: datetime
    published_at: datetime | None = None
    opened_at: datetime | None = None
    decided_at: datetime | None = None
    created_by: str = ""
    rank_by: str | None = None
    rates: tuple[RequestRate, ...] = ()
    version: int = 1
    zone: str = DEFAULT_ZONE

    def today(self, now: datetime) -> date:
        """The day that it is at the buyer."""
        return day_of(self.zone, now)

    @property
    def asked_pieces(self) -> dict[str, Quantity]:
        """What is asked for, by line id."""
        return {line.id: line.quantity for line in self.lines}

    @property
    def deadline_day(self) -> date | None:
        """The day of the deadline at the buyer."""
        return None if self.deadline is None else day_of(self.zone, self.deadline)

    def filled_with(self, content: RequestContent) -> PartsRequest:
        """The same request with other content."""
        return replace(self, **{name: getattr(content, name) for name in CONTENT_FIELDS})

    def check_draft(self) -> None:
        """Refuse to change what suppliers see already.

        Raises:
            NotOpen: it is no draft any more.
        """
        if self.state != "draft":
            raise NotOpen("This parts request is published and cannot be changed. Copy it instead.")

    def published(self, now: datetime, *, openers: int = LEAST_OPENERS_NUMBER) -> PartsRequest:
        """PartsRequest: draft -> open; ``openers`` are those of the firm who may open its bids.

        Raises:
            NotOpen: it is no draft.
            Invalid: something is missing; one error for each, with its field.
        """
        if self.state != "draft":
            raise NotOpen("This parts request is published already.")
        errors = [gap.as_error() for gap in list_gaps(self, now, openers=openers) if gap.blocks]
        if errors:
            raise Invalid(errors=errors)
        return replace(self, state="open", published_at=now, version=self.version + 1)

    def check_made(self, unmade: frozenset[str]) -> None:
        """Refuse to publish lines that nobody would answer.

        Raises:
            NobodyMakes: a line is of one of the categories that no firm makes.
        """
        lines = [str(line.number) for line in self.lines if line.category_id in unmade]
        if lines:
            raise NobodyMakes(lines=", ".join(lines))

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

    def check_can_invite(self, now: datetime) -> None:
        """Refuse to invite firms that could not bid any more.

        Raises:
            NotOpen: it is not open, or the deadline has passed.
        """
        if not self.takes_bids(now):
            raise NotOpen("Firms can be invited only while the parts request is open.")

    def check_can_be_ranked(self) -> None:
        """Refuse to rank suppliers for a draft, or for what is decided.

        Raises:
            NotOpen: it is a draft, or it is over.
        """
        if self.state not in ("open", "evaluating"):
            raise NotOpen(
                "Suppliers are ranked only while a parts request is open or being decided."
            )

    def is_due(self, now: datetime) -> bool:
        """Whether its bids may be opened: still open, and the deadline has come."""
        return self.state == "open" and self.deadline is not None and self.deadline <= now

    @property
    def needs_two_people(self) -> bool:
        """Whether the deadline alone does not open its bids."""
        return self.opening == "two_people"

    def check_can_be_opened(self, now: datetime) -> None:
        """Refuse that people agree to open what is not for them to open, or not yet.

        Raises:
            NotOpen: its bids open by themselves, the deadline has not come, or it is over.
        """
        if not self.needs_two_people:
            raise NotOpen("The bids of this request open by themselves at the deadline.")
        if not self.is_due(now):
            raise NotOpen("Bids can be opened once, after the deadline.")

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

    def with_deadline(
        self, deadline: datetime, now: datetime, *, reason: str, bids: int
    ) -> PartsRequest:
        """The same request with another deadline, while it takes bids.

        Later is always possible. Earlier would let a buyer close the door behind the bid that it
        likes: it takes a reason, leaves a day to bid, and is over once a bid is in.

        Args:
            deadline, now: the new one, the present.
            reason: why; those concerned read it. Only an earlier deadline needs one.
            bids: how many are in.

        Raises:
            NotOpen: it is not open, its deadline has passed, or a bid is in and it moves earlier.
            Invalid: the new deadline is in the past, too near, too far away, or not before a
                need-by date; or an earlier one has no reason.
        """
        if not self.takes_bids(now):
            raise NotOpen("The deadline can be moved only while the parts request takes bids.")
        if deadline <= now:
            raise Invalid(PAST, pointer="/deadline")
        if self.deadline is not None and deadline < self.deadline:
            _check_earlier(deadline, now, reason=reason, bids=bids)
        if deadline > now + FARTHEST:
            raise Invalid(TOO_FAR, pointer="/deadline")
        day = day_of(self.zone, deadline)
        if any(line.need_by and line.need_by <= day for line in self.lines):
            raise Invalid("The deadline must lie before every need-by date.", pointer="/deadline")
        return replace(self, deadline=deadline, version=self.version + 1)


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


def _check_earlier(deadline: datetime, now: datetime, *, reason: str, bids: int) -> None:
    if bids:
        raise NotOpen(
            "A bid is in: the deadline can only move later. Cancel the request and copy it if it "
            "must end sooner."
        )
    if deadline < now + SHORT_NOTICE:
        raise Invalid(
            "An earlier deadline must leave at least 24 hours from now.", pointer="/deadline"
        )
    if not reason.strip():
        raise Invalid(
            "Say why the deadline moves earlier. Every invited firm reads it.",
            pointer="/deadline_reason",
        )


def list_gaps(
    request: PartsRequest,
    now: datetime,
    *,
    drawings: frozenset[int] = frozenset(),
    openers: int = LEAST_OPENERS_NUMBER,
) -> tuple[Gap, ...]:
    """What a draft lacks and why it matters, what blocks first.

    Args:
        request: the draft.
        now: an aware instant.
        drawings: numbers of the lines that have files; 0 stands for the whole request.
        openers: how many of the firm may open its bids.
    """
    gaps = [*_head_gaps(request), *_deadline_gaps(request, now), *_list_openers(request, openers)]
    last_day = request.deadline_day or request.today(now)
    for line in request.lines:
        gaps += _line_gaps(line, last_day, drawings)
    gaps += _list_duplicates(request.lines)
    return tuple(sorted(gaps, key=lambda gap: not gap.blocks))


def _make_gap(
    pointer: str, message: str, why: str, *, blocks: bool = True, **values: object
) -> Gap:
    return Gap(
        pointer=pointer, message=message, why=why, blocks=blocks, values=tuple(values.items())
    )


def _head_gaps(request: PartsRequest) -> list[Gap]:
    gaps = []
    if not request.title:
        why = "Suppliers decide by it what they open."
        gaps.append(_make_gap("/title", "Give the request a title.", why))
    if not request.lines:
        why = "Without a line there is nothing to bid for."
        gaps.append(_make_gap("/lines", "Add at least one line.", why))
    if request.audience == "chain" and not request.chain_id:
        gaps.append(_make_gap("/chain_id", "Choose the chain.", "Its members are who can bid."))
    if request.audience == "invited" and not request.invite_top:
        gaps.append(
            _make_gap(
                "/invite_top",
                "Nobody is invited automatically.",
                "You pick the firms from the ranking after publishing.",
                blocks=False,
            )
        )
    if request.lines and not any(line.certificates for line in request.lines):
        gaps.append(
            _make_gap(
                "/lines/0/certificates",
                "No certificate is required.",
                "Firms without a quality certificate will be ranked too.",
                blocks=False,
            )
        )
    return gaps


def _deadline_gaps(request: PartsRequest, now: datetime) -> list[Gap]:
    pointer, deadline = "/deadline", request.deadline
    if deadline is None:
        return [
            _make_gap(
                pointer, "Set a deadline.", "Bids stay sealed until then and are opened then."
            )
        ]
    if deadline <= now:
        return [_make_gap(pointer, PAST, "No supplier could bid any more.")]
    if deadline > now + FARTHEST:
        return [_make_gap(pointer, TOO_FAR, "Prices are not held for so long.")]
    if deadline < now + SHORT_NOTICE:
        why = "Many firms look once a day; fewer will bid."
        return [_make_gap(pointer, "Suppliers have less than 24 hours to bid.", why, blocks=False)]
    return []


def _list_openers(request: PartsRequest, openers: int) -> list[Gap]:
    if not request.needs_two_people or openers >= LEAST_OPENERS_NUMBER:
        return []
    message = "Two people have to open the bids, and only one of your firm may."
    why = "An owner can invite a colleague as a buyer, or let the deadline open them."
    return [_make_gap("/opening", message, why)]


def _line_gaps(line: RequestLine, last_day: date, drawings: frozenset[int]) -> list[Gap]:
    gaps: list[Gap] = []

    def add(name: str, message: str, why: str, *, blocks: bool = True) -> None:
        pointer = f"/lines/{line.number - 1}/{name}"
        gaps.append(_make_gap(pointer, message, why, blocks=blocks, line=line.number))

    if not line.part_id and not line.description:
        message = "Line %(line)s: name a part or describe it."
        add("description", message, "Nobody can price what is not named.")
    if not line.category_id:
        message = "Line %(line)s: choose a category."
        add("category", message, "Suppliers are found by what they can make.")
    if line.quantity <= 0:
        message = "Line %(line)s: enter a quantity."
        add("quantity", message, "Price and capacity depend on it.")
    if line.need_by is None:
        message = "Line %(line)s: say by when you need it."
        add("need_by", message, "Without a need-by date suppliers cannot promise capacity.")
    elif line.need_by <= last_day:
        message = "Line %(line)s: the need-by date must lie after the deadline."
        add("need_by", message, "Nobody can deliver before the order is decided.")
    if not line.part_id and line.description and not drawings & {0, line.number}:
        message = "Line %(line)s: there is no drawing."
        why = "A described part without a drawing gets guesses, not prices."
        add("description", message, why, blocks=False)
    if not line.delivery_place:
        message = "Line %(line)s: there is no delivery place."
        add("place", message, "Suppliers cannot reckon the freight.", blocks=False)
    return gaps


def _list_duplicates(lines: tuple[RequestLine, ...]) -> list[Gap]:
    seen: dict[tuple[object, ...], int] = {}
    gaps = []
    for line in lines:
        what = line.part_id or line.description.casefold()
        if not what:
            continue
        key = (what, line.category_id, line.need_by, line.delivery_place, line.certificates,
               line.requirements)  # fmt: skip
        first = seen.setdefault(key, line.number)
        if first != line.number:
            gaps.append(
                _make_gap(
                    f"/lines/{line.number - 1}/description",
                    "Line %(line)s asks for the same as line %(first)s.",
                    "A larger quantity on one line gets a better price.",
                    blocks=False,
                    line=line.number,
                    first=first,
                )
            )
    return gaps
