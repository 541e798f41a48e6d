"""The drawing: well formed, escaped, grouped when there is much, and the words that fit."""

from __future__ import annotations

import re
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supplychain.model.tiers import Figures, TierLink, TierMap, TierNode, count_branches, is_sole
from supplychain.web.tiermap import words
from supplychain.web.tiermap.rows import PAGE_ROWS, list_rows
from supplychain.web.tiermap.scene import MapChoices, build_scene
from supplychain.web.tiermap.svg import SYMBOLS, draw_heads, draw_scene

SVG = "{http://www.w3.org/2000/svg}"


def say(message: str, **values: object) -> str:
    return message % values if values else message


def address(**changes: object) -> str:
    return "/tiers?" + urlencode(changes, doseq=True)


def figures(load: float | None = 0.5, on_time: float | None = 0.95, orders: int = 3) -> Figures:
    return Figures(load=load, on_time=on_time, evidence=20, open_orders=orders, scope="own")


def firm(key: str, tier: int, **values: object) -> TierNode:
    return TierNode(**{"key": key, "tier": tier, "name": key, "figures": figures(), **values})


def picture(*nodes: TierNode, links: tuple[TierLink, ...] = ()) -> TierMap:
    return TierMap(focal="me", viewer="me", nodes=(firm("me", 0), *nodes), links=links)


def drawn(made: TierMap, **choices: object) -> ElementTree.Element:
    scene = build_scene(made, MapChoices(**choices), say)
    ElementTree.fromstring(draw_heads(scene, say))
    return ElementTree.fromstring(draw_scene(scene, address, say))


def nodes_of(svg: ElementTree.Element) -> list[ElementTree.Element]:
    return [each for each in svg.iter() if "tm-node" in each.get("class", "").split()]


def crowd(count: int) -> TierMap:
    made = [
        firm(f"f{at}", -1 - at % 2, category=("Steel", "Rubber", "")[at % 3]) for at in range(count)
    ]
    links = tuple(TierLink(supplier=f"f{at}", buyer="me") for at in range(0, count, 2))
    return picture(*made, links=links)


HOSTILE = [
    "</text><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "A & B < C > D ' E",
    "nul\x00 bell\x07 esc\x1b",
    "\u202eevil\u2066 reversed",
    "%(name)s {0} {{ 7 * 7 }}",
    "]]> <!-- --> <?xml?>",
    "很长" * 200,
    "\ufffe\uffff",
    "",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_breaks_out_of_the_picture(name: str) -> None:
    made = picture(
        firm("a", -1, name=name, city=name, category=name),
        links=(TierLink(supplier="a", buyer="me"),),
    )
    svg = drawn(made, figure="load", firm="a", query=name)
    assert {each.tag.removeprefix(SVG) for each in svg.iter()} <= {
        "svg", "g", "a", "rect", "path", "text", "title", "use",
    }  # fmt: skip
    for each in svg.iter():
        assert not [key for key in each.attrib if key.startswith("on") or key == "style"]
    assert not set("".join(svg.itertext())) & set("\u202e\u2066\x00\x07")


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_name_and_id_make_well_formed_xml(key: str, name: str) -> None:
    other = f"x{key.encode('utf-8', 'replace').decode()}"
    drawn(picture(firm(other, -1, name=name, category=name)), query=name)


def test_the_symbols_are_well_formed_and_cover_every_class() -> None:
    names = set(re.findall(r'<symbol id="tm-(\w+)"', SYMBOLS))
    ElementTree.fromstring(SYMBOLS)
    assert names == {kind for figure in words.FIGURES for kind in words.list_levels(figure)}


def test_every_firm_with_a_name_is_a_link_and_a_hidden_one_is_not() -> None:
    hidden = TierNode(key="hidden.s2.1", tier=-2, number=1)
    svg = drawn(picture(firm("a", -1), hidden, links=(TierLink(supplier="a", buyer="me"),)))
    tags = {each.get("aria-label", "").split(",")[0]: each.tag for each in nodes_of(svg)}
    assert tags == {"me": f"{SVG}a", "a": f"{SVG}a", "Firm 1 at tier 2": f"{SVG}g"}


def test_a_firm_says_its_figures_and_marks_to_who_cannot_see() -> None:
    made = firm("a", -2, city="Wuxi", sole=1, branches=3, figures=figures(1.04, 0.85, 7))
    label = next(
        each for each in nodes_of(drawn(picture(made))) if "Wuxi" in each.get("aria-label", "")
    )
    assert label.get("aria-label") == (
        "a, Wuxi, supplier, tier 2, At risk, Load 104 %, On-time rate 85 %, Open orders 7, "
        "sole source, common source of 3 direct suppliers"
    )


@pytest.mark.parametrize(
    ("figure", "kind", "text"),
    [
        ("health", "risk", None),
        ("load", "risk", "104 %"),
        ("on_time", "watch", "85 %"),
        ("orders", "orders2", "7"),
    ],
)
def test_the_chosen_figure_colours_the_firms(figure: str, kind: str, text: str | None) -> None:
    svg = drawn(picture(firm("a", -1, figures=figures(1.04, 0.85, 7))), figure=figure)
    node = next(each for each in nodes_of(svg) if each.get("aria-label", "").startswith("a,"))
    assert kind in node.get("class", "").split()
    values = [each.text for each in node.iter(f"{SVG}text") if each.get("class") == "value"]
    assert values == ([text] if text else [])


def test_choosing_a_firm_dims_what_it_has_nothing_to_do_with() -> None:
    links = tuple(
        TierLink(supplier=one, buyer=two)
        for one, two in (("deep", "a"), ("a", "me"), ("b", "me"), ("me", "user"))
    )
    made = picture(firm("a", -1), firm("b", -1), firm("deep", -2), firm("user", 1), links=links)
    classes = {
        each.get("aria-label", "").split(",")[0]: each.get("class", "").split()
        for each in nodes_of(drawn(made, firm="a"))
    }
    assert {name for name, found in classes.items() if "dim" in found} == {"b", "user"}
    assert "chosen" in classes["a"]


def test_a_few_firms_are_not_grouped_and_many_are() -> None:
    assert not build_scene(crowd(100), MapChoices(), say).groups
    scene = build_scene(crowd(300), MapChoices(), say)
    assert {group.key for group in scene.groups} == {
        f"{tier}:{name}" for tier in (-1, -2) for name in ("Steel", "Rubber", "")
    }
    assert sum(len(group.members) for group in scene.groups) == 300
    assert len(nodes_of(drawn(crowd(300)))) == 1


def test_an_open_group_shows_its_worst_firms_first_and_says_how_many_more() -> None:
    many = [firm(f"s{at:02d}", -1, category="Steel") for at in range(150)]
    bad = firm("zz", -1, category="Steel", figures=figures(load=1.2))
    scene = build_scene(picture(*many, bad), MapChoices(opened=frozenset({"-1:Steel"})), say)
    assert scene.groups[0].rows[0].key == "zz"
    svg = ElementTree.fromstring(draw_scene(scene, address, say))
    assert f"{151 - 30} more in the list" in "".join(svg.itertext())
    assert len(nodes_of(svg)) == 31


def test_the_firm_looked_at_is_shown_even_where_firms_are_grouped() -> None:
    labels = {
        each.get("aria-label", "").split(",")[0]
        for each in nodes_of(drawn(crowd(300), firm="f299"))
    }
    assert "f299" in labels


def test_a_common_source_is_marked_where_a_quarter_depends_on_it() -> None:
    direct = [firm(f"d{at}", -1) for at in range(16)]
    made = picture(*direct, firm("wide", -2, branches=4), firm("small", -2, branches=3))
    assert build_scene(made, MapChoices(), say).common == {"wide"}


def test_words_are_clipped_by_width_and_chinese_counts_double() -> None:
    assert words.clip_text("Short", 100) == "Short"
    assert words.clip_text("无锡太湖锻造有限公司", 60).endswith("…")
    assert words.text_width("锻" * 10) > 1.6 * words.text_width("n" * 10)
    for text in ("Kestrel Semiconductors West", "无锡太湖锻造有限公司", "WWWWWWWWWWWWWWWWWWW"):
        assert words.text_width(words.clip_text(text, 80)) <= 80


def test_the_list_sorts_both_ways_with_the_unknown_last() -> None:
    made = picture(
        firm("a", -1, figures=figures(load=0.2)),
        firm("b", -1, figures=figures(load=None)),
        firm("c", -1, figures=figures(load=0.9)),
    )

    def keys(sort: str) -> list[str]:
        listed = list_rows(made, sort=sort, page=1, keys=frozenset("abc"), _=say)
        return [node.key for node in listed.nodes]

    assert keys("load") == ["a", "c", "b"]
    assert keys("-load") == ["c", "a", "b"]
    assert keys("nonsense") == keys("tier") == ["a", "b", "c"]


def test_the_list_pages_and_holds_every_firm() -> None:
    made = crowd(120)
    pages = [list_rows(made, sort="name", page=at, keys=None, _=say) for at in (1, 2, 3)]
    assert [len(each.nodes) for each in pages] == [PAGE_ROWS, PAGE_ROWS, 21]
    assert len({node.key for each in pages for node in each.nodes}) == 121
    assert list_rows(made, sort="name", page=99, keys=None, _=say).page == 3


@pytest.mark.parametrize(
    ("load", "on_time", "evidence", "state"),
    [
        (0.85, 0.9, 3, "healthy"),
        (0.86, 0.99, 3, "watch"),
        (1.0, 0.99, 3, "watch"),
        (1.01, 0.99, 3, "risk"),
        (0.1, 0.89, 3, "watch"),
        (0.1, 0.79, 3, "risk"),
        (0.1, 0.0, 2, "healthy"),
        (0.0, None, 0, "unknown"),
        (None, 0.0, 2, "unknown"),
        (None, None, 0, "unknown"),
        (None, 0.95, 9, "healthy"),
    ],
)
def test_states_follow_their_thresholds(
    load: float | None, on_time: float | None, evidence: int, state: str
) -> None:
    assert Figures(load=load, on_time=on_time, evidence=evidence, scope="own").state == state


def test_who_is_sole_and_who_stands_behind_whom() -> None:
    assert is_sole("a", 0.2, ["a", "a"])
    assert is_sole("a", 0.999, ["a", "b"])
    assert not is_sole("a", 0.998, ["a", "b"])
    tiers = {"me": 0, "x": -1, "y": -1, "s": -2, "t": -2, "u": -3}
    links = [("x", "me"), ("y", "me"), ("s", "x"), ("t", "s"), ("s", "t"), ("u", "t"), ("t", "y")]
    assert count_branches(tiers, links) == {"s": 2, "t": 2, "u": 2}
