"""Ranking straight from import tables in a folder, without a graph (docs/import.md)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from supplychain.actions.imports.checking import Sheet, load
from supplychain.actions.imports.ledger import tallies
from supplychain.actions.imports.reading import open_sources
from supplychain.actions.imports.report import Findings
from supplychain.errors import FieldError, Invalid
from supplychain.matching.candidates import lineup
from supplychain.matching.candidates.arrays import UNKNOWN
from supplychain.matching.candidates.columns import Candidates
from supplychain.matching.candidates.stated import Facts
from supplychain.matching.cost.exchange import Exchange
from supplychain.matching.need import Need, Site
from supplychain.matching.performance import priors
from supplychain.matching.ranking.rank import Ranking, rank
from supplychain.model.capabilities import ends_beside
from supplychain.model.imports.tables import TABLES

Row = dict[str, Any]
MOST_TOLD = 20
"""Bad cells told; the import command tells all."""
NEEDED = ("parts", "capabilities")
COUNTERS = (
    "delivered_lines", "on_time_lines", "received_quantity", "rejected_quantity", "late_days_sum",
    "long_late_lines",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """Rows of the tables by name, as dictionaries of the graph's fields."""

    rows: dict[str, list[Row]]

    def rows_of(self, name: str) -> list[Row]:
        """The rows of one table; none where the file is not there."""
        return self.rows.get(name, [])


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be ranked: ``buyer_id`` is the firm whose past trade counts."""

    buyer_id: str
    part_id: str
    quantity: int
    needed_by: date
    currency: str = "CNY"
    certificates: tuple[str, ...] = ()
    rank_by: str = "cost_performance"


def read_tables(path: Path) -> Tables:
    """All tables at a path, checked cell by cell.

    Raises:
        Invalid: nothing to read, a needed table is missing, or bad rows (one error for each).
    """
    findings = Findings()
    sheets = [load(source, findings, lambda _count: None) for source in open_sources(path)]
    if findings.rows:
        raise Invalid(
            errors=[
                FieldError(
                    pointer=f"/{bad.table}/{bad.row}/{bad.column}",
                    message=bad.message,
                    values=tuple(bad.values.items()),
                )
                for bad in findings.rows[:MOST_TOLD]
            ]
        )
    found = {sheet.table.name: _rows(sheet) for sheet in sheets}
    missing = [name for name in NEEDED if name not in found]
    if missing:
        raise Invalid("The table %(name)s is needed.", pointer=f"/{missing[0]}", name=missing[0])
    return Tables(rows=found)


def _rows(sheet: Sheet) -> list[Row]:
    """Rows with every field of the table; categories as their identity."""
    table = TABLES[sheet.table.name]
    default = {column.field: column.default for column in table.columns}
    columns = {table.column(name).field: sheet.comparable(name) for name in sheet.columns}
    return [
        {**default, **{name: default[name] if value is None else value for name, value in cells}}
        for cells in (
            zip(columns, values, strict=True) for values in zip(*columns.values(), strict=True)
        )
    ]


def rank_tables(tables: Tables, wanted: Wanted, *, today: date) -> tuple[Ranking, str]:
    """Rank who can make a part, from tables alone; returns the ranking and the part's category.

    Capacity is free as far as the tables go: they hold no bookings. Cost settings are the
    defaults.

    Raises:
        Invalid: the part or the buyer is not in the tables.
    """
    part = next((one for one in tables.rows_of("parts") if one["id"] == wanted.part_id), None)
    if part is None:
        raise Invalid("There is no such part.", pointer="/part")
    known = {one["id"] for one in tables.rows_of("firms")}
    if known and wanted.buyer_id not in known:
        raise Invalid("There is no such firm.", pointer="/buyer")
    category = part["category_id"]
    need = Need(
        part_id=wanted.part_id,
        category_id=category,
        quantity=wanted.quantity,
        needed_by=wanted.needed_by,
        today=today,
        currency=wanted.currency,
        certificates=wanted.certificates,
        rank_by=wanted.rank_by,
    )
    firms = _candidates(tables, need, wanted.buyer_id)
    return rank(need, firms, priors=priors(firms)), category


def _candidates(tables: Tables, need: Need, buyer_id: str) -> Candidates:
    category, of_part = need.category_id, {one["id"]: one for one in tables.rows_of("parts")}
    able = [
        one
        for one in tables.rows_of("capabilities")
        if one["category_id"] == category and one["firm_id"] != buyer_id
    ]
    ledger = [
        one
        for one in tables.rows_of("deliveries")
        if of_part.get(one["part_id"], {}).get("category_id") == category
    ]
    exchange = _exchange(tables, need, buyer_id)
    shared = lineup.of_category(
        _columns(able, ledger, category), _own_trade(ledger, buyer_id), exchange, site=Site()
    )
    ids = {one["firm_id"] for one in able}
    offers = [
        one
        for one in tables.rows_of("offers")
        if one["part_id"] == need.part_id and one["firm_id"] in ids
    ]
    firms = lineup.of_line(
        shared, _offers(offers), exchange, part_id=need.part_id, today=need.today
    )
    lots = np.array([one["lot_size"] or 0 for one in able], np.int64)
    return replace(firms, lot_size=lots, facts=_facts(able))


def _columns(able: list[Row], ledger: list[Row], category: str) -> Row:
    counted = _counters(ledger, category)
    found: Row = {"firm_ids": [one["firm_id"] for one in able]}
    found["certificates"] = [list(one["certificates"] or []) for one in able]
    found["booked_weeks"] = found["booked_quantities"] = [[] for _ in able]
    for name in ("weekly_capacity", "min_lot", "max_lot"):
        found[name] = [one[name] or 0 for one in able]
    found["lead_days"] = [UNKNOWN if one["lead_days"] is None else one["lead_days"] for one in able]
    for place, name in enumerate(COUNTERS):
        found[name] = [counted.get(one["firm_id"], [0] * 6)[place] for one in able]
    return {**found, "asked": [0] * len(able), "answered": [0] * len(able)}


def _counters(ledger: list[Row], category: str) -> dict[str, list[int]]:
    names = ("id", "supplier_id", "buyer_id", "part_id", "quantity", "promised_on",
             "delivered_on", "delivered_quantity", "rejected_quantity", "unit_price_e4",
             "currency", "freight_e4")  # fmt: skip
    lines = [[*(one[name] for name in names), category] for one in ledger]
    return {firm_id: counts for (firm_id, _), counts in tallies(lines, []).items()}


def _own_trade(ledger: list[Row], buyer_id: str) -> Row:
    own = [
        one
        for one in ledger
        if one["buyer_id"] == buyer_id and (one["unit_price_e4"] or 0) > 0 and one["currency"]
    ]
    own.sort(key=lambda one: one["id"])
    own.sort(key=_day, reverse=True)
    return {
        "firm_ids": [one["supplier_id"] for one in own],
        "part_ids": [one["part_id"] for one in own],
        "days": [_day(one) for one in own],
        "prices_e4": [one["unit_price_e4"] for one in own],
        "quantities": [one["delivered_quantity"] or one["quantity"] for one in own],
        "freights_e4": [-1 if one["freight_e4"] is None else one["freight_e4"] for one in own],
        "currencies": [one["currency"] for one in own],
    }


def _day(one: Row) -> str:
    return one["delivered_on"] or one["promised_on"] or ""


def _offers(steps: Iterable[Row]) -> Row:
    """Price lists of one part from their steps, one row for each firm."""
    lists: dict[str, list[Row]] = {}
    for one in steps:
        lists.setdefault(one["firm_id"], []).append(one)
    for each in lists.values():
        each.sort(key=lambda one: one["min_quantity"])
    heads = [each[0] for each in lists.values()]
    return {
        "firm_ids": list(lists),
        "currency": [one["currency"] or "" for one in heads],
        "moq": [one["moq"] or 0 for one in heads],
        "tier_from": [[one["min_quantity"] for one in each] for each in lists.values()],
        "tier_prices_e4": [[one["unit_price_e4"] for one in each] for each in lists.values()],
        "tier_rule": [one.get("tier_rule") or "" for one in heads],
        "incoterm": [one.get("incoterm") or "" for one in heads],
        **{
            name: [UNKNOWN if one.get(name) is None else one[name] for one in heads]
            for name in ("lead_days", "freight_e4", "tooling_e4", "payment_days")
        },
    }


def _exchange(tables: Tables, need: Need, buyer_id: str) -> Exchange:
    rates = [one for one in tables.rows_of("exchange_rates") if one["firm_id"] == buyer_id]
    return Exchange.of(
        to_currency=need.currency,
        from_currencies=[one["from_currency"] for one in rates],
        to_currencies=[one["to_currency"] for one in rates],
        days=[one["day"] for one in rates],
        rates=[float(one["rate"]) for one in rates],
        age_days=int(need.settings.reckoned("rate_age_days")),
    )


def _facts(able: list[Row]) -> Facts:
    """Ends of certificates are all that is checked: tables name no requirements of a line."""
    n = len(able)
    blank = np.full(n, UNKNOWN, np.int64)
    return Facts(
        processes=[[] for _ in able],
        materials=[[] for _ in able],
        envelope_mm=np.full((n, 3), UNKNOWN, np.int64),
        weight_kg=blank,
        linear=blank,
        geometrical=blank,
        certificate_ends=[
            ends_beside(one["certificates"] or [], one["certificate_ends"] or []) for one in able
        ],
        regions=[("", "") for _ in able],
        barred=np.zeros(n, np.bool_),
    )
