"""Where the buying countries and the manufacturing sites of the SCMS data lie."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A country (ISO 3166-1 alpha-2) and its seat of government; degrees."""

    code: str
    city: str
    latitude: float
    longitude: float


_BUYERS: Final = """
Afghanistan;AF;Kabul;34.53;69.17
Angola;AO;Luanda;-8.84;13.23
Belize;BZ;Belmopan;17.25;-88.77
Benin;BJ;Porto-Novo;6.50;2.60
Botswana;BW;Gaborone;-24.65;25.91
Burkina Faso;BF;Ouagadougou;12.37;-1.53
Burundi;BI;Bujumbura;-3.38;29.36
Cameroon;CM;Yaounde;3.87;11.52
Congo, DRC;CD;Kinshasa;-4.32;15.31
Côte d'Ivoire;CI;Abidjan;5.35;-4.00
Dominican Republic;DO;Santo Domingo;18.49;-69.93
Ethiopia;ET;Addis Ababa;9.03;38.74
Ghana;GH;Accra;5.56;-0.20
Guatemala;GT;Guatemala City;14.63;-90.51
Guinea;GN;Conakry;9.54;-13.68
Guyana;GY;Georgetown;6.80;-58.16
Haiti;HT;Port-au-Prince;18.54;-72.34
Kazakhstan;KZ;Astana;51.17;71.43
Kenya;KE;Nairobi;-1.29;36.82
Kyrgyzstan;KG;Bishkek;42.87;74.59
Lebanon;LB;Beirut;33.89;35.50
Lesotho;LS;Maseru;-29.31;27.48
Liberia;LR;Monrovia;6.30;-10.80
Libya;LY;Tripoli;32.89;13.19
Malawi;MW;Lilongwe;-13.96;33.79
Mali;ML;Bamako;12.64;-8.00
Mozambique;MZ;Maputo;-25.97;32.58
Namibia;NA;Windhoek;-22.56;17.08
Nigeria;NG;Abuja;9.06;7.49
Pakistan;PK;Islamabad;33.68;73.05
Rwanda;RW;Kigali;-1.94;30.06
Senegal;SN;Dakar;14.72;-17.47
Sierra Leone;SL;Freetown;8.47;-13.23
South Africa;ZA;Pretoria;-25.75;28.19
South Sudan;SS;Juba;4.85;31.58
Sudan;SD;Khartoum;15.50;32.56
Swaziland;SZ;Mbabane;-26.32;31.13
Tanzania;TZ;Dodoma;-6.16;35.75
Togo;TG;Lome;6.13;1.22
Uganda;UG;Kampala;0.35;32.58
Vietnam;VN;Hanoi;21.03;105.85
Zambia;ZM;Lusaka;-15.39;28.32
Zimbabwe;ZW;Harare;-17.83;31.05
"""


def _read_buyers() -> dict[str, Place]:
    places = {}
    for entry in _BUYERS.strip().splitlines():
        name, code, city, latitude, longitude = entry.split(";")
        places[name] = Place(
            code=code, city=city, latitude=float(latitude), longitude=float(longitude)
        )
    return places


BUYERS: Final = _read_buyers()
"""Buying countries by the name that the data gives them."""

_ENDINGS: Final = {
    "australia": "AU", "canada": "CA", "china": "CN", "cy": "CY", "cyprus": "CY", "de": "DE",
    "france": "FR", "germany": "DE", "gr": "GR", "in": "IN", "india": "IN", "it": "IT",
    "japan": "JP", "korea": "KR", "nl": "NL", "norway": "NO", "poland": "PL",
    "switzerland": "CH", "thailand": "TH", "uk": "GB", "us": "US", "usa": "US",
}  # fmt: skip


def country_in(name: str) -> str:
    """The country code that a firm's name ends in, else an empty text."""
    words = re.findall(r"[a-z]+", name.casefold())
    if words[-2:] == ["south", "africa"] or name.endswith(", SA"):
        return "ZA"
    return _ENDINGS.get(words[-1], "") if words else ""
