"""A firm reads its own log: all of it, as far as its role goes, and nothing of anybody else's."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import timedelta
from typing import Any, LiteralString

import pytest
from click.testing import CliRunner
from flask import Flask
from neo4j import Driver

from supplychain.actions import logbook, looks
from supplychain.actions.people import accounts
from supplychain.actions.tallies import flush
from supplychain.commands.audit import command
from supplychain.errors import Forbidden, Invalid
from supplychain.graph import events
from supplychain.graph.engine.transactions import Tx, read, rows, run, write
from supplychain.model.calendars.zones import DEFAULT_ZONE, day_of
from supplychain.model.firms import Firm
from supplychain.model.ids import utc_now
from supplychain.model.logbook import KINDS_OF_ENTRIES, LogChoice, group_of
from supplychain.model.people.actors import Actor
from supplychain.web.access.observing import tallies_of
from supplychain.web.pages.log_words import (
    BROKEN_WORDS,
    GROUP_WORDS,
    LOG_SENTENCES,
    REASON_WORDS,
)
from supplychain.web.pages.news import SENTENCES
from tests.make.accounts import api_client, browser, make_user
from tests.make.bids import make_bid
from tests.make.firms import make_firm
from tests.make.parts_requests import make_parts_request, pass_deadline
from tests.make.world import make_world

ALL = LogChoice()


@pytest.fixture(autouse=True)
def fresh(driver: Driver) -> None:
    looks.forget_seen()


@pytest.fixture
def li(driver: Driver) -> Actor:
    return make_user(driver, make_firm(driver, kind="core"), name="Chen Wei")


def colleague(driver: Driver, of: Actor, role: str = "buyer", name: str = "Wu Min") -> Actor:
    return make_user(driver, Firm(id=of.firm_id, name="", kind="core"), role, name=name)


def record(
    driver: Driver, by: Actor, count: int, *, kind: str = "offer.added", **facts: Any
) -> None:
    def work(tx: Tx) -> None:
        for n in range(count):
            events.record(
                tx, kind, about_kind="offer", about_id=f"o{n}", by=by, at=utc_now(),
                facts={"part": f"part {n}", **facts},
            )  # fmt: skip

    write(driver, work)


def sequences(driver: Driver, by: Actor, choice: LogChoice = ALL, **values: Any) -> list[int]:
    page = logbook.list_entries(driver, choice, by=by, zone=DEFAULT_ZONE, **values)
    return [entry.sequence for entry in page.entries]


def test_a_log_is_paged_from_the_newest_to_the_first(driver: Driver, li: Actor) -> None:
    record(driver, li, 25)
    seen: list[int] = []
    before = None
    for _ in range(4):
        page = logbook.list_entries(driver, ALL, by=li, zone=DEFAULT_ZONE, before=before, limit=10)
        seen += [entry.sequence for entry in page.entries]
        before = page.before
        if before is None:
            break
        record(driver, li, 1)
    assert seen == list(range(25, 0, -1))


def test_a_log_is_narrowed_by_kind_person_day_and_thing(driver: Driver, li: Actor) -> None:
    wu = colleague(driver, li)
    record(driver, li, 3)
    record(driver, wu, 2, number="R-12")
    record(driver, li, 1, kind="token.made", name="till")
    assert sequences(driver, li, LogChoice(person=wu.user_id)) == [5, 4]
    assert sequences(driver, li, LogChoice(kind="rights")) == [6]
    assert sequences(driver, li, LogChoice(kind="trade", about="r-12")) == [5, 4]
    assert sequences(driver, li, LogChoice(about="o2")) == [3]
    today = day_of(DEFAULT_ZONE, utc_now())
    assert len(sequences(driver, li, LogChoice(first=today, last=today))) == 6
    assert sequences(driver, li, LogChoice(first=today + timedelta(days=1))) == []
    assert sequences(driver, li, LogChoice(last=today - timedelta(days=1))) == []
    assert sequences(driver, li, LogChoice(person=wu.user_id), limit=1) == [5]
    assert sequences(driver, li, LogChoice(person=wu.user_id), limit=1, before=5) == [4]
    with pytest.raises(Invalid):
        sequences(driver, li, LogChoice(kind="weather"))
    with pytest.raises(Invalid):
        sequences(driver, li, LogChoice(first=today, last=today - timedelta(days=1)))


SHIFT = "MATCH (e:Event {ledger_id: $ledger}) WHERE e.seq <= $seq SET e.at = $at"


def test_days_are_found_by_halving(driver: Driver, li: Actor) -> None:
    record(driver, li, 40)
    for seq, at in ((30, "2026-03-02T12:00:00.000000Z"), (10, "2026-03-01T15:59:59.999999Z")):
        write(driver, lambda tx, s=seq, a=at: run(tx, SHIFT, ledger=li.firm_id, seq=s, at=a))
    from datetime import date

    first, second = date(2026, 3, 1), date(2026, 3, 2)
    assert sequences(driver, li, LogChoice(first=first, last=first)) == list(range(10, 0, -1))
    assert sequences(driver, li, LogChoice(first=second, last=second)) == list(range(30, 10, -1))


def test_only_owners_read_what_others_of_the_firm_did(driver: Driver, li: Actor) -> None:
    wu = colleague(driver, li)
    record(driver, li, 3)
    record(driver, wu, 2)
    assert sequences(driver, wu) == [5, 4]
    assert sequences(driver, wu, LogChoice(person=li.user_id)) == [5, 4]
    assert [one.name for one in logbook.list_people(driver, by=wu)] == ["Wu Min"]
    with pytest.raises(Forbidden):
        logbook.check_chain(driver, by=wu)


def test_no_firm_reads_another_ones(app: Flask, driver: Driver, li: Actor) -> None:
    record(driver, li, 3, name="loquat")
    stranger = make_user(driver, make_firm(driver))
    assert sequences(driver, stranger) == []
    page = browser(app, driver, stranger).get(f"/log?person={li.user_id}&about=loquat")
    assert "No such entries" in page.text


def test_the_page_says_it_in_both_languages(app: Flask, driver: Driver, li: Actor) -> None:
    request_id = make_parts_request(driver, li)
    client = browser(app, driver, li)
    assert client.get(f"/parts-requests/{request_id}/lines.csv").status_code == 200
    text = re.sub(r"\s+", " ", client.get("/log").text)
    assert re.search(r"Chen Wei downloaded \S+\.csv of \S+ Rings for presses\.", text)
    assert "This log was not checked yet." in text
    client.post("/language", data={"language": "zh"})
    assert re.search(r"Chen Wei下载了 \S+ Rings for presses 的 \S+\.csv。", client.get("/log").text)


def test_a_wrong_choice_is_told_at_its_field_and_nothing_typed_is_lost(
    app: Flask, driver: Driver, li: Actor
) -> None:
    client = browser(app, driver, li)
    page = client.get("/log?from=yesterday&about=R-12")
    assert page.status_code == 422
    assert 'href="#f-from"' in page.text
    assert 'value="R-12"' in page.text
    assert client.get("/log?from=2026-02-02&to=2026-02-01").status_code == 422
    assert client.get("/log?before=x").status_code == 200
    assert client.get("/log.csv?kind=weather").status_code == 422


def test_a_download_is_escaped_and_an_entry_of_its_own(
    app: Flask, driver: Driver, li: Actor
) -> None:
    record(driver, li, 1, kind="token.made", name="=cmd()", scope="read", days=1)
    wu = colleague(driver, li, name="＝SUM(A1)")
    record(driver, wu, 1)
    client = browser(app, driver, li)
    table = list(csv.reader(io.StringIO(client.get("/log.csv").data.decode("utf-8-sig"))))
    assert [row[0] for row in table] == ["sequence", "2", "1"]
    assert table[1][2].startswith("'＝")
    assert not any(cell.startswith(("=", "＝")) for row in table for cell in row)
    entries = logbook.list_entries(driver, ALL, by=li, zone=DEFAULT_ZONE).entries
    assert (entries[0].kind, entries[0].facts["file"]) == ("file.downloaded", "log.csv")


def test_a_signed_download_can_be_checked_and_a_changed_line_is_told(
    app: Flask, driver: Driver, li: Actor, tmp_path: Any
) -> None:
    record(driver, li, 6)
    lines = browser(app, driver, li).get("/log.jsonl").text.splitlines()
    assert [json.loads(line)["seq"] for line in lines] == [6, 5, 4, 3, 2, 1]
    assert logbook.check_lines(lines).wrong == ()
    gap = logbook.check_lines([lines[0], *lines[2:]])
    assert (gap.lines, gap.gaps, gap.wrong) == (5, 1, ())
    changed = [lines[0], lines[1].replace("part 4", "part 9"), *lines[2:]]
    file = tmp_path / "log.jsonl"
    file.write_text("\n".join(changed), encoding="utf-8")
    done = CliRunner().invoke(command, ["check", str(file)])
    assert done.exit_code == 1
    assert "WRONG 5: it is not as it was signed" in done.output
    file.write_text("\n".join(lines), encoding="utf-8")
    assert CliRunner().invoke(command, ["check", str(file)]).exit_code == 0
    with pytest.raises(Invalid):
        logbook.check_lines(["{}"])


def test_the_page_says_whether_the_chain_is_whole(app: Flask, driver: Driver, li: Actor) -> None:
    record(driver, li, 5)
    client = browser(app, driver, li)
    client.post("/log/check")
    assert "This log is whole." in client.get("/log").text
    tamper: LiteralString = "MATCH (e:Event {ledger_id: $ledger, seq: 3}) SET e.user_id = 'x'"
    write(driver, lambda tx: run(tx, tamper, ledger=li.firm_id))
    assert "This log is whole." in client.get("/log").text
    assert logbook.check_due_chains(driver, utc_now()) == 0
    assert logbook.check_due_chains(driver, utc_now() + timedelta(hours=25)) >= 1
    text = client.get("/log").text
    assert "This log is not whole." in text
    assert "number 3: the entry was changed." in text
    answer = api_client(app, driver, li).call("get", "/log/chain")
    assert answer.json["broken"]["seq"] == 3
    assert answer.json["checked_sequence"] == 2


def test_the_api_pages_filters_and_needs_the_widest_token(
    app: Flask, driver: Driver, li: Actor
) -> None:
    record(driver, li, 5)
    api = api_client(app, driver, li)  # its token is an entry of its own
    first = api.call("get", "/log?limit=4")
    assert [one["seq"] for one in first.json["items"]] == [6, 5, 4, 3]
    rest = api.call("get", f"/log?limit=4&cursor={first.json['next_cursor']}")
    assert [one["seq"] for one in rest.json["items"]] == [2, 1]
    assert rest.json["next_cursor"] is None
    assert len(api.call("get", "/log?kind=rights").json["items"]) == 1
    assert api.call("get", "/log?kind=x").status_code == 422
    assert api.call("get", "/log?from=2026-13-01").status_code == 422
    assert api.call("get", "/log?cursor=WyJ4Il0=").status_code == 422
    assert api.call("put", "/log/check").json["broken"] is None
    secret = accounts.create_token(driver, "looks", days=1, scope="trade", by=li)[1]
    headers = {"Authorization": f"Bearer {secret}"}
    assert app.test_client().get("/api/v1/log", headers=headers).status_code == 403


def test_the_operator_reads_the_installations_own_chain_alone(
    app: Flask, driver: Driver, li: Actor
) -> None:
    record(driver, li, 2, name="loquat")
    flush(driver, tallies_of(app), utc_now())  # what other tests left must not fill the page
    app.test_client().get("/api/v1/orders", headers={"Authorization": "Bearer x"})
    flush(driver, tallies_of(app), utc_now())
    done = CliRunner().invoke(command, ["show", "--kind", "refusal"])
    assert "access.refused" in done.output
    assert "reason=token" in done.output
    assert "loquat" not in done.output
    assert CliRunner().invoke(command, ["show", "--json"]).exit_code == 0


def test_what_the_operator_exports_is_in_the_log_of_the_firm(
    driver: Driver, li: Actor, tmp_path: Any
) -> None:
    from supplychain.commands.export import command as export

    done = CliRunner().invoke(export, [str(tmp_path / "out"), "--firm", li.firm_id])
    assert done.exit_code == 0, done.output
    (entry,) = logbook.list_entries(
        driver, LogChoice(kind="download"), by=li, zone=DEFAULT_ZONE
    ).entries
    assert (entry.kind, entry.facts["file"]) == ("tables.exported", "out")
    CliRunner().invoke(export, [str(tmp_path / "all")])
    assert "tables.exported" in CliRunner().invoke(command, ["show"]).output


def test_a_sealed_bid_leaves_nothing_in_anybody_elses_log(driver: Driver, li: Actor) -> None:
    """The logs of all others are the same, byte for byte, with a bid and without one."""
    bidder = make_user(driver, make_firm(driver))
    rival = make_user(driver, make_firm(driver))
    request_id = make_parts_request(driver, li)

    def logs() -> list[list[str]]:
        return [[json.dumps(link.digest) for link in _links(driver, one)] for one in (li, rival)]

    before = logs()
    make_bid(driver, bidder, request_id)
    assert logs() == before
    own = [link.kind for link in _links(driver, bidder)]
    assert own == ["bid.submitted", "bid.drafted"]
    pass_deadline(driver, request_id)
    told = [link.facts for link in _links(driver, li)]
    assert not any(bidder.firm_id in facts for facts in told)


def _links(driver: Driver, by: Actor) -> list[Any]:
    entries = logbook.list_entries(driver, ALL, by=by, zone=DEFAULT_ZONE).entries
    return logbook.list_signed(driver, entries, by=by)


def test_every_kind_of_event_has_a_sentence_and_a_group(driver: Driver) -> None:
    make_world(driver)
    query = "MATCH (e:Event) RETURN DISTINCT e.kind AS kind ORDER BY kind LIMIT 999"
    kinds = {one["kind"] for one in read(driver, lambda tx: rows(tx, query))}
    assert len(kinds) > 20
    assert kinds - {*SENTENCES, *LOG_SENTENCES} == set()
    assert {group_of(kind) for kind in kinds} <= set(KINDS_OF_ENTRIES)
    assert set(GROUP_WORDS) == set(KINDS_OF_ENTRIES)


def test_everything_that_a_log_says_has_its_chinese() -> None:
    from supplychain.actions.tallies import REASONS
    from supplychain.actions.translations import chinese
    from supplychain.web.pages.log_words import AGAIN, OTHERWISE, SCOPE_WORDS

    tables = (GROUP_WORDS, LOG_SENTENCES, REASON_WORDS, SCOPE_WORDS, BROKEN_WORDS)
    said = {text for table in tables for text in table.values()} | {AGAIN, OTHERWISE}
    assert said - set(chinese()) == set()
    assert set(REASON_WORDS) == set(REASONS)
