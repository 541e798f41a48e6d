"""Who supplies whom in the invented network, and three years of deliveries.

Needs run down the bill of materials from what the two makers finish a week; each buyer splits
each need over one to three makers of the part's category, unless it makes that itself. Where a
category has one maker only, everybody depends on it, often without knowing it of the others.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal

from supplychain.demo.draws import Draws
from supplychain.demo.firms import CITIES, Maker
from supplychain.demo.parts import MADE_A_WEEK, InventedPart
from supplychain.demo.tables import Row, make_row
from supplychain.model.weeks import monday_of, week_of

WEEKS = 156
CNY_EURO_RATE = Decimal("7.8")
EARTH_RADIUS_KM = 6371.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """A supplier, a buyer and a part; ``weekly`` in units a week, ``share`` of the buyer's need."""

    supplier: Maker
    buyer: Maker
    item: InventedPart
    share: float
    weekly: float
    sole: bool

    @property
    def every(self) -> int:
        """Weeks from one delivery to the next."""
        if self.weekly < 1:
            return min(8, math.ceil(1 / self.weekly))
        pick = Draws("rhythm", *self.key).between(0, 1)
        return 1 if pick < 0.36 else 2 if pick < 0.8 else 4

    @property
    def key(self) -> tuple[str, str, str]:
        """Ids of supplier, buyer and part."""
        return self.supplier.id, self.buyer.id, self.item.id


def make_relations(firms: list[Maker], items: list[InventedPart]) -> list[Relation]:
    """The supply relations that meet every need, in the order of the parts."""
    made: dict[tuple[str, str], float] = defaultdict(float)
    found: list[Relation] = []
    for item in items:
        if item.id in MADE_A_WEEK:
            made[item.designer_id, item.id] = MADE_A_WEEK[item.id]
        for buyer, need in _list_needs(firms, item, made):
            if item.category in buyer.categories:
                made[buyer.id, item.id] += need
            else:
                found += _split_need(firms, buyer, item, need)
        for relation in found:
            if relation.item is item:
                made[relation.supplier.id, item.id] += relation.weekly
    return found


def _list_needs(
    firms: list[Maker], item: InventedPart, made: dict[tuple[str, str], float]
) -> list[tuple[Maker, float]]:
    needs = [
        (firm, sum(made.get((firm.id, parent), 0.0) * n for parent, n in item.used_in))
        for firm in firms
    ]
    return [(firm, need) for firm, need in needs if need > 0]


def _split_need(
    firms: list[Maker], buyer: Maker, item: InventedPart, need: float
) -> list[Relation]:
    able = [
        firm
        for firm in firms
        if item.category in firm.categories and firm.id != buyer.id and firm.tier >= buyer.tier
    ]
    draws = Draws("sources", buyer.id, item.id)
    pick = draws.between(0, 1)
    chosen = draws.some(able, 1 if pick < 0.25 else 2 if pick < 0.8 else 3)
    weights = [draws.between(0.3, 1.0) for _ in chosen]
    shares = [weight / sum(weights) for weight in weights]
    return [
        Relation(
            supplier=supplier,
            buyer=buyer,
            item=item,
            share=share,
            weekly=need * share,
            sole=len(chosen) == 1,
        )
        for supplier, share in zip(chosen, shares, strict=True)
    ]


def make_deliveries(relation: Relation, today: date) -> Iterator[Row]:
    """What arrived in the three years up to ``today``, oldest first."""
    last = week_of(today)
    offset = Draws("offset", *relation.key).whole(0, relation.every - 1)
    for week in range(last - WEEKS, last + 1):
        if (week + offset) % relation.every == 0:
            found = _make_delivery(relation, week, last)
            if found is not None and found["delivered_on"] <= today.isoformat():
                yield found


def _make_delivery(relation: Relation, week: int, last: int) -> Row | None:
    supplier, buyer, item = relation.supplier, relation.buyer, relation.item
    draws = Draws("delivery", *relation.key, week)
    wanted = relation.weekly * relation.every * max(0.4, draws.normal(1.0, 0.12))
    quantity = int(wanted) + draws.chance(wanted % 1)
    if quantity == 0:
        return None
    promised_on = monday_of(week) + timedelta(days=draws.whole(0, 4))
    years = (week - last) / 52
    arrived = quantity - draws.chance(0.015) * math.ceil(quantity * 0.1)
    price = price_of(supplier, item, years=years, noise=draws.normal(1.0, 0.004))
    return make_row(
        "deliveries",
        delivery_id=f"D-{supplier.id}-{buyer.id}-{item.id}-{promised_on:%Y%m%d}",
        supplier_id=supplier.id,
        buyer_id=buyer.id,
        part_id=item.id,
        quantity=quantity,
        promised_on=promised_on,
        delivered_on=promised_on + timedelta(days=_days_late(draws, supplier, promised_on, years)),
        delivered_quantity=arrived,
        rejected_quantity=min(arrived, _draw_rejected(draws, supplier, item, arrived)),
        unit_price=price,
        currency=supplier.currency,
        freight_cost=_freight_cost(supplier, buyer, price * arrived),
    )


def _days_late(draws: Draws, supplier: Maker, promised_on: date, years: float) -> int:
    grown = supplier.trend * (1 + years / 3)
    holiday = 0.08 if promised_on.month == 2 or promised_on.month == 10 else 0.0
    if draws.chance(min(0.9, max(0.005, supplier.late + grown + holiday))):
        return 1 + int(-supplier.late_days * math.log(1 - draws.between(0, 1)))
    return -draws.whole(0, 3)


def _draw_rejected(draws: Draws, supplier: Maker, item: InventedPart, quantity: int) -> int:
    """Rejected units: scattered ones (Poisson), now and then a whole tenth of a lot."""
    if draws.chance(supplier.defects / 2):
        return math.ceil(quantity * 0.1)
    mean = quantity * supplier.defects * (0.001 if item.bulk else 1.0)
    if mean > 20:
        return max(0, round(draws.normal(mean, math.sqrt(mean))))
    count, left = 0, draws.between(0, 1)
    while left > math.exp(-mean) and count < quantity:
        left *= draws.between(0, 1)
        count += 1
    return count


def price_of(supplier: Maker, item: InventedPart, *, years: float, noise: float = 1.0) -> Decimal:
    """What a supplier takes a unit, in its currency; ``years`` before today are negative."""
    cycle = 1 + 0.04 * math.sin(2 * math.pi * years / 2.6)
    factor = supplier.price * (1 + supplier.drift * years) * cycle * noise
    price = item.price * Decimal(f"{factor:.6f}")
    if supplier.currency == "EUR":
        price /= CNY_EURO_RATE
    step = Decimal("0.0001") if price < 10 else Decimal("0.01")
    return price.quantize(step, ROUND_HALF_EVEN)


def _freight_cost(supplier: Maker, buyer: Maker, goods: Decimal) -> Decimal:
    km = distance_km(supplier.city, buyer.city)
    fixed, rate = (180.0, 0.045) if km > 3000 else (40 + 0.9 * km, 0.004)
    return (Decimal(f"{fixed:.2f}") + goods * Decimal(str(rate))).quantize(Decimal("0.01"))


def distance_km(one: str, other: str) -> float:
    """Great-circle distance between two cities (haversine)."""
    (_, _, lat1, lon1), (_, _, lat2, lon2) = CITIES[one], CITIES[other]
    a, b = math.radians(lat1), math.radians(lat2)
    half = math.sin((b - a) / 2) ** 2
    half += math.cos(a) * math.cos(b) * math.sin(math.radians(lon2 - lon1) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(half))
