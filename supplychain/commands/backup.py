"""``supplychain backup``: copy the installation while it runs."""

from __future__ import annotations

from pathlib import Path

import click

from supplychain.actions.backups.taking import take_backup, thin_backups
from supplychain.graph.engine.driver import graph
from supplychain.model.backups.manifest import Manifest


@click.command()
@click.argument("target", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--with-keys",
    "keys_dir",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write the keys into this folder, apart from the backup. Without, they are left out.",
)
@click.option(
    "--keep",
    type=click.IntRange(min=1),
    help="Afterwards keep so many backups, the newest, and delete older ones.",
)
@click.option(
    "--keep-days",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="With --keep: of so many days the last backup stays, too.",
)
def command(target: Path, *, keys_dir: Path | None, keep: int | None, keep_days: int) -> None:
    """Back up graph and files into a new folder below TARGET, while the installation runs.

    Writes wait for as long as the graph is read; what reads does not. The folder of the backup is
    printed last.
    """
    manifest, folder = take_backup(graph(), target, say=_print_progress, keys_dir=keys_dir)
    print_keys(manifest)
    click.echo(
        f"{manifest.nodes} nodes, {manifest.relations} relations, {manifest.files} files, "
        f"schema V{manifest.schema_number:04d}, {manifest.made_at}",
        err=True,
    )
    if keep is not None:
        for gone in thin_backups(target.resolve(), keep_newest=keep, keep_days=keep_days):
            click.echo(f"Deleted: {gone.name}", err=True)
    click.echo(folder)


def _print_progress(text: str) -> None:
    click.echo(text, err=True)


def print_keys(manifest: Manifest) -> None:
    """Say which keys there are, and that they are not in the backup."""
    for state in manifest.keys:
        where = "in its file" if state.is_there else "from its setting"
        kept = "written apart" if state.is_included else "NOT in this backup: keep it apart"
        click.echo(f"Key {state.file} ({where}): {', '.join(state.keys)} - {kept}", err=True)
