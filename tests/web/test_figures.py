"""No body tells a figure of another firm to whom its audience leaves out.

Every page and API read, with the ids of all things, is read as every principal: rivals,
strangers of each kind, a former member, the user of a suspended firm, the operator and nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import pytest
from flask import Flask
from neo4j import Driver

from supplychain.graph import audiences
from supplychain.graph.engine.transactions import write
from supplychain.model.audiences import Audience, Audiences
from supplychain.model.ids import utc_now
from supplychain.web.access.policy import policy_of
from tests.make.accounts import api_client, browser
from tests.make.figures import (
    ALPHA_READERS,
    FIGURES,
    FigureWorld,
    find_figures,
    make_figure_world,
)
from tests.web.test_sealed_bids import readable

pytestmark = pytest.mark.timeout(300)
SKIPPED = re.compile(r"static|/docs|openapi|z$|metrics|template")
STEMS = {"/invitations": "parts_request", "/firms": "firm", "/relations": "firm"}
"""What stands in an address whose policy names no thing."""


def list_doors(app: Flask, world: FigureWorld, name: str) -> Iterator[str]:
    """The address of every page and API read, with every id of the kind that it takes."""
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or SKIPPED.search(rule.rule):
            continue
        if not rule.arguments:
            yield rule.rule
            continue
        if not rule.arguments <= {"id", "firm_id"}:
            continue
        declared = policy_of(app, rule.endpoint)
        stem = rule.rule.removeprefix("/api/v1").split("/<")[0]
        noun = (declared.thing if declared else "") or STEMS.get(stem, "")
        for one in world.list_ids(noun, name):
            path = re.sub(r"<(path:)?id>", one, rule.rule)
            if "firm_id" in rule.arguments:
                yield from (path.replace("<firm_id>", firm) for firm in world.ids["firm"])
            else:
                yield path


def read_all(
    app: Flask, driver: Driver, world: FigureWorld, names: Iterable[str]
) -> dict[str, dict[str, str]]:
    """By principal and figure, the first address that tells it."""
    told: dict[str, dict[str, str]] = {name: {} for name in names}
    for name in told:
        actor = world.actors[name]
        page, api = browser(app, driver, actor), api_client(app, driver, actor)
        paths = list(list_doors(app, world, name))
        assert len(paths) > 150
        for path in paths:
            if path.startswith("/api/v1"):
                answer = api.call("get", path.removeprefix("/api/v1"))
            else:
                answer = page.get(path)
            assert answer.status_code < 500, f"{name} {path}"
            for figure in find_figures(f"{answer.headers}\n{readable(answer.data)}"):
                told[name].setdefault(figure, path)
    return told


def test_no_figure_is_told_outside_its_audience(app: Flask, driver: Driver) -> None:
    world = make_figure_world(driver)
    told = read_all(app, driver, world, world.actors)
    wrong = [
        f"{name} reads {figure} at {path}"
        for name, found in told.items()
        for figure, path in found.items()
        if name not in FIGURES[figure].may
    ]
    unseen = [
        f"{name} does not read {label}"
        for label, figure in FIGURES.items()
        for name in sorted(figure.must)
        if label not in told[name]
    ]
    assert wrong + unseen == []
    _check_shut(app, driver, world)


def _check_shut(app: Flask, driver: Driver, world: FigureWorld) -> None:
    """From the moment that alpha shows its figures to nobody, what was kept of them is not told."""
    alpha, nobody = world.actors["alpha"], Audience.of([])
    assert alpha is not None
    shut = Audiences(prices=nobody, capacity=nobody, version=1)
    write(driver, lambda tx: audiences.save(tx, shut, viewer=alpha.firm_id, at=utc_now()))
    standing = {name for name, figure in FIGURES.items() if figure.may == ALPHA_READERS}
    told = read_all(app, driver, world, ALPHA_READERS - {"alpha"})
    assert [
        f"{name} still reads {figure} at {path}"
        for name, found in told.items()
        for figure, path in found.items()
        if figure in standing
    ] == []


@pytest.mark.parametrize(
    "text",
    [
        "1000003.7919",
        "1,000,003.7919",
        "10000037919",
        "1000003.79",
        "１,０００,００３．７９１９",
        "1 000 004",
    ],
)
def test_every_way_to_write_a_number_is_found(text: str) -> None:
    assert find_figures(f"<td>{text}</td>") == {"alpha ring price"}


@pytest.mark.parametrize(
    "text",
    [
        "/firms/a3b431a9a3624acf3119fa72cf79c8c6",
        '<script nonce="Zk-3119-sW1gq_7LtR2vHw">',
        "session=eyJfZnJlc2giOjE_3119.aStQ2w.Xc-3119_Zk1gq7LtR2vHwPq0",
        "2026-11-29T22:02:37.003119Z",
    ],
)
def test_what_is_random_or_of_the_moment_tells_no_figure(text: str) -> None:
    assert find_figures(text) == set()
