"""Who comes in: an unclaimed firm claimed, a second step at signing in, a forgotten password."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

from pyotp.totp import TOTP

from supplychain.actions.people import resets
from supplychain.demo.check.client import Client
from supplychain.demo.check.installation import CheckedInstallation
from supplychain.demo.check.steps import Steps
from supplychain.demo.check.visitor import Visitor
from supplychain.graph.engine.driver import graph
from supplychain.model.ids import new_id, utc_now

FIRST, SECOND = "the first long pass phrase", "another long pass phrase"
STEP: Final = timedelta(seconds=30)
"""So long a phone shows a code; that of the step before is taken too."""


def come_in(there: CheckedInstallation, operator: Client, steps: Steps) -> None:
    """Somebody claims a firm, guards the account, forgets the password, and comes in again."""
    email = f"owner-{new_id()[:8]}@demo.example"
    window = Visitor(url=there.url)
    claim_firm(window, operator, email, steps)
    phone = guard_account(window, steps)
    enter_with_code(there.url, email, phone, steps)
    if there.is_here:
        reset_password(there.url, email, steps)


def claim_firm(window: Visitor, operator: Client, email: str, steps: Steps) -> None:
    """The first user of a firm that came by import takes it over by a link, once."""
    listed = operator.call("GET", "/operator/firms?mark=unclaimed").body["items"]
    firm = listed[0]["id"]
    made = operator.call("POST", f"/operator/firms/{firm}/claims", {"email": email})
    told = steps.check_answer("The operator invites the owner of an unclaimed firm", made, 201)
    link = f"/join/{told['secret']}"
    joined = window.send(link, {"name": "Owner", "password": FIRST})
    steps.check_that("who joins by the link", joined.path == "/", listed[0]["name"])
    again = Visitor(url=window.url).open(link)
    steps.check_that("which works once", again.status == 409)
    marks = operator.call("GET", f"/operator/firms/{firm}").body["verification"]
    steps.check_that("The firm is claimed", not marks["is_unclaimed"])


def guard_account(window: Visitor, steps: Steps) -> TOTP:
    """The owner has a phone make codes; what makes them."""
    page = window.send("/account/second-step", {})
    key = re.search(r'id="key">([A-Z2-7 ]+)<', page.text)
    steps.check_that("The second step is set up with a key", key)
    phone = TOTP(key[1].replace(" ", "") if key else "")
    confirmation = {"code": phone.at(utc_now() - STEP)}  # each works once: the next is for later
    done = window.send(
        "/account/second-step/confirmation", confirmation, seen_at="/account/second-step"
    )
    codes = re.findall(r"<code>([0-9a-z-]{19})</code>", done.text)
    steps.check_that("A code turns it on, ten recovery codes come", len(codes) == 10)
    return phone


def enter_with_code(url: str, email: str, phone: TOTP, steps: Steps) -> None:
    """The password alone opens nothing any more."""
    window = Visitor(url=url)
    asked = window.sign_in(email, FIRST)
    steps.check_that("At signing in the code is asked", asked.path == "/sign-in/code")
    steps.check_that("Without it nothing opens", window.open("/account").path == "/sign-in")
    wrong = window.send("/sign-in/code", {"code": "000000"})
    steps.check_that("A wrong code is refused", wrong.status == 422)
    entered = window.send("/sign-in/code", {"code": phone.at(utc_now())})
    steps.check_that("The phone's code signs in", entered.path == "/")


def reset_password(url: str, email: str, steps: Steps) -> None:
    """Who forgot the password sets another by the operator's link; the second step stays."""
    link = f"/reset/{resets.make_reset_by_operator(graph(), email)}"
    window = Visitor(url=url)
    saved = window.send(link, {"password": SECOND})
    steps.check_that("A forgotten password is set anew by a link", saved.status == 200)
    steps.check_that("which works once", window.open(link).status == 404)
    old = window.sign_in(email, FIRST)
    steps.check_that("The old password opens nothing", old.status == 422)
    asked = window.sign_in(email, SECOND)
    steps.check_that("The new one does, and the code is still asked", asked.path == "/sign-in/code")
