"""Whose word about a delivery counts: the buyer's claim, the supplier's answer, what all may count.

A delivery speaks of two firms. What an order here was received by, and what the operator imported
at the machine, needs no more words. What a buyer imports is its claim: it counts for the buyer at
once, and for everyone else when the supplier confirmed it. Of what is witnessed, only the word of
verified buyers counts for others, and none of them weighs more than the rest together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final, TypeAlias

from supplychain.errors import Invalid
from supplychain.model.deliveries import HALF_LIFE_MONTHS, Delivery, TrackRecord

IMPORTED: Final = "imported"
RECEIVED: Final = "received"

CLAIMED: Final = "claimed"
CONFIRMED: Final = "confirmed"
DISPUTED: Final = "disputed"
CLAIMS: Final = (CLAIMED, CONFIRMED, DISPUTED)
"""How a claim stands: not answered yet, or as its supplier answered it. What the operator imported
and what an order was received by is no claim."""

MOST_LINES: Final = 50
"""Deliveries that one buyer counts for in what others see, at most: half of the strongest prior of
a category (``performance.STRONGEST_DELIVERIES``), so that no single buyer outweighs it."""
ALONE_LINES: Final = 10
"""Deliveries that a buyer counts for where others together say less: as much as the prior of a
category that cannot tell its own (``performance.PRIOR_DELIVERIES``)."""
MAX_STATEMENT_CHARS: Final = 500

NOTHING: Final = TrackRecord()
_ByBuyer: TypeAlias = defaultdict[str, list[Delivery]]


def is_operators(source: str | None, claim: str | None) -> bool:
    """Whether a line is the installation's own record: the operator imported it at the machine."""
    return claim is None and source != RECEIVED


def is_counted(source: str | None, claim: str | None, *, by_verified: bool) -> bool:
    """Whether a line counts for everyone; ``by_verified``: its buyer is a verified firm."""
    if is_operators(source, claim):
        return True
    return by_verified and (source == RECEIVED or claim == CONFIRMED)


def check_answer(answer: str, statement: str) -> str:
    """The statement, trimmed; "" where the answer needs none.

    Raises:
        Invalid: no such answer, or a dispute that does not say what is wrong.
    """
    if answer not in CLAIMS:
        raise Invalid("Confirm it, dispute it, or take your answer back.", pointer="/answer")
    trimmed = statement.strip()
    if len(trimmed) > MAX_STATEMENT_CHARS:
        raise Invalid("Use at most 500 characters.", pointer="/statement")
    if answer != DISPUTED:
        return ""
    if len(trimmed) < 3:
        raise Invalid("Say in a sentence what is wrong.", pointer="/statement")
    return trimmed


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedRecord:
    """What the deliveries of one supplier in one category come to.

    Attributes:
        everyone: what counts for all.
        more: by buyer, what its own rankings add: its word that does not count for others.
    """

    everyone: TrackRecord
    more: dict[str, TrackRecord]


def share_record(
    installation: TrackRecord,
    witnessed: Mapping[str, TrackRecord],
    unwitnessed: Mapping[str, TrackRecord],
) -> SharedRecord:
    """The record for all and what each buyer adds; no order of the lines matters. O(buyers).

    Args:
        installation: of what the operator imported, whoever the buyers were.
        witnessed: by buyer, of its other lines that count for all.
        unwitnessed: by buyer, of those that do not.
    """
    capped = cap_buyers(witnessed, others_lines=installation.delivered_lines)
    more = {
        buyer: witnessed.get(buyer, NOTHING)
        - capped.get(buyer, NOTHING)
        + unwitnessed.get(buyer, NOTHING)
        for buyer in sorted({*witnessed, *unwitnessed})
    }
    return SharedRecord(
        everyone=sum(capped.values(), installation),
        more={buyer: record for buyer, record in more.items() if record != NOTHING},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class OverdueLine:
    """A line that should have come by a day and did not; ``category_id`` "" is none.

    ``source`` and ``claim`` are those of a delivery; of an order ``is_sent`` says that the supplier
    shipped all of it, and ``by_verified`` that the buyer is a verified firm.
    """

    supplier_id: str
    category_id: str
    buyer_id: str
    due_on: date
    source: str
    claim: str | None
    is_sent: bool
    by_verified: bool

    @property
    def is_witnessed(self) -> bool:
        """Whether both ends say it, or the operator.

        What the supplier ships of an order is its own word: until it says that all has left, both
        ends say that it has not come. After that the buyer alone does, until it records what
        arrives.
        """
        if self.source == RECEIVED:
            return not self.is_sent
        return self.claim in (None, CONFIRMED)

    def as_delivery(self) -> Delivery:
        """The delivery that is under way."""
        return Delivery(
            id="",
            supplier_id=self.supplier_id,
            buyer_id=self.buyer_id,
            part_id=None,
            quantity=None,
            promised_on=self.due_on,
            delivered_on=None,
            delivered_quantity=None,
            rejected_quantity=None,
            unit_price_e4=None,
            currency=None,
            freight_e4=None,
            category_id=self.category_id or None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class OverdueRecords:
    """What suppliers owe on a day, by supplier and category."""

    by_pair: dict[tuple[str, str], SharedRecord]

    def record_for(self, viewer: str, *, supplier_id: str, category_id: str) -> TrackRecord:
        """What counts for everyone, and what the viewer alone says as a buyer."""
        shared = self.by_pair.get((supplier_id, category_id))
        return NOTHING if shared is None else shared.everyone + shared.more.get(viewer, NOTHING)

    def sum_for(self, viewer: str, *, supplier_id: str) -> TrackRecord:
        """The same over all categories of a supplier."""
        pairs = [pair for pair in self.by_pair if pair[0] == supplier_id]
        records = (
            self.record_for(viewer, supplier_id=supplier, category_id=category)
            for supplier, category in pairs
        )
        return sum(records, NOTHING)


def share_overdue(
    lines: Iterable[OverdueLine], today: date, *, half_life_months: int = HALF_LIFE_MONTHS
) -> OverdueRecords:
    """What is overdue on a day: for all, capped by buyer as deliveries are, and what buyers add.

    O(lines). It is capped by itself: what a buyer says of deliveries that came is weighed when it
    is written. Sums by age are in the weights that are kept.
    """
    count = partial(TrackRecord.of, today=today, half_life_months=half_life_months)
    groups: dict[tuple[str, str], tuple[list[Delivery], _ByBuyer, _ByBuyer]] = {}
    for line in lines:
        own = groups.setdefault(
            (line.supplier_id, line.category_id), ([], defaultdict(list), defaultdict(list))
        )
        delivery = line.as_delivery()
        if is_operators(line.source, line.claim):
            own[0].append(delivery)
        elif line.is_witnessed and line.by_verified:
            own[1][line.buyer_id].append(delivery)
        else:
            own[2][line.buyer_id].append(delivery)
    return OverdueRecords(
        by_pair={
            pair: share_record(
                count(installation),
                {buyer: count(owed) for buyer, owed in witnessed.items()},
                {buyer: count(owed) for buyer, owed in unwitnessed.items()},
            )
            for pair, (installation, witnessed, unwitnessed) in sorted(groups.items())
        }
    )


def cap_buyers(
    records: Mapping[str, TrackRecord], *, others_lines: int = 0
) -> dict[str, TrackRecord]:
    """What each buyer's record weighs for others: its own rates, not more than these deliveries.

    No buyer counts for more than ``MOST_LINES``, nor for more than all others together (or
    ``ALONE_LINES`` where these are fewer): of a record of 20 deliveries or more none is more than
    half. Deliveries
    of one buyer are a cluster: with a correlation r inside they are worth n ÷ (1 + (n - 1) r)
    independent ones, never more than 1 ÷ r however many they are (r = .02: 50).

    Source: Kish 1965, Survey Sampling, 5.4 (effective size of clusters); Dellarocas 2000, EC'00,
    150-157 (one rater's weight limited by its frequency, against floods of ratings); Resnick and
    Sami 2007, RecSys'07, 25-32 (influence of any one rater is limited).
    """
    limited = {buyer: min(one.delivered_lines, MOST_LINES) for buyer, one in records.items()}
    total = others_lines + sum(limited.values())
    return {
        buyer: record.scaled_to(min(limited[buyer], max(ALONE_LINES, total - limited[buyer])))
        for buyer, record in records.items()
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryBatch:
    """The deliveries of one import, which can be undone as the one thing they are.

    ``firm_id`` is the buyer that sent them, "" the operator; ``name`` that of the file.
    """

    id: str
    firm_id: str
    user_id: str
    name: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SentBatch:
    """A batch as its maker sees it: its lines now, and how the suppliers answered them.

    ``written`` counts the lines that the import wrote; ``state`` is ``there``, ``undoing`` or
    ``undone``.
    """

    batch: DeliveryBatch
    state: str
    written: int
    claimed: int
    confirmed: int
    disputed: int
    undone_at: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimBatch:
    """A batch as a supplier sees it: what one buyer says about it, in one import, and its answers.

    ``is_trusted`` where the supplier confirms all that this buyer says.
    """

    id: str
    buyer_id: str
    buyer: str
    at: str
    claimed: int
    confirmed: int
    disputed: int
    is_trusted: bool

    @property
    def lines(self) -> int:
        """Lines of the batch about this supplier."""
        return self.claimed + self.confirmed + self.disputed


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryClaim:
    """One line that a buyer wrote about its supplier, and how that answered it."""

    id: str
    batch_id: str
    buyer_id: str
    supplier_id: str
    part_id: str | None
    category_id: str | None
    quantity: float | None
    promised_on: str | None
    delivered_on: str | None
    delivered_quantity: float | None
    rejected_quantity: float | None
    claim: str
    statement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedBuyer:
    """A buyer whose deliveries a supplier confirms once for all, and since when."""

    firm_id: str
    name: str
    since: str
