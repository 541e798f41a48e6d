"""The second step at signing in, and who is half signed in: no secret is stored in clear.

The user must be locked by whoever changes anything here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from supplychain.graph.engine.transactions import Tx, nonce, row, run
from supplychain.model.ids import to_text
from supplychain.model.people.second_factors import HalfSession, SecondFactor

DROP = "MATCH (x:SecondFactor {user_id: $user_id}) DETACH DELETE x"

CREATE = """
CREATE (x:SecondFactor {
    user_id: $user_id, sealed: $sealed, is_on: false, step: 0, recovery: [], created_at: $at})
"""


def begin(tx: Tx, user_id: str, *, sealed: str, at: datetime) -> None:
    """Keep a fresh secret until a code confirms it; one begun before is forgotten."""
    run(tx, DROP, user_id=user_id)
    run(tx, CREATE, user_id=user_id, sealed=sealed, at=to_text(at))


FIND = """
MATCH (x:SecondFactor {user_id: $user_id})
RETURN x.user_id AS user_id, x.sealed AS sealed, x.is_on AS is_on, x.step AS step,
       x.recovery AS recovery, x.created_at AS created_at
"""


def find(tx: Tx, user_id: str) -> SecondFactor | None:
    """A user's second step, confirmed or not."""
    record = row(tx, FIND, user_id=user_id)
    if record is None:
        return None
    return SecondFactor(**{**record, "recovery": tuple(record["recovery"] or ())})


TURN_ON = """
MATCH (x:SecondFactor {user_id: $user_id})
SET x.is_on = true, x.step = $step, x.recovery = $recovery, x.created_at = $at
"""

MARK_USER = """
MATCH (u:User {id: $user_id}) SET u.second_factor_at = $at, u.version = u.version + 1
"""


def turn_on(tx: Tx, user_id: str, *, step: int, recovery: Sequence[str], at: datetime) -> None:
    """Have codes demanded at each sign-in from now on."""
    run(tx, TURN_ON, user_id=user_id, step=step, recovery=list(recovery), at=to_text(at))
    run(tx, MARK_USER, user_id=user_id, at=to_text(at))


def turn_off(tx: Tx, user_id: str) -> None:
    """Forget a user's second step with all its codes."""
    run(tx, DROP, user_id=user_id)
    run(tx, MARK_USER, user_id=user_id, at=None)


SET_STEP = "MATCH (x:SecondFactor {user_id: $user_id}) SET x.step = $step"


def note_step(tx: Tx, user_id: str, step: int) -> None:
    """Note the step of a code that was used: it and all before it work no more."""
    run(tx, SET_STEP, user_id=user_id, step=step)


SET_RECOVERY = "MATCH (x:SecondFactor {user_id: $user_id}) SET x.recovery = $recovery"


def set_recovery(tx: Tx, user_id: str, recovery: Sequence[str]) -> None:
    """Keep these digests of recovery codes and no others."""
    run(tx, SET_RECOVERY, user_id=user_id, recovery=list(recovery))


DEMANDED = """
MATCH (u:User {id: $user_id})
OPTIONAL MATCH (u)-[:WORKS_FOR]->(f:Firm)
RETURN coalesce(f.second_factor_demanded_at, '') AS demanded_at,
       coalesce(u.second_factor_at, '') AS on_at
LIMIT 1
"""


def is_demanded(tx: Tx, user_id: str) -> bool:
    """Whether the firm of a user demands the second step of all its users."""
    record = row(tx, DEMANDED, user_id=user_id)
    return bool(record and record["demanded_at"])


def is_missing(tx: Tx, user_id: str) -> bool:
    """Whether a user's firm demands the second step and the user has none."""
    record = row(tx, DEMANDED, user_id=user_id)
    return bool(record and record["demanded_at"] and not record["on_at"])


SET_DEMAND = "MATCH (f:Firm {id: $firm_id}) SET f.second_factor_demanded_at = $at"


def set_demand(tx: Tx, firm_id: str, at: datetime | None) -> None:
    """Demand the second step of a locked firm's users from an instant on, or with None no more."""
    run(tx, SET_DEMAND, firm_id=firm_id, at=None if at is None else to_text(at))


FIND_DEMAND = """
MATCH (f:Firm {id: $viewer})
RETURN coalesce(f.second_factor_demanded_at, '') AS demanded_at
"""


def find_demand(tx: Tx, *, viewer: str) -> str:
    """Since when the firm demands the second step of its users; empty where it does not."""
    record = row(tx, FIND_DEMAND, viewer=viewer)
    return "" if record is None else record["demanded_at"]


CREATE_HALF = """
CREATE (h:HalfSession {
    digest: $digest, user_id: $user_id, tries: 0, created_at: $at, ends_at: $ends_at})
"""


def open_half(tx: Tx, *, digest: str, user_id: str, at: datetime, ends_at: datetime) -> None:
    """Keep that a password was right, and that a code is awaited."""
    run(tx, CREATE_HALF, digest=digest, user_id=user_id, at=to_text(at), ends_at=to_text(ends_at))


LOCK_HALF = """
MATCH (h:HalfSession {digest: $digest}) SET h.lock = $nonce
RETURN h.user_id AS user_id, h.tries AS tries, h.ends_at AS ends_at
"""


def lock_half(tx: Tx, digest: str) -> HalfSession | None:
    """Take the write lock of somebody half signed in; None where there is nobody."""
    record = row(tx, LOCK_HALF, digest=digest, nonce=nonce())
    return None if record is None else HalfSession(**record)


FIND_HALF = """
MATCH (h:HalfSession {digest: $digest})
RETURN h.user_id AS user_id, h.tries AS tries, h.ends_at AS ends_at
"""


def find_half(tx: Tx, digest: str) -> HalfSession | None:
    """Somebody half signed in; None where there is nobody."""
    record = row(tx, FIND_HALF, digest=digest)
    return None if record is None else HalfSession(**record)


NOTE_TRY = "MATCH (h:HalfSession {digest: $digest}) SET h.tries = h.tries + 1"


def note_try(tx: Tx, digest: str) -> None:
    """Count a wrong code; the half session must be locked."""
    run(tx, NOTE_TRY, digest=digest)


DROP_HALVES = "MATCH (h:HalfSession {user_id: $user_id}) DETACH DELETE h"


def drop_halves(tx: Tx, user_id: str) -> None:
    """Forget wherever a user is half signed in."""
    run(tx, DROP_HALVES, user_id=user_id)
