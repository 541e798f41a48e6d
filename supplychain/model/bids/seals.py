"""Seals: what a bid holds, as nobody can read it without the key of its request.

A request has a key pair (X25519). What is sealed to its public half (libsodium's sealed box) is
opened with the private half, which is kept wrapped (XSalsa20-Poly1305) with a key that is not in
the graph.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import Any, Final

from nacl.bindings import sodium_pad, sodium_unpad
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.secret import SecretBox

from supplychain.errors import Unavailable

PAD_BYTES: Final = 4096
"""What is sealed is filled up to a multiple of this, so that its length tells little."""
BROKEN: Final = (
    "A sealed bid cannot be read: its seal was changed. Tell who runs this installation."
)
WRAPS: Final = b"supplychain seals: wrap"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestSeal:
    """The key pair of a request: the private half is wrapped with the key called ``key_id``."""

    request_id: str
    public_key: str
    wrapped_key: str
    key_id: str


def make_seal(request_id: str, *, key_id: str, secret: str) -> RequestSeal:
    """A fresh key pair for a request."""
    pair = PrivateKey.generate()
    return RequestSeal(
        request_id=request_id,
        public_key=_write_bytes(bytes(pair.public_key)),
        wrapped_key=_write_bytes(_wrapping_box(secret).encrypt(bytes(pair))),
        key_id=key_id,
    )


def rewrap_seal(seal: RequestSeal, *, old_secret: str, key_id: str, secret: str) -> RequestSeal:
    """The same key pair, wrapped with another key.

    Raises:
        Unavailable: it was not wrapped with ``old_secret``.
    """
    pair = _unwrap_key(seal, old_secret)
    return RequestSeal(
        request_id=seal.request_id,
        public_key=seal.public_key,
        wrapped_key=_write_bytes(_wrapping_box(secret).encrypt(bytes(pair))),
        key_id=key_id,
    )


def close_box(seal: RequestSeal) -> SealedBox:
    """What seals for a request; it opens nothing."""
    return SealedBox(PublicKey(b64decode(seal.public_key)))


def open_box(seal: RequestSeal, secret: str) -> SealedBox:
    """What opens what was sealed for a request.

    Raises:
        Unavailable: its key was not wrapped with ``secret``, or was changed.
    """
    return SealedBox(_unwrap_key(seal, secret))


def seal_json(box: SealedBox, bid_id: str, content: Any) -> str:
    """JSON of a bid, sealed: its length is rounded up, and it opens for that bid alone."""
    text = json.dumps({"bid_id": bid_id, "content": content}, ensure_ascii=False)
    return _write_bytes(box.encrypt(sodium_pad(text.encode(), PAD_BYTES)))


def open_json(box: SealedBox, bid_id: str, sealed: str) -> Any:
    """What ``seal_json`` sealed.

    Raises:
        Unavailable: it was changed, or belongs to another bid.
    """
    try:
        body = json.loads(sodium_unpad(box.decrypt(b64decode(sealed)), PAD_BYTES))
    except (CryptoError, ValueError) as error:
        raise Unavailable(BROKEN, code="seal_broken") from error
    if body["bid_id"] != bid_id:
        raise Unavailable(BROKEN, code="seal_broken")
    return body["content"]


def _unwrap_key(seal: RequestSeal, secret: str) -> PrivateKey:
    try:
        return PrivateKey(_wrapping_box(secret).decrypt(b64decode(seal.wrapped_key)))
    except (CryptoError, ValueError) as error:
        raise Unavailable(BROKEN, code="seal_broken") from error


def _wrapping_box(secret: str) -> SecretBox:
    return SecretBox(derive_key(secret, WRAPS))


def derive_key(secret: str, purpose: bytes) -> bytes:
    """A key of 32 bytes for one purpose out of a secret (HMAC-SHA-256)."""
    return hmac.new(secret.encode(), purpose, hashlib.sha256).digest()


def _write_bytes(raw: bytes) -> str:
    return b64encode(raw).decode("ascii")
