"""Where the processes of one machine keep their figures, so that any of them can tell all.

Apart from ``metrics``: the folder must be named before Prometheus' library is loaded.
"""

from __future__ import annotations

import os
import re
import socket
from pathlib import Path
from typing import Final

import psutil

FOLDER_VARIABLE: Final = "PROMETHEUS_MULTIPROC_DIR"
FILE: Final = re.compile(r"(?P<kind>[a-z_]+?)_(?P<pid>\d+)\.db")


def share_figures(data_dir: Path) -> None:
    """Let this process and its children write their figures where the others of the machine do.

    Called before anything else is loaded. A folder that cannot be made is no reason to stop:
    each process then tells its own figures alone.
    """
    folder = data_dir / "metrics" / re.sub(r"[^A-Za-z0-9.-]", "_", socket.gethostname())
    try:
        folder.mkdir(parents=True, exist_ok=True)
        drop_ended(folder)
    except OSError:
        return
    os.environ[FOLDER_VARIABLE] = str(folder)


def drop_ended(folder: Path, *, gauges_only: bool = False) -> None:
    """Remove the figures of processes that have ended; those of what is now, or all of them."""
    for path in folder.glob("*.db"):
        named = FILE.fullmatch(path.name)
        if named is None or (gauges_only and not named["kind"].startswith("gauge")):
            continue
        if not psutil.pid_exists(int(named["pid"])):
            path.unlink(missing_ok=True)
