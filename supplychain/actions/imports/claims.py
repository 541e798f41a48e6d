"""Supply relations into the graph: each row is a claim of whoever imports it, and nobody else's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from neo4j import Driver

from supplychain.actions import supply_relations as relation_actions
from supplychain.actions.imports.comparing import Upserts
from supplychain.actions.imports.network import split_batches
from supplychain.graph.engine.transactions import Tx, write
from supplychain.graph.imports import links
from supplychain.graph.imports.rows import PropertyRows, to_properties
from supplychain.model.ids import to_text
from supplychain.model.people.actors import Actor
from supplychain.model.supply_relations import SupplyKey


def write_claims(
    driver: Driver, upserts: Upserts, *, by: Actor | None, at: datetime
) -> Iterator[int]:
    """Write new and changed claims and yield how many each batch held.

    A firm's claims are told to the other ends in the transaction that writes them.

    Raises:
        Conflict: somebody wrote one of them meanwhile, or too many of the firm's would be open.
    """
    rows = sorted(upserts.new + upserts.changed, key=lambda row: (row[0], row[1], row[2]))
    fresh = frozenset((row[0], row[1], row[2]) for row in upserts.new)
    for batch in split_batches(rows):
        values = [to_properties("supply_relations", row) for row in batch]
        write(driver, _write_batch, values, fresh, by, at)
        yield len(batch)


def _write_batch(
    tx: Tx, values: PropertyRows, fresh: frozenset[SupplyKey], by: Actor | None, at: datetime
) -> None:
    if by is None:
        links.write_supply_claims(tx, values, owner=None, at=to_text(at))
        return
    relation_actions.write_own_claims(tx, values, fresh, by, at)
