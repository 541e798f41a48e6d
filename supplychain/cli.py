"""The ``supplychain`` command. Each sub-command is a file in ``supplychain/commands``.

A command is imported only when it is called, so that ``supplychain --help`` starts at once.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys

import click
from typing_extensions import override

from supplychain import commands, logs
from supplychain.config import settings
from supplychain.errors import Misconfigured, SupplyChainError


class CommandFolder(click.Group):
    """Finds ``name`` in ``supplychain/commands/name.py``, whose ``command`` it is."""

    @override
    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands."""
        return sorted(
            entry.name.replace("_", "-") for entry in pkgutil.iter_modules(commands.__path__)
        )

    @override
    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name."""
        if cmd_name not in self.list_commands(ctx):
            return None
        module = importlib.import_module(f"supplychain.commands.{cmd_name.replace('-', '_')}")
        return module.command


@click.command(cls=CommandFolder)
@click.version_option(package_name="supplychain")
def group() -> None:
    """Run and look after a supply-chain collaboration network."""


def main() -> None:
    """Entry point: our own refusals are one line on standard error and exit code 1."""
    try:
        logs.configure_logs(settings().log_format)
    except (OSError, ValueError, Misconfigured) as error:
        # The doctor says what is wrong and how to mend it; nothing else can run.
        if sys.argv[1:2] not in ([], ["doctor"], ["--help"], ["--version"]):
            click.echo(f"supplychain: The settings or the data folder: {error}", err=True)
            click.echo("How to mend it: supplychain doctor", err=True)
            sys.exit(1)
    try:
        group()
    except SupplyChainError as error:
        click.echo(f"supplychain: {error.text}", err=True)
        sys.exit(1)
