"""The API's reference as a plain page, made from its OpenAPI document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, current_app, render_template

from supplychain.web.access.policy import policy

bp = Blueprint("docs", __name__)
METHODS = ("get", "post", "put", "patch", "delete")


@bp.get("/api/v1/docs")
@policy("public")
def index() -> str:
    """All paths with their parameters, bodies and answers, and all schemas."""
    document = _read_document()
    return render_template(
        "docs/index.html",
        document=document,
        groups=_group_operations(document),
        schemas=sorted(document.get("components", {}).get("schemas", {}).items()),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method of one path; ``body`` and the last of each answer are names of schemas."""

    path: str
    method: str
    summary: str
    parameters: list[dict[str, Any]]
    body: str
    body_type: str
    answers: list[tuple[str, str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationGroup:
    """The operations of one tag, in the order of their paths."""

    name: str
    key: str
    about: str
    operations: list[Operation]


def _read_document() -> dict[str, Any]:
    apis = current_app.extensions["flask-smorest"]["apis"]
    return next(iter(apis.values()))["ext_obj"].spec.to_dict()


def _group_operations(document: dict[str, Any]) -> list[OperationGroup]:
    about = {tag["name"]: tag.get("description", "") for tag in document.get("tags", [])}
    groups: dict[str, list[Operation]] = {}
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                tag = (item[method].get("tags") or ["other"])[0]
                groups.setdefault(tag, []).append(_read_operation(path, method, item))
    return [
        OperationGroup(
            name=tag.removeprefix("api_").replace("_", " ").capitalize(),
            key=tag,
            about=about.get(tag, ""),
            operations=operations,
        )
        for tag, operations in sorted(groups.items())
    ]


def _read_operation(path: str, method: str, item: dict[str, Any]) -> Operation:
    operation = item[method]
    body = operation.get("requestBody", {}).get("content", {})
    return Operation(
        path=path,
        method=method.upper(),
        summary=operation.get("summary", ""),
        parameters=[*item.get("parameters", []), *operation.get("parameters", [])],
        body=_find_schema_name(body),
        body_type=next(iter(body), ""),
        answers=[
            (status, answer.get("description", ""), _find_schema_name(answer.get("content", {})))
            for status, answer in sorted(operation.get("responses", {}).items())
            if isinstance(answer, dict) and status != "default"
        ],
    )


def _find_schema_name(content: dict[str, Any]) -> str:
    for one in content.values():
        reference = one.get("schema", {}).get("$ref", "")
        if reference:
            return reference.rsplit("/", 1)[-1]
    return ""
