"""``supplychain firm``: who firms are, at the machine."""

from __future__ import annotations

from click.testing import CliRunner
from neo4j import Driver

from supplychain.commands.firm import command
from tests.make.firms import make_firm
from tests.make.verification import marks_of


def _run(*words: str, typed: str = "") -> str:
    answer = CliRunner().invoke(command, words, input=typed, catch_exceptions=False)
    assert answer.exit_code == 0, answer.output
    return answer.output


def test_firms_are_listed_verified_suspended_and_handed_over(driver: Driver) -> None:
    firm, twin = make_firm(driver, name="Forge"), make_firm(driver, name="FORGE Ltd.")
    assert f"looks like Forge ({firm.id})" in _run("list", "--mark", "alike")
    _run("verify", firm.id)
    assert "already" in _run("verify", firm.id)
    assert marks_of(driver, firm.id).is_verified
    _run("unverify", firm.id)
    assert not marks_of(driver, firm.id).is_verified
    _run("suspend", firm.id, "--reason", "Papers are missing")
    assert "suspended" in _run("list", "--text", firm.id)
    _run("resume", firm.id)
    assert "/join/" in _run("invite", firm.id, "--email", "a@example.com")
    assert "0 firms" in _run("verify", "--all-imported")
    _run("take-in", firm.id, twin.id, typed=f"{twin.id}\n")
    assert twin.id not in _run("list")


def test_verify_wants_ids_or_all(driver: Driver) -> None:
    assert CliRunner().invoke(command, ["verify"]).exit_code == 2
