"""The entries of a log as sentences that a shop owner understands."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from supplychain.model.logbook import LogEntry, group_of
from supplychain.web.pages.i18n import translate
from supplychain.web.pages.news import PAGES, SENTENCES, build_address

GROUP_WORDS = {
    "sign_in": "Signing in",
    "rights": "People and rights",
    "download": "Downloads",
    "refusal": "Refused",
    "opening": "Opening of bids",
    "look": "Looks by other firms",
    "trade": "Trade and data",
}
"""The groups of ``model/logbook.py``, as a reader chooses between them."""

LOG_SENTENCES = {
    "access.refused": "%(who)s was refused: %(reason)s",
    "bid.drafted": "%(who)s began a bid on %(number)s %(title)s.",
    "bid.saved": "%(who)s saved a bid on %(number)s %(title)s.",
    "bid.lost": "%(who)s decided on %(number)s %(title)s: a bid did not win.",
    "bid.not_compared": "%(who)s decided on %(number)s %(title)s: a bid was not compared.",
    "bid.won": "%(who)s decided on %(number)s %(title)s: a bid won.",
    "bids.read": "%(who)s read the opened bids for %(number)s %(title)s for the first time.",
    "colleague.added": "%(name)s was given an account by the operator.",
    "colleague.joined": "%(name)s joined the firm.",
    "file.downloaded": "%(who)s downloaded %(file)s of %(number)s %(title)s.",
    "idle_capacity.posted": "%(who)s offered idle capacity for %(category)s.",
    "idle_capacity.withdrawn": "%(who)s took back idle capacity for %(category)s.",
    "import_mapping.forgotten": "%(who)s had it forgotten how files like %(name)s are read.",
    "import.started": "%(who)s began to import tables.",
    "invitation.declined": "%(who)s declined to bid on %(number)s %(title)s.",
    "look.file": "%(firm)s downloaded %(file)s of %(number)s %(title)s.",
    "look.map": "%(firm)s looked at your firm on its chain map.",
    "parts_request.attached": "%(who)s attached a file to %(number)s %(title)s.",
    "parts_request.award_studied": ("%(who)s had ways to split %(number)s %(title)s worked out."),
    "parts_request.changed": "%(who)s changed %(number)s %(title)s.",
    "parts_request.detached": "%(who)s took a file off %(number)s %(title)s.",
    "parts_request.invited": "%(who)s invited firms to bid on %(number)s %(title)s.",
    "parts_request.ranking_asked": "%(who)s had suppliers ranked for %(number)s %(title)s.",
    "parts_request.removed": "%(who)s deleted %(number)s %(title)s.",
    "password.changed": "%(who)s changed their password.",
    "password.refused": "%(who)s gave a wrong password where the present one was needed.",
    "password.reset": "%(who)s set a new password by a link.",
    "password.reset_made": "The operator made a link by which a password can be set.",
    "session.ended": "%(who)s signed another browser out.",
    "session.refused": "Somebody tried to sign in as %(person)s and failed.",
    "session.started": "%(who)s signed in.",
    "tables.exported": "The operator exported the tables of your firm: %(file)s.",
    "token.made": "%(who)s made the token %(name)s: %(scope)s, %(days)s days.",
    "token.revoked": "%(who)s revoked the token %(name)s.",
    "upload.sent": "%(who)s sent the file %(name)s.",
    "upload.answered": "%(who)s said what the file %(name)s means, or mended it.",
    "upload.written": "%(who)s had the file %(name)s written.",
    "upload.files_removed": "%(who)s deleted the imported file %(name)s.",
    "user.changed": "%(who)s changed their name or language: %(name)s.",
}
"""Where a log says it otherwise than the news, or the news says nothing."""
OTHERWISE = "%(who)s: %(kind)s"
AGAIN = "%(sentence)s %(count)s more times in that hour."

REASON_WORDS = {
    "role": "their role does not allow it.",
    "scope": "the token does not reach so far.",
    "not_found": "there is nothing at that address, or it belongs to others.",
    "not_signed_in": "nobody was signed in.",
    "token": "the token is unknown, revoked or over.",
    "too_many": "too many tries.",
    "forged_form": "the form did not come from a page of ours, or was open for too long.",
    "host": "the portal has another name.",
}
"""The reasons of ``actions/tallies.py``."""
SCOPE_WORDS = {"read": "reads", "trade": "trades", "administer": "administers"}

BROKEN_WORDS = {
    "the event is missing": "the entry is missing",
    "events are missing at the end": "entries are missing at the end",
    "it does not follow the event before it": "the entry does not follow the one before it",
    "it has no key although events before it have one": "the entry is not signed",
    "it was changed": "the entry was changed",
    "its key is none of ours": "the entry was signed with a foreign key",
    "another event was anchored in its place": "another entry stood in its place before",
    "its file in the archive is missing or was changed": "its file in the archive is not whole",
    "its file in the archive follows another one": "its file in the archive is another one",
}
"""What the audit says of a broken link, as the firm reads it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenEntry:
    """An entry as a page shows it; ``url`` is of the thing it is about, where it has a page."""

    sequence: int
    at: str
    text: str
    group: str
    who: str
    url: str


def write_entries(
    entries: tuple[LogEntry, ...], *, viewer: str, people: dict[str, str]
) -> list[WrittenEntry]:
    """Each entry in the reader's language; a kind without a sentence shows its name.

    Args:
        entries: of the viewer's chain.
        viewer: the firm that reads.
        people: names of its people by id, for entries about one of them.
    """
    return [
        WrittenEntry(
            sequence=entry.sequence,
            at=entry.at,
            text=write_sentence(entry, viewer=viewer, people=people),
            group=translate(GROUP_WORDS[group_of(entry.kind)]),
            who=_name_actor(entry, viewer),
            url=_find_page(entry),
        )
        for entry in entries
    ]


def write_sentence(entry: LogEntry, *, viewer: str, people: dict[str, str]) -> str:
    """What happened, in one sentence."""
    facts = entry.facts.items()
    values = defaultdict(str, {name: str(value) for name, value in facts if value is not None})
    values["who"] = _name_actor(entry, viewer)
    values["kind"] = entry.kind
    if entry.firm:
        values["firm"] = entry.firm
    values["person"] = people.get(entry.about_id, "") or translate("somebody")
    if entry.kind == "access.refused":
        values["reason"] = translate(REASON_WORDS.get(values["reason"], values["reason"]))
    if values["scope"]:
        values["scope"] = translate(SCOPE_WORDS.get(values["scope"], values["scope"]))
    sentence = LOG_SENTENCES.get(entry.kind) or SENTENCES.get(entry.kind) or OTHERWISE
    if entry.kind in ("file.downloaded", "look.file") and not values["number"]:
        sentence = "%(who)s downloaded %(file)s."
    text = _close_gaps(translate(sentence) % values)
    count = entry.facts.get("count")
    if isinstance(count, int) and count > 1:
        return translate(AGAIN, sentence=text, count=count)
    return text


def _name_actor(entry: LogEntry, viewer: str) -> str:
    if entry.person:
        return entry.person
    if entry.firm_id not in ("", viewer):
        return entry.firm or translate("Another firm")
    return translate("A colleague") if entry.user_id else translate("The clock")


def _close_gaps(text: str) -> str:
    """The sentence without the gaps that empty places leave."""
    return " ".join(text.split()).replace(" .", ".").replace(" :", ":").replace(" 。", "。")


def _find_page(entry: LogEntry) -> str:
    gone = entry.kind in ("parts_request.removed", "access.refused", "invitation.declined")
    endpoint = "" if gone or entry.kind.startswith("look.") else PAGES.get(entry.about_kind, "")
    if entry.kind == "file.downloaded":
        endpoint = ""
    return build_address(endpoint, entry.about_id) if endpoint else ""
