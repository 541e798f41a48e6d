"""Mails that wait to be sent: made in the transaction of what they tell, sent by the worker."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from supplychain.graph.engine.transactions import Tx, nonce, row, rows, run
from supplychain.model.events import Facts
from supplychain.model.ids import to_text
from supplychain.model.mails import Outgoing

ADD = """
CREATE (m:Mail {
    id: $id, kind: $kind, to: $to, about_id: $about_id, facts: $facts, state: 'P', tries: 0,
    due_at: $at, created_at: $at})
"""


def add(
    tx: Tx, mail_id: str, kind: str, *, to: str, about_id: str, facts: Facts, at: datetime
) -> None:
    """Add a mail that is due at once."""
    run(
        tx,
        ADD,
        id=mail_id,
        kind=kind,
        to=to,
        about_id=about_id,
        facts=json.dumps(facts, sort_keys=True),
        at=to_text(at),
    )


CLAIM = """
MATCH (m:Mail {state: 'P'}) WHERE m.due_at <= $now
WITH m ORDER BY m.due_at LIMIT $limit
SET m.lock = $nonce
WITH m, m.tries AS tries WHERE m.state = 'P' AND m.due_at <= $now
SET m.due_at = $dues[tries], m.tries = tries + 1
RETURN m.id AS id, m.kind AS kind, m.to AS to, m.about_id AS about_id, m.facts AS facts,
       tries + 1 AS tries
ORDER BY id
"""


def claim(tx: Tx, *, now: datetime, dues: Sequence[datetime], limit: int) -> list[Outgoing]:
    """Take up to ``limit`` mails that are due; each is due again at ``dues[tries so far]``."""
    claimed = rows(
        tx,
        CLAIM,
        now=to_text(now),
        dues=[to_text(due) for due in dues],
        limit=limit,
        nonce=nonce(),
    )
    return [_read_mail(record) for record in claimed]


def _read_mail(record: dict[str, Any]) -> Outgoing:
    return Outgoing(**{**record, "facts": json.loads(record["facts"])})


END = "MATCH (m:Mail {id: $id}) SET m.lock = $nonce WITH m SET m.state = $state"


def end(tx: Tx, mail_id: str, *, state: str) -> None:
    """Note that a mail was sent (``D``) or given up on (``F``)."""
    run(tx, END, id=mail_id, state=state, nonce=nonce())


COUNT = "MATCH (m:Mail {state: $state}) RETURN count(m) AS n"


def count(tx: Tx, *, state: str) -> int:
    """How many mails wait (``P``), were sent (``D``) or were given up on (``F``)."""
    record = row(tx, COUNT, state=state)
    return 0 if record is None else record["n"]
