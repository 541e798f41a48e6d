"""``supplychain migrate``: bring the graph's schema up to date."""

import click

from supplychain.actions import delivery_claims
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.migrate import migrate


@click.command()
def command() -> None:
    """Apply the schema migrations that this graph does not have yet."""
    done = migrate(graph())
    for step in done:
        click.echo(f"V{step.version:04d} {step.name}")
    if any(step.name == "delivery_claims" for step in done):
        count = delivery_claims.adopt_old_lines(graph())
        if count:
            click.echo(f"{count} deliveries that firms imported wait for their suppliers' answers.")
    click.echo("The schema is up to date.")
