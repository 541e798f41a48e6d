"""Real vendors are ranked as their file says, worked out here once more from the file alone."""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from statistics import median

import pytest

from supplychain.actions.rankings.tables import Wanted, rank_tables, read_tables
from supplychain.demo.scms import conversion
from supplychain.demo.scms.lines import key_of
from supplychain.demo.tables import write_folder
from tests.demo.test_scms import ITEM, SLICE
from tests.make.days import days_on

KIND = ("Product Group", "Sub Classification")


@dataclass
class Vendor:
    """What the file says of a vendor, each delivery half as much after twelve months."""

    weights: list[float] = field(default_factory=list)
    credits: list[float] = field(default_factory=list)
    held: list[float] = field(default_factory=list)

    def size(self) -> float:
        """How many equal deliveries say as much."""
        return sum(self.weights) ** 2 / sum(weight**2 for weight in self.weights)

    def rate(self, values: list[float]) -> float:
        """The mean of the values by weight."""
        pairs = zip(self.weights, values, strict=True)
        return sum(weight * value for weight, value in pairs) / sum(self.weights)


def read_vendors(today: date) -> dict[str, Vendor]:
    """The vendors of the item's category."""
    with SLICE.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    item = next(line for line in lines if line["Item Description"] == ITEM)
    vendors: dict[str, Vendor] = defaultdict(Vendor)
    for line in lines:
        if any(line[kind] != item[kind] for kind in KIND):
            continue
        came, due = (
            datetime.strptime(line[name], "%d-%b-%y").date()
            for name in ("Delivered to Client Date", "Scheduled Delivery Date")
        )
        months = (today.year - came.year) * 12 + today.month - came.month
        late = (came - due).days
        credit = 1 - late / 15 if late > 0 else 1 - (-late - 14) / 30 if late < -14 else 1.0
        vendor = vendors[key_of("firm", line["Vendor"])]
        vendor.weights.append(0.5 ** (months / 12))
        vendor.credits.append(max(credit, 0.5 if late < -14 else 0.0))
        vendor.held.append(float(late <= 14))
    return vendors


def find_strength(rates: list[float], sizes: list[float]) -> float:
    """Kleinman's moments in plain numbers."""
    if len(set(rates)) == 1 and rates[0] in (0.0, 1.0):
        return 10.0
    rho = 0.0
    for _ in range(20):
        w = [n / (1 + max(n - 1, 0) * rho) for n in sizes]
        total = sum(w)
        mean = sum(a * p for a, p in zip(w, rates, strict=True)) / total
        within = sum(a / n * (1 - a / total) for a, n in zip(w, sizes, strict=True))
        both = sum(a * (1 - a / total) for a in w)
        spread = sum(a * (p - mean) ** 2 for a, p in zip(w, rates, strict=True))
        last = rho
        rho = (spread / (mean * (1 - mean)) - within) / (both - within)
        rho = min(max(rho, 1 / 101), 1 / 3)
        if abs(rho - last) < 1e-6:
            break
    return 1 / rho - 1


def work_out(vendors: dict[str, Vendor]) -> dict[str, float]:
    """The performance of each vendor; nothing was ever rejected, and nobody was asked."""
    sizes = [vendor.size() for vendor in vendors.values()]
    value = dict.fromkeys(vendors, 0.0)
    terms = ((0.35, "good"), (0.35, "credits"), (0.15, "held"))
    for weight, name in terms:
        rates = [
            1.0 if name == "good" else vendor.rate(getattr(vendor, name))
            for vendor in vendors.values()
        ]
        k = find_strength(rates, sizes)
        middle = min(max(median(rates), 1e-5), 1 - 1e-5)
        for (firm_id, vendor), rate in zip(vendors.items(), rates, strict=True):
            n = sum(vendor.weights)
            value[firm_id] += weight / 0.85 * (k * middle + n * rate) / (k + n)
    return value


@pytest.mark.parametrize("today", [date(2015, 10, 1), date(2026, 11, 29)])
def test_real_vendors_are_ranked_as_their_file_says(tmp_path: Path, today: date) -> None:
    write_folder(tmp_path, conversion.convert_file(SLICE))
    tables = read_tables(tmp_path)
    wanted = Wanted(
        buyer_id=key_of("buyer", "South Africa"),
        part_id=key_of("item", ITEM),
        quantity=5_000,
        needed_by=date(today.year + 1, 12, 1),
        currency="USD",
    )
    ranking, _ = rank_tables(tables, wanted, days=days_on(today))
    expected = work_out(read_vendors(today))
    assert len(ranking.best) == 7
    for row in ranking.best:
        assert row.performance.value == pytest.approx(expected[row.firm_id], abs=6e-5)
    scores = {
        row.firm_id: expected[row.firm_id] / (row.landed_cost.total_e4 or 1) for row in ranking.best
    }
    assert [row.firm_id for row in ranking.best] == sorted(scores, key=lambda one: -scores[one])
