"""The program's own source, parsed."""

from __future__ import annotations

import ast
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "supplychain"


@lru_cache(maxsize=1)
def modules() -> dict[str, ast.Module]:
    """Path below the package (``graph/bids.py``) to its syntax tree."""
    return {
        path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(PACKAGE.rglob("*.py"))
    }


def layer(path: str) -> str:
    """The folder (or file, at the top) that a module belongs to."""
    head = path.split("/")[0]
    return head.removesuffix(".py")


def imported(tree: ast.Module) -> set[str]:
    """Dotted names of all modules a file imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def constants(tree: ast.Module) -> dict[str, str]:
    """Upper-case text constants at the top of a module."""
    found: dict[str, str] = {}
    for node in tree.body:
        target = node.targets[0] if isinstance(node, ast.Assign) else None
        if isinstance(node, ast.AnnAssign):
            target = node.target
        value = getattr(node, "value", None)
        text = value.value if isinstance(value, ast.Constant) else None
        if isinstance(target, ast.Name) and target.id.isupper() and isinstance(text, str):
            found[target.id] = text
    return found
