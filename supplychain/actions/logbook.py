"""The log of a firm, read by its own people, and its chain checked."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta

from neo4j import Driver

from supplychain.actions import archive, audit
from supplychain.config import settings
from supplychain.errors import Invalid
from supplychain.graph import events, logbook
from supplychain.graph.engine.transactions import Tx, read, write
from supplychain.model.calendars.zones import day_ends_at, day_starts_at
from supplychain.model.ids import to_text, utc_now
from supplychain.model.logbook import (
    KINDS_OF_ENTRIES,
    MAX_ABOUT_CHARS,
    ChainState,
    FileReport,
    LogChoice,
    LogEntry,
    LogPage,
    Person,
    SignedLink,
    group_of,
    is_about,
)
from supplychain.model.people.actors import Actor

WINDOW_LINKS = 1000
"""Read at a time while a narrowed log is searched."""
MAX_SEARCHED_LINKS = 20_000
"""Searched for one page; then the reader is asked whether to go on."""
MAX_DOWNLOADED_LINKS = 20_000
CHECK_EVERY = timedelta(hours=24)
CHECKED_CHAINS = 20
"""Chains checked at one tidying: a check reads a chain whole."""
CLOCK_SPREAD = timedelta(minutes=2)
"""A change takes its instant before it waits for its lock: instants may stand out of order by the
time that a transaction may take."""


def list_entries(
    driver: Driver,
    choice: LogChoice,
    *,
    by: Actor,
    zone: str,
    before: int | None = None,
    limit: int = 50,
    is_named: bool = True,
) -> LogPage:
    """A page of the log of the actor's firm, newest first.

    Args:
        driver: of the graph.
        choice: what is wanted.
        by: owners read all of it, everybody else what they did themselves.
        zone: the time zone in which the days of the choice are meant.
        before: the place in the chain to go on from; None for the newest.
        limit: how many at most. A page may hold fewer, and still have older ones after it, where
            20,000 links were searched for it.
        is_named: whether the names of people and firms are wanted.

    Raises:
        Invalid: no such kind, or the first day is after the last.
    """
    _check_choice(choice)
    scoped = _scope_to(choice, by)
    return read(driver, _read_page, scoped, by.firm_id, zone, before, limit, is_named)


def list_installation(
    driver: Driver, choice: LogChoice, *, before: int | None = None, limit: int = 50
) -> LogPage:
    """The same of the installation's own chain, for its operator's command line."""
    _check_choice(choice)
    return read(driver, _read_page, choice, events.INSTALLATION, "UTC", before, limit)


def _check_choice(choice: LogChoice) -> None:
    if choice.kind and choice.kind not in KINDS_OF_ENTRIES:
        raise Invalid("Choose one of the kinds of entries.", pointer="/kind")
    if choice.first and choice.last and choice.first > choice.last:
        raise Invalid("The first day is after the last.", pointer="/from")
    if len(choice.about) > MAX_ABOUT_CHARS:
        raise Invalid("Use at most %(most)s characters.", pointer="/about", most=MAX_ABOUT_CHARS)


def _scope_to(choice: LogChoice, by: Actor) -> LogChoice:
    """The choice as far as the actor may read: who owns the firm reads all."""
    if by.role == "owner" or choice.person == by.user_id:
        return choice
    return LogChoice(
        kind=choice.kind,
        person=by.user_id,
        first=choice.first,
        last=choice.last,
        about=choice.about,
    )


def _read_page(
    tx: Tx,
    choice: LogChoice,
    ledger_id: str,
    zone: str,
    before: int | None,
    limit: int,
    is_named: bool = True,
) -> LogPage:
    size = WINDOW_LINKS if choice.is_narrow else limit
    found, at = _search_chain(tx, choice, ledger_id, zone, before, limit, size)
    entries = found[:limit]
    if is_named:
        entries = logbook.name_actors(tx, entries, viewer=ledger_id)
    if len(found) > limit:
        at = found[limit - 1].sequence
    return LogPage(entries=tuple(entries), before=at)


def _search_chain(
    tx: Tx,
    choice: LogChoice,
    ledger_id: str,
    zone: str,
    before: int | None,
    limit: int,
    window: int,
) -> tuple[list[LogEntry], int | None]:
    """Entries that are wanted, at least ``limit`` where there are, and where to go on."""
    state = logbook.get_state(tx, viewer=ledger_id)
    end, archived = state.sequence + 1, state.archived_sequence
    top = min(before, end) if before is not None else end
    since, until = _span_of(choice, zone)
    if until:
        top = min(top, _find_place(tx, ledger_id, end, until + CLOCK_SPREAD, archived))
    bottom = _find_place(tx, ledger_id, end, since - CLOCK_SPREAD, archived) if since else 1
    first, last = since and to_text(since), until and to_text(until)
    found: list[LogEntry] = []
    searched = 0
    while top > bottom and len(found) < limit and searched < MAX_SEARCHED_LINKS:
        low = max(bottom, top - window)
        page = _list_window(tx, ledger_id, low, top - 1, choice.person, archived)
        found += [entry for entry in page if _is_wanted(entry, choice, first, last)]
        searched, top = searched + top - low, low
    return found, top if top > bottom else None


def _list_window(
    tx: Tx, ledger_id: str, first: int, last: int, user_id: str, archived: int
) -> list[LogEntry]:
    """Entries between two places, newest first, out of the graph and the archive."""
    page: list[LogEntry] = []
    if last > archived:
        low = max(first, archived + 1)
        page = logbook.list_window(tx, viewer=ledger_id, first=low, last=last, user_id=user_id)
    links = archive.read_links(ledger_id, first=first, last=min(last, archived))
    return page + [
        LogEntry(
            sequence=link.seq,
            kind=link.kind,
            about_kind=link.about_kind,
            about_id=link.about_id,
            at=link.at,
            firm_id=link.firm_id,
            user_id=link.user_id,
            facts=json.loads(link.facts),
        )
        for link in reversed(links)
        if user_id in ("", link.user_id)
    ]


def _is_wanted(entry: LogEntry, choice: LogChoice, first: str | None, last: str | None) -> bool:
    return (
        (not choice.kind or group_of(entry.kind) == choice.kind)
        and (not first or entry.at >= first)
        and (not last or entry.at < last)
        and is_about(entry, choice.about.strip())
    )


def _span_of(choice: LogChoice, zone: str) -> tuple[datetime | None, datetime | None]:
    """From the begin of the first day until the end of the last, by the reader's clock."""
    first = choice.first and day_starts_at(zone, choice.first)
    after = choice.last and day_ends_at(zone, choice.last)
    return first, after


def _find_place(tx: Tx, ledger_id: str, end: int, instant: datetime, archived: int) -> int:
    """The first place whose link is not before an instant, by halving; ``end`` where none is."""
    low, high, text = 1, end, to_text(instant)
    while low < high:
        middle = (low + high) // 2
        if middle <= archived:
            at = archive.read_links(ledger_id, first=middle, last=middle)[0].at
        else:
            at = logbook.find_instant(tx, middle, viewer=ledger_id)
        if at is not None and at < text:
            low = middle + 1
        else:
            high = middle
    return low


def list_people(driver: Driver, *, by: Actor) -> list[Person]:
    """Whose entries the actor may choose: everybody's for an owner, else its own."""
    people = read(driver, logbook.list_people, viewer=by.firm_id)
    return [one for one in people if by.role == "owner" or one.id == by.user_id]


def list_for_download(
    driver: Driver,
    choice: LogChoice,
    *,
    by: Actor,
    zone: str,
    before: int | None = None,
    is_named: bool = True,
) -> list[LogEntry]:
    """Up to 20,000 entries of the log, newest first; older ones by ``before``.

    Raises:
        Invalid: as for ``list_entries``.
    """
    entries: list[LogEntry] = []
    while len(entries) < MAX_DOWNLOADED_LINKS:
        limit = min(WINDOW_LINKS, MAX_DOWNLOADED_LINKS - len(entries))
        page = list_entries(
            driver, choice, by=by, zone=zone, before=before, limit=limit, is_named=is_named
        )
        entries += page.entries
        before = page.before
        if before is None:
            break
    return entries


def list_signed(driver: Driver, entries: Iterable[LogEntry], *, by: Actor) -> list[SignedLink]:
    """The same entries as they were signed, to be checked by whoever has the keys."""
    wanted = [entry.sequence for entry in entries]
    person = "" if by.role == "owner" else by.user_id
    links: list[SignedLink] = []
    for start in range(0, len(wanted), WINDOW_LINKS):
        part = wanted[start : start + WINDOW_LINKS]
        links += read(
            driver, logbook.list_signed, viewer=by.firm_id, sequences=part, user_id=person
        )
    old = set(wanted) - {link.seq for link in links}  # what is not in the graph is archived
    if old:
        kept = archive.read_links(by.firm_id, first=min(old), last=max(old))
        links += [
            link for link in reversed(kept) if link.seq in old and person in ("", link.user_id)
        ]
    return links


def write_signed(links: Iterable[SignedLink]) -> Iterator[str]:
    """Links as lines of JSON, in the order that they come in."""
    for link in links:
        yield json.dumps(
            {name: getattr(link, name) for name in SignedLink.__dataclass_fields__},
            ensure_ascii=False,
        )


def check_lines(lines: Iterable[str]) -> FileReport:
    """Check a downloaded log by the keys of this installation.

    Each line must be as it was signed; where one follows the other in the chain, it must follow it
    in the file too. A narrowed log has gaps, which are counted and prove nothing.
    """
    wrong: list[tuple[int, str]] = []
    links = sorted((_parse_line(line) for line in lines if line.strip()), key=lambda x: x.seq)
    gaps = 0
    for at, link in enumerate(links):
        body = {
            name: getattr(link, name)
            for name in SignedLink.__dataclass_fields__
            if name not in ("previous", "digest")
        }
        signed = events.chain_digest(link.previous, body, settings().audit_keys)
        if not signed or not hmac.compare_digest(signed, link.digest):
            wrong.append((link.seq, "it is not as it was signed"))
        before = links[at - 1] if at else None
        if before and before.seq == link.seq - 1 and before.digest != link.previous:
            wrong.append((link.seq, "it does not follow the line before it"))
        gaps += bool(before and before.seq != link.seq - 1)
    return FileReport(lines=len(links), gaps=gaps, wrong=tuple(wrong))


def _parse_line(line: str) -> SignedLink:
    try:
        return SignedLink(**json.loads(line))
    except (ValueError, TypeError) as error:
        raise Invalid("This is no line of a downloaded log: %(line)s", line=line[:60]) from error


def get_state(driver: Driver, *, by: Actor) -> ChainState:
    """Where the chain of the actor's firm ends, and what its last check found."""
    return read(driver, logbook.get_state, viewer=by.firm_id)


def check_chain(driver: Driver, *, by: Actor, now: datetime | None = None) -> ChainState:
    """Check every link of the chain of the actor's firm, now.

    Raises:
        Forbidden: the actor is no owner.
    """
    by.check_role()
    _check_ledger(driver, by.firm_id, now or utc_now())
    return get_state(driver, by=by)


def check_due_chains(driver: Driver, now: datetime) -> int:
    """Check the chains whose last check is a day ago, some at a time; how many."""
    due = read(driver, logbook.list_unchecked, before=now - CHECK_EVERY, limit=CHECKED_CHAINS)
    for ledger_id in due:
        _check_ledger(driver, ledger_id, now)
    return len(due)


def _check_ledger(driver: Driver, ledger_id: str, now: datetime) -> None:
    sequence, broken = audit.verify_chain(driver, ledger_id)
    write(driver, logbook.note_check, ledger_id, sequence=sequence, broken=broken, at=now)


TIDIES: tuple[Callable[[Driver, datetime], object], ...] = (check_due_chains,)
