"""``supplychain bids``: receipts, and the keys that seal bids and sign receipts."""

from __future__ import annotations

import sys
from typing import TextIO

import click

from supplychain.actions import keys as kept_keys
from supplychain.actions.receipts import list_public_keys
from supplychain.config import Keyring
from supplychain.graph.bids import seals
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.transactions import write
from supplychain.model.bids.receipts import MAX_RECEIPT_CHARS, ReceiptCheck, check_receipt


@click.group()
def command() -> None:
    """Check receipts of bids; list, change and renew the keys that seal them."""


@command.command()
@click.argument("receipt", type=click.File(encoding="utf-8"))
@click.option("--content", type=click.File(encoding="utf-8"), help="The text of the bid.")
@click.option("--salt", default="", help="The salt of the commitment.")
@click.option("--key", "keys", multiple=True, help="A public key, id:base64; else our own.")
def verify(receipt: TextIO, content: TextIO | None, salt: str, keys: tuple[str, ...]) -> None:
    """Check RECEIPT, a file or - for standard input; exit code 1 when it does not hold.

    With the salt and the text of the bid, in the file itself or beside it, it also says whether
    that text is what was sent. Needs no graph and no network.
    """
    public = _read_keys(keys) or list_public_keys()
    text = content.read(MAX_RECEIPT_CHARS) if content else ""
    checked = check_receipt(receipt.read(MAX_RECEIPT_CHARS), public, salt=salt, content=text)
    for line in _tell_lines(checked):
        click.echo(line)
    sys.exit(0 if checked.holds else 1)


def _read_keys(keys: tuple[str, ...]) -> dict[str, str]:
    """Public keys by their id."""
    pairs = [key.partition(":") for key in keys]
    return {key_id: public for key_id, _, public in pairs}


def _tell_lines(checked: ReceiptCheck) -> list[str]:
    receipt = checked.receipt
    if checked.is_signed:
        signed = f"SIGNED with key {receipt.key_id}: nothing of it was changed"
    elif checked.is_key_ours:
        signed = f"WRONG it was not signed so with key {receipt.key_id}"
    else:
        signed = f"WRONG key {receipt.key_id} is none of those it was checked against"
    lines = [
        signed,
        f"Bid {receipt.bid_id} for request {receipt.request_id}",
        f"Receipt {receipt.number} of firm {receipt.firm_id}, submitted at {receipt.submitted_at}",
    ]
    if checked.is_content_proved is not None:
        proved = "PROVED the text is what was sent" if checked.is_content_proved else ""
        lines.append(proved or "WRONG the text is not what was sent")
    return lines


@command.command("keys")
def list_keys() -> None:
    """Print the public keys that receipts are checked with; the last one signs."""
    for key_id, public in list_public_keys().items():
        click.echo(f"{key_id}:{public}")


@command.command("rotate-key")
def rotate_key() -> None:
    """Seal and sign with a fresh key from the next start of each process; old ones still open."""
    key_id = kept_keys.rotate_key(Keyring.SEAL)
    click.echo(f"Key {key_id} seals from the next start of each process on.")
    click.echo("Copy the file of keys to a safe place that is not the backup of the graph.")


@command.command()
def rewrap() -> None:
    """Wrap the keys of all requests with the newest key: then older ones are needed no more.

    Receipts that an older key signed can still be checked only while its public half is known.
    """
    total = 0
    while count := write(graph(), seals.rewrap):
        total += count
    click.echo(f"{total} keys of requests are wrapped with the newest key.")
