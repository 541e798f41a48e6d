"""``supplychain user``: accounts, for who runs the installation."""

from __future__ import annotations

import secrets

import click

from supplychain.actions import keys
from supplychain.actions.people import accounts, resets, second_factors
from supplychain.config import Keyring, settings
from supplychain.graph.engine.driver import graph
from supplychain.model.people.actors import ROLES


@click.group()
def command() -> None:
    """Add a user, or help one who cannot sign in."""


@command.command()
@click.argument("email")
@click.option("--name", required=True, help="Of the person.")
@click.option("--firm", "firm_id", default="", help="Id of the firm that the user works for.")
@click.option("--role", type=click.Choice(ROLES), default="owner", show_default=True)
@click.option("--operator", is_flag=True, help="Runs the installation, works for no firm.")
def add(email: str, name: str, firm_id: str, role: str, *, operator: bool) -> None:
    """Add a user, and print the link by which the password is chosen."""
    if bool(firm_id) == operator:
        raise click.UsageError("Say --firm ID, or --operator.")
    accounts.add_user(
        graph(),
        email=email,
        password=secrets.token_urlsafe(32),
        name=name,
        firm_id=firm_id,
        role=role,
        operator=operator,
    )
    _print_link(email)


@command.command()
@click.argument("email")
def reset(email: str) -> None:
    """Print a link by which the user with this address sets a new password."""
    _print_link(email)


@command.command("end-second-step")
@click.argument("email")
def end_second_step(email: str) -> None:
    """End the second step at signing in of a user who lost phone and recovery codes."""
    second_factors.end_by_operator(graph(), email)
    click.echo("Ended. The user signs in by password, and is told on the firm's home page.")


@command.command("rotate-key")
def rotate_key() -> None:
    """Encrypt what phones make codes from with a fresh key from the next start of each process on.

    Whoever set up a phone before keeps it: the old keys still open.
    """
    key_id = keys.rotate_key(Keyring.FACTOR)
    click.echo(f"Key {key_id} encrypts from the next start of each process on.")
    click.echo("Copy the file of keys to a safe place that is not the backup of the graph.")


def _print_link(email: str) -> None:
    secret = resets.make_reset_by_operator(graph(), email)
    base = settings().public_url or "<address of the portal>"
    click.echo(f"{base}/reset/{secret}")
    click.echo(f"It lives {resets.RESET_HOURS} hours and works once.")
