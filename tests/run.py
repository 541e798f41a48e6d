"""Runs the suite on the engines asked for, and says plainly what ran and what did not."""

from __future__ import annotations

import argparse
import contextlib
import os
import platform
import shutil
import subprocess
import sys

import psutil

from supplychain import platforms
from tests import engines

LONGEST = 45 * 60
"""Seconds for one engine; it takes 20 to 25 minutes on two cores."""


def main() -> int:
    """Run; exit code 0 only if everything that should run ran and passed."""
    parser = argparse.ArgumentParser(prog="scripts/test", description=__doc__)
    parser.add_argument("--engine", choices=("embedded", "neo4j", "both"), default=None)
    chosen, rest = parser.parse_known_args()
    wanted = _engines(chosen.engine)
    if "neo4j" in wanted:
        engines.fetch_jars()
    results = {engine: _run(engine, rest, first=engine == wanted[0]) for engine in wanted}
    print()
    for engine in ("embedded", "neo4j"):
        print(f"Engine {engine}: {_words(engine, results.get(engine), wanted=chosen.engine)}")
    print(f"Python: {platform.python_version()}")
    print(f"Browser tests: {_browser_words()}")
    return max(results.values())


def _engines(asked: str | None) -> list[str]:
    if asked in ("embedded", "neo4j"):
        return [asked]
    here = {"embedded": engines.can_run_embedded(), "neo4j": engines.can_run_neo4j()}
    if asked == "both":
        here = dict.fromkeys(here, True)
    wanted = [engine for engine, runs in here.items() if runs]
    if not wanted:
        sys.exit("No graph runs here: install Java 17 or later and Maven (README, Where it runs)")
    return wanted


def _run(engine: str, rest: list[str], *, first: bool) -> int:
    # What asks no graph need run only once.
    env = {**os.environ, "SUPPLYCHAIN_TEST_ENGINE": engine}
    env["SUPPLYCHAIN_TEST_GRAPH_ONLY"] = "" if first else "1"
    for name in ("SUPPLYCHAIN_GRAPH_URI", "SUPPLYCHAIN_DATA"):
        env.pop(name, None)
    workers = [] if any(one.startswith("-n") for one in rest) else ["-n", "2"]
    command = [sys.executable, "-m", "pytest", "-q", *workers, *rest]
    with subprocess.Popen(command, env=env, start_new_session=True) as suite:
        try:
            return suite.wait(LONGEST)
        except subprocess.TimeoutExpired:
            print(f"\nThe suite did not end within {LONGEST // 60} minutes and was stopped.")
            return 1
        finally:
            _end(suite.pid)


def _end(session: int) -> None:
    """End what the suite may have left running: a graph server, a browser."""
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, ProcessLookupError):
            if os.getsid(process.pid) == session:
                process.kill()


WHY = {
    "embedded": f"it is not installed: {platforms.describe_machine()}",
    "neo4j": "it needs Java 17 or later and Maven",
}


def _words(engine: str, code: int | None, *, wanted: str | None) -> str:
    if code is None:
        return "not asked for" if wanted is not None else f"did not run ({WHY[engine]})"
    return "passed" if code == 0 else f"FAILED (exit code {code})"


def _browser_words() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    return f"ran in {found}" if found else "did not run (no Chromium found)"


if __name__ == "__main__":
    sys.exit(main())
