"""The portal as it is served: static files, the application, and the gate before both."""

from __future__ import annotations

from functools import partial

from supplychain.config import Settings
from supplychain.web.access import observing
from supplychain.web.app import HEADERS, HSTS, create_app
from supplychain.web.serving import statics
from supplychain.web.serving.gate import Gate
from supplychain.web.serving.refusals import Refusals

BYTES_A_MB = 1024 * 1024


def make_portal(config: Settings, *, threads: int) -> Gate:
    """Everything that a process serves, made in the process itself.

    Args:
        config: the settings of the installation.
        threads: how many requests are worked on at once.
    """
    app = create_app(config)
    headers = {**HEADERS, **({"Strict-Transport-Security": HSTS} if config.secure_cookies else {})}
    return Gate(
        statics.serve_prepared(app, config.data_dir, headers),
        Refusals(headers),
        threads=threads,
        upload_bytes=config.upload_megabytes * BYTES_A_MB,
        at_end=partial(observing.finish_writer, app),
    )
