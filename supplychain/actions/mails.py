"""Mail: whoever acts says in the same transaction what is to be told, the worker writes and sends.

``post`` is all that an action needs. A mail keeps no text and no secret, only its kind and what it
is about; the letter is made when it is sent, by the function that an action lists in its
``LETTERS``. A link in it is made then too, so that none lies about. After a crash a mail may come
twice, with one Message-ID; after a failure it is tried again, later each time.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import Final, Literal, TypeAlias
from urllib.parse import unquote, urlsplit

import structlog
from neo4j import Driver

from supplychain.config import settings
from supplychain.graph import mails
from supplychain.graph.engine.transactions import Tx, write
from supplychain.model.events import Facts
from supplychain.model.ids import new_id
from supplychain.model.mails import WAITS_MINUTES, Letter, Outgoing

Compose: TypeAlias = Callable[[Driver, Outgoing, datetime], Letter | None]
"""Makes the letter of a mail when it is sent; None where there is nothing to tell any more."""

BATCH_MAILS: Final = 20
TIMEOUT_S: Final = 10.0
LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
SUBMISSION_NUMBER: Final = 587
SUBMISSIONS_NUMBER: Final = 465
"""Ports of RFC 6409 and RFC 8314 where the setting names none."""
PERMANENT_NUMBER: Final = 500
"""From this reply code on, the same mail will be refused again (RFC 5321, 4.2.1)."""
REFUSALS: Final = (
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPResponseException,
    smtplib.SMTPNotSupportedError,
    ValueError,
)
"""What is wrong with one mail alone: refused, or an address that no mail or server takes."""
log = structlog.get_logger()


def post(
    tx: Tx, kind: str, *, at: datetime, to: str = "", about_id: str = "", facts: Facts | None = None
) -> None:
    """Have a mail sent once the transaction commits; nothing where no mail is set up.

    Args:
        tx: of the change that is told.
        kind: one of the kinds in the ``LETTERS`` of an action.
        at: when, from outside the transaction.
        to: the address; empty where the letter's own function finds it by ``about_id``.
        about_id: what it is about, a user's id or another.
        facts: what its sentences need; never a secret.
    """
    if settings().sends_mail:
        mails.add(tx, new_id(), kind, to=to, about_id=about_id, facts=facts or {}, at=at)


def build_link(path: str) -> str:
    """The whole address of a page, for a letter."""
    return f"{settings().public_url}/{path.lstrip('/')}"


def send_due(driver: Driver, now: datetime, letters: Mapping[str, Compose]) -> int:
    """Send what is due, several workers at once as may be; how many letters went out."""
    if not settings().sends_mail:
        return 0
    dues = [now + timedelta(minutes=wait) for wait in WAITS_MINUTES]
    claimed = write(driver, mails.claim, now=now, dues=dues, limit=BATCH_MAILS)
    if not claimed:
        return 0
    sent, handled = 0, 0
    try:
        with open_server() as server:
            for mail in claimed:
                sent += _send_one(driver, server, mail, letters, now)
                handled += 1
    except (smtplib.SMTPException, OSError) as error:
        # The server is away or refuses us, not a mail: what is left is due again after its wait.
        log.warning("mail_server_away", error=type(error).__name__)
        for mail in claimed[handled:]:
            _give_up_last(driver, mail)
    return sent


def _send_one(
    driver: Driver,
    server: smtplib.SMTP,
    mail: Outgoing,
    letters: Mapping[str, Compose],
    now: datetime,
) -> bool:
    try:
        letter = letters[mail.kind](driver, mail, now)
    except Exception:
        # One letter that cannot be written must not hold up all others.
        log.exception("mail_not_written", mail_id=mail.id, kind=mail.kind)
        _give_up_last(driver, mail)
        return False
    if letter is None:
        write(driver, mails.end, mail.id, state="D")
        return False
    try:
        message = _write_message(mail, letter, now)
        server.send_message(message, settings().mail_from, [letter.to])
    except smtplib.SMTPSenderRefused:
        raise
    except REFUSALS as error:
        log.warning("mail_refused", mail_id=mail.id, kind=mail.kind, error=type(error).__name__)
        if _is_permanent(error):
            write(driver, mails.end, mail.id, state="F")
        else:
            _give_up_last(driver, mail)
        return False
    write(driver, mails.end, mail.id, state="D")
    return True


def _give_up_last(driver: Driver, mail: Outgoing) -> None:
    if mail.tries >= len(WAITS_MINUTES):
        log.error("mail_given_up", mail_id=mail.id, kind=mail.kind)
        write(driver, mails.end, mail.id, state="F")


def _is_permanent(error: Exception) -> bool:
    match error:
        case smtplib.SMTPRecipientsRefused():
            return all(code >= PERMANENT_NUMBER for code, _ in error.recipients.values())
        case smtplib.SMTPResponseException():
            return error.smtp_code >= PERMANENT_NUMBER
        case _:
            return True  # another try changes nothing


def _write_message(mail: Outgoing, letter: Letter, now: datetime) -> EmailMessage:
    message = EmailMessage()
    message["From"] = settings().mail_from
    message["To"] = Address(addr_spec=letter.to)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{mail.id}@{urlsplit(settings().public_url).hostname}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence answers it
    message.set_content(letter.text)
    return message


@contextmanager
def open_server(*, timeout_s: float = TIMEOUT_S) -> Iterator[smtplib.SMTP]:
    """A signed-in connection, encrypted wherever the server can.

    Raises:
        smtplib.SMTPException, OSError: the server is away or refuses us.
    """
    url = urlsplit(settings().smtp_url)
    host = url.hostname or "localhost"
    context = ssl.create_default_context()
    if url.scheme == "smtps":
        port = url.port or SUBMISSIONS_NUMBER
        server = smtplib.SMTP_SSL(host, port, timeout=timeout_s, context=context)
    else:
        server = smtplib.SMTP(host, url.port or SUBMISSION_NUMBER, timeout=timeout_s)
    with server:
        server.ehlo()
        if url.scheme != "smtps" and server.has_extn("starttls"):
            server.starttls(context=context)
        elif url.scheme != "smtps" and url.username and host not in LOOPBACK:
            raise smtplib.SMTPNotSupportedError("no password is sent unencrypted")
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
        yield server


@dataclass(frozen=True, slots=True, kw_only=True)
class MailTrouble:
    """Why the mail server takes nothing from us; ``detail`` is its code or the error's words."""

    kind: Literal["password", "sender", "encryption", "refused", "slow", "away"]
    detail: str = ""


def find_trouble(*, timeout_s: float) -> MailTrouble | None:
    """Ask the mail server whether it takes mail of our sender; None where it does. Sends none."""
    try:
        with open_server(timeout_s=timeout_s) as server:
            code, _ = server.mail(parseaddr(settings().mail_from)[1])
            if not 200 <= code < 300:
                return MailTrouble(kind="sender", detail=str(code))
            server.rset()
    except smtplib.SMTPAuthenticationError:
        return MailTrouble(kind="password")
    except smtplib.SMTPNotSupportedError:
        return MailTrouble(kind="encryption")
    except smtplib.SMTPException as error:
        return MailTrouble(kind="refused", detail=type(error).__name__)
    except TimeoutError:
        return MailTrouble(kind="slow")
    except OSError as error:
        return MailTrouble(kind="away", detail=error.strerror or type(error).__name__)
    return None
