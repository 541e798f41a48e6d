"""Logs: readable on a terminal, JSON where ``SUPPLYCHAIN_LOG_FORMAT=json``.

Ids, never payloads: no price, no token, no name of a document.
"""

from __future__ import annotations

import logging
import sys
from typing import TextIO

import structlog


class LossyStream:
    """A stream that cannot be written to loses its lines, and nothing else.

    A full disk under the log must not turn an answer into an error.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.is_broken = False
        """Whether the last line was lost."""

    def write(self, text: str) -> int:
        """Write, or not."""
        try:
            count = self._stream.write(text)
        except (OSError, ValueError):
            self.is_broken = True
            return 0
        self.is_broken = False
        return count

    def flush(self) -> None:
        """Write what is held back, or not."""
        try:
            self._stream.flush()
        except (OSError, ValueError):
            self.is_broken = True


stream = LossyStream(sys.stderr)
"""Where this process logs to."""


def configure_logs(log_format: str) -> None:
    """Set up the logs of this process; ``text`` or ``json``."""
    last = (
        structlog.processors.JSONRenderer()
        if log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(stream),  # pyright: ignore[reportArgumentType] # it is written to and flushed,
    )
    logging.getLogger("neo4j").setLevel(logging.ERROR)
