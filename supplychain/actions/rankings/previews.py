"""Rankings worked out now and not kept: of a request of an installation, or of tables in files."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from neo4j import Driver

from supplychain.actions.rankings.lines import rank_lines
from supplychain.actions.rankings.rankings import note_looks
from supplychain.errors import NotFound
from supplychain.graph.engine.transactions import read, write
from supplychain.graph.parts_requests import parts_requests
from supplychain.graph.rankings import lookup
from supplychain.graph.rankings.rankings import RankedLine
from supplychain.matching.rows import Ranking
from supplychain.model.ids import to_text


def preview(
    driver: Driver,
    request: str,
    *,
    email: str,
    now: datetime,
    number: int | None = None,
    rank_by: str | None = None,
) -> list[RankedLine]:
    """Rank the lines of a request as its buyer would see them, by what is known now.

    Args:
        driver: of the graph.
        request: its id or number.
        email: of a user of the buying firm; trade data is that firm's alone.
        now: its day is the first of work.
        number: of the one line wanted; None is all of them.
        rank_by: ``cost_performance`` or ``expected_cost``; None is what the request has.

    Raises:
        NotFound: no such user, no such request of its firm, or no such line.
    """
    viewer = read(driver, lookup.firm_of, email.strip().lower())
    request_id = read(driver, lookup.own_request, request, viewer=viewer)
    posted = read(driver, parts_requests.get, request_id, viewer=viewer)
    posted = replace(posted, rank_by=rank_by or posted.rank_by)
    lines = [line for line in posted.lines if number in (None, line.number) and line.need_by]
    if not lines:
        raise NotFound
    previews = [
        preview_line(
            ranking,
            {
                "id": line.id,
                "number": line.number,
                "part_id": line.part_id,
                "category_id": line.category_id,
                "quantity": line.quantity,
                "need_by": line.need_by.isoformat() if line.need_by else "",
                "currency": posted.currency,
            },
            now,
            line.description,
            line.uom,
        )
        for line, ranking in rank_lines(driver, posted, lines, now=now)
    ]
    used = [(line.category_id, line.used_figures()) for line in previews]
    write(driver, note_looks, used, viewer, now, counted=1)
    return sorted(previews, key=lambda line: line.number)


def preview_line(
    ranking: Ranking, line: dict[str, Any], now: datetime, description: str, uom: str
) -> RankedLine:
    """A ranking as a line that was read back: the same shape as pages and API get.

    Args:
        ranking: of the line.
        line: id, number, part_id, category_id, quantity, need_by and currency.
        now: when it was made.
        description: of the line.
        uom: unit of measure of its quantity.
    """
    names = ("number", "part_id", "quantity", "need_by", "currency")
    return RankedLine(
        **{name: line[name] for name in names},
        line_id=line["id"],
        category_id=line["category_id"] or "",
        description=description,
        uom=uom,
        made_at=to_text(now),
    ).with_ranking(ranking)
