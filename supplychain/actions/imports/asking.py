"""Questions about a file, put to who sits before the machine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from supplychain.actions.imports.reading import say_question
from supplychain.model.imports.tables import TABLES
from supplychain.model.imports.understanding import Answers, Question, Understanding
from supplychain.model.reading.habits import DayOrder, NumberHabit


class Terminal(Protocol):
    """Who can be asked."""

    def say(self, text: str) -> None:
        """Tell one line."""

    def choose(self, lines: Sequence[str]) -> int:
        """Which of some lines is chosen, from 0 on."""
        ...

    def type_text(self, label: str) -> str:
        """What is typed."""
        ...


def questions_key(question: Question) -> tuple[str, str, str]:
    """What a question is about: it is put once."""
    return question.kind, question.sheet, question.column


def ask_question(
    question: Question, understanding: Understanding, answers: Answers, terminal: Terminal
) -> Answers:
    """Put a question with its samples; returns the answers with the one to it."""
    sheet = question.sheet
    if question.kind == "encoding":
        terminal.say(f"{sheet}: which of these reads right?")
        at = terminal.choose(
            [
                f"{name}: {text}"
                for name, text in zip(question.choices, question.samples, strict=True)
            ]
        )
        return replace(answers, encoding=question.choices[at])
    if question.kind in ("table", "none", "twice"):
        head = next((one for one in understanding.heads if one.name == sheet), None)
        for row in head.rows[:3] if head else ():
            terminal.say("    " + " | ".join(row.cells))
        terminal.say(f"{sheet}: what does it hold?")
        names = [*dict.fromkeys((*question.choices, *TABLES)), ""]
        at = terminal.choose([name or "leave it out" for name in names])
        return replace(answers, tables={**answers.tables, sheet: names[at]})
    if question.kind == "column":
        return _ask_for_column(question, understanding, answers, terminal)
    samples = ", ".join(question.samples)
    terminal.say(f"{sheet}, {question.column}: {samples} can be read in two ways.")
    if question.kind == "numbers":
        at = terminal.choose(["1,234.56 (a point begins the decimals)", "1.234,56 (a comma does)"])
        return replace(answers, numbers=(NumberHabit.FILE_POINT, NumberHabit.FILE_COMMA)[at])
    at = terminal.choose(["day/month/year", "month/day/year"])
    return replace(answers, days=(DayOrder("day first"), DayOrder("month first"))[at])


def _ask_for_column(
    question: Question, understanding: Understanding, answers: Answers, terminal: Terminal
) -> Answers:
    sheet, column = question.sheet, question.column
    terminal.say(say_question(question, understanding).text)
    seen = understanding.find_sheet(sheet)
    unused = seen.unused if seen else ()
    lines = [f"{one.header}: {', '.join(one.samples) or '(empty)'}" for one in unused]
    at = terminal.choose([*lines, "none of them: one value holds for each row"])
    if at < len(unused):
        columns = {**answers.columns.get(sheet, {}), unused[at].header: column}
        return replace(answers, columns={**answers.columns, sheet: columns})
    value = terminal.type_text(f"{column} in each row").strip()
    values = {**answers.values.get(sheet, {}), column: value}
    return replace(answers, values={**answers.values, sheet: values})


def draft_answers(understanding: Understanding, answers: Answers) -> Answers:
    """Answers with a place for each thing that must be said, to be filled in by hand."""
    tables = dict(answers.tables)
    values = {name: dict(one) for name, one in answers.values.items()}
    columns = {name: dict(one) for name, one in answers.columns.items()}
    for sheet in understanding.sheets:
        tables.setdefault(sheet.name, sheet.table)
        own = columns.setdefault(sheet.name, {})
        for one in (*sheet.columns, *sheet.unused):
            own.setdefault(one.header, one.column)
    for question in understanding.questions:
        if question.kind in ("table", "twice"):
            tables[question.sheet] = question.choices[0] if question.choices else ""
        elif question.kind == "none":
            tables.update({head.name: "" for head in understanding.heads})
        elif question.kind == "column":
            values.setdefault(question.sheet, {}).setdefault(question.column, "")
    encodings = [one.choices[0] for one in understanding.questions if one.kind == "encoding"]
    return replace(
        answers,
        tables=tables,
        columns=columns,
        values=values,
        encoding=answers.encoding or next(iter(encodings), ""),
    )
