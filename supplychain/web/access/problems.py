"""The one table from our errors to HTTP, as ``application/problem+json`` or as a page."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import structlog
from flask import Flask, Response, g, jsonify, redirect, render_template, request, url_for
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from supplychain import errors, faults, trace
from supplychain.model.categories.tree import name_category
from supplychain.model.ids import new_id
from supplychain.web.access import observing, proofs
from supplychain.web.pages.i18n import language, translate

log = structlog.get_logger()

STATUS: dict[type[errors.SupplyChainError], int] = {
    errors.NotFound: 404,
    errors.WrongMethod: 405,
    errors.NotSignedIn: 401,
    errors.NotRecent: 403,
    errors.StepNeeded: 403,
    errors.Forbidden: 403,
    errors.Conflict: 409,
    errors.NotOpen: 409,
    errors.NobodyMakes: 409,
    errors.Stale: 412,
    errors.AlreadyExists: 409,
    errors.Invalid: 422,
    errors.TooMany: 429,
    errors.Fault: 500,
    errors.QueueFull: 429,
    errors.Unavailable: 503,
    errors.DiskFull: 503,
    errors.Misconfigured: 503,
}


def status_of(error: errors.SupplyChainError) -> int:
    """The HTTP status of a refusal, by its nearest class in the table."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def body_of(error: errors.SupplyChainError) -> dict[str, Any]:
    """The RFC 9457 body of a refusal, in the reader's language."""
    status = status_of(error)
    body: dict[str, Any] = {
        "type": f"urn:supplychain:problem:{error.code}",
        "title": translate(HTTPStatus(status).phrase),
        "status": status,
        "code": error.code,
        "detail": translate(error.message, **error.values),
    }
    if isinstance(error, errors.Fault):
        body["id"] = error.id
    if isinstance(error, errors.Invalid):
        body["errors"] = [_describe_field(one) for one in error.errors]
    return body


def _describe_field(error: errors.FieldError) -> dict[str, Any]:
    text = translate(error.message, **dict(error.values))
    near = [
        {"value": one.value, "name": name_category(one.value, language()), "firms": one.firms}
        for one in error.suggestions
    ]
    described = {"pointer": error.pointer, "detail": text}
    return described | ({"suggestions": near} if near else {})


def as_api(error: errors.SupplyChainError) -> Response:
    """The refusal as problem+json."""
    observing.note_refusal(error)
    response = jsonify(body_of(error))
    response.status_code = status_of(error)
    response.content_type = "application/problem+json"
    if response.status_code == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return _add_hints(response, error)


def as_page(error: errors.SupplyChainError) -> AnyResponse:
    """The refusal as a page; who is not signed in is sent to sign in and comes back after."""
    observing.note_refusal(error)
    if isinstance(error, errors.NotSignedIn):
        return redirect(url_for("accounts.sign_in", next=_read_return_address()))
    if isinstance(error, errors.StepNeeded):
        return redirect(url_for("second_factors.show"))
    if isinstance(error, errors.NotRecent):
        return Response(proofs.render_question(), status_of(error))
    body = body_of(error)
    response = Response(render_template("problem.html", problem=body), status_of(error))
    return _add_hints(response, error)


def _add_hints(response: Response, error: errors.SupplyChainError) -> Response:
    """The headers that say when to come again, or by which method."""
    retry_after = getattr(error, "retry_after", None)
    if retry_after:
        response.headers["Retry-After"] = str(retry_after)
    if isinstance(error, errors.WrongMethod):
        response.headers["Allow"] = ", ".join(sorted(error.allowed))
    return response


def _read_return_address() -> str | None:
    return request.full_path.rstrip("?") if request.method == "GET" else None


def _is_api() -> bool:
    return request.path.startswith("/api/")


def answer_refusal(error: errors.SupplyChainError) -> AnyResponse:
    """The refusal as whoever called reads it."""
    g.graph_is_away = isinstance(error, errors.Unavailable)
    return as_api(error) if _is_api() else as_page(error)


def of_http(error: HTTPException) -> errors.SupplyChainError:
    """One of ours for an error that Flask or Werkzeug raised; 500 and above are our faults."""
    if (error.code or 500) >= 500:
        return of_fault(getattr(error, "original_exception", None) or error)
    refusals: dict[int, errors.SupplyChainError] = {
        404: errors.NotFound(),
        405: errors.WrongMethod(allowed=tuple(getattr(error, "valid_methods", None) or ())),
        413: errors.Invalid("This is too large. Send less at once."),
        415: errors.Invalid("Send JSON, with the header Content-Type: application/json."),
        429: errors.TooMany(),
    }
    return refusals.get(error.code or 400, errors.Invalid("The request could not be read."))


def of_fault(error: BaseException) -> errors.SupplyChainError:
    """What is answered to a fault of ours, once it is in the log under its number."""
    if faults.is_full_disk(error):
        log.error("disk_full", path=request.path)
        return errors.DiskFull()
    fault = errors.Fault(id=trace.request_id() or new_id())
    log.error(
        "request_failed",
        fault=fault.id,
        path=request.path,
        error=type(error).__name__,
        exc_info=(type(error), error, error.__traceback__),
    )
    return fault


def init_app(app: Flask) -> None:
    """Answer every error of an app; no stack trace ever leaves."""

    @app.errorhandler(errors.SupplyChainError)
    def answer_ours(error: errors.SupplyChainError) -> AnyResponse:
        return answer_refusal(error)

    @app.errorhandler(CSRFError)
    def answer_forged_form(_: CSRFError) -> AnyResponse:
        refusal = errors.Conflict(
            "This page was open for too long. Go back, reload it and send again."
        )
        observing.note_refusal(refusal, reason="forged_form")
        return answer_refusal(refusal)

    @app.errorhandler(RateLimitExceeded)
    def answer_limit(_: RateLimitExceeded) -> AnyResponse:
        return answer_refusal(errors.TooMany())

    @app.errorhandler(HTTPException)
    def answer_http(error: HTTPException) -> AnyResponse:
        if error.code is not None and error.code < 400:
            return error.get_response()  # type: ignore[return-value]  # a redirect
        return answer_refusal(of_http(error))

    @app.errorhandler(RecursionError)
    def answer_depth(_: RecursionError) -> AnyResponse:
        return answer_refusal(errors.Invalid("The request could not be read."))

    @app.errorhandler(Exception)
    def answer_unknown(error: Exception) -> AnyResponse:
        return answer_refusal(of_fault(error))
