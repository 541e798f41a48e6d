"""The first query of a graph: whether it lets us in, for who looks what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from neo4j import Driver
from neo4j.exceptions import AuthError, ClientError, DriverError, Neo4jError

from supplychain.graph.engine.transactions import Tx, run


@dataclass(frozen=True, slots=True, kw_only=True)
class Greeting:
    """How a graph answered: ``agent`` is what it calls itself, ``error`` says why it did not."""

    refusal: Literal["", "password", "database", "silence"]
    agent: str = ""
    error: str = ""


def greet(driver: Driver, database: str) -> Greeting:
    """Sign in and run the smallest query."""
    try:
        agent = driver.get_server_info().agent
        with driver.session(database=database) as session:
            session.execute_read(_run_nothing)
    except AuthError:
        return Greeting(refusal="password")
    except ClientError as error:
        return Greeting(refusal="database", error=error.code or "")
    except (Neo4jError, DriverError, OSError) as error:
        return Greeting(refusal="silence", error=type(error).__name__)
    return Greeting(refusal="", agent=agent)


NOTHING = "RETURN 1 AS one"


def _run_nothing(tx: Tx) -> None:
    run(tx, NOTHING)
