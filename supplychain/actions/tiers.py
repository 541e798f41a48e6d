"""Looking at the chain map: what is read of other firms is kept for them to see."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from neo4j import Driver

from supplychain.graph import audiences, firms
from supplychain.graph.engine.reading import together
from supplychain.graph.engine.transactions import Tx, read, write
from supplychain.graph.tiers.tiers import around_firm, around_part
from supplychain.model.ids import utc_now
from supplychain.model.tiers import TierMap
from supplychain.model.weeks import week_of

SOURCE = "map"


def look_around_firm(
    driver: Driver, firm_id: str, *, viewer: str, up: int = 4, down: int = 3
) -> TierMap:
    """The tiers around a firm: ``around_firm`` of this week.

    Raises:
        NotFound: there is no such firm, or it is not the viewer's to look at.
    """
    return _read_and_note(driver, partial(around_firm, firm_id=firm_id, up=up, down=down), viewer)


def look_around_part(
    driver: Driver, part_id: str, *, viewer: str, up: int = 4, down: int = 3
) -> TierMap:
    """The tiers through which a part reaches the viewer and leaves it: ``around_part``.

    Raises:
        NotFound: there is no such part, or it is not the viewer's to look at.
    """
    return _read_and_note(driver, partial(around_part, part_id=part_id, up=up, down=down), viewer)


def _read_and_note(driver: Driver, look_around: Callable[..., TierMap], viewer: str) -> TierMap:
    """A picture of this week, once what it shows of others is kept."""
    now = utc_now()
    picture, kept = together(
        lambda: read(driver, look_around, viewer=viewer, week=week_of(now.date())),
        lambda: read(driver, audiences.list_looked_today, viewer=viewer, source=SOURCE, at=now),
    )
    _note_looks(driver, picture, viewer, now, kept)
    return picture


def _note_looks(
    driver: Driver, picture: TierMap, viewer: str, now: datetime, kept: set[str]
) -> None:
    """Keep once a day whose capacity load the viewer saw; ``kept`` are those of today so far."""
    seen = {node.key for node in picture.nodes if node.figures.load is not None} - {viewer}
    seen -= kept
    if seen:
        write(driver, _keep_looks, sorted(seen), viewer, now)


def _keep_looks(tx: Tx, firm_ids: list[str], viewer: str, now: datetime) -> None:
    firms.lock(tx, viewer)
    looks = [(firm_id, "", False, True) for firm_id in firm_ids]
    audiences.note_looks(tx, looks, viewer=viewer, source=SOURCE, at=now)
