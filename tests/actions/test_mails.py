"""Mail: made with the change, sent once, tried again, refused, given up; no secret lies about."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from neo4j import Driver

from supplychain.actions import housekeeping, mails
from supplychain.actions.mails import Compose
from supplychain.actions.people import resets
from supplychain.config import settings
from supplychain.errors import NotFound
from supplychain.graph import mails as waiting
from supplychain.graph.engine.transactions import Tx, read, row, rows, write
from supplychain.graph.housekeeping import Kind
from supplychain.model.ids import utc_now
from supplychain.model.mails import WAITS_MINUTES, Letter, Outgoing
from supplychain.tasks.clock import list_duties
from supplychain.tasks.mails import gather_letters, send_mails
from tests.make.accounts import make_user
from tests.make.firms import make_firm
from tests.make.mails import Mailbox, mail_server
from tests.make.race import raced


@pytest.fixture
def box(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    with mail_server(monkeypatch) as box:
        yield box


def _write_test(_driver: Driver, mail: Outgoing, _now: object) -> Letter:
    return Letter(to=mail.to, subject="主题 with ümläut", text=f"{mail.facts['said']}\n")


LETTERS: dict[str, Compose] = {"test": _write_test}


def _post(driver: Driver, to: str = "wu@example.com", said: str = "你好") -> None:
    def work(tx: Tx) -> None:
        mails.post(tx, "test", to=to, facts={"said": said}, at=utc_now())

    write(driver, work)


def _count(driver: Driver, state: str) -> int:
    return read(driver, waiting.count, state=state)


def test_a_mail_is_sent_once_however_many_workers_there_are(driver: Driver, box: Mailbox) -> None:
    for at in range(5):
        _post(driver, said=f"number {at}")
    now = utc_now()
    sent = raced(4, lambda _: mails.send_due(driver, now, LETTERS))
    assert sum(n for n in sent if isinstance(n, int)) == 5
    assert len(box.arrived) == 5
    assert mails.send_due(driver, utc_now() + timedelta(days=2), LETTERS) == 0
    recipients, mail = box.arrived[0]
    assert recipients == ["wu@example.com"]
    assert mail["Subject"] == "主题 with ümläut"
    assert mail["Message-ID"].endswith("@localhost>")
    assert mail["Auto-Submitted"] == "auto-generated"
    texts = {mail.get_content().strip() for _, mail in box.arrived}
    assert texts == {f"number {n}" for n in range(5)}


@pytest.mark.filterwarnings("ignore:Requiring AUTH")  # of the server on loopback
def test_a_password_is_sent_to_the_server_that_wants_one(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mail_server(monkeypatch, login="portal:p4ss") as box:
        _post(driver)
        assert mails.send_due(driver, utc_now(), LETTERS) == 1
        assert len(box.arrived) == 1


def test_a_password_never_goes_out_unencrypted(
    driver: Driver, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    _post(driver)
    monkeypatch.setattr(mails, "LOOPBACK", ())
    url = settings().smtp_url.replace("smtp://", "smtp://user:secret@")
    monkeypatch.setenv("SUPPLYCHAIN_SMTP_URL", url)
    settings.cache_clear()
    assert mails.send_due(driver, utc_now(), LETTERS) == 0
    assert box.arrived == []
    assert _count(driver, "P") == 1


def test_a_server_that_is_away_is_tried_again_later_and_later(driver: Driver, box: Mailbox) -> None:
    _post(driver)
    box.refuse = "451 busy"
    now = utc_now()
    for wait in WAITS_MINUTES[:-1]:
        assert mails.send_due(driver, now, LETTERS) == 0
        assert mails.send_due(driver, now + timedelta(seconds=30), LETTERS) == 0
        now += timedelta(minutes=wait, seconds=1)
    assert _count(driver, "P") == 1
    assert mails.send_due(driver, now, LETTERS) == 0
    assert (_count(driver, "P"), _count(driver, "F")) == (0, 1)
    _post(driver)
    box.refuse = ""
    assert mails.send_due(driver, utc_now(), LETTERS) == 1


@pytest.mark.parametrize(
    "to", ["a,b@example.com", "wu@example.com\nBcc: x@example.com", "吴@example.com"]
)
def test_an_address_that_means_two_or_none_holds_nobody_up(
    driver: Driver, box: Mailbox, to: str
) -> None:
    _post(driver, to=to)
    _post(driver)
    assert mails.send_due(driver, utc_now(), LETTERS) == 1
    assert [recipients for recipients, _ in box.arrived] == [["wu@example.com"]]
    assert _count(driver, "F") == 1


def test_a_letter_that_cannot_be_written_holds_nobody_up(driver: Driver, box: Mailbox) -> None:
    def fail(_driver: Driver, _mail: Outgoing, _now: object) -> Letter:
        raise RuntimeError("a mistake of ours")

    def work(tx: Tx) -> None:
        mails.post(tx, "broken", to="li@example.com", at=utc_now())

    write(driver, work)
    _post(driver)
    assert mails.send_due(driver, utc_now(), {**LETTERS, "broken": fail}) == 1
    assert (_count(driver, "P"), _count(driver, "D")) == (1, 1)


def test_what_is_refused_for_good_is_not_tried_again(driver: Driver, box: Mailbox) -> None:
    _post(driver)
    box.refuse = "550 no such mailbox"
    assert mails.send_due(driver, utc_now(), LETTERS) == 0
    assert _count(driver, "F") == 1


def test_without_a_mail_server_nothing_waits(driver: Driver) -> None:
    _post(driver)
    assert _count(driver, "P") == 0
    assert mails.send_due(driver, utc_now(), LETTERS) == 0


def test_old_mails_are_forgotten(driver: Driver, box: Mailbox) -> None:
    _post(driver)
    housekeeping.forget_old(driver, Kind.MAILS, utc_now() + timedelta(days=6))
    assert _count(driver, "P") == 1
    housekeeping.forget_old(driver, Kind.MAILS, utc_now() + timedelta(days=8))
    assert _count(driver, "P") == 0


def test_a_link_is_made_when_it_is_sent_and_lies_nowhere(driver: Driver, box: Mailbox) -> None:
    make_user(driver, make_firm(driver), email="wu@example.com", name="Wu", language="zh")
    resets.ask_for_mail(driver, " WU@example.com ")
    query = "MATCH (n:PasswordReset) RETURN count(n) AS n"
    assert read(driver, lambda tx: row(tx, query)) == {"n": 0}
    text = box.text(driver)
    assert "您好" in text
    secret = text.partition("http://localhost/reset/")[2].split()[0]
    assert resets.find_reset(driver, secret).email == "wu@example.com"
    everywhere = "MATCH (n) RETURN properties(n) AS properties LIMIT 100000"
    nodes = read(driver, lambda tx: rows(tx, everywhere))
    assert "wu@example.com" in repr(nodes)
    assert secret not in repr(nodes)
    assert "smtp" not in repr(settings())


def test_a_mail_that_failed_comes_with_a_link_that_works(driver: Driver, box: Mailbox) -> None:
    make_user(driver, make_firm(driver), email="wu@example.com")
    resets.ask_for_mail(driver, "wu@example.com")
    box.refuse = "451 busy"
    assert box.send(driver) == []
    box.refuse = ""
    later = utc_now() + timedelta(minutes=2)
    assert mails.send_due(driver, later, gather_letters()) == 1
    text = box.arrived[0][1].get_content()
    secret = text.partition("/reset/")[2].split()[0]
    assert resets.find_reset(driver, secret)


def test_nobody_is_mailed_who_has_no_open_account(driver: Driver, box: Mailbox) -> None:
    resets.ask_for_mail(driver, "nobody@example.com")
    assert box.send(driver) == []
    assert (_count(driver, "P"), _count(driver, "D")) == (0, 1)
    with pytest.raises(NotFound):
        resets.find_reset(driver, "unknown")


def test_the_clock_sends_mail_every_few_seconds() -> None:
    duty = next(duty for duty in list_duties() if duty.run is send_mails)
    assert duty.period_s <= 5
    assert {"password_reset", "account_notice"} <= set(gather_letters())
