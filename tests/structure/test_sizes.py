"""Files and functions stay small enough to read at once."""

from __future__ import annotations

import ast
import statistics

from tests.structure.sources import PACKAGE, ROOT, modules

MOST_LINES = 500
MOST_FUNCTION = 50


def test_no_file_is_too_long() -> None:
    long = {
        path.relative_to(ROOT).as_posix(): count
        for folder in (PACKAGE, ROOT / "tests", ROOT / "scripts")
        for path in folder.rglob("*.py")
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > MOST_LINES
    }
    assert long == {}


def test_no_function_is_too_long() -> None:
    long = [
        f"{path}:{node.name} ({node.end_lineno - node.lineno + 1})"
        for path, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > MOST_FUNCTION
    ]
    assert long == []


def test_the_typical_function_is_short() -> None:
    lengths = [
        node.end_lineno - node.lineno + 1
        for tree in modules().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.end_lineno is not None
    ]
    assert statistics.median(lengths) <= 13


def test_scripts_are_short() -> None:
    long = {
        path.name: count
        for path in (ROOT / "scripts").iterdir()
        if path.is_file() and path.suffix == ""
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > 35
    }
    assert long == {}
