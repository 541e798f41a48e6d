"""What a part asks of whoever makes it: process, material, size, tolerance, region, routing.

The same words describe what a firm can make (``model.capabilities``). A blank is not asked, and
what a firm does not state is unknown: neither fails.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from supplychain.errors import FieldError

LINEAR: Final = ("f", "m", "c", "v")
"""ISO 2768-1: fine, medium, coarse, very coarse; finer covers coarser."""
GEOMETRICAL: Final = ("H", "K", "L")
"""ISO 2768-2, finest first."""
SIDES: Final = ("length_mm", "width_mm", "height_mm")
MAX_MM: Final = 1_000_000
MAX_KG: Final = 1_000_000
MOST_TERMS: Final = 20
TERM_LENGTH: Final = 60
MOST_STEPS: Final = 10

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
    "five axis milling": "5-axis milling",
    "5 axis milling": "5-axis milling",
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


def term(text: str) -> str:
    """A process or material as it is kept: NFKC, lower case, single blanks, known aliases."""
    plain = compared(text)
    return ALIASES.get(plain, plain)


def terms(texts: Iterable[str]) -> tuple[str, ...]:
    """Terms without empty ones and repetitions, in the given order."""
    return tuple(dict.fromkeys(kept for text in texts if (kept := term(text))))


def compared(text: str) -> str:
    """A name as it is compared: NFKC, single blanks, case aside."""
    return " ".join(unicodedata.normalize("NFKC", text).split()).casefold()


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
    def of(cls, given: Mapping[str, Any]) -> Requirements:
        """From fields as people write them; unknown names are left aside."""
        return cls(
            process=term(given.get("process") or ""),
            material=term(given.get("material") or ""),
            **{name: given.get(name) or None for name in (*SIDES, "weight_kg")},
            tolerance_linear=given.get("tolerance_linear") or "",
            tolerance_geometrical=given.get("tolerance_geometrical") or "",
            regions=tuple(dict.fromkeys(each.strip() for each in given.get("regions") or ())),
            routing=terms(given.get("routing") or ()),
        )

    @classmethod
    def from_text(cls, text: str | None) -> Requirements:
        """From what ``as_text`` made; nothing from None."""
        return cls.of(json.loads(text)) if text else cls()

    def as_text(self) -> str | None:
        """JSON of what is asked; None where nothing is."""
        asked = {name: value for name, value in asdict(self).items() if value}
        return json.dumps(asked, ensure_ascii=False, sort_keys=True) if asked else None

    @property
    def any(self) -> bool:
        """Whether anything is asked."""
        return self != Requirements()

    @property
    def sides(self) -> tuple[int | None, int | None, int | None]:
        """The part's length, width and height."""
        return self.length_mm, self.width_mm, self.height_mm

    def errors(self, at: str = "") -> list[FieldError]:
        """What makes no sense, each with its field below ``at``."""
        found = wrong_limits(self, at)
        named = (("process", self.process), ("material", self.material))
        found += [
            FieldError(pointer=f"{at}/{name}", message="Use at most 60 characters.")
            for name, text in named
            if len(text) > TERM_LENGTH
        ]
        lists = (("regions", self.regions, MOST_TERMS), ("routing", self.routing, MOST_STEPS))
        for name, texts, most in lists:
            if len(texts) > most or any(len(text) > TERM_LENGTH for text in texts):
                values = (("most", most),)
                message = "Name at most %(most)s, each of at most 60 characters."
                found.append(FieldError(pointer=f"{at}/{name}", message=message, values=values))
        return found


def wrong_limits(facts: Any, at: str = "") -> list[FieldError]:
    """Sizes, weights and tolerance classes that cannot be; of requirements or a capability."""
    limits = [(name, MAX_MM) for name in SIDES] + [("weight_kg", MAX_KG)]
    found = [
        FieldError(
            pointer=f"{at}/{name}",
            message="Enter a number from 1 to %(most)s.",
            values=(("most", most),),
        )
        for name, most in limits
        if getattr(facts, name) is not None and not 1 <= getattr(facts, name) <= most
    ]
    classes = (("tolerance_linear", LINEAR), ("tolerance_geometrical", GEOMETRICAL))
    return found + [
        FieldError(pointer=f"{at}/{name}", message="Choose a tolerance class from the list.")
        for name, known in classes
        if getattr(facts, name) not in ("", *known)
    ]
