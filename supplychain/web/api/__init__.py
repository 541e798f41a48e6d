"""The JSON API under ``/api/v1``: one file a noun, each with its ``bp``.

Types of the domain on both sides of a view, JSON outside of it:

- **What comes in.** A body that is a noun is read by a schema with ``makes``: the view gets a
  ``ShareChoice``, not a dictionary. A body of one to a few plain fields comes as arguments of the
  view (``as_kwargs=True``), each with its type.
- **What goes out.** A view returns the noun, ``Listed`` or ``cursors.Page`` of nouns, or
  ``Versioned`` (the noun with its ETag). Its schema says which attribute a JSON name is of
  (``attribute="terms.freight"``), and a ``@pre_dump`` of the schema builds what is no attribute.
- **What is only an answer** (a secret shown once) is a dataclass beside the view.

::

    @bp.put("/shares/<id>/consent-refusal")
    @bp.arguments(ReasonIn, as_kwargs=True)
    @bp.response(200, SharePartOut)
    @policy("member", roles=("buyer",), thing="share", seen_by=("root_buyer",))
    def refuse_consent(id: str, reason: str) -> Versioned[SharePart]:
        actions.refuse_consent(graph(), id, reason=reason, by=actor(), version=if_match())
        return _answer_share(id)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from flask import Flask
from flask_smorest import Api
from flask_smorest import Blueprint as SmorestBlueprint
from typing_extensions import override

from supplychain import __version__
from supplychain.errors import Invalid
from supplychain.web.access import problems
from supplychain.web.api import described
from supplychain.web.input import fields
from supplychain.web.input.bodies import Bodies
from supplychain.web.input.pointers import pointers

PREFIX = "/api/v1"
F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Listed(Generic[T]):
    """A whole list, where one answer always holds all of it."""

    items: Sequence[T]


class Problems(Api):
    """Errors as problem+json, in the answers and in the OpenAPI document."""

    DEFAULT_ERROR_RESPONSE_NAME = None  # described once, in the introduction

    @override
    def handle_http_exception(self, error: Any) -> Any:
        """Turn webargs' and Flask's errors into ours."""
        messages = (getattr(error, "data", None) or {}).get("messages")
        if messages:
            inner = messages.get("json", messages) if isinstance(messages, dict) else messages
            return problems.as_api(Invalid(errors=pointers(inner)))
        return problems.as_api(problems.of_http(error))


class Blueprint(SmorestBlueprint):
    """A noun's routes under ``/api/v1``; name it ``api_<noun>``."""

    ARGUMENTS_PARSER = Bodies()

    if TYPE_CHECKING:
        # A view returns what its schema dumps, not a Flask response: Flask's own types refuse it.
        @override
        def get(self, rule: str, **options: Any) -> Callable[[F], F]: ...
        @override
        def post(self, rule: str, **options: Any) -> Callable[[F], F]: ...
        @override
        def put(self, rule: str, **options: Any) -> Callable[[F], F]: ...
        @override
        def patch(self, rule: str, **options: Any) -> Callable[[F], F]: ...
        @override
        def delete(self, rule: str, **options: Any) -> Callable[[F], F]: ...

    def __init__(self, noun: str, *, description: str) -> None:
        super().__init__(f"api_{noun}", f"api_{noun}", url_prefix=PREFIX, description=description)

    @override
    def route(self, rule: str, **options: Any) -> Callable[..., Any]:
        """A route; the headers and cursors that its function reads are in the document."""
        register = super().route(rule, **options)

        def register_described(func: Callable[..., Any]) -> Any:
            parameters = described.list_parameters(func)
            return register(self.doc(parameters=parameters)(func) if parameters else func)

        return register_described


DESCRIPTION = """
Sign in with a bearer token that a user makes in the portal. Errors are `application/problem+json`
(RFC 9457): `code` is stable, `detail` is for people, `errors[].pointer` names the field. Lists
page by `cursor`, and so do the lines of one long request, order or comparison. What can change has
an `ETag`, and a change asks for it in `If-Match`. What creates asks for an `Idempotency-Key`. Long
work answers `202` with a job.
"""


def init_app(app: Flask, blueprints: Sequence[SmorestBlueprint]) -> None:
    """Attach the API with its OpenAPI 3.1 document to an app."""
    app.config.update(
        API_TITLE="Supply-chain collaboration network",
        API_VERSION=__version__,
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX=PREFIX,
        OPENAPI_JSON_PATH="openapi.json",
        API_SPEC_OPTIONS={
            "info": {"description": DESCRIPTION},
            "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
            "security": [{"token": []}],
        },
    )
    api = Problems(app)
    api.register_field(fields.Money, "string", "decimal")
    api.register_field(fields.WholeNumber, "integer", None)
    api.register_field(fields.Number, "number", None)
    api.register_field(fields.UnitQuantity, "number", None)
    api.register_field(fields.Day, "string", "date")
    api.register_field(fields.Instant, "string", "date-time")
    for blueprint in blueprints:
        api.register_blueprint(blueprint)
    for endpoint in ("api-docs.openapi_json", "api-docs.openapi"):
        view = app.view_functions.get(endpoint)
        if view is not None:
            from supplychain.web.access.policy import Policy

            getattr(view, "__func__", view).__dict__["policy"] = Policy(audience="public")
