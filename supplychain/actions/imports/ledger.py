"""Deliveries into the ledger, each batch with what it means for the track records.

Both are one transaction: wherever an import is broken off, the counters say what the ledger says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from neo4j import Driver

from supplychain.actions.imports.comparing import Upserts
from supplychain.actions.imports.network import split_batches
from supplychain.graph import deliveries
from supplychain.graph.deliveries import Pair, Row
from supplychain.graph.engine.transactions import Tx, write
from supplychain.model.deliveries import TrackRecord

Change = tuple[Row, Row | None]
"""A line, and what it was; None where it is new."""


def write_ledger(driver: Driver, upserts: Upserts) -> Iterator[int]:
    """Write new and changed lines and yield how many each batch held.

    Lines of one supplier come together, so that a batch touches few track records.

    Raises:
        Conflict: somebody else wrote one of them meanwhile.
    """
    changes: list[Change] = [(line, None) for line in upserts.new]
    changes += zip(upserts.changed, upserts.was, strict=True)
    changes.sort(key=lambda change: deliveries.supplier_and_id_of(change[0]))
    for batch in split_batches(changes):
        write(driver, _plan_batch(batch))
        yield len(batch)


def _plan_batch(batch: list[Change]) -> Callable[[Tx], None]:
    """The transaction that writes a batch."""
    new = [line for line, was in batch if was is None]
    changed = [line for line, was in batch if was is not None]
    before = [was for _, was in batch if was is not None]
    gains = count_gains([*new, *changed], before)
    is_retry = False

    def write_batch(tx: Tx) -> None:
        nonlocal is_retry
        if is_retry:
            # What broke the first try may be that another's import was quicker.
            deliveries.refuse_taken(tx, new)
        is_retry = True
        if new:
            deliveries.add_lines(tx, new, source="imported")
        if changed:
            deliveries.change_lines(tx, changed, before)
        if gains:
            deliveries.add_to_track_records(tx, gains)

    return write_batch


def count_gains(lines: Iterable[Row], before: Iterable[Row]) -> dict[Pair, TrackRecord]:
    """What the track record of each (supplier, category) gains by ``lines``, less ``before``.

    A line still under way counts nothing but names its pair.
    """
    after, earlier = deliveries.group_by_pair(lines), deliveries.group_by_pair(before)
    return {
        pair: TrackRecord.of(after.get(pair, ())) - TrackRecord.of(earlier.get(pair, ()))
        for pair in after.keys() | earlier.keys()
    }
