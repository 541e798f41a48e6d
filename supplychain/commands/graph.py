"""``supplychain graph``: run the graph of this machine."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import click

from supplychain import platforms
from supplychain.config import Settings, settings
from supplychain.graph.engine import neo4j_server, server

ENGINES: Final = ("embedded", "neo4j")


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="0: the last one, or free.")
@click.option("--heap", default=server.HEAP, show_default=True, help="Memory of its heap.")
@click.option(
    "--engine",
    type=click.Choice(ENGINES),
    envvar="SUPPLYCHAIN_LOCAL_GRAPH",
    help="Unset: what the data folder was begun with; else the embedded one where it runs.",
)
def command(port: int, heap: str, engine: str | None) -> None:
    """Run the graph of this machine on loopback until Ctrl-C."""
    config = settings()
    if (engine or choose_engine(config.data_dir / "graph")) == "embedded":
        server.serve_graph(config, port=port, heap=heap)
    else:
        neo4j_server.serve_neo4j(config, port=port, heap=heap)


def choose_engine(folder: Path) -> str:
    """The engine of a graph's folder: what is named, it was begun with, or runs here."""
    named = os.environ.get("SUPPLYCHAIN_LOCAL_GRAPH", "")
    if named in ENGINES:
        return named
    if (folder / neo4j_server.DATA_FOLDER).is_dir():
        return "neo4j"
    if (folder / "engine").is_dir() or platforms.is_embedded_installed():
        return "embedded"
    return "embedded" if platforms.has_embedded_graph() else "neo4j"


def prepare_graph(config: Settings) -> None:
    """Fetch what the graph of this machine needs, which may take longer than its start.

    Raises:
        Conflict: it cannot be fetched.
    """
    if choose_engine(config.data_dir / "graph") == "neo4j":
        neo4j_server.fetch_jars(neo4j_server.find_jars(config.data_dir))
