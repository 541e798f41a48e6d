"""The check at an installation that somebody else runs: by its address and its accounts alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from click.testing import CliRunner
from neo4j import Driver
from werkzeug.serving import make_server

from supplychain.actions.people import accounts
from supplychain.commands.demo import command
from supplychain.config import settings
from supplychain.demo.check.installation import CheckedInstallation
from supplychain.demo.check.steps import NotHeld
from supplychain.errors import Conflict
from supplychain.web.app import create_app
from tests.make.firms import make_firm

SECRET = "correct horse battery staple"


@pytest.fixture
def url(driver: Driver) -> Iterator[str]:
    """A portal that serves."""
    server = make_server("127.0.0.1", 0, create_app(), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_token_is_made_by_the_pages_alone(driver: Driver, url: str) -> None:
    accounts.add_user(
        driver,
        email="operator@demo.example",
        password=SECRET,
        name="Operator",
        firm_id="",
        role="",
        operator=True,
    )
    there = CheckedInstallation(url=url, secret=SECRET, is_here=False)
    client = there.make_client("operator@demo.example", scope="administer")
    assert client.call("GET", "/operator/firms").status == 200
    assert client.call("GET", "/me").body["email"] == "operator@demo.example"
    with pytest.raises(NotHeld, match=r"operator@demo\.example cannot"):
        CheckedInstallation(url=url, secret="wrong", is_here=False).make_client(
            "operator@demo.example"
        )


def test_a_wrong_password_ends_the_check_with_its_word(url: str) -> None:
    done = CliRunner().invoke(command, ["--check", "--url", url, "--password", "wrong"])
    assert done.exit_code == 1
    assert "leader@demo.example cannot sign in" in done.output


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (["--url", "http://127.0.0.1:9"], "--url goes with --check"),
        (["--check", "--url", "parts.example.com"], "begins with http:// or https://"),
    ],
)
def test_what_cannot_be_meant_is_refused(options: list[str], word: str) -> None:
    done = CliRunner().invoke(command, [*options, "--password", "x"])
    assert done.exit_code == 2
    assert word in done.output


def test_nobody_there_is_said() -> None:
    done = CliRunner().invoke(
        command, ["--check", "--url", "http://127.0.0.1:9", "--password", "x"]
    )
    assert done.exit_code == 1
    assert "did not hold" in done.output


def test_the_network_is_not_loaded_into_a_graph_that_is_in_use(driver: Driver) -> None:
    make_firm(driver)
    here = str(settings().data_dir)
    done = CliRunner().invoke(command, ["--load-only", "--data", here])
    assert isinstance(done.exception, Conflict)
    assert "in use already" in done.exception.text
