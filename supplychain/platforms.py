"""Where the embedded graph runs, and what stands in for it elsewhere.

Imports nothing but Python's own, for ``scripts/environment`` runs it before anything is installed:
``python supplychain/platforms.py`` prints what is used here, and exits with 1 where nothing can be.
"""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
import subprocess
import sys
from typing import Final

WHEELS: Final = {
    ("Linux", "x86_64"): "glibc",
    ("Darwin", "arm64"): "",
    ("Windows", "AMD64"): "",
}
"""System and machine of the engine's wheels on PyPI, and the C library they need."""
EMBEDDED: Final = "arcadedb-embedded"
OLDEST_GLIBC: Final = (2, 34)
"""Its Linux wheel is a ``manylinux_2_34`` one."""
NEEDED_JAVA_NUMBER: Final = 17
"""Neo4j 5 runs on Java 17 and 21."""
JAVA_S: Final = 10.0


def has_embedded_graph(
    system: str | None = None,
    machine: str | None = None,
    libc: tuple[str, str] | None = None,
) -> bool:
    """Whether the embedded graph can be installed on a machine; unset, on this one.

    Args:
        system: as ``platform.system()`` says it: Linux, Darwin, Windows.
        machine: as ``platform.machine()`` says it.
        libc: name and version as ``platform.libc_ver()`` says them; musl has no name there.
    """
    needed = WHEELS.get((system or platform.system(), machine or platform.machine()))
    if needed is None or needed == "":
        return needed is not None
    name, version = libc or platform.libc_ver()
    numbers = tuple(int(part) for part in version.split(".")[:2] if part.isdigit())
    return name == needed and numbers >= OLDEST_GLIBC


def describe_machine() -> str:
    """This machine in words: ``Linux x86_64, glibc 2.36``."""
    libc = " ".join(part for part in platform.libc_ver() if part)
    return f"{platform.system()} {platform.machine()}" + (f", {libc}" if libc else "")


def is_embedded_installed() -> bool:
    """Whether the embedded graph is in this environment."""
    return importlib.util.find_spec("arcadedb_embedded") is not None


def find_java() -> int | None:
    """The major version of the Java of this machine; None where there is none."""
    java = shutil.which("java")
    if java is None:
        return None
    try:
        run = subprocess.run(  # noqa: S603 - the machine's own
            [java, "-version"], capture_output=True, text=True, timeout=JAVA_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return read_java_version(run.stderr)


def read_java_version(text: str) -> int | None:
    """17 of ``openjdk version "17.0.15"``, 8 of ``java version "1.8.0_392"``."""
    numbers = text.split('"')[1].split(".") if text.count('"') > 1 else []
    first = numbers[1] if numbers[:1] == ["1"] and len(numbers) > 1 else "".join(numbers[:1])
    digits = first.partition("-")[0]
    return int(digits) if digits.isdigit() else None


def can_start_neo4j() -> bool:
    """Whether a Neo4j can be fetched from Maven and started here."""
    java = find_java()
    return java is not None and java >= NEEDED_JAVA_NUMBER and shutil.which("mvn") is not None


def strip_lock(text: str) -> str:
    """A lock file without the embedded graph and what it alone needs.

    The markers in it leave the graph out by system and machine; a C library they cannot name.
    """
    blocks: list[list[str]] = []
    for line in text.splitlines(keepends=True):
        if not line.startswith((" ", "#")) or not blocks:
            blocks.append([])
        blocks[-1].append(line)
    gone = {EMBEDDED}
    while True:
        more = {
            _name_block(block) for block in blocks if (via := _list_users(block)) and via <= gone
        }
        if more <= gone:
            break
        gone |= more
    return "".join("".join(block) for block in blocks if _name_block(block) not in gone)


def _name_block(block: list[str]) -> str:
    return block[0].partition("==")[0].strip()


def _list_users(block: list[str]) -> set[str]:
    """Who needs a package, by the comments of its block."""
    comments = [line.strip().lstrip("# ") for line in block if line.strip().startswith("#")]
    words = " ".join(comments).removeprefix("via").split()
    return set(words)


def main(arguments: list[str]) -> int:
    """Say what is used here; 0: the embedded graph, 3: a Neo4j, 1: nothing can be.

    With the name of a lock file, print it without the embedded graph instead.
    """
    if arguments:
        with open(arguments[0], encoding="utf-8") as file:
            print(strip_lock(file.read()), end="")  # noqa: T201 - what the script says
        return 0
    if has_embedded_graph():
        return 0
    here = f"The embedded graph does not run here ({describe_machine()})."
    uri = os.environ.get("SUPPLYCHAIN_GRAPH_URI", "")
    if uri:
        print(f"{here} The Neo4j at {uri} is used.")  # noqa: T201 - what the script says
        return 3
    if can_start_neo4j():
        print(f"{here} A Neo4j is fetched from Maven and used instead.")  # noqa: T201
        return 3
    print(  # noqa: T201
        f"{here}\nInstall Java 17 or later and Maven, and a Neo4j is fetched and started instead; "
        "or name one:\n  SUPPLYCHAIN_GRAPH_URI=bolt://host:7687 SUPPLYCHAIN_GRAPH_PASSWORD=…",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
