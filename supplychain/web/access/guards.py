"""The rate limiter and the CSRF guard, apart from the app so that routes can name them."""

from __future__ import annotations

from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf.csrf import CSRFProtect

# Its own headers would overwrite the Retry-After of other refusals on the same route.
limiter = Limiter(get_remote_address, default_limits=[], headers_enabled=False)
csrf = CSRFProtect()
