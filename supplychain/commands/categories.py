"""``supplychain categories``: what stands beside the tree, and what is carried over to it."""

from __future__ import annotations

import click

from supplychain.actions.categories import settling
from supplychain.actions.categories.carrying import plan_carrying, tell_carried
from supplychain.actions.verification import AT_MACHINE
from supplychain.graph.engine.driver import graph


@click.group()
def command() -> None:
    """List categories beside the tree, say which node one is, and carry old words over."""


@command.command("list")
def list_free() -> None:
    """List what firms proposed and what came by import, with how many firms make each."""
    for one in settling.list_free(graph(), by=AT_MACHINE):
        stands = f"is {one.same_as}" if one.same_as else one.state or "imported"
        click.echo(f"{one.id}  {stands}  firms: {one.makers}")


@command.command("settle")
@click.argument("category")
@click.option("--same-as", default="", help="The node that it is; without it, it is kept.")
def settle(category: str, same_as: str) -> None:
    """Keep a category beside the tree, or carry all of it over to a node."""
    settling.settle_category(graph(), category.strip().lower(), same_as=same_as, by=AT_MACHINE)
    click.echo("Done.")


@command.command("carry")
@click.option("--yes", is_flag=True, help="Do it; without this only what would be done is said.")
def carry(*, yes: bool) -> None:
    """Carry words over to the nodes that they name; may be broken off and run again."""
    if yes:
        tell_carried(graph(), click.echo)
        return
    plan = plan_carrying(graph())
    for word, node in plan.carried:
        click.echo(f"{word} -> {node}")
    click.echo(f"{len(plan.carried)} would be carried over.")
    click.echo(f"{len(plan.left)} stand beside the tree.")
