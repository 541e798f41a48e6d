"""Reads the lines of the SCMS delivery history and gives its firms and items stable identities."""

from __future__ import annotations

import csv
import hashlib
import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final

FROM_STOCK: Final = "SCMS from RDC"
"""The vendor name that stands for the project's own stock at regional distribution centres."""

NO_SITE: Final = ("", "Not Applicable")
DATE_FORMATS: Final = ("%d-%b-%y", "%m/%d/%y")
REFERS: Final = re.compile(r"^See \S+ \(ID#:(\d+)\)$")
INCLUDED: Final = "Freight Included in Commodity Cost"
SEPARATE: Final = "Invoiced Separately"


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseLine:
    """One purchase-order line. Quantities in packs, prices in US dollars a pack.

    ``freight_stated`` is None where the line states no amount, and then ``freight_line`` is the
    ID of the line that states it for both, if any. ``lead_days`` run from the order (else the
    quotation) to the scheduled day.
    """

    id: str
    buyer_id: str
    country: str
    vendor_id: str
    vendor: str
    site_id: str
    site: str
    part_id: str
    item: str
    category: str
    quantity: int
    pack_price: Decimal
    promised_on: date
    delivered_on: date
    lead_days: int | None
    freight_stated: Decimal | None
    freight_line: str

    @property
    def from_stock(self) -> bool:
        """Whether the project's own stock supplied it."""
        return self.vendor == FROM_STOCK


def read_lines(path: Path) -> list[PurchaseLine]:
    """All lines of a file, in its order.

    Raises:
        ValueError: a line cannot be understood; it names the line's ID.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [_read_line(entry) for entry in csv.DictReader(file)]


def _read_line(entry: dict[str, str]) -> PurchaseLine:
    try:
        return _parse_line(entry)
    except (KeyError, TypeError, ValueError, InvalidOperation) as error:
        raise ValueError(f"line with ID {entry.get('ID')}: {error!r}") from error


def _parse_line(entry: dict[str, str]) -> PurchaseLine:
    promised_on = _parse_day(entry["Scheduled Delivery Date"])
    delivered_on = _parse_day(entry["Delivered to Client Date"])
    if promised_on is None or delivered_on is None:
        raise ValueError("no scheduled or delivered day")
    site = "" if entry["Manufacturing Site"] in NO_SITE else entry["Manufacturing Site"]
    stated, refers = _parse_freight(entry["Freight Cost (USD)"])
    return PurchaseLine(
        id=entry["ID"],
        buyer_id=key_of("buyer", entry["Country"]),
        country=entry["Country"],
        vendor_id=key_of("firm", entry["Vendor"]),
        vendor=entry["Vendor"],
        site_id=key_of("firm", site) if site else "",
        site=site,
        part_id=key_of("item", entry["Item Description"]),
        item=entry["Item Description"],
        category=f"{entry['Product Group']} {entry['Sub Classification']}",
        quantity=int(entry["Line Item Quantity"]),
        pack_price=Decimal(entry["Pack Price"]),
        promised_on=promised_on,
        delivered_on=delivered_on,
        lead_days=_lead_days(entry, promised_on),
        freight_stated=stated,
        freight_line=refers,
    )


def _lead_days(entry: dict[str, str], promised_on: date) -> int | None:
    ordered_on = _parse_day(entry["PO Sent to Vendor Date"])
    asked_on = ordered_on or _parse_day(entry["PQ First Sent to Client Date"])
    if asked_on is None or asked_on > promised_on:
        return None
    return (promised_on - asked_on).days


def _parse_day(text: str) -> date | None:
    for form in DATE_FORMATS:
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    return None


def _parse_freight(text: str) -> tuple[Decimal | None, str]:
    if refers := REFERS.match(text):
        return None, refers[1]
    if text == INCLUDED:
        return Decimal(0), ""
    return (None, "") if text == SEPARATE else (Decimal(text), "")


def key_of(kind: str, text: str) -> str:
    """A stable, readable id: ``firm-cipla-goa-india-1a2b3c``.

    Names that differ only in case, spaces and punctuation are one: a vendor that is also named
    as a manufacturing site is one firm.
    """
    plain = re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")
    short = hashlib.sha256(f"{kind}|{plain}".encode()).hexdigest()[:6]
    return f"{kind}-{plain[:40].strip('-')}-{short}"
