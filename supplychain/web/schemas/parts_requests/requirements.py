"""What a part requires, as pages send it and the API reads and tells it."""

from __future__ import annotations

import re
from dataclasses import asdict
from dataclasses import fields as dataclass_fields
from typing import Any

from marshmallow import fields, validate
from typing_extensions import override

from supplychain.model.parts_requests.parts_request import RequestLine
from supplychain.model.parts_requests.requirements import (
    GEOMETRICAL,
    LINEAR,
    MATERIALS,
    MAX_KG,
    MAX_MM,
    MAX_STEPS,
    MAX_TERM_CHARS,
    MAX_TERMS,
    PROCESSES,
    Requirements,
)
from supplychain.web.input.fields import Choice, Said, Strict, Text, WholeNumber
from supplychain.web.pages.i18n import translate

_BETWEEN = re.compile(r"[,，、;；\n]")
_STEPS = re.compile(r"[,，、;；\n]|->|→|>")


REQUIREMENT_NAMES = frozenset(field.name for field in dataclass_fields(Requirements))
_SUGGESTED = frozenset((*PROCESSES, *MATERIALS))


def split_list(text: str) -> list[str]:
    """The entries of a text with commas, or a line each; empty ones left out."""
    return [part for each in _BETWEEN.split(text) if (part := each.strip())]


class Terms(fields.List):
    """Names of processes, materials, regions or steps: a list, or one text with commas."""

    def __init__(self, *, most: int = MAX_TERMS, **kwargs: Any) -> None:
        message = Said.of("Name at most %(most)s.", most=most)
        super().__init__(
            Text(most=MAX_TERM_CHARS), validate=validate.Length(max=most, error=message), **kwargs
        )

    @override
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[Any]:
        entries = _STEPS.split(value) if isinstance(value, str) else value
        names = super()._deserialize(entries, attr, data, **kwargs)
        return [name for name in names if name]


def tolerance(classes: tuple[str, ...], **kwargs: Any) -> Choice:
    """A class of ISO 2768; blank is not asked, or not stated."""
    return Choice("", *classes, **kwargs)


def _size_field(most: int) -> WholeNumber:
    return WholeNumber(least=1, most=most, allow_none=True)


class RequirementsIn(Strict):
    """What a line asks of whoever makes it; what is left out is not asked."""

    process = Text(most=MAX_TERM_CHARS, metadata={"description": "such as 5-axis milling"})
    material = Text(most=MAX_TERM_CHARS, metadata={"description": "such as stainless steel"})
    length_mm = _size_field(MAX_MM)
    width_mm = _size_field(MAX_MM)
    height_mm = _size_field(MAX_MM)
    weight_kg = _size_field(MAX_KG)
    tolerance_linear = tolerance(LINEAR, metadata={"description": "ISO 2768: f, m, c, v"})
    tolerance_geometrical = tolerance(GEOMETRICAL, metadata={"description": "ISO 2768: H, K, L"})
    regions = Terms(metadata={"description": "regions or countries that are allowed"})
    routing = Terms(
        most=MAX_STEPS,
        metadata={"description": "categories or processes in order, all of them by one firm"},
    )


class RequirementsOut(Strict):
    """What a line asks of whoever makes it; blank is not asked."""

    process = fields.String(attribute="requirements.process")
    material = fields.String(attribute="requirements.material")
    length_mm = fields.Integer(attribute="requirements.length_mm", allow_none=True)
    width_mm = fields.Integer(attribute="requirements.width_mm", allow_none=True)
    height_mm = fields.Integer(attribute="requirements.height_mm", allow_none=True)
    weight_kg = fields.Integer(attribute="requirements.weight_kg", allow_none=True)
    tolerance_linear = fields.String(attribute="requirements.tolerance_linear")
    tolerance_geometrical = fields.String(attribute="requirements.tolerance_geometrical")
    regions = fields.List(fields.String(), attribute="requirements.regions")
    routing = fields.List(fields.String(), attribute="requirements.routing")


def spoken(word: str) -> str:
    """A suggested term in the reader's language; any other as it was written."""
    return translate(word) if word in _SUGGESTED else word


def fill_requirements(line: RequestLine) -> dict[str, Any]:
    """What a stored line asks, as its form shows it; suggested terms in the reader's language."""
    required = line.requirements
    written = {
        "process": spoken(required.process),
        "material": spoken(required.material),
        "regions": ", ".join(required.regions),
        "routing": " → ".join(spoken(step) for step in required.routing),
    }
    return {name: value or "" for name, value in {**asdict(required), **written}.items()}
