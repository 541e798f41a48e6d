"""From tiers to a scene: which boxes there are, what they say, where they stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from supplychain.model.tiers import TierMap, TierNode
from supplychain.web.tiermap.layout import Box, Layout, Sizes, lay_out
from supplychain.web.tiermap.words import Translate, firm_name, level_of, tier_name

ROW, FOCAL, GROUP, HEAD = 24.0, 58.0, 50.0, 30.0
"""Heights of a firm, the firm in the middle, a closed group, an open group's head."""

ROW_GAP = 3.0
GROUP_ABOVE_FIRMS = 120
"""From this many firms on, tiers of more than ``GROUP_COLUMN`` firms are shown as groups."""
GROUP_COLUMN_FIRMS = 12
OPEN_ROWS = 30
"""How many firms an open group shows; the list under the picture holds them all."""

Address = Callable[..., str]
"""Builds the address of the same page with some of its choices changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MapChoices:
    """What the reader chose, all of it in the address."""

    figure: str = "health"
    firm: str = ""
    opened: frozenset[str] = frozenset()
    query: str = ""


@dataclass(slots=True, kw_only=True)
class Group:
    """Firms of one tier and category, shown as one box; ``name`` "" where it is not known."""

    key: str
    tier: int
    name: str
    members: list[TierNode] = field(default_factory=list)
    opened: bool = False
    hidden: bool = False

    @property
    def rows(self) -> list[TierNode]:
        """The firms shown when it is open."""
        return self.members[:OPEN_ROWS] if self.opened else []

    @property
    def height(self) -> float:
        """Height of its box."""
        if not self.opened:
            return GROUP
        return HEAD + len(self.rows) * (ROW + ROW_GAP) + (22 if self.more else 4)

    @property
    def more(self) -> int:
        """How many firms of an open group are only in the list."""
        return len(self.members) - len(self.rows) if self.opened else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """A link or a bundle of links between two boxes, its way as an SVG path.

    ``claimed``: nobody but the viewer says any of them.
    """

    path: str
    weight: int
    sole: bool
    common: bool
    dim: bool
    lit: bool
    hidden: bool
    claimed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Everything the drawing needs; places by key, in the units of the view box."""

    picture: TierMap
    choices: MapChoices
    sizes: Sizes
    layout: Layout
    firms: list[TierNode]
    groups: list[Group]
    places: dict[str, tuple[float, float, float]]
    wires: list[Wire]
    heads: list[tuple[int, float, str, Counter[str]]]
    lit: frozenset[str] | None
    matched: frozenset[str]
    common: frozenset[str]
    own: bool


def build_scene(picture: TierMap, choices: MapChoices, _: Translate) -> Scene:
    """Group, place and connect the firms of a picture."""
    groups = _group_firms(picture, choices)
    inside = {node.key: group for group in groups for node in group.members}
    firms = [node for node in picture.nodes if node.key not in inside]
    lit = _find_lit(picture, choices.firm)
    box_of = {node.key: node.key for node in picture.nodes}
    box_of.update((key, group.key) for key, group in inside.items())
    pairs = sorted({(box_of[link.supplier], box_of[link.buyer]) for link in picture.links})
    pairs = [(one, two) for one, two in pairs if one != two]
    boxes = [
        Box(key=node.key, tier=node.tier, height=ROW if node.tier else FOCAL) for node in firms
    ]
    boxes += [Box(key=group.key, tier=group.tier, height=group.height) for group in groups]
    sizes = _choose_sizes(len({box.tier for box in boxes}))
    layout = lay_out(boxes, pairs, sizes)
    own = picture.focal == picture.viewer
    places = _place_boxes(boxes, groups, layout)
    return Scene(
        picture=picture,
        choices=choices,
        sizes=sizes,
        layout=layout,
        firms=firms,
        groups=groups,
        places=places,
        wires=_route_wires(picture, layout, inside, places, sizes, lit),
        heads=_column_heads(picture, choices, layout, own, _),
        lit=lit,
        matched=_find_matches(picture, choices.query, _),
        common=find_notable(picture),
        own=own,
    )


def _group_firms(picture: TierMap, choices: MapChoices) -> list[Group]:
    """Groups by tier and category where there is too much to show each firm."""
    if len(picture.nodes) < GROUP_ABOVE_FIRMS:
        return []
    sizes = Counter(node.tier for node in picture.nodes)
    found: dict[str, Group] = {}
    for node in picture.nodes:
        if sizes[node.tier] <= GROUP_COLUMN_FIRMS:
            continue
        mark = "?" if node.hidden else node.category
        key = f"{node.tier}:{mark}"
        group = found.setdefault(
            key, Group(key=key, tier=node.tier, name=node.category, hidden=node.hidden)
        )
        group.members.append(node)
        group.opened = group.opened or key in choices.opened or node.key == choices.firm
    order = {"risk": 0, "watch": 1}
    for group in found.values():
        group.members.sort(
            key=lambda each: (each.key != choices.firm, order.get(each.figures.state, 2))
        )
    return sorted(found.values(), key=lambda each: (each.tier, each.hidden, each.key))


def _choose_sizes(columns: int) -> Sizes:
    """Columns as wide as a wide screen allows, never too narrow for a name."""
    column = 236.0 if columns <= 4 else 196.0
    free = (1240 - columns * column) / max(columns, 1)
    return Sizes(column=column, corridor=min(max(free, 58.0), 150.0))


def _place_boxes(
    boxes: list[Box], groups: list[Group], layout: Layout
) -> dict[str, tuple[float, float, float]]:
    """Left, top and height of every box and of the firms in open groups."""
    places = {box.key: (layout.lefts[box.tier], layout.tops[box.key], box.height) for box in boxes}
    for group in groups:
        left, top, _ = places[group.key]
        for at, node in enumerate(group.rows):
            places[node.key] = (left, top + HEAD + at * (ROW + ROW_GAP), ROW)
    return places


def _find_lit(picture: TierMap, firm: str) -> frozenset[str] | None:
    """The chosen firm, what depends on it and what it depends on; None without a choice."""
    if firm == picture.focal or firm not in {node.key for node in picture.nodes}:
        return None
    found = {firm}
    for forward in (True, False):
        beside: dict[str, list[str]] = {}
        for link in picture.links:
            one, two = (link.supplier, link.buyer) if forward else (link.buyer, link.supplier)
            beside.setdefault(one, []).append(two)
        reached, front = {firm}, [firm]
        while front:
            key = front.pop()
            for other in beside.get(key, ()):
                if other not in reached:
                    reached.add(other)
                    if other != picture.focal:
                        front.append(other)
        found |= reached
    return frozenset(found)


def find_notable(picture: TierMap) -> frozenset[str]:
    """Common sources marked in the picture: a quarter of the direct suppliers depend on them.

    The list and the cards name every common source; marking all of them would mark nearly every
    firm of a wide chain, and hide the few that matter.
    """
    direct = sum(node.tier == -1 and not node.claimed for node in picture.nodes)
    return frozenset(
        node.key for node in picture.nodes if node.common and node.branches * 4 >= direct
    )


def _route_wires(
    picture: TierMap,
    layout: Layout,
    inside: dict[str, Group],
    places: dict[str, tuple[float, float, float]],
    sizes: Sizes,
    lit: frozenset[str] | None,
) -> list[Wire]:
    """The links between what is shown, those between closed groups bundled."""
    common = find_notable(picture)
    hidden = {node.key for node in picture.nodes if node.hidden}
    bundles: dict[tuple[str, str], list[tuple[int, bool, bool, bool, bool, bool]]] = {}
    for link in picture.links:
        one, two = (
            key if key in places else inside[key].key for key in (link.supplier, link.buyer)
        )
        if one != two:
            on = lit is not None and link.supplier in lit and link.buyer in lit
            single = link.supplier in common and one == link.supplier
            veiled = link.supplier in hidden or link.buyer in hidden
            bundles.setdefault((one, two), []).append(
                (link.parts, link.sole, single, on, veiled, link.claimed)
            )
    ports = _spread_ports(list(bundles), places)
    lanes = {(route.supplier, route.buyer): route for route in layout.routes}
    made = []
    for (one, two), found in sorted(bundles.items()):
        outer = tuple(inside[key].key if key in inside else key for key in (one, two))
        route = lanes.get((outer[0], outer[1]))
        on = any(each[3] for each in found)
        made.append(
            Wire(
                path=_wire_path(ports[one, two], route.lanes if route else (), sizes),
                weight=len(found) if len(found) > 1 else found[0][0],
                sole=any(each[1] for each in found) and len(found) == 1,
                common=any(each[2] for each in found),
                dim=lit is not None and not on,
                lit=on,
                hidden=all(each[4] for each in found),
                claimed=all(each[5] for each in found),
            )
        )
    return made


Port = tuple[float, float, float, float]


def _spread_ports(
    pairs: list[tuple[str, str]], places: dict[str, tuple[float, float, float]]
) -> dict[tuple[str, str], tuple[str, str, Port]]:
    """Where each wire leaves and enters: spread over a box's side, in the order of the others."""
    middle = {key: top + height / 2 for key, (_, top, height) in places.items()}
    outs: dict[str, list[str]] = {}
    ins: dict[str, list[str]] = {}
    for one, two in pairs:
        outs.setdefault(one, []).append(two)
        ins.setdefault(two, []).append(one)
    at: dict[tuple[str, str, str], float] = {}
    for side, ends in (("out", outs), ("in", ins)):
        for key, others in ends.items():
            span = places[key][2] * 0.62
            others.sort(key=lambda each: (middle[each], each))
            for place, other in enumerate(others):
                part = (place + 0.5) / len(others) - 0.5
                at[side, key, other] = middle[key] + part * span
    return {
        (one, two): (
            one,
            two,
            (places[one][0], at["out", one, two], places[two][0], at["in", two, one]),
        )
        for one, two in pairs
    }


def _wire_path(
    port: tuple[str, str, Port], lanes: tuple[tuple[float, float], ...], sizes: Sizes
) -> str:
    """An SVG path: curves between columns, straight through lanes, loops within a column."""
    left, start, right, end = port[2]
    x, y = left + sizes.column, start
    if left == right:
        bulge = x + sizes.corridor * 0.55
        return f"M{x:.0f} {y:.1f}" + _curve_to(bulge, y, bulge, end, x)
    if left > right:
        back = right + sizes.column
        half = (left - back) / 2
        return f"M{left:.0f} {y:.1f}" + _curve_to(left - half, y, back + half, end, back)
    made = f"M{x:.0f} {y:.1f}"
    for lane_left, lane_y in (*lanes, (right, end)):
        middle = (x + lane_left) / 2
        made += _curve_to(middle, y, middle, lane_y, lane_left)
        x, y = lane_left + sizes.column, lane_y
        made += f"H{x:.0f}" if lane_left != right else ""
    return made


def _curve_to(x1: float, y1: float, x2: float, y2: float, x: float) -> str:
    return f"C{x1:.0f} {y1:.1f} {x2:.0f} {y2:.1f} {x:.0f} {y2:.1f}"


def _column_heads(
    picture: TierMap, choices: MapChoices, layout: Layout, own: bool, _: Translate
) -> list[tuple[int, float, str, Counter[str]]]:
    """Tier, left edge, title and counts by class of each column."""
    return [
        (
            tier,
            left,
            tier_name(tier, own, _),
            Counter(
                level_of(node.figures, choices.figure)
                for node in picture.nodes
                if node.tier == tier
            ),
        )
        for tier, left in sorted(layout.lefts.items())
    ]


def _find_matches(picture: TierMap, query: str, _: Translate) -> frozenset[str]:
    """Keys of the firms whose name or city holds the words looked for."""
    wanted = query.strip().casefold()
    if not wanted:
        return frozenset()
    return frozenset(
        node.key
        for node in picture.nodes
        if wanted in firm_name(node, _).casefold() or wanted in node.city.casefold()
    )
