"""``supplychain migrate``: bring the graph's schema up to date."""

import click

from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.migrate import migrate


@click.command()
def command() -> None:
    """Apply the schema migrations that this graph does not have yet."""
    done = migrate(graph())
    for step in done:
        click.echo(f"V{step.version:04d} {step.name}")
    click.echo("The schema is up to date.")
