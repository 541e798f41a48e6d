"""Looking at the chain map: what is read of other firms is kept for them to see."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import partial

from neo4j import Driver

from supplychain.graph import audiences, firms
from supplychain.graph.engine.reading import together
from supplychain.graph.engine.transactions import Tx, read, write
from supplychain.graph.tiers.tiers import around_firm, around_part
from supplychain.model.ids import utc_now
from supplychain.model.tiers import TierMap
from supplychain.model.weeks import week_of


def look_around_firm(
    driver: Driver, firm_id: str, *, viewer: str, today: date, up: int = 4, down: int = 3
) -> TierMap:
    """The tiers around a firm: ``around_firm`` of this week.

    Raises:
        NotFound: there is no such firm, or it is not the viewer's to look at.
    """
    look_around = partial(around_firm, firm_id=firm_id, up=up, down=down)
    return _read_and_note(driver, look_around, viewer, today, middle=firm_id)


def look_around_part(
    driver: Driver, part_id: str, *, viewer: str, today: date, up: int = 4, down: int = 3
) -> TierMap:
    """The tiers through which a part reaches the viewer and leaves it: ``around_part``.

    Raises:
        NotFound: there is no such part, or it is not the viewer's to look at.
    """
    look_around = partial(around_part, part_id=part_id, up=up, down=down)
    return _read_and_note(driver, look_around, viewer, today)


def _read_and_note(
    driver: Driver,
    look_around: Callable[..., TierMap],
    viewer: str,
    today: date,
    *,
    middle: str = "",
) -> TierMap:
    """A picture of this week, once what it shows of others is kept.

    ``today`` is the day that it is at the viewer; ``middle`` is the firm around which it is drawn,
    "" is none.
    """
    now = utc_now()
    picture, kept = together(
        lambda: read(driver, look_around, viewer=viewer, week=week_of(today), today=today),
        lambda: read(
            driver, audiences.list_looked_today, viewer=viewer, source=audiences.MAP, at=now
        ),
    )
    seen = {node.key: True for node in picture.nodes if node.figures.load is not None}
    seen = {middle: False, **seen} if middle else seen
    fresh = {
        firm_id: shows
        for firm_id, shows in seen.items()
        if firm_id != viewer and (firm_id not in kept or shows > kept[firm_id])
    }
    if fresh:
        write(driver, _keep_looks, fresh, viewer, now)
    return picture


def _keep_looks(tx: Tx, shown: dict[str, bool], viewer: str, now: datetime) -> None:
    """Keep once a day around whom the viewer looked, and whose capacity load it saw."""
    firms.lock(tx, viewer)
    looks = [(firm_id, "", False, shows) for firm_id, shows in sorted(shown.items())]
    audiences.note_looks(tx, looks, viewer=viewer, source=audiences.MAP, at=now)
