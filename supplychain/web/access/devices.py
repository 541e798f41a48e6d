"""Guessing passwords is slowed down for the guesser, not for whose password is guessed.

Wrong tries count by network, by account *and* network, and by account over all networks. A browser
in which the account was signed in before is known by a cookie of its own and counts for itself
alone, so that nobody far away can lock its owner out.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Final

from flask import current_app, request, session
from flask_limiter.util import get_remote_address
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from supplychain.model.ids import digest, new_id
from supplychain.web.access import cookies

COOKIE: Final = "device"
CODE_ENDPOINT: Final = "accounts.check_code"
KNOWN_S: Final = 180 * 24 * 3600
"""A browser that nobody signed in with for half a year is a stranger again."""
MAX_ACCOUNTS: Final = 5
"""Accounts that one browser is known for; the last ones."""
NETWORK_BITS: Final = {4: 24, 6: 56}
"""What one household or firm commonly gets: a guesser hops from address to address in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A browser as its cookie knows it: its id, and digests of the accounts signed in with it."""

    id: str = ""
    accounts: tuple[str, ...] = ()


def network_key() -> str:
    """The network that a request comes from."""
    try:
        address = ip_address(get_remote_address())
    except ValueError:
        return "network|unknown"
    return f"network|{ip_network((address, NETWORK_BITS[address.version]), strict=False)}"


def account_key() -> str:
    """The account that is tried, whoever tries."""
    return f"account|{tried_account()}"


def account_and_network_key() -> str:
    """The account that is tried, by the device that knows it, or else from where."""
    device = _known_device()
    return f"{account_key()}|device|{device}" if device else f"{account_key()}|{network_key()}"


def is_known() -> bool:
    """Whether the account that is tried was signed in with this browser before."""
    return bool(_known_device())


def names_nobody() -> bool:
    """Whether the form that was sent names no address: then no account is counted."""
    return not request.form.get("email", "").strip()


def remember(response: Response, account: str) -> Response:
    """The response, by which the browser is known for the account that just signed in.

    ``account`` is as ``tried_account`` named it before the sign-in.
    """
    known = _read_cookie()
    accounts = [account, *(one for one in known.accounts if one != account)]
    content = {"id": known.id or new_id(), "accounts": accounts[:MAX_ACCOUNTS]}
    text = str(_make_serializer().dumps(content))
    cookies.set_cookie(response, COOKIE, text, life_s=KNOWN_S)
    return response


def tried_account() -> str:
    """A digest of the address that is tried; of a code, that whose password was right before."""
    if request.endpoint == CODE_ENDPOINT:
        return str(session.get("half_account", ""))
    return digest(request.form.get("email", "").strip().lower()[:254])


def _known_device() -> str:
    known = _read_cookie()
    return known.id if tried_account() in known.accounts else ""


def _read_cookie() -> Device:
    try:
        content = _make_serializer().loads(cookies.read_cookie(COOKIE), max_age=KNOWN_S)
    except BadSignature:
        return Device()
    return Device(id=content["id"], accounts=tuple(content["accounts"]))


def _make_serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="known-device")
