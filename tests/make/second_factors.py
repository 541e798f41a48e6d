"""Users with a second step at signing in, and the codes of their phones."""

from __future__ import annotations

from datetime import datetime, timedelta

from neo4j import Driver
from pyotp.totp import TOTP

from supplychain.actions.people import second_factors
from supplychain.model.ids import utc_now
from supplychain.model.people.actors import Actor


class Phone:
    """The app with one account in it; ``recovery`` are the codes kept on paper."""

    def __init__(self, secret: str) -> None:
        self.totp = TOTP(secret)
        self.recovery: tuple[str, ...] = ()

    def code(self, *, later: int = 0, now: datetime | None = None) -> str:
        """The code of so many steps later than now."""
        return self.totp.at((now or utc_now()) + timedelta(seconds=30 * later))


def set_up(driver: Driver, user: Actor, *, session_id: str = "") -> Phone:
    """Turn the second step of a user on with the code of the step before."""
    second_factors.begin_setup(driver, by=user)
    state = second_factors.get_state(driver, email="x@example.com", by=user)
    assert state.setup is not None
    phone = Phone(state.setup.secret)
    code = phone.code(later=-1)
    phone.recovery = second_factors.confirm_setup(driver, code, session_id=session_id, by=user)
    return phone
