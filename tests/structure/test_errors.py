"""Every refusal has a status, a code and words."""

from __future__ import annotations

import inspect

from supplychain import errors
from supplychain.web.access.problems import STATUS, status_of


def _classes() -> list[type[errors.SupplyChainError]]:
    return [
        one
        for _, one in inspect.getmembers(errors, inspect.isclass)
        if issubclass(one, errors.SupplyChainError) and one is not errors.SupplyChainError
    ]


def test_every_error_has_a_status() -> None:
    assert set(_classes()) == set(STATUS)
    assert all(400 <= status_of(one()) < 600 for one in _classes())


def test_every_error_has_its_own_code_and_words() -> None:
    codes = [one.code for one in _classes()]
    assert len(set(codes)) == len(codes)
    assert all(one.default.endswith(".") for one in _classes())
