"""Supply relations into the graph: each row is a claim of whoever imports it, and nobody else's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from neo4j import Driver

from supplychain.actions import supply_relations as relation_actions
from supplychain.actions.imports.comparing import Upserts
from supplychain.actions.imports.network import split_batches
from supplychain.graph import supply_relations
from supplychain.graph.engine.transactions import Tx, write
from supplychain.graph.imports import links
from supplychain.graph.imports.rows import PropertyRows, to_properties
from supplychain.model.ids import to_text
from supplychain.model.people.actors import Actor
from supplychain.model.supply_relations import REFUSAL_DAYS, SupplyKey


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
    keys = [(row["supplier_id"], row["buyer_id"], row["part_id"]) for row in values]
    refusals = ["|".join((*key, by.firm_id)) for key in keys if key in fresh]
    before = at - timedelta(days=REFUSAL_DAYS)
    supply_relations.forget_refusals(tx, refusals, before=before)
    claims = links.write_supply_claims(tx, values, owner=by.firm_id, at=to_text(at))
    relation_actions.tell_of_witnesses(tx, claims, fresh, by, at)
    relation_actions.tell_of_claims(tx, claims, by, at)
