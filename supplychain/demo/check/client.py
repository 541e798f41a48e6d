"""A small client of the HTTP API, with nothing but the standard library."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

TIMEOUT_S = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiAnswer:
    """What came back; ``body`` is decoded JSON, or None where there is none."""

    status: int
    body: Any
    etag: str
    location: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """One user's access: ``url`` of the installation and a bearer token; empty is nobody."""

    url: str
    token: str

    def call(
        self, method: str, path: str, body: object = None, *, etag: str = "", key: str = ""
    ) -> ApiAnswer:
        """Send a request below ``/api/v1``; refusals are answers too, not exceptions.

        Args:
            method: GET, POST, PUT, PATCH or DELETE.
            path: below ``/api/v1``, e.g. ``/parts-requests``.
            body: what to send as JSON, if anything.
            etag: the version that a change is meant for.
            key: idempotency key of a POST; a fresh one unless given.
        """
        headers = {"Accept": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if body is not None:
            headers["Content-Type"] = "application/json"
        if etag:
            headers["If-Match"] = etag
        if method == "POST":
            headers["Idempotency-Key"] = key or uuid.uuid4().hex
        data = None if body is None else json.dumps(body).encode()
        request = Request(  # noqa: S310 - our own installation on loopback
            f"{self.url}/api/v1{path}", data=data, headers=headers, method=method
        )
        try:
            with urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310 - the same
                return _make_answer(answer.status, answer.headers, answer.read())
        except HTTPError as refusal:
            return _make_answer(refusal.code, refusal.headers, refusal.read())


def _make_answer(status: int, headers: Any, body: bytes) -> ApiAnswer:
    try:
        decoded = json.loads(body) if body else None
    except ValueError:
        decoded = None
    return ApiAnswer(
        status=status,
        body=decoded,
        etag=headers.get("ETag", ""),
        location=headers.get("Location", ""),
    )
