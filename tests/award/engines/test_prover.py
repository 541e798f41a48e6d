"""The thread beside the search: what it proves, how it ends, and what goes wrong in it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from supplychain.award.answer import Step
from supplychain.award.engines import mixed
from supplychain.award.engines.model import Model, build_model
from supplychain.award.engines.prover import Prover
from supplychain.award.program.building import build
from supplychain.award.solving import direct
from tests.award.engines.test_mixed import request, soon


def prover(model: Model, tell: Callable[[float, float], bool], **given: Any) -> Prover:
    return Prover(model, None, **{"seconds": 30.0, "gap": 1e-7, **given}, tell=tell)


def test_it_proves_what_the_whole_program_proves() -> None:
    program = build(request(6, 4))
    whole = direct.solve_program(program, soon())
    found = prover(build_model(program), lambda *_: True).wait_for_answer()
    assert found.bound is not None and whole.bound is not None
    assert found.cost == pytest.approx(found.bound, rel=1e-6)
    assert found.cost * program.money == pytest.approx(whole.bound, rel=1e-6)


def test_it_ends_soon_after_it_is_stopped() -> None:
    running = prover(build_model(build(request(60, 12))), lambda *_: True)
    time.sleep(0.3)
    began = time.monotonic()
    running.stop_and_wait()
    assert running.is_done
    assert time.monotonic() - began < 10


def test_what_goes_wrong_while_telling_goes_wrong_for_who_waits() -> None:
    def tell(*_: float) -> bool:
        raise LookupError("told")

    running = prover(build_model(build(request(60, 12))), tell)
    with pytest.raises(LookupError, match="told"):
        running.wait_for_answer()


def test_a_report_that_fails_ends_both_searches() -> None:
    told: list[Step] = []

    def report(step: Step) -> bool:
        told.append(step)
        if len(told) > 3:
            raise LookupError("report")
        return True

    with pytest.raises(LookupError, match="report"):
        mixed.solve_mixed(build(request(40, 10)), soon(), report)


def test_a_stop_ends_both_searches_with_the_best_split() -> None:
    began = time.monotonic()

    def report(step: Step) -> bool:
        return step.best is None or time.monotonic() - began < 1

    found = mixed.solve_mixed(build(request(60, 12)), soon(120), report)
    assert time.monotonic() - began < 20
    assert found.has_solution
    assert found.stopped
