"""The invented network as import tables; the same day gives the same network, byte for byte."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from math import ceil
from pathlib import Path
from typing import Final

from supplychain.demo.draws import Draws
from supplychain.demo.firms import CITIES, Maker, invent_firms
from supplychain.demo.parts import MADE_A_WEEK, InventedPart, invent_parts
from supplychain.demo.people import LEADER
from supplychain.demo.tables import Row, Tables, make_row, write_folder
from supplychain.demo.trade import (
    CNY_EURO_RATE,
    Relation,
    make_deliveries,
    make_relations,
    price_of,
)
from supplychain.model.money import round_amount

HOURS_OF_PARTS: Final = (("F022", "gears", "MC-531", Decimal(4)),)
"""Firm, category, part and hours where a piece takes longer than others of its category."""
LEAD_DAYS = {1: 42, 2: 28, 3: 14, 4: 18}
CERTIFICATE_SEPARATOR = ";"
HOURS_A_PIECE = {"gears": Decimal("2.5")}
"""Categories in which shops count hours: grinding a gear takes as long as it takes."""


def make_tables(today: date) -> Tables:
    """The whole network, with deliveries of the three years up to ``today``."""
    firms, parts = invent_firms(), invent_parts()
    trade = make_relations(firms, parts)
    return {
        "firms": [_firm_row(firm) for firm in firms],
        "parts": [_part_row(item) for item in parts],
        "bom": [_bom_row(item, *use) for item in parts for use in item.used_in],
        "capabilities": _capability_rows(firms, parts, trade),
        "part_hours": [_part_hours_row(*each) for each in HOURS_OF_PARTS],
        "offers": _offer_rows(firms, parts, trade),
        "supply_relations": [_relation_row(relation) for relation in trade],
        "deliveries": [found for relation in trade for found in make_deliveries(relation, today)],
        "stocks": _stock_rows(trade),
        "exchange_rates": [_rate_row(today)],
    }


def write_network(folder: Path, today: date) -> None:
    """Write the network as a folder of CSV files."""
    write_folder(folder, make_tables(today))


def _firm_row(firm: Maker) -> Row:
    country, region, latitude, longitude = CITIES[firm.city]
    return make_row(
        "firms",
        firm_id=firm.id,
        name=firm.name,
        kind=firm.kind,
        country=country,
        region=region,
        city=firm.city,
        latitude=latitude,
        longitude=longitude,
        employees=firm.employees,
        registration_id=f"INVENTED-{firm.id}",
    )


def _part_row(item: InventedPart) -> Row:
    return make_row(
        "parts",
        part_id=item.id,
        name=item.name,
        category=item.category,
        uom=item.uom,
        designer_id=item.designer_id,
        revision="A",
    )


def _bom_row(item: InventedPart, parent: str, quantity: int) -> Row:
    return make_row("bom", parent_part_id=parent, child_part_id=item.id, quantity=quantity)


def _capability_rows(
    firms: list[Maker], parts: list[InventedPart], trade: list[Relation]
) -> list[Row]:
    taken: dict[tuple[str, str], float] = defaultdict(float)
    for item in parts:
        if item.id in MADE_A_WEEK:
            taken[item.designer_id, item.category] = MADE_A_WEEK[item.id]
    for relation in trade:
        taken[relation.supplier.id, relation.item.category] += relation.weekly
    return [
        _capability_row(firm, category, taken[firm.id, category])
        for firm in firms
        for category in firm.categories
    ]


def _capability_row(firm: Maker, category: str, taken: float) -> Row:
    draws = Draws("capability", firm.id, category)
    capacity = ceil(max(taken, 2.0) * draws.between(1.12, 1.9))
    hours = HOURS_A_PIECE.get(category)
    return make_row(
        "capabilities",
        firm_id=firm.id,
        category=category,
        weekly_capacity=capacity,
        certificates=CERTIFICATE_SEPARATOR.join(firm.certificates(category)),
        min_lot=1,
        max_lot=capacity * 8,
        lead_days=_lead_days(firm, category),
        weekly_hours=None if hours is None else capacity * hours,
        hours_per_piece=hours,
    )


def _part_hours_row(firm_id: str, category: str, part_id: str, hours: Decimal) -> Row:
    return make_row(
        "part_hours", firm_id=firm_id, category=category, part_id=part_id, hours_per_piece=hours
    )


def _lead_days(firm: Maker, category: str) -> int:
    usual = LEAD_DAYS.get(firm.tier, 60) + (14 if firm.currency == "EUR" else 0)
    return round(usual * Draws("lead", firm.id, category).between(0.75, 1.35))


def _offer_rows(firms: list[Maker], parts: list[InventedPart], trade: list[Relation]) -> list[Row]:
    weekly: dict[tuple[str, str], float] = defaultdict(float)
    for relation in trade:
        weekly[relation.supplier.id, relation.item.id] += relation.weekly
    rows: list[Row] = []
    for item in parts:
        for firm in firms:
            if firm.tier == 0 or item.category not in firm.categories:
                continue
            volume = weekly.get((firm.id, item.id), 0.0)
            if volume or Draws("offer", firm.id, item.id).chance(0.65):
                rows += _price_tiers(firm, item, max(volume, 1.0))
    return rows


def _price_tiers(firm: Maker, item: InventedPart, volume: float) -> list[Row]:
    price = price_of(firm, item, years=0)
    moq = max(1, round(volume / 4))
    steps = ((moq, "1.05"), (ceil(volume * 2) + moq, "1"), (ceil(volume * 8) + moq, "0.96"))
    return [
        make_row(
            "offers",
            firm_id=firm.id,
            part_id=item.id,
            min_quantity=quantity,
            unit_price=round_amount(price * Decimal(factor)),
            currency=firm.currency,
            moq=moq,
            lead_days=_lead_days(firm, item.category),
        )
        for quantity, factor in steps
    ]


def _relation_row(relation: Relation) -> Row:
    supplier, item = relation.supplier, relation.item
    draws = Draws("recover", *relation.key)
    spend = price_of(supplier, item, years=-0.5) * Decimal(f"{relation.weekly * 52:.4f}")
    return make_row(
        "supply_relations",
        supplier_id=supplier.id,
        buyer_id=relation.buyer.id,
        part_id=item.id,
        share=f"{relation.share:.4f}",
        annual_spend=spend.quantize(Decimal("0.01")),
        currency=supplier.currency,
        lead_days=_lead_days(supplier, item.category),
        recover_days=draws.whole(40, 120) if relation.sole else draws.whole(10, 60),
    )


def _rate_row(today: date) -> Row:
    """What the chain leader's bank says a euro is worth."""
    return make_row(
        "exchange_rates",
        firm_id=LEADER,
        on=today.isoformat(),
        from_currency="EUR",
        to_currency="CNY",
        rate=CNY_EURO_RATE,
    )


def _stock_rows(trade: list[Relation]) -> list[Row]:
    daily: dict[tuple[str, str], float] = defaultdict(float)
    for relation in trade:
        daily[relation.buyer.id, relation.item.id] += relation.weekly / 7
    return [
        make_row(
            "stocks",
            firm_id=firm_id,
            part_id=part_id,
            quantity=round(use * Draws("stock", firm_id, part_id).between(4, 38)),
            daily_use=round(use, 1),
        )
        for (firm_id, part_id), use in sorted(daily.items())
    ]
