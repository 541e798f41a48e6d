"""What processes take: processor and memory."""

from __future__ import annotations

import time
from pathlib import Path
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


def print_use(folder: str = "data", seconds: str = "30") -> int:
    """Print processor and memory of each process of a data folder; 1 if there is none."""
    wanted = str(Path(folder).resolve())
    members = [one for one in psutil.process_iter(["cmdline"]) if _read_folder(one) == wanted]
    before = {one.pid: read_cpu_s(one) for one in members}
    time.sleep(float(seconds))
    total_cpu, total_memory = 0.0, 0.0
    for one in members:
        cpu = 100 * (read_cpu_s(one) - before[one.pid]) / float(seconds)
        memory = read_memory_bytes(one) / MEGABYTE
        total_cpu, total_memory = total_cpu + cpu, total_memory + memory
        words = " ".join(one.info["cmdline"] or [])
        print(f"{cpu:6.2f} % of a core {memory:7.0f} MB  {words[-60:]}")
    print(f"{total_cpu:6.2f} % of a core {total_memory:7.0f} MB  all")
    return 0 if members else 1


def _read_folder(process: psutil.Process) -> str:
    try:
        return process.environ().get("SUPPLYCHAIN_DATA", "")
    except psutil.Error:
        return ""
