"""Static files: one version in their address, so that a browser keeps them for good.

``/static/<version>/…`` and ``/bootstrap/static/<version>/…``: the version is the digest of them
all, so modules and style sheets that name each other stay together. A page of before an update
asks for another version and gets what there is, to be asked for again.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final
from wsgiref.headers import Headers
from wsgiref.types import WSGIApplication

import flask_bootstrap
import structlog
from flask import Flask, Response, request, send_from_directory
from flask_compress import Compress
from typing_extensions import override
from whitenoise import WhiteNoise
from whitenoise.compress import Compressor

log = structlog.get_logger()

OWN: Final = Path(__file__).parent.parent / "static"
BOOTSTRAP: Final = Path(flask_bootstrap.__file__).parent / "static" / "bootstrap5"
BOOTSTRAP_FILES: Final = ("css/bootstrap.min.css",)
"""What the pages use of Bootstrap."""
FOREVER: Final = "public, max-age=31536000, immutable"
VERSION_DIGITS: Final = 12
VERSIONED: Final = re.compile(rf"(?:[0-9a-f]{{{VERSION_DIGITS}}}/)?(?P<file>.+)")
KEPT_FILES: Final = 3
"""Versions whose prepared files are kept: portals of before an update may still serve them."""
COMPRESSED: Final = [
    "text/html",
    "text/csv",
    "image/svg+xml",
    "application/json",
    "application/problem+json",
]


class WholeCompress(Compress):
    """Compresses what is no version of a thing.

    An ``ETag`` names a version here, which comes back in ``If-Match``: the library would write the
    compression into it, so such an answer, always a small one, is left as it is.
    """

    @override
    def after_request(self, response: Response | None) -> Response:
        """Compress an answer where its reader can and it is worth it."""
        if response is not None and "ETag" in response.headers:
            return response
        return super().after_request(response)


@lru_cache(maxsize=1)
def version() -> str:
    """The digest of all static files."""
    digest = hashlib.sha256()
    for name, path in _list_files():
        digest.update(f"{name}\n".encode() + path.read_bytes())
    return digest.hexdigest()[:VERSION_DIGITS]


def _list_files() -> list[tuple[str, Path]]:
    """(address below the version's folder, file), of both folders."""
    own = [path for path in sorted(OWN.rglob("*")) if path.is_file()]
    return [
        *((f"static/{path.relative_to(OWN).as_posix()}", path) for path in own),
        *((f"bootstrap/static/{name}", BOOTSTRAP / name) for name in BOOTSTRAP_FILES),
    ]


def init_app(app: Flask) -> None:
    """Attach to an app: compressed answers, and static files of whatever version."""
    app.config.update(
        COMPRESS_MIMETYPES=COMPRESSED,
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_ALGORITHM_STREAMING=["br", "deflate"],
        COMPRESS_EVALUATE_CONDITIONAL_REQUEST=False,
    )
    WholeCompress(app)
    for name, prefix, folder in (
        ("any-version", "/static", OWN),
        ("bootstrap-any-version", "/bootstrap/static", BOOTSTRAP),
    ):
        app.add_url_rule(
            f"{prefix}/<path:filename>",
            endpoint=f"{name}.static",
            view_func=_serve_any_version(folder),
        )


def _serve_any_version(folder: Path) -> Callable[[str], Response]:
    def serve(filename: str) -> Response:
        named = VERSIONED.fullmatch(filename)
        return send_from_directory(folder, named["file"] if named else filename, max_age=0)

    return serve


def cache_header() -> str:
    """How long the static file of the present request may be kept."""
    is_current = f"/static/{version()}/" in request.path
    return FOREVER if is_current else "public, no-cache"


def serve_prepared(
    app: WSGIApplication, data_dir: Path, headers: Mapping[str, str]
) -> WSGIApplication:
    """The application behind its static files, compressed beforehand and sent without it.

    Where they cannot be prepared, a full disk say, the application sends them itself.
    """
    try:
        folder = _prepare_files(data_dir / "static")
    except OSError as error:
        log.warning("static_files_not_prepared", error=type(error).__name__)
        return app

    def add_headers(answer: Headers, _path: str, _url: str) -> None:
        for name, text in headers.items():
            answer[name] = text

    return WhiteNoise(
        app,
        root=str(folder),
        allow_all_origins=False,
        immutable_file_test=lambda _path, _url: True,
        add_headers_function=add_headers,
    )


def _prepare_files(parent: Path) -> Path:
    """A folder with the files of this version and their compressed twins; made once."""
    folder = parent / version()
    if folder.is_dir():
        return folder
    parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".new-", dir=parent))
    try:
        compressor = Compressor(quiet=True)
        for name, source in _list_files():
            prefix, _, rest = name.rpartition("static/")
            target = draft / f"{prefix}static/{version()}" / rest
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
            compressor.compress(str(target))
        draft.replace(folder)
    except OSError:
        shutil.rmtree(draft, ignore_errors=True)
        if not folder.is_dir():  # another process was first
            raise
    _drop_old(parent)
    return folder


def _drop_old(parent: Path) -> None:
    kept = [path for path in parent.iterdir() if not path.name.startswith(".")]
    kept.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for path in kept[KEPT_FILES:]:
        shutil.rmtree(path, ignore_errors=True)
