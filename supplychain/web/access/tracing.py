"""Each request has an id and is counted and timed, whatever becomes of it."""

from __future__ import annotations

from time import perf_counter
from typing import Final

from flask import Flask, Response, g, request

from supplychain import metrics, trace
from supplychain.config import settings

HEADER: Final = "X-Request-ID"


def init_app(app: Flask) -> None:
    """Attach to an app: before anything else is looked at."""
    app.before_request(_begin_request)
    app.after_request(_end_request)
    app.teardown_request(_forget_request)


def _begin_request() -> None:
    # Only a proxy's id is taken over: a stranger's could be somebody else's.
    brought = request.headers.get(HEADER, "") if settings().proxies else ""
    g.began = perf_counter()
    g.request_id = trace.begin_work(request.endpoint or "none", request_id=brought)


def _end_request(response: Response) -> Response:
    route = request.endpoint or "none"
    if "began" not in g:  # what failed before this was called
        return response
    response.headers[HEADER] = g.request_id
    metrics.REQUESTS.labels(route, request.method, str(response.status_code)).inc()
    metrics.REQUEST_TIME.labels(route).observe(perf_counter() - g.began)
    return response


def _forget_request(_error: BaseException | None) -> None:
    trace.end_work()
