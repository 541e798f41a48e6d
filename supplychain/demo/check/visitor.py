"""Somebody who reads pages and sends forms, with nothing but the standard library."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from typing import Final
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

from supplychain.demo.check.client import TIMEOUT_S

TOKENS: Final = re.compile(r'type="hidden" name="(csrf_token|once)" value="([^"]*)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitedPage:
    """What a visitor was shown at last; ``path`` is where it ended after being sent on."""

    status: int
    path: str
    text: str


def _make_opener() -> OpenerDirector:
    return build_opener(HTTPCookieProcessor(CookieJar()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """A window of its own at the portal of ``url``, signed in nowhere."""

    url: str
    opener: OpenerDirector = field(default_factory=_make_opener)

    def open(self, path: str) -> VisitedPage:
        """Look at a page; refusals are pages too, not exceptions."""
        return self._fetch_page(path, None)

    def send(self, path: str, fields: dict[str, str], *, seen_at: str = "") -> VisitedPage:
        """Fill in the form of a page and send it to ``path``.

        Args:
            path: where the form is sent.
            fields: what is filled in.
            seen_at: the page with the form, if it stands at another path.
        """
        hidden = dict(TOKENS.findall(self.open(seen_at or path).text))
        return self._fetch_page(path, urlencode({**hidden, **fields}).encode())

    def sign_in(self, email: str, password: str) -> VisitedPage:
        """Sign in by password; the page after it."""
        return self.send("/sign-in", {"email": email, "password": password})

    def _fetch_page(self, path: str, body: bytes | None) -> VisitedPage:
        try:
            with self.opener.open(f"{self.url}{path}", body, timeout=TIMEOUT_S) as answer:
                text = answer.read().decode()
                return VisitedPage(status=answer.status, path=urlsplit(answer.url).path, text=text)
        except HTTPError as refusal:
            text = refusal.read().decode(errors="replace")
            return VisitedPage(
                status=refusal.code, path=urlsplit(refusal.url or "").path, text=text
            )
