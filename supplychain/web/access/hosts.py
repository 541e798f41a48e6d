"""Under which name this portal answers, and what its links begin with.

Whoever can choose the ``Host`` of a request could otherwise have links made that lead elsewhere,
or read pages under a name of its own (DNS rebinding).
"""

from __future__ import annotations

from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from flask import Flask, request, url_for

from supplychain.config import settings
from supplychain.errors import Invalid
from supplychain.web.access import observing

PROBES: Final = ("health.alive", "health.ready", "operator_status.tell_figures")
"""What a load balancer or Prometheus asks under whatever name; they hold no link."""


def init_app(app: Flask) -> None:
    """Attach to an app: before anything else is looked at."""
    app.before_request(check_host)


def check_host() -> None:
    """Refuse a request under a name that is not ours.

    With ``SUPPLYCHAIN_URL`` that is its host alone. Without, the portal is for one machine and its
    own network: loopback and private addresses.

    Raises:
        Invalid: it is another name.
    """
    if request.endpoint not in PROBES and not _is_ours(request.host):
        refusal = Invalid(
            "This portal does not answer under the name %(host)s. Its operator sets "
            "SUPPLYCHAIN_URL to the address that people use.",
            host=request.host[:100],
        )
        observing.note_refusal(refusal, reason="host")
        raise refusal


def _is_ours(host: str) -> bool:
    public = settings().public_url
    if public:
        return host.casefold() == urlsplit(public).netloc.casefold()
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or ip_address(name).is_private
    except ValueError:
        return False


def public_link(endpoint: str, *, secret: str) -> str:
    """The whole address of a page that a secret opens, to be sent to somebody."""
    base = settings().public_url or request.host_url.rstrip("/")
    return base + url_for(endpoint, secret=secret)
