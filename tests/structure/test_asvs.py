"""The table of the security standard counts right, and what it says of the source holds."""

from __future__ import annotations

import ast
import re
from collections import Counter

import pytest

from tests.structure.sources import PACKAGE, ROOT, imported, modules

TABLE = ROOT / "docs" / "asvs.md"
DOCUMENTS = (TABLE, ROOT / "docs" / "security.md")
STATES = ("met", "in part", "not met", "n/a")
ROWS_BY_LEVEL = {1: 70, 2: 183}
"""How many ASVS 5.0.0 has."""
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| ([12]) \| ([^|]+) \| ([^|]+) \| (.+) \|$", re.M)
TEST = re.compile(r"`(tests/[\w/]+\.py)`|`(test_\w+)`")
CALLERS = {"requests", "httpx", "aiohttp", "http.client", "urllib.request"}
"""Modules by which a program calls others over HTTP."""


def rows() -> list[tuple[str, int, str, str]]:
    """(number, level, state, reason) of every row."""
    text = TABLE.read_text(encoding="utf-8")
    return [(row[0], int(row[1]), row[3], row[4]) for row in ROW.findall(text)]


def test_every_row_of_both_levels_is_there_once() -> None:
    numbers = [number for number, *_ in rows()]
    assert len(set(numbers)) == len(numbers)
    assert Counter(level for _, level, *_ in rows()) == ROWS_BY_LEVEL
    assert {state for _, _, state, _ in rows()} <= set(STATES)


def test_the_counts_at_the_head_are_those_of_the_table() -> None:
    text = TABLE.read_text(encoding="utf-8")
    for name, levels in (("level 1", {1}), ("level 2", {2}), ("both", {1, 2})):
        counts = Counter(state for _, level, state, _ in rows() if level in levels)
        cells = [*(counts[state] for state in STATES), sum(counts.values())]
        assert f"| {name} | {' | '.join(map(str, cells))} |" in text


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_test_that_is_named_is_there(document: object) -> None:
    text = (ROOT / str(document)).read_text(encoding="utf-8")
    wrong, files = [], 0
    for line in text.splitlines():
        present: set[str] = set()
        for path, name in TEST.findall(line):
            if path and not (ROOT / path).is_file():
                wrong.append(path)
            elif path:
                files += 1
                present |= _tests_in(path)
            elif name not in present:
                wrong.append(f"{name} in {line[:40]}")
    assert wrong == []
    assert files > 10


def _tests_in(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_the_package_calls_no_other_systems() -> None:
    callers = {path for path, tree in modules().items() if imported(tree) & CALLERS}
    assert {path for path in callers if not path.startswith(("demo/", "commands/demo"))} == set()
    mailers = {path for path, tree in modules().items() if "smtplib" in imported(tree)}
    assert mailers == {"actions/mails.py"}


def test_no_debug_mode_is_in_the_package() -> None:
    wrong = [
        path
        for path in modules()
        if re.search(r"debug\s*=\s*True|\.run\(.*debug", (PACKAGE / path).read_text("utf-8"))
    ]
    assert wrong == []


def test_no_script_uses_the_browsers_storage() -> None:
    scripts = sorted((PACKAGE / "web" / "static" / "js").glob("*.js"))
    assert len(scripts) > 3
    storage = re.compile(r"localStorage|sessionStorage|indexedDB|document\.cookie|postMessage")
    assert [one.name for one in scripts if storage.search(one.read_text("utf-8"))] == []


def test_passwords_are_typed_unseen() -> None:
    fields = [
        line
        for path in (PACKAGE / "web" / "templates").rglob("*.html")
        for line in path.read_text("utf-8").splitlines()
        if re.search(r'forms\.input\([^,]+, "(password|old|new|present)"', line)
    ]
    assert len(fields) >= 5
    assert [line for line in fields if 'type="password"' not in line] == []


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_every_component_is_locked_with_its_hash(name: str) -> None:
    text = re.sub(r" \\\n\s+", " ", (ROOT / name).read_text(encoding="utf-8"))
    components = [line for line in text.splitlines() if re.match(r"[A-Za-z0-9]", line)]
    assert len(components) > 20
    assert [line[:40] for line in components if "--hash=sha256:" not in line] == []
