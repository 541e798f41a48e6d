"""A mail server on loopback, and an installation that sends by it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from neo4j import Driver

from supplychain.actions import mails
from supplychain.config import settings
from supplychain.model.ids import utc_now
from supplychain.tasks.mails import gather_letters
from tests.engines import free_port


@dataclass
class Mailbox:
    """What arrived: the envelope's recipients and the mail; ``refuse`` is an answer instead."""

    arrived: list[tuple[list[str], EmailMessage]] = field(default_factory=list)
    refuse: str = ""

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd calls it so
        if self.refuse:
            return self.refuse
        content = envelope.content
        assert isinstance(content, bytes)
        mail: Any = message_from_bytes(content, policy=policy.default)
        self.arrived.append((envelope.rcpt_tos, mail))
        return "250 OK"

    def send(self, driver: Driver) -> list[EmailMessage]:
        """Let the worker send what is due; what arrived since the last time."""
        mails.send_due(driver, utc_now(), gather_letters())
        came, self.arrived = [mail for _, mail in self.arrived], []
        return came

    def text(self, driver: Driver) -> str:
        """The text of the one mail that is due."""
        (mail,) = self.send(driver)
        return mail.get_content()


@contextmanager
def mail_server(monkeypatch: pytest.MonkeyPatch, *, login: str = "") -> Iterator[Mailbox]:
    """A mailbox, and settings by which mail goes there; ``login`` is ``user:password``."""
    box, port = Mailbox(), free_port()

    def check_login(_s: Any, _session: Any, _e: Any, _mechanism: str, sent: Any) -> AuthResult:
        return AuthResult(success=f"{sent.login.decode()}:{sent.password.decode()}" == login)

    controller = Controller(
        box,
        hostname="127.0.0.1",
        port=port,
        authenticator=check_login if login else None,
        auth_required=bool(login),
        auth_require_tls=False,
    )
    controller.start()
    at = f"{login}@" if login else ""
    monkeypatch.setenv("SUPPLYCHAIN_SMTP_URL", f"smtp://{at}127.0.0.1:{port}")
    monkeypatch.setenv("SUPPLYCHAIN_MAIL_FROM", "Portal <portal@example.com>")
    monkeypatch.setenv("SUPPLYCHAIN_URL", "http://localhost")
    settings.cache_clear()
    try:
        yield box
    finally:
        controller.stop()
        monkeypatch.undo()
        settings.cache_clear()
