"""``supplychain firm``: who firms are, for who runs the installation."""

from __future__ import annotations

import click

from supplychain.actions import merging, verification
from supplychain.actions.people import claims
from supplychain.config import settings
from supplychain.errors import Conflict
from supplychain.graph.engine.driver import graph
from supplychain.model.people.colleagues import CLAIM_DAYS
from supplychain.model.verification import FILTERS, WatchedFirm

SHOWN_FIRMS = 200


@click.group()
def command() -> None:
    """List, verify and suspend firms, and invite the first user of one."""


@command.command("list")
@click.option("--mark", type=click.Choice(FILTERS[1:]), default=None, help="Only those with it.")
@click.option("--text", default="", help="Part of the name, or the whole id.")
def list_firms(mark: str | None, text: str) -> None:
    """List firms with their marks, at most 200."""
    watched = verification.watch_firms(
        graph(), by=verification.AT_MACHINE, mark=mark or "", text=text, limit=SHOWN_FIRMS
    )
    for firm in watched:
        click.echo(f"{firm.id}  {firm.name}  {', '.join(_list_marks(firm))}")
    if len(watched) == SHOWN_FIRMS:
        click.echo("There may be more: narrow the list with --text or --mark.")


def _list_marks(firm: WatchedFirm) -> list[str]:
    mark = firm.verification
    vouched = f"vouched for by {mark.verifier}"
    marks = [{"operator": "verified", "vouched": vouched}.get(mark.state, "not verified")]
    marks += [f"looks like {mark.alike} ({mark.alike_id})"] if mark.alike else []
    marks += ["registration number of another"] if mark.shares_number else []
    marks += ["unclaimed"] if mark.is_unclaimed else []
    return marks + (["suspended"] if mark.suspended_at else [])


@command.command()
@click.argument("firm_ids", nargs=-1)
@click.option("--all-imported", is_flag=True, help="All that were imported at this machine.")
def verify(firm_ids: tuple[str, ...], *, all_imported: bool) -> None:
    """Note that these firms are who they say."""
    if bool(firm_ids) == all_imported:
        raise click.UsageError("Say the ids of firms, or --all-imported.")
    if all_imported:
        count = verification.verify_imported(graph(), by=verification.AT_MACHINE)
        click.echo(f"{count} firms are verified.")
    for firm_id in firm_ids:
        try:
            verification.verify_firm(graph(), firm_id, by=verification.AT_MACHINE)
        except Conflict as already:
            click.echo(f"{firm_id}: {already.text}")
        else:
            click.echo(f"{firm_id} is verified.")


@command.command()
@click.argument("firm_id")
def unverify(firm_id: str) -> None:
    """Take a verification back, and all that the firm vouched for."""
    verification.take_back_verification(graph(), firm_id, by=verification.AT_MACHINE)
    click.echo("It is verified no more.")


@command.command()
@click.argument("firm_id")
@click.option("--reason", required=True, help="The people of the firm read it.")
def suspend(firm_id: str, reason: str) -> None:
    """Keep a firm out until you let it in again."""
    verification.suspend_firm(graph(), firm_id, reason, by=verification.AT_MACHINE)
    click.echo("It is suspended. Its people are signed out and told why.")


@command.command()
@click.argument("firm_id")
def resume(firm_id: str) -> None:
    """End a suspension."""
    verification.end_suspension(graph(), firm_id, by=verification.AT_MACHINE)
    click.echo("The suspension has ended.")


@command.command("take-in")
@click.argument("firm_id")
@click.argument("twin_id")
def take_in(firm_id: str, twin_id: str) -> None:
    """Take TWIN_ID, a firm that stands here twice, into FIRM_ID, for good."""
    confirmed = click.prompt("There is no way back. Type the id of the twin that goes once more")
    merging.take_in_twin(
        graph(),
        keep_id=firm_id,
        drop_id=twin_id,
        confirmed=confirmed,
        by=verification.AT_MACHINE,
    )
    click.echo("The two firms are one now.")


@command.command()
@click.argument("firm_id")
@click.option("--email", required=True, help="Of somebody who works for the firm.")
def invite(firm_id: str, email: str) -> None:
    """Print the link by which somebody becomes the owner of an unclaimed firm."""
    _, secret = claims.invite_first_user(graph(), firm_id, email=email, by=verification.AT_MACHINE)
    base = settings().public_url or "<address of the portal>"
    click.echo(f"{base}/join/{secret}")
    click.echo(f"It works once and ends after {CLAIM_DAYS} days.")
