"""Anybody can check a receipt: by the page, by the API, by the command, offline."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from neo4j import Driver

from supplychain.commands.bids import command
from supplychain.config import settings
from supplychain.model.bids.receipts import check_receipt, public_key
from supplychain.model.people.actors import Actor
from tests.make.accounts import api_client, browser, make_user
from tests.make.bids import make_bid, stored_bid
from tests.make.firms import make_firm
from tests.make.parts_requests import make_parts_request, pass_deadline


def make_proof(driver: Driver) -> tuple[Actor, Actor, str, dict[str, Any]]:
    """Buyer, bidder, the bid's id, and its receipt with salt and content."""
    buyer, bidder = (make_user(driver, make_firm(driver)) for _ in range(2))
    request_id = make_parts_request(driver, buyer)
    bid_id = make_bid(driver, bidder, request_id, note="canary-quince")
    bid = stored_bid(driver, bid_id, bidder)
    assert bid.receipt is not None
    proof = bid.receipt.as_text(salt=bid.salt, content=bid.receipt_text)
    return buyer, bidder, bid_id, json.loads(proof)


def bare(proof: dict[str, Any]) -> dict[str, Any]:
    return {name: proof[name] for name in proof if name not in ("salt", "content")}


def test_the_page_checks_without_an_account(app: Flask, driver: Driver) -> None:
    _, _, _, proof = make_proof(driver)
    client = browser(app, driver, None)
    assert settings().seal_keys[-1].id in client.get("/receipts").text
    told = client.post("/receipts", data={"receipt": json.dumps(bare(proof))})
    assert told.status_code == 200
    assert "The receipt holds" in told.text
    assert "With the proof" in told.text
    told = client.post("/receipts", data={"receipt": json.dumps(proof)})
    assert "to the last character" in told.text
    file = (io.BytesIO(json.dumps(proof).encode()), "proof.json")
    told = client.post("/receipts", data={"file": file}, content_type="multipart/form-data")
    assert "to the last character" in told.text


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"number": 2}, "does not hold"),
        ({"submitted_at": "2001-01-01T00:00:00.000000Z"}, "does not hold"),
        ({"submitted_at": "whenever"}, "does not hold"),
        ({"firm_id": "other"}, "does not hold"),
        ({"commitment": "0" * 64}, "does not hold"),
        ({"signature": "AAAA"}, "does not hold"),
        ({"signature": "\\u0000"}, "does not hold"),
        ({"key_id": "other"}, "does not have"),
        ({"content": "{}"}, "is not what was sent"),
        ({"salt": "0"}, "is not what was sent"),
    ],
)
def test_a_changed_receipt_does_not_hold(
    app: Flask, driver: Driver, change: dict[str, Any], says: str
) -> None:
    _, _, _, proof = make_proof(driver)
    told = browser(app, driver, None).post(
        "/receipts", data={"receipt": json.dumps({**proof, **change})}
    )
    assert told.status_code == 200
    assert says in told.text


@pytest.mark.parametrize(
    "text",
    ["", "x", "{}", "[1]", "null", "[" * 99_999, '{"kind": "supplychain bid receipt 1"}',
     '{"kind": 1}', "9" * 5000],
)  # fmt: skip
def test_what_is_no_receipt_is_refused(app: Flask, driver: Driver, text: str) -> None:
    told = browser(app, driver, None).post("/receipts", data={"receipt": text})
    assert told.status_code == 422
    answer = api_client(app, driver, None).call(
        "post", "/receipt-checks", json={"receipt": text or "x"}
    )
    assert answer.status_code == 422


def test_what_is_no_text_is_refused(app: Flask, driver: Driver) -> None:
    file = (io.BytesIO(b"\xff\xfe\x00"), "receipt.json")
    told = browser(app, driver, None).post(
        "/receipts", data={"file": file}, content_type="multipart/form-data"
    )
    assert told.status_code == 422
    assert "Choose the one that you downloaded" in told.text


def test_the_api_gives_keys_and_checks_without_a_token(app: Flask, driver: Driver) -> None:
    _, _, _, proof = make_proof(driver)
    client = api_client(app, driver, None)
    keys = client.call("get", "/receipt-keys").json["items"]
    public = {key["id"]: key["public_key"] for key in keys}
    assert check_receipt(json.dumps(proof), public).holds
    answer = client.call("post", "/receipt-checks", json={"receipt": json.dumps(bare(proof))})
    assert (answer.json["holds"], answer.json["is_content_proved"]) == (True, None)
    more = {name: proof[name] for name in ("salt", "content")}
    answer = client.call(
        "post", "/receipt-checks", json={"receipt": json.dumps(bare(proof)), **more}
    )
    assert (answer.json["holds"], answer.json["is_content_proved"]) == (True, True)


def test_the_bidder_downloads_receipt_and_proof_and_no_rival_does(
    app: Flask, driver: Driver
) -> None:
    buyer, bidder, bid_id, proof = make_proof(driver)
    own = browser(app, driver, bidder)
    receipt = own.get(f"/bids/{bid_id}/receipt")
    assert json.loads(receipt.data) == bare(proof)
    assert b"canary" not in receipt.data
    assert json.loads(own.get(f"/bids/{bid_id}/proof").data) == proof
    assert proof["commitment"] in own.get(f"/bids/{bid_id}").text
    rival = make_user(driver, make_firm(driver))
    for who in (buyer, rival):
        for path in ("receipt", "proof"):
            assert browser(app, driver, who).get(f"/bids/{bid_id}/{path}").status_code == 404
    pass_deadline(driver, proof["request_id"])
    assert browser(app, driver, buyer).get(f"/bids/{bid_id}/proof").status_code == 200
    assert browser(app, driver, rival).get(f"/bids/{bid_id}/proof").status_code == 404


def test_a_draft_has_no_receipt(app: Flask, driver: Driver) -> None:
    buyer, bidder = (make_user(driver, make_firm(driver)) for _ in range(2))
    bid_id = make_bid(driver, bidder, make_parts_request(driver, buyer), submit=False)
    assert browser(app, driver, bidder).get(f"/bids/{bid_id}/receipt").status_code == 404


def test_the_command_checks_offline(driver: Driver, tmp_path: Path) -> None:
    _, _, _, proof = make_proof(driver)
    file, text = tmp_path / "receipt.json", tmp_path / "bid.txt"
    file.write_text(json.dumps(bare(proof)), encoding="utf-8")
    text.write_bytes(proof["content"].encode())
    key = settings().seal_keys[-1]

    def run(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(command, ["verify", str(file), *words])
        return done.exit_code, done.output

    code, told = run()
    assert (code, "SIGNED" in told, "PROVED" in told) == (0, True, False)
    code, told = run("--content", str(text), "--salt", proof["salt"])
    assert (code, "PROVED" in told) == (0, True)
    assert run("--content", str(text), "--salt", "0")[0] == 1
    assert run("--key", f"{key.id}:{public_key(key.secret)}")[0] == 0
    assert run("--key", f"{key.id}:{public_key('another')}")[0] == 1
    assert run("--key", "other:AAAA")[0] == 1
    assert f"{key.id}:{public_key(key.secret)}" in CliRunner().invoke(command, ["keys"]).output
    file.write_text("nothing", encoding="utf-8")
    assert run()[0] == 1
