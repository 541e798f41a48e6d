"""Lines of a parts request out of somebody's own file."""

from __future__ import annotations

from typing import Final

from flask import request

from supplychain.actions.parts_lists.files import read_list_file
from supplychain.actions.parts_lists.looking import ListReading, ListSaid, look_at_list
from supplychain.errors import Invalid
from supplychain.graph.engine.driver import graph
from supplychain.web.access.guards import limiter
from supplychain.web.access.policy import actor, policy
from supplychain.web.api import Blueprint
from supplychain.web.input.forms import load
from supplychain.web.schemas.parts_lists import FILES_LIMIT, ListReadingOut, ListSaidIn

bp = Blueprint("parts_lists", description="Lists of parts as people have them, as request lines.")

_TEXT: Final = {"type": "string"}
FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {
                            **_TEXT,
                            "format": "binary",
                            "description": "A workbook or a CSV file; at most 10 MB.",
                        },
                        "sheet": {"type": "integer", "minimum": 1, "maximum": 20},
                        "columns": {
                            **_TEXT,
                            "description": 'What headers mean, as JSON: {"Art.": "part_number"}.',
                        },
                        "numbers": {**_TEXT, "enum": ["point", "comma"]},
                        "days": {**_TEXT, "enum": ["day first", "month first"]},
                        "counting": {**_TEXT, "enum": ["each", "total"]},
                        "twice": {**_TEXT, "enum": ["add", "keep"]},
                        "machines": {
                            "type": "number",
                            "exclusiveMinimum": 0,
                            "description": "How many of the whole are built; else 1.",
                        },
                        "category": {**_TEXT, "maxLength": 200},
                        "need_by": {**_TEXT, "format": "date"},
                        "place": {**_TEXT, "maxLength": 200},
                        "picked": {
                            "type": "array",
                            "items": {"type": "integer", "minimum": 0},
                            "description": "Places of nodes that are wanted; else all that "
                            "contain nothing else.",
                        },
                    },
                }
            }
        },
    }
}
PLAIN_NAMES: Final = tuple(name for name in ListSaidIn().fields if name != "picked")


@bp.post("/parts-requests/lines-from-file")
@bp.doc(**FORM)
@bp.response(200, ListReadingOut)
@limiter.limit(FILES_LIMIT)
@policy("member", roles=("buyer",), takes_files=True)
def read_lines() -> ListReading:
    """Understand a parts list, an inquiry sheet or a bill of materials. Nothing is saved.

    Answer its questions by sending the file again with the answers; then send ``lines`` to
    ``POST /parts-requests``, or with those that a draft has to ``PATCH``.
    """
    said = _read_said()
    return look_at_list(graph(), read_list_file(request.files.get("file")), said, by=actor())


def _read_said() -> ListSaid:
    """The fields beside the file.

    Raises:
        Invalid: one that is none of these, or says what cannot be.
    """
    # A part of a form may have no name at all.
    unknown = [str(name) for name in request.form if name not in (*PLAIN_NAMES, "picked")]
    if unknown:
        raise Invalid("There is no such field.", pointer=f"/{unknown[0][:100]}")
    values = {name: request.form[name] for name in PLAIN_NAMES if request.form.get(name)}
    picked = request.form.getlist("picked")
    return load(ListSaidIn(), values | ({"picked": picked} if picked else {}))
