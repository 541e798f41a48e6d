"""What a check found, and checks that end: none holds the others up."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

OK: Final = "OK"
WARN: Final = "WARN"
FAIL: Final = "FAIL"
CHECK_S: Final = 12.0
"""The longest that one check may take; what is frozen is found within 4 s by the checks themselves,
so this is for what nobody thought of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one check found; ``mend`` says how to mend it where it is not OK."""

    check: str
    state: str
    says: str
    mend: str = ""


def ok(check: str, says: str) -> Finding:
    """All is well."""
    return Finding(check=check, state=OK, says=says)


def warn(check: str, says: str, mend: str) -> Finding:
    """It works, but not for long or not as well as it could."""
    return Finding(check=check, state=WARN, says=says, mend=mend)


def fail(check: str, says: str, mend: str) -> Finding:
    """It does not work."""
    return Finding(check=check, state=FAIL, says=says, mend=mend)


def run_check(name: str, check: Callable[[], Iterator[Finding]]) -> list[Finding]:
    """The findings of one check, which never raises and ends within ``CHECK_S`` seconds.

    A check that hangs is left behind in its thread and counted as failed.
    """
    findings: list[Finding] = []
    done = threading.Event()

    def work() -> None:
        try:
            findings.extend(check())
        except Exception as error:  # whatever it is, the doctor says it and goes on
            text = f"{type(error).__name__}: {error}".splitlines()[0][:300]
            findings.append(fail(name, f"This could not be looked at: {text}", LOOK))
        done.set()

    threading.Thread(target=work, name=f"check-{name}", daemon=True).start()
    if done.wait(CHECK_S):
        return findings
    return [fail(name, f"It did not answer within {CHECK_S:.0f} s", LOOK)]


LOOK: Final = "Mend what stands above and run supplychain doctor again."
