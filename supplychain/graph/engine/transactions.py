"""The one way to write and the one way to read.

``write`` runs a managed transaction: the function is pure (ids and clocks come in from outside,
nothing is queued or mailed inside) and may be run again. ``once`` makes it exactly-once for a
client's key: the key's node is written in the same transaction, so a commit whose answer was
lost is looked up, never retried blindly.
"""

from __future__ import annotations

import hmac
import itertools
import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Concatenate, LiteralString, ParamSpec, TypeAlias, TypeVar, cast

from neo4j import Driver, ManagedTransaction, Session, unit_of_work
from neo4j.exceptions import (
    AuthError,
    ClientError,
    ConstraintError,
    DriverError,
    IncompleteCommit,
    Neo4jError,
    ResultFailedError,
    ServiceUnavailable,
    SessionExpired,
    TransientError,
)

from supplychain import metrics, trace
from supplychain.config import settings
from supplychain.errors import AlreadyExists, Conflict, Invalid, SupplyChainError, Unavailable
from supplychain.graph.engine import bookmarks, gate, waits
from supplychain.graph.engine.reading import Reading
from supplychain.model.ids import digest, new_id, to_text, utc_now

Tx: TypeAlias = ManagedTransaction | Reading
P = ParamSpec("P")
T = TypeVar("T")

SETTLE_S = 0.03
"""Pause before a refusal is decided again on the embedded engine: longer than a commit of some
hundred writes takes to be seen whole, shorter than anybody notices."""
TRANSACTION_TIMEOUT_S = 60.0
"""Seconds after which Neo4j ends a transaction, so that nobody waits for ever on a lost lock; the
embedded engine does not heed it."""
GATE_WAIT_S = 3.0
"""For how long a write waits while a backup reads, before it is told to come again."""
GATE_LOOK_S = 0.1
ENDED_BY_SERVER = ("TransactionTimedOut", "LockClientStopped")
TORN_READ = "Neo.ClientError.Statement.EntityNotFound"
"""What a reader gets who came upon a commit half way (seen on the embedded engine): read again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Once:
    """A client's key for one effect, and the digest of the request that came with it."""

    key: str
    request_hash: str

    @classmethod
    def of(cls, *, firm_id: str, verb: str, client_key: str, payload: object) -> Once:
        """The key of one firm, verb and client; another payload under it is refused.

        The digest of the payload is keyed: it lies in the graph, and who reads it there must not
        be able to try the prices of a sealed bid until one fits.
        """
        body = json.dumps(payload, sort_keys=True, default=str).encode()
        keyed = hmac.new(settings().secret_key.encode(), body, "sha256").hexdigest()
        return cls(key=digest(f"{firm_id}|{verb}|{client_key}"), request_hash=keyed)


def write(
    driver: Driver,
    work: Callable[Concatenate[Tx, P], T],
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    """Run ``work(tx, …)`` in one managed transaction and return what it returns.

    Raises:
        AlreadyExists: a unique key is taken.
        Unavailable: the graph is away, too busy, or the outcome of the commit is unknown.
        SupplyChainError: whatever ``work`` refuses with; nothing is written then.
    """
    with metrics.observe_transaction("write") as tries:
        return _write_with_retries(driver, tries.count_try(work), args, kwargs, None)


def write_once(
    driver: Driver,
    once: Once | None,
    work: Callable[Concatenate[Tx, P], T],
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    """``write``, but a second call with the same key returns the first one's result.

    ``work`` must return what JSON can hold (as a rule, an id). Without a key it is ``write``.

    Raises:
        Invalid: the key was used before for something else.
    """
    with metrics.observe_transaction("write") as tries:
        return _write_with_retries(driver, tries.count_try(work), args, kwargs, once)


def read(
    driver: Driver,
    work: Callable[Concatenate[Tx, P], T],
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    """Run ``work(tx, …)``, which only reads; each of its queries is one wait for the graph.

    Raises:
        Unavailable: the graph is away or too busy.
    """
    with metrics.observe_transaction("read") as tries:
        return _read_with_retries(driver, tries.count_try(work), args, kwargs)


def _read_with_retries(driver: Driver, work: Callable[..., T], args: Any, kwargs: Any) -> T:
    reading = Reading(lambda: _open_session(driver), timeout_s=TRANSACTION_TIMEOUT_S)
    since = time.monotonic()
    for attempt in itertools.count():
        try:
            return work(reading, *args, **kwargs)
        except (Neo4jError, DriverError) as error:
            if not _may_run_again(error, since):
                raise _own_error(error) from error
            _pause_before_retry(attempt)
    raise AssertionError("unreachable")


def _pause_before_retry(attempt: int) -> None:
    time.sleep(random.uniform(0, min(0.25, 0.01 * 1.6**attempt)))  # noqa: S311 - a pause


def _write_with_retries(
    driver: Driver, work: Callable[..., T], args: Any, kwargs: Any, once: Once | None
) -> T:
    refused, since = "", time.monotonic()
    paused_until = since + GATE_WAIT_S
    for attempt in itertools.count():
        try:
            with _open_session(driver) as session, waits.waiting(session):
                bound = _bind_arguments(work, args, kwargs)
                result = session.execute_write(_end_in_time(_run_once(bound, once)))
                bookmarks.keep(session.last_bookmarks())
                return result
        except gate.WritesPaused:
            # Rolled back; a pause is mostly over in a moment.
            if time.monotonic() > paused_until:
                raise
            time.sleep(GATE_LOOK_S)
        except IncompleteCommit as error:
            return _look_up_outcome(driver, once, error)
        except (Neo4jError, DriverError) as error:
            if not _may_run_again(error, since):
                raise _own_error(error) from error
            _pause_before_retry(attempt)
        except SupplyChainError as refusal:
            if _may_be_torn(refusal, refused) and _has_time(since):
                refused = repr(refusal)
                time.sleep(SETTLE_S)
                continue
            # A twin with the same key may have come first while this one waited for its lock.
            twin = once if isinstance(refusal, Conflict) else None
            stored = None if twin is None else read(driver, _find_result, twin)
            if stored is None:
                raise
            return stored[0]
    raise AssertionError("unreachable")


def _end_in_time(work: Callable[[Tx], T]) -> Callable[[Tx], T]:
    """The work as the driver takes it, and before its commit a look whether writes are paused."""

    @unit_of_work(metadata=trace.describe_work(), timeout=TRANSACTION_TIMEOUT_S)
    def bounded(tx: Tx) -> T:
        waits.bound_answers(cast(ManagedTransaction, tx)._connection)
        result = work(tx)
        gate.check_open(tx)
        return result

    return bounded


def _has_time(since: float) -> bool:
    return time.monotonic() - since < waits.patience().contend_s


def _may_run_again(error: Neo4jError | DriverError, since: float) -> bool:
    """Whether a transaction failed by what ran beside it, with nothing written, and has time left.

    A unique key that is taken may be one of two racers': on the embedded engine the loser learns it
    at commit. Trying again lets the work see the winner; a real duplicate fails every time. A
    result that failed is a query's failure that the driver sees only when the transaction ends.
    """
    collided = isinstance(error, ConstraintError | ResultFailedError) or (
        isinstance(error, ClientError) and error.code == TORN_READ
    )
    return _has_time(since) if collided else waits.may_come_back(error, since)


def _may_be_torn(refusal: SupplyChainError, before: str) -> bool:
    """Whether a refusal must be decided once more, in a transaction of its own.

    On the embedded engine a lock is checked at commit alone: what a transaction has read may be of
    before and of after a twin's commit at once, and a refusal never comes to the commit that would
    find that out. It holds when the next transaction comes to the same.
    """
    return settings().embedded and repr(refusal) != before


def _bind_arguments(work: Callable[..., T], args: Any, kwargs: Any) -> Callable[[Tx], T]:
    def bound(tx: Tx) -> T:
        return work(tx, *args, **kwargs)

    return bound


def _run_once(work: Callable[[Tx], T], once: Once | None) -> Callable[[Tx], T]:
    if once is None:
        return work

    def keyed(tx: Tx) -> T:
        stored = _find_result(tx, once)
        if stored is not None:
            return cast(T, stored[0])
        result = work(tx)
        run(
            tx,
            RECORD,
            key=once.key,
            request_hash=once.request_hash,
            result=json.dumps(result),
            at=to_text(utc_now()),
        )
        return result

    return keyed


FIND = "MATCH (i:Idem {key: $key}) RETURN i.request_hash AS request_hash, i.result AS result"
RECORD = (
    "CREATE (i:Idem {key: $key, request_hash: $request_hash, result: $result, at: $at}) "
    "RETURN i.key AS key"
)


def is_done(tx: Tx, once: Once) -> bool:
    """Whether something was done under a key before.

    Raises:
        Invalid: the key was used before for something else.
    """
    return _find_result(tx, once) is not None


def _find_result(tx: Tx, once: Once) -> tuple[Any] | None:
    stored = row(tx, FIND, key=once.key)
    if stored is None:
        return None
    if stored["request_hash"] != once.request_hash:
        raise Invalid("This idempotency key was used before for something else. Use a fresh key.")
    return (json.loads(stored["result"]),)


def _look_up_outcome(driver: Driver, once: Once | None, cause: Exception) -> Any:
    """The stored result of a commit whose answer was lost; else the outcome is unknown."""
    if once is not None:
        for _ in range(3):
            try:
                stored = read(driver, _find_result, once)
            except Unavailable:
                time.sleep(0.5)
                continue
            if stored is not None:
                return stored[0]
            break
    raise Unavailable(
        "The connection broke while this was being saved. Look whether it is there before you "
        "try again.",
        code="outcome_unknown",
    ) from cause


def _open_session(driver: Driver) -> Session:
    # The driver would try again by itself, at least once and whatever failed; here it is decided
    # what is worth it, and the pauses bring p99 under contention from 3.3 s to 0.3 s.
    return driver.session(
        database=settings().graph_database,
        bookmarks=bookmarks.carried(),
        connection_acquisition_timeout=waits.patience().acquire_s,
        max_transaction_retry_time=-1,
    )


def _own_error(error: Exception) -> Exception:
    """The one table from the driver's errors to ours."""
    if isinstance(error, ConstraintError):
        return AlreadyExists()
    if isinstance(error, AuthError):
        return Unavailable("The graph refused our password. Run: supplychain doctor")
    if isinstance(error, TransientError | ServiceUnavailable | SessionExpired):
        return Unavailable()
    if isinstance(error, ClientError):
        return (
            Unavailable() if any(name in (error.code or "") for name in ENDED_BY_SERVER) else error
        )
    if isinstance(error, DriverError):
        return Unavailable()
    return error


def nonce() -> str:
    """A fresh value for ``SET n.lock = $nonce``; made inside, anew for each attempt."""
    return new_id()


def rows(tx: Tx, query: LiteralString, **values: Any) -> list[dict[str, Any]]:
    """All rows of a query as dictionaries.

    Queries return values, lists and maps, never nodes: the driver's own ``data()`` would look for
    them in every number of every column, which takes longer than the read itself.
    """
    if isinstance(tx, Reading):
        return tx.fetch(query, values)
    return [dict(record.items()) for record in tx.run(query, values)]


def row(tx: Tx, query: LiteralString, **values: Any) -> dict[str, Any] | None:
    """The one row of a query, or None."""
    if isinstance(tx, Reading):
        return next(iter(tx.fetch(query, values)), None)
    record = tx.run(query, values).single()
    return None if record is None else dict(record.items())


def run(tx: Tx, query: LiteralString, **values: Any) -> None:
    """Run a query for its effect; never in a read.

    Raises:
        TypeError: ``tx`` is that of a read.
    """
    if isinstance(tx, Reading):
        raise TypeError("a read does not write")
    tx.run(query, values).consume()
