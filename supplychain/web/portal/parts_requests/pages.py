"""The pages of a parts request: its form, and how it stands."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template

from supplychain.actions.parts_requests.openings import read_opening
from supplychain.actions.parts_requests.parts_requests import MATCH_KIND
from supplychain.graph import events, jobs
from supplychain.graph.categories import categories
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.reading import together
from supplychain.graph.engine.transactions import Tx, read
from supplychain.graph.parts_requests import attachments, choices, parties, parts_requests
from supplychain.model.categories.proposals import FreeCategory
from supplychain.model.events import Event
from supplychain.model.ids import utc_now
from supplychain.model.jobs import Job
from supplychain.model.money import CURRENCIES
from supplychain.model.parts_requests.attachments import MAX_FILES, Attachment
from supplychain.model.parts_requests.openings import Opening
from supplychain.model.parts_requests.parts_request import (
    MAX_LINES,
    Gap,
    PartsRequest,
    RequestLine,
    list_gaps,
)
from supplychain.model.parts_requests.requirements import MATERIALS, PROCESSES
from supplychain.web.access.policy import actor
from supplychain.web.input.forms import Shown
from supplychain.web.pages.line_windows import LineWindow, read_line_number


def may_write() -> bool:
    """Whether the reader may change what its firm asks for."""
    return actor().role in ("owner", "buyer")


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestChoices:
    """What the form suggests or lets the buyer choose from."""

    parts: list[choices.PartChoice]
    categories: list[FreeCategory]
    chains: list[choices.NamedChoice]


def read_choices() -> RequestChoices:
    """The choices of the reader's firm."""
    return read(graph(), _read_choices, actor().firm_id)


def form_page(
    shown: Shown,
    *,
    blank: int,
    stored: PartsRequest | None = None,
    choices: RequestChoices | None = None,
) -> str:
    """The form of a draft with so many blank lines below those that are filled in.

    ``choices`` are those of the reader's firm, where they are read already.
    """
    offered = choices or read_choices()
    lines = shown.values.get("lines") or []
    return render_template(
        "parts_requests/form.html",
        form=shown,
        stored=stored,
        rows=min(len(lines) + blank, MAX_LINES),
        currencies=CURRENCIES,
        most_lines=MAX_LINES,
        processes=PROCESSES,
        materials=MATERIALS,
        parts=offered.parts,
        categories=offered.categories,
        chains=offered.chains,
    )


def _read_choices(tx: Tx, viewer: str) -> RequestChoices:
    parts, beside, chains = together(
        lambda: choices.list_parts(tx, viewer=viewer),
        lambda: categories.list_visible(tx, viewer=viewer),
        lambda: choices.list_chains(tx, viewer=viewer),
    )
    return RequestChoices(parts=parts, categories=beside, chains=chains)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestView:
    """A request as its buyer looks at it: what it lacks, how many bids came, what happened."""

    request: PartsRequest
    files: list[Attachment]
    gaps: tuple[Gap, ...]
    chain_name: str | None
    bids: int
    opening: Opening
    job: Job | None
    history: list[Event]
    unmade: list[RequestLine]
    windows: list[LineWindow]


def request_page(request_id: str, shown: Shown | None = None) -> str:
    """The page of a request, around whichever form on it was refused."""
    window = LineWindow.around(read_line_number())
    view = read(graph(), _read_view, request_id, actor().firm_id, window)
    is_draft = view.request.state == "draft"
    return render_template(
        "parts_requests/show.html",
        form=shown or Shown(),
        may_write=may_write(),
        parts_request=view.request,
        files=view.files,
        room=is_draft and len(view.files) < MAX_FILES,
        gaps=view.gaps,
        ready=is_draft and not any(gap.blocks for gap in view.gaps),
        chain_name=view.chain_name,
        bids=view.bids,
        opening=view.opening,
        has_agreed=actor().user_id in {one.user_id for one in view.opening.agreements},
        job=view.job,
        history=view.history,
        unmade=view.unmade,
        windows=view.windows,
    )


def _read_view(tx: Tx, request_id: str, viewer: str, window: LineWindow) -> RequestView:
    now = utc_now()
    (asked, count), files, opening, chains, bids, job, history, unmade = together(
        lambda: parts_requests.get_window(
            tx, request_id, viewer=viewer, first=window.first, last=window.last
        ),
        lambda: attachments.list_own(tx, request_id, viewer=viewer),
        lambda: read_opening(tx, request_id, viewer=viewer, now=now),
        lambda: choices.list_chains(tx, viewer=viewer),
        lambda: parties.count_bids_of_own(tx, request_id, viewer=viewer),
        lambda: jobs.find_latest(tx, MATCH_KIND, request_id, viewer=viewer),
        lambda: events.list_history(tx, request_id, viewer=viewer),
        lambda: categories.list_unmade(tx, request_id, viewer=viewer),
    )
    drawings = frozenset(file.line_number for file in files)
    is_draft = asked.state == "draft"
    names = {chain.id: chain.name for chain in chains}
    return RequestView(
        request=asked,
        files=files,
        gaps=list_gaps(asked, now, drawings=drawings, openers=opening.openers) if is_draft else (),
        chain_name=names.get(asked.chain_id or ""),
        bids=bids,
        opening=opening,
        job=job,
        history=history,
        unmade=[line for line in asked.lines if is_draft and line.category_id in unmade],
        windows=[] if is_draft else window.list_others(count),
    )
