"""One comparison of names: certificates, processes, materials, categories, regions, firms.

Two names are the same when their folded forms are: compatibility forms (full-width letters),
case, blanks and punctuation are folded away, except where they keep two numbers apart. So
``ISO9001``, ``iso 9001``, ``ISO-9001`` and ``ＩＳＯ 9001`` are one, while ``1.4301`` and ``14301``,
``PA 6/66`` and ``PA 66``, ``ISO 2768-1`` and ``ISO 27681`` are not. Signs that carry a meaning
stay: ``S355J2+N`` is not ``S355J2N``, ``45#`` not ``45``. Words are not translated. A folded form
is for comparing only: it is never stored and never shown. A name of which nothing is left names
nothing and is the same as no other.

A certificate proves more than its own name: ``covers_certificate`` knows its editions, its other
numbers, and what it includes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import permutations
from typing import Final

CACHED_NAMES: Final = 8192
"""A network knows some thousands of different names; one takes about 10 µs to fold."""

_SEPARATING: Final = frozenset({"Zs", "Zl", "Zp", "Cc", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po"})
"""Unicode categories of blanks, controls and punctuation. Source: Unicode, UAX #44, 5.7.1."""
_MEANT: Final = frozenset("#%&*@§†‡‰′")
"""Punctuation by its category, but part of a name: steel ``45#``, ``30%``, ``A&B``, 5′."""
_MINUS: Final = "\N{MINUS SIGN}"
"""A symbol by its category; texts from typesetting have it for a hyphen."""
_TELLING: Final = frozenset(".,:;/\\")
"""Between two digits these differ from one another and from a blank: 1.4301, 6/66, 9001:2015."""


@lru_cache(maxsize=CACHED_NAMES)
def fold_name(text: str) -> str:
    """A name as it is compared; "" where nothing is left of it.

    NFKC, case folded, invisible characters dropped. Blanks and punctuation are dropped too, but
    kept between two digits: a dot, comma, colon or slash as it is, all else as one hyphen. A
    quotation mark right after a digit is a unit (inches, feet) and stays.

    Source: Unicode, UAX #15 (NFKC) and The Unicode Standard, 3.13 (case folding).
    """
    visible = "".join(one for one in text if unicodedata.category(one) != "Cf")
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", visible).casefold())
    kept: list[str] = []
    between = ""
    for one in plain:
        after_digit = bool(kept) and not between and kept[-1].isdecimal()
        if _is_separator(one) and not (after_digit and one in "\"'"):
            between += one
            continue
        if between and kept and kept[-1].isdecimal() and one.isdecimal():
            kept.append("".join(sign for sign in between if sign in _TELLING) or "-")
        between = ""
        kept.append(one)
    return unicodedata.normalize("NFKC", "".join(kept))


def _is_separator(one: str) -> bool:
    if one in _MEANT:
        return False
    return one == _MINUS or unicodedata.category(one) in _SEPARATING


def fold_names(texts: Iterable[str]) -> frozenset[str]:
    """The folded forms of some names, without those of which nothing is left."""
    return frozenset(map(fold_name, texts)) - {""}


def is_same_name(one: str, other: str) -> bool:
    """Whether two names are one; never where nothing is left of them."""
    folded = fold_name(one)
    return bool(folded) and folded == fold_name(other)


def missing_certificates(required: Iterable[str], held: Sequence[str]) -> list[str]:
    """The required certificates, as they are written, that none of those held proves."""
    return [name for name in required if not any(covers_certificate(one, name) for one in held)]


def covers_certificate(held: str, required: str) -> bool:
    """Whether a certificate held proves the required one.

    It does where both are one by name, one edition of it (``ISO 9001:2015`` proves ``ISO 9001``),
    another number of the same text (``EN 9100``, ``AS9100``), or one that includes it
    (``IATF 16949`` proves ``ISO 9001``). Where the requirement itself names an edition, only that
    edition proves it: a certificate without one does not say which it is, and another edition
    asks for other things. A buyer to whom any edition will do leaves it out.
    """
    wanted = _read_certificate(required)
    return bool(wanted[0]) and wanted in _proved_by(held)


_Certificate = tuple[str, str]
"""A certificate's folded name and its edition; "" is no edition."""

_EDITION: Final = re.compile(
    r"(?P<name>.*?\d)[:/-](?P<edition>(?:19|20)\d\d)(?:-(?:0[1-9]|1[0-2]))?版?"
    r"(?:amd\d+(?:[:-]\d{4})?)?"
)
"""A year after a number, with a month (DIN) or an amendment (ISO), which are not told apart."""
_REVISION: Final = re.compile(r"(?P<name>as91[012]0)(?:revision|rev)?(?P<edition>[a-f])")
"""The aerospace series of SAE counts its editions by letters: AS9100D, AS9100 Rev D."""
_ADOPTION: Final = re.compile(
    r"^(?:bs|din|nbn|nen|nf|oenorm|önorm|pn|sn|ss|une|uni)?(?:en(?=iso\d|isoiec))?(?=iso\d|isoiec)"
    r"|^(?:bs|din|nbn|nen|nf|oenorm|önorm|pn|sn|ss|une|uni)(?=en\d)"
)
"""DIN EN ISO 9001 is ISO 9001, NF EN 9100 is EN 9100: a standard that is adopted unchanged keeps
its number behind the letters of who adopts it. Source: ISO/IEC Guide 21-1:2005 (numbering of
identical adoptions); CEN-CENELEC Internal Regulations, Part 2 (members adopt an EN as it is)."""
_JOINT: Final = re.compile(r"^isoiec(?=\d)")
"""ISO/IEC 17025 and ISO 17025: ISO and IEC give no number of a joint text to another one."""


@lru_cache(maxsize=CACHED_NAMES)
def _read_certificate(text: str) -> _Certificate:
    folded = _JOINT.sub("iso", _ADOPTION.sub("", fold_name(text), count=1))
    found = _REVISION.fullmatch(folded) or _EDITION.fullmatch(folded)
    return (found["name"], found["edition"]) if found else (folded, "")


_SAME_TEXT: Final[tuple[tuple[_Certificate, ...], ...]] = (
    # The 9100 series is written by the IAQG and published by SAE in the Americas (AS), by
    # ASD-STAN in Europe (EN), by JSA or SJAC in Japan. Source: 9100:2016, Foreword.
    *(
        tuple((f"{letters}{number}", "") for letters in ("as", "en", "asen", "enas", japanese))
        for number, japanese in ((9100, "jisq"), (9110, "sjac"), (9120, "sjac"))
    ),
    (("as9100", "d"), ("as9100", "2016"), ("en9100", "2018"), ("jisq9100", "2016")),
    # Chinese and Japanese standards that adopt an ISO standard unchanged under a number of their
    # own say so on the cover ("IDT"). Source: ISO/IEC Guide 21-1:2005 (degrees of correspondence).
    (("gbt19001", ""), ("jisq9001", ""), ("iso9001", "")),
    (("gbt19001", "2016"), ("jisq9001", "2015"), ("iso9001", "2015")),
    (("gbt24001", ""), ("jisq14001", ""), ("iso14001", "")),
    (("gbt24001", "2016"), ("jisq14001", "2015"), ("iso14001", "2015")),
    (("gbt45001", ""), ("iso45001", "")),
    (("gbt45001", "2020"), ("iso45001", "2018")),
    # ISO/TS 16949 is often written without ISO.
    (("isots16949", ""), ("ts16949", "")),
)
"""Certificates of one text under several numbers."""

_INCLUDED: Final[tuple[tuple[_Certificate, _Certificate], ...]] = (
    # IATF 16949:2016, Foreword: a supplement to ISO 9001:2015, no standard of its own.
    (("iatf16949", ""), ("iso9001", "")),
    (("iatf16949", "2016"), ("iso9001", "2015")),
    # ISO/TS 16949:2009, title: the application of ISO 9001:2008 for automotive production.
    (("isots16949", ""), ("iso9001", "")),
    (("isots16949", "2009"), ("iso9001", "2008")),
    # 9100:2016, 1.1 and the same clause of 9110 and 9120: includes the requirements of ISO 9001.
    (("as9100", ""), ("iso9001", "")),
    (("as9110", ""), ("iso9001", "")),
    (("as9120", ""), ("iso9001", "")),
    (("as9100", "d"), ("iso9001", "2015")),
    # ISO/TS 22163:2017 and ISO 22163:2023 (rail), title and 1: ISO 9001:2015 and more.
    (("iso22163", ""), ("iso9001", "")),
    (("isots22163", ""), ("iso9001", "")),
    # ISO 3834-1 (fusion welding), on the levels of quality: who meets one meets the lower ones.
    (("iso3834-2", ""), ("iso3834-3", "")),
    (("iso3834-3", ""), ("iso3834-4", "")),
    # No row for ISO 13485 (medical devices): it leaves out some of ISO 9001, so that who conforms
    # to it cannot claim ISO 9001. Source: ISO 13485:2003, 1.1; ISO 13485:2016, 0.4.
)
"""Certificates (first) that include another (second)."""

_STEPS: Final[dict[_Certificate, tuple[_Certificate, ...]]] = {
    start: tuple(
        end
        for first, end in (
            *_INCLUDED,
            *(pair for group in _SAME_TEXT for pair in permutations(group, 2)),
        )
        if first == start
    )
    for start in {first for first, _ in _INCLUDED} | {one for group in _SAME_TEXT for one in group}
}
"""What each certificate proves at once."""


@lru_cache(maxsize=CACHED_NAMES)
def _proved_by(held: str) -> frozenset[_Certificate]:
    """All that a certificate proves, itself with and without its edition among it."""
    certificate = _read_certificate(held)
    proved: set[_Certificate] = set()
    open_ = [certificate, (certificate[0], "")]
    while open_:
        one = open_.pop()
        if one not in proved:
            proved.add(one)
            open_ += _STEPS.get(one, ())
    return frozenset(proved)
