"""Registration numbers of firms: those with a check digit are checked by their country's rule.

China's unified social credit code (GB 32100-2015) and the VAT and company numbers of some seventy
countries; the rules are those of ``python-stdnum``. What has a form that is not among them is taken
as it is: countries have more registers than anybody lists.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from importlib import import_module
from typing import Final, TypeAlias

from supplychain.errors import Invalid
from supplychain.model.names import fold_name

Rule: TypeAlias = Callable[[str], str]
"""Checks a number; raises one of ``stdnum.exceptions``."""
CACHED_NAMES: Final = 1024
USCC_CHARS: Final = 18
UNIQUE_CHARS: Final = 9
"""So long are the shortest numbers of the big registers (SIREN, D-U-N-S); what is shorter counts up
from one in many places."""
WRONG_NUMBER: Final = (
    "This registration number has a wrong check digit or a letter too many. Copy it again from the "
    "business licence, or leave it empty."
)
_MORE_RULES: Final = {"FR": ("fr.siren", "fr.siret"), "NO": ("no.orgnr",), "SE": ("se.orgnr",)}
"""Company numbers beside the VAT number."""
_BESIDES: Final = {
    "china": "CN", "prc": "CN", "prchina": "CN", "peoplesrepublicofchina": "CN",
    "中华人民共和国": "CN", "usa": "US", "america": "US", "uk": "GB", "england": "GB",
    "greatbritain": "GB", "korea": "KR", "southkorea": "KR", "韩国": "KR", "deutschland": "DE",
    "österreich": "AT", "schweiz": "CH", "suisse": "CH", "italia": "IT", "españa": "ES",
    "polska": "PL", "日本": "JP", "nederland": "NL", "中國": "CN", "台湾": "TW", "香港": "HK",
}  # fmt: skip
"""Names of countries that people write and CLDR does not."""


@lru_cache(maxsize=CACHED_NAMES)
def find_country_code(country: str) -> str:
    """The ISO 3166 code of a country as people write it; "" where it is not clear which it is.

    Codes of two and three letters, and names in English and Chinese (Unicode CLDR).
    """
    names, codes = _read_countries()
    code = country.strip().upper()
    if code in codes:
        return codes[code]
    return names.get(fold_name(country), "")


@lru_cache(maxsize=1)
def _read_countries() -> tuple[dict[str, str], dict[str, str]]:
    from babel import Locale  # a big table: only who checks a number reads it
    from babel.core import get_global

    names: dict[str, str] = {}
    codes: dict[str, str] = {}
    for language in ("en", "zh_Hans", "zh_Hant"):
        for code, name in Locale.parse(language).territories.items():
            if len(code) == 2 and code.isalpha():
                names.setdefault(fold_name(name), code)
                codes[code] = code
    for code, current in get_global("territory_aliases").items():
        if len(code) == 3 and code.isalpha() and len(current) == 1:
            codes.setdefault(code, current[0])
    return {**names, **_BESIDES}, {**codes, "UK": "GB"}


def check_registration_number(
    number: str | None, country: str, *, pointer: str = "/registration_id"
) -> str | None:
    """The number as it is kept, None where there is none.

    Raises:
        Invalid: its country's rule says that it is wrong.
    """
    kept = " ".join((number or "").split())
    if not is_right_number(kept, country):
        raise Invalid(WRONG_NUMBER, pointer=pointer)
    return kept or None


@lru_cache(maxsize=CACHED_NAMES)
def is_right_number(number: str, country: str) -> bool:
    """Whether no rule of the country says that the number is wrong."""
    from stdnum import exceptions

    code, plain = find_country_code(country), _strip_signs(number)
    if not plain:
        return True
    wrong = False
    for rule in _list_rules(code):
        try:
            rule(plain)
        except exceptions.InvalidChecksum:
            wrong = True
        except exceptions.ValidationError:
            wrong = wrong or (code == "CN" and len(plain) == USCC_CHARS)
        else:
            return True
    return not wrong


def _list_rules(code: str) -> list[Rule]:
    from stdnum import get_cc_module

    if not code:
        return []
    usual = get_cc_module(code, "vat")
    names = _MORE_RULES.get(code, ())
    rules: list[Rule] = [import_module(f"stdnum.{name}").validate for name in names]
    return rules if usual is None else [usual.validate, *rules]


def number_key(number: str | None, country: str) -> str | None:
    """By what two firms with one number are found: the bare number.

    A short one stands for one firm in one country alone, a long one wherever it is written: who
    leaves the country out, or writes another, has the same number still.
    """
    plain = _strip_signs(number or "")
    if len(plain) < UNIQUE_CHARS:
        plain = f"{find_country_code(country)}|{plain}" if plain else ""
    return plain or None


def _strip_signs(number: str) -> str:
    return re.sub(r"[\W_]+", "", fold_name(number)).upper()
