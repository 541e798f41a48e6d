"""The workbook of a bid: which cell stands for which field of its form, and what is said of it.

A row is known by the id of its line in the hidden first column, a column by the name of its field
in a hidden row, and the whole by a mark in the first cell: so rows and columns may be moved, and
what was changed that is not to be changed is seen.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeAlias

from supplychain.actions.translations import translate
from supplychain.model.bids.rules import MAX_TIERS
from supplychain.model.money import PRICE_BASES_UNITS
from supplychain.model.offers import INCOTERMS
from supplychain.model.parts_requests.conversions import list_units
from supplychain.model.parts_requests.parts_request import PartsRequest, RequestLine
from supplychain.model.quantities import Quantity, quantity_text
from supplychain.model.units import unit_symbol
from supplychain.web.workbooks.bilingual import LANGUAGES, Bilingual, Wording

MARK: Final = "bid-workbook/1"
TERMS_ROW, LINES_ROW, BUNDLES_ROW = (
    "bid-workbook:terms",
    "bid-workbook:lines",
    "bid-workbook:bundles",
)
SUMS_ROW: Final = "bid-workbook:sums"
"""Marks in the first column: the row that names fields, and what they are fields of;
and rows below the lines."""
NO_BID: Final = "no_bid"
TOTAL: Final = "total"
ASKED_PREFIX: Final = "asked-"
"""Before the names of columns that say what is asked."""
LEAST_TIERS_NUMBER: Final = 3
ASKED_VALUE: TypeAlias = "str | Quantity | date | None"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerField:
    """A cell that a supplier fills in: ``key`` is the name of its field in the form of a bid.

    ``kind`` says what it holds: amount, quantity, whole, percent, day, choice or text.
    """

    key: str
    head: Wording
    help: Wording
    kind: str
    width: int = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedField:
    """A cell that says what is asked, and is not to be changed."""

    key: str
    head: Wording
    width: int


ASKED_FIELDS: Final = (
    AskedField(key="number", head=Wording.of("Line"), width=6),
    AskedField(key="part_id", head=Wording.of("Part number"), width=16),
    AskedField(key="description", head=Wording.of("Description"), width=34),
    AskedField(key="requirements", head=Wording.of("Requirements"), width=30),
    AskedField(key="need_by", head=Wording.of("Needed by"), width=13),
    AskedField(key="place", head=Wording.of("Delivery place"), width=14),
    AskedField(key="quantity", head=Wording.of("Quantity asked for"), width=12),
    AskedField(key="most_quantity", head=Wording.of("Most that is taken"), width=12),
    AskedField(key="uom", head=Wording.of("Unit"), width=12),
)

TERM_FIELDS: Final = (
    AnswerField(
        key="currency",
        head=Wording.of("Currency of your bid"),
        help=Wording.of("All amounts of this workbook are in it. Choose one from the list."),
        kind="choice",
    ),
    AnswerField(
        key="note",
        head=Wording.of("Note on the whole bid"),
        help=Wording.of("The buyer reads it after the deadline."),
        kind="text",
    ),
    AnswerField(
        key="incoterm",
        head=Wording.of("Delivery terms"),
        help=Wording.of("Incoterms 2020: they say who pays the freight."),
        kind="choice",
    ),
    AnswerField(
        key="valid_until",
        head=Wording.of("Your bid holds until"),
        help=Wording.of("A day, such as 2026-11-22; not before the day of the deadline."),
        kind="day",
    ),
    AnswerField(
        key="payment_days",
        head=Wording.of("Payment, days after the invoice"),
        help=Wording.of("A whole number of days from the invoice."),
        kind="whole",
    ),
    AnswerField(
        key="vat_percent",
        head=Wording.of("Rate of the VAT, %"),
        help=Wording.of("Write 13 for 13 %. In China 13 for goods of a general taxpayer."),
        kind="percent",
    ),
    AnswerField(
        key="one_off_cost",
        head=Wording.of("One-off cost, whole bid"),
        help=Wording.of("Paid once if your bid wins anything."),
        kind="amount",
    ),
)

PRICE_FIELDS: Final = (
    AnswerField(
        key="unit_price",
        head=Wording.of("Unit price"),
        help=Wording.of("Above 0, for as many units as the next column says. Leave it empty where "
        "you do not bid."),
        kind="amount",
    ),
    AnswerField(
        key="price_per",
        head=Wording.of("Price is for"),
        help=Wording.of("How many units all prices of this line are for: 1, 10, 100 or 1000. "
        "Empty is 1."),
        kind="choice",
        width=9,
    ),
    AnswerField(
        key="quantity",
        head=Wording.of("Quantity you offer"),
        help=Wording.of("All that is asked for, a part of it, or up to the most that is taken."),
        kind="quantity",
    ),
    AnswerField(
        key="uom",
        head=Wording.of("Unit of your offer"),
        help=Wording.of("Of all quantities and prices of this line. Empty is the unit asked for."),
        kind="choice",
    ),
    AnswerField(
        key="lead_days",
        head=Wording.of("Lead time, days"),
        help=Wording.of("A whole number of days from the order."),
        kind="whole",
    ),
)  # fmt: skip

MORE_FIELDS: Final = (
    AnswerField(
        key=NO_BID,
        head=Wording.of("No bid"),
        help=Wording.of("Choose the mark where you do not bid for this line."),
        kind="choice",
    ),
    AnswerField(
        key="min_quantity",
        head=Wording.of("Minimum order"),
        help=Wording.of("The least that you make of this line, if any."),
        kind="quantity",
    ),
    AnswerField(
        key="pack",
        head=Wording.of("Sold in packs of"),
        help=Wording.of("You sell whole packs of so many. Leave it empty where any number "
        "will do."),
        kind="quantity",
    ),
    AnswerField(
        key="tooling",
        head=Wording.of("Tooling, once"),
        help=Wording.of("Paid once for the whole line, beside the price."),
        kind="amount",
    ),
    AnswerField(
        key="freight",
        head=Wording.of("Freight for one"),
        help=Wording.of("Carriage of one unit beside the price. Leave it empty where the delivery "
        "terms cover it."),
        kind="amount",
    ),
)  # fmt: skip

LAST_FIELDS: Final = (
    AnswerField(
        key="tier_rule",
        head=Wording.of("A price for larger quantities holds for"),
        help=Wording.of("Choose one from the list. Empty is the whole quantity."),
        kind="choice",
        width=22,
    ),
    AnswerField(
        key="note",
        head=Wording.of("Note on this line"),
        help=Wording.of("The buyer reads it after the deadline."),
        kind="text",
        width=30,
    ),
)

BUNDLE_FIELDS: Final = (
    AnswerField(
        key="discount",
        head=Wording.of("Discount, %"),
        help=Wording.of("Write 5 for 5 %. It counts if you win all of these lines whole."),
        kind="percent",
    ),
    AnswerField(
        key="lines",
        head=Wording.of("Line numbers"),
        help=Wording.of("Line numbers, for example 1, 3-5. Leave them empty for all lines."),
        kind="text",
        width=40,
    ),
)

RULE_WORDS: Final = {
    "all_units": Wording.of("the whole quantity"),
    "incremental": Wording.of("only the pieces above that quantity"),
}
NO_BID_WORD: Final = Wording.of("no bid")


def list_tier_fields(tiers: int) -> list[AnswerField]:
    """Two columns for each price for larger quantities."""
    fields: list[AnswerField] = []
    for at in range(tiers):
        fields += [
            AnswerField(
                key=f"tiers-{at}-from",
                head=Wording.of("From this quantity on"),
                help=Wording.of("The quantity from which the price to the right holds."),
                kind="quantity",
            ),
            AnswerField(
                key=f"tiers-{at}-unit_price",
                head=Wording.of("Unit price from there"),
                help=Wording.of("The price for the quantity to the left and above."),
                kind="amount",
            ),
        ]
    return fields


def list_line_fields(tiers: int) -> list[AnswerField]:
    """The columns that a supplier fills in on a line."""
    kept = min(MAX_TIERS, max(LEAST_TIERS_NUMBER, tiers))
    return [*PRICE_FIELDS, *MORE_FIELDS, *list_tier_fields(kept), *LAST_FIELDS]


def fingerprint_of(request: PartsRequest) -> str:
    """What changes when something else is asked: 16 hexadecimal digits."""
    lines = [
        f"{one.id}|{one.number}|{quantity_text(one.quantity)}|{one.uom}|{one.part_id or ''}|"
        f"{one.description}|{one.need_by}" + (f"|{one.over_percent}" if one.over_percent else "")
        for one in request.lines
    ]
    text = "\n".join([*request.currencies, request.tax_basis, *lines])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def write_mark(request: PartsRequest, version: int) -> str:
    """The mark of a workbook: for which request, as it was asked, and over which bid."""
    return "|".join((MARK, request.id, fingerprint_of(request), str(version)))


def asked_value(line: RequestLine, key: str, language: str) -> ASKED_VALUE:
    """What a cell says that is not to be changed, in a language where it is words."""
    match key:
        case "number":
            return line.number
        case "part_id":
            return line.part_id or ""
        case "description":
            return line.description
        case "requirements":
            return "; ".join(_list_requirements(line, language))
        case "need_by":
            return line.need_by
        case "place":
            return line.delivery_place
        case "quantity":
            return line.quantity
        case "most_quantity":
            return line.most_quantity
        case _:
            return translate(unit_symbol(line.uom), language)


def list_asked_texts(line: RequestLine, key: str) -> set[str]:
    """The texts that such a cell may hold, as it comes back."""
    values = [asked_value(line, key, language) for language in LANGUAGES]
    return {_fold_text(_write_asked(value)) for value in values}


def is_asked_text(line: RequestLine, key: str, text: str) -> bool:
    """Whether a cell that comes back says what was asked."""
    return _fold_text(text) in list_asked_texts(line, key)


def _write_asked(value: ASKED_VALUE) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return value.isoformat() if isinstance(value, date) else quantity_text(value)


def _fold_text(text: str) -> str:
    """Spreadsheets change blanks, ends of lines and the zeros behind a number."""
    folded = " ".join(text.split())
    return folded.rstrip("0").rstrip(".") if "." in folded and _is_number(folded) else folded


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdigit()


def _list_requirements(line: RequestLine, language: str) -> list[str]:
    wanted, texts = line.requirements, list(line.certificates)
    texts += [translate(one, language) for one in (wanted.process, wanted.material) if one]
    sides = (wanted.length_mm, wanted.width_mm, wanted.height_mm)
    if any(sides):
        texts.append(" × ".join(str(one or "–") for one in sides) + " mm")
    if wanted.weight_kg:
        texts.append(f"{wanted.weight_kg} kg")
    if wanted.tolerance_linear or wanted.tolerance_geometrical:
        texts.append(f"ISO 2768-{wanted.tolerance_linear}{wanted.tolerance_geometrical}")
    texts += wanted.regions
    if wanted.routing:
        texts.append(" → ".join(translate(step, language) for step in wanted.routing))
    own = translate(unit_symbol(line.uom), language)
    texts += [
        f"{quantity_text(one.amount)} {translate(unit_symbol(one.uom), language)} = "
        f"{quantity_text(one.equals)} {own}"
        for one in line.conversions
    ]
    return texts


def list_choices(
    request: PartsRequest, line: RequestLine | None, key: str, words: Bilingual
) -> Sequence[str]:
    """The entries of a drop-down list; those with words in both languages."""
    match key:
        case "currency":
            return request.currencies
        case "incoterm":
            return INCOTERMS
        case "price_per":
            return [str(one) for one in PRICE_BASES_UNITS]
        case "tier_rule":
            return [words.translate_choice(word) for word in RULE_WORDS.values()]
        case "uom" if line is not None:
            units = list_units(line.uom, line.conversions)
            return [translate(unit_symbol(unit), words.first) for unit in units]
        case _:
            return [words.translate_choice(NO_BID_WORD)]


def read_choice(key: str, text: str) -> str:
    """What an entry of a drop-down list stands for in the form; else the text as it is."""
    if key != "tier_rule":
        return text
    folded = text.casefold()
    for code, word in RULE_WORDS.items():
        texts = {translate(word, language).casefold() for language in LANGUAGES}
        if folded == code or folded in texts or set(map(str.strip, folded.split("/"))) == texts:
            return code
    return text
