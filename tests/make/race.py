"""Calls made at the same instant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from supplychain.errors import SupplyChainError

T = TypeVar("T")


def raced(times: int, act: Callable[[int], T]) -> list[T | str]:
    """What each of several threads got: a result, or the name of the refusal."""
    barrier = Barrier(times)

    def start(at: int) -> T | str:
        barrier.wait()
        try:
            return act(at)
        except SupplyChainError as error:
            return type(error).__name__

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(start, range(times)))


def at_once(calls: list[Callable[[], object]]) -> Counter[str]:
    """What all calls came to: how many were done, and how many refused, by the refusal's name."""

    def call(at: int) -> str:
        calls[at]()
        return "done"

    return Counter(raced(len(calls), call))
