"""What a file does not say itself is asked on a terminal, each thing once."""

from __future__ import annotations

import importlib
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from neo4j import Driver

from supplychain.actions.imports.asking import ask_question, draft_answers
from supplychain.actions.imports.imports import import_tables
from supplychain.actions.imports.reading import open_file
from supplychain.actions.imports.understanding.facts import answers_facts, read_answers
from supplychain.model.imports.understanding import NO_ANSWERS, Answers
from tests.make.files import FOLDER
from tests.make.tables import network, write_folder


class Typist:
    """Answers from a list: the number of a line, or a text."""

    def __init__(self, *answers: int | str) -> None:
        self.answers = list(answers)
        self.heard: list[str] = []

    def say(self, text: str) -> None:
        self.heard.append(text)

    def choose(self, lines: Sequence[str]) -> int:
        self.heard += lines
        at = self.answers.pop(0)
        assert isinstance(at, int)
        return at

    def type_text(self, label: str) -> str:
        self.heard.append(label)
        return str(self.answers.pop(0))


@pytest.mark.parametrize(
    ("name", "typed", "right"),
    [
        ("list_of_something.csv", [0], {"sheets": {"list_of_something": {}}}),
        ("firms_doubtful_encoding.csv", [1], {}),
        ("parts_category_missing.csv", [0], {}),
        ("deliveries_days_doubtful.csv", [1], {"days": "month first"}),
        ("stocks_points_doubtful.csv", [1], {"numbers": "comma"}),
    ],
)
def test_a_question_is_put_with_samples_and_its_answer_taken(
    name: str, typed: list[int | str], right: dict[str, object]
) -> None:
    mine = replace(NO_ANSWERS, own_firm="me")
    seen = open_file(FOLDER / name, mine).understanding
    question = seen.questions[0]
    typist = Typist(*typed, "Castings")
    said = ask_question(question, seen, mine, typist)
    assert said != mine
    assert any(sample in " ".join(typist.heard) for sample in question.samples) or not (
        question.samples
    )
    facts = answers_facts(said)
    assert {key: one for key, one in facts.items() if key in right and key != "sheets"} == {
        key: one for key, one in right.items() if key != "sheets"
    }
    again = open_file(FOLDER / name, said).understanding
    assert question not in again.questions


def test_a_map_to_fill_in_names_every_header_and_what_is_missing() -> None:
    path = FOLDER / "parts_category_missing.csv"
    drafted = draft_answers(open_file(path, NO_ANSWERS).understanding, NO_ANSWERS)
    assert drafted.values[path.stem] == {"category": ""}
    assert read_answers(json.loads(json.dumps(answers_facts(drafted)))) == drafted


def test_the_command_asks_or_prints_a_map(
    driver: Driver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = importlib.import_module("supplychain.commands.import")
    monkeypatch.setattr(command, "graph", lambda: driver)
    import_tables(driver, write_folder(tmp_path / "network", network()), by=None)
    path, kept = tmp_path / "parts.csv", tmp_path / "map.json"
    path.write_text("part_id,name,Sorte\nQ-1,Bolt,Castings\n", encoding="utf-8")
    run = CliRunner()
    silent = run.invoke(command.command, [str(path), "--quiet"])
    assert silent.exit_code == 2
    assert json.loads(silent.stdout)["sheets"]["parts"]["values"] == {"category": ""}
    monkeypatch.setattr(command, "_is_at_terminal", lambda: True)
    asked = run.invoke(command.command, [str(path), "--quiet", "--map", str(kept)], input="1\n")
    assert asked.exit_code == 0, asked.output
    assert "Sorte: Castings" in asked.output
    said: Answers = read_answers(json.loads(kept.read_text(encoding="utf-8")))
    assert said.columns == {"parts": {"Sorte": "category"}}
    monkeypatch.setattr(command, "_is_at_terminal", lambda: False)
    again = run.invoke(command.command, [str(path), "--quiet", "--answers", str(kept)])
    assert again.exit_code == 0, again.output
