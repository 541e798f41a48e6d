"""``supplychain audit``: whether the record of events is as it was written."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Final, TextIO

import click

from supplychain.actions import archive, audit, keys, logbook
from supplychain.config import Keyring, settings
from supplychain.graph.engine.driver import graph
from supplychain.model.ids import utc_now
from supplychain.model.logbook import LogChoice

SHOWN_FACTS: Final = ("reason", "route", "network", "count", "role")
"""Facts of the installation's own chain that say nothing of anybody's trade."""


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
@click.option("--kind", default="", help="Only this group: sign_in, rights, refusal, trade, …")
@click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), help="This day and later.")
@click.option("--to", "last", type=click.DateTime(["%Y-%m-%d"]), help="This day and earlier.")
@click.option("--before", type=click.IntRange(min=1), help="Only what stands before this number.")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print lines of JSON.")
def show(
    *,
    kind: str,
    first: datetime | None,
    last: datetime | None,
    before: int | None,
    limit: int,
    as_json: bool,
) -> None:
    """Print the installation's own chain, newest first: sign-ins and refusals of no firm.

    Days are by UTC. What belongs to a firm stands in the log of the firm, which it reads itself.
    """
    choice = LogChoice(kind=kind, first=first and first.date(), last=last and last.date())
    page = logbook.list_installation(graph(), choice, before=before, limit=limit)
    for entry in page.entries:
        facts = {name: entry.facts[name] for name in SHOWN_FACTS if name in entry.facts}
        if as_json:
            click.echo(json.dumps({**asdict(entry), "facts": facts}, ensure_ascii=False))
        else:
            words = " ".join(f"{name}={value}" for name, value in facts.items())
            line = (entry.sequence, entry.at, entry.kind, entry.about_kind, entry.about_id, words)
            click.echo(" ".join(map(str, line)).rstrip())
    if page.before is not None:
        click.echo(f"Older ones: --before {page.before}", err=True)


@command.command()
@click.argument("file", type=click.File(encoding="utf-8"))
def check(file: TextIO) -> None:
    """Check FILE, a log that a firm downloaded with its signatures; exit code 1 when it is wrong.

    "-" reads from the standard input.
    """
    report = logbook.check_lines(file)
    for sequence, why in report.wrong:
        click.echo(f"WRONG {sequence}: {why}")
    click.echo(
        f"{report.lines} lines, {report.gaps} gaps between them: "
        + (f"{len(report.wrong)} wrong" if report.wrong else "all are as they were signed")
    )
    sys.exit(1 if report.wrong else 0)


@command.command()
def anchor() -> None:
    """Write the ends of all chains into today's file, if that is not done yet."""
    count = audit.anchor_heads(graph(), utc_now())
    folder = audit.anchors_folder(settings())
    click.echo(f"{count} chains anchored in {folder}" if count else f"{folder} is up to date")


@command.command("archive")
def archive_old() -> None:
    """Move events that are older than the setting into the archive now, and say what lies there."""
    moved = 0
    while part := archive.move_old(graph(), utc_now(), slack=timedelta()):
        moved += part
    count, files = archive.count_archived()
    folder = archive.archive_folder()
    click.echo(f"{moved} events moved; {count} lie in {files} files in {folder}")


@command.command("rotate-key")
def rotate_key() -> None:
    """Sign with a fresh key from the next start of each process on; the old ones still prove."""
    key_id = keys.rotate_key(Keyring.AUDIT)
    click.echo(f"Key {key_id} signs from the next start of each process on.")
