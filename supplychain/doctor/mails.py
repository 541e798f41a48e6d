"""Mail: whether it is set up, and whether its server takes any."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from supplychain.actions.mails import find_trouble
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
    trouble = find_trouble(timeout_s=ANSWER_S)
    if trouble is None:
        return ok("mail", f"{host} takes mail from {config.mail_from}")
    says, mend = WORDS[trouble.kind]
    words = {"host": host, "sender": config.mail_from, "detail": trouble.detail}
    return fail("mail", says % words, mend)


WORDS: Final = {
    "password": (
        "%(host)s refuses our password",
        "Check user and password in SUPPLYCHAIN_SMTP_URL (%-encoded).",
    ),
    "sender": (
        "%(host)s takes no mail from %(sender)s (%(detail)s)",
        "Set SUPPLYCHAIN_MAIL_FROM to an address that it may send for.",
    ),
    "encryption": (
        "%(host)s does not encrypt, and no password is sent without",
        "Use a server with STARTTLS, or smtps:// in SUPPLYCHAIN_SMTP_URL.",
    ),
    "refused": (
        "%(host)s refuses us: %(detail)s",
        "Check SUPPLYCHAIN_SMTP_URL with who runs that server.",
    ),
    "slow": (
        f"%(host)s does not answer within {ANSWER_S:.0f} s",
        "Check host and port in SUPPLYCHAIN_SMTP_URL, and firewalls.",
    ),
    "away": (
        "%(host)s is away: %(detail)s",
        "Start it, or check host and port in SUPPLYCHAIN_SMTP_URL.",
    ),
}
"""Kind of trouble to what is said, and to what mends it."""
