"""What a firm said of a file is used again for the next one of the same shape."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from neo4j import Driver

from supplychain.actions.imports.said import write_answers
from supplychain.actions.imports.understanding.facts import read_answers
from supplychain.graph import events
from supplychain.graph.engine.transactions import Tx, read, write
from supplychain.graph.imports import mappings, uploads
from supplychain.model.ids import utc_now
from supplychain.model.imports.mappings import ImportMapping
from supplychain.model.imports.understanding import Answers, Understanding
from supplychain.model.people.actors import Actor

T = TypeVar("T")


def remember_mapping(
    tx: Tx,
    name: str,
    answers: Answers,
    understanding: Understanding,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Remember, in the transaction that has a file written, what was said of it."""
    mappings.save(
        tx,
        firm_id=by.firm_id,
        shape=understanding.shape,
        name=name,
        answers=write_answers(replace(answers, header_rows={})),
        sheets=[head.name for head in understanding.heads],
        user_id=by.user_id,
        at=at,
    )


def recall_mapping(
    driver: Driver, upload_id: str, understanding: Understanding, *, version: int, by: Actor
) -> Answers | None:
    """What was said of such a file before, noted at the upload; None where nothing was."""
    mapping = read(driver, mappings.find, viewer=by.firm_id, shape=understanding.shape)
    if mapping is None:
        return None
    names = dict(zip(mapping.sheets, (head.name for head in understanding.heads), strict=False))
    answers = rename_sheets(read_answers(json.loads(mapping.answers)), names)
    is_noted = write(
        driver,
        uploads.save_remembered,
        upload_id,
        version=version,
        answers=write_answers(answers),
        used_at=mapping.used_at,
        used_by=mapping.used_by,
    )
    return answers if is_noted else None


def rename_sheets(answers: Answers, names: Mapping[str, str]) -> Answers:
    """Answers of a file for another one whose sheets are called otherwise."""

    def rename(by_sheet: Mapping[str, T]) -> dict[str, T]:
        return {names[name]: one for name, one in by_sheet.items() if name in names}

    return replace(
        answers,
        tables=rename(answers.tables),
        columns=rename(answers.columns),
        values=rename(answers.values),
        header_rows=rename(answers.header_rows),
        added_up=frozenset(names[name] for name in answers.added_up if name in names),
    )


def list_mappings(driver: Driver, *, by: Actor) -> list[ImportMapping]:
    """What the actor's firm said of its files, the last used first."""
    return read(driver, mappings.list_own, viewer=by.firm_id)


def forget_mapping(driver: Driver, shape: str, *, by: Actor) -> None:
    """Forget what was said of files of a shape; what was written stays.

    Raises:
        Forbidden: the role may only look.
        NotFound: the actor's firm said nothing of such files.
    """
    by.check_role("buyer", "seller")
    write(driver, _forget_noting, shape, by, utc_now())


def _forget_noting(tx: Tx, shape: str, by: Actor, now: datetime) -> None:
    name = mappings.forget(tx, shape, viewer=by.firm_id)
    events.record(
        tx, "import_mapping.forgotten", about_kind="firm", about_id=by.firm_id, by=by, at=now,
        facts={"name": name},
    )  # fmt: skip
