"""``supplychain move``: carry the installation to another graph."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from supplychain.actions.backups.moving import EMBEDDED, GraphAddress, move, use_graph
from supplychain.actions.backups.pausing import undo_move
from supplychain.actions.backups.restoring import count_target
from supplychain.commands.restore import confirm_replacing
from supplychain.commands.verify import print_findings
from supplychain.graph.engine.driver import graph


@click.command()
@click.option(
    "--to", "uri", help=f'Address of the other graph, bolt://… or neo4j://…, or "{EMBEDDED}".'
)
@click.option("--user", default="neo4j", show_default=True)
@click.option(
    "--password-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file with the password of the other graph; without, it is asked for.",
)
@click.option("--database", default="neo4j", show_default=True)
@click.option(
    "--replace", "replaces", is_flag=True, help="Delete what is in the other graph first."
)
@click.option("--confirm", default="", help="With --replace: the answer to its question.")
@click.option("--undo", is_flag=True, help="Let the graph that was left be written again.")
def command(
    *,
    uri: str | None,
    user: str,
    password_file: Path | None,
    database: str,
    replaces: bool,
    confirm: str,
    undo: bool,
) -> None:
    """Carry everything from the graph of this installation into another one, and compare them.

    Reads go on meanwhile. Nobody writes into the old graph any more: set the settings that are
    printed and restart all processes, or take it back with --undo.
    """
    if undo:
        is_open = undo_move(graph())
        click.echo("It is written again." if is_open else "This graph was not left for another.")
        return
    if uri is None:
        raise click.UsageError("Name the other graph: --to")
    target = GraphAddress(
        uri=uri, user=user, password=_read_password(uri, password_file), database=database
    )
    if replaces:
        with use_graph(target):
            confirm_replacing(count_target(graph()), confirm)
    restored = move(target, replaces=replaces, say=click.echo)
    print_findings(restored.findings)
    click.echo("Moved. Set this for all processes and restart them:")
    for name, value in target.variables.items():
        shown = "the password" if name.endswith("PASSWORD") and value else value
        click.echo(f"  {name}={shown}" if shown else f"  {name} is not set any more")
    sys.exit(1 if restored.findings.wrong else 0)


def _read_password(uri: str, file: Path | None) -> str:
    if uri == EMBEDDED:
        return ""
    if file is not None:
        return file.read_text(encoding="utf-8").strip()
    return str(click.prompt("Password", hide_input=True, default="", show_default=False))
