"""The chain map: the tiers around a firm or a part, as a picture and as a list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import (
    Blueprint,
    Response,
    current_app,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

from supplychain.actions import tiers
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.reading import together
from supplychain.graph.engine.transactions import read
from supplychain.graph.parts_requests import choices as request_choices
from supplychain.model.tiers import TierLink, TierMap, TierNode
from supplychain.web.access.policy import actor, policy
from supplychain.web.access.reader_days import reader_today
from supplychain.web.pages.i18n import translate
from supplychain.web.tiermap import words
from supplychain.web.tiermap.rows import list_rows
from supplychain.web.tiermap.scene import MapChoices, Scene, build_scene
from supplychain.web.tiermap.sheet import as_csv
from supplychain.web.tiermap.svg import SYMBOLS, draw_heads, draw_scene

bp = Blueprint("tiers", __name__)

STEPS = {"up": 4, "down": 3}
KEPT = ("figure", "firm", "open", "q", "sort", "up", "down")
"""The reader's choices that stay in the address from one link to the next."""
SORT_HEADS = (
    ("name", "Firm"),
    ("tier", "Tier"),
    ("state", "Health"),
    ("load", "Load"),
    ("on_time", "On-time rate"),
    ("orders", "Open orders"),
    ("marks", "Marks"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TierCard:
    """The chosen firm with its suppliers and buyers in this picture, each with the link to it."""

    node: TierNode
    suppliers: list[tuple[TierNode, TierLink]]
    buyers: list[tuple[TierNode, TierLink]]


@bp.get("/tiers")
@policy("member")
def index() -> str | AnyResponse:
    """The tiers around the reader's own firm, or on to those of a chosen part."""
    if request.args.get("part"):
        return redirect(url_for("tiers.part", id=request.args["part"]))
    viewer = actor().firm_id
    return _render_map(
        lambda: tiers.look_around_firm(graph(), viewer, viewer=viewer, **_read_steps())
    )


@bp.get("/tiers/firms/<id>")
@policy("member", thing="firm", seen_by=("own", "partner", "leader"))
def firm(id: str) -> str | Response:
    """The tiers around a direct partner, or a member of a chain that the reader's firm leads."""
    viewer = actor().firm_id
    return _render_map(lambda: tiers.look_around_firm(graph(), id, viewer=viewer, **_read_steps()))


@bp.get("/tiers/parts/<path:id>")
@policy("member", thing="part", seen_by=("designer", "trader"))
def part(id: str) -> str | Response:
    """The tiers through which a part comes to the reader's firm and leaves it."""
    viewer = actor().firm_id
    return _render_map(lambda: tiers.look_around_part(graph(), id, viewer=viewer, **_read_steps()))


def _read_steps() -> dict[str, Any]:
    steps = {name: _read_number(name, usual, most=6) for name, usual in STEPS.items()}
    return {"today": reader_today(), **steps}


def _read_number(name: str, usual: int, *, most: int) -> int:
    """A small number of the address; what is none is the usual one."""
    text = request.args.get(name, "")
    return min(int(text), most) if text.isascii() and text.isdigit() and len(text) < 6 else usual


def _read_choices() -> MapChoices:
    figure = request.args.get("figure", "")
    return MapChoices(
        figure=figure if figure in words.FIGURES else "health",
        firm=request.args.get("firm", ""),
        opened=frozenset(request.args.getlist("open")[:20]),
        query=request.args.get("q", "")[:100],
    )


def page_address(**changes: Any) -> str:
    """The address of this page with some of its choices changed; None or "" takes one away."""
    kept: dict[str, Any] = {name: request.args.getlist(name) for name in KEPT}
    kept.update(changes)
    wanted = {name: value for name, value in kept.items() if value not in (None, "", [])}
    assert request.endpoint is not None
    return url_for(request.endpoint, **{**(request.view_args or {}), **wanted})


def _render_map(look_around: Callable[[], TierMap]) -> str | Response:
    """The page, or with ``download=csv`` the list as a file."""
    viewer = actor().firm_id
    picture, parts = together(
        look_around, lambda: read(graph(), request_choices.list_parts, viewer=viewer)
    )
    if request.args.get("download") == "csv":
        disposition = 'attachment; filename="chain-map.csv"'
        return Response(
            as_csv(picture, translate),
            headers={"Content-Disposition": disposition, "Content-Type": "text/csv; charset=utf-8"},
        )
    choices = _read_choices()
    scene = build_scene(picture, choices, translate)
    found = scene.matched if choices.query.strip() else None
    listed = list_rows(
        picture,
        sort=request.args.get("sort", ""),
        page=_read_number("page", 1, most=10_000),
        keys=found,
        _=translate,
    )
    return render_template(
        "tiers/show.html",
        picture=picture,
        choices=choices,
        scene=scene,
        heads=draw_heads(scene, translate),
        drawing=draw_scene(scene, page_address, translate),
        symbols=SYMBOLS,
        listed=listed,
        card=_find_card(scene),
        parts=parts,
        has_uploads="uploads.index" in current_app.view_functions,
        address=page_address,
        sort_heads=SORT_HEADS,
        words=words,
        name=lambda node: words.firm_name(node, translate),
        kinds=_list_kinds(scene),
        says=words.map_sentences(picture, translate),
        coverage=words.coverage_text(picture, translate),
    )


def _list_kinds(scene: Scene) -> list[str]:
    """The classes that are in this picture, for the legend."""
    there = {words.level_of(node.figures, scene.choices.figure) for node in scene.picture.nodes}
    return [kind for kind in words.list_levels(scene.choices.figure) if kind in there]


def _find_card(scene: Scene) -> TierCard | None:
    """The card of the chosen firm; None without one."""
    by_key: dict[str, TierNode] = {node.key: node for node in scene.picture.nodes}
    node = by_key.get(scene.choices.firm)
    if node is None or node.hidden:
        return None
    links = scene.picture.links
    return TierCard(
        node=node,
        suppliers=[(by_key[x.supplier], x) for x in links if x.buyer == node.key],
        buyers=[(by_key[x.buyer], x) for x in links if x.supplier == node.key],
    )
