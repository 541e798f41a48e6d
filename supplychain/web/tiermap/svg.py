"""The drawing: a scene as SVG text, every word escaped, no style and no script inside.

Colours, fonts and strokes are classes (``static/css/tiermap.css``); numbers are attributes.
"""

from __future__ import annotations

from collections import Counter

from markupsafe import Markup, escape

from supplychain.model.tiers import TierNode
from supplychain.web.pages.category_words import show_category
from supplychain.web.tiermap.scene import FOCAL, ROW, Address, Group, Scene
from supplychain.web.tiermap.words import (
    Translate,
    clean_text,
    clip_text,
    figure_word,
    firm_count,
    firm_name,
    level_of,
    level_word,
    list_levels,
    percent_text,
    text_width,
    value_text,
)

HEAD_HEIGHT_PX = 46.0

SYMBOLS = Markup("""<svg class="tm-symbols" width="0" height="0" aria-hidden="true" focusable="false">
<symbol id="tm-healthy" viewBox="0 0 14 14"><circle cx="7" cy="7" r="7"/><path class="ink" d="M3.6 7.3 6 9.7l4.4-4.9"/></symbol>
<symbol id="tm-watch" viewBox="0 0 14 14"><path d="M7 .6 13.8 13H.2z"/><path class="ink" d="M7 5v3.6M7 10.6v.6"/></symbol>
<symbol id="tm-risk" viewBox="0 0 14 14"><path d="M4.1 0h5.8L14 4.1v5.8L9.9 14H4.1L0 9.9V4.1z"/><path class="ink" d="m4.5 4.5 5 5m0-5-5 5"/></symbol>
<symbol id="tm-unknown" viewBox="0 0 14 14"><circle class="ring" cx="7" cy="7" r="6"/><path class="ring" d="M5.2 5.6c0-2.6 3.7-2.4 3.7-.2 0 1.4-1.9 1.4-1.9 3M7 10.4v.4"/></symbol>
<symbol id="tm-hidden" viewBox="0 0 14 14"><path d="M2.5 6h9v7h-9z"/><path class="ring" d="M4.5 6V4a2.5 2.5 0 0 1 5 0v2"/></symbol>
<symbol id="tm-orders0" viewBox="0 0 14 14"><path class="ring" d="M1 9h3v4H1zM5.5 5h3v8h-3zM10 1h3v12h-3z"/></symbol>
<symbol id="tm-orders1" viewBox="0 0 14 14"><path d="M1 9h3v4H1z"/><path class="ring" d="M1 9h3v4H1zM5.5 5h3v8h-3zM10 1h3v12h-3z"/></symbol>
<symbol id="tm-orders2" viewBox="0 0 14 14"><path d="M1 9h3v4H1zM5.5 5h3v8h-3z"/><path class="ring" d="M1 9h3v4H1zM5.5 5h3v8h-3zM10 1h3v12h-3z"/></symbol>
<symbol id="tm-orders3" viewBox="0 0 14 14"><path d="M1 9h3v4H1zM5.5 5h3v8h-3zM10 1h3v12h-3z"/><path class="ring" d="M1 9h3v4H1zM5.5 5h3v8h-3zM10 1h3v12h-3z"/></symbol>
</svg>""")  # noqa: E501  (one symbol a line)
"""The shapes of the classes; the legend uses them too."""


def draw_heads(scene: Scene, _: Translate) -> Markup:
    """The heads of the columns, a picture of its own so that it can stay in sight."""
    made = [_open_svg(scene, HEAD_HEIGHT_PX, "tm-heads", "")]
    for tier, left, title, counts in scene.heads:
        own = " own" if tier == 0 else ""
        under = escape(_head_text(counts, tier, _))
        made.append(
            f'<g class="tm-head{own}"><rect x="{left - 10:.0f}" y="6" rx="6" '
            f'width="{scene.sizes.column + 20:.0f}" height="{HEAD_HEIGHT_PX:.0f}"/>'
            f'<text class="title" x="{left:.0f}" y="23">{escape(title)}</text>'
            f'<text class="small" x="{left:.0f}" y="39">{under}</text>'
            "</g>"
        )
    made.append("</svg>")
    return Markup("".join(made))  # noqa: S704  (every text in it is escaped)


def draw_scene(scene: Scene, address: Address, _: Translate) -> Markup:
    """The picture itself; firms are links to their cards, groups to themselves opened.

    Args:
        scene: what to draw.
        address: makes the address of the page with other choices.
        _: translates.

    Returns:
        A well-formed SVG element.
    """
    numbers = {node.key: at for at, node in enumerate(scene.picture.nodes)}
    made = [_open_svg(scene, scene.layout.height, "tm-map", _("Tiers of suppliers and customers"))]
    for tier, left, title, counts in scene.heads:
        own = " own" if tier == 0 else ""
        made.append(
            f'<rect id="tier{tier}" class="tm-band{own}" x="{left - 10:.0f}" y="-8" rx="6" '
            f'width="{scene.sizes.column + 20:.0f}" height="{scene.layout.height + 4:.0f}">'
            f"<title>{escape(title)}: {escape(_head_text(counts, tier, _))}</title></rect>"
        )
    made += [_draw_wires(scene)]
    drawn: list[tuple[int, float, str]] = []
    for group in scene.groups:
        left, top, _height = scene.places[group.key]
        drawn.append((group.tier, top, _draw_group(scene, group, address, _)))
        for node in group.rows:
            text = _draw_firm(scene, node, numbers[node.key], address, _)
            drawn.append((node.tier, scene.places[node.key][1], text))
    for node in scene.firms:
        text = _draw_firm(scene, node, numbers[node.key], address, _)
        drawn.append((node.tier, scene.places[node.key][1], text))
    made += [text for _tier, _top, text in sorted(drawn)]
    made.append("</svg>")
    return Markup("".join(made))  # noqa: S704  (every text in it is escaped)


def _open_svg(scene: Scene, height: float, name: str, label: str) -> str:
    says = f'role="group" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    width = scene.layout.width
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{name}" {says} '
        f'viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}" '
        f'data-width="{width:.0f}" data-height="{height:.0f}">'
    )


def _head_text(counts: Counter[str], tier: int, _: Translate) -> str:
    if tier == 0:
        return ""
    said = [firm_count(sum(counts.values()), _)]
    if counts["risk"]:
        said.append(_("%(count)s at risk", count=counts["risk"]))
    elif counts["watch"]:
        said.append(_("%(count)s to watch", count=counts["watch"]))
    return " · ".join(said)


def _draw_wires(scene: Scene) -> str:
    """The links; a bundle between groups is as wide and as dark as its share of the widest."""
    most = max((wire.weight for wire in scene.wires), default=1)
    made = ['<g class="tm-wires" aria-hidden="true">']
    for at, wire in enumerate(scene.wires):
        marks = ("sole", "common", "hidden", "claimed", "dim", "lit")
        names = [mark for mark in marks if getattr(wire, mark)]
        width = 1.3 + min(wire.weight - 1, 10) * 0.35
        if scene.groups:
            share = wire.weight / most
            width = 0.6 + 5.4 * share
            names.append(f"share{min(int(share * 5), 4)}")
        made.append(
            f'<path id="w{at}" class="{" ".join(names)}" stroke-width="{width:.1f}" '
            f'd="{wire.path}"/>'
        )
    made.append("</g>")
    return "".join(made)


def _class_marks(scene: Scene, node: TierNode) -> str:
    kind = level_of(node.figures, scene.choices.figure)
    marks = [kind]
    if node.tier == 0:
        marks.append("focal")
    if node.key == scene.choices.firm:
        marks.append("chosen")
    if scene.lit is not None and node.key not in scene.lit:
        marks.append("dim")
    if node.key in scene.matched:
        marks.append("found")
    elif scene.choices.query.strip():
        marks.append("missed")
    return " ".join(marks)


def _draw_firm(scene: Scene, node: TierNode, number: int, address: Address, _: Translate) -> str:
    left, top, _height = scene.places[node.key]
    name = firm_name(node, _)
    says = escape(describe_firm(node, _))
    body = _draw_focal(scene, node, name) if node.tier == 0 else _draw_row(scene, node, name)
    inner = (
        f"<title>{says}</title>{body}</g>" if node.hidden else f"<title>{says}</title>{body}</a>"
    )
    opening = (
        f'id="n{number}" class="tm-node {_class_marks(scene, node)}" data-col="{node.tier}" '
        f'transform="translate({left:.0f} {top:.1f})" aria-label="{says}"'
    )
    if node.hidden:
        return f'<g role="img" {opening}>{inner}'
    here = ' aria-current="true"' if node.key == scene.choices.firm else ""
    return f'<a href="{escape(address(firm=node.key))}#card" {opening}{here}>{inner}'


def _draw_icon(kind: str, x: float, y: float) -> str:
    return (
        f'<use class="icon {kind}" href="#tm-{kind}" x="{x:.0f}" y="{y:.1f}" '
        'width="13" height="13"/>'
    )


def _draw_focal(scene: Scene, node: TierNode, name: str) -> str:
    width, kind = scene.sizes.column, level_of(node.figures, scene.choices.figure)
    room = width - 24
    first = clip_text(name, room, 14)
    value = value_text(node.figures, scene.choices.figure)
    middle = width / 2
    shift = (text_width(value, 12) + 6) / 2 if value else 0.0
    text = f'<text class="value" x="{middle + 9 - shift / 2:.0f}" y="46">{escape(value)}</text>'
    return (
        f'<rect class="box" width="{width:.0f}" height="{FOCAL:.0f}" rx="6"/>'
        f'<text class="name" x="{middle:.0f}" y="25">{escape(first)}</text>'
        f"{_draw_icon(kind, middle - 7 - shift, 35) if kind != 'unknown' else ''}"
        f"{text if value else ''}"
    )


def _draw_row(scene: Scene, node: TierNode, name: str) -> str:
    width, figure = scene.sizes.column, scene.choices.figure
    end, right = width - 6, []
    if node.sole:
        end -= 22
        right.append(
            f'<g class="badge sole"><rect x="{end:.0f}" y="5" width="22" height="14" rx="3"/>'
            f'<text x="{end + 11:.0f}" y="15.8">1×</text></g>'
        )
        end -= 4
    if node.key in scene.common:
        text = f"◆{node.branches}"
        wide = text_width(text, 10.5) + 11
        end -= wide
        right.append(
            f'<g class="badge common"><rect x="{end:.0f}" y="5" width="{wide:.0f}" height="14" '
            f'rx="7"/><text x="{end + wide / 2:.0f}" y="15.8">{text}</text></g>'
        )
        end -= 4
    value = value_text(node.figures, figure)
    if value:
        right.append(f'<text class="value" x="{end:.0f}" y="16.5">{escape(value)}</text>')
        end -= text_width(value, 11.5) + 6
    kind = level_of(node.figures, figure)
    return (
        f'<rect class="box" width="{width:.0f}" height="{ROW:.0f}" rx="4"/>'
        f"{_draw_bar(scene, node)}{_draw_icon(kind, 7, 5.5)}"
        f'<text class="name" x="26" y="16.3">{escape(clip_text(name, end - 31))}</text>'
        f"{''.join(right)}"
    )


def _draw_bar(scene: Scene, node: TierNode) -> str:
    """A line along the foot of the box as long as the load or the on-time rate."""
    figure = scene.choices.figure
    share = node.figures.load if figure == "load" else node.figures.on_time
    if figure not in ("load", "on_time") or share is None:
        return ""
    full = scene.sizes.column - 8
    return (
        f'<rect class="bar" x="4" y="{ROW - 4:.0f}" width="{full * min(max(share, 0), 1):.1f}" '
        'height="2.5" rx="1"/>'
    )


def _draw_group(scene: Scene, group: Group, address: Address, _: Translate) -> str:
    left, top, height = scene.places[group.key]
    width, figure = scene.sizes.column, scene.choices.figure
    counts = Counter(level_of(node.figures, figure) for node in group.members)
    name = group_name(group, _)
    others = set(scene.choices.opened) - {group.key}
    opened = others if group.opened else others | {group.key}
    sign = "▾" if group.opened else "▸"
    total = f"{len(group.members)} {sign}"
    says = escape(f"{name}: {_counts_text(counts, figure, _)}")
    room = width - 22 - text_width(total, 13)
    lit = scene.lit is None or any(node.key in scene.lit for node in group.members)
    found = any(node.key in scene.matched for node in group.members)
    marks = f"{'' if lit else ' dim'}{' found' if found else ''}{' open' if group.opened else ''}"
    body = "" if group.opened else _group_body(group, counts, figure, width, scene.common)
    if group.more:
        text = escape(_("%(count)s more in the list", count=group.more))
        body = f'<text class="small" x="8" y="{height - 8:.0f}">{text}</text>'
    return (
        f'<a class="tm-group{marks}" href="{escape(address(open=sorted(opened)))}#map" '
        f'data-col="{group.tier}" aria-expanded="{str(group.opened).lower()}" role="button" '
        f'transform="translate({left:.0f} {top:.1f})" aria-label="{says}"><title>{says}</title>'
        f'<rect class="box" x="-3" width="{width + 6:.0f}" height="{height:.0f}" rx="5"/>'
        f'<text class="name" x="8" y="19">{escape(clip_text(name, room, 13))}</text>'
        f'<text class="total" x="{width - 8:.0f}" y="19">{total}</text>{body}</a>'
    )


def _group_body(
    group: Group, counts: Counter[str], figure: str, width: float, common: frozenset[str]
) -> str:
    """The bar of a closed group and its counts."""
    made, at, full = [], 8.0, width - 16
    for kind in list_levels(figure):
        if counts[kind]:
            wide = full * counts[kind] / len(group.members)
            made.append(
                f'<rect class="part {kind}" x="{at:.1f}" y="26" width="{wide:.1f}" height="5"/>'
            )
            at += wide
    at = 8.0
    for kind in ("risk", "watch", "orders3") if not group.hidden else ():
        if counts[kind]:
            made.append(f'<g class="mini">{_draw_icon(kind, at, 34.5)}</g>')
            made.append(f'<text class="small" x="{at + 16:.0f}" y="45">{counts[kind]}</text>')
            at += 22 + text_width(str(counts[kind]), 11)
    sole = sum(node.sole > 0 for node in group.members)
    wide_common = sum(node.key in common for node in group.members)
    marks = [f"1× {sole}"] * bool(sole) + [f"◆ {wide_common}"] * bool(wide_common)
    if marks:
        made.append(f'<text class="marks" x="{width - 8:.0f}" y="45">{"  ".join(marks)}</text>')
    return "".join(made)


def group_name(group: Group, _: Translate) -> str:
    """Its category, or what stands in its place."""
    if group.hidden:
        return _("Not shared")
    return clean_text(show_category(group.name)) if group.name else _("Other")


def _counts_text(counts: Counter[str], figure: str, _: Translate) -> str:
    said = [f"{level_word(kind, _)} {counts[kind]}" for kind in list_levels(figure) if counts[kind]]
    return ", ".join([firm_count(sum(counts.values()), _), *said])


def describe_firm(node: TierNode, _: Translate) -> str:
    """A firm in one sentence, for who does not see the picture."""
    figures = node.figures
    said = [firm_name(node, _)]
    if node.city:
        said.append(clean_text(node.city))
    if node.tier < 0:
        said.append(_("supplier, tier %(tier)s", tier=-node.tier))
    elif node.tier > 0:
        said.append(_("customer, tier %(tier)s", tier=node.tier))
    said.append(level_word(figures.state, _))
    if figures.load is not None:
        said.append(f"{figure_word('load', _)} {percent_text(figures.load)}")
    if figures.on_time is not None:
        said.append(f"{figure_word('on_time', _)} {percent_text(figures.on_time)}")
    if figures.open_orders is not None:
        said.append(f"{figure_word('orders', _)} {figures.open_orders}")
    if node.claimed:
        said.append(_("your claim, not confirmed by this firm"))
    if node.sole:
        said.append(_("sole source"))
    if node.common:
        said.append(_("common source of %(count)s direct suppliers", count=node.branches))
    return ", ".join(said)
