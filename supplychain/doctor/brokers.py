"""The broker and the workers behind it, and where sign-in tries are counted."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlsplit

from supplychain.config import Settings
from supplychain.doctor.findings import FAIL, Finding, fail, ok
from supplychain.doctor.machine import check_writable
from supplychain.model.jobs import Queue

ANSWER_S: Final = 3.0
HELLO: Final = {
    "amqp": b"AMQP\x00\x00\x09\x01",
    "pyamqp": b"AMQP\x00\x00\x09\x01",
    "redis": b"PING\r\n",
}
"""By scheme what makes the other end answer at once."""
NUMBERS: Final = {"amqp": 5672, "pyamqp": 5672, "amqps": 5671, "redis": 6379, "rediss": 6379}
ALIKE: Final = {"valkey": "redis", "valkeys": "rediss", "rabbitmq": "amqp"}
"""Schemes that nobody knows, and what speaks the same."""
REDIS_MEND: Final = "Install it: .venv/bin/pip install -e '.[redis]'"


def check_broker(config: Settings) -> Iterator[Finding]:
    """Whether messages can be sent, and who takes them."""
    finding = _find_broker(config)
    yield finding
    if finding.state != FAIL:
        yield from _check_workers()


def _find_broker(config: Settings) -> Finding:
    scheme = urlsplit(config.broker_url).scheme
    if scheme == "filesystem":
        return check_writable("broker", config.data_dir / "broker")
    wrong = probe_server("broker", config.broker_url, "SUPPLYCHAIN_BROKER_URL")
    return wrong or _connect_broker()


def probe_server(check: str, url: str, setting: str) -> Finding | None:
    """What is wrong with the address of a RabbitMQ or Redis; None where it answers."""
    parts = urlsplit(url)
    if parts.scheme in ALIKE:
        better = ALIKE[parts.scheme]
        says = f"{setting} begins with {parts.scheme}://, which nothing here speaks"
        return fail(check, says, f"Write {better}:// instead: it is the same protocol.")
    if parts.scheme not in NUMBERS:
        says = f"{setting} begins with {parts.scheme or 'nothing'}://"
        return fail(check, says, "Begin it with amqp:// (RabbitMQ) or redis:// (Redis, Valkey).")
    host, port = parts.hostname or "localhost", parts.port or NUMBERS[parts.scheme]
    try:
        with socket.create_connection((host, port), timeout=ANSWER_S) as connection:
            hello = HELLO.get(parts.scheme)
            if hello is not None:
                connection.settimeout(ANSWER_S)
                connection.sendall(hello)
                if not connection.recv(1):
                    says = f"What answers at {host}:{port} hangs up at once"
                    return fail(check, says, f"Check {setting}: is that port the right one?")
    except TimeoutError:
        says = f"What listens at {host}:{port} is frozen: no answer within {ANSWER_S:.0f} s"
        return fail(check, says, "Look at its log and its memory, and restart it.")
    except OSError as error:
        says = f"It does not answer at {host}:{port}: {error.strerror or type(error).__name__}"
        return fail(check, says, f"Start it, and check {setting}.")
    return None


def _connect_broker() -> Finding:
    from supplychain.tasks.app import app  # Celery is slow to import

    try:
        with app.connection_for_write() as connection:
            connection.ensure_connection(max_retries=1, timeout=ANSWER_S)
            return ok("broker", connection.as_uri())
    except ImportError as error:
        return fail("broker", f"Its client is not installed: {error}", REDIS_MEND)
    except Exception as error:  # kombu passes on whatever its transports raise
        says = f"It refuses us: {type(error).__name__}"
        return fail("broker", says, "Check user, password and path in SUPPLYCHAIN_BROKER_URL.")


def _check_workers() -> Iterator[Finding]:
    queues = list_active_queues()
    if not queues:
        yield fail("worker", "No worker answers; jobs wait", "Start one: supplychain worker")
        return
    taken = {queue for names in queues.values() for queue in names}
    missing = sorted(set(list_needed_queues()) - taken)
    for queue in missing:
        mend = "Start a worker for it: supplychain worker"
        yield fail("worker", f"No worker takes jobs from the queue {queue}; they wait", mend)
    if not missing:
        yield ok("worker", ", ".join(sorted(queues)))


def list_needed_queues() -> list[str]:
    """The queues that hints of jobs are sent to."""
    return [queue.value for queue in Queue]


def list_active_queues() -> dict[str, list[str]]:
    """Worker to the queues that it takes from; empty where none answers within 3 s."""
    from supplychain.tasks.app import app  # Celery is slow to import

    try:
        answers: dict[str, list[dict[str, Any]]] = (
            app.control.inspect(timeout=ANSWER_S).active_queues() or {}
        )
    except Exception:  # kombu passes on whatever its transports raise
        return {}
    return {worker: [str(queue["name"]) for queue in queues] for worker, queues in answers.items()}


def check_limits(config: Settings) -> Iterator[Finding]:
    """Whether sign-in tries can be counted."""
    url = config.rate_limits
    if url.startswith("memory:"):
        yield ok("limits", "Sign-in tries are counted in each portal process")
        return
    wrong = probe_server("limits", url, "SUPPLYCHAIN_RATE_LIMITS")
    if wrong is not None:
        yield wrong
        return
    from limits.errors import ConfigurationError  # slow to import, as the storage is
    from limits.storage import storage_from_string

    try:
        alive = storage_from_string(url, socket_timeout=ANSWER_S).check()
    except ConfigurationError as error:
        yield fail("limits", f"Its client is not installed: {error}", REDIS_MEND)
        return
    if alive:
        yield ok("limits", "Sign-in tries are counted for all portal processes")
    else:
        mend = "Check user, password and number in SUPPLYCHAIN_RATE_LIMITS."
        yield fail("limits", "The store of sign-in tries refuses us", mend)
