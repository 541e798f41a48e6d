"""Two hundred numbers and texts in sealed bids, looked for wherever anybody could look.

Every door as every principal; logs, messages and exports; every property of every node and
relationship; and the bytes of every file of the data folder, as its owner reads them: graph files
and write-ahead logs, and with them each backup, which is a copy.
"""

from __future__ import annotations

import re
import secrets
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flask import Flask
from neo4j import Driver

from supplychain.actions import audit
from supplychain.actions.imports.exports import export_tables
from supplychain.config import settings
from supplychain.graph.engine.transactions import read, rows
from supplychain.model.ids import new_id, utc_now
from supplychain.model.people.actors import Actor
from tests.make.accounts import api_client, browser, make_user
from tests.make.firms import make_firm
from tests.make.jobs import do_jobs
from tests.make.matches import make_ability, make_chain
from tests.make.parts_requests import line_ids, make_parts_request, need_by, pass_deadline
from tests.web.test_sealed_bids import forms_of, looks

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

BIDDERS, LINES = 20, 5
"""Each line of each bid has a price and a note that occur nowhere else: 200 canaries."""
NUMBER = re.compile(r"\d[\d,. ]{9,22}\d")
NOTE = re.compile(r"canary-[0-9a-f]{16}")
PACKING = "in oiled paper, sixty to a crate, each crate with the drawing and the sheet of measures"
"""Makes a note so long that both engines keep it byte for byte; short ones Neo4j packs in bits."""
ALL_NODES = "MATCH (n) RETURN labels(n) AS labels, properties(n) AS facts LIMIT 999999"
SIX_BYTES = np.uint64(0xFFFF_FFFF_FFFF)
STEP_BYTES = 16 * 1024**2
ALL_TIES = "MATCH ()-[r]->() RETURN type(r) AS kind, properties(r) AS facts LIMIT 999999"


@dataclass
class Network:
    """Who takes part, and the ids that stand in addresses."""

    buyer: Actor
    bidders: list[Actor]
    others: dict[str, Actor | None]
    request_id: str
    ids: list[str]
    prices: list[str]
    notes: list[str]
    public: str
    """A text that its buyer published: the search must find this one at every moment."""

    @property
    def words(self) -> set[str]:
        """Every way to write a canary as text."""
        return {form for price in self.prices for form in forms_of(price)} | set(self.notes)

    def find_told(self, text: str) -> set[str]:
        """The canaries in a text, however their digits are grouped."""
        digits = {price.replace(".", "") for price in self.prices}
        numbers = {re.sub(r"\D", "", run) for run in NUMBER.findall(text)}
        return (set(NOTE.findall(text)) & set(self.notes)) | (numbers & digits)


def make_network(app: Flask, driver: Driver) -> Network:
    """A request with a sealed bid of each bidder: placed, changed and handed in by the API."""
    firm = make_firm(driver)
    buyer, colleague = make_user(driver, firm), make_user(driver, firm, "buyer")
    leader = make_user(driver, make_firm(driver))
    bidders = [make_user(driver, make_firm(driver)) for _ in range(BIDDERS)]
    rival = make_user(driver, make_firm(driver))
    for each in (*bidders, rival):
        make_ability(driver, each.firm_id, weekly_capacity=10_000)
    members = {who.firm_id: "member" for who in (buyer, *bidders, rival)}
    chain_id = make_chain(driver, leader.firm_id, members)
    lines = [{"quantity": 900, "need_by": need_by(60 + number)} for number in range(LINES)]
    public = f"control-{secrets.token_hex(8)}"
    request_id = make_parts_request(
        driver,
        buyer,
        audience="chain",
        chain_id=chain_id,
        lines=lines,
        opening="two_people",
        note=f"{public} {PACKING}",
    )
    assert do_jobs(driver) == ["done"]
    network = Network(
        buyer=buyer,
        bidders=bidders,
        others={
            "rival": rival,
            "buyer": buyer,
            "colleague": colleague,
            "leader": leader,
            "operator": make_user(driver, None),
            "stranger": make_user(driver, make_firm(driver)),
            "nobody": None,
        },
        request_id=request_id,
        ids=[request_id, chain_id, bidders[0].firm_id, line_ids(driver, request_id)[0]],
        prices=[],
        notes=[],
        public=public,
    )
    for bidder in (*bidders, rival):
        _place_bid(app, driver, network, bidder, is_secret=bidder is not rival)
    return network


def _place_bid(
    app: Flask, driver: Driver, network: Network, bidder: Actor, *, is_secret: bool
) -> None:
    api = api_client(app, driver, bidder)
    lines: list[dict[str, Any]] = []
    for line_id in line_ids(driver, network.request_id):
        price = f"{10_000_000 + secrets.randbelow(89_999_999)}.{1000 + secrets.randbelow(8999)}"
        note = f"canary-{secrets.token_hex(8)}"
        quantity = 100 + secrets.randbelow(799)
        if is_secret:
            network.prices.append(price)
            network.notes.append(note)
        terms = {"unit_price": price, "quantity": quantity, "lead_days": 9}
        lines.append({"request_line_id": line_id, **terms, "note": f"{note} {PACKING}"})
    valid = str(need_by(90))
    body = {"lines": lines[:2], "valid_until": valid}
    made = api.call("post", f"/parts-requests/{network.request_id}/bids", json=body)
    assert made.status_code == 201, made.text
    path = f"/bids/{made.json['id']}"
    assert api.call("patch", path, json={"lines": lines}, if_match=1).status_code == 200
    assert api.call("put", f"{path}/submission", if_match=2).status_code == 200
    # Handed in once more: what the older receipt was over must not remain anywhere either.
    again = {"note": network.notes[-1]} if is_secret else {"note": "again"}
    assert api.call("patch", path, json=again, if_match=3).status_code == 200
    if len(network.ids) < 6:
        network.ids.append(made.json["id"])


def find_at_doors(app: Flask, driver: Driver, network: Network, names: Iterable[str]) -> list[str]:
    """Where one of these principals is told a canary that is not its own."""
    wrong = []
    for name in names:
        who = network.others[name]
        client, api = browser(app, driver, who), api_client(app, driver, who)
        for path, text in looks(app, client, api, network.ids):
            wrong += [f"{name} at {path}: {word}" for word in sorted(network.find_told(text))]
    return wrong


def find_in_graph(driver: Driver, network: Network) -> set[str]:
    """Labels and types of what holds a canary."""
    entries = [
        (str(entry["labels"]), entry["facts"])
        for entry in read(driver, lambda tx: rows(tx, ALL_NODES))
    ]
    entries += [
        (entry["kind"], entry["facts"]) for entry in read(driver, lambda tx: rows(tx, ALL_TIES))
    ]
    return {
        kind
        for kind, facts in entries
        for text in [" ".join(map(str, facts.values()))]
        if network.find_told(text) or any(word in text for word in network.words)
    }


def find_in_files(folder: Path, network: Network) -> set[str]:
    """Files whose bytes hold a canary: as text, or as a number of eight bytes in either order."""
    needles = {word.encode() for word in network.words}
    needles |= {word.encode("utf-16-le") for word in (*network.prices, *network.notes)}
    for price in network.prices:
        e4 = int(price.replace(".", ""))
        needles |= {struct.pack(order, e4) for order in (">q", "<q")} | {_write_varint(e4)}
    return _find_bytes(folder, needles)


def _find_bytes(folder: Path, needles: set[bytes]) -> set[str]:
    return {
        str(path.relative_to(folder))
        for path, raw in _read_files(folder)
        if _holds_any(raw, needles)
    }


def _holds_any(raw: bytes, needles: set[bytes]) -> bool:
    """Whether one of many is in the bytes: first six bytes at every place, then all of it."""
    if len(raw) < 8:
        return False
    windows = np.lib.stride_tricks.sliding_window_view(np.frombuffer(raw, np.uint8), 8)
    heads = np.ascontiguousarray(windows).view("<u8").ravel() & SIX_BYTES
    wanted = np.array(
        sorted({int.from_bytes(needle[:6], "little") for needle in needles}), np.uint64
    )
    near = np.minimum(np.searchsorted(wanted, heads), len(wanted) - 1)
    starts = np.flatnonzero(wanted[near] == heads)
    return any(raw.startswith(needle, int(at)) for at in starts for needle in needles)


def _read_files(folder: Path) -> Iterator[tuple[Path, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            raw = path.read_bytes() + bytes(8)
            for at in range(0, len(raw), STEP_BYTES):
                yield path, raw[at : at + STEP_BYTES + 256]


def _write_varint(number: int) -> bytes:
    """A number as the embedded engine keeps it: zigzag, seven bits a byte, the lowest first."""
    left, raw = number << 1, bytearray()
    while left > 0x7F:
        raw.append(left & 0x7F | 0x80)
        left >>= 7
    return bytes([*raw, left])


def test_two_hundred_canaries_are_found_nowhere_until_two_people_open(
    app: Flask, driver: Driver, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    network = make_network(app, driver)
    assert len(set(network.prices) | set(network.notes)) == 2 * BIDDERS * LINES == 200
    audit.anchor_heads(driver, utc_now())
    export_tables(driver, tmp_path / "all")
    for number, who in enumerate((network.buyer, *network.others.values())):
        if who is not None and who.firm_id:
            export_tables(driver, tmp_path / str(number), firm_id=who.firm_id)
    for moment in ("before the deadline", "after it, before the opening"):
        names = network.others if moment == "before the deadline" else ("rival", "buyer")
        assert find_at_doors(app, driver, network, names) == [], moment
        assert find_in_graph(driver, network) == set(), moment
        folder = settings().data_dir
        assert find_in_files(folder, network) == set(), moment
        assert _find_bytes(folder, {network.public.encode()}), f"nothing is kept in {folder}"
        pass_deadline(driver, network.request_id)
    assert find_in_files(tmp_path, network) == set()
    assert network.find_told("".join(capfd.readouterr())) == set()

    # The search finds what is there: after the opening the same looks do find.
    for name in ("buyer", "colleague"):
        answer = api_client(app, driver, network.others[name]).call(
            "put", f"/parts-requests/{network.request_id}/opening", key=new_id()
        )
        assert answer.status_code == 200, answer.text
    assert find_in_graph(driver, network) >= {"['BidLine']"}
    assert find_in_files(settings().data_dir, network) != set()
    told = find_at_doors(app, driver, network, ("buyer", "rival"))
    assert {one.split(" at ")[0] for one in told} == {"buyer"}
