"""Parts lists as people send them are read right, or asked about: nothing changes in silence."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from supplychain.actions.parts_lists.looking import ListSaid
from supplychain.actions.parts_lists.sheets import open_sheets, pack_sheets, unpack_sheets
from supplychain.actions.parts_lists.understanding import understand_list
from supplychain.errors import Invalid
from supplychain.model.parts_lists.lists import ListLine
from supplychain.model.parts_lists.trees import grow_tree
from supplychain.web.schemas.parts_lists import ListSaidIn
from tests.make.lists import FOLDER, list_lists

READINGS: dict[str, dict[str, Any]] = json.loads(
    (FOLDER / "readings.json").read_text(encoding="utf-8")
)


def said_of(reading: dict[str, Any]) -> ListSaid:
    said: ListSaid = ListSaidIn().load(reading.get("answers", {}))
    return said


def facts_of(line: ListLine) -> list[str]:
    quantity = "" if line.quantity is None else f"{line.quantity.normalize():f}"
    day = line.need_by.isoformat() if line.need_by else ""
    return [line.number, line.describe(with_number=False), quantity, line.uom, day]


def test_the_files_are_those_that_are_made() -> None:
    made = {one.name: one.content for one in list_lists()}
    assert made.keys() == READINGS.keys()
    for name, content in made.items():
        if name.endswith(".csv"):
            assert (FOLDER / name).read_bytes() == content, name


@pytest.mark.parametrize("name", READINGS)
def test_a_list_is_read_right_or_asked_about(name: str) -> None:
    right, said = READINGS[name], said_of(READINGS[name])
    sheets = unpack_sheets(pack_sheets(open_sheets(FOLDER / name)))
    read = understand_list(sheets, said.answers)
    tree = grow_tree(read, said.answers.counting, adds_up=said.answers.adds_up)
    assert [facts_of(line) for line in read.lines] == right["lines"]
    assert [row for row, _ in read.skipped] == right.get("skipped", [])
    assert [one.kind for one in (*read.questions, *tree.questions)] == right.get("questions", [])
    faults = [[node.line.row, one.field] for node in tree.nodes for one in node.line.faults]
    assert faults == right.get("faults", [])
    assert tree.is_flat == ("tree" not in right)
    for node, (depth, total) in zip(tree.nodes, right.get("tree", ()), strict=False):
        assert (node.depth, node.total) == (depth, Decimal(total)), node.line.label
    for key, value in right.get("head", {}).items():
        told = getattr(read.head, key)
        assert (told.isoformat() if key == "deadline" else told) == value


@pytest.mark.parametrize("text", ["", "x", "eJw=", "eJyrVspLzE1VslIqLkksKVWqBQApUwVM"])
def test_a_list_that_somebody_changed_on_its_way_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="Choose the file again"):
        unpack_sheets(text)
