"""Which column of a table a header means: known words first, then words that are nearly so."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias

from rapidfuzz import fuzz, process

from supplychain.model.imports.header_words import BY_TABLE, TABLE_WORDS, WORDS
from supplychain.model.imports.tables import TABLES, ImportTable
from supplychain.model.names import fold_name
from supplychain.model.parts_lists.columns import LIST_NAME, LIST_WORDS, PARTS_LIST
from supplychain.model.reading.money import find_currencies
from supplychain.model.texts import MAX_SHORT_CHARS, fold_short
from supplychain.model.units import find_unit

NEARLY_SCORE: Final = 88.0
"""Letters in a hundred that must agree for a word to be taken for a known one."""
LEAST_NEARLY_CHARS: Final = 5
"""Shorter words are too near to each other."""
_BRACKET: Final = re.compile(r"(.+?)\s*[(\[/|]\s*([^()\[\]|]+?)\s*[)\]]?\s*$")
_LAST_WORD: Final = re.compile(r"(.+\S)\s+(\S+)")
_UNITS_BY_ENDING: Final = {"_kg": "KGM", "_mm": "MMT", "_days": "DAY", "_hours": "HUR"}
_PRICES: Final = frozenset(
    {"unit_price", "freight_per_piece", "tooling", "freight_cost"}
    | {"target_price", "price_net", "price_gross"}
)
"""Columns behind whose word a currency may stand."""

OWN_NAMES: Final = frozenset(name for table in TABLES.values() for name in table.names)
"""Headers of our own files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderMatch:
    """The column that a header means, how sure that is, and a currency that it says.

    ``rank`` is how far behind other words its word stands: ``Drawing No.`` is the part's number
    where there is no ``Part No.``.
    """

    column: str
    confidence: float
    currency: str = ""
    rank: int = 0


def fold_own(text: str) -> str:
    """A header as our own files have it."""
    return (fold_short(text) or text.strip()[:MAX_SHORT_CHARS]).lower()


Words: TypeAlias = dict[str, tuple[str, int]]
"""Folded word to a column of a table and the rank of the word."""


@lru_cache(maxsize=16)
def words_of(table: str) -> Words:
    """The words for the columns of a table."""
    words: Words = {}
    own = LIST_WORDS if table == LIST_NAME else BY_TABLE.get(table, {})
    names = PARTS_LIST.names if table == LIST_NAME else TABLES[table].names
    for source in (own, WORDS):
        for column, texts in source.items():
            if column in names:
                for rank, word in enumerate(texts.split("|")):
                    words.setdefault(fold_name(word), (column, rank))
    for name in names:
        words[fold_name(name)] = (name, 0)
    return words


def match_header(table: ImportTable, text: str) -> HeaderMatch | None:
    """The column of a table that a header means; None where it means none."""
    own = fold_own(text)
    if own in table.names:
        return HeaderMatch(column=own, confidence=1.0)
    if not own or len(text) > MAX_SHORT_CHARS:
        return None
    words = words_of(table.name)
    if meant := words.get(fold_name(text)):
        return HeaderMatch(column=meant[0], confidence=1.0, rank=meant[1])
    return _match_with_unit(words, text) or _match_nearly(words, text)


def split_header(text: str) -> tuple[str, str]:
    """A header's word and what stands behind it (``数量（件）``); both empty where nothing does."""
    plain = fold_short(text)
    match = _BRACKET.fullmatch(plain) or _LAST_WORD.fullmatch(plain)
    return (match[1], match[2]) if match else ("", "")


def _match_with_unit(words: Words, text: str) -> HeaderMatch | None:
    """``Gewicht kg``, ``数量（件）``, ``Unit price (EUR)``: what stands behind must fit."""
    word, behind = split_header(text)
    if not word:
        return None
    meant = words.get(fold_name(word))
    if not meant:
        return None
    column, rank = meant
    currencies, unit = find_currencies(behind), find_unit(behind)
    ending = next((code for end, code in _UNITS_BY_ENDING.items() if column.endswith(end)), "")
    if unit is not None and unit.code == ending:
        return HeaderMatch(column=column, confidence=1.0, rank=rank)
    if column in _PRICES and len(currencies) == 1:
        return HeaderMatch(column=column, confidence=1.0, currency=currencies[0], rank=rank)
    return None


def _match_nearly(words: Words, text: str) -> HeaderMatch | None:
    folded = fold_name(text)
    if len(folded) < LEAST_NEARLY_CHARS or any(map(str.isdigit, folded)):
        return None
    near = process.extract(
        folded, words.keys(), scorer=fuzz.ratio, score_cutoff=NEARLY_SCORE, limit=5
    )
    columns = {words[word][0] for word, _, _ in near}
    if len(columns) != 1 or not _is_spelled_alike(folded, near[0][0]):
        return None
    return HeaderMatch(column=columns.pop(), confidence=round(near[0][1] / 100, 2))


def _is_spelled_alike(one: str, other: str) -> bool:
    """Whether two words begin alike and neither is Chinese: there each sign is a word."""
    return one[0] == other[0] and max(map(ord, one + other)) < 0x2E80


def map_headers(
    table: ImportTable, cells: Sequence[str], chosen: dict[str, str]
) -> list[HeaderMatch | None]:
    """What each header of a row means; a column is meant once, by the surest header.

    Args:
        table: whose columns.
        cells: the headers.
        chosen: what somebody said a header means; empty to leave it out.
    """
    matches: list[HeaderMatch | None] = []
    for cell in cells:
        said = chosen.get(cell.strip())
        if said is None:
            matches.append(match_header(table, cell))
        else:
            said = said if said in table.names else ""
            matches.append(HeaderMatch(column=said, confidence=2.0) if said else None)
    taken: dict[str, int] = {}
    for at, match in enumerate(matches):
        if match is None:
            continue
        rival = taken.get(match.column)
        if rival is not None and not _is_surer(match, matches[rival]):
            matches[at] = None
            continue
        if rival is not None:
            matches[rival] = None
        taken[match.column] = at
    return matches


def _is_surer(match: HeaderMatch, rival: HeaderMatch | None) -> bool:
    return rival is None or (match.confidence, -match.rank) > (rival.confidence, -rival.rank)


@lru_cache(maxsize=1)
def _tables_by_word() -> dict[str, str]:
    by_word: dict[str, str] = {}
    for table, texts in TABLE_WORDS.items():
        for word in (table, *texts.split("|")):
            by_word.setdefault(fold_name(word), table)
    return by_word


def find_table(name: str) -> str:
    """The table that the name of a sheet or of a file means; empty where it means none."""
    by_word = _tables_by_word()
    plain = re.sub(r"\s*(\(\d+\)|- copy|副本)\s*$", "", fold_own(name))
    whole = by_word.get(fold_name(plain))
    if whole:
        return whole
    found = {
        by_word[fold_name(w)] for w in re.split(r"[\s_\-.()]+", plain) if fold_name(w) in by_word
    }
    return found.pop() if len(found) == 1 else ""
