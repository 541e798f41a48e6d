"""``supplychain match``: who can make it, ranked, with the reasons.

Either for a parts request of this installation, as a user of the buying firm sees it, or straight
from import tables in a folder, without any installation. Nothing is written.

Exit codes: 0 somebody can make it; 1 not found or refused; 2 bad files or options; 3 nobody can.
"""

from __future__ import annotations

import html
import json
import re
import sys
from datetime import datetime
from pathlib import Path
from typing import NoReturn

import click

from supplychain.actions.rankings.previews import preview, preview_line
from supplychain.actions.rankings.tables import (
    Tables,
    Wanted,
    days_of_tables,
    rank_tables,
    read_tables,
)
from supplychain.errors import Invalid, NotFound
from supplychain.graph import firms
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.transactions import read
from supplychain.graph.rankings.rankings import RankedLine
from supplychain.model.ids import utc_now
from supplychain.model.quantities import plain_number

BAD, NOBODY = 2, 3
ORDERS = {"cost-performance": "cost_performance", "expected-cost": "expected_cost"}
FOLDER = click.Path(exists=True, path_type=Path)
DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.argument("request", required=False)
@click.option("--as", "email", metavar="EMAIL", help="A user of the firm that asks.")
@click.option("--line", "number", type=click.IntRange(1), help="One line of the request.")
@click.option("--tables", type=FOLDER, help="Rank from import tables instead (docs/import.md).")
@click.option("--buyer", metavar="FIRM_ID", help="With --tables: whose past trade counts.")
@click.option("--part", metavar="PART_ID", help="With --tables.")
@click.option("--quantity", type=click.FloatRange(0, min_open=True), help="With --tables.")
@click.option("--need-by", type=DAY, help="With --tables: a day.")
@click.option("--currency", default="CNY", show_default=True, help="With --tables.")
@click.option("--certificate", multiple=True, help="With --tables; may be repeated.")
@click.option("--by", "order", type=click.Choice(list(ORDERS)), help="What to rank by.")
@click.option("--top", type=click.IntRange(1, 100), default=10, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="All of it as JSON, as the API tells it.")
def command(
    request: str | None, email: str | None, number: int | None, tables: Path | None,
    buyer: str | None, part: str | None, quantity: float | None, need_by: datetime | None,
    currency: str, certificate: tuple[str, ...], order: str | None, top: int, as_json: bool,
) -> None:  # fmt: skip
    """Rank the suppliers of REQUEST (its number or id), or of a part with --tables.

    Exit code 0: somebody can make every line; 1: not found; 2: bad files or options; 3: nobody can
    make a line.
    """
    if (request is None) == (tables is None):
        raise click.UsageError("Name a parts request, or tables with --tables.")
    rank_by = ORDERS[order] if order else None
    if tables is None:
        if not email:
            raise click.UsageError("Say with --as EMAIL for which user of the buying firm.")
        lines = _of_request(request or "", email, number, rank_by)
        names = _read_names(lines)
    else:
        if not (buyer and part and quantity and need_by):
            raise click.UsageError("--tables needs --buyer, --part, --quantity and --need-by.")
        wanted = Wanted(
            buyer_id=buyer, part_id=part, quantity=plain_number(quantity), needed_by=need_by.date(),
            currency=currency, certificates=certificate, rank_by=rank_by or "cost_performance",
        )  # fmt: skip
        lines, names = _of_tables(tables, wanted)
    _print_lines(lines, names, top=top, as_json=as_json)
    if any(not line.able for line in lines):
        sys.exit(NOBODY)


def _of_request(
    request: str, email: str, number: int | None, rank_by: str | None
) -> list[RankedLine]:
    try:
        return preview(graph(), request, email=email, now=utc_now(), number=number, rank_by=rank_by)
    except NotFound as error:
        raise click.ClickException(
            "There is no such user, or no such request or line of its firm."
        ) from error


def _of_tables(path: Path, wanted: Wanted) -> tuple[list[RankedLine], dict[str, str]]:
    now = utc_now()
    try:
        tables = read_tables(path)
        ranking, category = rank_tables(tables, wanted, days=days_of_tables(tables, now))
    except Invalid as error:
        _refuse_tables(error, path)
    line = {
        "id": "1", "number": 1, "part_id": wanted.part_id, "category_id": category,
        "quantity": wanted.quantity, "need_by": wanted.needed_by.isoformat(),
        "currency": wanted.currency,
    }  # fmt: skip
    part_name = _find_part_name(tables, wanted.part_id)
    names = {one.id: one.name for one in tables.firms}
    return [preview_line(ranking, line, now, part_name, "pcs")], names


def _find_part_name(tables: Tables, part_id: str) -> str:
    return next(one.name for one in tables.parts if one.id == part_id)


def _read_names(lines: list[RankedLine]) -> dict[str, str]:
    ids = {row.firm_id for line in lines for row in [*line.best, *line.unable]}
    ids |= {winner for line in lines if line.weights for winner in line.weights.winners}
    ids |= {firm_id for line in lines if line.together for firm_id in line.together.firm_ids}
    return read(graph(), firms.names, sorted(ids))


def _refuse_tables(error: Invalid, path: Path) -> NoReturn:
    for one in error.errors:
        click.echo(f"{path}: {one.pointer or '/'}: {one.text}", err=True)
    sys.exit(BAD)


def _print_lines(
    lines: list[RankedLine], names: dict[str, str], *, top: int, as_json: bool
) -> None:
    from flask import render_template  # the words are those of the pages; not at start-up

    from supplychain.web.app import create_app
    from supplychain.web.schemas.rankings.rankings import MatchLineOut

    if as_json:
        dumped = [MatchLineOut().dump(line) for line in lines]
        click.echo(json.dumps({"lines": dumped}, ensure_ascii=False, indent=1))
        return
    with create_app().test_request_context():
        for line in lines:
            text = render_template("matches/told.txt", line=line, names=names, top=top)
            click.echo(_strip_marks(text))


def _strip_marks(text: str) -> str:
    """Words without the marks of a page."""
    lines = (html.unescape(re.sub(r"<[^>]*>", " ", line)).rstrip() for line in text.splitlines())
    return "\n".join(re.sub(r"(?<=\S) {2,}", " ", line) for line in lines)
