"""Changing an event past the record, as whoever can write to the graph could.

For the check that the audit finds it; nothing else may call this.
"""

from __future__ import annotations

from supplychain.graph.engine import gate
from supplychain.graph.engine.transactions import Tx, nonce, row

SWAP_FACTS = """
MATCH (e:Event {ledger_id: $ledger_id}) WHERE e.seq = $seq
WITH e, e.facts AS before
SET e.facts = $facts
RETURN before LIMIT 1
"""


def swap_facts(tx: Tx, ledger_id: str, seq: int, facts: str) -> str:
    """Put other facts (JSON text) into an event and return those that were there."""
    gate.tell_rewrite(tx, nonce=nonce())
    changed = row(tx, SWAP_FACTS, ledger_id=ledger_id, seq=seq, facts=facts)
    assert changed is not None, "the caller read the event before"
    return changed["before"]
