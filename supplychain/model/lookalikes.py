"""Names of firms that a reader takes for one another.

Two names look alike when their folded forms are equal: compatibility forms, case, blanks,
punctuation and the words for a legal form are folded away, and letters that are drawn alike become
one (Unicode Technical Standard #39, 4, "confusable detection"; the table is that of
``confusable-homoglyphs``, made from Unicode's own). The folded form is stored beside the name, so
that a new one costs one lookup.
"""

from __future__ import annotations

import json
import re
import unicodedata
from functools import lru_cache
from importlib import resources
from typing import Final

CACHED_NAMES: Final = 4096
_LATIN_FORMS: Final = """
    co company corp corporation inc incorporated limited llc llp lp ltd plc pllc pte pty pvt private
    holding holdings group coltd
    ag bv bvba cv eg eirl eurl gbr gesmbh gmbh kg kgaa mbh nv ohg ou oy oyj sa sarl sas sasu sca
    scs se sl slu snc spa srl srls sprl ug vof
    ab aps as asa doo dd kft nyrt zrt sia sro spzoo sp zoo oo uab
    kk bhd sdn tbk pt jsc ooo oao zao pao
""".split()  # noqa: SIM905 - easier to read and to add to
_OTHER_FORMS: Final = (
    "有限责任公司", "有限責任公司", "股份有限公司", "有限公司", "股份公司", "集团公司", "集團公司",
    "集团", "集團", "公司", "株式会社", "有限会社", "合同会社", "주식회사", "ооо", "оао", "зао",
    "пао",
)  # fmt: skip
"""Words for a legal form, without dots and blanks, and the few that come before a name. Source: ISO
20275 (the list of entity legal forms that GLEIF keeps), what is common in the trade."""
_SPLIT: Final = re.compile(r"[\W_]+")
_SAME_ASCII: Final = {"i": "l", "1": "l", "|": "l", "0": "o"}
"""Drawn alike in one case or the other, which is folded away here. Source: UTS #39, as above."""


@lru_cache(maxsize=CACHED_NAMES)
def fold_firm_name(name: str) -> str:
    """The form by which a firm's name is compared; "" where it has no letter or digit.

    A name that is nothing but legal forms (``Group Holding``) keeps them.
    """
    plain = "".join(
        one for one in unicodedata.normalize("NFKC", name) if unicodedata.category(one) != "Cf"
    ).casefold()
    words = [
        _draw_word(word) for word in _SPLIT.split(plain.replace(".", "").replace("'", "")) if word
    ]
    return "".join(_drop_forms(words)) or "".join(words)


def _drop_forms(words: list[str]) -> list[str]:
    forms, joined = _drawn_forms()
    left = [word for word in words if word not in forms]
    while left:
        last, first = left[-1], left[0]
        end = next((form for form in joined if last.endswith(form)), "")
        start = next((form for form in joined if first.startswith(form)), "")
        if end:
            left[-1:] = [last[: -len(end)]] if len(last) > len(end) else []
        elif start:
            left[:1] = [first[len(start) :]] if len(first) > len(start) else []
        else:
            break
    return left


@lru_cache(maxsize=1)
def _drawn_forms() -> tuple[frozenset[str], tuple[str, ...]]:
    """Legal forms as they are drawn: whole words, and what is written without a blank."""
    joined = sorted(map(_draw_word, _OTHER_FORMS), key=len, reverse=True)
    return frozenset(map(_draw_word, _LATIN_FORMS)) | frozenset(joined), tuple(joined)


def _draw_word(word: str) -> str:
    return "".join(map(_draw_letter, word)).replace("m", "rn")


@lru_cache(maxsize=CACHED_NAMES)
def _draw_letter(letter: str) -> str:
    """What a lower-case letter is drawn like, whichever case it is written in."""
    if letter.isascii():
        return _SAME_ASCII.get(letter, letter)
    upper = letter.upper()
    for one in (upper, letter) if len(upper) == 1 else (letter,):
        drawn = _find_twin(one).casefold()
        if drawn.isascii():
            return "".join(_SAME_ASCII.get(each, each) for each in drawn)
    return _find_twin(letter).casefold()


def _find_twin(letter: str) -> str:
    """The letter that stands for all that are drawn like this one."""
    twins = _read_twins(letter)
    plain = sorted(one for one in twins if one.isascii() and one.isalnum())
    if plain:
        return plain[0]
    ranked = [one for one in (letter, *twins) if len(one) == 1]
    return min(ranked, key=lambda one: (-len(_read_twins(one)), one))


def _read_twins(letter: str) -> tuple[str, ...]:
    twins = (entry["c"] for entry in _read_table().get(letter, ()))
    shown = (one.strip("\N{LEFT-TO-RIGHT MARK}") for one in twins)
    return tuple(one for one in shown if one)


@lru_cache(maxsize=1)
def _read_table() -> dict[str, list[dict[str, str]]]:
    file = resources.files("confusable_homoglyphs") / "confusables.json"
    return json.loads(file.read_text(encoding="utf-8"))
