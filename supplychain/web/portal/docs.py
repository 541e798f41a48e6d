"""The API's reference as a plain page, made from its OpenAPI document."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, render_template

from supplychain.web.access.policy import policy

bp = Blueprint("docs", __name__)
METHODS = ("get", "post", "put", "patch", "delete")


@bp.get("/api/v1/docs")
@policy("public")
def index() -> str:
    """All paths with their parameters, bodies and answers, and all schemas."""
    document = _document()
    return render_template(
        "docs/index.html",
        document=document,
        groups=_groups(document),
        schemas=sorted(document.get("components", {}).get("schemas", {}).items()),
    )


def _document() -> dict[str, Any]:
    apis = current_app.extensions["flask-smorest"]["apis"]
    return next(iter(apis.values()))["ext_obj"].spec.to_dict()


def _groups(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Operations by tag, in the order of the paths."""
    about = {tag["name"]: tag.get("description", "") for tag in document.get("tags", [])}
    found: dict[str, list[dict[str, Any]]] = {}
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                operation = _operation(path, method, item)
                found.setdefault((item[method].get("tags") or ["other"])[0], []).append(operation)
    return [
        {
            "name": name.removeprefix("api_").replace("_", " ").capitalize(),
            "key": name,
            "about": about.get(name, ""),
            "operations": operations,
        }
        for name, operations in sorted(found.items())
    ]


def _operation(path: str, method: str, item: dict[str, Any]) -> dict[str, Any]:
    given = item[method]
    body = given.get("requestBody", {}).get("content", {})
    return {
        "path": path,
        "method": method.upper(),
        "summary": given.get("summary", ""),
        "parameters": [*item.get("parameters", []), *given.get("parameters", [])],
        "body": _schema_name(body),
        "body_type": next(iter(body), ""),
        "answers": [
            (status, answer.get("description", ""), _schema_name(answer.get("content", {})))
            for status, answer in sorted(given.get("responses", {}).items())
            if isinstance(answer, dict) and status != "default"
        ],
    }


def _schema_name(content: dict[str, Any]) -> str:
    for one in content.values():
        reference = one.get("schema", {}).get("$ref", "")
        if reference:
            return reference.rsplit("/", 1)[-1]
    return ""
