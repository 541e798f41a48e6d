"""``supplychain graph``: run the embedded graph."""

import click

from supplychain.config import settings
from supplychain.graph.engine import server


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="0: the last one, or free.")
@click.option("--heap", default=server.HEAP, show_default=True, help="Memory of its heap.")
@click.option(
    "--reset-password", is_flag=True, help="Make a fresh password, where the graph's own is lost."
)
def command(port: int, heap: str, *, reset_password: bool) -> None:
    """Run the embedded graph on loopback until Ctrl-C."""
    server.serve_graph(settings(), port=port, heap=heap, resets_password=reset_password)
