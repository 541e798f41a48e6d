"""One call of a WSGI application in a thread: what was asked in, what is answered out."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Any, Final
from urllib.parse import unquote_to_bytes
from wsgiref.types import WSGIApplication, WSGIEnvironment

from supplychain.web.serving.intake import Message

AT_ONCE_BYTES: Final = 256 * 1024
"""As much of an answer as is made before any of it is sent: nearly every answer whole."""


@dataclass(slots=True, kw_only=True)
class CallAnswer:
    """The beginning of an answer, and how to come by the rest of it.

    ``rest`` is None where ``body`` is all there is. ``close`` must be called once, at the end.
    """

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes
    rest: Iterator[bytes] | None
    close: Callable[[], None]


def call_app(app: WSGIApplication, environ: WSGIEnvironment) -> CallAnswer:
    """Ask a WSGI application and take the beginning of its answer."""
    begun: list[tuple[int, list[tuple[bytes, bytes]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], _: Any = None) -> Any:
        named = [(name.lower().encode("latin-1"), text.encode("latin-1")) for name, text in headers]
        begun.append((int(status[:3]), named))
        return refuse_write

    parts: Iterable[bytes] = app(environ, start_response)
    close = getattr(parts, "close", _do_nothing)
    try:
        rest = iter(parts)
        body, is_whole = take_some(rest)
    except BaseException:
        close()
        raise
    status, headers = begun[-1]
    rest = None if is_whole else rest
    return CallAnswer(status=status, headers=headers, body=body, rest=rest, close=close)


def take_some(parts: Iterator[bytes]) -> tuple[bytes, bool]:
    """The next parts of an answer together, and whether they were the last."""
    taken: list[bytes] = []
    length_bytes = 0
    for part in parts:
        taken.append(part)
        length_bytes += len(part)
        if length_bytes >= AT_ONCE_BYTES:
            return b"".join(taken), False
    return b"".join(taken), True


def refuse_write(_: bytes) -> None:
    """WSGI's old way to write, which nothing here uses.

    Raises:
        NotImplementedError: always.
    """
    raise NotImplementedError


def _do_nothing() -> None:
    pass


def make_environ(scope: Message, body: IO[bytes], length_bytes: int) -> WSGIEnvironment:
    """What PEP 3333 wants to know of a request, from ASGI's words for it.

    Names of headers with an underscore are left out: as variables they could not be told from
    those with a hyphen, which a proxy sets or strikes out.
    """
    host, port = scope.get("server") or ("localhost", 80)
    client_host, client_port = scope.get("client") or ("", 0)
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "REQUEST_URI": scope["raw_path"].decode("latin-1"),
        "SERVER_NAME": str(host),
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": str(client_host),
        "REMOTE_PORT": str(client_port),
        "CONTENT_LENGTH": str(length_bytes),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body,
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for raw_name, raw_text in scope["headers"]:
        if b"_" in raw_name or raw_name in (b"content-length", b"transfer-encoding"):
            continue
        name = raw_name.decode("latin-1").upper().replace("-", "_")
        name = name if name == "CONTENT_TYPE" else f"HTTP_{name}"
        text = raw_text.decode("latin-1")
        between = "; " if name == "HTTP_COOKIE" else ","
        environ[name] = f"{environ[name]}{between}{text}" if name in environ else text
    return environ
