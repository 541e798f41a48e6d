"""The form of a buyer's own rules: sentences with gaps, and the rules they come to.

Each row is a sentence; an empty row says nothing. A wrong rule is shown at the gap it came from.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar, Final, TypeAlias

from marshmallow import fields, post_load, validate

from supplychain.award.exact import decimal_text
from supplychain.award.problem.problem import Rule
from supplychain.award.rules.group_share import GroupShare
from supplychain.award.rules.in_time import InTime
from supplychain.award.rules.incumbent import Incumbent
from supplychain.award.rules.kinds import RULES, read_rules, write_rule
from supplychain.award.rules.max_suppliers import MaxSuppliers
from supplychain.award.rules.share import Share
from supplychain.award.rules.two_sources import TwoSources
from supplychain.award.scenarios.plan import (
    DEFAULT_RUN_S,
    DEFAULT_SME_SHARE,
    DEFAULT_SOURCE_SHARE,
    Wishes,
    two_sources,
)
from supplychain.errors import FieldError, Invalid
from supplychain.model.award_studies.study import MAX_RUN_S
from supplychain.web.input.fields import Choice, Id, Money, Strict, Text, WholeNumber
from supplychain.web.schemas.awards.studies import line_ids

ROWS: Final = {"most": 1, "sources": 1, "shares": 1, "firms": 1}
"""Kinds of sentences that may stand several times, and how many empty ones a new form shows."""
LISTS: Final = ("critical_lines",)
"""Fields that may have several values."""
FIRM_CHOICES: Final = {kind: rule.FIRM_CHOICE for kind, rule in RULES.items() if rule.FIRM_CHOICE}
"""What a sentence may say of a firm, by the kind of rule it comes to."""

Bidders: TypeAlias = Mapping[str, Iterable[str]]
"""Ids of the firms that bid, by line."""
RawRule: TypeAlias = dict[str, object]
"""A rule as it stands in the form, before it is read."""
FormRows: TypeAlias = dict[str, list[RawRule]]
"""Rows of the form by the kind of their sentence, as they are shown."""


def _percent_field(**kwargs: Any) -> WholeNumber:
    return WholeNumber(least=0, most=100, load_default=None, **kwargs)


def _rows_field(schema: type[Strict]) -> fields.List:
    few = validate.Length(max=20, error="Use fewer rules.")
    return fields.List(fields.Nested(schema), load_default=list, validate=few)


@dataclass(frozen=True, slots=True, kw_only=True)
class MostSentence:
    """At most [n] suppliers for [all or a line]."""

    GAPS: ClassVar[Mapping[str, str]] = {"at_most": "at_most"}

    at_most: int
    line: str | None

    def raw_rules(self, bidders: Bidders) -> tuple[RawRule, ...]:
        """What it comes to."""
        del bidders
        return ({"kind": MaxSuppliers.KIND, "at_most": self.at_most, **_line_field(self.line)},)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcesSentence:
    """At least two sources for [a line], none with more than [..] %."""

    GAPS: ClassVar[Mapping[str, str]] = {"at_most": "most"}

    line: str
    most: int | None

    def raw_rules(self, bidders: Bidders) -> tuple[RawRule, ...]:
        """What it comes to: two sources, and a bound for each bidder of the line."""
        most = Decimal(1) if self.most is None else Decimal(self.most) / 100
        rules = two_sources(self.line, bidders.get(self.line, ()), most)
        return tuple(write_rule(rule) for rule in rules)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareSentence:
    """[Firm] gets at least [..] %, at most [..] % of [the spend or a line]."""

    GAPS: ClassVar[Mapping[str, str]] = {
        "at_least": "least",
        "at_most": "most",
        "supplier": "supplier",
    }

    supplier: str
    least: int | None
    most: int | None
    line: str | None

    def raw_rules(self, bidders: Bidders) -> tuple[RawRule, ...]:
        """What it comes to."""
        del bidders
        rule: RawRule = {"kind": Share.KIND, "supplier": self.supplier, **_line_field(self.line)}
        if self.least is not None:
            rule["at_least"] = _part_of_percent(self.least)
        if self.most is not None:
            rule["at_most"] = _part_of_percent(self.most)
        return (rule,)


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmSentence:
    """[Firm] [gets something | gets nothing | is kept, switching costs [..]] [all or a line]."""

    GAPS: ClassVar[Mapping[str, str]] = {"supplier": "supplier", "switch_cost": "switch_cost"}

    supplier: str
    what: str
    line: str | None
    switch_cost: Decimal | None

    def raw_rules(self, bidders: Bidders) -> tuple[RawRule, ...]:
        """What it comes to."""
        del bidders
        rule: RawRule = {"kind": self.what, "supplier": self.supplier, **_line_field(self.line)}
        if self.what == Incumbent.KIND and self.switch_cost is not None:
            rule["switch_cost"] = decimal_text(self.switch_cost)
        return (rule,)


class MostRow(Strict):
    """The gaps of a ``MostSentence``."""

    at_most = WholeNumber(least=1, most=5000, required=True)
    line = Id(load_default=None)

    @post_load
    def make_sentence(self, values: Any, **_: Any) -> MostSentence:
        """The filled sentence."""
        return MostSentence(**values)


class SourcesRow(Strict):
    """The gaps of a ``SourcesSentence``."""

    line = Id(required=True)
    most = _percent_field()

    @post_load
    def make_sentence(self, values: Any, **_: Any) -> SourcesSentence:
        """The filled sentence."""
        return SourcesSentence(**values)


class ShareRow(Strict):
    """The gaps of a ``ShareSentence``."""

    supplier = Id(required=True)
    least = _percent_field()
    most = _percent_field()
    line = Id(load_default=None)

    @post_load
    def make_sentence(self, values: Any, **_: Any) -> ShareSentence:
        """The filled sentence."""
        return ShareSentence(**values)


class FirmRuleRow(Strict):
    """The gaps of a ``FirmSentence``."""

    supplier = Id(required=True)
    what = Choice(*FIRM_CHOICES, required=True)
    line = Id(load_default=None)
    switch_cost = Money(load_default=None)

    @post_load
    def make_sentence(self, values: Any, **_: Any) -> FirmSentence:
        """The filled sentence."""
        return FirmSentence(**values)


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledForm:
    """The whole form, filled in; what is None was left empty."""

    name: str
    most: list[MostSentence]
    sources: list[SourcesSentence]
    shares: list[ShareSentence]
    firms: list[FirmSentence]
    sme_least: int | None
    in_time: bool
    few: int | None
    critical_lines: list[str]
    sme_share: int
    most_share: int
    seconds: int


class RulesForm(Strict):
    """The whole form; it loads as a ``FilledForm``."""

    name = Text(most=100, load_default="")
    most = _rows_field(MostRow)
    sources = _rows_field(SourcesRow)
    shares = _rows_field(ShareRow)
    firms = _rows_field(FirmRuleRow)
    sme_least = _percent_field()
    in_time = fields.Boolean(load_default=False)
    few = WholeNumber(least=1, most=5000, load_default=None)
    critical_lines = line_ids()
    sme_share = WholeNumber(least=0, most=100, load_default=int(DEFAULT_SME_SHARE * 100))
    most_share = WholeNumber(least=50, most=100, load_default=int(DEFAULT_SOURCE_SHARE * 100))
    seconds = WholeNumber(least=1, most=MAX_RUN_S, load_default=DEFAULT_RUN_S)

    @post_load
    def make_form(self, values: Any, **_: Any) -> FilledForm:
        """The filled form."""
        return FilledForm(**values)


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceRules:
    """The rules of a sentence and where it came from.

    Attributes:
        at: a pointer to its row of the form.
        gaps: the names of its gaps by the fields of its rules.
    """

    rules: tuple[RawRule, ...]
    at: str
    gaps: Mapping[str, str]


def wishes_of(form: FilledForm, bidders: Bidders) -> Wishes:
    """What the form came to.

    Raises:
        Invalid: a rule is wrong in itself; pointers into ``/rules``, see ``at_gaps``.
    """
    sentences = list(_sentences_of(form, bidders))
    rules = iter(read_rules(rule for sentence in sentences for rule in sentence.rules))
    return Wishes(
        sentences=tuple(tuple(next(rules) for _ in sentence.rules) for sentence in sentences),
        critical_lines=tuple(form.critical_lines),
        at_most=form.few,
        sme_share=Decimal(form.sme_share) / 100,
        most_share=Decimal(form.most_share) / 100,
        seconds=form.seconds,
    )


def at_gaps(
    form: FilledForm, bidders: Bidders, error: Invalid, names: Mapping[str, object]
) -> Invalid:
    """The same refusal with its pointers at the gaps of the form, and names for ids."""
    sentences = [each for each in _sentences_of(form, bidders) for _ in each.rules]
    return Invalid(errors=[_point_at_gap(sentences, one, names) for one in error.errors])


def _point_at_gap(
    sentences: list[SentenceRules], error: FieldError, names: Mapping[str, object]
) -> FieldError:
    """``sentences`` has that of each rule."""
    parts, pointer = error.pointer.split("/"), error.pointer
    is_rule = parts[1:2] == ["rules"] and len(parts) > 2 and parts[2].isdigit()
    if is_rule and int(parts[2]) < len(sentences):
        sentence = sentences[int(parts[2])]
        first = next(iter(sentence.gaps.values()))
        name = sentence.gaps.get(parts[3] if len(parts) > 3 else "", first)
        pointer = f"{sentence.at}/{name}" if name else sentence.at
    elif parts[1:2] == ["critical_lines"]:
        pointer = "/critical_lines"
    values = tuple(
        (name, names.get(value, value) if isinstance(value, str) else value)
        for name, value in error.values
    )
    return FieldError(pointer=pointer, message=error.message, values=values)


def _sentences_of(form: FilledForm, bidders: Bidders) -> Iterator[SentenceRules]:
    rows = (("most", form.most), ("sources", form.sources), ("shares", form.shares),
            ("firms", form.firms))  # fmt: skip
    for name, sentences in rows:
        for index, sentence in enumerate(sentences):
            yield SentenceRules(
                rules=sentence.raw_rules(bidders),
                at=f"/{name}/{index}",
                gaps={**sentence.GAPS, "line": "line"},
            )
    if form.sme_least:
        rule: RawRule = {
            "kind": GroupShare.KIND,
            "attribute": "sme",
            "equals": True,
            "at_least": _part_of_percent(form.sme_least),
        }
        yield SentenceRules(rules=(rule,), at="/sme_least", gaps={"at_least": ""})
    if form.in_time:
        punctual: RawRule = {"kind": InTime.KIND}
        yield SentenceRules(rules=(punctual,), at="/in_time", gaps={"line": ""})


def _line_field(line: str | None) -> RawRule:
    return {"line": line} if line else {}


def _part_of_percent(percent: int) -> str:
    return f"{Decimal(percent) / 100:f}"


def form_values_of(wishes: Wishes) -> dict[str, Any]:
    """The form's values that come to these wishes, as far as its sentences can say them."""
    rows: FormRows = {name: [] for name in ROWS}
    single: dict[str, object] = {}
    for sentence in wishes.sentences:
        rule = sentence[0]
        if isinstance(rule, GroupShare) and rule.attribute == "sme" and rule.at_least:
            single["sme_least"] = _percent_text(rule.at_least)
        elif isinstance(rule, InTime):
            single["in_time"] = "true"
        else:
            _fill_row(rows, sentence)
    return {
        **rows,
        **single,
        "few": wishes.at_most or "",
        "critical_lines": list(wishes.critical_lines),
        "sme_share": _percent_text(wishes.sme_share),
        "most_share": _percent_text(wishes.most_share),
        "seconds": wishes.seconds,
    }


def _fill_row(rows: FormRows, sentence: Sequence[Rule]) -> None:
    rule = sentence[0]
    line = _line_field(rule.line)
    match rule:
        case MaxSuppliers():
            rows["most"].append({"at_most": rule.at_most, **line})
        case TwoSources(line=str()):
            caps = [one.at_most for one in sentence[1:2] if isinstance(one, Share)]
            most = {"most": _percent_text(caps[0])} if caps else {}
            rows["sources"].append({**most, **line})
        case Share():
            least = {"least": _percent_text(rule.at_least)} if rule.at_least else {}
            most = {"most": _percent_text(rule.at_most)} if rule.at_most < 1 else {}
            rows["shares"].append({"supplier": rule.supplier, **least, **most, **line})
        case _ if rule.KIND in FIRM_CHOICES:
            written = write_rule(rule)
            cost = {name: written[name] for name in ("switch_cost",) if name in written}
            row = {"supplier": written["supplier"], "what": rule.KIND, **cost, **line}
            rows["firms"].append(row)
        case _:
            return


def _percent_text(part: Decimal) -> str:
    return decimal_text(part * 100)
