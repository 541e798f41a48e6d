"""``supplychain verify``: whether what must hold does."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click

from supplychain.actions.backups.checking import CheckFindings, check_graph, check_kept
from supplychain.actions.backups.restoring import open_source
from supplychain.graph.engine.driver import graph


@click.command()
@click.argument(
    "source", type=click.Path(exists=True, file_okay=False, path_type=Path), required=False
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of lines.")
def command(source: Path | None, *, as_json: bool) -> None:
    """Check the running graph, or the backup in the folder SOURCE; exit code 1 when one is wrong.

    Capacity taken against bookings and holds, order lines against shares, shipments and receipts,
    awards, numbers of bid receipts, capabilities against what their firms show to everybody, the
    record of events with its signatures, attachments; of a backup every byte, every digest, and
    that each relation has both ends.
    """
    if source is None:
        findings = check_graph(graph())
    else:
        checked = open_source(source.resolve())
        findings = check_kept(checked.folder, checked.manifest)
    if as_json:
        click.echo(json.dumps(asdict(findings), indent=2))
    else:
        print_findings(findings)
    sys.exit(1 if findings.wrong else 0)


def print_findings(findings: CheckFindings) -> None:
    """One line a check, and one for each fault that is named."""
    for verdict in findings.verdicts:
        state = "WRONG" if verdict.wrong else "OK"
        click.echo(
            f"{state:<6}{verdict.check:<20}{verdict.looked_at} checked, {verdict.wrong} wrong"
        )
        for fault in verdict.faults:
            click.echo(f"      {fault}")
    if findings.unchecked:
        click.echo(f"{findings.unchecked} events are signed with keys that are not here.")
