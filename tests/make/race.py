"""Calls made at the same instant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from supplychain.errors import Conflict


def at_once(calls: list[Callable[[], object]]) -> Counter[str]:
    """What all calls, made at the same instant, came to."""
    barrier = Barrier(len(calls))

    def one(call: Callable[[], object]) -> str:
        barrier.wait()
        try:
            call()
        except Conflict as error:
            return type(error).__name__
        return "done"

    with ThreadPoolExecutor(len(calls)) as pool:
        return Counter(pool.map(one, calls))
