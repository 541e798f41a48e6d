"""``supplychain migrate``: bring the graph's schema up to date."""

import click

from supplychain.actions import delivery_claims
from supplychain.actions.categories.carrying import tell_carried
from supplychain.config import settings
from supplychain.graph.engine import installation
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.migrate import migrate
from supplychain.graph.engine.schema import read_schema


@click.command()
@click.option("--adopt", is_flag=True, help="This data folder belongs to this graph from now on.")
def command(*, adopt: bool) -> None:
    """Apply what this graph's schema lacks, and make anew what was dropped of it.

    It says who it waits for, may be killed at any time, and then goes on where it stopped.
    """
    done = migrate(graph(), click.echo)
    if adopt:
        installation.adopt(graph(), settings())
    else:
        installation.mark_installation(graph(), settings())
    if any(step.name == "delivery_claims" for step in done):
        count = delivery_claims.adopt_old_lines(graph())
        if count:
            click.echo(f"{count} deliveries that firms imported wait for their suppliers' answers.")
    tell_carried(graph(), click.echo)
    schema = read_schema(graph())
    if schema.newer:
        newest = schema.newer[-1]
        click.echo(f"The schema is of a newer program (V{newest:04d}); this one works beside it.")
    else:
        click.echo("The schema is up to date.")
