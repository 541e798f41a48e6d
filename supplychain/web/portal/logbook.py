"""The log of the reader's firm: who did what, what was refused, who looked."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from supplychain.actions import logbook as actions
from supplychain.errors import Invalid
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.reading import together
from supplychain.model.logbook import LogChoice
from supplychain.web.access.guards import limiter
from supplychain.web.access.policy import actor, policy
from supplychain.web.access.reader_days import reader_zone
from supplychain.web.input.forms import Shown, load, say_done
from supplychain.web.pages import log_words
from supplychain.web.pages.downloads import send_csv
from supplychain.web.pages.log_files import write_log_csv
from supplychain.web.schemas.logbook import LogForm

bp = Blueprint("logbook", __name__)

PAGE_ENTRIES_ROWS = 50
NAMES = ("kind", "person", "from", "to", "about")
"""The reader's choices in the address."""


@bp.get("/log")
@policy("member")
def index() -> str | AnyResponse:
    """Owners read the whole log of their firm, everybody else their own part of it."""
    typed = {name: request.args[name] for name in NAMES if request.args.get(name, "").strip()}
    try:
        return _render_log(load(LogForm(), typed), Shown(values=typed))
    except Invalid as error:
        return Response(_render_log(LogChoice(), Shown(values=typed, error=error)), 422)


def _render_log(choice: LogChoice, shown: Shown) -> str:
    by = actor()
    people, page, state = together(
        lambda: actions.list_people(graph(), by=by),
        lambda: actions.list_entries(
            graph(),
            choice,
            by=by,
            zone=reader_zone(),
            before=_read_before(),
            limit=PAGE_ENTRIES_ROWS,
        ),
        lambda: actions.get_state(graph(), by=by),
    )
    names = {one.id: one.name for one in people}
    return render_template(
        "logbook/index.html",
        form=shown,
        entries=log_words.write_entries(page.entries, viewer=by.firm_id, people=names),
        before=page.before,
        is_first=_read_before() is None,
        is_narrow=choice.is_narrow,
        people=people,
        kinds=log_words.GROUP_WORDS,
        chosen={name: value for name, value in shown.values.items() if not shown.error},
        state=state,
        broken_words=log_words.BROKEN_WORDS,
        is_owner=by.role == "owner",
    )


def _read_before() -> int | None:
    """Where older entries go on; what is no number is the newest."""
    text = request.args.get("before", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


@bp.post("/log/check")
@policy("member", roles=("owner",))
@limiter.limit("6/minute", key_func=lambda: f"log|{actor().firm_id}")
def check() -> AnyResponse:
    """Check every link of the firm's chain now."""
    state = actions.check_chain(graph(), by=actor())
    if state.broken:
        return say_done("The log was checked: it is not whole.", "logbook.index")
    return say_done("The log was checked: it is whole.", "logbook.index")


@bp.get("/log.csv")
@policy("member")
def download_table() -> Response:
    """The chosen entries as a table, up to 20,000."""
    by = actor()
    entries, colleagues = together(
        lambda: tuple(
            actions.list_for_download(
                graph(), _read_choice(), by=by, zone=reader_zone(), before=_read_before()
            )
        ),
        lambda: actions.list_people(graph(), by=by),
    )
    people = {one.id: one.name for one in colleagues}
    written = log_words.write_entries(entries, viewer=by.firm_id, people=people)
    rows = (
        (line, entry.kind, entry.about_kind, entry.about_id)
        for line, entry in zip(written, entries, strict=True)
    )
    return send_csv(write_log_csv(rows), "log.csv")


@bp.get("/log.jsonl")
@policy("member")
def download_lines() -> Response:
    """The chosen entries as they were signed, a line of JSON each, up to 20,000."""
    by = actor()
    entries = actions.list_for_download(
        graph(), _read_choice(), by=by, zone=reader_zone(), before=_read_before(), is_named=False
    )
    lines = actions.write_signed(actions.list_signed(graph(), entries, by=by))
    return Response(
        "".join(f"{line}\n" for line in lines),
        mimetype="application/jsonl",
        headers={"Content-Disposition": 'attachment; filename="log.jsonl"'},
    )


def _read_choice() -> LogChoice:
    typed = {name: request.args[name] for name in NAMES if request.args.get(name, "").strip()}
    return load(LogForm(), typed)
