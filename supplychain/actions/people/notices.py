"""Mail to a user about the own account: what changed how one signs in is told apart from the page,
so that its owner learns of it even where somebody else did it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from neo4j import Driver

from supplychain.actions import mails
from supplychain.actions.mails import Compose
from supplychain.actions.translations import translate
from supplychain.graph.engine.transactions import Tx, read
from supplychain.graph.people import users
from supplychain.model.mails import Letter, Outgoing

SENTENCES: Final = {
    "password.changed": "Your password was changed.",
    "password.reset": "Your password was set anew by a link.",
    "second_factor.started": "Signing in takes a code of your phone as well from now on.",
    "second_factor.ended": "Signing in takes your password alone again.",
    "second_factor.ended_by_owner": (
        "An owner of your firm ended the second step at signing in: your password alone signs you "
        "in. Set it up again on your account page."
    ),
    "second_factor.ended_by_operator": (
        "Whoever runs the portal ended the second step at signing in: your password alone signs "
        "you in. Set it up again on your account page."
    ),
    "second_factor.recovery_used": "Somebody signed in as you by one of your recovery codes.",
    "session.guessed": (
        "Somebody entered your right password, and then five wrong codes. If that was not you, "
        "your password is known to others: change it."
    ),
}
"""What is told, by the kind of event."""


def tell_user(tx: Tx, event_kind: str, user_id: str, at: datetime) -> None:
    """Mail a user what happened to the own account, where mail is sent and this kind is told."""
    if event_kind in SENTENCES:
        mails.post(tx, "account_notice", about_id=user_id, facts={"event": event_kind}, at=at)


def write_notice(driver: Driver, mail: Outgoing, now: datetime) -> Letter | None:
    """The letter; None where the user is gone."""
    reader = read(driver, users.find_reader, mail.about_id)
    sentence = SENTENCES.get(str(mail.facts["event"]))
    if reader is None or sentence is None:
        return None
    language = reader.language
    lines = (
        translate("Hello %(name)s,", language, name=reader.name),
        translate(sentence, language),
        translate(
            "Was it not you? Set a new password at once, and tell an owner of your firm: %(link)s",
            language,
            link=mails.build_link("account"),
        ),
    )
    subject = translate("Your account: how you sign in has changed", language)
    return Letter(to=reader.email, subject=subject, text="\n\n".join(lines) + "\n")


LETTERS: dict[str, Compose] = {"account_notice": write_notice}
