"""Orders as their two firms read them: a row of the list, and one order with all about it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from supplychain.model.events import Event
from supplychain.model.money import from_e4
from supplychain.model.orders import Order
from supplychain.model.shares import SharePart
from supplychain.model.shipments import Receipt, Shipment
from supplychain.model.vat import NET, TaxedSum, compare_total, tax_total


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedOrder:
    """An order in the list of one of its two firms.

    ``role`` is what that firm is in it, buyer or supplier, and ``partner_id`` the other firm;
    ``description`` is the first of ``lines`` lines'. Days and instants are in stored form. VAT and
    the rate of the comparison, which its buyer alone reads, are as ``Order`` has them.
    """

    id: str
    number: str
    state: str
    is_share: bool
    role: str
    partner_id: str
    partner_name: str
    description: str | None
    lines: int
    due_on: str
    currency: str
    total_e4: int
    created_at: str
    ends_at: str | None
    version: int
    vat_percent: Decimal | None = None
    tax_basis: str = NET
    compared_currency: str | None = None
    compared_rate: Decimal | None = None

    @property
    def total(self) -> Decimal:
        """What is to be paid: lines with tooling and freight, one-off cost, less the discount."""
        return from_e4(self.total_e4)

    @property
    def taxed(self) -> TaxedSum | None:
        """As ``Order.taxed``."""
        return tax_total(self.total, self.vat_percent, self.tax_basis, self.currency)

    @property
    def compared_total(self) -> Decimal | None:
        """As ``Order.compared_total``."""
        return compare_total(self.total, self.compared_currency, self.compared_rate)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderView:
    """An order with the names of its firms, the shares below, its movements and its history.

    ``made`` is line id to percent, rolled up over all tiers below.
    """

    order: Order
    buyer_name: str
    supplier_name: str
    parts: list[SharePart]
    made: dict[str, int]
    shipments: list[Shipment]
    receipts: list[Receipt]
    history: list[Event]
