"""The rate limiter and the CSRF guard, apart from the app so that routes can name them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf.csrf import CSRFProtect
from typing_extensions import override

STORE_S: Final = 1.0
"""How long is waited for the store that counts tries: signing in must not hang on it."""
STRICT_SHARE: Final = 3
"""Each process counts for itself while the store is away: a guesser may reach several of them."""


class TryLimiter(Limiter):
    """Limits that hold in memory, and more strictly, while the store that all share is away."""

    @override
    def limit(self, limit_value: str | Callable[[], str], **named: Any) -> Any:
        """As of ``Limiter``; the text of the limit is worked out at each request."""
        if callable(limit_value):
            return super().limit(limit_value, **named)
        strict = divide_limits(limit_value)
        return super().limit(lambda: strict if self.is_on_its_own else limit_value, **named)

    @property
    def is_on_its_own(self) -> bool:
        """Whether the shared store is away; flask-limiter keeps it to itself."""
        return bool(self._storage_dead)


def divide_limits(text: str) -> str:
    """The same limits with a third of the tries, at least one: ``5/minute;30/hour``."""
    return re.sub(r"\d+(?=/)", lambda n: str(max(1, int(n.group()) // STRICT_SHARE)), text)


def init_limiter(app: Flask, uri: str) -> None:
    """Attach the limiter to an app, with an end to each wait for its store."""
    waits = {"socket_timeout": STORE_S, "socket_connect_timeout": STORE_S}
    app.config.update(
        RATELIMIT_STORAGE_URI=uri,
        RATELIMIT_STORAGE_OPTIONS=waits if uri.startswith("redis") else {},
        RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=True,
    )
    limiter.init_app(app)


# Its own headers would overwrite the Retry-After of other refusals on the same route.
limiter = TryLimiter(get_remote_address, default_limits=[], headers_enabled=False)
csrf = CSRFProtect()
