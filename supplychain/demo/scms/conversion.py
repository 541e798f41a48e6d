"""Real purchases as import tables: the delivery history of the Supply Chain Management System.

Source: USAID, "SCMS Delivery History Dataset" (2006-2015), a work of the United States
Government in the public domain. Every line becomes exactly one delivery. ``docs/data.md`` gives
the rules in words; ``scms_lines`` reads, this module says what the lines mean.
"""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from supplychain.demo.scms import places
from supplychain.demo.scms.lines import PurchaseLine, read_lines
from supplychain.demo.tables import Row, Tables, make_row
from supplychain.model.weeks import week_of

CURRENCY = "USD"
CAPACITY_QUANTILE_SHARE = 0.95
"""Weekly capacity is this quantile of the weeks in which a vendor delivered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What must be the same before and after: counts, packs and US dollars."""

    lines: int
    packs: int
    goods_usd: Decimal
    freight_usd: Decimal


def convert_file(path: Path) -> Tables:
    """The import tables of a file with the columns of the data set.

    Raises:
        ValueError: a line cannot be understood; it names the line's ID.
    """
    lines = read_lines(path)
    return {
        "firms": _firm_rows(lines),
        "parts": _part_rows(lines),
        "capabilities": _capability_rows(lines),
        "offers": _offer_rows(lines),
        "supply_relations": _relation_rows(lines),
        "deliveries": _delivery_rows(lines),
    }


def totals_in(path: Path) -> Totals:
    """The totals of the original file; freight where the file states an amount."""
    lines = read_lines(path)
    return Totals(
        lines=len(lines),
        packs=sum(line.quantity for line in lines),
        goods_usd=sum((line.quantity * line.pack_price for line in lines), Decimal()),
        freight_usd=sum((line.freight_stated or Decimal() for line in lines), Decimal()),
    )


def totals_out(tables: Tables) -> Totals:
    """The totals of converted deliveries."""
    rows = tables["deliveries"]
    packs = [int(entry["delivered_quantity"]) for entry in rows]
    prices = [Decimal(entry["unit_price"]) for entry in rows]
    return Totals(
        lines=len({entry["delivery_id"] for entry in rows}),
        packs=sum(packs),
        goods_usd=sum((n * price for n, price in zip(packs, prices, strict=True)), Decimal()),
        freight_usd=sum((Decimal(entry["freight_cost"] or 0) for entry in rows), Decimal()),
    )


def _firm_rows(lines: list[PurchaseLine]) -> list[Row]:
    names: dict[str, tuple[str, str]] = {}
    for line in lines:
        names.setdefault(line.buyer_id, (line.country, "core"))
        kind = "provider" if line.from_stock else "sme"
        names.setdefault(line.vendor_id, (line.vendor, kind))
    for line in lines:
        if line.site_id:
            names.setdefault(line.site_id, (line.site, "sme"))
    return [_firm_row(firm_id, name, kind) for firm_id, (name, kind) in sorted(names.items())]


def _firm_row(firm_id: str, name: str, kind: str) -> Row:
    place = places.BUYERS.get(name) if kind == "core" else None
    if place is None:
        return make_row(
            "firms",
            firm_id=firm_id,
            name=name,
            kind=kind,
            country=places.country_in(name),
        )
    return make_row(
        "firms",
        firm_id=firm_id,
        name=f"{name} (buying country)",
        kind=kind,
        country=place.code,
        city=place.city,
        latitude=place.latitude,
        longitude=place.longitude,
    )


def _part_rows(lines: list[PurchaseLine]) -> list[Row]:
    kinds = {line.part_id: (line.item, line.category) for line in lines}
    return [
        make_row("parts", part_id=part_id, name=item, category=category, uom="pack")
        for part_id, (item, category) in sorted(kinds.items())
    ]


def _capability_rows(lines: list[PurchaseLine]) -> list[Row]:
    rows = []
    for (vendor_id, category), own in _group_lines(lines, "vendor_id", "category"):
        weekly: dict[int, int] = defaultdict(int)
        for line in own:
            weekly[week_of(line.delivered_on)] += line.quantity
        rows.append(
            make_row(
                "capabilities",
                firm_id=vendor_id,
                category=category,
                weekly_capacity=_take_quantile(sorted(weekly.values())),
                lead_days=_lead_days(own),
            )
        )
    return rows


def _take_quantile(ordered: list[int]) -> int:
    return ordered[min(len(ordered) - 1, int(CAPACITY_QUANTILE_SHARE * len(ordered)))]


def _lead_days(lines: Iterable[PurchaseLine]) -> int | None:
    known = [line.lead_days for line in lines if line.lead_days is not None]
    return round(statistics.median(known)) if known else None


def _offer_rows(lines: list[PurchaseLine]) -> list[Row]:
    rows = []
    for (vendor_id, part_id), own in _group_lines(lines, "vendor_id", "part_id"):
        priced = [line for line in own if line.pack_price > 0]
        if not priced:
            continue  # given free of charge only: no price to stand on
        newest = max(priced, key=lambda line: (line.delivered_on, int(line.id)))
        rows.append(
            make_row(
                "offers",
                firm_id=vendor_id,
                part_id=part_id,
                min_quantity=1,
                unit_price=newest.pack_price,
                currency=CURRENCY,
                moq=min(line.quantity for line in priced),
                lead_days=_lead_days(own),
            )
        )
    return rows


def _relation_rows(lines: list[PurchaseLine]) -> list[Row]:
    made = [line for line in lines if line.site_id and line.site_id != line.vendor_id]
    return [
        *_share_rows(made, supplier="site_id", buyer="vendor_id", priced=False),
        *_share_rows(lines, supplier="vendor_id", buyer="buyer_id", priced=True),
    ]


def _share_rows(lines: list[PurchaseLine], *, supplier: str, buyer: str, priced: bool) -> list[Row]:
    """One row per supplier, buyer and part; shares of a buyer's part sum to 1.

    What vendors paid to sites is not in the data, so only vendors' own sales are ``priced``.
    """
    bought = {key: _sum_packs(own) for key, own in _group_lines(lines, buyer, "part_id")}
    rows = []
    for (supplier_id, buyer_id, part_id), own in _group_lines(lines, supplier, buyer, "part_id"):
        rows.append(
            make_row(
                "supply_relations",
                supplier_id=supplier_id,
                buyer_id=buyer_id,
                part_id=part_id,
                share=f"{_sum_packs(own) / bought[buyer_id, part_id]:.6f}",
                annual_spend=_annual_spend(own) if priced else None,
                currency=CURRENCY,
                lead_days=_lead_days(own) if priced else None,
            )
        )
    return rows


def _sum_packs(lines: Iterable[PurchaseLine]) -> int:
    return sum(line.quantity for line in lines)


def _annual_spend(lines: list[PurchaseLine]) -> Decimal:
    days = [line.delivered_on for line in lines]
    years = max(1, (max(days) - min(days)).days / 365.25)
    total = sum((line.quantity * line.pack_price for line in lines), Decimal())
    return (total / Decimal(years)).quantize(Decimal("0.01"))


def _delivery_rows(lines: list[PurchaseLine]) -> list[Row]:
    freight = _spread_freight(lines)
    return [
        make_row(
            "deliveries",
            delivery_id=f"SCMS-{line.id}",
            supplier_id=line.vendor_id,
            buyer_id=line.buyer_id,
            part_id=line.part_id,
            quantity=line.quantity,
            promised_on=line.promised_on,
            delivered_on=line.delivered_on,
            delivered_quantity=line.quantity,
            rejected_quantity=0,
            unit_price=line.pack_price,
            currency=CURRENCY,
            freight_cost=freight.get(line.id),
        )
        for line in lines
    ]


def _spread_freight(lines: list[PurchaseLine]) -> dict[str, Decimal]:
    """Freight by line ID in US dollars; a line whose freight is not known is absent.

    One line states the freight of a whole consignment and the others refer to it: the amount is
    spread over all of them by goods value, and the stating line takes what rounding leaves.
    """
    together: dict[str, list[PurchaseLine]] = defaultdict(list)
    for line in lines:
        together[line.freight_line or line.id].append(line)
    stated = {line.id: line.freight_stated for line in lines}
    freight: dict[str, Decimal] = {}
    for host, group in together.items():
        amount = stated.get(host)
        if amount is None:
            continue
        goods = {line.id: line.quantity * line.pack_price for line in group}
        whole = sum(goods.values(), Decimal()) or Decimal(1)
        parts = {key: (amount * n / whole).quantize(Decimal("0.0001")) for key, n in goods.items()}
        parts[host] += amount - sum(parts.values(), Decimal())
        freight.update(parts)
    return freight


def _group_lines(
    lines: Iterable[PurchaseLine], *fields: str
) -> list[tuple[tuple[str, ...], list[PurchaseLine]]]:
    groups: dict[tuple[str, ...], list[PurchaseLine]] = defaultdict(list)
    for line in lines:
        groups[tuple(getattr(line, field) for field in fields)].append(line)
    return sorted(groups.items())
