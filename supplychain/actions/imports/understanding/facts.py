"""What was understood, and answers, as JSON can hold them: between processes, in files, in answers.

A file of answers is what ``supplychain import --answers`` takes::

    {"encoding": "cp1252", "numbers": "comma", "days": "day first",
     "sheets": {"list": {"table": "parts", "columns": {"Art.": "part_id"},
                         "values": {"category": "Castings"}, "header_row": 3,
                         "add_up": true}}}
"""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any, Final

from supplychain.actions.imports.understanding.encodings import ENCODINGS
from supplychain.errors import Invalid
from supplychain.model.imports.tables import MAX_NAME_CHARS, TABLES
from supplychain.model.imports.understanding import (
    NO_ANSWERS,
    Answers,
    ColumnMapping,
    Question,
    SampledRow,
    SheetHead,
    SheetUnderstanding,
    Understanding,
)
from supplychain.model.reading.habits import DayOrder, Habits, NumberHabit

MAX_ANSWERS_ITEMS: Final = 1_000
MAX_HEADER_ROWS: Final = 30
"""The last row of a sheet that may hold its headers."""
_NUMBERS: Final = {"point": NumberHabit.FILE_POINT, "comma": NumberHabit.FILE_COMMA}
_UNICODE: Final = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32")


def understanding_facts(understanding: Understanding) -> dict[str, object]:
    """What was understood, as JSON."""
    facts: dict[str, Any] = asdict(understanding)
    for sheet in facts["sheets"]:
        for column in (*sheet["columns"], *sheet["unused"]):
            column["numbers"] = column["numbers"].value
    return facts


def read_understanding(facts: Mapping[str, Any]) -> Understanding:
    """What ``understanding_facts`` wrote."""
    return Understanding(
        sheets=tuple(_read_sheet(sheet) for sheet in facts["sheets"]),
        skipped_sheets=tuple(facts["skipped_sheets"]),
        questions=tuple(
            Question(
                **{
                    **question,
                    "choices": tuple(question["choices"]),
                    "samples": tuple(question["samples"]),
                }
            )
            for question in facts["questions"]
        ),
        heads=tuple(
            SheetHead(**{**head, "rows": _read_rows(head["rows"])}) for head in facts["heads"]
        ),
        shape=facts["shape"],
    )


def _read_rows(rows: list[Mapping[str, Any]]) -> tuple[SampledRow, ...]:
    return tuple(SampledRow(number=one["number"], cells=tuple(one["cells"])) for one in rows)


def _read_columns(columns: list[Mapping[str, Any]]) -> tuple[ColumnMapping, ...]:
    return tuple(
        ColumnMapping(
            **{
                **column,
                "samples": tuple(column["samples"]),
                "numbers": NumberHabit(column["numbers"]),
            }
        )
        for column in columns
    )


def _read_sheet(facts: Mapping[str, Any]) -> SheetUnderstanding:
    return SheetUnderstanding(
        **{
            **facts,
            "columns": _read_columns(facts["columns"]),
            "unused": _read_columns(facts["unused"]),
            "rows": _read_rows(facts["rows"]),
            "left_out": tuple(facts["left_out"]),
            "skipped_rows": tuple(facts["skipped_rows"]),
        }
    )


def habits_facts(habits: Mapping[str, Habits]) -> dict[str, list[str]]:
    """Habits by column, as JSON."""
    return {
        name: [one.numbers.value, one.days.value if one.days else ""]
        for name, one in habits.items()
    }


def read_habits(facts: Mapping[str, list[str]]) -> dict[str, Habits]:
    """What ``habits_facts`` wrote."""
    return {
        name: Habits(numbers=NumberHabit(numbers), days=DayOrder(days) if days else None)
        for name, (numbers, days) in facts.items()
    }


def answers_facts(answers: Answers) -> dict[str, object]:
    """Answers as a file of them holds them."""
    numbers = next((word for word, one in _NUMBERS.items() if one is answers.numbers), "")
    names = {*answers.tables, *answers.columns, *answers.values, *answers.header_rows}
    sheets: dict[str, dict[str, object]] = {}
    for name in sorted(names | answers.added_up):
        sheet: dict[str, object] = {
            "columns": dict(answers.columns.get(name, {})),
            "values": dict(answers.values.get(name, {})),
        }
        sheets[name] = sheet
        if name in answers.tables:
            sheet["table"] = answers.tables[name]
        if name in answers.header_rows:
            sheet["header_row"] = answers.header_rows[name]
        if name in answers.added_up:
            sheet["add_up"] = True
    return {
        "encoding": answers.encoding,
        "numbers": numbers,
        "days": answers.days.value if answers.days else "",
        "own_firm": answers.own_firm,
        "sheets": sheets,
    }


def read_answers(facts: object) -> Answers:
    """What a file of answers says.

    Raises:
        Invalid: it says something that is no answer.
    """
    if not isinstance(facts, dict):
        raise _say_wrong("/")
    _check_names(facts, ("encoding", "numbers", "days", "own_firm", "sheets"), "")
    numbers, days = facts.get("numbers", ""), facts.get("days", "")
    if numbers not in ("", *_NUMBERS):
        raise _say_wrong("/numbers")
    if days not in ("", *(order.value for order in DayOrder)):
        raise _say_wrong("/days")
    answers = replace(
        NO_ANSWERS,
        encoding=_read_encoding(facts.get("encoding", "")),
        numbers=_NUMBERS.get(numbers),
        days=DayOrder(days) if days else None,
        own_firm=_read_word(facts.get("own_firm", ""), "/own_firm"),
    )
    sheets = facts.get("sheets", {})
    if not isinstance(sheets, dict) or len(sheets) > MAX_ANSWERS_ITEMS:
        raise _say_wrong("/sheets")
    for name, sheet in sheets.items():
        answers = _add_sheet(answers, name, sheet)
    return answers


def _add_sheet(answers: Answers, name: str, facts: object) -> Answers:
    at = f"/sheets/{name}"
    if not isinstance(facts, dict):
        raise _say_wrong(at)
    _check_names(facts, ("table", "columns", "values", "header_row", "add_up"), at)
    tables, header_rows = dict(answers.tables), dict(answers.header_rows)
    if "table" in facts:
        tables[name] = _read_word(facts["table"], f"{at}/table")
        if tables[name] not in ("", *TABLES):
            raise _say_wrong(f"{at}/table")
    if (number := facts.get("header_row")) is not None:
        if type(number) is not int or not 1 <= number <= MAX_HEADER_ROWS:
            raise _say_wrong(f"{at}/header_row")
        header_rows[name] = number
    if not isinstance(facts.get("add_up", False), bool):
        raise _say_wrong(f"{at}/add_up")
    columns = _read_words(facts.get("columns", {}), f"{at}/columns")
    values = _read_words(facts.get("values", {}), f"{at}/values")
    return replace(
        answers,
        tables=tables,
        header_rows=header_rows,
        columns={**answers.columns, name: columns},
        values={**answers.values, name: values},
        added_up=answers.added_up | ({name} if facts.get("add_up") else set()),
    )


def _check_names(facts: Mapping[str, object], names: tuple[str, ...], at: str) -> None:
    for name in facts:
        if name not in names:
            raise _say_wrong(f"{at}/{name}")


def _read_encoding(name: object) -> str:
    text = _read_word(name, "/encoding")
    if not text:
        return ""
    try:
        plain = codecs.lookup(text).name
    except LookupError:
        raise _say_wrong("/encoding") from None
    wanted = {codecs.lookup(one).name for one in (*ENCODINGS, *_UNICODE, "gbk", "shift_jis")}
    if plain not in wanted:
        raise _say_wrong("/encoding")
    return plain


def _read_words(facts: object, at: str) -> dict[str, str]:
    if not isinstance(facts, dict) or len(facts) > MAX_ANSWERS_ITEMS:
        raise _say_wrong(at)
    return {str(name).strip(): _read_word(value, f"{at}/{name}") for name, value in facts.items()}


def _read_word(value: object, at: str) -> str:
    if not isinstance(value, str) or len(value) > MAX_NAME_CHARS:
        raise _say_wrong(at)
    return value.strip()


def _say_wrong(at: str) -> Invalid:
    return Invalid("This is no answer that can be used: %(at)s.", at=at[:MAX_NAME_CHARS])
