"""What a part asks of whoever makes it: process, material, size, tolerance, region, routing.

The same words describe what a firm can make (``model.capabilities``). A blank is not asked, and
what a firm does not state is unknown: neither fails.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any, Final

from supplychain.errors import FieldError
from supplychain.model.categories.tree import identify_category
from supplychain.model.names import CACHED_NAMES, fold_name

LINEAR: Final = ("f", "m", "c", "v")
"""ISO 2768-1: fine, medium, coarse, very coarse; finer covers coarser."""
GEOMETRICAL: Final = ("H", "K", "L")
"""ISO 2768-2, finest first."""
SIDES: Final = ("length_mm", "width_mm", "height_mm")
MAX_MM: Final = 1_000_000
MAX_KG: Final = 1_000_000
MAX_TERMS: Final = 20
MAX_TERM_CHARS: Final = 60
MAX_STEPS: Final = 10

PROCESSES: Final = (
    "turning",
    "milling",
    "5-axis milling",
    "grinding",
    "drilling and boring",
    "forging",
    "casting",
    "die casting",
    "stamping",
    "sheet metal work",
    "laser cutting",
    "welding",
    "heat treatment",
    "surface treatment",
    "painting",
    "injection moulding",
    "additive manufacturing",
    "gear cutting",
    "wire erosion",
    "assembly",
)
"""Suggested names of processes; any other may be written."""
MATERIALS: Final = (
    "carbon steel",
    "alloy steel",
    "stainless steel",
    "tool steel",
    "cast iron",
    "aluminium",
    "copper",
    "brass",
    "titanium",
    "nickel alloy",
    "engineering plastic",
)
"""Suggested names of materials; any other may be written."""
ALIASES: Final = {
    "five-axis milling": "5-axis milling",
    "5-axis": "5-axis milling",
    "five-axis": "5-axis milling",
    "五轴": "5-axis milling",
    "五轴铣": "5-axis milling",
    "五轴加工": "5-axis milling",
    "五轴铣削": "5-axis milling",
    "车削": "turning",
    "车": "turning",
    "铣削": "milling",
    "铣": "milling",
    "磨削": "grinding",
    "钻镗": "drilling and boring",
    "锻造": "forging",
    "锻": "forging",
    "铸造": "casting",
    "压铸": "die casting",
    "冲压": "stamping",
    "钣金": "sheet metal work",
    "激光切割": "laser cutting",
    "焊接": "welding",
    "热处理": "heat treatment",
    "heat treating": "heat treatment",
    "表面处理": "surface treatment",
    "喷涂": "painting",
    "注塑": "injection moulding",
    "injection molding": "injection moulding",
    "增材制造": "additive manufacturing",
    "3d printing": "additive manufacturing",
    "齿轮加工": "gear cutting",
    "线切割": "wire erosion",
    "wire edm": "wire erosion",
    "装配": "assembly",
    "碳钢": "carbon steel",
    "合金钢": "alloy steel",
    "不锈钢": "stainless steel",
    "工具钢": "tool steel",
    "铸铁": "cast iron",
    "铝": "aluminium",
    "铝合金": "aluminium",
    "aluminum": "aluminium",
    "铜": "copper",
    "黄铜": "brass",
    "钛": "titanium",
    "钛合金": "titanium",
    "镍基合金": "nickel alloy",
    "工程塑料": "engineering plastic",
}
"""Other ways to write a suggested name."""
_SUGGESTED: Final = {fold_name(name): name for name in (*PROCESSES, *MATERIALS)} | {
    fold_name(alias): name for alias, name in ALIASES.items()
}


def term(text: str) -> str:
    """A process or material as it is kept: a suggested name, else NFKC, case and blanks folded.

    What is kept is part of stored requirements and capabilities; it is compared by ``fold_term``.
    """
    plain = " ".join(unicodedata.normalize("NFKC", text).split()).casefold()
    return _SUGGESTED.get(fold_name(plain), plain)


def terms(texts: Iterable[str]) -> tuple[str, ...]:
    """Terms without empty ones and repetitions, the first way to write each, in their order."""
    kept: dict[str, str] = {}
    for text in filter(None, map(term, texts)):
        kept.setdefault(fold_name(text) or text, text)
    return tuple(kept.values())


@lru_cache(maxsize=CACHED_NAMES)
def fold_term(text: str) -> str:
    """A process or material as it is compared: its suggested name if it has one, folded."""
    return fold_name(term(text))


def fold_terms(texts: Iterable[str]) -> frozenset[str]:
    """Some processes or materials as they are compared, without those that name nothing."""
    return frozenset(map(fold_term, texts)) - {""}


@lru_cache(maxsize=CACHED_NAMES)
def does_step(name: str, step: str) -> bool:
    """Whether a category or process of this name does a step of a routing.

    It does by its own name, or where the step names the category.
    """
    wanted = fold_term(step)
    return bool(wanted) and (fold_term(name) == wanted or name == identify_category(step))


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirements:
    """What a line asks beyond category, quantity, day and certificates; blank is not asked.

    ``length_mm`` … are the part's own sides, ``weight_kg`` its weight rounded up; ``regions`` are
    names of regions or countries of which one must hold; ``routing`` is the ordered list of
    categories or processes that one firm must be able to do all of.
    """

    process: str = ""
    material: str = ""
    length_mm: int | None = None
    width_mm: int | None = None
    height_mm: int | None = None
    weight_kg: int | None = None
    tolerance_linear: str = ""
    tolerance_geometrical: str = ""
    regions: tuple[str, ...] = ()
    routing: tuple[str, ...] = ()

    @classmethod
    def of(cls, stated: Mapping[str, Any]) -> Requirements:
        """From fields as people write them; other names are left aside."""
        return cls(
            process=term(stated.get("process") or ""),
            material=term(stated.get("material") or ""),
            **{name: stated.get(name) or None for name in (*SIDES, "weight_kg")},
            tolerance_linear=stated.get("tolerance_linear") or "",
            tolerance_geometrical=stated.get("tolerance_geometrical") or "",
            regions=tuple(dict.fromkeys(each.strip() for each in stated.get("regions") or ())),
            routing=terms(stated.get("routing") or ()),
        )

    @classmethod
    def from_text(cls, text: str | None) -> Requirements:
        """From what ``as_text`` made; nothing from None."""
        return cls.of(json.loads(text)) if text else cls()

    def as_text(self) -> str | None:
        """JSON of what is asked; None where nothing is."""
        required = {name: value for name, value in asdict(self).items() if value}
        return json.dumps(required, ensure_ascii=False, sort_keys=True) if required else None

    @property
    def any(self) -> bool:
        """Whether anything is asked."""
        return self != Requirements()

    @property
    def sides(self) -> tuple[int | None, int | None, int | None]:
        """The part's length, width and height."""
        return self.length_mm, self.width_mm, self.height_mm

    def list_errors(self, at: str = "") -> list[FieldError]:
        """What makes no sense, each with its field below ``at``."""
        errors = wrong_limits(self, at)
        named = (("process", self.process), ("material", self.material))
        errors += [
            FieldError(pointer=f"{at}/{name}", message="Use at most 60 characters.")
            for name, text in named
            if len(text) > MAX_TERM_CHARS
        ]
        lists = (("regions", self.regions, MAX_TERMS), ("routing", self.routing, MAX_STEPS))
        for name, texts, most in lists:
            if len(texts) > most or any(len(text) > MAX_TERM_CHARS for text in texts):
                values = (("most", most),)
                message = "Name at most %(most)s, each of at most 60 characters."
                errors.append(FieldError(pointer=f"{at}/{name}", message=message, values=values))
        return errors


def wrong_limits(facts: Any, at: str = "") -> list[FieldError]:
    """Sizes, weights and tolerance classes that cannot be; of requirements or a capability."""
    limits = [(name, MAX_MM) for name in SIDES] + [("weight_kg", MAX_KG)]
    errors = [
        FieldError(
            pointer=f"{at}/{name}",
            message="Enter a number from 1 to %(most)s.",
            values=(("most", most),),
        )
        for name, most in limits
        if getattr(facts, name) is not None and not 1 <= getattr(facts, name) <= most
    ]
    classes = (("tolerance_linear", LINEAR), ("tolerance_geometrical", GEOMETRICAL))
    return errors + [
        FieldError(pointer=f"{at}/{name}", message="Choose a tolerance class from the list.")
        for name, choices in classes
        if getattr(facts, name) not in ("", *choices)
    ]
