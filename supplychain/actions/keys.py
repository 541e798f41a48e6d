"""Keys that are kept outside the graph are changed by adding one."""

from __future__ import annotations

from supplychain.config import Keyring, add_key, keys_file, new_key, settings
from supplychain.errors import Conflict


def rotate_key(ring: Keyring) -> str:
    """Add a key, which signs or encrypts from the next start of each process on; its id."""
    path = keys_file(settings().data_dir, ring)
    if not path.exists():
        raise Conflict(
            "The keys come from %(setting)s: add one at its end.",
            setting=f"SUPPLYCHAIN_{ring.upper()}",
        )
    fresh = new_key()
    add_key(path, fresh)
    return fresh.id
