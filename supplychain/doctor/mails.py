"""Mail: whether it is set up, and whether its server takes any."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from email.utils import parseaddr
from typing import Final
from urllib.parse import urlsplit

from supplychain.actions.mails import open_server
from supplychain.config import Settings
from supplychain.doctor.findings import Finding, fail, ok, warn

ANSWER_S: Final = 3.0


def check_mail(config: Settings) -> Iterator[Finding]:
    """Whether mail is set up whole or not at all, and whether its server takes it."""
    if config.sends_mail:
        yield _try_server(config)
    elif config.smtp_url or config.mail_from:
        says = "It is set up in part, and nothing is sent"
        mend = "Set SUPPLYCHAIN_SMTP_URL, SUPPLYCHAIN_MAIL_FROM and SUPPLYCHAIN_URL."
        yield warn("mail", says, mend)
    else:
        yield ok("mail", "None is sent: owners and operators make links")


def _try_server(config: Settings) -> Finding:
    host = urlsplit(config.smtp_url).hostname or "localhost"
    try:
        with open_server(timeout_s=ANSWER_S) as server:
            code, answer = server.mail(parseaddr(config.mail_from)[1])
            if not 200 <= code < 300:
                raise smtplib.SMTPSenderRefused(code, answer, config.mail_from)
            server.rset()
    except smtplib.SMTPAuthenticationError:
        mend = "Check user and password in SUPPLYCHAIN_SMTP_URL (%-encoded)."
        return fail("mail", f"{host} refuses our password", mend)
    except smtplib.SMTPSenderRefused as error:
        says = f"{host} takes no mail from {config.mail_from} ({error.smtp_code})"
        return fail("mail", says, "Set SUPPLYCHAIN_MAIL_FROM to an address that it may send for.")
    except smtplib.SMTPNotSupportedError:
        says = f"{host} does not encrypt, and no password is sent without"
        return fail(
            "mail", says, "Use a server with STARTTLS, or smtps:// in SUPPLYCHAIN_SMTP_URL."
        )
    except smtplib.SMTPException as error:
        says = f"{host} refuses us: {type(error).__name__}"
        return fail("mail", says, "Check SUPPLYCHAIN_SMTP_URL with who runs that server.")
    except TimeoutError:
        says = f"{host} does not answer within {ANSWER_S:.0f} s"
        return fail("mail", says, "Check host and port in SUPPLYCHAIN_SMTP_URL, and firewalls.")
    except OSError as error:
        says = f"{host} is away: {error.strerror or type(error).__name__}"
        return fail("mail", says, "Start it, or check host and port in SUPPLYCHAIN_SMTP_URL.")
    return ok("mail", f"{host} takes mail from {config.mail_from}")
