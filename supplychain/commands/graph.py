"""``supplychain graph``: run the graph of this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from supplychain import platforms
from supplychain.config import settings
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
    """The engine of a graph's folder: what it was begun with, else what runs here."""
    if (folder / neo4j_server.DATA_FOLDER).is_dir():
        return "neo4j"
    if (folder / "engine").is_dir() or platforms.is_embedded_installed():
        return "embedded"
    return "embedded" if platforms.has_embedded_graph() else "neo4j"
