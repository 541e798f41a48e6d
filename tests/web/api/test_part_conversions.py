"""What a part is in other units, stated once with the part: lines for it start with that."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from neo4j import Driver

from supplychain.actions.imports.exports import export_tables
from supplychain.actions.imports.imports import import_tables
from tests.make.accounts import api_client, browser, make_user
from tests.make.firms import make_firm

BOX = {"uom": "XBX", "amount": 1, "equals": 50}
KILOGRAMS = {"uom": "KGM", "amount": 2.47, "equals": 1}


def _bring(driver: Driver, folder: Path, by, **columns: str):
    names = {"part_id": "ring", "name": "Ring", "category": "rings", "designer_id": by.firm_id}
    cells = {**names, **columns}
    text = ",".join(cells) + "\n" + ",".join(cells.values()) + "\n"
    (folder / "parts.csv").write_text(text)
    return import_tables(driver, folder, by=by)


def test_a_new_line_starts_with_what_its_part_says(
    app: Flask, driver: Driver, tmp_path: Path
) -> None:
    buyer = make_user(driver, make_firm(driver))
    client = api_client(app, driver, buyer)
    stated = "1 box = 50; 2.47 kg = 1"
    assert _bring(driver, tmp_path, buyer, uom="piece", conversions=stated).written

    draft = client.call("post", "/parts-requests", json={"lines": [{"part_id": "ring"}]}).json
    (line,) = draft["lines"]
    assert line["conversions"] == [BOX, KILOGRAMS]
    path = f"/parts-requests/{draft['id']}"
    form = browser(app, driver, buyer).get(f"{path}/edit").text
    assert 'value="1 box = 50 pcs; 2.47 kg = 1 piece"' in form

    bare = {"id": line["id"], "part_id": "ring", "conversions": []}
    cleared = client.call("patch", path, json={"lines": [bare]}, if_match=1).json
    assert cleared["lines"][0]["conversions"] == []
    own = {"part_id": "ring", "conversions": [{**BOX, "equals": 20}]}
    both = client.call("patch", path, json={"lines": [bare, own]}, if_match=2).json
    assert [one["conversions"] for one in both["lines"]] == [[], [{**BOX, "equals": 20}]]

    (tmp_path / "out").mkdir()
    export_tables(driver, tmp_path / "out", firm_id=buyer.firm_id)
    written = (tmp_path / "out" / "parts.csv").read_text(encoding="utf-8-sig")
    assert "1 XBX = 50; 2.47 KGM = 1" in written
    report = import_tables(driver, tmp_path / "out", by=buyer)
    assert {(one.new, one.changed) for one in report.tables} == {(0, 0)}
    assert _bring(driver, tmp_path, buyer, name="Rings").written
    line = client.call("post", "/parts-requests", json={"lines": [{"part_id": "ring"}]}).json
    assert line["lines"][0]["conversions"] == [BOX, KILOGRAMS]


@pytest.mark.parametrize(
    ("text", "uom", "message"),
    [
        ("box = 50", "piece", "Write it as: 1 box = 50; 2.47 kg = 1."),
        ("1 zorp = 50", "piece", "This unit is not known."),
        ("0 box = 50", "piece", "State above 0"),
        ("1 t = 1000", "kg", "State above 0"),
        ("1 box = 50; 1 box = 40", "piece", "State above 0"),
        ("1 box = 0.0001", "piece", "Use at most 3 decimals."),
    ],
)
def test_what_makes_no_sense_is_refused_by_its_cell(
    driver: Driver, tmp_path: Path, text: str, uom: str, message: str
) -> None:
    buyer = make_user(driver, make_firm(driver))
    report = _bring(driver, tmp_path, buyer, uom=uom, conversions=text)
    (cell,) = report.bad_rows
    assert cell.column == "conversions"
    assert cell.message.startswith(message)
