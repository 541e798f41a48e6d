"""Cypher lives in one folder, as whole constants that mean the same on both engines."""

from __future__ import annotations

import ast
import re

import pytest
from neo4j import Driver

from supplychain.config import settings
from tests.structure.sources import constants, layer, modules

LOOKS_LIKE_CYPHER = re.compile(r"\b(MATCH|MERGE|CREATE|UNWIND|OPTIONAL MATCH) \(|\bDETACH DELETE\b")
NOT_PORTABLE = {
    "!=": re.compile(r"[^<>]!="),
    "shortestPath": re.compile(r"shortestPath", re.I),
    "SHORTEST k": re.compile(r"\bSHORTEST \d", re.I),
    "apoc or db procedures": re.compile(r"\b(apoc|dbms|db)\.", re.I),
    "LOAD CSV": re.compile(r"LOAD CSV", re.I),
    "dynamic labels": re.compile(r":\$"),
    "RETURN *": re.compile(r"\b(RETURN|WITH)\s+\*"),
    "elementId": re.compile(r"\b(elementId|id)\("),
    "labels()[0]": re.compile(r"labels\([^)]*\)\["),
    "instants of the engine": re.compile(r"\b(datetime|localdatetime|time)\("),
    "R1|:R2": re.compile(r"\|:"),
    "CYPHER 5": re.compile(r"^\s*CYPHER\s", re.I),
    "unbounded path": re.compile(r"\*(\]|\d*\.\.\s*\])|\]->\+|\]-\+|\)\+|\)\*"),
}


def queries() -> list[tuple[str, str]]:
    """(place, text) of every query constant."""
    return [
        (f"{path}:{name}", text)
        for path, tree in modules().items()
        if layer(path) == "graph"
        for name, text in constants(tree).items()
        if LOOKS_LIKE_CYPHER.search(text)
    ]


def test_there_are_queries() -> None:
    assert len(queries()) > 20


def test_cypher_is_only_in_the_graph_folder() -> None:
    wrong = [
        f"{path}:{node.lineno}"
        for path, tree in modules().items()
        if layer(path) != "graph"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.search(r"\b(MATCH|MERGE) \(|\bUNWIND \$", node.value)
    ]
    assert wrong == []


def test_no_query_is_assembled() -> None:
    wrong = []
    for path, tree in modules().items():
        for node in ast.walk(tree):
            pieces: list[ast.AST] = []
            if isinstance(node, ast.JoinedStr):
                pieces = list(node.values)
            elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod):
                pieces = [node.left, node.right]
            elif (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in ("format", "replace", "join")
            ):
                pieces = [node.func.value]
            texts = [piece.value for piece in pieces if isinstance(piece, ast.Constant)]
            if any(isinstance(text, str) and LOOKS_LIKE_CYPHER.search(text) for text in texts):
                wrong.append(f"{path}:{node.lineno}")
    assert wrong == []


@pytest.mark.parametrize("what", sorted(NOT_PORTABLE))
def test_no_query_uses_what_the_engines_read_differently(what: str) -> None:
    wrong = [place for place, text in queries() if NOT_PORTABLE[what].search(text)]
    assert wrong == []


def test_every_returned_column_has_a_name() -> None:
    wrong = [
        f"{place}: {column.strip()}"
        for place, text in queries()
        for found in re.finditer(r"\bRETURN\s+(DISTINCT\s+)?", text)
        for column in _columns(text[found.end() :])
        if not re.search(r"\bAS\s+\w+\s*$|^\s*\w+\s*$", column)
    ]
    assert wrong == []


def _columns(text: str) -> list[str]:
    """The comma-separated columns that follow a RETURN, up to where the clause ends."""
    depth, start, found = 0, 0, []
    for place, character in enumerate(text):
        depth += (character in "([{") - (character in ")]}")
        ends = depth == 0 and re.match(r"\s(ORDER BY|LIMIT|SKIP|UNION)\b", text[place:])
        if depth < 0 or ends:
            return [*found, text[start:place]]
        if character == "," and depth == 0:
            found.append(text[start:place])
            start = place + 1
    return [*found, text[start:]]


def test_every_query_is_planned_without_scanning_the_whole_graph(server: Driver) -> None:
    wrong = []
    for place, text in queries():
        with server.session(database=settings().graph_database) as session:
            plan = session.execute_read(_plan, text)
        if re.search(r"AllNodesScan|UnboundedScan|DirectedAllRelationshipsScan", plan):
            wrong.append(place)
    assert wrong == []


def _plan(tx: object, text: str) -> str:
    names = set(re.findall(r"\$(\w+)", text))
    summary = tx.run("EXPLAIN " + text, dict.fromkeys(names)).consume()  # type: ignore[attr-defined]
    return str(summary.plan)
