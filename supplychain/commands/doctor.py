"""``supplychain doctor``: what is wrong with this installation, and how to mend it."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict

import click

from supplychain.config import settings
from supplychain.doctor.checks import check_all
from supplychain.doctor.files import delete_leftovers
from supplychain.doctor.findings import FAIL, Finding


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of lines.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, help="Where the portal is.")
@click.option(
    "--delete-leftovers", "deletes", is_flag=True, help="Delete halves of files; nothing else."
)
def command(*, as_json: bool, port: int, deletes: bool) -> None:
    """Check this installation. Exit code 0: it works, 1: something fails, 2: wrong usage."""
    if deletes:
        click.echo(f"{delete_leftovers(settings())} deleted")
        return
    findings = []
    for finding in check_all(port):
        findings.append(finding)
        if not as_json:
            _print_finding(finding)
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings], indent=2))
    sys.stdout.flush()
    # A check that hangs is left behind in its thread: nothing waits for its connections.
    os._exit(1 if any(finding.state == FAIL for finding in findings) else 0)


def _print_finding(finding: Finding) -> None:
    click.echo(f"{finding.state:<5} {finding.check:<12} {finding.says}")
    if finding.mend:
        click.echo(f"{'':<18} -> {finding.mend}")
