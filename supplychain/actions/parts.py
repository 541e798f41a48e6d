"""Parts of a firm: reading them, and saying anew what a part is called, weighs and converts to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from neo4j import Driver

from supplychain.graph import events, parts
from supplychain.graph.engine.transactions import Tx, write
from supplychain.model.ids import utc_now
from supplychain.model.parts_requests.conversions import StatedConversion
from supplychain.model.people.actors import Actor


def change_part(
    driver: Driver,
    part_id: str,
    *,
    name: str,
    weight_kg: float | None,
    conversions: Sequence[StatedConversion],
    version: int,
    by: Actor,
) -> None:
    """Say a part of the acting firm's design anew; new request lines start with it.

    Args:
        driver: of the graph.
        part_id: of the part.
        name: what it is called.
        weight_kg: what one unit of it weighs; None is not stated.
        conversions: what other units are in its own.
        version: the version that was looked at.
        by: a buyer or a seller.

    Raises:
        NotFound: no such part, or not shared with the firm.
        Forbidden: another firm designs it, or the role may not.
        Stale: it changed since.
        Invalid: a field is wrong.
    """
    by.check_role("buyer", "seller")
    write(
        driver, _change_part, part_id, name, weight_kg, tuple(conversions), version, by, utc_now()
    )


def _change_part(
    tx: Tx,
    part_id: str,
    name: str,
    weight_kg: float | None,
    conversions: tuple[StatedConversion, ...],
    version: int,
    by: Actor,
    now: datetime,
) -> None:
    present = parts.lock(tx, part_id, viewer=by.firm_id)
    changed = present.changed(
        name=name, piece_kg=weight_kg, conversions=conversions, version=version
    )
    parts.save(tx, changed)
    events.record(
        tx,
        "part.changed",
        about_kind="part",
        about_id=part_id,
        by=by,
        at=now,
        facts={"part": changed.name},
    )
