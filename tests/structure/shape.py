"""The shape of the package in figures: what ``scripts/shape`` prints and structural tests hold."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from tests.structure.sources import PACKAGE, imported, modules

BANNED_NAMES = frozenset(
    {"asked", "told", "known", "found", "given", "place", "data", "info", "obj"}
)
"""Words of a private dialect, or of nothing at all: no parameter and no attribute is called so."""

FRAMEWORK_METHODS = frozenset(
    {"_serialize", "_deserialize", "_validated", "_jsonschema_type_mapping"}
)
"""Methods that marshmallow calls by name, with names of parameters that are its own."""

KOMBU_CHANNEL = "tasks/broker.py"
"""The file whose ``_put``, ``_get`` and ``_lookup`` are kombu's names for its own methods."""

UNITS = frozenset(
    """
    S MS MINUTES HOURS DAYS WEEKS MONTHS YEARS CHARS BYTES KB MB GB MM KM KG E4 PERCENT PX
    ROWS COLUMNS CELLS LINES FIRMS SUPPLIERS PARTS BIDS TIERS RULES BUNDLES ORDERS SHARES PIECES
    TERMS LISTS ITEMS NAMES DELIVERIES FILES SHEETS WORDS LINKS POINTS STEPS LEVELS NODES EDGES
    ROUNDS TRIES PASSES RESTARTS SWEEPS WORKERS PORTS TASKS KEYS TOKENS ALLOCATIONS BATCHES EVENTS
    NUMBER
    SHARE RATIO FACTOR STEP TOLERANCE GAP PROBABILITY SCORE WEIGHT RATE EXPONENT DECIMALS DIGITS
    DEGREES UNKNOWN INFINITY
    ACCOUNTS CLAIMS MARKS CHAINS CLUSTERS CAPABILITIES POSTINGS COLLEAGUES UNITS AMOUNT MODULES
    MAILS BUCKETS
    """.split()  # noqa: SIM905 - easier to read and to add to
)
"""The last word of a constant that is a number: what it counts, or that it has no dimension."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Figures of the package; ``docs/architecture.md`` keeps them."""

    files: int
    lines: int
    circles: list[list[str]]
    untyped_a_thousand_lines: float
    one_word_share: float
    repeated_classes: list[str]


def measure() -> Shape:
    """The figures of the package as it stands."""
    functions = [name for _, name in function_names()]
    one_word = [name for name in functions if is_one_word(name)]
    untyped, typed_lines = 0, 0
    for path, text in _texts():
        if not path.startswith(("graph/", "web/schemas/")):
            untyped += text.count("dict[str, Any]")
            typed_lines += text.count("\n")
    return Shape(
        files=len(modules()),
        lines=sum(text.count("\n") for _, text in _texts()),
        circles=import_circles(),
        untyped_a_thousand_lines=1000 * untyped / typed_lines,
        one_word_share=len(one_word) / len(functions),
        repeated_classes=repeated_classes(),
    )


def folders() -> dict[str, tuple[int, int]]:
    """Folder below the package to its loose files and their lines, ``__init__`` left out."""
    counts: dict[str, tuple[int, int]] = {}
    for path, text in _texts():
        if not path.endswith("__init__.py"):
            folder = path.rpartition("/")[0] or "."
            files, lines = counts.get(folder, (0, 0))
            counts[folder] = (files + 1, lines + text.count("\n"))
    return counts


def _texts() -> Iterator[tuple[str, str]]:
    for path in modules():
        yield path, (PACKAGE / path).read_text(encoding="utf-8")


def function_names() -> Iterator[tuple[str, str]]:
    """(path:line, name) of every function, those of Python's own protocols left out."""
    for path, tree in modules().items():
        for node in ast.walk(tree):
            named = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            if named and not node.name.startswith("__"):
                yield f"{path}:{node.lineno}", node.name


def is_one_word(name: str) -> bool:
    """Whether a function's name has one word only, leading underscores aside."""
    return "_" not in name.strip("_")


def repeated_classes() -> list[str]:
    """Names that two classes or more share."""
    names = Counter(
        node.name
        for tree in modules().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    )
    return sorted(name for name, count in names.items() if count > 1)


def banned_names() -> list[str]:
    """Parameters and attributes that are called by a banned word."""
    return [
        f"{path}:{line} {name}"
        for path, tree in modules().items()
        for line, name in _parameters_and_attributes(tree)
        if name in BANNED_NAMES
    ]


def _parameters_and_attributes(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            if getattr(node, "name", "") in FRAMEWORK_METHODS:
                continue
            arguments = node.args
            for one in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]:
                yield one.lineno, one.arg
            for star in (arguments.vararg, arguments.kwarg):
                if star is not None:
                    yield star.lineno, star.arg
        elif isinstance(node, ast.ClassDef):
            for line in node.body:
                if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name):
                    yield line.lineno, line.target.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.attr


def unitless_constants() -> list[str]:
    """Constants at the top of a module that are numbers and do not end in a unit."""
    wrong = []
    for path, tree in modules().items():
        for node in tree.body:
            target = node.targets[0] if isinstance(node, ast.Assign) else None
            if isinstance(node, ast.AnnAssign):
                target = node.target
            if (
                isinstance(target, ast.Name)
                and re.fullmatch(r"_?[A-Z][A-Z0-9_]*", target.id)
                and _is_number(node.value)
                and target.id.rpartition("_")[2] not in UNITS
            ):
                wrong.append(f"{path}:{node.lineno} {target.id}")
    return wrong


def _is_number(value: ast.expr | None) -> bool:
    """Whether an expression is made of numbers alone."""
    match value:
        case ast.Constant(value=bool()):
            return False
        case ast.Constant(value=int() | float()):
            return True
        case ast.UnaryOp(operand=operand):
            return _is_number(operand)
        case ast.BinOp(left=left, right=right):
            return _is_number(left) and _is_number(right)
        case ast.Call(func=ast.Name(id="Decimal")):
            return True
        case _:
            return False


def one_word_helpers() -> list[str]:
    """Private functions without a verb and an object."""
    return [
        f"{line} {name}"
        for line, name in function_names()
        if name.startswith("_")
        and is_one_word(name)
        and name not in FRAMEWORK_METHODS
        and not (line.startswith(KOMBU_CHANNEL) and name in ("_put", "_get", "_lookup"))
    ]


def import_circles() -> list[list[str]]:
    """Groups of modules that import one another, wherever in a file the import stands."""
    names = {_dotted(path): path for path in modules()}
    arrows = {
        name: {_module_of(one, names) for one in imported(modules()[path])} - {name, None}
        for name, path in names.items()
    }
    reach = {name: _reached(name, arrows) for name in arrows}
    circles = {
        frozenset(other for other in reach[name] if name in reach[other])
        for name in arrows
        if name in reach[name]
    }
    return sorted(sorted(circle) for circle in circles)


def _dotted(path: str) -> str:
    return "supplychain." + path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")


def _module_of(name: str, names: dict[str, str]) -> str | None:
    """The module of the package that an imported name is, or stands in."""
    if name in names:
        return name
    return None


def _reached(start: str, arrows: dict[str, set[str | None]]) -> set[str]:
    reached: set[str] = set()
    waiting = [start]
    while waiting:
        for other in arrows[waiting.pop()]:
            if other is not None and other not in reached:
                reached.add(other)
                waiting.append(other)
    return reached
