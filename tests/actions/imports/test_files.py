"""Files as people send them are read right, or refused: nothing changes in silence."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from supplychain.actions.imports.checking import load_sheet
from supplychain.actions.imports.reading import open_file
from supplychain.actions.imports.report import Findings
from supplychain.actions.imports.understanding.facts import (
    answers_facts,
    read_answers,
    read_understanding,
    understanding_facts,
)
from supplychain.errors import Invalid
from supplychain.model.imports.understanding import Answers
from tests.make.files import FOLDER, list_files

READINGS: dict[str, dict[str, Any]] = json.loads(
    (FOLDER / "readings.json").read_text(encoding="utf-8")
)


def answers_of(reading: dict[str, Any]) -> Answers:
    """What was answered, by a firm of its own."""
    return replace(read_answers(reading.get("answers", {})), own_firm="me")


def test_there_are_files_of_every_kind() -> None:
    made = {one.name: one.content for one in list_files()}
    assert len(made) >= 60
    assert made.keys() == READINGS.keys()
    for name, content in made.items():
        if name.endswith(".csv"):
            assert (FOLDER / name).read_bytes() == content, name


@pytest.mark.parametrize("name", READINGS)
def test_a_file_is_read_right_or_refused(name: str) -> None:
    right = READINGS[name]
    opened = open_file(FOLDER / name, answers_of(right))
    understood = opened.understanding
    assert [[one.kind, one.column] for one in understood.questions] == right.get("asked", [])
    assert list(understood.skipped_sheets) == right.get("skipped_sheets", [])
    if "refused" in right:
        with pytest.raises(Invalid) as caught:
            opened.check_answered()
        assert caught.value.text.startswith(right["refused"])
        return
    (source,), (sheet,) = opened.sources, understood.sheets
    findings = Findings()
    read = load_sheet(source, findings, lambda _more: None)
    assert (source.table.name, list(source.header)) == (right["table"], right["columns"])
    rows = {
        str(number): [column[at] for column in read.columns.values()]
        for at, number in enumerate(read.numbers)
        if at not in read.bad
    }
    assert rows == right.get("rows", {})
    assert sorted([bad.row, bad.column] for bad in findings.rows) == right.get("bad", [])
    assert list(sheet.left_out) == right.get("left_out", [])
    assert list(sheet.skipped_rows) == right.get("skipped", [])


@pytest.mark.parametrize("name", READINGS)
def test_what_was_understood_passes_between_processes(name: str) -> None:
    answers = answers_of(READINGS[name])
    understood = open_file(FOLDER / name, answers).understanding
    facts = json.loads(json.dumps(understanding_facts(understood)))
    assert read_understanding(facts) == understood
    again = read_answers(json.loads(json.dumps(answers_facts(answers))))
    assert again.values == answers.values or not answers.values
    assert replace(again, columns={}, values={}, tables={}) == replace(
        answers, columns={}, values={}, tables={}
    )


@pytest.mark.parametrize(
    "facts",
    [
        [], {"numbers": "dot"}, {"days": "d"}, {"encoding": "rot13"}, {"encoding": 1}, {"x": ""},
        {"sheets": []}, {"sheets": {"a": []}}, {"sheets": {"a": {"table": "x"}}},
        {"sheets": {"a": {"columns": {"A": 1}}}}, {"encoding": "idna"}, {"encoding": "zlib"},
    ],
)  # fmt: skip
def test_what_is_no_answer_is_refused(facts: object) -> None:
    with pytest.raises(Invalid, match="no answer"):
        read_answers(facts)


def test_a_file_that_was_named_by_hand_is_a_file(tmp_path: Path) -> None:
    path = tmp_path / "stocks.csv"
    path.write_bytes((FOLDER / "stocks_sep_line.csv").read_bytes())
    assert [one.name for one in open_file(path, Answers()).understanding.sheets] == ["stocks"]
