"""``supplychain restore``: put a backup back."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from supplychain.actions.backups.restoring import (
    count_target,
    list_missing_keys,
    open_source,
    restore,
)
from supplychain.actions.backups.taking import name_graph
from supplychain.actions.categories.carrying import tell_carried
from supplychain.actions.delivery_claims import adopt_old_lines
from supplychain.commands.verify import print_findings
from supplychain.config import settings
from supplychain.graph.engine.driver import graph


@click.command()
@click.argument("source", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--replace", "replaces", is_flag=True, help="Delete what is in the graph first.")
@click.option("--confirm", default="", help="With --replace: the answer to its question.")
def command(source: Path, *, replaces: bool, confirm: str) -> None:
    """Put the backup in the folder SOURCE back into an empty graph.

    Every byte of it is checked before anything is written. Nobody else writes until it is done;
    if it is broken off, run it again: it goes on where it stopped.
    """
    checked = open_source(source.resolve())
    manifest = checked.manifest
    click.echo(f"Backup of {manifest.made_at}: {manifest.nodes} nodes, all of its bytes hold.")
    if not checked.is_signed_here:
        click.echo("The key that signed it is not here: put audit_keys back to prove its origin.")
    for key in list_missing_keys(manifest):
        click.echo(f"NOT HERE: key {key}. Put it back from where keys are kept.")
    driver = graph()
    if replaces:
        confirm_replacing(count_target(driver), confirm)
    restored = restore(driver, checked, replaces=replaces, say=click.echo)
    if "delivery_claims" in restored.steps:
        adopt_old_lines(driver)
    tell_carried(driver, click.echo)
    print_findings(restored.findings)
    click.echo(f"Restored as of {manifest.made_at}. What was written after that is not there.")
    sys.exit(1 if restored.findings.wrong else 0)


def confirm_replacing(nodes: int, confirm: str) -> None:
    """Let nobody delete a graph who does not say which."""
    name = name_graph(settings())
    click.echo(f"This deletes all {nodes} nodes of the graph {name}.")
    wanted = f"replace {nodes}"
    answer = confirm or click.prompt(f'Type "{wanted}" to go on', default="", show_default=False)
    if answer != wanted:
        raise click.ClickException(f'Nothing was changed: the answer was not "{wanted}".')
