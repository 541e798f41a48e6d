"""The arrows: web, tasks, commands -> actions -> graph, matching -> model -> award -> errors."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.structure.sources import ROOT, imported, layer, modules

ALLOWED = {
    "errors": set(),
    "config": {"errors"},
    "award": {"errors"},
    "model": {"award", "errors"},
    "matching": {"model", "award", "errors"},
    "graph": {"model", "award", "matching", "errors", "config", "metrics", "trace", "platforms"},
    "actions": {
        "graph", "matching", "model", "award", "errors", "config", "metrics", "trace", "faults",
    },
    "tasks": {"actions", "graph", "model", "errors", "config", "trace"},
    "web": {
        "tasks", "actions", "graph", "matching", "model", "award", "errors", "config", "metrics",
        "trace", "faults",
    },
    "demo": {"actions", "graph", "model", "award", "errors", "config"},
    "commands": {
        "tasks", "actions", "graph", "matching", "model", "award", "errors", "config", "web",
        "demo", "logs", "metrics_folder", "doctor", "platforms",
    },
    "doctor": {"tasks", "actions", "graph", "model", "errors", "config", "platforms", "faults"},
    "platforms": set(),
    "logs": set(),
    "faults": {"config", "logs"},
    "metrics": {"metrics_folder"},
    "metrics_folder": set(),
    "trace": set(),
    "cli": {"commands", "config", "errors", "logs"},
    "__main__": {"cli"},
    "__init__": set(),
}  # fmt: skip
"""Which layers a layer may import, besides itself."""

WITH_IO = {
    "celery", "flask", "http", "neo4j", "os", "requests", "socket", "sqlite3", "subprocess",
    "threading", "urllib",
}  # fmt: skip

WITH_THREADS = "award/engines/"
"""Numbers are worked out on two cores only here: HiGHS proves while splits are searched for."""

WRITERS = {"write", "write_once"}


def test_every_import_follows_the_arrows() -> None:
    wrong = []
    for path, tree in modules().items():
        for name in imported(tree):
            parts = name.split(".")
            if parts[0] != "supplychain" or len(parts) < 2 or parts[1] == "__version__":
                continue
            own, other = layer(path), parts[1]
            if other != own and other not in ALLOWED[own]:
                wrong.append(f"{path} imports {name}")
    assert wrong == []


def test_rules_and_numbers_do_no_input_or_output() -> None:
    wrong = [
        f"{path} imports {name}"
        for path, tree in modules().items()
        if layer(path) in ("model", "matching", "award")
        for name in imported(tree)
        if name.split(".")[0] in WITH_IO
        and not (name == "threading" and path.startswith(WITH_THREADS))
    ]
    assert wrong == []


def test_the_web_never_writes_to_the_graph_itself() -> None:
    wrong = [
        path
        for path, tree in modules().items()
        if layer(path) == "web"
        for name in imported(tree)
        if name.startswith("supplychain.graph.engine.transactions.")
        and name.split(".")[-1] in WRITERS
    ]
    assert wrong == []


def test_only_the_graph_folder_and_type_hints_know_the_driver() -> None:
    wrong = [
        f"{path} imports {name}"
        for path, tree in modules().items()
        if layer(path) != "graph"
        for name in imported(tree)
        if name.split(".")[0] == "neo4j" and name not in ("neo4j", "neo4j.Driver")
    ]
    assert wrong == []


def test_nobody_uses_the_private_names_of_another_module() -> None:
    tests = {
        path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(Path(ROOT, "tests").rglob("*.py"))
    }
    wrong = [
        f"{path} imports {name}"
        for path, tree in {**modules(), **tests}.items()
        for name in imported(tree)
        if name.split(".")[0] in ("supplychain", "tests") and _is_private(name.split(".")[-1])
    ]
    assert wrong == []


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")
