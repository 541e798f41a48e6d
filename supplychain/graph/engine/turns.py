"""Who writes to the same thing at the same time queues up here, before the graph.

The embedded engine does not let a second writer wait: both work to the end, and all but one of
them learn at the commit that they have to begin again. Eight firms that bid on one request then
do the work of dozens, and the unlucky one gives up. The lock in the graph alone decides what
holds, across processes too; this queue only keeps the threads of one process from working in vain.
"""

from __future__ import annotations

import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from supplychain.config import settings

MAX_WAIT_S: Final = 5.0
"""Who has waited for so long goes on without a turn: the graph's own lock decides anyway."""
_queues: Final = tuple(threading.Lock() for _ in range(64))
"""Things share a queue by their digest, so that there is nothing to tidy up."""


@contextmanager
def take_turn(thing_id: str) -> Iterator[None]:
    """Wait until no other thread of this process writes to the thing; not on Neo4j, which queues.

    Take no second turn inside one.
    """
    if not settings().embedded:
        yield
        return
    queue = _queues[zlib.crc32(thing_id.encode()) % len(_queues)]
    has_turn = queue.acquire(timeout=MAX_WAIT_S)
    try:
        yield
    finally:
        if has_turn:
            queue.release()
