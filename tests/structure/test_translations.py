"""Every sentence a user may read has its Chinese."""

from __future__ import annotations

import ast
import re

from babel.messages.extract import extract

from supplychain.actions.translations import chinese
from tests.structure.sources import PACKAGE, layer, modules

RAISED = {"NotFound", "Forbidden", "Conflict", "NotOpen", "Stale", "AlreadyExists", "Invalid",
          "TooMany", "Unavailable", "NotSignedIn", "ValidationError"}  # fmt: skip
FOR_OPERATORS = {"commands", "demo", "cli", "doctor"}
"""Layers, and below a few files, whose words only who runs an installation reads."""
OPERATORS_FILES = re.compile(
    r"graph/engine/(installation|migrate|migration_lock|neo4j_server|schema|server|starting)\.py"
)


def _in_templates() -> set[str]:
    found: set[str] = set()
    for path in (PACKAGE / "web" / "templates").rglob("*.html"):
        with path.open("rb") as file:
            for _, message, _, _ in extract("jinja2.ext:babel_extract", file, keywords={"_": None}):
                if isinstance(message, str):
                    found.add(message)
    return found


def _in_code() -> set[str]:
    found: set[str] = set()
    for path, tree in modules().items():
        if layer(path) in FOR_OPERATORS or OPERATORS_FILES.fullmatch(path):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "message":
                found.update(_texts_in(node.value))
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            first = node.args[0]
            spoken = [first] if name in (*RAISED, "translate", "_", "of", "say_done") else []
            spoken += node.args[-1:] if "return_to_" in name else []
            spoken += [word.value for word in node.keywords if word.arg in ("message", "error")]
            found.update(
                said.value
                for said in spoken
                if isinstance(said, ast.Constant) and isinstance(said.value, str)
            )
    return found


def _texts_in(value: ast.expr) -> set[str]:
    """The text, or the two of a condition."""
    match value:
        case ast.Constant(value=str(text)):
            return {text}
        case ast.IfExp(body=body, orelse=orelse):
            return _texts_in(body) | _texts_in(orelse)
        case _:
            return set()


def test_every_sentence_has_its_chinese() -> None:
    missing = sorted((_in_templates() | _in_code()) - set(chinese()) - {""})
    assert missing == []


def test_both_languages_name_the_same_places() -> None:
    places = re.compile(r"%\((\w+)\)[sd]")
    wrong = [
        english
        for english, text in chinese().items()
        if set(places.findall(english)) != set(places.findall(text))
    ]
    assert wrong == []
