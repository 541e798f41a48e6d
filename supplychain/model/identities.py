"""Names by which firms and people are known to strangers: what they may be written with.

A name that looks like another one's and is not is how a stranger passes for a partner. So a name
holds nothing invisible, nothing that turns the direction of reading, and letters of one family of
scripts: either one script, or Latin beside Chinese, Japanese or Korean, as firms of those countries
write themselves. Source: Unicode Technical Standard #39, 5.2 ("Highly Restrictive").
"""

from __future__ import annotations

import unicodedata
from typing import Final

from supplychain.errors import Invalid

FAMILIES: Final = (
    frozenset({"LATIN", "CJK", "HIRAGANA", "KATAKANA"}),
    frozenset({"LATIN", "CJK", "BOPOMOFO"}),
    frozenset({"LATIN", "CJK", "HANGUL"}),
)
"""Scripts that stand together in one name."""
UNSEEN: Final = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
"""Unicode categories of what nobody sees: controls, marks of direction, joiners, private use."""
BLANKS: Final = frozenset(
    "\N{BRAILLE PATTERN BLANK}\N{HANGUL FILLER}\N{HALFWIDTH HANGUL FILLER}"
    "\N{HANGUL CHOSEONG FILLER}\N{HANGUL JUNGSEONG FILLER}"
)
"""Letters and signs by their category that are drawn as nothing. Source: Unicode,
Default_Ignorable_Code_Point, and the braille blank."""
MAX_MARKS: Final = 2
"""Marks on one letter; Vietnamese takes two, more are drawn over the lines around."""
UNSEEN_SENTENCE: Final = "Holds an invisible or broken character. Type it anew."
MIXED_SENTENCE: Final = "Mixes letters of several scripts that look alike. Type it anew."


def check_identity(name: str, *, pointer: str) -> str:
    """The name in NFC, with single plain blanks and none around it.

    Raises:
        Invalid: it holds something unseen, or letters of scripts that do not go together.
    """
    kept = " ".join(unicodedata.normalize("NFC", name).split())
    problem = find_identity_problem(kept)
    if problem:
        raise Invalid(problem, pointer=pointer)
    return kept


def find_identity_problem(name: str) -> str:
    """The sentence that says what is wrong with a name; "" where nothing is."""
    scripts: set[str] = set()
    marks = 0
    for one in unicodedata.normalize("NFKC", name):
        category = unicodedata.category(one)
        if category in UNSEEN or one in BLANKS:
            return UNSEEN_SENTENCE
        marks = marks + 1 if category == "Mn" else 0
        if marks > MAX_MARKS:
            return UNSEEN_SENTENCE
        if category.startswith("L"):
            scripts.add(_script_of(one))
    together = len(scripts) < 2 or any(scripts <= family for family in FAMILIES)
    return "" if together else MIXED_SENTENCE


def _script_of(letter: str) -> str:
    # The first word of a letter's Unicode name is its script, but for a few that have none.
    word = unicodedata.name(letter, "UNKNOWN").partition(" ")[0].partition("-")[0]
    return {"MODIFIER": "LATIN", "IDEOGRAPHIC": "CJK", "KANGXI": "CJK"}.get(word, word)
