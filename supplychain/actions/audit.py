"""The audit of events: their chains are checked link by link, and their ends anchored in files.

Whoever can write to the graph but has no key cannot change, drop or add an event unseen. Whoever
has both can rewrite a chain to its end; what was anchored before, and copied elsewhere, tells it.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from neo4j import Driver

from supplychain.actions import archive
from supplychain.config import Key, Settings, create_file, settings
from supplychain.graph import events, history
from supplychain.graph.engine.transactions import read
from supplychain.model.events import AuditReport, BrokenLink, LedgerHead
from supplychain.model.logbook import SignedLink

PAGE_EVENTS = 1000


def anchors_folder(config: Settings) -> Path:
    """Where the ends of the chains are kept, a file a day that is never written again."""
    return config.data_dir / "audit"


def anchor_heads(driver: Driver, now: datetime) -> int:
    """Write the ends of all chains into the file of the day, once; how many."""
    config = settings()
    path = anchors_folder(config) / f"heads-{now.date().isoformat()}.jsonl"
    if path.exists():
        return 0
    heads = list(_list_heads(driver))
    lines = [json.dumps([head.ledger_id, head.seq, head.digest]) for head in heads]
    key = config.audit_keys[-1]
    text = "\n".join([*lines, json.dumps([key.id, _sign_lines(lines, key)])]) + "\n"
    return len(heads) if create_file(path, text, mode=0o400) else 0


def verify(driver: Driver) -> AuditReport:
    """Check every link of every chain, and every anchor.

    A chain is reported with its first broken link. Events written meanwhile are checked too.
    """
    config = settings()
    anchors, broken = _read_anchors(config)
    heads = {head.ledger_id: head for head in _list_heads(driver)}
    links = unkeyed = 0
    for ledger_id in sorted({*heads, *anchors}):
        checked = _ChainCheck(ledger_id, anchors.get(ledger_id, {}), config.audit_keys)
        checked.run(driver, heads.get(ledger_id))
        links, unkeyed = links + checked.seq, unkeyed + checked.unkeyed
        broken += checked.broken
    return AuditReport(
        ledgers=len(heads),
        links=links,
        unkeyed=unkeyed,
        anchors=sum(map(len, anchors.values())),
        broken=tuple(broken),
    )


def verify_chain(driver: Driver, ledger_id: str) -> tuple[int, BrokenLink | None]:
    """Check one chain, and what was anchored of it.

    Returns:
        The number of its last link that holds, and the first that does not.
    """
    config = settings()
    anchors, _ = _read_anchors(config)
    head = read(driver, events.find_head, ledger_id)
    checked = _ChainCheck(ledger_id, anchors.get(ledger_id, {}), config.audit_keys)
    checked.run(driver, head)
    return checked.seq, checked.broken[0] if checked.broken else None


class _ChainCheck:
    """One chain, walked from its first event."""

    def __init__(self, ledger_id: str, anchored: Mapping[int, str], keys: tuple[Key, ...]) -> None:
        self.ledger_id, self.anchored, self.keys = ledger_id, anchored, keys
        self.seq, self.digest, self.unkeyed = 0, events.GENESIS, 0
        self.broken: list[BrokenLink] = []

    def run(self, driver: Driver, head: LedgerHead | None) -> None:
        """Walk to the end, or to the first link that does not hold."""
        while not self.broken:
            archived, mark = read(driver, history.find_archived, self.ledger_id)
            if self.seq < archived:
                self._walk_archive(archived, mark)
                continue
            page = read(
                driver, events.list_links, self.ledger_id, after=self.seq, limit=PAGE_EVENTS
            )
            if self._has_moved(driver, page):
                continue
            for body, previous, digest in page:
                self._check_link(body, previous, digest)
                if self.broken:
                    return
            if len(page) < PAGE_EVENTS:
                break
        # The head was read before the events: more may have come, never fewer.
        least = max([head.seq if head else 0, *self.anchored])
        if self.seq < least:
            self._report_broken({"seq": self.seq + 1}, "events are missing at the end")

    def _has_moved(self, driver: Driver, page: list[tuple[dict[str, object], str, str]]) -> bool:
        """Whether events that this page should begin with went into the archive meanwhile."""
        if page and page[0][0]["seq"] == self.seq + 1:
            return False
        return read(driver, history.find_archived, self.ledger_id)[0] > self.seq

    def _walk_archive(self, archived: int, mark: str) -> None:
        try:
            for links in archive.walk_links(self.ledger_id, after=self.seq, last=archived):
                for link in links:
                    body = {
                        name: getattr(link, name)
                        for name in SignedLink.__dataclass_fields__
                        if name not in ("previous", "digest")
                    }
                    self._check_link(body, link.previous, link.digest)
                    if self.broken:
                        return
            if archive.find_last_mark(self.ledger_id, archived) != mark:
                raise archive.ArchiveError(archive.OTHER_PART)
        except archive.ArchiveError as error:
            self._report_broken({"seq": self.seq + 1}, str(error))

    def _check_link(self, body: dict[str, object], previous: str, digest: str) -> None:
        if body["seq"] != self.seq + 1:
            self._report_broken({**body, "seq": self.seq + 1}, "the event is missing")
        elif previous != self.digest:
            self._report_broken(body, "it does not follow the event before it")
        elif not body["key_id"] and self.seq > self.unkeyed:
            self._report_broken(body, "it has no key although events before it have one")
        elif not hmac.compare_digest(events.chain_digest(previous, body, self.keys), digest):
            known = not body["key_id"] or body["key_id"] in {key.id for key in self.keys}
            self._report_broken(body, "it was changed" if known else "its key is none of ours")
        elif self.anchored.get(self.seq + 1, digest) != digest:
            self._report_broken(body, "another event was anchored in its place")
        else:
            self.seq, self.digest = self.seq + 1, digest
            self.unkeyed += not body["key_id"]

    def _report_broken(self, body: Mapping[str, object], why: str) -> None:
        self.broken.append(
            BrokenLink(
                ledger_id=self.ledger_id,
                seq=int(str(body["seq"])),
                kind=str(body.get("kind", "")),
                at=str(body.get("at", "")),
                why=why,
            )
        )


def _list_heads(driver: Driver) -> Iterator[LedgerHead]:
    after = ""
    while page := read(driver, events.list_heads, after=after, limit=PAGE_EVENTS):
        yield from page
        after = page[-1].ledger_id


def _read_anchors(config: Settings) -> tuple[dict[str, dict[int, str]], list[BrokenLink]]:
    anchors: dict[str, dict[int, str]] = {}
    broken: list[BrokenLink] = []
    keys = {key.id: key for key in config.audit_keys}
    for path in sorted(anchors_folder(config).glob("heads-*.jsonl")):
        *lines, last = path.read_text(encoding="ascii").splitlines() or [""]
        try:
            key_id, signature = json.loads(last)
            if not hmac.compare_digest(_sign_lines(lines, keys[key_id]), signature):
                raise ValueError("another signature")
        except (ValueError, KeyError, TypeError):
            broken.append(
                BrokenLink(ledger_id=path.name, seq=0, kind="", at="", why="the file was changed")
            )
            continue
        for line in lines:
            ledger_id, seq, digest = json.loads(line)
            anchors.setdefault(ledger_id, {})[seq] = digest
    return anchors, broken


def _sign_lines(lines: list[str], key: Key) -> str:
    return hmac.new(key.secret.encode(), "\n".join(lines).encode(), "sha256").hexdigest()


TIDIES = (anchor_heads,)
