"""Figures that cannot be are refused at their cell, whatever table they come in."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from neo4j import Driver

from supplychain.actions.imports.imports import import_tables
from supplychain.graph.engine.transactions import read, row
from tests.make.days import local_today
from tests.make.firms import make_firm

RATES = "MATCH (r:ExchangeRate) RETURN count(r) AS rates LIMIT 1"


def test_each_figure_that_cannot_be_is_named(driver: Driver, tmp_path: Path) -> None:
    firm = make_firm(driver)
    today, later = local_today(), local_today() + timedelta(days=3)
    rates = [
        (today, "0"), (today - timedelta(days=1), "-7.5"), (today - timedelta(days=2), "10000000"),
        (later, "7.8"), ("2026-02-29", "7.8"), (today - timedelta(days=3), "much"),
    ]  # fmt: skip
    lines = [f"{firm.id},{on},EUR,CNY,{rate}" for on, rate in rates]
    head = "firm_id,on,from_currency,to_currency,rate"
    (tmp_path / "exchange_rates.csv").write_text("\n".join([head, *lines]), encoding="utf-8")
    capabilities = [
        "Forging,-5,,,", "Milling,7,-1,,", "Turning,,,40,0", "Welding,,,999999,1",
        "Casting,1.5,,,", "Grinding,7,36501,,",
    ]  # fmt: skip
    rows = ["firm_id,category,weekly_capacity,lead_days,weekly_hours,hours_per_piece"]
    rows += [f"{firm.id},{each}" for each in capabilities]
    (tmp_path / "capabilities.csv").write_text("\n".join(rows), encoding="utf-8")
    parts = ["part_id,name,category,uom,weight_kg,conversions", "a,A,c,pcs,-1,", "b,B,c,pcs,1e9,"]
    parts += ["d,D,c,zorp,,", "e,E,c,pcs,,1 box = 0", "f,F,c,kg,,1 t = 1000"]
    (tmp_path / "parts.csv").write_text("\n".join(parts), encoding="utf-8")
    report = import_tables(driver, tmp_path, by=None)
    assert not report.written
    found = {(bad.table, bad.row, bad.column) for bad in report.bad_rows}
    wanted = {
        "exchange_rates": [*((at, "rate") for at in (2, 3, 4, 7)), (5, "on"), (6, "on")],
        "capabilities": [
            (2, "weekly_capacity"), (3, "lead_days"), (4, "hours_per_piece"), (5, "weekly_hours"),
            (6, "weekly_capacity"), (7, "lead_days"),
        ],
        "parts": [
            (2, "weight_kg"), (3, "weight_kg"), (4, "uom"), (5, "conversions"), (6, "conversions"),
        ],
    }  # fmt: skip
    assert found == {(table, *cell) for table, cells in wanted.items() for cell in cells}
    assert (read(driver, lambda tx: row(tx, RATES)) or {})["rates"] == 0
