"""The form of a buyer's own rules: sentences with gaps, and the rules they come to.

Each row is a sentence; an empty row says nothing. A wrong rule is shown at the gap it came from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, TypeAlias

from marshmallow import fields, validate

from supplychain.errors import FieldError, Invalid
from supplychain.model.award_studies.runs import two_sources
from supplychain.model.award_studies.study import (
    MOST_SECONDS,
    MOST_SHARE,
    SECONDS,
    SME_SHARE,
    Rule,
    Wishes,
)
from supplychain.web.input.fields import Choice, Id, Money, Strict, Text, WholeNumber
from supplychain.web.schemas.awards.studies import line_ids

ROWS: Final = {"most": 1, "sources": 1, "shares": 1, "firms": 1}
"""Kinds of sentences that may stand several times, and how many empty ones a new form shows."""
LISTS: Final = ("critical_lines",)
"""Fields that may have several values."""
Bidders: TypeAlias = Mapping[str, Iterable[str]]
Said: TypeAlias = tuple[tuple[Rule, ...], dict[str, str]]
"""The rules of a sentence, and the names of its gaps by the rules' fields."""
WHATS: Final = ("require", "forbid", "incumbent")


def _percent(**kwargs: Any) -> WholeNumber:
    return WholeNumber(least=0, most=100, load_default=None, **kwargs)


def _rows(schema: type[Strict]) -> fields.List:
    few = validate.Length(max=20, error="Use fewer rules.")
    return fields.List(fields.Nested(schema), load_default=list, validate=few)


class MostRow(Strict):
    """At most [n] suppliers for [all or a line]."""

    at_most = WholeNumber(least=1, most=5000, required=True)
    line = Id()


class SourcesRow(Strict):
    """At least two sources for [a line], none with more than [..] %."""

    line = Id(required=True)
    most = _percent()


class ShareRow(Strict):
    """[Firm] gets at least [..] %, at most [..] % of [the spend or a line]."""

    supplier = Id(required=True)
    least = _percent()
    most = _percent()
    line = Id()


class FirmRow(Strict):
    """[Firm] [gets something | gets nothing | is kept, switching costs [..]] [all or a line]."""

    supplier = Id(required=True)
    what = Choice(*WHATS, required=True)
    line = Id()
    switch_cost = Money(load_default=None)


class RulesForm(Strict):
    """The whole form."""

    name = Text(most=100, load_default="")
    most = _rows(MostRow)
    sources = _rows(SourcesRow)
    shares = _rows(ShareRow)
    firms = _rows(FirmRow)
    sme_least = _percent()
    few = WholeNumber(least=1, most=5000, load_default=None)
    critical_lines = line_ids()
    sme_share = WholeNumber(least=0, most=100, load_default=int(SME_SHARE * 100))
    most_share = WholeNumber(least=50, most=100, load_default=int(MOST_SHARE * 100))
    seconds = WholeNumber(least=1, most=MOST_SECONDS, load_default=SECONDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A sentence and where it came from: a pointer, and the gaps' names by the rules' fields."""

    rules: tuple[Rule, ...]
    at: str
    names: dict[str, str]


def wishes_of(given: dict[str, Any], bidders: Bidders) -> Wishes:
    """What the form came to; ``bidders`` are the ids of the firms that bid, by line."""
    return Wishes(
        sentences=tuple(made.rules for made in _made(given, bidders)),
        critical_lines=tuple(given["critical_lines"]),
        at_most=given["few"],
        sme_share=Decimal(given["sme_share"]) / 100,
        most_share=Decimal(given["most_share"]) / 100,
        seconds=given["seconds"],
    )


def at_gaps(
    given: dict[str, Any], bidders: Bidders, error: Invalid, names: Mapping[str, object]
) -> Invalid:
    """The same refusal with its pointers at the gaps of the form, and names for ids."""
    made = [each for each in _made(given, bidders) for _ in each.rules]
    return Invalid(errors=[_at_gap(made, one, names) for one in error.errors])


def _at_gap(made: list[Made], error: FieldError, names: Mapping[str, object]) -> FieldError:
    parts, pointer = error.pointer.split("/"), error.pointer
    is_rule = parts[1:2] == ["rules"] and len(parts) > 2 and parts[2].isdigit()
    if is_rule and int(parts[2]) < len(made):
        rule = made[int(parts[2])]
        name = rule.names.get(parts[3] if len(parts) > 3 else "", next(iter(rule.names.values())))
        pointer = f"{rule.at}/{name}" if name else rule.at
    elif parts[1:2] == ["critical_lines"]:
        pointer = "/critical_lines"
    values = tuple(
        (name, names.get(value, value) if isinstance(value, str) else value)
        for name, value in error.values
    )
    return FieldError(pointer=pointer, message=error.message, values=values)


def _made(given: dict[str, Any], bidders: Bidders) -> Iterator[Made]:
    for name, make in _MAKERS.items():
        for at, row in enumerate(given[name]):
            rules, names = make(row, bidders)
            yield Made(rules=rules, at=f"/{name}/{at}", names={**names, "line": "line"})
    if given["sme_least"]:
        rule = {"kind": "group_share", "attribute": "sme", "equals": True}
        least = {"at_least": _part(given["sme_least"])}
        yield Made(rules=({**rule, **least},), at="/sme_least", names={"at_least": ""})


def _line(row: dict[str, Any]) -> dict[str, str]:
    return {"line": row["line"]} if row.get("line") else {}


def _most(row: dict[str, Any], _bidders: Bidders) -> Said:
    rule = {"kind": "max_suppliers", "at_most": row["at_most"], **_line(row)}
    return (rule,), {"at_most": "at_most"}


def _sources(row: dict[str, Any], bidders: Bidders) -> Said:
    most = Decimal(1) if row["most"] is None else Decimal(row["most"]) / 100
    return two_sources(row["line"], bidders.get(row["line"], ()), most), {"at_most": "most"}


def _share(row: dict[str, Any], _bidders: Bidders) -> Said:
    bounds = {
        name: _part(row[gap])
        for name, gap in (("at_least", "least"), ("at_most", "most"))
        if row[gap] is not None
    }
    names = {"at_least": "least", "at_most": "most", "supplier": "supplier"}
    return ({"kind": "share", "supplier": row["supplier"], **bounds, **_line(row)},), names


def _firm(row: dict[str, Any], _bidders: Bidders) -> Said:
    rule = {"kind": row["what"], "supplier": row["supplier"], **_line(row)}
    if row["what"] == "incumbent" and row["switch_cost"] is not None:
        rule["switch_cost"] = f"{row['switch_cost']:f}"
    return (rule,), {"supplier": "supplier", "switch_cost": "switch_cost"}


_MAKERS: Final[dict[str, Callable[[dict[str, Any], Bidders], Said]]] = {
    "most": _most,
    "sources": _sources,
    "shares": _share,
    "firms": _firm,
}


def _part(percent: int) -> str:
    return f"{Decimal(percent) / 100:f}"


def filled(wishes: Wishes) -> dict[str, Any]:
    """The form's values that come to these wishes, as far as its sentences can say them."""
    values: dict[str, Any] = {name: [] for name in ROWS}
    for sentence in wishes.sentences:
        _fill(values, sentence)
    return {
        **values,
        "few": wishes.at_most or "",
        "critical_lines": list(wishes.critical_lines),
        "sme_share": _percents(wishes.sme_share),
        "most_share": _percents(wishes.most_share),
        "seconds": wishes.seconds,
    }


def _fill(values: dict[str, Any], sentence: Sequence[Rule]) -> None:
    rule = sentence[0]
    line = {"line": rule["line"]} if rule.get("line") else {}
    kind = rule["kind"]
    if kind == "max_suppliers":
        values["most"].append({"at_most": rule["at_most"], **line})
    elif kind == "two_sources" and line:
        caps = [_percents(Decimal(each["at_most"])) for each in sentence[1:2]]
        values["sources"].append({"most": caps[0], **line} if caps else line)
    elif kind == "share":
        bounds = {
            gap: _percents(Decimal(rule[name]))
            for name, gap in (("at_least", "least"), ("at_most", "most"))
            if name in rule
        }
        values["shares"].append({"supplier": rule["supplier"], **bounds, **line})
    elif kind == "group_share" and rule["attribute"] == "sme" and "at_least" in rule:
        values["sme_least"] = _percents(Decimal(rule["at_least"]))
    elif kind in WHATS:
        cost = {"switch_cost": rule["switch_cost"]} if "switch_cost" in rule else {}
        values["firms"].append({"supplier": rule["supplier"], "what": kind, **cost, **line})


def _percents(part: Decimal) -> str:
    return f"{(part * 100).normalize():f}"
