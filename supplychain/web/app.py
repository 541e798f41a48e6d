"""The web application: every noun's pages and API, found in their folders."""

from __future__ import annotations

import importlib
import pkgutil
from datetime import timedelta
from types import ModuleType

from flask import Blueprint, Flask, Response, request
from flask_bootstrap import Bootstrap5
from werkzeug.middleware.proxy_fix import ProxyFix

from supplychain.config import Settings, settings
from supplychain.web import api, portal
from supplychain.web.access import (
    bookmarks,
    hosts,
    observing,
    policy,
    problems,
    schema_gate,
    sessions,
    tracing,
)
from supplychain.web.access.guards import csrf, init_limiter
from supplychain.web.input import bounded
from supplychain.web.pages import (
    category_words,
    filters,
    i18n,
    links,
    marks,
    menu,
    templating,
    words,
)
from supplychain.web.serving import statics

CSP = (
    "default-src 'none'; object-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)
HSTS = "max-age=31536000; includeSubDomains"
"""Behind TLS, of every answer."""
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
"""Of every answer that has not set a stricter one of its own."""


def create_app(config: Settings | None = None) -> Flask:
    """A ready application; nothing is connected before the first request."""
    config = config or settings()
    app = Flask(__name__, static_url_path=f"/static/{statics.version()}")
    _set_config(app, config)
    if config.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=config.proxies, x_proto=config.proxies)
    templating.init_app(app)
    tracing.init_app(app)
    statics.init_app(app)
    Bootstrap5(app)
    bounded.init_app(app)
    init_limiter(app, config.rate_limits)
    sessions.init_app(app)
    i18n.init_app(app)
    problems.init_app(app)
    filters.init_app(app)
    category_words.init_app(app)
    links.init_app(app)
    marks.init_app(app)
    menu.init_app(app)
    words.init_app(app)
    hosts.init_app(app)
    bookmarks.init_app(app)
    schema_gate.init_app(app)
    app.before_request(sessions.read_bearer)
    app.before_request(policy.enforce)
    csrf.init_app(app)  # reads the body, so after the policy: who may not is answered unread
    app.after_request(_add_headers)
    # Looks at an answer before it gets its headers: it may have to replace it.
    observing.init_app(app, problems.answer_refusal)
    for blueprint in _find_blueprints(portal):
        app.register_blueprint(blueprint)
    nouns = [one for one in _find_blueprints(api) if isinstance(one, api.Blueprint)]
    for blueprint in nouns:
        csrf.exempt(blueprint)  # the API takes bearer tokens only, which no browser sends unasked
    api.init_app(app, nouns)
    return app


def _find_blueprints(package: ModuleType) -> list[Blueprint]:
    """Each ``bp`` of the modules and folders below a package once, whoever else names it too."""
    blueprints: list[Blueprint] = []
    for entry in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        blueprint = getattr(importlib.import_module(entry.name), "bp", None)
        if isinstance(blueprint, Blueprint) and blueprint not in blueprints:
            blueprints.append(blueprint)
    return blueprints


def _set_config(app: Flask, config: Settings) -> None:
    app.config.update(
        SECRET_KEY=config.secret_key,
        SESSION_COOKIE_NAME="__Host-session" if config.secure_cookies else "session",
        SESSION_COOKIE_SECURE=config.secure_cookies,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(hours=config.session_hours),
        BOOTSTRAP_SERVE_LOCAL=True,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
        JSON_SORT_KEYS=False,
    )


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        if name not in response.headers:
            response.headers.add(name, value)
    if settings().secure_cookies:
        response.headers.setdefault("Strict-Transport-Security", HSTS)
    if (request.endpoint or "").endswith("static"):
        response.headers["Cache-Control"] = statics.cache_header()
    else:
        response.headers["Cache-Control"] = "no-store"
        response.vary.add("Cookie")
    return response
