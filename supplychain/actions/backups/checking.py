"""Whether what must hold does: in the running graph, or in a backup that is not put back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from neo4j import Driver

from supplychain.actions import audit
from supplychain.actions.backups.folder import GRAPH
from supplychain.actions.backups.sections import GraphPicture, KeptPicture, list_kept, sum_kept
from supplychain.actions.parts_requests.attachments import path_of
from supplychain.config import settings
from supplychain.graph import events
from supplychain.graph.backup.schema import NODES, RELATIONS
from supplychain.graph.backup.values import from_line
from supplychain.model.backups.invariants import (
    MAX_NAMED_LINES,
    GraphAtRest,
    Verdict,
    check_invariants,
)
from supplychain.model.backups.manifest import Manifest

CHAINED: Final = (
    "ledger_id",
    "seq",
    "kind",
    "about_kind",
    "about_id",
    "firm_id",
    "user_id",
    "at",
    "facts",
    "key_id",
)
"""The properties of an event that its digest is of (``graph/events.py``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckFindings:
    """The verdict of every check, and what could not be checked for want of a key."""

    verdicts: tuple[Verdict, ...]
    unchecked: int = 0

    @property
    def wrong(self) -> int:
        """How many things do not hold."""
        return sum(verdict.wrong for verdict in self.verdicts)


def check_graph(driver: Driver) -> CheckFindings:
    """Check the running graph: its invariants, its record of events, its attachments."""
    picture = GraphPicture(driver)
    report = audit.verify(driver)
    faults = tuple(f"{link.ledger_id} {link.seq}: {link.why}" for link in report.broken)
    chains = Verdict(
        check="record of events",
        looked_at=report.links,
        wrong=len(report.broken),
        faults=faults[:MAX_NAMED_LINES],
    )
    verdicts = (*check_invariants(picture), chains, _check_attachments(picture))
    return CheckFindings(verdicts=verdicts)


def _check_attachments(picture: GraphAtRest) -> Verdict:
    lost = []
    count = 0
    for each in picture.nodes("Attachment"):
        count += 1
        if not path_of(each["sha256"]).is_file():
            lost.append(f"Attachment {each['id']}: its file {each['sha256']} is not there")
    return Verdict(
        check="attachments", looked_at=count, wrong=len(lost), faults=tuple(lost[:MAX_NAMED_LINES])
    )


def check_kept(folder: Path, manifest: Manifest) -> CheckFindings:
    """Check a backup, whose bytes hold, as ``check_graph`` would once it is put back."""
    picture = KeptPicture(folder, manifest.sections)
    sections = _check_sections(folder, manifest)
    chains, unchecked = _check_digests(picture)
    verdicts = (sections, _check_ends(folder), *check_invariants(picture), chains)
    return CheckFindings(verdicts=verdicts, unchecked=unchecked)


def _check_sections(folder: Path, manifest: Manifest) -> Verdict:
    kept = {each.name: (each.count, each.digest) for each in manifest.sections}
    there = {each.name: (each.count, each.digest) for each in sum_kept(folder / GRAPH)}
    wrong = sorted(name for name in {*kept, *there} if kept.get(name) != there.get(name))
    return Verdict(
        check="sections",
        looked_at=len(kept),
        wrong=len(wrong),
        faults=tuple(f"{name}: not what the manifest says" for name in wrong[:MAX_NAMED_LINES]),
    )


def _check_ends(folder: Path) -> Verdict:
    """Keys are there once, and a relation has both its ends."""
    key_of = {kind.label: kind.key for kind in NODES}
    ends_of = {kind.name: (kind.start, kind.end) for kind in RELATIONS}
    keys: dict[str, set[str]] = {kind.label: set() for kind in NODES}
    looked_at = wrong = 0
    faults = []
    for name, lines in list_kept(folder / GRAPH):
        for line in lines:
            looked_at += 1
            if name in key_of:
                key = from_line(line)[key_of[name]]
                holds = key not in keys[name]
                keys[name].add(key)
            else:
                key = (start, end) = tuple(from_line(line)[:2])
                holds = start in keys[ends_of[name][0]] and end in keys[ends_of[name][1]]
            if not holds:
                wrong += 1
                faults.append(f"{name} {key}: twice, or without an end")
    return Verdict(
        check="identities",
        looked_at=looked_at,
        wrong=wrong,
        faults=tuple(faults[:MAX_NAMED_LINES]),
    )


def _check_digests(picture: GraphAtRest) -> tuple[Verdict, int]:
    """Each event is as it was signed, as far as its key is here."""
    keys = settings().audit_keys
    here = {key.id for key in keys}
    looked_at = unchecked = wrong = 0
    faults = []
    for each in picture.nodes("Event"):
        key_id = each.get("key_id") or ""
        if key_id and key_id not in here:
            unchecked += 1
            continue
        looked_at += 1
        body = {name: each.get(name) for name in CHAINED} | {"key_id": key_id}
        if events.chain_digest(each["previous"], body, keys) != each["digest"]:
            wrong += 1
            faults.append(f"{each['ledger_id']} {each['seq']}: it was changed")
    verdict = Verdict(
        check="record of events",
        looked_at=looked_at,
        wrong=wrong,
        faults=tuple(faults[:MAX_NAMED_LINES]),
    )
    return verdict, unchecked
