"""All checks, one after the other, whatever state the installation is in."""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Iterator
from typing import Final

from supplychain.config import Settings, setting_names, settings
from supplychain.doctor import brokers, files, graphs, machine, mails
from supplychain.doctor.findings import FAIL, Finding, fail, ok, run_check, warn
from supplychain.errors import Misconfigured

LOCAL_CHECKS: Final[dict[str, Callable[[Settings], Iterator[Finding]]]] = {
    "platform": machine.check_platform,
    "data folder": machine.check_folder,
    "disk": machine.check_disk,
    "secret key": files.check_secret_key,
    "keys": files.check_keys,
    "secrets": files.check_secrets,
    "leftovers": files.check_leftovers,
}
SERVICE_CHECKS: Final[dict[str, Callable[[Settings], Iterator[Finding]]]] = {
    "broker": brokers.check_broker,
    "limits": brokers.check_limits,
    "mail": mails.check_mail,
}
OF_TESTS: Final = "SUPPLYCHAIN_TEST_"


def check_all(port: int) -> Iterator[Finding]:
    """The findings of all checks; ``port`` is where the portal of this machine is looked for."""
    yield from run_check("python", machine.check_python)
    config, findings = _read_settings()
    yield from findings
    if config is None:
        return
    ready = config
    for name, check in LOCAL_CHECKS.items():
        yield from run_check(name, lambda check=check: check(ready))
    answers = run_check("graph", lambda: graphs.check_graph(ready))
    yield from answers
    if all(finding.state != FAIL for finding in answers):
        for name, check in graphs.CHECKS.items():
            yield from run_check(name, lambda check=check: check(ready))
    for name, check in SERVICE_CHECKS.items():
        yield from run_check(name, lambda check=check: check(ready))
    yield from run_check("port", lambda: machine.check_port(port))


def _read_settings() -> tuple[Settings | None, list[Finding]]:
    """The settings, or why there are none: then nothing else can be looked at."""
    try:
        config = settings()
    except OSError as error:
        folder = os.environ.get("SUPPLYCHAIN_DATA", "data")
        says = f"{error.filename or folder} cannot be read or written: {error.strerror}"
        mend = f"Let this user write to {folder}, or set SUPPLYCHAIN_DATA to another folder."
        return None, [fail("data folder", says, mend)]
    except Misconfigured as error:
        says, _, mend = error.text.partition(". ")
        return None, [fail("keys", says, mend)]
    except UnicodeDecodeError:
        says = "A file of keys in the data folder is no text"
        return None, [fail("keys", says, "Put it back from its backup (docs/operating.md).")]
    except ValueError as error:
        says = f"A setting cannot be read: {error}"
        return None, [fail("settings", says, "Correct it: docs/settings.md lists what each takes.")]
    return config, list(_find_unknown())


def _find_unknown() -> Iterator[Finding]:
    names = setting_names()
    unknown = sorted(
        name
        for name in os.environ
        if name.startswith("SUPPLYCHAIN_") and name not in names and not name.startswith(OF_TESTS)
    )
    for name in unknown:
        near = difflib.get_close_matches(name, names, n=1)
        mend = f"Write {near[0]}, if that is meant" if near else "Unset it: docs/settings.md"
        yield warn("settings", f"{name} is no setting; it changes nothing", mend)
    if not unknown:
        yield ok("settings", "All that are set can be read")
