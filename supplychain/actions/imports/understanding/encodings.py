"""The encoding of a CSV file: proved by its bytes, else the one in which it reads best.

UTF-8 and byte order marks prove themselves. Of the rest ``charset-normalizer`` says what is
likely; Chinese, Japanese and Western texts of a few words are told apart by their letters, since
``Kühl`` in Windows-1252 is also a rare Chinese sign in GB18030. What stays in doubt is asked.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from charset_normalizer import from_bytes

from supplychain.model.imports.header_words import WORDS
from supplychain.model.names import fold_name

ENCODINGS: Final = (
    "gb18030", "cp1252", "cp932", "big5", "cp1250", "cp1251", "euc_kr",
)  # fmt: skip
"""What is looked for beside Unicode."""
MAX_SAMPLE_BYTES: Final = 64 * 1024
CLEAR_RATIO: Final = 1.5
"""How much better than every other the best encoding must read."""
HEADER_SCORE: Final = 8.0
"""A known header word weighs as much as so many signs."""
CLEAR_WESTERN_SCORE: Final = 1.5
LEAST_CHINESE_SCORE: Final = 0.8
"""Of each sign, where a common one scores 1 and a sign of punctuation 0.5."""
MOST_BY_CHANCE_CHARS: Final = 8
"""So many common Chinese signs in a row all read as Korean ones by chance once in fifty times."""
RARE: Final = ("cp1251", "euc_kr")
LEAST_RARE_SCORE: Final = 6.0
"""A few signs of scripts that are seldom sent here may be anything."""
WESTERN: Final = ("cp1252", "cp1250")
_BLOCK_BYTES: Final = 1 << 20
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodingFinding:
    """An encoding; where it is in doubt, ``choices`` are the likely ones with a sample of each."""

    name: str
    choices: tuple[tuple[str, str], ...] = ()


def find_encoding(path: Path, chosen: str = "") -> EncodingFinding | None:
    """The encoding of a file; None where it is no text.

    Args:
        path: of the file.
        chosen: what somebody said.
    """
    if chosen:
        return EncodingFinding(name=chosen) if _is_decodable(path, chosen) else None
    with path.open("rb") as file:
        start = file.read(4096)
    for mark, name in _MARKS:
        if start.startswith(mark):
            return EncodingFinding(name=name) if _is_decodable(path, name) else None
    if b"\0" in start:
        is_little = start[1::2].count(0) > start[::2].count(0)
        name = "utf-16-le" if is_little else "utf-16-be"
        return EncodingFinding(name=name) if _is_wide_text(path, start, name) else None
    if _is_decodable(path, "utf-8"):
        return EncodingFinding(name="utf-8")
    possible = [name for name in ENCODINGS if _is_decodable(path, name)]
    return _choose_encoding(_sample_lines(path), possible) if possible else None


def _is_wide_text(path: Path, start: bytes, name: str) -> bool:
    """Whether a file with zero bytes is text of two bytes a sign, without a mark that says so."""
    text = start[: len(start) // 2 * 2].decode(name, errors="replace")
    is_plain = all(sign.isprintable() or sign in "\t\r\n" for sign in text)
    return is_plain and _is_decodable(path, name)


def _choose_encoding(sample: bytes, possible: list[str]) -> EncodingFinding:
    likely = [match.encoding for match in from_bytes(sample, cp_isolation=possible)]
    scores: dict[str, tuple[float, str]] = {}  # text -> score and the first encoding that reads it
    for name in possible:
        text = sample.decode(name, errors="replace")
        score = _score_text(text, name) + (
            1.0 if name in likely[:1] and name not in WESTERN else 0.0
        )
        if text not in scores or score > scores[text][0]:
            scores[text] = (score, scores[text][1] if text in scores else name)
    ranked = sorted(((s, name, text) for text, (s, name) in scores.items()), reverse=True)
    if _is_plain_chinese(sample, ranked, possible):
        return EncodingFinding(name="gb18030")
    best, second = ranked[0], ranked[1] if len(ranked) > 1 else (0.0, "", "")
    if best[0] > 0 and _is_clear(best, second):
        return EncodingFinding(name=best[1])
    choices = tuple((name, _cut_sample(text)) for score, name, text in ranked[:4])
    return EncodingFinding(name=best[1], choices=choices)


def _is_clear(best: tuple[float, str, str], second: tuple[float, str, str]) -> bool:
    """Whether the best reads so much better; Western ones differ in few letters."""
    if best[1] in RARE and best[0] < LEAST_RARE_SCORE:
        return False
    if best[1] in WESTERN and second[1] in WESTERN:
        return best[0] >= second[0] + CLEAR_WESTERN_SCORE
    return best[0] >= CLEAR_RATIO * second[0]


def _is_plain_chinese(
    sample: bytes, ranked: list[tuple[float, str, str]], possible: list[str]
) -> bool:
    """Whether GB18030, in which Chinese files are written, reads without a doubt.

    All its signs are then common ones, and nothing else reads like words that are known.
    """
    if "gb18030" not in possible:
        return False
    text = sample.decode("gb18030", errors="replace")
    signs = sum(not sign.isascii() for sign in text)
    best = ranked[0]
    if _score_text(text, "gb18030") < LEAST_CHINESE_SCORE * signs:
        return False
    if best[1] == "euc_kr":
        return signs < MOST_BY_CHANCE_CHARS or not _is_korean(best[2])
    return best[1] not in ("cp932", "big5") or best[0] < signs + HEADER_SCORE / 2


def _is_korean(text: str) -> bool:
    return all("가" <= sign <= "힣" for sign in text if not sign.isascii())


def _cut_sample(text: str) -> str:
    """The first line that is not plain ASCII."""
    return next((line for line in text.splitlines() if not line.isascii()), text)[:120]


def _score_text(text: str, encoding: str) -> float:
    """How much a text reads like one in its encoding; below 0 it does not."""
    score = 0.0
    for at, sign in enumerate(text):
        if sign.isascii():
            continue
        before, after = text[at - 1 : at], text[at + 1 : at + 2]
        score += _score_sign(sign, before, after, encoding)
    first = next((line for line in text.splitlines() if line.strip()), "")
    for cell in first.replace(";", ",").replace("\t", ",").split(","):
        if not cell.isascii() and fold_name(cell) in _HEADER_WORDS:
            score += HEADER_SCORE
    return score


def _score_sign(sign: str, before: str, after: str, encoding: str) -> float:
    if encoding in ("cp1250", "cp1251", "cp1252"):
        return _score_letter(sign, before, after, encoding)
    in_word = _is_small(before) + _is_small(after)
    if not sign.isalnum():
        return 0.5 - in_word
    if "ぁ" <= sign <= "ヿ":
        return (2.0 if encoding == "cp932" else -1.0) - 1.5 * in_word
    if "･" <= sign <= "ﾟ":
        return -2.0
    if "가" <= sign <= "힣":
        return (1.5 if encoding == "euc_kr" else -1.0) - 1.5 * in_word
    return (1.0 if _is_common(sign, encoding) else -0.5) - 1.5 * in_word


def _score_letter(sign: str, before: str, after: str, encoding: str) -> float:
    alone = before.isascii() and after.isascii()
    if encoding == "cp1251":
        in_word = not alone and not _is_letter(before) and not _is_letter(after)
        return 0.9 if in_word and "а" <= sign.lower() <= "я" else -1.0
    if sign.isalpha():
        usual = sign in "äöüßÄÖÜéèêëàâçîïôûùœæøåØÅÆñáíóúÉÀÇ" if encoding == "cp1252" else True
        near = _is_letter(before) or _is_letter(after) or sign in "Øøµ"
        return (2.0 if usual else 1.0) if near else (0.2 if alone else -1.0)
    return 0.5 if alone and sign in "€£°²³±×µ½\u00a0–—„“”’…§®™·" else -1.0


def _is_small(letter: str) -> bool:
    return letter.isascii() and letter.islower()


def _is_letter(letter: str) -> bool:
    return letter.isascii() and letter.isalpha()


def _is_common(sign: str, encoding: str) -> bool:
    """Whether a sign is of the standard that everybody's texts are written with."""
    if encoding == "cp932":
        return _lies_between(sign, "cp932", 0x88, 0x97)
    if encoding == "big5":
        return _lies_between(sign, "big5", 0xA4, 0xC6)
    return _lies_between(sign, "gb2312", 0xB0, 0xF7)


def _lies_between(sign: str, encoding: str, low: int, high: int) -> bool:
    try:
        return low <= sign.encode(encoding)[0] <= high
    except UnicodeEncodeError:
        return False


def _sample_lines(path: Path) -> bytes:
    """The first line and lines that are not plain ASCII, up to a bound."""
    kept: list[bytes] = []
    size = 0
    with path.open("rb") as file:
        while size < MAX_SAMPLE_BYTES and (line := file.readline(MAX_SAMPLE_BYTES)):
            if not kept or not line.isascii():
                kept.append(line)
                size += len(line)
    return b"".join(kept)


def _is_decodable(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            while block := file.read(_BLOCK_BYTES):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeError:
            return False
    return True


_HEADER_WORDS: Final = frozenset(
    fold_name(word) for texts in WORDS.values() for word in texts.split("|")
)
