"""A Neo4j of this machine's own, where the embedded graph does not run.

Its jars come from Maven once; then it is the graph of the data folder as the embedded one is: on
loopback, with a random password, its address in ``data/graph/bolt.json``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

from supplychain import platforms
from supplychain.config import Settings
from supplychain.errors import Conflict
from supplychain.graph.engine.driver import bolt_file
from supplychain.graph.engine.server import choose_address, keep_address

SOURCES: Final = Path(__file__).parent / "neo4j"
OPENS: Final = [
    f"--add-opens=java.base/{name}=ALL-UNNAMED" for name in ("java.nio", "java.io", "sun.nio.ch")
]
DATA_FOLDER: Final = "neo4j"
"""Its files, in the folder ``graph`` of the data folder."""


def serve_neo4j(config: Settings, *, port: int, heap: str) -> None:
    """Become a Neo4j: the process is replaced by Java and ends on SIGTERM or Ctrl-C.

    Raises:
        Conflict: there is no Java 17, or no Maven to fetch the jars with.
    """
    java = platforms.find_java()
    if java is None or java < platforms.NEEDED_JAVA_NUMBER:
        raise Conflict(
            f"The embedded graph does not run here ({platforms.describe_machine()}). Install Java "
            "17 or later and Maven, and a Neo4j is started; or name one: SUPPLYCHAIN_GRAPH_URI"
        )
    jars = find_jars(config.data_dir)
    fetch_jars(jars)
    file = bolt_file(config)
    file.parent.mkdir(parents=True, exist_ok=True)
    bolt_port, password = choose_address(file, port)
    keep_address(file, port=bolt_port, password=password, user="neo4j")
    os.chdir(file.parent)
    command = server_command(jars, file.parent / DATA_FOLDER, bolt_port, heap=heap)
    environment = {**os.environ, "NEO4J_SERVER_PASSWORD": password}
    os.execvpe(command[0], command, environment)  # noqa: S606 - no shell is meant


def server_command(jars: Path, folder: Path, port: int, *, heap: str) -> list[str]:
    """What starts a server whose files are in a folder; it prints ``Graph ready`` in the end."""
    source = str(SOURCES / "Neo4jServer.java")
    java = ["java", f"-Xmx{heap}", *OPENS, "-cp", f"{jars}/*"]
    return [*java, source, str(folder), str(port)]


def find_jars(data_dir: Path) -> Path:
    """Where the jars are kept: in ``build`` of a checkout, else in the data folder."""
    root = Path(__file__).resolve().parents[3]
    checkout = (root / "pyproject.toml").exists()
    return (root / "build" if checkout else data_dir / "graph") / "neo4j" / "lib"


def fetch_jars(jars: Path) -> None:
    """Fetch the jars with Maven, once.

    Raises:
        Conflict: there is no Maven, or it could not fetch them.
    """
    done = jars.parent / "complete"
    if done.exists():
        return
    maven = shutil.which("mvn")
    if maven is None:
        raise Conflict("Maven is needed to fetch Neo4j: apt install maven")
    print("Fetching Neo4j from Maven (123 MB, about a minute, once)", flush=True)  # noqa: T201
    goal = ["dependency:copy-dependencies", f"-DoutputDirectory={jars}"]
    command = [maven, "-q", "-B", "-f", str(SOURCES / "pom.xml"), *goal]
    if subprocess.run(command, check=False).returncode != 0:  # noqa: S603 - the machine's own
        raise Conflict("Maven could not fetch Neo4j. Its words stand above; then try again.")
    done.touch()
