"""What a page of a list was sent: the list itself, what is said of it, and its lines as typed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Final

from flask import request

from supplychain.actions.parts_lists.looking import ListReading, ListSaid, look_at_list
from supplychain.actions.parts_lists.sheets import ListSheet, unpack_sheets
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.transactions import read
from supplychain.graph.parts_requests import parts_requests
from supplychain.model.parts_requests.parts_request import PartsRequest, RequestContent
from supplychain.web.access.policy import actor
from supplychain.web.input.forms import load, nested
from supplychain.web.schemas.parts_lists import ListSaidIn
from supplychain.web.schemas.parts_requests.parts_requests import PartsRequestIn
from supplychain.web.schemas.sent import Sent

SAID_NAMES: Final = tuple(ListSaidIn().fields)
CONTENT_NAMES: Final = ("title", "note", "currency", "deadline", "tax_basis")
APART_NAMES: Final = ("out", "row", "likely")
"""Of a line on the page, and no part of a line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentPage:
    """What a page of a list sent.

    Attributes:
        sheets: the list.
        values: all fields, as typed.
        request_id: the draft to which lines are added; empty for a new one.
    """

    sheets: list[ListSheet]
    values: dict[str, Any] = field(default_factory=dict)
    request_id: str = ""

    @classmethod
    def of_form(cls) -> SentPage:
        """The form of the present request.

        Raises:
            Invalid: the list that it carries was changed.
        """
        values = nested(request.form, lists=("picked",))
        return cls(
            sheets=unpack_sheets(values.pop("sheets", "")),
            values=values,
            request_id=values.pop("request_id", ""),
        )

    def read_said(self) -> ListSaid:
        """What is said of the list.

        Raises:
            Invalid: with one error for each wrong field.
        """
        return load(
            ListSaidIn(), {name: self.values[name] for name in SAID_NAMES if name in self.values}
        )

    def read_list(self, said: ListSaid) -> ListReading:
        """All that the list comes to, by what was said of it.

        Raises:
            Invalid: nothing is in it, or too much.
        """
        return look_at_list(graph(), self.sheets, said, by=actor())

    def find_draft(self) -> PartsRequest | None:
        """The draft to which lines are added; None for a new one.

        Raises:
            NotFound, NotOpen: it is none of the reader's, or no draft any more.
        """
        if not self.request_id:
            return None
        stored = read(graph(), parts_requests.get, self.request_id, viewer=actor().firm_id)
        stored.check_draft()
        return stored

    def kept_lines(self) -> list[dict[str, Any]]:
        """The lines as typed, without those that are left out."""
        typed = self.values.get("lines")
        lines = typed if isinstance(typed, list) else []
        return [line for line in lines if "out" not in line and set(line) - {*APART_NAMES}]

    def read_content(self) -> RequestContent:
        """The content that was typed, what lines lack taken from what holds for all.

        Raises:
            Invalid: with one error for each wrong field; lines count as they are typed.
        """
        values = {name: self.values[name] for name in CONTENT_NAMES if name in self.values}
        values["lines"] = [self._complete_line(line) for line in self.kept_lines()]
        sent: Sent[RequestContent] = load(PartsRequestIn(), values)
        return sent.over(RequestContent())

    def _complete_line(self, line: dict[str, Any]) -> dict[str, Any]:
        own = {name: value for name, value in line.items() if name not in APART_NAMES}
        if "likely" in line:
            own.setdefault("part_id", line["likely"])
        for name in ("need_by", "place", "category"):
            if name in self.values and not (name == "category" and "part_id" in own):
                own.setdefault(name, self.values[name])
        return own


def add_lines(stored: PartsRequest, content: RequestContent) -> RequestContent:
    """A draft with the lines behind its own, and what its head lacks."""
    return replace(
        stored.as_content(),
        title=stored.title or content.title,
        note=stored.note or content.note,
        deadline=stored.deadline or content.deadline,
        lines=(*stored.lines, *content.lines),
    )
