"""The invented firms: who they are, where, on which tier, what they can make.

Every firm here is invented; a likeness to a real one is chance. The cities are real.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from supplychain.demo.draws import Draws

CITIES: Final = {
    "Wuxi": ("CN", "Jiangsu", 31.57, 120.30),
    "Suzhou": ("CN", "Jiangsu", 31.30, 120.62),
    "Changzhou": ("CN", "Jiangsu", 31.77, 119.95),
    "Nantong": ("CN", "Jiangsu", 32.01, 120.86),
    "Yangzhou": ("CN", "Jiangsu", 32.39, 119.42),
    "Zhenjiang": ("CN", "Jiangsu", 32.19, 119.45),
    "Taizhou": ("CN", "Jiangsu", 32.49, 119.92),
    "Xuzhou": ("CN", "Jiangsu", 34.26, 117.19),
    "Yancheng": ("CN", "Jiangsu", 33.35, 120.16),
    "Huai'an": ("CN", "Jiangsu", 33.55, 119.02),
    "Nanjing": ("CN", "Jiangsu", 32.06, 118.80),
    "Hangzhou": ("CN", "Zhejiang", 30.27, 120.16),
    "Ningbo": ("CN", "Zhejiang", 29.87, 121.54),
    "Shaoxing": ("CN", "Zhejiang", 30.00, 120.58),
    "Jiaxing": ("CN", "Zhejiang", 30.75, 120.76),
    "Wenzhou": ("CN", "Zhejiang", 28.00, 120.70),
    "Huzhou": ("CN", "Zhejiang", 30.89, 120.09),
    "Shanghai": ("CN", "Shanghai", 31.23, 121.47),
    "Hefei": ("CN", "Anhui", 31.82, 117.23),
    "Wuhu": ("CN", "Anhui", 31.35, 118.43),
    "Ma'anshan": ("CN", "Anhui", 31.67, 118.51),
    "Jinan": ("CN", "Shandong", 36.65, 117.12),
    "Qingdao": ("CN", "Shandong", 36.07, 120.38),
    "Zibo": ("CN", "Shandong", 36.81, 118.05),
    "Stuttgart": ("DE", "Baden-Württemberg", 48.78, 9.18),
    "Bielefeld": ("DE", "Nordrhein-Westfalen", 52.02, 8.53),
    "Modena": ("IT", "Emilia-Romagna", 44.65, 10.93),
}
"""City: country, region, latitude and longitude in degrees."""

_FIRMS: Final = """
F001;Wuxi Taihu Heavy Press Works;Wuxi;1180;0;forging presses
F002;Nantong Jianghai Machine Tool Works;Nantong;760;0;machining centres
F003;Wuxi Huishan Frame Fabrication Co.;Wuxi;210;1;press frames,welding
F004;Changzhou Longcheng Heavy Structures Co.;Changzhou;260;1;press frames,welding,machine beds
F005;Ma'anshan Caishi Machine Beds Co.;Ma'anshan;190;1;machine beds,five-axis machining
F006;Wuxi Taihu Forging Co.;Wuxi;240;2;forging,heat treatment
F007;Suzhou Jinji Hydraulics Co.;Suzhou;320;1;hydraulics,cylinders
F008;Ningbo Yongjiang Fluid Power Co.;Ningbo;280;1;hydraulics,cylinders
F009;Jinan Quancheng Hydraulic Units Co.;Jinan;170;1;hydraulics
F010;Shanghai Puhui Electric Systems Co.;Shanghai;230;1;electrical cabinets
F011;Hangzhou Qiantang Control Cabinets Co.;Hangzhou;150;1;electrical cabinets,cable harnesses
F012;Nanjing Zijin Automation Co.;Nanjing;140;1;electrical cabinets,safety guards
F013;Yangzhou Shouxihu Guarding Co.;Yangzhou;85;1;safety guards,sheet metal
F014;Changzhou Hongmei Sheet Metal Co.;Changzhou;120;1;safety guards,sheet metal
F015;Wuhu Jiuzi Lubrication Co.;Wuhu;70;1;lubrication units
F016;Wenzhou Oujiang Lubrication Systems Co.;Wenzhou;95;1;lubrication units
F017;Wuxi Liangxi Precision Slides Co.;Wuxi;160;1;press slides,five-axis machining
F018;Zhenjiang Jinshan Machining Works;Zhenjiang;180;1;press slides,five-axis machining
F019;Shanghai Dianshan Spindle Co.;Shanghai;130;1;spindles
F020;Suzhou Dushu Spindle Technology Co.;Suzhou;110;1;spindles,five-axis machining
F021;Nantong Haofang Rotary Tables Co.;Nantong;90;1;rotary tables
F022;Hefei Chaohu Transmission Co.;Hefei;200;1;rotary tables,gears
F023;Taizhou Fengcheng Castings Co.;Taizhou;310;2;casting
F024;Changzhou Xinbei Foundry Co.;Changzhou;270;2;casting
F025;Zibo Boshan Iron Castings Co.;Zibo;340;2;casting
F026;Wuxi Yangshan Bronze Foundry Co.;Wuxi;60;2;bronze casting
F027;Shaoxing Jianhu Copper Castings Co.;Shaoxing;75;2;bronze casting
F028;Zhenjiang Beigu Heavy Forge Co.;Zhenjiang;260;2;forging
F029;Jinan Lixia Ring Forging Co.;Jinan;220;2;forging
F030;Suzhou Yangcheng Five-Axis Co.;Suzhou;85;2;five-axis machining,precision turning
F031;Wuxi Meiyuan Precision Machining Co.;Wuxi;64;2;five-axis machining,precision turning
F032;Kunshan Tinglin Precision Co.;Suzhou;72;2;five-axis machining
F033;Jiaxing Nanhu Machining Co.;Jiaxing;58;2;precision turning
F034;Ningbo Dongqian Turned Parts Co.;Ningbo;66;2;precision turning
F035;Yancheng Dafeng Turning Works;Yancheng;45;2;precision turning,five-axis machining
F036;Ningbo Siming Pumps Co.;Ningbo;180;2;pumps
F037;Jinan Daming Axial Pumps Co.;Jinan;150;2;pumps
F038;Shanghai Songjiang Servo Valves Co.;Shanghai;140;2;valves
F039;Ningbo Beilun Valve Technology Co.;Ningbo;160;2;valves
F040;Emilia Oleodinamica Srl;Modena;120;2;valves,pumps
F041;Suzhou Taihu Seals Co.;Suzhou;95;2;seals
F042;Hangzhou Xixi Sealing Technology Co.;Hangzhou;80;2;seals
F043;Lindental Dichtungen GmbH;Stuttgart;140;2;seals
F044;Changzhou Wujin Motors Co.;Changzhou;330;2;motors
F045;Hangzhou Fuchun Electric Motors Co.;Hangzhou;280;2;motors
F046;Shanghai Jiading Drives Co.;Shanghai;190;2;motors,drives
F047;Suzhou Shihu Drive Electronics Co.;Suzhou;170;2;drives
F048;Huzhou Moganshan Bearings Co.;Huzhou;240;2;bearings
F049;Wuxi Xihui Bearings Co.;Wuxi;210;2;bearings
F050;Teutowald Wälzlager GmbH;Bielefeld;260;2;bearings
F051;Nanjing Xuanwu Guideways Co.;Nanjing;150;2;linear guides,ball screws
F052;Jinan Baotu Screw Technology Co.;Jinan;130;2;ball screws,linear guides
F053;Wenzhou Yandang Sensors Co.;Wenzhou;90;2;sensors
F054;Nanjing Qinhuai Instruments Co.;Nanjing;75;2;sensors
F055;Yangzhou Hanjiang Cables Co.;Yangzhou;110;2;cable harnesses
F056;Suzhou Jinshan Coolers Co.;Suzhou;68;2;coolers and filters
F057;Shaoxing Keqiao Filtration Co.;Shaoxing;82;2;coolers and filters
F058;Hefei Feixi Gear Works;Hefei;160;2;gears
F059;Xuzhou Yunlong Plate Cutting Co.;Xuzhou;96;3;plate cutting
F060;Changzhou Tianning Plate Service Co.;Changzhou;74;3;plate cutting
F061;Wuhu Yijiang Plate Processing Co.;Wuhu;88;3;plate cutting
F062;Wuxi Binhu Heat Treatment Co.;Wuxi;52;3;heat treatment
F063;Changzhou Qingfeng Heat Treatment Co.;Changzhou;48;3;heat treatment
F064;Zhenjiang Dantu Hard Chrome Co.;Zhenjiang;40;3;surface coating
F065;Jiaxing Tongxiang Fasteners Co.;Jiaxing;190;3;fasteners
F066;Ningbo Zhenhai Fasteners Co.;Ningbo;230;3;fasteners
F067;Ningbo Cixi Magnet Materials Co.;Ningbo;120;3;magnets
F068;Huzhou Nanxun Winding Wire Co.;Huzhou;140;3;copper wire
F069;Wuhu Fanchang Copper Wire Co.;Wuhu;160;3;copper wire
F070;Suzhou Wuzhong Power Modules Co.;Suzhou;210;3;power modules
F071;Hangzhou Binjiang Circuit Boards Co.;Hangzhou;180;3;circuit boards
F072;Suzhou Xukou Circuit Boards Co.;Suzhou;160;3;circuit boards
F073;Yangzhou Jiangdu Laminations Co.;Yangzhou;100;3;laminations
F074;Jinan Zhangqiu Ring Blanks Co.;Jinan;130;3;ring blanks
F075;Zibo Linzi Sealing Compounds Co.;Zibo;110;3;seal compounds
F076;Huai'an Hongze Special Steel Co.;Huai'an;900;4;steel bar
F077;Xuzhou Pengcheng Steel Bar Co.;Xuzhou;760;4;steel bar
F078;Ma'anshan Yushan Plate Mill;Ma'anshan;1400;4;steel plate
F079;Nanjing Liuhe Plate Mill;Nanjing;1200;4;steel plate
F080;Zibo Luzhong Foundry Iron Co.;Zibo;420;4;foundry iron
F081;Qingdao Jiaozhou Copper Cathode Co.;Qingdao;380;4;copper
F082;Yancheng Sheyang Logistics Co.;Yancheng;150;9;
F083;Shanghai Huaihai Supply Chain Finance Co.;Shanghai;60;9;
"""

CERTIFICATES: Final = {
    "IATF 16949": ("bearings", "fasteners", "ring blanks", "seals", "steel bar", "motors"),
    "PED 2014/68/EU": ("forging", "hydraulics", "cylinders", "welding", "pumps", "valves"),
    "ISO 3834-2": ("welding", "press frames", "machine beds"),
    "CE": ("electrical cabinets", "drives", "motors", "sensors", "safety guards", "pumps"),
    "ISO 14001": ("surface coating", "heat treatment", "casting", "steel plate", "circuit boards"),
}
"""Certificates beyond ISO 9001 and the categories in which they are usual."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Maker:
    """An invented firm with its hidden character, which only its deliveries show.

    ``late`` and ``defects`` are probabilities a delivery and a piece, ``price`` a factor around
    1, ``drift`` its change a year, ``trend`` how far lateness moves over the three years.
    """

    id: str
    name: str
    city: str
    employees: int
    tier: int
    categories: tuple[str, ...]
    late: float
    late_days: float
    defects: float
    price: float
    drift: float
    trend: float

    @property
    def kind(self) -> str:
        """The kind of firm."""
        if self.tier == 9:
            return "financier" if "Finance" in self.name else "provider"
        return "core" if self.tier == 0 else "sme"

    @property
    def currency(self) -> str:
        """What it quotes in."""
        return "CNY" if CITIES[self.city][0] == "CN" else "EUR"

    def certificates(self, category: str) -> tuple[str, ...]:
        """The certificates it holds for a category."""
        draws = Draws("certificates", self.id, category)
        held = ["ISO 9001"] if draws.chance(0.92) else []
        return (
            *held,
            *(c for c, usual in CERTIFICATES.items() if _draw_certificate(draws, category, usual)),
        )


def _draw_certificate(draws: Draws, category: str, usual: tuple[str, ...]) -> bool:
    return draws.chance(0.7 if category in usual else 0.06)


def invent_firms() -> list[Maker]:
    """All invented firms by id."""
    return [_invent_firm(line.split(";")) for line in _FIRMS.strip().splitlines()]


def _invent_firm(fields: Sequence[str]) -> Maker:
    firm_id, name, city, employees, tier, categories = fields
    draws = Draws("character", firm_id)
    good = draws.between(0, 1)
    return Maker(
        id=firm_id,
        name=name,
        city=city,
        employees=int(employees),
        tier=int(tier),
        categories=tuple(part for part in categories.split(",") if part),
        late=0.02 + 0.2 * (1 - good) ** 3,
        late_days=draws.between(2, 9),
        defects=0.0001 + 0.004 * draws.between(0, 1) ** 4,
        price=draws.between(0.9, 1.08) + 0.08 * good,
        drift=draws.between(-0.01, 0.045),
        trend=draws.between(-0.06, 0.03) + (0.16 if draws.chance(0.08) else 0),
    )
