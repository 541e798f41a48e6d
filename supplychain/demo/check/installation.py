"""The installation that is checked: on this machine with its graph, or anywhere by its address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from supplychain.actions.people import accounts
from supplychain.config import settings
from supplychain.demo.check.client import Client
from supplychain.demo.check.steps import NotHeld
from supplychain.demo.check.visitor import Visitor
from supplychain.demo.state import password
from supplychain.graph.engine.driver import graph

SECRET: Final = re.compile(r'id="secret" value="([^"]+)"')
"""Where the page shows the secret of a token that was just made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedInstallation:
    """``url`` is its address; ``secret`` the password of the demo's accounts.

    With ``is_here`` the check also uses the graph of this process's settings: it makes tokens and
    a link for a forgotten password there, and changes one event to see that the audit names it.
    Elsewhere it does nothing but what anybody with these accounts can do.
    """

    url: str
    secret: str
    is_here: bool

    @classmethod
    def here(cls, url: str) -> CheckedInstallation:
        """The installation of this process's settings."""
        return cls(url=url, secret=password(settings().data_dir), is_here=True)

    def make_client(self, email: str, scope: str = "trade") -> Client:
        """Somebody's access by a fresh token.

        Raises:
            NotHeld: nobody can sign in so.
        """
        make = self._make_token_here if self.is_here else self._make_token_by_page
        return Client(url=self.url, token=make(email, scope))

    def _make_token_here(self, email: str, scope: str) -> str:
        session = accounts.sign_in(graph(), email, self.secret)
        who = accounts.principal_of_session(graph(), session)
        assert who is not None, email
        return accounts.create_token(graph(), "check", days=1, scope=scope, by=who.actor)[1]

    def _make_token_by_page(self, email: str, scope: str) -> str:
        window = Visitor(url=self.url)
        entered = window.sign_in(email, self.secret)
        if entered.status != 200 or entered.path == "/sign-in":
            raise NotHeld(f"{email} cannot sign in: {entered.status}")
        wish = {"name": "check", "scope": scope, "days": "1"}
        shown = SECRET.search(window.send("/account/tokens", wish, seen_at="/account").text)
        if shown is None:
            raise NotHeld(f"{email} got no token")
        return shown[1]
