"""Who supplies whom, as each end says it: claims, what witnesses them, whose figures are read.

A claim says that one firm supplies another with a part. Each end writes its own, the operator and
accepted orders too, and none of them overwrites another's. A relation is *witnessed* when both
ends said it, or an order made it, or the operator imported it; an unwitnessed claim counts for
its writer alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final, TypeAlias, TypeVar

from supplychain.errors import Conflict, FieldError, Invalid
from supplychain.model.calendars.zones import day_of
from supplychain.model.ids import to_instant
from supplychain.model.money import amount_or_none

OPERATOR: Final = "operator"
"""Who said it: the operator, by an import at the machine."""
ORDER: Final = "order"
"""Who said it: an order that both ends made here."""
RESERVED_NAMES: Final = frozenset((OPERATOR, ORDER, "installation"))
"""Ids that no firm may have: they stand for who writes without being a firm."""

MAX_OPEN_CLAIMS: Final = 2_000
"""How many claims of a firm may wait for the other ends. More than any small firm has partners;
whoever has more has some of them confirmed first, or the operator imports them."""
REFUSAL_DAYS: Final = 90
"""For so long a claim that the other end refused is not put to it again."""
MAX_LISTED_CLAIMS: Final = 20_000

T = TypeVar("T")
SupplyKey: TypeAlias = tuple[str, str, str]
"""Supplier, buyer and part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyFigures:
    """What is said of a relation: ``share`` of the buyer's need for the part in [0, 1], spend a
    year in ten-thousandths of ``currency``, days of lead and of recovery; None is unknown."""

    share: float | None = None
    annual_spend_e4: int | None = None
    currency: str | None = None
    lead_days: int | None = None
    recover_days: int | None = None

    @property
    def annual_spend(self) -> Decimal | None:
        """The spend a year in units of ``currency``."""
        return amount_or_none(self.annual_spend_e4)


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyDeclaration:
    """What a firm says of itself and one other: ``sells`` says that it supplies the partner."""

    partner_id: str
    sells: bool
    part_id: str
    figures: SupplyFigures = SupplyFigures()

    def key_for(self, firm_id: str) -> SupplyKey:
        """Supplier, buyer and part, where this firm says it."""
        ends = (firm_id, self.partner_id) if self.sells else (self.partner_id, firm_id)
        return (*ends, self.part_id)

    def check(self, firm_id: str) -> None:
        """Refuse what no relation can be.

        Raises:
            Invalid: a firm with itself, or figures that cannot be.
        """
        errors: list[FieldError] = []
        if self.partner_id == firm_id:
            message = "A firm cannot supply itself."
            errors.append(FieldError(pointer="/partner_id", message=message))
        share = self.figures.share
        if share is not None and not 0 <= share <= 1:
            message = "A share is from nothing to the whole: 0 to 100 %."
            errors.append(FieldError(pointer="/share", message=message))
        if self.figures.annual_spend_e4 is not None and self.figures.currency is None:
            errors.append(FieldError(pointer="/currency", message="An amount needs a currency."))
        if errors:
            raise Invalid(errors=errors)


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyClaim:
    """One claim. ``claimed_by`` is a firm at one of its ends, ``operator`` or ``order``.

    ``refused_at`` is when the other end refused it (stored form), None where it did not.
    """

    id: str
    supplier_id: str
    buyer_id: str
    part_id: str
    claimed_by: str
    witnessed: bool = False
    refused_at: str | None = None
    changed_at: str = ""
    figures: SupplyFigures = SupplyFigures()

    @property
    def key(self) -> SupplyKey:
        """Supplier, buyer and part."""
        return (self.supplier_id, self.buyer_id, self.part_id)

    @property
    def other_end(self) -> str:
        """The end that did not write it; "" where none of the ends did."""
        ends = {self.supplier_id: self.buyer_id, self.buyer_id: self.supplier_id}
        return ends.get(self.claimed_by, "")

    def check_answerable(self, firm_id: str) -> None:
        """Refuse an answer by whom it is not put to.

        Raises:
            Conflict: it is the firm's own claim, or that of an order or the operator.
        """
        if self.claimed_by == firm_id:
            raise Conflict("This is your own claim. The other firm answers it.")
        if not self.other_end:
            raise Conflict("This relation comes from an order or the operator. It counts already.")

    def check_own(self, firm_id: str) -> None:
        """Refuse whoever did not write it.

        Raises:
            Conflict: another wrote it.
        """
        if self.claimed_by != firm_id:
            raise Conflict("Only whoever made this claim can take it back.")

    def check_may_ask(self, now: datetime, *, zone: str) -> None:
        """Refuse to put it to the other end again too early; the day is told as of ``zone``.

        Raises:
            Conflict: it is confirmed or waits already, or was refused in the last 90 days.
        """
        if self.witnessed or self.refused_at is None:
            raise Conflict("This claim is confirmed, or waits for an answer already.")
        again_on = ask_again_on(self.refused_at)
        if now < again_on:
            raise Conflict(
                "The other firm refused this. You may ask again from %(day)s on.",
                day=day_of(zone, again_on).isoformat(),
            )


def ask_again_on(refused_at: str) -> datetime:
    """The instant from which a refused claim may be put to the other end again."""
    return to_instant(refused_at) + timedelta(days=REFUSAL_DAYS)


def is_witnessed(supplier_id: str, buyer_id: str, writers: Iterable[str]) -> bool:
    """Whether those who say it are enough for others: both ends, or an order, or the operator."""
    said = set(writers)
    ends = {supplier_id, buyer_id}
    return ends <= said or bool(said & ({OPERATOR, ORDER} - ends))


def figures_for(claims: Sequence[SupplyClaim], reader: str) -> SupplyFigures:
    """The figures of one relation as a reader gets them.

    Its own claim as it stands, where it has one. Else share and spend as an order, the buyer or
    the operator says (the first that says any), the share never to the supplier: it tells how much
    the buyer depends on it. Days of lead and recovery as an order, the supplier or the operator
    says.

    Args:
        claims: of the same supplier, buyer and part, without those that the reader may not read.
        reader: a firm's id, or ``operator``.
    """
    if not claims:
        return SupplyFigures()
    by = {claim.claimed_by: claim.figures for claim in claims}
    if reader in by:
        return by[reader]
    supplier_id, buyer_id, _ = claims[0].key
    of_buyer = [by[name] for name in (ORDER, buyer_id, OPERATOR) if name in by]
    of_supplier = [by[name] for name in (ORDER, supplier_id, OPERATOR) if name in by]
    spend = next((one for one in of_buyer if one.annual_spend_e4 is not None), SupplyFigures())
    return SupplyFigures(
        share=_pick_first(one.share for one in of_buyer if reader != supplier_id),
        annual_spend_e4=spend.annual_spend_e4,
        currency=spend.currency or _pick_first(one.currency for one in of_buyer),
        lead_days=_pick_first(one.lead_days for one in of_supplier),
        recover_days=_pick_first(one.recover_days for one in of_supplier),
    )


def _pick_first(values: Iterable[T | None]) -> T | None:
    return next((value for value in values if value is not None), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyRelation:
    """A relation as one of its ends sees it.

    ``own_id`` and ``other_id`` are the claims of the reader and of the other end, "" where there is
    none. ``part_id`` and ``part_name`` are "" where the part is the other firm's own and the two
    have nothing to do with each other yet: a claim is no way to send words to a stranger.
    """

    partner_id: str
    partner_name: str
    sells: bool
    part_id: str
    part_name: str
    own_id: str = ""
    other_id: str = ""
    by_order: bool = False
    by_operator: bool = False
    witnessed: bool = False
    own_refused_at: str | None = None
    other_refused_at: str | None = None
    changed_at: str = ""
    figures: SupplyFigures = SupplyFigures()

    @property
    def state(self) -> str:
        """``confirmed``, ``to_answer``, ``refused`` (by the reader), ``unanswered``, ``denied``.

        The last two are of the reader's own claims: the other end did not answer, or refused.
        """
        if self.witnessed:
            return "confirmed"
        if self.other_id:
            return "refused" if self.other_refused_at else "to_answer"
        return "denied" if self.own_refused_at else "unanswered"

    @property
    def may_ask_from(self) -> datetime | None:
        """When the reader may put its refused claim to the other end again."""
        if self.state != "denied" or self.own_refused_at is None:
            return None
        return ask_again_on(self.own_refused_at)


RELATION_STATES: Final = ("to_answer", "unanswered", "denied", "refused", "confirmed")
"""Every state of a relation, what waits for the reader first."""
