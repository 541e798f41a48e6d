"""Orders and their lines. A share is an order one tier down.

awaiting_consent -> offered -> accepted -> in_production -> shipped -> received -> closed;
offered -> declined | expired; awaiting_consent -> declined | expired;
a share also: awaiting_consent | offered -> recalled;
offered | accepted | in_production (nothing shipped) -> cancelled.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from supplychain.errors import Conflict, Forbidden, Invalid, NotFound, NotOpen, Stale
from supplychain.model.capacity.bookings import count_made
from supplychain.model.money import round_amount
from supplychain.model.quantities import (
    Quantity,
    find_quantity_problem,
    percent_of,
    tidy_quantity,
)
from supplychain.model.vat import NET, TaxedSum, compare_total, tax_total

STATES: Final = (
    "awaiting_consent",
    "offered",
    "accepted",
    "in_production",
    "shipped",
    "received",
    "closed",
    "declined",
    "expired",
    "recalled",
    "cancelled",
)
OVER: Final = ("declined", "expired", "recalled", "cancelled")
"""States in which an order takes nothing of the line that it shares."""
WAITING: Final = ("awaiting_consent", "offered")
"""States that end by themselves when ``ends_at`` passes."""
AT_WORK: Final = ("accepted", "in_production")
PASSING: Final = (*WAITING, *AT_WORK, "shipped")
"""States that an order does not stay in: few orders of a firm are in them at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """One thing that is ordered; quantities in the line's unit, ``made_percent`` 0 to 100.

    ``shared_quantity`` is what live shares have of it; the supplier keeps the rest. ``amount``
    is the exact price of the goods where quantity times ``unit_price``, an average then, is not.
    ``freight`` is what the winning bid said the carriage of the whole line costs beside its price;
    None: it said nothing. ``routing`` names the steps that the request demanded, in order.
    """

    id: str
    number: int
    request_line_id: str | None
    part_id: str | None
    description: str
    category_id: str
    quantity: Quantity
    uom: str
    need_by: date
    delivery_place: str
    unit_price: Decimal
    tooling: Decimal
    lead_days: int
    promised_on: date | None = None
    shared_quantity: Quantity = 0
    shipped_quantity: Quantity = 0
    received_quantity: Quantity = 0
    rejected_quantity: Quantity = 0
    made_percent: int = 0
    version: int = 1
    amount: Decimal | None = None
    freight: Decimal | None = None
    routing: tuple[str, ...] = ()

    @property
    def goods(self) -> Decimal:
        """What the pieces cost, without tooling; rounded once to four decimals."""
        if self.amount is not None:
            return self.amount
        return round_amount(self.unit_price * self.quantity)

    @property
    def total(self) -> Decimal:
        """Goods, tooling and freight."""
        return self.goods + self.tooling + (self.freight or Decimal(0))

    @property
    def kept_quantity(self) -> Quantity:
        """What the supplier makes itself."""
        return tidy_quantity(self.quantity - self.shared_quantity)

    @property
    def on_the_way(self) -> Quantity:
        """What is shipped and has not arrived."""
        return tidy_quantity(self.shipped_quantity - self.received_quantity)

    @property
    def missing_quantity(self) -> Quantity:
        """What did not come, or came and was rejected."""
        return tidy_quantity(self.quantity - self.received_quantity + self.rejected_quantity)

    def percent_shipped(self, from_shares: Quantity) -> int:
        """How much of its own part has left, 0 to 100; ``from_shares`` pieces came from peers."""
        own = max(0, self.shipped_quantity - from_shares)
        return min(100, percent_of(own, self.kept_quantity)) if self.kept_quantity else 0

    @property
    def due_on(self) -> date:
        """The day until which capacity is taken: the later of promise and need."""
        return max(self.need_by, self.promised_on or self.need_by)

    def shareable(self, from_shares: Quantity) -> Quantity:
        """What may still be shared: neither made nor shipped; peers brought ``from_shares``."""
        made = count_made(self.kept_quantity, self.made_percent)
        own = max(made, self.shipped_quantity - from_shares)
        return tidy_quantity(max(0, self.kept_quantity - own))

    def shippable(self, from_shares: Quantity) -> Quantity:
        """What may be shipped now: the supplier's own part and what it accepted from peers.

        What it rejected is nobody's to ship until its share is closed: then it is the supplier's
        own part again.
        """
        return tidy_quantity(max(0, self.kept_quantity + from_shares - self.shipped_quantity))


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What ``buyer_id`` orders from ``supplier_id``.

    ``depth`` is 0 for the buyer's own order and one more for each share; ``root_buyer_id`` is the
    buyer at depth 0, whose ``share_policy`` holds at every depth. ``ancestor_ids`` are the orders
    above, the root first; ``firm_path`` the firms from the root buyer down to this supplier
    (both are filled in when the order is created). ``one_off_cost``, ``discount`` (of bundles, for
    all lines together), ``incoterm``, ``payment_days`` and ``vat_percent`` are what
    the winning bid said. All amounts are without VAT, in ``currency``, that of the bid;
    ``tax_basis`` says whether the prices of the bid were: where they were not, the sum with VAT is
    what it said. Where its request was in another currency, the buyer also reads
    ``compared_currency`` and at which ``compared_rate`` of it one unit of the order's was compared.
    """

    id: str
    number: str
    state: str
    depth: int
    buyer_id: str
    supplier_id: str
    root_buyer_id: str
    request_id: str | None
    award_id: str | None
    parent_line_id: str | None
    currency: str
    share_policy: str
    lines: tuple[OrderLine, ...]
    created_at: datetime
    offered_at: datetime | None = None
    accepted_at: datetime | None = None
    ends_at: datetime | None = None
    version: int = 1
    reason: str = ""
    ancestor_ids: tuple[str, ...] = ()
    firm_path: tuple[str, ...] = ()
    one_off_cost: Decimal = Decimal(0)
    discount: Decimal = Decimal(0)
    incoterm: str | None = None
    payment_days: int | None = None
    vat_percent: Decimal | None = None
    tax_basis: str = NET
    compared_currency: str | None = None
    compared_rate: Decimal | None = None

    @property
    def compared_total(self) -> Decimal | None:
        """The total at the rate of the comparison, rounded as its currency is."""
        return compare_total(self.total, self.compared_currency, self.compared_rate)

    @property
    def total(self) -> Decimal:
        """What is to be paid without VAT: lines with freight, one-off cost, less the discount."""
        lines = sum((line.total for line in self.lines), Decimal(0))
        return lines + self.one_off_cost - self.discount

    @property
    def taxed(self) -> TaxedSum | None:
        """What is to be paid without VAT, of VAT and with it; None where no rate was said."""
        return tax_total(self.total, self.vat_percent, self.tax_basis, self.currency)

    @property
    def root_id(self) -> str:
        """The order at depth 0 that this one serves; itself there."""
        return self.ancestor_ids[0] if self.ancestor_ids else self.id

    @property
    def is_share(self) -> bool:
        """Whether it is part of another order."""
        return self.depth > 0

    def line(self, line_id: str) -> OrderLine:
        """A line of this order.

        Raises:
            NotFound: it has no such line.
        """
        for line in self.lines:
            if line.id == line_id:
                return line
        raise NotFound

    def with_line(self, line: OrderLine) -> Order:
        """The order with one line changed."""
        return replace(self, lines=tuple(line if line.id == old.id else old for old in self.lines))

    def check_version(self, version: int | None) -> None:
        """Refuse what was decided on an older version; None does not ask.

        Raises:
            Stale: somebody changed the order since.
        """
        if version is not None and version != self.version:
            raise Stale

    def check_supplier(self, firm_id: str) -> None:
        """Refuse unless this firm supplies the order.

        Raises:
            Forbidden: it is the buyer.
        """
        if firm_id != self.supplier_id:
            raise Forbidden("Only the supplier of this order can do this.")

    def check_buyer(self, firm_id: str) -> None:
        """Refuse unless this firm buys.

        Raises:
            Forbidden: it is the supplier.
        """
        if firm_id != self.buyer_id:
            raise Forbidden("Only the buyer of this order can do this.")

    def accepted(self, now: datetime, *, today: date) -> Order:
        """Order: offered -> accepted; lines without a promised day are promised by lead time.

        Args:
            now: the present.
            today: the day that it is at the supplier; lead times count from it.

        Raises:
            NotOpen: it is not offered, or the time to answer is over.
        """
        self._check_answerable(now)
        lines = tuple(replace(line, promised_on=_promised_day(line, today)) for line in self.lines)
        return replace(self, state="accepted", accepted_at=now, lines=lines)

    def declined(self, reason: str, now: datetime) -> Order:
        """Order: offered -> declined.

        Raises:
            NotOpen: as for ``accepted``.
            Invalid: no reason.
        """
        self._check_answerable(now)
        return replace(self, state="declined", reason=_check_reason(reason))

    def _check_answerable(self, now: datetime) -> None:
        if self.state != "offered":
            raise NotOpen("This order waits for no answer any more. Reload to see how it stands.")
        if self.ends_at is not None and self.ends_at <= now:
            raise NotOpen("The time to answer this order is over.")

    def is_due(self, now: datetime) -> bool:
        """Whether an unanswered offer has run out."""
        return self.state in WAITING and self.ends_at is not None and self.ends_at <= now

    def expired(self) -> Order:
        """Order: offered | awaiting_consent -> expired."""
        return replace(self, state="expired")

    def cancelled(self, reason: str) -> Order:
        """Order: offered | accepted | in_production -> cancelled.

        Raises:
            NotOpen: something is shipped, or it is over.
            Conflict: part of it is shared.
            Invalid: no reason.
        """
        if not self._is_untouched:
            raise NotOpen("This order can no longer be cancelled: it is over or partly shipped.")
        if any(line.shared_quantity for line in self.lines):
            raise Conflict(
                "Part of this order is shared. Its supplier has to take that back first."
            )
        return replace(self, state="cancelled", reason=_check_reason(reason))

    @property
    def _is_untouched(self) -> bool:
        moved = any(line.shipped_quantity or line.received_quantity for line in self.lines)
        return self.state in ("offered", *AT_WORK) and not moved

    @property
    def is_cancellable(self) -> bool:
        """Whether its buyer may cancel it now: nothing is shipped or shared."""
        return self._is_untouched and not any(line.shared_quantity for line in self.lines)

    def progressed(self, percents: dict[str, int], from_shares: Mapping[str, Quantity]) -> Order:
        """Order: accepted -> in_production; sets how far each named line is, 0 to 100.

        Args:
            percents: line id to how far the supplier's own part is.
            from_shares: line id to pieces that peers have brought; the other pieces that left are
                the supplier's own and made.

        Raises:
            NotOpen: it is not at work.
            NotFound: no such line.
            Invalid: a figure outside 0 to 100, or less than what is shipped.
        """
        if self.state not in AT_WORK:
            raise NotOpen("Progress can be reported on an accepted order until all is shipped.")
        order = self
        for line_id, percent in percents.items():
            if not 0 <= percent <= 100:
                raise Invalid("Enter a number from 0 to 100.", pointer="/made_percent")
            line = order.line(line_id)
            least = line.percent_shipped(from_shares.get(line_id, 0))
            if percent < least:
                raise Invalid(
                    "At least %(least)s %% of your part is made: so much is shipped.",
                    pointer="/made_percent",
                    least=least,
                )
            order = order.with_line(replace(line, made_percent=percent))
        begun = any(line.made_percent for line in order.lines)
        return replace(order, state="in_production" if begun else order.state)

    def shipped(self, line_id: str, quantity: Quantity, *, from_shares: Quantity) -> Order:
        """Order: accepted | in_production -> in_production, or shipped when all of it is.

        Raises:
            NotOpen: it is not at work.
            Invalid: more than can be shipped now.
        """
        if self.state not in AT_WORK:
            raise NotOpen("Only an accepted order that is not fully shipped can be shipped.")
        line = self.line(line_id)
        _check_quantity(quantity, line.shippable(from_shares), _SHIP, uom=line.uom)
        line = replace(line, shipped_quantity=tidy_quantity(line.shipped_quantity + quantity))
        made = 100 if line.shipped_quantity == line.quantity else line.percent_shipped(from_shares)
        line = replace(line, made_percent=max(made, line.made_percent))
        order = self.with_line(line)
        return replace(order, state=_state_reached(order, "in_production"))

    def received(self, line_id: str, quantity: Quantity, *, rejected: Quantity) -> Order:
        """Order: in_production | shipped -> received when all lines are.

        Raises:
            NotOpen: nothing of it can arrive now.
            Invalid: more than was shipped, or more rejected than arrived.
        """
        if self.state not in ("in_production", "shipped"):
            raise NotOpen("Nothing of this order is on its way.")
        line = self.line(line_id)
        _check_quantity(quantity, line.on_the_way, _RECEIVE, uom=line.uom)
        if not 0 <= rejected <= quantity:
            raise Invalid(
                "Reject at most what arrived.", pointer="/rejected_quantity", most=quantity
            )
        problem = find_quantity_problem(rejected, line.uom)
        if problem:
            raise Invalid(problem, pointer="/rejected_quantity")
        line = replace(
            line,
            received_quantity=tidy_quantity(line.received_quantity + quantity),
            rejected_quantity=tidy_quantity(line.rejected_quantity + rejected),
        )
        order = self.with_line(line)
        return replace(order, state=_state_reached(order, self.state))

    def closed(self) -> Order:
        """Order: shipped | received -> closed.

        Raises:
            NotOpen: something is still to be shipped, or it is over.
        """
        if self.state not in ("shipped", "received"):
            raise NotOpen("An order is closed once all of it is shipped or received.")
        return replace(self, state="closed")

    def shared(self, line_id: str, quantity: Quantity) -> Order:
        """The order with ``quantity`` more of a line in the hands of peers; negative gives back.

        What the supplier made stays so many pieces, whatever its own part is then.

        Raises:
            Conflict: it would be less than nothing or more than the line.
        """
        line = self.line(line_id)
        shared = tidy_quantity(line.shared_quantity + quantity)
        if not 0 <= shared <= line.quantity:
            raise Conflict  # a share ended meanwhile
        kept = line.quantity - shared
        pieces = count_made(line.kept_quantity, line.made_percent)
        made = min(100, percent_of(pieces, kept)) if kept else 0
        return self.with_line(replace(line, shared_quantity=shared, made_percent=made))


_SHIP = (
    "Ship at most %(most)s now: the rest is shipped, a peer has not delivered it yet, or you "
    "rejected it. Close the share of what you rejected to make it yourself."
)
_RECEIVE = "Receive at most %(most)s: no more is on its way."


def order_number(order_id: str) -> str:
    """The number that people read, from the order's identity."""
    return f"PO-{order_id[:8].upper()}"


def _promised_day(line: OrderLine, today: date) -> date:
    if line.promised_on is not None or line.lead_days <= 0:
        return line.promised_on or line.need_by
    return today + timedelta(days=line.lead_days)


def _check_reason(text: str) -> str:
    if not text.strip():
        raise Invalid("Say why, in a few words: the other firm reads it.", pointer="/reason")
    return text.strip()


def _check_quantity(quantity: Quantity, most: Quantity, message: str, *, uom: str) -> None:
    if quantity <= 0:
        raise Invalid("Enter a quantity above 0.", pointer="/quantity")
    problem = find_quantity_problem(quantity, uom)
    if problem:
        raise Invalid(problem, pointer="/quantity")
    if quantity > most:
        raise Invalid(message, pointer="/quantity", most=most)


def _state_reached(order: Order, otherwise: str) -> str:
    def all_lines(done: Callable[[OrderLine], bool]) -> bool:
        return all(done(line) for line in order.lines)

    if all_lines(lambda line: line.received_quantity >= line.quantity):
        return "received"
    if all_lines(lambda line: line.shipped_quantity >= line.quantity):
        return "shipped"
    return otherwise
