"""What somebody reads who is not let in: made once, so that saying no costs nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape
from http import HTTPStatus
from typing import Final, TypeAlias

from supplychain.actions.translations import translate
from supplychain.errors import Invalid, SupplyChainError, TooMany, Unavailable
from supplychain.web.serving.intake import Message

RETRY_AFTER_S: Final = 5
SENTENCES: Final[Mapping[int, SupplyChainError]] = {
    400: Invalid("The request could not be read."),
    408: TooMany(
        "What you sent came too slowly. Try again on a better line, or send less at once."
    ),
    413: Invalid("This is too large. Send less at once."),
    503: Unavailable(
        "Very many are here at this moment. Nothing was changed; try again in a few seconds."
    ),
}
CODES: Final[Mapping[int, str]] = {400: "invalid", 408: "slow", 413: "invalid", 503: "busy"}


ALIVE: Final = b'{"status":"alive"}\n'
"""What ``/healthz`` says, here as in ``web/portal/health.py``."""
Written: TypeAlias = tuple[int, list[tuple[bytes, bytes]], bytes]
"""Status, headers and body of an answer."""


class Refusals:
    """The answers of each status, as a page in both languages and as problem+json."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        """``headers`` are those that every answer of the portal has."""
        always = [(name.lower().encode(), text.encode()) for name, text in headers.items()]
        self._written: dict[tuple[int, bool], Written] = {
            (status, is_api): _write_answer(status, always, is_api=is_api)
            for status in SENTENCES
            for is_api in (True, False)
        }
        self.alive: Written = (200, [*always, *_describe_body(ALIVE, b"application/json")], ALIVE)

    def answer(self, scope: Message, status: int) -> Written:
        """Status, headers and body of a refusal; the connection ends with it."""
        return self._written[status, scope["path"].startswith("/api/")]


def _write_answer(status: int, always: list[tuple[bytes, bytes]], *, is_api: bool) -> Written:
    body = _write_problem(status) if is_api else _write_page(status)
    kind = b"application/problem+json" if is_api else b"text/html; charset=utf-8"
    headers = [*always, *_describe_body(body, kind), (b"connection", b"close")]
    if status in (408, 503):
        headers.append((b"retry-after", str(RETRY_AFTER_S).encode()))
    return status, headers, body


def _describe_body(body: bytes, kind: bytes) -> list[tuple[bytes, bytes]]:
    return [
        (b"content-type", kind),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
    ]


def _write_problem(status: int) -> bytes:
    problem = {
        "type": f"urn:supplychain:problem:{CODES[status]}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": CODES[status],
        "detail": SENTENCES[status].text,
    }
    return json.dumps(problem).encode()


def _write_page(status: int) -> bytes:
    english = SENTENCES[status].text
    chinese = translate(english, "zh")
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><meta name="color-scheme" '
        f'content="light dark"><title>{escape(HTTPStatus(status).phrase)}</title>'
        f'<h1>{escape(english)}</h1><p lang="zh-Hans">{escape(chinese)}</p></html>'
    ).encode()
