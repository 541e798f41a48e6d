"""The clock: a short lease on doing what time makes due."""

from __future__ import annotations

from supplychain.graph.engine.transactions import Tx, nonce, row
from supplychain.model.clock import ClockState

LOOK = """
MATCH (c:Clock {id: 'time'}) RETURN c.holder AS holder, c.kind AS kind, c.beat AS beat
"""


def look(tx: Tx) -> ClockState | None:
    """Who holds the clock; None before anybody did."""
    record = row(tx, LOOK)
    return None if record is None else ClockState(**record)


TAKE = """
MERGE (c:Clock {id: 'time'}) SET c.lock = $nonce
WITH c WHERE coalesce(c.beat, '') = $seen
SET c.holder = $holder, c.kind = $kind, c.beat = $beat, c.kept_at = coalesce(c.kept_at, ''),
    c.tidied_at = coalesce(c.tidied_at, '')
RETURN c.beat AS beat
"""


def take(tx: Tx, *, holder: str, kind: str, seen: str, beat: str) -> bool:
    """Take the clock from whoever beat last with ``seen``; False where it beat meanwhile."""
    record = row(tx, TAKE, nonce=nonce(), holder=holder, kind=kind, seen=seen, beat=beat)
    return record is not None


BEAT = """
MATCH (c:Clock {id: 'time'}) SET c.lock = $nonce
WITH c WHERE c.holder = $holder
SET c.beat = $beat, c.kept_at = CASE WHEN $kept_at = '' THEN c.kept_at ELSE $kept_at END
RETURN c.beat AS beat
"""


def keep(tx: Tx, *, holder: str, beat: str, kept_at: str) -> bool:
    """Beat once, and say since when all that was due is done; False where another holds it."""
    record = row(tx, BEAT, nonce=nonce(), holder=holder, beat=beat, kept_at=kept_at)
    return record is not None


RELEASE = """
MATCH (c:Clock {id: 'time'}) SET c.lock = $nonce
WITH c WHERE c.holder = $holder
SET c.holder = '', c.beat = $beat
RETURN c.beat AS beat
"""


def release(tx: Tx, *, holder: str, beat: str) -> bool:
    """Give the clock back, so that another takes it at its next look."""
    return row(tx, RELEASE, nonce=nonce(), holder=holder, beat=beat) is not None


CLAIM_TIDYING = """
MATCH (c:Clock {id: 'time'}) SET c.lock = $nonce
WITH c WHERE c.tidied_at < $before
SET c.tidied_at = $now
RETURN c.id AS id
"""


def claim_tidying(tx: Tx, *, now: str, before: str) -> bool:
    """Take over what is done now and then, unless it was begun since ``before``."""
    return row(tx, CLAIM_TIDYING, nonce=nonce(), now=now, before=before) is not None


KEPT = "MATCH (c:Clock {id: 'time'}) RETURN c.kept_at AS kept_at"


def find_kept(tx: Tx) -> str:
    """Until when all that was due is done, an instant in stored form; empty for never."""
    record = row(tx, KEPT)
    return "" if record is None else record["kept_at"]
