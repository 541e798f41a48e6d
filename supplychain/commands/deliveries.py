"""``supplychain deliveries``: imports of deliveries, and taking one back."""

from __future__ import annotations

import click

from supplychain.actions import delivery_claims
from supplychain.actions.imports.ledger import OPERATOR
from supplychain.graph.delivery_batches import list_every
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.transactions import read

USUAL_BATCHES = 50


@click.group()
def command() -> None:
    """List the imports of deliveries, take one back."""


@command.command("list")
@click.option("--limit", default=USUAL_BATCHES, show_default=True, type=click.IntRange(1, 10_000))
def list_batches(limit: int) -> None:
    """Imports of deliveries, newest first: id, when, who, state, lines written, file."""
    for firm, batch, state, written in read(graph(), list_every, limit=limit):
        who = f"{firm} ({batch.firm_id})" if batch.firm_id else "operator"
        click.echo(f"{batch.id}  {batch.at[:16]}  {who}  {state}  {written}  {batch.name}")


@command.command()
@click.argument("batch")
def undo(batch: str) -> None:
    """Take back all deliveries of BATCH: new ones go, changed ones are as they were before."""
    done = delivery_claims.undo_batch(graph(), batch, by=OPERATOR)
    if done.state != "undone":
        click.echo("The import is large; what is left is undone by the worker's next sweeps.")
    else:
        click.echo(f"{done.written} lines are taken back; firms, parts and prices stay.")
