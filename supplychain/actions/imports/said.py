"""What was said and mended of an upload, as the graph keeps it: JSON texts within a bound."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from supplychain.actions.imports.understanding.facts import answers_facts, read_answers
from supplychain.errors import Invalid
from supplychain.model.imports.mends import NO_MENDS, Mends
from supplychain.model.imports.understanding import NO_ANSWERS, Answers

MAX_SAID_CHARS: Final = 400_000
"""Of each text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidSoFar:
    """What was said of an upload up to a version."""

    version: int
    answers: Answers = NO_ANSWERS
    mends: Mends = NO_MENDS


def read_said(version: int, answers: str, mends: str) -> SaidSoFar:
    """What the graph keeps."""
    return SaidSoFar(
        version=version,
        answers=read_answers(json.loads(answers)) if answers else NO_ANSWERS,
        mends=read_mends(json.loads(mends)) if mends else NO_MENDS,
    )


def write_answers(answers: Answers) -> str:
    """Answers as the graph keeps them: never whose file it is, which is told anew.

    Raises:
        Invalid: they are too long.
    """
    return _check_length(json.dumps(answers_facts(replace(answers, own_firm=""))))


def write_mends(mends: Mends) -> str:
    """Mends as the graph keeps them.

    Raises:
        Invalid: they are too many or too long.
    """
    mends.check_count()
    return _check_length(json.dumps(mends_facts(mends))) if mends.count else ""


def _check_length(text: str) -> str:
    if len(text) > MAX_SAID_CHARS:
        raise Invalid("This is too much to keep beside a file. Mend the file itself.")
    return text


def mends_facts(mends: Mends) -> dict[str, list[dict[str, Any]]]:
    """Mends as JSON, in a fixed order."""
    return {
        "cells": [
            {"sheet": sheet, "row": row, "column": column, "text": text}
            for (sheet, row, column), text in sorted(mends.cells.items())
        ],
        "texts": [
            {"sheet": sheet, "column": column, "old": old, "text": text}
            for (sheet, column, old), text in sorted(mends.texts.items())
        ],
        "left_rows": [{"sheet": sheet, "row": row} for sheet, row in sorted(mends.left_rows)],
        "left_texts": [
            {"sheet": sheet, "column": column, "old": old}
            for sheet, column, old in sorted(mends.left_texts)
        ],
    }


def read_mends(facts: Mapping[str, list[dict[str, Any]]]) -> Mends:
    """What ``mends_facts`` wrote, or a client of the API sent in that form."""
    return Mends(
        cells={
            (one["sheet"], one["row"], one["column"]): one["text"] for one in facts.get("cells", [])
        },
        texts={
            (one["sheet"], one["column"], one["old"]): one["text"] for one in facts.get("texts", [])
        },
        left_rows=frozenset((one["sheet"], one["row"]) for one in facts.get("left_rows", [])),
        left_texts=frozenset(
            (one["sheet"], one["column"], one["old"]) for one in facts.get("left_texts", [])
        ),
    )
