"""Steps of a check: each is printed with its result, and the first that does not hold ends it."""

from __future__ import annotations

from typing import Any

import click

from supplychain.demo.check.client import ApiAnswer


class NotHeld(Exception):
    """A step of the check did not hold."""


class Steps:
    """Prints each step with its result; the first that does not hold ends the check."""

    def __init__(self) -> None:
        self.number = 0

    def check_that(self, what: str, is_so: object, result: object = "") -> None:
        """Print a step.

        Raises:
            NotHeld: it is not so.
        """
        self.number += 1
        click.echo(f"{'ok  ' if is_so else 'FAIL'} {self.number:>2} {what:<58} {result}")
        if not is_so:
            raise NotHeld(what)

    def check_answer(self, what: str, answer: ApiAnswer, *statuses: int) -> Any:
        """Print a step that is a request, and return the body; the status must be one of these."""
        said = answer.body if answer.status not in statuses else ""
        self.check_that(what, answer.status in statuses, f"{answer.status} {said or ''}".strip())
        return answer.body
