"""What reading an upload found, kept beside its files: one pair of files a version."""

from __future__ import annotations

import json
from dataclasses import asdict
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from supplychain.actions.imports.faults import CheckedFile
from supplychain.actions.imports.report import BadRow, TableCount
from supplychain.actions.imports.understanding.facts import read_understanding, understanding_facts
from supplychain.actions.kept_files import keep_stream, say_full
from supplychain.model.imports.faults import CellFault
from supplychain.model.imports.understanding import Question, Understanding

READ: Final = "read"
"""The folder, made when the files came: what is put into it makes them no younger."""


def save_understanding(folder: Path, version: int, understanding: Understanding) -> None:
    """Keep what was understood under a version of what was said."""
    _save_facts(folder, f"understanding-{version}", understanding_facts(understanding))


def load_understanding(folder: Path, version: int) -> Understanding | None:
    """What was understood; None where it is not read yet, or was deleted."""
    facts = _load_facts(folder, f"understanding-{version}")
    return None if facts is None else read_understanding(facts)


def save_check(folder: Path, version: int, check: CheckedFile) -> None:
    """Keep what writing would do; what was found for versions before goes."""
    _save_facts(folder, f"check-{version}", asdict(check))
    for path in (folder / READ).glob("*-*.json"):
        number = path.stem.rpartition("-")[2]
        if number.isdigit() and int(number) < version:
            path.unlink(missing_ok=True)


def load_check(folder: Path, version: int) -> CheckedFile | None:
    """What writing would do; None where it is not worked out yet, or was deleted."""
    facts = _load_facts(folder, f"check-{version}")
    if facts is None:
        return None
    return CheckedFile(
        tables=tuple(TableCount(**one) for one in facts["tables"]),
        faults=tuple(CellFault(**{**one, "rows": tuple(one["rows"])}) for one in facts["faults"]),
        bad=facts["bad"],
        warnings=tuple(BadRow(**one) for one in facts["warnings"]),
        questions=tuple(
            Question(**{**one, "choices": tuple(one["choices"]), "samples": tuple(one["samples"])})
            for one in facts["questions"]
        ),
    )


def _save_facts(folder: Path, name: str, facts: dict[str, Any]) -> None:
    text = json.dumps(facts, default=str).encode()
    with say_full():
        (folder / READ).mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / READ / f"{name}.json"
    keep_stream(BytesIO(text), path, most_bytes=len(text), pointer="/files")


def _load_facts(folder: Path, name: str) -> dict[str, Any] | None:
    try:
        text = (folder / READ / f"{name}.json").read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    facts: dict[str, Any] = json.loads(text)
    return facts
