"""Broker, workers, limiter and mail: away, frozen, refusing, misspelt."""

from __future__ import annotations

import time
from typing import Any

import pytest

from supplychain.doctor import brokers, mails
from supplychain.doctor.findings import FAIL, OK, WARN
from tests.doctor.conftest import Patient, free_port, listen

MAIL = {"MAIL_FROM": "Portal <portal@example.com>", "URL": "https://parts.example.com"}


def test_a_broker_that_is_away(patient: Patient) -> None:
    url = f"amqp://127.0.0.1:{free_port()}//"
    findings = patient.look(brokers.check_broker, BROKER_URL=url)
    assert findings["broker"].state == FAIL
    assert findings["broker"].mend == "Start it, and check SUPPLYCHAIN_BROKER_URL."
    assert "worker" not in findings


@pytest.mark.parametrize("scheme", ["amqp", "redis"])
def test_a_broker_that_is_frozen(patient: Patient, scheme: str) -> None:
    began = time.monotonic()
    with listen() as port:
        url = f"{scheme}://127.0.0.1:{port}"
        finding = patient.look(brokers.check_broker, BROKER_URL=url)["broker"]
    assert time.monotonic() - began < 10
    assert finding.state == FAIL
    assert "is frozen" in finding.says
    assert "restart it" in finding.mend


def test_a_broker_with_a_scheme_that_nobody_speaks(patient: Patient) -> None:
    finding = patient.look(brokers.check_broker, BROKER_URL="valkey://127.0.0.1:6379")["broker"]
    assert finding.state == FAIL
    assert finding.mend == "Write redis:// instead: it is the same protocol."
    with listen(b"+PONG\r\n") as port:  # the mend, before a server that speaks it
        url = f"redis://127.0.0.1:{port}"
        assert brokers.probe_server("broker", url, "SUPPLYCHAIN_BROKER_URL") is None


def test_a_broker_with_a_scheme_of_something_else(patient: Patient) -> None:
    finding = patient.look(brokers.check_broker, BROKER_URL="http://127.0.0.1")["broker"]
    assert finding.state == FAIL
    assert "amqp://" in finding.mend


def test_a_broker_that_hangs_up(patient: Patient) -> None:
    with listen(b"") as port:
        url = f"amqp://127.0.0.1:{port}"
        finding = patient.look(brokers.check_broker, BROKER_URL=url)["broker"]
    assert finding.state == FAIL


def test_a_broker_whose_client_is_not_installed(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(brokers, "probe_server", lambda *_: None)

    def connect() -> Any:
        raise ImportError("Missing redis library")

    monkeypatch.setattr("supplychain.tasks.app.app.connection_for_write", connect)
    finding = patient.look(brokers.check_broker, BROKER_URL="redis://127.0.0.1")["broker"]
    assert finding.state == FAIL
    assert "pip install" in finding.mend


def test_no_worker_at_all(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(brokers, "list_active_queues", dict)
    finding = patient.look(brokers.check_broker)["worker"]
    assert finding.state == FAIL
    assert finding.mend.startswith("Start one: supplychain worker")


def test_no_worker_for_a_queue(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(brokers, "list_needed_queues", lambda: ["rankings", "imports"])
    monkeypatch.setattr(brokers, "list_active_queues", lambda: {"one": ["rankings"]})
    finding = patient.look(brokers.check_broker)["worker"]
    assert finding.state == FAIL
    assert "No worker takes jobs from the queue imports" in finding.says
    monkeypatch.setattr(
        brokers, "list_active_queues", lambda: {"a": ["rankings"], "b": ["imports"]}
    )
    assert patient.look(brokers.check_broker)["worker"].state == OK


def test_a_store_of_limits_that_is_away(patient: Patient) -> None:
    url = f"redis://127.0.0.1:{free_port()}"
    finding = patient.look(brokers.check_limits, RATE_LIMITS=url)["limits"]
    assert finding.state == FAIL
    assert "SUPPLYCHAIN_RATE_LIMITS" in finding.mend
    assert patient.look(brokers.check_limits, RATE_LIMITS="memory://")["limits"].state == OK


def test_a_store_of_limits_that_is_frozen(patient: Patient) -> None:
    with listen() as port:
        url = f"redis://127.0.0.1:{port}"
        finding = patient.look(brokers.check_limits, RATE_LIMITS=url)["limits"]
    assert finding.state == FAIL
    assert "is frozen" in finding.says


def test_mail_that_is_set_up_in_part(patient: Patient) -> None:
    finding = patient.look(mails.check_mail, SMTP_URL="smtp://mail.example.com")["mail"]
    assert finding.state == WARN
    assert "SUPPLYCHAIN_MAIL_FROM" in finding.mend


def test_a_mail_server_that_is_away(patient: Patient) -> None:
    url = f"smtp://127.0.0.1:{free_port()}"
    finding = patient.look(mails.check_mail, SMTP_URL=url, **MAIL)["mail"]
    assert finding.state == FAIL
    assert "is away" in finding.says


def test_a_mail_server_that_is_frozen(patient: Patient) -> None:
    began = time.monotonic()
    with listen() as port:
        url = f"smtp://127.0.0.1:{port}"
        finding = patient.look(mails.check_mail, SMTP_URL=url, **MAIL)["mail"]
    assert time.monotonic() - began < 10
    assert finding.state == FAIL
    assert "SUPPLYCHAIN_SMTP_URL" in finding.mend


def test_a_mail_server_that_refuses_us(patient: Patient) -> None:
    with listen(b"554 go away\r\n") as port:
        url = f"smtp://127.0.0.1:{port}"
        finding = patient.look(mails.check_mail, SMTP_URL=url, **MAIL)["mail"]
    assert finding.state == FAIL
    assert "refuses us" in finding.says


def test_a_mail_server_that_refuses_our_password(patient: Patient) -> None:
    script = b"220 hi\r\n250-hi\r\n250 AUTH PLAIN\r\n535 wrong\r\n221 bye\r\n"
    with listen(script) as port:
        url = f"smtp://portal:wrong@127.0.0.1:{port}"
        finding = patient.look(mails.check_mail, SMTP_URL=url, **MAIL)["mail"]
    assert finding.state == FAIL
    assert "refuses our password" in finding.says


def test_a_mail_server_that_takes_nothing_of_our_sender(patient: Patient) -> None:
    script = b"220 hi\r\n250 hi\r\n550 not yours\r\n221 bye\r\n"
    with listen(script) as port:
        url = f"smtp://127.0.0.1:{port}"
        finding = patient.look(mails.check_mail, SMTP_URL=url, **MAIL)["mail"]
    assert finding.state == FAIL
    assert "takes no mail from Portal <portal@example.com> (550)" in finding.says
    with listen(b"220 hi\r\n250 hi\r\n250 ok\r\n250 ok\r\n221 bye\r\n") as port:
        url = f"smtp://127.0.0.1:{port}"
        assert patient.look(mails.check_mail, SMTP_URL=url, **MAIL)["mail"].state == OK
