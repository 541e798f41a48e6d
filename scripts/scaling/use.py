"""What processes take: processor and memory."""

from __future__ import annotations

from typing import Final

import psutil

MEGABYTE: Final = 1024 * 1024


def read_cpu_s(process: psutil.Process) -> float:
    """Processor seconds until now; none of what has ended."""
    try:
        times = process.cpu_times()
    except psutil.Error:
        return 0.0
    return times.user + times.system


def read_memory_bytes(process: psutil.Process) -> int:
    """Its own memory, and its part of what it shares with others (PSS)."""
    try:
        return process.memory_full_info().pss
    except psutil.Error:
        return 0
