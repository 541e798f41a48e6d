"""``supplychain audit``: whether the record of events is as it was written."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

import click

from supplychain.actions import audit
from supplychain.config import add_kept_key, audit_keys_file, new_audit_key, settings
from supplychain.errors import Conflict
from supplychain.graph.engine.driver import graph
from supplychain.model.ids import utc_now


@click.group()
def command() -> None:
    """Check the record of events, anchor it, change its key."""


@command.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of lines.")
def verify(*, as_json: bool) -> None:
    """Check every link of every chain; exit code 1 when one does not hold."""
    report = audit.verify(graph())
    if as_json:
        click.echo(json.dumps(asdict(report), indent=2))
    else:
        for link in report.broken:
            click.echo(f"BROKEN {link.ledger_id} {link.seq} {link.kind} {link.at}: {link.why}")
        click.echo(
            f"{report.links} links of {report.ledgers} chains, {report.anchors} anchors: "
            + (f"{len(report.broken)} broken" if report.broken else "all hold")
        )
        if report.unkeyed:
            click.echo(f"{report.unkeyed} links are of before there were keys.")
    sys.exit(1 if report.broken else 0)


@command.command()
def anchor() -> None:
    """Write the ends of all chains into today's file, if that is not done yet."""
    count = audit.anchor_heads(graph(), utc_now())
    folder = audit.anchors_folder(settings())
    click.echo(f"{count} chains anchored in {folder}" if count else f"{folder} is up to date")


@command.command("rotate-key")
def rotate_key() -> None:
    """Sign with a fresh key from the next start of each process on; the old ones still prove."""
    path = audit_keys_file(settings().data_dir)
    if not path.exists():
        raise Conflict("The keys come from SUPPLYCHAIN_AUDIT_KEYS: add one at its end.")
    fresh = new_audit_key()
    add_kept_key(path, fresh)
    click.echo(f"Key {fresh.partition(':')[0]} signs from the next start of each process on.")
