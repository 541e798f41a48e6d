"""The invented products: a forging press and a machining centre, down to bar, plate and iron.

Drawings of the two makers are theirs; bearings, seals, steel and the like are catalogue parts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

_PARTS: Final = """
PR-800;Forging press 800 t;forging presses;piece;1680000;F001;
PR-810;Press frame, welded and stress relieved;press frames;piece;214000;F001;PR-800*1
PR-811;Crown plate 160 mm, cut to shape;plate cutting;piece;16800;F001;PR-810*2
PR-812;Side upright 120 mm, cut to shape;plate cutting;piece;9400;F001;PR-810*4
PR-813;Press bed casting GJS-500;casting;piece;38500;F001;PR-810*1
PR-814;Tie rod M180;precision turning;piece;11200;F001;PR-810*4
PR-815;Tie-rod forging 42CrMo4;forging;piece;6300;F001;PR-814*1
PR-816;Tie-rod nut M180;precision turning;piece;1450;F001;PR-810*8
PR-817;Induction hardening of tie rods;heat treatment;piece;620;F001;PR-814*1
PR-820;Press slide with guides;press slides;piece;142000;F001;PR-800*1
PR-821;Slide casting GJS-600;casting;piece;31000;F001;PR-820*1
PR-822;Guide gib, tin bronze;bronze casting;piece;2650;F001;PR-820*8
PR-823;Die clamp block;five-axis machining;piece;1980;F001;PR-820*12
PR-824;Hardened guide rail;five-axis machining;piece;4300;F001;PR-820*4
PR-825;Nitriding of guide rails;heat treatment;piece;380;F001;PR-824*1
PR-826;Clamp-block forging;forging;piece;540;F001;PR-823*1
PR-830;Main cylinder unit 800 t;cylinders;piece;176000;F001;PR-800*1
PR-831;Cylinder barrel forging;forging;piece;42000;F001;PR-830*1
PR-832;Piston rod 420 mm, chrome plated;five-axis machining;piece;36500;F001;PR-830*1
PR-833;Piston-rod forging 42CrMo4;forging;piece;14800;F001;PR-832*1
PR-834;Hard chrome plating of rods;surface coating;piece;5200;F001;PR-832*1
PR-835;Piston seal set 420 mm;seals;set;2900;;PR-830*1
PR-836;Cylinder head flange;five-axis machining;piece;8700;F001;PR-830*2
PR-837;Bronze guide bush 420 mm;bronze casting;piece;3900;F001;PR-830*2
PR-840;Hydraulic power pack 55 kW;hydraulics;piece;188000;F001;PR-800*2
PR-841;Axial piston pump 180 cc;pumps;piece;21500;;PR-840*2
PR-842;Servo proportional valve NG25;valves;piece;13800;;PR-840*4
PR-843;Oil tank 1600 l, welded;welding;piece;9600;F001;PR-840*1
PR-844;Manifold block, forged steel;five-axis machining;piece;7800;F001;PR-840*2
PR-845;Servo motor 55 kW;motors;piece;18600;;PR-840*2
PR-846;Oil cooler 60 kW;coolers and filters;piece;5400;;PR-840*1
PR-847;Return-line filter 10 µm;coolers and filters;piece;880;;PR-840*2
PR-848;Pump rotating group;precision turning;set;3900;;PR-841*1
PR-849;Valve spool, ground;precision turning;piece;640;;PR-842*2
PR-850;Electrical cabinet, press;electrical cabinets;piece;168000;F001;PR-800*1
PR-851;Cabinet enclosure IP54;sheet metal;piece;6200;F001;PR-850*2
PR-852;Servo drive 90 kW;drives;piece;23800;;PR-850*4
PR-853;Cable harness, press;cable harnesses;set;5600;F001;PR-850*2
PR-854;Pressure transducer 400 bar;sensors;piece;420;;PR-850*12
PR-855;Position sensor 1200 mm;sensors;piece;2150;;PR-850*2
PR-860;Ejector unit 80 t;cylinders;piece;46000;F001;PR-800*1
PR-861;Ejector rod, chrome plated;precision turning;piece;3200;F001;PR-860*1
PR-862;Ejector seal set;seals;set;640;;PR-860*1
PR-870;Lubrication unit, 24 points;lubrication units;piece;18800;F001;PR-800*1
PR-871;Gear pump 8 cc;pumps;piece;1150;;PR-870*1
PR-872;Metering valve;valves;piece;210;;PR-870*24
PR-880;Safety guard with light curtain;safety guards;set;36500;F001;PR-800*1
PR-881;Guard panel, bent sheet;sheet metal;piece;780;F001;PR-880*14
PR-882;Light curtain 1600 mm;sensors;piece;3600;;PR-880*2
MC-500;Five-axis machining centre 500;machining centres;piece;980000;F002;
MC-510;Machine bed, finished;machine beds;piece;92000;F002;MC-500*1
MC-511;Bed casting GJL-300;casting;piece;34500;F002;MC-510*1
MC-512;Linear guide rail 55, set;linear guides;set;8900;;MC-510*3
MC-513;Ball screw 50 x 10;ball screws;piece;5200;;MC-510*3
MC-520;Motor spindle 18000 rpm;spindles;piece;118000;F002;MC-500*1
MC-521;Spindle bearing set 7014;bearings;set;6900;;MC-520*1
MC-522;Spindle shaft, ground;precision turning;piece;5100;F002;MC-520*1
MC-523;Built-in motor 30 kW;motors;piece;19800;;MC-520*1
MC-524;Shaft forging 16MnCr5;forging;piece;950;F002;MC-522*1
MC-525;Case hardening of shafts;heat treatment;piece;310;F002;MC-522*1
MC-530;Rotary table 500 mm;rotary tables;piece;86000;F002;MC-500*1
MC-531;Worm gear set;gears;set;9800;F002;MC-530*1
MC-532;Crossed roller bearing 320;bearings;piece;7400;;MC-530*1
MC-533;Gear-blank forging;forging;piece;1350;F002;MC-531*1
MC-540;Electrical cabinet, machine;electrical cabinets;piece;78000;F002;MC-500*1
MC-541;Cabinet enclosure, machine;sheet metal;piece;4800;F002;MC-540*1
MC-550;Enclosure doors and guards;safety guards;set;28500;F002;MC-500*1
CM-010;Servo drive 22 kW;drives;piece;8600;;MC-540*5
CM-011;Control cable set;cable harnesses;set;3100;;MC-540*1
CM-012;Radial shaft seal 70;seals;piece;46;;MC-530*2,PR-841*1,PR-845*1
CM-013;Deep-groove bearing 6312;bearings;piece;118;;PR-845*2,PR-841*2
CM-014;Screw set 12.9;fasteners;set;260;;PR-810*12,PR-820*6,MC-510*6,PR-840*4
CM-015;Tool holder bushing;precision turning;piece;165;F002;MC-520*4
RM-101;Bearing-steel ring blank;ring blanks;piece;22;;CM-013*2,MC-521*8,MC-532*12
RM-102;Servo magnet set NdFeB;magnets;set;1480;;PR-845*1,MC-523*1
RM-103;Stator lamination stack;laminations;set;1180;;PR-845*1,MC-523*1
RM-104;Enamelled copper wire;copper wire;kg;78;;PR-845*34,MC-523*22,PR-853*20,CM-011*9
RM-105;IGBT power module 1200 V;power modules;piece;690;;PR-852*6,CM-010*3
RM-106;Drive control board;circuit boards;piece;540;;PR-852*2,CM-010*1,PR-854*1,PR-855*1
RM-107;Moulded PTFE-bronze ring;seal compounds;piece;18;;PR-835*8,PR-862*4,CM-012*1
RM-201;Alloy steel bar 42CrMo4;steel bar;kg;6;;PR-815*620,PR-833*1900,PR-826*40,PR-848*24,PR-849*4
RM-202;Case-hardening steel bar;steel bar;kg;6;;MC-524*46,MC-533*60,RM-101*1,MC-513*80,MC-512*95
RM-203;Heavy plate S355;steel plate;kg;5;;PR-811*1900,PR-812*1150,PR-843*420
RM-204;Cold-rolled sheet DC01;steel plate;kg;6;;PR-851*140,PR-881*18,MC-541*110,RM-103*30
RM-205;Foundry pig iron;foundry iron;kg;4;;PR-813*5200,PR-821*4300,MC-511*4800
RM-206;Copper cathode;copper;kg;69;;RM-104*1,PR-822*9,PR-837*14
RM-207;Steel bar 20MnV for fasteners;steel bar;kg;5;;CM-014*14
"""

MADE_A_WEEK: Final = {"PR-800": 6.0, "MC-500": 9.0}
"""How many of its product each maker finishes a week."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InventedPart:
    """An invented part. ``price`` in CNY a unit; ``used_in`` parent id and quantity."""

    id: str
    name: str
    category: str
    uom: str
    price: Decimal
    designer_id: str
    used_in: tuple[tuple[str, int], ...]

    @property
    def bulk(self) -> bool:
        """Whether it is bought by weight."""
        return self.uom == "kg"


def invent_parts() -> list[InventedPart]:
    """All invented parts, a parent before what it is made of."""
    return [_invent_part(line.split(";")) for line in _PARTS.strip().splitlines()]


def _invent_part(fields: Sequence[str]) -> InventedPart:
    part_id, name, category, uom, price, designer_id, parents = fields
    pairs = [entry.split("*") for entry in parents.split(",") if entry]
    return InventedPart(
        id=part_id,
        name=name,
        category=category,
        uom=uom,
        price=Decimal(price),
        designer_id=designer_id,
        used_in=tuple((parent, int(quantity)) for parent, quantity in pairs),
    )
